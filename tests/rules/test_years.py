"""Years one after the other: history, hours carried on, periods of two years, people split over calls (F7, F14)."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.errors import PackError, TableError
from ce_toolkit.rules import Pack, credit_years, load_pack, parse_pack, transcripts
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.tables import PEOPLE, frame
from tests.rules.oracle_packs import louisiana_2015, louisiana_2017, texas
from tests.rules.people_of_packs import random_people

Case = dict[str, Any]
NUMBER = 300


def _tables(cases: list[Case], pack: Pack, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = case_tables(cases, range(len(cases)), pack)
    return tables.claims.assign(claim_id=f"{year}:" + tables.claims["claim_id"]), tables.people


def _texas(year: int) -> Pack:
    text = (resources.files("ce_toolkit.rules") / "packs" / "texas-cpa-2017.toml").read_text(encoding="utf-8")
    return parse_pack(text.replace("2017", str(year)).encode(), f"texas-cpa-{year}.toml")


def _by_person(table: pd.DataFrame, column: str) -> dict[int, Fraction]:
    return {int(person): Fraction(hours) for person, hours in zip(table["person_id"], table[column], strict=True)}


def test_louisiana_carries_hours_out_of_two_years_into_the_next_and_no_further() -> None:
    """Out of 2015 and 2016 at most 15 pass, into 2017 at most 7 of them."""
    packs = {2016: load_pack("louisiana-2015"), 2017: load_pack("louisiana-2017")}
    early, late = random_people("louisiana-2015", 3, NUMBER), random_people("louisiana-2017", 3, NUMBER)
    early = [{**case, "carried": []} for case in early]
    tables = {2016: _tables(early, packs[2016], 2016), 2017: _tables(late, packs[2017], 2017)}
    done = credit_years({y: t[0] for y, t in tables.items()}, {y: t[1] for y, t in tables.items()}, packs)
    short = {name: _by_person(done[2017].standing, f"short_{name}") for name in ("total", "ethics", "codes")}
    out = dict.fromkeys(range(NUMBER), Fraction(0)) | _by_person(done[2016].carried, "hours")
    for number in range(NUMBER):
        granted, _ = louisiana_2015(early[number])
        passed = min(max(sum(granted.values()) - 30, Fraction(0)), Fraction(15))
        assert out[number] == passed
        brought = [{"from_year": 2016, "hours": passed}]
        _, wanted = louisiana_2017({**late[number], "carried": brought})
        assert {name: short[name][number] for name in short} == wanted
    assert any(out.values())
    table = transcripts({year: credited.standing for year, credited in done.items()}, packs)
    assert table["year"].unique().tolist() == [2016, 2017]
    assert (table.loc[table["year"] == 2017, "carried_in"] <= 7).all()


@cache
def _texas_years() -> tuple[dict[int, list[Case]], dict[int, Pack], Mapping[int, Any]]:
    years, packs = (2015, 2016, 2017), {year: _texas(year) for year in (2015, 2016, 2017)}
    people = random_people("texas-cpa-2017", 5, NUMBER)
    cases = {year: [_moved(case, year) for case in people] for year in years}
    tables = {year: _tables(cases[year], packs[year], year) for year in years}
    done = credit_years({y: t[0] for y, t in tables.items()}, {y: t[1] for y, t in tables.items()}, packs)
    return cases, packs, done


def _moved(case: Case, year: int) -> Case:
    """The same person's claims in another year, other hours each year; nothing before 2015."""
    back = 2017 - year
    records = [
        row | {"date": row["date"] and row["date"].replace(year=row["date"].year - back)}
        for n, row in enumerate(case["records"])
        if (n + year) % 3
    ]
    return {"id": case["id"], "records": records, "person": case["person"]}


def test_texas_looks_three_years_back_at_what_was_granted() -> None:
    cases, _, done = _texas_years()
    three = _by_person(done[2017].standing, "short_three_years")
    past: dict[int, list[Case]] = {number: [] for number in range(NUMBER)}
    for year in (2015, 2016):
        rows = done[year].credits[["person_id", "class", "granted"]].astype(object)
        for person, name, granted in rows.itertuples(index=False):
            past[int(person)].append({"year": year, "class": name, "hours": granted})
    for number in range(NUMBER):
        _, wanted = texas({**cases[2017][number], "history": past[number]})
        assert three[number] == wanted["three_years"]


def test_splitting_the_people_changes_nothing() -> None:
    cases, packs, done = _texas_years()
    tables = {year: _tables(cases[year], packs[year], year) for year in packs}
    for half in (0, 1):
        mine = {f"{number:06d}" for number in range(half, NUMBER, 2)}
        claims = {y: c[c["person_id"].isin(mine)].reset_index(drop=True) for y, (c, _) in tables.items()}
        people = {y: p[p["person_id"].isin(mine)].reset_index(drop=True) for y, (_, p) in tables.items()}
        part = credit_years(claims, people, packs)
        for year, credited in part.items():
            whole = done[year].standing
            wanted = whole[whole["person_id"].isin(mine)].reset_index(drop=True)
            pd.testing.assert_frame_equal(_plain(credited.standing), _plain(wanted))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(flags=table["flags"].astype("str"))


def test_a_year_without_a_pack_stops_with_the_packs_there_are() -> None:
    people = frame(PEOPLE, {"person_id": ["p"], "name": ["x"]})
    with pytest.raises(PackError, match="没有 2018 年度的规则包；现有：2017"):
        credit_years({}, {2018: people}, {2017: load_pack("texas-cpa-2017")})
    with pytest.raises(PackError, match="是 2017 年度的，不能用于 2018 年度"):
        credit_years({}, {2018: people}, {2018: load_pack("texas-cpa-2017")})


def test_hours_of_a_carry_that_the_pack_does_not_have_are_refused() -> None:
    pack = load_pack("louisiana-2017")
    case = {"id": "x", "records": [], "carried": [{"carry": "surplu", "from_year": 2016, "hours": 3}]}
    tables = case_tables([case], [0], pack)
    from ce_toolkit.rules import credit

    with pytest.raises(TableError, match="没有结转规则 surplu；现有：surplus"):
        credit(tables.claims, tables.people, pack, date(2017, 12, 31), carried=tables.carried)
