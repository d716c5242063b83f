"""How long: the credit period in years and months, and months from a person's dates.

Both ends of a span count, as everywhere in a pack: from 1 January to 31 December are twelve full months, from 2 January
to 31 December eleven. The months of a period begin on the day of the month on which the period begins.

A period is labelled by its pack's ``year``; one longer than a year bears the calendar year of its last day. Years are
counted in calendar years: "this year and the n − 1 before it" are the periods labelled above ``year − n``, but never
less than the period itself.
"""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from ce_toolkit.errors import PackError
from ce_toolkit.rules.pack import Pack, Period
from ce_toolkit.rules.view import NO_DAY, Int32Array, day_number
from ce_toolkit.tables import Int64Array

_DAY = timedelta(days=1)


def months(time: Period) -> int:
    """Full months of the period; at least one."""
    return max(int(full_months(_days(day_number(time.first)), day_number(time.last))[0]), 1)


def years(time: Period) -> int:
    """The period's length in whole years, one for anything shorter."""
    return max(round(months(time) / 12), 1)


def first_year(time: Period) -> int:
    """The label that a one-year period beginning with this one would have: the first year that is counted in it."""
    return time.year - years(time) + 1


def pack_of(year: int, packs: Mapping[int, Pack]) -> Pack:
    """The pack of a year. Raises PackError where there is none, or it is of another year."""
    pack = packs.get(year)
    if pack is None:
        raise PackError(f"没有 {year} 年度的规则包；现有：{'、'.join(map(str, sorted(packs))) or '无'}。")
    if pack.time.year != year:
        raise PackError(f"规则包 {pack.id} 是 {pack.time.year} 年度的，不能用于 {year} 年度。")
    return pack


def full_months(since: Int32Array, last: int) -> Int64Array:
    """Full months from each day to the day ``last``, both included; 0 where the day is blank or comes later."""
    month, day = _month_and_day(since)
    end_month, end_day = _month_and_day(_days(last + 1))
    passed = end_month - month - (end_day < day)
    return np.where(since == NO_DAY, 0, np.maximum(passed, 0))


def months_within(entered: Int32Array, left: Int32Array, time: Period, span: Int64Array) -> Int64Array:
    """Of each person's ``span`` months up to the period's end, those of service; a started month is a full one.

    ``entered`` and ``left`` are the first and the last day; a blank cuts nothing.
    """
    earlier = span - months(time)
    begun = np.where(entered == NO_DAY, -earlier, _month_of_period(entered, time))
    ended = np.where(left == NO_DAY, months(time) - 1, _month_of_period(left, time))
    return np.maximum(np.minimum(ended, months(time) - 1) - np.maximum(begun, -earlier) + 1, 0)


def years_begun(since: Int32Array, time: Period) -> Int64Array:
    """Credit years from the one in which each day lies to the end of the period; 0 for a blank or later day."""
    begun = -(_month_of_period(since, time) // 12) + years(time)
    return np.where(since == NO_DAY, 0, np.maximum(begun, 0))


def _month_of_period(days: Int32Array, time: Period) -> Int64Array:
    """The month in which each day lies: 0 the first of the period, -1 the one before it, and so on."""
    month, day = _month_and_day(days)
    first_month, first_day = _month_and_day(_days(day_number(time.first)))
    return month - first_month - (day < first_day)


def _month_and_day(days: Int32Array) -> tuple[Int64Array, Int64Array]:
    whole = days.astype("datetime64[D]")
    month = whole.astype("datetime64[M]")
    return month.astype(np.int64), (whole - month.astype("datetime64[D]")).astype(np.int64)


def _days(day: int) -> Int32Array:
    return np.array([day], dtype=np.int32)
