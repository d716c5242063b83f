"""One sheet read as tables of a form: rows told apart, merged cells filled, columns read, every row accounted for."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ce_toolkit.intake import rows as kinds
from ce_toolkit.intake.cells import Cell, Grid, Row, column_letters, has_text
from ce_toolkit.intake.columns import column
from ce_toolkit.intake.facts import Facts, contact_in, facts_above, filing_unit
from ce_toolkit.intake.fields import Form, fold
from ce_toolkit.intake.findings import Hit
from ce_toolkit.intake.guesses import supposed_head, with_guesses
from ce_toolkit.intake.headless import column_names, headless, unnamed_columns
from ce_toolkit.intake.heads import FIRST_ROWS, Head, Known, find_heads, side_by_side, usual
from ce_toolkit.intake.layouts import Layout, confirmed_for
from ce_toolkit.intake.reading_spans import Span, read_span
from ce_toolkit.intake.ways import WAYS, Ways

_UNIT_NAME = re.compile(r"[\w（）()·]{2,}(?:中学|小学|大学|学院|幼儿园|医院|卫生院|公司|厂|局|中心|站|所|社|馆|校)")


@dataclass
class FormRows:
    """The rows of one table of one form. Position n of every column is the person or claim of grid row ``rows[n]``.

    ``cells``: raw values by field id; ``values``: the same as read (None = blank or unreadable); ``notes``: what was
    done to or is wrong with the value at a position. ``held`` rows are listed and not counted, those of them
    ``aside`` for a fault of the whole row or table (their cells are not picked at); ``twins`` repeat another row.
    ``totals``: (grid row, people stated, people above) of each total row. ``filled``: merged ranges that were filled.
    ``listed``: days of a row that one cell names one by one.
    """

    grid: Grid
    head: Head
    facts: Facts
    year: int
    rows: list[int]
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)
    notes: dict[str, dict[int, str]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)
    twins: set[int] = field(default_factory=set)
    totals: list[tuple[int, int, int]] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)
    filled: list[tuple[str, int, int]] = field(default_factory=list)
    ways: Ways = WAYS
    listed: dict[int, tuple[datetime.date, ...]] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The form these rows belong to."""
        return self.head.form

    @property
    def everyone(self) -> tuple[int, ...]:
        """All positions."""
        return tuple(range(len(self.rows)))

    def read(self, field_id: str) -> list[Any]:
        """The values of a field by position; blanks where the table has no such column."""
        return self.values.get(field_id) or [None] * len(self.rows)

    def address(self, position: int, field_id: str) -> str:
        """A1 address of a row's cell; of its first column if the form has no such column here."""
        return self.grid.address(self.rows[position], self.head.columns.get(field_id, 0))

    def letters(self, field_id: str) -> str:
        """Letters of a field's column."""
        return column_letters(self.head.columns.get(field_id, 0))


@dataclass
class SheetRead:
    """A sheet as read: its tables, and of each row that carries nobody its kind. Rows = skipped + rows of tables.

    Where tables stand side by side (``beside``), a row of the sheet counts once for each table that has text in it.
    """

    grid: Grid
    tables: list[FormRows]
    skipped: Counter[str]
    beside: int = 0

    @property
    def hits(self) -> Iterator[Hit]:
        """What there is to say of the sheet as a whole."""
        if self.grid.dimension:
            yield Hit("dimension_wrong", words={"range": self.grid.dimension, "rows": str(len(self.grid.rows))})
        if self.grid.beyond:
            last = len(self.grid.rows)
            yield Hit("rows_beyond", words={"last": str(last), "end": str(last + self.grid.beyond)})
        if self.beside:
            at = self.tables[0].grid.address(self.tables[0].head.top, 0)
            yield Hit("side_by_side", cell=at, words={"count": str(self.beside)})
        if len(self.tables) > max(self.beside, 1):
            yield Hit("split_tables", words={"count": str(len(self.tables))})

    @property
    def proposals(self) -> Iterator[Layout]:
        """Readings of columns that a person may confirm."""
        for table in self.tables:
            head = table.head
            guesses = dict(sorted(head.guesses.items(), key=lambda pair: pair[1]))
            labels = {fold(head.labels[at]): field_id for field_id, at in guesses.items() if at in head.labels}
            columns = labels if head.labels else column_names(guesses, column_letters)
            if columns:
                yield Layout(table.facts.filing_unit or "", head.form.id, "", columns)


