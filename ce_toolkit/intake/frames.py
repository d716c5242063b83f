"""Accepted rows as typed tables: one per form, its columns the fields of the form and where each row stood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.intake.cells import column_letters
from ce_toolkit.intake.fields import Form, field_spec
from ce_toolkit.intake.sheets import FormRows
from ce_toolkit.tables import COUNT, TEXT, WORD, from_arrow

PLACE = {"file": TEXT, "sheet": TEXT, "row": COUNT, "source": TEXT, "filing_unit": TEXT, "form_year": COUNT}
"""Columns in front of a form's own: where the row stood (``row`` as the sheet counts, ``source`` with the address of
its first cell, without a sheet for text files) and what stood above its table."""

BESIDE = {"dates": TEXT, "comment": TEXT}
"""Columns behind a form's own: the days that one cell names one by one, and what the comments at the row say.

A comment is somebody's own words and may name people: it is for the store and the reviewer, never for a finding."""

_AT_ONCE = 32
_WIDEST = 16  # bytes of a decimal, the widest of all values


@dataclass(frozen=True)
class Part:
    """Rows of one table of one file: where it stood, and ``columns``: row, the fields that it has, what is beside them.

    ``place`` and ``letters`` begin the source of each row: the file with its sheet, the column of the first cell.
    """

    form: str
    file: str
    sheet: str
    place: str
    letters: str
    filing_unit: str | None
    form_year: int | None
    columns: pa.RecordBatch

    def __len__(self) -> int:
        return len(self.columns)

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another as one piece: a table pickled column by column takes five times as long."""
        head = self.form, self.file, self.sheet, self.place, self.letters, self.filing_unit, self.form_year
        return _unpacked, (head, _packed(self.columns))

    @property
    def table(self) -> pa.Table:
        """The rows with all that stood around them; fields that the table does not have are left out."""
        size, source = len(self), self.columns["row"].cast(TEXT)
        beside = {
            "file": pa.repeat(pa.scalar(self.file, TEXT), size),
            "sheet": pa.repeat(pa.scalar(self.sheet, TEXT), size),
            "source": pc.binary_join_element_wise(
                pa.scalar(f"{self.place}!{self.letters}", TEXT), source, pa.scalar("", TEXT)
            ),
            "filing_unit": pa.repeat(pa.scalar(self.filing_unit, TEXT), size),
            "form_year": pa.repeat(pa.scalar(self.form_year, COUNT), size),
        }
        return pa.table({**beside, **dict(zip(self.columns.schema.names, self.columns.columns, strict=True))})

    def values(self, field_id: str) -> list[Any]:
        """Values of one field, row by row."""
        there = field_id in self.columns.schema.names
        return self.columns[field_id].to_pylist() if there else [None] * len(self)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Row number and value of every field of the form, row by row."""
        blank: dict[str, Any] = {field.id: None for field in field_spec().forms[self.form].fields}
        return [{**blank, **row} for row in self.columns.to_pylist()]


def _packed(columns: pa.RecordBatch) -> bytes:
    """The columns as one run of bytes."""
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, columns.schema) as stream:
        stream.write_batch(columns)
    return bytes(out.getvalue())


def _unpacked(head: tuple[str, str, str, str, str, str | None, int | None], packed: bytes) -> Part:
    buffer = pa.allocate_buffer(len(packed))  # Arrow's own room, so that the frame can have it afterwards
    memoryview(buffer).cast("B")[:] = packed
    return Part(*head, pa.ipc.open_stream(buffer).read_next_batch())


def accepted(file: str, table: FormRows) -> Part:
    """The accepted rows of one table of a file; words are still plain text (``joined`` makes them categories)."""
    whole, out = _rows(file, table), table.held | table.twins
    return _only(whole, [at not in out for at in range(len(table.rows))]) if out else whole


def held(file: str, table: FormRows) -> Part:
    """The held rows of one table of a file, what could not be read in them left blank."""
    return _only(_rows(file, table), [at in table.held for at in range(len(table.rows))])


