"""Cells: what stands where on each sheet of a file, before anything is taken to mean anything."""

import datetime
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine as calamine

from ce_toolkit.intake import marks
from ce_toolkit.intake.limits import LIMITS, Limits, TooLargeError

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta
Row = list[Cell]
Span = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (top, left), (bottom, right), counted from 0."""


FAR_BELOW = 1000
"""So many rows without text below the last one with text are told of."""


class CannotReadError(Exception):
    """The bytes cannot be read as the kind they seem to be; ``note`` says why (a key of notes.toml)."""

    def __init__(self, note: str, **words: str) -> None:
        super().__init__(note)
        self.note = note
        self.words = words


@dataclass(frozen=True)
class Grid:
    """One sheet as rows of cells from A1 down to the last row with text; a blank cell is ``""``.

    ``merged`` is None where the format does not tell (text). ``hidden_rows`` are row indices, counted from 0;
    ``struck``, ``coloured`` and ``comments`` are about places (row, column) counted from 0. ``beside``: only the
    columns of a table that has another one to its left. ``dimension``: the range that the file says the sheet has,
    where it is smaller than the sheet; ``beyond``: rows below the last text that the sheet is said to have, where they
    are very many.
    """

    sheet: str
    rows: list[Row]
    merged: Sequence[Span] | None = None
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    beside: bool = False
    dimension: str = ""
    beyond: int = 0
    struck: frozenset[tuple[int, int]] = frozenset()
    coloured: frozenset[tuple[int, int]] = frozenset()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    since_1904: bool = False

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


def read_workbook(data: bytes, kind: str, limits: Limits = LIMITS) -> Iterator[Grid]:
    """Every sheet of a workbook in its order, hidden ones included; a sheet of charts has no rows.

    Raises CannotReadError. A fault deep in the reader may surface as a panic, which is no Exception; it is turned into
    the same error, so that one bad file never ends the run.
    """
    try:
        seen = marks.look(data, kind, limits)
        if kind != "xls":
            yield from _grids(seen)
            return
        with _silence():  # a cut-off .xls makes the reader write a backtrace past Python
            grids = list(_grids(seen))
    except calamine.PasswordError:
        raise CannotReadError("password") from None
    except TooLargeError:
        raise CannotReadError("sheet_too_large") from None
    except marks.EntitiesError:
        raise CannotReadError("entities") from None
    except MemoryError:
        raise CannotReadError("reader_memory") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # a panic of the reader derives from nothing narrower
        raise CannotReadError("damaged", size=f"{len(data):,}") from None
    yield from grids


def _grids(seen: marks.Seen) -> Iterator[Grid]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(seen.data))
    for meta in book.sheets_metadata:
        if meta.typ == calamine.SheetTypeEnum.WorkSheet:
            yield _grid(book.get_sheet_by_name(meta.name), meta, seen.marks.get(meta.name, marks.NONE))
        else:
            yield Grid(meta.name, [])


def _grid(sheet: calamine.CalamineSheet, meta: calamine.SheetMetadata, seen: marks.Marks) -> Grid:
    # rows are counted from the sheet's top, but columns from the first that holds anything
    margin = [""] * (sheet.start[1] if sheet.start else 0)
    rows = [[*margin, *row] for row in sheet.iter_rows()] if margin else list(sheet.iter_rows())
    for (row, column), text in seen.values.items():
        _put(rows, row, column, text)
    merged = sheet.merged_cell_ranges if seen.merged is None else seen.merged
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    kept = bounded(rows)
    beyond = max(len(rows), seen.last) - len(kept)
    return Grid(
        meta.name, padded(kept) if seen.values else kept, merged, hidden, seen.hidden_rows,
        dimension=seen.dimension, beyond=beyond if beyond >= FAR_BELOW else 0,
        struck=seen.struck, coloured=seen.coloured, comments=seen.comments, since_1904=seen.since_1904,
    )  # fmt: skip


def _put(rows: list[Row], row: int, column: int, text: str) -> None:
    """Put text in a cell, which may lie beyond the cells that the reader saw anything in."""
    while len(rows) <= row:
        rows.append([])
    rows[row].extend([""] * (column + 1 - len(rows[row])))
    rows[row][column] = text


@contextmanager
def _silence() -> Iterator[None]:
    """Send what native code writes to standard error nowhere, for the time of one read."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
