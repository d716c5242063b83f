"""The rule lab: counts of who changes state, and hours that add up clause by clause."""

from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.rules import alternatives, credit, load_pack, with_reading
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.rules.inquiry.lab import Compared, compare, sensitivity
from tests.rules.strategies import random_people

END = date(2017, 12, 31)
PACK = load_pack("dezhou-2017")


@cache
def _made() -> tuple[pd.DataFrame, pd.DataFrame]:
    cases = random_people(3, 400)
    tables = case_tables(cases, range(len(cases)), PACK)
    counties = pd.Categorical([f"37140{n % 3}" for n in range(len(cases))])
    return tables.claims, tables.people.assign(county=counties, series=pd.Categorical(["工程"] * len(cases)))


@cache
def _compared(reading: str, alternative: str) -> Compared:
    return compare(PACK, with_reading(PACK, reading, alternative), *_made(), END)


def test_a_pack_beside_itself_changes_nothing() -> None:
    same = compare(PACK, PACK, *_made(), END)
    assert same.people.empty
    assert (same.states["from"] == same.states["to"]).all()
    assert not same.clauses["change"].astype("float64").any()


@pytest.mark.parametrize("names", [(reading.id, one.id) for reading, one in alternatives(PACK)], ids="-".join)
def test_changes_by_clause_sum_to_the_change_of_granted_hours(names: tuple[str, str]) -> None:
    found = _compared(*names)
    totals = [credit(*_made(), pack, END).standing["total"].sum() for pack in (PACK, with_reading(PACK, *names))]
    assert found.clauses["change"].sum() == totals[1] - totals[0]


@pytest.mark.parametrize("name", ["by_county", "by_series", "by_level"])
def test_groups_and_states_count_the_same_people(name: str) -> None:
    found = _compared("U32", "judged")
    table, states = getattr(found, name), found.states
    changed = states.loc[states["from"] != states["to"], "people"].sum()
    assert table["changed"].sum() == changed
    assert changed > 0
    assert table["met_to"].sum() == states.loc[states["to"] == "met", "people"].sum()
    assert (table["met_to"] - table["met_from"] == table["newly_met"] - table["no_longer_met"]).all()
    assert states["people"].sum() == 400


def test_people_are_those_whose_status_or_hours_differ() -> None:
    found = _compared("U1", "per_activity").people
    assert len(found) > 0
    assert ((found["from"] != found["to"]) | (found["total_from"] != found["total_to"])).all()
    assert (found["total_to"] >= found["total_from"]).all()


def test_sensitivity_has_a_row_per_alternative_and_agrees_with_compare() -> None:
    table = sensitivity(PACK, *_made(), END)
    assert list(zip(table["reading"], table["alternative"], strict=True)) == [
        (reading.id, one.id) for reading, one in alternatives(PACK)
    ]
    row: Any = table[(table["reading"] == "U4") & (table["alternative"] == "all_count")].iloc[0]
    found = _compared("U4", "all_count")
    assert row["newly_met"] == found.by_county["newly_met"].sum()
    assert row["gained"] - row["lost"] == found.clauses["change"].sum()


def test_sensitivity_of_named_readings_only() -> None:
    assert sensitivity(PACK, *_made(), END, ["U4"])["alternative"].tolist() == ["all_count", "none_counts"]
