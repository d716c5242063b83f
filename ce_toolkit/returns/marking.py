"""The return workbook: a unit's own workbook with each faulty cell filled and told, and a list of what to mend."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ce_toolkit.escaping import keep_as_text, printable
from ce_toolkit.intake.checks import MARKS
from ce_toolkit.intake.comments import MARK_LINE
from ce_toolkit.intake.looks import MARK_FILLS
from ce_toolkit.intake.stamps import own_stamp
from ce_toolkit.returns import sheets
from ce_toolkit.returns.changes import KINDS, Change
from ce_toolkit.returns.faults import ASKED, SEVERITIES, Fault, by_cell, row_of, said

LIST, CHANGES = "问题清单", "变动"

_STATES = {"open": "待更正", "stays": "仍未更正", "reopened": "再次出现", "new": "新问题", "closed": "已更正"}
_LISTED = ("序", "程度", "代码", "工作表", "单元格", "现为（已遮盖）", "应填", "怎样改", "依据", "状态", "处数")
_LISTED_WIDTHS = (5, 11, 8, 12, 14, 18, 30, 60, 10, 10, 6)
_OWN = re.compile(r"表样：\S+·由工具生成")
_AUTHOR = "继续教育学时工具"
_MOST = 32_000
"""A cell holds 32,767 characters."""


class Extent(NamedTuple):
    """Of a sheet with tables: the row of its first heads, the last row and the last column that hold text, from 1."""

    head: int
    rows: int
    columns: int


def mark(
    book: Any, faults: Sequence[Fault], tables: Mapping[str, Extent], *, changes: Sequence[Change] = (), number: int = 1
) -> None:
    """Mark the faults in a workbook. ``tables``: what each sheet that holds a table spans.

    Cells without a fault keep their value and style; the column 问题 stands behind the last one in use.
    """
    for name, cells in by_cell(faults).items():
        if name in book.sheetnames:
            sheet = book[name]
            for cell, here in cells.items():
                _mark_cell(sheet, cell, here)
            _add_column(sheet, cells, tables.get(name))
    for sheet in book.worksheets:
        _size_comments(sheet)
    _add_list(book, faults, number)
    if number > 1:
        _add_changes(book, changes, number)
    _add_guide(book)


def _mark_cell(sheet: Any, address: str, here: Sequence[Fault]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = _anchor(sheet, address)
    grave = any(fault.severity != "warn" for fault in here)
    cell.fill = PatternFill("solid", MARK_FILLS["hold" if grave else "warn"])
    lines = [cell.comment.text] if cell.comment else []
    lines += [said(fault) for fault in here]
    author = cell.comment.author if cell.comment else _AUTHOR
    cell.comment = Comment(printable("\n".join(lines)), author or _AUTHOR)


def _anchor(sheet: Any, address: str) -> Any:
    """The cell itself, or the first of the merged range that covers it."""
    from openpyxl.cell.cell import MergedCell

    cell = sheet[address]
    if isinstance(cell, MergedCell):
        covering = next(span for span in sheet.merged_cells.ranges if address in span)
        cell = sheet.cell(covering.min_row, covering.min_col)
    return cell


def _size_comments(sheet: Any) -> None:
    """Give every comment room for its text: openpyxl forgets the size of those it read (V9)."""
    for cell in sheet._cells.values():  # going through all rows would make a cell of every blank
        if getattr(cell, "comment", None) is not None:
            lines = sum(1 + len(line) // 18 for line in cell.comment.text.split("\n"))
            cell.comment.width, cell.comment.height = 260, max(60, 20 * lines + 12)


def _add_column(sheet: Any, cells: Mapping[str, Sequence[Fault]], table: Extent | None) -> None:
    """What is wrong in each row, in a column of its own that the rows can be filtered by."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    if table is None:
        return
    head = table.head
    last, column = max(sheet.max_row, table.rows), max(_free_column(sheet), table.columns + 1)
    title = sheet.cell(head, column, MARKS)
    title.font, title.fill = Font(bold=True), PatternFill("solid", MARK_FILLS["hold"])
    rows: dict[int, list[str]] = {}
    for address, here in sorted(cells.items(), key=lambda pair: row_of(pair[0])):
        rows.setdefault(row_of(address), []).extend(said(fault) for fault in here)
    for row, lines in rows.items():
        if row > head:
            cell = sheet.cell(row, column, printable("；".join(dict.fromkeys(lines)))[:_MOST])
            cell.alignment, cell.data_type = Alignment(vertical="center"), "s"  # rows keep their height
    letters = get_column_letter(column)
    sheet.column_dimensions[letters].width = 60
    if not sheet.tables:  # a filter of the sheet over a table that has its own makes the file need repair
        sheet.auto_filter.ref = f"A{head}:{letters}{last}"
    if sheet.protection.sheet:
        sheet.protection.autoFilter = False  # False allows it


def _free_column(sheet: Any) -> int:
    """The column behind the last one that holds anything."""
    column = int(sheet.max_column)
    while column > 1 and all(sheet.cell(row, column).value is None for row in range(1, sheet.max_row + 1)):
        column -= 1
    return column + 1


