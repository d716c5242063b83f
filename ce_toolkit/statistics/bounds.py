"""What a reader with all published figures can work out of the hidden ones: the least and most that each could be.

A hidden figure is one unknown; every sum is an equation; no figure is negative and none exceeds one that it is part of.
Linear programs (HiGHS) give the bounds; for sums of counts by one fact and another these are whole numbers by nature.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ce_toolkit.statistics.cells import Spot
from ce_toolkit.statistics.described import WITHIN
from ce_toolkit.statistics.relations import Relation
from ce_toolkit.tables import BoolArray

_TRIES = 4
_ROOM = 1000  # how far above the truth a figure without any bound is looked at
_EXACT = 1e-6
_HOURS = frozenset({"hours", "proved_hours", "cap_hours"})


class Sums(Protocol):
    """Cells with their values and the sums among them."""

    @property
    def spots(self) -> Sequence[Spot]:
        """What each cell counts."""

    @property
    def values(self) -> Sequence[int]:
        """The true figure of each cell."""

    @property
    def relations(self) -> Sequence[Relation]:
        """All sums."""


def determined(sums: Sums, hidden: Collection[int]) -> list[int]:
    """Hidden cells that a reader can work out: whose least and most are less than one (person, claim, hour) apart."""
    by_layer: dict[str, list[int]] = defaultdict(list)
    for number in sorted(hidden):
        by_layer[sums.spots[number][0]].append(number)
    used: dict[str, list[Relation]] = defaultdict(list)
    for relation in sums.relations:
        used[sums.spots[relation.whole][0]].append(relation)
    limits = _limits(sums, hidden)
    found: list[int] = []
    for layer, unknown in by_layer.items():
        need = 100 if layer in _HOURS else 1
        program = Program(sums, unknown, used[layer], limits)
        found += [unknown[at] for at in np.flatnonzero(program.ranges(need) < need - _EXACT)]
    return found


def _limits(sums: Sums, hidden: Collection[int]) -> dict[int, tuple[int, int]]:
    """Least and most of each hidden count by the published counts that it is part of, or that are part of it."""
    shown = {spot: sums.values[number] for number, spot in enumerate(sums.spots) if number not in hidden}
    inside = defaultdict(list)
    for part, wholes in WITHIN.items():
        for whole in wholes:
            inside[whole].append(part)
    limits = {}
    for number in hidden:
        layer, key = sums.spots[number]
        above = [shown[whole, key] for whole in WITHIN.get(layer, ()) if (whole, key) in shown]
        under = [shown[part, key] for part in inside.get(layer, ()) if (part, key) in shown]
        free = 2 * sums.values[number] + _ROOM * (100 if layer in _HOURS else 1)
        limits[number] = max(under, default=0), min(above, default=free)
    return limits


class Program:
    """The unknown cells of one layer and the equations that bind them."""

    def __init__(
        self,
        sums: Sums,
        unknown: Sequence[int],
        relations: Sequence[Relation],
        limits: Mapping[int, tuple[int, int]],
    ) -> None:
        from scipy.sparse import csr_array

        place = {number: at for at, number in enumerate(unknown)}
        rows, columns, signs = [], [], []
        count = 0
        for relation in relations:
            members = [(place[part], -1) for part in relation.parts if part in place]
            members += [(place[relation.whole], 1)] if relation.whole in place else []
            rows += [count] * len(members)
            columns += [at for at, _ in members]
            signs += [sign for _, sign in members]
            count += bool(members)
        self.true = np.array([sums.values[number] for number in unknown], dtype=float)
        self.matrix = csr_array((signs, (rows, columns)), shape=(count, len(unknown)), dtype=float)
        self.right = self.matrix @ self.true
        self.bounds = np.array([limits[number] for number in unknown], dtype=float).reshape(-1, 2)

    def solve(self, cost: Any) -> Any:
        """The figures that agree with all that is published and make ``cost`` least."""
        from scipy.optimize import linprog

        given = {"A_eq": self.matrix, "b_eq": self.right} if self.matrix.shape[0] else {}
        answer = linprog(cost, bounds=self.bounds, method="highs", **given)
        return answer.x if answer.status == 0 else self.true

    def ranges(self, enough: float) -> Any:
        """How far apart the least and the most of each unknown are; ``enough`` ends the search for one."""
        size = len(self.true)
        low, high = self.true.copy(), self.true.copy()
        toss = np.random.default_rng(20170410)  # any directions do: they only save work
        for _ in range(_TRIES if size > 1 else 0):
            cost = toss.normal(size=size)
            for sign in (1, -1):
                self._note(low, high, self.solve(sign * cost))
        for at in range(size):
            self._search(at, (low, high), enough)
        return high - low

    def _search(self, at: int, found: tuple[Any, Any], enough: float) -> None:
        """Push one unknown up, then down, until it has moved enough."""
        low, high = found
        for sign in (-1, 1):
            if high[at] - low[at] >= enough - _EXACT:
                return
            cost = np.zeros(len(self.true))
            cost[at] = sign
            self._note(low, high, self.solve(cost))

    @staticmethod
    def _note(low: Any, high: Any, figures: Any) -> None:
        np.minimum(low, figures, out=low)
        np.maximum(high, figures, out=high)


