"""Cells of the year's tables, each under what it counts and of whom, so that one figure in two tables is one cell."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ce_toolkit.rules.reasons import CAUSES
from ce_toolkit.statistics.counting import Counted, Words
from ce_toolkit.statistics.described import Column, Described
from ce_toolkit.statistics.roster import natures_by_name, ownership
from ce_toolkit.tables import to_hundredths

Key = tuple[tuple[str, str], ...]
Spot = tuple[str, Key]
"""What is counted (a layer) and of whom: words by fact, in the order of facts."""

_STOPS = ("refused", "held")
"""Effects of hours that a cause stops, in one table together."""
COLUMNS = ("table", "row", "column", "layer", "key", "value", "persons", "population", "hidden")


@dataclass(frozen=True)
class Cell:
    """One figure: where it stands, what it counts and of whom, its value (hours in hundredths), people behind it.

    ``row`` is its place in the table, from 0, 合计 last. ``persons`` is -1 where the figure speaks of nobody.
    ``is_total``: whether it stands in 合计.
    """

    table: str
    row: int
    column: str
    spot: Spot
    value: int
    persons: int
    population: int
    is_total: bool = False


def cells_of(counted: Counted, area: Key) -> Iterator[Cell]:
    """Every known figure of a table. ``area``: the county that all of it is of, if one."""
    described = counted.described
    for column in described.columns:
        for row, (words, value) in enumerate(
            zip(counted.words, values_of(counted.data[column.name], column), strict=True)
        ):
            if value is not None:
                persons, population = int(counted.persons[column.name].iloc[row]), int(counted.population[row])
                spot = (layer_of(described, column), key_of(described, column, words, area))
                yield Cell(described.name, row, column.name, spot, value, persons, population, is_total=not words)


def layer_of(described: Described, column: Column) -> str:
    """What a column counts; what counts nobody is a thing of its table alone."""
    return column.layer or f"{described.name}.{column.name}"


def values_of(figures: pd.Series, column: Column) -> list[int | None]:
    """Figures as whole numbers: counts, or hours in hundredths; None where unknown."""
    if column.how == "hours":
        return [int(value) for value in to_hundredths(figures)[0]]
    return [None if pd.isna(value) else int(value) for value in figures]


def key_of(described: Described, column: Column, words: Words, area: Key) -> Key:
    """What a cell counts, by fact: the row's words, what they imply, and what the column and table stand for."""
    facts = dict(area) | dict(described.fixed) | dict(column.fixed) | dict(zip(described.keys, words, strict=False))
    if "sector_name" in facts:
        facts["ownership"] = _ownership(facts["sector_name"])
    if "effect" in facts:
        facts["fate"] = "granted" if facts["effect"] == "granted" else "lost"
        facts["stop"] = "stopped" if facts["effect"] in _STOPS else "not"
    if "reason" in facts:
        facts["cause"] = CAUSES.get(facts["reason"], "data")
    return tuple(sorted(facts.items()))


def _ownership(sector: str) -> str:
    return ownership(natures_by_name().get(sector, ""))


def cells_table(cells: Sequence[Cell], hidden: Mapping[Spot, bool]) -> pd.DataFrame:
    """Cells as they are stored beside the tables they stand in; ``key`` is JSON. For the store alone."""
    rows = [
        (cell.table, cell.row, cell.column, cell.spot[0], _as_json(cell.spot[1]), cell.value, cell.persons,
         cell.population, hidden[cell.spot])
        for cell in cells
    ]  # fmt: skip
    kinds = {"table": "str", "row": "int64", "column": "str", "layer": "str", "key": "str", "hidden": bool}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        kinds | dict.fromkeys(("value", "persons", "population"), "int64")
    )


def cells_from(table: pd.DataFrame) -> list[tuple[Cell, bool]]:
    """Stored cells again, each with whether it was published or hidden."""
    rows: list[dict[str, Any]] = table.to_dict("records")
    return [
        (
            Cell(row["table"], row["row"], row["column"], (row["layer"], _from_json(row["key"])), row["value"],
                 row["persons"], row["population"]),
            bool(row["hidden"]),
        )
        for row in rows
    ]  # fmt: skip


def _as_json(key: Key) -> str:
    return json.dumps(dict(key), ensure_ascii=False)


def _from_json(text: str) -> Key:
    return tuple(sorted(json.loads(text).items()))
