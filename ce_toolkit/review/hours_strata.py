"""One bound for the wrong hours of several strata from which hour units were drawn apart (formula 7).

Bonferroni: each stratum has its own Stringer bound at an even share of the risk, and they are added. True, and wide.

Pooled: all hits are taken together. Where a stratum was hit more thickly than the one that was hit most thinly, its
taints count for so much less; the sample then is as if every hour of an accordingly larger register had been hit as
thinly, and has one Stringer bound with binomial limits. Projected hours stay those of the strata. Without errors this
is exact: however the wrong hours lie, the chance of no hit is largest where they lie in the thinnest stratum. With
errors it rests on the Stringer bound's own record, and on the sum of hits from fixed shares varying less than that of
hits from anywhere (Hoeffding 1956, 1963); coverage is simulated. Which of the two is used has to be settled before the
draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.hours_limits import HoursLimit, bound_of, positive_taints, upper_of
from ce_toolkit.review.hours_plan import whole_units

HOURS_STRATA_METHODS = ("bonferroni", "pooled")


@dataclass(frozen=True)
class HitStratum:
    """Hours of a stratum, hour units drawn from it, and the taints of the hits in error."""

    hours: Fraction
    size: int
    taints: tuple[Fraction, ...]


def hours_upper(strata: Sequence[HitStratum], *, confidence: Fraction, quantum: Fraction, method: str) -> Fraction:
    """The bound over ``strata`` in hours, never more than they hold; with one stratum the plain Stringer bound.

    Raises SampleError for an unknown method.
    """
    if method not in HOURS_STRATA_METHODS:
        raise SampleError(f"合并各层的方法“{method}”不认识；可选 {'、'.join(HOURS_STRATA_METHODS)}。")
    if method == "pooled" and len(strata) > 1:
        return min(pooled_upper(strata, confidence=confidence), sum((each.hours for each in strata), Fraction(0)))
    level = bonferroni_confidence(confidence, len(strata))
    bounds = (
        upper_of(
            positive_taints(each.taints), each.size, each.hours, level, "hypergeometric",
            units=whole_units(each.hours, quantum),
        )
        for each in strata
    )  # fmt: skip
    return sum(bounds, Fraction(0))


def bonferroni_confidence(confidence: Fraction, strata: int) -> Fraction:
    """Confidence of each stratum's own bound: the risk shared out evenly."""
    return 1 - (1 - confidence) / max(strata, 1)


def pooled_bound(strata: Sequence[HitStratum], *, confidence: Fraction, model: str = "binomial") -> HoursLimit:
    """The pooled bound. Its ``hours`` are those of the register as large as all strata hit most thinly would need.

    ``model``: "binomial", or "poisson" or "table" as for ``stringer_bound``. Raises SampleError for a stratum without a
    hit.

    >>> half = Fraction(1, 2)
    >>> both = [HitStratum(Fraction(1000), 20, (half,)), HitStratum(Fraction(4000), 40, ())]
    >>> bound = pooled_bound(both, confidence=Fraction(19, 20))
    >>> int(bound.hours), int(bound.projected_hours), [str(step.taint) for step in bound.steps]
    (6000, 25, ['1', '1/4'])
    """
    return bound_of(*_pooled(strata), confidence, model, units=0)


def pooled_upper(strata: Sequence[HitStratum], *, confidence: Fraction) -> Fraction:
    """The ``upper_hours`` of the pooled bound alone, for searches that need nothing else of it."""
    return upper_of(*_pooled(strata), confidence, "binomial", units=0)


def _pooled(strata: Sequence[HitStratum]) -> tuple[list[Fraction], int, Fraction]:
    """Weighted taints in falling order, hits, and the hours that they stand for."""
    if not all(each.size and each.hours for each in strata):
        raise SampleError("各层都应有学时并至少命中 1 次，才能合并推断；请按方案抽样。")
    thinnest = min(each.size / each.hours for each in strata)
    size = sum(each.size for each in strata)
    taints = [min(taint, Fraction(1)) * thinnest * each.hours / each.size for each in strata for taint in each.taints]
    return sorted(taints, reverse=True), size, size / thinnest
