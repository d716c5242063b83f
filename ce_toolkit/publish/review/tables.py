"""Tables of a review for a notebook: signals, the operating curve, what the sample holds. Heads are Chinese."""

from collections.abc import Sequence

import pandas as pd

from ce_toolkit.publish.review.notice import design_sentences, stage_table, work_hours
from ce_toolkit.publish.shown import Shown
from ce_toolkit.review.design import AnyPlan, Review
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.limits import upper_limit
from ce_toolkit.review.operating_curve import operating_curve
from ce_toolkit.review.rates import percent
from ce_toolkit.review.signals import SIGNALS
from ce_toolkit.review.strata import stratum_label

RATES = ("0.1%", "0.5%", "1%", "2%", "3%", "5%", "8%", "10%")


def strata_shown(review: Review) -> Shown:
    """Strata with their units, hours and sizes by stage."""
    return Shown(stage_table(review))


def signals_shown(review: Review) -> Shown:
    """How many units each signal speaks of; a unit may have several, and is drawn in the first stratum that fits."""
    told = review.frame.units["reasons"].str.split()
    counts = told.explode().value_counts() if len(told) else pd.Series(dtype="int64")
    rows = [
        (stratum_label(home), title, int(counts[code]))
        for code, (home, title) in SIGNALS.items()
        if code in counts.index
    ]
    return Shown(pd.DataFrame(rows, columns=["层", "看什么", "项数"]))


def curve_shown(plan: AnyPlan | None, rates: Sequence[str] = RATES) -> Shown:
    """How likely the plan accepts at each true error rate, and how many units it then takes."""
    points = operating_curve(plan, rates) if plan else ()
    rows = [
        (percent(one.rate), one.bad, f"{100 * one.accept:.1f}%", round(one.expected_size, 1),
         round(one.expected_reviewed, 1))
        for one in points
    ]  # fmt: skip
    heads = ["真实差错率", "差错单元数", "认可的可能", "平均抽取", "连同全面核查平均审核"]
    return Shown(pd.DataFrame(rows, columns=heads))


def tenth_sentence(review: Review) -> str:
    """What a tenth of the frame, drawn at random without any error found, would prove: often less than is thought."""
    units = review.frame.size
    tenth = -(-units // 10)
    if review.plan is None or not tenth:
        return "抽样框没有需要随机抽取的单元。"
    limit = upper_limit(0, tenth, units, confidence=review.plan.confidence)
    return (
        f"若只按 10% 抽 {tenth} 项，一项差错也没有查到，只能说明差错率不超过 {percent(limit.rate, 1, towards='up')}"
        f"（置信水平 {percent(review.plan.confidence)}）；样本量由总体多少、要证明什么决定，不是一个固定比例。"
    )


def design_shown(review: Review, minutes: int) -> Shown:
    """The plan in sentences, what a tenth would prove, and the work of the first stage at so many minutes a record."""
    certain = sum(one.size for one in review.strata if one.certainty)
    work = float(work_hours(review.plan, certain, minutes))
    rows = [
        ("方案", "".join(design_sentences(review))),
        ("10% 能证明什么", tenth_sentence(review)),
        ("第一阶段工作量", f"每项 {minutes} 分钟，约 {work:.1f} 小时。"),
    ]
    return Shown(pd.DataFrame(rows, columns=["项目", "说明"]))


def drawn_shown(review: Review, drawn: Draw | None) -> Shown:
    """Units drawn from each stratum so far, beside the stratum."""
    if drawn is None:
        return Shown(pd.DataFrame(columns=["层", "项数"]))
    counts = drawn.rows["stratum"].value_counts()
    hits = drawn.rows.groupby("stratum")["hits"].sum()
    rows = [
        (f"{one.code} {one.title}", one.size, int(counts.get(one.code, 0)), int(hits.get(one.code, 0)),
         "全部" if int(counts.get(one.code, 0)) == one.size else "抽取")
        for one in review.strata
    ]  # fmt: skip
    return Shown(pd.DataFrame(rows, columns=["层", "项数", "抽中项数", "命中次数", "方式"]))


def draw_shown(drawn: Draw | None) -> Shown:
    """What was drawn, or what to do first."""
    return Shown(pd.DataFrame({"抽取": [_waiting_or_drawn(drawn)]}))


def _waiting_or_drawn(drawn: Draw | None) -> str:
    if drawn is None:
        return "等待掷骰：请公布“抽样前公示”，当众掷十面骰 20 次，把结果填入参数 seed 后再运行。"
    return f"已抽取第 {drawn.stage} 阶段，共 {len(drawn.rows)} 项，抽样编号 {drawn.id}，种子 {drawn.seed}。"
