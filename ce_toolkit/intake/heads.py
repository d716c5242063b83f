"""Heads: where a form's table begins, which form it is, and which column is which, by names and never by place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from ce_toolkit.intake.cells import Cell, Grid, Row, has_text
from ce_toolkit.intake.fields import Form, field_spec, fold, head_words, without_remarks

FIRST_ROWS = 60
"""The first head of a sheet is looked for in so many rows."""

_LONGEST_HEAD = 40
_TITLE_WEIGHT = 1.5
_NOTHING: dict[str, str] = {}


@dataclass(frozen=True)
class Head:
    """The head of one table: rows ``top`` to ``bottom``, and for each field of ``form`` its column (all from 0).

    ``twice``: fields that more than one column claims. ``extra``: columns of no field, with their labels.
    ``labels``: what stands over each column, as written. ``repeats``: how often the whole block of heads is repeated
    side by side.
    """

    form: Form
    top: int
    bottom: int
    columns: dict[str, int]
    labels: dict[int, str]
    twice: dict[str, tuple[int, ...]] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)
    repeats: int = 1

    @property
    def missing(self) -> list[str]:
        """Ids of required and expected fields that no column claims."""
        return [one.id for one in self.form.fields if one.need != "optional" and one.id not in self.columns]


class _Known(dict[Cell, dict[str, str]]):
    """Raw cell → {form: field} for cells that are heads of some form, remembered since heads come again."""

    def __missing__(self, cell: Cell) -> dict[str, str]:
        if not isinstance(cell, str) or not 0 < len(cell) <= _LONGEST_HEAD:
            return _NOTHING
        folded = fold(cell)
        words = head_words()
        found = words.get(folded) or words.get(without_remarks(folded)) or _NOTHING
        if found:
            self[cell] = found
        return found


@cache
def _known() -> _Known:
    return _Known()


def find_heads(grid: Grid, hint: str = "") -> list[Head]:
    """Every head of a sheet, from above. ``hint`` is further text that may name the form, such as the file's name."""
    heads: list[Head] = []
    known = _known()
    row = 0
    while row < len(grid.rows):
        if not heads and row >= FIRST_ROWS:
            break
        if _is_candidate(grid.rows[row], heads[-1] if heads else None, known):
            head = _head_at(grid, row, hint)
            if head:
                heads.append(head)
                row = head.bottom
        row += 1
    return heads


def _is_candidate(row: Row, above: Head | None, known: _Known) -> bool:
    """Whether a row may be a head; below the first head only its leading cells are looked at, which is quick."""
    if above is None:
        return sum(1 for cell in row if known[cell]) >= 2
    serial = above.columns.get("serial")
    if serial is not None:
        number = row[serial]
        if isinstance(number, int | float) or (isinstance(number, str) and number.isdecimal()):
            return False
    lead = [at for at in (serial, above.columns.get("name")) if at is not None] or list(above.columns.values())[:2]
    return any(known[row[column]] for column in lead)


def _head_at(grid: Grid, top: int, hint: str) -> Head | None:
    """The head that begins in this row: on one row, or on two where merged cells group the columns (MH2)."""
    title = fold(hint + "".join(str(cell) for row in grid.rows[max(0, top - 6) : top] for cell in row if cell))
    best = _on_rows(grid, top, top, title)
    if _is_grouped(grid, top):
        joined = _on_rows(grid, top, top + 1, title)
        if joined and (best is None or len(joined.columns) > len(best.columns)):
            return joined
    return best


def _is_grouped(grid: Grid, row: int) -> bool:
    return row + 1 < len(grid.rows) and any(
        top <= row <= bottom and (bottom > row or right > left) for (top, left), (bottom, right) in grid.merged or ()
    )


def _on_rows(grid: Grid, top: int, bottom: int, title: str) -> Head | None:
    cells = _labels(grid.rows[top], grid.rows[bottom])
    known = _known()
    scored = [(_score(form, cells, known, title), form) for form in field_spec().forms.values()]
    score, form = max(scored, key=lambda pair: pair[0])
    columns: dict[str, list[int]] = {}
    extra: dict[int, str] = {}
    for column, label in cells.items():
        field_id = known[label].get(form.id)
        if field_id is None:
            extra[column] = label
        else:
            columns.setdefault(field_id, []).append(column)
    if score <= 0 or len(columns) < (2 if "name" in columns else 3):
        return None
    return _settled(form, (top, bottom), cells, columns, extra)


def _labels(upper: Row, lower: Row) -> dict[int, str]:
    """The label over each column: of two rows the lower one, which is the leaf, where it has one."""
    return {
        column: str(below if has_text(below) else above)
        for column, (above, below) in enumerate(zip(upper, lower, strict=True))
        if has_text(above) or has_text(below)
    }


def _score(form: Form, cells: dict[int, str], known: _Known, title: str) -> float:
    """How well the labels fit a form: fields found, less what it must have and has not, more if its title stands by."""
    found = {known[label].get(form.id) for label in cells.values()} - {None}
    lacking = sum(1 for field_id in form.required if field_id not in found)
    named = _TITLE_WEIGHT if found and fold(form.label) in title else 0.0
    return len(found) - 2 * lacking + named


def _settled(
    form: Form, rows: tuple[int, int], labels: dict[int, str], columns: dict[str, list[int]], extra: dict[int, str]
) -> Head:
    repeats = _repeats(columns)
    twice = {}
    for field_id, at in columns.items():
        if len(at) > 1 and field_id != "serial":  # the serial number is never used, so it may stand twice
            twice[field_id] = tuple(at)
        elif len(at) > 1:
            extra.update({column: labels[column] for column in at[1:]})
    first = {field_id: at[0] for field_id, at in columns.items()}
    return Head(form, *rows, first, labels, {} if repeats > 1 else twice, extra, repeats)


def _repeats(columns: dict[str, list[int]]) -> int:
    """How many whole tables stand side by side: every field as often, in the same order in each block (MS4)."""
    counts = {len(at) for at in columns.values()}
    if len(counts) != 1 or len(columns) < 2:
        return 1
    times = counts.pop()
    blocks: Sequence[Sequence[int]] = list(zip(*columns.values(), strict=True))
    apart = all(max(left) < min(right) for left, right in pairwise(blocks))
    return times if times > 1 and apart else 1
