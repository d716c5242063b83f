"""C11, U25, U26: the daily cap against a plain maximum flow, and its order of service."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from ce_toolkit.rules.days import Slices, Trainings, fill, lay, most_that_fits

CAP = 800


def _flow(jobs: list[tuple[int, int, int]], cap: int) -> int:
    """Maximum flow by the cut it must equal: the least over all sets of days of what the rest can hold (Hall)."""
    days = sorted({day for first, last, _ in jobs for day in range(first, last + 1)})
    best = sum(hours for _, _, hours in jobs)
    for size in range(len(days) + 1):
        for chosen in itertools.combinations(days, size):
            inside = set(chosen)
            confined = sum(hours for first, last, hours in jobs if set(range(first, last + 1)) <= inside)
            best = min(best, cap * size + sum(hours for _, _, hours in jobs) - confined)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_most_that_fits_is_a_maximum_flow(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    jobs = []
    for _ in range(rng.randint(1, 6)):
        first = rng.randint(0, 6)
        last = min(first + rng.randint(0, 3), 8)
        jobs.append((first, last, min(rng.randint(1, 3000), CAP * (last - first + 1))))
    assert most_that_fits(jobs, CAP) == _flow(jobs, CAP)


def _trainings(rows: list[tuple[int, int, int, int]]) -> Trainings:
    """(person, start, end, hundredths), days as long as the span, in claim order."""
    person, start, end, hours = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    none = np.empty(0, dtype=np.int64)
    return Trainings(person, start, end, end - start + 1, hours, np.arange(len(rows)), Slices(none, none, none))


@pytest.mark.parametrize("seed", range(25))
def test_vectorised_grants_equal_what_each_adds_to_the_flow_of_those_before(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    rows = []
    for _ in range(60):
        start = rng.randint(17200, 17212)
        end = start + rng.choice([0, 0, 0, 1, 2, 4])
        rows.append((rng.randint(0, 9), start, end, rng.randint(1, 900 * (end - start + 1))))
    granted = lay(_trainings(rows), CAP).granted
    for person in {row[0] for row in rows}:
        mine = sorted((end, place) for place, (who, _, end, _) in enumerate(rows) if who == person)
        jobs, before = [], 0
        for _, place in mine:
            _, start, end, hours = rows[place]
            jobs.append((start, end, min(hours, CAP * (end - start + 1))))
            total = most_that_fits(jobs, CAP)
            assert granted[place] == total - before
            before = total


@pytest.mark.parametrize("seed", range(15))
def test_timetables_laid_at_once_equal_what_each_adds_to_the_flow_of_those_before(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    plans = [{17200 + rng.randrange(9): rng.randint(1, 1200) for _ in range(rng.randint(1, 4))} for _ in range(40)]
    rows = [(rng.randint(0, 6), min(plan), max(plan), sum(plan.values())) for plan in plans]
    slices = [(place, day, plan[day]) for place, plan in enumerate(plans) for day in sorted(plan)]
    columns = (np.array(column, dtype=np.int64) for column in zip(*slices, strict=True))
    granted = lay(replace(_trainings(rows), slices=Slices(*columns)), CAP).granted
    for person in {row[0] for row in rows}:
        jobs: list[tuple[int, int, int]] = []
        for _, place in sorted((row[2], place) for place, row in enumerate(rows) if row[0] == person):
            before = most_that_fits(jobs, CAP)
            jobs += [(day, day, hours) for day, hours in plans[place].items()]
            assert granted[place] == most_that_fits(jobs, CAP) - before


def test_a_shared_day_is_flagged_and_a_gap_is_not() -> None:
    laid = lay(_trainings([(0, 10, 12, 900), (0, 12, 12, 100), (0, 14, 15, 900), (1, 10, 12, 900)]), CAP)
    assert laid.shares_day.tolist() == [True, True, False, False]


def test_fill_serves_each_group_in_turn() -> None:
    group = np.array([0, 0, 0, 4, 4])
    assert fill(np.array([500, 500, 500, 100, 900]), group, 800).tolist() == [500, 300, 0, 100, 700]
