"""Proof of 合计: every total is worked out a second time, by another road, and set beside the table's own."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.statistics.roster import MARKS
from ce_toolkit.statistics.tables import TOTAL


def prove_counts(name: str, table: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Counts of a table's 合计 row against the sum of its other rows and against a recount of the people, one by one.

    One row a count of people: table, item, total (as printed), parts (sum of the rows above), recount (from the
    people), agrees.
    """
    total, parts = _split(table)
    inside = people["in_scope"].to_numpy(dtype=bool)
    counted = {
        "in_scope": inside,
        **{mark: people[mark].to_numpy(dtype=bool) for mark in MARKS},
        "out_of_scope": ~inside,
    }
    rows = []
    for item in [item for item in counted if item in table]:
        recount = int(np.count_nonzero(counted[item]))
        rows.append(_line(name, item, int(total[item]), int(parts[item].sum()), recount))
    return _table(rows)


def prove_units(name: str, table: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Units and 应参训 of the 合计 row against the rows above and the register of units; unknown stays unknown."""
    total, parts = _split(table)
    given = [None if pd.isna(count) else int(count) for count in units["eligible"]]
    known = [count for count in given if count is not None]
    eligible = sum(known) if len(known) == len(given) and not parts["eligible"].isna().any() else None
    recounts = {"units": len(given), "units_reporting": len(known), "eligible": eligible}
    return _table(
        [_line(name, item, total[item], parts[item].sum(skipna=False), recount) for item, recount in recounts.items()]
    )


def prove_hours(name: str, table: pd.DataFrame, credit: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Claims and hours of the 合计 row against the sum of the classes and an Arrow sum over claims of people in scope.

    The recount of ``granted`` is taken from the people's own totals, not from the claims.
    """
    total, parts = _split(table)
    inside = pa.array(people.loc[people["in_scope"], "person_id"])
    chosen = pc.is_in(pa.array(credit["person_id"]), value_set=inside)
    rows = [_line(name, "claims", int(total["claims"]), int(parts["claims"].sum()), pc.sum(chosen).as_py() or 0)]
    for figure in ("claimed", "granted", "over_cap", "refused", "held"):
        recount = pc.sum(pc.filter(pa.array(credit[figure]), chosen)).as_py() or 0
        if figure == "granted":
            recount = Decimal(int(people.loc[people["in_scope"], "total_hundredths"].sum())) / 100
        rows.append(_line(name, figure, total[figure], parts[figure].sum(), recount))
    return _table(rows)


def _split(table: pd.DataFrame) -> tuple[Mapping[str, Any], pd.DataFrame]:
    last = table.iloc[-1]
    if TOTAL not in list(last):
        raise ValueError("the table has no 合计 row")
    return last, table.iloc[:-1]


def _line(name: str, item: str, total: Any, parts: Any, recount: Any) -> dict[str, Any]:
    total, parts, recount = (None if pd.isna(figure) else figure for figure in (total, parts, recount))
    agrees = bool(total == parts == recount)
    return {"table": name, "item": item, "total": total, "parts": parts, "recount": recount, "agrees": agrees}


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Lines as a table whose figures stay what they are: whole numbers, exact hours, or None for unknown."""
    columns = {name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]}
    return pd.DataFrame(columns).astype({"agrees": bool, "table": "str", "item": "str"})
