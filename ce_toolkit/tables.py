"""Contracts of the tables that rooms hand to one another, and exact hours as Arrow decimals.

Each ``Table`` says what one row is, which columns it has, their Arrow types and its key. ``conform`` puts a frame into
that shape and refuses one that breaks it, so that a fault is caught at the door and not three rooms later.

Hours are ``decimal128(9, 2)``: exact in the store and on the page. Inside a kernel the same numbers are read as int64
hundredths (``to_hundredths``) and written back (``from_hundredths``); no float ever holds an hour that is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ce_toolkit.errors import TableError

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HOURS = pa.decimal128(9, 2)
TEXT = pa.large_string()
WORD = pa.dictionary(pa.int32(), pa.large_string())
DATE = pa.date32()
FLAG = pa.bool_()
COUNT = pa.int64()


@dataclass(frozen=True)
class Table:
    """One table of the toolkit.

    ``required`` columns must be there and filled; ``optional`` columns may be blank, and are added blank where absent.
    ``key`` columns together are unique.
    """

    name: str
    row: str
    key: tuple[str, ...]
    required: Mapping[str, pa.DataType]
    optional: Mapping[str, pa.DataType]

    @property
    def columns(self) -> dict[str, pa.DataType]:
        """Name and Arrow type of every column, in order."""
        return {**self.required, **self.optional}

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema under which the table is stored."""
        return pa.schema([pa.field(name, kind) for name, kind in self.columns.items()])


SUBMISSIONS = Table(
    "submissions",
    "a file received",
    ("file",),
    {
        "file": TEXT,
        "sha256": TEXT,
        "form": WORD,
        "outcome": WORD,
        "rows_read": COUNT,
        "rows_accepted": COUNT,
        "rows_held": COUNT,
        "rows_skipped": COUNT,
        "findings": COUNT,
    },
    {"filing_unit": TEXT, "county": WORD, "received_on": DATE, "days_late": COUNT, "contact": TEXT, "form_year": COUNT},
)

FINDINGS = Table(
    "findings",
    "one thing to mend, at one cell (or a whole file, with no cell)",
    ("finding_id",),
    {"finding_id": TEXT, "code": WORD, "severity": WORD, "file": TEXT, "shown": TEXT, "wanted": TEXT, "fix": TEXT},
    {"sheet": TEXT, "cell": TEXT, "clause": WORD, "state": WORD, "row_state": WORD},
)

PEOPLE = Table(
    "people",
    "a professional in a year",
    ("person_id",),
    {"person_id": TEXT, "name": TEXT},
    {
        "certificate_no": TEXT,
        "sex": WORD,
        "employer": TEXT,
        "filing_unit": TEXT,
        "county": WORD,
        "series": WORD,
        "title": TEXT,
        "level": WORD,
        "employment": WORD,
        "sector": WORD,
        "archive": FLAG,
        "on_signup": FLAG,
        "signed_up_on": DATE,
        "left_on": DATE,
        "hired_on": DATE,
        "leave": TEXT,
        "secondment": TEXT,
        "previous_unit": TEXT,
        "moved_on": DATE,
        "practice": WORD,
        "title_on": DATE,
        "licensed_on": DATE,
        "term_from": DATE,
        "waived_months": COUNT,
        "waiver_reference": TEXT,
        "rows_in_question": COUNT,  # rows of the person held at intake: what they hold is not known yet
        "source": TEXT,
    },
)

EXAMS = Table(
    "exams",
    "an exam result of a learning platform",
    ("exam_id",),
    {"exam_id": TEXT, "name": TEXT, "result": WORD},
    {
        "certificate_no": TEXT,
        "sex": WORD,
        "employer": TEXT,
        "subject": TEXT,
        "date": DATE,
        "card_no": TEXT,
        "score": TEXT,
        "platform": TEXT,
        "source": TEXT,
    },
)

