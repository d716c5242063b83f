"""The workbook a reviewer of a sample fills in: the drawn claims, locked; what was found, open and with drop-downs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.masking import mask_name
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.form import VERSION, Form
from ce_toolkit.review.form_writing import Page, write_form
from ce_toolkit.review.strata import TITLES, in_words
from ce_toolkit.rules.pack import Pack

LOCKED = (
    "序号", "票号", "单元编号", "层", "原因", "姓名", "单位", "类别", "活动（成果）", "起止日期",
    "登记学时", "可计学时", "命中次数",
)  # fmt: skip
SHEET = "审核抽查表"
SIGNED = ((1, "审核人（签字）："), (7, "复核人（签字）："), (14, "审核单位（公章）："))
FORM = Form(
    SHEET, "单元编号", LOCKED,
    widths=(5, 9.5, 14, 11, 16, 7.5, 16, 9, 22, 11.5, 7, 7, 6, 8, 10, 10, 10, 14),
    spread=frozenset({"原因", "单位", "活动（成果）", "备注"}),
    item="单元", stranger="不在样本中", feet=SIGNED,
)  # fmt: skip
_SHOWN_DIGITS = 8  # of a ticket: what a person compares; the unit's code tells rows apart
_NOTE = (
    "白色各列由审核人填写，灰色各列请勿改动。认定学时填证明材料能证明的学时（折算上限之前）；“相符”可不填。"
    "证据缺失、无法核实的也要填结论。“原因”只说明为何抽到，不是结论。"
)


@dataclass(frozen=True)
class Heading:
    """What stands around the rows: title, notice, the Chinese name of each class, and who reviews."""

    title: str
    notice: str
    labels: Mapping[str, str]
    reviewer: str = ""

    @classmethod
    def of(cls, pack: Pack, *, place: str, demonstration: bool, reviewer: str = "", sheet: str = SHEET) -> "Heading":
        """The heading of a county's or city's sheets; those of a demonstration say so."""
        title = f"{pack.time.year}年度{place}专业技术人员继续教育学时{sheet.removeprefix('学时')}"
        labels = {name: pack.label(name) for name in pack.classes}
        return cls(title + ("（示范）" if demonstration else ""), pack.notice, labels, reviewer)


def write_review_sheet(
    drawn: Draw, path: Path, *, people: pd.DataFrame, heading: Heading, units: Sequence[str] | None = None
) -> None:
    """Write the sheet of the rows that the draw's stage added, or of those that ``units`` names, to ``path``.

    Names are masked. A hidden sheet ties it to its draw: digests of frame and commitment, the draw's id, the stage, and
    a check of every locked cell, so that a cell that was changed is told when the sheet comes back.
    """
    rows = drawn.new if units is None else drawn.new[drawn.new["unit_id"].isin(units)]
    table = shown_rows(rows, people, heading.labels)
    stage = f"第 {drawn.stage} 阶段，" if drawn.commitment.stages > 1 else ""
    source = (
        f"依据：{heading.notice}    {stage}共 {len(table)} 项    抽样编号：{drawn.id}    审核人：{heading.reviewer}"
    )
    page = Page(heading.title, _NOTE, source, facts_of(drawn, heading))
    with path.open("wb") as file:
        write_form(file, FORM, table, page)


def shown_rows(rows: pd.DataFrame, people: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The locked columns of drawn rows as they are printed; names masked."""
    known = people.set_index("person_id")[["name", "employer"]].astype(object)
    facts = rows.drop(columns=["name", "employer"], errors="ignore")
    facts = facts.merge(known, left_on="person_id", right_index=True, how="left")
    columns = {
        "序号": range(1, len(facts) + 1),
        "票号": facts["ticket"].str.slice(2, 2 + _SHOWN_DIGITS),
        "单元编号": facts["unit_id"],
        "层": facts["stratum"] + facts["stratum"].map(lambda name: TITLES.get(name, "")),
        "原因": in_words(facts["reasons"]) if "reasons" in facts.columns else "随机抽取",
        "姓名": facts["name"].map(lambda name: mask_name(name) if isinstance(name, str) else ""),
        **claim_columns(facts, labels),
        "登记学时": facts["registered"].astype("float64"),
        "可计学时": facts["hours"].astype("float64"),
        "命中次数": facts["hits"],
    }
    return pd.DataFrame(columns, index=facts.index).astype(object)[list(LOCKED)]


def claim_columns(facts: pd.DataFrame, labels: Mapping[str, str]) -> dict[str, pd.Series]:
    """What every form shows of a claim: employer, class, title, and its first and last day."""
    return {
        "单位": facts["employer"].fillna("").map(printable),
        "类别": facts["class"].astype("str").map(dict(labels)),
        "活动（成果）": facts["title"].fillna("").map(printable),
        "起止日期": _span(facts),
    }


def _span(facts: pd.DataFrame) -> pd.Series:
    """First and last day as printed; a claim of one day shows it once."""
    start, end = (facts[name].astype("str").where(facts[name].notna(), "") for name in ("start", "end"))
    end = end.where(end != "", start)
    return start.where(start == end, start + " 至\n" + end)


def facts_of(drawn: Draw, heading: Heading) -> tuple[tuple[str, str], ...]:
    """What the hidden sheet says of the draw, before the checks of its rows."""
    return (
        ("表样版本", VERSION),
        ("抽样框摘要", drawn.commitment.frame_digest),
        ("承诺摘要", drawn.commitment.digest),
        ("抽样编号", drawn.id),
        ("阶段", str(drawn.stage)),
        ("审核人", heading.reviewer),
        ("依据", heading.notice),
    )
