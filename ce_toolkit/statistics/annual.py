"""The year's tables of one county or of the city, together with the proof that their totals hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ce_toolkit.registers.areas import named
from ce_toolkit.registers.units import Units, sector_name, sector_names
from ce_toolkit.statistics.proof import prove_counts, prove_hours, prove_units
from ce_toolkit.statistics.roster import roster
from ce_toolkit.statistics.tables import count_by, hours_by_class, losses, participation

CITY = "city"


@dataclass(frozen=True)
class Annual:
    """Tables of the year; each ends in a 合计 row but ``losses`` and ``proof``.

    ``participation``: per group (``key``: county_name for the city, sector_name for a county). ``by_series``: per
    series and level. ``detail``: per county, sector, series and level. ``hours``: per class of claim. ``losses``:
    hours not credited per reason. ``proof``: each total with its parts and a second count.
    """

    key: str
    people: pd.DataFrame
    participation: pd.DataFrame
    by_series: pd.DataFrame
    detail: pd.DataFrame
    hours: pd.DataFrame
    losses: pd.DataFrame
    proof: pd.DataFrame


@dataclass(frozen=True)
class Stored:
    """What the counties' runs left in the store: people, standing, credits and ledger of the counties to be counted."""

    people: pd.DataFrame
    standing: pd.DataFrame
    credits: pd.DataFrame
    ledger: pd.DataFrame


def annual(stored: Stored, units: Units, classes: Sequence[str], *, county: str, counties: Sequence[str]) -> Annual:
    """All tables for ``county`` (``city`` for all ``counties`` together)."""
    key = "county_name" if county == CITY else "sector_name"
    people = roster(stored.people, stored.standing)
    inside = _units_of(units, counties)
    tables = {
        "participation": participation(people, inside, key),
        "by_series": count_by(people, ["series", "level"]),
        "detail": count_by(people, ["county_name", "sector_name", "series", "level"]),
    }
    hours = hours_by_class(stored.credits, people, classes)
    proofs = [prove_counts(name, table, people) for name, table in tables.items()]
    proofs.insert(1, prove_units("participation", tables["participation"], inside))
    proofs.append(prove_hours("hours", hours, stored.credits, people))
    return Annual(
        key=key,
        people=people,
        hours=hours,
        losses=losses(stored.ledger, stored.credits, people),
        proof=pd.concat(proofs, ignore_index=True),
        **tables,
    )


def _units_of(units: Units, counties: Sequence[str]) -> pd.DataFrame:
    """The register's units of these areas, with the words that people are grouped by."""
    inside = units.table[units.table["area"].isin(counties)].reset_index(drop=True)
    sectors = pd.Categorical(inside["nature"].map(sector_name), categories=sector_names())
    return inside.assign(county_name=named(inside["area"]), sector_name=sectors)
