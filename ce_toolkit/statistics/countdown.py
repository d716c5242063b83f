"""How far the year has come on a day: of each window what is left or over, in days and in working days (五, E1–E6).

Both ends of a window are in it, so on its last day nothing is left and nothing is over. No clock is read.
"""

from datetime import date, timedelta

import pandas as pd

from ce_toolkit.registers.calendar import Calendar
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.deadlines import windows

AHEAD, RUNNING, LAST_DAY, OVER = "ahead", "running", "last_day", "over"
YEAR = "year"


def countdown(pack: Pack, day: date, calendar: Calendar | None = None) -> pd.DataFrame:
    """One row a window of the notice and one for the year, as of ``day``.

    Columns: window, first, last, last_working_day, phase (ahead, running, last_day, over), days_left (until the last
    day; 0 on it and after), working_left (of these on which offices are open; blank without a calendar), days_over.
    Raises what ``windows`` raises.
    """
    told = windows(pack, calendar)[["window", "first", "last", "last_working_day"]]
    year = {
        "window": YEAR,
        "first": pack.time.first,
        "last": pack.time.last,
        "last_working_day": calendar.last_working_day(pack.time.last) if calendar else None,
    }
    rows = [*told.to_dict("records"), year]
    return pd.DataFrame([{**row, **_left(row["first"], row["last"], day, calendar)} for row in rows])


def _left(first: date, last: date, day: date, calendar: Calendar | None) -> dict[str, object]:
    left = max((last - day).days, 0)
    ahead = [day + timedelta(days=place) for place in range(1, left + 1)]
    return {
        "phase": AHEAD if day < first else OVER if day > last else LAST_DAY if day == last else RUNNING,
        "days_left": left,
        "working_left": sum(calendar.is_working(each) for each in ahead) if calendar else None,
        "days_over": max((day - last).days, 0),
    }
