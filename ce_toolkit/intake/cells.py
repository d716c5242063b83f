"""Cells: what stands where on each sheet of a file, before anything is taken to mean anything."""

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import python_calamine as calamine

from ce_toolkit.intake import marks

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta
Row = list[Cell]
Span = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (top, left), (bottom, right), counted from 0."""


class CannotReadError(Exception):
    """The bytes cannot be read as the kind they seem to be; ``note`` says why (a key of notes.toml)."""

    def __init__(self, note: str, **words: str) -> None:
        super().__init__(note)
        self.note = note
        self.words = words


@dataclass(frozen=True)
class Grid:
    """One sheet as rows of cells from A1 down to the last row with text; a blank cell is ``""``.

    ``merged`` is None where the format does not tell (text). ``hidden_rows`` are row indices, counted from 0.
    """

    sheet: str
    rows: list[Row]
    merged: Sequence[Span] | None = None
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()

    def address(self, row: int, column: int) -> str:
        """The A1 address of a cell given by indices from 0."""
        return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Letters of a column counted from 0.

    >>> column_letters(0), column_letters(26), column_letters(16383)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def has_text(cell: Cell) -> bool:
    """Whether a cell holds anything beyond blanks."""
    return bool(cell.strip()) if isinstance(cell, str) else True


def bounded(rows: list[Row]) -> list[Row]:
    """The rows without those below the last one that holds text (a stray blank in row 1048576 makes a million)."""
    last = len(rows)
    while last and not any(map(has_text, rows[last - 1])):
        last -= 1
    return rows if last == len(rows) else rows[:last]


def padded(rows: list[Row]) -> list[Row]:
    """The rows at one width, blanks added behind the shorter ones."""
    width = max(map(len, rows), default=0)
    blank: Cell = ""
    return [row if len(row) == width else row + [blank] * (width - len(row)) for row in rows]


@dataclass
class Workbook:
    """The sheets of a workbook. ``charts`` counts sheets that hold no cells; ``grids`` reads one sheet at a time."""

    data: bytes
    kind: str
    charts: int = 0
    _marks: dict[str, marks.Marks] = field(default_factory=dict)

    def grids(self) -> Iterator[Grid]:
        """Every worksheet, hidden ones included, in the order of the workbook.

        Raises CannotReadError. A fault deep in the reader may surface as a panic, which is no Exception; it is turned
        into the same error, so that one bad file never ends the run.
        """
        try:
            self._marks = marks.look(self.data, self.kind)
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.data))
            for meta in book.sheets_metadata:
                if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                    self.charts += 1
                    continue
                yield self._grid(book.get_sheet_by_name(meta.name), meta)
        except calamine.PasswordError:
            raise CannotReadError("password") from None
        except marks.TooLargeError:
            raise CannotReadError("sheet_too_large") from None
        except (KeyboardInterrupt, SystemExit, GeneratorExit, CannotReadError):
            raise
        except BaseException:  # a panic of the reader derives from nothing narrower
            raise CannotReadError("damaged", size=f"{len(self.data):,}") from None

    def _grid(self, sheet: calamine.CalamineSheet, meta: calamine.SheetMetadata) -> Grid:
        seen = self._marks.get(meta.name, marks.NONE)
        rows = bounded(list(sheet.iter_rows()))
        for (row, column), text in seen.values.items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        merged = sheet.merged_cell_ranges if seen.merged is None else seen.merged
        hidden = meta.visible != calamine.SheetVisibleEnum.Visible
        return Grid(meta.name, rows, merged, hidden, seen.hidden_rows)
