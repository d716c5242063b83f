"""The true risk of the weighted limit, computed over all samples and not simulated, for strata drawn by lot.

For a frame of given errors: the chance of a sample whose limit lies below them. Half of the sets are sought out as the
worst: their errors are one more than the limit of some sample, so that just that sample misses them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.special import betaincinv
from scipy.stats import hypergeom

from tests.benchmarks.coverage_cells import generator

SETS = 4000
_MOST = 60  # errors in a sample that are followed


@dataclass(frozen=True)
class Strata:
    """Units, units drawn and errors of two or three strata."""

    populations: tuple[int, ...]
    sizes: tuple[int, ...]
    errors: tuple[int, ...]


def drawn_by_lot(sets: int, *, worst: bool) -> Iterator[Strata]:
    """Sets of strata, some sampled up to five times as thickly as others."""
    rng = generator(f"加权 {worst}")
    while sets:
        count = int(rng.integers(2, 4))
        populations = rng.integers(200, 60000, count) if worst else rng.integers(30, 2000, count)
        share = rng.uniform(0.02, 0.3) * rng.choice([1, 1.5, 2, 3, 5], count)
        scale = 60 / populations.max() if worst else 1.0
        sizes = np.clip((populations * share * scale).astype(int), 2, np.minimum(populations - 1, 80))
        total = (
            _just_missed(populations, sizes, rng) if worst else int(rng.uniform(0.005, 0.12) * populations.sum()) + 1
        )
        split = rng.dirichlet(np.ones(count) * rng.choice([0.2, 1, 5]))
        errors = np.minimum(np.round(split * total).astype(int), populations)
        if 0 < errors.sum() <= populations.sum() // 2:
            sets -= 1
            yield Strata(*(tuple(int(value) for value in part) for part in (populations, sizes, errors)))


def _just_missed(populations: Any, sizes: Any, rng: np.random.Generator) -> int:
    found = rng.integers(0, 4, len(sizes)) * (rng.random(len(sizes)) < 0.6)
    return int(min(upper(tuple(found), tuple(populations), tuple(sizes)), 1e9)) + 1


def upper(found: tuple[int, ...], populations: tuple[int, ...], sizes: tuple[int, ...]) -> float:
    """The weighted limit before it is rounded down, in floats and by another way than the package's."""
    shares = np.array(sizes) / np.array(populations)
    weights = np.sort(np.repeat(shares.min() / shares, found))[::-1]
    steps = _steps(sum(sizes))
    if len(weights) >= len(steps):
        return float("inf")
    return float(sum(sizes) / shares.min() * (steps[0] + (np.diff(steps[: len(weights) + 1]) * weights).sum()))


@cache
def _steps(size: int) -> Any:
    return np.array([betaincinv(k + 1, size - k, 0.95) if k < size else 1.0 for k in range(min(_MOST, size) + 1)])


def risk(strata: Strata) -> float:
    """The chance that the limit of a sample lies below the errors there are."""
    total = sum(strata.errors)
    masses = [
        hypergeom.pmf(np.arange(min(size, bad) + 1), units, bad, size)
        for units, size, bad in zip(strata.populations, strata.sizes, strata.errors, strict=True)
    ]

    def walk(place: int, found: tuple[int, ...], chance: float) -> float:
        if place == len(masses):
            return chance
        missed = 0.0
        for more, mass in enumerate(masses[place]):
            sample = (*found, more)
            filled = (*sample, *(0,) * (len(masses) - place - 1))
            if upper(filled, strata.populations, strata.sizes) >= total - 1e-9:
                break  # errors only raise the limit
            missed += walk(place + 1, sample, chance * mass)
        return missed

    return walk(0, (), 1.0)
