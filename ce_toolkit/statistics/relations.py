"""Which cells add up to which: within a table, across tables, and from counties to the city."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ce_toolkit.statistics.cells import Key, Spot
from ce_toolkit.statistics.described import PERSON_KEYS
from ce_toolkit.statistics.reached import MINIMA, REACHED

_NO_SUM = ("persons", "movers", "capped", "at_cap", "cut", "cap_hours")
"""Layers whose cells add up by the facts of a person alone: who claims of two kinds stands in both."""

_SAME = {
    ("gap.public", REACHED): "people.public_passed",
    ("gap.professional", REACHED): "people.professional_met",
    **{(f"gap.{name}", ""): "people.in_scope" for name in MINIMA},
}
"""Counts by what is missing that are counts of people under another name: by layer and class, "" for all classes."""

Facts = frozenset[str]


@dataclass(frozen=True)
class Relation:
    """A cell that is the sum of others; all are named by their number."""

    whole: int
    parts: tuple[int, ...]


def relations(spots: Sequence[Spot], values: Sequence[int]) -> list[Relation]:
    """Every sum among these cells. A table leaves no group out, so its cells of one layer add up to every coarser cell.

    Where a table tells a part of a figure only (hours lost by reason, of all hours) nothing adds up, which the values
    show. What follows from two sums is left out: a county is the sum of its sectors, the city that of its counties.
    """
    by_facts: dict[str, dict[Facts, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (layer, key) in enumerate(spots):
        by_facts[layer][frozenset(name for name, _ in key)].append(number)
    found: dict[Relation, None] = {}
    for layer, groups in by_facts.items():
        for coarse, wholes in groups.items():
            finer = {facts: _adds_up(layer, facts - coarse) for facts in sorted(groups, key=len) if coarse < facts}
            found |= dict.fromkeys(_sums(_Layer(spots, values, groups), wholes, coarse, finer))
    return [*found, *_same(spots)]


def _same(spots: Sequence[Spot]) -> Iterator[Relation]:
    """Cells that are one figure under two names, as sums of one part."""
    place = {spot: number for number, spot in enumerate(spots)}
    for number, (layer, key) in enumerate(spots):
        name = _SAME.get((layer, dict(key).get("short_by", "")))
        twin = place.get((name, tuple(pair for pair in key if pair[0] != "short_by"))) if name else None
        if twin is not None:
            yield Relation(twin, (number,))


def _adds_up(layer: str, more: Facts) -> bool:
    return layer not in _NO_SUM or more <= PERSON_KEYS


@dataclass(frozen=True)
class _Layer:
    spots: Sequence[Spot]
    values: Sequence[int]
    groups: Mapping[Facts, Sequence[int]]

    def within(self, coarse: Facts, fine: Facts) -> dict[Key, list[int]]:
        """The finer cells by the coarser key that they fall under."""
        found: dict[Key, list[int]] = defaultdict(list)
        for part in self.groups[fine]:
            found[tuple(pair for pair in self.spots[part][1] if pair[0] in coarse)].append(part)
        return found


def _sums(layer: _Layer, wholes: Sequence[int], coarse: Facts, finer: Mapping[Facts, bool]) -> Iterator[Relation]:
    """Sums of these cells over each finer breakdown, but for those that follow from one between.

    ``finer``: whether it adds up. Where it does not, a part alone that is as great as the whole is still the same.
    """
    told: dict[int, list[Facts]] = defaultdict(list)
    for fine, adds_up in finer.items():
        within = layer.within(coarse, fine)
        for whole in wholes:
            parts = within.get(layer.spots[whole][1], [])
            follows = any(between < fine for between in told[whole])
            known = adds_up or len(parts) == 1
            if known and not follows and parts and sum(layer.values[part] for part in parts) == layer.values[whole]:
                told[whole].append(fine)
                yield Relation(whole, tuple(parts))
