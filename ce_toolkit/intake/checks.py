"""Checks: small functions over the rows of one table, or of all tables of one form in a file, each yielding hits."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from ce_toolkit.intake.cells import Cell, column_letters, has_text
from ce_toolkit.intake.columns import stands_for_nothing
from ce_toolkit.intake.fields import fold, head_words
from ce_toolkit.intake.findings import Hit, head_shown, notes
from ce_toolkit.intake.sheets import FormRows

Check = Callable[[FormRows], Iterator[Hit]]

PRIVATE = ("身份证", "证件号", "公民身份", "手机", "电话", "联系方式", "银行卡", "住址", "邮箱")
"""Heads of columns the form does not ask for and that are never read (T12)."""

MARKS = "问题"
"""Head of the column that the toolkit itself adds to a workbook that goes back."""

_SEXES = ("男", "女")
_CITY = re.compile(r"(?:附件\d*[:：]?)?([\u4e00-\u9fff]{2,7}?[市州盟])")


def columns_are_there(table: FormRows) -> Iterator[Hit]:
    """Required columns are there, else every row is held; expected ones are missed once (MH5)."""
    head = table.head
    at = table.grid.address(head.top, 0)
    for field_id in head.missing:
        if field_id in head.guesses:
            continue
        if table.form[field_id].need == "required":
            yield Hit("column_missing", table.everyone, field_id, at)
        else:
            yield Hit("column_expected", (), field_id, at)


def columns_are_sure(table: FormRows) -> Iterator[Hit]:
    """Columns taken as a person has confirmed are told; those only guessed are proposed, and never used (MH8, MH10)."""
    head = table.head
    at = table.grid.address(head.line, min(head.columns.values(), default=0))
    if head.taken:
        taken = {field_id: head.columns[field_id] for field_id in head.taken}
        yield Hit("layout_used", cell=at, words={"heads": _as_taken(table, taken)})
    if head.supposed:
        words = {"heads": _as_taken(table, head.guesses)}
        yield Hit("head_foreign" if head.labels else "headless", table.everyone, "", at, words)
        return
    for field_id, column in head.guesses.items():
        cell, words = table.grid.address(head.line, column), {"head": head_shown(head.labels[column])}
        if table.form[field_id].need == "required":
            yield Hit("head_near_required", table.everyone, field_id, cell, words)
        else:
            yield Hit("head_near", (), field_id, cell, words)


def _as_taken(table: FormRows, columns: Mapping[str, int]) -> str:
    """Which column is taken for which: 姓别→性别, or B列→姓名 where there are no heads."""
    labels = table.head.labels
    shown = {at: head_shown(labels[at]) if at in labels else f"{column_letters(at)}列" for at in columns.values()}
    ordered = sorted(columns.items(), key=lambda pair: pair[1])
    return "、".join(f"{shown[at]}→{table.form[field_id].label}" for field_id, at in ordered)


def heads_are_readable(table: FormRows) -> Iterator[Hit]:
    """A head that is an error, a picture or a formula without its value names no column, so all rows are held (MH9).

    Of a column with content and no head that much is told.
    """
    for column, label in table.head.extra.items():
        if stands_for_nothing(label):
            yield Hit("head_unreadable", table.everyone, "", table.grid.address(table.head.line, column))
    for column, field_id in table.head.unnamed.items():
        words = {"hint": f"内容像是“{table.form[field_id].label}”。" if field_id else ""}
        yield Hit("head_blank", cell=table.grid.address(table.head.line, column), words=words)


def columns_are_single(table: FormRows) -> Iterator[Hit]:
    """No column stands twice: which of them holds what would be a guess (MH7)."""
    for field_id, columns in table.head.twice.items():
        cells = [table.grid.address(table.head.line, column) for column in columns]
        yield Hit("head_twice", table.everyone, field_id, cells[0], {"cells": "、".join(cells)})


def heads_are_usual(table: FormRows) -> Iterator[Hit]:
    """Which heads were taken by synonym (MH4), which columns are extra (MH6), which should not be there (T12)."""
    at = table.grid.address(table.head.top, 0)
    used = []
    for field_id, column in table.head.columns.items():
        label = "".join(table.head.labels.get(column, "").split())
        if head_words().get(label, {}).get(table.form.id) == field_id and label != table.form[field_id].label:
            used.append(f"{label}→{table.form[field_id].label}")
    if used:
        yield Hit("synonyms", cell=at, words={"heads": "、".join(used)})
    for note, wanted in (("columns_private", True), ("columns_extra", False)):
        extra = [
            label
            for column, label in table.head.extra.items()
            if column not in table.head.guesses.values()
            and not stands_for_nothing(label)
            and any(word in label for word in PRIVATE) is wanted
            and label != MARKS
        ]
        if extra:
            yield Hit(note, cell=at, words={"heads": "、".join(map(head_shown, extra))})


def year_is_this_one(table: FormRows) -> Iterator[Hit]:
    """The year in the title is the year asked for, else every row is held (N3)."""
    found = table.facts.year
    if found is not None and found != table.year:
        words = {"found": str(found), "year": str(table.year)}
        yield Hit("year_differs", table.everyone, "", table.facts.place("title"), words)


def title_is_of_this_city(table: FormRows) -> Iterator[Hit]:
    """A title that begins with a city's name begins with that of the own one, where it is known (MF12)."""
    hit = _CITY.match(table.facts.title or "") if table.ways.cities else None
    if hit and not any(fold(city) in hit[1] for city in table.ways.cities):
        yield Hit("other_city", cell=table.facts.place("title"), words={"found": hit[1]})


