"""The city's professionals: one entry per person and column, in the order of their units."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ce_toolkit.demo.dice import Bools, Floats, Ints, chance, objects, pick, some
from ce_toolkit.demo.names import draw_names
from ce_toolkit.demo.spec import Kind, series_table
from ce_toolkit.demo.units import Unit

LEVELS = {"正高级": 3, "副高级": 18, "中级": 40, "助理级": 31, "员级": 8}


@dataclass(frozen=True)
class People:
    """Columns of equal length, one entry per person; ``unit`` is the person's place in the list of units.

    ``certificate_no`` is the number of the person's certificate ("" for a person who holds none),
    ``certificate_written`` what the enrolment form lets a reader see of it ("" where the cell is blank).
    ``effort`` is how much the person learns, 1 on average.
    """

    unit: Ints
    person_id: list[str]
    name: list[str]
    sex: list[str]
    series: list[str]
    title: list[str | None]
    level: list[str | None]
    certificate_no: list[str]
    certificate_written: list[str]
    on_signup: Bools
    namesake: Bools
    effort: Floats

    def __len__(self) -> int:
        return len(self.name)


def draw_people(rng: np.random.Generator, units: Sequence[Unit], *, prefix: str, block: str) -> People:
    """The people of ``units``; ids begin with ``prefix``, certificate numbers with a digit of ``block``."""
    unit = np.repeat(np.arange(len(units)), [u.size for u in units])
    series, level, title = _titles(rng, units, unit)
    female = chance(rng, np.array([_women(s) for s in series]), len(unit))
    name = draw_names(rng, female)
    _make_namesakes(rng, unit, name, female)
    namesake = namesakes(unit, name)
    held, written = _certificates(rng, namesake, block)
    area_effort = np.array([u.area.effort for u in units])[unit]
    return People(
        unit=unit,
        person_id=[f"{prefix}{i:06d}" for i in range(1, len(unit) + 1)],
        name=name,
        sex=["女" if woman else "男" for woman in female],
        series=series,
        title=title,
        level=level,
        certificate_no=held,
        certificate_written=written,
        on_signup=_signed_up(rng, namesake),
        namesake=namesake,
        effort=np.clip(rng.normal(1, 0.25, len(unit)), 0.15, 1.9) * area_effort**2,
    )


def certificate_numbers(rng: np.random.Generator, size: int, block: str) -> list[str]:
    """Distinct invented certificate numbers of 13 digits: a zero, a digit of ``block``, 37148 and six digits."""
    return [f"0{block[n // 10**6]}37148{n % 10**6:06d}" for n in rng.choice(len(block) * 10**6, size, replace=False)]


def namesakes(unit: Ints, name: Sequence[str]) -> Bools:
    """Who shares unit and name with somebody else."""
    keys = list(zip(unit.tolist(), name, strict=True))
    seen: dict[tuple[int, str], int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    return np.array([seen[key] > 1 for key in keys], dtype=bool)


def _women(series: str) -> float:
    return {"卫生技术": 0.68, "中小学教师": 0.6, "会计": 0.62, "工程技术": 0.28, "民用航空飞行": 0.06}.get(series, 0.45)


def _titles(
    rng: np.random.Generator, units: Sequence[Unit], unit: Ints
) -> tuple[list[str], list[str | None], list[str | None]]:
    """Series by the unit's kind, a level by weight, a title of both; one in eighty has no title yet."""
    series = _series(rng, [u.kind for u in units], unit)
    levels, luck = rng.random(len(unit)), rng.random((2, len(unit)))
    level: list[str | None] = []
    title: list[str | None] = []
    for i, of in enumerate(series):
        if luck[0, i] < 0.0125:
            level.append(None)
            title.append(None)
            continue
        level.append(_level(of, levels[i]))
        title.append(_title(of, str(level[-1]), luck[1, i]))
    return series, level, title


def _series(rng: np.random.Generator, kind: Sequence[Kind], unit: Ints) -> list[str]:
    out = objects([None] * len(unit))
    edges = np.searchsorted(unit, np.arange(len(kind) + 1))
    for of, first, last in zip(kind, edges, edges[1:], strict=False):
        here = np.arange(first, last)
        names = objects(list(of.series))
        out[here] = names[pick(rng, of.series, len(here))]
        out[here[: len(names)]] = names[: len(here)]  # every series of the unit has somebody
    return list(out)


def _level(series: str, luck: float) -> str:
    there = {level: weight for level, weight in LEVELS.items() if level in series_table()[series].titles}
    mark = luck * sum(there.values())
    for level, weight in there.items():
        mark -= weight
        if mark < 0:
            return level
    return list(there)[-1]


def _title(series: str, level: str, luck: float) -> str:
    """A title in force, or with luck above 0.9 a former one of the same level where there is one."""
    table = series_table()[series]
    titles = table.titles[level]
    if luck > 0.9 and level in table.also:
        titles, luck = table.also[level], (luck - 0.9) * 10
    return titles[min(int(luck * len(titles)), len(titles) - 1)]


def _make_namesakes(rng: np.random.Generator, unit: Ints, name: list[str], female: Bools) -> None:
    """Now and then the second of two colleagues bears the name of the first."""
    colleagues = np.flatnonzero(unit[1:] == unit[:-1])
    for i in some(rng, colleagues, 1 / 700, least=2):
        name[i + 1] = name[i]
        female[i + 1] = female[i]


def _certificates(rng: np.random.Generator, namesake: Bools, block: str) -> tuple[list[str], list[str]]:
    """Numbers held and numbers written; namesakes always show theirs, or nobody could tell them apart."""
    size = len(namesake)
    numbers = certificate_numbers(rng, size, block)
    luck = np.where(namesake, 1.0, rng.random(size))
    held = ["" if luck[i] < 0.03 else number for i, number in enumerate(numbers)]
    written = ["" if luck[i] < 0.06 else number for i, number in enumerate(numbers)]
    return held, written


def _signed_up(rng: np.random.Generator, namesake: Bools) -> Bools:
    """One in a hundred is on no enrolment form, though the unit registers hours for them."""
    out = np.ones(len(namesake), dtype=bool)
    out[some(rng, np.flatnonzero(~namesake), 0.01)] = False
    return out


def joined_people(one: People, other: People, units: int) -> People:
    """The people of two parts of the city; the units of the second stand behind the ``units`` of the first."""
    both: dict[str, Any] = {}
    for field in fields(People):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        shifted = theirs + units if field.name == "unit" else theirs
        both[field.name] = mine + theirs if isinstance(mine, list) else np.concatenate([mine, shifted])
    return People(**both)