CLAIMS = Table(
    "claims",
    "one declared claim of a person: a training, a spell of self-study, a paper, an exam",
    ("claim_id",),
    {"claim_id": TEXT, "person_id": TEXT, "class": WORD},
    {
        "kind": WORD,
        "title": TEXT,
        "organiser": TEXT,
        "basis": WORD,
        "recorded_on": DATE,
        "start": DATE,
        "end": DATE,
        "days": COUNT,
        "half_days": COUNT,
        "timetable": TEXT,
        "clock": TEXT,
        "hours": HOURS,
        "minutes": COUNT,
        "items": HOURS,
        "employer_hours": HOURS,
        "in_archive": FLAG,
        "published": FLAG,
        "recognised": FLAG,
        "authors": COUNT,
        "author_rank": COUNT,
        "role": WORD,
        "level": WORD,
        "key": TEXT,
        "related_key": TEXT,
        "subject": TEXT,
        "result": WORD,
        "name_matches": FLAG,
        "proof": FLAG,
        "proof_on": DATE,
        "registered": FLAG,
        "review": WORD,  # what a review concluded, where not all was found right
        "accepted_hours": HOURS,
        "source": TEXT,
    },
)

HISTORY = Table(
    "history",
    "a claim of an earlier year that was granted hours then",
    ("year", "claim_id"),
    {"year": COUNT, "claim_id": TEXT, "person_id": TEXT, "class": WORD, "granted": HOURS},
    {"kind": WORD, "key": TEXT, "completed_on": DATE},
)

CARRIED = Table(
    "carried",
    "hours that a person may bring from an earlier year into this one",
    ("person_id", "carry", "from_year"),
    {"person_id": TEXT, "carry": WORD, "from_year": COUNT, "hours": HOURS},
    {},
)

LEDGER = Table(
    "ledger",
    "a claim × a rule that moved its hours (or refused or held it)",
    ("claim_id", "rule"),
    {
        "claim_id": TEXT,
        "person_id": TEXT,
        "rule": WORD,
        "clause": WORD,
        "reason": WORD,
        "effect": WORD,
        "before": HOURS,
        "delta": HOURS,
        "after": HOURS,
    },
    {"missing": WORD, "limit": HOURS, "earlier": HOURS},
)

CREDITS = Table(
    "credits",
    "a claim with what became of its hours: claimed = granted + over_cap + refused + held",
    ("claim_id",),
    {
        "claim_id": TEXT,
        "person_id": TEXT,
        "class": WORD,
        "state": WORD,
        "claimed": HOURS,
        "granted": HOURS,
        "over_cap": HOURS,
        "refused": HOURS,
        "held": HOURS,
        "flags": WORD,
    },
    {"declared": HOURS, "completed_on": DATE},
)

_ALL = (SUBMISSIONS, FINDINGS, PEOPLE, EXAMS, CLAIMS, HISTORY, CARRIED, LEDGER, CREDITS)
TABLES = {table.name: table for table in _ALL}


def pandas_type(kind: pa.DataType) -> Any:
    """The pandas dtype that holds an Arrow type: text as ``str``, few-valued words as categories, the rest as Arrow."""
    if kind == TEXT:
        return pd.StringDtype(na_value=np.nan)
    if pa.types.is_dictionary(kind):
        return pd.CategoricalDtype()
    return pd.ArrowDtype(kind)


