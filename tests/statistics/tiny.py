"""A handful of invented people with their standing, and units that did or did not give a head-count."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ce_toolkit.registers.areas import area_names, named
from ce_toolkit.registers.units import sector_name, sector_names
from ce_toolkit.statistics import roster
from ce_toolkit.tables import CREDITS, HOURS, LEDGER, PEOPLE, frame

AREAS = tuple(area_names())
FIGURES = ("claimed", "granted", "over_cap", "refused", "held")
PERSON: Mapping[str, Any] = {
    "name": "丁一郎", "county": "371402", "sector": "public_institution", "series": "中小学教师", "level": "中级",
    "on_signup": True, "total": 90, "short_public": 0, "status": "met",
}  # fmt: skip


def tables(rows: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and standing, each the standard person (who met all minima) with changes."""
    filled = [{"person_id": f"P{number}", **PERSON, **row} for number, row in enumerate(rows)]
    people = frame(PEOPLE, {name: [row.get(name) for row in filled] for name in PEOPLE.columns})
    hours = {
        name: pd.array([Decimal(row[name]) for row in filled], pd.ArrowDtype(HOURS))
        for name in ("total", "short_public")
    }
    ids = pd.array([row["person_id"] for row in filled], dtype="str")
    standing = pd.DataFrame({"person_id": ids, **hours})
    return people, standing.assign(status=pd.array([row["status"] for row in filled], dtype="str"))


def people(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A roster."""
    return roster(*tables(rows))


def units(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    """Units as the tables want them: area, nature and head-count of each."""
    table = pd.DataFrame(rows, columns=["area", "nature", "eligible"])
    sectors = pd.Categorical(table["nature"].map(sector_name), categories=sector_names())
    counted = table["eligible"].astype("int64[pyarrow]")
    return table.assign(county_name=named(table["area"]), sector_name=sectors, eligible=counted)


def credits_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Credits: person, class, then granted, over_cap, refused and held hours."""
    columns: dict[str, list[Any]] = {name: [] for name in CREDITS.columns}
    for number, (person, class_, *parts) in enumerate(rows):
        moved = [Decimal(str(part)) for part in parts]
        facts = {"claim_id": f"C{number}", "person_id": person, "class": class_, "state": "granted", "flags": ""}
        facts |= dict(zip(FIGURES, [sum(moved), *moved], strict=True))
        for name, values in columns.items():
            values.append(facts.get(name))
    return frame(CREDITS, columns)


def ledger_of(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """Ledger rows: claim, person, effect, reason, hours lost."""
    columns: dict[str, list[Any]] = {name: [] for name in LEDGER.columns}
    for claim, person, effect, reason, lost in rows:
        hours = Decimal(str(lost))
        facts = {
            "claim_id": claim,
            "person_id": person,
            "effect": effect,
            "reason": reason,
            "rule": reason,
            "clause": "三",
        }
        facts |= {"before": hours, "delta": -hours, "after": Decimal(0)}
        for name, values in columns.items():
            values.append(facts.get(name))
    return frame(LEDGER, columns)


def shown(table: pd.DataFrame, *columns: str) -> list[list[Any]]:
    """The named columns as plain lists; unknown is None."""
    chosen = table[list(columns)].astype(object)
    return chosen.where(chosen.notna(), None).to_numpy().tolist()
