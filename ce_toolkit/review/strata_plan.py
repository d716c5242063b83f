"""Sizes of a sample from several strata that is judged by one limit over all of them.

Look j is to accept c + j - 1 errors, wherever they are found: the size is the smallest at which, shared out over the
strata, even the stratum that weighs most leaves the Fisher limit below what is tolerable. The risk is shared out evenly
over the looks. Disproportionate shares cost units: that is the price of looking harder where errors are likelier.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.review.allocation import StratumSize, allocate
from ce_toolkit.review.plan import Plan, first_true, tolerable_and_expected
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, units_at
from ce_toolkit.review.strata_limit import STRATA_METHODS, Found, limit_over


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
    "pooled", or whichever needs the "smaller" sample at first; the plan keeps which, so that it is settled before the
    draw. Raises SampleError as ``plan_attribute`` and ``allocate`` do.
    """
    tolerable, expected = tolerable_and_expected(tolerable_rate, expected_rate)
    level, looks = exact_confidence(confidence), exact_count(stages, "阶段数", least=1)
    searches = [
        _Search(tuple(strata), tolerable, (1 - level) / looks, allocation=_Shares(by, multipliers), method=each)
        for each in (STRATA_METHODS if method == "smaller" else (method,))
    ]
    firsts = [search.first(expected) for search in searches]
    place = min(range(len(firsts)), key=lambda place: sum(firsts[place][1].values()))
    search = searches[place]
    shares = search.looks(*firsts[place], looks)
    accepts = tuple(range(firsts[place][0], firsts[place][0] + len(shares)))
    sizes = tuple(sum(look.values()) for look in shares)
    kept = tuple(tuple(sorted(look.items())) for look in shares)
    return Plan(search.population, tolerable, expected, level, "hypergeometric", sizes, accepts, kept, search.method)


@dataclass(frozen=True)
class _Shares:
    by: str
    multipliers: Mapping[str, Exact] | None


class _Search:
    def __init__(
        self,
        strata: tuple[StratumSize, ...],
        tolerable: Fraction,
        risk: Fraction,
        *,
        allocation: _Shares,
        method: str,
    ) -> None:
        self.strata, self.risk, self.allocation, self.method = strata, risk, allocation, method
        self.population = sum(each.population for each in strata)
        self.tolerable = units_at(tolerable, self.population)

    def first(self, expected: Fraction) -> tuple[int, dict[str, int]]:
        """The smallest number of errors that covers what is expected at its own size, and the shares."""
        accept = 0
        while True:
            drawn = self.drawn(accept)
            wanted = min(math.ceil(expected * sum(drawn.values())), max(self.tolerable - 1, 0))
            if wanted <= accept:
                return accept, drawn
            accept = wanted

    def looks(self, accept: int, drawn: dict[str, int], most: int) -> list[dict[str, int]]:
        """Shares by each look, each accepting one error more; fewer looks where the strata are exhausted."""
        found = [drawn]
        for errors in range(accept + 1, accept + most):
            if sum(found[-1].values()) == self.population:
                break
            found.append(self.drawn(errors, floors=found[-1]))
        return found

    def drawn(self, errors: int, floors: Mapping[str, int] | None = None) -> dict[str, int]:
        """The smallest shares with which ``errors`` in any one stratum are accepted."""

        def share(size: int) -> dict[str, int]:
            return allocate(
                self.strata, size, by=self.allocation.by, multipliers=self.allocation.multipliers, floors=floors
            )

        least = sum(floors.values()) if floors else sum(min(2, each.population) for each in self.strata)
        size = first_true(lambda size: self._accepts(share(size), errors), max(least, 1), self.population)
        return share(size)

    def _accepts(self, drawn: Mapping[str, int], errors: int) -> bool:
        """Whether the limit stays below what is tolerable, whichever stratum holds the errors."""
        worst = self.strata if errors else self.strata[:1]
        return all(
            self._limit(drawn, errors, each.name) < self.tolerable for each in worst if drawn[each.name] >= errors
        )

    def _limit(self, drawn: Mapping[str, int], errors: int, place: str) -> int:
        found = [Found(errors if each.name == place else 0, drawn[each.name], each.population) for each in self.strata]
        return limit_over(found, self.risk, self.method)[0]
