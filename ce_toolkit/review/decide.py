"""The decision on an evaluated sample: 认可, 扩大抽样 by so many, or 全面核查 of so many strata (formula 11).

Accepted where the plan's look accepts. Where the projected errors are already no longer tolerable an extension would
hardly help, so the full check comes at once. Otherwise the sample is extended to the first committed look that would
accept if nothing further were found; where there is none, the strata that fail are checked in full.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.evaluate import Evaluation, StratumErrors
from ce_toolkit.review.evaluate_hours import HoursEvaluation, StratumHours
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.hours_strata import hours_upper
from ce_toolkit.review.plan import Plan
from ce_toolkit.review.rates import percent, rounded
from ce_toolkit.review.verdicts import judge_look

ACCEPT, EXTEND, FULL_CHECK = "accept", "extend", "full_check"
KINDS = {ACCEPT: "认可", EXTEND: "扩大抽样", FULL_CHECK: "全面核查"}
_LONGEST = 120


@dataclass(frozen=True)
class Decision:
    """What follows from a sample.

    ``kind``: "accept", "extend" or "full_check". ``by``: records (or hits) to draw in addition, ``stage`` the look
    that this leads to, ``by_stratum`` how they are shared out. ``strata``: codes of the strata to check in full.
    ``sentence``: the conclusion in at most 120 characters; ``reason``: why it is this and not another.
    """

    kind: str
    sentence: str
    reason: str
    by: int = 0
    stage: int | None = None
    by_stratum: Mapping[str, int] = field(default_factory=dict)
    strata: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the answer is called."""
        return KINDS[self.kind]


def decide(evaluation: Evaluation | HoursEvaluation, plan: Plan | HoursPlan) -> Decision:
    """The one decision that follows from an evaluation under its plan.

    Extending by one unit less than ``by`` accepts nothing: between the looks that were committed to there is none.
    Raises SampleError where evaluation and plan are not of one kind.
    """
    if isinstance(evaluation, Evaluation) and isinstance(plan, Plan):
        return _decide_errors(evaluation, plan)
    if isinstance(evaluation, HoursEvaluation) and isinstance(plan, HoursPlan):
        return _decide_hours(evaluation, plan)
    raise SampleError("评价与方案不是同一种：差错率的评价要用 plan_attribute 的方案，学时的要用 plan_hours 的。")


# ---- a count of errors --------------------------------------------------------------------------


def _decide_errors(evaluation: Evaluation, plan: Plan) -> Decision:
    found, tolerable = _errors_found(evaluation), percent(plan.tolerable_rate)
    if evaluation.look.accepted:
        return Decision(ACCEPT, f"{found}，低于可容忍的 {tolerable}：予以认可。", "差错上限低于可容忍差错率。")
    if evaluation.projected_rate >= plan.tolerable_rate:
        shown = percent(evaluation.projected_rate)
        return _full(
            f"{found}，可容忍 {tolerable}",
            _failing(evaluation),
            f"推断差错率 {shown} 已不低于可容忍差错率，不再扩大抽样。",
        )

    def accepts(look: int, sizes: Mapping[str, int]) -> bool:
        strata = [replace(each.found, size=sizes[each.name]) for each in evaluation.sampled]
        known, population = evaluation.known_errors, evaluation.population
        return judge_look(plan, strata, known=known, population=population, look=look).accepted

    sizes = {each.name: each.size for each in evaluation.sampled}
    ahead = _first_look(evaluation.stage, sizes, plan, accepts)
    if ahead:
        return _extended(f"{found}，未证明低于可容忍的 {tolerable}", ahead, sizes, "条")
    return _full(
        f"{found}，未证明低于可容忍的 {tolerable}", _failing(evaluation), "方案剩余各阶段即使不再发现差错也不能认可。"
    )


def _errors_found(evaluation: Evaluation) -> str:
    level, limit = percent(evaluation.confidence), _limit_shown(evaluation.upper_rate, evaluation.tolerable_rate)
    facts = f"共 {evaluation.population} 条，核查 {evaluation.size} 条，{evaluation.what} {evaluation.errors} 条"
    if evaluation.look.method == "census":
        return f"{facts}；已全部核查（不涉及 {level} 置信水平），差错率 {limit}"
    return f"{facts}；有 {level} 的把握差错率不超过 {limit}"


def _limit_shown(rate: Fraction, tolerable: Fraction) -> str:
    """A limit rounded up, with as many decimals as it takes not to look tolerable or intolerable when it is not."""
    places = next((places for places in range(2, 6) if (_up(rate, places) < tolerable) == (rate < tolerable)), 6)
    return percent(rate, places, towards="up")


def _up(rate: Fraction, places: int) -> Fraction:
    return Fraction(rounded(rate * 100, places, towards="up")) / 100


def _failing(evaluation: Evaluation) -> list[StratumErrors]:
    """The strata that hold the sample back: errors found, and a limit of their own that is not tolerable.

    Else those with errors; else, where the sample is merely too small, all that are drawn from. None that the sample
    has exhausted already.
    """
    left = [each for each in evaluation.sampled if each.size < each.population]
    wrong = [each for each in left if each.errors]
    bad = [each for each in wrong if each.upper >= evaluation.tolerable_rate * each.population]
    return bad or wrong or left


