"""Whether errors found so far are few enough at a look of a plan: one limit, and the plan's own rule.

One stratum, several looks: the plan's acceptance numbers decide, and the limit is the largest number of errors under
which being accepted earlier, or being here with as few errors, is no longer unlikely (order by stage). Everything else
is judged by the limit at the look's confidence: hypergeometric for one stratum, Fisher's or the pooled one for several
(formulas 7 and 9). Errors of strata reviewed in full are added as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.review.method_names import METHOD_NAMES
from ce_toolkit.review.plan import Plan
from ce_toolkit.review.rates import units_at
from ce_toolkit.review.staged import Truth, staged_within
from ce_toolkit.review.strata_limit import Found, limit_over


@dataclass(frozen=True)
class Look:
    """Errors at a look: ``upper`` is the limit for the whole frame, ``bonferroni`` the one to check it by hand."""

    upper: int
    bonferroni: int
    method: str
    confidence: Fraction
    accepted: bool

    @property
    def label(self) -> str:
        """What the method is called on the page."""
        return METHOD_NAMES[self.method]


def judge_look(plan: Plan, found: Sequence[Found], *, known: int, population: int, look: int) -> Look:
    """The look under ``plan`` with ``found`` in the strata drawn from.

    ``known``: errors of the strata reviewed in full; ``population``: records of all strata, of which the plan's rate is
    taken.
    """
    tolerable = units_at(plan.tolerable_rate, population)
    if not found:
        return Look(known, known, "census", plan.confidence, known < tolerable)
    if counts_decide(plan, found, known, tolerable):
        return _by_counts(plan, found[0], known, look)
    risk = 1 - plan.look_confidence
    upper, bonferroni, method = limit_over(found, risk, plan.strata_method)
    upper, bonferroni = upper + known, bonferroni + known
    return Look(upper, bonferroni, method, 1 - risk, upper < tolerable)


def counts_decide(plan: Plan, found: Sequence[Found], known: int, tolerable: int) -> bool:
    """Whether the plan's acceptance numbers decide: several looks, one stratum, the one that was planned for.

    And acceptance there has to say enough for the whole frame: the errors known plus all that the stratum may still
    hold are tolerable together. Both are settled by the frame and its full checks, not by what the draw shows.
    """
    if plan.stages == 1 or len(found) != 1 or found[0].population != plan.population:
        return False
    return known + plan.tolerable_units - 1 < tolerable


def _by_counts(plan: Plan, found: Found, known: int, look: int) -> Look:
    accepted = found.errors <= plan.acceptance_numbers[look - 1]
    upper = staged_upper(plan, found.errors, look)
    if not accepted:
        upper = max(upper, plan.tolerable_units)  # the rule has not proved less, so neither does the limit
    return Look(known + upper, known + upper, "staged", plan.confidence, accepted)


def staged_upper(plan: Plan, errors: int, look: int) -> int:
    """The largest K under which acceptance before ``look``, or so few errors at it, has a chance above the risk."""
    sizes = plan.cumulative_sizes[:look]
    accepts = (*plan.acceptance_numbers[: look - 1], max(errors, *plan.acceptance_numbers[: look - 1], 0))
    low, high = errors, plan.population - sizes[-1] + errors
    while low < high:
        middle = (low + high + 1) // 2
        truth = Truth(Fraction(middle, plan.population), plan.population, "hypergeometric")
        if staged_within(sizes, accepts, truth, 1 - plan.confidence):
            high = middle - 1
        else:
            low = middle
    return low
