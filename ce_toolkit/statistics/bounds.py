"""What a reader with all published figures can work out of the hidden ones: the least and most that each could be.

A hidden figure is one unknown; every sum is an equation; no figure is negative and none exceeds one that it is part of.
Linear programs (HiGHS) give the bounds; where an answer has fractions of people, integer programs do.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ce_toolkit.statistics.cells import Spot
from ce_toolkit.statistics.described import WITHIN
from ce_toolkit.statistics.relations import Relation

_TRIES, _FEW, _NEAR = 12, 3, 4
_SMALL, _NODES = 3000, 100
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


def determined(sums: Sums, hidden: Collection[int], asked: Collection[int] | None = None) -> list[int]:
    """Hidden cells that a reader can work out: whose least and most are less than one (person, claim, hour) apart.

    ``asked``: those of them that matter; all where left out.
    """
    unknown = sorted(hidden)
    if not unknown:
        return []
    need = np.array([_unit(sums.spots[number][0]) for number in unknown], dtype=float)
    matters = np.array([asked is None or number in asked for number in unknown], dtype=bool)
    need = np.where(matters, need, 0)
    ranges = Program(sums, unknown, _limits(sums, hidden)).ranges(need)
    return [unknown[at] for at in np.flatnonzero(ranges < need - _EXACT)]


def _unit(layer: str) -> int:
    """One of what a layer counts: hours are held in hundredths."""
    return 100 if layer in _HOURS else 1


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
        free = 2 * sums.values[number] + _ROOM * _unit(layer)
        limits[number] = max(under, default=0), min(above, default=free)
    return limits


def pairs(spots: Sequence[Spot]) -> list[tuple[int, int]]:
    """Cells of which the first counts some of those that the second counts."""
    place = {spot: number for number, spot in enumerate(spots)}
    return [
        (number, place[whole, key])
        for number, (layer, key) in enumerate(spots)
        for whole in WITHIN.get(layer, ())
        if (whole, key) in place
    ]


class Program:
    """The unknown cells, the equations that bind them, and which of them are no greater than which."""

    def __init__(self, sums: Sums, unknown: Sequence[int], limits: Mapping[int, tuple[int, int]]) -> None:
        from scipy.sparse import csr_array, eye_array
        from scipy.sparse.csgraph import connected_components

        place = {number: at for at, number in enumerate(unknown)}
        rows, columns, signs = [], [], []
        count = 0
        for relation in sums.relations:
            members = [(place[part], -1) for part in relation.parts if part in place]
            members += [(place[relation.whole], 1)] if relation.whole in place else []
            rows += [count] * len(members)
            columns += [at for at, _ in members]
            signs += [sign for _, sign in members]
            count += bool(members)
        both = [(place[part], place[whole]) for part, whole in pairs(sums.spots) if part in place and whole in place]
        lines = np.repeat(np.arange(len(both)), 2)
        ends = np.array(both, dtype=np.int64).reshape(-1)
        self.within = csr_array((np.tile([1.0, -1.0], len(both)), (lines, ends)), shape=(len(both), len(unknown)))
        self.true = np.array([sums.values[number] for number in unknown], dtype=float)
        self.matrix = csr_array((signs, (rows, columns)), shape=(count, len(unknown)), dtype=float)
        self.bounds = np.array([limits[number] for number in unknown], dtype=float).reshape(-1, 2)

        ties = abs(self.matrix).T @ abs(self.matrix) + abs(self.within).T @ abs(self.within) + eye_array(len(unknown))
        self._ties = csr_array(ties)
        self._counts = np.array([_unit(sums.spots[number][0]) == 1 for number in unknown], dtype=bool)
        areas = [dict(sums.spots[number][1]).get("county_name", "") for number in unknown]
        names = ["", *sorted(set(areas) - {""})]
        self._areas = np.array([names.index(area) - 1 for area in areas], dtype=np.int64)
        self._parts = connected_components(self._ties, directed=False)[1]

    def solve(self, cost: Any, part: Any = slice(None)) -> Any:
        """The figures that agree with all that is published and make ``cost`` least, those outside ``part`` true.

        Counts are whole numbers, or no figures at all: people come in no fractions.
        """
        from scipy.optimize import linprog

        equal, less = _rows(self.matrix[:, part]), _rows(self.within[:, part])
        true, bounds = self.true[part], self.bounds[part]
        given = {"A_eq": equal, "b_eq": equal @ true} if equal.shape[0] else {}
        given |= {"A_ub": less, "b_ub": np.zeros(less.shape[0])} if less.shape[0] else {}
        answer = linprog(cost[part], bounds=bounds, method="highs", **given)
        figures = self.true.copy()
        if answer.status == 0:
            torn = self._counts[part] & (np.abs(answer.x - np.rint(answer.x)) > _EXACT)
            if torn.any():  # rarely; what is whole stays, the rest is looked for among whole numbers
                fixed = np.where(torn[:, None], bounds, answer.x[:, None])
                figures[part] = self._whole(cost[part], part, (equal, less), fixed)
            else:
                figures[part] = answer.x
        return figures

    def _whole(self, cost: Any, part: Any, matrices: tuple[Any, Any], bounds: Any) -> Any:
        """Figures in whole numbers within the bounds, or else within their own; the true ones where none are found."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        (equal, less), true = matrices, self.true[part]
        limits = [LinearConstraint(equal, equal @ true, equal @ true)] if equal.shape[0] else []
        limits += [LinearConstraint(less, -np.inf, 0)] if less.shape[0] else []
        for within in (bounds, self.bounds[part])[: 2 if len(true) < _SMALL else 1]:
            answer = milp(
                cost, integrality=self._counts[part], bounds=Bounds(within[:, 0], within[:, 1]), constraints=limits,
                options={"node_limit": _NODES},
            )  # fmt: skip
            if answer.x is not None:
                return np.where(self._counts[part], np.rint(answer.x), answer.x)
        return true

    def ranges(self, enough: Any) -> Any:
        """How far apart the least and the most of each unknown are; ``enough`` of each ends the search for it.

        Many are pushed at once, any way that chance has it, then again those that did not move; each that is left then
        is pushed alone, up and down.
        """
        found = self.true.copy(), self.true.copy()
        toss = np.random.default_rng(20170410)  # any directions do: they only save work
        for _ in range(_TRIES):
            still = found[1] - found[0] < enough - _EXACT
            if still.sum() < max(_FEW, len(still) // 50):
                break
            cost = toss.normal(size=len(self.true)) * still
            for sign in (1, -1):
                _note(found, self.solve(sign * cost))
        for at in map(int, np.flatnonzero(found[1] - found[0] < enough - _EXACT)):
            for part in self._around(at):
                for sign in (-1, 1):
                    if found[1][at] - found[0][at] < enough[at] - _EXACT:
                        cost = np.zeros(len(self.true))
                        cost[at] = sign
                        _note(found, self.solve(cost, part))
        return found[1] - found[0]

    def _around(self, at: int) -> Iterator[Any]:
        """Unknowns among which one can mostly move: its area and another in turn; then all that are tied to it."""
        tied = self._areas[self._ties.indices[self._ties.indptr[at] : self._ties.indptr[at + 1]]]
        others = [area for area in dict.fromkeys(tied) if area not in {-1, self._areas[at]}]
        for other in others[:_NEAR]:
            yield np.flatnonzero(np.isin(self._areas, [-1, self._areas[at], other]))
        yield np.flatnonzero(self._parts == self._parts[at])


def _rows(matrix: Any) -> Any:
    """A matrix without its empty rows."""
    return matrix[np.diff(matrix.indptr) > 0]


def _note(found: tuple[Any, Any], figures: Any) -> None:
    low, high = found
    np.minimum(low, figures, out=low)
    np.maximum(high, figures, out=high)
