"""Evaluation of a sample of hour units: wrongly registered hours found, projected, at most (formulas 3, 4 and 7).

Hours beyond those registered are evaluated by themselves and never netted. Several strata have one pooled bound or
added ones, as the plan says.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.hours_limits import HoursLimit, cell_bound, stringer_bound
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.hours_strata import HitStratum, bonferroni_confidence, pooled_bound
from ce_toolkit.review.judged import Judged, judge
from ce_toolkit.review.method_names import METHOD_NAMES, POOLED_HOURS
from ce_toolkit.tables import Int64Array


@dataclass(frozen=True)
class StratumHours:
    """Hours of one stratum.

    ``known``: wrong hours of the records reviewed; all there are in a ``certainty`` stratum, where ``limit`` is None.
    ``limit``: projection and bound for a stratum that is drawn from, ``table`` the same with the rounded factors of the
    printed tables, ``cell_hours`` the cell bound. ``taints``: one for each hit in error.
    """

    name: str
    title: str
    certainty: bool
    population: int
    hours: Fraction
    size: int
    known: Fraction
    taints: tuple[Fraction, ...]
    limit: HoursLimit | None
    table: HoursLimit | None
    cell_hours: Fraction

    @property
    def hit(self) -> HitStratum:
        """What a bound over strata needs."""
        return HitStratum(self.hours, self.size, self.taints)

    @property
    def projected(self) -> Fraction:
        """Wrong hours in the stratum, estimated; exact where it was reviewed in full."""
        return self.known if self.limit is None else self.limit.projected_hours

    @property
    def upper(self) -> Fraction:
        """Wrong hours in the stratum at most."""
        return self.known if self.limit is None else self.limit.upper_hours

    @property
    def table_hours(self) -> Fraction:
        """The same by the rounded factors."""
        return self.known if self.table is None else self.table.upper_hours


@dataclass(frozen=True)
class HoursSide:
    """Wrong hours of one direction over all strata.

    ``pooled``: the one bound over the strata drawn from where the plan judges them so, ``pooled_table`` the same with
    the rounded factors of the printed tables; else the bounds of the strata are added.
    """

    strata: tuple[StratumHours, ...]
    pooled: HoursLimit | None = None
    pooled_table: HoursLimit | None = None

    @property
    def known(self) -> Fraction:
        """Wrong hours of the strata reviewed in full."""
        return sum((each.known for each in self.strata if each.certainty), Fraction(0))

    @property
    def projected(self) -> Fraction:
        """Wrong hours in the frame, estimated."""
        return sum((each.projected for each in self.strata), Fraction(0))

    @property
    def upper(self) -> Fraction:
        """Wrong hours in the frame at most."""
        return self._over_all(self.pooled, [each.upper for each in self.strata])

    @property
    def table_hours(self) -> Fraction:
        """The same bound by the rounded factors: a second line in the report, never the deciding figure."""
        return self._over_all(self.pooled_table, [each.table_hours for each in self.strata])

    def _over_all(self, pooled: HoursLimit | None, parts: list[Fraction]) -> Fraction:
        if pooled is None:
            return sum(parts, Fraction(0))
        return self.known + min(pooled.upper_hours, sum((s.hours for s in self.strata if not s.certainty), Fraction(0)))

    @property
    def errors(self) -> int:
        """Hits in error, records of strata reviewed in full included."""
        return sum(len(each.taints) for each in self.strata)


@dataclass(frozen=True)
class HoursEvaluation:
    """A sample evaluated in hours. ``over``: hours registered and not recognised; ``under``: the other direction.

    ``confidence`` is that of the whole rule, ``bound_confidence`` that of each stratum's bound at this look.
    """

    stage: int
    stages: int
    population: int
    hours: Fraction
    size: int
    records: int
    confidence: Fraction
    bound_confidence: Fraction
    tolerable_hours: Fraction
    over: HoursSide
    under: HoursSide
    missing: int
    lenient: "HoursEvaluation | None" = field(default=None, repr=False)

    @property
    def recognised(self) -> Fraction:
        """Hours that stand, estimated: registered less the projected wrong ones; under-claims are not added."""
        return self.hours - self.over.projected

    @property
    def method(self) -> str:
        """What the limit is: "census", the "stringer" bound of one stratum, or the "pooled" or "bonferroni" one."""
        sampled = sum(not each.certainty for each in self.over.strata)
        if sampled < 2:
            return "stringer" if sampled else "census"
        return "bonferroni" if self.over.pooled is None else "pooled"

    @property
    def label(self) -> str:
        """What the method is called on the page."""
        return POOLED_HOURS if self.method == "pooled" else METHOD_NAMES[self.method]

    @property
    def accepted(self) -> bool:
        """Whether the limit is below what is tolerable."""
        return self.over.upper < self.tolerable_hours


def evaluate_hours(
    results: pd.DataFrame, draw: Drawn, plan: HoursPlan, *, missing_is_error: bool = True
) -> HoursEvaluation:
    """The evaluation of hit records under a plan for hours.

    ``results``: see ``judge``; ``hits`` says how many hour units of a record were drawn, and a record hit r times gives
    r errors. Sizes of ``draw`` are hits; certainty strata are records. The tolerable hours are those of the whole
    frame. Raises SampleError for results that are not complete, and for a draw that is not the plan's.
    """
    _require_planned(draw, plan)
    strict = judge(results, draw)
    pair = [_evaluated(found, draw, plan) for found in (strict, strict.lenient())]
    first, second = pair if missing_is_error else reversed(pair)
    return HoursEvaluation(**{**vars(first), "lenient": second})


def _require_planned(draw: Drawn, plan: HoursPlan) -> None:
    hours = sum((Fraction(each.hours) for each in draw.sampled), Fraction(0))
    if draw.stage > plan.stages:
        raise SampleError(f"方案只有 {plan.stages} 个阶段，没有第 {draw.stage} 阶段。")
    if not draw.sampled:
        return
    if plan.hours not in {hours, draw.hours}:
        raise SampleError(
            f"方案按 {float(plan.hours):g} 学时制定，抽样框抽查部分有 {float(hours):g} 学时；方案不是这个抽样框的。"
        )
    wanted, drawn = plan.cumulative_sizes[draw.stage - 1], sum(each.size for each in draw.sampled)
    if drawn != wanted:
        raise SampleError(f"方案第 {draw.stage} 阶段累计应命中 {wanted} 次，实际 {drawn} 次；请按方案抽样。")


def _evaluated(found: Judged, draw: Drawn, plan: HoursPlan) -> HoursEvaluation:
    level = bound_confidence(plan, len(draw.sampled))
    over, under = (_side(found, draw, plan, level, hours) for hours in (found.over, found.under))
    return HoursEvaluation(
        draw.stage,
        plan.stages,
        draw.population,
        draw.hours,
        sum(each.size for each in draw.sampled),
        len(found.unit_id),
        plan.confidence,
        level,
        plan.tolerable_hours,
        over,
        under,
        int(found.missing.sum()),
    )


def bound_confidence(plan: HoursPlan, strata: int) -> Fraction:
    """Confidence of one stratum's bound at one look; the risk is shared out over the strata whose bounds are added."""
    return plan.look_confidence if is_pooled(plan, strata) else bonferroni_confidence(plan.look_confidence, strata)