# ---- hours --------------------------------------------------------------------------------------


def _decide_hours(evaluation: HoursEvaluation, plan: HoursPlan) -> Decision:
    found, tolerable = _hours_found(evaluation), _hours(evaluation.tolerable_hours)
    if evaluation.accepted:
        return Decision(ACCEPT, f"{found}，低于可容忍的 {tolerable}：予以认可。", "误登学时上限低于可容忍误登学时。")
    sampled = [each for each in evaluation.over.strata if not each.certainty]
    if evaluation.over.projected >= plan.tolerable_hours:
        shown = _hours(evaluation.over.projected)
        return _full(
            f"{found}，可容忍 {tolerable}",
            _failing_hours(evaluation, sampled),
            f"推断误登 {shown}，已不低于可容忍误登学时，不再扩大抽样。",
        )

    def accepts(_: int, sizes: Mapping[str, int]) -> bool:
        return evaluation.over.known + _least_upper(sampled, sizes, plan) < plan.tolerable_hours

    sizes = {each.name: each.size for each in sampled}
    ahead = _first_look(evaluation.stage, sizes, plan, accepts)
    if ahead:
        return _extended(f"{found}，未证明低于可容忍的 {tolerable}", ahead, sizes, "次")
    failing = _failing_hours(evaluation, sampled)
    return _full(f"{found}，未证明低于可容忍的 {tolerable}", failing, "方案剩余各阶段即使不再发现差错也不能认可。")


def _hours_found(evaluation: HoursEvaluation) -> str:
    level, limit = percent(evaluation.confidence), _hours(evaluation.over.upper, towards="up")
    facts = f"共 {evaluation.population} 条 {_hours(evaluation.hours)}，核查 {evaluation.records} 条"
    return f"{facts}，误登 {evaluation.over.errors} 条次；有 {level} 的把握误登不超过 {limit}"


def _least_upper(sampled: Sequence[StratumHours], sizes: Mapping[str, int], plan: HoursPlan) -> Fraction:
    """The bound over the strata when the sample has grown to ``sizes`` and nothing further was found."""
    hit = [replace(each.hit, size=sizes[each.name]) for each in sampled]
    return hours_upper(hit, confidence=plan.look_confidence, quantum=plan.quantum, method=plan.strata_method)


def _failing_hours(evaluation: HoursEvaluation, sampled: Sequence[StratumHours]) -> list[StratumHours]:
    """As ``_failing``, in hours: the stratum's bound against its share of what is tolerable."""
    share = evaluation.tolerable_hours / evaluation.hours
    wrong = [each for each in sampled if each.taints]
    return [each for each in wrong if each.upper >= share * each.hours] or wrong or list(sampled)


def _hours(amount: Fraction, *, towards: str = "nearest") -> str:
    return f"{rounded(amount, 1, towards=towards):f} 学时"


# ---- common to both -----------------------------------------------------------------------------


def _first_look(
    stage: int, sizes: Mapping[str, int], plan: Plan | HoursPlan, accepts: Callable[[int, Mapping[str, int]], bool]
) -> tuple[int, dict[str, int]] | None:
    """The first committed look that would accept if nothing further were found, with its sizes."""
    for look in range(stage + 1, plan.stages + 1):
        later = later_sizes(sizes, plan, look)
        if accepts(look, later):
            return look, later
    return None


def later_sizes(sizes: Mapping[str, int], plan: Plan | HoursPlan, look: int) -> dict[str, int]:
    """Sizes by stratum at a later look: of the plan's allocation, or the look's whole size for a single stratum."""
    if len(sizes) == 1:
        return {name: max(size, plan.cumulative_sizes[look - 1]) for name, size in sizes.items()}
    planned = dict(plan.allocations[look - 1]) if look <= len(plan.allocations) else {}
    missing = sorted(set(sizes) - set(planned))
    if missing:
        raise SampleError(f"抽样方案没有写明层“{'、'.join(missing)}”第 {look} 阶段的样本量。")
    return {name: planned[name] for name in sizes}


def _extended(found: str, ahead: tuple[int, dict[str, int]], sizes: Mapping[str, int], unit: str) -> Decision:
    look, later = ahead
    more = {name: later[name] - size for name, size in sizes.items() if later[name] > size}
    by = sum(more.values())
    return Decision(
        EXTEND,
        f"{found}；再抽 {by} {unit}（到第 {look} 阶段），无新差错即可认可。",
        "推断的差错尚可容忍，方案还有事先公布的阶段；不在其间另行决定样本量。",
        by,
        look,
        more,
    )


def _full(found: str, failing: Sequence[StratumErrors | StratumHours], reason: str) -> Decision:
    if not failing:
        return Decision(FULL_CHECK, f"{found}：不予整体认可，逐条更正。", "各层均已全部核查。")
    titles = [each.title for each in failing]
    for shown in range(len(titles), -1, -1):
        named = "、".join(titles[:shown]) + (f"等 {len(titles)} 层" if shown < len(titles) else "")
        sentence = f"{found}；须全面核查：{named}。"
        if len(sentence) <= _LONGEST:
            break
    return Decision(FULL_CHECK, sentence, reason, strata=tuple(each.name for each in failing))
