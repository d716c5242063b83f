"""The blank form as a workbook: every column of the field spec with its drop-down, its hint and its message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ce_toolkit.intake.cells import column_letters
from ce_toolkit.intake.fields import Field, Form, field_spec
from ce_toolkit.intake.stamps import VERSION, Stamp
from ce_toolkit.returns import sheets

LISTS = "选项"
FORM = "填报表"

_HEAD = 3
_FIRST = 4
_LINE, _PAGE, _MARGIN = 22.0, 842.0, 54.0  # points: a row, the long side of A4, the margins above and below each
_SHORT = 595.0
_CHARACTER = 6.9
"""Points that one unit of column width takes on paper, with some room to spare for other fonts."""

_SMALLEST = 0.7
"""A form that fits the short side of A4 at this scale is printed upright."""

_WIDTHS = {
    "serial": 6, "name": 10, "sex": 6, "unit": 22, "series": 16, "title": 14, "certificate": 17, "class": 10,
    "kind": 13, "method": 11, "basis": 14, "date": 11, "days": 6, "hours": 7, "items": 6, "yes_no": 6, "key": 14,
    "result": 10, "text": 18,
}  # fmt: skip
_NUMBERS = frozenset({"serial", "hours", "days", "items"})
_HINTS = 255
"""Excel takes so many characters of a hint or message; a title takes 32."""


@dataclass(frozen=True)
class Order:
    """Which form is wanted: for which year and unit, with how many rows.

    ``lists``: words offered for readers that the field spec has none for, such as the series. ``titles``: titles of
    each series, offered once the series is chosen (T9). ``notes``: lines of the guide that hang on the year.
    """

    form: str
    year: int
    unit: str = ""
    rows: int = 25
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    titles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notes: Sequence[str] = ()


def write_template(order: Order, path: Path) -> Path:
    """Write the blank form to ``path`` and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    template(order).save(path)
    return path


def template(order: Order) -> Any:
    """The blank form as an openpyxl workbook: the form, the guide, and the hidden lists behind the drop-downs."""
    from openpyxl import Workbook

    form = field_spec().forms[order.form]
    stamp = str(Stamp(form.label, order.year, VERSION))
    book = Workbook()
    sheet = book.active
    sheet.title = FORM
    guide = book.create_sheet(sheets.GUIDE)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    ranges = _write_lists(lists, form, order, stamp)
    _write_form(sheet, form, order)
    for column, one in enumerate(form.fields, start=1):
        _set_up(sheet, column, one, ranges.get(one.id, ""), order)
    _print_layout(sheet, form, order, stamp)
    sheets.write_guide(guide, _guide(form, order), stamp)
    _protect(sheet)
    return book


def _write_lists(sheet: Any, form: Form, order: Order, stamp: str) -> dict[str, str]:
    """Words of the drop-downs, a column each, and the range of each by field: a rule itself holds 255 characters."""
    sheet["A1"] = stamp
    ranges: dict[str, str] = {}
    for one in form.fields:
        above, groups = _grouped(form, one, order)
        words = [word for group in groups.values() for word in group]
        words = words or list(field_spec().offered(one) or order.lists.get(one.reader, ()))
        if not words:
            continue
        ranges[one.id] = _list(sheet, one.label, words)
        if groups:
            heads = _list(sheet, f"{one.label}所属", [head for head, group in groups.items() for _ in group])
            at = column_letters(list(form.by_id).index(above))
            ranges[one.id] = _part(ranges[one.id], heads, f"${at}{_FIRST}")
    return ranges


def _grouped(form: Form, one: Field, order: Order) -> tuple[str, Mapping[str, Sequence[str]]]:
    """For a list that hangs on another column: that column's id, and its words, each with those that go with it."""
    if one.reader == "title":
        return "series", order.titles if "series" in form.by_id else {}
    return "class", field_spec().grouped(one.reader) if "class" in form.by_id else {}


def _list(sheet: Any, head: str, words: Sequence[str]) -> str:
    """Write words below a head in the next free column; their range."""
    column = sheet.max_column + 1
    for row, word in enumerate((head, *words), start=1):
        sheet.cell(row, column, word)
    letters = column_letters(column - 1)
    return f"{LISTS}!${letters}$2:${letters}${len(words) + 1}"


def _part(words: str, heads: str, above: str) -> str:
    """The part of a list that goes with what stands in the column above; all of it where nothing does."""
    first = words.split(":", maxsplit=1)[0]
    part = f"OFFSET({first},MATCH({above},{heads},0)-1,0,COUNTIF({heads},{above}),1)"
    return f"IF(COUNTIF({heads},{above})=0,{words},{part})"


def _write_form(sheet: Any, form: Form, order: Order) -> None:
    last = len(form.fields)
    sheet.append([f"{order.year} {form.title}"])
    sheet.append(
        [f"填报单位（公章）：{order.unit}"] if form.footer else [f"单位：{order.unit}" if order.unit else None]
    )
    sheet.append([one.label for one in form.fields])
    sheets.merge(sheet, 1, 1, last)
    if form.footer:
        sheet.cell(2, last - 1, "    月    日")
        sheets.merge(sheet, 2, 1, last - 2)
        sheets.merge(sheet, 2, last - 1, last)
    for number in range(1, order.rows + 1):
        sheet.cell(_FIRST + number - 1, 1, number)
    sheets.style_form(sheet, _HEAD, _FIRST + order.rows - 1, last)
    for column, one in enumerate(form.fields, start=1):
        sheet.column_dimensions[column_letters(column - 1)].width = _width(one)
    if form.footer:
        _write_footer(sheet, form, _FIRST + order.rows)
    for row in range(_HEAD, _FIRST + order.rows):
        sheet.row_dimensions[row].height = _LINE * (2 if row == _HEAD else 1)


