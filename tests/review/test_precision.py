"""Sizes for an estimate: the textbook figures, and the exact distance kept at the size and not before it."""

from fractions import Fraction
from math import ceil

import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.precision import size_for_mean, size_for_precision, size_for_proportion
from tests.review import exact_oracle as oracle


@pytest.mark.parametrize(
    ("population", "precision", "size"), [(10**9, "5%", 385), (10**9, "3%", 1068), (1000, "5%", 278), (300, "5%", 169)]
)
def test_proportions_as_in_every_textbook(population: int, precision: str, size: int) -> None:
    assert size_for_proportion(population, precision=precision) == size


def test_a_mean_worked_by_hand() -> None:
    """S = 10 hours, half width 2 hours: 1.96^2 x 100 / 4 is 96.04; of 500 units 80.6."""
    assert size_for_mean(10**9, precision=2, deviation=10) == 97
    assert size_for_mean(500, precision=2, deviation=10) == 81


@pytest.mark.parametrize("expected", ["0", "2%"])
def test_the_limit_comes_within_the_precision_at_the_size_and_not_before(expected: str) -> None:
    likely, margin = Fraction(expected.removesuffix("%")) / 100, Fraction(4, 100)

    def distance(size: int) -> Fraction:
        errors = ceil(likely * size)
        return Fraction(oracle.upper(errors, size, 200, oracle.FIVE), 200) - likely

    size = size_for_precision(200, precision="4%", expected_rate=expected)
    assert distance(size) < margin
    assert size > 50
    assert all(distance(less) >= margin for less in range(1, size))


def test_no_precision_is_refused() -> None:
    for asked in (lambda: size_for_precision(9, precision=0), lambda: size_for_mean(9, precision=0, deviation=1)):
        with pytest.raises(SampleError, match="精度"):
            asked()
