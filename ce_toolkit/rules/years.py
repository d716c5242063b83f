"""Several years one after the other, each under its own pack: what a year granted is the history of the next."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from ce_toolkit.errors import PackError
from ce_toolkit.rules.engine import Credited, credit
from ce_toolkit.rules.pack import Pack
from ce_toolkit.tables import CLAIMS, HISTORY, conform, frame

_NO_CLAIMS = frame(CLAIMS, {})


def credit_years(
    claims: Mapping[int, pd.DataFrame],
    people: Mapping[int, pd.DataFrame],
    packs: Mapping[int, Pack],
    as_of: Mapping[int, date] = MappingProxyType({}),
    history: pd.DataFrame | None = None,
) -> dict[int, Credited]:
    """Credit the claims of several years in the order of the years; keys are the years of the packs.

    ``people``: who is judged in each year. ``as_of``: the day each year is judged on, else its last. What a year
    grants, and what may be carried out of it, is handed to the years after it; ``history`` is what lies before the
    first. A year with people and no claims is judged all the same: nobody has earned anything in it. All claims of a
    person must be in the frames; splitting the people over any number of calls gives the same.

    Raises PackError for a year without a pack, or with the pack of another year.
    """
    past = [] if history is None else [conform(HISTORY, history)]
    carried: pd.DataFrame | None = None
    done: dict[int, Credited] = {}
    for year in sorted({*claims, *people}):
        pack = pack_of_year(year, packs)
        table = claims.get(year, _NO_CLAIMS)
        before = {"history": pd.concat(past, ignore_index=True) if past else frame(HISTORY, {}), "carried": carried}
        done[year] = credit(table, people[year], pack, as_of.get(year, pack.time.last), **before)
        past.append(history_of(year, table, done[year]))
        carried = done[year].carried
    return done


def history_of(year: int, claims: pd.DataFrame, credited: Credited) -> pd.DataFrame:
    """What a year granted, as the years after it ask for it (contract HISTORY): one row per claim with hours."""
    granted = credited.credits.loc[credited.credits["granted"] > 0]
    facts = claims.set_index("claim_id").reindex(granted["claim_id"])
    columns = {name: facts[name].to_numpy() for name in ("kind", "key") if name in facts.columns}
    rows = granted[["claim_id", "person_id", "class", "granted", "completed_on"]].reset_index(drop=True)
    return conform(HISTORY, rows.assign(year=year, **columns))


def pack_of_year(year: int, packs: Mapping[int, Pack]) -> Pack:
    """The pack of a year. Raises PackError that names the packs there are."""
    pack = packs.get(year)
    if pack is None:
        raise PackError(f"没有 {year} 年度的规则包；现有：{'、'.join(map(str, sorted(packs))) or '无'}。")
    if pack.time.year != year:
        raise PackError(f"规则包 {pack.id} 是 {pack.time.year} 年度的，不能用于 {year} 年度。")
    return pack
