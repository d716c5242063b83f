"""Charts draw in Chinese without boxes, for full and for empty tables."""

import io
import warnings
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.publish import findings_chart
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.publish.review.charts import curve_chart
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.statistics import finding_counts
from tests.conftest import Processed


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


def test_a_sign_that_no_font_has_is_an_error() -> None:
    """The teeth of the tests above."""
    counts = pd.DataFrame({"severity": ["warn"], "code": ["\ue000"], "count": [1]})
    with pytest.raises(UserWarning, match="Glyph"):
        _drawn(findings_chart(counts))


def test_empty_tables_draw_an_empty_picture() -> None:
    for one in (findings_chart(pd.DataFrame({"severity": [], "code": [], "count": []})), curve_chart(None)):
        _drawn(one)
