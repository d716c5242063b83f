"""The cells of a workbook that came back, whatever software saved it, with what was done to its rows."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ce_toolkit.review.answers import Formula

_LARGEST = 50 << 20
_UNPACKED = 300 << 20
_NOT_PLAIN = re.compile(rb'<f[ >/]|<c [^>]*\bt="e"|<row [^>]*\bhidden="(?:1|true)"')
"""Formulas, errors and hidden rows, which have to be told; a sheet without them holds values only, read ten times as
fast."""
_OLD = b"\xd0\xcf\x11\xe0"


class UnreadableSheetError(Exception):
    """The file is no workbook that can be read; its text says why, in Chinese."""


@dataclass(frozen=True)
class Sheet:
    """Rows of values from A1 on, and the numbers of rows that are hidden or filtered away."""

    rows: list[list[Any]]
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook by name. ``old``: in the format of .xls; ``software``: what saved it, if it says so."""

    sheets: Mapping[str, Sheet]
    old: bool = False
    software: str = ""


def read_book(path: Path) -> Book:
    """The workbook at ``path``, by what is in it and not by its name. Raises UnreadableSheetError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableSheetError("文件大于 50 MB")
        data = path.read_bytes()
    except OSError:
        raise UnreadableSheetError("文件读不出来") from None
    if data.startswith(_OLD):
        return Book(_by_calamine(data), old=True)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise UnreadableSheetError("不是 Excel 工作簿")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
            raise UnreadableSheetError("解开后过大")
        names = parts.namelist()
        software = parts.read("docProps/app.xml").decode("utf-8", "replace") if "docProps/app.xml" in names else ""
        if "xl/workbook.xml" not in names:
            return Book(_by_calamine(data), software="其它格式")
        plain = not any(_NOT_PLAIN.search(parts.read(name)) for name in names if name.startswith("xl/worksheets/"))
    sheets = _by_calamine(data) if plain else _by_openpyxl(data)
    return Book(sheets, software="LibreOffice" if "LibreOffice" in software else "")


def _by_openpyxl(data: bytes) -> dict[str, Sheet]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        return {
            sheet.title: Sheet(
                [[Formula(cell.value) if cell.data_type == "f" else cell.value for cell in row] for row in sheet.rows],
                tuple(sorted(row for row, look in sheet.row_dimensions.items() if look.hidden)),
            )
            for sheet in book.worksheets
        }
    except Exception as error:
        raise UnreadableSheetError(f"工作簿已损坏（{type(error).__name__}）") from None


def _by_calamine(data: bytes) -> dict[str, Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: Sheet(_values(book.get_sheet_by_name(name))) for name in book.sheet_names}
    except (CalamineError, OSError, ValueError):
        raise UnreadableSheetError("工作簿已损坏") from None


def _values(sheet: Any) -> list[list[Any]]:
    """The values from A1 on, blanks as None."""
    rows = sheet.to_python(skip_empty_area=False)
    return [[None if value == "" else value for value in row] for row in rows]
