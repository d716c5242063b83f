"""A few rows out of a large Parquet file, without reading the rest of it.

Row groups are passed over by their statistics (a table sorted by the column, as the ledger is by claim id, leaves one),
then by the column alone, read as a dictionary; only groups that hold a value are read whole.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ce_toolkit.tables import BoolArray


def rows_with(path: Path, column: str, values: Collection[str]) -> pa.Table:
    """The rows whose text ``column`` holds one of ``values``, in the file's order."""
    wanted = sorted(set(values))
    with pq.ParquetFile(path, read_dictionary=[column]) as scout, pq.ParquetFile(path) as file:
        number = file.schema_arrow.get_field_index(column)
        groups = [group for group in range(file.num_row_groups) if _may_hold(file, group, number, wanted)]
        parts = []
        for group, mask in _hits(scout, groups, column, wanted):
            parts.append(file.read_row_group(group, use_threads=False).filter(pa.array(mask)))
        return pa.concat_tables(parts) if parts else file.schema_arrow.empty_table()


def _may_hold(file: pq.ParquetFile, group: int, column: int, wanted: list[str]) -> bool:
    found = file.metadata.row_group(group).column(column).statistics
    if found is None or not found.has_min_max:
        return True
    # by bytes, as Parquet orders text; the bounds may be cut short, so a value that begins like one is not ruled out
    low, high = found.min.encode(), found.max.encode()
    return any(low <= value.encode() and value.encode()[: len(high)] <= high for value in wanted)


def _hits(scout: pq.ParquetFile, groups: list[int], column: str, wanted: list[str]) -> Iterator[tuple[int, BoolArray]]:
    """Groups that hold a value, each with the rows that do."""
    if not groups:
        return
    chunks = scout.read_row_groups(groups, columns=[column]).column(0).chunks
    mask = np.concatenate([_mask(chunk, pa.array(wanted, pa.string())) for chunk in chunks])
    edges = np.cumsum([scout.metadata.row_group(group).num_rows for group in groups])
    for group, part in zip(groups, np.split(mask, edges[:-1]), strict=True):
        if part.any():
            yield group, part


def _mask(chunk: pa.DictionaryArray, wanted: pa.Array) -> BoolArray:
    known = pc.is_in(chunk.dictionary.cast(pa.string()), value_set=wanted).to_numpy(zero_copy_only=False)
    codes = np.flatnonzero(known)
    indices = chunk.indices.fill_null(-1).to_numpy()
    return np.isin(indices, codes) if codes.size else np.zeros(len(chunk), dtype=bool)