def _only(part: Part, kept: list[bool]) -> Part:
    return replace(part, columns=part.columns.filter(pa.array(kept, pa.bool_())))


def _rows(file: str, table: FormRows) -> Part:
    sheet, facts = table.grid.sheet, table.facts
    columns = {"row": pa.array([row + 1 for row in table.rows], COUNT)}
    for field in table.form.fields:
        if field.id in table.values:
            columns[field.id] = pa.array(table.values[field.id], TEXT if field.type == WORD else field.type)
    if table.listed:
        columns["dates"] = _dates(table)
    if table.grid.comments:
        columns["comment"] = _comments(table)
    place, letters = f"{file}!{sheet}" if sheet else file, column_letters(min(table.head.columns.values()))
    return Part(table.form.id, file, sheet, place, letters, facts.filing_unit, facts.year, pa.record_batch(columns))


def _dates(table: FormRows) -> pa.Array:
    listed = (table.listed.get(at) for at in range(len(table.rows)))
    return pa.array([days and " ".join(map(str, days)) for days in listed], TEXT)


def _comments(table: FormRows) -> pa.Array:
    by_row: dict[int, list[str]] = {}
    for (row, column), text in sorted(table.grid.comments.items()):
        by_row.setdefault(row, []).append(f"{table.grid.address(row, column)}：{text}")
    return pa.array(["；".join(by_row[row]) if row in by_row else None for row in table.rows], TEXT)


def joined(form_id: str, parts: Iterable[Part]) -> pd.DataFrame:
    """All parts of one form as a frame of the form's types, rows in the order of the parts.

    Parts are taken in blocks: where the iterator keeps none of those it has given, the frame grows into the room that
    they leave.
    """
    schema, sizes = _schema(field_spec().forms[form_id]), []
    chunks: dict[str, list[pa.Array | None]] = {name: [] for name in schema}
    left = iter(parts)
    while some := list(islice(left, _AT_ONCE)):
        block = pa.concat_tables([part.table for part in some], promote_options="default")
        sizes.append(len(block))
        for name, kind in schema.items():
            there = name in block.column_names
            chunks[name].append(block[name].combine_chunks().cast(kind) if there else None)
        pa.default_memory_pool().release_unused()
    return from_arrow(pa.table({name: _column(kind, chunks[name], sizes) for name, kind in schema.items()}))


def _column(kind: pa.DataType, chunks: Sequence[pa.Array | None], sizes: Sequence[int]) -> pa.Array | pa.ChunkedArray:
    """The pieces of a column; where there is none a block is blank."""
    if all(chunk is None for chunk in chunks):
        return _blank(kind, sum(sizes))
    pairs = zip(chunks, sizes, strict=True)
    return pa.chunked_array([_blank(kind, size) if chunk is None else chunk for chunk, size in pairs])


def _blank(kind: pa.DataType, size: int) -> pa.Array:
    """A blank column; its zeros are never written, so that the system gives no memory for them."""
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(_blank(kind.index_type, size), pa.array([], kind.value_type))
    zeros = pa.py_buffer(np.zeros(_WIDEST * (size + 1), np.uint8))
    buffers = 3 if kind == TEXT else 2  # which values are there, then values, or where texts begin and all of them
    return pa.Array.from_buffers(kind, size, [zeros] * buffers, null_count=size)


def commented(parts: Iterable[Part]) -> pd.DataFrame:
    """Source, name and comment of every row with one, rows in the order of the parts."""
    blank = pa.schema([("source", TEXT), ("name", TEXT), ("comment", TEXT)]).empty_table()
    tables = [part.table for part in parts if "comment" in part.columns.schema.names]
    found = [table.filter(pc.is_valid(table["comment"])) for table in tables]
    return from_arrow(pa.concat_tables([blank, *found], promote_options="default").select(blank.column_names))


def _schema(form: Form) -> dict[str, pa.DataType]:
    return {**PLACE, **{field.id: field.type for field in form.fields}, **BESIDE}
