"""RS1: sizes and limits equal those that are printed, figure by figure."""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from ce_toolkit.review.limits import upper_limit
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.review.rates import rounded
from tests.review import exact_oracle as oracle

PUBLISHED = Path(__file__).parent / "published"
ENDLESS = 10**9  # a frame so large that it is none
MISPRINTED = {("3.25", "7"), ("3.5", "7")}  # by its own definition the table is one too small there


def _cells(name: str, heads: int = 1) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """(the row's heads, the column's head, the figure) of each filled cell."""
    with (PUBLISHED / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            values = list(row.items())
            yield from ((tuple(v for _, v in values[:heads]), column, cell) for column, cell in values[heads:] if cell)


@pytest.mark.parametrize(("risk", "count"), [(5, 194), (10, 197)])
def test_RS1_attribute_sizes(risk: int, count: int) -> None:
    different, seen = {}, 0
    for (expected,), tolerable, printed in _cells(f"attribute_sizes_{risk}.csv"):
        plan = plan_attribute(
            ENDLESS, tolerable_rate=f"{tolerable}%", expected_rate=f"{expected}%", confidence=f"{100 - risk}%",
            model="binomial",
        )  # fmt: skip
        seen += 1
        if plan.size != int(printed):
            different[expected, tolerable] = plan.size - int(printed)
    assert seen == count
    assert different == (dict.fromkeys(MISPRINTED, 1) if risk == 10 else {})


def test_RS1_the_misprinted_size_does_not_keep_the_risk_that_it_is_printed_for() -> None:
    assert (
        oracle.binomial_at_most(4, 112, Fraction(7, 100))
        > oracle.TEN
        > oracle.binomial_at_most(4, 113, Fraction(7, 100))
    )


def test_RS1_a_float_would_add_an_error_that_is_not_expected() -> None:
    """7 % of 1,300 is 91; as floats 91.00000000000001, and the next whole number asks for 1,313 units."""
    plan = plan_attribute(ENDLESS, tolerable_rate=0.08, expected_rate=0.07, confidence=0.9, model="binomial")
    assert (plan.size, plan.acceptance_numbers) == (1300, (91,))


@pytest.mark.parametrize("risk", [5, 10])
def test_RS1_attribute_limits(risk: int) -> None:
    seen = 0
    for (size,), errors, printed in _cells(f"attribute_limits_{risk}.csv"):
        limit = upper_limit(int(errors), int(size), confidence=f"{100 - risk}%")
        assert str(rounded(limit.rate * 100, 1, towards="up")) == printed
        seen += 1
    assert seen == 231


def test_RS1_hour_sizes_by_risk_and_ratio() -> None:
    seen = 0
    for (risk, ratio), tolerable, printed in _cells("hours_sizes.csv", heads=2):
        rate = Fraction(tolerable) / 100
        plan = plan_attribute(
            ENDLESS, tolerable_rate=rate, expected_rate=rate * Fraction(ratio), model="poisson",
            confidence=1 - Fraction(int(risk), 100),
        )  # fmt: skip
        assert plan.size == int(printed), (risk, ratio, tolerable)
        seen += 1
    assert seen == 418


def test_RS1_hour_sizes_by_expected_share() -> None:
    for (expected,), tolerable, printed in _cells("hours_sizes_expected.csv"):
        plan = plan_attribute(ENDLESS, tolerable_rate=f"{tolerable}%", expected_rate=f"{expected}%", model="poisson")
        assert plan.size == int(printed), (expected, tolerable)


def test_RS1_sizes_for_a_finite_frame() -> None:
    with (PUBLISHED / "finite_sizes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for model in ("hypergeometric", "binomial"):
                plan = plan_attribute(
                    int(row["population"]), tolerable_rate=f"{row['tolerable']}%", expected_rate=f"{row['expected']}%",
                    confidence=f"{row['confidence']}%", model=model,
                )  # fmt: skip
                assert plan.size == int(row[model]), (row, model)
