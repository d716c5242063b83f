"""The year's tables of one county or of the city: counted, proved, small cells hidden, each with its statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ce_toolkit.registers.areas import area_names
from ce_toolkit.registers.units import Units
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.bases import Bases, Stored, bases
from ce_toolkit.statistics.catalogue import COUNTY, SECTOR, catalogue
from ce_toolkit.statistics.cells import Key, cells_of, cells_table
from ce_toolkit.statistics.counting import counted
from ce_toolkit.statistics.described import PEOPLE, Described
from ce_toolkit.statistics.proof import prove
from ce_toolkit.statistics.quality import quality
from ce_toolkit.statistics.small_cells import HIDDEN, hide
from ce_toolkit.statistics.statement import facts_of, statement
from ce_toolkit.statistics.year_table import YearTable, hidden_in

CITY = "city"
SMALL_CELL = 5
_DETAIL = (COUNTY, SECTOR, "ownership", "series", "level", "sex", "size")


@dataclass(frozen=True)
class Annual:
    """Tables of the year by name (``catalogue``).

    ``key``: what the main tables are broken down by (county_name for the city, sector_name for a county). ``proof``:
    every figure of every 合计 row with the sum of its rows and a recount. ``cells``: every cell under what it counts,
    its true value, and whether it is hidden: for the store, for tracing, and for the city to go by. ``quality``: the
    data-quality statement of each table. ``frames``: the rows that all of it was counted from.
    """

    key: str
    tables: Mapping[str, YearTable]
    proof: pd.DataFrame
    cells: pd.DataFrame
    quality: pd.DataFrame
    frames: Bases

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table as it is published."""
        return self.tables[name].published

    @property
    def people(self) -> pd.DataFrame:
        """The roster."""
        return self.frames[PEOPLE]

    @property
    def detail(self) -> pd.DataFrame:
        """People by all facts at once: most cells are single persons, so it is for the store and never published."""
        main = self.tables["participation"].described
        people = tuple(column for column in main.columns if column.base == PEOPLE)
        return counted(Described("detail", "", "", "", _DETAIL, people), self.frames).data

    @property
    def published_proof(self) -> pd.DataFrame:
        """The proof as it may leave: what the tables hide is hidden here too."""
        gone = [bool(self.tables[table].hidden[item].iloc[-1]) for table, item in self._proved()]
        figures = ["total", "parts", "recount"]
        shown = self.proof.copy()
        shown.loc[gone, figures] = HIDDEN
        return shown

    def _proved(self) -> "zip[tuple[str, str]]":
        return zip(self.proof["table"], self.proof["item"], strict=True)


def annual(  # noqa: PLR0913  what a year is counted from, and for whom
    stored: Stored,
    units: Units,
    pack: Pack,
    *,
    county: str,
    counties: Sequence[str],
    as_of: date | None = None,
    small_cell: int = SMALL_CELL,
) -> Annual:
    """All tables for ``county`` (``city`` for all ``counties`` together), by what is known on the day ``as_of``.

    ``small_cell``: the least number of people that a published figure may speak of; 0 hides nothing. For the city
    ``stored.below`` holds the counties' cells, so that what they hid stays hidden and cannot be worked out.
    """
    city = county == CITY
    frames = bases(stored, units, pack, counties)
    tables = {one.name: counted(one, frames) for one in catalogue(city=city)}
    area: Key = () if city else ((COUNTY, area_names().get(county, county)),)
    cells = [cell for table in tables.values() for cell in cells_of(table, area)]
    hidden = hide(cells, small_cell, stored.below)
    proof = pd.concat([prove(table, frames) for table in tables.values()], ignore_index=True)
    facts = facts_of(stored, frames, pack, as_of or pack.time.last, small_cell)
    masks = {name: hidden_in(table, hidden, area) for name, table in tables.items()}
    done = {
        name: YearTable(table.described, table.data, masks[name], statement(table.described, masks[name], facts))
        for name, table in tables.items()
    }
    return Annual(
        key=COUNTY if city else SECTOR,
        tables=done,
        proof=proof,
        cells=cells_table(cells, hidden),
        quality=quality(done, stored, frames, proof, small_cell),
        frames=frames,
    )
