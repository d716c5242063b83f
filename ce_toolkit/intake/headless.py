"""Tables without any head: which column is which, proposed by what stands in the columns (MH8)."""

import re
from collections.abc import Callable, Mapping, Sequence

from ce_toolkit.intake.cells import Grid, Row, has_text
from ce_toolkit.intake.fields import Form, field_spec
from ce_toolkit.intake.guesses import fits
from ce_toolkit.intake.heads import FIRST_ROWS, Head
from ce_toolkit.intake.layouts import Layout
from ce_toolkit.intake.readers import as_text

_LOOKED_AT = 200
_COLUMN = re.compile(r"([A-Z]{1,3})列")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}|[\u3400-\u9fff]+·[\u3400-\u9fff·]+")
_CODE = re.compile(r"(?=.*\d{6})[0-9A-Za-z-]{8,24}")
_UNIT = re.compile(r".*(?:学校|中学|小学|大学|学院|幼儿园|医院|卫生院|公司|厂|局|中心|站|所|院|部|处|队|社|馆|校)")
_TITLE = re.compile(r".*(?:教师|教授|讲师|助教|工程师|技术员|医师|药师|护师|护士|技师|会计师|经济师|馆员|研究员|编辑)")
_SERIES = re.compile(
    r"(?:(?:高等?学?校|中小学|中专|中等职业学校|技工学校|技校|幼儿园|党校)教师|工程|卫生|农业|经济|会计|统计|审计|新闻|出版|图书资料|"
    r"文博|档案|翻译|播音|工艺美术|艺术|体育|律师|公证|自然科学研究|社会科学研究|实验|海关|船舶)(?:技术|专业|系列|人员)*"
)
_DAY = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?")


def headless(grid: Grid, layouts: Sequence[Layout] = ()) -> Head | None:
    """A head for a sheet that has none: as a person has confirmed it for this table, else as the columns look.

    ``top`` is the first row of people and ``bottom`` the row above it. None where no column looks like names beside
    one that tells of people (a sex, a certificate number or a coded word of a form).
    """
    first = _first_row(grid)
    if first is None:
        return None
    for layout in layouts:
        columns = {field_id: _index(head) for head, field_id in layout.columns.items() if _COLUMN.fullmatch(head)}
        form = field_spec().forms[layout.form]
        if columns and _still_fits(form, columns, grid.rows[first : first + _LOOKED_AT]):
            return Head(form, first, first - 1, columns, {}, taken=frozenset(columns))
    form, columns = _by_content(grid.rows[first : first + _LOOKED_AT])
    if not columns:
        return None
    return Head(form, first, first - 1, columns, {}, guesses=dict(columns), supposed=True)


def _still_fits(form: Form, columns: Mapping[str, int], rows: Sequence[Row]) -> bool:
    """Whether a confirmed table looks as it did: its columns are there, and the coded ones hold their words."""
    if max(columns.values()) >= len(rows[0]):
        return False
    return all(fits(form[field_id], [row[at] for row in rows]) for field_id, at in columns.items())


def _index(head: str) -> int:
    number = 0
    for letter in head.removesuffix("列"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _first_row(grid: Grid) -> int | None:
    """The first row with a name and two cells more: titles above a table stand alone in their row."""
    for number, row in enumerate(grid.rows[:FIRST_ROWS]):
        if sum(map(has_text, row)) > 2 and any(_NAME.fullmatch(as_text(cell).strip()) for cell in row):
            return number
    return None


def _by_content(rows: Sequence[Row]) -> tuple[Form, dict[str, int]]:
    """The form that its coded columns tell, and the column of each field that can be told; none if too little can."""
    filled = {
        at: [as_text(row[at]).strip() for row in rows if at < len(row) and has_text(row[at])]
        for at in range(max(map(len, rows)))
    }
    cells = {at: texts for at, texts in filled.items() if 2 * len(texts) >= len(rows)}
    forms = field_spec().forms
    coded = {name: _coded(name, cells) for name in ("sex", "class", "kind", "basis", "result")}
    form = forms["hours" if coded["class"] else "exam" if coded["result"] else "enrolment"]
    columns = {field.id: coded[field.reader][0] for field in form.fields if coded.get(field.reader)}
    for field_id, looks in _LOOKS.items():
        if field_id in form.by_id and field_id not in columns and form[field_id].reader != "text":
            left = [at for at in cells if at not in columns.values() and looks(cells[at])]
            columns.update({field_id: left[0]} if left else {})
    told = "name" in columns and set(form.required) <= set(columns) and len(columns) > 2
    return form, columns if told and {"sex", "certificate_no", "class", "result"} & set(columns) else {}


def _coded(reader: str, cells: Mapping[int, Sequence[str]]) -> list[int]:
    """Columns of which nearly all cells are words of a coded column; bare numbers are not believed."""
    known = {word for said in field_spec().words[reader].values() for word in said if not word.isdecimal()}
    return [at for at, texts in cells.items() if _most(texts, known.__contains__)]


def _most(texts: Sequence[str], test: Callable[[str], object]) -> bool:
    return bool(texts) and sum(1 for text in texts if test(text)) >= 0.8 * len(texts)


def _counts_up(texts: Sequence[str]) -> bool:
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 6]
    return len(numbers) == len(texts) and numbers[0] in (0, 1) and numbers == sorted(numbers)


def _differ(texts: Sequence[str]) -> bool:
    return 2 * len(set(texts)) > len(texts)


def unnamed_columns(grid: Grid, head: Head) -> dict[int, str]:
    """Columns with content under no label, and the one missing field that each looks like, or ``""`` (MH9)."""
    width = max(map(len, grid.rows[head.bottom + 1 :]), default=0)
    bare = [at for at in range(width) if at not in head.labels]
    if not bare:
        return {}
    rows = grid.rows[head.bottom + 1 : head.bottom + 1 + _LOOKED_AT]
    people = [row for row in rows if has_text(row[min(head.columns.values())])]
    found: dict[int, str] = {}
    for at in bare:
        texts = [as_text(row[at]).strip() for row in people if has_text(row[at])]
        if texts and 2 * len(texts) >= len(people):
            like = [field_id for field_id in head.missing if _looks_like(head.form, field_id, texts)]
            found[at] = like[0] if len(like) == 1 else ""
    return found


def _looks_like(form: Form, field_id: str, texts: Sequence[str]) -> bool:
    if form[field_id].reader in field_spec().words:
        return bool(_coded(form[field_id].reader, {0: texts}))
    looks = _LOOKS.get(field_id)
    return looks is not None and form[field_id].reader != "text" and looks(texts)


_LOOKS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "serial": _counts_up,
    "certificate_no": lambda texts: _most(texts, _CODE.fullmatch),
    "series": lambda texts: _most(texts, _SERIES.fullmatch),
    "title": lambda texts: _most(texts, _TITLE.fullmatch),
    "employer": lambda texts: _most(texts, _UNIT.fullmatch) and not _most(texts, _TITLE.fullmatch),
    "name": lambda texts: _most(texts, _NAME.fullmatch) and _differ(texts) and not _most(texts, _UNIT.fullmatch),
    "start": lambda texts: _most(texts, _DAY.match),
    "date": lambda texts: _most(texts, _DAY.match),
    "hours": lambda texts: _most(texts, lambda text: re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?", text)),
}
"""How the column of a field looks, the surest first: what one has taken the next does not see."""


def column_names(columns: Mapping[str, int], letters: Callable[[int], str]) -> dict[str, str]:
    """Head of a layout → field, for columns that have no head: ``B列``."""
    return {f"{letters(at)}列": field_id for field_id, at in columns.items()}
