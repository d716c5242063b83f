"""Workbooks for printing: three-line tables with title, unit, notes and source, on A4 with repeated heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.publish.labels import NONE, UNREPORTED
from ce_toolkit.statistics.small_cells import HIDDEN

_WIDEST = 36


@dataclass(frozen=True)
class Page:
    """One sheet: its tab, its title, the table as it is to be read, a line for the unit of figures, and notes below."""

    tab: str
    title: str
    table: pd.DataFrame
    unit: str = ""
    notes: Sequence[str] = ()


def write_workbook(pages: Sequence[Page], path: Path) -> Path:
    """Write the pages to one workbook at ``path`` and return it. Text stays text, whatever sign it begins with."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.tab)
        _write_table(sheet, page)
        _lay_out(sheet, page)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _write_table(sheet: Any, page: Page) -> None:
    from openpyxl.styles import Alignment, Font

    width = len(page.table.columns)
    sheet.append([_plain(page.title)])
    sheet["A1"].font, sheet["A1"].alignment = Font(size=14, bold=True), Alignment(horizontal="center")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(width, 1))
    sheet.append([None] * (width - 1) + [page.unit] if page.unit else [])
    sheet.cell(2, max(width, 1)).alignment = Alignment(horizontal="right")
    sheet.append([_plain(head) for head in page.table.columns])
    for row in page.table.itertuples(index=False, name=None):
        sheet.append([_plain(value) for value in row])
    _rule_lines(sheet, len(page.table), width)
    for note in page.notes:
        sheet.append([_plain(note)])
        sheet.cell(sheet.max_row, 1).font = Font(size=9, color="555555")
    keep_as_text(sheet)


def _plain(value: Any) -> Any:
    """Numbers and text as a cell holds them; whatever else reads as its text."""
    if value is None or isinstance(value, (int, float)):
        return value
    return value.item() if hasattr(value, "item") else printable(str(value))


def _rule_lines(sheet: Any, rows: int, width: int) -> None:
    """The three lines of a printed table: above the head, below it, and at the foot; the 合计 row in bold."""
    from openpyxl.styles import Alignment, Border, Font, Side

    thick, thin = Side(style="medium"), Side(style="thin")
    last = 3 + rows
    for column in range(1, width + 1):
        head, foot = sheet.cell(3, column), sheet.cell(last, column)
        head.font = Font(bold=True)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = Border(top=thick, bottom=thin if rows else thick)
        if rows:
            foot.border = Border(bottom=thick)
    for row in sheet.iter_rows(min_row=4, max_row=last, max_col=width):
        bold = any(cell.value == "合计" for cell in row)
        lines = max((_dress(cell, bold=bold) for cell in row), default=1)
        if lines > 1:  # spreadsheets do not grow rows for what a program wrote
            sheet.row_dimensions[row[0].row].height = 14.5 * lines


def _dress(cell: Any, *, bold: bool) -> int:
    """Give a body cell its look, and say how many lines its text takes."""
    from openpyxl.styles import Alignment, Font

    value = cell.value
    if bold:
        cell.font = Font(bold=True)
    if isinstance(value, float):
        cell.number_format = "#,##0.00"
    elif isinstance(value, int) and abs(value) >= 1000:
        cell.number_format = "#,##0"
    elif isinstance(value, str) and (value.endswith("%") or value in {UNREPORTED, NONE, HIDDEN}):
        cell.alignment = Alignment(horizontal="right")
    elif isinstance(value, str) and _width(value) > _WIDEST:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return -(-_width(value) // (_WIDEST - 2))
    return 1


def _lay_out(sheet: Any, page: Page) -> None:
    from openpyxl.utils import get_column_letter

    for place, head in enumerate(page.table.columns, start=1):
        longest = max((_width(value) for value in page.table[head]), default=0)
        fit = max(min(_width(head), 14), longest) + 3  # bold totals are wider than they count
        sheet.column_dimensions[get_column_letter(place)].width = min(fit, _WIDEST)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    wide = len(page.table.columns) > 7
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _width(value: Any) -> int:
    """Width of a value in half-width characters."""
    text = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
