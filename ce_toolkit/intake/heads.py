"""Heads: where a form's table begins, which form it is, and which column is which, by names and never by place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    ``labels``: what stands over each column, as written. ``beside``: columns of the further blocks where the whole
    block of heads is repeated side by side. ``taken``: fields whose column a person has confirmed. ``guesses``: fields
    whose column is only supposed, by a similar head or by what stands under it. A head that is ``supposed`` as a whole
    rests on guesses; one without a row of its own has ``bottom`` above ``top``. ``unnamed``: columns with content but
    without a label, and the missing field that they look like ("" = none).
    """

    form: Form
    top: int
    bottom: int
    columns: dict[str, int]
    labels: dict[int, str]
    twice: dict[str, tuple[int, ...]] = field(default_factory=dict)
    extra: dict[int, str] = field(default_factory=dict)
    beside: tuple[dict[str, int], ...] = ()
    taken: frozenset[str] = frozenset()
    guesses: dict[str, int] = field(default_factory=dict)
    supposed: bool = False
    unnamed: dict[int, str] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """The row that tells the columns apart: that of the leaf heads, or the first row where there is none."""
        return max(self.top, self.bottom)

    @property
    def missing(self) -> list[str]:
        """Ids of required and expected fields that no column claims."""
        return [one.id for one in self.form.fields if one.need != "optional" and one.id not in self.columns]


class Known(dict[Cell, dict[str, str]]):
    """Raw cell → {form: field} for cells that are heads of some form, remembered since heads come again.

    ``also``: folded heads beyond those of the field spec, as a person has confirmed them.
    """

    def __init__(self, also: Mapping[str, dict[str, str]] | None = None) -> None:
        super().__init__()
        self.also = also or {}

    def __missing__(self, cell: Cell) -> dict[str, str]:
        if not isinstance(cell, str) or not 0 < len(cell) <= _LONGEST_HEAD:
            return _NOTHING
        folded = fold(cell)
        words = head_words()
        found = self.also.get(folded) or words.get(folded) or words.get(without_remarks(folded)) or _NOTHING
        if found:
            self[cell] = found
        return found


@cache
def usual() -> Known:
    """The heads of the field spec, and no others."""
    return Known()


def find_heads(grid: Grid, hint: str = "", known: Known | None = None) -> list[Head]:
    """Every head of a sheet, from above. ``hint`` is further text that may name the form, such as the file's name."""
    heads: list[Head] = []
    known = usual() if known is None else known
    row = _candidate(grid.rows, 0, None, known)
    while row is not None:
        head = head_at(grid, row, hint, known)
        if head:
            heads.append(head)
            row = head.bottom
        row = _candidate(grid.rows, row + 1, heads[-1] if heads else None, known)
    return heads


def _candidate(rows: Sequence[Row], start: int, above: Head | None, known: Known) -> int | None:
    """The next row that may be a head; below the first head only its leading cells are looked at, which is quick."""
    if above is None:
        places = range(start, min(len(rows), FIRST_ROWS))
        return next((at for at in places if sum(1 for cell in rows[at] if known[cell]) >= 2), None)
    serial = above.columns.get("serial")
    lead = [at for at in (serial, above.columns.get("name")) if at is not None] or list(above.columns.values())[:2]
    left: Iterable[int] = range(start, len(rows))
    if serial is not None:  # a row with a number there is none
        left = (at for at in left if not isinstance(rows[at][serial], (float, int)))
        left = (at for at in left if not str(rows[at][serial]).isdecimal())
    return next((at for at in left if any(known[rows[at][column]] for column in lead)), None)


def head_at(grid: Grid, top: int, hint: str, known: Known) -> Head | None:
    """The head that begins in this row: on one row, or on two where merged cells group the columns (MH2)."""
    title = fold(hint + "".join(str(cell) for row in grid.rows[max(0, top - 6) : top] for cell in row if cell))
    best = _on_rows(grid, (top, top), title, known)
    if _is_grouped(grid, top):
        joined = _on_rows(grid, (top, top + 1), title, known)
        if joined and (best is None or len(joined.columns) > len(best.columns)):
            return joined
    return best


def _is_grouped(grid: Grid, row: int) -> bool:
    return row + 1 < len(grid.rows) and any(
        top <= row <= bottom and (bottom > row or right > left) for (top, left), (bottom, right) in grid.merged or ()
    )


def _on_rows(grid: Grid, rows: tuple[int, int], title: str, known: Known) -> Head | None:
    cells = _labels(grid.rows[rows[0]], grid.rows[rows[1]])
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
    head = _settled(form, rows, cells, columns, extra)
    return replace(head, taken=_taken(head, known)) if known.also else head


def _taken(head: Head, known: Known) -> frozenset[str]:
    """Fields whose column was known only because a person has confirmed it."""
    return frozenset(field_id for field_id, at in head.columns.items() if fold(head.labels[at]) in known.also)


def _labels(upper: Row, lower: Row) -> dict[int, str]:
    """The label over each column: of two rows the lower one, which is the leaf, where it has one."""
    return {
        column: str(below if has_text(below) else above)
        for column, (above, below) in enumerate(zip(upper, lower, strict=True))
        if has_text(above) or has_text(below)
    }


def _score(form: Form, cells: dict[int, str], known: Known, title: str) -> float:
    """How well the labels fit a form: fields found, less what it must have and has not, more if its title stands by."""
    found = {known[label].get(form.id) for label in cells.values()} - {None}
    lacking = sum(1 for field_id in form.required if field_id not in found)
    named = _TITLE_WEIGHT if found and fold(form.label) in title else 0.0
    return len(found) - 2 * lacking + named


def _settled(
    form: Form, rows: tuple[int, int], labels: dict[int, str], columns: dict[str, list[int]], extra: dict[int, str]
) -> Head:
    beside = _beside(columns)
    twice = {}
    for field_id, at in columns.items():
        if len(at) > 1 and field_id != "serial":  # the serial number is never used, so it may stand twice
            twice[field_id] = tuple(at)
        elif len(at) > 1 and not beside:
            extra.update({column: labels[column] for column in at[1:]})
    first = {field_id: at[0] for field_id, at in columns.items()}
    return Head(form, *rows, first, labels, {} if beside else twice, extra, beside)


def _beside(columns: dict[str, list[int]]) -> tuple[dict[str, int], ...]:
    """Columns of the further tables that stand to the right: every field as often, block behind block (MS4).

    Only the serial number may stand before the first block alone.
    """
    whole = {field_id: at for field_id, at in columns.items() if field_id != "serial" or len(at) > 1}
    counts = {len(at) for at in whole.values()}
    if len(counts) != 1 or counts == {1} or len(whole) < 2:
        return ()
    blocks = [dict(zip(whole, at, strict=True)) for at in zip(*whole.values(), strict=True)]
    apart = all(max(left.values()) < min(right.values()) for left, right in pairwise(blocks))
    return tuple(blocks[1:]) if apart else ()


def side_by_side(head: Head) -> Iterator[tuple[Head, range]]:
    """The head of each table from left to right, and the columns it spans: up to where the next one begins."""
    blocks = [head.columns, *head.beside]
    starts = [0, *(min(block.values()) for block in head.beside)]
    ends = [*starts[1:], max(head.labels, default=0) + 1]
    for block, start, end in zip(blocks, starts, ends, strict=True):
        span = range(start, end)
        labels, extra = _within(head.labels, span), _within(head.extra, span)
        yield replace(head, columns=block, labels=labels, extra=extra, beside=()), span


def _within(labels: Mapping[int, str], span: Iterable[int]) -> dict[int, str]:
    return {column: labels[column] for column in span if column in labels}
