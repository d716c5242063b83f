"""Reading dates in the ways units write them; a year is never guessed from the clock, a month never from a number."""

import datetime
import re
import unicodedata
from functools import partial

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import Reader, Reading
from ce_toolkit.intake.reading_numbers import han_number

_EARLIEST_YEAR = 1950
_SERIAL_ZERO = datetime.date(1899, 12, 30)
_SERIAL_ZERO_1904 = datetime.date(1904, 1, 1)
_SERIALS = range(32_874, 55_153)  # 1990 to 2050: below and above, a bare number is no serial date

_CLOCK = r"(?:[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_FULL = re.compile(rf"(\d{{4}})[-./年](\d{{1,2}})[-./月](\d{{1,2}})[日号]?\.?{_CLOCK}")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?(?:份)?")
_NO_YEAR = re.compile(r"(\d{1,2})[-./月](\d{1,2})[日号]?")
_SHORT_YEAR = re.compile(r"'?(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?")
_RANGE = re.compile(r"\d[日号]?\s*(?:[~—–―、,;\n]|至|到|-+)\s*\d")
_HAN_PART = re.compile(r"([零〇一二三四五六七八九十]+)(?=[年月日号])")
_BLANK = re.compile(r"\s*([-./年月日号:])\s*")


def date_reader(year: int, *, since_1904: bool = False) -> Reader:
    """The reader of dates for a credit year, which fills in the year where only month and day are written (MC10).

    ``since_1904``: the workbook counts its days from 1904, so that a bare number means another day (MC12).
    """
    return partial(read_date, year=year, since_1904=since_1904)


def read_date(raw: Cell, *, year: int, since_1904: bool = False) -> Reading:
    """A day, and what was done: see MC10–MC12. A date outside the year passes; the rules refuse it (D5).

    Several days in a cell are not read here: which columns may hold them is the business of the table.
    """
    if isinstance(raw, datetime.datetime):
        return _checked(raw.date(), year, "")
    if isinstance(raw, datetime.date):
        return _checked(raw, year, "")
    if isinstance(raw, str):
        return _from_text(raw, year, since_1904)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return Reading(None, "date_is_time")
    return _from_number(raw, year, since_1904)


def _from_number(number: float, year: int, since_1904: bool) -> Reading:
    whole, zero = int(number), _SERIAL_ZERO_1904 if since_1904 else _SERIAL_ZERO
    if number == whole and (hit := _COMPACT.fullmatch(str(whole))):
        return _day(hit[1], hit[2], hit[3], year, "date_number")
    if whole + (zero - _SERIAL_ZERO).days in _SERIALS:
        return _checked(zero + datetime.timedelta(days=whole), year, "date_serial")
    if _EARLIEST_YEAR < number < 2100:
        return Reading(None, "date_month_number")
    return Reading(None, "date_unreadable")


def _from_text(raw: str, year: int, since_1904: bool) -> Reading:
    text = _BLANK.sub(r"\1", unicodedata.normalize("NFKC", raw).strip())
    text = _HAN_PART.sub(_digits, text)
    note = "date_folded" if not raw.isascii() and not re.search(r"[年月]", raw) else ""
    if hit := _FULL.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(hit[1], hit[2], hit[3], year, note)
    if hit := _MONTH.fullmatch(text):
        return _day(hit[1], hit[2], "1", year, "date_month")
    if hit := _NO_YEAR.fullmatch(text):
        return _day(str(year), hit[1], hit[2], year, "date_no_year")
    if _SHORT_YEAR.fullmatch(text):
        return Reading(None, "date_short_year")
    if text.isdigit() and len(text) == 5:
        return _from_number(int(text), year, since_1904)
    return Reading(None, "date_range" if _RANGE.search(text) else "date_unreadable")


def _digits(hit: re.Match[str]) -> str:
    number = han_number(hit[1])
    return hit[1] if number is None else str(number)


def _day(year_text: str, month: str, day: str, year: int, note: str) -> Reading:
    try:
        found = datetime.date(int(year_text), int(month), int(day))
    except ValueError:
        return Reading(None, "date_impossible")
    return _checked(found, year, note)


def _checked(day: datetime.date, year: int, note: str) -> Reading:
    if not _EARLIEST_YEAR <= day.year <= year + 1:
        return Reading(None, "date_impossible")
    return Reading(day, note)
