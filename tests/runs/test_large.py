"""A large file is credited in parts with the outcome of one call (rule_packs, invariant 7)."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ce_toolkit.errors import InputError
from ce_toolkit.rules import credit, load_pack
from ce_toolkit.runs.large import TABLES, Account, credit_files
from ce_toolkit.tables import CLAIMS, PEOPLE, from_arrow, to_arrow
from tests.benchmarks.made import Made, make

END = date(2017, 12, 31)
PACK = load_pack("dezhou-2017")


def _written(folder: Path, made: Made) -> tuple[Path, Path]:
    claims, people = folder / "claims.parquet", folder / "people.parquet"
    pq.write_table(to_arrow(CLAIMS, made.claims), claims)
    pq.write_table(to_arrow(PEOPLE, made.people), people)
    return claims, people


@pytest.mark.parametrize("rows_a_part", [97, 10_000])
def test_parts_add_up_to_one_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_a_part: int) -> None:
    monkeypatch.setattr("ce_toolkit.runs.large.ROWS_A_PART", rows_a_part)
    made = make(600, 2_000)
    paths = _written(tmp_path, made)
    account = credit_files(*paths, tmp_path / "out", PACK, END)
    whole = credit(made.claims, made.people, PACK, END)
    for name in TABLES:
        parts = from_arrow(pq.read_table(tmp_path / "out" / f"{name}.parquet"))
        wanted = getattr(whole, name)
        keys = ["person_id"] if name == "standing" else ["claim_id"] + (["rule"] if name == "ledger" else [])
        pd.testing.assert_frame_equal(_sorted(parts, keys), _sorted(wanted, keys))
    assert account == Account(2_000, 600, len(whole.ledger), account.parts)
    assert (account.parts > 5) == (rows_a_part < 1000)


def _sorted(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows by key, words as text: what categories a part happens to have is no matter."""
    words = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(words, "str")).sort_values(keys).reset_index(drop=True)


def test_scattered_claims_and_files_that_are_none_are_told_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ce_toolkit.runs.large.ROWS_A_PART", 20)
    made = make(60, 200)
    claims, people = _written(tmp_path, Made(made.people, made.claims.sample(frac=1, random_state=1)))
    with pytest.raises(InputError, match=r"claims.parquet：同一人的申报须排在一起"):
        credit_files(claims, people, tmp_path / "out", PACK, END)
    assert not list((tmp_path / "out").iterdir())
    claims.write_bytes(b"no parquet")
    with pytest.raises(InputError, match="不是 Parquet 文件"):
        credit_files(claims, people, tmp_path / "out", PACK, END)
