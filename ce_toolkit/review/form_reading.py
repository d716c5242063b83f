"""Forms as they come back: read strictly, every damage named by sheet and cell, nothing changed silently.

What is counted comes from what was sent (which rows, their hours) and from the open columns of the sheet. Locked cells
are only compared, so a cell that was changed is told and has no effect. A row whose answer cannot be right counts as
not reviewed, and waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ce_toolkit.masking import mask_place, mask_text
from ce_toolkit.review.answers import Answer, AnswerReader
from ce_toolkit.review.findings import NOTE, OPEN, STOP, Finding
from ce_toolkit.review.form import FACTS, YES_NO, Ask, Form, cell_check, cell_text
from ce_toolkit.review.form import OPEN as OPEN_HEADS
from ce_toolkit.review.sheet_cells import Book, Sheet, UnreadableSheetError, read_book
from ce_toolkit.review.tickets import canonical_id

_FOOT = ("审核人（签字）", "复核人（签字）", "审核单位（公章）", "年月日")
_HEADS_WITHIN = 30  # rows in which the heads must be found


@dataclass(frozen=True)
class Given:
    """An answer with where it stands and whose sheet it is."""

    answer: Answer
    file: str
    sheet: str
    cell: str
    reviewer: str
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class FormReader:
    """One workbook of a form: whether it is one that was sent, then row by row.

    ``registered``: declared hours by the key of every row that was ever sent; ``facts``: what the hidden sheet says;
    ``asked``: what was asked once, by label, None where the answer cannot be taken; ``findings``: what was told.
    """

    path: Path
    form: Form
    registered: Mapping[str, Decimal] = field(repr=False)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    sent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.file = mask_place(self.path.name)
        self.sheet_name = self.form.sheet

    def is_ours(self, facts: Mapping[str, str]) -> bool:
        """Whether the workbook was sent from here; what it is not is told."""
        raise NotImplementedError

    def tell(  # noqa: PLR0913, PLR0917 - the parts of a finding
        self, code: str, gravity: str, cell: str, found: str, wanted: str, fix: str, sheet: str | None = None
    ) -> None:
        """Tell a finding at a cell of this workbook."""
        name = mask_place(self.sheet_name if sheet is None else sheet)
        self.findings.append(Finding(code, gravity, self.file, name, cell, found, wanted, fix))

    def read(self) -> dict[str, list[Given]]:
        """Answers by key; empty where the workbook is not one that was sent."""
        try:
            book = read_book(self.path)
        except UnreadableSheetError as error:
            self.tell(
                "RS-file",
                STOP,
                "",
                str(error),
                f"应为{self.form.sheet}工作簿",
                f"请交回原来的{self.form.sheet}",
                sheet="",
            )
            return {}
        self._tell_software(book)
        facts, checks = self._facts(book)
        found = self._heads(book) if facts is not None else None
        if facts is None or found is None:
            return {}
        self.facts, self.sent = facts, tuple(checks)
        sheet, row, columns = found
        self.asked = {ask.label: self._asked(ask, sheet, row) for ask in self.form.asks}
        return self._rows(sheet, row, columns, checks)

    def _tell_software(self, book: Book) -> None:
        if book.old:
            self.tell(
                "RS-old", NOTE, "", "是旧版 .xls 格式（可能改了扩展名）", "已按其内容读取", "请核对总数", sheet=""
            )
        elif book.software:
            self.tell("RS-software", NOTE, "", f"由 {book.software} 保存", "已逐格核对", "不需改动", sheet="")

    # ---- whether it was sent from here ----

    def _facts(self, book: Book) -> tuple[dict[str, str] | None, dict[str, dict[str, str]]]:
        sheet = book.sheets.get(FACTS)
        if sheet is None:
            self.tell(
                "RS-facts", STOP, "", f"没有隐藏的“{FACTS}”页", "应与发出时一样", "请在发出的原表上填写", sheet=""
            )
            return None, {}
        rows = [[cell_text(value) for value in row[:2]] for row in sheet.rows]
        at = next((place for place, row in enumerate(rows) if row[:1] == [self.form.key]), len(rows))
        facts = {row[0]: row[1] for row in rows[:at] if len(row) > 1}
        if not self.is_ours(facts):
            return None, {}
        heads = rows[at][1].split(",") if at < len(rows) else []
        return facts, {row[0]: dict(zip(heads, row[1].split(","), strict=False)) for row in rows[at + 1 :] if row[0]}

    def _asked(self, ask: Ask, sheet: Sheet, head: int) -> Any:
        """What was answered once, right of its label above the heads; None where it cannot be taken, which is told."""
        places = [
            (row, column)
            for row, cells in enumerate(sheet.rows[:head])
            for column, value in enumerate(cells)
            if cell_text(value).rstrip(":：") == ask.label.rstrip(":：")
        ]
        row, column = places[0] if places else (3, ask.column - 1)
        cells = sheet.rows[row] if places else []
        value = cells[column + 1] if column + 1 < len(cells) else None
        answer = _day(value) if ask.kind == "date" else _yes(value)
        if answer is None:
            shown = mask_text(str(value), limit=12) if cell_text(value) else ""
            found = f"{ask.label}为“{shown}”" if shown else f"没有填{ask.label}"
            wanted = "应为日期，如 2017-07-20" if ask.kind == "date" else "应为 是 或 否"
            self.tell("RS-asked", OPEN, _cell(row, column + 1), found, wanted, "请补填；填好前本表各项都不记")
        return answer

    # ---- heads and rows ----

    def _heads(self, book: Book) -> tuple[Sheet, int, dict[str, int]] | None:
        """The sheet, the row of heads (from 0) and the column of each head."""
        names = [self.form.sheet, *(name for name in book.sheets if name != self.form.sheet)]
        for name in names:
            for place, row in enumerate(book.sheets[name].rows[:_HEADS_WITHIN] if name in book.sheets else ()):
                heads = [cell_text(value) for value in row]
                if self.form.key in heads and "结论" in heads and name != FACTS:
                    return self._columns(book, name, place, heads)
        self.tell(
            "RS-heads", STOP, "", "找不到表头", f"表头应有{self.form.key}和结论", "请在发出的原表上填写", sheet=""
        )
        return None

    def _columns(
        self, book: Book, name: str, place: int, heads: Sequence[str]
    ) -> tuple[Sheet, int, dict[str, int]] | None:
        self.sheet_name = name
        missing = [head for head in self.form.heads if head not in heads]
        twice = [head for head in self.form.heads if heads.count(head) > 1]
        if missing or twice:
            told = "；".join(
                f"{what}{'、'.join(which)}" for what, which in (("缺少", missing), ("重复", twice)) if which
            )
            self.tell("RS-heads", STOP, f"A{place + 1}", f"表头{told}", "应与发出时一样", "请恢复表头")
            return None
        if name != self.form.sheet:
            self.tell("RS-renamed", NOTE, "", f"工作表已改名（原为“{self.form.sheet}”）", "已按表头找到", "不需改动")
        for column, head in enumerate(heads):
            if head and head not in self.form.heads:
                shown = mask_text(head, limit=12)
                self.tell(
                    "RS-column",
                    NOTE,
                    _cell(place, column),
                    f"多出一列“{shown}”",
                    "表中没有这一列",
                    "不读取，可写在备注",
                )
        return book.sheets[name], place, {head: heads.index(head) for head in self.form.heads}

    def _rows(
        self, sheet: Sheet, head: int, columns: dict[str, int], checks: Mapping[str, Mapping[str, str]]
    ) -> dict[str, list[Given]]:
        answers: dict[str, list[Given]] = {}
        reviewer = self.facts.get("审核人", "")
        for place, row in enumerate(sheet.rows[head + 1 :], start=head + 1):
            cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
            unit = self._unit(cells, place, columns)
            if unit:
                self._compare(unit, cells, place, columns, checks)
                given = self._answer(unit, cells, place, columns)
                where = _cell(place, columns["结论"])
                answers.setdefault(unit, []).append(
                    Given(given, self.file, self.sheet_name, where, reviewer, self.asked)
                )
        self._tell_rows(sheet, answers, list(checks))
        return answers

    def _unit(self, cells: Mapping[str, Any], place: int, columns: Mapping[str, int]) -> str:
        """The key of a row; blank for the foot, an empty row, or a row that was never sent, which is told."""
        unit = canonical_id(cell_text(cells[self.form.key]))
        filled = [value for name in OPEN_HEADS if (value := cell_text(cells[name])) and not value.startswith(_FOOT)]
        if unit in self.registered:
            return unit
        if unit or filled:
            shown = mask_text(unit, limit=14)
            what = f"{self.form.key}“{shown}”{self.form.stranger}" if unit else f"没有{self.form.key}"
            wanted = f"每行应为发出的{self.form.item}"
            self.tell("RS-unit", OPEN, _cell(place, columns[self.form.key]), what, wanted, "这一行不计，请恢复编号")
        return ""

    def _compare(
        self, unit: str, cells: Mapping[str, Any], place: int, columns: Mapping[str, int],
        checks: Mapping[str, Mapping[str, str]],
    ) -> None:  # fmt: skip
        """Tell of every locked cell that is not as it was sent out."""
        known = checks.get(unit)
        if known is None:
            self.tell(
                "RS-foreign",
                NOTE,
                _cell(place, columns[self.form.key]),
                f"{self.form.item} {unit} 不是这份表发出的",
                "应在另一份表中",
                "照计",
            )
            return
        for head in self.form.locked:
            if cell_check(unit, head, cells[head]) != known.get(head):
                what = f"锁定的“{head}”已改动"
                self.tell("RS-locked", NOTE, _cell(place, columns[head]), what, "应与发出时一样", "按发出时的内容计算")

    def _answer(self, unit: str, cells: Mapping[str, Any], place: int, columns: Mapping[str, int]) -> Answer:
        def tell(head: str, gravity: str, found: str, wanted: str, fix: str) -> None:
            self.tell("RS-answer", gravity, _cell(place, columns[head]), found, wanted, fix)

        return AnswerReader(
            {name: cells[name] for name in OPEN_HEADS}, self.registered[unit], tell, self.form.most
        ).read()

    def _tell_rows(self, sheet: Sheet, answers: Mapping[str, Sequence[Given]], sent: Sequence[str]) -> None:
        """Tell of rows that were dropped, doubled, moved or hidden."""
        missing = [unit for unit in sent if unit not in answers]
        if missing:
            told = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
            self.tell(
                "RS-missing", OPEN, "", f"缺少 {len(missing)} 行（{told}）", "发出的每一行都要交回", "请补回这些行"
            )
        for unit, several in answers.items():
            if len(several) > 1:
                cells = "、".join(one.cell for one in several)
                self.tell(
                    "RS-doubled",
                    NOTE,
                    several[1].cell,
                    f"{self.form.item} {unit} 有 {len(several)} 行（{cells}）",
                    "每项应只有一行",
                    "结论相同的只计一次",
                )
        order = [unit for unit in answers if unit in set(sent)]
        if order != [unit for unit in sent if unit in answers]:
            self.tell("RS-order", NOTE, "", "行的次序已改变", f"已按{self.form.key}对应", "不需改动")
        if sheet.hidden:
            rows = "、".join(map(str, sheet.hidden[:5])) + ("等" if len(sheet.hidden) > 5 else "")
            self.tell(
                "RS-hidden",
                NOTE,
                f"A{sheet.hidden[0]}",
                f"有 {len(sheet.hidden)} 行隐藏或被筛选（第 {rows} 行）",
                "隐藏的行同样读取",
                "不需改动",
            )


def settled(several: Mapping[str, Sequence[Given]], findings: list[Finding], item: str) -> dict[str, Given]:
    """The answer that counts of each row: the only one, or none where answers differ, which is told."""
    found = {}
    for key, given in several.items():
        told = {one.answer for one in given if one.answer.verdict}
        if len(told) > 1:
            findings += [
                Finding(
                    "RS-differs", OPEN, one.file, one.sheet, one.cell, f"{item} {key} 有不同的结论", "每项只有一个结论",
                    "请审核人商定后只留一个",
                )
                for one in given
            ]  # fmt: skip
        elif told:
            found[key] = next(one for one in given if one.answer.verdict)
    return found


def _day(value: Any) -> date | None:
    """A day as a date cell or as text such as 2017-07-20 or 2017年7月20日."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    parts = cell_text(value).replace("年", "-").replace("月", "-").replace("/", "-").replace(".", "-").rstrip("日-")
    try:
        year, month, day = map(int, parts.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _yes(value: Any) -> bool | None:
    text = cell_text(value)
    return text == YES_NO[0] if text in YES_NO else None


def _cell(row: int, column: int) -> str:
    """The address of a cell from its places, counted from 0."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row + 1}"
