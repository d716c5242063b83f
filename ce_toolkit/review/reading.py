"""Review sheets as they come back: read strictly against the draw, every damage named, nothing changed silently.

What is counted comes from the draw (which rows, their hours and hits) and from the five open columns of the sheet.
Locked cells are only compared, so a cell that was changed is told and has no effect. A row whose answer cannot be right
counts as not reviewed, and the evaluation waits for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.masking import mask_place, mask_text
from ce_toolkit.review.answers import NOT_SEEN, Answer, AnswerReader
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.findings import NOTE, OPEN, STOP, Finding
from ce_toolkit.review.sheet_cells import Book, Sheet, UnreadableSheetError, read_book
from ce_toolkit.review.tickets import canonical_id
from ce_toolkit.review.worksheet import FACTS, FORM, LOCKED, ROWS_MARK, SHEET, VERDICTS, cell_check, cell_text
from ce_toolkit.review.worksheet import OPEN as OPEN_HEADS

_UNIT = "单元编号"
_FOOT = ("审核人（签字）", "复核人（签字）", "审核单位（公章）", "年月日")
_HEADS_WITHIN = 30  # rows in which the heads must be found


@dataclass(frozen=True)
class Results:
    """What the reviewers found.

    ``rows``: one row a drawn unit, in the draw's order: unit_id, stage, stratum, hits, hours (creditable, as
    registered), registered (as declared), verdict (blank: not reviewed), recognised (declared hours that the evidence
    proves), error_cause, evidence, note, reviewer, place (sheet and cell). ``findings``: what was told while reading.
    """

    rows: pd.DataFrame = field(repr=False)
    findings: tuple[Finding, ...] = ()

    @property
    def waiting(self) -> pd.DataFrame:
        """Drawn units without a verdict: while there are any the sample cannot be evaluated."""
        return self.rows[self.rows["verdict"] == ""]

    @property
    def is_complete(self) -> bool:
        """Whether every drawn unit has a verdict."""
        return len(self.waiting) == 0

    @property
    def done(self) -> int:
        """Drawn units with a verdict."""
        return len(self.rows) - len(self.waiting)


def read_review_sheet(path: Path, drawn: Draw) -> Results:
    """The answers of one sheet; units of other sheets wait. Never raises for what is in the file: it is told."""
    return read_review_sheets([path], drawn)


def read_review_sheets(paths: Iterable[Path], drawn: Draw) -> Results:
    """The answers of several sheets of one draw. The same sheet twice counts once; answers that differ wait."""
    answers: dict[str, list[_Given]] = {}
    findings: list[Finding] = []
    for path in sorted(paths, key=lambda one: one.name):
        reader = _SheetReader(path, drawn)
        for unit, given in reader.read().items():
            answers.setdefault(unit, []).extend(given)
        findings += reader.findings
    chosen = {unit: one for unit, several in answers.items() if (one := _one(unit, several, findings))}
    return Results(_table(drawn, chosen), tuple(dict.fromkeys(findings)))


@dataclass(frozen=True)
class _Given:
    """An answer with where it stands and whose sheet it is."""

    answer: Answer
    file: str
    sheet: str
    cell: str
    reviewer: str


def _one(unit: str, several: Sequence[_Given], findings: list[Finding]) -> _Given | None:
    """The answer that counts: the only one, or none where answers differ."""
    told = {one.answer for one in several if one.answer.verdict}
    if len(told) > 1:
        for one in several:
            findings.append(
                Finding(
                    "RS-differs", OPEN, one.file, one.sheet, one.cell, f"单元 {unit} 有不同的结论", "每项只有一个结论",
                    "请审核人商定后只留一个",
                )
            )  # fmt: skip
        return None
    return next((one for one in several if one.answer.verdict), None)


def _table(drawn: Draw, given: Mapping[str, _Given]) -> pd.DataFrame:
    rows = drawn.rows[["unit_id", "stage", "stratum", "hits", "hours", "registered"]].reset_index(drop=True)
    found = [given.get(unit) for unit in rows["unit_id"]]
    recognised = pd.Series([one.answer.recognised if one else None for one in found], dtype=rows["hours"].dtype)
    texts = {
        "verdict": [one.answer.verdict if one else "" for one in found],
        "error_cause": [one.answer.cause if one else "" for one in found],
        "evidence": [one.answer.evidence if one else "" for one in found],
        "note": [one.answer.note if one else "" for one in found],
        "reviewer": [one.reviewer if one else "" for one in found],
        "place": [f"{one.file} {one.sheet}!{one.cell}" if one else "" for one in found],
    }
    told = {name: pd.Series(values, dtype="str") for name, values in texts.items()}
    verdict = told.pop("verdict")
    return rows.assign(verdict=verdict, recognised=recognised, **told)


class _SheetReader:
    """One workbook: whether it belongs to the draw, then row by row."""

    def __init__(self, path: Path, drawn: Draw) -> None:
        self.path, self.drawn = path, drawn
        self.file = mask_place(path.name)
        self.findings: list[Finding] = []
        self.sheet_name = SHEET
        self.registered = dict(zip(drawn.rows["unit_id"], drawn.rows["registered"], strict=True))

    def _tell(  # noqa: PLR0913, PLR0917 - the parts of a finding
        self, code: str, gravity: str, cell: str, found: str, wanted: str, fix: str, sheet: str | None = None
    ) -> None:
        name = mask_place(self.sheet_name if sheet is None else sheet)
        self.findings.append(Finding(code, gravity, self.file, name, cell, found, wanted, fix))

    def read(self) -> dict[str, list[_Given]]:
        """Answers by unit; empty where the workbook is not of this draw."""
        try:
            book = read_book(self.path)
        except UnreadableSheetError as error:
            self._tell("RS-file", STOP, "", str(error), "应为抽查表工作簿", "请交回原来的抽查表", sheet="")
            return {}
        self._tell_software(book)
        facts, checks = self._facts(book)
        if facts is None:
            return {}
        found = self._heads(book)
        if found is None:
            return {}
        sheet, row, columns = found
        return self._rows(sheet, row, columns, checks, facts.get("审核人", ""))

    def _tell_software(self, book: Book) -> None:
        if book.old:
            self._tell(
                "RS-old", NOTE, "", "是旧版 .xls 格式（可能改了扩展名）", "已按其内容读取", "请核对总数", sheet=""
            )
        elif book.software:
            self._tell("RS-software", NOTE, "", f"由 {book.software} 保存", "已逐格核对", "不需改动", sheet="")

    # ---- which draw it is of ----

    def _facts(self, book: Book) -> tuple[dict[str, str] | None, dict[str, dict[str, str]]]:
        sheet = book.sheets.get(FACTS)
        if sheet is None:
            self._tell(
                "RS-facts", STOP, "", f"没有隐藏的“{FACTS}”页", "应与发出时一样", "请在发出的原表上填写", sheet=""
            )
            return None, {}
        rows = [[cell_text(value) for value in row] for row in sheet.rows]
        at = next((place for place, row in enumerate(rows) if row[:1] == [ROWS_MARK]), len(rows))
        facts = {row[0]: row[1] for row in rows[:at] if len(row) > 1}
        if not self._is_of_draw(facts):
            return None, {}
        heads = rows[at][1:] if at < len(rows) else []
        return facts, {row[0]: dict(zip(heads, row[1:], strict=False)) for row in rows[at + 1 :] if row and row[0]}

    def _is_of_draw(self, facts: Mapping[str, str]) -> bool:
        commitment = self.drawn.commitment
        wanted = {
            "表样版本": FORM, "抽样框摘要": commitment.frame_digest, "承诺摘要": commitment.digest,
            "抽样编号": self.drawn.id,
        }  # fmt: skip
        wrong = [name for name, value in wanted.items() if facts.get(name) != value]
        if wrong:
            self._tell(
                "RS-draw", STOP, "", f"{'、'.join(wrong)}与本次抽样不同", "应为本次抽样发出的抽查表",
                "请核对是不是另一次抽样的表", sheet=FACTS,
            )  # fmt: skip
            return False
        stage = int(told) if (told := facts.get("阶段", "")).isdigit() else 0
        if not 1 <= stage <= self.drawn.stage:
            self._tell(
                "RS-stage", STOP, "", f"阶段为“{stage}”", f"应不晚于第 {self.drawn.stage} 阶段", "请核对", sheet=FACTS
            )
            return False
        if stage < self.drawn.stage:
            self._tell(
                "RS-stage", NOTE, "", f"是第 {stage} 阶段的表", f"第 {self.drawn.stage} 阶段新增的项不在其中",
                "照计，请另交新增的表", sheet=FACTS,
            )  # fmt: skip
        return True

    # ---- heads and rows ----

    def _heads(self, book: Book) -> tuple[Sheet, int, dict[str, int]] | None:
        """The sheet, the row of heads (from 0) and the column of each head."""
        names = [SHEET, *(name for name in book.sheets if name != SHEET)]
        for name in names:
            for place, row in enumerate(book.sheets[name].rows[:_HEADS_WITHIN] if name in book.sheets else ()):
                heads = [cell_text(value) for value in row]
                if _UNIT in heads and "结论" in heads and name != FACTS:
                    return self._columns(book, name, place, heads)
        self._tell("RS-heads", STOP, "", "找不到表头", f"表头应有{_UNIT}和结论", "请在发出的原表上填写", sheet="")
        return None

    def _columns(
        self, book: Book, name: str, place: int, heads: Sequence[str]
    ) -> tuple[Sheet, int, dict[str, int]] | None:
        self.sheet_name = name
        missing = [head for head in (*LOCKED, *OPEN_HEADS) if head not in heads]
        twice = [head for head in (*LOCKED, *OPEN_HEADS) if heads.count(head) > 1]
        if missing or twice:
            told = "；".join(
                f"{what}{'、'.join(which)}" for what, which in (("缺少", missing), ("重复", twice)) if which
            )
            self._tell("RS-heads", STOP, f"A{place + 1}", f"表头{told}", "应与发出时一样", "请恢复表头")
            return None
        if name != SHEET:
            self._tell("RS-renamed", NOTE, "", f"工作表已改名（原为“{SHEET}”）", "已按表头找到", "不需改动")
        for column, head in enumerate(heads):
            if head and head not in LOCKED and head not in OPEN_HEADS:
                shown = mask_text(head, limit=12)
                self._tell(
                    "RS-column",
                    NOTE,
                    _cell(place, column),
                    f"多出一列“{shown}”",
                    "表中没有这一列",
                    "不读取，可写在备注",
                )
        return book.sheets[name], place, {head: heads.index(head) for head in (*LOCKED, *OPEN_HEADS)}

    def _rows(
        self, sheet: Sheet, head: int, columns: dict[str, int], checks: Mapping[str, Mapping[str, str]], reviewer: str
    ) -> dict[str, list[_Given]]:
        answers: dict[str, list[_Given]] = {}
        for place, row in enumerate(sheet.rows[head + 1 :], start=head + 1):
            cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
            unit = self._unit(cells, place, columns)
            if unit:
                self._compare(unit, cells, place, columns, checks)
                given = self._answer(unit, cells, place, columns)
                where = _cell(place, columns["结论"])
                answers.setdefault(unit, []).append(_Given(given, self.file, self.sheet_name, where, reviewer))
        self._tell_rows(sheet, answers, list(checks))
        return answers

    def _unit(self, cells: Mapping[str, Any], place: int, columns: Mapping[str, int]) -> str:
        """The drawn unit of a row; blank for the foot, an empty row, or a row of no drawn unit, which is told."""
        unit = canonical_id(cell_text(cells[_UNIT]))
        filled = [value for name in OPEN_HEADS if (value := cell_text(cells[name])) and not value.startswith(_FOOT)]
        if unit in self.registered:
            return unit
        if unit or filled:
            what = f"单元编号“{mask_text(unit, limit=14)}”不在样本中" if unit else "没有单元编号"
            wanted = "每行应为抽中的单元"
            self._tell("RS-unit", OPEN, _cell(place, columns[_UNIT]), what, wanted, "这一行不计，请恢复编号")
        return ""

    def _compare(
        self, unit: str, cells: Mapping[str, Any], place: int, columns: Mapping[str, int],
        checks: Mapping[str, Mapping[str, str]],
    ) -> None:  # fmt: skip
        """Tell of every locked cell that is not as it was sent out."""
        known = checks.get(unit)
        if known is None:
            self._tell(
                "RS-foreign",
                NOTE,
                _cell(place, columns[_UNIT]),
                f"单元 {unit} 不是这份表发出的",
                "应在另一份表中",
                "照计",
            )
            return
        for head in LOCKED:
            if cell_check(unit, head, cells[head]) != known.get(head):
                what = f"锁定的“{head}”已改动"
                self._tell("RS-locked", NOTE, _cell(place, columns[head]), what, "应与发出时一样", "按抽样记录计算")

    def _answer(self, unit: str, cells: Mapping[str, Any], place: int, columns: Mapping[str, int]) -> Answer:
        def tell(head: str, gravity: str, found: str, wanted: str, fix: str) -> None:
            self._tell("RS-answer", gravity, _cell(place, columns[head]), found, wanted, fix)

        return AnswerReader({name: cells[name] for name in OPEN_HEADS}, self.registered[unit], tell).read()

    def _tell_rows(self, sheet: Sheet, answers: Mapping[str, Sequence[_Given]], sent: Sequence[str]) -> None:
        """Tell of rows that were dropped, doubled, moved or hidden."""
        missing = [unit for unit in sent if unit not in answers]
        if missing:
            told = "、".join(missing[:5]) + ("等" if len(missing) > 5 else "")
            self._tell(
                "RS-missing", OPEN, "", f"缺少 {len(missing)} 行（{told}）", "发出的每一行都要交回", "请补回这些行"
            )
        for unit, several in answers.items():
            if len(several) > 1:
                cells = "、".join(one.cell for one in several)
                self._tell(
                    "RS-doubled",
                    NOTE,
                    several[1].cell,
                    f"单元 {unit} 有 {len(several)} 行（{cells}）",
                    "每项应只有一行",
                    "结论相同的只计一次",
                )
        order = [unit for unit in answers if unit in set(sent)]
        if order != [unit for unit in sent if unit in answers]:
            self._tell("RS-order", NOTE, "", "行的次序已改变", "已按单元编号对应", "不需改动")
        if sheet.hidden:
            rows = "、".join(map(str, sheet.hidden[:5])) + ("等" if len(sheet.hidden) > 5 else "")
            self._tell(
                "RS-hidden",
                NOTE,
                f"A{sheet.hidden[0]}",
                f"有 {len(sheet.hidden)} 行隐藏或被筛选（第 {rows} 行）",
                "隐藏的行同样读取",
                "不需改动",
            )


def _cell(row: int, column: int) -> str:
    """The address of a cell from its places, counted from 0."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row + 1}"


def counts_as_error(verdict: pd.Series, *, not_seen: bool = True) -> pd.Series:
    """Which verdicts are errors; evidence that was not seen is one unless ``not_seen`` is False (ISA 530 ¶11)."""
    wrong = set(VERDICTS[1:]) if not_seen else set(VERDICTS[1:]) - set(NOT_SEEN)
    return verdict.isin(wrong)
