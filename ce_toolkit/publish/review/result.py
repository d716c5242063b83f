"""The result of a review: tables for the notebook, and a report of two pages as workbook and Word document."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd

from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.publish.shown import Shown
from ce_toolkit.publish.word.document import Document
from ce_toolkit.publish.workbook.book import Page, write_workbook
from ce_toolkit.review.assess import Assessment, signal_rates, size_rates
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.evaluate import Evaluation
from ce_toolkit.review.evaluate_hours import HoursEvaluation
from ce_toolkit.review.findings import GRAVITY, findings_table
from ce_toolkit.review.form import VERDICTS
from ce_toolkit.review.frame import in_groups
from ce_toolkit.review.limits import factor_limit
from ce_toolkit.review.method_names import METHOD_NAMES
from ce_toolkit.review.rates import percent, rounded
from ce_toolkit.review.reading import Results
from ce_toolkit.review.strata import stratum_label
from ce_toolkit.review.worked_table import second_line, worked_tables
from ce_toolkit.review.worked_table import shown as worked_shown

_UPPER_NOTES = ["各层上限按各自单独看；合计是把各层合在一起的上限，不是各行之和。"]
_LOUD = "border:2px solid #2b6ca3;border-radius:6px;padding:.6em 1em;margin:.6em 0;background:#f3f7fb"


def result_findings(results: Results) -> Shown:
    """What was told while reading the sheets, the grave first."""
    table = findings_table(results.findings).drop(columns=["编号"])
    order = list(GRAVITY.values())
    return Shown(table.sort_values("程度", key=lambda words: words.map(order.index), kind="stable"))


def coverage_table(drawn: Draw, results: Results) -> pd.DataFrame:
    """Strata with what was drawn, done and waiting; 合计 last. Heads are Chinese."""
    done = results.rows["verdict"] != ""
    grouped = pd.DataFrame({"stratum": results.rows["stratum"], "done": done}).groupby("stratum")["done"]
    rows = [(stratum_label(name), len(one), int(one.sum()), int((~one).sum())) for name, one in grouped]
    table = pd.DataFrame(rows, columns=["层", "抽中项数", "已审核", "待审核"])
    table.loc[len(table)] = ["合计", *(table[head].sum() for head in table.columns[1:])]
    return table.astype(dict.fromkeys(table.columns[1:], "int64"))


def verdict_table(results: Results) -> pd.DataFrame:
    """Verdicts by how often they were given, with the hours registered and recognised. Heads are Chinese."""
    rows = []
    for verdict in VERDICTS:
        part = results.rows[results.rows["verdict"] == verdict]
        rows.append((verdict, len(part), float(part["registered"].sum() or 0), float(part["recognised"].sum() or 0)))
    return pd.DataFrame(rows, columns=["结论", "项数", "登记学时", "认定学时"])


def evaluation_table(assessment: Assessment | None) -> pd.DataFrame:
    """Strata with what was found, projected and at most; 合计 last. Heads are Chinese."""
    if assessment is None:
        return pd.DataFrame(columns=["层", "项数", "已审核", "差错", "推断差错", "差错上限"])
    told = assessment.evaluation
    return _hours_table(told) if isinstance(told, HoursEvaluation) else _errors_table(told)


def _errors_table(told: Evaluation) -> pd.DataFrame:
    rows = [
        (
            one.title,
            one.population,
            one.size,
            one.errors,
            one.missing,
            one.under_claims,
            _plain(one.projected),
            one.upper,
        )
        for one in told.strata
    ]
    sums = (told.population, told.size, told.errors, told.missing, told.under_claims)
    rows.append(("合计", *sums, _plain(told.projected), told.look.upper))
    heads = ["层", "项数", "已审核", "差错", "其中证据未见", "认定多于登记", "推断差错", "差错上限"]
    return pd.DataFrame(rows, columns=heads)


def _hours_table(told: HoursEvaluation) -> pd.DataFrame:
    rows = [
        (over.title, over.population, _plain(over.hours), over.size, len(over.taints), _plain(over.projected),
         _plain(over.upper, up=True), _plain(under.projected), _plain(under.upper, up=True))
        for over, under in zip(told.over.strata, told.under.strata, strict=True)
    ]  # fmt: skip
    sums = (told.population, _plain(told.hours), sum(one.size for one in told.over.strata), told.over.errors)
    both = [
        _plain(value, up=up) for side in (told.over, told.under) for value, up in ((side.projected, 0), (side.upper, 1))
    ]
    heads = ["层", "项数", "可计学时", "命中", "差错次数", "推断误登", "误登上限", "推断少登", "少登上限"]
    return pd.DataFrame([*rows, ("合计", *sums, *both)], columns=heads)


def _plain(value: Fraction, *, up: bool | int = False) -> float:
    return float(rounded(value, 1, towards="up" if up else "nearest"))


def worked(assessment: Assessment | None) -> pd.DataFrame:
    """How the limit is reached, line by line. Heads are Chinese.

    Hours: rank, taint, share, increment, hours of every step. A count of errors: each stratum's chance of so few errors
    at the limit cannot be added by hand, so the Bonferroni figures stand here, which can.
    """
    if assessment is None:
        return pd.DataFrame(columns=["层", "序号", "差错比例", "上限比例", "增量", "学时"])
    told = assessment.evaluation
    if isinstance(told, HoursEvaluation):
        return worked_shown(worked_tables(told)[0])
    rows = [
        (one.title, one.errors, one.size, percent(Fraction(one.errors, one.size) if one.size else Fraction(0)),
         _plain(one.projected), one.upper)
        for one in told.strata
    ]  # fmt: skip
    rows.append(("合计（各层合并计算）", told.errors, told.size, "", _plain(told.projected), told.look.upper))
    return pd.DataFrame(rows, columns=["层", "差错", "已审核", "样本差错率", "推断差错", "本层上限"])


def method_sentences(assessment: Assessment | None) -> list[str]:
    """Method, the second line by the 风险系数 tables, evidence that was not seen, hours, and under-claims."""
    if assessment is None:
        return ["还有待审核的项，暂不评价。"]
    told, lenient = assessment.evaluation, assessment.evaluation.lenient
    wrong = f"可计学时中推断误登 {_plain(assessment.wrong_hours):g} 学时（估计值）。"
    if isinstance(told, HoursEvaluation):
        other = f"按{'不' if assessment.missing_is_error else ''}计差错则误登上限为 {{}} 学时"
        upper = "" if not isinstance(lenient, HoursEvaluation) else f"{_plain(lenient.over.upper, up=True):g}"
        method = f"方法：{told.label}。{second_line(told)}"
        return [
            method,
            _not_seen(assessment, told.missing, other.format(upper)),
            wrong,
            "少登的学时另列，不与误登相抵。",
        ]
    other = ""
    if isinstance(lenient, Evaluation):
        counted = "不" if assessment.missing_is_error else ""
        other = f"按{counted}计差错则差错 {lenient.errors} 项，差错率上限 {percent(lenient.upper_rate, towards='up')}"
    method = f"方法：{METHOD_NAMES[told.look.method]}，本次判断的置信水平 {percent(told.look.confidence)}。"
    return [method + _factor_line(told), _not_seen(assessment, told.missing, other), wrong]


def notes_shown(assessment: Assessment | None) -> Shown:
    """The sentences on method and hours, one a row."""
    return Shown(pd.DataFrame({"说明": method_sentences(assessment)}))


def _factor_line(told: Evaluation) -> str:
    """The table method beside the exact one, with its rounding; it takes the sample for one stratum, without an end."""
    size = sum(one.size for one in told.sampled)
    if told.look.method == "census" or not size:
        return ""
    errors = sum(one.errors for one in told.sampled)
    limit = min(factor_limit(errors, size, told.look.confidence), Fraction(1))
    return (
        f"按风险系数表（不分层、不计有限总体，系数向上取两位小数）为 {percent(limit, towards='up')}，"
        f"精确上限为 {percent(told.upper_rate, towards='up')}，以精确上限为准。"
    )


def _not_seen(assessment: Assessment, missing: int, other: str) -> str:
    how = "计为差错" if assessment.missing_is_error else "按参数不计为差错"
    return f"证据缺失、无法核实 {missing} 项，{how}；{other}。"


class DecisionBox(Shown):
    """The decision in a box: the answer, the sentence, the reason, and what to draw or check next."""

    def __init__(self, assessment: Assessment | None, results: Results) -> None:
        self._assessment = assessment
        waiting = len(results.waiting)
        self.label = assessment.decision.label if assessment else "暂不评价"
        self.lines = decision_lines(assessment) if assessment else [f"还有 {waiting} 项没有结论，补齐后再评价。"]
        super().__init__(pd.DataFrame({"项目": ["结论", *([""] * len(self.lines))][: len(self.lines)]}))

    def __repr__(self) -> str:
        return "\n".join([self.label, *self.lines])

    def _repr_html_(self) -> str:
        import html

        body = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines)
        answer = f'<p><strong style="font-size:1.3em">{html.escape(self.label)}</strong></p>'
        return f'<div style="{_LOUD}">{answer}{body}</div>'


def decision_lines(assessment: Assessment) -> list[str]:
    """The sentence, the reason, and the list of what comes next."""
    decision = assessment.decision
    lines = [decision.sentence, decision.reason]
    if decision.by_stratum:
        parts = "、".join(f"{stratum_label(name)} {size} 项" for name, size in decision.by_stratum.items())
        lines.append(
            f"扩大抽样：把参数 stage 改为 {decision.stage} 后重新运行笔记本 02，各层再抽 {parts}；已审核的不再重复。"
        )
    return lines


def rates_shown(table: pd.DataFrame) -> Shown:
    """Error rates of groups; those of fewer than five reviewed units are masked."""
    return Shown(in_chinese(table))


# ---- the report -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """All that the report is written from. ``changed``: claims whose correction changes a person's conclusion."""

    title: str
    notice: str
    drawn: Draw
    results: Results
    assessment: Assessment
    changed: pd.DataFrame
    seeds: Sequence[tuple[str, str]]
    witnesses: str = ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What identifies the draw, by name."""
        commitment = self.drawn.commitment
        seeds = "；".join(f"{seed}（{reason or '首次'}）" for seed, reason in self.seeds)
        return [
            ("抽样框摘要", in_groups(commitment.frame_digest)),
            ("抽样承诺摘要", commitment.digest_in_groups),
            ("种子", seeds),
            ("抽样编号", self.drawn.id),
            ("阶段", f"第 {self.drawn.stage} 阶段，共 {commitment.stages} 个阶段"),
        ]

    @property
    def changed_sentence(self) -> str:
        """How many corrections change a person's conclusion."""
        number = int(self.changed["count"].sum()) if len(self.changed) else 0
        return f"已审核的差错中，有 {number} 项更正后会改变本人是否达标的结论。"


