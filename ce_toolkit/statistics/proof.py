"""Proof of 合计: every total is worked out a second time, by another road, and set beside the table's own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.statistics.roster import MARKS
from ce_toolkit.statistics.tables import TOTAL


def prove_counts(name: str, table: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Marks of a table's 合计 row against the sum of its other rows and against a recount of the people, one by one.

    One row a mark: table, item, total (as printed), parts (sum of the rows above), recount (from the people), agrees.
    """
    total, parts = _split(table)
    rows = []
    for mark in MARKS:
        recount = int(np.count_nonzero(people[mark].to_numpy(dtype=bool)))
        rows.append(_line(name, mark, int(total[mark]), int(parts[mark].sum()), recount))
    return pd.DataFrame(rows)


def prove_hours(name: str, table: pd.DataFrame, credit: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Hours of the 合计 row against the sum of the classes and an Arrow sum over the claims of people in scope.

    The recount of ``granted`` is taken from the people's own totals, not from the claims.
    """
    total, parts = _split(table)
    inside = pa.array(people.loc[people["in_scope"], "person_id"])
    chosen = pc.is_in(pa.array(credit["person_id"]), value_set=inside)
    rows = []
    for figure in ("claimed", "granted", "over_cap", "refused", "held"):
        recount = pc.sum(pc.filter(pa.array(credit[figure]), chosen)).as_py() or 0
        if figure == "granted":
            recount = Decimal(int(people.loc[people["in_scope"], "total_hundredths"].sum())) / 100
        rows.append(_line(name, figure, total[figure], parts[figure].sum(), recount))
    return pd.DataFrame(rows)


def _split(table: pd.DataFrame) -> tuple[Mapping[str, Any], pd.DataFrame]:
    last = table.iloc[-1]
    if TOTAL not in list(last):
        raise ValueError("the table has no 合计 row")
    return last, table.iloc[:-1]


def _line(name: str, item: str, total: Any, parts: Any, recount: Any) -> dict[str, Any]:
    agrees = bool(total == parts == recount)
    return {"table": name, "item": item, "total": total, "parts": parts, "recount": recount, "agrees": agrees}
