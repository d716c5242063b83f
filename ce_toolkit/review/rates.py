"""Rates and confidence levels as exact fractions, however they were written.

A rate that has passed through a binary float is no longer the rate that was meant: ``0.01 + 5 * 0.01`` is a little
more than 6 %, and a ceiling taken of its product with a population can come out one unit too high. So every rate is
turned into a ``Fraction`` at the door, products are taken of fractions only, and floats serve nothing but tails of
distributions.
"""

import math
import numbers
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from ce_toolkit.errors import SampleError

Exact = str | int | float | Decimal | Fraction
"""What a rate or an amount of hours may be written as."""

_DIGITS = 12  # of a float that count: what lies beyond is noise of binary arithmetic
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％／", "0123456789.%/")


def exact_number(value: Exact, what: str = "数值") -> Fraction:
    """The fraction that was meant: of a text ("0.06", "6%", "3/50"), an integer, a float, a Decimal or a Fraction.

    A float is read to twelve significant digits. Raises SampleError for anything that is no finite number.

    >>> {exact_number(way) for way in ("0.06", "6%", "６％", 0.06, 0.01 + 5 * 0.01, Decimal("0.06"), Fraction(3, 50))}
    {Fraction(3, 50)}
    """
    try:
        return _fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError, InvalidOperation) as exc:
        raise SampleError(f"{what}“{value}”不是数；请写成 0.05、5% 或 1/20 这样的形式。") from exc


def _fraction(value: Exact) -> Fraction:
    if isinstance(value, str):
        text = value.translate(_FULL_WIDTH).replace(",", "").strip()
        return Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    if isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, (numbers.Rational, Decimal)):  # ints of numpy are Integral, hence Rational
        return Fraction(value)
    return Fraction(f"{float(value):.{_DIGITS}g}")


def exact_rate(value: Exact, what: str = "差错率") -> Fraction:
    """A rate from 0 to 1 as a fraction. Raises SampleError outside, naming ``what``."""
    rate = exact_number(value, what)
    if not 0 <= rate <= 1:
        raise SampleError(f"{what}“{value}”不在 0 与 1 之间；百分之五请写成 0.05 或 5%。")
    return rate


def exact_confidence(value: Exact) -> Fraction:
    """A confidence level, at least one half and below 1, as a fraction. Raises SampleError otherwise."""
    level = exact_number(value, "置信水平")
    if not Fraction(1, 2) <= level < 1:
        raise SampleError(f"置信水平“{value}”应不小于 0.5 且小于 1；百分之九十五请写成 0.95 或 95%。")
    return level


def exact_count(value: int, what: str, *, least: int = 0) -> int:
    """A whole number of at least ``least``; ints of numpy too. Raises SampleError otherwise, naming ``what``."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        raise SampleError(f"{what}“{value}”应为不小于 {least} 的整数。")
    return int(value)


def units_at(rate: Fraction, population: int) -> int:
    """The smallest number of units that is at least ``rate`` of ``population``: the ceiling of an exact product."""
    return math.ceil(rate * population)


def rounded(value: Fraction, places: int = 2, *, towards: str = "nearest") -> Decimal:
    """``value`` with so many decimals, rounded once: to the "nearest", "up" (limits above) or "down" (limits below)."""
    rounding = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}[towards]
    scaled = value * 10**places
    whole = {ROUND_CEILING: math.ceil, ROUND_FLOOR: math.floor, ROUND_HALF_UP: lambda v: math.floor(v + Fraction(1, 2))}
    return Decimal(whole[rounding](scaled)).scaleb(-places)


def percent(rate: Fraction, places: int = 2, *, towards: str = "nearest") -> str:
    """A rate as it is printed: "4.87%", zeros behind the point left out.

    >>> percent(Fraction(1, 20)), percent(Fraction(487, 10007), towards="up")
    ('5%', '4.87%')
    """
    text = f"{rounded(rate * 100, places, towards=towards):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"
