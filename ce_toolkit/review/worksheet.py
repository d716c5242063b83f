"""The workbook a reviewer fills in: the drawn claims, locked; what the reviewer found, open and with drop-downs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import keep_as_text
from ce_toolkit.masking import mask_name
from ce_toolkit.review.frame import Frame
from ce_toolkit.rules.pack import Pack

LOCKED = ("序号", "票号", "层", "抽查原因", "姓名", "单位", "类别", "活动（成果）", "起止日期", "申报学时", "可计学时")
OPEN = ("认定学时", "结论", "差错原因", "证据类型", "备注")
VERDICTS = ("相符", "部分认定", "不予认定", "证据缺失", "无法核实")
ERRORS = ("学时填多", "学时填少", "日期不符", "姓名不符", "无批准备案", "重复申报", "证明无效", "其他")
EVIDENCE = ("培训证书", "鉴定证书", "论文著作", "其他")
_WIDTHS = (6, 13, 7, 10, 9, 20, 10, 26, 13, 10, 10, 10, 12, 12, 12, 14)
_HEAD_ROW = 4


@dataclass(frozen=True)
class Heading:
    """What stands around the rows: the title, the Chinese name of each class, and facts for the hidden sheet."""

    title: str
    labels: Mapping[str, str]
    facts: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, frame: Frame, pack: Pack, *, place: str, seed: str) -> "Heading":
        """The heading of a draw from ``frame`` with ``seed``, for the county or city called ``place``."""
        facts = (
            ("抽样框摘要", frame.digest), ("抽样框单元数", str(frame.size)), ("种子", seed),
            ("规则包", f"{pack.id} {pack.sha256}"), ("依据", pack.notice),
        )  # fmt: skip
        title = f"{pack.time.year}年度{place}专业技术人员继续教育学时审核抽查表"
        return cls(title, {name: pack.label(name) for name in pack.classes}, facts)


def write_worksheet(sample: pd.DataFrame, people: pd.DataFrame, heading: Heading, path: Path) -> None:
    """Write the review sheet of a draw to ``path``.

    ``sample`` is a draw with its frame columns; names are masked; the facts (frame digest, seed, pack …) go to a hidden
    sheet, so that the sheet can be tied to its draw when it comes back.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "审核抽查表"
    _fill(sheet, _rows(sample, people, heading.labels), heading)
    _lists(book, sheet, len(sample))
    _hidden_facts(book, heading.facts)
    _print_layout(sheet, len(sample))
    for sheet in book.worksheets:
        keep_as_text(sheet)  # titles and facts too: a text that begins with = stays text
    book.save(path)


def _fill(sheet: Any, rows: Sequence[Sequence[Any]], heading: Heading) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    thin, grey = Side(style="thin", color="808080"), PatternFill("solid", fgColor="F2F2F2")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    width = len(LOCKED) + len(OPEN)
    sheet.append([heading.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=15, bold=True), Alignment(horizontal="center")
    sheet.append(["白色各列由审核人填写；灰色各列请勿改动。证据缺失、无法核实的也要填结论。"])
    sheet.append([f"依据：{dict(heading.facts).get('依据', '')}"])
    sheet.append([*LOCKED, *OPEN])
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=_HEAD_ROW, max_row=_HEAD_ROW + len(rows), max_col=width):
        head = cells[0].row == _HEAD_ROW
        for place, cell in enumerate(cells):
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if head else None)
            if head:
                cell.font = Font(bold=True)
            if place < len(LOCKED):
                cell.fill = grey
            elif not head:
                cell.protection = Protection(locked=False)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a title that begins with = stays text
    sheet.protection.sheet = True


def _rows(sample: pd.DataFrame, people: pd.DataFrame, labels: Mapping[str, str]) -> list[list[Any]]:
    known = people.set_index("person_id")[["name", "employer"]].astype(object)
    facts = sample.merge(known, left_on="person_id", right_index=True, how="left")
    columns = {
        "order": facts["order"],
        "ticket": facts["ticket"].str.slice(0, 10),
        "stratum": "其余",
        "why": "随机抽取",
        "name": facts["name"].map(mask_name),
        "employer": facts["employer"].fillna(""),
        "class": facts["class"].astype("str").map(dict(labels)),
        "title": facts["title"].fillna(""),
        "days": _span(facts),
        "registered": facts["registered"].astype("float64"),
        "granted": facts["granted"].astype("float64"),
    }
    table = pd.DataFrame(columns, index=facts.index).astype(object)
    return [[*row, *[None] * len(OPEN)] for row in table.itertuples(index=False, name=None)]


def _span(facts: pd.DataFrame) -> pd.Series:
    """First and last day as printed; a claim of one day shows it once."""
    start, end = facts["start"].astype("str"), facts["end"].astype("str")
    end = end.where(facts["end"].notna(), start)
    return start.where(start == end, start + " 至\n" + end)


def _lists(book: Any, sheet: Any, size: int) -> None:
    """Drop-downs refer to ranges of a hidden sheet: a list in the rule itself may hold 255 characters only."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    first, last = _HEAD_ROW + 1, max(_HEAD_ROW + size, _HEAD_ROW + 1)
    for column, words in enumerate((VERDICTS, ERRORS, EVIDENCE), start=1):
        for row, word in enumerate(words, start=1):
            lists.cell(row, column, word)
        letter = "ABC"[column - 1]
        rule = DataValidation(type="list", formula1=f"选项!${letter}$1:${letter}${len(words)}", allow_blank=True)
        rule.error, rule.errorTitle = "请从下拉列表中选择。", "不在列表中"
        target = get_column_letter(len(LOCKED) + 1 + column)
        sheet.add_data_validation(rule)
        rule.add(f"{target}{first}:{target}{last}")
    hours = DataValidation(type="decimal", operator="between", formula1="0", formula2="400", allow_blank=True)
    hours.error, hours.errorTitle = "认定学时应为 0 到 400 之间的数。", "学时有误"
    target = get_column_letter(len(LOCKED) + 1)
    sheet.add_data_validation(hours)
    hours.add(f"{target}{first}:{target}{last}")


def _hidden_facts(book: Any, facts: Sequence[tuple[str, str]]) -> None:
    sheet = book.create_sheet("元数据")
    sheet.sheet_state = "hidden"
    for name, value in facts:
        sheet.append([name, value])
        sheet.cell(sheet.max_row, 2).number_format = "@"


def _print_layout(sheet: Any, size: int) -> None:
    from openpyxl.utils import get_column_letter

    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in range(_HEAD_ROW, _HEAD_ROW + size + 1):
        sheet.row_dimensions[row].height = 15 * max(
            _lines(cell.value, width) for cell, width in zip(sheet[row], _WIDTHS, strict=True)
        )
    foot = _HEAD_ROW + size + 2
    sheet.cell(foot, 1, "审核人（签字）：")
    sheet.cell(foot, 8, "审核单位（公章）：")
    sheet.cell(foot, 13, "年    月    日")
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 1)
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(value: Any, width: float) -> int:
    """Lines that a value takes in a column of this width: spreadsheets do not grow rows for what a program wrote."""
    length = sum(2 if ord(sign) > 0x2E80 else 1 for sign in str(value or ""))
    return max(1, math.ceil(length / (width - 1)))
