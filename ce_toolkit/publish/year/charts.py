"""Charts of the year, each drawn from tables as they are published: what is hidden there is no bar here.

A chart's title says what is seen where the figures may be told; its axes name their unit, its foot the source.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ce_toolkit.publish.labels import HEADS, WORDS
from ce_toolkit.publish.year.drawing import (
    EDGE,
    bare,
    figure_png,
    figure_svg,
    finished,
    framed,
    legend,
    look,
    numbers,
    patch,
    worded,
)
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.reached import MINIMA, REACHED, UNDATED, gap_classes, month_classes
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

_FATES = ("granted", "over_cap", "refused", "held")


@dataclass(frozen=True)
class Chart:
    """A picture of a table: its name, caption, the tabs of the tables it shows, and the figure.

    A notebook shows it as SVG; ``png`` is for Word, ``alt`` for whoever cannot see it.
    """

    name: str
    caption: str
    tabs: tuple[str, ...]
    figure: Any = field(repr=False)

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        return figure_svg(self.figure)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG."""
        return figure_png(self.figure)

    @property
    def alt(self) -> str:
        """What is seen, and where its figures stand."""
        return f"{self.figure.get_suptitle()}。数字见表“{'”“'.join(self.tabs)}”。"

    def _repr_svg_(self) -> str:
        return self.svg


def year_charts(tables: Annual, pack: Pack, *, place: str) -> dict[str, Chart]:
    """The five charts of a year by name: completion, shortfall, hours, waterfall, months."""
    head = f"{pack.time.year}年度{place}"
    drawn = {
        "completion": ("达标情况", completion(tables, head), ("participation",)),
        "shortfall": ("离要求的差距", shortfall(tables, pack, head), ("shortfall",)),
        "hours": (pack.in_unit("各类学时的去向"), hours(tables, pack, head), ("hours",)),
        "waterfall": (pack.in_unit("学时减在何处"), waterfall(tables, pack, head), ("hours", "clauses")),
        "months": ("达标月份", months(tables, pack, head), ("months",)),
    }
    return {
        name: Chart(name, f"{head}{caption}", tuple(tables.tables[one].described.tab for one in shown), figure)
        for name, (caption, figure, shown) in drawn.items()
    }


def completion(tables: Annual, head: str) -> Any:
    """A bar for each county (or nature of units): the share of those enrolled who met all minima, highest first.

    The whole is a line across and a dark bar of its own at the foot; each bar names its two counts.
    """
    table, key = tables["participation"], tables.key
    rows = _shares(table[key], numbers(table["met_enrolled"]), numbers(table["enrolled"]))
    *body, total = rows
    ordered = [total, *sorted(body, key=lambda row: -1.0 if row[1] is None else row[1])]
    figure, axes = framed(len(ordered))
    for place, (word, share, label) in enumerate(ordered):
        if share is not None:
            axes.barh(place, 100, height=0.72, **look("rest"))
            axes.barh(place, share, height=0.72, **look("total" if word == TOTAL else "met"))
        axes.text(101, place, label, va="center", fontsize=8.5)
    axes.set_yticks(range(len(ordered)), [word for word, *_ in ordered])
    axes.set_xlim(0, 132)
    axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
    axes.set_xlabel("其中报名者达标 ÷ 报名（右边为 人数 / 人数、比率）", fontsize=8.5)
    bare(axes)
    said = f"：{TOTAL} {total[1]:.1f}%" if total[1] is not None else ""
    if total[1] is not None:
        axes.plot([total[1]] * 2, [-0.5, len(ordered) - 0.5], color=EDGE, linewidth=1, linestyle="--")
    legend(axes, [patch("met", "达标"), patch("rest", "未达标（含待定）")])
    return finished(figure, f"{head}完成率（按{HEADS[key]}）{said}", _source(tables, "participation"))


def _shares(
    words: Sequence[str], parts: Sequence[float | None], wholes: Sequence[float | None]
) -> list[tuple[str, float | None, str]]:
    """Word, share in per cent and label of each row; no share where a count is hidden or the whole is none."""
    rows: list[tuple[str, float | None, str]] = []
    for word, part, whole in zip(words, parts, wholes, strict=True):
        if part is None or whole is None:
            rows.append((word, None, HIDDEN))
        elif not whole:
            rows.append((word, None, "无报名"))
        else:
            share = 100 * part / whole
            rows.append((word, share, f"{part:,.0f} / {whole:,.0f}　{share:.1f}%"))
    return rows


