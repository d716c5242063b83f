"""What each row of a sheet is: a person's, or one of the kinds that carry no person, told by structure."""

import re
from collections.abc import Callable

from ce_toolkit.intake.cells import Cell, Row, has_text
from ce_toolkit.intake.fields import fold
from ce_toolkit.intake.heads import Head
from ce_toolkit.intake.readers import as_text

DATA = "data"
TITLE, HEAD, BLANK, NUMBERED, TOTAL, FOOTER, NOTE, EXAMPLE, TWIN, OLDER = (
    "title",
    "head",
    "blank",
    "numbered",
    "total",
    "footer",
    "note",
    "example",
    "twin",
    "older",
)
"""Kinds of rows that are skipped; ``twin``: repeated word for word; ``older``: of a file that a newer one replaces."""

KIND_LABELS = {
    TITLE: "标题",
    HEAD: "表头",
    BLANK: "空行",
    NUMBERED: "只有序号",
    TOTAL: "合计",
    FOOTER: "表尾",
    NOTE: "说明",
    EXAMPLE: "示例",
    TWIN: "重复",
    OLDER: "旧版",
}

_SEXES = frozenset(("男", "女"))
_TOTAL = re.compile(
    r"(?:本页|本表|本单位|本校|全校|全县|全部|总)?(?:合计|小计|总计|共计|累计|总数|总人数|人数)(?:人数)?:?\(?共?\d*(?:人|名|项|条)?\)?"
    r"|(?:总|共|总共|合计共)\d+(?:人|名|项|条)"
)
_FOOTER_WORDS = (
    "工作负责人|单位负责人|负责人|联系人|经办人|填报人|填表人|制表人|审核人|复核人|办公电话|联系电话|电话|手机|手机号码?|"
    "电子邮箱|邮箱|填报日期|填表日期|填报时间|填表时间|日期|审核意见|审核单位|e-?mail"
)
_FOOTER = re.compile(
    rf"(?:继续教育)?(?:{_FOOTER_WORDS})(?:\([^()]*\))?(?::.*)?|(?:单位)?\(?(?:公章|盖章)\)?.*", re.IGNORECASE
)
_OPEN_FOOTER = re.compile(rf"\s*(?:继续教育)?(?:{_FOOTER_WORDS})\s+\S.*", re.IGNORECASE | re.DOTALL)
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|填写说明|附注)\d*(?:[:、.].*)?|[※*].*|\d+[.、]\D.*|[一二三四五六七八九十]+、.*"
)
_EXAMPLE = re.compile(r"\(?(?:例|示例|样例|范例|填写示例|例如|如)\)?(?::.*)?")
_FILING = re.compile(r"(?:填报|申报|上报|报送|填表)单位.*")
_NAME = re.compile(r"\w{2,4}|\w+(?:[•．.‧・∙･·]\w+)+")
_DIGITS = re.compile(r"\d{1,6}[.、]?|[一二三四五六七八九十百]{1,5}")


def classifier(head: Head) -> Callable[[Row], str]:
    """The function that tells the kind of a row under this head.

    Most rows are plainly a person's (a serial number, a name and a sex, or all that the form requires) and are told
    at a glance; only the rest is looked at cell by cell.
    """
    columns = head.columns
    serial, name, sex = (columns.get(field_id, -1) for field_id in ("serial", "name", "sex"))
    needed = [columns.get(field_id, -1) for field_id in head.form.required if field_id != "name"]
    quick = name >= 0 and (sex >= 0 or (len(needed) > 0 and min(needed) >= 0))

    def kind_of(row: Row) -> str:
        numbered = serial < 0 or isinstance(row[serial], float) or _is_number(row[serial])
        if quick and numbered and isinstance(row[name], str) and row[name]:
            if sex >= 0 and row[sex] in _SEXES:
                return DATA
            if needed and "" not in [row[column] for column in needed]:
                return DATA
        return _closely(row, head)

    return kind_of


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and _DIGITS.fullmatch(cell.strip()) is not None)


def _closely(row: Row, head: Head) -> str:
    texts = [(column, cell) for column, cell in enumerate(row) if has_text(cell)]
    if not texts:
        return BLANK
    fields = {column: field_id for field_id, column in head.columns.items()}
    filled = {fields[column]: cell for column, cell in texts if column in fields}
    words = {column: cell for column, cell in texts if fields.get(column) != "serial" or not _is_number(cell)}
    if not words:
        return NUMBERED
    first = as_text(next(iter(words.values())))
    if filled.get("sex") not in _SEXES:
        special = _special(first, fields.get(next(iter(words)), ""), alone=len(texts) == 1)
        if special:
            return special
    return _by_content(filled)


def _special(first: str, field_id: str, *, alone: bool) -> str:
    """Total, footer, title, example or note, told by the first words of a row without a sex and by where they stand."""
    lead = fold(first)
    if _OPEN_FOOTER.fullmatch(first):
        return FOOTER
    for kind, pattern in ((TOTAL, _TOTAL), (FOOTER, _FOOTER), (TITLE, _FILING)):
        if pattern.fullmatch(lead):
            return kind
    if field_id in {"", "serial", "name"} and _EXAMPLE.fullmatch(lead):
        return EXAMPLE
    if field_id in {"", "serial"} and _NOTE.fullmatch(lead):
        return NOTE
    if not alone:
        return ""
    unlike_a_name = field_id == "name" and not _NAME.fullmatch(lead)
    return NOTE if field_id in {"", "serial"} or unlike_a_name or _NOTE.fullmatch(lead) else ""


def _by_content(filled: dict[str, Cell]) -> str:
    """A row with only a prepared serial number, unit or series holds nobody; text under no head is a note."""
    personal = set(filled) - {"serial", "employer", "series"}
    worded = "serial" in filled and not _is_number(filled["serial"])
    if not filled or (worded and len(personal - {"name"}) < 2):
        return NOTE  # words instead of a serial number, and little that tells of a person: 单位意见 | 同意上报
    return DATA if personal else NUMBERED


def stated_total(row: Row, *, plain: bool) -> int | None:
    """The number of people that a total row states: 合计 15人, 共 15 人; with ``plain`` also a bare number."""
    for cell in row:
        text = fold(as_text(cell))
        hit = re.search(r"(\d+)(?:人|名)", text) or (re.fullmatch(r"(\d+)", text) if plain else None)
        if hit:
            return int(hit[1])
    return None
