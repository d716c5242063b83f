"""Reading several days in one cell: a range or a list of days, read only where every day of it is clear (MC11)."""

import datetime
import re
import unicodedata
from typing import NamedTuple

_SEPARATORS = re.compile(r"[、，,;；\n]+")
_MARK = r"[-./年月]"
_DATE = rf"(?:(\d{{4}}){_MARK})?(?:(\d{{1,2}}){_MARK})?(\d{{1,2}})[日号]?"
_FROM_TO = re.compile(rf"{_DATE}(?:~+|—+|–+|―+|至|到|-+){_DATE}")
_ONE = re.compile(_DATE)
_BLANK = re.compile(r"[ \t\u3000]+")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}")
_LONGEST = 366  # days; a longer range is a slip, or a course whose two ends belong in two columns
_HYPHENS_ONLY = re.compile(r"\d{1,2}-\d{1,2}-\d{1,2}(?:-\d{1,2})?")


class Span(NamedTuple):
    """Days of one cell in their order. ``listed``: they are named one by one, and no day between them counts."""

    days: tuple[datetime.date, ...]
    listed: bool
    year_written: bool

    @property
    def start(self) -> datetime.date:
        """The first day."""
        return self.days[0]

    @property
    def end(self) -> datetime.date:
        """The last day."""
        return self.days[-1]


class _UnclearError(ValueError):
    """The text leaves open which days are meant."""


def read_span(raw: str, year: int) -> Span | None:
    """The days that a range or list names, or None where that is unclear: two-digit years, months, ends before starts.

    A day without a year or month has that of the day before it; the first one the credit year.

    >>> [f"{day:%m-%d}" for day in read_span("2017.5.1-5.3", 2017).days]
    ['05-01', '05-02', '05-03']
    >>> [f"{day:%m-%d}" for day in read_span("5月1日、8日", 2017).days]
    ['05-01', '05-08']
    """
    text = _BLANK.sub("", unicodedata.normalize("NFKC", raw)).strip("、，,;；\n")
    if _SHORT_YEAR.search(text) or _HYPHENS_ONLY.fullmatch(text):
        return None
    parts = [part for part in _SEPARATORS.split(text) if part]
    days: list[datetime.date] = []
    try:
        for part in parts:
            days += _days(part, days[-1] if days else None, year)
    except ValueError:
        return None
    if len(set(days)) < 2 or days != sorted(set(days)):
        return None
    return Span(tuple(days), len(parts) > 1, re.match(r"\d{4}", text) is not None)


def _days(part: str, before: datetime.date | None, year: int) -> list[datetime.date]:
    if hit := _ONE.fullmatch(part):
        return [_day(hit[1], hit[2], hit[3], before, year)]
    hit = _FROM_TO.fullmatch(part)
    if not hit:
        raise _UnclearError
    first = _day(hit[1], hit[2], hit[3], before, year)
    last = _day(hit[4], hit[5], hit[6], first, year)
    length = (last - first).days
    if not 0 < length <= _LONGEST:
        raise _UnclearError
    return [first + datetime.timedelta(days=number) for number in range(length + 1)]


def _day(written: str | None, month: str | None, day: str, before: datetime.date | None, year: int) -> datetime.date:
    if month is None and (before is None or written):
        raise _UnclearError  # 2017.5 is a month, and a lone 5 nothing
    counted = int(written) if written else before.year if before else year
    return datetime.date(counted, int(month) if month else before.month if before else 0, int(day))
