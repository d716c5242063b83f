"""The printed forms: a plan's rows laid out as the sheet that is sent, with the address of everything put into it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ce_toolkit.demo.mess import Edit
from ce_toolkit.demo.plans import ENROLMENT_ENDS, REVIEW_ENDS, Plan
from ce_toolkit.demo.spec import Field, Form, form
from ce_toolkit.demo.xlsx import Cell, Row, Sheet, column_letter

_PRINTED_ROWS = 10  # the attachment has ten numbered rows
_REMARKS = ("", "", "", "", "证书补办中", "", "新入职", "", "", "借调")
_GUIDE = (
    "填表说明",
    "1. 请逐项填写，一人一行。",
    "2. 继续教育证书编号按文本填写。",
    "3. 请于规定时间内报送纸质版和电子版。",
)

_WIDTHS = {
    "serial": 6, "name": 13, "sex": 6, "employer": 27, "series": 18, "title": 16, "certificate_no": 18, "class": 11,
    "kind": 14, "organiser": 26, "basis": 15, "recorded_on": 13, "start": 13, "end": 13, "days": 7, "hours": 8,
    "items": 6, "employer_hours": 8, "in_archive": 8, "key": 26, "issued": 8, "recognised": 8, "proof": 8,
    "registered": 9, "card_no": 18, "subject": 20, "date": 14, "score": 8, "result": 10, "remarks": 12,
}  # fmt: skip
_LOOKS = {"serial": "number", "days": "number", "hours": "number", "items": "number", "certificate": "code",
          "key": "code", "date": "date"}  # fmt: skip


@dataclass
class Laid:
    """A file laid out: its sheets, the sheet row of each of its rows, what mess it holds, rows counted by sort."""

    plan: Plan
    sheets: list[Sheet]
    row_of: list[int] = field(default_factory=list)
    mess: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def lay_out(
    plan: Plan, columns: Mapping[str, Sequence[Cell]], edits: Sequence[Edit], refs: Sequence[str], contact: int | None
) -> Laid:
    """The file of a plan. ``columns`` are the cells of its rows by field, ``refs`` the ids of person, claim or result.

    ``contact`` numbers the invented mail address in the footer.
    """
    printed = _Print(plan, columns, edits, refs)
    printed.lead()
    printed.body()
    printed.tail(contact)
    return printed.finish()


class _Print:
    """A sheet in the making, row by row."""

    def __init__(
        self, plan: Plan, columns: Mapping[str, Sequence[Cell]], edits: Sequence[Edit], refs: Sequence[str]
    ) -> None:
        self.plan = plan
        self.form = form(plan.form)
        self.fields = _ordered(self.form, plan)
        self.refs = refs
        self.edits = edits
        self.columns = {name: list(values) for name, values in columns.items()}
        self.columns["remarks"] = [_REMARKS[i % len(_REMARKS)] or None for i in range(len(refs))]
        for edit in edits:
            self.columns[edit.field][edit.row] = edit.shown
        self.rows: list[Row] = []
        self.merges: list[str] = []
        self.head_row = 0
        self.laid = Laid(plan, [])

    def put(self, cells: Sequence[Cell], look: str = "") -> int:
        """Add a row, padded to the width of the table; its number."""
        self.rows.append(Row([*cells, *[None] * (len(self.fields) - len(cells))], look))
        return len(self.rows)

    def note(self, kind: str, cell: str | None, shown: Cell, meant: str, **more: Any) -> None:
        """Remember a piece of mess at a cell of this sheet."""
        sheet = None if self.plan.encoding else self.plan.sheet
        base = {"field": None, "row": None, "ref": None, "held": False}
        text = None if shown is None else str(shown)
        self.laid.mess.append(
            {"file": self.plan.file, "sheet": sheet, "cell": cell, "kind": kind, "shown": text, "meant": meant}
            | base
            | more
        )

    def count(self, sort: str) -> None:
        """One more row of this sort."""
        self.laid.counts[sort] = self.laid.counts.get(sort, 0) + 1

    def lead(self) -> None:
        """Title, filing unit and day, heads; an export has only the heads."""
        last = len(self.fields) - 1
        if not self.plan.bare:
            self.merge(self.put([self.form.title], "title"), 0, last)
            self.count("title")
        if not self.plan.bare and self.form.footer:
            cells: list[Cell] = [None] * len(self.fields)
            day = self.plan.received_on
            cells[0] = f"填报单位（公章）：{self.plan.filing_unit}"
            cells[last - 1] = f"{day.month} 月 {max(1, day.day - 2)} 日" if day else None
            row = self.put(cells, "filing")
            self.count("title")
            self.merge(row, 0, last - 2)
            self.merge(row, last - 1, last)
        self.heads()

    def heads(self) -> None:
        """Heads as labels, or other words for them, or with blanks inside."""
        row = self.head_row = len(self.rows) + 1
        cells = [_head(self.plan, place, field) for place, field in enumerate(self.fields)]
        self.put(cells, "head")
        self.count("head")
        for place, (shown, column) in enumerate(zip(cells, self.fields, strict=True)):
            if shown == column.label and column.id != "remarks":
                continue
            meant = "" if column.id == "remarks" else column.label
            kind = _head_kind(shown, meant)
            self.note(kind, f"{column_letter(place)}{row}", shown, meant, field=column.id, row=row)
        if self.plan.moved:
            self.note("column_order", f"A{row}", None, "、".join(field.label for field in self.form.fields), row=row)

    def body(self) -> None:
        """The rows, a blank one between them if planned, the ones entered twice, and the numbered blanks."""
        for i in range(len(self.refs)):
            self.laid.row_of.append(self.put(self.cells(i, i + 1)))
            if i == self.plan.blank_after:
                row = self.put([])
                self.count("blank")
                self.note("blank_row", f"A{row}", None, "", row=row)
        number = len(self.refs)
        for i in self.plan.doubled:
            number += 1
            row = self.put(self.cells(i, number))
            self.count("duplicate")
            self.note("duplicate_row", f"A{row}", None, f"第{self.laid.row_of[i]}行", row=row, ref=self.refs[i])
        self.blanks(number)
        self.note_edits()
        if self.plan.merged:
            self.merge_units()

    def cells(self, i: int, number: int) -> list[Cell]:
        """The cells of row ``i`` under serial ``number``."""
        return [number if field.id == "serial" else self.columns[field.id][i] for field in self.fields]

    def blanks(self, number: int) -> None:
        """Numbered rows without content: up to the ten of the printed form, and beyond where planned."""
        if self.plan.bare or not self.form.footer:
            return
        blanks = range(number + 1, max(_PRINTED_ROWS, number + self.plan.spare) + 1)
        for serial in blanks:
            self.put([serial])
            self.count("numbered_blank")
        if blanks:
            row = len(self.rows) - len(blanks) + 1
            self.note("numbered_blanks", f"A{row}", blanks[0], f"{len(blanks)}行", row=row)

    def note_edits(self) -> None:
        """The slips, at their addresses; rows that cannot be read for one of them count as held."""
        place_of = {field.id: place for place, field in enumerate(self.fields)}
        for edit in self.edits:
            row = self.laid.row_of[edit.row]
            cell = f"{column_letter(place_of[edit.field])}{row}"
            more = {"field": edit.field, "row": row, "ref": self.refs[edit.row], "held": edit.held}
            self.note(edit.kind, cell, edit.shown, edit.meant, **more)
            if edit.held:
                self.count("held")

    def merge_units(self) -> None:
        """Runs of rows of one unit under a single merged cell: the unit stands in the first row only."""
        place = next(place for place, field in enumerate(self.fields) if field.id == "employer")
        for first, last in _runs(self.laid.row_of, self.columns["employer"]):
            unit = str(self.rows[first - 1].cells[place])
            for row in range(first + 1, last + 1):
                cells = list(self.rows[row - 1].cells)
                cells[place] = None
                self.rows[row - 1] = Row(cells)
            letter = column_letter(place)
            self.merges.append(f"{letter}{first}:{letter}{last}")
            self.note("merged_unit", f"{letter}{first}", self.merges[-1], unit, field="employer", row=first)

    def tail(self, contact: int | None) -> None:
        """The total, and the footer with the person in charge."""
        if self.plan.total:
            row = self.put(self.total())
            self.count("total")
            self.note("total_row", f"A{row}", "合计", "", row=row)
        if self.plan.bare or not self.form.footer or contact is None:
            return
        words = _contact(self.columns["name"], contact)
        parts = [f"{label}：{word}" for label, word in zip(self.form.footer, words, strict=True)]
        width = len(self.fields)
        if self.plan.one_footer:
            self.merge(self.put(["    ".join(parts)], "side"), 0, width - 1)
        else:
            edges = self.quarters()
            cells: list[Cell] = [None] * width
            for first, part in zip(edges, parts, strict=False):
                cells[first] = part
            row = self.put(cells, "side")
            for first, last in pairwise(edges):
                self.merge(row, first, last - 1)
        self.count("footer")

    def quarters(self) -> list[int]:
        """Column edges that give the four labels of the footer the room they need."""
        widths = np.cumsum([_width(field, self.plan) for field in self.fields])
        marks = (int(np.abs(widths - share * widths[-1]).argmin()) + 1 for share in (0.24, 0.5, 0.68))
        return [0, *marks, len(self.fields)]

    def total(self) -> list[Cell]:
        """合计 with the number of people, or with the sum of the hours asked for."""
        if self.plan.form != "hours":
            return ["合计", f"{len(self.refs) + len(self.plan.doubled)}人"]
        hours = sum(value for value in self.columns["hours"] if isinstance(value, int | float))
        return ["合计", *[None if field.id != "hours" else hours for field in self.fields[1:]]]

    def merge(self, row: int, first: int, last: int) -> None:
        """Merge cells of one row; a single cell stays as it is."""
        if last > first:
            self.merges.append(f"{column_letter(first)}{row}:{column_letter(last)}{row}")

    def finish(self) -> Laid:
        """The sheets of the file, and what is to be said of the file as a whole."""
        table = Sheet(
            self.plan.sheet, self.rows, [_width(f, self.plan) for f in self.fields],
            [_LOOKS.get(f.reader, "text") for f in self.fields], self.merges,
            landscape=self.plan.form != "enrolment", paper=8 if self.plan.form == "hours" else 9,
            head_rows=self.head_row,
        )  # fmt: skip
        self.laid.sheets = [table]
        if self.plan.guide:
            guide = Sheet("填表说明", [Row([line], "plain") for line in _GUIDE], [60], ["plain"])
            self.laid.sheets.insert(0, guide)
            self.note("guide_sheet", None, "填表说明", "")
        self.note_file()
        return self.laid

    def note_file(self) -> None:
        """Mess of the file as a whole: habits, storage, lateness."""
        plan = self.plan
        ends = ENROLMENT_ENDS if plan.form == "enrolment" else REVIEW_ENDS
        said = {
            f"dates_{plan.dates}": plan.form == "hours" and plan.dates not in ("iso", "real"),
            "second_words": plan.spelling > 0,
            f"csv_{plan.encoding}": bool(plan.encoding) and bool(self.form.footer),
            "bare_export": plan.bare and bool(self.form.footer),
            "late_file": plan.received_on is not None and plan.received_on > ends,
            "sent_twice": plan.copied,
            "truncated": plan.truncated,
        }
        for kind, holds in said.items():
            if holds:
                self.note(kind, None, None, "")


def _ordered(of: Form, plan: Plan) -> list[Field]:
    """Columns in the printed order, or 单位 before 性别 and the certificate further forward; 备注 at the end."""
    filled = [field for field in of.fields if field.id in _WIDTHS]  # how a class was taught is left out by all units
    fields = [field for field in filled if plan.form != "exam" or field.id in _EXPORTED[plan.area]]
    if plan.moved:
        unit = next(field for field in fields if field.id == "employer")
        fields.remove(unit)
        fields.insert(2, unit)
        fields[-1], fields[-2] = fields[-2], fields[-1]
    return [*fields, Field("remarks", "备注", (), "text")] if plan.remarks else fields


# What each platform exports: the second says nothing of sex and score.
_EXPORTED = {
    "A": ("serial", "name", "sex", "employer", "certificate_no", "card_no", "subject", "date", "score", "result"),
    "B": ("name", "employer", "certificate_no", "card_no", "subject", "date", "result"),
}


def _head(plan: Plan, place: int, field: Field) -> str:
    """The label, another word for it in files with synonyms (brackets left out), or the label with blanks inside."""
    others = [word for word in field.also if "（" not in word]
    if plan.synonyms and others and (plan.form == "exam" or (place + plan.synonyms) % 3 == 0):
        return others[plan.synonyms % len(others)]
    if plan.spaced_heads and len(field.label) == 2:
        return f"{field.label[0]}　{field.label[1]}"
    if plan.spaced_heads and len(field.label) > 5 and not plan.encoding:
        return f"{field.label[:4]}\n{field.label[4:]}"
    return field.label


def _head_kind(shown: str, label: str) -> str:
    if not label:
        return "remark_column"
    return "head_spaced" if "".join(shown.split()) == label else "head_synonym"


def _runs(rows: Sequence[int], units: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """First and last sheet row of each run of two or more neighbouring rows of one unit."""
    first = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or units[i] != units[first] or rows[i] != rows[i - 1] + 1:
            if i - first > 1:
                yield rows[first], rows[i - 1]
            first = i


def _contact(names: Sequence[Cell], number: int) -> tuple[str, str, str, str]:
    """An invented person in charge: a colleague's name, and telephone and mail that reach nobody."""
    who = next((str(name).replace("　", "") for name in reversed(names) if name), "王某某")
    return who, "0534-2000000", "13800000000", f"demo{number}@example.com"


def _width(field: Field, plan: Plan) -> int:
    """Width of a column; the title of a class needs more room than the title of a person."""
    return 44 if field.id == "title" and plan.form == "hours" else _WIDTHS[field.id]
