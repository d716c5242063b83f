"""Evaluation of a sample as a count of errors: found, projected, at most; each stratum, and all of them together."""

from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.judged import Judged, judge
from ce_toolkit.review.limits import upper_count
from ce_toolkit.review.plan import Plan
from ce_toolkit.review.rates import units_at
from ce_toolkit.review.strata_limit import Found
from ce_toolkit.review.verdicts import Look, judge_look
from ce_toolkit.tables import BoolArray


@dataclass(frozen=True)
class StratumErrors:
    """Errors of one stratum, in records.

    ``missing``: those of them for want of evidence; ``under_claims``: those that recognise more than was registered.
    ``projected``: errors in the whole stratum, estimated; ``upper``: the stratum's own limit at the look's confidence,
    valid for one stratum looked at by itself. Both are exact, and the same, for a ``certainty`` stratum.
    """

    name: str
    title: str
    certainty: bool
    population: int
    size: int
    errors: int
    missing: int
    under_claims: int
    projected: Fraction
    upper: int

    @property
    def found(self) -> Found:
        """What a limit over strata needs."""
        return Found(self.errors, self.size, self.population)


@dataclass(frozen=True)
class Evaluation:
    """A sample evaluated as a count of errors among all records of the frame.

    ``look``: limit, method, confidence and whether the plan accepts. ``lenient``: the same with missing and unverified
    evidence not taken for an error, for the report; the decision rests on this one. ``what``: what an error is.
    """

    stage: int
    stages: int
    population: int
    confidence: Fraction
    tolerable_rate: Fraction
    strata: tuple[StratumErrors, ...]
    look: Look
    lenient: "Evaluation | None" = field(default=None, repr=False)
    what: str = "差错"

    @property
    def size(self) -> int:
        """Records reviewed, n, strata reviewed in full included."""
        return sum(each.size for each in self.strata)

    @property
    def errors(self) -> int:
        """Errors found."""
        return sum(each.errors for each in self.strata)

    @property
    def known_errors(self) -> int:
        """Errors of the strata reviewed in full."""
        return sum(each.errors for each in self.strata if each.certainty)

    @property
    def missing(self) -> int:
        """Errors for want of evidence."""
        return sum(each.missing for each in self.strata)

    @property
    def under_claims(self) -> int:
        """Records that recognise more hours than were registered."""
        return sum(each.under_claims for each in self.strata)

    @property
    def projected(self) -> Fraction:
        """Errors in the frame, estimated: every stratum at its own weight."""
        return sum((each.projected for each in self.strata), Fraction(0))

    @property
    def projected_rate(self) -> Fraction:
        """Estimated errors per record of the frame."""
        return self.projected / self.population

    @property
    def upper_rate(self) -> Fraction:
        """The limit as a rate of the frame."""
        return Fraction(self.look.upper, self.population)

    @property
    def tolerable_errors(self) -> int:
        """The smallest number of errors in the frame that is no longer tolerable."""
        return units_at(self.tolerable_rate, self.population)

    @property
    def sampled(self) -> tuple[StratumErrors, ...]:
        """The strata that are drawn from."""
        return tuple(each for each in self.strata if not each.certainty)


def evaluate_attribute(results: pd.DataFrame, draw: Drawn, plan: Plan, *, missing_is_error: bool = True) -> Evaluation:
    """The evaluation of reviewed records under a plan (formulas 2, 7 and 9).

    ``results``: see ``judge``. An error is any verdict but agreement; missing and unverified evidence counts as one
    (ISA 530) unless ``missing_is_error`` is off, and both figures are there. Nothing is dropped from the denominator.
    Raises SampleError for results that are not complete, and for a draw that is not the plan's.
    """
    found = judge(results, draw)
    return evaluate_flags(found, draw, plan, found.error, missing_is_error=missing_is_error)


def evaluate_flags(  # noqa: PLR0913 - the parts of one evaluation
    found: Judged, draw: Drawn, plan: Plan, error: BoolArray, *, missing_is_error: bool = True, what: str = "差错"
) -> Evaluation:
    """As ``evaluate_attribute``, for any yes or no that reviewed records have."""
    require_planned(draw, plan)
    strict = _evaluated(found, draw, plan, error, what)
    lenient = _evaluated(found, draw, plan, error & ~found.missing, what)
    first, second = (strict, lenient) if missing_is_error else (lenient, strict)
    return Evaluation(**{**vars(first), "lenient": second})


def require_planned(draw: Drawn, plan: Plan) -> None:
    """Raises SampleError unless the draw is a look of the plan, by its sizes and its frame."""
    sampled = draw.sampled
    units, drawn = sum(each.population for each in sampled), sum(each.size for each in sampled)
    if draw.stage > plan.stages:
        raise SampleError(f"方案只有 {plan.stages} 个阶段，没有第 {draw.stage} 阶段。")
    if not sampled:
        return
    if plan.population not in {units, draw.population}:
        raise SampleError(f"方案按 {plan.population} 条制定，抽样框抽查部分有 {units} 条；方案不是这个抽样框的。")
    wanted = min(plan.cumulative_sizes[draw.stage - 1], units)
    if drawn != wanted:
        raise SampleError(f"方案第 {draw.stage} 阶段累计应抽 {wanted} 条，实际抽了 {drawn} 条；请按方案抽样。")


def _evaluated(found: Judged, draw: Drawn, plan: Plan, error: BoolArray, what: str) -> Evaluation:
    risk = 1 - plan.look_confidence
    strata = tuple(_stratum(each, found, error, risk) for each in draw.strata if each.population)
    known = sum(each.errors for each in strata if each.certainty)
    sampled = [each.found for each in strata if not each.certainty]
    look = judge_look(plan, sampled, known=known, population=draw.population, look=draw.stage)
    return Evaluation(
        draw.stage, plan.stages, draw.population, plan.confidence, plan.tolerable_rate, strata, look, None, what
    )


def _stratum(each: DrawnStratum, found: Judged, error: BoolArray, risk: Fraction) -> StratumErrors:
    here = found.of(each.name)
    errors = int((here & error).sum())
    projected = Fraction(errors * each.population, each.size) if each.size else Fraction(0)
    return StratumErrors(
        each.name,
        each.title or each.name,
        each.certainty,
        each.population,
        each.size,
        errors,
        int((here & error & found.missing).sum()),
        int((here & (found.under > 0)).sum()),
        projected,
        upper_count(errors, each.size, each.population, risk),
    )
