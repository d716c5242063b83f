"""The city's units: how many, of which kind, called what, of which size, and who files and reviews for them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ce_toolkit.demo.dice import chance, pick, shares
from ce_toolkit.demo.spec import Area, Kind, areas, kinds, place_words

CITY = "371400"
LEAST_PEOPLE = 100  # below this the least unit sizes of the fourteen areas do not fit

_NUMERALS = "一二三四五六七八九"
_LEAST_SIZE = 3
_CITY_SCOPES = {"city_direct": 0.52, "large_enterprise": 0.2, "university": 0.08, "central_provincial": 0.2}


@dataclass(frozen=True)
class Unit:
    """An employer of the city; ``filing_unit`` is who sends its forms: itself, or the county's bureau for small ones.

    ``eligible`` (应参训人数), ``archive`` (学习档案) and ``reviewer`` are ``None`` where the register has a blank.
    """

    name: str
    area: Area
    kind: Kind
    size: int
    filing_unit: str
    reviewer: str | None
    eligible: int | None
    archive: bool | None

    @property
    def kind_code(self) -> str:
        """The unit's class in the bureau's register: county_unit or one of the four of the city."""
        return "county_unit" if self.kind.scope == "county" else self.kind.scope


def draw_units(rng: np.random.Generator, people: int, ready: Sequence[Unit] = ()) -> list[Unit]:
    """Units whose sizes add up to ``people`` less the people of the ``ready`` ones, ordered by area and filing unit.

    ``ready`` units (those of the fixtures) take a place in their area and are not returned.
    """
    frame = [(area, kind) for area in areas() for kind in _kinds_of(rng, area, _counts(people)[area.code], ready)]
    names = _names(rng, frame, {unit.name for unit in ready})
    weights = np.exp(rng.normal(0, 0.9, len(frame))) * np.array([kind.size for _, kind in frame])
    sizes = shares(people - sum(unit.size for unit in ready), weights, least=_LEAST_SIZE)
    units = [_unit(rng, *place, name, int(size)) for place, name, size in zip(frame, names, sizes, strict=True)]
    return list(_bundled(_unrouted(units)))


def _counts(people: int) -> Mapping[str, int]:
    """Units per area: about 300 for 20,000 people, 22 for 300, one at least in every county and zone."""
    total = max(22, round(0.505 * people**0.645))
    city = max(7, round(0.22 * total))
    counties = areas()[:-1]
    weights = np.array([area.weight for area in counties])
    spread = shares(total - city, weights, least=1)
    return {**{area.code: int(n) for area, n in zip(counties, spread, strict=True)}, CITY: city}


def _kinds_of(rng: np.random.Generator, area: Area, count: int, ready: Sequence[Unit]) -> Iterator[Kind]:
    if area.code == CITY:
        for scope, n in _scope_counts(count).items():
            yield from _in_turn(rng, [kind for kind in kinds() if kind.scope == scope], n)
        return
    common = [kind for kind in kinds() if kind.scope == "county"]
    weights = {kind.id: kind.weight for kind in common}
    taken: Counter[str] = Counter(unit.kind.id for unit in ready if unit.area == area)
    left = count - taken.total()
    while left > 0:
        kind = common[int(pick(rng, weights, 1)[0])]
        if not (kind.once and taken[kind.id]):
            taken[kind.id] += 1
            left -= 1
            yield kind


def _scope_counts(count: int) -> Mapping[str, int]:
    split = shares(count, np.array(list(_CITY_SCOPES.values())), least=1)
    return {scope: int(n) for scope, n in zip(_CITY_SCOPES, split, strict=True)}


def _in_turn(rng: np.random.Generator, candidates: Sequence[Kind], count: int) -> Iterator[Kind]:
    """Every kind once before any comes again, so that a city of some size has all of them."""
    order = [candidates[i] for i in rng.permutation(len(candidates))]
    return (order[i % len(order)] for i in range(count))


def _names(rng: np.random.Generator, frame: Sequence[tuple[Area, Kind]], taken: set[str]) -> list[str]:
    out = []
    for area, kind in frame:
        free = (name for name in _candidates(rng, area, kind) if name not in taken)
        out.append(next(free))
        taken.add(out[-1])
    return out


def _candidates(rng: np.random.Generator, area: Area, kind: Kind) -> Iterator[str]:
    """Names a unit of this kind may bear, the patterns in order, towns and brands shuffled; never runs out."""
    towns, brands = place_words()
    fill = {"{n}": list(_NUMERALS), "{t}": list(rng.permutation(towns)), "{b}": list(rng.permutation(brands))}
    patterns = [pattern.replace("{a}", area.name) for pattern in kind.names]
    for branch in ("", *(f"第{n}分部" for n in range(1, 1000))):
        for pattern in patterns:
            mark = next((mark for mark in fill if mark in pattern), None)
            yield from (pattern.replace(mark, word) + branch for word in fill[mark]) if mark else (pattern + branch,)


def _unit(rng: np.random.Generator, area: Area, kind: Kind, name: str, size: int) -> Unit:
    archive = (True, False, None)[int(pick(rng, {"yes": 85, "no": 9, "blank": 6}, 1)[0])]
    # central and provincial units are named as submitters nowhere (F15), so nobody asked them for a head-count
    asked = kind.scope != "central_provincial" and chance(rng, 0.985, 1)[0]
    eligible = size + int(rng.integers(0, 3 + size // 6)) if asked else None
    reviewer = area.code
    if kind.scope not in ("county", "city_direct") and chance(rng, 0.3, 1)[0]:
        reviewer = areas()[int(rng.integers(len(areas()) - 1))].code  # the county where the unit stands
    return Unit(name, area, kind, size, name, reviewer, eligible, archive)


def _unrouted(units: Sequence[Unit]) -> list[Unit]:
    """A large enterprise and a central unit have no reviewer yet: the notice names none for them."""
    out = list(units)
    for scope in ("large_enterprise", "central_provincial"):
        first = next(i for i, unit in enumerate(out) if unit.kind.scope == scope)
        out[first] = replace(out[first], reviewer=None)
    return out


def _bundled(units: Sequence[Unit]) -> Iterator[Unit]:
    """The smallest units of a county (at most three) are filed by its bureau, in a zone by its 组织人事部."""
    for area in areas():
        here = [unit for unit in units if unit.area == area]
        if area.code == CITY or len(here) < 2:
            yield from here
            continue
        small = sorted(here, key=lambda unit: unit.size)[: 3 if len(here) > 3 else 2]
        office = "组织人事部" if area.name.endswith("开发区") else "人力资源和社会保障局"
        yield from (unit for unit in here if unit not in small)
        yield from (replace(unit, filing_unit=area.name + office) for unit in small)
