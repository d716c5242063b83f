"""The packs beyond Dezhou: their worked examples, and an oracle that agrees with the engine on random people."""

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.rules import (
    alternatives,
    load_examples,
    load_pack,
    run_examples,
    shipped,
    unknown_keys,
    with_reading,
)
from ce_toolkit.rules.drafting.catalogue import catalogue
from ce_toolkit.rules.drafting.shapes import SHAPES
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


def test_the_page_of_packs_is_up_to_date() -> None:
    """``docs/packs.md`` is what ``ce pack list --markdown docs/packs.md`` writes."""
    page = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
    assert page == catalogue([load_pack(name) for name in shipped()])


def test_every_shape_a_verb_expresses_is_used_by_a_pack() -> None:
    """A shape that nobody uses is not known to work; one that no verb expresses says so in the page."""
    packs = [load_pack(name) for name in shipped()]
    packs += [with_reading(pack, reading.id, one.id) for pack in packs for reading, one in alternatives(pack)]
    unused = [shape.id for shape in SHAPES if shape.uses and not any(shape.uses(pack) for pack in packs)]
    assert unused == ["R12"]  # a cap per item: the made notice of the shapes has it