def report_pages(report: Report) -> list[Page]:
    """The two sheets of the report: conclusion, and results of the strata."""
    told = report.assessment
    lines = [(told.decision.label, line) for line in decision_lines(told)]
    rows = [*lines, *(("说明", line) for line in (*method_sentences(told), report.changed_sentence)), *report.facts]
    notes = [f"依据：{report.notice}。置信水平和可容忍差错率不出自通知，由审核单位确定。"]
    return [
        Page("结论", f"{report.title}抽样审核报告", pd.DataFrame(rows, columns=["项目", "内容"]), "", notes),
        Page("各层结果", "各层结果", evaluation_table(told), "单位：项、学时", _UPPER_NOTES),
    ]


def annex_pages(report: Report) -> list[Page]:
    """What stands behind the report: findings of the reading, verdicts, the working, rates by group."""
    results = report.results
    signals = in_chinese(signal_rates(report.drawn, results.rows))
    sizes = in_chinese(size_rates(report.drawn, results.rows))
    few = "不足 5 项的组不列差错；信号有重叠，各行不相加。信号只是多看几项的理由，不是对人的结论。"
    return [
        Page("结论分布", "结论分布", verdict_table(results), "单位：项、学时"),
        Page("计算过程", "上限的计算过程", worked(report.assessment), "", _UPPER_NOTES),
        Page("按信号", "按信号的差错率", signals, "单位：项", [few]),
        Page("按单位规模", "按单位规模的差错率", sizes, "单位：项", [few]),
        Page("读表发现", "读回抽查表时的发现", findings_table(results.findings), ""),
    ]


