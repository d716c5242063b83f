"""A stored year in an analyst's hands: each table of all counties as one frame, and SQL over the same Parquet files.

Names, numbers and places that may hold a name are masked unless they are asked for by name; claims and exams then go by
handles that are the same in every table. Nothing that is loaded here is fit to be published: rows are single people.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from ce_toolkit.errors import InputError
from ce_toolkit.masking import mask_name, mask_number, mask_place, mask_text
from ce_toolkit.registers.areas import area_names
from ce_toolkit.rules import Pack
from ce_toolkit.rules.inquiry.lab import sensitivity
from ce_toolkit.runs.root import root
from ce_toolkit.runs.store import Store
from ce_toolkit.tables import from_arrow

COUNTY = ("county", "county_name")
"""Code and name of the county, the first two columns of every table."""

LEFT_OUT = frozenset({"leave", "secondment", "waiver_reference", "comment", "note"})
"""Free text about a person, of no use where nobody is to be known."""


def handle(text: str) -> str:
    """A short name of its own for an id or key that is made of a file's name or a certificate's number."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _spot(text: str) -> str:
    """A place in a file, its name masked as any name: the sheet and the cell stay to be found."""
    file, _, cell = text.rpartition("!")
    return f"{_place(file)}!{cell}"


_place = cache(mask_place)  # files are few, rows are many


def _words(text: str) -> str:
    return mask_text(text)


MASKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "name": mask_name,
        "certificate_no": mask_number,
        "card_no": mask_number,
        "reviewer": mask_name,
        "place": _place,
        "file": _place,
        "sheet": _place,
        "source": _spot,
        "title": _words,
        "organiser": _words,
        "claim_id": handle,
        "exam_id": handle,
        "key": handle,
        "related_key": handle,
    }
)
"""What is masked, by column, wherever it stands."""


@dataclass
class YearData:
    """The stored tables of one year, by name: ``year.people``, ``year["credits"]``; ``county`` says whose row it is.

    Hours are exact decimals of Arrow; make them float for a chart only. ``names``: whether names and numbers are whole.
    """

    store: Store
    counties: tuple[str, ...]
    names: bool = False
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        shown = "姓名和编号完整，请勿外传" if self.names else "姓名和编号已遮盖"
        return f"{self.store.folder.name} 年度，{len(self.counties)} 个县市区，{shown}；表：{'、'.join(self.tables)}"

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that every county has."""
        homes = [self.store.folder / county for county in self.counties]
        kept = [{path.stem for path in home.glob("*.parquet")} for home in homes]
        return tuple(sorted(set.intersection(*kept)))

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self.load(name)
        return self._frames[name]

    def load(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table of all counties one below the other, or these columns of it, which is quicker.

        Raises InputError where there is no such table.
        """
        self._known(name)
        wanted = None if columns is None else [column for column in columns if column not in COUNTY]
        table = self.store.load(self.counties, name, wanted).drop(columns=list(COUNTY), errors="ignore")
        rows = [pq.read_metadata(self.store.path(county, name)).num_rows for county in self.counties]
        whose = np.repeat(np.arange(len(self.counties)), rows)
        places = (self.counties, [area_names().get(code, code) for code in self.counties])
        for at, (column, words) in enumerate(zip(COUNTY, places, strict=True)):
            table.insert(at, column, pd.Categorical.from_codes(whose, words))
        return table if self.names else _masked(table)

    def sql(self, query: str, **given: Any) -> pd.DataFrame:
        """The answer to a query in SQL over the store's tables, columns as in the frames; sums of hours stay exact.

        ``given`` stands in the query as ``$name``. DuckDB reads of the Parquet files what the query asks for and no
        more. Raises InputError where DuckDB is not installed, or does not understand the query.
        """
        duckdb = _duckdb()
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            for column, mask in MASKS.items():
                connection.create_function(f"mask_{column}", mask, ["VARCHAR"], "VARCHAR")
            try:
                for name in self.tables:
                    connection.execute(f'CREATE VIEW "{name}" AS {self._view(name)}')
                return from_arrow(connection.sql(query, params=given or None).to_arrow_table())
            except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
                raise InputError(f"查询语句有误：{error}") from error
            except duckdb.Error:  # its words may hold what stands in a row
                raise InputError("查询中断：有的值不能按所写的类型或算法计算，请检查转换和除法。") from None

    def readings(self, pack: Pack, as_of: date) -> pd.DataFrame:
        """What hangs on each reading that the pack leaves open (``ce.sensitivity``), by all their claims."""
        claims, people = (self.store.load(self.counties, name) for name in ("claims", "people"))
        return sensitivity(pack, claims, people, as_of)

    def _known(self, name: str) -> None:
        if name not in self.tables:
            raise InputError(f"没有表 {name}；可用的有：{'、'.join(self.tables)}。")

    def _view(self, name: str) -> str:
        """The table in SQL: the same columns as in the frame, masked by the same functions."""
        parts = []
        for code in self.counties:
            path = self.store.path(code, name)
            columns = [column for column in pq.read_schema(path).names if column not in COUNTY]
            places = zip(COUNTY, (code, area_names().get(code, code)), strict=True)
            words = [f"{_text(word)} AS {column}" for column, word in places]
            listed = ", ".join([*words, *filter(None, map(self._column, columns))])
            parts.append(f"SELECT {listed} FROM read_parquet({_text(path.as_posix())})")  # noqa: S608  names of our own
        return " UNION ALL BY NAME ".join(parts)

    def _column(self, name: str) -> str:
        if not self.names and name in LEFT_OUT:
            return ""
        return f'mask_{name}("{name}") AS "{name}"' if not self.names and name in MASKS else f'"{name}"'


def load_year(store: str | Path, year: int, *, counties: str = "", names: bool = False) -> YearData:
    """The year's tables of every county in the store, or of those named in ``counties`` (codes, blanks between).

    ``store`` is read against the project root. ``names=True`` gives whole names and numbers: for the office alone.
    Raises InputError where a county, or the whole year, is not there.
    """
    stored = Store(root() / store, year)
    here = sorted(path.parent.name for path in stored.folder.glob("*/people.parquet"))
    wanted = tuple(counties.split()) or tuple(here)
    absent = [code for code in wanted if code not in here]
    if absent or not wanted:
        what = f"县市区 {'、'.join(absent)} 的" if absent else ""
        raise InputError(f"{store} 中没有{what} {year} 年度的数据表；请先运行 ce run 或 01_intake_checks。")
    return YearData(stored, wanted, names)


def _masked(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what ``MASKS`` names masked, each different text once, and free text left out."""
    shown = {name: table[name] for name in table.columns if name not in LEFT_OUT}
    for name, mask in MASKS.items():
        if name in shown:
            texts = shown[name].astype("str")
            shown[name] = texts.map({text: mask(text) for text in texts.dropna().unique()}).astype("str")
    return pd.DataFrame(shown, copy=False)


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise InputError("没有安装 DuckDB：请安装 ce-toolkit[explore]，或改用 pandas 的表。") from None
    return duckdb
