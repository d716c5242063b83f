"""Tables of a round of review as its notebook shows them: counts and units, nobody's name."""

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ce_toolkit.publish.shown import Shown
from ce_toolkit.review.findings import Finding, findings_table
from ce_toolkit.review.form import VERDICTS
from ce_toolkit.rules.reasons import reason_name
from ce_toolkit.rules.reviewed import REVIEW
from ce_toolkit.statistics.tables import TOTAL
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.late import CORRECTION, NEXT_REVIEW, RECOGNITION
from ce_toolkit.workflow.late import REVIEW as REVIEW_STEP
from ce_toolkit.workflow.rounds import ACCEPTED, HELD, NO_CLAIM, PLATFORM, SENT_BACK, SKIPPED, UNREGISTERED, WHY

if TYPE_CHECKING:
    from ce_toolkit.workflow.year import YearView

STAGE_NAMES: Mapping[str, str] = {
    UNREGISTERED: "尚未登记",
    PLATFORM: "平台考试（不需审核）",
    NO_CLAIM: "没有申报",
    **{name: kind.state for name, kind in kinds.KINDS.items()},
}
OUTCOME_NAMES = {ACCEPTED: "记入", HELD: "待补", SKIPPED: "略过"}
STEP_NAMES = {
    CORRECTION: "等单位更正", REVIEW_STEP: "等审核", RECOGNITION: "等认定", NEXT_REVIEW: "等下次审核",
}  # fmt: skip
BLOCKED_NAMES = {"unknown_unit": "单位名录中没有", "unrouted": "没有确定审核单位"}
_STATUS = {"met": "达标", "not_met": "未达标", "open": "待定", "out_of_scope": "不在范围"}
_MOST = 15  # rows of a list on the page


def stages_shown(stages: pd.DataFrame) -> Shown:
    """Claims and people by stage, with their sums."""
    rows = stages[(stages["claims"] > 0) | (stages["people"] > 0)]
    table = pd.DataFrame({
        "环节": [*(STAGE_NAMES[str(name)] for name in rows["stage"]), TOTAL],
        "项数": [*rows["claims"].tolist(), int(stages["claims"].sum())],
        "其中待下次审核": [*rows["late"].tolist(), int(stages["late"].sum())],
        "人数（按最慢的一项）": [*rows["people"].tolist(), int(stages["people"].sum())],
    })  # fmt: skip
    return Shown(table.astype(object))


def blocked_shown(blocked: pd.DataFrame) -> Shown:
    """Units that nobody may review, and why."""
    why = blocked["why"].map(BLOCKED_NAMES)
    return Shown(pd.DataFrame({"单位": blocked["unit"], "项数": blocked["claims"], "原因": why}).astype(object))


