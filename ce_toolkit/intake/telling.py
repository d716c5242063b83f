"""From hits to findings: addresses, masked values and sentences; many hits of one cause become one finding."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ce_toolkit.intake.checks import CHECKS
from ce_toolkit.intake.file_checks import FILE_CHECKS
from ce_toolkit.intake.findings import AUTO, HOLD, MERGE_ABOVE, Finding, Hit, masked, notes, ranges, say
from ce_toolkit.intake.sheets import FormRows
from ce_toolkit.intake.title_checks import TITLE_CHECKS


class _Place(NamedTuple):
    """One place that a finding is about: a row's cell, or (position None) something about a whole table."""

    table: FormRows
    hit: Hit
    position: int | None


def judge(tables: Sequence[FormRows]) -> list[tuple[FormRows, Hit]]:
    """Run every check on the tables of one file; rows that a check holds or finds repeated are put aside on the way."""
    found = []
    for table in tables:
        for check in CHECKS:
            for hit in check(table):
                _put_aside(table, hit)
                found.append((table, hit))
    for form in {table.form.id for table in tables}:
        same = [table for table in tables if table.form.id == form]
        for file_check in FILE_CHECKS:
            for table, hit in list(file_check(same)):
                _put_aside(table, hit)
                found.append((table, hit))
    found.extend((table, hit) for table in tables for check in TITLE_CHECKS for hit in check(table))
    return found


def _put_aside(table: FormRows, hit: Hit) -> None:
    if hit.note == "twin_row":
        table.twins.update(hit.rows)
    elif notes()[hit.note].severity == HOLD:
        table.held.update(hit.rows)
        if hit.cell or hit.note == "row_shifted":
            table.aside.update(hit.rows)


def tell(file: str, found: Iterable[tuple[FormRows, Hit]]) -> list[Finding]:
    """Findings of a file, by sheet and row. One cause on one column of a sheet is told once when it is frequent."""
    groups: dict[tuple[str, str, str], list[_Place]] = {}
    for table, hit in found:
        positions: Iterable[int | None] = [None] if hit.cell or not hit.rows else hit.rows
        places = groups.setdefault((table.grid.sheet, hit.note, hit.field), [])
        if positions == [None] and any(_is_same(place, hit) for place in places):
            continue  # of tables that share a head or a title it is told once
        places.extend(_Place(table, hit, position) for position in positions)
    told = []
    for places in groups.values():
        if len(places) > MERGE_ABOVE:
            told.append(_finding(file, places))
        else:
            told.extend(_finding(file, [place]) for place in places)
    return told


def _is_same(place: _Place, hit: Hit) -> bool:
    return place.position is None and (place.hit.cell, place.hit.words) == (hit.cell, hit.words)


def _finding(file: str, places: Sequence[_Place]) -> Finding:
    table, hit, position = places[0]
    note = notes()[hit.note]
    field = table.form.by_id.get(hit.field)
    count = len(hit.rows) or 1 if position is None and len(places) == 1 else len(places)
    raw = table.cells[hit.field][position] if position is not None and hit.field in table.cells else ""
    sentence = say(hit.note, **{"count": str(count), **_words(table, places)})
    return Finding(
        code=note.code,
        severity=note.severity,
        file=file,
        sheet=table.grid.sheet,
        cell=hit.cell if position is None else table.address(position, hit.field),
        shown=masked(field.reader, raw) if field and raw != "" else "",
        wanted=field.wanted if field else "",
        clause=note.clause or (field.clause if field else "") or table.form.clause,
        fix=sentence if len(places) == 1 else f"{sentence}共 {len(places)} 处。",
        row_state=_row_state(places),
        count=count,
        cells=_cells(places),
        became=_became(table, hit, position) if note.severity == AUTO else "",
    )


def _became(table: FormRows, hit: Hit, position: int | None) -> str:
    """What a cell reads after the correction; blank where a finding is not about one cell's value."""
    if position is None or hit.field not in table.values or hit.note == "twin_row":
        return ""
    value = table.values[hit.field][position]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else masked(table.form[hit.field].reader, value)


def _words(table: FormRows, places: Sequence[_Place]) -> Mapping[str, str]:
    """Words of the sentence; where several findings are one, their differing words are listed."""
    field = table.form.by_id.get(places[0].hit.field)
    words = {"label": field.label, "wanted": field.wanted} if field else {}
    words["year"] = str(table.year)
    for name in places[0].hit.words:
        said = dict.fromkeys(place.hit.words.get(name, "") for place in places)
        words[name] = "、".join(list(said)[:10])
    return words


def _row_state(places: Sequence[_Place]) -> str:
    states = set()
    for table, hit, position in places:
        if position is None:
            states.add("held" if notes()[hit.note].severity == HOLD else "")
        else:
            states.add("skipped" if position in table.twins else "held" if position in table.held else "accepted")
    return states.pop() if len(states) == 1 else ""


def _cells(places: Sequence[_Place]) -> str:
    """All addresses of a finding that stands for several places, as ranges."""
    if len(places) == 1:
        return ""
    if places[0].position is None:
        return "、".join(place.hit.cell for place in places)
    letters = places[0].table.letters(places[0].hit.field)
    rows = sorted(place.table.rows[place.position] for place in places if place.position is not None)
    return ranges(rows, letters)
