"""The cap per person and day, exactly: the most hours of a person's trainings that can be laid on days within the cap.

A training has hours to lay, at most the cap for each of its teaching days, anywhere from its start to its end; a
timetable fixes each day's hours. What all trainings together can lay is a maximum flow from trainings to days. Because
each training may use an unbroken run of days, laying the one that ends first on its earliest free days is optimal
(matching in a convex bipartite graph, Glover 1967), and no training laid later takes from one that was completed
earlier: whose hours are cut is settled by the order (day completed, claim id).

Nearly everyone has no overlap; there the answer is min(hours, cap × days) and is found for all people at once. Only
clusters of overlapping trainings whose even spread breaks the cap on some day are laid one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ce_toolkit.tables import BoolArray, Int64Array

_DAY_BITS = 1 << 20  # room for a day number beside the person in one int64


@dataclass(frozen=True)
class Slices:
    """Hours that a timetable fixes on a day: ``row`` is the training (ascending), ``hours`` are hundredths."""

    row: Int64Array
    day: Int64Array
    hours: Int64Array


@dataclass(frozen=True)
class Trainings:
    """Trainings to lay: one entry each, ``order`` settles ties of the day completed. Hours are hundredths."""

    person: Int64Array
    start: Int64Array
    end: Int64Array
    days: Int64Array
    hours: Int64Array
    order: Int64Array
    slices: Slices


@dataclass(frozen=True)
class Laid:
    """Granted hundredths per training, and which trainings share a day with another one of the person."""

    granted: Int64Array
    shares_day: BoolArray


def lay(trainings: Trainings, cap: int) -> Laid:
    """Grant each training the hours that can be laid within ``cap`` hundredths a person-day.

    Source: clause 三.1 (不超过8学时/天); decisions U1, U25, U26.
    """
    granted = np.minimum(trainings.hours, cap * trainings.days)
    granted = _cap_own_timetable(trainings, granted, cap)
    order, cluster = _clusters(trainings)
    sizes = np.bincount(cluster, minlength=1)
    crowded = sizes[cluster] > 1
    shares = np.zeros(len(granted), dtype=bool)
    if not crowded.any():
        return Laid(granted, shares)
    rows, groups = order[crowded], cluster[crowded]
    load = _spread(trainings, granted, rows, groups)
    shares[rows] = load.on_days_of_several()
    stay = load.on_days_over(cap)[load.number]
    rows, groups = _lay_single_days(trainings, granted, rows[stay], groups[stay], cap)
    rows, groups = _lay_pairs(trainings, granted, rows, groups, cap)
    rows, groups = _lay_timetables(trainings, granted, rows, groups, cap)
    _lay_one_by_one(trainings, granted, rows, groups, cap)
    return Laid(granted, shares)


def spread_evenly(trainings: Trainings) -> Trainings:
    """The trainings with a timetable of equal days for each that has none, odd hundredths on its first days."""
    free = np.flatnonzero(~_timetabled(trainings))
    spans = (trainings.end - trainings.start + 1)[free]
    row = np.repeat(free, spans)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
    span = np.repeat(spans, spans)
    hours = trainings.hours[row] // span + (offset < trainings.hours[row] % span)
    slices = trainings.slices
    rows = np.concatenate([slices.row, row])
    order = np.argsort(rows, kind="stable")
    laid = Slices(
        rows[order],
        np.concatenate([slices.day, trainings.start[row] + offset])[order],
        np.concatenate([slices.hours, hours])[order],
    )
    return replace(trainings, days=trainings.end - trainings.start + 1, slices=laid)


def _cap_own_timetable(trainings: Trainings, granted: Int64Array, cap: int) -> Int64Array:
    slices = trainings.slices
    if not slices.row.size:
        return granted
    kept = np.bincount(slices.row, weights=np.minimum(slices.hours, cap), minlength=len(granted)).astype(np.int64)
    granted[slices.row] = np.minimum(granted, kept)[slices.row]
    return granted


def _clusters(trainings: Trainings) -> tuple[Int64Array, Int64Array]:
    """Rows in order of (person, start), and the number of the run of overlapping trainings each belongs to."""
    start = trainings.person * _DAY_BITS + trainings.start + _DAY_BITS // 2
    end = trainings.person * _DAY_BITS + trainings.end + _DAY_BITS // 2
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    reached = np.maximum.accumulate(end)
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = start[1:] > reached[:-1]
    return order, np.cumsum(fresh) - 1


@dataclass(frozen=True)
class _Load:
    """Hours of crowded trainings spread evenly over their days (a timetable's on its own days), rounded up.

    One entry per training and day: ``place`` is the training's, ``slot`` a number of its cluster's day. ``number`` is
    each training's cluster, 0, 1, 2 …, and ``base`` each cluster's first slot.
    """

    place: Int64Array
    slot: Int64Array
    hours: Int64Array
    number: Int64Array
    base: Int64Array

    def on_days_of_several(self) -> BoolArray:
        """Which trainings have a day in common with another one."""
        busy = np.bincount(self.slot)[self.slot] > 1
        return np.bincount(self.place, weights=busy, minlength=len(self.number)) > 0

    def on_days_over(self, cap: int) -> BoolArray:
        """Which clusters have a day over the cap; in the others the even spread cuts nothing, so nothing is cut."""
        total = np.append(np.bincount(self.slot, weights=self.hours), 0)
        return np.maximum.reduceat(total, np.minimum(self.base, len(total) - 1)) > cap


def _spread(trainings: Trainings, granted: Int64Array, rows: Int64Array, groups: Int64Array) -> _Load:
    """Lay each training evenly on its days. Rows are in order of (person, start), so clusters lie together."""
    edges = np.flatnonzero(np.diff(groups, prepend=-1))
    number = np.cumsum(np.diff(groups, prepend=groups[0]) > 0, dtype=np.int64)
    first = trainings.start[rows[edges]]
    length = np.maximum.reduceat(trainings.end[rows], edges) - first + 1
    base = np.cumsum(length) - length
    place, day, hours = _entries(trainings, granted, rows)
    cluster = number[place]
    return _Load(place, base[cluster] + day - first[cluster], hours, number, base)


def _entries(trainings: Trainings, granted: Int64Array, rows: Int64Array) -> tuple[Int64Array, Int64Array, Int64Array]:
    """(place in ``rows``, day, hundredths) of every training's days."""
    timetabled = _timetabled(trainings)[rows]
    free = np.flatnonzero(~timetabled)
    spans = (trainings.end - trainings.start + 1)[rows[free]]
    place = np.repeat(free, spans)
    offset = np.arange(len(place)) - np.repeat(np.cumsum(spans) - spans, spans)
    day = np.repeat(trainings.start[rows[free]], spans) + offset
    hours = np.repeat(-(-granted[rows[free]] // spans), spans)
    if not timetabled.any():
        return place, day, hours
    slices = trainings.slices
    where = np.full(len(granted), -1, dtype=np.int64)
    where[rows] = np.arange(len(rows))
    mine = where[slices.row] >= 0
    return (
        np.concatenate([place, where[slices.row[mine]]]),
        np.concatenate([day, slices.day[mine]]),
        np.concatenate([hours, np.minimum(slices.hours[mine], granted[slices.row[mine]])]),
    )


def _lay_single_days(
    trainings: Trainings, granted: Int64Array, rows: Int64Array, groups: Int64Array, cap: int
) -> tuple[Int64Array, Int64Array]:
    """Clusters that lie on a single day need no search: fill the day in order until it is full."""
    if not rows.size:
        return rows, groups
    long = np.bincount(groups, weights=trainings.end[rows] > trainings.start[rows])
    short = long[groups] == 0
    picked = rows[short]
    inner = np.lexsort((trainings.order[picked], groups[short]))
    picked, group = picked[inner], groups[short][inner]
    granted[picked] = fill(granted[picked], group, cap)
    return rows[~short], groups[~short]


def _lay_pairs(
    trainings: Trainings, granted: Int64Array, rows: Int64Array, groups: Int64Array, cap: int
) -> tuple[Int64Array, Int64Array]:
    """Clusters of two trainings without timetable: what of the one that ends first lies on days of the other is known.

    Laid on its earliest days, it reaches into the other's with what its days before them cannot hold.
    """
    if not rows.size:
        return rows, groups
    _, place, count = np.unique(groups, return_inverse=True, return_counts=True)
    timed = np.bincount(place, weights=_timetabled(trainings)[rows]) > 0
    paired = ((count == 2) & ~timed)[place]
    inner = np.lexsort((trainings.order[rows], trainings.end[rows], groups))
    pairs = rows[inner][paired[inner]]
    first, second = pairs[::2], pairs[1::2]
    before = np.maximum(trainings.start[second] - trainings.start[first], 0)
    spill = np.maximum(granted[first] - cap * before, 0)
    room = cap * (trainings.end[second] - trainings.start[second] + 1) - spill
    granted[second] = np.minimum(granted[second], room)
    return rows[~paired], groups[~paired]


def _lay_timetables(
    trainings: Trainings, granted: Int64Array, rows: Int64Array, groups: Int64Array, cap: int
) -> tuple[Int64Array, Int64Array]:
    """Clusters of timetables alone need no search: each day is filled in order until it is full."""
    if not rows.size:
        return rows, groups
    free = np.bincount(groups, weights=~_timetabled(trainings)[rows]) > 0
    fixed = ~free[groups]
    inner = np.lexsort((trainings.order[rows], trainings.end[rows]))
    turn, cluster = np.full(len(granted), -1, dtype=np.int64), np.zeros(len(granted), dtype=np.int64)
    turn[rows[inner][fixed[inner]]] = np.arange(int(fixed.sum()))
    cluster[rows] = groups
    slices = trainings.slices
    mine = np.flatnonzero(turn[slices.row] >= 0)
    owner = slices.row[mine]
    mine = mine[np.lexsort((turn[owner], slices.day[mine], cluster[owner]))]
    day = cluster[slices.row[mine]] * _DAY_BITS + slices.day[mine] + _DAY_BITS // 2
    laid = np.bincount(slices.row[mine], weights=fill(slices.hours[mine], day, cap), minlength=len(granted))
    granted[rows[fixed]] = laid[rows[fixed]].astype(np.int64)
    return rows[~fixed], groups[~fixed]


def fill(hours: Int64Array, group: Int64Array, cap: int | Int64Array) -> Int64Array:
    """What each entry gets when entries of a group are served in turn until ``cap`` is used up; groups lie together.

    ``cap`` is one figure, or each entry's own (the same within a group).
    """
    running = np.cumsum(hours)
    first = np.flatnonzero(np.diff(group, prepend=-1)) if len(group) else np.empty(0, np.int64)
    base = np.repeat((running - hours)[first], np.diff(np.append(first, len(group))))
    before = running - hours - base
    return np.clip(cap - before, 0, hours)


def _timetabled(trainings: Trainings) -> BoolArray:
    has = np.zeros(len(trainings.hours), dtype=bool)
    has[trainings.slices.row] = True
    return has


def _lay_one_by_one(trainings: Trainings, granted: Int64Array, rows: Int64Array, groups: Int64Array, cap: int) -> None:
    if not rows.size:
        return
    inner = np.lexsort((trainings.order[rows], trainings.end[rows], groups))
    rows, edges = rows[inner], np.flatnonzero(np.diff(groups[inner], prepend=-1))
    timetabled = _timetabled(trainings)[rows]
    first, last, hours = trainings.start[rows].tolist(), trainings.end[rows].tolist(), granted[rows].tolist()
    gained: list[int] = []
    for begin, finish in pairwise([*edges.tolist(), len(rows)]):
        places = range(begin, finish)
        if timetabled[begin:finish].any():
            gained += _prefix_gains([_jobs(trainings, int(rows[i]), hours[i]) for i in places], cap)
        else:
            free: dict[int, int] = {}
            gained += [_put(free, (first[i], last[i], hours[i]), cap) for i in places]
    granted[rows] = gained


Job = tuple[int, int, int]  # first day, last day, hundredths to lay


def _jobs(trainings: Trainings, row: int, hours: int) -> list[Job]:
    slices = trainings.slices
    first, last = np.searchsorted(slices.row, [row, row + 1])
    if last > first:
        return [(int(slices.day[i]), int(slices.day[i]), int(slices.hours[i])) for i in range(first, last)]
    return [(int(trainings.start[row]), int(trainings.end[row]), hours)]


def _prefix_gains(claims: Sequence[Sequence[Job]], cap: int) -> list[int]:
    """What each claim adds to the most that the claims before it could lay."""
    gains, before = [], 0
    for count in range(1, len(claims) + 1):
        total = most_that_fits([job for jobs in claims[:count] for job in jobs], cap)
        gains.append(total - before)
        before = total
    return gains


def most_that_fits(jobs: Sequence[Job], cap: int) -> int:
    """The most hundredths that can be laid with no day over ``cap``: ends first, goes first, earliest days first."""
    free: dict[int, int] = {}
    return sum(_put(free, job, cap) for job in sorted(jobs, key=lambda job: (job[1], job[0])))


def _put(free: dict[int, int], job: Job, cap: int) -> int:
    """Lay a job on its earliest days with room left in ``free``, and say how much went in."""
    first, last, hours = job
    rest = hours
    for day in range(first, last + 1):
        room = min(free.get(day, cap), rest)
        free[day] = free.get(day, cap) - room
        rest -= room
        if not rest:
            break
    return hours - rest