class Notice:
    """A line above the tables that says what they are, where they are not of a real review."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.text)}</strong></p>"


def round_notice(found: Any) -> Notice:
    """What the round is: its day, how many acts were entered just now, and that a demonstration is one."""
    told = f"记入日期 {found.day}，本次记入登记（更正）{found.registered:,} 项，办理日志共 {len(found.acts):,} 项。"
    if found.run.params.demonstration:
        told = "示范：审核表由程序填写，办理日志另存，不是真实的审核结论。" + told
    if found.keys:
        told += f"以 {'、'.join(found.keys)} 的密钥签名，别的单位记入的没有签名。"
    return Notice(told)


def by_unit_shown(back: Any) -> Shown:
    """Units with rows that wait or were sent back: what each has to do, the most first."""
    rows = back.rows
    told = pd.DataFrame({
        "单位": rows["unit"].astype("str"),
        "交回项数": 1,
        "待补": (rows["outcome"] == HELD).astype(int),
        "退回单位": (rows["verdict"].isin(SENT_BACK) & (rows["outcome"] != HELD)).astype(int),
    })  # fmt: skip
    counts = told.groupby("单位", as_index=False).sum()
    counts = counts[(counts["待补"] > 0) | (counts["退回单位"] > 0)]
    counts = counts.sort_values(["待补", "退回单位", "单位"], ascending=[False, False, True], kind="stable")
    return Shown(counts.head(_MOST).astype(object))


def volumes_shown(volumes: pd.DataFrame) -> Shown:
    """The workbooks that were written."""
    heads = {"reviewer": "审核人", "office": "审核单位", "units": "单位数", "claims": "项数", "file": "审核表"}
    return Shown(volumes.rename(columns=heads).astype(object))


def outcomes_shown(back: Any) -> Shown:
    """Rows that came back by what became of them, and why; they sum to all rows of the workbooks that came back."""
    rows = back.rows
    counts = rows.groupby(["outcome", "why"], sort=True).size().reset_index(name="count")
    table = pd.DataFrame({
        "结果": [*(OUTCOME_NAMES[str(name)] for name in counts["outcome"]), TOTAL],
        "原因": [*(WHY.get(str(why), "—") for why in counts["why"]), "—"],
        "项数": [*counts["count"].tolist(), len(rows)],
    })  # fmt: skip
    return Shown(table.astype(object))


def back_findings_shown(back: Any) -> Shown:
    """What was told while reading and entering, the gravest first: at most so many rows, and how many there are."""
    return findings_shown(back.findings)


def findings_shown(findings: Sequence[Finding]) -> Shown:
    """Findings on review files, the gravest first; the last row says how many more there are."""
    order = {"stop": 0, "open": 1, "note": 2}
    table = findings_table(sorted(findings, key=lambda one: order[one.gravity]))
    more = len(table) - _MOST
    if more > 0:
        table = pd.concat([table.head(_MOST), pd.DataFrame({"发现": [f"……另有 {more} 处"]})]).fillna("")
    return Shown(table)


def verdicts_shown(back: Any) -> Shown:
    """Verdicts of the rows that came back, with registered and accepted hours."""
    rows = back.rows
    table = []
    for verdict in VERDICTS:
        mine = rows[rows["verdict"] == verdict]
        hours = [float(mine[name].sum()) if len(mine) else 0.0 for name in ("registered", "hours")]
        table.append((verdict, len(mine), *hours))
    return Shown(pd.DataFrame(table, columns=["结论", "项数", "登记学时", "认可学时"]).astype(object))


def ageing_shown(waiting: pd.DataFrame) -> Shown:
    """What has waited longest, unit by unit."""
    table = pd.DataFrame({
        "单位": waiting["unit"], "等什么": waiting["awaits"].astype("str").map(STEP_NAMES), "项数": waiting["claims"],
        "第几轮": waiting["rounds"], "最早自": waiting["oldest"].astype("str"), "已等天数": waiting["waited_days"],
        "审核开放天数": waiting["open_days"], "逾期天数": waiting["days_over"],
    })  # fmt: skip
    return Shown(table.astype(object).head(_MOST))


def moved_shown(moved: pd.DataFrame) -> Shown:
    """People by status before and after the review."""
    before, after = (moved[name].map(_STATUS).fillna("—") for name in ("from", "to"))
    return Shown(pd.DataFrame({"审核前": before, "审核后": after, "人数": moved["count"]}).astype(object))


def review_reasons_shown(view: "YearView") -> Shown:
    """What the review took: claims and hours by reason."""
    ledger = view.credited.ledger
    rows = ledger[ledger["rule"].isin(REVIEW)]
    table = []
    for reason in REVIEW:
        mine = rows[rows["rule"] == reason]
        table.append((reason_name(reason), len(mine), -float(mine["delta"].sum()) if len(mine) else 0.0))
    return Shown(pd.DataFrame(table, columns=["原因", "项数", "不计（待补）学时"]).astype(object))


def book_counts(back: Any) -> dict[str, int]:
    """How many workbooks were read, and how many could not be used."""
    stopped = len({one.file for one in back.findings if one.gravity == "stop"})
    return {"accepted": len(back.returned.books), "refused": stopped}
