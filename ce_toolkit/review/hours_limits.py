"""Upper limits for wrongly registered hours from the taints of hit hour units (formula 3).

A taint is the share of its hours that a record has too many. The Stringer bound takes the limit for no error at full
taint and adds, for the taints from the largest down, the steps by which the limit for k errors exceeds that for k - 1:
UEL = u(0) + sum of (u(k) - u(k-1)) t(k), times M (Stringer 1963; AICPA guide Audit Sampling). u is exact for the frame
of hour units (hypergeometric), or binomial, Poisson, or the rounded Poisson factors of the printed tables ("table").
The cell bound (Leslie, Teitlebaum and Anderson 1979) is given beside it. Hours recognised beyond those registered are
never netted against the limit; they are evaluated by themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby

from ce_toolkit.errors import SampleError
from ce_toolkit.review.hours_plan import whole_units
from ce_toolkit.review.limits import factor_limit, upper_count, upper_rate
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_number

HOURS_MODELS = ("hypergeometric", "binomial", "poisson", "table")


@dataclass(frozen=True)
class TaintStep:
    """One step of the bound: rank 0 is the basic one, at full taint. ``share`` u(k); ``increment`` u(k) - u(k-1)."""

    rank: int
    taint: Fraction
    share: Fraction
    increment: Fraction
    hours: Fraction


@dataclass(frozen=True)
class HoursLimit:
    """An upper limit for hours of a frame, with the parts it is made of; all exact, in hours.

    ``projected_hours`` (PM) is the estimate, ``basic_precision`` (BP) and ``gap_widening`` (PGW) the allowances;
    ``upper_hours`` is their sum. ``steps`` recompute it: their hours add up to ``upper_hours``.
    """

    size: int
    hours: Fraction
    confidence: Fraction
    model: str
    projected_hours: Fraction
    basic_precision: Fraction
    gap_widening: Fraction
    steps: tuple[TaintStep, ...]

    @property
    def upper_hours(self) -> Fraction:
        """UEL, the upper error limit in hours."""
        return self.projected_hours + self.basic_precision + self.gap_widening


def stringer_bound(  # noqa: PLR0913 - the facts of one bound; all but three by keyword
    taints: Iterable[Exact],
    size: int,
    population: Exact,
    *,
    confidence: Exact = "0.95",
    model: str = "hypergeometric",
    quantum: Exact = "0.5",
) -> HoursLimit:
    """The Stringer bound for ``population`` registered hours from ``size`` hit units of ``quantum`` hours.

    ``taints``: one for each hit in error (a record hit r times gives r of them); those above 1 count as 1, those of 0
    and below are left out. Raises SampleError for more taints than hits or hours that are no multiple of ``quantum``.

    >>> bound = stringer_bound(["1", "0.25"], 100, 5000)
    >>> [float(part) for part in (bound.projected_hours, bound.basic_precision, bound.gap_widening)]
    [62.5, 146.5, 41.375]
    """
    errors = positive_taints(taints)
    exact_count(size, "命中数", least=max(len(errors), 1))
    hours, level = exact_number(population, "登记学时"), exact_confidence(confidence)
    return bound_of(errors, size, hours, level, model, units=whole_units(hours, exact_number(quantum, "学时单位")))


def bound_of(  # noqa: PLR0913 - as above
    taints: Sequence[Fraction], size: int, hours: Fraction, confidence: Fraction, model: str, *, units: int
) -> HoursLimit:
    """The bound from taints in falling order; ``units`` of the frame are only read by the hypergeometric model."""
    steps = _steps(taints, upper_shares(len(taints), size, units, confidence, model), hours)
    projected = hours / size * sum(taints, Fraction(0))
    widening = sum((step.hours - hours / size * step.taint for step in steps[1:]), Fraction(0))
    return HoursLimit(size, hours, confidence, model, projected, steps[0].hours, widening, steps)


def positive_taints(taints: Iterable[Exact]) -> list[Fraction]:
    """The taints above 0, at most 1 each, from the largest down."""
    found = (exact_number(taint, "差错比例") for taint in taints)
    return sorted((min(taint, Fraction(1)) for taint in found if taint > 0), reverse=True)


def upper_shares(errors: int, size: int, units: int, confidence: Fraction, model: str) -> list[Fraction]:
    """u(0) … u(errors): the upper limits for so many errors, as shares of the frame."""
    return [upper_share(k, size, units, confidence, model) for k in range(errors + 1)]


def upper_share(errors: int, size: int, units: int, confidence: Fraction, model: str) -> Fraction:
    """u(errors), the upper limit for so many errors as a share of the frame of ``units``."""
    if model not in HOURS_MODELS:
        raise SampleError(f"模型“{model}”不认识；可选 {'、'.join(HOURS_MODELS)}。")
    if model == "hypergeometric":
        if size > units:
            raise SampleError(f"命中数 {size} 超过学时单元数 {units}。")
        return Fraction(upper_count(errors, size, units, 1 - confidence), units)
    return (
        factor_limit(errors, size, confidence) if model == "table" else upper_rate(errors, size, 1 - confidence, model)
    )


def upper_of(  # noqa: PLR0913 - as above
    taints: Sequence[Fraction], size: int, hours: Fraction, confidence: Fraction, model: str, *, units: int
) -> Fraction:
    """The ``upper_hours`` of ``bound_of`` alone: steps of equal taints are one step, so few limits are needed."""
    share, rank = upper_share(0, size, units, confidence, model), 0
    for taint, alike in groupby(taints):
        before, rank = rank, rank + len(list(alike))
        rise = upper_share(rank, size, units, confidence, model) - upper_share(before, size, units, confidence, model)
        share += taint * rise
    return hours * share


def _steps(taints: Sequence[Fraction], shares: Sequence[Fraction], hours: Fraction) -> tuple[TaintStep, ...]:
    basic = TaintStep(0, Fraction(1), shares[0], shares[0], hours * shares[0])
    rest = (
        TaintStep(rank, taint, share, share - before, hours * (share - before) * taint)
        for rank, (taint, share, before) in enumerate(zip(taints, shares[1:], shares, strict=False), start=1)
    )
    return (basic, *rest)


def cell_bound(  # noqa: PLR0913 - as above
    taints: Iterable[Exact],
    size: int,
    population: Exact,
    *,
    confidence: Exact = "0.95",
    model: str = "hypergeometric",
    quantum: Exact = "0.5",
) -> Fraction:
    """The cell bound in hours: from u(0) on, the larger of one more taint over n and u(k) times the mean taint so far.

    Arguments as for ``stringer_bound``. It may be tighter or wider than the Stringer bound.
    """
    errors = positive_taints(taints)
    exact_count(size, "命中数", least=max(len(errors), 1))
    hours, level = exact_number(population, "登记学时"), exact_confidence(confidence)
    shares = upper_shares(len(errors), size, whole_units(hours, exact_number(quantum, "学时单位")), level, model)
    bound = shares[0]
    for rank, (taint, total) in enumerate(zip(errors, accumulate(errors), strict=True), start=1):
        bound = max(bound + taint / size, shares[rank] * total / rank)
    return hours * bound
