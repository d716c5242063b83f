"""One-sided limits: equal to the printed tables, to a search over fractions, and consistent with the sizes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.limits import factor_limit, lower_limit, risk_factor, upper_count, upper_limit
from ce_toolkit.review.rates import rounded
from ce_toolkit.review.tails import exact_binomial_at_most, exact_hypergeometric_at_most, hypergeometric_within
from tests.review import exact_oracle as oracle

FACTORS = {
    "0.95": "3.00 4.75 6.30 7.76 9.16 10.52 11.85 13.15 14.44 15.71 16.97",
    "0.90": "2.31 3.89 5.33 6.69 8.00 9.28 10.54 11.78 13.00 14.21 15.41",
}


@pytest.mark.parametrize("confidence", FACTORS)
def test_factors_are_those_of_the_printed_tables(confidence: str) -> None:
    assert [str(risk_factor(k, confidence)) for k in range(11)] == FACTORS[confidence].split()


def test_factors_with_one_decimal_are_those_of_the_textbooks_and_the_rounding_can_flip_a_decision() -> None:
    assert [str(risk_factor(k, places=1)) for k in range(3)] == ["3.0", "4.8", "6.3"]
    seven = Fraction(7, 100)
    assert factor_limit(2, 90, places=1) == seven  # 6.3 / 90 is not below 7 %
    poisson = upper_limit(2, 90, confidence="95%", model="poisson").rate
    binomial = upper_limit(2, 90, confidence="95%").rate
    assert binomial < poisson < seven
    assert (str(rounded(binomial * 100)), str(rounded(poisson * 100, 3))) == ("6.83", "6.995")


@pytest.mark.parametrize(("errors", "size"), [(0, 59), (3, 40), (10, 200), (1, 2)])
def test_binomial_limits_stand_where_the_chance_is_the_risk(errors: int, size: int) -> None:
    rate, step = upper_limit(errors, size, confidence="0.95").rate, Fraction(1, 10**9)
    below, above = (oracle.binomial_at_most(errors, size, at) for at in (rate - step, rate + step))
    assert below > oracle.FIVE > above


@pytest.mark.parametrize("risk", [oracle.FIVE, oracle.TEN, Fraction(1, 60)])
def test_hypergeometric_limits_agree_with_a_search_over_fractions(risk: Fraction) -> None:
    for population in (1, 2, 3, 7, 20, 47, 100, 200):
        for size in sorted({1, population // 3 + 1, population - 1 or 1, population}):
            for errors in sorted({0, min(1, size), min(3, size), size}):
                wanted = (oracle.upper(errors, size, population, risk), oracle.lower(errors, size, population, risk))
                got = (
                    upper_limit(errors, size, population, confidence=1 - risk).count,
                    lower_limit(errors, size, population, confidence=1 - risk).count,
                )
                assert got == wanted, (errors, size, population)


def test_a_tie_at_the_risk_is_decided_by_fractions() -> None:
    """19 of 20 drawn, none of one error found: the chance is exactly 5 %, which proves there is none."""
    assert oracle.at_most(0, 19, 1, 20) == oracle.FIVE
    assert hypergeometric_within(0, 19, 1, 20, oracle.FIVE)
    assert upper_count(0, 19, 20, oracle.FIVE) == 0
    assert upper_count(0, 19, 20, oracle.FIVE - Fraction(1, 10**15)) == 1


@pytest.mark.parametrize(
    ("errors", "size", "population"), [(0, 1, 1000), (5, 5, 50), (3, 50, 50), (0, 50, 50), (0, 0, 9)]
)
def test_limits_at_the_edges(errors: int, size: int, population: int) -> None:
    """A census gives what was found; errors throughout give the whole frame; nothing drawn gives it too."""
    count = upper_limit(errors, size, population, confidence="0.95").count
    assert count == {1: 949, 5: 50, 0: 9}.get(size, errors)


def test_numbers_that_fit_no_sample_are_refused() -> None:
    for errors, size, population in ((3, 2, 10), (-1, 5, 10), (0, 11, 10), (0, 0, 0)):
        with pytest.raises(SampleError):
            upper_limit(errors, size, population, confidence="0.95")
    with pytest.raises(SampleError, match="可选 hypergeometric、binomial、poisson"):
        upper_limit(0, 5, 10, confidence="0.95", model="normal")
    with pytest.raises(SampleError, match="需要给出抽样框单元数"):
        upper_limit(0, 5, confidence="0.95", model="hypergeometric")


@given(st.data())
@settings(max_examples=60)
def test_limits_rise_with_errors_and_confidence_and_lie_around_the_sample(data: st.DataObject) -> None:
    population = data.draw(st.integers(2, 100000))
    size = data.draw(st.integers(1, min(population, 500)))
    errors = data.draw(st.integers(0, size - 1))
    upper = upper_limit(errors, size, population, confidence="0.9")
    assert upper_limit(errors, size, population, confidence="0.95").count >= upper.count
    assert upper_limit(errors + 1, size, population, confidence="0.9").count > upper.count
    assert lower_limit(errors, size, population, confidence="0.9").rate <= Fraction(errors, size)
    assert upper.rate >= min(Fraction(errors, size), Fraction(1))
    assert upper.rate <= upper_limit(errors, size, confidence="0.9").rate + Fraction(1, population)


@given(st.integers(1, 200), st.data())
@settings(max_examples=40)
def test_tails_as_fractions_agree_with_the_oracle(population: int, data: st.DataObject) -> None:
    size, bad = data.draw(st.integers(1, population)), data.draw(st.integers(0, population))
    errors = data.draw(st.integers(0, min(size, 30)))
    assert exact_hypergeometric_at_most(errors, size, bad, population) == oracle.at_most(errors, size, bad, population)
    rate = Fraction(bad, population)
    if errors < size:
        assert exact_binomial_at_most(errors, size, rate) == oracle.binomial_at_most(errors, size, rate)


def test_shown_limits_are_rounded_away_from_the_sample() -> None:
    assert upper_limit(1, 3, confidence="0.9").shown == "80.42%"
    assert lower_limit(1, 3, confidence="0.9").shown == "3.45%"
    assert Decimal(risk_factor(0, "0.95")) == Decimal("3.00")
