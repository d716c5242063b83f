"""Each table of the demo city and of its counties against plain Python over the stored tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.registers.areas import area_names
from tests.conftest import Processed
from tests.statistics import oracle
from tests.statistics.oracle import TOTAL, Key, Row, Year

AREAS = ("city", *area_names())
MARKS = ("in_scope", "enrolled", "trained", "public_passed", "met", "met_enrolled")
FIGURES = ("claimed", "granted", "over_cap", "refused", "held")
areas = pytest.mark.parametrize("area", AREAS)


@pytest.fixture(scope="module")
def years(processed: Processed) -> Mapping[str, Year]:
    units = _plain(processed.units.table)
    found = {}
    for area in AREAS:
        stored = processed.stored(*(() if area == "city" else (area,)))
        names = ("people", "standing", "credits", "ledger", "claims", "submissions")
        found[area] = Year({name: _plain(getattr(stored, name)) for name in names}, units)
    return found


def _plain(table: pd.DataFrame) -> list[Row]:
    """A table as rows of plain values; None is a blank."""
    plain = table.astype(object)
    rows: list[Row] = plain.where(plain.notna(), None).to_dict("records")
    return rows


def _told(processed: Processed, area: str, name: str, figures: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """The toolkit's table, exact, without its shares."""
    table = processed.annual(area).tables[name]
    keys = list(table.described.keys)
    rows = table.data.to_dict("records")
    return {tuple(word for key in keys if (word := row[key])): {one: row[one] for one in figures} for row in rows}


PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "by_ownership": (("ownership",), MARKS),
    "by_series": (("series", "level"), MARKS),
    "by_sex": (("sex",), MARKS),
    "by_size": (("size",), MARKS),
}


@areas
@pytest.mark.parametrize("name", PEOPLE)
def test_people_by_their_facts(processed: Processed, years: Mapping[str, Year], area: str, name: str) -> None:
    keys, marks = PEOPLE[name]
    told = _told(processed, area, name, marks)
    wanted = oracle.people_table(years[area], keys, marks)
    empty = dict.fromkeys(marks, 0)
    assert {group: row for group, row in told.items() if row != empty} == {
        group: row for group, row in wanted.items() if row != empty
    }


@areas
def test_C23_people_who_met_untrained(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    key = "county_name" if area == "city" else "sector_name"
    marks = ("in_scope", "professional_met", "no_training")
    assert _told(processed, area, "untrained", marks) == oracle.people_table(years[area], (key,), marks)


@areas
def test_F8_people_by_what_is_missing_to_each_minimum(
    processed: Processed, years: Mapping[str, Year], area: str
) -> None:
    figures = ("gap_total", "gap_professional", "gap_public")
    assert _told(processed, area, "shortfall", figures) == oracle.shortfall(years[area])


@areas
def test_people_by_the_month_in_which_they_met(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    assert _told(processed, area, "months", ("met", "met_enrolled")) == oracle.months(years[area])


CLAIMS: dict[str, Callable[[Year, str], Callable[[Row], Key]]] = {
    "hours": lambda year, place: lambda row: (row["class"],),
    "kinds": lambda year, place: (
        lambda row: (row["class"], row["kind"] or {"public_exam": "不分形式"}.get(row["class"], "未填"))
    ),
    "hours_by_place": lambda year, place: lambda row: (year.fact(row["person_id"], place),),
}


@areas
@pytest.mark.parametrize("name", CLAIMS)
def test_C9_hours_by_class_form_and_place(
    processed: Processed, years: Mapping[str, Year], area: str, name: str
) -> None:
    year, place = years[area], "county_name" if area == "city" else "sector_name"
    sums = {figure: (lambda row, figure=figure: row[figure]) for figure in FIGURES}
    wanted = oracle.rows_table(oracle.claims_of(year), CLAIMS[name](year, place), sums)
    assert _told(processed, area, name, ("claims", "persons", *FIGURES)) == wanted


@areas
def test_P1_evidence(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    figures: oracle.Figures = {
        "proved": lambda row: row["proof"] is True,
        "unproved": lambda row: row["proof"] is False,
        "unstated": lambda row: row["proof"] is None,
        "claimed": lambda row: row["claimed"],
        "proved_hours": lambda row: row["claimed"] if row["proof"] else 0,
    }
    wanted = oracle.rows_table(oracle.claims_of(years[area]), lambda row: (row["class"],), figures)
    assert _told(processed, area, "evidence", ("claims", "persons", *figures)) == wanted


@areas
def test_losses_by_cap_and_by_cause(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    year = years[area]
    hours: oracle.Figures = {"hours": lambda row: row["hours"]}
    wanted = oracle.rows_table(
        oracle.moves_of(year, "over_cap"), lambda row: (row["clause"], row["reason"], row["class"]), hours
    )
    assert _told(processed, area, "cap_losses", ("claims", "persons", "hours")) == wanted
    wanted = oracle.rows_table(
        oracle.moves_of(year, "over_cap", "refused", "held"), lambda row: (row["effect"], row["clause"]), hours
    )
    assert _told(processed, area, "clauses", ("claims", "persons", "hours")) == wanted
    fates: oracle.Figures = {
        name: (lambda row, name=name: row["hours"] if row["effect"] == name else 0) for name in ("refused", "held")
    }
    wanted = oracle.rows_table(
        oracle.moves_of(year, "refused", "held"), lambda row: (oracle.CAUSES[row["reason"]], row["reason"]), fates
    )
    assert _told(processed, area, "refusals", ("claims", "persons", "refused", "held")) == wanted


@areas
def test_P1_people_at_their_caps(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    told = _told(processed, area, "at_caps", ("persons", "at_cap", "cut", "hours"))
    wanted = oracle.at_caps(years[area])
    by_name = {cap.partition("（")[0]: row for (cap,), row in told.items() if (cap,) != TOTAL}
    assert by_name == {name: row for name, row in wanted.items() if row["persons"]}


@areas
def test_files_and_rounds(processed: Processed, years: Mapping[str, Year], area: str) -> None:
    rows = [row for row in years[area].files if row["outcome"] != "twin"]
    told = _told(processed, area, "submissions", ("files", "sent_back", "rounds", "rows_read", "rows_held"))
    whole = told[TOTAL]
    assert whole["files"] == len(rows)
    assert whole["sent_back"] == sum(row["outcome"] == "refused" for row in rows)
    assert whole["rounds"] == sum(row["outcome"] != "refused" or row["filing_unit"] is not None for row in rows)
    assert (whole["rows_read"], whole["rows_held"]) == (
        sum(row["rows_read"] for row in rows),
        sum(row["rows_held"] for row in rows),
    )
    if area != "city":
        units = {(oracle._tight(row["filing_unit"] or row["file"]), row["form"]) for row in rows}
        assert len(told) - 1 == len(units)
