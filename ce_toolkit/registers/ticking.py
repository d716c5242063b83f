"""The workbook on which a person ticks doubtful pairs, written by a run and read back when it was ticked.

It shows names and numbers in full, since nobody can decide about masked ones: it lies in the store beside the tables
and is meant for the reviewer alone.
"""

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.registers.decisions import ANSWERS, Decision
from ce_toolkit.registers.private import private_file

FILE_NAME = "认人核对表.xlsx"
_TITLE = "认人核对表"
_COMMENTS = "批注"
_HOW = (
    "甲、乙两边可能是同一个人。请在“判定”一列选 是同一人、不是、不清楚；判定人、判定日期填在下面两格。"
    "填完存盘后用 ce decide 读回，下次运行即按此认人；可以撤销。本表含姓名和编号，只供审核人使用。"
)
_BY, _ON = "B3", "B4"
_HEAD_ROW = 6
_HEADS = (
    "判定", "为何要问", "比对的是", "甲：姓名", "甲：证书编号", "甲：单位、系列、性别和出处",
    "乙：姓名", "乙：证书编号", "乙：单位、系列、性别和出处", "说明", "编号（勿改）",
)  # fmt: skip
_WIDTHS = (11, 16, 10, 11, 16, 34, 11, 16, 34, 16, 10)
_ABOUT = MappingProxyType({"people": "报名人员", "hours": "学时登记", "exams": "考试成绩"})
WHY: Mapping[str, str] = MappingProxyType(
    {
        "other_name": "证书编号相同，姓名不同",
        "several_owners": "证书编号对上了几个人",
        "other_number": "姓名、单位相同，证书编号不同",
        "near_number": "姓名相同，证书编号只差一处",
        "no_number": "姓名、单位相同，有一边没有编号",
        "namesakes": "同一单位有同名的人",
        "spelling": "姓名只差间隔号或繁简写法",
        "unit_spelling": "姓名相同，单位名称相近",
        "no_unit": "姓名相同，有一边没有单位",
    }
)


def write_ticking(doubts: pd.DataFrame, path: Path, comments: pd.DataFrame | None = None) -> Path:
    """Write the questions (doubts.COLUMNS and ``decided``) as a workbook that only its owner can read.

    ``comments`` (source, name, comment) go to a sheet of their own: what was noted at cells, for the reviewer (MC16).
    """
    from openpyxl import Workbook

    from ce_toolkit.escaping import keep_as_text

    book = Workbook()
    sheet = book.active
    sheet.title = _TITLE
    for row in _lines(doubts):
        sheet.append(row)
    keep_as_text(sheet)
    _dress(book, sheet, len(doubts))
    if comments is not None and len(comments):
        _add_comments(book, comments)
    path.parent.mkdir(parents=True, exist_ok=True)
    with private_file(path) as file:
        book.save(file)
    return path


