"""RS9: exactly one answer, the extension as small as the commitment allows, and a sentence that says the figures."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.decide import ACCEPT, EXTEND, FULL_CHECK, Decision, decide
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.evaluate import Evaluation, evaluate_attribute, evaluate_flags
from ce_toolkit.review.evaluate_hours import evaluate_hours
from ce_toolkit.review.hours_plan import plan_hours
from ce_toolkit.review.judged import Judged
from ce_toolkit.review.plan import Plan, plan_attribute
from ce_toolkit.review.strata_plan import plan_hours_strata, plan_strata
from tests.review import exact_oracle as oracle
from tests.review.made_results import agreed, partly, refused, results


def _evaluated(plan: Plan, look: int, errors: int) -> Evaluation:
    size = plan.cumulative_sizes[look - 1]
    wrong = np.arange(size) < errors
    zeros, hundreds = np.zeros(size, np.int64), np.full(size, 600)
    names = np.full(size, "S6", dtype=object)
    found = Judged(pd.Series(range(size)), names, zeros + 1, hundreds, zeros, zeros, wrong, wrong & False)
    draw = Drawn((DrawnStratum("S6", plan.population, Decimal(6 * plan.population), size),), look)
    return evaluate_flags(found, draw, plan, wrong)


def _accepts(plan: Plan, size: int, errors: int) -> bool:
    """Whether the committed rule accepts at just this size; by its numbers, for one look by the limit itself."""
    if size not in plan.cumulative_sizes:
        return False
    if plan.stages == 1:
        bad = oracle.bad_at(plan.tolerable_rate, plan.population)
        return oracle.upper(errors, size, plan.population, 1 - plan.confidence) < bad
    return errors <= plan.acceptance_numbers[plan.cumulative_sizes.index(size)]


@pytest.mark.parametrize("population", [7, 20, 60, 200])
@pytest.mark.parametrize("asked", [("5%", 1, "0"), ("10%", 3, "0"), ("5%", 2, "0.5%"), ("3%", 4, "0")], ids=str)
def test_RS9_every_case_has_one_answer_and_the_smallest_extension(population: int, asked: tuple[str, int, str]) -> None:
    tolerable, stages, expected = asked
    plan = plan_attribute(population, tolerable_rate=tolerable, stages=stages, expected_rate=expected)
    for look, size in enumerate(plan.cumulative_sizes, start=1):
        for errors in range(min(size, 9) + 1):
            decision = decide(_evaluated(plan, look, errors), plan)
            too_many = errors * plan.tolerable_rate.denominator >= plan.tolerable_rate.numerator * size
            ways = [by for by in range(1, population - size + 1) if _accepts(plan, size + by, errors)]
            if _accepts(plan, size, errors):
                assert decision.kind == ACCEPT
            elif too_many or not ways:
                assert decision.kind == FULL_CHECK
                assert decision.strata == (("S6",) if size < population else ())
            else:
                assert (decision.kind, decision.by) == (EXTEND, ways[0])
                assert plan.cumulative_sizes[decision.stage - 1] == size + decision.by
                assert not _accepts(plan, size + decision.by - 1, errors)


def test_RS9_the_sentence_holds_the_figures_and_no_jargon() -> None:
    plan = plan_attribute(1000, tolerable_rate="5%", stages=3)
    for errors, limit in ((0, "4.7%"), (1, None), (9, None)):
        evaluation = _evaluated(plan, 1, errors)
        decision = decide(evaluation, plan)
        _say_all(decision, ["1000", "60", f"差错 {errors} 条", "5%", "95%"])
        assert limit is None or limit in decision.sentence
        for word in ("置信", "超几何", "上限", "Fisher", "α"):
            assert word not in decision.sentence


def _say_all(decision: Decision, parts: list[str]) -> None:
    assert len(decision.sentence) <= 120
    assert all(part in decision.sentence for part in parts), decision.sentence
    assert decision.reason.endswith("。")


def test_RS9_a_limit_just_below_is_not_rounded_up_to_the_tolerable_rate() -> None:
    """Of 100,000 records 4,999 at most: 4.999 %, which two decimals would show as 5 %."""
    plan = plan_attribute(100000, tolerable_rate="5%", confidence="0.95", expected_rate="4%")
    for errors in range(plan.acceptance_numbers[0] + 1):
        evaluation = _evaluated(plan, 1, errors)
        if evaluation.look.accepted and evaluation.upper_rate * 100 > Decimal("4.99"):
            shown = decide(evaluation, plan).sentence.split("不超过 ")[1].split("，")[0]
            assert Decimal(shown.removesuffix("%")) < 5
            return
    pytest.fail("no limit between 4.99 % and 5 %")


def test_RS9_no_extension_where_the_projection_is_no_longer_tolerable() -> None:
    plan = plan_attribute(1000, tolerable_rate="5%", stages=3)
    assert decide(_evaluated(plan, 1, 2), plan).kind == EXTEND
    decision = decide(_evaluated(plan, 1, 3), plan)  # 3 of 60 is 5 %
    assert (decision.kind, decision.label) == (FULL_CHECK, "全面核查")
    assert "推断差错率 5% 已不低于可容忍差错率" in decision.reason


def test_several_strata_extend_by_their_allocation_and_the_one_that_fails_is_named() -> None:
    strata = [StratumSize("S1", 80), StratumSize("S3", 200), StratumSize("S6", 900)]
    plan = plan_strata(strata, tolerable_rate="5%", stages=2, multipliers={"S1": 2})
    first, second = (dict(look) for look in plan.allocations)
    draw = Drawn(
        tuple(DrawnStratum(s.name, s.population, Decimal(100), first[s.name], title=f"层{s.name}") for s in strata)
    )
    clean = [row for name, size in first.items() for row in agreed(name, size)]
    assert decide(evaluate_attribute(results(clean), draw, plan), plan).kind == ACCEPT
    one = results([*clean[:-1], *refused("S6", 1)])
    decision = decide(evaluate_attribute(one, draw, plan), plan)
    assert decision.kind == EXTEND
    assert decision.by_stratum == {name: second[name] - size for name, size in first.items()}
    assert decision.by == sum(second.values()) - sum(first.values())
    many = results([*clean[:-8], *refused("S6", 8)])
    decision = decide(evaluate_attribute(many, draw, plan), plan)
    assert (decision.kind, decision.strata) == (FULL_CHECK, ("S6",))
    assert "须全面核查：层S6" in decision.sentence


def test_a_full_list_that_fails_has_nothing_left_to_check() -> None:
    draw = Drawn((DrawnStratum("S0", 40, Decimal(240), 40, certainty=True),))
    plan = plan_attribute(40, tolerable_rate="5%")
    rows = results([*agreed("S0", 35), *refused("S0", 5)])
    decision = decide(evaluate_attribute(rows, draw, plan), plan)
    assert (decision.kind, decision.strata) == (FULL_CHECK, ())
    assert "不予整体认可，逐条更正" in decision.sentence
    assert decide(evaluate_attribute(results(agreed("S0", 40)), draw, plan), plan).kind == ACCEPT


def test_hours_are_decided_by_their_limit_and_extended_to_the_first_look_that_would_accept() -> None:
    plan = plan_hours(6000, tolerable_hours=300, stages=3)
    size = plan.size
    draw = Drawn((DrawnStratum("S6", 1000, Decimal(6000), size, title="其余"),))
    clean = decide(evaluate_hours(results(agreed("S6", size)), draw, plan), plan)
    assert clean.kind == ACCEPT
    _say_all(clean, ["1000 条", "6000.0 学时", f"核查 {size} 条", "误登 0 条次", "95%", "300.0 学时"])
    one = decide(evaluate_hours(results([*agreed("S6", size - 1), *refused("S6", 1)]), draw, plan), plan)
    assert (one.kind, one.stage, one.by) == (EXTEND, 2, plan.cumulative_sizes[1] - size)
    small = results([*agreed("S6", size - 3), *partly("S6", "6", "5.5") * 3])
    assert decide(evaluate_hours(small, draw, plan), plan).stage == 2  # three small errors weigh less than one full
    two = decide(evaluate_hours(results([*agreed("S6", size - 2), *refused("S6", 2)]), draw, plan), plan)
    assert (two.kind, two.stage) == (EXTEND, 3)
    many = decide(evaluate_hours(results([*agreed("S6", size - 5), *refused("S6", 5)]), draw, plan), plan)
    assert (many.kind, many.strata) == (FULL_CHECK, ("S6",))
    assert "不再扩大抽样" in many.reason


def test_RS9_the_sentence_keeps_its_length_in_the_largest_frame_with_many_strata() -> None:
    strata = [StratumSize(f"S{place}", 900_000 + place, hours=5_000_000) for place in range(6)]
    titles = {each.name: f"{each.name}{'很长的层名' * 4}" for each in strata}
    plan = plan_strata(strata, tolerable_rate="0.125%", stages=2, confidence="0.975")
    hours = plan_hours_strata(strata, tolerable_hours=37_500, stages=2, confidence="0.975")
    for asked, evaluate in ((plan, evaluate_attribute), (hours, evaluate_hours)):
        sizes = dict(asked.allocations[0])
        parts = [
            DrawnStratum(s.name, s.population, Decimal(s.hours), sizes[s.name], title=titles[s.name]) for s in strata
        ]
        for wrong in (0, 1, 9):
            rows = [row for name, size in sizes.items() for row in (*agreed(name, size - wrong), *refused(name, wrong))]
            decision = decide(evaluate(results(rows), Drawn(tuple(parts)), asked), asked)
            assert 0 < len(decision.sentence) <= 120


def test_under_claims_do_not_make_up_for_wrong_hours() -> None:
    plan = plan_hours(6000, tolerable_hours=300)
    draw = Drawn((DrawnStratum("S6", 1000, Decimal(6000), plan.size),))
    rows = [*agreed("S6", plan.size - 6), *refused("S6", 1)]
    alone = evaluate_hours(results([*rows, *agreed("S6", 5)]), draw, plan)
    beside = evaluate_hours(results([*rows, *partly("S6", "6", "12") * 5]), draw, plan)
    assert alone.over.upper == beside.over.upper
    assert decide(beside, plan).kind == FULL_CHECK


def test_an_evaluation_and_a_plan_of_another_kind_are_refused() -> None:
    plan = plan_attribute(1000, tolerable_rate="5%")
    with pytest.raises(SampleError, match="不是同一种"):
        decide(_evaluated(plan, 1, 0), plan_hours(6000, tolerable_hours=300))
