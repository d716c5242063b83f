"""Guesses at heads that the field spec does not know: a slip of one character, traditional, pinyin, English (MH10).

They are proposals. What they propose is read only so far that a person can see what would come of it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from ce_toolkit.intake.cells import Cell, Grid, has_text
from ce_toolkit.intake.fields import Field, Form, field_spec, fold, without_remarks
from ce_toolkit.intake.heads import FIRST_ROWS, Head, Known
from ce_toolkit.intake.readers import as_text

_NOT_A_LETTER = re.compile(r"[^a-z]+")
_LOOKED_AT = 200
_LEAST, _LONGEST = 3, 20


@cache
def _raw() -> tuple[Mapping[str, Sequence[str]], dict[int, str]]:
    """Words of other languages by field, and the table from traditional to simplified characters."""
    raw = tomllib.loads(files("ce_toolkit.intake").joinpath("guesses.toml").read_text(encoding="utf-8"))
    pairs = raw["characters"]["pairs"]
    return raw["words"], {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}


def similar(label: str, fields: Iterable[Field]) -> str:
    """The id of the one field that a head probably is; ``""`` where none is, or several could be."""
    words, simplified = _raw()
    text = without_remarks(fold(label)).translate(simplified)
    if not 1 < len(text) <= _LONGEST:
        return ""
    letters = _NOT_A_LETTER.sub("", text.lower())
    found: dict[str, None] = {}
    near: dict[str, None] = {}
    for field in fields:
        heads = [fold(head) for head in (field.label, *field.also)]
        if text in heads or (letters and letters in words.get(field.id, ())):
            found[field.id] = None
        elif any(is_one_edit(text, head) for head in heads):
            near[field.id] = None
    sure = list(found or near)
    return sure[0] if len(sure) == 1 else ""


def is_one_edit(one: str, other: str) -> bool:
    """Whether one character replaced, left out, put in or swapped with its neighbour makes the two equal.

    >>> [is_one_edit("姓别", other) for other in ("性别", "别姓", "姓", "姓名别", "姓别", "职称")]
    [True, True, False, True, False, False]
    """
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[same:], other[same:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


def with_guesses(head: Head, grid: Grid) -> Head:
    """The head with a guess for each missing field that one of the extra columns probably is."""
    missing = [field for field in head.form.fields if field.id not in head.columns]
    guesses: dict[str, int] = {}
    for column, label in head.extra.items():
        field_id = similar(label, missing)
        if field_id and field_id not in guesses and fits(head.form[field_id], _below(grid, head, column)):
            guesses[field_id] = column
    return replace(head, guesses=guesses) if guesses else head


def _below(grid: Grid, head: Head, column: int) -> list[Cell]:
    return [row[column] for row in grid.rows[head.bottom + 1 : head.bottom + 1 + _LOOKED_AT]]


def fits(field: Field, cells: Iterable[Cell]) -> bool:
    """Whether cells can be of a field: of a coded one, at least half of them are words of its list."""
    known = {word for said in field_spec().words.get(field.reader, {}).values() for word in said}
    filled = [as_text(cell).strip() for cell in cells if has_text(cell)]
    return not known or not filled or 2 * sum(text in known for text in filled) >= len(filled)


def supposed_head(grid: Grid, hint: str, known: Known) -> Head | None:
    """A head of whose cells most are guesses; its rows are only shown what they would be."""
    for row in range(min(FIRST_ROWS, len(grid.rows))):
        labels = {column: as_text(cell) for column, cell in enumerate(grid.rows[row]) if has_text(cell)}
        if not len(labels) >= _LEAST or any(len(label) > 2 * _LONGEST for label in labels.values()):
            continue
        heads = [_supposed(form, row, labels, known) for form in field_spec().forms.values()]
        best = max(heads, key=lambda head: (len(head.columns), fold(head.form.label) in fold(hint)))
        if "name" in best.columns and len(best.columns) >= max(_LEAST, len(labels) / 2):
            return best
    return None


def _supposed(form: Form, row: int, labels: Mapping[int, str], known: Known) -> Head:
    columns: dict[str, int] = {}
    guesses: dict[str, int] = {}
    for column, label in labels.items():
        sure = known[label].get(form.id, "")
        field_id = sure or similar(label, form.fields)
        if field_id and field_id not in columns:
            columns[field_id] = column
            if not sure:
                guesses[field_id] = column
    extra = {column: label for column, label in labels.items() if column not in columns.values()}
    return Head(form, row, row, columns, dict(labels), extra=extra, guesses=guesses, supposed=True)
