"""Claims of a whole province: credited part by part from a Parquet file, in memory that does not grow with the file.

Crediting asks only that all claims of a person are together (rule_packs: partition by person), so a file whose claims
lie person by person is read, credited and written in parts; the next part is read and the last one written meanwhile.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ce_toolkit.errors import InputError
from ce_toolkit.rules import Credited, credit
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.signatures import signature
from ce_toolkit.tables import CLAIMS, PEOPLE, Int64Array, Table, from_arrow

ROWS_A_PART = 1_000_000
TABLES = ("credits", "ledger", "standing")
_WORD = pa.dictionary(pa.int32(), pa.large_string())
T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """What was credited: numbers of claims and people read, of ledger rows written, and of parts."""

    claims: int
    people: int
    ledger: int
    parts: int


def credit_files(claims: Path, people: Path, out: Path, pack: Pack, as_of: date) -> Account:
    """Credit a Parquet file of claims and write ``credits``, ``ledger`` and ``standing`` as Parquet into ``out``.

    Columns follow the contracts CLAIMS and PEOPLE. The claims of a person must lie together; people may be in any
    order, and those without claims are judged too. Rows of the outputs are those of ``credit``, part after part. Raises
    InputError where a file cannot be read or a person's claims are scattered; nothing is left in ``out`` then.
    """
    folk = _read(people, PEOPLE)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".crediting-") as folder:
        # the pool ends before the files are closed: nothing is ever written to a closed one
        with ExitStack() as files, ThreadPoolExecutor(1) as writing:
            writers = _Writers(Path(folder), files)
            written: Future[None] | None = None
            for part in _ahead(_parts(claims, folk, ROWS_A_PART)):
                done = credit(*part, pack, as_of)
                if written is not None:
                    written.result()
                written = writing.submit(writers.write, done, len(part[1]))
            if written is not None:
                written.result()
        for name in TABLES:
            (Path(folder) / f"{name}.parquet").replace(out / f"{name}.parquet")
    return writers.account()


def _parts(claims: Path, folk: pa.Table, rows: int) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Claims and their people, no person in two parts; last of all the people who claim nothing."""
    place_of = _Places(folk["person_id"].combine_chunks().cast(pa.large_string()))
    waiting = np.ones(len(folk), dtype=bool)
    for table in _by_person(claims, rows):
        places = place_of(pc.unique(table["person_id"].cast(pa.large_string())))
        if not waiting[places].all():
            raise InputError(f"{claims.name}：同一人的申报须排在一起；请先按 person_id 排序。")
        waiting[places] = False
        yield from_arrow(table), from_arrow(folk.take(pa.array(np.sort(places))))
    yield from_arrow(_schema_of(claims).empty_table()), from_arrow(folk.filter(pa.array(waiting)))


class _Places:
    """Where ids stand among all people; their signatures are sorted once, then each part takes its own time only."""

    def __init__(self, ids: pa.LargeStringArray) -> None:
        self.ids = ids
        signed = signature(ids)
        self.order = np.argsort(signed, kind="stable")
        self.signed = signed[self.order]

    def __call__(self, wanted: pa.LargeStringArray) -> Int64Array:
        """The places of those ids that are known; two ids of one signature are told apart by their text."""
        near = np.searchsorted(self.signed, signature(wanted))
        places = self.order[np.minimum(near, len(self.order) - 1)] if len(self.order) else near[:0]
        if len(places) and pc.all(pc.equal(self.ids.take(pa.array(places)), wanted)).as_py():
            return places
        return pc.index_in(wanted, value_set=self.ids).drop_null().to_numpy().astype(np.int64)


def _by_person(path: Path, rows: int) -> Iterator[pa.Table]:
    """The file in tables of about ``rows`` claims, cut between people."""
    rest: pa.Table | None = None
    with _opened(path) as file:
        names = [name for name in file.schema_arrow.names if name in CLAIMS.columns]
        for read in _tables(file, names, rows):
            table = read if rest is None else pa.concat_tables([rest, read])
            ids = table["person_id"]
            before = pc.not_equal(ids, ids[-1]).combine_chunks().to_numpy(zero_copy_only=False)
            cut = int(np.flatnonzero(before)[-1]) + 1 if before.any() else 0
            rest = table.slice(cut)
            if cut:
                yield table.slice(0, cut)
    if rest is not None and len(rest):
        yield rest


def _tables(file: pq.ParquetFile, names: list[str], rows: int) -> Iterator[pa.Table]:
    """The file in tables of at least so many rows; its own row groups, however small, are put together."""
    batches: list[pa.RecordBatch] = []
    for batch in file.iter_batches(rows, columns=names):
        batches.append(batch)
        if sum(len(one) for one in batches) >= rows:
            yield pa.Table.from_batches(batches)
            batches = []
    if batches:
        yield pa.Table.from_batches(batches)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException):
        raise InputError(f"{path}：打不开，或不是 Parquet 文件。") from None


def _schema_of(path: Path) -> pa.Schema:
    with _opened(path) as file:
        names = [name for name in file.schema_arrow.names if name in CLAIMS.columns]
        return pa.schema([file.schema_arrow.field(name) for name in names])


def _read(path: Path, table: Table) -> pa.Table:
    with _opened(path) as file:
        missing = [name for name in ("person_id",) if name not in file.schema_arrow.names]
        if missing:
            raise InputError(f"{path.name}：缺少列 {'、'.join(missing)}。")
        return file.read([name for name in file.schema_arrow.names if name in table.columns])


def _ahead(parts: Iterator[T]) -> Iterator[T]:
    """The same, each next one made while its forerunner is worked on."""
    with ThreadPoolExecutor(1) as reading:
        coming = reading.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = reading.submit(next, parts, None)
            yield part


class _Writers:
    """One Parquet file per table, written part after part."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.open: dict[str, pq.ParquetWriter] = {}
        self.rows = dict.fromkeys((*TABLES, "parts"), 0)

    def write(self, done: Credited, people: int) -> None:
        """Add the tables of one part."""
        for name in TABLES:
            table = _plain_words(pa.Table.from_pandas(getattr(done, name), preserve_index=False))
            if name not in self.open:
                path = self.folder / f"{name}.parquet"
                path.touch(mode=0o600)
                words = [each.name for each in table.schema if each.type == _WORD]
                writer = pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=words)
                self.open[name] = self.stack.enter_context(writer)
            self.open[name].write_table(table.cast(self.open[name].schema))
            self.rows[name] += len(table)
        self.rows["parts"] += bool(people)

    def account(self) -> Account:
        """What was written."""
        rows = self.rows
        return Account(rows["credits"], rows["standing"], rows["ledger"], rows["parts"])


def _plain_words(table: pa.Table) -> pa.Table:
    """Words under one type in every part, however many of them a part has."""
    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        columns[name] = column.cast(_WORD) if pa.types.is_dictionary(column.type) else column
    return pa.table(columns)
