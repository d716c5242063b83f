"""One claim or person out of a stored ledger of ten million rows, and the card of a person.

``make bench`` runs it; nothing here is a test. The ledger is sorted by claim id, as the engine writes it; person ids
are scattered, as hashes are. Looking a person up by the ids of its claims uses that order; by its own id it reads one
column.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

from ce_toolkit.publish import card
from ce_toolkit.rules import explain_person, load_pack
from ce_toolkit.runs.store import Store
from ce_toolkit.tables import from_hundredths
from tests.benchmarks.made import Made, make

ROWS = 10_000_000
PEOPLE = 2_000_000
MIDDLE = ROWS // 2
END = date(2017, 12, 31)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with one ledger of ten million rows."""
    made = Store(tmp_path_factory.mktemp("ledger"), 2017)
    made.save("371402", "ledger", _ledger())
    return made


def _ledger() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    person = np.sort(rng.integers(0, PEOPLE, ROWS))
    hours = from_hundredths(rng.integers(0, 4000, ROWS))
    ids = pa.array([f"371402-{number:010x}" for number in rng.permutation(PEOPLE)], pa.large_string())
    words = {
        name: pd.Categorical.from_codes(rng.integers(0, count, ROWS), [f"{name}{place}" for place in range(count)])
        for name, count in {"rule": 20, "clause": 8, "reason": 15, "effect": 4}.items()
    }
    text = {"claim_id": _claim_ids(np.arange(ROWS)), "person_id": ids.take(pa.array(person))}
    columns = {name: pd.Series(array.to_pandas(types_mapper=_text), copy=False) for name, array in text.items()}
    return pd.DataFrame({**columns, **words, "before": hours, "delta": hours, "after": hours}, copy=False)


def _text(kind: pa.DataType) -> pd.StringDtype:
    return pd.StringDtype(na_value=np.nan)


def _claim_ids(numbers: Any) -> pa.Array:
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.large_string()), 8, "0")
    return pc.binary_join_element_wise(
        pa.scalar("学时登记表.xlsx!Sheet1!A", pa.large_string()), padded, pa.scalar("", pa.large_string())
    )


def one_claim(store: Store) -> pd.DataFrame:
    """A claim's rows by its id."""
    return store.rows("371402", "ledger", "claim_id", _claim_ids([MIDDLE]).to_pylist())


def person_by_claims(store: Store) -> pd.DataFrame:
    """A person's rows by the ids of its eight claims, which stand in one form."""
    return store.rows("371402", "ledger", "claim_id", _claim_ids(range(MIDDLE, MIDDLE + 8)).to_pylist())


def person_by_id(store: Store) -> pd.DataFrame:
    """A person's rows by its own id, in which the table is not sorted."""
    return store.rows("371402", "ledger", "person_id", [_someone(store)])


def person_by_dataset(store: Store) -> pd.DataFrame:
    """The same by a plain dataset filter."""
    data = ds.dataset(store.path("371402", "ledger"))
    return data.to_table(filter=ds.field("person_id") == _someone(store)).to_pandas()


@cache
def _someone(store: Store) -> str:
    return str(one_claim(store)["person_id"].iloc[0])


@pytest.mark.parametrize("way", [one_claim, person_by_claims, person_by_id, person_by_dataset])
def test_look_up(benchmark: Any, store: Store, way: Callable[[Store], pd.DataFrame]) -> None:
    benchmark.group = "rows of one out of a ledger of 10,000,000"
    assert len(benchmark.pedantic(way, args=(store,), rounds=5, warmup_rounds=1))


@cache
def _made() -> Made:
    return make(20_000, 120_000)


def test_card(benchmark: Any, tmp_path: Path) -> None:
    benchmark.group = "card of a person of a city with 120,000 claims"
    made, pack = _made(), load_pack("dezhou-2017")
    person = str(made.people["person_id"].iloc[7_777])
    people = made.people.assign(name="王小明")
    benchmark(lambda: card(explain_person(person, made.claims, people, pack, END))._repr_html_())
