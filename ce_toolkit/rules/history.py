"""What earlier years left behind: claims that were granted hours then, and hours that may be brought into this year.

Rows of people who are not at hand are passed over, so that people may be split over calls while the tables stay whole.

A period is known by the ``year`` of its pack; one that is longer than a year bears the calendar year of its last day.
"This year and the n − 1 before it" are the periods whose year is above ``year − n``: of a pack of two years, ``years =
4`` looks at this period and the one before.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from ce_toolkit.errors import TableError
from ce_toolkit.rules.view import Columns, IntArray
from ce_toolkit.tables import HISTORY, BoolArray, Int64Array, Table, frame

UNKNOWN_BEFORE_ALL = -1  # no year is unknown


class History(Columns):
    """Claims granted before the year judged (contract HISTORY), of the people at hand.

    ``person`` is each row's place among the people, ``year`` the year it counted in, ``granted`` its hundredths.
    ``unknown_to`` is the latest earlier year of which nothing is known, which is not the same as a year without hours:
    last year where no history was handed over at all, ``UNKNOWN_BEFORE_ALL`` where it is whole.
    """

    def __init__(
        self, data: pd.DataFrame | None, people: Columns, year: int, unknown_to: int = UNKNOWN_BEFORE_ALL
    ) -> None:
        self.given = data is not None
        self.unknown_to = unknown_to if self.given else year - 1
        data = frame(HISTORY, {}) if data is None else data
        require(HISTORY, data)
        place = places(Columns(data), people)
        rows = np.flatnonzero((place >= 0) & (Columns(data).counts("year")[0] < year))
        super().__init__(data if rows.size == len(data) else data.iloc[rows])
        self.person: Int64Array = place[rows]

    @property
    def year(self) -> Int64Array:
        """The year each row counted in."""
        return self.counts("year")[0]

    @property
    def granted(self) -> Int64Array:
        """Hundredths granted then."""
        return self.hours("granted")[0]

    def of(self, classes: Sequence[str], kinds: Sequence[str]) -> BoolArray:
        """Rows of these classes and kinds; none named: all."""
        mask = self.is_word("class", classes) if classes else np.ones(self.size, dtype=bool)
        return mask & self.is_word("kind", kinds) if kinds else mask

    def sums(self, mask: BoolArray, people: int) -> Int64Array:
        """Hundredths per person of the rows in ``mask``."""
        return np.bincount(self.person[mask], weights=self.granted[mask], minlength=people).astype(np.int64)


def require(table: Table, data: pd.DataFrame) -> None:
    """Raises TableError where the frame lacks a required column of the table, or one of them is blank."""
    missing = [name for name in table.required if name not in data.columns]
    if missing:
        raise TableError(f"表 {table.name} 缺少列：{'、'.join(missing)}。")
    blank = [name for name in table.required if bool(data[name].isna().any())]
    if blank:
        raise TableError(f"表 {table.name} 的列 {'、'.join(blank)} 有空白。")


def places(rows: Columns, people: Columns) -> Int64Array:
    """The place of each row's person among the people, -1 where the person is not at hand."""
    found = pc.index_in(rows.text("person_id"), value_set=people.text("person_id"))
    place: IntArray = found.fill_null(-1).to_numpy(zero_copy_only=False)
    return place.astype(np.int64)
