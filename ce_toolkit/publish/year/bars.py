"""Which cells of the year's tables are drawn in the workbook: completion, hours by class, hours by cause and clause."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ce_toolkit.publish.labels import HEADS
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.publish.workbook.charts import CellChart
from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

_MOST = 16


class _Chosen(NamedTuple):
    """A chart: its table, the column that names the bars, the figures; ``ranked``: the greatest first."""

    title: str
    table: str
    name: str
    figures: tuple[str, ...]
    axis: str
    ranked: bool = True
    share: bool = False


def year_bars(tables: Annual, pages: Sequence[Page]) -> list[CellChart]:
    """The charts of the workbook that these pages make. A row with a hidden figure is not drawn, and named as such."""
    by_tab = {page.tab: page for page in pages}
    charts: list[CellChart] = []
    for chosen in _chosen(tables):
        chart = _chart(chosen, by_tab[tables.tables[chosen.table].described.tab], f"图{len(charts) + 1}")
        if chart:
            charts.append(chart)
    return charts


def _chosen(tables: Annual) -> Iterator[_Chosen]:
    place = HEADS[tables.key]
    yield _Chosen(f"各{place}完成率（占报名）", "participation", tables.key, ("completed",), "占报名人数", share=True)
    yield _Chosen("各类学时的去向", "hours", "class", ("granted", "over_cap", "refused", "held"), "学时", ranked=False)
    yield _Chosen(
        f"各{place}学时的去向", "hours_by_place", tables.key, ("granted", "over_cap", "refused", "held"), "学时"
    )
    yield _Chosen("不予认定和待补的学时（按原因）", "refusals", "reason", ("refused", "held"), "学时")
    yield _Chosen("超上限核减的学时（按条款）", "cap_losses", "clause", ("hours",), "学时")


def _chart(chosen: _Chosen, page: Page, label: str) -> CellChart | None:
    """The chart of a page's cells; None where no row can be drawn."""
    table, heads = page.table, [HEADS[name] for name in chosen.figures]
    shown = [row for row in range(len(table)) if TOTAL not in set(table.iloc[row])]
    numbers = {row: [_number(value) for value in table.loc[row, heads]] for row in shown}
    drawn = [row for row in shown if None not in numbers[row]]
    if chosen.ranked:
        drawn.sort(key=lambda row: -sum(numbers[row]))
    drawn = [row for row in drawn if chosen.share or sum(numbers[row]) > 0][:_MOST]
    hidden = int(table.loc[shown, heads].isin([HIDDEN]).any(axis=1).sum())
    if len(drawn) < 2 or 2 * hidden > len(shown):  # a single bar compares nothing, a few of many mislead
        return None
    names = table[HEADS[chosen.name]].astype(str)
    columns = list(table.columns)
    return CellChart(
        label=label,
        title=chosen.title,
        tab=page.tab,
        rows=tuple(drawn),
        name=columns.index(HEADS[chosen.name]),
        names=tuple(names[drawn]),
        figures=tuple(columns.index(head) for head in heads),
        heads=tuple(heads),
        values=tuple(tuple(numbers[row][place] for row in drawn) for place in range(len(heads))),
        axis=chosen.axis,
        form="0.0%" if chosen.share else "#,##0",
        note=_left_out(list(names[[row for row in shown if HIDDEN in set(table.loc[row, heads])]])),
    )


def _number(value: Any) -> Any:
    """A figure or share as a number; None where there is none."""
    if isinstance(value, str):
        return round(float(value[:-1]) / 100, 6) if value.endswith("%") else None
    return value


def _left_out(names: Sequence[str]) -> str:
    return f"有 {HIDDEN} 的未画：{'、'.join(dict.fromkeys(names))}。" if names else ""
