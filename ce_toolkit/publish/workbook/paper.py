"""Sheets that are one page of paper: covers and slips."""

from typing import Any


def on_one_page(sheet: Any, *, widths: tuple[float, float], title_size: int) -> None:
    """Fit a sheet of two columns on one upright A4 page, its title in A1 in bold."""
    from openpyxl.styles import Font

    sheet["A1"].font = Font(size=title_size, bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = widths
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "portrait"
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