def _add_list(book: Any, faults: Sequence[Fault], number: int) -> None:
    sheet = book.create_sheet(_free(book, LIST))
    sheet.append([own_stamp(LIST), None, None, f"第 {number} 次"])
    sheet.append(list(_LISTED))
    for place, fault in enumerate(faults, start=1):
        sheet.append(_line(place, fault))
        _link(sheet.cell(place + 2, 5), fault, book)
    _as_list(sheet, _LISTED_WIDTHS)


def _add_changes(book: Any, changes: Sequence[Change], number: int) -> None:
    """What differs from the submission before: rows added and gone, and every cell that was changed."""
    sheet = book.create_sheet(_free(book, CHANGES))
    counts = "、".join(f"{kind} {len({c.row for c in changes if c.kind == kind})} 行" for kind in KINDS)
    sheet.append([own_stamp(CHANGES), None, None, f"第 {number} 次与第 {number - 1} 次相比：{counts}"])
    sheet.append(["变动", "工作表", "行", "姓名（已遮盖）", "列", "原为（已遮盖）", "现为（已遮盖）"])
    for change in changes:
        sheet.append([printable(text) or None if isinstance(text, str) else text for text in change[:7]])
    _as_list(sheet, (8, 12, 8, 14, 18, 26, 26))


def _as_list(sheet: Any, widths: Sequence[int]) -> None:
    """A list under a stamp and a row of heads: text wrapped, filter set, on A4."""
    from openpyxl.styles import Alignment, Font, PatternFill

    keep_as_text(sheet)
    sheet["A1"].font = Font(size=9, color="7F7F7F")
    for column, width in enumerate(widths, start=1):
        head = sheet.cell(2, column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", "EDEDED")
        sheet.column_dimensions[head.column_letter].width = width
    for row in sheet.iter_rows(3):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        lines = (2 * len(str(cell.value or "")) // width for cell, width in zip(row, widths, strict=False))
        sheet.row_dimensions[row[0].row].height = 16 * (1 + max(lines))
    sheet.auto_filter.ref = f"A2:{sheet.cell(2, len(widths)).column_letter}{max(sheet.max_row, 3)}"
    sheets.set_paper(sheet, landscape=True, scale=0.55, heads=2, foot="")


def _line(number: int, fault: Fault) -> list[Any]:
    place = "、".join(fault.cells[:3]) + ("…" if len(fault.cells) > 3 else "")
    texts = (fault.sheet, place or "整个文件", fault.shown, fault.wanted, fault.fix, fault.clause)
    plain = [printable(text) or None for text in texts]
    state = _STATES[fault.state] if fault.severity in ASKED else None
    return [number, SEVERITIES[fault.severity], fault.code, *plain, state, max(len(fault.cells), 1)]


def _link(cell: Any, fault: Fault, book: Any) -> None:
    """A click on the place leads to the (first) cell."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    if fault.cells and fault.sheet in book.sheetnames:
        target = fault.sheet.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!{fault.cells[0]}")
        cell.font = Font(color="0563C1", underline="single")


def _add_guide(book: Any) -> None:
    name = _free(book, sheets.GUIDE)
    lines = [
        ("怎样更正", ""),
        ("1", "“问题清单”逐条列出要改的地方，点单元格一栏可以跳到原处。"),
        ("2", "红色单元格（退回、待补）改正后才计入；黄色单元格（提醒）请核对，确认无误的可以不改。"),
        ("3", "表的最右一列“问题”可以筛选，只看有问题的行。"),
        ("4", "直接在本表里改正，不要改动表头；批注、颜色、“问题”列和本说明不必删除。"),
        ("5", "改好后整份重报，不要只报改动的行：重报的表会替换上一次的，漏掉的行按删除处理。"),
        ("6", "原表中的公式已换成当时的值；单元格里的图片和宏没有带过来。"),
    ]
    sheets.write_guide(book.create_sheet(name), lines, own_stamp(sheets.GUIDE))


def _free(book: Any, name: str) -> str:
    """A name for a sheet to add; one of the unit's own or of the template stays beside it."""
    return name if name not in book.sheetnames else f"{name}（更正）"


def unmark(book: Any) -> None:
    """Take away the marks of an earlier round: our lines in comments, our fills under them, our column and sheets.

    A workbook that went back is told by the sheets we added, which every program keeps, not by a colour.
    """
    own = [sheet for sheet in book.worksheets if any(_OWN.match(str(cell.value or "")) for cell in sheet["A"])]
    for sheet in own:
        del book[sheet.title]
    for sheet in book.worksheets if own else ():
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == MARKS:
                    _clear_column(sheet, cell)
                if cell.comment is not None:
                    _unmark_cell(cell)


def _clear_column(sheet: Any, head: Any) -> None:
    for row in range(head.row, sheet.max_row + 1):
        cell = sheet.cell(row, head.column)
        cell.value, cell.style = None, "Normal"
    sheet.auto_filter.ref = None


def _unmark_cell(cell: Any) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    lines = cell.comment.text.split("\n")
    kept = [line for line in lines if not MARK_LINE.match(line)]
    if len(kept) < len(lines):
        cell.fill = PatternFill()
        cell.comment = Comment("\n".join(kept), cell.comment.author) if any(kept) else None
