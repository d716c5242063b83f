"""The notice's windows as a calendar: both ends included, touching, each with its last working day (E1–E7)."""

from datetime import timedelta
from itertools import pairwise

import pandas as pd

from ce_toolkit.errors import PackError
from ce_toolkit.registers.calendar import Calendar
from ce_toolkit.rules.pack import Pack

WEEKDAYS = "一二三四五六日"


def windows(pack: Pack, calendar: Calendar | None = None) -> pd.DataFrame:
    """One row a window of the notice, in its order.

    Columns: window (id), first, last, days (both ends counted), weekday (of the last day), last_working_day (blank
    without a calendar). Raises PackError where the windows do not follow one another day on day within the year (E4),
    ParamsError where the calendar is of another year.
    """
    require_windows(pack)
    rows = [
        {
            "window": name,
            "first": window.first,
            "last": window.last,
            "days": (window.last - window.first).days + 1,
            "weekday": f"星期{WEEKDAYS[window.last.weekday()]}",
            "last_working_day": calendar.last_working_day(window.last) if calendar else None,
        }
        for name, window in pack.windows.items()
    ]
    return pd.DataFrame(rows)


def require_windows(pack: Pack) -> None:
    """Raise PackError unless every window ends after it begins, in the pack's year, the day before the next begins."""
    given = list(pack.windows.items())
    for name, window in given:
        if window.first > window.last or {window.first.year, window.last.year} != {pack.time.year}:
            raise PackError(f"规则包 {pack.id} 的时段 {name} 起止颠倒或不在 {pack.time.year} 年内，请改正 [windows]。")
    for (before, earlier), (after, later) in pairwise(given):
        if later.first != earlier.last + timedelta(days=1):
            raise PackError(f"规则包 {pack.id} 的时段 {before} 与 {after} 重叠、间断或次序颠倒，请改正 [windows]。")