def unit_and_date_are_filled(table: FormRows) -> Iterator[Hit]:
    """A form from a unit names the filing unit (T2), the day (T3) and who is responsible (D1)."""
    if table.form.id == "exam":
        return
    facts = table.facts
    at = facts.place("unit") or table.grid.address(table.head.top, 0)
    if facts.filing_unit is None:
        yield Hit("filing_unit_blank", cell=at)
    if facts.date_fault:
        yield Hit(f"fill_date_{facts.date_fault}", cell=facts.place("date"))
    if not facts.responsible:
        yield Hit("contact_blank")


def merged_cells_are_told(table: FormRows) -> Iterator[Hit]:
    """Every merged range that was filled down is logged once (T7)."""
    for field_id, top, bottom in table.filled:
        letters = table.letters(field_id)
        cells = f"{letters}{top + 1}:{letters}{bottom + 1}"
        yield Hit("merged_filled", field=field_id, cell=f"{letters}{top + 1}", words={"cells": cells})


def totals_agree(table: FormRows) -> Iterator[Hit]:
    """The number of people that a total row states is the number of rows above it (MR3)."""
    for row, stated, found in table.totals:
        if stated not in (found, len([at for at in table.rows if at < row])):
            words = {"stated": str(stated), "found": str(found)}
            yield Hit("total_differs", cell=table.grid.address(row, 0), words=words)


def serials_run_on(table: FormRows) -> Iterator[Hit]:
    """Serial numbers go up by one, or begin again at 1; anything else hints at a lost row (T4, MR8)."""
    written = [text.rstrip(".、") for text in table.values.get("serial", ()) if text]
    if written == list(map(str, range(1, len(written) + 1))):
        return
    serials = [int(text) for text in written if text.isdecimal()]
    if len(serials) < len(written):
        yield Hit("serial_words", cell=table.grid.address(table.head.line, table.head.columns["serial"]))
    elif any(after not in (before + 1, 1) for before, after in pairwise(serials)):
        yield Hit("serial_gap", cell=table.grid.address(table.head.line, table.head.columns["serial"]))


def hidden_rows_are_told(table: FormRows) -> Iterator[Hit]:
    """Rows hidden or filtered away are counted like others, and reported (MS6)."""
    hidden = set(table.grid.hidden_rows)
    rows = tuple(position for position, row in enumerate(table.rows) if row in hidden) if hidden else ()
    if rows:
        yield Hit(
            "rows_hidden_held" if table.ways.hold_hidden_rows else "rows_hidden",
            rows,
            "",
            table.address(rows[0], "name"),
        )


def rows_are_not_struck(table: FormRows) -> Iterator[Hit]:
    """A row with a cell struck through is held: whether it is to go is for the unit to say (MR7)."""
    struck = table.grid.struck
    if not struck:
        return
    fields = sorted(table.head.columns.items(), key=lambda pair: pair[1])
    for at, row in enumerate(table.rows):
        crossed = [
            field_id for field_id, column in fields if (row, column) in struck and has_text(table.cells[field_id][at])
        ]
        if crossed:
            yield Hit("row_struck", (at,), "name" if "name" in crossed else crossed[0])


def colours_are_told(table: FormRows) -> Iterator[Hit]:
    """Rows whose name has a ground of its own, unlike most, are counted like others and reported (MR7)."""
    column = table.head.columns.get("name", -1)
    rows = tuple(at for at, row in enumerate(table.rows) if (row, column) in table.grid.coloured)
    if rows and len(rows) * 2 < len(table.rows):
        yield Hit("row_coloured", rows, "", table.address(rows[0], "name"))


