"""The store keeps exact types, is private, and is fingerprinted by values."""

import stat
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from ce_toolkit.errors import InputError
from ce_toolkit.runs.store import Store, values_sha256
from ce_toolkit.tables import CREDITS, HOURS, PEOPLE, frame


def credits_of(county: str, hours: list[str | None]) -> pd.DataFrame:
    amounts = [None if hour is None else Decimal(hour) for hour in hours]
    ids = [f"{county}-{number}" for number in range(len(hours))]
    words = ["training"] * len(hours)
    return frame(
        CREDITS,
        {"claim_id": ids, "person_id": ids, "class": words, "state": words, "claimed": amounts, "declared": amounts},
    )


def test_hours_come_back_exact(tmp_path: Path) -> None:
    store = Store(tmp_path / "data", 2017)
    data = credits_of("a", ["7.50", None, "0.01"])
    store.save("371402", "credits", data)
    back = store.load("371402", "credits")
    pd.testing.assert_frame_equal(back, data)
    assert back["claimed"].dtype == pd.ArrowDtype(HOURS)
    assert back["claimed"].sum() == Decimal("7.51")


def test_counties_are_read_one_below_the_other(tmp_path: Path) -> None:
    store = Store(tmp_path, 2017)
    store.save("a", "people", frame(PEOPLE, {"person_id": ["1"], "name": ["王小明"], "series": ["工程"]}))
    store.save("b", "people", frame(PEOPLE, {"person_id": ["2"], "name": ["李玉"], "series": ["卫生"]}))
    both = store.load(["b", "a"], "people")
    assert both["person_id"].tolist() == ["2", "1"]
    assert both["series"].astype(str).tolist() == ["卫生", "工程"]
    assert isinstance(both["series"].dtype, pd.CategoricalDtype)


def test_words_of_many_counties_may_be_more_than_one_county_numbers(tmp_path: Path) -> None:
    """A category of a hundred words is numbered in one byte; two counties' together need more."""
    store = Store(tmp_path, 2017)
    for county in ("a", "b"):
        words = pd.Categorical([f"{county}{number}" for number in range(100)])
        store.save(county, "standing", pd.DataFrame({"person_id": [*words], "flags": words}))
    both = store.load(["a", "b"], "standing", ["flags"])
    assert (both.columns.tolist(), both["flags"].nunique()) == (["flags"], 200)


def test_table_without_contract_is_stored_as_it_is(tmp_path: Path) -> None:
    store = Store(tmp_path, 2017)
    data = pd.DataFrame({"统计项": ["合计"], "人数": [3]})
    store.save("city", "summary", data)
    assert store.load("city", "summary").to_dict("list") == data.to_dict("list")


def test_store_is_private_and_leaves_no_half_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "data", 2017)
    path = store.save("371402", "credits", credits_of("a", ["1.00"]))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, *path.parents[1:3])} == {0o700}
    with pytest.raises(pa.ArrowException):
        store.save("371402", "credits", pd.DataFrame({"claim_id": ["x"], "claimed": ["no number"]}))
    assert [file.name for file in path.parent.iterdir()] == ["credits.parquet"]
    assert store.exists("371402", "credits")


def test_missing_or_broken_table_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path, 2017)
    with pytest.raises(InputError, match="没有县市区 371402 的表 people；请先运行"):
        store.load("371402", "people")
    path = store.save("371402", "people", frame(PEOPLE, {"person_id": ["1"], "name": ["王小明"]}))
    path.write_bytes(b"no table")
    with pytest.raises(InputError, match="读不出来；请用 --force"):
        store.load("371402", "people")


@pytest.mark.parametrize("rows_a_group", [1, 2, 1 << 16])
def test_a_few_rows_are_those_of_the_whole_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_a_group: int
) -> None:
    monkeypatch.setattr("ce_toolkit.runs.store.ROWS_A_GROUP", rows_a_group)
    store = Store(tmp_path, 2017)
    data = credits_of("表.xlsx!Sheet1!A", [f"{hours}.50" for hours in range(9)])
    data["person_id"] = pd.array(["甲", "乙", "丙"] * 3, dtype="str")
    store.save("371402", "credits", data)
    claim = store.rows("371402", "credits", "claim_id", ["表.xlsx!Sheet1!A-7", "表.xlsx!Sheet1!A-1"])
    assert claim["granted"].isna().all()
    assert claim["claimed"].tolist() == [Decimal("1.50"), Decimal("7.50")]
    assert store.rows("371402", "credits", "person_id", ["乙"])["claim_id"].str[-1].tolist() == ["1", "4", "7"]
    nobody = store.rows("371402", "credits", "person_id", ["丁"])
    assert nobody.empty
    assert list(nobody.columns) == list(data.columns)
    with pytest.raises(InputError, match="没有县市区 371403 的表 credits"):
        store.rows("371403", "credits", "person_id", ["丁"])


def test_rows_of_a_person_are_found_by_the_index_and_never_by_that_of_another_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ce_toolkit.runs.store.ROWS_A_GROUP", 7)
    monkeypatch.setattr("ce_toolkit.runs.store.WORTH_AN_INDEX", 50)
    store, index = Store(tmp_path, 2017), tmp_path / "2017" / "a" / "credits.by_person_id.parquet"
    data = credits_of("a", ["1.00"] * 100).assign(person_id=[f"人{number * 37 % 11}" for number in range(100)])
    for table in (data, data.assign(person_id=data["person_id"].to_numpy()[::-1])):
        before = index.read_bytes() if index.exists() else b""
        store.save("a", "credits", table)
        for wanted in (["人3"], ["人10", "人0"], ["无"]):
            found = store.rows("a", "credits", "person_id", wanted)
            mine = table[table["person_id"].isin(wanted)].reset_index(drop=True)
            pd.testing.assert_frame_equal(found, mine, check_categorical=False)
        assert stat.S_IMODE(index.stat().st_mode) == 0o600
    index.write_bytes(before)  # what lay beside the table before
    assert store.rows("a", "credits", "person_id", ["人3"])["claim_id"].tolist() == [
        claim for claim, person in zip(table["claim_id"], table["person_id"], strict=True) if person == "人3"
    ]
    store.save("a", "credits", data.head(20))
    assert not index.exists()


def test_fingerprint_follows_values_not_encoding() -> None:
    words = pa.array(["a", None, "b", "a"])
    flags = pa.array([True, None, False, True])
    hours = pa.array([Decimal("1.50"), None, Decimal("0.00"), Decimal("-2.25")], HOURS)
    plain = pa.table({"word": words, "flag": flags, "hours": hours})
    packed = pa.table({"word": words.dictionary_encode(), "flag": flags, "hours": hours})
    halves = pa.concat_tables([packed.slice(0, 1), packed.slice(1)])
    assert values_sha256(plain) == values_sha256(packed) == values_sha256(halves)
    zero = pa.array([Decimal("1.50"), Decimal("0.00"), Decimal("0.00"), Decimal("-2.25")], HOURS)
    assert values_sha256(plain) != values_sha256(plain.set_column(2, "hours", zero))
    assert values_sha256(plain) != values_sha256(plain.rename_columns(["word", "flag", "claimed"]))
    assert values_sha256(plain) != values_sha256(plain.take([1, 0, 2, 3]))
