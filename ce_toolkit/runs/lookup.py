"""A few rows out of a large Parquet file, without reading the rest of it.

Row groups are passed over by their statistics (a table sorted by the column, as the ledger is by claim id, leaves one),
then by the column alone, read as a dictionary; only groups that hold a value are read whole.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ce_toolkit.tables import BoolArray

_FEW = 4  # groups that are read whole sooner than scouted


def rows_with(path: Path, column: str, values: Collection[str]) -> pa.Table:
    """The rows whose text ``column`` holds one of ``values``, in the file's order."""
    wanted = sorted(set(values))
    with pq.ParquetFile(path) as file:
        number = file.schema_arrow.get_field_index(column)
        groups = [group for group in range(file.num_row_groups) if _may_hold(file, group, number, wanted)]
        if len(groups) > _FEW:
            groups = list(_holding(path, file.metadata, groups, (column, wanted)))
        if not groups:
            return file.schema_arrow.empty_table()
        table = file.read_row_groups(groups)
    return table.filter(pc.is_in(table[column].cast(pa.large_string()), value_set=pa.array(wanted, pa.large_string())))


def _may_hold(file: pq.ParquetFile, group: int, column: int, wanted: list[str]) -> bool:
    found = file.metadata.row_group(group).column(column).statistics
    if found is None or not found.has_min_max:
        return True
    # by bytes, as Parquet orders text; the bounds may be cut short, so a value that begins like one is not ruled out
    low, high = found.min.encode(), found.max.encode()
    return any(low <= value.encode() and value.encode()[: len(high)] <= high for value in wanted)


def _holding(path: Path, metadata: Any, groups: list[int], wanted: tuple[str, list[str]]) -> Iterator[int]:
    """Groups that hold a value, by their column alone."""
    column, values = wanted
    with pq.ParquetFile(path, metadata=metadata, read_dictionary=[column]) as scout:
        chunks = scout.read_row_groups(groups, columns=[column]).column(0).chunks
    mask = np.concatenate([_mask(chunk, pa.array(values, pa.string())) for chunk in chunks])
    edges = np.cumsum([metadata.row_group(group).num_rows for group in groups])
    for group, part in zip(groups, np.split(mask, edges[:-1]), strict=True):
        if part.any():
            yield group


def _mask(chunk: pa.DictionaryArray, wanted: pa.Array) -> BoolArray:
    known = pc.is_in(chunk.dictionary.cast(pa.string()), value_set=wanted).to_numpy(zero_copy_only=False)
    codes = np.flatnonzero(known)
    indices = chunk.indices.fill_null(-1).to_numpy()
    return np.isin(indices, codes) if codes.size else np.zeros(len(chunk), dtype=bool)
