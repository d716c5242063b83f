"""Advice is the least there is, followed it leads to met, and nothing of it can be left out."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

import ce_toolkit as ce
from ce_toolkit.errors import InputError
from ce_toolkit.rules import Pack, load_examples, load_pack, shipped, with_reading
from ce_toolkit.rules.example_format import Tables, case_tables, day_of_case
from ce_toolkit.rules.inquiry.advice import Advice, advise
from ce_toolkit.rules.inquiry.explain import Earlier
from ce_toolkit.tables import CLAIMS
from tests.rules import strategies
from tests.rules.every_deed import DEEDS, least
from tests.rules.following import credited, rows_of, variants
from tests.rules.strategies_packs import random_cases

CASES = Path(__file__).parents[1] / "cases"
DEZHOU = "dezhou-2017"
EXAM = {"ref": "p", "class": "public_exam", "subject": 2017, "date": date(2017, 5, 20), "result": "pass"}


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


def course(hours: Any, days: int, **more: Any) -> dict[str, Any]:
    first = date(2017, 3, 6)
    last = first + timedelta(days - 1)
    return {"ref": "t", "class": "training", "basis": "held_hr", "start": first, "end": last, "days": days,
            "hours": hours, **more}  # fmt: skip


def advised(
    records: list[dict[str, Any]], pack: Pack | None = None, as_of: date | None = None, **more: Any
) -> tuple[Advice, ...]:
    """What a person with these claims is advised."""
    pack = pack or pack_of(DEZHOU)
    case = {"id": "x", "records": records, "person": more.pop("person", {})}
    tables = case_tables([case], [0], pack)
    return advise(tables.claims, tables.people, pack, as_of or pack.time.last, **more)


def of_case(case: Mapping[str, Any], pack: Pack) -> tuple[Tables, date, tuple[Advice, ...]]:
    tables = case_tables([case], [0], pack)
    as_of = day_of_case(case) or pack.time.last
    earlier = Earlier(tables.history, tables.carried)
    return tables, as_of, advise(tables.claims, tables.people, pack, as_of, earlier=earlier)


def prove(case: Mapping[str, Any], pack: Pack) -> int:
    """Every way leads to met and is granted in full; no part of it can be left out. Returns the number of ways."""
    tables, as_of, found = of_case(case, pack)
    claims = rows_of(CLAIMS, tables.claims)
    tried = [variant for way in found if way.state == "way" for variant in variants(claims, way)]
    if not tried:
        return 0
    outcome = credited(tried, tables, pack, as_of)
    status = dict(zip(outcome.standing["person_id"], outcome.standing["status"], strict=True))
    wrong = {
        variant.label: status[f"{number:05}"]
        for number, variant in enumerate(tried)
        if (status[f"{number:05}"] == "met") != variant.whole
    }
    assert wrong == {}
    wholes = [f"{number:05}" for number, variant in enumerate(tried) if variant.whole]
    deeds = outcome.credits[outcome.credits["claim_id"].str.contains(":z", regex=False)]
    deeds = deeds[deeds["person_id"].isin(wholes)]
    assert (deeds["state"] == "granted").all()
    assert (deeds["over_cap"] == 0).all()
    return len(wholes)


# ---- minimal, by trying everything ---------------------------------------------------------------


def _bases(pack: str, number: int) -> Iterator[dict[str, Any]]:
    """People who have done a good deal, some of it without proof."""
    dice = Random(f"bases {pack}")  # noqa: S311 - the same people every time
    first = pack_of(pack).time.first
    for place in range(number):
        records = []
        for day, deed in enumerate(dice.choices(DEEDS[pack], k=dice.randint(*SIZES[pack]))):
            proof = {"proof": dice.random() > 0.07}
            day_of = first + timedelta(30 + day)
            records.append({**deed, **proof, "ref": f"r{day:02}", "date": day_of})
        yield {"id": f"{pack}-{place}", "records": records, "person": dice.choice(PEOPLE.get(pack, ({},))),
               "history": []}  # fmt: skip


SIZES = {
    "dezhou-2017": (8, 12), "guangdong-2017": (16, 19), "louisiana-2017": (2, 5), "accountants-2018": (1, 4),
    "xuzhou-2017": (3, 8), "texas-cpa-2017": (2, 5),
}  # fmt: skip
PEOPLE: Mapping[str, Any] = {
    "louisiana-2017": ({"practice": "other"}, {"practice": "building_design"}),
    "xuzhou-2017": ({"level": "员级", "term_from": date(2017, 1, 1)}, {"level": "中级", "term_from": date(2017, 1, 1)}),
    "texas-cpa-2017": ({"licensed_on": date(2016, 12, 15)},),
}


@pytest.mark.parametrize("pack", sorted(DEEDS))
def test_no_set_of_deeds_is_shorter_than_what_is_advised(pack: str) -> None:
    compared = 0
    for case in _bases(pack, 5):
        tables, _, found = of_case(case, pack_of(pack))
        best = least(tables, pack_of(pack), 2)
        own = {aim: [one for one in found if aim in one.shortest and not one.despite_held] for aim in ("hours", "acts")}
        if best is None:
            assert all(one.acts > 2 for one in found if one.state == "way"), case
        elif found[0].state == "way":
            compared += 1
            by_hours, by_acts = own["hours"][0], own["acts"][0]
            assert by_hours.hours <= best[0][0]
            assert by_acts.acts <= best[1][0]
            if on_grid(by_hours, pack):
                assert (by_hours.hours, by_hours.acts) == best[0], case
            if on_grid(by_acts, pack):
                assert (by_acts.acts, by_acts.hours) == best[1], case
        else:
            assert best[0] == (0, 0), case
    print(pack,compared)


def on_grid(way: Advice, pack: str) -> bool:
    """Whether the deeds that were tried are fine and many enough to be this way."""
    known = {(one["class"], one.get("hours") or one.get("employer_hours")) for one in DEEDS[pack]}
    own = {(row["class"], row.get("hours") or row.get("employer_hours")) for row in way.rows}
    return own <= known and way.acts <= 2
