"""Seeded dice: one independent stream per matter, so that a change to one matter does not shift all the others."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Days = npt.NDArray[np.datetime64]

BLANK = -(10**9)  # stands for an empty whole number

_MATTERS = ("units", "people", "sent", "claims", "plans", "habits", "mess", "exams", "exam_mess")


def dice(seed: int, people: int, matter: str) -> np.random.Generator:
    """The stream of one matter for a city of this seed and size."""
    return np.random.default_rng([seed, people, _MATTERS.index(matter)])


def pick(rng: np.random.Generator, weighted: Mapping[Any, float], size: int) -> Ints:
    """Places (0, 1, …) in ``weighted`` drawn by weight."""
    weights = np.fromiter(weighted.values(), dtype=np.float64)
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, rng.random(size), side="right"), len(weights) - 1)


def choose(rng: np.random.Generator, weighted: Mapping[Any, float], size: int) -> Texts:
    """Keys of ``weighted`` drawn by weight."""
    return objects(list(weighted))[pick(rng, weighted, size)]


def objects(values: Sequence[Any]) -> Texts:
    """A sequence as an object array, whatever its items are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def chance(rng: np.random.Generator, rate: float | Floats, size: int) -> Bools:
    """True with the given rate, item by item."""
    return np.asarray(rng.random(size) < rate)


def some(rng: np.random.Generator, candidates: Sequence[int] | Ints, rate: float, *, least: int = 1) -> list[int]:
    """About ``rate`` of the candidates, but at least ``least`` of them (or all there are), in rising order."""
    pool = np.asarray(candidates, dtype=np.int64)
    size = min(len(pool), max(least, round(rate * len(pool))))
    return sorted(int(i) for i in rng.permutation(pool)[:size])


def shares(total: int, weights: Floats, *, least: int) -> Ints:
    """``total`` split by weight into whole numbers of at least ``least`` each, by largest remainder."""
    spare = total - least * len(weights)
    exact = weights / weights.sum() * spare
    whole = np.floor(exact).astype(np.int64)
    missing = spare - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return whole + least
