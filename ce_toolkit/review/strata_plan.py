"""Sizes of a sample from several strata that is judged by one limit over all of them.

Look j is to accept c + j - 1 errors, whichever stratum holds them: the size is the smallest at which, shared out over
the strata, even the one that weighs most leaves the limit over all of them below what is tolerable. The risk is shared
out evenly over the looks. Disproportionate shares cost units: that is the price of looking harder where errors are
likelier. Which method judges the strata together is settled by the plan, before anything is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.hours_plan import HoursPlan, tolerable_shares, whole_units
from ce_toolkit.review.hours_strata import HitStratum, hours_upper
from ce_toolkit.review.plan import Plan, tolerable_and_expected
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_number, units_at
from ce_toolkit.review.strata_limit import Found, limit_over
from ce_toolkit.review.strata_search import Shares, ShareSearch, spreads


def plan_strata(  # noqa: PLR0913 - what a plan fixes; all but one by keyword
    strata: Sequence[StratumSize],
    *,
    tolerable_rate: Exact,
    expected_rate: Exact = 0,
    confidence: Exact = "0.95",
    stages: int = 1,
    by: str = "units",
    multipliers: Mapping[str, Exact] | None = None,
    method: str = "smaller",
) -> Plan:
    """A plan over ``strata`` (those that are drawn from, without the certainty stratum), with its allocation per look.

    The rates are of all units of these strata together. ``method``: how the strata are judged together, "fisher",
    "pooled" or "weighted", or whichever of the first and the last needs the "smaller" sample at first. Raises
    SampleError as ``plan_attribute`` and ``allocate`` do.
    """
    tolerable, expected = tolerable_and_expected(tolerable_rate, expected_rate)
    level, looks = exact_confidence(confidence), exact_count(stages, "阶段数", least=1)
    population = sum(each.population for each in strata)
    bad = units_at(tolerable, population)

    def accepts(how: str) -> Callable[[Shares, int], bool]:
        def below(shares: Shares, wrong: Shares) -> bool:
            found = [Found(wrong[each.name], shares[each.name], each.population) for each in strata]
            return limit_over(found, (1 - level) / looks, how)[0] < bad

        return _in_every_way(below, {each.name: Fraction(each.population) for each in strata})

    searches = {
        how: ShareSearch(
            strata=tuple(strata), by=by, multipliers=multipliers, most_errors=bad - 1, accepts=accepts(how)
        )
        for how in (("weighted", "fisher") if method == "smaller" else (method,))
    }
    used, sizes, accept, kept = _settled(searches, expected, looks)
    return Plan(population, tolerable, expected, level, "hypergeometric", sizes, accept, kept, used)


def plan_hours_strata(  # noqa: PLR0913 - what a plan fixes; all but one by keyword
    strata: Sequence[StratumSize],
    *,
    tolerable_hours: Exact,
    expected_hours: Exact = 0,
    confidence: Exact = "0.95",
    stages: int = 1,
    quantum: Exact = "0.5",
    multipliers: Mapping[str, Exact] | None = None,
    method: str = "smaller",
) -> HoursPlan:
    """A plan for hours over ``strata``, of which the hours are read and the units are taken from them.

    ``method``: "pooled", "bonferroni", or whichever needs the "smaller" sample at first; see ``hours_strata``. With one
    stratum the plan of ``plan_hours``, with its allocation. Raises SampleError as ``plan_hours`` and ``allocate`` do.
    """
    step, looks = exact_number(quantum, "学时单位"), exact_count(stages, "阶段数", least=1)
    hours = {each.name: exact_number(each.hours, f"层“{each.name}”的学时") for each in strata}
    whole, level = sum(hours.values(), Fraction(0)), exact_confidence(confidence)
    tolerable, expected = tolerable_shares(whole, tolerable_hours, expected_hours)
    units = [StratumSize(each.name, whole_units(hours[each.name], step), hours[each.name]) for each in strata]

    def accepts(how: str) -> Callable[[Shares, int], bool]:
        def below(shares: Shares, wrong: Shares) -> bool:
            found = [HitStratum(hours[name], size, (Fraction(1),) * wrong[name]) for name, size in shares.items()]
            risk = (1 - level) / looks
            return hours_upper(found, confidence=1 - risk, quantum=step, method=how) < tolerable * whole

        return _in_every_way(below, hours)

    most = units_at(tolerable, int(whole / step)) - 1
    searches = {
        how: ShareSearch(
            strata=tuple(units), by="units", multipliers=multipliers, most_errors=most, accepts=accepts(how)
        )
        for how in (("pooled", "bonferroni") if method == "smaller" else (method,))
    }
    used, sizes, accept, kept = _settled(searches, expected, looks)
    return HoursPlan(whole, step, tolerable * whole, expected * whole, level, sizes, accept, kept, used)


def _in_every_way(
    below: Callable[[Shares, Shares], bool], weights: Mapping[str, Fraction]
) -> Callable[[Shares, int], bool]:
    """Whether the limit stays below however so many errors are placed; not where the samples cannot hold them."""

    def accepts(shares: Shares, errors: int) -> bool:
        ways = spreads(shares, weights, errors)
        return bool(ways) and all(below(shares, way) for way in ways)

    return accepts


def _settled(
    searches: Mapping[str, ShareSearch], expected: Fraction, looks: int
) -> tuple[str, tuple[int, ...], tuple[int, ...], tuple[tuple[tuple[str, int], ...], ...]]:
    """Method, cumulative sizes, acceptance numbers and allocations: the first method unless another needs no more."""
    (used, search), *others = searches.items()
    accept, shares = search.first(expected)
    for name, other in others:
        if better := other.first_within(expected, sum(shares.values())):
            used, search, (accept, shares) = name, other, better
    found = search.looks(accept, shares, looks)
    sizes, accepts = tuple(sum(look.values()) for _, look in found), tuple(errors for errors, _ in found)
    return used, sizes, accepts, tuple(tuple(sorted(look.items())) for _, look in found)
