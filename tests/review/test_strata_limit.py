"""One limit over several strata, against a search over every split of the errors."""

from fractions import Fraction
from itertools import pairwise, product
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from ce_toolkit.errors import SampleError
from ce_toolkit.review.limits import upper_limit
from ce_toolkit.review.strata_limit import STRATA_METHODS, Found, log_at_most, strata_limit
from tests.review import exact_oracle as oracle


def _splits(found: list[Found]) -> list[tuple[int, ...]]:
    ranges = (range(each.errors, each.population - each.size + each.errors + 1) for each in found)
    return list(product(*ranges))


def _fisher_by_search(found: list[Found], risk: float) -> int:
    quantile = chi2.ppf(1 - risk, 2 * len(found))
    costs = [
        [-2 * log(oracle.at_most(each.errors, each.size, bad, each.population)) for bad in range(each.population + 1)
         if each.errors <= bad <= each.population - each.size + each.errors]
        for each in found
    ]  # fmt: skip
    return max(
        sum(split)
        for split in _splits(found)
        if sum(cost[bad - each.errors] for cost, bad, each in zip(costs, split, found, strict=True)) < quantile
    )


SMALL = [
    [Found(0, 8, 30), Found(1, 10, 25)],
    [Found(2, 6, 20), Found(0, 5, 40)],
    [Found(0, 4, 12), Found(0, 6, 20), Found(1, 5, 9)],
    [Found(3, 10, 18), Found(1, 9, 10)],
    [Found(0, 1, 2), Found(0, 1, 2)],
]


@pytest.mark.parametrize("found", SMALL, ids=str)
@pytest.mark.parametrize("confidence", ["0.95", "0.8"])
def test_RS8_the_fisher_limit_is_the_largest_of_all_splits(found: list[Found], confidence: str) -> None:
    assert strata_limit(found, confidence=confidence).count == _fisher_by_search(found, 1 - float(confidence))


@pytest.mark.parametrize("found", SMALL[:4], ids=str)
def test_no_split_beyond_the_pooled_limit_could_have_been_accepted(found: list[Found]) -> None:
    """By every split of K errors: the chance of so few in all samples together is at most the risk above the limit."""
    limit = strata_limit(found, method="pooled").count
    errors = sum(each.errors for each in found)
    for split in _splits(found):
        if sum(split) > limit:
            assert _total_at_most(errors, found, split) <= oracle.FIVE, split


def _total_at_most(errors: int, found: list[Found], split: tuple[int, ...]) -> Fraction:
    chances = {0: Fraction(1)}
    for each, bad in zip(found, split, strict=True):
        one = [oracle.at_most(k, each.size, bad, each.population) for k in range(min(errors, each.size) + 1)]
        masses = [one[0], *(high - low for low, high in pairwise(one))]
        fresh: dict[int, Fraction] = {}
        for total, chance in chances.items():
            for k, mass in enumerate(masses):
                if total + k <= errors:
                    fresh[total + k] = fresh.get(total + k, Fraction(0)) + chance * mass
        chances = fresh
    return sum(chances.values(), Fraction(0))


@given(st.integers(2, 5000), st.data())
@settings(max_examples=40)
def test_RS8_one_stratum_gives_the_plain_limit_and_full_strata_add_what_they_hold(
    population: int, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, min(population, 100)))
    errors = data.draw(st.integers(0, size))
    plain = upper_limit(errors, size, population, confidence="0.95").count
    for method in STRATA_METHODS:
        assert strata_limit([Found(errors, size, population)], method=method).count == plain
        assert strata_limit([Found(errors, size, population), Found(3, 7, 7)], method=method).count == plain + 3
    assert strata_limit([Found(3, 7, 7), Found(0, 2, 2)]).count == 3


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(4, 40), st.integers(41, 900)), min_size=2, max_size=5))
@settings(max_examples=40)
def test_more_errors_never_lower_a_limit_and_the_order_of_strata_does_not_matter(
    strata: list[tuple[int, int, int]],
) -> None:
    found = [Found(*each) for each in strata]
    worse = [Found(found[0].errors + 1, *strata[0][1:]), *found[1:]]
    for method in STRATA_METHODS:
        limit = strata_limit(found, method=method)
        assert strata_limit(found[::-1], method=method).count == limit.count
        assert strata_limit(worse, method=method).count > limit.count
        assert sum(each.errors for each in found) <= limit.count <= limit.population
    assert strata_limit(found).count <= strata_limit(found, confidence="0.99").count


@pytest.mark.parametrize("case", [(0, 5, 30), (3, 10, 30), (2, 28, 30), (5, 100, 1000), (0, 29, 30), (4, 4, 9)])
def test_logs_of_tails_agree_with_fractions(case: tuple[int, int, int]) -> None:
    errors, size, population = case
    most = population - size + errors
    wanted = [log(oracle.at_most(errors, size, bad, population)) for bad in range(errors, most + 1)]
    assert log_at_most(errors, size, population, most) == pytest.approx(wanted, abs=1e-9)


def test_the_cost_of_one_more_error_rises() -> None:
    """What the search by single errors rests on; were it not so, the limit would be too large, not too small."""
    for errors, size, population in ((0, 30, 200), (2, 30, 200), (5, 60, 90), (1, 5, 1000)):
        logs = log_at_most(errors, size, population, population - size + errors)
        costs = [low - high for low, high in pairwise(logs)]
        assert all(later >= sooner - 1e-9 for sooner, later in pairwise(costs))


def test_numbers_that_fit_no_strata_are_refused() -> None:
    with pytest.raises(SampleError, match="没有抽样的层"):
        strata_limit([])
    with pytest.raises(SampleError, match="可选 fisher、pooled、weighted"):
        strata_limit([Found(0, 5, 10), Found(0, 5, 10)], method="stouffer")
    with pytest.raises(SampleError):
        strata_limit([Found(0, 11, 10)])
