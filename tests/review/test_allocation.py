"""Sharing a sample out: in all exactly what was asked, within every stratum's range, the same in any order."""

import itertools
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.allocation import StratumSize, allocate, allocate_stages
from ce_toolkit.review.strata_limit import STRATA_METHODS, Found, strata_limit
from ce_toolkit.review.strata_plan import plan_hours_strata, plan_strata
from ce_toolkit.review.strata_search import spreads

populations = st.lists(st.integers(1, 5000), min_size=1, max_size=8)


def test_RS6_shares_add_up_and_keep_floors_and_ceilings_in_any_order_in_1000_random_settings() -> None:
    rng = Random(2017)  # noqa: S311 - settings, no secrets
    for _ in range(1000):
        sizes = [rng.randint(1, rng.choice([3, 60, 5000])) for _ in range(rng.randint(1, 8))]
        strata = [StratumSize(f"S{place}", size, hours=size * rng.randint(1, 40)) for place, size in enumerate(sizes)]
        size = rng.randint(sum(min(2, size) for size in sizes), sum(sizes))
        asked = {"by": rng.choice(["units", "hours"]), "multipliers": {each.name: rng.randint(1, 5) for each in strata}}
        shares = allocate(strata, size, **asked)
        assert sum(shares.values()) == size
        assert all(min(2, each.population) <= shares[each.name] <= each.population for each in strata)
        rng.shuffle(strata)
        assert allocate(strata, size, **asked) == shares


@given(populations, st.data())
@settings(max_examples=100)
def test_RS4_no_stratum_falls_from_one_look_to_the_next(sizes: list[int], data: st.DataObject) -> None:
    strata = [StratumSize(f"S{place}", size) for place, size in enumerate(sizes)]
    least = sum(min(2, size) for size in sizes)
    looks = sorted(data.draw(st.lists(st.integers(least, sum(sizes)), min_size=1, max_size=5)))
    stages = [dict(look) for look in allocate_stages(strata, looks)]
    assert [sum(look.values()) for look in stages] == looks
    for before, after in itertools.pairwise(stages):
        assert all(after[name] >= before[name] for name in before)


def test_shares_worked_by_hand() -> None:
    """30 over 100, 200 and 700: 3, 6, 21; times 3 and 2: 3 to 4 to 7 of 14ths, by largest remainder 7, 9, 14."""
    strata = [StratumSize("A", 100), StratumSize("B", 200), StratumSize("C", 700)]
    assert allocate(strata, 30) == {"A": 3, "B": 6, "C": 21}
    assert allocate(strata, 30, multipliers={"A": 3, "B": 2}) == {"A": 6, "B": 9, "C": 15}


def test_neyman_weighs_spread_and_cost() -> None:
    strata = [StratumSize("A", 100, deviation="0.4", cost=4), StratumSize("B", 100, deviation="0.2")]
    assert allocate(strata, 20, by="neyman") == {"A": 10, "B": 10}
    strata = [StratumSize("A", 100, deviation="0.6"), StratumSize("B", 100, deviation="0.2")]
    assert allocate(strata, 20, by="neyman") == {"A": 15, "B": 5}


def test_a_stratum_that_is_full_leaves_the_rest_to_the_others() -> None:
    strata = [StratumSize("A", 5), StratumSize("B", 100), StratumSize("C", 100)]
    assert allocate(strata, 85, multipliers={"A": 50}) == {"A": 5, "B": 40, "C": 40}


def test_ties_go_by_name() -> None:
    assert allocate([StratumSize(name, 10) for name in "CBA"], 7) == {"A": 3, "B": 2, "C": 2}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"size": 3}, "样本量 3 不够：各层下限合计 4，其中层“A”为 2"),
        ({"size": 30}, "样本量 30 超过各层单元数合计 20"),
        ({"size": 5, "floors": {"B": 11}}, "层“B”的下限 11 超过其单元数 10"),
        ({"size": 15, "multipliers": {"A": 0}}, "层“A”的权重为 0"),
        ({"size": 5, "multipliers": {"X": 2}}, "层“X”不在分层表中"),
        ({"size": 5, "by": "neyman"}, "层“A”没有给出标准差"),
        ({"size": 5, "by": "sex"}, "可选 units、hours、neyman"),
    ],
)
def test_RS6_what_cannot_be_done_is_an_error_that_names_the_stratum(asked: dict[str, object], told: str) -> None:
    with pytest.raises(SampleError, match=told):
        allocate([StratumSize("A", 10), StratumSize("B", 10)], **asked)


