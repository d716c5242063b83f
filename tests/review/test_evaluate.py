"""Evaluation: nothing blank, nothing dropped, certainty exact, both figures, one limit for the whole frame."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.evaluate import evaluate_attribute
from ce_toolkit.review.evaluate_hours import evaluate_hours
from ce_toolkit.review.hours_limits import stringer_bound
from ce_toolkit.review.hours_plan import plan_hours
from ce_toolkit.review.hours_strata import HOURS_STRATA_METHODS
from ce_toolkit.review.judged import blank_units, judge
from ce_toolkit.review.method_names import METHOD_NAMES
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.review.strata_limit import STRATA_METHODS, Found, strata_limit
from ce_toolkit.review.strata_plan import plan_strata
from tests.review import exact_oracle as oracle
from tests.review.made_results import agreed, partly, refused, results

PLAN = plan_attribute(1000, tolerable_rate="5%")  # 57 units, none in error


def _drawn(size: int, certain: int = 0, stage: int = 1, population: int = 1000) -> Drawn:
    rest = DrawnStratum("S6", population, Decimal(6 * population), size, title="其余")
    full = (
        (DrawnStratum("S0", certain, Decimal(6 * certain), certain, certainty=True, title="必查"),) if certain else ()
    )
    return Drawn((*full, rest), stage)


def test_one_stratum_has_the_exact_limit_and_projection() -> None:
    rows = results([*agreed("S6", 55), *refused("S6", 2)])
    evaluation = evaluate_attribute(rows, _drawn(57), PLAN)
    assert evaluation.look.upper == oracle.upper(2, 57, 1000, oracle.FIVE)
    assert (evaluation.errors, evaluation.size, evaluation.projected) == (2, 57, Fraction(2000, 57))
    assert not evaluation.look.accepted


def test_RS5_certainty_strata_add_their_errors_and_nothing_else() -> None:
    """Twenty reviewed in full, three of them wrong: 3 more errors in a frame of 1,020, and no projection of them."""
    rows = results([*agreed("S0", 17), *refused("S0", 3), *agreed("S6", 57)])
    evaluation = evaluate_attribute(rows, _drawn(57, certain=20), PLAN)
    assert evaluation.look.upper == 3 + oracle.upper(0, 57, 1000, oracle.FIVE)
    assert (evaluation.projected, evaluation.known_errors, evaluation.population) == (3, 3, 1020)
    assert evaluation.tolerable_errors == 51
    certain, rest = evaluation.strata
    assert (certain.upper, certain.projected, rest.projected) == (3, 3, 0)


@given(st.integers(0, 30), st.data())
@settings(max_examples=20)
def test_RS5_a_record_moved_to_certainty_is_never_counted_twice(certain: int, data: st.DataObject) -> None:
    """Of 1,000 records some go to the certainty stratum: every one is in the frame once, reviewed or not."""
    wrong = data.draw(st.integers(0, certain))
    plan = plan_attribute(1000 - certain, tolerable_rate="5%")
    rows = [*agreed("S6", plan.size), *refused("S0", wrong), *agreed("S0", certain - wrong)]
    draw = _drawn(plan.size, certain=certain, population=1000 - certain)
    evaluation = evaluate_attribute(results(rows), draw, plan)
    assert (evaluation.population, draw.hours, evaluation.size) == (1000, 6000, plan.size + certain)
    assert evaluation.errors == evaluation.projected == evaluation.known_errors == wrong
    assert evaluation.look.upper == wrong + oracle.upper(0, plan.size, 1000 - certain, oracle.FIVE)


def test_a_frame_reviewed_in_full_has_no_sampling_error() -> None:
    draw = Drawn((DrawnStratum("S0", 40, Decimal(240), 40, certainty=True),))
    plan = plan_attribute(40, tolerable_rate="5%")
    for wrong, accepted in ((1, True), (2, False)):
        rows = results([*agreed("S0", 40 - wrong), *refused("S0", wrong)])
        evaluation = evaluate_attribute(rows, draw, plan)
        assert (evaluation.look.upper, evaluation.look.method, evaluation.look.accepted) == (wrong, "census", accepted)
        assert evaluation.look.label == "全部核查，没有抽样误差"


def test_every_method_of_a_limit_has_a_name_for_the_page() -> None:
    methods = {"census", "hypergeometric", "staged", "stringer", *STRATA_METHODS, *HOURS_STRATA_METHODS}
    assert methods == METHOD_NAMES.keys()


@pytest.mark.parametrize("verdict", ["证据缺失", "无法核实"])
def test_RS10_missing_evidence_is_a_full_error_and_both_figures_are_there(verdict: str) -> None:
    rows = results([*agreed("S6", 54), *refused("S6", 1), *refused("S6", 2, verdict=verdict)])
    evaluation = evaluate_attribute(rows, _drawn(57), PLAN)
    assert (evaluation.errors, evaluation.missing, evaluation.size) == (3, 2, 57)
    assert evaluation.look.upper == oracle.upper(3, 57, 1000, oracle.FIVE)
    lenient = evaluation.lenient
    assert lenient is not None
    assert (lenient.errors, lenient.size) == (1, 57)  # not an error, but still one of those that were reviewed
    assert lenient.look.upper == oracle.upper(1, 57, 1000, oracle.FIVE)
    other = evaluate_attribute(rows, _drawn(57), PLAN, missing_is_error=False)
    assert other.errors == 1
    assert other.lenient is not None
    assert other.lenient.errors == 3


def test_RS10_a_blank_verdict_blocks_the_evaluation_and_is_listed() -> None:
    rows = results([*agreed("S6", 50), *refused("S6", 7, verdict="")])
    assert blank_units(rows) == [f"u{place}" for place in range(50, 57)]
    with pytest.raises(SampleError, match="没有结论的有 7 条（u50、u51、u52、u53、u54等）"):
        evaluate_attribute(rows, _drawn(57), PLAN)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("S6", "6", None, "同意"), "结论不在五种之内的有 1 条（u56）"),
        (("S6", "6", None, "部分认定"), "没有填写认定学时"),
        (("S6", "6", "6", "部分认定"), "认定学时等于登记学时"),
        (("S6", "6", "3", "相符"), "认定学时不等于登记学时"),
        (("S6", "6", "3", "不予认定"), "认定学时不是 0"),
        (("S6", "6", "-1", "部分认定"), "认定学时小于 0"),
        (("S9", "6", None, "相符"), "层“S9”不在抽样中"),
        (("S6", "0", None, "相符"), "没有学时的有 1 条"),
    ],
)
def test_what_contradicts_itself_is_not_evaluated(row: tuple[str, str, str | None, str], told: str) -> None:
    with pytest.raises(SampleError, match=told):
        evaluate_attribute(results([*agreed("S6", 56), row]), _drawn(57), PLAN)


def test_results_of_another_draw_are_not_evaluated() -> None:
    with pytest.raises(SampleError, match="层“S6”应有 57 条（次），现有 56"):
        evaluate_attribute(results(agreed("S6", 56)), _drawn(57), PLAN)
    with pytest.raises(SampleError, match="重复的有 1 条"):
        evaluate_attribute(
            results(agreed("S6", 57)).assign(unit_id=["u1", *map(str, range(55)), "u1"]), _drawn(57), PLAN
        )
    with pytest.raises(SampleError, match="应抽 57 条，实际抽了 50 条"):
        evaluate_attribute(results(agreed("S6", 50)), _drawn(50), PLAN)
    with pytest.raises(SampleError, match="没有第 2 阶段"):
        evaluate_attribute(results(agreed("S6", 57)), _drawn(57, stage=2), PLAN)
    with pytest.raises(SampleError, match="方案不是这个抽样框的"):
        evaluate_attribute(results(agreed("S6", 57)), _drawn(57, population=900), PLAN)
    with pytest.raises(SampleError, match="必查层“S0”应全部核查：9 条中只有 8 条"):
        Drawn((DrawnStratum("S0", 9, Decimal(54), 8, certainty=True),))


def test_the_limit_of_a_staged_plan_falls_below_the_tolerable_exactly_where_the_plan_accepts() -> None:
    plan = plan_attribute(1000, tolerable_rate="5%", stages=3)
    for look, size in enumerate(plan.cumulative_sizes, start=1):
        for errors in range(6):
            rows = results([*agreed("S6", size - errors), *refused("S6", errors)])
            found = evaluate_attribute(rows, _drawn(size, stage=look), plan)
            assert found.look.method == "staged"
            assert found.look.accepted == (errors <= look - 1) == (found.look.upper < plan.tolerable_units)
            single = oracle.upper(errors, size, 1000, oracle.FIVE)
            assert found.look.upper >= single  # looking more than once is not for nothing


def test_known_errors_that_leave_too_little_turn_a_staged_plan_to_limits() -> None:
    """1,000 records accepted by count may hold 49 errors; three known of 20 more make 52, and 51 is too many."""
    plan = plan_attribute(1000, tolerable_rate="5%", stages=2)
    for certain, method, confidence in ((20, "hypergeometric", Fraction(39, 40)), (100, "staged", Fraction(19, 20))):
        rows = results([*agreed("S0", certain - 3), *refused("S0", 3), *agreed("S6", plan.size)])
        look = evaluate_attribute(rows, _drawn(plan.size, certain=certain), plan).look
        assert (look.method, look.confidence) == (method, confidence)
        rest = oracle.upper(0, plan.size, 1000, 1 - confidence)
        assert look.upper == 3 + rest  # at the first look without errors both rules have the plain limit
        assert look.accepted == (3 + rest < (1000 + certain) / 20)


def test_several_strata_have_one_limit_over_all_at_the_looks_share_of_the_risk() -> None:
    strata = [StratumSize("S1", 80), StratumSize("S6", 900)]
    plan = plan_strata(strata, tolerable_rate="5%", stages=2, multipliers={"S1": 2})
    sizes = dict(plan.allocations[0])
    draw = Drawn(tuple(DrawnStratum(each.name, each.population, Decimal(100), sizes[each.name]) for each in strata))
    rows = results([*agreed("S1", sizes["S1"] - 1), *refused("S1", 1), *agreed("S6", sizes["S6"])])
    evaluation = evaluate_attribute(rows, draw, plan)
    found = [Found(1, sizes["S1"], 80), Found(0, sizes["S6"], 900)]
    wanted = strata_limit(found, confidence="0.975", method=plan.strata_method)
    assert (evaluation.look.upper, evaluation.look.bonferroni) == (wanted.count, wanted.bonferroni)
    assert evaluation.projected == Fraction(80, sizes["S1"])


def test_under_claims_are_errors_of_the_register_and_counted_apart() -> None:
    rows = results([*agreed("S6", 56), *partly("S6", "6", "8")])
    evaluation = evaluate_attribute(rows, _drawn(57), PLAN)
    assert (evaluation.errors, evaluation.under_claims) == (1, 1)


def test_hours_cut_by_a_cap_are_wrong_only_below_what_was_creditable() -> None:
    """Declared 48, creditable 40: 44 proved leaves the 40 standing, 30 proved takes 10 off."""
    rows = results([*partly("S6", "40", "44"), *partly("S6", "40", "30"), *partly("S6", "40", "50")])
    found = judge(rows.assign(registered=[Decimal(48)] * 3), _drawn(3))
    assert (found.over.tolist(), found.under.tolist()) == ([0, 1000, 0], [0, 0, 200])


# ---- hours --------------------------------------------------------------------------------------

HOURS = plan_hours(6000, tolerable_hours=300)


def test_RS7_a_record_hit_twice_gives_two_errors_and_under_claims_stand_apart() -> None:
    rows = results(
        [*agreed("S6", HOURS.size - 3), *partly("S6", "8", "2"), *partly("S6", "6", "9")], {HOURS.size - 3: 2}
    )
    evaluation = evaluate_hours(rows, _drawn(HOURS.size), HOURS)
    (rest,) = evaluation.over.strata
    assert rest.taints == (Fraction(3, 4), Fraction(3, 4))
    bound = stringer_bound(["0.75", "0.75"], HOURS.size, 6000)
    assert (evaluation.over.upper, evaluation.over.projected) == (bound.upper_hours, bound.projected_hours)
    assert evaluation.under.strata[0].taints == (Fraction(1, 2),)
    assert evaluation.under.upper == stringer_bound(["0.5"], HOURS.size, 6000).upper_hours
    assert evaluation.recognised == 6000 - bound.projected_hours


def test_RS5_RS10_hours_of_certainty_strata_are_exact_and_missing_evidence_loses_them_all() -> None:
    rows = results(
        [*agreed("S0", 18), *partly("S0", "6", "4"), *refused("S0", 1, verdict="证据缺失"), *agreed("S6", HOURS.size)]
    )
    evaluation = evaluate_hours(rows, _drawn(HOURS.size, certain=20), HOURS)
    assert (evaluation.over.known, evaluation.over.projected, evaluation.missing) == (8, 8, 1)
    assert evaluation.over.upper == 8 + stringer_bound([], HOURS.size, 6000).upper_hours
    assert evaluation.lenient is not None
    assert evaluation.lenient.over.known == 2


def test_several_strata_share_the_risk_and_their_bounds_add_up() -> None:
    draw = Drawn((DrawnStratum("S1", 50, Decimal(1000), 20), DrawnStratum("S6", 900, Decimal(5000), HOURS.size - 20)))
    rows = results([*agreed("S1", 19), *partly("S1", "6", "3"), *agreed("S6", HOURS.size - 20)])
    evaluation = evaluate_hours(rows, draw, HOURS)
    assert evaluation.bound_confidence == 1 - Fraction(1, 40)
    parts = [
        stringer_bound(["0.5"], 20, 1000, confidence="0.975").upper_hours,
        stringer_bound([], HOURS.size - 20, 5000, confidence="0.975").upper_hours,
    ]
    assert evaluation.over.upper == sum(parts)


def test_an_hours_draw_of_another_plan_is_not_evaluated() -> None:
    with pytest.raises(SampleError, match="方案不是这个抽样框的"):
        evaluate_hours(results(agreed("S6", HOURS.size)), _drawn(HOURS.size, population=900), HOURS)
    with pytest.raises(SampleError, match="应命中 59 次，实际 50 次"):
        evaluate_hours(results(agreed("S6", 50)), _drawn(50), HOURS)


def test_hours_as_arrow_decimals_floats_and_objects_read_the_same() -> None:
    import pyarrow as pa

    rows = results([*agreed("S6", HOURS.size - 1), *partly("S6", "6", "2.5")])
    wanted = evaluate_hours(rows, _drawn(HOURS.size), HOURS).over.upper
    for kind in (pd.ArrowDtype(pa.decimal128(9, 2)), pd.ArrowDtype(pa.decimal128(20, 4)), "float64"):
        typed = rows.assign(hours=rows["hours"].astype(kind), recognised=rows["recognised"].astype(kind))
        typed["verdict"] = typed["verdict"].astype("category")
        assert evaluate_hours(typed, _drawn(HOURS.size), HOURS).over.upper == wanted
