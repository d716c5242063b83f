"""Which days are over-full: the days behind a cut by the daily cap, so that a reader can add them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ce_toolkit.rules.view import Claims, Int32Array, day_of
from ce_toolkit.tables import Int64Array


@dataclass(frozen=True)
class Span:
    """Hours to lay from ``first`` to ``last`` (day numbers, both included), on at most ``days`` of them; hundredths."""

    first: int
    last: int
    days: int
    hours: int


@dataclass(frozen=True)
class Overfull:
    """Days on which more was claimed than fits: ``days`` teaching days between ``first`` and ``last``; class hours."""

    first: date
    last: date
    days: int
    claimed: Decimal
    most: Decimal

    @property
    def cut(self) -> Decimal:
        """Hours that find no room, of all the trainings on these days together."""
        return self.claimed - self.most


def spans(claims: Claims, row: int, hours: int, year: tuple[int, int]) -> list[Span]:
    """What a training asks of the days: one span, or a day each where a timetable fixes them; as far as they count."""
    table, (begin, finish) = claims.timetable, year
    if table.owner.size and table.has[row]:
        mine = (table.owner == row) & (table.day >= begin) & (table.day <= finish)
        return [Span(int(day), int(day), 1, int(h)) for day, h in zip(table.day[mine], table.hours[mine], strict=True)]
    first, last = max(int(claims.start[row]), begin), min(int(claims.end[row]), finish)
    return [Span(first, last, min(int(claims.teaching_days[row]), last - first + 1), hours)]


def overfull_days(own: Sequence[Span], earlier: Sequence[Span], limit: int) -> list[Overfull]:
    """The over-full days that cut ``own``, served after the ``earlier`` trainings, at ``limit`` hundredths a day.

    What does not fit a single training is told of its own days. Else the trainings that lie wholly within some run of
    days around it ask for more than the run holds (Hall's condition for intervals); the run that lacks most is named.
    """
    found = [_run(span, [*earlier, *own], limit) for span in own]
    return [one for one in found if one is not None and one.cut > 0]


def _run(span: Span, asked: Sequence[Span], limit: int) -> Overfull | None:
    inside = [one for one in asked if one.last >= span.first and one.first <= span.last]
    if len(inside) == 1 and span.hours > limit * span.days:
        return _shown(span.first, span.last, span.days, span.hours, limit)
    runs = {(one.first, other.last) for one in asked for other in asked}
    around = [(first, last) for first, last in runs if first <= span.first and last >= span.last]
    lacking = {run: _asked(asked, run, limit) - limit * (run[1] - run[0] + 1) for run in around}
    best = min(around, key=lambda run: (-lacking[run], run[1] - run[0]))
    if lacking[best] > 0:
        within = sum(one.hours for one in asked if one.first >= best[0] and one.last <= best[1])
        return _shown(*best, best[1] - best[0] + 1, within, limit)
    return _shown(span.first, span.last, span.days, span.hours, limit)


def _asked(asked: Sequence[Span], run: tuple[int, int], limit: int) -> int:
    """Hundredths that the trainings wholly within the run would lay if each were alone."""
    return sum(
        one.hours if one.days == 1 and one.first == one.last else min(one.hours, limit * one.days)
        for one in asked
        if one.first >= run[0] and one.last <= run[1]
    )


def _shown(first: int, last: int, days: int, hours: int, limit: int) -> Overfull:
    return Overfull(day_of(first), day_of(last), days, Decimal(hours) / 100, Decimal(limit * days) / 100)


def served_before(claims: Claims, rows: Int64Array, row: int, ends: Int32Array | None = None) -> list[int]:
    """Those of ``rows`` that are served before ``row``: completed earlier, or the same day with an earlier claim id.

    ``ends``: the last day of each claim that counts, where that is not its own (what is split at the year's border).
    """
    ends = claims.end if ends is None else ends
    return [int(other) for other in rows if (ends[other], claims.rank[other]) < (ends[row], claims.rank[row])]
