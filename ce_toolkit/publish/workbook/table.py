"""A three-line table on a sheet of a workbook, and how the sheet is printed."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.labels import NONE, UNREPORTED
from ce_toolkit.publish.shown import half_widths
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

HEAD_ROW = 3
"""Title, unit and head; the first row of the table is the fourth of the sheet."""
_TEXT, _HEAD = "宋体", "黑体"
_WIDEST = 36
_UPRIGHT, _ACROSS = 86, 132
"""Half-width signs that a line of a printed page holds."""
_SHARE = re.compile(r"(?:0|[1-9]\d*)(?:\.(\d+))?%")
_LINE = 14.5
_LIKE_NUMBERS = frozenset({UNREPORTED, NONE, HIDDEN})


def write_table(sheet: Any, title: str, table: pd.DataFrame, unit: str) -> None:
    """Title, unit, head and rows, from the first cell of an empty sheet. A share is written as a number."""
    width = max(len(table.columns), 1)
    sheet.append([plain(title)])
    sheet.append([None] * (width - 1) + [plain(unit)] if unit else [])
    sheet.append([plain(head) for head in table.columns])
    for row in table.itertuples(index=False, name=None):
        sheet.append([_as_number(plain(value)) for value in row])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)


def plain(value: Any) -> Any:
    """Numbers and text as a cell holds them; whatever else reads as its text."""
    if value is None or isinstance(value, (int, float)):
        return value
    return value.item() if hasattr(value, "item") else printable(str(value))


def _as_number(value: Any) -> Any:
    if isinstance(value, str) and _SHARE.fullmatch(value):
        return round(float(value[:-1]) / 100, 6)
    return value


def lay_out(sheet: Any, table: pd.DataFrame, notes: Sequence[str]) -> None:
    """Give the written table its look, put the notes below it, and set the page."""
    from openpyxl.utils import get_column_letter

    needs = [_need(table[head], str(head)) for head in table.columns]
    across = sum(needs) > _UPRIGHT * 1.3  # what is a little too wide is printed a little smaller
    more = min(max((_ACROSS if across else _UPRIGHT) / max(sum(needs), 1), 1), 2)
    widths = [round(need * more, 2) for need in needs]  # a narrow table is drawn out to fill the page
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _look_of_heads(sheet, widths, rows=len(table))
    for place, head in enumerate(table.columns, start=1):
        _look_of_column(sheet, place, table[head], alike=bool(sheet.cell(2, len(widths)).value))
    for row in range(HEAD_ROW + 1, HEAD_ROW + 1 + len(table)):
        _look_of_row(sheet, row, widths, last=row == HEAD_ROW + len(table))
    for note in notes:
        _write_note(sheet, note, widths)
    _set_page(sheet, table, across=across)
    sheet.page_setup.fitToHeight = int(_nearly_a_page(sheet, sum(widths), across=across))


def _need(values: pd.Series, head: str) -> int:
    """Half-width signs that a column needs: its longest value on one line, its head on two."""
    longest = max(map(_shown_width, values), default=0)
    return min(max(-(-half_widths(head) // 4) * 2 + 2, 4, longest) + 3, _WIDEST)


def _shown_width(value: Any) -> int:
    return half_widths(f"{value:,.2f}" if isinstance(value, float) else value)


def _look_of_heads(sheet: Any, widths: Sequence[float], *, rows: int) -> None:
    """Title and unit, and the head between a thick and a thin line."""
    from openpyxl.styles import Alignment, Border, Font, Side

    sheet["A1"].font = Font(name=_HEAD, size=14, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 24 * lines_of(sheet["A1"].value, sum(widths) / 1.4)
    unit = sheet.cell(2, max(len(widths), 1))
    unit.font, unit.alignment = Font(name=_TEXT, size=9), Alignment(horizontal="right")
    thick, thin = Side(style="medium"), Side(style="thin")
    for place in range(1, len(widths) + 1):
        head = sheet.cell(HEAD_ROW, place)
        head.font = Font(name=_TEXT, size=10.5, bold=True)
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = Border(top=thick, bottom=thin if rows else thick)
    tallest = max(
        (lines_of(sheet.cell(HEAD_ROW, place).value, width) for place, width in enumerate(widths, 1)), default=1
    )
    sheet.row_dimensions[HEAD_ROW].height = _LINE * tallest + 5


def _look_of_column(sheet: Any, place: int, values: pd.Series, *, alike: bool) -> None:
    """Figures to the right, text to the left. ``alike``: a column is of one kind, so hours have as many places each."""
    from openpyxl.styles import Alignment

    broken = alike and any(isinstance(value, float) for value in values)
    right = Alignment(horizontal="right", vertical="center")
    left = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    for row, value in enumerate(values, start=HEAD_ROW + 1):
        cell = sheet.cell(row, place)
        share = _SHARE.fullmatch(value) if isinstance(value, str) else None
        if share:
            cell.number_format = "0%" if not share[1] else f"0.{'0' * len(share[1])}%"
        elif isinstance(value, (int, float)):
            cell.number_format = "#,##0.00" if broken or isinstance(value, float) else "#,##0"
        figure = share or isinstance(value, (int, float)) or value in _LIKE_NUMBERS
        cell.alignment = right if figure else left


def _look_of_row(sheet: Any, row: int, widths: Sequence[float], *, last: bool) -> None:
    """Font of a row, bold for 合计, a thick line below the last; as high as its longest text."""
    from openpyxl.styles import Border, Font, Side

    cells = [sheet.cell(row, place) for place in range(1, len(widths) + 1)]
    font = Font(name=_TEXT, size=10.5, bold=any(cell.value == TOTAL for cell in cells))
    for cell in cells:
        cell.font = font
        if last:
            cell.border = Border(bottom=Side(style="medium"))
    lines = max((lines_of(cell.value, width) for cell, width in zip(cells, widths, strict=True)), default=1)
    if lines > 1:  # spreadsheets do not grow rows for what a program wrote
        sheet.row_dimensions[row].height = _LINE * lines


def _write_note(sheet: Any, note: str, widths: Sequence[float]) -> None:
    """A line below the table, across its whole width."""
    from openpyxl.styles import Alignment, Font

    row, across = sheet.max_row + 1, max(len(widths), 1)
    cell = sheet.cell(row, 1, plain(note))
    cell.font = Font(name=_TEXT, size=9, color="404040")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if across > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=across)
    sheet.row_dimensions[row].height = 12.5 * lines_of(note, sum(widths) * 1.16)


def lines_of(value: Any, width: float) -> int:
    """Lines that a text takes in a column; figures take one."""
    if not isinstance(value, str):
        return 1
    return sum(max(-(-half_widths(line) // max(int(width) - 1, 1)), 1) for line in value.split("\n"))


def _set_page(sheet: Any, table: pd.DataFrame, *, across: bool) -> None:
    """A4, as wide as the page, heads and the names of rows in sight, numbered pages."""
    from openpyxl.utils import get_column_letter

    last = get_column_letter(max(len(table.columns), 1))
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1 + (_keys(table) if across else 0))
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.print_area = f"A1:{last}{sheet.max_row}"
    sheet.page_setup.orientation = "landscape" if across else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _nearly_a_page(sheet: Any, width: float, *, across: bool) -> bool:
    """Whether the sheet is so little longer than one page that printing it a little smaller makes it one."""
    line, page = (_ACROSS, 470) if across else (_UPRIGHT, 720)  # points of height between the margins
    heights = (sheet.row_dimensions[row].height or 15 for row in range(1, sheet.max_row + 1))
    pages = sum(heights) / (page * max(width / line, 1))
    return 1 < pages <= 1.25


def _keys(table: pd.DataFrame) -> int:
    """Columns of text before the first of figures, three at most."""
    for place, head in enumerate(table.columns):
        if any(isinstance(value, (int, float)) for value in table[head]):
            return min(place, 3)
    return 0
