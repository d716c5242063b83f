"""The table of a file's cells: what is stored where, with formula, format, strike-through and comment."""

import datetime
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ce_toolkit import cells_of
from ce_toolkit.errors import InputError
from tests.fixtures.raw import SHEET, changed, encrypted_workbook, old_workbook
from tests.intake.conftest import as_bytes


@pytest.fixture
def cells(tmp_path: Path) -> pd.DataFrame:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "报名表"
    sheet["A1"] = "标题"
    sheet.merge_cells("A1:C1")
    sheet["A2"] = datetime.date(2017, 5, 1)
    sheet["B2"], sheet["B2"].number_format = 12.5, "0.00"
    sheet["C2"] = "=B2*2"
    sheet["A3"], sheet["A3"].font = "删", Font(strike=True)
    sheet["B3"].comment = Comment("请核对", "某")
    sheet["C3"] = CellRichText("留", TextBlock(InlineFont(strike=True), "删"))
    sheet["A4"], sheet["A4"].number_format = "0012", "@"
    sheet["B4"], sheet["C4"] = True, "#N/A"
    sheet["D4"] = 3
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True
    other = workbook.create_sheet("旧")
    other["A1"], other.sheet_state = "x", "veryHidden"
    path = tmp_path / "表.xlsx"
    value = '<c r="B2" s="2"><v>371402199001011.25</v></c>'
    data = changed(as_bytes(workbook), {SHEET: lambda xml: re.sub(r'<c r="B2".*?</c>', value, xml)})
    path.write_bytes(data)
    return cells_of(path).set_index("cell")


def test_every_cell_with_anything_is_there_once(cells: pd.DataFrame) -> None:
    assert cells.index.tolist() == ["A1", "A2", "B2", "C2", "A3", "B3", "C3", "A4", "B4", "C4", "D4", "A1"]


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [
        ("A2", "value", datetime.date(2017, 5, 1)), ("A2", "text", "42856"), ("A2", "format", "yyyy-mm-dd"),
        ("B2", "text", "371402199001011.25"), ("B2", "kind", "number"), ("B2", "format", "0.00"),
        ("C2", "formula", "=B2*2"), ("C2", "value", None), ("C2", "kind", "blank"),
        ("A3", "struck", True), ("C3", "struck", True), ("A4", "struck", False),
        ("B3", "comment", "请核对"), ("A4", "text", "0012"), ("A4", "format", "@"), ("A4", "hidden", True),
        ("B4", "kind", "bool"), ("C4", "kind", "error"), ("D4", "hidden", True), ("A3", "hidden", False),
        ("B2", "row", 2), ("B2", "column", "B"), ("B2", "merged", ""),
    ],
)  # fmt: skip
def test_what_stands_at_a_cell(cells: pd.DataFrame, cell: str, column: str, expected: object) -> None:
    assert cells[cells["sheet"] == "报名表"].at[cell, column] == expected


def test_merged_range_stands_at_its_first_cell_and_a_hidden_sheet_is_told(cells: pd.DataFrame) -> None:
    assert cells["merged"].tolist() == ["A1:C1"] + [""] * 11
    assert cells.loc[cells["sheet"] == "旧", "hidden"].tolist() == [True]


def test_shared_formula_stands_at_each_of_its_cells(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append([1])
    shared = (
        '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>4</v></c>'
    )
    data = changed(as_bytes(workbook), {SHEET: lambda xml: re.sub(r'<c r="A1".*?</c>', shared, xml)})
    (tmp_path / "表.xlsx").write_bytes(data)
    assert cells_of(tmp_path / "表.xlsx")[["formula", "value"]].values.tolist() == [["=B1*2", 2], ["=B2*2", 4]]


@pytest.mark.parametrize("name", ["表.xls", "表.csv", "表.html"])
def test_other_formats_give_values_and_text(tmp_path: Path, name: str) -> None:
    data = {".xls": old_workbook([["姓名", "学时"], ["丁", 7.5]]), ".csv": "姓名,学时\n丁,7.5\n".encode("gb18030"),
            ".html": "<table><tr><td>姓名<td>学时<tr><td>丁<td>7.5</table>".encode()}  # fmt: skip
    (tmp_path / name).write_bytes(data[Path(name).suffix])
    assert cells_of(tmp_path / name)["text"].tolist() == ["姓名", "学时", "丁", "7.5"]


def test_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(encrypted_workbook())
    with pytest.raises(InputError, match=r"表\.xlsx：文件有打开密码"):
        cells_of(tmp_path / "表.xlsx")
    with pytest.raises(InputError, match="读不出来"):
        cells_of(tmp_path / "没有.xlsx")