def read_sheet(grid: Grid, year: int, hint: str = "", *, file: str = "", ways: Ways = WAYS) -> SheetRead | None:
    """Every table of a sheet; None if the sheet has no head of any form, nor columns that tell what they are."""
    layouts = _layouts_for(grid, file, ways)
    heads = _heads(grid, hint, layouts)
    if not heads:
        return None
    skipped: Counter[str] = Counter()
    tables: list[FormRows] = []
    above = range(heads[0].top)
    skipped.update(kinds.TITLE if any(map(has_text, grid.rows[row])) else kinds.BLANK for row in above)
    for number, head in enumerate(heads):
        end = heads[number + 1].top if number + 1 < len(heads) else len(grid.rows)
        facts = _inherited(facts_above(grid, above, year), tables)
        blocks = [_table(part, block, end, facts, skipped) for part, block in _blocks(grid, head)]
        _add_up(blocks)
        for table in blocks:
            table.year, table.ways = year, ways
            _read_columns(table)
            _spread_ranges(table)
        tables += blocks
        last = max((table.rows[-1] for table in blocks if table.rows), default=head.bottom)
        above = range(last + 1, end)
    _share_contact(tables)
    return SheetRead(grid, tables, skipped, max((len(head.beside) + 1 for head in heads if head.beside), default=0))


def _layouts_for(grid: Grid, file: str, ways: Ways) -> tuple[Layout, ...]:
    if not ways.layouts:
        return ()
    unit, _, _ = filing_unit(grid, range(min(FIRST_ROWS, len(grid.rows))))
    return confirmed_for(ways.layouts, unit, file)


def _heads(grid: Grid, hint: str, layouts: tuple[Layout, ...]) -> list[Head]:
    """Heads by name; else one that is mostly guessed; else one by what stands in the columns."""
    also: dict[str, dict[str, str]] = {}
    for layout in layouts:
        for label, field_id in layout.columns.items():
            also.setdefault(fold(label), {})[layout.form] = field_id
    known = Known(also) if also else usual()
    heads = find_heads(grid, hint, known)
    if heads:
        return [_looked_over(head, grid) for head in heads]
    if grid.hidden:
        return []
    head = supposed_head(grid, hint, known) or headless(grid, layouts)
    return [head] if head else []


def _looked_over(head: Head, grid: Grid) -> Head:
    """The head with what can be guessed of columns that it does not name, or names otherwise."""
    if head.beside:
        return head
    guessed = with_guesses(head, grid) if head.extra else head
    unnamed = unnamed_columns(grid, guessed)
    return replace(guessed, unnamed=unnamed) if unnamed else guessed


def _blocks(grid: Grid, head: Head) -> Iterator[tuple[Grid, Head]]:
    """The tables that stand side by side under a head, from left to right, each alone on its sheet (MS4)."""
    if not head.beside:
        yield grid, head
        return
    for block, span in side_by_side(head):
        rows = [
            [cell if column in span else "" for column, cell in enumerate(row)] if number >= head.top else row
            for number, row in enumerate(grid.rows)
        ]
        yield replace(grid, rows=rows, beside=span.start > 0), block


def _add_up(blocks: list[FormRows]) -> None:
    """A total below tables that stand side by side is that of all of them."""
    for table in blocks if len(blocks) > 1 else ():
        table.totals = [
            (row, stated, sum(at < row for block in blocks for at in block.rows)) for row, stated, _ in table.totals
        ]


def _share_contact(tables: list[FormRows]) -> None:
    """The contact stands once on a sheet, mostly below its last table."""
    named = next((table.facts for table in reversed(tables) if table.facts.responsible), None)
    for table in tables:
        if named and not table.facts.responsible:
            contact = table.facts.contact or named.contact
            table.facts = replace(table.facts, contact=contact, responsible=True)


def _inherited(facts: Facts, tables: list[FormRows]) -> Facts:
    """A further table on a sheet stands under the first one's title and unit where it does not bear its own."""
    if not tables:
        return facts
    first = tables[0].facts
    unit = facts.filing_unit or first.filing_unit
    return replace(
        facts, title=facts.title or first.title, year=facts.year or first.year, filing_unit=unit, unit_label=True
    )


