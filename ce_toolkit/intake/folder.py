"""A folder of everything that arrived, read into submissions, findings and the accepted rows of each form."""

import datetime
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake import report, workers
from ce_toolkit.intake.check_code import check_code
from ce_toolkit.intake.files import FileRead, as_twin, read_file
from ce_toolkit.intake.findings import Finding, about_file, findings_frame
from ce_toolkit.intake.frames import joined
from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.names import strange, visible
from ce_toolkit.intake.receipts import RECEIPTS, papers_frame, read_receipts
from ce_toolkit.intake.rows import KIND_LABELS
from ce_toolkit.tables import SUBMISSIONS, conform, frame

_LITTER = re.compile(r"\..*|~\$.*|~WRL.*|thumbs\.db|desktop\.ini|.*\.tmp|__MACOSX", re.IGNORECASE)
_SLIP = re.compile(r".*上报确认单.*\.(?:html?|xlsx|pdf)", re.IGNORECASE)
_COPY = re.compile(r"[(（]\d+[)）]|副本|复件|\bcopy\b", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """A folder as read.

    ``submissions``: one row a file (tables.SUBMISSIONS, with ``kind``, ``skipped``, ``rows_filled``,
    ``check_code`` and ``responsible`` behind); ``findings``: one row a
    thing to mend (tables.FINDINGS, with ``count`` and ``cells`` behind). ``enrolments``, ``hours`` and ``exams``: one
    row an accepted row of that form, in the order of files, sheets and rows: where it stood (frames.PLACE) and one
    typed column per field of the form. ``ignored``: files that are no submissions. ``senders``: one row a unit that a
    file speaks for (file, unit). ``papers``: one row a line of the log of receipt that tells of paper
    (receipts.PAPER_COLUMNS). ``waiting``: held rows of hours forms, shaped like ``hours``, what is at fault left blank.
    """

    submissions: pd.DataFrame
    findings: pd.DataFrame
    enrolments: pd.DataFrame
    hours: pd.DataFrame
    exams: pd.DataFrame
    ignored: tuple[str, ...] = ()
    senders: pd.DataFrame = field(default_factory=partial(pd.DataFrame, columns=["file", "unit"], dtype="str"))
    papers: pd.DataFrame = field(default_factory=partial(papers_frame, ()))
    waiting: pd.DataFrame = field(default_factory=partial(joined, "hours", ()))

    def as_json(self, full: bool = False) -> dict[str, Any]:
        """The whole as plain values for a JSON file; the people read are in it only with ``full``."""
        return report.as_json(self, full=full)


def read_folder(folder: Path, *, year: int, jobs: int = 1, only: str = "", limits: Limits = LIMITS) -> Intake:
    """Read every file below ``folder`` for the credit year ``year``, in sorted order, with ``jobs`` processes.

    ``only`` names one file of the folder that is read as if it lay there alone.

    Every file ends as accepted, partly or refused; a fault of one file never stops the others. ``收件登记.csv`` gives
    the days of receipt; a file it does not list has none (its own date is that of its last copying). Files are read in
    processes apart, which ``limits`` bounds; with ``jobs`` 0 in this one, where nothing stops a reader that hangs.
    Raises InputError if there is nothing to read.
    """
    paths = [folder / only] if only else _files_below(folder)
    litter = [path for path in paths if any(map(_LITTER.fullmatch, path.relative_to(folder).parts))]
    receipts = [path for path in paths if path.name == RECEIPTS]
    slips = [path for path in paths if _SLIP.fullmatch(path.name)]
    forms = [path for path in paths if path not in {*litter, *receipts, *slips}]
    if not forms:
        raise InputError(f"文件夹 {folder} 里没有可读的文件，请把收到的表格放进去再试。")
    read = _without_twins(_read_all(folder, forms, year, jobs, limits))
    log = read_receipts(folder, receipts)
    ignored = [_ignored(folder, path, forms) for path in litter]
    ignored += [about_file("receipts", _name(folder, path)) for path in receipts]
    ignored += [about_file("slip", _name(folder, path)) for path in slips]
    findings = [finding for one in read for finding in one.findings]
    parts = [part for one in read for part in one.parts]
    frames = {
        form: joined(form, [part for kind, part in parts if kind == form]) for form in ("enrolment", "hours", "exam")
    }
    days = [log.days.get(one.file) for one in read]
    sent = [(one.file, unit) for one in read for unit in one.units]
    return Intake(
        _submissions(read, days),
        findings_frame([*findings, *ignored, *log.faults]),
        frames["enrolment"],
        frames["hours"],
        frames["exam"],
        tuple(finding.file for finding in ignored),
        pd.DataFrame(sent, columns=["file", "unit"], dtype="str"),
        papers_frame(log.papers),
        joined("hours", [part for one in read for kind, part in one.held_parts if kind == "hours"]),
    )


def _files_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(f"找不到文件夹 {folder}，请检查路径。")
    try:
        next(iter(folder.iterdir()), None)
        paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    except OSError as error:
        raise InputError(f"文件夹 {folder} 不能读取，请检查权限。") from error
    if not paths:
        raise InputError(f"文件夹 {folder} 是空的，请把收到的表格放进去再试。")
    return sorted(paths, key=lambda path: _name(folder, path))


def _name(folder: Path, path: Path) -> str:
    """The file's name below the folder; one that is no UTF-8 came out of an archive made in GBK (MF9)."""
    name = path.relative_to(folder).as_posix()
    if not any("\ud800" <= sign <= "\udfff" for sign in name):
        return visible(name)
    return visible(os.fsencode(name).decode("gb18030", errors="replace"))


def _read_all(folder: Path, paths: Sequence[Path], year: int, jobs: int, limits: Limits) -> list[FileRead]:
    """Every file as read; the folder is resolved once, so that links out of it can be told from those within."""
    files = [(path, _name(folder, path)) for path in paths]
    task = partial(_read_one, home=folder.resolve(), year=year, limits=limits)
    return workers.each(task, files, jobs=jobs, limits=limits, lost=partial(_lost, limits=limits))


def _read_one(item: tuple[Path, str], home: Path, year: int, limits: Limits) -> FileRead:
    """One file, with a fault of the toolkit itself kept to that file: the others must go on."""
    path, file = item
    try:
        if refused := strange(path, home):
            return FileRead(file, findings=[about_file(refused, file)])
        return read_file(path, file, year, limits)
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        return FileRead(file, findings=[about_file("reader_memory", file)])
    except BaseException as error:  # a panic of native code derives from nothing narrower
        return FileRead(file, findings=[about_file("unexpected", file, fault=type(error).__name__)])


def _lost(item: tuple[Path, str], why: str, limits: Limits) -> FileRead:
    """What stands for a file whose reader died or took too long."""
    _, file = item
    return FileRead(file, findings=[about_file(why, file, seconds=f"{limits.max_seconds:g}")])


def _without_twins(read: Sequence[FileRead]) -> list[FileRead]:
    """Of files that are equal byte by byte one counts: the first in order whose name bears no mark of a copy (MF10).

    Unreadable files keep their own reason.
    """
    first: dict[str, str] = {}
    for one in sorted(read, key=lambda one: _COPY.search(one.file) is not None):
        first.setdefault(one.sha256, one.file)
    return [as_twin(one, first[one.sha256]) if one.rows_read and first[one.sha256] != one.file else one for one in read]


def _ignored(folder: Path, path: Path, forms: Sequence[Path]) -> Finding:
    """Litter is named; a lock file without its workbook means that the workbook itself never came (MF6)."""
    kept = {form.name for form in forms if form.parent == path.parent}
    stub = path.name.removeprefix("~$")
    orphan = path.name.startswith("~$") and not any(name == stub or name[2:] == stub for name in kept)
    return about_file("lock_file" if orphan else "litter", _name(folder, path))


def _submissions(read: Sequence[FileRead], days: Sequence[datetime.date | None]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        name: [getattr(one, name) for one in read]
        for name in (
            "file", "sha256", "form", "outcome", "rows_read", "rows_accepted", "rows_held", "rows_skipped",
            "filing_unit", "form_year",
        )
    }  # fmt: skip
    columns["findings"] = [len(one.findings) for one in read]
    columns["contact"] = [one.contact or None for one in read]
    columns["received_on"] = list(days)
    skipped = ["、".join(f"{KIND_LABELS[kind]} {count}" for kind, count in one.skipped.items()) for one in read]
    more = {
        "kind": pd.Series([one.kind for one in read], dtype="str"),
        "skipped": pd.Series(skipped, dtype="str"),
        "rows_filled": pd.Series([one.rows_filled for one in read], dtype="int64"),
        "check_code": pd.Series([check_code(one.parts) for one in read], dtype="str"),
        "responsible": pd.Series([one.responsible for one in read], dtype="bool"),
    }
    return conform(SUBMISSIONS, frame(SUBMISSIONS, columns).assign(**more))
