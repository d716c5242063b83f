"""Forms for reviewers as workbooks: dressed by openpyxl down to one model row, all other rows written as it is.

A cell through openpyxl takes some fifteen microseconds, and a city has three million of them; written as text after
the model row they take one.
"""

import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any
from xml.sax.saxutils import escape

import pandas as pd

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.review.form import CHOICES, FACTS, LISTS, OPEN, REGISTERED, YES_NO, Ask, Form, cell_check

_MODEL = re.compile(rb'<row r="(\d+)"[^>]*>(.*?)</row>', re.DOTALL)
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
_DIMENSION = re.compile(rb"<dimension\b[^>]*/>")
_LEVEL = 4  # of compression: twice as fast as the usual, a tenth larger


@dataclass(frozen=True)
class Page:
    """What stands around the rows, and what the hidden sheet says of the workbook before the checks of its rows.

    ``answers``: open columns that are filled in already (demonstrations), in the order of the rows; ``asked``: answers
    to what is asked once, by label.
    """

    title: str
    note: str
    source: str
    facts: tuple[tuple[str, str], ...]
    answers: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)


def write_form(target: IO[bytes], form: Form, table: pd.DataFrame, page: Page) -> None:
    """Write the workbook of the rows of ``table`` (the form's locked columns as they are printed)."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = form.sheet
    _head(sheet, form, page)
    _dress(sheet, form)
    _lists(book, sheet, form, len(table))
    _facts(book, page, form)
    _print_layout(sheet, form, len(table))
    for one in book.worksheets:
        keep_as_text(one)  # titles and facts too: a text that begins with = stays text
    saved = io.BytesIO()
    book.save(saved)
    columns = {head: table[head].tolist() for head in form.locked}
    _splice(saved, target, {
        "xl/worksheets/sheet1.xml": lambda xml: _with_rows(xml, form, columns, page.answers),
        "xl/worksheets/sheet3.xml": lambda xml: _with_checks(xml, form, columns),
    })  # fmt: skip


def _head(sheet: Any, form: Form, page: Page) -> None:
    sheet.append([page.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(form.heads))
    sheet.append([page.note])
    sheet.append([page.source])
    for ask in form.asks:
        sheet.cell(4, ask.column, ask.label)
        sheet.cell(4, ask.column + 1, page.asked.get(ask.label))
    for column, head in enumerate(form.heads, start=1):
        sheet.cell(form.head_row, column, head)
    sheet.protection.sheet = True


def _dress(sheet: Any, form: Form) -> None:
    """Borders, grey for what is locked, white and unlocked for what is open: of the heads and the model row."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    thin, grey = Side(style="thin", color="808080"), PatternFill("solid", fgColor="F2F2F2")
    border, unlocked = Border(left=thin, right=thin, top=thin, bottom=thin), Protection(locked=False)
    body, centred = (Alignment(wrap_text=True, vertical="center", horizontal=how) for how in (None, "center"))
    bold, small = Font(bold=True, size=10), Font(size=10)
    sheet["A1"].font, sheet["A1"].alignment = Font(size=15, bold=True), centred
    for place in (2, 3):
        sheet.cell(place, 1).font = Font(size=9, color="444444")
    for cells in sheet.iter_rows(form.head_row, form.head_row + 1, 1, len(form.heads)):
        head = cells[0].row == form.head_row
        for place, cell in enumerate(cells):
            wide = not head and form.heads[place] in form.spread
            cell.border, cell.font, cell.alignment = border, bold if head else small, body if wide else centred
            if place < len(form.locked):
                cell.fill = grey
            elif not head:
                cell.protection = unlocked
    for ask in form.asks:
        label, answer = sheet.cell(4, ask.column), sheet.cell(4, ask.column + 1)
        label.font, label.alignment = bold, Alignment(horizontal="right", vertical="center")
        answer.border, answer.protection, answer.alignment, answer.font = border, unlocked, centred, small
        answer.number_format = "yyyy-mm-dd" if ask.kind == "date" else "@"


def _lists(book: Any, sheet: Any, form: Form, size: int) -> None:
    """Drop-downs refer to ranges of a hidden sheet: a list in the rule itself may hold 255 characters only."""
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    first, last = form.head_row + 1, max(form.head_row + size, form.head_row + 1)
    for column, words in enumerate((*CHOICES.values(), YES_NO), start=1):
        for row, word in enumerate(words, start=1):
            lists.cell(row, column, word)
    for column, (head, words) in enumerate(CHOICES.items()):
        letter = form.letter(head)
        _drop_down(sheet, "ABC"[column], len(words), f"{letter}{first}:{letter}{last}")
    _hours_rule(sheet, form, first, last)
    for ask in form.asks:
        _ask_rule(sheet, ask)


def _drop_down(sheet: Any, letter: str, size: int, cells: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f"{LISTS}!${letter}$1:${letter}${size}", allow_blank=True)
    rule.error, rule.errorTitle = "请从下拉列表中选择。", "不在列表中"
    sheet.add_data_validation(rule)
    rule.add(cells)


