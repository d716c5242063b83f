"""Sizes for an estimate of a wanted precision: a rate, a proportion, a mean (formula 1).

These say how sure a figure is to be, where ``plan`` says how sure a register is to be good enough.
"""

import math
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.limits import upper_limit
from ce_toolkit.review.plan import first_true
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_number, exact_rate


def size_for_precision(
    population: int, *, precision: Exact, expected_rate: Exact = 0, confidence: Exact = "0.95"
) -> int:
    """The smallest sample whose upper limit lies less than ``precision`` above the expected rate e, if that is found.

    The errors found in n are then e n, rounded up; the limit is the hypergeometric one. Rounding makes the distance
    rise and fall a little with n: this is the first size that keeps it. It is measured from e and not from the rounded
    rate, which in samples of a few units is so high that nothing lies above it.

    >>> size_for_precision(1000, precision="5%")
    57
    """
    exact_count(population, "抽样框单元数", least=1)
    margin, expected = exact_rate(precision, "精度"), exact_rate(expected_rate, "预计差错率")
    if not margin:
        raise SampleError("精度为 0 时只有全面核查才能达到；请给出大于 0 的精度。")

    def near(size: int) -> bool:
        errors = math.ceil(expected * size)
        return upper_limit(errors, size, population, confidence=confidence).rate - expected < margin

    # While the errors stay the same the limit falls with n, so each such run is searched by halves.
    start, errors = 1, 1 if expected else 0
    while start < population:
        end = min(math.floor(errors / expected), population) if expected else population
        if near(end):
            return first_true(near, start, end)
        start, errors = end + 1, errors + 1
    return population


def size_for_proportion(
    population: int, *, precision: Exact, expected_rate: Exact = "0.5", confidence: Exact = "0.95"
) -> int:
    """Units for a two-sided interval of half width ``precision`` around a proportion, by the normal approximation.

    n = P(1-P) / (d^2 / z^2 + P(1-P) / N), rounded up; P one half needs most.

    >>> size_for_proportion(10**9, precision="5%")
    385
    """
    likely = exact_rate(expected_rate, "预计比例")
    return _by_spread(population, likely * (1 - likely), precision, confidence)


def size_for_mean(population: int, *, precision: Exact, deviation: Exact, confidence: Exact = "0.95") -> int:
    """Units for a two-sided interval of half width ``precision`` around a mean, both in hours; S from earlier reviews.

    n = S^2 / (d^2 / z^2 + S^2 / N), rounded up.
    """
    return _by_spread(population, exact_number(deviation, "标准差") ** 2, precision, confidence)


def _by_spread(population: int, variance: Fraction, precision: Exact, confidence: Exact) -> int:
    from scipy.special import ndtri

    exact_count(population, "抽样框单元数", least=1)
    margin = exact_number(precision, "精度")
    if margin <= 0:
        raise SampleError("精度应大于 0。")
    quantile = Fraction(float(ndtri(float((1 + exact_confidence(confidence)) / 2))))
    size = variance / (margin**2 / quantile**2 + variance / population)
    return min(max(math.ceil(size), 1), population)