def _add_comments(book: Any, comments: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font

    from ce_toolkit.escaping import keep_as_text

    sheet = book.create_sheet(_COMMENTS, 1)
    sheet.append(["出处", "姓名", "批注"])
    for row in comments.astype(object).where(comments.notna(), None).itertuples(index=False, name=None):
        sheet.append(list(row))
    keep_as_text(sheet)
    for letter, width in zip("ABC", (40, 12, 60), strict=True):
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet.column_dimensions[letter].width = width
    for cell in sheet["C"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _lines(doubts: pd.DataFrame) -> Iterator[list[Any]]:
    yield from ([_TITLE], [_HOW], ["判定人："], ["判定日期："], [], list(_HEADS))
    for row in doubts.astype(object).where(doubts.notna(), None).to_dict("records"):
        told = [row["decided"], WHY.get(row["why"], row["why"]), _ABOUT.get(row["about"], row["about"])]
        yield [*told, *_side(row, "left"), *_side(row, "right"), None, row["pair"]]


def _side(row: Mapping[str, Any], side: str) -> list[str | None]:
    """Name, number and, on lines of one cell, what else is known of one side."""
    from ce_toolkit.escaping import printable

    def told(*names: str) -> str:
        return " ".join(printable(row[f"{side}_{name}"]) for name in names if row[f"{side}_{name}"])

    about = [told("employer"), told("series", "sex"), told("source")]
    return [told("name"), told("certificate_no") or None, "\n".join(line for line in about if line)]


def _dress(book: Any, sheet: Any, size: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.utils import get_column_letter

    last = get_column_letter(len(_HEADS))
    sheet.merge_cells(f"A2:{last}2")
    sheet["A1"].font = Font(size=16, bold=True)
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[2].height = 36
    border = Border(*[Side("thin")] * 4)
    grey, yellow = PatternFill("solid", fgColor="FFE7E6E6"), PatternFill("solid", fgColor="FFFFF2CC")
    for row in sheet.iter_rows(min_row=_HEAD_ROW, max_row=_HEAD_ROW + size, max_col=len(_HEADS)):
        for cell in row:
            head, open_cell = cell.row == _HEAD_ROW, cell.column in {1, len(_HEADS) - 1}
            cell.border, cell.font = border, Font(bold=head)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if head else None)
            cell.number_format = "@"
            cell.fill = grey if head else yellow if open_cell else PatternFill()
            cell.protection = Protection(locked=head or not open_cell)
    for row in range(_HEAD_ROW + 1, _HEAD_ROW + 1 + size):
        sheet.row_dimensions[row].height = 58
    for address in (_BY, _ON):
        sheet[address].fill, sheet[address].border = yellow, border
        sheet[address].protection = Protection(locked=False)
    sheet[_ON].number_format = "yyyy-mm-dd"
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 5)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    _offer(book, sheet, size)


def _offer(book: Any, sheet: Any, size: int) -> None:
    """A drop-down of the answers, which stand on a hidden sheet."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    for row, word in enumerate(ANSWERS, start=1):
        lists.cell(row, 1, word)
    rule = DataValidation("list", formula1=f"选项!$A$1:$A${len(ANSWERS)}", allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "判定", f"请选 {'、'.join(ANSWERS)} 之一。"
    sheet.add_data_validation(rule)
    rule.add(f"A{_HEAD_ROW + 1}:A{max(_HEAD_ROW + size, _HEAD_ROW + 1)}")


def read_ticking(path: Path) -> list[Decision]:
    """The decisions ticked on a workbook. Raises InputError that names the cell to mend; nothing is half taken."""
    rows = _rows(path)
    if len(rows) < _HEAD_ROW or tuple(rows[_HEAD_ROW - 1][: len(_HEADS)]) != _HEADS:
        raise InputError(f"{path.name}：不是认人核对表，第 {_HEAD_ROW} 行应为表头；请用运行时写出的原表填写。")
    ticked = [(number, row) for number, row in enumerate(rows[_HEAD_ROW:], start=_HEAD_ROW + 1) if str(row[0]).strip()]
    if not ticked:
        return []
    by, on = str(_at(rows, 2, 1)).strip(), _day(path, _at(rows, 3, 1))
    if not by:
        raise InputError(f"{path.name} {_BY}：请填写判定人。")
    return [_decision(path, number, row, by, on) for number, row in ticked]


def _at(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row][column] if column < len(rows[row]) else ""


def _rows(path: Path) -> list[list[Any]]:
    from ce_toolkit.intake.cells import CannotReadError, read_workbook

    try:
        grids = list(read_workbook(path.read_bytes(), "xlsx"))
    except (OSError, CannotReadError):
        raise InputError(f"{path.name}：读不出来，请用 Excel 或 WPS 打开、另存为 .xlsx 后再试。") from None
    grid = next((grid for grid in grids if grid.sheet == _TITLE), None)
    return [[*row, *[""] * (len(_HEADS) - len(row))] for row in grid.rows] if grid else []


def _day(path: Path, value: Any) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(str(value).strip())
    raise InputError(f"{path.name} {_ON}：请填写判定日期，写成 2017-08-01 的样子。")


def _decision(path: Path, number: int, row: list[Any], by: str, on: datetime.date) -> Decision:
    answer, pair, remark = str(row[0]).strip(), str(row[-1]).strip(), str(row[-2]).strip()
    if answer not in ANSWERS:
        raise InputError(f"{path.name} A{number}：判定应为 {'、'.join(ANSWERS)} 之一。")
    if len(pair) != 16 or not set(pair) <= set("0123456789abcdef"):
        raise InputError(f"{path.name} K{number}：编号被改动，无法对应；请用运行时写出的原表填写。")
    return Decision(pair, answer, by, on, remark)
