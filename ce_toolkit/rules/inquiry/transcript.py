"""A person's years in order, each under the pack of its own year. Nothing is carried from one year to the next."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.rules import periods
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.periods import pack_of
from ce_toolkit.rules.standing import need_and_have
from ce_toolkit.tables import from_hundredths, to_hundredths

MISSING = "missing"


def transcripts(standings: Mapping[int, pd.DataFrame], packs: Mapping[int, Pack]) -> pd.DataFrame:
    """One row a person and year, by person, then year, from the first year with a standing table to the last.

    Columns: person_id, year, pack, status (that of the year, or ``missing``: the person is in no table of that year, or
    the year has none), total (class hours granted in the year), need (the least in all, under the year's own pack),
    have (what counts toward it: with earlier years and hours brought in where the pack says so), short and surplus
    against it; carried_in and carried_out where the pack carries hours over: elsewhere a surplus is shown and never
    moved (F7, F14). Figures of a missing year are blank; years inside a longer period have no row of their own.
    Raises PackError for a standing table of a year without a pack, or with the pack of another year.
    """
    if not standings:
        raise TableError("没有任何年度的学时汇总表。")
    parts = [_year(year, standings[year], pack_of(year, packs)) for year in sorted(standings)]
    known = pd.concat(parts, ignore_index=True)
    inside = {year - back for year in standings for back in range(1, periods.years(packs[year].time))}
    years = [year for year in range(min(standings), max(standings) + 1) if year not in inside]
    every = pd.MultiIndex.from_product([sorted(known["person_id"].unique()), years], names=["person_id", "year"])
    table = known.set_index(["person_id", "year"]).reindex(every).reset_index()
    table["status"] = table["status"].fillna(MISSING)
    table["pack"] = table["pack"].fillna(table["year"].map({year: pack.id for year, pack in packs.items()})).fillna("")
    return table


def transcript(person_id: str, standings: Mapping[int, pd.DataFrame], packs: Mapping[int, Pack]) -> pd.DataFrame:
    """One person's rows of ``transcripts``. Raises TableError where the person is in no year."""
    own = {year: table[table["person_id"] == person_id] for year, table in standings.items()}
    if all(table.empty for table in own.values()):
        raise TableError("任何年度的学时汇总表中都没有这个 person_id。")
    return transcripts(own, packs)


def _year(year: int, standing: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    total, _ = to_hundredths(standing["total"])
    in_all = next((each for each in pack.requirements if each.bucket == "*" and each.share is None), None)
    need, have = np.zeros(len(total), dtype=np.int64), total
    if in_all is not None:
        need, have = (to_hundredths(column)[0] for column in need_and_have(in_all, standing, pack))
    over = have - need
    carried = {name: standing[name].to_numpy() for name in ("carried_in", "carried_out") if name in standing.columns}
    return pd.DataFrame(
        {
            "person_id": standing["person_id"].to_numpy(),
            "year": year,
            "pack": pack.id,
            "status": standing["status"].astype("str").to_numpy(),
            "total": from_hundredths(total.copy()),
            "need": from_hundredths(need.copy()),
            "have": from_hundredths(have.copy()),
            "short": from_hundredths(np.maximum(-over, 0)),
            "surplus": from_hundredths(np.maximum(over, 0)),
            **carried,
        }
    )
