"""Pictures of a review: the operating curve with its stages, and the limits that a sample proved."""

from fractions import Fraction
from typing import Any

from ce_toolkit.review.design import AnyPlan
from ce_toolkit.review.operating_curve import operating_curve
from ce_toolkit.review.rates import percent

_LINE, _GREY, _MARK = "#2b6ca3", "#8a96a3", "#cc5a1b"
_POINTS = 41


def curve_chart(plan: AnyPlan | None) -> Any:
    """The chance of acceptance, and the units it takes, by the true error rate up to three times the tolerable one."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.1), layout="constrained")
    if plan is None:
        for axes in (left, right):
            axes.text(0.5, 0.5, "没有需要随机抽取的单元", ha="center", va="center", transform=axes.transAxes)
            axes.set_axis_off()
        return figure
    most = min(3 * plan.tolerable_rate, Fraction(1))
    points = operating_curve(plan, [most * step / (_POINTS - 1) for step in range(_POINTS)])
    rates = [100 * float(point.rate) for point in points]
    left.plot(rates, [100 * point.accept for point in points], color=_LINE)
    tolerable, risk = 100 * float(plan.tolerable_rate), 100 * float(1 - plan.confidence)
    left.axvline(tolerable, color=_MARK, linewidth=1, linestyle="--")
    left.axhline(risk, color=_GREY, linewidth=1, linestyle=":")
    left.annotate(
        f"可容忍 {percent(plan.tolerable_rate)}", (tolerable, 96), (3, 0), textcoords="offset points", fontsize=8.5
    )
    left.annotate(
        f"风险 {percent(1 - plan.confidence)}", (rates[-1], risk), (-44, 3), textcoords="offset points", fontsize=8.5
    )
    left.set(title="认可的可能", xlabel="真实差错率（%）", ylabel="%", ylim=(0, 103), xlim=(0, rates[-1]))
    right.plot(rates, [point.expected_size for point in points], color=_LINE, label="平均抽取")
    for stage, size in enumerate(plan.cumulative_sizes, start=1):
        right.axhline(size, color=_GREY, linewidth=0.8, linestyle=":")
        right.annotate(f"第{stage}阶段 {size}", (rates[-1], size), (-52, 2), textcoords="offset points", fontsize=8)
    right.set(title="平均抽取的单元数", xlabel="真实差错率（%）", xlim=(0, rates[-1]))
    right.set_ylim(0, 1.12 * plan.cumulative_sizes[-1])
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    return figure
