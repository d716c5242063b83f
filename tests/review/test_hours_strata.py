"""One bound for hours over several strata: exact without errors, the plain one with one stratum, planned for."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.allocation import StratumSize, allocate
from ce_toolkit.review.decide import ACCEPT, EXTEND, FULL_CHECK, decide
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.evaluate_hours import evaluate_hours
from ce_toolkit.review.hours_limits import stringer_bound
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.hours_strata import (
    HOURS_STRATA_METHODS,
    HitStratum,
    bonferroni_confidence,
    hours_upper,
    pooled_bound,
)
from ce_toolkit.review.strata_plan import plan_hours_strata
from ce_toolkit.review.worked_table import worked_tables
from tests.review import exact_oracle as oracle
from tests.review.made_results import agreed, partly, refused, results

LEVEL, HALF = Fraction(19, 20), Fraction(1, 2)


def _upper(strata: list[HitStratum], method: str) -> Fraction:
    return hours_upper(strata, confidence=LEVEL, quantum=HALF, method=method)


def test_without_errors_no_split_of_more_wrong_hours_would_be_missed_as_often_as_the_risk() -> None:
    """Frames of 20 and 30 half hours, 6 and 4 drawn: the chance of no hit, for every split above the pooled bound."""
    strata = [HitStratum(Fraction(10), 6, ()), HitStratum(Fraction(15), 4, ())]
    bound = _upper(strata, "pooled")
    for first, second in product(range(21), range(31)):
        if Fraction(first + second, 2) > bound:
            assert oracle.at_most(0, 6, first, 20) * oracle.at_most(0, 4, second, 30) <= oracle.FIVE


@given(st.lists(st.tuples(st.integers(200, 5000), st.integers(12, 60), st.integers(0, 3)), min_size=2, max_size=5))
@settings(max_examples=30)
def test_RS7_parts_add_up_and_the_projection_is_that_of_the_strata(parts: list[tuple[int, int, int]]) -> None:
    strata = [HitStratum(Fraction(hours), size, (HALF,) * errors) for hours, size, errors in parts]
    bound = pooled_bound(strata, confidence=LEVEL)
    assert bound.upper_hours == bound.projected_hours + bound.basic_precision + bound.gap_widening
    assert bound.projected_hours == sum(each.hours / each.size * sum(each.taints) for each in strata)
    assert bound.hours >= sum(each.hours for each in strata)
    assert bound.projected_hours <= bound.upper_hours
    hours = sum(each.hours for each in strata)
    assert _upper(strata, "pooled") == _upper(strata[::-1], "pooled") == min(bound.upper_hours, hours)
    level = bonferroni_confidence(LEVEL, len(strata))
    alone = (stringer_bound(each.taints, each.size, each.hours, confidence=level).upper_hours for each in strata)
    assert _upper(strata, "bonferroni") == sum(alone)


def test_proportional_shares_pool_to_the_bound_of_one_stratum_and_one_stratum_is_the_plain_bound() -> None:
    strata = [HitStratum(Fraction(1000), 20, (HALF,)), HitStratum(Fraction(4000), 80, (Fraction(1),))]
    wanted = stringer_bound([1, "0.5"], 100, 5000, model="binomial")
    assert pooled_bound(strata, confidence=LEVEL).upper_hours == wanted.upper_hours
    for method in HOURS_STRATA_METHODS:
        assert _upper(strata[:1], method) == stringer_bound(["0.5"], 20, 1000).upper_hours
    assert _upper(strata, "pooled") < _upper(strata, "bonferroni")
    with pytest.raises(SampleError, match="可选 bonferroni、pooled"):
        _upper(strata, "fisher")
    with pytest.raises(SampleError, match="至少命中 1 次"):
        _upper([*strata, HitStratum(Fraction(10), 0, ())], "pooled")


# ---- plan, evaluation, decision -----------------------------------------------------------------

STRATA = [StratumSize("S1", 0, hours=600), StratumSize("S3", 0, hours=1400), StratumSize("S6", 0, hours=8000)]
ASKED = {"tolerable_hours": 500, "multipliers": {"S1": 2, "S3": 2}, "stages": 2}


def _hit(shares: dict[str, int], errors: int, place: str) -> list[HitStratum]:
    """The strata with so many full errors in one of them."""
    return [HitStratum(Fraction(s.hours), shares[s.name], (Fraction(1),) * errors * (s.name == place)) for s in STRATA]


def _accepts(plan: HoursPlan, shares: dict[str, int], errors: int) -> bool:
    asked = {"confidence": plan.look_confidence, "quantum": HALF, "method": plan.strata_method}
    places = [name for name, size in shares.items() if size >= errors]
    return all(hours_upper(_hit(shares, errors, place), **asked) < plan.tolerable_hours for place in places)


@pytest.mark.parametrize("method", HOURS_STRATA_METHODS)
def test_every_look_accepts_its_errors_in_any_stratum_and_one_hit_less_does_not(method: str) -> None:
    plan = plan_hours_strata(STRATA, method=method, **ASKED)
    units = [StratumSize(each.name, int(2 * each.hours)) for each in STRATA]
    before = None
    for look, errors in enumerate(plan.acceptance_numbers):
        shares = dict(plan.allocations[look])
        assert _accepts(plan, shares, errors)
        less = allocate(units, sum(shares.values()) - 1, multipliers=ASKED["multipliers"], floors=before)
        assert not _accepts(plan, less, errors)
        before = shares


def test_the_smaller_method_is_kept_in_the_plan_and_the_pooled_one_saves_most_of_the_work() -> None:
    sizes = {method: plan_hours_strata(STRATA, method=method, **ASKED).size for method in HOURS_STRATA_METHODS}
    plan = plan_hours_strata(STRATA, **ASKED)
    assert (plan.strata_method, plan.size) == ("pooled", min(sizes.values()))
    assert 2 * sizes["pooled"] < sizes["bonferroni"]
    assert plan.facts()["strata_method"] == "pooled"


def _evaluated(plan: HoursPlan, wrong: int) -> tuple[object, Drawn]:
    shares = dict(plan.allocations[0])
    strata = [DrawnStratum(each.name, 300, Decimal(each.hours), shares[each.name]) for each in STRATA]
    draw = Drawn((DrawnStratum("S0", 2, Decimal(80), 2, certainty=True), *strata))
    rows = [*agreed("S0", 1), *(partly("S0", "40", "38") if wrong else agreed("S0", 1))]
    rows += [row for name, size in shares.items() for row in agreed(name, size)][: -wrong or None]
    return evaluate_hours(results([*rows, *refused("S6", wrong)]), draw, plan), draw


def test_hours_of_several_strata_are_decided_by_the_pooled_bound_and_worked_out_as_one() -> None:
    plan = plan_hours_strata(STRATA, **ASKED)
    shares = dict(plan.allocations[0])
    kinds = []
    for wrong in (0, 1, 9):
        evaluation, _ = _evaluated(plan, wrong)
        hit = _hit(shares, wrong, "S6")
        assert (evaluation.method, evaluation.label[:4]) == ("pooled", "各层合并")
        assert evaluation.over.pooled == pooled_bound(hit, confidence=plan.look_confidence)
        assert evaluation.over.upper == (2 if wrong else 0) + evaluation.over.pooled.upper_hours
        uppers = (evaluation.over.upper, evaluation.over.table_hours)
        for table, upper in zip(worked_tables(evaluation), uppers, strict=True):
            assert sum(table.rows["学时"]) == table.upper == upper
            assert "各层合并" in table.method
        kinds.append(decide(evaluation, plan).kind)
    assert kinds == [ACCEPT, EXTEND, FULL_CHECK]
    decision = decide(_evaluated(plan, 1)[0], plan)
    assert decision.by_stratum == {name: size - shares[name] for name, size in plan.allocations[1]}
