"""Sizes and limits by plain search over fractions: slow, obvious, and nothing shared with the package."""

from fractions import Fraction
from functools import cache
from math import comb

FIVE, TEN = Fraction(1, 20), Fraction(1, 10)


@cache
def at_most(errors: int, size: int, bad: int, population: int) -> Fraction:
    """P(X <= errors), hypergeometric."""
    ways = sum(comb(bad, k) * comb(population - bad, size - k) for k in range(min(errors, size) + 1))
    return Fraction(ways, comb(population, size))


def binomial_at_most(errors: int, size: int, rate: Fraction) -> Fraction:
    return sum((comb(size, k) * rate**k * (1 - rate) ** (size - k) for k in range(errors + 1)), Fraction(0))


def bad_at(rate: Fraction, population: int) -> int:
    return next(bad for bad in range(population + 1) if bad >= rate * population)


def smallest_size(errors: int, rate: Fraction, population: int, risk: Fraction) -> int:
    """The smallest sample in which ``errors`` prove less than ``rate``."""
    bad = bad_at(rate, population)
    sizes = range(errors + 1, population + 1)
    return next((size for size in sizes if at_most(errors, size, bad, population) <= risk), population)


def upper(errors: int, size: int, population: int, risk: Fraction) -> int:
    possible = range(errors, population - size + errors + 1)
    return max(bad for bad in possible if at_most(errors, size, bad, population) > risk)


def lower(errors: int, size: int, population: int, risk: Fraction) -> int:
    possible = range(errors, population - size + errors + 1)
    return min(bad for bad in possible if 1 - at_most(errors - 1, size, bad, population) > risk)


def accepted(sizes: tuple[int, ...], accepts: tuple[int, ...], bad: int, population: int) -> Fraction:
    """The chance of acceptance at any look, over every way in which the errors can come, stage by stage."""

    def walk(look: int, found: int) -> Fraction:
        if look and found <= accepts[look - 1]:
            return Fraction(1)
        if look == len(sizes):
            return Fraction(0)
        before = sizes[look - 1] if look else 0
        size, left, whole = sizes[look] - before, bad - found, population - before
        if left > whole:
            return Fraction(0)
        total = Fraction(0)
        for more in range(max(0, size - (whole - left)), min(size, left) + 1):
            ways = comb(left, more) * comb(whole - left, size - more)
            total += Fraction(ways, comb(whole, size)) * walk(look + 1, found + more)
        return total

    return walk(0, 0)
