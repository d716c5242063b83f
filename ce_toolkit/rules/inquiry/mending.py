"""What is missing of claims that are held: with it they count, at no new hour of study."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ce_toolkit.rules import conditions
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.credit import HELD, Judgement
from ce_toolkit.rules.inquiry.acts import facts_of
from ce_toolkit.rules.inquiry.tried import reads
from ce_toolkit.rules.pack import Need
from ce_toolkit.rules.view import day_of
from ce_toolkit.tables import CLAIMS, BoolArray


@dataclass(frozen=True)
class Held:
    """A held claim, the needs that hold it, and the fields that would satisfy them; none where that cannot be told."""

    place: int
    class_: str
    kind: str
    needs: tuple[Need, ...]
    changes: Mapping[str, Any]


def held_claims(work: Judgement, day: int) -> list[Held]:
    """Every held claim in order; a day that is missing is taken to be ``day``."""
    found = []
    hits = list(_hits(work))
    classes, kinds = work.claims.words("class"), work.claims.words("kind")
    for place in np.flatnonzero(work.state == HELD):
        row = int(place)
        needs = tuple(need for need, hit in hits if hit[row])
        kind = kinds[1][kinds[0][row]] if kinds[0][row] >= 0 else ""
        class_ = classes[1][classes[0][row]]
        found.append(Held(row, class_, kind, needs, _changes(work, row, needs, facts_of(work.pack, class_, kind), day)))
    return found


def _hits(work: Judgement) -> Iterator[tuple[Need, BoolArray]]:
    """Every need with the claims it would hold, whichever need came first."""
    case = Case(work.claims, work.pack, work.as_of, (work.worth, work.known), live=lambda: work.state == HELD)
    for need in work.pack.of(Need):
        yield need, conditions.meets(need, case) & work.of(need)


def _changes(work: Judgement, row: int, needs: tuple[Need, ...], good: Mapping[str, Any], day: int) -> dict[str, Any]:
    """Fields to fill in, for all needs together; empty where one of them leaves open what the claim would be worth."""
    found: dict[str, Any] = {}
    for need in needs:
        own = _for_one(work, row, need, good, day)
        if not own:
            return {}
        found |= own
    return found


def _for_one(work: Judgement, row: int, need: Need, good: Mapping[str, Any], day: int) -> dict[str, Any]:
    if need.test == "no_date":
        start, end = (work.claims.days(name)[row] for name in ("start", "end"))
        known = max(int(start), int(end))
        whole = day_of(known) if known > -(10**6) else day_of(day)
        return {"start": whole, "end": whole}
    if need.test == "employer_hours_blank":
        stated, filled = work.claims.hours("hours")
        return {"employer_hours": _exact(int(stated[row]))} if filled[row] and stated[row] > 0 else {}
    if need.test and need.test not in _CURABLE:
        return {}
    fields = (need.field,) if need.field else reads(need)[0]
    return {name: good[name] for name in fields if name in good and name in CLAIMS.columns}


# tests whose missing fact is one that, once given, leaves the figure as it stands
_CURABLE = ("archive_unknown", "unit_archive_unknown")


def _exact(hundredths: int) -> Any:
    from decimal import Decimal

    return Decimal(hundredths) / 100
