"""The bound for hours: its parts add up, it moves the right way, and its steps recompute it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.hours_limits import HOURS_MODELS, cell_bound, stringer_bound
from ce_toolkit.review.hours_plan import plan_hours, take_large_records
from tests.review import exact_oracle as oracle

taints = st.lists(st.fractions(0, 1, max_denominator=80), max_size=12)


@given(taints, st.integers(12, 300), st.sampled_from(HOURS_MODELS))
@settings(max_examples=60)
def test_RS7_the_bound_is_the_sum_of_its_parts_and_lies_between_the_projection_and_all_hours(
    found: list[Fraction], size: int, model: str
) -> None:
    bound = stringer_bound(found, size, 5000, model=model)
    assert bound.upper_hours == bound.projected_hours + bound.basic_precision + bound.gap_widening
    assert bound.upper_hours == sum(step.hours for step in bound.steps)
    assert bound.projected_hours == Fraction(5000, size) * sum(found)
    assert bound.projected_hours <= bound.upper_hours <= 5000
    assert bound.basic_precision == stringer_bound([], size, 5000, model=model).upper_hours


@given(taints, st.integers(0, 11), st.fractions(0, 1, max_denominator=40), st.integers(12, 200))
@settings(max_examples=60)
def test_RS7_a_larger_taint_never_lowers_the_bound(
    found: list[Fraction], place: int, more: Fraction, size: int
) -> None:
    if not found:
        found = [Fraction(1, 10)]
    at = place % len(found)
    worse = [min(taint + more, Fraction(1)) if spot == at else taint for spot, taint in enumerate(found)]
    for bound in (lambda t: stringer_bound(t, size, 5000).upper_hours, lambda t: cell_bound(t, size, 5000)):
        assert bound(worse) >= bound(found)
        assert bound([*found, more][:size]) >= bound(found)


def test_the_bound_of_full_errors_is_the_limit_for_their_number() -> None:
    for errors in range(4):
        bound = stringer_bound([1] * errors, 40, 50, quantum="0.5")
        assert bound.upper_hours == Fraction(oracle.upper(errors, 40, 100, oracle.FIVE), 2)


def test_RS7_hits_count_each_order_does_not_matter_and_nothing_is_netted() -> None:
    twice = stringer_bound(["0.5", "0.5", "0.1"], 60, 3000)
    assert twice.upper_hours == stringer_bound(["0.1", "0.5", "0.5"], 60, 3000).upper_hours
    assert twice.upper_hours > stringer_bound(["0.5", "0.1"], 60, 3000).upper_hours
    assert twice.upper_hours == stringer_bound(["0.5", "-0.9", "0.5", "0", "0.1"], 60, 3000).upper_hours
    assert stringer_bound(["1.7"], 60, 3000).upper_hours == stringer_bound([1], 60, 3000).upper_hours


def test_worked_by_hand_with_the_printed_factors() -> None:
    """3.00, 4.75 and 6.30 over 100 hits of 10,000 hours; taints 40 % and 20 %: 300 + 175 x 0.4 + 155 x 0.2."""
    bound = stringer_bound(["0.2", "0.4"], 100, 10000, model="table")
    assert [step.hours for step in bound.steps] == [300, 70, 31]
    assert (bound.projected_hours, bound.gap_widening, bound.upper_hours) == (60, 41, 401)
    # the cell bound: 3.00, then the larger of 3.40 and 4.75 x 0.4, then of 3.60 and 6.30 x 0.3; over 100
    assert cell_bound(["0.2", "0.4"], 100, 10000, model="table") == 360


def test_the_cell_bound_is_wider_or_tighter_by_case() -> None:
    few, many = ["0.9"], ["0.1"] * 20
    for found, tighter in ((few, True), (many, True), (["1"] * 20, False)):
        cell, stringer = cell_bound(found, 100, 10000), stringer_bound(found, 100, 10000).upper_hours
        assert (cell < stringer) is tighter


def test_the_model_orders_the_bounds() -> None:
    by = {model: stringer_bound(["0.5", "0.2"], 80, 2000, model=model).upper_hours for model in HOURS_MODELS}
    assert by["hypergeometric"] < by["binomial"] < by["poisson"] <= by["table"]


def test_what_fits_no_sample_is_refused() -> None:
    with pytest.raises(SampleError, match=r"不是 0\.5 的整数倍"):
        stringer_bound([], 10, "100.25")
    with pytest.raises(SampleError, match="命中数"):
        stringer_bound([1, 1, 1], 2, 100)
    with pytest.raises(SampleError, match="命中数 300 超过学时单元数 200"):
        stringer_bound([], 300, 100)
    with pytest.raises(SampleError, match="可选 hypergeometric"):
        stringer_bound([], 10, 100, model="bayes")


# ---- plans --------------------------------------------------------------------------------------


def test_hour_sizes_agree_with_a_search_over_fractions() -> None:
    plan = plan_hours(100, tolerable_hours=5)
    assert plan.size == oracle.smallest_size(0, Fraction(1, 20), 200, oracle.FIVE) == 51
    staged = plan_hours(100, tolerable_hours=5, stages=3)
    sizes = [oracle.smallest_size(errors, Fraction(1, 20), 200, Fraction(1, 60)) for errors in range(3)]
    assert staged.cumulative_sizes == tuple(sizes)
    assert staged.look_confidence == 1 - Fraction(1, 60)


@pytest.mark.parametrize(("errors", "stage"), [(0, 0), (1, 1), (2, 2)])
def test_each_look_of_an_hours_plan_accepts_the_errors_it_was_made_for_and_no_smaller_one_does(
    errors: int, stage: int
) -> None:
    plan = plan_hours(3000, tolerable_hours=150, stages=3)
    size = plan.cumulative_sizes[stage]
    for units, accepts in ((size, True), (size - 1, False)):
        bound = stringer_bound([1] * errors, units, 3000, confidence=plan.look_confidence)
        assert (bound.upper_hours < plan.tolerable_hours) is accepts


def test_RS5_large_records_leave_until_none_is_as_large_as_the_interval() -> None:
    hours = {f"r{place}": amount for place, amount in enumerate([900, 400, 250, 90, 60, *[6] * 300])}
    taken, plan = take_large_records(hours, tolerable_hours=200)
    assert plan is not None
    rest = [amount for name, amount in hours.items() if name not in taken]
    assert max(rest) < plan.interval
    assert sum(rest) == plan.hours
    assert min(hours[name] for name in taken) >= max(rest)
    assert take_large_records({"a": 1, "b": 1}, tolerable_hours=1) == (frozenset("ab"), None)


def test_amounts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SampleError, match="可容忍误登学时 200 应大于 0"):
        plan_hours(100, tolerable_hours=200)
    with pytest.raises(SampleError, match="请把学时单位 quantum 改小"):
        plan_hours("100.3", tolerable_hours=5)
