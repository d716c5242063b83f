"""How the oracle reads a record of a worked example: exact figures, first and last day. No rule of the notice."""

from datetime import timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from unicodedata import normalize


class Facts(SimpleNamespace):
    """What is stated of a person or a claim; what is not stated is None."""

    def __getattr__(self, name: str) -> None:
        return None


def read(record: dict[str, Any]) -> Facts:
    """A record with ``start``, ``end``, ``dates`` (calendar days), ``days`` (of teaching) and exact figures."""
    stated = {"items": 1, "employer_hours": record.get("hours"), "registered": True}
    stated |= {"proof": True, "in_archive": True}
    c = Facts(**stated | record)
    c.ref, c.klass, c.key, c.work = str(c.ref), record["class"], fold(c.key), fold(record.get("for"))
    c.filed_on = c.recorded_on if c.basis == "recorded_hr" else None
    c.hours, c.employer_hours, c.items = exact(c.hours), exact(c.employer_hours), exact(c.items)
    c.daily = {day: exact(hours) for day, hours in (c.daily or {}).items()}
    c.start, c.end = (min(c.daily), max(c.daily)) if c.daily else (c.date or c.start, c.date or c.end)
    c.days = len(c.daily) or (1 if c.date else exact(c.days))
    if c.days in (None, 1):
        c.start, c.end = c.start or c.end, c.end or c.start
    c.dates = [c.start + timedelta(n) for n in range((c.end - c.start).days + 1)] if c.start and c.end else []
    c.days = len(c.dates) if c.days is None else c.days
    c.begins = c.start if c.klass == "training" else c.end or c.start
    c.figures = [figure for figure in (c.hours, c.employer_hours, *c.daily.values()) if figure is not None]
    c.number, c.titled = c.key or c.ref, (fold(c.title) or c.ref, fold(c.organizer), c.start, c.end)
    c.sits = minutes_of(c.clock) if c.clock and c.klass == "training" and len(c.dates) == 1 else set()
    return c


def minutes_of(clock: str) -> set[int]:
    """The minutes of the day that ``09:00-12:00`` covers."""
    begins, ends = (int(time[:-3]) * 60 + int(time[-2:]) for time in clock.split("-"))
    return {*range(begins, ends)}


def true_of(asked: dict[str, Any]) -> list[str]:
    """The codes whose question is answered with yes, in order."""
    return [code for code, answer in asked.items() if answer]


def exact(figure: Any) -> Fraction | None:
    """The figure as printed: 59.5 is 119/2, whatever the float behind it."""
    return None if figure is None else Fraction(str(figure))


def fold(text: Any) -> str:
    """A key or title without blanks, full-width forms and lower case."""
    return "".join(normalize("NFKC", str(text or "")).upper().split())


def rounded_down(hours: Fraction) -> Fraction:
    """Whole hundredths of an hour."""
    return Fraction(hours * 100 // 1, 100)
