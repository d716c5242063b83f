"""A small reader for the tests: the cells of a file by sheet, straight from the libraries."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook


@cache
def rows(path: Path, sheet: str | None) -> list[list[Any]]:
    """All rows of a sheet, or of a .csv, as the library gives them; row 1 is item 0."""
    if path.suffix == ".csv":
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gb18030")
        return list(csv.reader(text.splitlines()))
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def cell(path: Path, sheet: str | None, address: str) -> Any:
    """The value at an A1 address."""
    letters, row = coordinate_from_string(address)
    return rows(path, sheet)[row - 1][column_index_from_string(letters) - 1]


def plain(value: Any) -> str:
    """A value as text: dates as 2017-05-01, whole numbers without a point, nothing as ''."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
