"""Everyday slips in single cells: what a clerk types instead of what the form asks for, and what was meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ce_toolkit.demo.dice import Bools, chance, some
from ce_toolkit.demo.plans import Plan
from ce_toolkit.demo.spec import series_table
from ce_toolkit.demo.xlsx import Cell

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_TAILS = ("　", "\u00a0", " ")

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Slip:
    """A kind of slip in one column: how often, what is typed, which values it can befall, is the row held."""

    kind: str
    field: str
    rate: float
    typed: Callable[[Any], Cell]
    fits: Callable[[Any], bool] = bool
    held: bool = False
    workbook: bool = False
    always: bool = False  # not drawn: every value that fits


@dataclass(frozen=True)
class Edit:
    """One cell typed otherwise: the row's place in its file, the column, what stands there and what was meant."""

    row: int
    field: str
    shown: Cell
    kind: str
    meant: str
    held: bool


def spell_date(day: date | None, way: str) -> Cell:
    """A date the way a clerk writes it: iso, dotted, chinese, compact, slash, short (two-digit year) or a real date."""
    if day is None or way == "real":
        return day
    if way == "compact":
        return int(f"{day:%Y%m%d}")
    if way == "short":
        return f"{day.year % 100}.{day.month}.{day.day}"
    if way == "chinese":
        return f"{day.year}年{day.month}月{day.day}日"
    if way == "iso":
        return day.isoformat()
    return "./"[way == "slash"].join((str(day.year), str(day.month), str(day.day)))


def plain_number(hundredths: int) -> int | float:
    """Hundredths as the number that is typed: 750 → 7.5, 800 → 8."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def _spaced(name: str) -> str:
    return f"{name[0]}　{name[1]}"


def _two_characters(name: str) -> bool:
    return len(name) == 2


def _wide(value: Any) -> str:
    return str(value).translate(_WIDE)


def _tailed(value: str) -> str:
    return value + _TAILS[len(value) % len(_TAILS)]


def _alias(series: str) -> str:
    aliases = series_table()[series].aliases
    return aliases[len(aliases) // 2]


def _is_blank(value: Any) -> bool:
    return not value


def _apart(way: str) -> Callable[[Any], Cell]:
    """A single date written another way than its neighbours."""
    return lambda day: spell_date(day, way)


_IDENTITY = (
    Slip("name_spaced", "name", 0.02, _spaced, _two_characters),
    Slip("name_separator", "name", 0.5, lambda name: name.replace("·", "•"), lambda name: "·" in name),
    Slip("certificate_as_number", "certificate_no", 0.01, int, workbook=True),
    Slip("certificate_full_width", "certificate_no", 0.006, _wide),
    Slip("certificate_blank_word", "certificate_no", 0.1, lambda _: "无", _is_blank),
    Slip("certificate_missing", "certificate_no", 1, lambda _: None, _is_blank, always=True),
)
ENROLMENT_SLIPS = (
    *_IDENTITY,
    Slip("title_missing", "title", 1, lambda _: None, _is_blank, always=True),
    Slip("sex_missing", "sex", 0.004, lambda _: None),
    Slip("sex_word", "sex", 0.01, lambda sex: sex + "性"),
    Slip("series_alias", "series", 0.012, _alias),
    Slip("trailing_blank", "title", 0.01, _tailed),
    Slip("trailing_blank", "employer", 0.01, _tailed),
)
HOURS_SLIPS = (
    *_IDENTITY,
    Slip("hours_about", "hours", 0.0006, lambda hours: f"约{hours}", held=True),
    Slip("hours_minutes", "hours", 0.0006, lambda hours: f"{int(hours * 45)}分钟", held=True),
    Slip("date_two_digit_year", "start", 0.0008, _apart("short"), held=True),
    Slip("hours_negative", "hours", 0.0008, lambda hours: -hours, held=True),
    Slip("hours_unit", "hours", 0.012, lambda hours: f"{hours}学时"),
    Slip("hours_full_width", "hours", 0.006, _wide),
    Slip("days_full_width", "days", 0.006, _wide),
    Slip("date_dotted", "start", 0.006, _apart("dotted")),
    Slip("date_chinese", "start", 0.006, _apart("chinese")),
    Slip("date_compact", "start", 0.004, _apart("compact")),
    Slip("date_slash", "end", 0.006, _apart("slash")),
    Slip("trailing_blank", "organiser", 0.006, _tailed),
)
EXAM_SLIPS = (
    Slip("name_spaced", "name", 0.01, _spaced, _two_characters),
    Slip("trailing_blank", "employer", 0.006, _tailed),
)


def draw_edits(
    rng: np.random.Generator, slips: Sequence[Slip], plans: Sequence[Plan], columns: Columns, namesake: Bools
) -> list[list[Edit]]:
    """The edits of each plan's file. ``columns`` hold the values of all rows, and under ``meant:field`` what was meant.

    A cell slips once and a row is held once. Files that cannot be read, merged units, and the names and numbers of
    namesakes are left alone: a slip there would make two people one.
    """
    rows = np.concatenate([plan.rows for plan in plans])
    at = np.repeat(np.arange(len(plans)), [len(plan.rows) for plan in plans])
    place = np.concatenate([np.arange(len(plan.rows)) for plan in plans])
    edits: list[list[Edit]] = [[] for _ in plans]
    taken: set[tuple[int, str]] = set()
    for slip in slips:
        values = columns[slip.field]
        there = np.array([_is_open(slip, plan) for plan in plans])[at]
        if slip.field in ("name", "certificate_no"):
            there &= ~namesake[rows]
        fits = [int(i) for i in np.flatnonzero(there) if slip.fits(values[rows[i]])]
        for i in fits if slip.always else some(rng, fits, slip.rate):
            marks = {(i, slip.field), (i, "held" if slip.held else slip.field)}
            if not marks & taken:
                taken |= marks
                meant = columns.get(f"meant:{slip.field}", values)[rows[i]]
                edits[at[i]].append(_edit(slip, int(place[i]), values[rows[i]], meant))
    return edits


def _is_open(slip: Slip, plan: Plan) -> bool:
    return not (plan.truncated or (slip.workbook and plan.encoding) or (plan.merged and slip.field == "employer"))


def _edit(slip: Slip, place: int, value: Any, meant: Any) -> Edit:
    return Edit(place, slip.field, slip.typed(value), slip.kind, "" if meant is None else str(meant), slip.held)


def drop_numbers(rng: np.random.Generator, numbers: Sequence[str], namesake: Bools, rate: float) -> list[str]:
    """Certificate numbers with a few left out, never those of namesakes."""
    lost = chance(rng, rate, len(numbers)) & ~namesake
    return ["" if gone else number for number, gone in zip(numbers, lost, strict=True)]
