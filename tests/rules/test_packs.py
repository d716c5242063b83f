"""The packs beyond Dezhou: their worked examples, and an oracle that agrees with the engine on random people."""

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.cli import main
from ce_toolkit.rules import (
    alternatives,
    load_examples,
    load_pack,
    run_examples,
    shipped,
    unknown_keys,
    with_reading,
)
from ce_toolkit.rules.drafting.outline import outline
from ce_toolkit.rules.drafting.shapes import SHAPES
from tests.rules.oracle_packs import ORACLES
from tests.rules.strategies_packs import random_cases

CASES = Path(__file__).parents[1] / "cases" / "packs"
FIELDS = ("status", "credited", "short", "rejected", "pending")
PEOPLE = 700


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
    """Status, hours, what is short, refused and held claims of 700 people, all judged in one call."""
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


def test_the_page_of_packs_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """``docs/packs.md`` is what ``ce pack list --markdown docs/packs.md`` writes."""
    assert main(["pack", "list"]) == 0
    page = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
    assert page == capsys.readouterr().out


def test_every_shape_a_verb_expresses_is_used_by_a_pack() -> None:
    """A shape that nobody uses is not known to work; one that no verb expresses says so in the page."""
    packs = [load_pack(name) for name in shipped()]
    packs += [with_reading(pack, reading.id, one.id) for pack in packs for reading, one in alternatives(pack)]
    unused = [shape.id for shape in SHAPES if shape.uses and not any(shape.uses(pack) for pack in packs)]
    assert unused == ["R12"]  # a cap per item: the made notice of the shapes has it


@pytest.mark.parametrize("name", ORACLES)
def test_every_alternative_of_a_reading_changes_something(name: str) -> None:
    """An answer that nobody's hours or requirements depend on would be no reading."""
    pack, cases = load_pack(name), random_cases(name, 2, 200)
    usual = [_plain(vars(outcome)) for outcome in run_examples(cases, pack)]
    for reading, one in alternatives(pack):
        other = run_examples(cases, with_reading(pack, reading.id, one.id))
        assert [_plain(vars(outcome)) for outcome in other] != usual, f"{reading.id} {one.id}"


@pytest.mark.parametrize(
    ("name", "reading", "alternative", "case", "total", "short"),
    [
        ("national-2015", "G1", "earned", "N05", 120, {"professional": 20}),  # two thirds of 120 are 80
        ("guangxi-2017", "G1", "earned", "GX02", 92, {"professional": Fraction("1.34")}),  # 184/3, up to 61.34
        ("henan-2017", "HN1", "professional", "HN02", 90, {"professional": 6}),
        ("guangdong-2017", "GD1", "each_subject", "GD05", 9, {}),
        ("guangdong-2017", "GD2", "whole", "GD06", 19, {}),  # 0, 1, 1, 8, 8 of 9, and 1.5 down to 1
        ("guangdong-2017", "GD3", "from_may", "GD07", Fraction("5.8"), {}),  # without the 1.1 of January
        ("xuzhou-2017", "XZ1", "by_days", "XZ07", 100, {}),  # 7.5 hours on a day are a day: 8
        ("xuzhou-2017", "XZ2", "each_year", "XZ09", 72, {}),
        ("xuzhou-2017", "XZ7", "any_subject", "XZ02", 70, {"total": 2, "public": 1}),
        ("accountants-2018", "KJ1", "required", "KJ02", Fraction("135.01"), {"professional": 0}),
        ("accountants-2018", "KJ4", "each", "KJ07", 60, {}),
        ("texas-cpa-2017", "TX3", "halves", "TX05", Fraction("12.5"), {}),  # 0.5, 1, 1.5, 2 and 7.5
        ("texas-cpa-2017", "TX4", "of_120", "TX13", 61, {"cycle": 0}),
    ],
)
def test_an_alternative_counts_as_reckoned_by_hand(  # noqa: PLR0917 - one column each
    name: str, reading: str, alternative: str, case: str, total: Any, short: dict[str, Any]
) -> None:
    cases = [{**each, "expect": None} for each in load_examples(CASES / f"{name}.yaml") if each["id"] == case]
    outcome = run_examples(cases, with_reading(load_pack(name), reading, alternative))[0]
    assert Fraction(outcome.credited["total"]) == total
    assert {key: Fraction(outcome.short[key]) for key in short} == short


def test_the_page_of_a_layer_begins_with_its_own_clauses_and_shows_the_table_in_words() -> None:
    read = outline(load_pack("accountants-2018"))
    assert [bool(section.clause.document) for section in read.sections] == [False] * 9 + [True] * 3
    facts = dict(
        next(item for section in read.sections for item in section.items if item.id == "research_grades").facts
    )
    assert facts["折算表"].startswith("种别：课题，角色：独立承担、主持，学分：90；")
