"""The store: one Parquet file per table, county and year. Full names and numbers live here and nowhere else.

Plain ``pandas.read_parquet`` gives decimals back as slow ``object`` columns, so tables are read through ``load``, which
keeps the Arrow types. Files are 0600 and folders 0700; a table is written beside its place and moved there whole.
"""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ce_toolkit.errors import InputError, TableError
from ce_toolkit.registers.private import private_file
from ce_toolkit.runs.lookup import rows_with
from ce_toolkit.runs.row_index import WORTH_AN_INDEX, drop_index, indexed_rows, write_index
from ce_toolkit.tables import TABLES, WORD, from_arrow, to_arrow

# small enough that a look-up reads little, large enough that statistics and dictionaries cost nothing
ROWS_A_GROUP = 1 << 16
_UNREADABLE = "县市区 {county} 的表 {name} 读不出来；请用 --force 重新运行该县市区。"


class Store:
    """The tables of one year. ``folder`` holds one folder per county."""

    def __init__(self, root: Path, year: int) -> None:
        self.folder = root / str(year)

    def path(self, county: str, name: str) -> Path:
        """Where a county's table lies."""
        return self.folder / county / f"{name}.parquet"

    def beside(self, county: str, name: str) -> Path:
        """The place of a further file beside a county's tables, in a folder that only its owner can open."""
        path = self.folder / county / name
        _private_folder(path.parent, self.folder.parent)
        return path

    def exists(self, county: str, name: str) -> bool:
        """Whether the county's table was stored."""
        return self.path(county, name).is_file()

    def save(self, county: str, name: str, data: pd.DataFrame) -> Path:
        """Put a county's table in its place, replacing the one before. A contract's types are kept to the letter."""
        table = to_arrow(TABLES[name], data) if name in TABLES else pa.Table.from_pandas(data, preserve_index=False)
        path = self.path(county, name)
        _private_folder(path.parent, self.folder.parent)
        with private_file(path) as file:
            plain = table.replace_schema_metadata(None)
            pq.write_table(plain, file, compression="zstd", row_group_size=ROWS_A_GROUP)
        _index(path, table)
        return path

    def load(self, county: str | Sequence[str], name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One county's table, or those of several counties one below the other, with exact types.

        ``columns``: only these are read. Raises InputError if a county has no such table, TableError if the tables of
        two counties do not fit together.
        """
        counties = [county] if isinstance(county, str) else list(county)
        if not counties:
            raise InputError(f"没有可读取的县市区，无法读取表 {name}。")
        return from_arrow(_joined(name, [self._read(one, name, columns) for one in counties]))

    def rows(self, county: str, name: str, column: str, values: Collection[str]) -> pd.DataFrame:
        """The rows of a county's table whose ``column`` holds one of ``values``, without reading the whole table.

        A few milliseconds where the table is sorted by the column, as claims' tables are by claim id, or has an index
        of it, as large ones have of their people; else the column alone is read. Raises InputError if the county has no
        such table.
        """
        path = self._found(county, name)
        try:
            found = indexed_rows(path, column, values)
            return from_arrow(rows_with(path, column, values) if found is None else found)
        except (pa.ArrowException, OSError) as error:
            raise InputError(_UNREADABLE.format(county=county, name=name)) from error

    def sha256(self, county: str, name: str) -> str:
        """Fingerprint of the table's values (not of its bytes)."""
        return values_sha256(self._read(county, name))

    def _found(self, county: str, name: str) -> Path:
        path = self.path(county, name)
        if not path.is_file():
            raise InputError(f"没有县市区 {county} 的表 {name}；请先运行该县市区的前几个笔记本。")
        return path

    def _read(self, county: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        path = self._found(county, name)
        try:
            return pq.read_table(path, partitioning=None, columns=None if columns is None else [*columns])
        except (pa.ArrowException, OSError) as error:
            raise InputError(_UNREADABLE.format(county=county, name=name)) from error


def _index(path: Path, table: pa.Table) -> None:
    """An index of the people of a large table of claims, so that one of them is found in milliseconds."""
    if "person_id" in table.column_names and "claim_id" in table.column_names and len(table) >= WORTH_AN_INDEX:
        write_index(path, "person_id", table["person_id"], ROWS_A_GROUP)
    else:
        drop_index(path, "person_id")


def _private_folder(folder: Path, stop: Path) -> None:
    missing = [one for one in (folder, *folder.parents) if stop in (one, *one.parents) and not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)


def _joined(name: str, tables: list[pa.Table]) -> pa.Table:
    if len(tables) == 1:
        return tables[0]
    try:
        return pa.concat_tables([_with_room(table) for table in tables], promote_options="default")
    except pa.ArrowException as error:
        raise TableError(f"各县市区的表 {name} 列类型不一致；请用 --force 重新运行全部县市区。") from error


def _with_room(table: pa.Table) -> pa.Table:
    """The table with words numbered widely enough for those of all counties together: one county may have 100 only."""
    wide = [field.with_type(WORD) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    return table.cast(pa.schema(wide))


def values_sha256(table: pa.Table) -> str:
    """Fingerprint of names, types and values in row order, whatever the encoding and the cut into chunks."""
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        plain = _plain(column)
        digest.update(f"{name}:{plain.type}:{len(plain)}\n".encode())
        filled = plain.is_valid()
        digest.update(_bytes(filled.cast(pa.int8())))
        digest.update(_bytes(_zeroed(plain)))
    return digest.hexdigest()


def file_values_sha256(path: Path) -> str:
    """Fingerprint of the values of a Parquet file."""
    return values_sha256(pq.read_table(path, partitioning=None))


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """One array of plain values: words and flags as they read, dates as day numbers."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _zeroed(array: pa.Array) -> pa.Array:
    """The array with blanks set to the type's zero: what lies under a blank is left to chance by Arrow."""
    if not array.null_count:
        return array
    if pa.types.is_large_string(array.type):
        return array.fill_null("")
    try:
        return array.fill_null(pa.scalar(0, array.type))
    except pa.ArrowException:
        return pa.array([repr(value) for value in array.to_pylist()], pa.large_string())


def _bytes(array: pa.Array) -> memoryview:
    if pa.types.is_nested(array.type):
        array = pa.array([repr(value) for value in array.to_pylist()], pa.large_string())
    return memoryview(pa.record_batch([pc.cast(array, array.type)], names=["_"]).serialize())
