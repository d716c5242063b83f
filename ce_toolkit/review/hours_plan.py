"""Sizes of a sample of hour units (monetary-unit sampling): how many half hours to hit, in how many looks (formula 4).

The frame is every unit of ``quantum`` hours that the register holds: M/q of them, a whole number, so that the
hypergeometric sizes are exact. Tolerable and expected hours are shares of M; planning takes every error as a full one,
which needs the largest sample. Several looks are judged by a limit each, with the risk shared out evenly over them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.plan import Search, tolerable_and_expected
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_number, units_at


@dataclass(frozen=True)
class HoursPlan:
    """A committed plan for hours.

    ``hours``: M, hours in the frame; ``quantum``: hours of one unit. ``cumulative_sizes``: units hit by each look;
    ``acceptance_numbers``: full errors with which that look would still accept, were there no others. ``allocations``:
    per look, the (stratum, units hit) by then; ``strata_method``: how several strata are judged together.
    """

    hours: Fraction
    quantum: Fraction
    tolerable_hours: Fraction
    expected_hours: Fraction
    confidence: Fraction
    cumulative_sizes: tuple[int, ...]
    acceptance_numbers: tuple[int, ...]
    allocations: tuple[tuple[tuple[str, int], ...], ...] = ()
    strata_method: str = "bonferroni"

    @property
    def population(self) -> int:
        """Hour units in the frame."""
        return int(self.hours / self.quantum)

    @property
    def tolerable_rate(self) -> Fraction:
        """Tolerable hours as a share of all hours."""
        return self.tolerable_hours / self.hours

    @property
    def model(self) -> str:
        """Units of a frame are drawn without replacement."""
        return "hypergeometric"

    @property
    def stages(self) -> int:
        """Number of looks."""
        return len(self.cumulative_sizes)

    @property
    def size(self) -> int:
        """Units hit at first."""
        return self.cumulative_sizes[0]

    @property
    def look_confidence(self) -> Fraction:
        """Confidence of each look: the risk shared out evenly (Bonferroni)."""
        return 1 - (1 - self.confidence) / self.stages

    @property
    def interval(self) -> Fraction:
        """Hours per hit, M/n: records of as many hours or more belong into the certainty stratum."""
        return self.hours / self.size

    def facts(self) -> dict[str, object]:
        """All that the plan fixes, in words and whole numbers, for a commitment that is hashed and published."""
        return {
            "kind": "hours",
            "hours": str(self.hours),
            "quantum": str(self.quantum),
            "tolerable_hours": str(self.tolerable_hours),
            "expected_hours": str(self.expected_hours),
            "confidence": str(self.confidence),
            "cumulative_sizes": list(self.cumulative_sizes),
            "acceptance_numbers": list(self.acceptance_numbers),
            "allocations": [dict(look) for look in self.allocations],
            "strata_method": self.strata_method,
        }


def plan_hours(  # noqa: PLR0913 - what a plan fixes; all but one by keyword
    registered_hours: Exact,
    *,
    tolerable_hours: Exact,
    expected_hours: Exact = 0,
    confidence: Exact = "0.95",
    stages: int = 1,
    quantum: Exact = "0.5",
) -> HoursPlan:
    """The smallest samples of hour units that prove less than ``tolerable_hours`` wrongly registered.

    ``registered_hours``: M, of the part of the frame that is drawn from (without the certainty stratum), in hours.
    Look j accepts c + j - 1 full errors at its share of the risk. Raises SampleError where M is no multiple of
    ``quantum`` or the amounts do not fit one another.

    >>> plan_hours(20000, tolerable_hours=1000).size
    59
    """
    hours, step = exact_number(registered_hours, "登记学时"), exact_number(quantum, "学时单位")
    units = exact_count(whole_units(hours, step), "学时单元数", least=1)
    level, looks = exact_confidence(confidence), exact_count(stages, "阶段数", least=1)
    tolerable, expected = tolerable_shares(hours, tolerable_hours, expected_hours)
    search = Search(units, tolerable, (1 - level) / looks, "hypergeometric")
    sizes, accepts = search.looks(expected, 1)
    most = units_at(tolerable, units) - 1
    for accept in range(accepts[0] + 1, min(accepts[0] + looks, most + 1)):
        if sizes[-1] == units:
            break
        sizes, accepts = (*sizes, search.stage_size(accept, 1)), (*accepts, accept)
    return HoursPlan(hours, step, tolerable * hours, expected * hours, level, sizes, accepts)


def whole_units(hours: Fraction, quantum: Fraction) -> int:
    """Hours in units of ``quantum``. Raises SampleError where they are no whole number of units."""
    if quantum <= 0:
        raise SampleError("学时单位应大于 0。")
    units = hours / quantum
    if units.denominator != 1:
        raise SampleError(f"学时 {float(hours):g} 不是 {float(quantum):g} 的整数倍；请把学时单位 quantum 改小。")
    return int(units)


def tolerable_shares(hours: Fraction, tolerable: Exact, expected: Exact) -> tuple[Fraction, Fraction]:
    """Tolerable and expected hours as shares of all hours. Raises SampleError where they do not fit one another."""
    amounts = exact_number(tolerable, "可容忍误登学时"), exact_number(expected, "预计误登学时")
    if not 0 <= amounts[0] <= hours or amounts[1] < 0:
        raise SampleError(
            f"可容忍误登学时 {tolerable} 应大于 0 且不超过登记学时 {float(hours):g}，预计误登学时不小于 0。"
        )
    return tolerable_and_expected(amounts[0] / hours, amounts[1] / hours)


def take_large_records(
    hours: Mapping[str, Exact], *, tolerable_hours: Exact, confidence: Exact = "0.95", quantum: Exact = "0.5"
) -> tuple[frozenset[str], HoursPlan | None]:
    """The records to check in full, so that none of the rest is as large as the interval, and the plan for the rest.

    Records of M/n hours or more leave, M falls, n is planned anew, until none is left that large (formula 4). The
    tolerable hours stay those of the whole frame. No plan where nothing is left to draw from.
    """
    rest = {name: exact_number(amount, "学时") for name, amount in hours.items()}
    taken: set[str] = set()
    while rest:
        plan = plan_hours(
            sum(rest.values(), Fraction(0)),
            tolerable_hours=min(exact_number(tolerable_hours), sum(rest.values(), Fraction(0))),
            confidence=confidence,
            quantum=quantum,
        )
        large = {name for name, amount in rest.items() if amount >= plan.interval}
        if not large:
            return frozenset(taken), plan
        taken |= large
        rest = {name: amount for name, amount in rest.items() if name not in large}
    return frozenset(taken), None
