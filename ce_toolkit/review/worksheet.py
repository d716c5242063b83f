"""The workbook a reviewer fills in: the drawn claims, locked; what the reviewer found, open and with drop-downs."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.masking import mask_name
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.strata import in_words, stratum_label
from ce_toolkit.rules.pack import Pack

LOCKED = (
    "序号", "票号", "单元编号", "层", "原因", "姓名", "单位", "类别", "活动（成果）", "起止日期",
    "登记学时", "可计学时", "命中次数",
)  # fmt: skip
OPEN = ("认定学时", "结论", "差错原因", "证据类型", "备注")
VERDICTS = ("相符", "部分认定", "不予认定", "证据缺失", "无法核实")
ERRORS = ("学时填多", "学时填少", "日期不符", "姓名不符", "无批准备案", "重复申报", "证明无效", "其他")
EVIDENCE = ("培训证书", "鉴定证书", "论文著作", "其他")
SHEET, LISTS, FACTS = "审核抽查表", "选项", "元数据"
FORM = "1"
HEAD_ROW = 4
ROWS_MARK = "单元编号"
_WIDTHS = (5, 9.5, 14, 11, 16, 7.5, 16, 9, 22, 11.5, 7, 7, 6, 8, 10, 10, 10, 14)
_SPREAD = {"原因", "单位", "活动（成果）", "备注"}  # columns of sentences; the others are centred
_SHOWN_DIGITS = 8  # of a ticket: what a person compares; the unit's code tells rows apart


@dataclass(frozen=True)
class Heading:
    """What stands around the rows: title, notice, the Chinese name of each class, and who reviews."""

    title: str
    notice: str
    labels: Mapping[str, str]
    reviewer: str = ""

    @classmethod
    def of(cls, pack: Pack, *, place: str, demonstration: bool, reviewer: str = "") -> "Heading":
        """The heading of a county's or city's sheets; those of a demonstration say so."""
        title = f"{pack.time.year}年度{place}专业技术人员继续教育学时审核抽查表"
        labels = {name: pack.label(name) for name in pack.classes}
        return cls(title + ("（示范）" if demonstration else ""), pack.notice, labels, reviewer)


def write_review_sheet(
    drawn: Draw, path: Path, *, people: pd.DataFrame, heading: Heading, units: Sequence[str] | None = None
) -> None:
    """Write the sheet of the rows that the draw's stage added, or of those that ``units`` names, to ``path``.

    Names are masked. A hidden sheet ties it to its draw: digests of frame and commitment, the draw's id, the stage, and
    a check of every locked cell, so that a cell that was changed is told when the sheet comes back.
    """
    from openpyxl import Workbook

    rows = drawn.new if units is None else drawn.new[drawn.new["unit_id"].isin(units)]
    table = shown_rows(rows, people, heading.labels)
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    _fill(sheet, table, heading, drawn)
    _lists(book, sheet, table)
    _facts(book, drawn, heading, table)
    _print_layout(sheet, len(table))
    for one in book.worksheets:
        keep_as_text(one)  # titles and facts too: a text that begins with = stays text
    book.save(path)


def shown_rows(rows: pd.DataFrame, people: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """The locked columns of drawn rows as they are printed; names masked."""
    known = people.set_index("person_id")[["name", "employer"]].astype(object)
    facts = rows.drop(columns=["name", "employer"], errors="ignore")
    facts = facts.merge(known, left_on="person_id", right_index=True, how="left")
    columns = {
        "序号": range(1, len(facts) + 1),
        "票号": facts["ticket"].str.slice(2, 2 + _SHOWN_DIGITS),
        "单元编号": facts["unit_id"],
        "层": facts["stratum"].map(stratum_label),
        "原因": in_words(facts["reasons"]) if "reasons" in facts.columns else "随机抽取",
        "姓名": facts["name"].map(lambda name: mask_name(name) if isinstance(name, str) else ""),
        "单位": facts["employer"].fillna("").map(printable),
        "类别": facts["class"].astype("str").map(dict(labels)),
        "活动（成果）": facts["title"].fillna("").map(printable),
        "起止日期": _span(facts),
        "登记学时": facts["registered"].astype("float64"),
        "可计学时": facts["hours"].astype("float64"),
        "命中次数": facts["hits"],
    }
    return pd.DataFrame(columns, index=facts.index).astype(object)[list(LOCKED)]


def _span(facts: pd.DataFrame) -> pd.Series:
    """First and last day as printed; a claim of one day shows it once."""
    start, end = (facts[name].astype("str").where(facts[name].notna(), "") for name in ("start", "end"))
    end = end.where(end != "", start)
    return start.where(start == end, start + " 至\n" + end)


def cell_text(value: Any) -> str:
    """A cell's value as its check is taken: numbers without trailing zeros, text without breaks and blanks."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}"
    return "".join(str(value).split())


def cell_check(unit: str, column: str, value: Any) -> str:
    """Six hex digits over a locked cell: enough to tell that somebody typed into it."""
    return hashlib.sha256(f"{unit}\n{column}\n{cell_text(value)}".encode()).hexdigest()[:6]


