"""The cells of a file as one flat table: what stands where, before anything is taken to mean anything."""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake.cells import CannotReadError, Cell, Grid, column_letters, has_text, read_workbook
from ce_toolkit.intake.delimited import decode, read_text
from ce_toolkit.intake.details import NOTHING, Detail, Details, Place, details_of
from ce_toolkit.intake.findings import say
from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.marks import NO_VALUE
from ce_toolkit.intake.markup import read_html
from ce_toolkit.intake.readers import as_text
from ce_toolkit.intake.sniff import WORKBOOKS, sniff

COLUMNS = {
    "sheet": "str", "row": "int64", "column": "str", "cell": "str", "value": "object", "kind": "str", "text": "str",
    "formula": "str", "format": "str", "merged": "str", "hidden": "bool", "struck": "bool", "comment": "str",
}  # fmt: skip
"""Columns of the table and their types."""

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"),
    ((int, float), "number"),
    ((datetime.date, datetime.time, datetime.timedelta), "date"),
    (str, "text"),
)
_BARE = Detail()


def cells_of(file: Path | str, *, limits: Limits = LIMITS) -> pd.DataFrame:
    """Every cell of a file that holds anything, sheet by sheet and row by row; one row a cell.

    ``sheet`` ("" for text), ``row`` as the sheet counts, ``column`` by letters, ``cell`` (A1). ``value``: as read, of
    its own type (text, number, truth value, date), None for a formula saved without its value. ``kind``: text, number,
    bool, date, error or blank. ``text``: as stored in the file (a number with all of its digits, a date as its serial
    number). ``formula``: with its equals sign. ``format``: number format. ``merged``: the range that the cell is the
    first of. ``hidden``: its sheet, row or column is. ``struck``: struck through, wholly or in part. ``comment``.

    Formula, format, hidden columns, strike-through and comments are told for .xlsx and .xlsm only; other formats leave
    them blank. The table holds what stands in the file, people's names and numbers too: it belongs in no report.
    Raises InputError with the reason where the file cannot be read.
    """
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}：读不出来，请检查路径和权限。") from error
    try:
        rows = [row for grid, details in _sheets(data, limits) for row in _rows(grid, details)]
    except CannotReadError as error:
        raise InputError(f"{path.name}：{say(error.note, **error.words)}") from None
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({**COLUMNS, "value": "object"})
    return table.reset_index(drop=True)


def _sheets(data: bytes, limits: Limits) -> Iterator[tuple[Grid, Details]]:
    kind = sniff(data, limits).kind
    if kind in WORKBOOKS:
        grids = list(read_workbook(data, kind, limits))  # looks for what must not be opened, before details are
        details = details_of(data) if kind in {"xlsx", "xlsm"} else {}
        yield from ((grid, details.get(grid.sheet, NOTHING)) for grid in grids)
    elif kind in {"text", "html"}:
        text, _ = decode(data)
        yield from ((grid, NOTHING) for grid in (read_html(text) if kind == "html" else [read_text(text)]))
    else:
        raise CannotReadError(kind, size=f"{len(data):,}")


def _rows(grid: Grid, details: Details) -> Iterator[tuple[Any, ...]]:
    merged = {span[0]: span for span in grid.merged or ()}
    for place in sorted(_places(grid, details.cells)):
        row, column = place
        raw = grid.rows[row][column] if row < len(grid.rows) and column < len(grid.rows[row]) else ""
        detail = details.cells.get(place, _BARE)
        span = merged.get(place)
        hidden = grid.hidden or row in grid.hidden_rows or column in details.hidden_columns
        yield (
            grid.sheet, row + 1, column_letters(column), grid.address(row, column), _value(raw), _kind(raw, detail),
            _stored(raw, detail), detail.formula, detail.format, _range(grid, span) if span else "", hidden,
            detail.struck, detail.comment,
        )  # fmt: skip


def _places(grid: Grid, details: Mapping[Place, Detail]) -> set[Place]:
    """Cells with a value, and those that hold nothing but a formula or a comment."""
    filled = {(y, x) for y, row in enumerate(grid.rows) for x, cell in enumerate(row) if cell != ""}
    return filled | {place for place, detail in details.items() if detail.formula or detail.comment}


def _value(raw: Cell) -> Cell | None:
    return None if raw in ("", NO_VALUE) else raw


def _kind(raw: Cell, detail: Detail) -> str:
    if raw in ("", NO_VALUE):
        return "blank"
    if isinstance(raw, str) and detail.text is not None and detail.text.startswith("#"):
        return "error"
    return next(name for types, name in _KINDS if isinstance(raw, types))


def _stored(raw: Cell, detail: Detail) -> str:
    if detail.text is not None:
        return detail.text
    return "" if raw == NO_VALUE else as_text(raw) if has_text(raw) else str(raw)


def _range(grid: Grid, span: tuple[Place, Place]) -> str:
    return f"{grid.address(*span[0])}:{grid.address(*span[1])}"
