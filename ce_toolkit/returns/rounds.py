"""Rounds with a unit: what was asked, what came back, which faults closed, stayed, opened or came again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ce_toolkit.errors import InputError
from ce_toolkit.returns.changes import Change, Row, changes, fingerprint, matched
from ce_toolkit.returns.faults import Fault, row_of

OPEN, STAYS, NEW, REOPENED, CLOSED = "open", "stays", "new", "reopened", "closed"
_SCHEMA = "rounds-1"
"""Key of the rounds in a record; a record of another make has another."""


@dataclass(frozen=True)
class Asked:
    """One thing asked at one cell: the row's lasting id (blank: no row's), the field, the code, what was said."""

    row: str
    field: str
    code: str
    severity: str
    fix: str
    state: str = OPEN
    since: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same in the next round."""
        return self.row, self.field, self.code


@dataclass(frozen=True)
class Round:
    """One submission of a unit: the files by their hash, the rows with their lasting ids, what is or was asked."""

    number: int
    files: tuple[str, ...]
    rows: tuple[Row, ...]
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class Sent:
    """What a unit sent now. ``columns``: (file, sheet) → letters of a column → field id."""

    unit: str
    form: str
    files: tuple[str, ...]
    rows: tuple[tuple[str, Row], ...]
    faults: tuple[tuple[str, Fault], ...]
    columns: Mapping[tuple[str, str], Mapping[str, str]]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """The round as settled: ``faults`` by file with their states, closed ones behind; what changed since the last."""

    round: Round
    faults: Mapping[str, Sequence[Fault]]
    changes: Sequence[Change] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def settle(sent: Sent, previous: Round | None) -> Answer:
    """Compare what a unit sent with the round before. The order of rows and files does not matter."""
    number = previous.number + 1 if previous else 1
    old = previous.rows if previous else ()
    plain = [row for _, row in sent.rows]
    pairs = matched(sent.form, old, plain)
    rows = _with_ids(plain, old, pairs)
    now = _asked(sent, rows, number)
    before = {one.key: one for one in previous.asked} if previous else {}
    settled = [_state(one, before.get(one.key), first=previous is None) for one in now]
    open_keys = {one.key for one in now}
    gone = [
        one if one.state == CLOSED else replace(one, state=CLOSED, since=number)
        for key, one in before.items()
        if key not in open_keys
    ]
    differs = changes(old, plain, pairs, sent.labels) if previous else []
    done = Round(number, sent.files, tuple(rows), tuple(sorted([*settled, *gone], key=lambda one: one.key)))
    return Answer(done, _told(sent, rows, settled, gone, number), differs, _counts(settled, gone, number))


def _with_ids(now: Sequence[Row], old: Sequence[Row], pairs: Mapping[int, int]) -> list[Row]:
    """Rows with the ids they had; a row that was not there gets one from what it holds."""
    taken = {row.id for row in old}
    rows = []
    for at, row in enumerate(now):
        row_id = old[pairs[at]].id if at in pairs else _fresh(fingerprint(row), taken)
        taken.add(row_id)
        rows.append(replace(row, id=row_id))
    return rows


def _fresh(mark: str, taken: set[str]) -> str:
    found, number = mark, 1
    while found in taken:
        number += 1
        found = f"{mark}-{number}"
    return found


def _asked(sent: Sent, rows: Sequence[Row], number: int) -> list[Asked]:
    """One entry for every cell that something is asked at; what is asked of a file or sheet has no row."""
    ids = {(file, row.sheet, row.row): with_id.id for (file, row), with_id in zip(sent.rows, rows, strict=True)}
    found: dict[tuple[str, str, str], Asked] = {}
    for file, fault in sent.faults:
        if fault.asks:
            for row_id, name in _places(file, fault, sent, ids):
                one = Asked(row_id, name, fault.code, fault.severity, fault.fix, since=number)
                found.setdefault(one.key, one)
    return list(found.values())


def _places(file: str, fault: Fault, sent: Sent, ids: Mapping[tuple[str, str, int], str]) -> list[tuple[str, str]]:
    columns = sent.columns.get((file, fault.sheet), {})
    found = []
    for cell in fault.cells:
        row_id = ids.get((file, fault.sheet, row_of(cell)), "")
        found.append((row_id, columns.get(cell.rstrip("0123456789"), "") if row_id else ""))
    return found or [("", "")]


