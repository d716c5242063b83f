"""Following a piece of advice: the claims of a person as they are once it is done, wholly or but for a part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from ce_toolkit.rules import Credited, Pack, credit
from ce_toolkit.rules.example_format import Tables
from ce_toolkit.rules.inquiry.advice import Advice
from ce_toolkit.tables import CARRIED, CLAIMS, HISTORY, PEOPLE, Table, frame, to_arrow

Row = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """A person's claims with what an advice adds; ``whole`` where nothing of it was left out."""

    label: str
    rows: Sequence[Row]
    added: int
    whole: bool = False


def variants(claims: Sequence[Row], advice: Advice) -> Iterator[Variant]:
    """The advice followed; then without each act, with each act of free length a hundredth less, without each mend."""
    fills = {step.claim_id: step.fill for step in advice.steps if step.does == "mend"}
    acts = [dict(row) for row in advice.rows]
    yield Variant("whole", [*_mended(claims, fills), *acts], len(acts), whole=True)
    for place, act in enumerate(acts):
        rest = acts[:place] + acts[place + 1 :]
        yield Variant(f"without act {place}", [*_mended(claims, fills), *rest], len(rest))
        for name in ("hours", "employer_hours"):
            if act.get(name):
                shorter = {**act, name: act[name] - Decimal("0.01")}
                yield Variant(f"act {place} shorter", [*_mended(claims, fills), *rest, shorter], len(acts))
    for claim_id in fills:
        others = {name: fill for name, fill in fills.items() if name != claim_id}
        yield Variant(f"{claim_id} not mended", [*_mended(claims, others), *acts], len(acts))


def _mended(claims: Sequence[Row], fills: Any) -> list[Row]:
    return [{**row, **fills.get(row["claim_id"], {})} for row in claims]


def rows_of(table: Table, data: pd.DataFrame) -> list[Row]:
    """A frame as plain rows."""
    return to_arrow(table, data).to_pylist()


def credited(found: Sequence[Variant], tables: Tables, pack: Pack, as_of: date) -> Credited:
    """All variants of one person through the engine, each as a person of its own, in order."""
    claims = [
        {"claim_id": f"z{place:03}", **row, "person_id": f"{number:05}"}
        for number, variant in enumerate(found)
        for place, row in enumerate(variant.rows)
    ]
    for row in claims:
        row["claim_id"] = f"{row['person_id']}:{row['claim_id']}"
    (person,) = rows_of(PEOPLE, tables.people)
    names = [f"{number:05}" for number in range(len(found))]
    past = [
        None if data is None else _frame(table, [row | {"person_id": n} for n in names for row in rows_of(table, data)])
        for table, data in ((HISTORY, tables.history), (CARRIED, tables.carried))
    ]
    people = _frame(PEOPLE, [person | {"person_id": name} for name in names])
    return credit(_frame(CLAIMS, claims), people, pack, as_of, history=past[0], carried=past[1])


def _frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    used = {name for row in rows for name in row}
    return frame(table, {name: [row.get(name) for row in rows] for name in table.columns if name in used})
