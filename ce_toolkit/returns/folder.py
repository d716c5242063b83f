"""A folder of what units sent, answered: a return workbook for each file that has faults, and the rounds kept."""

import gc
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake import workers
from ce_toolkit.intake.cells import CannotReadError, column_letters, has_text
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.files import REPLACED, TWIN, read_tables
from ce_toolkit.intake.folder import Intake
from ce_toolkit.intake.limits import LIMITS
from ce_toolkit.intake.sheets import SheetRead
from ce_toolkit.returns.changes import ADDED, CHANGED, KINDS, REMOVED, rows_of
from ce_toolkit.returns.faults import Fault, faults_by_file, row_of
from ce_toolkit.returns.marking import LIST, Extent, mark, unmark
from ce_toolkit.returns.rounds import Answer, Sent, load_rounds, previous_of, save_rounds, settle
from ce_toolkit.returns.sources import Copy, copy_of, sheet_name

KEPT = "往来"
"""Folder of what is kept between rounds, below the folder of return workbooks."""

_SECONDS = 300.0
"""A unit whose workbooks take longer is given up."""

_MARK = re.compile(r"（第\d+次退回）")
"""What the name of a workbook that goes back has before its ending."""

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class _Opened:
    """One file as sent: its bytes, its sheets with tables (none where it cannot be read)."""

    file: str
    sha256: str
    data: bytes
    path: Path
    sheets: Sequence[SheetRead]


def return_folder(  # noqa: PLR0913  each is one thing a caller may have otherwise
    batch: Intake,
    folder: Path,
    out: Path,
    *,
    year: int,
    jobs: int = 1,
    findings: pd.DataFrame | None = None,
    kept: Path | None = None,
) -> pd.DataFrame:
    """Write a return workbook below ``out`` for each file of ``folder`` that has something to mend or came again.

    ``batch`` is the folder as read. One row of the answer is a file: ``file``, ``unit``, ``form``, ``round``, counts of
    faults by state (``open``, ``stays``, ``new``, ``reopened``, ``closed``), of rows ``added``, ``removed``,
    ``changed`` (both counted once a unit, at its first file), and ``returned``, the workbook below ``out`` (blank if
    there was nothing to say; round 0: its workbook could not be made). A file that is run again unchanged is answered
    as before. Nothing of ``folder`` is changed. Units are done in ``jobs`` processes apart, with 0 in this one.
    ``findings`` stand in for those of the batch where other rooms found more; ``kept`` is the folder of what is
    remembered between rounds, where that is not below ``out``.
    Raises InputError if ``out`` lies in ``folder`` or cannot be written to, or a unit's record cannot be read.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{out}：退回的工作簿不能写在收件文件夹里面，请用 --out 另选一个文件夹。")
    faults = faults_by_file(batch.findings if findings is None else findings)
    tasks = [
        _Unit(unit, form, tuple(files), {file: faults[file] for file, _, _ in files if file in faults})
        for (unit, form), files in _by_unit(batch.submissions).items()
    ]
    task = partial(_answered, folder=folder, out=out, kept=kept or out / KEPT, year=year)
    done = workers.each(task, tasks, jobs=jobs, limits=replace(LIMITS, max_seconds=_SECONDS), lost=_lost)
    for lines in done:
        if isinstance(lines, str):
            raise InputError(lines)
    found = [line for lines in done for line in lines]
    return pd.DataFrame(found, columns=_COLUMNS).sort_values("file", ignore_index=True)


@dataclass(frozen=True)
class _Unit:
    """What there is to answer to one unit on one form: its files (name, hash, rows) and the faults of each."""

    unit: str
    form: str
    files: tuple[tuple[str, str, int], ...]
    faults: Mapping[str, Sequence[Fault]]


def _answered(one: _Unit, folder: Path, out: Path, kept: Path, year: int) -> list[dict[str, Any]] | str:
    """The lines of a unit, or the sentence that says why there are none."""
    collecting = gc.isenabled()
    gc.disable()  # a workbook is a great many small objects that all live until it is saved
    try:
        return _answer(one, [_open(folder, *file, year) for file in one.files], out, kept)
    except InputError as error:
        return str(error)
    except OSError:
        return f"{out}：无法写入，请检查文件夹是否存在、文件是否被占用。"
    finally:
        if collecting:
            gc.enable()


def _lost(one: _Unit, why: str) -> list[dict[str, Any]]:
    """Lines of a unit whose workbook took its maker down: no round has passed."""
    del why
    counts = dict.fromkeys(_COLUMNS[3:-1], 0)
    return [{"file": file, "unit": one.unit, "form": one.form, **counts, "returned": ""} for file, _, _ in one.files]


_COLUMNS = ["file", "unit", "form", "round", "open", "stays", "new", "reopened", "closed", "added", "removed",
            "changed", "returned"]  # fmt: skip


def _by_unit(submissions: pd.DataFrame) -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """Files (name, hash, rows) by filing unit and form; without a filing unit the file's own name stands for it.

    A file in whose place another one counts, a copy or a newer version, is no part of the round.
    """
    submissions = submissions[~submissions["outcome"].isin((TWIN, REPLACED))]
    found: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    names = ["file", "form", "sha256", "rows_read", "filing_unit"]
    plain = submissions[names].astype({"form": "str", "filing_unit": "str"})
    for file, form, sha256, rows, unit in plain.itertuples(index=False, name=None):
        named = unit if isinstance(unit, str) and unit else _MARK.sub("", PurePosixPath(file).stem)
        found.setdefault((named, form), []).append((file, sha256, int(rows)))
    return found


def _open(folder: Path, file: str, sha256: str, rows: int, year: int) -> _Opened:
    """A file that intake read; one that it could not read is not opened again."""
    path = folder / file
    if not rows or not path.is_file():
        return _Opened(file, sha256, b"", path, ())
    data = path.read_bytes()
    try:
        return _Opened(file, sha256, data, path, read_tables(data, path, file, year))
    except CannotReadError:
        return _Opened(file, sha256, b"", path, ())


def _answer(asked: _Unit, files: Sequence[_Opened], out: Path, kept: Path) -> list[dict[str, Any]]:
    """Settle a unit's round and write what goes back."""
    unit, form = asked.unit, asked.form
    record = kept / f"{_safe(unit)}·{form}·{_short(unit)}.json"
    rounds = load_rounds(record)
    shas = tuple(sorted(one.sha256 for one in files))
    previous = previous_of(rounds, shas)
    answer = settle(_sent(unit, form, files, shas, asked.faults), previous)
    save_rounds(record, unit, form, [*([previous] if previous else []), answer.round])
    return [
        {"unit": unit, "form": form, **_line(one, answer, out, first=place == 0)} for place, one in enumerate(files)
    ]


