"""The least that fulfils a set of minima under a set of limits: an integer programme, solved exactly.

What can be done comes as columns. One act of a column holds up to ``steps`` steps of ``unit`` hundredths each; a column
that is all or nothing has one step an act. Figures are whole numbers throughout, and what the solver returns is checked
again in whole numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ce_toolkit.errors import RunError

Aim = Literal["hours", "acts"]
_INFEASIBLE = 2  # of the solver: nothing keeps all lines


@dataclass(frozen=True)
class Column:
    """Something that can be done ``most`` times; what is ``free`` (a held claim to mend) costs no hours and no act."""

    unit: int
    steps: int
    most: int
    free: bool = False


@dataclass(frozen=True)
class Line:
    """A sum over columns, by hundredths or (``acts``) by acts, that must reach ``low`` or stay within ``high``."""

    weights: tuple[int, ...]
    low: int | None = None
    high: int | None = None
    acts: bool = False


@dataclass(frozen=True)
class Choice:
    """How many steps and acts of each column."""

    steps: tuple[int, ...]
    acts: tuple[int, ...]

    @property
    def support(self) -> tuple[int, ...]:
        """The columns that something is done of."""
        return tuple(place for place, number in enumerate(self.acts) if number)


@dataclass(frozen=True)
class Problem:
    """Columns, and the lines that a choice must keep."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def cost(self, choice: Choice) -> tuple[int, int, int]:
        """Hundredths and acts that a choice asks for, and how many free columns it uses."""
        own = [(column, place) for place, column in enumerate(self.columns) if not column.free]
        hours = sum(choice.steps[place] * column.unit for column, place in own)
        acts = sum(choice.acts[place] for _, place in own)
        return hours, acts, sum(choice.acts) - acts

    def holds(self, choice: Choice) -> bool:
        """Whether the choice keeps every line and every bound."""
        hours = [number * column.unit for number, column in zip(choice.steps, self.columns, strict=True)]
        inside = all(
            0 <= number <= column.most and 0 <= steps <= column.steps * number
            for number, steps, column in zip(choice.acts, choice.steps, self.columns, strict=True)
        )
        return inside and all(_kept(line, choice.acts if line.acts else hours) for line in self.lines)

    def barring(self, wrong: Sequence[Choice]) -> "Problem":
        """The same without the sets of free columns that these choices use together."""
        sets = dict.fromkeys(
            tuple(int(column.free and number > 0) for column, number in zip(self.columns, choice.acts, strict=True))
            for choice in wrong
        )
        lines = [Line(used, high=sum(used) - 1, acts=True) for used in sets if sum(used) > 1]
        return replace(self, lines=(*self.lines, *lines))


def _kept(line: Line, amounts: Sequence[int]) -> bool:
    total = sum(weight * amount for weight, amount in zip(line.weights, amounts, strict=True))
    return (line.low is None or total >= line.low) and (line.high is None or total <= line.high)


def choices(problem: Problem, aim: Aim, limit: int) -> Iterator[Choice]:
    """Up to ``limit`` choices that are all least in hours (or in acts), the shortest by the other measure first.

    Each differs in character from those before it: none does what another does and something else besides.
    """
    barred: list[tuple[int, ...]] = []
    best: int | None = None
    while len(barred) < limit:
        found = _least(problem, aim, barred, best)
        if found is None:
            return
        yield found
        best = problem.cost(found)[0 if aim == "hours" else 1]
        own = tuple(place for place in found.support if not problem.columns[place].free)
        if not own:
            return
        barred.append(own)


def _least(problem: Problem, aim: Aim, barred: Sequence[tuple[int, ...]], best: int | None) -> Choice | None:
    """The least choice that does not contain what is barred, and is no longer than ``best``; None if there is none.

    Raises RunError where the solver gives up, or what it returns does not hold in whole numbers.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # only who asks for advice pays for loading it

    columns, size = problem.columns, len(problem.columns)
    if not size:
        empty = Choice((), ())
        return empty if problem.holds(empty) else None
    primary, weights = _weights(problem, aim)
    rows = [*_rows(problem), *_bars(size, barred)]
    rows += [(primary, -np.inf, best)] if best is not None else []
    matrix = np.array([row for row, _, _ in rows], dtype=float)
    limits = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
    most = [column.steps * column.most for column in columns] + [column.most for column in columns] + [1] * size
    solved = milp(weights, integrality=np.ones(3 * size), bounds=Bounds(0, most), constraints=limits,
                  options={"mip_rel_gap": 0.0})  # fmt: skip
    if solved.status == _INFEASIBLE:
        return None
    whole = [] if solved.x is None else [round(value) for value in solved.x]
    found = Choice(tuple(whole[:size]), tuple(whole[size : 2 * size]))
    if not whole or not problem.holds(found):
        raise RunError(f"求解最短办法时没有得到可以核对的结果（{solved.message}），请把这一例的数据交给维护人员。")
    return found


def _weights(problem: Problem, aim: Aim) -> tuple[Any, Any]:
    """What is made least first, and all of it: hours and acts in the order of the aim, then claims to mend and sorts.

    The first measure is weighed so that no gain in the others can outweigh one unit of it.
    """
    size = len(problem.columns)
    paid = np.array([not column.free for column in problem.columns], dtype=float)
    units = np.array([column.unit for column in problem.columns], dtype=float)
    common = np.gcd.reduce([column.unit for column in problem.columns]) or 1
    none = np.zeros(size)
    hours = np.concatenate([units * paid, none, none])
    acts = np.concatenate([none, paid, none])
    last = np.concatenate([none, (1 - paid) * (size + 1), paid])  # claims to mend, then how many sorts of acts
    few = 1 + size + (size + 1) * sum(column.most for column in problem.columns if column.free)
    if aim == "hours":
        many = 1 + sum(column.most for column in problem.columns if not column.free)
        return hours, hours / common * (many * few) + acts * few + last
    long = 1 + sum(column.unit * column.steps * column.most for column in problem.columns) // common
    return acts, acts * (long * few) + hours / common * few + last


def _rows(problem: Problem) -> Iterator[tuple[Any, float, float]]:
    """The lines over steps and acts; an act holds so many steps; what is done at all is in the support."""
    size = len(problem.columns)
    none = np.zeros(size)
    units = np.array([column.unit for column in problem.columns], dtype=float)
    for line in problem.lines:
        weights = np.array(line.weights, dtype=float)
        row = [none, weights, none] if line.acts else [weights * units, none, none]
        low, high = (-np.inf if line.low is None else line.low), (np.inf if line.high is None else line.high)
        yield np.concatenate(row), low, high
    for place, column in enumerate(problem.columns):
        one = np.eye(size)[place]
        yield np.concatenate([one, -column.steps * one, none]), -np.inf, 0
        yield np.concatenate([none, one, -column.most * one]), -np.inf, 0


def _bars(size: int, barred: Sequence[tuple[int, ...]]) -> Iterator[tuple[Any, float, float]]:
    for support in barred:
        row = np.zeros(3 * size)
        row[[2 * size + place for place in support]] = 1
        yield row, -np.inf, len(support) - 1
