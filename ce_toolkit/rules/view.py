"""Claims and people as flat numpy columns: what the credit kernel reads.

Each column is read from its Arrow buffer when a rule first asks for it and kept; a column that the frame does not have
reads as blank everywhere. Days are int32 counted from 1970-01-01, ``NO_DAY`` where blank. Hours are int64 hundredths.
Flags are int8: 1 yes, 0 no, ``BLANK`` unknown. Words are codes into a list of those that occur, ``BLANK`` unknown.
"""

from collections.abc import Callable, Collection
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.errors import TableError
from ce_toolkit.rules.signatures import scattered, signature
from ce_toolkit.rules.timetable import Timetable
from ce_toolkit.tables import BoolArray, Int64Array, to_hundredths

Int32Array = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.signedinteger[Any]]

T = TypeVar("T")

BLANK = -1
NO_DAY = np.int32(np.iinfo(np.int32).min)
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """A calendar day as the kernel counts it."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The calendar day of a kernel day number."""
    return date.fromordinal(_EPOCH.toordinal() + int(number))


class Columns:
    """The columns of one frame, read on demand."""

    def __init__(self, data: pd.DataFrame) -> None:
        self.data = data
        self.size = len(data)
        self.anew = False  # whether a column is read as other figures than the frame's
        self._kept: dict[tuple[str, str], Any] = {}

    def has(self, name: str) -> bool:
        """Whether any value of the column is filled."""
        kept = self._kept.get(("has", name))
        if kept is None:
            kept = name in self.data.columns and not bool(self.data[name].isna().all())
            self._kept["has", name] = kept
        return bool(kept)

    def _keep(self, kind: str, name: str, value: Any) -> Any:
        self._kept[kind, name] = value
        return value

    def array(self, name: str) -> pa.Array:
        """The column as one Arrow array."""
        array = pa.array(self.data[name], from_pandas=True)
        return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array

    def days(self, name: str) -> Int32Array:
        """A date column as day numbers."""
        if ("days", name) in self._kept:
            return self._kept["days", name]
        if not self.has(name):
            return self._keep("days", name, np.full(self.size, NO_DAY, dtype=np.int32))
        array = self.array(name).cast(pa.date32())
        numbers = array.view(pa.int32())
        return self._keep("days", name, numbers.fill_null(int(NO_DAY)).to_numpy(zero_copy_only=False))

    def hours(self, name: str) -> tuple[Int64Array, BoolArray]:
        """A column of hours as hundredths, and where it is filled."""
        if ("hours", name) in self._kept:
            return self._kept["hours", name]
        if not self.has(name):
            blank = np.zeros(self.size, dtype=np.int64), np.zeros(self.size, dtype=bool)
            return self._keep("hours", name, blank)
        return self._keep("hours", name, to_hundredths(self.data[name]))

    def put_hours(self, name: str, hundredths: Int64Array, filled: BoolArray) -> None:
        """From now on read a column of hours as these figures."""
        self._keep("hours", name, (hundredths, filled))
        self._keep("has", name, bool(filled.any()))
        self.anew = True

    def counts(self, name: str) -> tuple[Int64Array, BoolArray]:
        """A column of whole numbers, 0 where blank, and where it is filled."""
        if ("counts", name) in self._kept:
            return self._kept["counts", name]
        if not self.has(name):
            blank = np.zeros(self.size, dtype=np.int64), np.zeros(self.size, dtype=bool)
            return self._keep("counts", name, blank)
        array = self.array(name)
        numbers = array.fill_null(0).cast(pa.int64()).to_numpy(zero_copy_only=False)
        return self._keep("counts", name, (numbers, _filled(array)))

    def flags(self, name: str) -> npt.NDArray[np.int8]:
        """A yes-or-no column."""
        if ("flags", name) in self._kept:
            return self._kept["flags", name]
        if not self.has(name):
            return self._keep("flags", name, np.full(self.size, BLANK, dtype=np.int8))
        array = self.array(name).cast(pa.bool_()).cast(pa.int8()).fill_null(BLANK)
        return self._keep("flags", name, array.to_numpy(zero_copy_only=False))

    def words(self, name: str) -> tuple[IntArray, list[str]]:
        """A column of words as codes into the list of words that occur."""
        if ("words", name) in self._kept:
            return self._kept["words", name]
        if not self.has(name):
            return self._keep("words", name, (np.full(self.size, BLANK, dtype=np.int8), []))
        column = self.data[name]
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype("category")
        codes = column.cat.codes.to_numpy()
        return self._keep("words", name, (codes, [str(word) for word in column.cat.categories]))

    def is_word(self, name: str, wanted: Collection[str]) -> BoolArray:
        """Where a column of words holds one of ``wanted``."""
        codes, words = self.words(name)
        places = [place for place, word in enumerate(words) if word in wanted]
        if len(places) < 2:
            return codes == places[0] if places else np.zeros(self.size, dtype=bool)
        hit = np.zeros(len(words) + 1, dtype=bool)  # the last place is where a blank's code of -1 points
        hit[places] = True
        return hit[codes]

    def filled(self, name: str) -> BoolArray:
        """Where a column of any type holds a value."""
        if ("hours", name) in self._kept:
            return self._kept["hours", name][1]
        if ("filled", name) in self._kept:
            return self._kept["filled", name]
        filled = _filled(self.array(name)) if self.has(name) else np.zeros(self.size, dtype=bool)
        return self._keep("filled", name, filled)

    def text(self, name: str) -> pa.Array:
        """A text column as an Arrow array (all null where the frame lacks it)."""
        if not self.has(name):
            return pa.nulls(self.size, pa.large_string())
        return self.array(name).cast(pa.large_string())

    def text_at(self, name: str, rows: IntArray) -> pa.Array:
        """The text of a column in some rows."""
        return self.text(name).take(pa.array(rows))