def shortfall(tables: Annual, pack: Pack, head: str) -> Any:
    """Three panels, one a minimum: people by what they lack, nothing at the top, the most at the foot."""
    table = tables["shortfall"].set_index("short_by")
    classes = [word for word in gap_classes() if word in table.index]
    figure, panels = framed(len(classes), columns=len(MINIMA))
    for axes, name in zip(panels, MINIMA, strict=True):
        figures = numbers(table.loc[classes, f"gap_{name}"])
        most = max((figure_ for figure_ in figures if figure_ is not None), default=0) or 1
        for place, (word, count) in enumerate(zip(classes, figures, strict=True)):
            if count is not None:
                axes.barh(place, count, height=0.72, **look("met" if word == REACHED else "over_cap"))
            axes.text((count or 0) + 0.02 * most, place, worded(count), va="center", fontsize=8.5)
        axes.set_xlim(0, 1.3 * most)
        axes.set_title(_minimum(name, pack), fontsize=10)
        axes.set_xlabel("人数（人）", fontsize=8.5)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=4)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.tick_params(labelbottom=any(figures))
        bare(axes, grid="x")
    panels[0].set_yticks(range(len(classes)), [pack.in_unit(word) for word in classes])
    panels[0].set_ylim(max(len(classes), 1) - 0.5, -0.5)
    return finished(figure, pack.in_unit(f"{head}在范围人员离各项学时要求的差距"), _source(tables, "shortfall"))


def _minimum(name: str, pack: Pack) -> str:
    """A minimum with its figure, where the pack states one."""
    stated = [each.at_least for each in pack.requirements if each.id == name and each.at_least is not None]
    said = pack.in_unit(HEADS[f"gap_{name}"])
    return f"{said}（要求 {worded(float(stated[0]))}）" if stated else said


def hours(tables: Annual, pack: Pack, head: str) -> Any:
    """A stacked bar for each class of claims: granted, over a cap, refused, held; what is hidden is one part together.

    That part is what the others leave of the hours claimed, which anybody can work out.
    """
    table = tables["hours"]
    body = table[table["class"] != TOTAL].reset_index(drop=True)
    figure, axes = framed(len(body), each=0.5)
    ends = [0.0] * len(body)
    for fate in _FATES:
        for place, amount in enumerate(numbers(body[fate])):
            if amount:
                axes.barh(place, amount, left=ends[place], height=0.66, **look(fate))
                ends[place] += amount
    gone = (body[list(_FATES)].astype(object) == HIDDEN).any(axis=1)
    for place, (claimed, some) in enumerate(zip(numbers(body["claimed"]), gone, strict=True)):
        if some and claimed is not None:
            axes.barh(place, claimed - ends[place], left=ends[place], height=0.66, **look("mixed"))
            ends[place] = claimed
        label = pack.in_unit(f"申报 {worded(claimed)}{'（有隐去的，未画）' if some and claimed is None else ''}")
        axes.text(ends[place] + 0.01 * max(ends), place, label, va="center", fontsize=8.5)
    axes.set_yticks(range(len(body)), [pack.label(word) for word in body["class"]])
    axes.set_ylim(max(len(body), 1) - 0.5, -0.5)
    axes.set_xlim(0, 1.35 * max([*ends, 1]))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(pack.in_unit("学时"), fontsize=8.5)
    bare(axes, grid="x")
    legend(axes, [patch(fate, HEADS[fate]) for fate in _FATES] + [patch("mixed", "隐去各项合计")] * bool(gone.any()))
    return finished(figure, pack.in_unit(f"{head}各类学时的去向"), _source(tables, "hours"))


@dataclass(frozen=True)
class Step:
    """A bar of the waterfall: what it is of, what it is called, hours, and whether it takes from what was claimed."""

    kind: str
    label: str
    hours: float | None
    takes: bool = True


def steps(tables: Annual) -> list[Step]:
    """From hours claimed to hours granted, clause by clause; nothing where either of the two is hidden.

    Of the clauses, those that are hidden are one step together, as their sum can be read from the totals; a single one
    is not told, and then there are no steps either.
    """
    whole = tables["hours"].iloc[-1:]
    (claimed,), (granted,) = numbers(whole["claimed"]), numbers(whole["granted"])
    lost = tables["clauses"].iloc[:-1]
    known = [
        Step(effect, f"{WORDS['effect'][effect]} {clause}", amount)
        for effect, clause, amount in zip(lost["effect"], lost["clause"], numbers(lost["hours"]), strict=True)
    ]
    hidden = sum(step.hours is None for step in known)
    if claimed is None or granted is None or hidden == 1:
        return []
    shown = [step for step in known if step.hours is not None]
    rest = claimed - granted - sum(step.hours or 0 for step in shown)
    shown += [Step("mixed", f"隐去的 {hidden} 项合计", rest)] if hidden else []
    return [Step("claimed", "申报", claimed, takes=False), *shown, Step("granted", "认定", granted, takes=False)]