def write_report(report: Report, workbook: Path, word: Path, annex: Path) -> None:
    """Write the report as a workbook of two sheets and as a Word document of two pages, and the annex to it."""
    write_workbook(report_pages(report), workbook)
    write_workbook(annex_pages(report), annex)
    told, document = report.assessment, Document()
    document.title(f"{report.title}抽样审核报告")
    if report.drawn.commitment.demonstration:
        document.text("示范：用虚构数据生成，抽查表由程序填写。", bold=True)
    document.heading(f"一、结论：{told.decision.label}")
    for line in decision_lines(told):
        document.text(line)
    document.text(report.changed_sentence)
    document.heading("二、各层结果")
    document.table(evaluation_table(told))
    document.heading("三、审核结论分布")
    document.table(verdict_table(report.results))
    document.heading("四、方法和说明")
    for line in method_sentences(told):
        document.text(line)
    if isinstance(told.evaluation, HoursEvaluation):
        document.text("上限的计算过程逐行列在工作簿“计算过程”中。", size=9.5)
    document.heading("五、按信号的差错率")
    document.table(in_chinese(signal_rates(report.drawn, report.results.rows)))
    document.text("信号有重叠，各行不相加；不足 5 项的组不列。信号只是多看几项的理由，不是对人的结论。", size=9)
    document.heading("六、核对")
    for name, value in report.facts:
        document.text(f"{name}：{value}", size=9)
    document.text(f"依据：{report.notice}。置信水平和可容忍差错率不出自通知，由审核单位确定。", size=9)
    document.text(f"见证人：{report.witnesses}        审核单位（公章）：                年    月    日")
    document.save(word)