def _width(one: Field) -> float:
    return max(float(_WIDTHS[one.reader]), 2.2 * min(len(one.label), 3))


def _write_footer(sheet: Any, form: Form, row: int) -> None:
    """The contact lines and, below them, room for the seal, which is put on the printed form only (T14, T16)."""
    last = len(form.fields)
    half = max(last // 2, 1)
    for number, label in enumerate(form.footer):
        at, first = row + number // 2, 1 if number % 2 == 0 else half + 1
        sheet.cell(at, first, f"{label}：")
        sheets.merge(sheet, at, first, half if first == 1 else last)
    seal = row + (len(form.footer) + 1) // 2
    sheet.cell(seal, half + 1, "（公章）")
    sheets.merge(sheet, seal, half + 1, last)
    sheets.style_footer(sheet, row, seal, last, _LINE)


def _set_up(sheet: Any, column: int, one: Field, words: str, order: Order) -> None:
    """Format, lock and rule of one column's cells; ids and dates are text so that nothing is made of them (V5)."""
    from openpyxl.worksheet.datavalidation import DataValidation

    letters = column_letters(column - 1)
    first, last = _FIRST, _FIRST + order.rows - 1
    sheets.open_cells(sheet, letters, first, last, "General" if one.reader in _NUMBERS else "@")
    kind, rule = _rule(one, words, f"{letters}{first}")
    check = DataValidation(type=kind, allow_blank=True, **rule)
    check.promptTitle, check.prompt = one.label[:32], _hint(one)[:_HINTS]
    check.errorTitle, check.error = f"{one.label}不合要求"[:32], f"“{one.label}”请填：{one.wanted}"[:_HINTS]
    check.showInputMessage = check.showErrorMessage = True
    check.errorStyle = "stop" if words and one.reader not in {"series", "title", "method"} else "warning"
    check.add(f"{letters}{first}:{letters}{last}")
    sheet.add_data_validation(check)


def _hint(one: Field) -> str:
    need = {"required": "必填。", "expected": "应填。", "optional": "可不填。"}[one.need]
    return f"{need}{one.wanted}" + (f"（依据：{one.clause}）" if one.clause else "")


def _rule(one: Field, words: str, cell: str) -> tuple[str, dict[str, str]]:
    """The rule of a column: a list by range, a number within bounds, a text of some length."""
    if words:
        return "list", {"formula1": words}
    if one.reader in {"hours", "items"}:
        return "decimal", {"operator": "between", "formula1": "0", "formula2": "9999"}
    if one.reader in {"days", "serial"}:
        return "whole", {"operator": "between", "formula1": "0", "formula2": "99999"}
    if one.reader in {"certificate", "key"}:
        return "custom", {"formula1": f"ISTEXT({cell})"}
    longest = 20 if one.reader == "date" else 100
    return "textLength", {"operator": "lessThanOrEqual", "formula1": str(longest)}


def _print_layout(sheet: Any, form: Form, order: Order, stamp: str) -> None:
    """A4 with the heads on each page, one page wide, and the footer never alone on a page (T17).

    The scale is worked out here, because a sheet that is fitted by the spreadsheet program ignores page breaks.
    """
    from openpyxl.worksheet.pagebreak import Break

    width = sum(_width(one) for one in form.fields) * _CHARACTER
    landscape = width * _SMALLEST > _SHORT - _MARGIN
    across, down = (_PAGE, _SHORT) if landscape else (_SHORT, _PAGE)
    scale = min(1.0, (across - _MARGIN) / width)
    sheets.set_paper(sheet, landscape=landscape, scale=scale, heads=_HEAD, foot=stamp)
    room = (down - 2 * _MARGIN) / scale
    footer = _LINE * ((len(form.footer) + 1) // 2 + 3) if form.footer else 0.0
    left = _room_left(room, order.rows)
    if footer > left:
        sheet.row_breaks.append(Break(id=_FIRST + order.rows - 3))


def _room_left(room: float, rows: int) -> float:
    """Points left on the last page below the rows; every page begins with the heads."""
    heads = _LINE * (_HEAD + 1.8)
    lines = max(int((room - heads) // _LINE), 1)
    return room - heads - _LINE * ((rows - 1) % lines + 1)


def _protect(sheet: Any) -> None:
    """Heads are locked, rows are open, and rows may be added, taken out and sorted: a courtesy, no lock (V26)."""
    guard = sheet.protection
    guard.sheet = True
    guard.insertRows = guard.deleteRows = guard.sort = guard.autoFilter = False
    guard.formatColumns = guard.formatRows = guard.formatCells = False


def _guide(form: Form, order: Order) -> list[tuple[str, str]]:
    """Lines of the guide: what goes in each column, then what is often asked."""
    lines = [(one.label, _hint(one)) for one in form.fields]
    asked = [
        ("能不能加行、减行？", "可以。行数不限，空行和只有序号的行不计。不要改动表头的文字。"),
        ("证书编号变成 8.37E+12 怎么办？", "先把单元格设为文本再填，模板里已经设好；从别处粘贴时选“只粘贴文本”。"),
        ("“同上”可以吗？", "不可以，每行都要写全；单位相同的可以合并单元格。"),
        ("要不要填身份证号、手机号？", "不要。表里没有这些列，请不要自行添加。"),
        ("公章怎么办？", "打印后在纸质表上盖章；电子表不需要公章图片。"),
        ("用什么格式报送？", "存为 .xlsx，不加密码，每个单位一个文件。"),
        *(("本年度", note) for note in order.notes),
    ]
    return [("填写说明", ""), *lines, ("", ""), ("常见问题", ""), *asked]
