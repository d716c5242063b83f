"""The packs beyond Dezhou: their worked examples, and an oracle that agrees with the engine on random people."""

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.rules import load_examples, load_pack, run_examples, shipped, unknown_keys
from tests.rules.oracle_packs import ORACLES
from tests.rules.strategies_packs import random_cases

CASES = Path(__file__).parents[1] / "cases" / "packs"
FIELDS = ("status", "credited", "short", "rejected", "pending")
PEOPLE = 1000


def test_every_pack_has_examples_and_an_oracle() -> None:
    others = [name for name in shipped() if name != "dezhou-2017"]
    assert sorted(ORACLES) == others
    assert sorted(path.stem for path in CASES.glob("*.yaml")) == others


@pytest.mark.parametrize("name", ORACLES)
def test_worked_examples_hold(name: str) -> None:
    cases = load_examples(CASES / f"{name}.yaml")
    assert len(cases) >= 8
    assert list(unknown_keys(cases)) == []
    assert {outcome.id: outcome.differs for outcome in run_examples(cases, load_pack(name)) if not outcome.ok} == {}


@pytest.mark.parametrize("name", ORACLES)
def test_oracle_agrees_with_the_worked_examples(name: str) -> None:
    for case in load_examples(CASES / f"{name}.yaml"):
        expect = {"rejected": [], "pending": [], **case["expect"]}
        if "fact_missing" in expect.get("flags", ()):
            continue  # the oracle asks for whole facts; what is open is the engine's to say
        found = _plain(ORACLES[name](case))
        expect["credited"] = {key: expect["credited"].get(key, 0) for key in found["credited"]}
        assert (case["id"], _plain(expect)) == (case["id"], found)


@pytest.mark.parametrize("name", ORACLES)
def test_engine_agrees_with_the_oracle_on_random_people(name: str) -> None:
    """Status, hours, what is short, refused and held claims of 500 people, all judged in one call."""
    cases = random_cases(name, 1, PEOPLE)
    outcomes = run_examples(cases, load_pack(name))
    wrong = []
    for case, outcome in zip(cases, outcomes, strict=True):
        wanted, shown = _plain(ORACLES[name](case)), _plain({field: getattr(outcome, field) for field in FIELDS})
        wrong += [(case, field, wanted[field], shown[field]) for field in FIELDS if wanted[field] != shown[field]]
    smallest = min(wrong, key=lambda each: len(each[0]["records"]), default=None)
    assert not wrong, f"{len(wrong)} differ, by field {Counter(each[1] for each in wrong)}; the smallest: {smallest}"
    assert {outcome.status for outcome in outcomes} >= {"pass", "fail"}


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    amounts = {field: {k: Fraction(str(v)) for k, v in result[field].items()} for field in ("credited", "short")}
    refs = {field: sorted(result[field]) for field in ("rejected", "pending")}
    return {"status": result["status"], **amounts, **refs}
