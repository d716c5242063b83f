"""One upper limit for the errors of several strata that were sampled apart (formula 7).

Fisher: the largest sum of K over strata for which the errors found are, taken together, not too few: minus the sum of
the logarithms of P(X <= x | K) stays below half the chi-square quantile with two degrees a stratum. Each P is a
p-value and the strata are drawn independently, so the test is valid (the idea of combined audits of strata: Ottoboni,
Stark, Lindeman and McBurnett 2018). The largest sum is found by taking single errors in order of what they cost: the
cost of one more error in a stratum rises with the errors already there, so the cheapest first is best; and were it
somewhere not to rise, the limit would come out too large, never too small.

Pooled: the errors of all samples are counted together. Each count is distributed as a sum of independent yes-or-no
draws (Vatutin and Mikhailov 1982), so their total has at most the binomial chance of staying so small that belongs to
its mean (Hoeffding 1956, for totals one below the mean and less), and that mean is at least what errors lying where
the sampling is thinnest give. With few errors and moderate differences in sampling this needs a third of the units
that Fisher's needs with five strata. Which of the two is used has to be settled before the draw.

Weighted: as the pooled bound of hours, records taking the place of hour units. An error counts for less where its
stratum is sampled more thickly, so oversampling where errors are likelier is not punished as it is by the pooled count.
It rests on the Stringer bound: without errors it is exact; with errors its true risk was computed, not simulated, for
thousands of sets of two and three strata, half of them sought out as the worst, and was never above the nominal one
(docs/sampling_coverage.md).

Bonferroni, for a check by hand: the limits of the strata at 1 - a/S, added.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ce_toolkit.errors import SampleError
from ce_toolkit.review.hours_strata import HitStratum, pooled_upper
from ce_toolkit.review.limits import upper_count
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count
from ce_toolkit.review.tails import binomial_within

STRATA_METHODS = ("fisher", "pooled", "weighted")


@dataclass(frozen=True)
class Found:
    """Errors found among ``size`` units drawn from a stratum of ``population``."""

    errors: int
    size: int
    population: int


@dataclass(frozen=True)
class StrataLimit:
    """An upper limit for the errors of all strata together, in units, and the Bonferroni figure beside it."""

    count: int
    bonferroni: int
    population: int
    confidence: Fraction
    method: str

    @property
    def rate(self) -> Fraction:
        """Errors per unit of all strata."""
        return Fraction(self.count, self.population)


def strata_limit(found: Sequence[Found], *, confidence: Exact = "0.95", method: str = "fisher") -> StrataLimit:
    """The limit over ``found`` after ``method``, "fisher", "pooled" or "weighted"; with one stratum the plain limit.

    Strata reviewed in full add their errors and nothing else. Raises SampleError where the numbers of a stratum do not
    fit one another, or there is none.

    >>> strata_limit([Found(1, 60, 800), Found(0, 40, 300), Found(2, 30, 120)]).count
    107
    """
    if not found:
        raise SampleError("没有抽样的层，不能推断差错上限。")
    for stratum in found:
        exact_count(stratum.errors, "差错数")
        exact_count(stratum.size, "样本量", least=stratum.errors)
        exact_count(stratum.population, "层内单元数", least=max(stratum.size, 1))
    level = exact_confidence(confidence)
    count, bonferroni, method = limit_over(found, 1 - level, method)
    return StrataLimit(count, bonferroni, sum(stratum.population for stratum in found), level, method)


def limit_over(found: Sequence[Found], risk: Fraction, method: str) -> tuple[int, int, str]:
    """The limit, the Bonferroni figure and the method used: "census", "hypergeometric", or ``method``."""
    if method not in STRATA_METHODS:
        raise SampleError(f"合并各层的方法“{method}”不认识；可选 {'、'.join(STRATA_METHODS)}。")
    known = sum(stratum.errors for stratum in found if stratum.size == stratum.population)
    open_ = [stratum for stratum in found if stratum.size < stratum.population]
    if not open_:
        return known, known, "census"
    bonferroni = known + bonferroni_count(open_, risk)
    if len(open_) == 1:
        return bonferroni, bonferroni, "hypergeometric"
    return known + _COUNTS[method](tuple(open_), risk), bonferroni, method


def bonferroni_count(found: Sequence[Found], risk: Fraction) -> int:
    """The limits of the strata at an even share of the risk, added."""
    return sum(upper_count(each.errors, each.size, each.population, risk / len(found)) for each in found)


@lru_cache(maxsize=4096)
def fisher_count(found: tuple[Found, ...], risk: Fraction) -> int:
    """The largest sum of errors whose combined cost stays below half the chi-square quantile."""
    import numpy as np
    from scipy.special import chdtri

    budget = float(chdtri(2 * len(found), float(risk))) / 2
    # A cost beyond the budget ends a stratum; rounding the tail's risk down can only keep one entry more.
    last = Fraction(math.exp(-budget)) * Fraction(999, 1000)
    steps = [_costs(each.errors, each.size, each.population, last) for each in found]
    running = np.cumsum(np.sort(np.concatenate(steps)))
    return sum(each.errors for each in found) + int(np.searchsorted(running, budget, side="left"))


@lru_cache(maxsize=4096)
def pooled_count(found: tuple[Found, ...], risk: Fraction) -> int:
    """The largest sum of errors K under which so few in all samples together are not too few.

    At least the errors found, at most what the samples leave possible.
    """
    errors, size = sum(each.errors for each in found), sum(each.size for each in found)
    low, high = errors, sum(each.population - each.size + each.errors for each in found)
    while low < high:
        middle = (low + high + 1) // 2
        mean = _least_mean(found, middle)
        if errors <= mean - 1 and binomial_within(errors, size, mean / size, risk):
            high = middle - 1
        else:
            low = middle
    return low


@lru_cache(maxsize=4096)
def weighted_count(found: tuple[Found, ...], risk: Fraction) -> int:
    """The Stringer bound of errors weighted by how thinly their stratum is sampled, rounded down to whole errors."""
    possible = sum(each.population - each.size + each.errors for each in found)
    if not all(each.size for each in found):
        return possible
    hit = [HitStratum(Fraction(each.population), each.size, (Fraction(1),) * each.errors) for each in found]
    return min(math.floor(pooled_upper(hit, confidence=1 - risk)), possible)


_COUNTS = {"fisher": fisher_count, "pooled": pooled_count, "weighted": weighted_count}


def _least_mean(found: Sequence[Found], count: int) -> Fraction:
    """Errors expected in all samples where ``count`` lie in the strata that are sampled most thinly."""
    mean, left = Fraction(0), count
    for each in sorted(found, key=lambda each: Fraction(each.size, each.population)):
        here = min(left, each.population)
        mean, left = mean + Fraction(here * each.size, each.population), left - here
    return mean


@lru_cache(maxsize=64)
def _costs(errors: int, size: int, population: int, last: Fraction) -> Any:
    """What each further error above those found costs: falls of ln P(X <= errors | K) until P is ``last``."""
    import numpy as np

    most = upper_count(errors, size, population, last)
    return -np.diff(log_at_most(errors, size, population, most))


def log_at_most(errors: int, size: int, population: int, most: int) -> Any:
    """Log of P(X <= errors | K) for K = errors … most; K at most population - size + errors.

    By recursion over the number of errors for all K at once: P(0 | K) is a product over K, and P(k | K) follows from
    P(k-1 | K) by a ratio; for the few K with more errors than units left out, the tail itself.
    """
    import numpy as np
    from scipy.stats import hypergeom

    regular = min(most, population - size)
    counts = np.arange(regular + 1, dtype=np.float64)
    with np.errstate(divide="ignore"):
        logs = np.concatenate(([0.0], np.cumsum(np.log1p(-size / (population - counts[:-1])))))
        total = logs
        for k in range(1, errors + 1):
            fresh = (np.maximum(counts - k + 1, 0) * (size - k + 1)) / (k * (population - counts - size + k))
            logs = logs + np.log(fresh)
            total = np.logaddexp(total, logs)
        rest = np.arange(max(regular + 1, errors), most + 1)
        tail = np.log(hypergeom.cdf(errors, population, rest, size)) if len(rest) else np.empty(0)
    return np.concatenate((np.minimum(total[errors:], 0.0), tail))
