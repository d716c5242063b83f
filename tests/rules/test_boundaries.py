"""Invariant 9: boundary examples made from a pack hold, and every figure and date of it is guarded by an example."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import pytest

from ce_toolkit.errors import PackError, TableError
from ce_toolkit.rules import Pack, load_pack, parse_pack, run_examples, shipped
from ce_toolkit.rules.drafting.boundaries import boundary_examples
from tests.rules.cases import differences, load_cases
from tests.rules.mutants import mutants
from tests.rules.oracle import judge

# what moves no hour and raises no flag: key or line, and why it is there all the same
_SHARE = re.compile(r"\d+/\d+$")
INERT = {
    "revision": "says which edition of the pack was used; kept in the run record",
    "known_from": "says since when the pack may be used; no claim is measured by it",
    "document date": "the day a document was issued is cited, not computed with",
    "enrolment from": "nobody signs up too early: only what is received after the window's close is remarked",
    "slack": "says by how much the minima are apart on purpose; the lint compares it",
    "valid_from": "the pack's period begins on the same day",
    "time year": "names the period; the lint compares it with its days, and only what came before is measured by it",
    "review from": "the review opens by the calendar; only what is completed after its close is remarked",
}


OF_OTHERS = {"valid_from", "slack", "time year"}  # reasons that other packs than the first need


@cache
def _text(name: str) -> str:
    return (resources.files("ce_toolkit.rules") / "packs" / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", shipped())
def test_boundary_examples_hold(name: str) -> None:
    """At the line, a hundredth and a day off it, and by each value that refuses or holds a claim.

    A3, A6 who is judged; B10–B12 exams; C11, C17, C21, C22 limits and worths; C12, C13, C16 what is held; C15, C18–C20
    what is refused; C25 remarks; D4, D12 registration and proof; D5, E2, E3, E5, E8 days; F8, F10–F12 minima.
    """
    pack = load_pack(name)
    outcomes = run_examples(boundary_examples(pack), pack)
    assert len(outcomes) > (100 if name == "dezhou-2017" else 20)
    assert {outcome.id: outcome.differs for outcome in outcomes if not outcome.ok} == {}


def test_the_oracle_agrees_with_the_boundary_examples() -> None:
    cases = boundary_examples(load_pack("dezhou-2017"))
    assert {case["title"]: found for case in cases if (found := differences(case, judge(case)))} == {}


@pytest.mark.parametrize("name", shipped())
def test_every_mutant_of_a_figure_or_date_is_killed(name: str) -> None:
    boundary = boundary_examples(load_pack(name))
    alive = {place: _inert(name, place) for place, text in mutants(_text(name)) if not _killed(name, text, boundary)}
    assert {place for place, reason in alive.items() if not reason} == set()
    if name == "dezhou-2017":  # a reason that nothing needs any more is taken off the list
        assert set(alive.values()) == set(INERT) - OF_OTHERS


@pytest.mark.parametrize("name", shipped())
def test_mutants_reach_every_figure_and_date_of_the_pack(name: str) -> None:
    places = {place.split(" → ")[0] for place, _ in mutants(_text(name))}
    assert len(places) == len(
        list(_figures({key: part for key, part in tomllib.loads(_text(name)).items() if key != "reading"}))
    )


def _killed(name: str, text: str, boundary: list[dict[str, Any]]) -> bool:
    try:
        pack = parse_pack(text.encode(), "变.toml")
    except PackError:
        return True
    return not _holds(boundary, pack) or not _holds(_cases(name), pack)


@cache
def _cases(name: str) -> list[dict[str, Any]]:
    return load_cases() if name == "dezhou-2017" else load_cases(f"packs/{name}")


def _holds(cases: list[dict[str, Any]], pack: Pack) -> bool:
    try:
        return all(outcome.ok for outcome in run_examples(cases, pack))
    except TableError:  # hours carried in from the year itself
        return False


def _inert(name: str, place: str) -> str:
    """The entry of INERT that covers a place, empty if none does."""
    line, key = place.split(" ")[:2]
    lines = _text(name).splitlines()[: int(line)]
    table = next(each for each in reversed(lines) if each.startswith("[")).strip("[]")
    window = lines[-1].split(" ")[0] if table == "windows" else ""
    names = (key, f"{table} {key}", window, f"{window} {key}")
    return next((each for each in names if each in INERT), "")


def _figures(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (figure for each in value.values() for figure in _figures(each))
    elif isinstance(value, list):
        yield from (figure for each in value for figure in _figures(each))
    elif (isinstance(value, (int, float, date)) and not isinstance(value, bool)) or _SHARE.match(str(value)):
        yield value
