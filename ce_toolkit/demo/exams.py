"""Results of the public-subject exam, as the two learning platforms export them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ce_toolkit.demo.dice import Bools, Days, Ints, Texts, chance, choose, objects, pick, some
from ce_toolkit.demo.names import draw_names
from ce_toolkit.demo.people import People, certificate_numbers
from ce_toolkit.demo.units import Unit

PLATFORMS = ("A", "B")
SUBJECTS = {"A": {2017: "2017", 2016: "2016"}, "B": {2017: "2017年度公需科目", 2016: "2016年度公需科目"}}

_OPENS = np.datetime64("2017-05-02", "D")
_CLOSES = np.datetime64("2017-06-30", "D")


@dataclass(frozen=True)
class Exams:
    """Columns of equal length, one entry per result; ``person`` is the place in ``People``, -1 for one on no form.

    ``clue`` says how the result can be laid to a person: certificate, name_and_unit, misspelt_unit (no number and the
    unit written otherwise), namesakes (no number and two people it may be), on_no_form.
    """

    person: Ints
    name: list[str]
    sex: list[str]
    employer: list[str]
    true_employer: list[str]
    certificate_no: list[str]
    card_no: list[str]
    year: Ints
    date: Days
    score: Ints
    passed: Bools
    absent: Bools
    platform: Texts
    clue: Texts

    def __len__(self) -> int:
        return len(self.name)


def draw_exams(rng: np.random.Generator, units: Sequence[Unit], people: People) -> Exams:
    """Results in the order of the platforms' exports: by platform, then by day."""
    sat = np.flatnonzero(chance(rng, 0.85, len(people)) | people.namesake)
    first_pass = chance(rng, 0.88, len(sat))
    retakes = sat[~first_pass & chance(rng, 0.5, len(sat))]
    strangers = max(2, round(0.002 * len(people)))
    person = np.concatenate([sat, retakes, np.full(strangers, -1)])
    passed = np.concatenate([first_pass, chance(rng, 0.85, len(retakes)), np.ones(strangers, dtype=bool)])
    date = _dates(rng, len(sat), len(retakes), strangers)
    year, date = _old_subject(rng, date)
    absent = ~passed & chance(rng, 0.15, len(person))
    platform = choose(rng, {"A": 58, "B": 42}, len(people))[person]
    exams = Exams(
        person=person,
        **_identity(rng, units, people, person),
        year=year,
        date=date,
        score=np.where(passed, rng.integers(60, 100, len(person)), rng.integers(20, 60, len(person))),
        passed=passed,
        absent=absent,
        platform=platform,
    )
    return _ordered(exams)


def _dates(rng: np.random.Generator, first: int, retakes: int, strangers: int) -> Days:
    """First sittings in May and June, retakes in the last week, a few of all in July, after the window."""
    days = np.concatenate([rng.integers(0, 52, first), rng.integers(53, 60, retakes), rng.integers(0, 59, strangers)])
    date = _OPENS + days
    late = some(rng, np.arange(first), 0.006, least=2)
    date[late] = _CLOSES + rng.integers(1, 20, len(late))
    return date


def _old_subject(rng: np.random.Generator, date: Days) -> tuple[Ints, Days]:
    """A few results are of last year's subject: half of them made up this year, half sat last year."""
    year, date = np.full(len(date), 2017), date.copy()
    old = some(rng, np.arange(len(date)), 0.004, least=2)
    year[old] = 2016
    date[old[::2]] -= 190
    return year, date


def _identity(rng: np.random.Generator, units: Sequence[Unit], people: People, person: Ints) -> dict[str, Any]:
    """Who the platform says sat the exam, and by what a reader can tell."""
    strangers = int((person < 0).sum())
    known = person[: len(person) - strangers]
    number = [people.certificate_no[i] for i in known]
    employer = [units[people.unit[i]].name for i in known]
    clue = objects(["certificate" if n else "name_and_unit" for n in number])
    without = chance(rng, 0.03, len(known)) | (people.namesake[known] & chance(rng, 0.45, len(known)))
    without[some(rng, np.flatnonzero(people.namesake[known]), 0)] = True
    for i in np.flatnonzero(without).tolist():
        number[i], clue[i] = "", "namesakes" if people.namesake[known[i]] else "name_and_unit"
    for i in some(rng, np.flatnonzero(clue == "name_and_unit"), 0.12):
        employer[i], clue[i] = _misspelt(rng, employer[i]), "misspelt_unit"
    for i in some(rng, np.flatnonzero(clue == "certificate"), 0.004):
        employer[i] = _misspelt(rng, employer[i])
    women = chance(rng, 0.5, strangers)
    elsewhere = [units[int(i)].name for i in rng.integers(len(units), size=strangers)]
    return {
        "name": [people.name[i] for i in known] + draw_names(rng, women),
        "sex": [people.sex[i] for i in known] + ["女" if woman else "男" for woman in women],
        "employer": employer + elsewhere,
        "true_employer": [units[people.unit[i]].name for i in known] + elsewhere,
        "certificate_no": number + certificate_numbers(rng, strangers, "8"),
        "card_no": [f"1700{n:08d}" for n in rng.permutation(len(person) * 7)[: len(person)]],
        "clue": np.concatenate([clue, objects(["on_no_form"] * strangers)]),
    }


def _misspelt(rng: np.random.Generator, name: str) -> str:
    """The unit's name as somebody types it from memory: a character left out, two swapped, or the area dropped."""
    at = int(rng.integers(2, len(name) - 1))
    way = int(pick(rng, {"lost": 5, "swapped": 3, "short": 2}, 1)[0])
    if way == 2:
        return name[3:]
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return swapped if way == 1 and swapped != name else name[:at] + name[at + 1 :]


def _ordered(exams: Exams) -> Exams:
    order = np.lexsort((np.arange(len(exams)), exams.date, exams.platform.astype(str)))
    return replace(exams, **{field.name: _taken(getattr(exams, field.name), order) for field in fields(Exams)})


def _taken(values: Any, order: Ints) -> Any:
    return [values[i] for i in order] if isinstance(values, list) else values[order]
