"""Small cells: which figures are hidden so that no group of a few people can be read, nor worked out from the others.

A figure that speaks of fewer people than the threshold is hidden, with every figure of a row that speaks of so few.
Further cells are hidden until none of these can be worked out from what is left: from the sums within a table, between
tables published together, and between the counties and the city. 合计 goes last of all. Counties publish before the
city does and take nothing back: where one county alone is small, no second one can be hidden beside it any more, and
the city's 合计 has to go.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.statistics.bounds import determined
from ce_toolkit.statistics.cells import Cell, Spot, cells_from
from ce_toolkit.statistics.relations import Relation, relations

HIDDEN = "※"
_ROLL, _AREA = ("people.in_scope", "people.out_of_scope"), {"county_name"}
"""How many people an area has on its roll, in and out of scope, says nothing of any of them, and runs record it."""


@dataclass(frozen=True)
class Puzzle:
    """All cells that readers may hold side by side, each once.

    ``values`` in whole numbers, ``persons`` behind each (-1: nobody). ``fixed``: what others have published already,
    True where they hid it, and cannot be changed; ``told``: sums of published cells, which it is no use to hide.
    """

    spots: tuple[Spot, ...]
    values: tuple[int, ...]
    persons: tuple[int, ...]
    small: tuple[bool, ...]
    fixed: Mapping[int, bool]
    relations: tuple[Relation, ...] = ()
    uses: Mapping[int, tuple[Relation, ...]] = field(default_factory=dict)
    told: frozenset[int] = frozenset()

    def may_hide(self, number: int, hidden: Collection[int]) -> bool:
        """Whether it is of use to hide this cell."""
        free = number not in hidden and number not in self.fixed and number not in self.told
        return free and self.values[number] > 0


def hide(cells: Sequence[Cell], threshold: int, below: pd.DataFrame | None = None) -> dict[Spot, bool]:
    """For each cell whether it is hidden: ``threshold`` is the least number of people that a figure may speak of.

    ``below``: cells that the counties published before (their stored tables). 0 or 1 hides nothing. Where all that can
    be hidden is, what can still be worked out is told by what was published before, or by the roll of an area.
    """
    if threshold <= 1:
        return {cell.spot: False for cell in cells}
    puzzle = puzzle_of(cells, threshold, cells_from(below) if below is not None else [])
    hidden = {number for number, small in enumerate(puzzle.small) if small} | {
        number for number, was in puzzle.fixed.items() if was
    }
    # what has been published cannot be taken back; it is the same figure by the same rule in both tables
    hidden -= {number for number, was in puzzle.fixed.items() if not was}
    hidden = _closed(puzzle, hidden, threshold)
    while True:
        ours = {number for number in hidden if puzzle.small[number] or number not in puzzle.fixed}
        found = determined(puzzle, hidden, ours)
        given_away = [number for number in found if puzzle.small[number]]
        more = {victim for number in given_away if (victim := _victim_near(puzzle, hidden, number)) is not None}
        more = more or _all_of_their_kind(puzzle, hidden, given_away)
        if not more:
            break
        hidden = _closed(puzzle, hidden | more, threshold)
    # whoever can work a figure of many people out may as well read it
    hidden -= {number for number in found if not puzzle.small[number] and number not in puzzle.fixed}
    hidden = _with_totals(
        puzzle, hidden, [number for number, cell in _numbered(puzzle, cells) if cell.is_total], threshold
    )
    return {cell.spot: number in hidden for number, cell in _numbered(puzzle, cells)}


def _numbered(puzzle: Puzzle, cells: Sequence[Cell]) -> Iterable[tuple[int, Cell]]:
    place = {spot: number for number, spot in enumerate(puzzle.spots)}
    return ((place[cell.spot], cell) for cell in cells)


def puzzle_of(cells: Sequence[Cell], threshold: int, published: Sequence[tuple[Cell, bool]] = ()) -> Puzzle:
    """Cells of the tables and of those published before, each once, with all sums among them."""
    first: dict[Spot, Cell] = {}
    small: dict[Spot, bool] = defaultdict(bool)
    fixed: dict[Spot, bool] = {}
    for cell, was in published:
        fixed[cell.spot] = fixed.get(cell.spot, False) or was
        small[cell.spot] |= was and _is_small(cell, threshold)
        first.setdefault(cell.spot, cell)
    for cell in cells:
        if first.setdefault(cell.spot, cell).value != cell.value:
            raise TableError("同一个数在两张表里不相同，请用 --force 重新运行全部县市区。")
        small[cell.spot] |= _is_small(cell, threshold)
    spots = tuple(first)
    values = tuple(first[spot].value for spot in spots)
    found = tuple(relations(spots, values))
    uses: dict[int, list[Relation]] = defaultdict(list)
    for relation in found:
        for number in (relation.whole, *relation.parts):
            uses[number].append(relation)
    fixed_at = {number: fixed[spot] for number, spot in enumerate(spots) if spot in fixed}
    roll = {number for number, spot in enumerate(spots) if _is_roll(spot)}
    told = frozenset(roll) | _told(found, roll | {number for number, was in fixed_at.items() if not was})
    none = {number for number in range(len(spots)) if _told_by_none(values, uses[number], number)}
    return Puzzle(
        spots,
        values,
        tuple(first[spot].persons for spot in spots),
        tuple(small[spot] and number not in told | none for number, spot in enumerate(spots)),
        fixed_at,
        found,
        {number: tuple(of) for number, of in uses.items()},
        told,
    )


def _told(sums: Sequence[Relation], shown: Collection[int]) -> frozenset[int]:
    """Cells that follow from those shown by a single step each: their sums, and a part that is all of its whole."""
    known, told = set(shown), set[int]()
    while True:
        more = {one.whole for one in sums if one.whole not in known and known.issuperset(one.parts)}
        more |= {one.parts[0] for one in sums if len(one.parts) == 1 and one.whole in known} - known
        if not more:
            return frozenset(told)
        told |= more
        known |= more


def _is_small(cell: Cell, threshold: int) -> bool:
    """Whether a figure speaks of too few people: so does that none of a few people reached something."""
    none = cell.value == 0 and not cell.spot[0].startswith("people.")
    if cell.persons < 0 or none or _is_roll(cell.spot):
        return False
    return 0 < cell.persons < threshold or 0 < cell.population < threshold


def _is_roll(spot: Spot) -> bool:
    layer, key = spot
    return layer in _ROLL and {name for name, _ in key} <= _AREA


def _told_by_none(values: Sequence[int], uses: Sequence[Relation], number: int) -> bool:
    """Whether a cell is none because the whole it belongs to is none."""
    return values[number] == 0 and any(values[one.whole] == 0 and one.whole != number for one in uses)


def _closed(puzzle: Puzzle, hidden: set[int], threshold: int) -> set[int]:
    """Hide further cells until no sum gives a hidden one away by itself."""
    hidden = set(hidden)
    waiting = list(dict.fromkeys(relation for number in sorted(hidden) for relation in puzzle.uses.get(number, ())))
    while waiting:
        relation = waiting.pop()
        while not _is_safe(puzzle, hidden, relation, threshold):
            victim = _victim(puzzle, hidden, relation)
            if victim is None:
                break  # what the exact look at all sums finds then is mended there, or told
            hidden.add(victim)
            waiting += puzzle.uses[victim]
    return hidden


def _is_safe(puzzle: Puzzle, hidden: set[int], relation: Relation, threshold: int) -> bool:
    """Whether a sum has no hidden cell, or several, with together as many people as may be told."""
    parts = [part for part in relation.parts if part in hidden]
    if not parts and relation.whole not in hidden:
        return True
    filled = [part for part in parts if puzzle.values[part] > 0]
    if relation.whole in hidden:
        return bool(filled) or puzzle.values[relation.whole] == 0
    return len(filled) > 1 and sum(max(puzzle.persons[part], 0) for part in filled) >= threshold


def _with_totals(puzzle: Puzzle, hidden: set[int], totals: Iterable[int], threshold: int) -> set[int]:
    """Show 合计 again where it was hidden for others that have been hidden since; what matters is that it is needless.

    Those of most people come first.
    """
    wanted = {
        number for number in totals if number in hidden and not puzzle.small[number] and number not in puzzle.fixed
    }
    for number in sorted(wanted, key=lambda one: (-puzzle.persons[one], one)):
        rest = hidden - {number}
        if all(_is_safe(puzzle, rest, relation, threshold) for relation in puzzle.uses.get(number, ())):
            ours = {one for one in rest if puzzle.small[one]}
            if not determined(puzzle, rest, ours):
                hidden = rest
    return hidden


def _victim(puzzle: Puzzle, hidden: set[int], relation: Relation) -> int | None:
    """The part with fewest people that can still be hidden, else the whole."""
    free = [part for part in relation.parts if puzzle.may_hide(part, hidden)]
    if free:
        return min(free, key=lambda part: (puzzle.persons[part], puzzle.values[part], part))
    return relation.whole if puzzle.may_hide(relation.whole, hidden) else None


def _victim_near(puzzle: Puzzle, hidden: set[int], number: int) -> int | None:
    """A further cell of a sum that gives this hidden one away; parts before wholes."""
    choices = [
        victim for relation in puzzle.uses.get(number, ()) if (victim := _victim(puzzle, hidden, relation)) is not None
    ]
    wholes = {relation.whole for relation in puzzle.uses.get(number, ())}
    return min(choices, key=lambda one: (one in wholes, puzzle.persons[one], one), default=None)


def _all_of_their_kind(puzzle: Puzzle, hidden: set[int], found: Sequence[int]) -> set[int]:
    """Every cell that counts what these do, or what is tied to it, and can still be hidden: the last resort."""
    layers = {puzzle.spots[number][0].split(".")[0] for number in found}
    return {
        number
        for number, (layer, _) in enumerate(puzzle.spots)
        if layer.split(".")[0] in layers and puzzle.may_hide(number, hidden)
    }
