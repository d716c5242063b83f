"""A handful of invented people with their standing, and units that did or did not give a head-count."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from ce_toolkit.registers.areas import area_names
from ce_toolkit.registers.units import Units, fold_unit
from ce_toolkit.rules import Pack, load_pack
from ce_toolkit.statistics import Bases, Stored, bases, catalogue, counted, roster
from ce_toolkit.statistics.counting import Counted
from ce_toolkit.tables import CREDITS, HOURS, LEDGER, PEOPLE, frame

AREAS = tuple(area_names())
FIGURES = ("claimed", "granted", "over_cap", "refused", "held")
PERSON: Mapping[str, Any] = {
    "name": "丁一郎", "county": "371402", "sector": "public_institution", "series": "中小学教师", "level": "中级",
    "on_signup": True, "total": 90, "short_public": 0, "short_professional": 0, "status": "met", "flags": "",
}  # fmt: skip


def tables(rows: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and standing, each the standard person (who met all minima) with changes."""
    filled = [{"person_id": f"P{number}", **PERSON, **row} for number, row in enumerate(rows)]
    people = frame(PEOPLE, {name: [row.get(name) for row in filled] for name in PEOPLE.columns})
    hours = {
        name: pd.array([Decimal(row[name]) for row in filled], pd.ArrowDtype(HOURS))
        for name in ("total", "short_public", "short_professional")
    }
    ids = pd.array([row["person_id"] for row in filled], dtype="str")
    standing = pd.DataFrame({"person_id": ids, **hours})
    words = {name: pd.array([row[name] for row in filled], dtype="str") for name in ("status", "flags")}
    return people, standing.assign(**words)


def people(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A roster."""
    return roster(*tables(rows))


def units(*rows: tuple[str, str, int | None]) -> Units:
    """A register of units: area, nature and head-count of each."""
    table = pd.DataFrame(rows, columns=["area", "nature", "eligible"])
    names = pd.Series([f"单位{number}" for number in range(len(table))], dtype="str")
    counted_ = table["eligible"].astype("int64[pyarrow]")
    return Units(table.assign(unit=names, key=fold_unit(names), eligible=counted_))


@cache
def _pack() -> Pack:
    return load_pack("dezhou-2017")


def bases_of(
    rows: Sequence[Mapping[str, Any]],
    credit: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    register: Units | None = None,
    *,
    areas: Sequence[str] = AREAS,
) -> Bases:
    """What tables are counted from: people with standing, their claims, the register's units in these areas."""
    stored = Stored(
        *tables(rows),
        credits_of() if credit is None else credit,
        ledger_of() if ledger is None else ledger,
    )
    return bases(stored, register or units(), _pack(), areas)


def made(name: str, frames: Bases, *, city: bool = True) -> Counted:
    """A table of the catalogue."""
    return counted(next(one for one in catalogue(city=city) if one.name == name), frames)


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