def waterfall(tables: Annual, pack: Pack, head: str) -> Any:
    """From what was claimed down to what was granted: each bar hangs where the one above it ends."""
    found = steps(tables)
    figure, axes = framed(len(found))
    if not found:
        axes.text(0.5, 0.5, f"合计有隐去的数（{HIDDEN}），不画。", ha="center", va="center", transform=axes.transAxes)
        axes.set_axis_off()
        return finished(figure, _cut_title(head, pack, found), _source(tables, "clauses"))
    left = most = found[0].hours or 0
    for place, step in enumerate(found):
        amount = step.hours or 0
        left -= amount if step.takes else 0
        start = left if step.takes else 0
        axes.barh(place, amount, left=start, height=0.7, **look("total" if step.kind == "claimed" else step.kind))
        label = f"{'−' if step.takes else ''}{worded(amount)}"
        axes.text(start + amount + 0.01 * most, place, label.replace("−", "-"), va="center", fontsize=8.5)
        if place + 1 < len(found):
            axes.plot([left] * 2, [place - 0.35, place + 1.35], color=EDGE, linewidth=0.5)
    axes.set_yticks(range(len(found)), [step.label for step in found])
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(0, 1.15 * (most or 1))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel(pack.in_unit("学时（各条为通知的条款）"), fontsize=8.5)
    bare(axes, grid="x")
    legend(axes, [patch(fate, HEADS[fate]) for fate in _FATES])
    return finished(figure, _cut_title(head, pack, found), _source(tables, "clauses"))


def _cut_title(head: str, pack: Pack, found: Sequence[Step]) -> str:
    if not found or not found[0].hours:
        return pack.in_unit(f"{head}学时从申报到认定")
    share = 100 * (found[-1].hours or 0) / found[0].hours
    return pack.in_unit(f"{head}申报学时的 {share:.1f}% 得到认定，其余按条款减去")


def months(tables: Annual, pack: Pack, head: str) -> Any:
    """Below bars of people who met in each month, above a line of all who had met by its end, where it can be told."""
    table = tables["months"].set_index("month")["met"]
    words = [*month_classes(pack), *([UNDATED] if UNDATED in table.index else [])]
    counts = numbers(table.reindex(words).astype(object).where(lambda one: one.notna(), 0))
    (total,) = numbers(table.iloc[-1:])
    figure, (above, below) = framed(9, panels=2)
    _labelled(above, so_far(counts, total))
    _labelled(below, counts)
    for place, count in enumerate(counts):
        if count:
            below.bar(place, count, width=0.7, **look("met"))
    line = [float("nan") if value is None else value for value in so_far(counts, total)]
    above.plot(range(len(words)), line, color=EDGE, marker="o", markersize=3.5, linewidth=1.2)
    below.set_xticks(range(len(words)), words)
    above.set_ylabel("累计达标（人）", fontsize=8.5)
    below.set_ylabel("当月达标（人）", fontsize=8.5)
    said = f"：累计 {total:,.0f} 人" if total is not None else ""
    return finished(figure, f"{head}达标人员按达标月份{said}", _source(tables, "months"))


def _labelled(axes: Any, figures: Sequence[float | None]) -> None:
    """Axes with a label over each month's figure, if it is not none."""
    top = max([figure for figure in figures if figure is not None], default=0) or 1
    for place, figure in enumerate(figures):
        if figure != 0:
            axes.text(place, (figure or 0) + 0.05 * top, worded(figure), ha="center", va="bottom", fontsize=8)
    axes.set_ylim(0, 1.25 * top)
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    bare(axes, grid="y")


def so_far(counts: Sequence[float | None], total: float | None) -> list[float | None]:
    """People who had met by each month's end: from the front up to a hidden month, else from the whole backwards.

    >>> so_far([1, None, 2, None, 3], 12)
    [1, None, None, 9, 12]
    """
    front: list[float | None] = []
    for count in counts:
        before = front[-1] if front else 0
        front.append(None if count is None or before is None else before + count)
    back: list[float | None] = [total]
    for count in list(counts)[:0:-1]:
        back.append(None if count is None or back[-1] is None else back[-1] - count)
    return [one if one is not None else other for one, other in zip(front, back[::-1], strict=True)]


def _source(tables: Annual, name: str) -> str:
    """The table's own line on its source, and what a hidden figure is where there is any."""
    table = tables.tables[name]
    line = next(said for said in table.statement if said.startswith("数据来源"))
    return f"{line}{f'{HIDDEN} 为隐去的数，不画。' if table.hidden.to_numpy().any() else ''}"
