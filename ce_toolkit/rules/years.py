"""Several years in order of time: each under its own pack, with what the years before it granted and carried over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.errors import TableError
from ce_toolkit.rules import periods
from ce_toolkit.rules.engine import Credited, judged, stand, tables_of
from ce_toolkit.rules.history import UNKNOWN_BEFORE_ALL
from ce_toolkit.rules.inquiry.transcript import transcripts
from ce_toolkit.rules.pack import Pack
from ce_toolkit.tables import COUNT, HISTORY, conform, frame, pandas_type

ByYear = Mapping[int, pd.DataFrame]


@dataclass(frozen=True)
class CreditedYears:
    """Years by the ``year`` of their packs, and those between them for which there are no tables (``missing``).

    ``history``: every claim that was granted hours, of all these years (contract HISTORY); ``carried``: hours that may
    be brought into the year after the last one.
    """

    years: Mapping[int, Credited]
    packs: Mapping[int, Pack]
    missing: tuple[int, ...]
    history: pd.DataFrame
    carried: pd.DataFrame | None

    def transcripts(self) -> pd.DataFrame:
        """One row a person and year, missing years among them."""
        return transcripts({year: one.standing for year, one in self.years.items()}, self.packs)


def credit_years(
    claims: ByYear,
    people: pd.DataFrame | ByYear,
    packs: Mapping[int, Pack],
    as_of: date,
    *,
    history: pd.DataFrame | None = None,
) -> CreditedYears:
    """Credit every year that has claims, with what is known on the day ``as_of``.

    ``people`` are those of each year, or the same for all. ``history``: what was granted before the first year; without
    it, and over a missing year, a requirement that looks back so far stays open where it is not met
    (``history_missing``). Hours of a ``carry`` that the next year's pack does not have lapse. People may be split over
    any number of calls. Raises PackError for a year without a pack, or whose pack is of another year, TableError for a
    year with claims but without people, and what ``credit`` raises.
    """
    past = frame(HISTORY, {}) if history is None else conform(HISTORY, history)
    labels, carried = sorted(claims), None
    missing = tuple(_missing(labels, packs))
    done: dict[int, Credited] = {}
    for year in labels:
        pack, mine = periods.pack_of(year, packs), _people_of(year, people)
        gaps = [gap for gap in missing if gap < year]
        gaps += [labels[0] - periods.years(packs[labels[0]].time)] if history is None else []
        work = judged(claims[year], mine, pack, as_of, past, unknown_to=max(gaps, default=UNKNOWN_BEFORE_ALL))
        done[year] = tables_of(stand(work, _taken_over(carried, pack)))
        past = pd.concat([past, history_of(done[year], claims[year], year)], ignore_index=True)
        carried = done[year].carried
    return CreditedYears(done, packs, missing, past, carried)


def history_of(credited: Credited, claims: pd.DataFrame, year: int) -> pd.DataFrame:
    """The claims of a year that were granted hours, as later years read them (contract HISTORY)."""
    granted = credited.credits.loc[credited.credits["granted"] > 0].reset_index(drop=True)
    place = pc.index_in(pa.array(granted["claim_id"]), value_set=pa.array(claims["claim_id"])).to_numpy()
    facts = {
        name: claims[name].iloc[place].reset_index(drop=True) for name in ("kind", "key") if name in claims.columns
    }
    label = pd.Series(np.full(len(granted), year)).astype(pandas_type(COUNT))
    columns = {name: granted[name] for name in ("claim_id", "person_id", "class", "granted")}
    return pd.DataFrame({"year": label, **columns, **facts, "completed_on": granted["completed_on"]}, copy=False)


def _people_of(year: int, people: pd.DataFrame | ByYear) -> pd.DataFrame:
    if isinstance(people, pd.DataFrame):
        return people
    if year not in people:
        raise TableError(f"{year} 年度有申报，没有人员表。")
    return people[year]


def _missing(labels: list[int], packs: Mapping[int, Pack]) -> Iterator[int]:
    """Years between the first and the last that lie in no period that has claims."""
    covered = {year - back for year in labels for back in range(periods.years(periods.pack_of(year, packs).time))}
    yield from (year for year in range(min(covered, default=0), max(covered, default=-1)) if year not in covered)


def _taken_over(carried: pd.DataFrame | None, pack: Pack) -> pd.DataFrame | None:
    """Hours of the carry-overs that this year's pack knows by the same id."""
    if carried is None:
        return None
    return carried[carried["carry"].isin([carry.id for carry in pack.carries])]
