"""From the cells of a column to values: one reader per kind of column, each raw value read once and remembered."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.marks import NO_VALUE

DITTO = frozenset({"同上", "同前", "同左", "〃", "″", '"', "''", "略"})
"""Words that stand for the cell above; they are never copied down (MC14)."""

_ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA)|=(?:_xlfn\.)?DISPIMG\(.*", re.DOTALL)
_SEPARATOR = "\x1f"
_REMEMBERED = 200_000


class Reading(NamedTuple):
    """A value as read, and what was done to it or what is wrong with it (a key of notes.toml; "" = nothing)."""

    value: Any
    note: str = ""


Reader = Callable[[Cell], Reading]
"""Reads one cell that is neither blank nor an error; text arrives without outer blanks and invisible characters."""


def tidy(text: str) -> str:
    """Text without zero-width and control characters and without blanks around it."""
    text = _ZERO_WIDTH.sub("", text)
    return _CONTROL.sub("", text).strip()


def plain_number(number: float) -> str:
    """A number as a workbook shows it: no ``.0``, fifteen significant digits.

    >>> plain_number(12.0), plain_number(0.1 + 0.2)
    ('12', '0.3')
    """
    if isinstance(number, int):
        return str(number)
    text = format(number, ".15g")
    return str(int(number)) if "e" in text and number.is_integer() else text


def as_text(raw: Cell) -> str:
    """Any cell as text, for columns that hold words."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return plain_number(raw)
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        raw = raw.date()
    return str(raw)


@dataclass
class Column:
    """Reads the cells of one kind of column and remembers every raw value, since most of them come again.

    ``untouched`` matches text that the reader would return as it is: a whole column of it is taken at once.
    ``blanks`` are the words that mean nothing is there; ``blank_note`` is what to say of them.
    """

    reader: Reader
    blanks: frozenset[str]
    blank_note: str = ""
    untouched: re.Pattern[str] | None = None
    _values: dict[Cell, Any] = field(default_factory=dict)
    _notes: dict[Cell, str] = field(default_factory=dict)

    def read(self, cells: Sequence[Cell]) -> tuple[list[Any], dict[int, str]]:
        """Values of the cells (None = blank or unreadable) and notes by position."""
        kinds = set(map(type, cells))
        if self.untouched and kinds == {str} and self.untouched.fullmatch(_SEPARATOR.join(cells)):  # type: ignore[arg-type]
            return [cell or None for cell in cells], {}
        if bool in kinds:  # True and 1 are one key, and must not be remembered as one
            cells = [as_text(cell) if isinstance(cell, bool) else cell for cell in cells]
        values = self._values
        if len(values) > _REMEMBERED:
            values.clear()
            self._notes.clear()
        for cell in set(cells).difference(values):
            reading = self.one(cell)
            values[cell] = reading.value
            if reading.note:
                self._notes[cell] = reading.note
        read = list(map(values.__getitem__, cells))
        notes = self._notes
        if not notes or notes.keys().isdisjoint(cells):
            return read, {}
        return read, {at: notes[cell] for at, cell in enumerate(cells) if cell in notes}

    def one(self, raw: Cell) -> Reading:
        """Read one cell: blanks, words for nothing, ditto marks and error values first, the reader for the rest."""
        if not isinstance(raw, str):
            return self.reader(raw)
        text = tidy(raw)
        if not text:
            return Reading(None)
        if text in self.blanks:
            return Reading(None, self.blank_note)
        if text in DITTO:
            return Reading(None, "ditto")
        if text == NO_VALUE:
            return Reading(None, "formula_without_value")
        if _ERROR.fullmatch(text):
            return Reading(None, "error_value")
        reading = self.reader(text)
        if not reading.note and isinstance(reading.value, str) and reading.value != raw:
            note = "control_removed" if _CONTROL.search(raw) else "blanks_removed"
            return Reading(reading.value, note)
        return reading


@cache
def column(reader: str, year: int) -> Column:
    """The column reader of that name (as fields.toml names it) for a year; one per process, so that it remembers."""
    from ce_toolkit.intake import reading_dates, reading_names, reading_numbers, reading_text, reading_words
    from ce_toolkit.intake.fields import field_spec

    spec = field_spec()
    readers: dict[str, Reader] = {
        "name": reading_names.read_name,
        "unit": reading_text.read_unit,
        "series": reading_text.read_unit,
        "title": reading_text.read_title,
        "certificate": reading_text.read_certificate,
        "key": reading_text.read_key,
        "text": reading_text.read_text,
        "serial": reading_text.read_serial,
        "hours": reading_numbers.read_hours,
        "days": reading_numbers.read_days,
        "items": reading_numbers.read_items,
        "date": reading_dates.date_reader(year),
    }
    untouched = {"name": reading_names.UNTOUCHED, "certificate": reading_text.UNTOUCHED_NUMBER}
    untouched["key"] = untouched["certificate"]
    read = readers.get(reader) or reading_words.word_reader(reader, spec.words[reader])
    note = "certificate_none" if reader == "certificate" else "blank_word" if reader not in {"text", "serial"} else ""
    return Column(read, spec.blanks(reader), note, untouched.get(reader))
