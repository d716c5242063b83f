"""A workbook packed anew gives the cell reader what the workbook itself gives it, faults included."""

import io
import zipfile

import pytest
import python_calamine as calamine

from ce_toolkit.intake import marks
from ce_toolkit.intake.repacking import ranges_first, repacked
from tests.fixtures.books import made, patched
from tests.intake.conftest import enrolment, person

PART = "xl/worksheets/sheet1.xml"
ROWS = enrolment(person(1), person(2))
PLAIN, BOOK = made(ROWS), made(ROWS, lambda sheet: sheet.merge_cells("A1:C1"))

EDITS = {
    "as it was": ("", ""),
    "a row closed twice": ("</row></sheetData>", "</row></row></sheetData>"),
    "a row closed thrice": ("</row></sheetData>", "</row></row></row></sheetData>"),
    "a row closed first and open last": ("<sheetData>", "<sheetData></row></row><row><row>"),
    "a row left open": ("</row></sheetData>", "</sheetData>"),
    "an end of cells in a comment": ("</sheetData>", "</sheetData><!-- </sheetData>-->"),
    "ranges in a comment": ("</sheetData>", "</sheetData><!--<mergeCells><mergeCell ref='A1:A9'/></mergeCells>-->"),
    "cells twice": ("</sheetData>", "</sheetData><sheetData></row></sheetData>"),
    "ranges among the cells": ("</sheetData>", "<mergeCells><mergeCell ref='B1:B9'/></mergeCells></sheetData>"),
    "a fault behind the cells": ("</worksheet>", "</oops></oops></worksheet>"),
    "cut off behind the cells": ("</mergeCells>", ""),
}


def read(data: bytes) -> object:
    try:
        sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except calamine.CalamineError:
        return "damaged"
    return sheet.to_python(), sheet.merged_cell_ranges


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("edit", EDITS)
def test_packed_anew_a_workbook_reads_as_it_is(edit: str, ranges: bool) -> None:
    old, new = EDITS[edit]
    data = patched(BOOK if ranges else PLAIN, PART, lambda xml: xml.replace(old, new) if old else xml)
    assert read(repacked(parts(data))) == read(data)


def test_ranges_stand_before_the_cells_in_a_sound_archive() -> None:
    sheet = parts(repacked(parts(BOOK)))[PART]
    assert 0 < sheet.index(b'ref="A1:C1"') < sheet.index(b"<sheetData>")
    assert ranges_first(b"<worksheet><x:sheetData/></worksheet>") == b"<worksheet><x:sheetData/></worksheet>"


@pytest.mark.parametrize("from_end", [18, 22 + len("[Content_Types].xml") + 18])
def test_mf5_what_the_cell_reader_refuses_is_not_packed_anew(from_end: int) -> None:
    """The number of a second disk, and the length of the last name: Python overlooks both."""
    damaged = bytearray(BOOK)
    damaged[-from_end] ^= 64
    assert read(bytes(damaged)) == "damaged"
    assert marks.look(bytes(damaged), "xlsx").data == damaged
    assert marks.look(BOOK, "xlsx").data != BOOK
