"""Months and years as the oracle counts them: day by day and month by month, apart from the engine."""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil


def waived(r, person) -> int:
    return person["waived_months"] or 0 if r.get("waive") and person.get("waiver_reference") else 0


def in_service(pack, r, person, months) -> int:
    entered = max((person[n] for n in r.get("prorate", []) if n != "left_on" and person.get(n)), default=date.min)
    left = person.get("left_on") if "left_on" in r.get("prorate", []) else None
    end = pack["time"]["to"] + timedelta(1)
    first, last = ymd(entered), ymd(left or date.max)
    return sum(later(end, -n) <= last and first < later(end, 1 - n) for n in range(1, months + 1))


def begun(pack, person, r) -> int:
    if person.get(r["term"]) is None:
        return length(pack)
    end, n = pack["time"]["to"] + timedelta(1), 0
    while ymd(person[r["term"]]) < later(end, -12 * n):
        n += 1
    return min(n, r.get("years", n))


def ymd(day: date) -> tuple:
    return (day.year, day.month, day.day)


def later(day: date, months: int) -> tuple:
    return ((day.year * 12 + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)


def whole_months(since: date, last: date) -> int:
    n = 0
    while later(since, n + 1) <= ymd(last + timedelta(1)):
        n += 1
    return n


def length(pack) -> int:
    return max(round(whole_months(pack["time"]["from"], pack["time"]["to"]) / 12), 1)


def up(hours: Fraction) -> Fraction:
    return Fraction(ceil(hours * 100), 100)
