"""Charts of the year draw what is published and nothing else; read back from the bars."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from ce_toolkit.publish.year.charts import Chart, so_far, steps, year_charts
from ce_toolkit.publish.year.drawing import LOOKS, figure_svg
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.statistics import HIDDEN, Annual
from ce_toolkit.statistics.reached import MINIMA, gap_classes
from tests.conftest import Processed

AREAS = ("city", "371400", "371402", "371427")
FATES = ("granted", "over_cap", "refused", "held")
RARE = "䶮㛃㊣—·…“”（）①"
areas = pytest.mark.parametrize("area", AREAS)


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> Iterator[None]:
    import matplotlib as mpl

    with mpl.rc_context():
        set_up_charts()
        yield


@pytest.fixture(scope="module")
def drawn(processed: Processed) -> dict[str, dict[str, Chart]]:
    """All charts of some areas."""
    return {area: year_charts(processed.annual(area), processed.pack, place="某地") for area in AREAS}


def _bars(axes: Any) -> list[tuple[int, float, float, tuple[float, ...]]]:
    """Of each bar its place, where it begins, how long it is and its fill."""
    return [(round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width(), bar.get_facecolor())
            for bar in axes.patches]  # fmt: skip


def _filled(name: str) -> tuple[float, ...]:
    return to_rgba(LOOKS[name][0])


def _plain(value: Any) -> float | None:
    return None if value == HIDDEN or pd.isna(value) else float(value)


@areas
def test_F5_completion_bars_are_the_published_shares_highest_first(processed: Processed, drawn: Any, area: str) -> None:
    tables = processed.annual(area)
    (axes,) = drawn[area]["completion"].figure.axes
    words = [label.get_text() for label in axes.get_yticklabels()]
    told = tables["participation"].set_index(tables.key)
    found = {words[place]: width for place, _, width, fill in _bars(axes) if fill != _filled("rest")}
    wanted = {
        word: 100 * row["met_enrolled"] / row["enrolled"]
        for word, row in told.iterrows()
        if HIDDEN not in (row["met_enrolled"], row["enrolled"]) and row["enrolled"]
    }
    assert found == pytest.approx(wanted)
    assert words[0] == "合计"
    heights = [found[word] for word in words[1:] if word in found]
    assert heights == sorted(heights)
    labels = {text.get_text() for text in axes.texts}
    assert all(f"{told.loc[word, 'met_enrolled']:,} / {told.loc[word, 'enrolled']:,}" in " ".join(labels)
               for word in wanted)  # fmt: skip


@areas
def test_F8_a_panel_for_each_minimum_counts_people_by_what_they_lack(
    processed: Processed, drawn: Any, area: str
) -> None:
    table = processed.annual(area)["shortfall"].set_index("short_by")
    panels = drawn[area]["shortfall"].figure.axes
    words = [label.get_text() for label in panels[0].get_yticklabels()]
    assert words == [word for word in gap_classes() if word in table.index]
    for axes, name, figure in zip(panels, MINIMA, ("90", "60", "30"), strict=True):
        assert f"要求 {figure}" in axes.get_title()
        wanted = {word: _plain(table.loc[word, f"gap_{name}"]) for word in words}
        bars = {words[place]: width for place, _, width, _ in _bars(axes)}
        assert bars == {word: count for word, count in wanted.items() if count is not None}


@areas
def test_C9_hours_are_stacked_by_what_became_of_them(processed: Processed, drawn: Any, area: str) -> None:
    table = processed.annual(area)["hours"].iloc[:-1]
    (axes,) = drawn[area]["hours"].figure.axes
    found = {(place, fate): width for place, _, width, fill in _bars(axes) for fate in FATES if fill == _filled(fate)}
    wanted = {(place, fate): amount for fate in FATES
              for place, amount in enumerate(map(_plain, table[fate])) if amount}  # fmt: skip
    assert found == pytest.approx(wanted)
    for place in range(len(table)):  # each begins where the one before it ends
        ends = sorted((start, start + width) for at, start, width, _ in _bars(axes) if at == place)
        assert [start for start, _ in ends[1:]] == pytest.approx([end for _, end in ends[:-1]])


@areas
def test_the_waterfall_falls_from_claimed_to_granted_and_adds_up(processed: Processed, drawn: Any, area: str) -> None:
    tables = processed.annual(area)
    whole = tables.tables["hours"].data.iloc[-1]
    found = steps(tables)
    (axes,) = drawn[area]["waterfall"].figure.axes
    if not found:
        assert HIDDEN in (tables["hours"].iloc[-1]["claimed"], tables["hours"].iloc[-1]["granted"])
        assert not axes.patches
        return
    first, *cuts, last = (Decimal(str(step.hours)) for step in found)
    assert (first, last) == (whole["claimed"], whole["granted"])
    assert first - sum(cuts) == pytest.approx(last)
    bars = _bars(axes)
    assert [width for _, _, width, _ in bars] == pytest.approx([step.hours for step in found])
    left = float(first)
    for (_, start, width, _), step in zip(bars[1:-1], found[1:-1], strict=True):
        assert start + width == pytest.approx(left)
        assert step.takes
        left = start
    assert left == pytest.approx(float(last))


def test_each_clause_of_the_waterfall_is_one_published_row_and_the_hidden_are_one_sum(processed: Processed) -> None:
    tables = processed.annual("371402")
    lost = tables["clauses"].iloc[:-1]
    hidden = (lost["hours"] == HIDDEN).to_numpy()
    *shown, mixed = steps(tables)[1:-1]
    assert [step.hours for step in shown] == [float(value) for value in lost["hours"][~hidden]]
    assert mixed.label == f"隐去的 {hidden.sum()} 项合计"
    assert mixed.hours == float(tables.tables["clauses"].data.iloc[:-1].loc[hidden, "hours"].sum())


def test_a_single_hidden_clause_is_not_told_by_the_waterfall(processed: Processed) -> None:
    tables = processed.annual("371402")
    mask = tables.tables["clauses"].hidden.copy()
    mask.loc[:, "hours"] = False
    assert steps(_masked(tables, clauses=mask))
    mask.loc[1, "hours"] = True
    assert steps(_masked(tables, clauses=mask)) == []


@areas
def test_months_are_bars_and_their_running_sum_a_line(processed: Processed, drawn: Any, area: str) -> None:
    table = processed.annual(area)["months"].set_index("month")["met"]
    above, below = drawn[area]["months"].figure.axes
    words = [label.get_text() for label in below.get_xticklabels()]
    bars = {words[round(bar.get_x() + bar.get_width() / 2)]: bar.get_height() for bar in below.patches}
    assert bars == {word: float(count) for word, count in table.iloc[:-1].items() if count != HIDDEN}
    (line,) = above.lines
    true = processed.annual(area).tables["months"].data.set_index("month")["met"].iloc[:-1].reindex(words).fillna(0)
    running = true.cumsum()
    for word, value in zip(words, line.get_ydata(), strict=True):
        assert pd.isna(value) or value == running[word]


@pytest.mark.parametrize(
    ("counts", "total", "wanted"),
    [
        ([1, 2, 3], 6, [1, 3, 6]),
        ([1, None, 2, None, 3], 12, [1, None, None, 9, 12]),
        ([1, None, 2], None, [1, None, None]),
        ([None, 2], 9, [7, 9]),
        ([0, 0], 0, [0, 0]),
    ],
)
def test_running_sums_end_at_a_hidden_month_and_begin_again_behind_the_last(
    counts: list[float | None], total: float | None, wanted: list[float | None]
) -> None:
    assert so_far(counts, total) == wanted


def _masked(tables: Annual, **masks: pd.DataFrame) -> Annual:
    made = {name: replace(table, hidden=masks.get(name, table.hidden)) for name, table in tables.tables.items()}
    return replace(tables, tables=made)


def test_what_is_hidden_is_no_bar_and_no_label(processed: Processed) -> None:
    """Everything hidden: not one bar, and no digit but those of the year, of classes and of the notice."""
    tables = processed.annual("city")
    everything = {name: table.hidden | True for name, table in tables.tables.items()}
    for chart in year_charts(_masked(tables, **everything), processed.pack, place="某地").values():
        for axes in chart.figure.axes:
            assert not axes.patches, chart.name
            values = [value for line in axes.lines for value in line.get_ydata()]
            assert all(pd.isna(value) or value == 0 for value in values), chart.name
            assert not [text for text in axes.texts if re.search(r"\d", text.get_text())], chart.name
        assert not re.search(r"\d", chart.figure.get_suptitle().replace("2017", ""))


@areas
def test_charts_name_their_source_their_axes_and_are_described(drawn: Any, area: str) -> None:
    for chart in drawn[area].values():
        assert "数据来源" in chart.figure.get_supxlabel()
        assert "某地" in chart.alt
        assert f"数字见表“{chart.tabs[0]}" in chart.alt
        assert (
            chart.figure.axes[0].get_xlabel() or chart.figure.axes[0].get_ylabel() or not chart.figure.axes[0].patches
        )


def test_pictures_are_the_same_every_time_and_need_nothing_from_outside(processed: Processed, drawn: Any) -> None:
    again = year_charts(processed.annual("371402"), processed.pack, place="某地")
    for name, chart in again.items():
        assert chart.svg == drawn["371402"][name].svg
        assert chart.svg.startswith("<svg")
        assert "http" not in re.sub(r'xmlns(?::\w+)?="[^"]*"', "", chart.svg)
        assert "<text" not in chart.svg  # letters are drawn: the reader needs no font
    assert again["months"].png == drawn["371402"]["months"].png
    assert again["months"].png.startswith(b"\x89PNG")


def test_every_sign_is_in_the_font(processed: Processed) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        for chart in year_charts(processed.annual("371402"), processed.pack, place=RARE).values():
            figure_svg(chart.figure)
        with pytest.raises(UserWarning, match="Glyph"):
            figure_svg(year_charts(processed.annual("371402"), processed.pack, place="\ue000")["hours"].figure)


def test_what_stands_side_by_side_is_told_apart_in_grey() -> None:
    """By how light it is, or else by its hatch."""

    def light(name: str) -> float:
        red, green, blue, _ = _filled(name)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for group in (FATES, ("met", "rest"), ("met", "over_cap"), ("total", "granted", *FATES[1:], "mixed")):
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                assert abs(light(one) - light(other)) > 0.2 or LOOKS[one][1] != LOOKS[other][1], (one, other)


@areas
def test_bars_of_hours_end_at_what_was_claimed(processed: Processed, drawn: Any, area: str) -> None:
    """Also where a part is hidden: what the others leave is drawn as one part, and none of it is lost to the eye."""
    table = processed.annual(area)["hours"].iloc[:-1]
    ends: dict[int, float] = {}
    for place, left, width, _ in _bars(drawn[area]["hours"].figure.axes[0]):
        ends[place] = max(ends.get(place, 0), left + width)
    claimed = {place: value for place, one in enumerate(table["claimed"]) if (value := _plain(one))}
    assert {place: ends.get(place, 0) for place in claimed} == pytest.approx(claimed)
    assert claimed
