"""Accepted rows as typed tables: one per form, its columns the fields of the form and where each row stood."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from ce_toolkit.intake.fields import Form, field_spec
from ce_toolkit.intake.sheets import FormRows
from ce_toolkit.tables import COUNT, TEXT, WORD, from_arrow

PLACE = {"file": TEXT, "sheet": TEXT, "row": COUNT, "source": TEXT, "filing_unit": TEXT, "form_year": COUNT}
"""Columns in front of a form's own: where the row stood (``row`` as the sheet counts, ``source`` with the address of
its first cell, without a sheet for text files) and what stood above its table."""


def accepted(file: str, table: FormRows) -> pa.Table:
    """The accepted rows of one table of a file; words are still plain text (``joined`` makes them categories)."""
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
    whole = pa.table(columns)
    out = table.held | table.twins
    return whole.filter(pa.array([at not in out for at in range(size)])) if out else whole


def joined(form_id: str, parts: Sequence[pa.Table]) -> pd.DataFrame:
    """All parts of one form as a frame of the form's types, rows in the order of the parts."""
    schema = _schema(field_spec().forms[form_id])
    whole = pa.concat_tables(parts) if parts else pa.schema(schema).empty_table()
    return from_arrow(pa.table({name: whole.column(name).cast(kind) for name, kind in schema}))


def _schema(form: Form) -> list[tuple[str, pa.DataType]]:
    return [*PLACE.items(), *((field.id, field.type) for field in form.fields)]
