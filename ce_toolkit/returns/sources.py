"""A unit's file as an openpyxl workbook of plain values: its own where that can be had, else built again from cells."""

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.intake.cells import Grid
from ce_toolkit.intake.files import read_grids
from ce_toolkit.returns.splicing import Slim, slim, splice

_OUTSIDE = re.compile(r"\[\d+\]|https?:|file:", re.IGNORECASE)
_MOST_CELLS = 2_000_000
_NO_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")


class Copy(NamedTuple):
    """A workbook to be marked, and the rows of large sheets that are put back when it is saved."""

    book: Any
    slim: Slim | None = None

    def save(self, path: Path) -> None:
        """Write the workbook with all of its rows."""
        if self.slim is None:
            self.book.save(path)
            return
        target = io.BytesIO()
        self.book.save(target)
        path.write_bytes(splice(target.getvalue(), self.slim, self.book))


def copy_of(data: bytes, path: Path, file: str, wanted: Mapping[str, Collection[int]], *, unless: str) -> Copy:
    """The file as a workbook in which the ``wanted`` rows of each sheet can be marked (``unless``: see ``slim``)."""
    made = None
    if data[:2] == b"PK":
        try:
            made = slim(data, wanted, unless=unless)
        except (KeyError, OSError, ValueError, zipfile.BadZipFile):
            made = None  # parts are not where they usually are: it is loaded whole
    book = _loaded(made.data) if made else None
    return Copy(book, made) if book is not None else Copy(as_workbook(data, path, file))


def as_workbook(data: bytes, path: Path, file: str) -> Any:
    """The file as a new workbook: same values at the same addresses, same looks where the format has any.

    Formulas become the values they showed, macros and links to other files are left behind. Old formats, text and
    workbooks that openpyxl cannot load are built again from their cells. Raises CannotReadError where there is nothing
    to read.
    """
    if data[:2] == b"PK":
        book = _loaded(data)
        if book is not None:
            return book
    return _rebuilt(read_grids(data, path, file))


def _loaded(data: bytes) -> Any:
    """The workbook as openpyxl loads it, or None where its styles or parts are beyond it, or it is no .xlsx at all."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot carry over is not for the terminal
            book = load_workbook(io.BytesIO(data), data_only=True, keep_vba=False, keep_links=False, rich_text=True)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, SyntaxError, zipfile.BadZipFile):
        return None
    if any(sheet.max_row * sheet.max_column > _MOST_CELLS for sheet in book.worksheets):
        return None  # a stray cell far down: walking over the sheet would make all the cells before it
    book.template = False
    _cut_links(book)
    for sheet in book.worksheets:
        sheet.legacy_drawing = None
        keep_as_text(sheet)
    return book


def _cut_links(book: Any) -> None:
    """Leave out names, rules and links that lead to other files: they would be asked for on opening."""
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in [key for key, one in names.items() if _OUTSIDE.search(str(one.value))]:
            del names[name]
    for sheet in book.worksheets:
        kept = [
            one
            for one in sheet.data_validations.dataValidation
            if not any(_OUTSIDE.search(str(text)) for text in (one.formula1, one.formula2) if text)
        ]
        sheet.data_validations.dataValidation = kept
        for cell in list(sheet._cells.values()):
            if getattr(cell, "hyperlink", None) is not None and not cell.hyperlink.location:
                cell.hyperlink = None
        sheet._hyperlinks = []  # each cell brings its own again on saving


def _rebuilt(grids: Iterable[Grid]) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, grid in enumerate(grids, start=1):
        sheet = book.create_sheet(sheet_name(grid.sheet, number))
        _fill(sheet, grid)
        if grid.hidden:
            sheet.sheet_state = "hidden"
    return book


def sheet_name(name: str, number: int = 1) -> str:
    """The name of a sheet built again: text has none, and other formats allow what .xlsx does not."""
    return _NO_SHEET_NAME.sub("", name)[:31] or f"表{number}"


def _fill(sheet: Any, grid: Grid) -> None:
    for row, cells in enumerate(grid.rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value != "":
                sheet.cell(row, column, printable(value) if isinstance(value, str) else value)
    for (top, left), (bottom, right) in grid.merged or ():
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    for hidden in grid.hidden_rows:
        sheet.row_dimensions[hidden + 1].hidden = True
    _widen(sheet, grid)
    keep_as_text(sheet)


def _widen(sheet: Any, grid: Grid) -> None:
    """Widths by what stands in a column below the title, since the source tells of none."""
    from ce_toolkit.intake.cells import column_letters

    body = [row for row in grid.rows if sum(cell != "" for cell in row) > 2]
    for column in range(max(map(len, body), default=0)):
        longest = max((2 * len(str(row[column])) for row in body if column < len(row)), default=0)
        sheet.column_dimensions[column_letters(column)].width = min(max(longest, 8), 36)