def _table(grid: Grid, head: Head, end: int, facts: Facts, skipped: Counter[str]) -> FormRows:
    table = FormRows(grid, head, facts, 0, [])
    if not grid.beside:
        skipped[kinds.HEAD] += head.bottom - head.top + 1
    kind_of = kinds.classifier(head)
    footers: list[Row] = []
    since = 0
    for number in range(head.bottom + 1, end):
        row = grid.rows[number]
        kind = kind_of(row)
        if kind == kinds.DATA:
            table.rows.append(number)
            continue
        if grid.beside and kind == kinds.BLANK:
            continue  # the row has been counted for the table to the left
        skipped[kind] += 1
        if kind == kinds.FOOTER or (kind == kinds.NOTE and footers):
            footers.append(row)
        elif kind == kinds.EXAMPLE:
            table.examples.append(number)
        elif kind == kinds.TOTAL:
            stated = kinds.stated_total(row, plain=head.form.id == "enrolment")
            if stated is not None:
                table.totals.append((number, stated, len(table.rows) - since or len(table.rows)))
            since = since if "总" in "".join(map(str, row)) else len(table.rows)
    contact, responsible = contact_in(footers)
    table.facts = replace(facts, contact=contact, responsible=responsible)
    return table


def _read_columns(table: FormRows) -> None:
    _fill_merged(table)
    lines = [table.grid.rows[row] for row in table.rows]
    across: list[tuple[Cell, ...]] = list(zip(*lines, strict=True))
    for field_id, at in table.head.columns.items():
        cells = list(across[at]) if lines else []
        table.cells[field_id] = cells
        reader = column(table.form[field_id].reader, table.year, table.grid.since_1904)
        table.values[field_id], notes = reader.read(cells)
        if notes:
            table.notes[field_id] = notes


def _spread_ranges(table: FormRows) -> None:
    """Lay a range or list of days in the column of starts (or ends) out over start, end and days, where it is clear.

    It stays a fault where it contradicts what the other two columns state (MC11).
    """
    for field_id in ("start", "end") if table.form.id == "hours" else ():
        for at, note in table.notes.get(field_id, {}).items():
            span = read_span(str(table.cells[field_id][at]), table.year) if note == "date_range" else None
            if span and _agrees(table, at, span, field_id):
                _lay_out(table, at, span)
                done = "date_list" if span.listed else "date_range_read"
                table.notes[field_id][at] = done if span.year_written else "date_range_no_year"


def _agrees(table: FormRows, at: int, span: Span, field_id: str) -> bool:
    stated = {"start": span.start, "end": span.end, "days": len(span.days) if span.listed else None}
    for other in {"start", "end", "days"} - {field_id}:
        column_values = table.values.get(other)
        found = column_values[at] if column_values else None
        if other in table.notes and table.notes[other].get(at) == "date_range":
            return False
        if found is not None and stated[other] is not None and found != stated[other]:
            return False
    return True


def _lay_out(table: FormRows, at: int, span: Span) -> None:
    blank: list[Any] = [None] * len(table.rows)
    for field_id, value in (("start", span.start), ("end", span.end)):
        table.values.setdefault(field_id, blank.copy())[at] = value
    if span.listed:
        table.values.setdefault("days", blank.copy())[at] = len(span.days)
        table.listed[at] = span.days


def _fill_merged(table: FormRows) -> None:
    """Give every row under a merged cell that cell's value; nothing is ever filled down without a merged range (T7)."""
    wanted = {at: field_id for field_id, at in table.head.columns.items() if field_id != "serial"}
    wide = [span for span in table.grid.merged or () if span[1][0] > span[0][0] and span[0][0] > table.head.bottom]
    if not wide or not table.rows:
        return
    people = set(table.rows)
    grid = table.grid.rows
    for (top, left), (bottom, _) in sorted(wide):
        field_id = wanted.get(left)
        if field_id is None or top >= len(grid) or top > table.rows[-1]:
            continue
        under = [row for row in range(top + 1, min(bottom + 1, len(grid))) if row in people]
        empty = [row for row in under if not has_text(grid[row][left])]
        if not empty or not has_text(grid[top][left]):
            continue
        for row in empty:
            grid[row][left] = grid[top][left]
        table.filled.append((field_id, top, bottom))


def units_from_sheets(sheets: list[SheetRead]) -> list[tuple[FormRows, Hit]]:
    """Where a workbook has a sheet per unit and no unit in its rows, the sheet's name is the unit's, and said (MS2)."""
    told = []
    for table in [table for sheet in sheets for table in sheet.tables] if len(sheets) > 1 else []:
        name = table.grid.sheet.strip()
        if table.rows and not any(table.values.get("employer", ())) and _UNIT_NAME.fullmatch(name):
            table.values["employer"] = [name] * len(table.rows)
            told.append((table, Hit("unit_from_sheet", words={"unit": name})))
    return told
