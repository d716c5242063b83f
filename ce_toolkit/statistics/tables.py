"""The year's tables: who was to be trained, enrolled, trained, passed and met, and what became of the hours.

Every table is counts first; a share is made from two counts on display only. 应参训 is known per unit where the unit
gave a head-count; a group with a unit that gave none is unknown (shown 未报), never 0 and never 100 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.statistics.roster import MARKS
from ce_toolkit.tables import BoolArray

TOTAL = "合计"
COUNT = pd.ArrowDtype(pa.int64())


@dataclass(frozen=True)
class Rate:
    """A share with its two counts; ``None`` as ``total`` is an unknown denominator."""

    part: int
    total: int | None

    def __str__(self) -> str:
        if self.total is None or pd.isna(self.total):
            return "未报"
        return "—" if self.total == 0 else f"{100 * self.part / self.total:.1f}%"


def count_by(people: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Counts of people per combination of ``keys`` that occurs, with a 合计 row of all of them last.

    ``people`` is a roster. Columns: the keys, ``in_scope``, the marks, ``out_of_scope``. A blank key counts under
    its own heading 未填; no one is left out.
    """
    marked = people[[*keys, "in_scope", *MARKS]].copy(deep=False)
    for key in keys:
        marked[key] = _named(marked[key])
    marked["out_of_scope"] = ~marked["in_scope"]
    sums = marked.groupby(list(keys), observed=True, sort=True, dropna=False).sum().astype("int64").reset_index()
    return with_total(sums, keys)


def _named(column: pd.Series) -> pd.Series:
    """A key column as an ordered category whose blanks read 未填."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.remove_unused_categories()
        return column.cat.add_categories(["未填"]).fillna("未填") if column.isna().any() else column
    return column.astype("str").fillna("未填")


def with_total(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """``table`` with a last row that sums every column but the keys; one unknown part makes the whole unknown."""
    body = table.astype(dict.fromkeys(keys, "str"))
    total = {column: body[column].sum(skipna=False) for column in body.columns if column not in keys}
    last = pd.DataFrame([{**dict.fromkeys(keys, ""), keys[0]: TOTAL, **total}]).reindex(columns=body.columns)
    return pd.concat([body, last.astype(body.dtypes.to_dict())], ignore_index=True)


def participation(people: pd.DataFrame, units: pd.DataFrame, key: str) -> pd.DataFrame:
    """Participation and completion per group (F2, F5), 合计 last.

    ``key`` is a column of both the roster and ``units``. Columns: key, units, units_reporting (with a head-count),
    eligible (their sum, unknown where a unit gave none), enrolled, trained, public_passed, met, out_of_scope.
    """
    counted = count_by(people, [key]).iloc[:-1].drop(columns="in_scope")
    grouped = units.groupby(_named(units[key]), observed=True)["eligible"]
    known = grouped.agg(units="size", units_reporting="count", eligible=lambda counts: counts.sum(skipna=False))
    known.index = known.index.astype("str")
    table = counted.merge(known.rename_axis(key).reset_index(), on=key, how="outer", sort=False)
    whole = [name for name in table.columns if name not in {key, "eligible"}]
    table[whole] = table[whole].fillna(0).astype("int64")
    table["eligible"] = table["eligible"].astype(COUNT)
    table = table.iloc[_in_order(table[key], people[key])]
    columns = [key, "units", "units_reporting", "eligible", *MARKS, "out_of_scope"]
    return with_total(table[columns], [key])


def _in_order(found: pd.Series, column: pd.Series) -> list[int]:
    """Places of the rows in the order of the column's categories (in that of their words where it has none)."""
    words = list(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else sorted(set(found))
    rank = {word: place for place, word in enumerate(words)}
    return sorted(range(len(found)), key=lambda place: rank.get(found.iloc[place], len(rank)))


def with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """A participation table with its shares: 报名/应参训, 达标/报名, 达标/应参训, each with its own base (F5).

    Whoever met without being on a form is in 达标 but in no share, so that no part exceeds its whole.
    """
    rows = list(zip(table["enrolled"], table["met_enrolled"], table["eligible"], strict=True))
    return table.assign(
        joined=[str(Rate(enrolled, eligible)) for enrolled, _, eligible in rows],
        completed=[str(Rate(met, enrolled)) for enrolled, met, _ in rows],
        completed_of_eligible=[str(Rate(met, eligible)) for _, met, eligible in rows],
    )


def hours_by_class(credit: pd.DataFrame, people: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """What became of the hours per class of claim, over people in scope; 合计 last.

    Columns: class, claims, persons, claimed, granted, over_cap, refused, held (hours), average (granted hours per
    person in scope, two decimals, blank for no person). claimed = granted + over_cap + refused + held in every row.
    """
    scope = people.loc[people["in_scope"], "person_id"]
    inside = credit[among(credit["person_id"], scope)]
    figures = ["claimed", "granted", "over_cap", "refused", "held"]
    grouped = inside.groupby(inside["class"].astype("str"), observed=True)
    table = grouped[figures].sum()
    table.insert(0, "persons", grouped["person_id"].nunique())
    table.insert(0, "claims", grouped.size())
    table = table.reindex(list(classes)).fillna(0).rename_axis("class").reset_index()
    table = table.astype({"claims": "int64", "persons": "int64"} | {name: inside[name].dtype for name in figures})
    table = with_total(table, ["class"])
    table.loc[table.index[-1], "persons"] = inside["person_id"].nunique()
    table["average"] = [_average(hours, len(scope)) for hours in table["granted"]]
    return table


def among(ids: pd.Series, wanted: pd.Series) -> BoolArray:
    """Which ids are among the wanted ones."""
    found = pc.is_in(pa.array(ids, from_pandas=True), value_set=pa.array(wanted, from_pandas=True))
    return found.to_numpy(zero_copy_only=False)


def _average(hours: Decimal, people: int) -> Decimal | None:
    return (hours / people).quantize(Decimal("0.01"), ROUND_HALF_UP) if people else None


def losses(ledger: pd.DataFrame, credit: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Hours not credited per reason and class, over people in scope: what was cut by caps, refused, or held.

    Columns: effect (over_cap, refused, held), reason, clause, class, claims, persons, hours; largest first in each.
    """
    scope = people.loc[people["in_scope"], "person_id"]
    moved = ledger[(ledger["effect"] != "raised").to_numpy() & among(ledger["person_id"], scope)]
    moved = moved.merge(credit[["claim_id", "class"]], on="claim_id", how="left", validate="many_to_one")
    keys = ["effect", "reason", "clause", "class"]
    grouped = moved.groupby(keys, observed=True)
    table = grouped.agg(
        claims=("claim_id", "size"), persons=("person_id", "nunique"), hours=("delta", "sum")
    ).reset_index()
    table["hours"] = -table["hours"]
    order = table["effect"].map({"over_cap": 0, "refused": 1, "held": 2})
    return table.assign(order=order).sort_values(["order", "hours"], ascending=[True, False]).drop(columns="order")
