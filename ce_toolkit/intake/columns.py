"""From the cells of a column to values: one reader per kind of column, each raw value read once and remembered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ce_toolkit.intake import reading_dates, reading_names, reading_numbers, reading_text, reading_words
from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.marks import NO_VALUE
from ce_toolkit.intake.readers import Reader, Reading, as_text, has_control, tidy

DITTO = frozenset({"同上", "同前", "同左", "〃", "″", '"', "''", "略"})
"""Words that stand for the cell above; they are never copied down (MC14)."""

_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!|FIELD!)")
_PICTURE = re.compile(r"=(?:_xlfn\.)?DISPIMG\(.*", re.DOTALL)
_SEPARATOR = "\x1f"
_REMEMBERED = 200_000


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
        try:
            read = list(map(values.__getitem__, cells))
        except KeyError:
            self._learn(set(cells).difference(values))
            read = list(map(values.__getitem__, cells))
        notes = self._notes
        if not notes or notes.keys().isdisjoint(cells):
            return read, {}
        return read, {at: notes[cell] for at, cell in enumerate(cells) if cell in notes}

    def _learn(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            reading = self.one(cell)
            self._values[cell] = reading.value
            if reading.note:
                self._notes[cell] = reading.note

    def one(self, raw: Cell) -> Reading:
        """Read one cell: blanks, words for nothing, ditto marks and error values first, the reader for the rest."""
        if not isinstance(raw, str):
            return self.reader(raw)
        text = tidy(raw)
        if not text:
            return Reading(None)
        if text in self.blanks:
            return Reading(None, self.blank_note)
        fault = _no_content(text)
        reading = Reading(None, fault) if fault else self.reader(text)
        if not reading.note and reading.value == text != raw:
            return Reading(text, "control_removed" if has_control(raw) else "blanks_removed")
        return reading


def _no_content(text: str) -> str:
    """The note for text that stands for something else: the cell above, a formula, an error, a picture."""
    if text in DITTO:
        return "ditto"
    if text == NO_VALUE:
        return "formula_without_value"
    if _PICTURE.fullmatch(text):
        return "picture"
    return "error_value" if _ERROR.fullmatch(text) else ""


def stands_for_nothing(label: str) -> bool:
    """Whether a head is an error, a picture in a cell or a formula without its value (MH9)."""
    return _no_content(tidy(label)) not in ("", "ditto")


@cache
def column(reader: str, year: int, since_1904: bool = False) -> Column:
    """The column reader of that name (as fields.toml names it) for a year; one per process, so that it remembers.

    ``since_1904``: the workbook counts its days from 1904.
    """
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
        "date": reading_dates.date_reader(year, since_1904=since_1904),
        "method": reading_words.method_reader(spec.words["method"]),
    }
    untouched = {"name": reading_names.UNTOUCHED, "certificate": reading_text.UNTOUCHED_NUMBER}
    untouched["key"] = untouched["certificate"]
    read = readers.get(reader) or reading_words.word_reader(reader, spec.words[reader])
    note = "certificate_none" if reader == "certificate" else "blank_word" if reader not in {"text", "serial"} else ""
    return Column(read, spec.blanks(reader), note, untouched.get(reader))