def frame(table: Table, columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of the table's columns and types from lists of plain Python values (``None`` is blank)."""
    arrays = {}
    size = max((len(values) for values in columns.values()), default=0)
    for name, kind in table.columns.items():
        values = columns.get(name)
        arrays[name] = pa.nulls(size, kind) if values is None else pa.array(values, type=_plain(kind)).cast(kind)
    return from_arrow(pa.table(arrays))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a frame that keeps decimals, dates and whole numbers exact."""
    table = table.unify_dictionaries()
    return table.to_pandas(types_mapper=_mapper, split_blocks=True)


def _mapper(kind: pa.DataType) -> Any:
    return None if pa.types.is_dictionary(kind) else pandas_type(TEXT if kind == pa.string() else kind)


def to_arrow(table: Table, data: pd.DataFrame) -> pa.Table:
    """The frame under the table's Arrow schema, further columns kept behind it."""
    arrays = {}
    for name in data.columns:
        kind = table.columns.get(name)
        array = pa.array(data[name], from_pandas=True)
        arrays[name] = array if kind is None or array.type == kind else _cast(array, kind)
    return pa.table(arrays)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(_plain(kind)).cast(kind) if pa.types.is_dictionary(kind) else array.cast(kind)


def conform(table: Table, data: pd.DataFrame) -> pd.DataFrame:
    """``data`` in the table's shape: blank optional columns added, types brought to the contract, key proved unique.

    Columns beyond the contract stay, behind the others. Raises TableError that names the table and column at fault;
    the values at fault are never shown.
    """
    missing = [name for name in table.required if name not in data.columns]
    if missing:
        raise TableError(f"表 {table.name} 缺少列：{'、'.join(missing)}。")
    out = {}
    for name, kind in table.columns.items():
        out[name] = _column(table, data, name, kind)
    extra = {name: data[name] for name in data.columns if name not in out}
    shaped = pd.DataFrame({**out, **extra}, index=data.index, copy=False)
    _prove(table, shaped)
    return shaped


def _column(table: Table, data: pd.DataFrame, name: str, kind: pa.DataType) -> Any:
    dtype = pandas_type(kind)
    if name not in data.columns:
        blank = pd.array(pa.nulls(len(data), _plain(kind)), dtype=pandas_type(_plain(kind)))
        return pd.Series(blank, index=data.index).astype(dtype)
    column = data[name]
    if column.dtype == dtype or (isinstance(column.dtype, pd.CategoricalDtype) and pa.types.is_dictionary(kind)):
        return column
    try:
        return column.astype(dtype)
    except (TypeError, ValueError, pa.ArrowException):
        raise TableError(f"表 {table.name} 的列 {name} 类型不符：应为 {kind}，实为 {column.dtype}。") from None


def _prove(table: Table, data: pd.DataFrame) -> None:
    from pandera.errors import SchemaErrors

    try:
        _contract(table.name).validate(data.reset_index(drop=True), lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        what = "、".join(sorted({f"{row.column or '键'}（{row.check}）" for row in cases.itertuples()}))
        raise TableError(f"表 {table.name} 不合约定：{what}，共 {len(cases)} 处。") from None


@cache
def _contract(name: str) -> Any:
    import pandera.pandas as pandera

    table = TABLES[name]
    columns = {column: pandera.Column(nullable=False) for column in table.required}
    return pandera.DataFrameSchema(columns, unique=list(table.key), strict=False)


def to_hundredths(column: pd.Series) -> tuple[Int64Array, BoolArray]:
    """Hours of a decimal column as int64 hundredths, and where they are filled; a blank reads as 0.

    The Arrow buffer is read in place: the low half of a 128-bit decimal of nine digits is the number itself.
    """
    array = pa.array(column, from_pandas=True)
    if array.type != HOURS:
        array = array.cast(HOURS)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    words = np.frombuffer(array.buffers()[1], dtype=np.int64) if len(array) else np.empty(0, np.int64)
    low = words[2 * array.offset : 2 * (array.offset + len(array)) : 2]
    if not array.null_count:
        return low, np.ones(len(array), dtype=bool)
    filled = array.is_valid().to_numpy(zero_copy_only=False)
    return np.where(filled, low, 0), filled


def from_hundredths(hundredths: Int64Array) -> pd.Series:
    """Int64 hundredths as a decimal column of hours."""
    words = np.empty((len(hundredths), 2), dtype=np.int64)
    words[:, 0] = hundredths
    words[:, 1] = hundredths >> 63
    array = pa.Array.from_buffers(HOURS, len(hundredths), [None, pa.py_buffer(words)])
    return pd.Series(pd.arrays.ArrowExtensionArray(array), copy=False)
