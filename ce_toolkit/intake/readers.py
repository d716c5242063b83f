"""What all readers share: what a reading is, and how text and numbers are tidied before they are read."""

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ce_toolkit.intake.cells import Cell

_ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Reading(NamedTuple):
    """A value as read, and what was done to it or what is wrong with it (a key of notes.toml; "" = nothing)."""

    value: Any
    note: str = ""


Reader = Callable[[Cell], Reading]
"""Reads one cell that is neither blank nor an error; text arrives without outer blanks and invisible characters."""


def tidy(text: str) -> str:
    """Text without zero-width and control characters and without blanks around it."""
    text = _ZERO_WIDTH.sub("", text)
    return _CONTROL.sub("", text).strip()


def plain_number(number: float) -> str:
    """A number as a workbook shows it: no ``.0``, fifteen significant digits.

    >>> plain_number(12.0), plain_number(0.1 + 0.2)
    ('12', '0.3')
    """
    if isinstance(number, int):
        return str(number)
    text = format(number, ".15g")
    return str(int(number)) if "e" in text and number.is_integer() else text


def has_control(text: str) -> bool:
    """Whether text holds control characters, which ``tidy`` takes away."""
    return _CONTROL.search(text) is not None


def as_text(raw: Cell) -> str:
    """Any cell as text, for columns that hold words."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return plain_number(raw)
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        raw = raw.date()
    return str(raw)
