"""The operating curve of a plan: how likely it accepts, and how much work it makes, at each true error rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ce_toolkit.review.rates import Exact, exact_rate
from ce_toolkit.review.staged import Truth, acceptance_chances


class LooksPlan(Protocol):
    """What a plan needs to have for a curve to be drawn: the frame, the model and the rule of its looks."""

    @property
    def population(self) -> int:
        """Units in the frame."""

    @property
    def model(self) -> str:
        """Model of the error count."""

    @property
    def cumulative_sizes(self) -> tuple[int, ...]:
        """Units reviewed by each look."""

    @property
    def acceptance_numbers(self) -> tuple[int, ...]:
        """Most errors with which each look accepts."""


@dataclass(frozen=True)
class OCPoint:
    """The plan at one true rate.

    ``bad``: errors in the frame, the smallest whole number that is the rate or more. ``accept``: chance of acceptance
    at any look. ``expected_size``: units drawn on average. ``expected_reviewed``: the same with the full check counted
    where no look accepts.
    """

    rate: Fraction
    bad: int
    accept: float
    expected_size: float
    expected_reviewed: float


def operating_curve(plan: LooksPlan, rates: Iterable[Exact]) -> tuple[OCPoint, ...]:
    """One point for each of ``rates``, by the recursion over looks (formula 9).

    >>> from ce_toolkit.review.plan import plan_attribute
    >>> [round(point.accept, 2) for point in operating_curve(plan_attribute(1000, tolerable_rate="5%"), ["0.1%", "5%"])]
    [0.94, 0.05]
    """
    return tuple(_point(plan, exact_rate(rate)) for rate in rates)


def _point(plan: LooksPlan, rate: Fraction) -> OCPoint:
    truth = Truth(rate, plan.population, plan.model)
    chances = [float(x) for x in acceptance_chances(plan.cumulative_sizes, plan.acceptance_numbers, truth.masses)]
    accept = min(sum(chances), 1.0)
    sizes = plan.cumulative_sizes
    drawn = sum(chance * size for chance, size in zip(chances, sizes, strict=True)) + (1 - accept) * sizes[-1]
    return OCPoint(rate, truth.bad, accept, drawn, drawn + (1 - accept) * (plan.population - sizes[-1]))
