"""The one way in which tables are counted: rows grouped once, every column a bincount over the groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ce_toolkit.statistics.bases import Bases
from ce_toolkit.statistics.described import PEOPLE, UNITS, Column, Described
from ce_toolkit.statistics.tables import TOTAL
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths

BLANK = "未填"
COUNT = pd.ArrowDtype(pa.int64())
Words = tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """A table and what stands behind it; all frames have its rows, 合计 last.

    ``data``: keys and figures, exact, nothing left out. ``persons``: how many people each figure speaks of (-1: it
    speaks of none). ``population``: how many people each row speaks of. ``words``: the keys of each row, () in 合计.
    """

    described: Described
    data: pd.DataFrame
    persons: pd.DataFrame
    population: Int64Array
    words: tuple[Words, ...]


def counted(described: Described, frames: Bases) -> Counted:
    """The table that ``described`` says, of the rows in ``frames``. Nobody is left out: a blank key reads 未填."""
    chosen = {base: taken(described, frames[base], base) for base in _bases_of(described)}
    grouped = {base: _Grouped(*row_groups(frame, described.keys)) for base, frame in chosen.items()}
    words = _in_order([one.words for one in grouped.values()], described.keys, list(chosen.values()))
    place = {key: row for row, key in enumerate(words)}
    size = len(words)
    figures: dict[str, Any] = {}
    persons: dict[str, Int64Array] = {}
    for column in described.columns:
        figures[column.name], persons[column.name] = _figure(column, chosen[column.base], grouped[column.base], place)
    population = _population(described.base, chosen, grouped, place)
    keys = {key: pd.array([*(row[at] for row in words), TOTAL if at == 0 else ""], dtype="str")
            for at, key in enumerate(described.keys)}  # fmt: skip
    data = pd.DataFrame({**keys, **figures}, index=pd.RangeIndex(size + 1))
    return Counted(described, data, pd.DataFrame(persons), population, (*words, ()))


@dataclass(frozen=True)
class _Grouped:
    """Group of each row of a frame, and the keys of each group."""

    group: Int64Array
    words: Sequence[Words]


def category(column: pd.Series) -> pd.Categorical:
    """A key column as categories in the order of tables, blanks among them as 未填."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("str").astype("category")
    if column.isna().any():
        column = column.cat.add_categories([BLANK]).fillna(BLANK)
    return column.array


def row_groups(frame: pd.DataFrame, keys: Sequence[str]) -> tuple[Int64Array, list[Words]]:
    """Group of each row, and the keys of each group in the order of their words."""
    code = np.zeros(len(frame), dtype=np.int64)
    columns = [category(frame[key]) for key in keys]
    for column in columns:
        code = code * (len(column.categories) + 1) + column.codes
    _, first, group = np.unique(code, return_index=True, return_inverse=True)
    lists = [column.take(first).astype(object) for column in columns]
    return group.astype(np.int64), [tuple(map(str, row)) for row in zip(*lists, strict=True)] if keys else []


def _bases_of(described: Described) -> list[str]:
    return list(dict.fromkeys(column.base for column in described.columns))


def taken(described: Described, frame: pd.DataFrame, base: str) -> pd.DataFrame:
    """The rows of a base that a table is about."""
    wanted = described.where and base == described.base
    return frame[frame[described.where].to_numpy(dtype=bool)] if wanted else frame


def _in_order(lists: Sequence[Sequence[Words]], keys: Sequence[str], frames: Sequence[pd.DataFrame]) -> list[Words]:
    """Every group that occurs in any base, ordered key by key as the categories are."""
    ranks = [_ranks(key, frames) for key in keys]
    found = dict.fromkeys(row for words in lists for row in words)
    return sorted(found, key=lambda row: [rank[word] for rank, word in zip(ranks, row, strict=True)])


def _ranks(key: str, frames: Sequence[pd.DataFrame]) -> dict[str, int]:
    words: dict[str, None] = {}
    for frame in frames:
        words |= dict.fromkeys(map(str, category(frame[key]).categories))
    blank = [BLANK] if words.pop(BLANK, 0) is None else []
    return {word: rank for rank, word in enumerate([*words, *blank])}


def _figure(
    column: Column, frame: pd.DataFrame, grouped: _Grouped, place: Mapping[Words, int]
) -> tuple[Any, Int64Array]:
    """A column's figure per row of the table, 合计 last, and the people that each speaks of."""
    rows = marked(column, frame)
    spots = np.array([place[words] for words in grouped.words], dtype=np.int64)
    group = spots[grouped.group[rows]] if len(spots) else np.zeros(0, dtype=np.int64)
    size = len(place)
    if column.how == "sum" and column.base == UNITS:
        return _head_counts(frame[column.amount], grouped, spots, size)
    people = _distinct(group, frame["person"].to_numpy()[rows], size) if "person" in frame else None
    behind = np.full(size + 1, -1, dtype=np.int64) if people is None or not column.layer else people
    if column.how == "persons" and people is not None:
        return people, behind
    if column.how == "rows":
        return _with_whole(np.bincount(group, minlength=size)), behind
    amounts = frame[column.amount].to_numpy(dtype=np.int64)[rows]
    sums = _with_whole(np.rint(np.bincount(group, weights=amounts, minlength=size)).astype(np.int64))
    return (from_hundredths(sums) if column.how == "hours" else sums), behind


def marked(column: Column, frame: pd.DataFrame) -> Int64Array:
    """Rows of the frame that a column speaks of: those with its mark, and some hours where it adds up hours."""
    mask: BoolArray = np.ones(len(frame), dtype=bool)
    if column.where:
        mask = frame[column.where].to_numpy(dtype=bool)
    if column.how == "hours":
        mask = mask & (frame[column.amount].to_numpy(dtype=np.int64) != 0)
    return np.flatnonzero(mask)


def _with_whole(counts: npt.NDArray[Any]) -> Int64Array:
    return np.append(counts, counts.sum()).astype(np.int64)


def _distinct(group: Int64Array, person: Int64Array, size: int) -> Int64Array:
    """People per group, each once, and those of all groups, each once."""
    width = int(person.max(initial=0)) + 1
    pairs = pd.unique(group * width + person)
    return np.append(np.bincount(pairs // width, minlength=size), len(pd.unique(person))).astype(np.int64)


def _head_counts(given: pd.Series, grouped: _Grouped, spots: Int64Array, size: int) -> tuple[Any, Int64Array]:
    """应参训 per row: unknown where a unit of the row gave none (F2), and where the row has no unit at all."""
    known = given.notna().to_numpy()
    group = spots[grouped.group] if len(spots) else grouped.group
    sums = np.rint(np.bincount(group, weights=given.fillna(0).to_numpy(dtype=np.int64), minlength=size)).astype(
        np.int64
    )
    asked = (np.bincount(group, minlength=size) > 0) & (np.bincount(group, weights=~known, minlength=size) == 0)
    whole = bool(asked.all())
    sums, asked = np.append(sums, sums.sum() if whole else 0), np.append(asked, whole)
    return pd.array(pa.array(sums, mask=~asked), dtype=COUNT), np.where(asked, sums, -1)


def _population(
    base: str, frames: Mapping[str, pd.DataFrame], grouped: Mapping[str, _Grouped], place: Mapping[Words, int]
) -> Int64Array:
    """People that a row speaks of in any of its figures: of the roster those in scope."""
    if "person" not in frames[base]:
        return np.full(len(place) + 1, -1, dtype=np.int64)
    all_of_them = Column("population", base, "persons", "in_scope" if base == PEOPLE else "", layer="population")
    return _figure(all_of_them, frames[base], grouped[base], place)[1]
