"""Facts around a table: the title with its year, the filing unit, the day of filling in, and the contact below it."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ce_toolkit.intake.cells import Cell, Grid, Row, has_text
from ce_toolkit.intake.fields import fold
from ce_toolkit.intake.readers import as_text, tidy
from ce_toolkit.intake.reading_numbers import han_number
from ce_toolkit.masking import mask_name, mask_number, mask_text

_TITLE = re.compile(r"报名表|登记表|考试成绩|成绩表|成绩单|继续教育.*表")
_YEARS = tuple(re.compile(rf"(?<!\d)(20\d\d){end}") for end in ("年度", "年", r"(?!\d)"))
_HAN_YEAR = re.compile(r"(二[〇零○][〇零○一二三四五六七八九]{2})年")
_UNIT = re.compile(
    r"\s*(?:填报|申报|上报|报送|填表)\s*单\s*位\s*(?:[(（][^)）]*[)）])?\s*[:：]?(.*)|"
    r"\s*单\s*位\s*(?:名\s*称\s*)?(?:[(（]\s*(?:公\s*章|盖\s*章)\s*[)）])?\s*[:：](.*)",
    re.DOTALL,
)
_FILLED_ON = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{0,2})\s*月\s*(\d{0,2})\s*日")
_NEXT_LABEL = re.compile(r"\s+\S{2,8}[:：].*$", re.DOTALL)
_PEOPLE = "继续教育工作负责人|工作负责人|单位负责人|负责人|联系人|经办人|填报人|填表人|制表人|审核人"
_CONTACT = re.compile(
    rf"({_PEOPLE}|办公电话|联系电话|电\s*话|手\s*机(?:号码?)?|电子邮箱|邮\s*箱|E-?mail)\s*[:：]?", re.IGNORECASE
)
_PHONE = re.compile(r"电\s*话|手\s*机")


@dataclass(frozen=True)
class Facts:
    """What stands around one table. ``None`` = not there; ``places`` gives A1 addresses of title, unit and date.

    ``date_fault``: ``""``, ``blank`` or ``impossible``. ``contact`` is masked; ``responsible`` tells whether a
    responsible person is named.
    """

    title: str | None = None
    year: int | None = None
    filing_unit: str | None = None
    unit_label: bool = False
    filled_on: datetime.date | None = None
    date_fault: str = ""
    contact: str = ""
    responsible: bool = False
    places: tuple[tuple[str, str], ...] = ()

    def place(self, name: str) -> str:
        """Address of the title, the unit or the date, or ``""``."""
        return dict(self.places).get(name, "")


def facts_above(grid: Grid, rows: Sequence[int], year: int) -> Facts:
    """Facts from the rows above a head."""
    title, title_year, title_at = _title(grid, rows)
    unit, labelled, unit_at = filing_unit(grid, rows)
    filled_on, fault, date_at = _filled_on(grid, rows, year)
    places = (("title", title_at), ("unit", unit_at), ("date", date_at))
    return Facts(title, title_year, unit, labelled, filled_on, fault, places=places)


def _title(grid: Grid, rows: Iterable[int]) -> tuple[str | None, int | None, str]:
    """The title by its meaning (T1) and its year; a year named elsewhere above the head stands in for a missing one."""
    title, at, year_beside = "", "", None
    for row in rows:
        for column, cell in enumerate(grid.rows[row]):
            if not isinstance(cell, str) or not cell or _UNIT.match(cell):
                continue
            text = fold(cell)
            if not title and _TITLE.search(text):
                title, at = text, grid.address(row, column)
            elif "年度" in text and year_beside is None:
                year_beside, at = _year_in(text), at or grid.address(row, column)
    return title or None, _year_in(title) or year_beside, at


def _year_in(text: str) -> int | None:
    for pattern in _YEARS:  # 2016-2017年度 is 2017, and so is 2017年度…（2016年修订）
        if hit := pattern.search(text):
            return int(hit[1])
    if hit := _HAN_YEAR.search(text):
        number = han_number(hit[1].replace("○", "〇"))
        return int(number) if number is not None and number > 1900 else None
    return None


def filing_unit(grid: Grid, rows: Iterable[int]) -> tuple[str | None, bool, str]:
    """The value of 填报单位: behind the label in the same cell, else in the next cell with text (T2)."""
    for row in rows:
        cells = grid.rows[row]
        for column, cell in enumerate(cells):
            hit = _UNIT.fullmatch(cell) if isinstance(cell, str) else None
            if not hit:
                continue
            value = _unit_value(hit[1] or hit[2] or "") or _next_value(cells[column + 1 :])
            return value or None, True, grid.address(row, column)
    return None, False, ""


def _unit_value(text: str) -> str:
    value = _NEXT_LABEL.sub("", _FILLED_ON.sub("", text))
    return " ".join(tidy(value.strip("_＿ \u3000")).split())


def _next_value(cells: Iterable[Cell]) -> str:
    value = next((as_text(cell) for cell in cells if has_text(cell)), "")
    if _FILLED_ON.search(value) or re.search(r"[:：]\s*$", value):
        return ""
    return _unit_value(value)


def _filled_on(grid: Grid, rows: Iterable[int], year: int) -> tuple[datetime.date | None, str, str]:
    """The day of filling in, completed by the credit year where no year is written (T3)."""
    for row in rows:
        for column, cell in enumerate(grid.rows[row]):
            if isinstance(cell, datetime.date):
                return (cell.date() if isinstance(cell, datetime.datetime) else cell), "", grid.address(row, column)
            hit = _FILLED_ON.search(cell) if isinstance(cell, str) else None
            if hit:
                return (*_completed(hit, year), grid.address(row, column))
    return None, "", ""


def _completed(hit: re.Match[str], year: int) -> tuple[datetime.date | None, str]:
    if not hit[2] or not hit[3]:
        return None, "blank"
    try:
        return datetime.date(int(hit[1] or year), int(hit[2]), int(hit[3])), ""
    except ValueError:
        return None, "impossible"


def contact_in(rows: Iterable[Row]) -> tuple[str, bool]:
    """Contact of the unit from footer rows, masked, and whether a responsible person is named (T14, T15, D1).

    Labels and values may share a cell, stand in cells of their own, or be spread over several rows.
    """
    text = "  ".join(tidy(as_text(cell)) for row in rows for cell in row if has_text(cell))
    hits = list(_CONTACT.finditer(text))
    ends = [*(hit.start() for hit in hits[1:]), len(text)]
    shown, named = [], False
    for hit, end in zip(hits, ends, strict=False):
        label = "".join(hit[1].split())
        value = text[hit.end() : end].strip(" _＿\u3000:：")
        if not value:
            continue
        person = re.fullmatch(_PEOPLE, label) is not None
        named = named or person
        shown.append(f"{label} {_masked(value, person=person)}")
    return "、".join(shown), named


def _masked(value: str, *, person: bool) -> str:
    if person:
        return mask_name(value)
    return mask_text(value) if "@" in value else mask_number(value)
