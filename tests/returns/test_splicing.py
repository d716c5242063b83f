"""A large sheet is put together again cell by cell: rows that were never loaded are those of the file."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl

from ce_toolkit.intake import read_folder
from ce_toolkit.returns import return_folder
from ce_toolkit.returns.splicing import slim
from tests.intake.conftest import Inbox

LOOKS = ("font", "fill", "border", "number_format", "protection")
SHEET = "xl/worksheets/sheet1.xml"


def large(city_folder: Path) -> bytes:
    """A register of the demo city with shared strings and over a hundred rows, edited."""
    path = max((city_folder / "inbox" / "371402").glob("*.xlsx"), key=lambda file: file.stat().st_size)
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename == SHEET:
                part = edited(part)
            new.writestr(item.filename, part)
    return target.getvalue()


def edited(xml: bytes) -> bytes:
    """Row 40 with a formula and marks of other parts, row 60 hidden and commented on by its height, a name at fault."""
    xml = xml.replace(b"<worksheet ", b'<worksheet xmlns:x14ac="urn:x14ac" ', 1)
    xml = re.sub(rb'<row r="40"', b'<row r="40" x14ac:dyDescent="0.2"', xml)
    xml = re.sub(rb'<row r="60"', b'<row r="60" hidden="1"', xml)
    formula = rb'<c r="B40" \1 t="str" vm="1"><f>"a"&amp;"b"</f><v>ab</v></c>'
    xml = re.sub(rb'<c r="B40" (s="\d+") t="s"><v>\d+</v></c>', formula, xml)
    return re.sub(rb'<c r="B50" (s="\d+") t="s"><v>\d+</v></c>', rb'<c r="B50" \1><v>7</v></c>', xml)


def returned(inbox: Inbox, out: Path, data: bytes) -> Path:
    """The workbook that goes back for the file."""
    inbox.put("学时.xlsx", data)
    batch = read_folder(inbox.folder, year=2017, jobs=0)
    (name,) = return_folder(batch, inbox.folder, out, year=2017, jobs=0)["returned"]
    return out / name


def test_every_cell_of_a_large_sheet_is_kept(inbox: Inbox, tmp_path: Path, city_folder: Path) -> None:
    data = large(city_folder)
    sent = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    back = openpyxl.load_workbook(returned(inbox, tmp_path / "退回", data)).worksheets[0]
    assert sent.max_row > 100
    for row in sent.iter_rows():
        for cell in row:
            other = back[cell.coordinate]
            assert other.value == cell.value
            if other.comment is None:
                assert [repr(getattr(other, name)) for name in LOOKS] == [repr(getattr(cell, name)) for name in LOOKS]
    assert back["B40"].value == "ab"
    assert back["B50"].fill.fgColor.rgb == "00F8CBAD"
    assert (sent.merged_cells.ranges, sent.row_dimensions[60].hidden) == (back.merged_cells.ranges, True)
    assert back.row_dimensions[60].hidden


def test_nothing_is_carried_that_a_copy_cannot_hold(inbox: Inbox, tmp_path: Path, city_folder: Path) -> None:
    path = returned(inbox, tmp_path / "退回", large(city_folder))
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET)
    assert b"<f>" not in xml
    assert b"x14ac" not in xml
    assert b"vm=" not in xml
    assert b't="s"' not in xml


def test_a_sheet_that_is_not_written_plainly_is_loaded_whole(city_folder: Path) -> None:
    data = large(city_folder)
    name = openpyxl.load_workbook(io.BytesIO(data)).active.title
    assert slim(data, {name: {1, 2, 3}}, unless="问题清单") is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(SHEET)
    for odd in (xml.replace(b'<row r="20"', b"<row"), re.sub(rb"<(/?)(sheetData|row|c|v)\b", rb"<\1x:\2", xml)):
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for item in old.infolist():
                new.writestr(item.filename, odd if item.filename == SHEET else old.read(item))
        assert slim(target.getvalue(), {name: {1, 2, 3}}, unless="问题清单") is None


def test_a_workbook_that_went_back_before_is_loaded_whole(inbox: Inbox, tmp_path: Path, city_folder: Path) -> None:
    """Marks are to be taken off anywhere on it: those of a row that is mended by now, too."""
    path = returned(inbox, tmp_path / "退回", large(city_folder))
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B50"] = "甲某某"
    inbox.put("学时.xlsx", book)
    batch = read_folder(inbox.folder, year=2017, jobs=0)
    return_folder(batch, inbox.folder, tmp_path / "退回", year=2017, jobs=0)
    again = [one for one in (tmp_path / "退回").glob("*.xlsx") if one != path]
    sheet = openpyxl.load_workbook(again[0]).worksheets[0]
    assert sheet["B50"].comment is None
    assert sheet["B50"].fill.fgColor.rgb == "00000000"
    assert sheet["B40"].value == "ab"
