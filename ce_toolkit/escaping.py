"""Text of others as it may be written to a workbook, a .csv or a page: text, never a formula, never a hidden sign."""

import re
from typing import Any, TypeVar

T = TypeVar("T")

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_NUMBER = re.compile(r"[+-]?\d[\d,.]*%?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def printable(text: str) -> str:
    r"""The text without control characters, which no .xlsx may hold, and without those that turn the reading around.

    >>> printable("表\u202excslx\x00")
    '表xcslx'
    """
    return _UNPRINTABLE.sub("", text)


def guarded(value: T) -> T | str:
    """A cell of a .csv: text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay.

    >>> guarded("=1+1"), guarded("-2.5"), guarded("@x"), guarded("一中"), guarded(7)
    ("'=1+1", '-2.5', "'@x", '一中', 7)
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def keep_as_text(sheet: Any) -> None:
    """Make text of every cell of an openpyxl sheet that holds any; openpyxl makes a formula of what begins with =."""
    for cell in sheet._cells.values():  # iter_rows would make every cell of the rectangle
        if isinstance(cell.value, str):
            cell.data_type = "s"
