"""Rates are the fraction that was meant, however written, and never a binary float that is multiplied."""

import ast
import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ce_toolkit.review
from ce_toolkit.errors import SampleError
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.limits import Limit
from ce_toolkit.review.plan import Plan, plan_attribute
from ce_toolkit.review.rates import exact_confidence, exact_number, exact_rate, percent, rounded, units_at

SIX = ["0.06", 0.06, 0.01 + 5 * 0.01, Decimal("0.06"), Fraction(3, 50), "6%", "６％", " 6 % ", "3/50", np.float64(0.06)]


@pytest.mark.parametrize("rate", SIX, ids=repr)
def test_every_way_of_writing_six_per_cent_gives_the_same_size(rate: object) -> None:
    assert exact_rate(rate) == Fraction(3, 50)
    # 3/50 of 50 is 3 and not the 4 that a float's 3.0000000000000004 would be rounded up to
    assert plan_attribute(50, tolerable_rate=rate).tolerable_units == 3
    assert plan_attribute(1000, tolerable_rate=rate).size == plan_attribute(1000, tolerable_rate="6%").size


@pytest.mark.parametrize("wrong", ["five", "", None, "5/0", float("nan"), float("inf"), True, Decimal("NaN"), "1e"])
def test_what_is_no_number_is_refused_with_the_way_to_write_it(wrong: object) -> None:
    with pytest.raises(SampleError, match=r"请写成 0\.05、5% 或 1/20"):
        exact_number(wrong)


def test_five_for_five_per_cent_is_refused() -> None:
    with pytest.raises(SampleError, match=r"百分之五请写成 0\.05 或 5%"):
        exact_rate(5)
    for wrong in (95, 1, "0.4"):
        with pytest.raises(SampleError, match="百分之九十五请写成"):
            exact_confidence(wrong)


@given(st.fractions(0, 1, max_denominator=10**6), st.integers(1, 10**7))
def test_units_at_a_rate_are_the_smallest_number_that_reaches_it(rate: Fraction, population: int) -> None:
    units = units_at(rate, population)
    assert units >= rate * population > units - 1


def test_rounding_is_done_once_and_away_from_the_sample_for_limits() -> None:
    third = Fraction(1, 3)
    assert [str(rounded(third, 2, towards=way)) for way in ("up", "down", "nearest")] == ["0.34", "0.33", "0.33"]
    assert percent(Fraction(5, 1000)) == "0.5%"
    assert percent(Fraction(1, 10**9), towards="up") == "0.01%"


def test_type_of_every_rate_and_amount_in_a_plan_is_a_fraction() -> None:
    plan = plan_attribute(1000, tolerable_rate=0.05, expected_rate=0.01, confidence=0.95)
    assert {type(plan.tolerable_rate), type(plan.expected_rate), type(plan.confidence)} == {Fraction}
    for kind in (Plan, HoursPlan, Limit):
        types = {field.name: field.type for field in dataclasses.fields(kind)}
        assert {types[name] for name in types if name.endswith(("rate", "confidence", "hours"))} <= {
            Fraction,
            "Fraction",
        }


def test_no_module_multiplies_a_rate_that_was_made_a_float() -> None:
    """``float(rate)`` may be handed to a distribution; it may not be a side of a product, a sum or a quotient."""
    rates = {"rate", "tolerable", "expected", "tolerable_rate", "expected_rate", "confidence", "risk", "quantum"}
    found = []
    for path in sorted(Path(ce_toolkit.review.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp):
                found += [f"{path.name}:{node.lineno}" for side in (node.left, node.right) if _floated(side) & rates]
    assert found == []


def _floated(node: ast.expr) -> set[str]:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"):
        return set()
    (of,) = node.args
    name = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
    return {name}