def _fill(sheet: Any, table: pd.DataFrame, heading: Heading, drawn: Draw) -> None:
    width = len(LOCKED) + len(OPEN)
    sheet.append([heading.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.append(
        [
            "白色各列由审核人填写，灰色各列请勿改动。认定学时填证明材料能证明的学时（折算上限之前）；“相符”可不填。"
            "证据缺失、无法核实的也要填结论。“原因”只说明为何抽到，不是结论。"
        ]
    )
    stage = f"第 {drawn.stage} 阶段，" if drawn.commitment.stages > 1 else ""
    sheet.append(
        [f"依据：{heading.notice}    {stage}共 {len(table)} 项    抽样编号：{drawn.id}    审核人：{heading.reviewer}"]
    )
    sheet.append([*LOCKED, *OPEN])
    for row in table.itertuples(index=False, name=None):
        sheet.append([*row, *[None] * len(OPEN)])
    _dress(sheet, len(table))
    sheet.protection.sheet = True


def _dress(sheet: Any, size: int) -> None:
    """Borders, grey for what is locked, white and unlocked for what is open."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    thin, grey = Side(style="thin", color="808080"), PatternFill("solid", fgColor="F2F2F2")
    border, unlocked = Border(left=thin, right=thin, top=thin, bottom=thin), Protection(locked=False)
    body, centred = (Alignment(wrap_text=True, vertical="center", horizontal=how) for how in (None, "center"))
    bold, small = Font(bold=True, size=10), Font(size=10)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=15, bold=True), centred
    for place in (2, 3):
        sheet.cell(place, 1).font = Font(size=9, color="444444")
    for cells in sheet.iter_rows(HEAD_ROW, HEAD_ROW + size, 1, len(LOCKED) + len(OPEN)):
        head = cells[0].row == HEAD_ROW
        for place, cell in enumerate(cells):
            wide = not head and (*LOCKED, *OPEN)[place] in _SPREAD
            cell.border, cell.font, cell.alignment = border, bold if head else small, body if wide else centred
            if place < len(LOCKED):
                cell.fill = grey
            elif not head:
                cell.protection = unlocked


def _lists(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    """Drop-downs refer to ranges of a hidden sheet: a list in the rule itself may hold 255 characters only."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    first, last = HEAD_ROW + 1, max(HEAD_ROW + len(table), HEAD_ROW + 1)
    for column, (head, words) in enumerate((("结论", VERDICTS), ("差错原因", ERRORS), ("证据类型", EVIDENCE)), start=1):
        for row, word in enumerate(words, start=1):
            lists.cell(row, column, word)
        letter, target = "ABC"[column - 1], _letter(head)
        rule = DataValidation(type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(words)}", allow_blank=True)
        rule.error, rule.errorTitle = "请从下拉列表中选择。", "不在列表中"
        sheet.add_data_validation(rule)
        rule.add(f"{target}{first}:{target}{last}")
    target, told = _letter("认定学时"), _letter("登记学时")
    here, there = f"{target}{first}", f"{told}{first}"
    allowed = f"AND({here}>=0,{here}<=2*{there},OR({here}={there},MOD({here}*2,1)=0))"
    hours = DataValidation(type="custom", formula1=allowed, allow_blank=True)
    hours.error, hours.errorTitle = "认定学时应为 0 到登记学时的 2 倍，步长 0.5。", "学时有误"
    sheet.add_data_validation(hours)
    hours.add(f"{target}{first}:{target}{last}")


def _letter(head: str) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter([*LOCKED, *OPEN].index(head) + 1))


def facts_of(drawn: Draw, heading: Heading) -> tuple[tuple[str, str], ...]:
    """What the hidden sheet says of the draw, before the checks of its rows."""
    return (
        ("表样版本", FORM),
        ("抽样框摘要", drawn.commitment.frame_digest),
        ("承诺摘要", drawn.commitment.digest),
        ("抽样编号", drawn.id),
        ("阶段", str(drawn.stage)),
        ("审核人", heading.reviewer),
        ("依据", heading.notice),
    )


def _facts(book: Any, drawn: Draw, heading: Heading, table: pd.DataFrame) -> None:
    sheet = book.create_sheet(FACTS)
    sheet.sheet_state = "hidden"
    for pair in facts_of(drawn, heading):
        sheet.append(pair)
    sheet.append([ROWS_MARK, *LOCKED])
    for row in table.itertuples(index=False, name=None):
        unit = str(row[LOCKED.index("单元编号")])
        sheet.append([unit, *(cell_check(unit, head, value) for head, value in zip(LOCKED, row, strict=True))])
    sheet.protection.sheet = True


def _print_layout(sheet: Any, size: int) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for cells in sheet.iter_rows(HEAD_ROW, HEAD_ROW + size, 1, len(_WIDTHS)):
        lines = max(_lines(cell.value, width) for cell, width in zip(cells, _WIDTHS, strict=True))
        sheet.row_dimensions[cells[0].row].height = 14 * max(lines, 2)
    sheet.row_dimensions[1].height = 24
    foot = HEAD_ROW + size + 2
    for row, texts in (
        (foot, ("审核人（签字）：", "复核人（签字）：", "审核单位（公章）：")),
        (foot + 2, ("", "", "年    月    日")),
    ):
        for column, text in zip((1, 7, 14), texts, strict=True):
            sheet.cell(row, column, text or None).font = Font(size=11)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, LOCKED.index("姓名") + 2)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _lines(value: Any, width: float) -> int:
    """Lines that a value takes in a column of this width: spreadsheets do not grow rows for what a program wrote."""
    parts = str("" if value is None else value).split("\n")
    return sum(
        max(1, math.ceil(sum(2 if ord(sign) > 0x2E80 else 1 for sign in part) / (width - 1.5))) for part in parts
    )
