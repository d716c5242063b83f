"""What a reviewer wrote in one row, read strictly: what cannot be right is told and not counted."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ce_toolkit.masking import mask_text
from ce_toolkit.review.findings import NOTE, OPEN, Finding
from ce_toolkit.review.form import ERRORS, EVIDENCE, VERDICTS, cell_text

AGREES, PARTLY = VERDICTS[0], VERDICTS[1]
NOT_SEEN = ("证据缺失", "无法核实")
"""Verdicts that count as full errors unless the parameters say otherwise: what was not seen proves nothing."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_STEP = Decimal("0.5")


class Formula(str):
    """The text of a cell that holds a formula: what it shows is not what the reviewer typed."""

    __slots__ = ()


@dataclass(frozen=True)
class Answer:
    """A row's answer. ``recognised``: hours that the evidence proves, before caps; ``verdict`` blank: not reviewed."""

    verdict: str = ""
    recognised: Decimal | None = None
    cause: str = ""
    evidence: str = ""
    note: str = ""


class AnswerReader:
    """Reads the five open cells of a row; ``tell`` takes a column's head and what is to be said of its cell.

    ``most``: how many times the registered hours may be accepted.
    """

    def __init__(
        self, cells: dict[str, Any], registered: Decimal, tell: Callable[[str, str, str, str, str], None], most: int = 2
    ) -> None:
        self.cells, self.registered, self.tell, self.times = cells, registered, tell, most
        self.sound = True

    def read(self) -> Answer:
        """The answer; an Answer without verdict where the row cannot count, after telling why."""
        verdict, hours = self._verdict(), self._hours()
        if self.sound and verdict:
            hours = self._fitting(verdict, hours)
        cause = self._word("差错原因", ERRORS)
        evidence = self._word("证据类型", EVIDENCE)
        note = mask_text(str(self.cells.get("备注") or ""), limit=60)
        if not self.sound or not verdict:
            return Answer()
        if verdict in VERDICTS[1:3] and not cause:
            self.tell("差错原因", NOTE, "没有选差错原因", "部分认定、不予认定的应说明原因", "结论照计，请补选")
        return Answer(verdict, hours, cause, evidence, note)

    def _open(self, head: str, found: str, wanted: str, fix: str) -> None:
        self.sound = False
        self.tell(head, OPEN, found, wanted, fix)

    def _verdict(self) -> str:
        value = self.cells.get("结论")
        if value is None or not cell_text(value):
            self._open("结论", "未填结论", "每一项都要有结论", "请从下拉列表中选择")
            return ""
        plain = _plain(value)
        if isinstance(value, Formula) or plain not in VERDICTS:
            shown = mask_text(str(value), limit=12)
            self._open("结论", f"“{shown}”不在列表中", f"应为 {'、'.join(VERDICTS)} 之一", "请从下拉列表中选择")
            return ""
        if plain != value:
            self.tell("结论", NOTE, "结论前后有空格或用了全角", f"按“{plain}”计", "不需改动")
        return plain

    def _hours(self) -> Decimal | None:
        value = self.cells.get("认定学时")
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        hours = self._number(value)
        if hours is None:
            return None
        most = self.times * self.registered
        if not 0 <= hours <= most:
            allowed = "登记学时的 2 倍" if self.times == 2 else "登记学时"
            self._open("认定学时", f"认定 {hours:f} 学时", f"应在 0 与{allowed}（{most:f}）之间", "请核对后改正")
        elif hours % _STEP and hours != self.registered:
            self._open("认定学时", f"认定 {hours:f} 学时", "步长应为 0.5", "请核对后改正")
        return hours

    @property
    def _allowed(self) -> str:
        return f"应为 0 到登记学时{' 2 倍' if self.times == 2 else ''}的数"

    def _number(self, value: Any) -> Decimal | None:
        if isinstance(value, Formula):
            self._open("认定学时", "是公式", "应为直接填写的数", "请填写数字")
        elif isinstance(value, (bool, datetime, date, time)):
            self._open("认定学时", "不是数（可能被软件变成了日期）", self._allowed, "请重新填写数字")
        elif isinstance(value, (int, float)):
            return Decimal(cell_text(value))
        elif _NUMBER.fullmatch(plain := _plain(value).removesuffix("学时")):
            self.tell("认定学时", NOTE, "数字是文本", f"按 {plain} 计", "不需改动")
            return Decimal(plain)
        else:
            self._open("认定学时", f"“{mask_text(str(value), limit=12)}”不是数", self._allowed, "请填写数字")
        return None

    def _fitting(self, verdict: str, hours: Decimal | None) -> Decimal | None:
        """The hours that go with a verdict; a contradiction between the two is not resolved here."""
        if verdict == PARTLY:
            return self._partly(hours)
        wanted = self.registered if verdict == AGREES else Decimal(0)
        if hours is not None and hours != wanted:
            told = f"结论为“{verdict}”而认定学时为 {hours:f}"
            self._open("认定学时", told, f"“{verdict}”的认定学时应为 {wanted:f} 或空着", "请改结论或改学时")
        return wanted

    def _partly(self, hours: Decimal | None) -> Decimal | None:
        if hours is None or hours in {Decimal(0), self.registered}:
            told = "没有认定学时" if hours is None else f"认定学时为 {hours:f}"
            self._open("认定学时", f"结论为“{PARTLY}”而{told}", "应填能证明的学时，不是 0，也不等于登记学时", "请填写")
        elif hours > self.registered:
            self.tell("认定学时", NOTE, f"认定 {hours:f} 学时，多于登记", "作为少登单独计算", "请确认不是笔误")
        return hours

    def _word(self, head: str, words: Sequence[str]) -> str:
        value = self.cells.get(head)
        if value is None or not cell_text(value):
            return ""
        plain = _plain(value)
        if isinstance(value, Formula) or plain not in words:
            shown = mask_text(str(value), limit=12)
            self.tell(head, NOTE, f"“{shown}”不在列表中", f"应为 {'、'.join(words)} 之一", "按“其他”计")
            return "其他"
        return plain


def _plain(value: Any) -> str:
    """Text in half width without blanks."""
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def finding_at(code: str, place: tuple[str, str, str], told: tuple[str, str, str, str]) -> Finding:
    """A finding at (file, sheet, cell) from (gravity, found, wanted, fix)."""
    gravity, found, wanted, fix = told
    return Finding(code, gravity, *place, found, wanted, fix)