def is_pooled(plan: HoursPlan, strata: int) -> bool:
    """Whether the plan has one bound over the strata."""
    return plan.strata_method == "pooled" and strata > 1


def _side(found: Judged, draw: Drawn, plan: HoursPlan, level: Fraction, hours: Int64Array) -> HoursSide:
    strata = tuple(_stratum(each, found, plan, level, hours) for each in draw.strata if each.population)
    if not is_pooled(plan, len(draw.sampled)):
        return HoursSide(strata)
    hit = [each.hit for each in strata if not each.certainty]
    return HoursSide(strata, *(pooled_bound(hit, confidence=level, model=model) for model in ("binomial", "table")))


def _stratum(each: DrawnStratum, found: Judged, plan: HoursPlan, level: Fraction, hours: Int64Array) -> StratumHours:
    taints = tuple(found.taints(each.name, hours))
    known, whole = found.total(each.name, hours), Fraction(each.hours)
    title = each.title or each.name
    facts = (each.name, title, each.certainty, each.population, whole, each.size, known, taints)
    if each.certainty:
        return StratumHours(*facts, None, None, known)
    return StratumHours(*facts, *bounds(taints, each.size, whole, level, plan.quantum))


def bounds(
    taints: tuple[Fraction, ...], size: int, hours: Fraction, confidence: Fraction, quantum: Fraction
) -> tuple[HoursLimit, HoursLimit, Fraction]:
    """The deciding bound, the one by rounded factors, and the cell bound, in hours."""
    exact = stringer_bound(taints, size, hours, confidence=confidence, quantum=quantum)
    table = stringer_bound(taints, size, hours, confidence=confidence, quantum=quantum, model="table")
    return exact, table, cell_bound(taints, size, hours, confidence=confidence, quantum=quantum)
