"""The search for the smallest shares of several strata under which a sample with so many errors is accepted."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.review.allocation import StratumSize, allocate
from ce_toolkit.review.plan import first_true
from ce_toolkit.review.rates import Exact

Shares = dict[str, int]
"""Units to draw by stratum."""


@dataclass(frozen=True, kw_only=True)
class ShareSearch:
    """Strata, how they share a sample, and whether shares with so many errors, all in one stratum, are accepted.

    ``most_errors``: one less than what is no longer tolerable; no look is planned for more.
    """

    strata: tuple[StratumSize, ...]
    by: str
    multipliers: Mapping[str, Exact] | None
    most_errors: int
    accepts: Callable[[Shares, int], bool]

    @property
    def population(self) -> int:
        """Units of all strata."""
        return sum(each.population for each in self.strata)

    def first(self, expected: Fraction) -> tuple[int, Shares]:
        """The smallest number of errors that covers what is expected at its own size, and the shares."""
        found = self.first_within(expected, self.population)
        return found or (self.most_errors, {each.name: each.population for each in self.strata})

    def first_within(self, expected: Fraction, most: int) -> tuple[int, Shares] | None:
        """The same if it takes no more than ``most`` units, None otherwise: the size rises with the errors."""
        accept = 0
        while shares := self.shares(accept, most=most):
            wanted = min(math.ceil(expected * sum(shares.values())), self.most_errors)
            if wanted <= accept:
                return accept, shares
            accept = wanted
        return None

    def looks(self, accept: int, first: Shares, count: int) -> list[tuple[int, Shares]]:
        """Errors and shares of each look, each accepting one error more than the one before.

        Fewer looks where the strata are exhausted, and where a look needs no more than the one before it.
        """
        found = [(accept, first)]
        for errors in range(accept + 1, min(accept + count, self.most_errors + 1)):
            before = found[-1][1]
            if sum(before.values()) == self.population:
                break
            shares = self.shares(errors, most=self.population, floors=before)
            found = [*(found[:-1] if shares == before else found), (errors, shares)]
        return found

    def shares(self, errors: int, *, most: int, floors: Mapping[str, int] | None = None) -> Shares:
        """The smallest shares, of ``most`` units at most, with which ``errors`` in any one stratum are accepted.

        Empty where so many units are not enough; all units are always enough.
        """

        def share(size: int) -> Shares:
            return allocate(self.strata, size, by=self.by, multipliers=self.multipliers, floors=floors)

        least = max(sum(floors.values()) if floors else sum(min(2, each.population) for each in self.strata), 1)
        if most < self.population and (most < least or not self.accepts(share(most), errors)):
            return {}
        return share(first_true(lambda size: self.accepts(share(size), errors), least, most))


def spreads(shares: Shares, weights: Mapping[str, Fraction], errors: int) -> list[Shares]:
    """The ways to place errors that a plan reckons with: all in one stratum's sample, for each stratum.

    What a sample is too small to hold goes to those of the strata where an error weighs most. None where all samples
    together cannot hold them.
    """
    if errors > sum(shares.values()):
        return []
    heavy = sorted(shares, key=lambda name: (-weights[name] / max(shares[name], 1), name))
    ways = []
    for place in heavy if errors else heavy[:1]:
        left, way = errors, {}
        for name in (place, *(other for other in heavy if other != place)):
            way[name] = min(left, shares[name])
            left -= way[name]
        ways.append(way)
    return ways
