"""A folder of everything that arrived, read into submissions, findings and the accepted rows of each form."""

import datetime
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.files import FileRead, as_twin
from ce_toolkit.intake.findings import about_file, findings_frame
from ce_toolkit.intake.frames import Part, commented, joined
from ce_toolkit.intake.layouts import LAYOUTS, Layout, read_layouts
from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.receipts import papers_frame, read_receipts
from ce_toolkit.intake.rows import KIND_LABELS
from ce_toolkit.intake.sources import Task, files_below, is_log, name_below, read_sources
from ce_toolkit.intake.versions import without_older
from ce_toolkit.intake.ways import WAYS, Ways
from ce_toolkit.tables import SUBMISSIONS, conform, frame

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
    (receipts.PAPER_COLUMNS). ``layouts``: readings of columns that a person may confirm (layouts.write_layouts).
    ``waiting``: held rows of hours forms, shaped like ``hours``, what is at fault left blank. ``comments``: one row a
    row of any form with comments at its cells (source, name, comment): somebody's own words, for the reviewer alone.
    """

    submissions: pd.DataFrame
    findings: pd.DataFrame
    enrolments: pd.DataFrame
    hours: pd.DataFrame
    exams: pd.DataFrame
    ignored: tuple[str, ...] = ()
    senders: pd.DataFrame = field(default_factory=partial(pd.DataFrame, columns=["file", "unit"], dtype="str"))
    papers: pd.DataFrame = field(default_factory=partial(papers_frame, ()))
    layouts: tuple[Layout, ...] = ()
    waiting: pd.DataFrame = field(default_factory=partial(joined, "hours", ()))
    comments: pd.DataFrame = field(default_factory=partial(commented, ()))


def read_folder(  # noqa: PLR0913 - each is a choice of its own, and only the year has to be made
    folder: Path, *, year: int, jobs: int = 1, only: str = "", limits: Limits = LIMITS, ways: Ways = WAYS
) -> Intake:
    """Read every file below ``folder`` for the credit year ``year``, in sorted order, with ``jobs`` processes.

    ``only`` names one file of the folder that is read as if it lay there alone.

    Every file ends as accepted, partly or refused, or another one counts in its place (twin, replaced); a fault of one
    file never stops the others. Archives are opened, and each form in them is a file of its own (``包.zip/表.xlsx``).
    ``ways`` are an office's choices; a file ``版式.yaml`` in the folder adds its layouts. ``收件登记.csv`` gives
    the days of receipt; a file it does not list has none (its own date is that of its last copying). Files are read in
    processes apart, which ``limits`` bounds; with ``jobs`` 0 in this one, where nothing stops a reader that hangs.
    Raises InputError if there is nothing to read, ParamsError if the layout file is wrong.
    """
    paths = [folder / only] if only else files_below(folder)
    logs = [path for path in paths if is_log(path.name)]
    kept = [path for path in paths if path == folder / LAYOUTS]
    ways = replace(ways, layouts=(*ways.layouts, *(layout for path in kept for layout in read_layouts(path))))
    forms = [path for path in paths if path not in kept]
    opened = read_sources(folder, forms, jobs, Task(folder.resolve(), year, limits, ways))
    if not opened.files:
        raise InputError(f"文件夹 {folder} 里没有可读的文件，请把收到的表格放进去再试。")
    log = read_receipts(folder, logs)
    days = {one.file: _received(one.file, log.days) for one in opened.files}
    read = _without_twins(opened.files)
    if ways.newest_only:
        read = without_older(read, days)
    ignored = [*opened.ignored, *(about_file("receipts", name_below(folder, path)) for path in logs)]
    ignored += [about_file("layouts", path.name) for path in kept]
    findings = [finding for one in read for finding in one.findings]
    sent = [(one.file, unit) for one in read for unit in one.units]
    submissions = _submissions(read, [days[one.file] for one in read])
    comments = commented(part for one in read for part in (*one.parts, *one.held_parts))
    waiting = joined("hours", [part for one in read for part in one.held_parts if part.form == "hours"])
    frames = {form: joined(form, parts) for form, parts in _by_form(read).items()}
    return Intake(
        submissions,
        findings_frame([*findings, *ignored, *log.faults]),
        frames["enrolment"],
        frames["hours"],
        frames["exam"],
        tuple(finding.file for finding in ignored),
        pd.DataFrame(sent, columns=["file", "unit"], dtype="str"),
        papers_frame(log.papers),
        tuple(layout for one in read for layout in one.layouts),
        waiting,
        comments,
    )


def _by_form(read: Sequence[FileRead]) -> dict[str, Iterator[Part]]:
    """The accepted rows of all files, taken out of them, by form; each part is let go of once it has been used."""
    kept: dict[str, deque[Part]] = {form: deque() for form in field_spec().forms}
    for one in read:
        for part in one.parts:
            kept[part.form].append(part)
        one.parts.clear()
    return {form: _drained(parts) for form, parts in kept.items()}


def _drained(parts: deque[Part]) -> Iterator[Part]:
    while parts:
        yield parts.popleft()


def _received(file: str, days: Mapping[str, datetime.date]) -> datetime.date | None:
    """Day of receipt of a file; a form in an archive came with it."""
    whole = (file, *(parent.as_posix() for parent in PurePosixPath(file).parents))
    return next((days[name] for name in whole if name in days), None)


def _without_twins(read: Sequence[FileRead]) -> list[FileRead]:
    """Of files that are equal byte by byte one counts: the first in order whose name bears no mark of a copy (MF10).

    Unreadable files keep their own reason.
    """
    first: dict[str, str] = {}
    for one in sorted(read, key=lambda one: _COPY.search(one.file) is not None):
        first.setdefault(one.sha256, one.file)
    return [as_twin(one, first[one.sha256]) if one.rows_read and first[one.sha256] != one.file else one for one in read]


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
        "check_code": pd.Series([one.check_code for one in read], dtype="str"),
        "responsible": pd.Series([one.responsible for one in read], dtype="bool"),
    }
    return conform(SUBMISSIONS, frame(SUBMISSIONS, columns).assign(**more))
