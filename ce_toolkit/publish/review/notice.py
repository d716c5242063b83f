"""抽样前公示: one page that is published before the dice are rolled, with digests in groups of eight."""

from fractions import Fraction
from pathlib import Path

import pandas as pd

from ce_toolkit.publish.word.document import Document
from ce_toolkit.review.commit import CLAIMS, Commitment
from ce_toolkit.review.design import AnyPlan, Review
from ce_toolkit.review.frame import in_groups
from ce_toolkit.review.rates import percent
from ce_toolkit.review.strata import stratum_label

_DICE = 20


def write_notice(review: Review, path: Path, *, title: str, notice: str, witnesses: str = "") -> Path:
    """Write the notice of a review as a Word document of one page to ``path``."""
    commitment, document = review.commitment, Document()
    document.title(f"{title}抽样前公示")
    if commitment.demonstration:
        document.text("示范：本页用虚构数据生成，承诺与抽取一次完成，不作为公示。", bold=True)
    document.text(f"依据：{notice}。抽取的比例、置信水平和可容忍差错率不出自通知，由审核单位确定。")
    document.heading("一、抽样框和方案")
    document.table(stage_table(review))
    for sentence in design_sentences(review):
        document.text(sentence)
    document.heading("二、摘要（SHA-256）")
    for name, digest in digest_lines(commitment).items():
        document.text(f"{name}：{digest}", size=9.5)
    document.text("摘要公布之后，抽样框、分层、方案改动任何一处，摘要都会不同。", size=9.5)
    document.heading("三、种子")
    document.text(f"公示之后当众掷十面骰 {_DICE} 次，依次填入（前面的 0 也要保留）：")
    document.boxes(_DICE)
    document.text(f"见证人（签字）：{witnesses}")
    document.text("掷骰日期：      年    月    日        审核单位（公章）：")
    document.heading("四、怎样核对")
    document.text(
        "掷骰后公布种子和样本。用公开的抽样框.csv、分层.csv、抽样承诺.json、种子.txt、样本.csv 和 check_draw.py，"
        "任何人都可以重抽核对；公开文件只有单元编号，没有姓名和证书编号。",
        size=9.5,
    )
    return document.save(path)


def stage_table(review: Review) -> pd.DataFrame:
    """Strata with their units, hours and what is drawn by the end of each stage; 合计 last. Heads are Chinese."""
    commitment = review.commitment
    stages = range(1, commitment.stages + 1)
    unit = "项" if commitment.unit == CLAIMS else "个学时单位"
    rows = []
    for one in review.strata:
        sizes = [one.size if one.certainty else commitment.size_of(one.code, stage) for stage in stages]
        rows.append([stratum_label(one.code), one.size, float(one.hours), *sizes])
    heads = ["层", "项数", "可计学时", *(f"第{stage}阶段累计抽取（{unit}）" for stage in stages)]
    table = pd.DataFrame(rows, columns=heads)
    if len(table):
        table.loc[len(table)] = ["合计", *table.iloc[:, 1:].sum()]
    kinds = dict.fromkeys([heads[1], *heads[3:]], "int64")
    return table.astype(kinds)


def design_sentences(review: Review) -> list[str]:
    """The plan in sentences: what is to be proved, how surely, in how many looks."""
    plan = review.plan
    if plan is None:
        return ["没有需要随机抽取的层：列入必查的全部审核，抽样框为空时不抽。"]
    unit = "差错项数" if review.commitment.unit == CLAIMS else "误登学时"
    told = [
        f"要证明的是：{unit}不到 {percent(plan.tolerable_rate)}，置信水平 {percent(plan.confidence)}。"
        f"必查层（S0）全部审核，其余各层按票号从小到大抽取。"
    ]
    if plan.stages > 1:
        told.append(
            f"分 {plan.stages} 个阶段，每阶段的样本量已在上表写定；"
            f"每次判断的置信水平为 {percent(plan.look_confidence)}，各次合起来不超过约定的风险。未写定的加抽不算数。"
        )
    if plan.cumulative_sizes[0] >= plan.population:
        told.append("各层数量少，抽样与全部审核的工作量相同，因此全部审核。")
    return told


def digest_lines(commitment: Commitment) -> dict[str, str]:
    """Digests in groups of eight by what they stand for."""
    facts = commitment.facts
    return {
        "抽样框": in_groups(facts["frame_sha256"]),
        "分层": in_groups(facts["strata_sha256"]),
        "抽样承诺（含方案和样本量）": commitment.digest_in_groups,
    }


def work_hours(plan: AnyPlan | None, certain: int, minutes: int) -> Fraction:
    """Hours of work of the first stage, at so many minutes a record."""
    return Fraction(((plan.size if plan else 0) + certain) * minutes, 60)
