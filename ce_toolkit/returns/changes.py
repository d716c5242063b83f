"""Rows of two submissions of a unit matched by what they hold, never by where they stand, and what differs."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.findings import masked
from ce_toolkit.intake.readers import as_text, tidy
from ce_toolkit.intake.sheets import FormRows

ADDED, REMOVED, CHANGED = KINDS = ("新增", "删除", "改动")

_IDENTITY = {
    "enrolment": (("name", "certificate_no"), ("name", "employer"), ("certificate_no",), ("name",)),
    "hours": (
        ("name", "certificate_no", "title", "start"),
        ("name", "title"),
        ("name", "key"),
        ("name", "start", "end"),
    ),
    "exam": (("name", "certificate_no", "subject", "date"), ("name", "employer"), ("certificate_no",), ("name",)),
}
"""Fields that together tell a row of a form, the surest first."""

_HASH = "\x1e"
_ALIKE = 0.8
_MOST_COMPARED = 40_000


@dataclass(frozen=True)
class Row:
    """A row of a form as it is remembered: where it stood and what it held.

    ``values``: by field what may be shown of the value and, where that is not all of it, a short hash of the whole, so
    that equal values are told without keeping names and numbers.
    """

    sheet: str
    row: int
    values: Mapping[str, str]
    id: str = ""

    def key(self, fields: Sequence[str]) -> tuple[str, ...] | None:
        """The values of some fields; None if one of them is blank or not there."""
        found = tuple(self.values.get(name, "") for name in fields)
        return found if all(found) else None

    def shown(self, name: str) -> str:
        """A value as it may be shown."""
        return self.values.get(name, "").partition(_HASH)[0]


class Change(NamedTuple):
    """One thing that differs: its kind, where it stands now (or stood), whose row it is, the column, before, after."""

    kind: str
    sheet: str
    row: int
    who: str
    label: str = ""
    before: str = ""
    after: str = ""


def rows_of(table: FormRows) -> Iterator[Row]:
    """The rows of a table. The serial number says nothing of a row; a row under a merged cell has its value."""
    columns = {
        one.id: _column(one.reader, table.cells[one.id])
        for one in table.form.fields
        if one.id in table.cells and one.id != "serial"
    }
    for at, row in enumerate(table.rows):
        yield Row(table.grid.sheet, row + 1, {name: texts[at] for name, texts in columns.items() if texts[at]})


def _column(reader: str, cells: Sequence[Cell]) -> list[str]:
    """Each distinct text once, since most come again."""
    texts = [tidy(as_text(cell)) for cell in cells]
    kept = {text: _kept(reader, text) for text in set(texts)}
    return [kept[text] for text in texts]


def _kept(reader: str, text: str) -> str:
    shown = masked(reader, text)
    return text if shown == text else f"{shown}{_HASH}{_mark(text)}"


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def fingerprint(row: Row) -> str:
    """What a row holds, as one short mark."""
    return _mark("\x1f".join(f"{name}={value}" for name, value in sorted(row.values.items())))


def matched(form: str, before: Sequence[Row], now: Sequence[Row]) -> dict[int, int]:
    """Position of a row now → position of the same row before.

    Rows that are wholly equal find each other first, then those with the same identity, the surest fields first, at
    last those most of whose values agree. Order and row numbers do not matter.
    """
    pairs: dict[int, int] = {}
    _pair(pairs, [fingerprint(row) for row in before], [fingerprint(row) for row in now])
    for fields in _IDENTITY.get(form, ()):
        _pair(pairs, [row.key(fields) for row in before], [row.key(fields) for row in now])
    _pair_alike(pairs, before, now)
    return pairs


def _pair(pairs: dict[int, int], before: Sequence[object], now: Sequence[object]) -> None:
    """Pair rows of equal keys, in their order, leaving out those that have found each other."""
    taken = set(pairs.values())
    free: dict[object, list[int]] = defaultdict(list)
    for at, key in enumerate(before):
        if key is not None and at not in taken:
            free[key].append(at)
    for at, key in enumerate(now):
        if at not in pairs and free.get(key):
            pairs[at] = free[key].pop(0)


def _pair_alike(pairs: dict[int, int], before: Sequence[Row], now: Sequence[Row]) -> None:
    taken = set(pairs.values())
    old = [at for at in range(len(before)) if at not in taken]
    new = [at for at in range(len(now)) if at not in pairs]
    if len(old) * len(new) > _MOST_COMPARED:
        return
    scored = [(_alike(before[one], now[other]), one, other) for one in old for other in new]
    for score, one, other in sorted(scored, key=lambda found: (-found[0], found[1:])):
        if score >= _ALIKE and one not in taken and other not in pairs:
            pairs[other] = one
            taken.add(one)


def _alike(one: Row, other: Row) -> float:
    """Share of the values, of either row, that agree."""
    names = one.values.keys() | other.values.keys()
    same = sum(one.values.get(name) == other.values.get(name) for name in names)
    return same / len(names) if names else 0.0


def changes(
    before: Sequence[Row], now: Sequence[Row], pairs: Mapping[int, int], labels: Mapping[str, str]
) -> list[Change]:
    """What differs, rows added first, then rows gone, then changed cells; ``labels``: printed label by field."""
    found = [_whole(ADDED, row) for at, row in enumerate(now) if at not in pairs]
    kept = set(pairs.values())
    found += [_whole(REMOVED, row) for at, row in enumerate(before) if at not in kept]
    for at, was in sorted(pairs.items()):
        found += _cells(before[was], now[at], labels)
    return found


def _whole(kind: str, row: Row) -> Change:
    return Change(kind, row.sheet, row.row, row.shown("name"))


def _cells(was: Row, row: Row, labels: Mapping[str, str]) -> Iterator[Change]:
    for name, label in labels.items():
        if was.values.get(name) != row.values.get(name):
            yield Change(CHANGED, row.sheet, row.row, row.shown("name"), label, was.shown(name), row.shown(name))