def _state(one: Asked, before: Asked | None, *, first: bool) -> Asked:
    if before is None:
        return one if first else replace(one, state=NEW)
    if before.state == CLOSED:
        return replace(one, state=REOPENED)
    return replace(one, state=STAYS, since=before.since)


def _told(
    sent: Sent, rows: Sequence[Row], settled: Sequence[Asked], gone: Sequence[Asked], number: int
) -> dict[str, list[Fault]]:
    """Faults by file, each with the state of its cells (the one that needs most saying), and those closed just now."""
    ids = {(file, row.sheet, row.row): with_id.id for (file, row), with_id in zip(sent.rows, rows, strict=True)}
    states = {one.key: one.state for one in settled}
    told: dict[str, list[Fault]] = {}
    for file, fault in sent.faults:
        here = {states.get((*place, fault.code), OPEN) for place in _places(file, fault, sent, ids)}
        state = next(name for name in (REOPENED, NEW, STAYS, OPEN) if name in here)
        told.setdefault(file, []).append(replace(fault, state=state) if fault.asks else fault)
    where = {row.id: row for row in rows}
    first = min((file for file, _ in sent.rows), default="")
    files = {with_id.id: file for (file, _), with_id in zip(sent.rows, rows, strict=True)}
    for one in gone:
        if one.since == number:
            told.setdefault(files.get(one.row, first), []).append(_closed(one, where.get(one.row), sent))
    return told


def _closed(one: Asked, row: Row | None, sent: Sent) -> Fault:
    """A fault that is mended, at the place where its row stands now; without a place if the row is gone."""
    cells: tuple[str, ...] = ()
    sheet = row.sheet if row else ""
    if row:
        letters = next(
            (
                letters
                for (_, name), columns in sent.columns.items()
                if name == sheet
                for letters, field_id in columns.items()
                if field_id == one.field
            ),
            "A",
        )
        cells = (f"{letters}{row.row}",)
    return Fault(one.code, one.severity, sheet, cells, "", "", "", one.fix, CLOSED)


def _counts(settled: Sequence[Asked], gone: Sequence[Asked], number: int) -> dict[str, int]:
    counts = {name: sum(one.state == name for one in settled) for name in (OPEN, STAYS, NEW, REOPENED)}
    return {**counts, CLOSED: sum(one.since == number for one in gone)}


# ---- what is kept between rounds -------------------------------------------------------------------------------------


def load_rounds(path: Path) -> list[Round]:
    """The last rounds with a unit (at most two), oldest first; none if there was none. Raises InputError."""
    if not path.exists():
        return []
    try:
        return [_round(one) for one in json.loads(path.read_text(encoding="utf-8"))[_SCHEMA]]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path}：往来记录读不出来，请从备份恢复，或移走这个文件后从第一次重新开始。") from None


def save_rounds(path: Path, unit: str, form: str, rounds: Sequence[Round]) -> None:
    """Keep the last two rounds: the one before is needed to answer the same submission alike when it is run again."""
    raw = {"unit": unit, "form": form, _SCHEMA: [_plain(one) for one in rounds[-2:]]}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(raw, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    beside.replace(path)


def _plain(one: Round) -> dict[str, Any]:
    """A round as lists; a value stands at the place of its field, so that the field's name is written once."""
    fields = sorted({name for row in one.rows for name in row.values})
    rows = [[row.id, row.sheet, row.row, *(row.values.get(name, "") for name in fields)] for row in one.rows]
    asked = [list(asdict(entry).values()) for entry in one.asked]
    return {"number": one.number, "files": list(one.files), "fields": fields, "rows": rows, "asked": asked}


def _round(raw: Mapping[str, Any]) -> Round:
    fields = raw["fields"]
    rows = tuple(
        Row(sheet, row, {name: value for name, value in zip(fields, values, strict=True) if value}, row_id)
        for row_id, sheet, row, *values in raw["rows"]
    )
    return Round(raw["number"], tuple(raw["files"]), rows, tuple(Asked(*entry) for entry in raw["asked"]))


def previous_of(rounds: Sequence[Round], files: tuple[str, ...]) -> Round | None:
    """The round to compare with: the last one, or the one before it if the same files are run again."""
    if rounds and rounds[-1].files == files:
        return rounds[-2] if len(rounds) > 1 else None
    return rounds[-1] if rounds else None
