"""The further packs: their own worked examples, and an oracle for each of them on random people."""

from fractions import Fraction
from typing import Any

import pytest

from ce_toolkit.rules import load_pack, run_examples, shipped
from ce_toolkit.rules.examples import credited_cases
from tests.rules.cases import load_cases
from tests.rules.oracle_packs import ORACLES
from tests.rules.people_of_packs import random_people

FURTHER = [name for name in shipped() if name != "dezhou-2017"]


@pytest.mark.parametrize("name", FURTHER)
def test_worked_examples_of_the_pack_hold(name: str) -> None:
    outcomes = run_examples(load_cases(f"packs/{name}"), load_pack(name))
    assert len(outcomes) >= 8
    assert {outcome.id: outcome.differs for outcome in outcomes if not outcome.ok} == {}


@pytest.mark.parametrize("name", FURTHER)
def test_engine_agrees_with_the_oracle_of_the_pack(name: str) -> None:
    pack, cases = load_pack(name), random_people(name, 2017, 600)
    asked = [requirement.id for requirement in pack.requirements]
    wrong: list[Any] = []
    for numbers, _, credited in credited_cases(cases, pack):
        granted = _granted(credited.credits)
        short = credited.standing.set_index("person_id")[[f"short_{each}" for each in asked]].astype(object)
        for number in numbers:
            person = f"{number:06d}"
            found = dict(zip(asked, map(Fraction, short.loc[person]), strict=True))
            wanted = ORACLES[name](cases[number])
            if (granted.get(person, {}), found) != wanted:
                wrong.append({"case": cases[number], "oracle": wanted, "engine": (granted.get(person, {}), found)})
    assert not wrong, f"{len(wrong)} of {len(cases)} differ; one of them: {min(wrong, key=lambda one: len(str(one)))}"


def _granted(table: Any) -> dict[str, dict[str, Fraction]]:
    rows: dict[str, dict[str, Fraction]] = {}
    positive = table[table["granted"] > 0]
    for person, claim, hours in zip(positive["person_id"], positive["claim_id"], positive["granted"], strict=True):
        rows.setdefault(person, {})[claim.split(":", 1)[1]] = Fraction(hours)
    return rows


def test_every_further_pack_has_an_oracle() -> None:
    assert sorted(ORACLES) == FURTHER
