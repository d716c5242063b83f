"""Workbooks of our own writing: read the same by both readers, the same bytes each time."""

import io
from datetime import date, datetime

import openpyxl
from python_calamine import CalamineWorkbook

from ce_toolkit.demo.xlsx import Row, Sheet, workbook_bytes

_SHEET = Sheet(
    "报名表",
    [Row(["𠮷 & <王　明>", None, None], "title"), Row(["0012", 7.5, date(2017, 5, 1)]), Row([12, -8, None])],
    [10, 8, 12],
    ["code", "number", "date"],
    merges=["A1:C1"],
    head_rows=1,
)


def test_both_readers_see_what_was_written() -> None:
    data = workbook_bytes([Sheet("填表说明", [Row(["1."], "plain")], [60], ["plain"]), _SHEET])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["报名表"]
    assert [[cell.value for cell in row] for row in sheet] == [
        ["𠮷 & <王　明>", None, None], ["0012", 7.5, datetime(2017, 5, 1)], [12, -8, None],
    ]  # fmt: skip
    fast = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("报名表").to_python()
    assert fast == [["𠮷 & <王　明>", "", ""], ["0012", 7.5, date(2017, 5, 1)], [12.0, -8.0, ""]]


def test_equal_sheets_give_equal_bytes() -> None:
    assert workbook_bytes([_SHEET]) == workbook_bytes([_SHEET])