# ---- plans over strata --------------------------------------------------------------------------

STRATA = [StratumSize("S1", 80), StratumSize("S2", 300), StratumSize("S6", 1200)]


@pytest.mark.parametrize("method", STRATA_METHODS)
@pytest.mark.parametrize("expected", ["0", "1%"])
def test_every_look_accepts_its_errors_wherever_they_are_and_one_unit_less_does_not(method: str, expected: str) -> None:
    asked = {"tolerable_rate": "5%", "multipliers": {"S1": 3, "S2": 2}}
    plan = plan_strata(STRATA, method=method, stages=3, expected_rate=expected, **asked)
    before = None
    for look, (size, errors) in enumerate(zip(plan.cumulative_sizes, plan.acceptance_numbers, strict=True)):
        drawn = dict(plan.allocations[look])
        assert _worst(drawn, errors, method, plan.look_confidence) < plan.tolerable_units
        less = allocate(STRATA, size - 1, multipliers=asked["multipliers"], floors=before)
        assert _worst(less, errors, method, plan.look_confidence) >= plan.tolerable_units
        before = drawn
    assert plan.acceptance_numbers[0] >= plan.expected_rate * plan.size


def _worst(drawn: dict[str, int], errors: int, method: str, confidence: Fraction) -> int:
    limits = []
    for place, here in drawn.items():
        found = [
            Found(errors if each.name == place else 0, drawn[each.name], each.population)
            for each in STRATA
            if here >= errors
        ]
        if found:
            limits.append(strata_limit(found, confidence=confidence, method=method).count)
    return max(limits)


def test_the_smaller_of_the_two_methods_is_taken_and_kept_in_the_plan() -> None:
    sizes = {method: plan_strata(STRATA, tolerable_rate="5%", method=method).size for method in STRATA_METHODS}
    plan = plan_strata(STRATA, tolerable_rate="5%")
    assert plan.size == min(sizes.values()) == sizes[plan.strata_method]
    assert plan.facts()["strata_method"] == plan.strata_method == "weighted"


def test_strata_too_small_to_sample_are_reviewed_whole() -> None:
    plan = plan_strata([StratumSize("S1", 3), StratumSize("S6", 4)], tolerable_rate="5%", stages=2)
    assert plan.cumulative_sizes == (7,)
    assert plan.is_census


def test_errors_that_no_one_sample_can_hold_are_spread_and_not_forgotten() -> None:
    """Once planned as 6 units that were to accept 20 errors: no stratum held 20, so none was looked at."""
    strata = [StratumSize("S0", 6), StratumSize("S1", 24), StratumSize("S2", 418)]
    plan = plan_strata(strata, tolerable_rate="24.9%", expected_rate="22.41%", stages=3, method="pooled")
    assert plan.size * plan.expected_rate <= plan.acceptance_numbers[0] < plan.size
    assert spreads({"A": 2, "B": 3}, {"A": Fraction(10), "B": Fraction(90)}, 4) == [{"B": 3, "A": 1}, {"A": 2, "B": 2}]
    assert spreads({"A": 2, "B": 3}, {"A": Fraction(10), "B": Fraction(90)}, 6) == []


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=4), st.integers(10, 300), st.integers(0, 6), st.integers(1, 4)
)
@settings(max_examples=30)
def test_looks_grow_and_their_shares_add_up(sizes: list[int], permille: int, tenths: int, stages: int) -> None:
    strata = [StratumSize(f"S{place}", size, hours=size) for place, size in enumerate(sizes)]
    tolerable = Fraction(permille, 1000)
    asked = {"stages": stages, "multipliers": {"S0": 2}}
    plans = [plan_strata(strata, tolerable_rate=tolerable, expected_rate=tolerable * tenths / 10, **asked)]
    plans.append(plan_hours_strata(strata, tolerable_hours=tolerable * sum(sizes), **asked))
    for plan in plans:
        assert [sum(dict(look).values()) for look in plan.allocations] == list(plan.cumulative_sizes)
        for rising in (plan.cumulative_sizes, plan.acceptance_numbers):
            assert all(later > sooner for sooner, later in itertools.pairwise(rising))
        assert plan.cumulative_sizes[-1] <= plan.population
