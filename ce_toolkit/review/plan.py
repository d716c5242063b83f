"""Sizes of an attribute sample: how many units to draw, in how many looks, so that the risk is what was asked.

The risk is that of relying on a register whose error rate is at least the tolerable one. One look: the smallest n at
which c errors have at most that chance (formula 1). Several looks: equal stages of m units; after look j the register
is accepted with at most c + j - 1 errors in all; after the last one it is checked in full; m is the smallest under
which the chance of being accepted at any look is at most the risk, by exact recursion over (look, errors so far)
(formula 9). Confidence and tolerable rate are parameters outside the notice.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_rate, units_at
from ce_toolkit.review.staged import Truth, acceptance_chances, staged_within
from ce_toolkit.review.tails import require_model, within_risk


@dataclass(frozen=True)
class Plan:
    """A committed plan for a count of errors.

    ``population``: units in the frame. ``cumulative_sizes``: units reviewed by each look. ``acceptance_numbers``: most
    errors in all with which that look accepts. ``allocations``: per look, the (stratum, units) drawn by then; empty
    where one stratum is drawn from. With several strata the looks are judged by one limit over them, after
    ``strata_method`` and at ``look_confidence``, and the acceptance numbers only say what the sizes were meant for.
    """

    population: int
    tolerable_rate: Fraction
    expected_rate: Fraction
    confidence: Fraction
    model: str
    cumulative_sizes: tuple[int, ...]
    acceptance_numbers: tuple[int, ...]
    allocations: tuple[tuple[tuple[str, int], ...], ...] = ()
    strata_method: str = "fisher"

    @property
    def stages(self) -> int:
        """Number of looks."""
        return len(self.cumulative_sizes)

    @property
    def size(self) -> int:
        """Units drawn at first."""
        return self.cumulative_sizes[0]

    @property
    def stage_sizes(self) -> tuple[int, ...]:
        """Units that each stage adds."""
        before = (0, *self.cumulative_sizes)
        return tuple(size - less for size, less in zip(self.cumulative_sizes, before, strict=False))

    @property
    def tolerable_units(self) -> int:
        """The smallest number of errors in the frame that is no longer tolerable."""
        return units_at(self.tolerable_rate, self.population)

    @property
    def look_confidence(self) -> Fraction:
        """Confidence of each look where looks are judged by a limit: the risk shared out evenly (Bonferroni)."""
        return 1 - (1 - self.confidence) / self.stages

    @property
    def is_census(self) -> bool:
        """Whether the plan already asks for every unit."""
        return self.size >= self.population

    @property
    def risk(self) -> float:
        """The chance that the plan accepts a frame whose errors are just no longer tolerable."""
        truth = Truth(self.tolerable_rate, self.population, self.model)
        return float(sum(acceptance_chances(self.cumulative_sizes, self.acceptance_numbers, truth.masses)))

    def facts(self) -> dict[str, object]:
        """All that the plan fixes, in words and whole numbers, for a commitment that is hashed and published."""
        return {
            "kind": "attribute",
            "population": self.population,
            "tolerable_rate": str(self.tolerable_rate),
            "expected_rate": str(self.expected_rate),
            "confidence": str(self.confidence),
            "model": self.model,
            "cumulative_sizes": list(self.cumulative_sizes),
            "acceptance_numbers": list(self.acceptance_numbers),
            "allocations": [dict(look) for look in self.allocations],
            "strata_method": self.strata_method,
        }


def plan_attribute(  # noqa: PLR0913 - what a plan fixes; all but one by keyword
    population: int,
    *,
    tolerable_rate: Exact,
    expected_rate: Exact = 0,
    confidence: Exact = "0.95",
    stages: int = 1,
    model: str = "hypergeometric",
) -> Plan:
    """The smallest sample, in ``stages`` equal looks, that proves a rate below ``tolerable_rate``.

    With an ``expected_rate`` e the first look tolerates the smallest c with e times its size at most c, rounded up.
    ``model``: "hypergeometric" (exact for the frame), "binomial" or "poisson" (where an error count may be a fraction,
    as in tables of confidence factors). A frame too small to be sampled gives a plan over all its units. Raises
    SampleError where a rate is out of range or the expected rate is not below the tolerable one.

    >>> plan_attribute(1000, tolerable_rate="5%").cumulative_sizes
    (57,)
    >>> plan_attribute(20000, tolerable_rate="5%", stages=3).stage_sizes
    (62, 62, 62)
    """
    units = exact_count(population, "抽样框单元数", least=1)
    tolerable, expected = tolerable_and_expected(tolerable_rate, expected_rate)
    looks = exact_count(stages, "阶段数", least=1)
    level = exact_confidence(confidence)
    sizes, accepts = Search(units, tolerable, 1 - level, require_model(model)).looks(expected, looks)
    return Plan(units, tolerable, expected, level, model, sizes, accepts)


def tolerable_and_expected(tolerable: Exact, expected: Exact) -> tuple[Fraction, Fraction]:
    """Both rates as fractions. Raises SampleError unless 0 < tolerable and expected < tolerable."""
    most, likely = exact_rate(tolerable, "可容忍差错率"), exact_rate(expected, "预计差错率")
    if not most:
        raise SampleError("可容忍差错率为 0 时只有全面核查才能证明；请改为全面核查或给出大于 0 的可容忍差错率。")
    if likely >= most:
        raise SampleError(f"预计差错率 {expected} 不小于可容忍差错率 {tolerable}，抽样不能通过；请改为全面核查。")
    return most, likely


@dataclass(frozen=True)
class Search:
    """The search for sizes under one frame, tolerable rate and risk."""

    population: int
    tolerable: Fraction
    risk: Fraction
    model: str

    def looks(self, expected: Fraction, stages: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Cumulative sizes and acceptance numbers; the whole frame where nothing less will do."""
        if self.model == "poisson" and stages == 1 and expected:
            size = self._poisson_size(expected)
            return (min(size, self.population),), (math.floor(expected * size),)
        accept, size = 0, 0
        while (size := self.stage_size(accept, stages, least=size)) < self.population:
            # The first size rises with c, so starting below and stepping to what e asks ends at the smallest c.
            wanted = math.ceil(expected * size)
            if wanted <= accept:
                break
            accept = wanted
        return self._rule(size, accept, stages)

    def stage_size(self, accept: int, stages: int, *, least: int = 0) -> int:
        """The smallest first size, not below ``least``, under which the rule starting at ``accept`` keeps the risk."""
        if accept >= self._bad:
            return self.population
        return first_true(lambda size: self._keeps(size, accept, stages), max(accept + 1, least), self.population)

    def _keeps(self, size: int, accept: int, stages: int) -> bool:
        if stages == 1:
            return within_risk(accept, size, self.tolerable, self.risk, population=self.population, model=self.model)
        return staged_within(
            *self._rule(size, accept, stages), Truth(self.tolerable, self.population, self.model), self.risk
        )

    def _rule(self, size: int, accept: int, stages: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Equal looks of ``size`` until the frame ends; no look accepts what is no longer tolerable."""
        looks = range(1, min(stages, math.ceil(Fraction(self.population, size))) + 1)
        most = self._bad - 1
        return (
            tuple(min(look * size, self.population) for look in looks),
            tuple(min(accept + look - 1, most) for look in looks),
        )

    @property
    def _bad(self) -> int:
        return units_at(self.tolerable, self.population)

    def _poisson_size(self, expected: Fraction) -> int:
        """The smallest n whose upper limit for e n errors, taken as a real number, is below the tolerable rate."""
        from scipy.special import gammaincc

        def proves(size: int) -> bool:
            return float(gammaincc(1 + float(expected * size), float(self.tolerable * size))) < float(self.risk)

        return first_true(proves, 1, self.population)


def first_true(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The smallest number from ``low`` to ``high`` for which ``holds``, which stays true from there on.

    ``high`` where it holds for none below. Doubling first: sizes are small beside the frames they are drawn from.
    """
    step, floor = 16, low
    while low + step < high and not holds(low + step):
        floor, step = low + step + 1, step * 2
    low, high = floor, min(low + step, high)
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high