class Claims(Columns):
    """Claims of a set of people; ``person`` is each claim's row in the people frame."""

    def __init__(self, data: pd.DataFrame, people: pd.DataFrame, person: Int64Array | None = None) -> None:
        super().__init__(data)
        self.people = Columns(people)
        self.memory: dict[Any, Any] | None = None
        if person is None:
            person = _positions(self.text("person_id"), self.people.text("person_id"))
        self.person: Int64Array = person

    @property
    def remembers(self) -> bool:
        """Whether it is worth asking for what is remembered."""
        return self.memory is not None

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What a rule finds on these claims; it is kept under ``key`` only where ``memory`` is a dictionary.

        Who judges the same claims again and again gives the claims a memory; for one run it is not worth its room.
        """
        if self.memory is None:
            return make()
        if (self.anew, key) not in self.memory:
            self.memory[self.anew, key] = make()
        return self.memory[self.anew, key]

    @cached_property
    def rank(self) -> Int64Array:
        """Place of each claim in order of claim ids. Raises TableError where an id is blank or repeats."""
        ids = self.text("claim_id")
        if ids.null_count == 0 and pc.all(pc.less(ids[:-1], ids[1:])).as_py() is not False:
            return np.arange(self.size, dtype=np.int64)
        order = pc.sort_indices(ids)
        ordered = ids.take(order)
        if ids.null_count or not pc.all(pc.less(ordered[:-1], ordered[1:])).as_py():
            raise TableError("表 claims 的 claim_id 有空白或重复。")
        rank = np.empty(self.size, dtype=np.int64)
        rank[order.to_numpy()] = np.arange(self.size)
        return rank

    @cached_property
    def start(self) -> Int32Array:
        """First day of each claim; of a timetable, its first day."""
        return self._bounds[0]

    @cached_property
    def end(self) -> Int32Array:
        """Last day of each claim: the day it was completed. A claim of one day may leave ``end`` blank."""
        return self._bounds[1]

    @cached_property
    def _bounds(self) -> tuple[Int32Array, Int32Array]:
        start, end = self.days("start"), self.days("end")
        number, filled = self.counts("days")
        one_day = (end == NO_DAY) & (start != NO_DAY) & (~filled | (number == 1))
        if one_day.any():
            end = np.where(one_day, start, end)
        if self.timetable.owner.size:
            start, end = start.copy(), end.copy()
            first, last = self.timetable.bounds()
            start[self.timetable.claims], end[self.timetable.claims] = first, last
        return start, end

    @cached_property
    def span(self) -> Int64Array:
        """Calendar days from start to end, both included; 0 where a date is missing or the end comes first."""
        both = (self.start != NO_DAY) & (self.end != NO_DAY)
        days = np.where(both, self.end.astype(np.int64) - self.start + 1, 0)
        return np.maximum(days, 0)

    @cached_property
    def teaching_days(self) -> Int64Array:
        """Days with teaching: as stated, else of the timetable, else the calendar days (U25)."""
        number, filled = self.counts("days")
        days = np.where(filled, number, self.span)
        if self.timetable.owner.size:
            days = days.copy()
            days[self.timetable.claims] = self.timetable.lengths()
        return days

    @cached_property
    def timetable(self) -> Timetable:
        """Claims that state their hours day by day."""
        return Timetable(self.text("timetable"))

    @cached_property
    def declared(self) -> tuple[Int64Array, BoolArray]:
        """Hours as claimed, and where a figure was given; of a timetable without a figure, its sum."""
        hours, filled = self.hours("hours")
        table = self.timetable
        if table.owner.size:
            hours, filled = hours.copy(), filled.copy()
            bare = table.claims[~filled[table.claims]]
            hours[bare] = table.totals(self.size)[bare]
            filled[bare] = True
        return hours, filled

    @cached_property
    def folded_key(self) -> pa.Array:
        """Certificate, DOI, patent or ISBN number with width, case and blanks folded."""
        return fold(self.text("key"))

    @cached_property
    def key_codes(self) -> Int64Array:
        """The folded keys as whole numbers, ``BLANK`` where there is none."""
        if not self.has("key"):
            return np.full(self.size, BLANK, dtype=np.int64)
        codes = pc.dictionary_encode(self.folded_key).indices.fill_null(BLANK)
        return codes.to_numpy(zero_copy_only=False).astype(np.int64)

    @cached_property
    def keyed(self) -> BoolArray:
        """Claims that bear a key."""
        return _filled(self.folded_key)

    @cached_property
    def shared_keys(self) -> tuple[Int64Array, Int64Array]:
        """Claims whose key another claim of the same person bears too, and a number for each of their keys.

        Most keys are borne once: a cheap signature leaves few whose text need be compared.
        """
        rows = np.flatnonzero(self.keyed)
        rows = rows[_again(signature(self.folded_key)[rows] ^ scattered(self.person[rows]))]
        codes = pc.dictionary_encode(self.folded_key.take(rows)).indices.to_numpy().astype(np.int64)
        shared = _again(self.person[rows] * (int(codes.max(initial=0)) + 1) + codes)
        return rows[shared], codes[shared]

    def twin(self) -> "Claims":
        """The same claims, of which a column may be read as other figures; what was read is shared."""
        other = copy(self)
        other._kept = dict(self._kept)
        return other

    def taken(self, rows: IntArray) -> "Claims":
        """The same people with these claims only (rows in ascending order); what was read is not read again."""
        return _Taken(self, rows)


class _Taken(Claims):
    """Some claims of a whole, each column taken from the whole's when a rule first asks for it."""

    def __init__(self, whole: Claims, rows: IntArray) -> None:
        self.whole, self.rows, self.size = whole, rows, len(rows)
        self.people, self.person = whole.people, whole.person[rows]
        self.memory, self.anew = None, whole.anew
        self._kept: dict[tuple[str, str], Any] = {}

    @cached_property
    def data(self) -> pd.DataFrame:  # the frame is cut only where one asks for it
        return self.whole.data.iloc[self.rows]

    @property
    def remembers(self) -> bool:
        return self.whole.remembers

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        known = self.whole.memory or {}
        return _at(known[self.anew, key], self.rows) if (self.anew, key) in known else make()

    def _of_whole(self, kind: str, name: str) -> Any:
        """The whole's column at these rows, read once."""
        if (kind, name) not in self._kept:
            self._keep(kind, name, _at(getattr(self.whole, kind)(name), self.rows))
        return self._kept[kind, name]

    def has(self, name: str) -> bool:
        return bool(self._kept.get(("has", name), self.whole.has(name)))

    def array(self, name: str) -> pa.Array:
        return self.whole.array(name).take(pa.array(self.rows))

    def text_at(self, name: str, rows: IntArray) -> pa.Array:
        return self.whole.text_at(name, self.rows[rows])

    def filled(self, name: str) -> BoolArray:
        return self._kept["hours", name][1] if ("hours", name) in self._kept else self._of_whole("filled", name)

    def days(self, name: str) -> Int32Array:
        return self._of_whole("days", name)

    def hours(self, name: str) -> tuple[Int64Array, BoolArray]:
        return self._of_whole("hours", name)

    def counts(self, name: str) -> tuple[Int64Array, BoolArray]:
        return self._of_whole("counts", name)

    def flags(self, name: str) -> npt.NDArray[np.int8]:
        return self._of_whole("flags", name)

    def words(self, name: str) -> tuple[IntArray, list[str]]:
        if ("words", name) not in self._kept:
            codes, words = self.whole.words(name)
            self._keep("words", name, (codes[self.rows], words))
        return self._kept["words", name]

    @cached_property
    def rank(self) -> Int64Array:
        """Order of claim ids, numbered as in the whole."""
        return self.whole.rank[self.rows]

    @cached_property
    def _bounds(self) -> tuple[Int32Array, Int32Array]:
        return self.whole.start[self.rows], self.whole.end[self.rows]

    @cached_property
    def timetable(self) -> Timetable:
        return self.whole.timetable.taken(self.rows)

    @cached_property
    def declared(self) -> tuple[Int64Array, BoolArray]:
        hours, filled = self.whole.declared
        return hours[self.rows], filled[self.rows]

    @cached_property
    def folded_key(self) -> pa.Array:
        return self.whole.folded_key.take(pa.array(self.rows))

    @cached_property
    def keyed(self) -> BoolArray:
        return self.whole.keyed[self.rows]

    @cached_property
    def shared_keys(self) -> tuple[Int64Array, Int64Array]:
        shared, codes = self.whole.shared_keys
        place = np.full(self.whole.size, -1, dtype=np.int64)
        place[self.rows] = np.arange(self.size)
        mine = place[shared] >= 0
        return place[shared[mine]], codes[mine]