def _sent(
    unit: str, form: str, files: Sequence[_Opened], shas: tuple[str, ...], faults: Mapping[str, Sequence[Fault]]
) -> Sent:
    known = field_spec().forms.get(form)
    tables = [(one.file, table) for one in files for sheet in one.sheets for table in sheet.tables]
    return Sent(
        unit,
        form,
        shas,
        tuple((file, row) for file, table in tables if table.form.id == form for row in rows_of(table)),
        tuple((one.file, fault) for one in files for fault in faults.get(one.file, ())),
        {
            (file, table.grid.sheet): {column_letters(at): name for name, at in table.head.columns.items()}
            for file, table in tables
        },
        {one.id: one.label for one in known.fields if one.id != "serial"} if known else {},
    )


def _line(one: _Opened, answer: Answer, out: Path, *, first: bool) -> dict[str, Any]:
    told = answer.faults.get(one.file, ())
    number = answer.round.number
    returned = ""
    if any(fault.asks for fault in told) or number > 1:
        returned = _write(one, told, answer, out)
    rows = {kind: len({(c.sheet, c.row) for c in answer.changes if c.kind == kind}) if first else 0 for kind in KINDS}
    counts = {name: count if first else 0 for name, count in answer.counts.items()}
    moved = {"added": rows[ADDED], "removed": rows[REMOVED], "changed": rows[CHANGED]}
    return {"file": one.file, "round": number, **counts, **moved, "returned": returned}


def _write(one: _Opened, told: Sequence[Fault], answer: Answer, out: Path) -> str:
    from openpyxl import Workbook

    number = answer.round.number
    inside = PurePosixPath(one.file)
    stem = _MARK.sub("", inside.stem)
    suffix = "" if inside.suffix.lower() == ".xlsx" else inside.suffix.replace(".", "-")
    name = inside.with_name(f"{stem}{suffix}（第{number}次退回）.xlsx").as_posix()
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    copy = copy_of(one.data, one.path, one.file, _to_mark(one, told), unless=LIST) if one.data else Copy(Workbook())
    book = copy.book
    unmark(book)
    told = [replace(fault, sheet=_named(fault, book)) for fault in told]
    tables = {_in(book, sheet.grid.sheet): _extent(sheet) for sheet in one.sheets}
    mark(book, told, tables, changes=answer.changes, number=number)
    if not one.data:
        del book[book.sheetnames[0]]
    copy.save(path)
    return name


def _to_mark(one: _Opened, told: Sequence[Fault]) -> dict[str, set[int]]:
    """Rows of each sheet that are marked or headed, with the first row of merged ranges that they lie in."""
    wanted: dict[str, set[int]] = {}
    for sheet in one.sheets:
        cells = [cell for fault in told if fault.asks and fault.sheet == sheet.grid.sheet for cell in fault.cells]
        rows = {row_of(cell) for cell in cells} | set(range(1, sheet.tables[0].head.bottom + 2))
        spans = sheet.grid.merged or ()
        rows.update([top + 1 for (top, _), (end, _) in spans if rows.intersection(range(top + 2, end + 2))])
        wanted[sheet.grid.sheet] = rows
    return wanted


def _extent(sheet: SheetRead) -> Extent:
    rows = sheet.grid.rows
    width = max((at + 1 for row in rows for at, cell in enumerate(row) if has_text(cell)), default=1)
    return Extent(sheet.tables[0].head.bottom + 1, len(rows), width)


def _named(fault: Fault, book: Any) -> str:
    return _in(book, fault.sheet) if fault.cells or fault.sheet else ""


def _in(book: Any, sheet: str) -> str:
    """What a sheet of the source is called in the workbook that goes back."""
    return sheet if sheet in book.sheetnames else sheet_name(sheet)


def _safe(unit: str) -> str:
    return _NOT_IN_NAMES.sub("", unit)[:40] or "未填单位"


def _short(unit: str) -> str:
    return hashlib.blake2b(unit.encode(), digest_size=4).hexdigest()
