"""Where the rows of each person lie in a large stored table that is sorted by something else.

Beside the table lies a small one, sorted by the column: the value, and the number of the row that holds it. A look-up
reads one row group of it and then only the groups of the table that hold one of the rows.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ce_toolkit.runs.lookup import rows_with
from ce_toolkit.tables import Int64Array

# below this a column is read as fast as an index
WORTH_AN_INDEX = 1 << 19
_STAMP = b"of"


def index_path(table: Path, column: str) -> Path:
    """Where the index of a table's column lies."""
    return table.with_name(f"{table.stem}.by_{column}.parquet")


def write_index(path: Path, column: str, values: pa.ChunkedArray, rows_a_group: int) -> None:
    """Lay the index of a text column beside the table that was just written."""
    rows = pa.array(_in_order(values))
    index = pa.table({column: values.take(rows).cast(pa.large_string()), "row": rows})
    target = index_path(path, column)
    beside = target.with_suffix(".new")
    pq.write_table(
        index.replace_schema_metadata({_STAMP: _stamp(path)}), beside, compression="zstd", row_group_size=rows_a_group
    )
    beside.chmod(0o600)
    beside.replace(target)


def drop_index(path: Path, column: str) -> None:
    """Take away an index that no longer belongs to its table."""
    index_path(path, column).unlink(missing_ok=True)


def indexed_rows(path: Path, column: str, values: Collection[str]) -> pa.Table | None:
    """The rows whose ``column`` holds one of ``values``, in the table's order; None where there is no sound index."""
    index = index_path(path, column)
    if not index.is_file() or (pq.read_schema(index).metadata or {}).get(_STAMP) != _stamp(path):
        return None
    numbers = np.sort(rows_with(index, column, values)["row"].to_numpy())
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        edges = np.cumsum([0, *sizes])
        groups = np.unique(np.searchsorted(edges, numbers, side="right") - 1)
        if not groups.size:
            return file.schema_arrow.empty_table()
        parts = [_taken(file, int(group), numbers, edges) for group in groups]
    return pa.concat_tables(parts)


def _taken(file: pq.ParquetFile, group: int, numbers: Int64Array, edges: Int64Array) -> pa.Table:
    """The rows of one group that are asked for."""
    mine = numbers[(numbers >= edges[group]) & (numbers < edges[group + 1])] - edges[group]
    return file.read_row_group(group).take(pa.array(mine))


def _in_order(values: pa.ChunkedArray) -> Int64Array:
    """Row numbers in the order of the text: the few distinct values are sorted, their ranks put the rows in order."""
    coded = values.combine_chunks()
    coded = coded if pa.types.is_dictionary(coded.type) else pc.dictionary_encode(coded)
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.argsort(rank[coded.indices.to_numpy()], kind="stable")


def _stamp(path: Path) -> bytes:
    """What tells a table from the one that was there before: its length and its footer."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 64))
        return f"{size} {file.read().hex()}".encode()