def _at(column: Any, rows: IntArray) -> Any:
    """A column at these rows; figures and where they are filled go together."""
    return tuple(part[rows] for part in column) if isinstance(column, tuple) else column[rows]


def _again(codes: npt.NDArray[Any]) -> BoolArray:
    """Which codes occur more than once."""
    return pd.Series(codes).duplicated(keep=False).to_numpy()


def fold(column: pa.Array) -> pa.Array:
    """Text with full width, case and all blanks folded away; empty becomes null. Plain ASCII takes the short way."""
    folded = pc.replace_substring(pc.utf8_upper(column), " ", "")
    wide = pc.not_equal(pc.binary_length(folded), pc.utf8_length(folded)).fill_null(False)
    if pc.any(wide).as_py():
        normal = pc.replace_substring_regex(pc.utf8_upper(pc.utf8_normalize(folded, "NFKC")), r"\s", "")
        folded = pc.if_else(wide, normal, folded)
    return pc.if_else(pc.equal(folded, ""), pa.scalar(None, folded.type), folded)


def _filled(array: pa.Array) -> BoolArray:
    return array.is_valid().to_numpy(zero_copy_only=False)


def _positions(ids: pa.Array, known: pa.Array) -> Int64Array:
    """Row of each id among the known ones. Raises TableError where a claim's person is in no row of the people."""
    if len(pc.unique(known)) != len(known):
        raise TableError("表 people 的 person_id 有重复。")
    found = pc.index_in(ids, value_set=known)
    if found.null_count:
        raise TableError(f"表 claims 中有 {found.null_count} 项的 person_id 不在表 people 中。")
    return found.to_numpy().astype(np.int64)