def _hours_rule(sheet: Any, form: Form, first: int, last: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    target, told = form.letter(OPEN[0]), form.letter(REGISTERED)
    here, there = f"{target}{first}", f"{told}{first}"
    most = there if form.most == 1 else f"{form.most}*{there}"
    allowed = f"AND({here}>=0,{here}<={most},OR({here}={there},MOD({here}*2,1)=0))"
    hours = DataValidation(type="custom", formula1=allowed, allow_blank=True)
    times = "" if form.most == 1 else f"的 {form.most} 倍"
    hours.error, hours.errorTitle = f"认定学时应为 0 到登记学时{times}，步长 0.5。", "学时有误"
    sheet.add_data_validation(hours)
    hours.add(f"{target}{first}:{target}{last}")


def _ask_rule(sheet: Any, ask: Ask) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    cell = f"{get_column_letter(ask.column + 1)}4"
    if ask.kind == "yes_no":
        _drop_down(sheet, "D", len(YES_NO), cell)
        return
    rule = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    rule.error, rule.errorTitle = "请填日期，如 2017-07-20。", "不是日期"
    sheet.add_data_validation(rule)
    rule.add(cell)


def _facts(book: Any, page: Page, form: Form) -> None:
    sheet = book.create_sheet(FACTS)
    sheet.sheet_state = "hidden"
    for pair in page.facts:
        sheet.append(pair)
    sheet.append([form.key, ",".join(form.locked)])
    sheet.protection.sheet = True


def _print_layout(sheet: Any, form: Form, size: int) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for place, width in enumerate(form.widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[1].height = 24
    sheet.row_dimensions[form.head_row].height = 28
    foot = form.head_row + size + 2
    for column, text in form.feet:
        sheet.cell(foot, column, text).font = Font(size=11)
    sheet.cell(foot + 2, form.feet[-1][0], "年    月    日").font = Font(size=11)
    sheet.freeze_panes = sheet.cell(form.head_row + 1, form.locked.index("姓名") + 2)
    sheet.print_title_rows = f"{form.head_row}:{form.head_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    if form.filtered:
        last = get_column_letter(len(form.heads))
        sheet.auto_filter.ref = f"A{form.head_row}:{last}{form.head_row + max(size, 1)}"
        sheet.protection.autoFilter = False


# ---- rows written as text ---------------------------------------------------------------------------------------


def _splice(saved: io.BytesIO, target: IO[bytes], parts: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as new:
        for item in old.infolist():
            part = old.read(item)
            new.writestr(item.filename, parts[item.filename](part) if item.filename in parts else part)


def _with_rows(xml: bytes, form: Form, columns: Mapping[str, list[Any]], answers: Mapping[str, Sequence[Any]]) -> bytes:
    """The sheet with every row written as the model row is dressed."""
    first = form.head_row + 1
    model = next(hit for hit in _MODEL.finditer(xml) if int(hit[1]) == first)
    styles = [int(style) for style in _STYLE.findall(model[2])]
    size = len(columns[form.key])
    rows = range(first, first + size)
    cells = [
        _column(form.letter(head), style, columns.get(head) or answers.get(head) or [None] * size, rows)
        for head, style in zip(form.heads, styles, strict=True)
    ]
    heights = _heights(form, columns, size)
    written = [
        f'<row r="{row}" ht="{height}" customHeight="1">{"".join(parts)}</row>'
        for row, height, *parts in zip(rows, heights, *cells, strict=True)
    ]
    return _DIMENSION.sub(b"", xml[: model.start()]) + "".join(written).encode() + xml[model.end() :]


def _column(letter: str, style: int, values: Sequence[Any], rows: range) -> list[str]:
    return [_cell(f"{letter}{row}", value, f' s="{style}"') for row, value in zip(rows, values, strict=True)]


def _cell(place: str, value: Any, style: str = "") -> str:
    """A cell; text is written in it, whatever it begins with."""
    if value is None or value == "":
        return f'<c r="{place}"{style}/>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"{style}><v>{value:.10g}</v></c>'
    text = value.isoformat() if isinstance(value, date) else printable(str(value))
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _heights(form: Form, columns: Mapping[str, list[Any]], size: int) -> list[int]:
    """The height of each row: spreadsheets do not grow rows for what a program wrote."""
    lines = [2] * size
    for head, width in zip(form.locked, form.widths, strict=False):
        known: dict[Any, int] = {}
        for place, value in enumerate(columns[head]):
            if value not in known:
                known[value] = _lines(value, width)
            lines[place] = max(lines[place], known[value])
    return [14 * many for many in lines]


def _lines(value: Any, width: float) -> int:
    """Lines that a value takes in a column of this width."""
    parts = str("" if value is None else value).split("\n")
    return sum(
        max(1, math.ceil(sum(2 if ord(sign) > 0x2E80 else 1 for sign in part) / (width - 1.5))) for part in parts
    )


def _with_checks(xml: bytes, form: Form, columns: Mapping[str, list[Any]]) -> bytes:
    """The hidden sheet with the key of every row and the checks of its locked cells."""
    start = xml.count(b"<row ") + 1
    keys = [str(key) for key in columns[form.key]]
    checks = zip(*([cell_check(key, head, value) for key, value in zip(keys, columns[head], strict=True)]
                   for head in form.locked), strict=True)  # fmt: skip
    rows = [
        f'<row r="{row}">{_cell(f"A{row}", key)}{_cell(f"B{row}", ",".join(told))}</row>'
        for row, key, told in zip(range(start, start + len(keys)), keys, checks, strict=True)
    ]
    return _DIMENSION.sub(b"", xml).replace(b"</sheetData>", "".join(rows).encode() + b"</sheetData>")
