"""Judging anew only those whom a change can reach gives what judging everybody gives, under whatever pack."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import combinations
from random import Random

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.errors import PackError, ToolkitError
from ce_toolkit.rules import alternatives, load_pack, parse_pack, shipped, with_reading
from ce_toolkit.rules.conditions import CONTEXT, OF_WORTH, TESTS
from ce_toolkit.rules.engine import judged, stand
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.rules.inquiry.rerun import Rerun, Year
from ce_toolkit.rules.loading.figures import figures, with_figures
from ce_toolkit.rules.pack import Pack
from tests.rules.mutants import mutants
from tests.rules.strategies import random_people
from tests.rules.strategies_packs import random_cases

PACK = load_pack("dezhou-2017")
DAYS = (date(2017, 4, 15), date(2017, 12, 31), date(2018, 3, 31))
READINGS = [(reading.id, one.id) for reading, one in alternatives(PACK)]
OTHERS = [name for name in shipped() if name != "dezhou-2017"]


@cache
def _year(day: date, people: int = 450) -> Year:
    cases = random_people(17, people)
    tables = case_tables(cases, range(len(cases)), PACK)
    rng = Random(4)  # noqa: S311 - test data
    moved = pd.array([rng.choice((None, None, date(2017, 5, 15))) for _ in cases], dtype="date32[pyarrow]")
    waived = pd.array([rng.choice((None, None, 2)) for _ in cases], dtype="int64[pyarrow]")
    people_ = tables.people.assign(moved_on=moved, waived_months=waived, waiver_reference="批1")
    return Year(tables.claims, people_, day, tables.history)


@cache
def _rerun(day: date) -> Rerun:
    return Rerun(_year(day), PACK)


def _same(rerun: Rerun, pack: Pack) -> int:
    """Prove that the short way ends where the long one does; returns whom the short way judged anew."""
    year, found = rerun.year, rerun.under(pack)
    whole = stand(judged(year.claims, year.people, pack, year.as_of, year.history), year.carried)
    assert np.array_equal(found.status, whole.status())
    assert found.hours.keys() == whole.hours.keys()
    assert all(np.array_equal(found.hours[name], whole.hours[name]) for name in whole.hours)
    return found.reached


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("names", READINGS, ids="-".join)
def test_every_reading_alone(names: tuple[str, str], day: date) -> None:
    assert _same(_rerun(day), with_reading(PACK, *names)) < len(_year(day).people)


def test_any_two_readings_together() -> None:
    rng = Random(8)  # noqa: S311 - test data
    tried = 0
    for one, other in rng.sample(list(combinations(READINGS, 2)), 50):
        try:
            pack = with_reading(with_reading(PACK, *one), *other)
        except PackError:  # one drops what the other changes
            continue
        _same(_rerun(DAYS[1]), pack)
        tried += 1
    assert tried > 35


@pytest.mark.parametrize("names", [("U2", "all_classes"), ("U7", "one_counts")], ids="-".join)
def test_any_reading_where_a_rule_ties_classes_together(names: tuple[str, str]) -> None:
    """Hours that one class loses leave room under a cap, or an event, to another."""
    tied = with_reading(PACK, *names)
    rerun = Rerun(_year(DAYS[1]), tied)
    for others in READINGS:
        if others[0] != names[0]:
            _same(rerun, with_reading(tied, *others))


def _figures(rng: Random) -> dict[str, Decimal]:
    return {
        part.id: Decimal(rng.choice((0, 1, 5, 750, 800, 801, 1250, 2000, 3000, 4000, 6000, 9000, 99900))) / 100
        for part, _ in figures(PACK)
        if rng.random() < 0.4
    }


def test_random_figures_with_and_without_a_reading() -> None:
    rng = Random(9)  # noqa: S311 - test data
    for _ in range(40):
        pack = with_reading(PACK, *rng.choice(READINGS)) if rng.random() < 0.5 else PACK
        _same(_rerun(rng.choice(DAYS)), with_figures(pack, _figures(rng)))


def _mutated(name: str) -> Iterator[Pack]:
    text = (resources.files("ce_toolkit.rules") / "packs" / f"{name}.toml").read_text(encoding="utf-8")
    for _, other in mutants(text):
        try:
            yield parse_pack(other.encode(), f"{name}.toml")
        except PackError:
            continue


@pytest.mark.parametrize("name", OTHERS)
def test_every_figure_of_the_other_packs_a_little_off(name: str) -> None:
    """Caps by share, over years and by claim, tables of grades, minima by person: whatever packs can say."""
    pack = load_pack(name)
    cases = random_cases(name, 5, 60)
    tables = case_tables(cases, range(len(cases)), pack)
    rerun = Rerun(Year(tables.claims, tables.people, pack.time.last, tables.history, tables.carried), pack)
    mutated = [other for other in _mutated(name) if other.time.year == pack.time.year]
    for other in mutated[:: max(1, len(mutated) // 15)]:
        _same(rerun, other)


@pytest.mark.parametrize("shape", ["dezhou-2017", "accountants-2018", "xuzhou-2017"])
def test_any_rule_left_out_or_put_in(shape: str) -> None:
    pack = load_pack(shape)
    cases = random_people(23, 150) if pack == PACK else random_cases(shape, 23, 80)
    tables = case_tables(cases, range(len(cases)), pack)
    year = Year(tables.claims, tables.people, pack.time.last, tables.history, tables.carried)
    whole = Rerun(year, pack)
    for rule in pack.rules:
        less = pack.model_copy(update={"rules": tuple(one for one in pack.rules if one != rule)})
        _same(whole, less)
        _same(Rerun(year, less), pack)


def test_a_rule_out_of_its_place_is_asked_of_everybody() -> None:
    rules = PACK.model_copy(update={"rules": tuple(reversed(PACK.rules))})
    assert _same(_rerun(DAYS[1]), rules) == len(_year(DAYS[1]).people)


def test_U29_hours_supposed_for_the_employer_are_not_taken_for_fixed_ones() -> None:
    """What claims could become is told with the hours declared; masks of the claims as they are do not apply to it."""
    day = {"start": date(2017, 3, 6), "end": date(2017, 3, 12)}
    records = [
        {"ref": "s", "class": "self_study", "date": date(2017, 3, 1), "hours": 10, "employer_hours": None},
        {"ref": "t", "class": "training", "basis": None, "hours": 50, **day},
        {"ref": "e", "class": "public_exam", "date": date(2017, 5, 6), "result": "pass"},
    ]
    tables = case_tables([{"id": "x", "records": records}], [0], PACK)
    _same(Rerun(Year(tables.claims, tables.people, DAYS[1]), PACK), with_reading(PACK, "U29", "refused"))


def test_what_moves_no_hour_reaches_nobody() -> None:
    rerun = _rerun(DAYS[1])
    for names in (("U17", "not_signed_up"), ("U19", "by_month"), ("U21", "day_before"), ("U32", "judged")):
        assert not rerun.reached(with_reading(PACK, *names)).any()


def test_every_test_of_a_pack_says_what_it_hangs_on() -> None:
    """A test that is new must be put where it belongs before a run can be shortened by it."""
    alone = {
        "always", "number_invalid", "no_archive", "archive_unknown", "not_passed", "no_date", "dates_invalid",
        "employer_hours_blank", "not_signed_up", "unit_without_archive", "unit_archive_unknown", "later_author",
        "author_rank_unknown", "before_move", "outside_window",
    }  # fmt: skip
    assert alone | set(CONTEXT) | OF_WORTH == set(TESTS)


def test_figures_of_a_pack_and_what_is_refused() -> None:
    own = {part.id: value for part, value in figures(PACK)}
    assert own == {
        "training_day": 8, "self_study_year": 40, "output_year": 30, "total": 90, "professional": 60, "public": 30,
    }  # fmt: skip
    assert with_figures(PACK, {"total": Decimal(90)}) is PACK
    assert with_figures(PACK, {"total": Decimal(72)}).sha256 != PACK.sha256
    for wrong in ({"total": Decimal("-1")}, {"total": Decimal("0.001")}, {"total": Decimal("NaN")}, {"x": Decimal(1)}):
        with pytest.raises(ToolkitError, match=r"total|x"):
            with_figures(PACK, wrong)
