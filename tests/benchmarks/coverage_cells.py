"""Simulated samples by the cell: how often a limit holds, how wide it is, how often a plan accepts what it must not.

Every cell has a seed of its own, made of its name and the seed of the whole, so that any cell can be run again alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.hours_limits import stringer_bound
from ce_toolkit.review.hours_plan import plan_hours
from ce_toolkit.review.hours_strata import HitStratum, hours_upper
from ce_toolkit.review.plan import Plan
from ce_toolkit.review.strata_limit import Found, strata_limit
from ce_toolkit.review.strata_plan import plan_strata
from ce_toolkit.review.verdicts import judge_look

SEED = "20171231"
RUNS = 2000
RECORDS = 2000
HITS = 93  # hour units drawn: the size for 5 % with one full error
LOOKS = 3


def generator(name: str) -> np.random.Generator:
    """Random numbers of one cell."""
    return np.random.default_rng(int(hashlib.sha256(f"{SEED}/{name}".encode()).hexdigest(), 16))


# ---- hours: 16 cells ----------------------------------------------------------------------------


@dataclass(frozen=True)
class HoursCell:
    """Share of records in error, in per cent; whether errors are whole; whether hours are all alike."""

    rate: str
    whole: bool
    flat: bool

    @property
    def name(self) -> str:
        return f"学时 {self.rate}% {'全错' if self.whole else '部分'} {'均匀' if self.flat else '偏斜'}"


HOURS_CELLS = tuple(
    HoursCell(rate, whole, flat)
    for rate in ("0.5", "2", "5", "10")
    for whole in (True, False)
    for flat in (True, False)
)


@dataclass(frozen=True)
class Register:
    """Half hours of each record, and its taint in hundredths of its hours."""

    halves: Any
    taints: Any

    @property
    def wrong(self) -> Fraction:
        """Wrong hours in all."""
        return Fraction(int((self.halves * self.taints).sum()), 200)

    @property
    def hours(self) -> Fraction:
        """Hours in all."""
        return Fraction(int(self.halves.sum()), 2)


def register(cell: HoursCell, rng: np.random.Generator) -> Register:
    """A register as the cell says: 6 hours each, or log-normal from half an hour to 40."""
    skewed = np.clip(np.round(rng.lognormal(2.3, 1.0, RECORDS)), 1, 80).astype(np.int64)
    halves = np.full(RECORDS, 12) if cell.flat else skewed
    wrong = rng.choice(RECORDS, int(Fraction(cell.rate) * RECORDS / 100), replace=False)
    taints = np.zeros(RECORDS, np.int64)
    taints[wrong] = 100 if cell.whole else rng.choice([10, 25, 50, 75, 100], len(wrong))
    return Register(halves, taints)


def hits(whole: Register, size: int, rng: np.random.Generator) -> Any:
    """Taints, in hundredths, of the records that own ``size`` half hours drawn without replacement, in draw order."""
    ends = np.cumsum(whole.halves)
    return whole.taints[np.searchsorted(ends, rng.choice(int(ends[-1]), size, replace=False), side="right")]


def hours_coverage(cell: HoursCell, runs: int = RUNS) -> tuple[float, float, float]:
    """Share of samples whose bound is at least the wrong hours; mean bound and wrong hours as shares of all hours."""
    rng = generator(cell.name)
    whole = register(cell, rng)
    bounds = [
        stringer_bound([Fraction(int(t), 100) for t in found[found > 0]], HITS, whole.hours).upper_hours
        for found in (hits(whole, HITS, rng) for _ in range(runs))
    ]
    held = sum(bound >= whole.wrong for bound in bounds) / runs
    return held, float(sum(bounds) / runs / whole.hours), float(whole.wrong / whole.hours)


# ---- strata: 8 grids ----------------------------------------------------------------------------


@dataclass(frozen=True)
class StrataCell:
    """Three strata: units, units drawn, errors."""

    title: str
    populations: tuple[int, int, int]
    sizes: tuple[int, int, int]
    errors: tuple[int, int, int]

    @property
    def name(self) -> str:
        return f"分层 {self.title}"


STRATA_CELLS = (
    StrataCell("参照", (800, 300, 120), (60, 40, 30), (20, 13, 10)),
    StrataCell("差错在大层", (800, 300, 120), (60, 40, 30), (43, 0, 0)),
    StrataCell("差错在小层", (800, 300, 120), (60, 40, 30), (0, 0, 43)),
    StrataCell("差错少", (800, 300, 120), (60, 40, 30), (4, 2, 1)),
    StrataCell("按比例抽", (900, 450, 150), (60, 30, 10), (45, 22, 8)),
    StrataCell("大抽样框", (20000, 6000, 1000), (80, 60, 60), (600, 300, 150)),
    StrataCell("小抽样框", (60, 40, 20), (20, 15, 10), (4, 3, 2)),
    StrataCell("三倍加权", (5000, 600, 150), (70, 40, 30), (150, 60, 30)),
)


def strata_coverage(cell: StrataCell, runs: int = RUNS) -> dict[str, tuple[float, float]]:
    """By method: share of samples whose limit is at least the errors, and the mean limit."""
    rng = generator(cell.name)
    limits: dict[str, list[int]] = {"fisher": [], "weighted": [], "pooled": [], "bonferroni": []}
    for _ in range(runs):
        found = _strata_sample(cell, rng)
        fisher = strata_limit(found)
        limits["fisher"].append(fisher.count)
        limits["bonferroni"].append(fisher.bonferroni)
        for method in ("weighted", "pooled"):
            limits[method].append(strata_limit(found, method=method).count)
    true = sum(cell.errors)
    return {
        method: (sum(limit >= true for limit in counts) / runs, sum(counts) / runs) for method, counts in limits.items()
    }


def _strata_sample(cell: StrataCell, rng: np.random.Generator) -> list[Found]:
    parts = zip(cell.populations, cell.sizes, cell.errors, strict=True)
    return [Found(int(rng.hypergeometric(bad, units - bad, size)), size, units) for units, size, bad in parts]


# ---- hours over three strata: 8 cells -----------------------------------------------------------


@dataclass(frozen=True)
class HoursStrataCell:
    """Three strata of 6-hour records: records, hits, errors; whether errors are whole."""

    title: str
    records: tuple[int, int, int]
    hits: tuple[int, int, int]
    errors: tuple[int, int, int]
    whole: bool = True

    @property
    def name(self) -> str:
        return f"学时分层 {self.title}{'' if self.whole else '，部分'}"


_HOURS_STRATA = (
    ("按比例抽", (1200, 600, 200), (60, 30, 10), (60, 30, 10)),
    ("两倍加权", (1200, 600, 200), (50, 50, 16), (60, 30, 10)),
    ("差错在大层", (1200, 600, 200), (50, 50, 16), (100, 0, 0)),
    ("差错在小层", (1200, 600, 200), (50, 50, 16), (0, 0, 100)),
)
HOURS_STRATA_CELLS = tuple(
    HoursStrataCell(*each, whole) for whole in (True, False) for each in _HOURS_STRATA
)  # fmt: skip


def hours_strata_coverage(cell: HoursStrataCell, runs: int = RUNS) -> dict[str, tuple[float, float]]:
    """By method: share of samples whose bound is at least the wrong hours, and the mean bound as a share of all."""
    rng = generator(cell.name)
    parts = [
        _stratum_of(records, errors, cell.whole, rng) for records, errors in zip(cell.records, cell.errors, strict=True)
    ]
    true, hours = sum(part.wrong for part in parts), sum(part.hours for part in parts)
    bounds: dict[str, list[Fraction]] = {"pooled": [], "bonferroni": []}
    for _ in range(runs):
        found = [_hit(part, size, rng) for part, size in zip(parts, cell.hits, strict=True)]
        for method, values in bounds.items():
            values.append(hours_upper(found, confidence=Fraction(19, 20), quantum=Fraction(1, 2), method=method))
    return {
        method: (sum(bound >= true for bound in values) / runs, float(sum(values) / runs / hours))
        for method, values in bounds.items()
    }


def _stratum_of(records: int, errors: int, whole: bool, rng: np.random.Generator) -> Register:
    taints = np.zeros(records, np.int64)
    taints[:errors] = 100 if whole else rng.choice([10, 25, 50, 75, 100], errors)
    return Register(np.full(records, 12), taints)


def _hit(part: Register, size: int, rng: np.random.Generator) -> HitStratum:
    found = hits(part, size, rng)
    return HitStratum(part.hours, size, tuple(Fraction(int(taint), 100) for taint in found[found > 0]))


# ---- several looks at exactly what is no longer tolerable ---------------------------------------

STAGED_CELLS = (
    "学时一层", "学时偏斜", "记录两层加权", "记录两层加权差错在小层", "记录两层合并", "记录两层费舍",
)  # fmt: skip


def staged_acceptance(name: str, runs: int = RUNS) -> float:
    """Share of samples that a plan of three looks accepts although errors are just the tolerable amount."""
    rng = generator(f"阶段 {name}")
    accepted = (
        _hours_looks(name == "学时一层", rng, runs) if name.startswith("学时") else _strata_looks(name, rng, runs)
    )
    return sum(accepted) / runs


def _hours_looks(flat: bool, rng: np.random.Generator, runs: int) -> Iterator[bool]:
    """Records wholly wrong, until 5 % of the hours are; the last one in part, so that it is 5 % exactly."""
    halves = register(HoursCell("0", True, flat), rng).halves
    tolerable = int(halves.sum()) // 20
    order = rng.permutation(RECORDS)
    reached = np.cumsum(halves[order])
    wrong = np.zeros(RECORDS, np.int64)
    wrong[order] = np.clip(tolerable - (reached - halves[order]), 0, halves[order])
    plan = plan_hours(Fraction(int(halves.sum()), 2), tolerable_hours=Fraction(tolerable, 2), stages=LOOKS)
    ends = np.cumsum(halves)
    for _ in range(runs):
        drawn = np.searchsorted(ends, rng.choice(int(ends[-1]), plan.cumulative_sizes[-1], replace=False), side="right")
        yield any(
            stringer_bound(
                [Fraction(int(wrong[at]), int(halves[at])) for at in drawn[:size] if wrong[at]], size, plan.hours,
                confidence=plan.look_confidence,
            ).upper_hours < plan.tolerable_hours
            for size in plan.cumulative_sizes
        )  # fmt: skip


_METHODS = {"费舍": "fisher", "加权": "weighted", "合并": "pooled"}


def _strata_looks(name: str, rng: np.random.Generator, runs: int) -> Iterator[bool]:
    strata = [StratumSize("S1", 300, hours=Decimal(0)), StratumSize("S6", 1500)]
    method = next(method for word, method in _METHODS.items() if word in name)
    plan = plan_strata(strata, tolerable_rate="5%", stages=LOOKS, multipliers={"S1": 2}, method=method)
    bad = (plan.tolerable_units, 0) if "小层" in name else (0, plan.tolerable_units)
    for _ in range(runs):
        yield _accepted_at_any_look(plan, strata, bad, rng)


def _accepted_at_any_look(
    plan: Plan, strata: list[StratumSize], bad: tuple[int, int], rng: np.random.Generator
) -> bool:
    wrong = [rng.permutation(each.population) < errors for each, errors in zip(strata, bad, strict=True)]
    for look, shares in enumerate(plan.allocations, start=1):
        sizes = dict(shares)
        found = [
            Found(int(flags[: sizes[each.name]].sum()), sizes[each.name], each.population)
            for each, flags in zip(strata, wrong, strict=True)
        ]
        if judge_look(plan, found, known=0, population=plan.population, look=look).accepted:
            return True
    return False
