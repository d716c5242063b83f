"""Accepted rows as typed tables: one per form, its columns the fields of the form and where each row stood."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.intake.fields import Form, field_spec
from ce_toolkit.intake.sheets import FormRows
from ce_toolkit.tables import COUNT, TEXT, WORD, from_arrow

PLACE = {"file": TEXT, "sheet": TEXT, "row": COUNT, "source": TEXT, "filing_unit": TEXT, "form_year": COUNT}
"""Columns in front of a form's own: where the row stood (``row`` as the sheet counts, ``source`` with the address of
its first cell, without a sheet for text files) and what stood above its table."""

BESIDE = {"dates": TEXT, "comment": TEXT}
"""Columns behind a form's own: the days that one cell names one by one, and what the comments at the row say.

A comment is somebody's own words and may name people: it is for the store and the reviewer, never for a finding."""


def accepted(file: str, table: FormRows) -> pa.Table:
    """The accepted rows of one table of a file; words are still plain text (``joined`` makes them categories)."""
    whole, out = _rows(file, table), table.held | table.twins
    return whole.filter(pa.array([at not in out for at in range(len(table.rows))])) if out else whole


def held(file: str, table: FormRows) -> pa.Table:
    """The held rows of one table of a file, what could not be read in them left blank."""
    return _rows(file, table).filter(pa.array([at in table.held for at in range(len(table.rows))], pa.bool_()))


def _rows(file: str, table: FormRows) -> pa.Table:
    size = len(table.rows)
    sheet, facts = table.grid.sheet, table.facts
    place = f"{file}!{sheet}" if sheet else file
    first = table.grid.address(0, min(table.head.columns.values()))[:-1]
    columns = {
        "file": pa.repeat(pa.scalar(file, TEXT), size),
        "sheet": pa.repeat(pa.scalar(sheet, TEXT), size),
        "row": pa.array([row + 1 for row in table.rows], COUNT),
        "source": pa.array([f"{place}!{first}{row + 1}" for row in table.rows], TEXT),
        "filing_unit": pa.repeat(pa.scalar(facts.filing_unit, TEXT), size),
        "form_year": pa.repeat(pa.scalar(facts.year, COUNT), size),
    }
    for field in table.form.fields:
        kind = TEXT if field.type == WORD else field.type
        values = table.values.get(field.id)
        columns[field.id] = pa.nulls(size, kind) if values is None else pa.array(values, kind)
    columns["dates"] = _dates(table)
    columns["comment"] = _comments(table)
    return pa.table(columns)


def _dates(table: FormRows) -> pa.Array:
    if not table.listed:
        return pa.nulls(len(table.rows), TEXT)
    listed = (table.listed.get(at) for at in range(len(table.rows)))
    return pa.array([days and " ".join(map(str, days)) for days in listed], TEXT)


def _comments(table: FormRows) -> pa.Array:
    if not table.grid.comments:
        return pa.nulls(len(table.rows), TEXT)
    by_row: dict[int, list[str]] = {}
    for (row, column), text in sorted(table.grid.comments.items()):
        by_row.setdefault(row, []).append(f"{table.grid.address(row, column)}：{text}")
    return pa.array(["；".join(by_row[row]) if row in by_row else None for row in table.rows], TEXT)


def joined(form_id: str, parts: Sequence[pa.Table]) -> pd.DataFrame:
    """All parts of one form as a frame of the form's types, rows in the order of the parts."""
    schema = _schema(field_spec().forms[form_id])
    whole = pa.concat_tables(parts) if parts else pa.schema(schema).empty_table()
    return from_arrow(pa.table({name: whole.column(name).cast(kind) for name, kind in schema}))


def commented(parts: Sequence[pa.Table]) -> pd.DataFrame:
    """Source, name and comment of every row with one, rows in the order of the parts."""
    columns = {"source": TEXT, "name": TEXT, "comment": TEXT}
    found = [part.select(list(columns)).filter(pc.is_valid(part["comment"])) for part in parts]
    return from_arrow(pa.concat_tables([pa.schema(list(columns.items())).empty_table(), *found]))


def _schema(form: Form) -> list[tuple[str, pa.DataType]]:
    return [*PLACE.items(), *((field.id, field.type) for field in form.fields), *BESIDE.items()]
