"""Hours that claims state day by day."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.errors import TableError
from ce_toolkit.tables import Int64Array, to_hundredths

Int32Array = npt.NDArray[np.int32]


class Timetable:
    """Daily hours of the few claims that have a timetable, written ``2017-03-06=6 2017-03-07=7.5``.

    ``owner`` is the claim, ``day`` the day number and ``hours`` the hundredths of each entry; a claim's lie together.
    ``has`` says for every claim whether it has a timetable.
    """

    def __init__(self, column: pa.Array) -> None:
        rows = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        self.claims = rows
        self.has = np.zeros(len(column), dtype=bool)
        self.has[rows] = True
        entries = pc.split_pattern(pc.utf8_trim_whitespace(column.take(pa.array(rows))), " ")
        self.owner = rows[pc.list_parent_indices(entries).to_numpy()] if len(rows) else np.empty(0, np.int64)
        halves = pc.split_pattern(pc.list_flatten(entries), "=") if len(rows) else pa.array([], pa.list_(pa.string()))
        days = pc.list_element(halves, 0) if len(rows) else pa.array([], pa.string())
        hours = pc.list_element(halves, 1) if len(rows) else pa.array([], pa.string())
        try:
            self.day = days.cast(pa.date32()).view(pa.int32()).to_numpy(zero_copy_only=False)
            self.hours = to_hundredths(hours.cast(pa.decimal128(9, 2)))[0]
        except pa.ArrowInvalid:
            raise TableError("表 claims 的列 timetable 须写成 2017-03-06=6 2017-03-07=7.5 的形式。") from None

    def taken(self, rows: npt.NDArray[np.signedinteger[Any]]) -> "Timetable":
        """The timetables of these claims, in ascending order, numbered by their place among them."""
        place = np.full(len(self.has), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        part = object.__new__(Timetable)
        part.has = self.has[rows]
        part.claims = np.flatnonzero(part.has)
        mine = place[self.owner] >= 0
        part.owner, part.day, part.hours = place[self.owner[mine]], self.day[mine], self.hours[mine]
        return part

    def bounds(self) -> tuple[Int32Array, Int32Array]:
        """First and last day of each claim with a timetable."""
        edges = np.flatnonzero(np.diff(self.owner, prepend=-1))
        return np.minimum.reduceat(self.day, edges), np.maximum.reduceat(self.day, edges)

    def lengths(self) -> Int64Array:
        """Number of days of each claim with a timetable."""
        return np.unique(self.owner, return_counts=True)[1].astype(np.int64)

    def totals(self, size: int) -> Int64Array:
        """Sum of daily hours per claim, over all ``size`` claims."""
        return np.bincount(self.owner, weights=self.hours, minlength=size).astype(np.int64)
