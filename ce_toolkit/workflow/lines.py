"""Lines of a journal: an act as canonical bytes, chained to the line before by a hash.

A line is one JSON object in a fixed order of keys without blanks, ``n`` (the line's number) first and ``hash`` last:
SHA-256 over the hash of the line before and the line's own bytes without it. The first line is chained to the office,
so that one office's file in another's place does not pass.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from ce_toolkit.errors import JournalError
from ce_toolkit.tables import DATE, HOURS, from_arrow, to_arrow
from ce_toolkit.workflow.acts import ACTS, NOTHING

FIELDS = ("n", "subject", "step", *(name for name in ACTS.columns if name not in {"n", "subject", "step", "office"}))
TAIL = len(',"hash":"') + 64 + len('"}')
_BLOCK = 1 << 24


def first_hash(office: str) -> str:
    """What the first line of an office's journal is chained to."""
    return hashlib.sha256(f"ce-journal 1 {office}".encode()).hexdigest()


def chained(before: str, body: bytes) -> str:
    """The hash of a line with this body after a line with that hash."""
    return hashlib.sha256(before.encode() + b"\n" + body).hexdigest()


def canonical(values: dict[str, Any]) -> bytes:
    """A line's bytes without its hash: the filled fields in their order."""
    filled = {name: _plain(values[name]) for name in FIELDS if values.get(name) is not None}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def written(rows: Iterable[dict[str, Any]], before: str) -> Iterator[tuple[bytes, str]]:
    """Each row as a line with its hash, chained to the line with the hash ``before``."""
    for row in rows:
        body = canonical(row)
        before = chained(before, body)
        yield body[:-1] + b',"hash":"' + before.encode() + b'"}\n', before


def split(line: bytes) -> tuple[bytes, str]:
    """A line's body and the hash it states; an empty hash where it is no line of a journal."""
    body, tail = line[:-TAIL] + b"}", line[-TAIL:]
    stated = tail[9:-2]
    if tail[:9] != b',"hash":"' or tail[-2:] != b'"}' or not stated.isalnum():
        return line, ""
    return body, stated.decode("ascii", "replace")


def rows_of(acts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The acts as plain values by field, blanks left out by ``canonical``."""
    columns = {name: column.to_pylist() for name, column in zip(*_columns(acts), strict=True)}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _columns(acts: pd.DataFrame) -> tuple[list[str], list[pa.ChunkedArray]]:
    table = to_arrow(ACTS, acts[[name for name in FIELDS if name in acts.columns]])
    return table.column_names, table.columns


def read_acts(data: bytes, office: str) -> pd.DataFrame:
    """The lines of one office's file as a table (contract ACTS). Raises JournalError where a line is no JSON."""
    if not data:
        return NOTHING
    schema = pa.schema([pa.field(name, _as_read(ACTS.columns[name])) for name in FIELDS])
    try:
        table = pj.read_json(
            pa.BufferReader(data),
            read_options=pj.ReadOptions(block_size=_BLOCK),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid:
        raise JournalError(f"{office} 的办理日志有一行读不出来；请用 ce verify 查看是哪一行。") from None
    columns = {name: _typed(table[name], kind) for name, kind in ACTS.columns.items() if name != "office"}
    word = pa.DictionaryArray.from_arrays(pa.array([0] * len(table), pa.int32()), pa.array([office], pa.large_string()))
    return from_arrow(pa.table({**columns, "office": word}))


def _as_read(kind: pa.DataType) -> pa.DataType:
    """The type under which JSON gives a column: days and hours are text, few-valued words a dictionary."""
    if kind in (DATE, HOURS) or pa.types.is_dictionary(kind):
        return pa.string()
    return kind


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind in (DATE, HOURS):  # few distinct values: each is read once
        column = column.dictionary_encode().unify_dictionaries()
        return pa.chunked_array([_decoded(chunk, kind) for chunk in column.chunks], kind)
    if pa.types.is_dictionary(kind):
        return column.dictionary_encode().cast(kind)
    return column


def _decoded(chunk: pa.DictionaryArray, kind: pa.DataType) -> pa.Array:
    return pc.take(chunk.dictionary.cast(kind), chunk.indices)
