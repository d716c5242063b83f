"""How the sheets that go to units look: fonts, lines, paper, and the guide."""

from collections.abc import Iterable
from typing import Any

from ce_toolkit.escaping import keep_as_text

GUIDE = "填写说明"
_A4 = 9


def merge(sheet: Any, row: int, first: int, last: int) -> None:
    """Merge cells of one row; a single cell stays as it is."""
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)


def style_form(sheet: Any, head: int, last_row: int, last_column: int) -> None:
    """Title, heads in bold on grey, thin lines around the cells of the table."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    thin = Side(style="thin")
    box, middle = Border(thin, thin, thin, thin), Alignment("center", "center", wrap_text=True)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), middle
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 36, 24
    for row in sheet.iter_rows(head, last_row, 1, last_column):
        for cell in row:
            cell.border, cell.alignment = box, middle
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", "EDEDED")
    for row in sheet.iter_rows(2, 2, 1, last_column):
        for cell in row:
            cell.protection, cell.alignment = Protection(locked=False), Alignment(vertical="center")


def open_cells(sheet: Any, letters: str, first: int, last: int, number_format: str) -> None:
    """Cells of a column that may be filled in, in their format."""
    from openpyxl.styles import Protection

    for row in range(first, last + 1):
        cell = sheet[f"{letters}{row}"]
        cell.protection, cell.number_format = Protection(locked=False), number_format


def style_footer(sheet: Any, first: int, seal: int, last_column: int, line: float) -> None:
    """Contact lines to write on, and the room for the seal below them."""
    from openpyxl.styles import Alignment, Font, Protection

    for row in sheet.iter_rows(first, seal, 1, last_column):
        for cell in row:
            cell.protection, cell.alignment = Protection(locked=False), Alignment(vertical="center")
        sheet.row_dimensions[row[0].row].height = line
    for cell in sheet[seal]:
        cell.font, cell.alignment = Font(color="7F7F7F"), Alignment("center", "center")
    sheet.row_dimensions[seal].height = line * 3


def set_paper(sheet: Any, *, landscape: bool, scale: float, heads: int, foot: str) -> None:
    """A4 with repeated heads, page numbers and the stamp at the foot of each page."""
    setup = sheet.page_setup
    setup.paperSize, setup.orientation, setup.scale = _A4, "landscape" if landscape else "portrait", int(scale * 100)
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.footer = 0.6, 0.75, 0.3
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"1:{heads}"
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = foot, "第 &P 页，共 &N 页"
    sheet.freeze_panes = f"A{heads + 1}"


def write_guide(sheet: Any, lines: Iterable[tuple[str, str]], stamp: str) -> None:
    """A sheet of two columns: what it is about, what to do; a line without the second part is a heading."""
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 80
    for row, (lead, text) in enumerate(lines, start=1):
        sheet.cell(row, 1, lead).font = Font(bold=bool(lead and not text), size=14 if lead and not text else 11)
        sheet.cell(row, 2, text or None).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 24 if lead and not text else 16 * (1 + max(len(text) // 36, len(lead) // 14))
    sheet.cell(sheet.max_row + 2, 1, stamp).font = Font(size=9, color="7F7F7F")
    sheet.page_setup.paperSize, sheet.page_setup.orientation = _A4, "portrait"
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    keep_as_text(sheet)