def comments_are_told(table: FormRows) -> Iterator[Hit]:
    """Comments at a table's head and rows are kept for the reviewer and reported, without their words (MC16).

    What a comment says may name anybody, so it is never shown in a finding.
    """
    rows = {*range(table.head.top, table.head.bottom + 1), *table.rows}
    told = table.grid.comments.items()
    places = sorted(place for place, _ in told if place[0] in rows)
    if places and not table.grid.beside:
        yield Hit("cell_comment", cell=table.grid.address(*places[0]), words={"count": str(len(places))})


def examples_are_told(table: FormRows) -> Iterator[Hit]:
    """An example row is not read; that is said."""
    for row in table.examples:
        yield Hit("example_row", cell=table.grid.address(row, 0))


def rows_are_straight(table: FormRows) -> Iterator[Hit]:
    """No row is shifted by a column: a sex where none belongs, and none where it belongs (MR10)."""
    shifted = {at for at, note in table.notes.get("name", {}).items() if note == "row_shifted"}
    column = table.head.columns.get("sex")
    if column is not None:
        rows = table.grid.rows
        for at, value in enumerate(table.values["sex"]):
            if value is None and any(_cell(rows[table.rows[at]], column + step) in _SEXES for step in (-1, 1)):
                shifted.add(at)
    for at in sorted(shifted):
        yield Hit("row_shifted", (at,), "name")


def _cell(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if 0 <= column < len(row) else ""


def cells_are_read(table: FormRows) -> Iterator[Hit]:
    """What the readers did to the cells, or could not read; rows already told to be shifted are left out."""
    for field_id in table.head.columns:
        by_note: dict[str, list[int]] = defaultdict(list)
        for at, note in table.notes.get(field_id, {}).items():
            if at not in table.aside and note != "row_shifted":
                by_note[_settled(table, field_id, at, note)].append(at)
        for note, rows in by_note.items():
            yield Hit(note, tuple(rows), field_id)


def _settled(table: FormRows, field_id: str, position: int, note: str) -> str:
    """The note as its place has it.

    A date without a day is enough for a work that is published in a month, and for an exam's window (MC10). An error
    or picture where nothing need stand, or where a proof is asked after, does not hold the row (MC13).
    """
    if note in {"error_value", "picture"}:
        field = table.form[field_id]
        return f"{note}_aside" if field.need == "optional" or field.reader == "yes_no" else note
    if note != "date_month":
        return note
    classes = table.values.get("class")
    enough = table.form.id == "exam" or (classes is not None and classes[position] == "output")
    return "date_month_enough" if enough else note


def hours_fit_their_days(table: FormRows) -> Iterator[Hit]:
    """A training claims no more than 24 hours for each of its days (MC8); what is over 8 a day is for the rules."""
    if table.form.id != "hours":
        return
    claimed, classes, starts, ends, stated = (
        table.read(field_id) for field_id in ("hours", "class", "start", "end", "days")
    )
    rows = []
    for at, (hours, sort, start, end, days) in enumerate(zip(claimed, classes, starts, ends, stated, strict=True)):
        span = days or (start and ((end or start) - start).days + 1)
        if sort == "training" and hours and span and span > 0 and hours > 24 * span and at not in table.aside:
            rows.append(at)
    if rows:
        yield Hit("hours_over_days", tuple(rows), "hours")


def cells_are_filled(table: FormRows) -> Iterator[Hit]:
    """Cells that a row cannot do without, or that are asked for, are filled: whatever notes.toml names ``…_blank``."""
    for field_id in table.head.columns:
        if f"{field_id}_blank" not in notes() or None not in table.values[field_id]:
            continue
        noted = table.notes.get(field_id, {})
        blank = [
            at
            for at, value in enumerate(table.values[field_id])
            if value is None and at not in table.aside and noted.get(at, "blank_word") == "blank_word"
        ]
        if blank:
            yield Hit(f"{field_id}_blank", tuple(blank), field_id)


CHECKS: tuple[Check, ...] = (
    columns_are_there,
    columns_are_sure,
    heads_are_readable,
    columns_are_single,
    year_is_this_one,
    title_is_of_this_city,
    heads_are_usual,
    unit_and_date_are_filled,
    merged_cells_are_told,
    totals_agree,
    serials_run_on,
    hidden_rows_are_told,
    examples_are_told,
    comments_are_told,
    colours_are_told,
    rows_are_straight,
    rows_are_not_struck,
    cells_are_filled,
    cells_are_read,
    hours_fit_their_days,
)
"""Checks of one table, in this order: a check sees the rows that those before it have put aside."""
