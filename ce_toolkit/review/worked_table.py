"""The bound worked out line by line, as a person can add it up: rank, taint, factor, increment, hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from ce_toolkit.review.evaluate_hours import HoursEvaluation, StratumHours
from ce_toolkit.review.hours_limits import HoursLimit
from ce_toolkit.review.rates import percent, rounded

COLUMNS = ("层", "序号", "差错比例", "上限比例", "增量", "学时")
_MODELS = {
    "hypergeometric": "按学时单元不放回抽样的精确上限（超几何分布）",
    "binomial": "二项分布精确上限",
    "poisson": "泊松分布上限",
    "table": "风险系数表（泊松分布，系数向上取两位小数）",
}


@dataclass(frozen=True)
class WorkedTable:
    """A bound worked out. ``rows``: columns of ``COLUMNS``; ``upper`` what the hours add up to; ``method`` in words."""

    rows: pd.DataFrame
    upper: Fraction
    method: str


def worked_table(limit: HoursLimit, *, title: str = "") -> WorkedTable:
    """The steps of one bound: the basic one at rank 0, then the taints from the largest down, hours exact.

    Hours of a row are registered hours times increment times taint; their sum is the limit. Shares and increments are
    fractions shown as decimals; the hours keep all their digits as fractions, so that adding them up gives the limit.
    """
    rows = [(title, step.rank, step.taint, step.share, step.increment, step.hours) for step in limit.steps]
    return WorkedTable(_frame(rows), limit.upper_hours, _MODELS[limit.model])


def worked_tables(evaluation: HoursEvaluation) -> tuple[WorkedTable, WorkedTable]:
    """The deciding bound of an evaluation over its strata, and as second line the one by the 风险系数 tables.

    Strata reviewed in full stand with one row, the wrong hours found in them.
    """
    over = evaluation.over
    if over.pooled is not None and over.pooled_table is not None:
        full = [row for each in over.strata if each.certainty for row in _rows(each, None)]
        return _pooled(full, over.known, over.pooled), _pooled(full, over.known, over.pooled_table)
    exact = [row for each in over.strata for row in _rows(each, each.limit)]
    table = [row for each in over.strata for row in _rows(each, each.table)]
    return (
        WorkedTable(_frame(exact), over.upper, _MODELS["hypergeometric"]),
        WorkedTable(_frame(table), over.table_hours, _MODELS["table"]),
    )


def _pooled(full: list[tuple[object, ...]], known: Fraction, limit: HoursLimit) -> WorkedTable:
    """All strata drawn from as one: taints weighted, hours those of the register that the hits stand for."""
    rows = worked_table(limit, title="各层合并").rows.itertuples(index=False, name=None)
    method = f"{_MODELS[limit.model]}；各层合并，按抽得最疏的一层折算为 {_hours(limit.hours, 1)} 学时，差错比例已折算"
    return WorkedTable(_frame([*full, *rows]), known + limit.upper_hours, method)


def shown(table: WorkedTable, *, places: int = 2) -> pd.DataFrame:
    """The table as it is printed, with a total: shares in per cent and hours, rounded once; the total rounded up."""
    rows = table.rows
    total = ("合计", "", "", "", "", _hours(table.upper, places, towards="up"))
    text = [
        (row[0], _rank(row[1]), _percent(row[2]), _percent(row[3]), _percent(row[4]), _hours(row[5], places))
        for row in rows.itertuples(index=False, name=None)
    ]
    return pd.DataFrame([*text, total], columns=list(COLUMNS), dtype=object)


def _rank(rank: int | None) -> str:
    return "全部核查" if rank is None else str(rank) if rank else "基本界限"


def second_line(evaluation: HoursEvaluation) -> str:
    """One sentence on the 风险系数 method: its figure, its rounding, and whether it would decide otherwise."""
    table, limit = evaluation.over.table_hours, evaluation.tolerable_hours
    same = (table < limit) == evaluation.accepted
    return (
        f"按风险系数表计算（系数向上取两位小数），误登学时上限为 {_hours(table, 1, towards='up')} 学时，"
        f"精确上限为 {_hours(evaluation.over.upper, 1, towards='up')} 学时；"
        + ("两种方法结论相同。" if same else "两种方法结论不同，以精确上限为准。")
    )


def _rows(each: StratumHours, limit: HoursLimit | None) -> list[tuple[object, ...]]:
    if limit is None:
        return [(each.title, None, None, None, None, each.known)]
    return list(worked_table(limit, title=each.title).rows.itertuples(index=False, name=None))


def _frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _percent(value: Fraction | None) -> str:
    return "" if value is None else percent(value)


def _hours(value: Fraction, places: int, *, towards: str = "nearest") -> Decimal:
    return rounded(value, places, towards=towards)
