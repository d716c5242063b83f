"""The engine and the oracle agree on every one of thousands of random people, all judged in one call."""

from collections import Counter
from typing import Any

import pytest

from ce_toolkit.rules import load_pack, run_examples
from tests.rules.cases import exact, load_cases
from tests.rules.oracle import judge
from tests.rules.strategies import random_people

PEOPLE = 5000
CLASSES = ("training", "self_study", "output", "professional", "public", "total")
MINIMA = ("professional", "public", "total")
FIELDS = ("status", "credited", "short", "rejected", "pending", "flags")


@pytest.mark.parametrize("seed", [20170410, 51])
def test_engine_agrees_with_the_oracle(seed: int) -> None:
    """Status, credited, short, refused and held claims, and the reasons shown."""
    _compare(random_people(seed, PEOPLE))


def test_engine_agrees_with_the_oracle_on_the_worked_examples() -> None:
    """Also in what the examples leave open: all classes, all flags."""
    _compare(load_cases())


def test_people_do_not_touch_one_another() -> None:
    """Each person's outcome is the same in any company: alone, in other order, under other ids."""
    cases = random_people(7, 200)
    pack = load_pack("dezhou-2017")
    together = {outcome.id: _shown(outcome) for outcome in run_examples(cases[::-1], pack)}
    halves = [*run_examples(cases[:77], pack), *run_examples(cases[77:], pack)]
    assert {outcome.id: _shown(outcome) for outcome in halves} == together
    assert _shown(run_examples(cases[:1], pack)[0]) == together[cases[0]["id"]]


def _compare(cases: list[dict[str, Any]]) -> None:
    outcomes = run_examples(cases, load_pack("dezhou-2017"))
    assert [outcome.id for outcome in outcomes] == [case["id"] for case in cases]
    wrong = [
        {"case": case, "fields": fields, "oracle": wanted, "engine": shown}
        for case, outcome in zip(cases, outcomes, strict=True)
        for wanted, shown in [(_wanted(case), _shown(outcome))]
        if (fields := [name for name in wanted if wanted[name] != shown[name]])
    ]
    fields = Counter(name for each in wrong for name in each["fields"])
    smallest = min(wrong, key=lambda each: len(each["case"]["records"]), default=None)
    assert not wrong, f"{len(wrong)} of {len(cases)} people differ, by field {dict(fields)}; the smallest: {smallest}"


def _wanted(case: dict[str, Any]) -> dict[str, Any]:
    return _plain(judge(case))


def _shown(outcome: Any) -> dict[str, Any]:
    return _plain({field: getattr(outcome, field) for field in FIELDS})


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """One shape for both sides; a class that is not named is 0, and the order of refs and flags says nothing."""
    return {
        "status": result["status"],
        "credited": {name: exact(result["credited"].get(name, 0)) for name in CLASSES},
        "short": {name: exact(result["short"].get(name, 0)) for name in MINIMA},
        **{field: sorted(result[field]) for field in ("rejected", "pending", "flags")},
    }
