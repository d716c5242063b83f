"""Proof of 合计: every total is worked out a second time, by another road, and set beside the table's own."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.statistics.bases import Bases
from ce_toolkit.statistics.counting import Counted
from ce_toolkit.statistics.described import CLAIMS, PEOPLE, UNITS, Column, Described


def prove(table: Counted, frames: Bases) -> pd.DataFrame:
    """Each figure of a table's 合计 row against the sum of the rows above it and against a recount of the rows counted.

    One row a figure: table, item, total (as in the table), parts (the sum; None where rows overlap, as people do who
    claim of two kinds), recount (by Arrow from the rows themselves; granted hours of all classes from the people's own
    totals, not from the claims), agrees.
    """
    described = table.described
    whole, above = table.data.iloc[-1], table.data.iloc[:-1]
    rows = []
    for column in described.columns:
        parts = above[column.name].sum(skipna=False) if column.adds_up else None
        rows.append(_line(described.name, column, whole[column.name], parts, _recount(described, column, frames)))
    return _table(rows)


def _recount(described: Described, column: Column, frames: Bases) -> Any:
    frame = frames[column.base]
    if column.layer == "hours" and column.name == "granted" and column.base == CLAIMS:
        people = frames[PEOPLE]
        return Decimal(int(people.loc[people["in_scope"], "total_hundredths"].sum())) / 100
    chosen = _chosen(described, column, frame)
    if column.how == "rows":
        return len(frame) if chosen is None else int(pc.sum(chosen).as_py() or 0)
    if column.how == "persons":
        return len(pc.unique(_filtered(pa.array(frame["person"]), chosen)))
    amounts = _filtered(pa.array(frame[column.amount], from_pandas=True), chosen)
    if amounts.null_count:
        return None
    total = int(pc.sum(amounts).as_py() or 0)
    return Decimal(total) / 100 if column.how == "hours" else total


def _chosen(described: Described, column: Column, frame: pd.DataFrame) -> pa.Array | None:
    """Which rows of the base a figure is about; None for all of them."""
    marks = [column.where, described.where if column.base != UNITS else ""]
    masks = [pa.array(frame[mark].to_numpy(dtype=bool)) for mark in marks if mark]
    return None if not masks else masks[0] if len(masks) == 1 else pc.and_(*masks)


def _filtered(values: pa.Array, chosen: pa.Array | None) -> pa.Array:
    return values if chosen is None else pc.filter(values, chosen)


def _line(name: str, column: Column, total: Any, parts: Any, recount: Any) -> dict[str, Any]:
    total, parts, recount = (None if pd.isna(figure) else figure for figure in (total, parts, recount))
    agrees = total == recount and (parts == total or not column.adds_up)
    return {"table": name, "item": column.name, "total": total, "parts": parts, "recount": recount, "agrees": agrees}


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Lines as a table whose figures stay what they are: whole numbers, exact hours, or None for unknown."""
    columns = {name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]}
    return pd.DataFrame(columns).astype({"agrees": bool, "table": "str", "item": "str"})
