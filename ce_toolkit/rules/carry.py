"""Hours that pass from one period into later ones, per person and in int64 hundredths.

Hours brought in serve the requirement they were left over from, and the total, before any hour of this year does, the
oldest first. What this year then has beyond the requirement, and beyond the total, may pass on; of it hours of classes
that never pass are used up first. Hours still unused pass on while they are young enough. ``limit`` is on all that one
``carry`` brings out of a period, and again on what it brings in; the newest hours are kept.

An hour's age is counted in years from the period it was earned in to the first year of the period it is used in: 1 in
the period that follows, whatever the length of either.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.rules import periods
from ce_toolkit.rules.history import places, require
from ce_toolkit.rules.pack import Carry, Pack
from ce_toolkit.rules.view import Columns
from ce_toolkit.tables import CARRIED, Int64Array, frame, from_arrow, from_hundredths, to_arrow

Aged = dict[int, Int64Array]  # year the hours are from -> hundredths per person, newest first


@dataclass(frozen=True)
class Brought:
    """What each ``carry`` of the pack brings into the period, within its limit and age."""

    by_carry: Mapping[str, Aged]
    size: int

    def of(self, carry: Carry) -> Int64Array:
        """Hundredths per person."""
        return sum(self.by_carry.get(carry.id, {}).values(), np.zeros(self.size, dtype=np.int64))

    def toward(self, requirement: str, bucket: str, pack: Pack) -> Int64Array:
        """Hundredths that count toward a requirement: those left over from it and, for the total, all."""
        own = [self.of(carry) for carry in pack.carries if carry.over == requirement or bucket == "*"]
        return sum(own, np.zeros(self.size, dtype=np.int64))


@dataclass(frozen=True)
class Surplus:
    """What a ``carry`` looks at, per person: the requirement's figure, this year's hours toward it, those that pass."""

    need: Int64Array
    have: Int64Array
    may_pass: Int64Array


def brought_in(carried: pd.DataFrame | None, people: Columns, pack: Pack) -> Brought:
    """The hours of the table (contract CARRIED) that the people at hand may use in this period.

    Raises TableError for a ``carry`` that the pack does not have and for hours from this year or a later one.
    """
    if carried is None or carried.empty:
        return Brought({}, people.size)
    require(CARRIED, carried)
    rows = Columns(carried)
    codes, words = rows.words("carry")
    known = [carry.id for carry in pack.carries]
    if not rows.is_word("carry", known).all():
        unknown = sorted({words[code] for code in np.unique(codes)} - set(known))
        raise TableError(f"规则包 {pack.id} 没有结转规则 {'、'.join(unknown)}；现有：{'、'.join(known) or '无'}。")
    if (rows.counts("from_year")[0] >= pack.time.year).any():
        raise TableError(f"表 carried 的 from_year 须早于 {pack.time.year} 年度。")
    return Brought({carry.id: _aged(carry, rows, people, pack) for carry in pack.carries}, people.size)


def _aged(carry: Carry, rows: Columns, people: Columns, pack: Pack) -> Aged:
    place, (years, _), (hours, _) = places(rows, people), rows.counts("from_year"), rows.hours("hours")
    mine = rows.is_word("carry", (carry.id,)) & (place >= 0)
    oldest = periods.first_year(pack.time) - carry.max_age
    found = {}
    for year in sorted(set(years[mine].tolist()), reverse=True):
        picked = mine & (years == year)
        if year >= oldest:
            found[year] = np.bincount(place[picked], weights=hours[picked], minlength=people.size).astype(np.int64)
    return _within(found, carry, people.size)


def _within(aged: Aged, carry: Carry, size: int) -> Aged:
    """The newest hours up to the limit."""
    room = np.full(size, int(carry.limit * 100), dtype=np.int64)
    kept = {}
    for year, hours in aged.items():
        kept[year] = np.minimum(hours, room)
        room = room - kept[year]
    return kept


def passed_on(brought: Brought, surplus: Mapping[str, Surplus], total: Surplus, pack: Pack) -> Mapping[str, Aged]:
    """What every ``carry`` takes out of the period, by the year the hours are from.

    ``surplus`` is by carry id; ``total`` is of the highest figure that is asked in all this year.
    """
    rest, found = total, {}
    for carry in pack.carries:
        own, came = surplus[carry.id], brought.of(carry)
        used = np.minimum(came, np.maximum(own.need, rest.need - rest.have))
        over = np.minimum(own.have - np.maximum(own.need - used, 0), rest.have - np.maximum(rest.need - used, 0))
        out = np.maximum(np.minimum(own.may_pass, over), 0)
        aged = {pack.time.year: out, **_unused(carry, brought.by_carry.get(carry.id, {}), used, pack)}
        found[carry.id] = _within(aged, carry, brought.size)
        # an hour that passes on, or was used up, is not there for the next carry
        need = np.maximum(rest.need - used, 0)
        rest = Surplus(need, rest.have - found[carry.id][pack.time.year], rest.may_pass)
    return found


def _unused(carry: Carry, aged: Aged, used: Int64Array, pack: Pack) -> Aged:
    """What is left of the hours brought in, the oldest used first, and still young enough next time; newest first."""
    left: list[tuple[int, Int64Array]] = []
    for year in sorted(aged):
        taken = np.minimum(aged[year], used)
        used = used - taken
        if pack.time.year + 1 - year <= carry.max_age:
            left.insert(0, (year, aged[year] - taken))
    return dict(left)


def carried_table(passed: Mapping[str, Aged], people: Columns) -> pd.DataFrame:
    """One row per person, carry and year the hours are from (contract CARRIED), in that order; nothing at 0 hours."""
    ids = people.text("person_id")
    parts = []
    for carry, aged in passed.items():
        for year, hours in aged.items():
            rows = np.flatnonzero(hours > 0)
            parts.append(pd.DataFrame({
                "person_id": ids.take(rows).to_pandas(), "carry": carry, "from_year": year,
                "hours": from_hundredths(hours[rows]),
            }))  # fmt: skip
    if not parts:
        return frame(CARRIED, {})
    table = pd.concat(parts, ignore_index=True).sort_values(["person_id", "carry", "from_year"], ignore_index=True)
    return from_arrow(to_arrow(CARRIED, table))
