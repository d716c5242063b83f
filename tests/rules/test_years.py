"""What is asked by person, over years and with hours carried over: against an oracle, and at the lines by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.rules import CreditedYears, credit_years
from ce_toolkit.tables import CLAIMS, HISTORY, PEOPLE, frame
from tests.rules import oracle_years
from tests.rules.packs_by_person import SHAPES, pack, plain

LAST = 2020
LEVELS = (None, "未定", "正高级", "中级", "初级", "无")


def _years(shape: str) -> list[int]:
    return list(range(2015, LAST + 1, SHAPES[shape][0]))


def _person(rng: Random) -> dict[str, Any]:
    def day(share: float) -> date | None:
        return date(2012, 1, 1) + timedelta(rng.randrange(3300)) if rng.random() < share else None

    facts = {name: day(share) for name, share in (("licensed_on", 0.8), ("term_from", 0.85), ("hired_on", 0.4))}
    facts |= {"left_on": day(0.1), "level": rng.choice(LEVELS), "practice": rng.choice((None, "房屋设计", "桥梁"))}
    facts |= {"waived_months": rng.choice((None, 0, 1, 5, 30)), "waiver_reference": rng.choice((None, "批1"))}
    return facts | {"rows_in_question": rng.choice((None, 0, 0, 0, 1))}


def _claims(rng: Random, shape: str) -> dict[int, list[tuple[str, str | None, Fraction, bool]]]:
    def claim() -> tuple[str, str | None, Fraction, bool]:
        hours = Fraction(rng.choice((50, 100, 450, 750, 1000, 1333, 2000, 3000, 4001)), 100)
        return rng.choice(("course", "course", "ethics", "open")), rng.choice((None, "net")), hours, rng.random() < 0.2

    return {year: [claim() for _ in range(rng.randrange(5))] for year in _years(shape)}


def _tables(people: list[dict], claims: list[dict]) -> tuple[dict[int, pd.DataFrame], pd.DataFrame]:
    ids = [f"p{n:04}" for n in range(len(people))]
    facts = {name: [one.get(name) for one in people] for name in people[0]}
    rows: dict[int, list[dict[str, Any]]] = {year: [] for year in claims[0]}
    for person, own in zip(ids, claims, strict=True):
        for year, given in own.items():
            for n, (klass, kind, hours, held) in enumerate(given):
                rows[year].append({
                    "claim_id": f"{person}:{year}:{n}", "person_id": person, "class": klass, "kind": kind,
                    "hours": Decimal(int(hours * 100)) / 100, "proof": not held, "start": date(year, 3, 1),
                    "end": date(year, 3, 1),
                })  # fmt: skip
    names = rows[next(iter(rows))][0]
    tables = {year: frame(CLAIMS, {name: [row[name] for row in given] for name in names}) for year, given in rows.items()}
    return tables, frame(PEOPLE, {"person_id": ids, "name": ids, **facts})


def _run(shape: str, tables: dict[int, pd.DataFrame], people: pd.DataFrame) -> CreditedYears:
    packs = {year: pack(shape, year) for year in _years(shape)}
    return credit_years(tables, people, packs, date(LAST + 1, 1, 1), history=frame(HISTORY, {}))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_years_of_random_people_are_as_the_oracle_has_them(shape: str) -> None:
    rng = Random(shape)  # noqa: S311 - test data
    people, claims = ([make(rng) for _ in range(400)] for make in (_person, lambda rng: _claims(rng, shape)))
    got = _run(shape, *_tables(people, claims))
    packs, seen = {year: plain(shape, year) for year in _years(shape)}, set()
    for n, (person, own) in enumerate(zip(people, claims, strict=True)):
        known = person | {"level": None if person["level"] == "未定" else person["level"]}
        wanted = oracle_years.judge(packs, known, own)
        assert {year: _told(got, year, n, each) for year, each in wanted.items()} == wanted, (person, own)
        seen |= {(each["status"]) for each in wanted.values()}
    assert seen == {"met", "not_met", "open"}


def _told(got: CreditedYears, year: int, n: int, wanted: dict[str, Any]) -> dict[str, Any]:
    """The engine's figures under the oracle's names."""
    row = got.years[year].standing.iloc[n]

    def figure(name: str, otherwise: Callable[[], Any]) -> Fraction:
        return Fraction(row[name]) if name in row else otherwise()

    told: dict[str, Any] = {"status": str(row["status"])}
    for key in ("need", "have", "short"):
        told[key] = {r: figure(f"{key}_{r}", lambda key=key, r=r: wanted[key][r]) for r in wanted[key]}
    return told | {name: figure(name, lambda: Fraction(0)) for name in ("carried_in", "carried_out")}
