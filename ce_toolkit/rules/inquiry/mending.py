"""What is missing of claims that are held: with it they count, at no new hour of study."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from ce_toolkit.rules import conditions
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.credit import HELD, Judgement
from ce_toolkit.rules.inquiry.acts import DAY_SCOPES, facts_of
from ce_toolkit.rules.inquiry.tried import reads
from ce_toolkit.rules.pack import Cap, Need
from ce_toolkit.rules.view import NO_DAY, day_number, day_of
from ce_toolkit.tables import CLAIMS, BoolArray


@dataclass(frozen=True)
class Held:
    """A held claim, the needs that hold it, and the fields that would satisfy them; none where that cannot be told."""

    place: int
    class_: str
    kind: str
    needs: tuple[Need, ...]
    changes: Mapping[str, Any]

    @property
    def days(self) -> range:
        """The days that were filled in."""
        if "start" not in self.changes:
            return range(0)
        return range(day_number(self.changes["start"]), day_number(self.changes["end"]) + 1)


def held_claims(work: Judgement, free: Sequence[int]) -> list[Held]:
    """Every held claim in order; days that are missing are taken from those that are ``free``, the last first.

    No two claims are given the same day.
    """
    found = []
    left = list(free)
    hits = list(_hits(work))
    classes, kinds = work.claims.words("class"), work.claims.words("kind")
    for place in np.flatnonzero(work.state == HELD):
        row = int(place)
        needs = tuple(need for need, hit in hits if hit[row])
        kind = kinds[1][kinds[0][row]] if kinds[0][row] >= 0 else ""
        class_ = classes[1][classes[0][row]]
        one = Held(row, class_, kind, needs, _changes(work, row, needs, facts_of(work.pack, class_, kind), left))
        left = [day for day in left if day not in one.days]
        found.append(one)
    return found


def _hits(work: Judgement) -> Iterator[tuple[Need, BoolArray]]:
    """Every need with the claims it would hold, whichever need came first."""
    case = Case(work.claims, work.pack, work.as_of, (work.worth, work.known), live=lambda: work.state == HELD)
    for need in work.pack.of(Need):
        yield need, conditions.meets(need, case) & work.of(need)


def _changes(
    work: Judgement, row: int, needs: tuple[Need, ...], good: Mapping[str, Any], free: Sequence[int]
) -> dict[str, Any]:
    """Fields to fill in, for all needs together; empty where one of them leaves open what the claim would be worth."""
    found: dict[str, Any] = {}
    for need in needs:
        own = _for_one(work, row, need, good, free)
        if not own:
            return {}
        found |= own
    return found


def _for_one(work: Judgement, row: int, need: Need, good: Mapping[str, Any], free: Sequence[int]) -> dict[str, Any]:
    if need.test == "no_date":
        return _dated(work, row, free)
    if need.test == "employer_hours_blank":
        stated, filled = work.claims.hours("hours")
        return {"employer_hours": Decimal(int(stated[row])) / 100} if filled[row] and stated[row] > 0 else {}
    if need.test and need.test not in _CURABLE:
        return {}
    fields = (need.field,) if need.field else reads(need)[0]
    return {name: good[name] for name in fields if name in good and name in CLAIMS.columns}


def _dated(work: Judgement, row: int, free: Sequence[int]) -> dict[str, Any]:
    """As many days as the claim's hours ask for where a day has a cap: up to a day that is known, else free ones."""
    pack, claims = work.pack, work.claims
    caps = [int(cap.limit * 100) for cap in pack.of(Cap) if cap.limit and cap.scope in DAY_SCOPES and work.of(cap)[row]]
    number, filled = claims.counts("days")
    length = max(int(number[row]) if filled[row] else 1, -(-int(work.worth[row]) // min(caps)) if caps else 1, 1)
    known = [int(edge[row]) for edge in (claims.days("start"), claims.days("end")) if edge[row] != NO_DAY]
    days = set(free)
    runs = (day for day in free if all(day - back in days for back in range(length)))
    last = known[0] if known else next(runs, None)
    return {} if last is None else {"start": day_of(last - length + 1), "end": day_of(last)}


# tests whose missing fact is one that, once given, leaves the figure as it stands
_CURABLE = ("archive_unknown", "unit_archive_unknown")
