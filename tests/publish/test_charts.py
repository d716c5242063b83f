"""Charts draw in Chinese without boxes, for full and for empty tables."""

import io
import warnings
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.publish import completion_chart, findings_chart
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.review_charts import curve_chart
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.statistics import HIDDEN, finding_counts
from tests.conftest import Processed

RARE = "䶮㛃㊣—·…“”（）①"


@pytest.fixture(scope="module", autouse=True)
def _charts() -> Iterator[None]:
    import matplotlib as mpl

    mpl.use("svg")
    set_up_charts()
    yield
    mpl.pyplot.close("all")


def _drawn(figure: Any) -> str:
    """The figure as SVG; a sign that the font lacks is an error."""
    target = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure.savefig(target, format="svg")
    return target.getvalue()


def _texts(figure: Any) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in [*axes.texts, *axes.get_yticklabels(), axes.title]]


@pytest.mark.parametrize("county", ["city", "371402"])
def test_completion_of_each_group_with_its_counts(processed: Processed, county: str) -> None:
    tables = processed.annual(county)
    figure = completion_chart(tables["participation"], tables.key, title="2017 年度达标情况")
    total = tables["participation"].iloc[-1]
    texts = _texts(figure)
    share = 100 * total["met_enrolled"] / total["enrolled"]
    assert f"{total['met_enrolled']:,} / {total['enrolled']:,}  {share:.1f}%" in texts
    assert set(tables["participation"][tables.key]) <= set(texts)
    assert "<svg" in _drawn(figure)


def test_findings_by_code(processed: Processed) -> None:
    counts = finding_counts(processed.batches["371400"].findings)
    figure = findings_chart(counts)
    top = counts.sort_values("count", kind="stable").iloc[-1]
    assert f"{WORDS['severity'][top['severity']]} {top['code']}" in _texts(figure)
    _drawn(figure)


def test_the_operating_curve_tells_tolerable_rate_risk_and_stages() -> None:
    plan = plan_attribute(500, tolerable_rate="5%", stages=2)
    figure = curve_chart(plan)
    assert {
        "可容忍 5%",
        "风险 5%",
        *(f"第{k}阶段 {size}" for k, size in enumerate(plan.cumulative_sizes, start=1)),
    } <= set(_texts(figure))
    _drawn(figure)


def test_the_same_figures_draw_the_same_picture(processed: Processed) -> None:
    tables = processed.annual("371402")
    first, again = (_drawn(completion_chart(tables["participation"], tables.key, title="x")) for _ in range(2))
    assert first == again


def test_rare_signs_are_in_the_font(processed: Processed) -> None:
    tables = processed.annual("371402")
    _drawn(completion_chart(tables["participation"], tables.key, title=RARE))


def test_a_sign_that_no_font_has_is_an_error(processed: Processed) -> None:
    """The teeth of the tests above."""
    tables = processed.annual("371402")
    with pytest.raises(UserWarning, match="Glyph"):
        _drawn(completion_chart(tables["participation"], tables.key, title="\ue000"))


def test_empty_tables_draw_an_empty_picture(processed: Processed) -> None:
    tables, empty = processed.annual("371402"), pd.DataFrame({"severity": [], "code": [], "count": []})
    nobody = tables["participation"].iloc[[-1]].assign(enrolled=0, met_enrolled=0)
    figure = completion_chart(nobody, tables.key, title="无人")
    assert "无报名" in _texts(figure)
    for one in (figure, findings_chart(empty), curve_chart(None)):
        _drawn(one)


def test_a_county_without_hours_draws_its_zeros(processed: Processed) -> None:
    tables = processed.annual("371427")
    figure = completion_chart(tables["participation"], tables.key, title="夏津县")
    assert "0 / 7  0.0%" in _texts(figure)
    _drawn(figure)


def test_a_hidden_figure_is_drawn_as_hidden(processed: Processed) -> None:
    tables = processed.annual("371427")
    table = tables["participation"].assign(met_enrolled=HIDDEN)
    figure = completion_chart(table, tables.key, title="夏津县")
    assert HIDDEN in _texts(figure)
    assert "7" not in "".join(_texts(figure)[:-1])
