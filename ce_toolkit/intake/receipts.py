"""The log of receipt 收件登记.csv: on which day each file came in, and what came on paper (F17, F18)."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ce_toolkit.intake.cells import CannotReadError
from ce_toolkit.intake.check_code import typed_code
from ce_toolkit.intake.delimited import decode
from ce_toolkit.intake.fields import field_spec, fold
from ce_toolkit.intake.findings import Finding, about_file
from ce_toolkit.intake.reading_dates import read_date
from ce_toolkit.intake.reading_words import word_reader
from ce_toolkit.tables import COUNT, DATE, FLAG, TEXT, from_arrow

RECEIPTS = "收件登记.csv"

_ANY_YEAR = 9998
_HEADS = {
    "文件名": "file", "收到日期": "received", "填报单位": "unit", "单位": "unit", "单位名称": "unit",
    "纸质日期": "paper_on", "纸质收到日期": "paper_on", "盖章": "sealed", "公章": "sealed", "纸质行数": "rows",
    "校验码": "code",
}  # fmt: skip
_OF_PAPER = {"paper_on": "纸质日期", "sealed": "盖章", "rows": "纸质行数", "code": "校验码"}


@dataclass(frozen=True)
class Paper:
    """What a line of the log tells of a form on paper; it belongs to a file, or to a unit that sent no file.

    ``rows`` counts people on the paper. ``code`` is the check code as typed; ``code_right`` is false where its check
    sign shows that it was mistyped. ``None`` = left blank.
    """

    file: str
    unit: str
    paper_on: datetime.date | None
    sealed: bool | None
    rows: int | None
    code: str | None
    code_right: bool


PAPER_COLUMNS = dict(
    zip((item.name for item in fields(Paper)), (TEXT, TEXT, DATE, FLAG, COUNT, TEXT, FLAG), strict=True)
)


@dataclass(frozen=True)
class Log:
    """All logs of a folder: day of receipt by file, lines about paper, and a finding per line that cannot be used."""

    days: dict[str, datetime.date] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)


def papers_frame(papers: Iterable[Paper]) -> pd.DataFrame:
    """Lines about paper as a frame of the columns of ``Paper``, in the order of the log."""
    rows = [astuple(paper) for paper in papers]
    columns = list(zip(*rows, strict=True)) or [()] * len(PAPER_COLUMNS)
    named = zip(PAPER_COLUMNS.items(), columns, strict=True)
    return from_arrow(pa.table({name: pa.array(list(values), kind) for (name, kind), values in named}))


def read_receipts(folder: Path, logs: Sequence[Path]) -> Log:
    """What the logs say of files below ``folder``; a line that cannot be used becomes a finding.

    Columns, found by their heads: 文件名 and 收到日期 of a file; 填报单位 where only paper came; 纸质日期, 盖章
    (是/否), 纸质行数 and 校验码 of the paper. File names are relative to the log's own folder. A file named twice
    came on the first of the days. A log without these heads has 文件名 and 收到日期 as its first two columns.
    """
    read = Log()
    for log in logs:
        name = log.relative_to(folder).as_posix()
        for line, cells in _lines(log):
            for note, words in _take(read, folder, log.relative_to(folder).parent, cells):
                read.faults.append(about_file(note, name, line=str(line), **words))
    return read


def _take(read: Log, folder: Path, base: Path, cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Put one line into the log; what is wrong with it is yielded as a note and its words."""
    file, unit = cells.get("file", ""), cells.get("unit", "")
    target = (base / file).as_posix() if file else ""
    day = _day(cells.get("received", ""))
    if file and (folder / target).is_file() and day is not None:
        read.days[target] = min(day, read.days.get(target, day))
    elif file or not unit:
        yield "receipts_fault", {}
    if any(cells.get(name) for name in _OF_PAPER) and ((folder / target).is_file() if file else unit):
        paper, faults = _paper(target, unit, cells)
        read.papers.append(paper)
        yield from faults


def _paper(file: str, unit: str, cells: Mapping[str, str]) -> tuple[Paper, list[tuple[str, dict[str, str]]]]:
    said = {name: cells.get(name, "") for name in _OF_PAPER}
    yes_no = word_reader("yes_no", field_spec().words["yes_no"])
    typed = typed_code(said["code"])
    paper = Paper(
        file,
        unit,
        paper_on=_day(said["paper_on"]),
        sealed=yes_no(said["sealed"]).value if said["sealed"] else None,
        rows=int(said["rows"]) if said["rows"].isdecimal() else None,
        code=(typed or said["code"]) or None,
        code_right=not said["code"] or typed is not None,
    )
    unread = [name for name in ("paper_on", "sealed", "rows") if said[name] and getattr(paper, name) is None]
    faults = [("receipts_paper", {"label": _OF_PAPER[name]}) for name in unread]
    return paper, [*faults, *([] if paper.code_right else [("receipts_code", {})])]


def _day(text: str) -> datetime.date | None:
    reading = read_date(text, year=_ANY_YEAR) if text else None
    if reading is None or reading.note in {"date_no_year", "date_month"}:
        return None
    day = reading.value
    return day if isinstance(day, datetime.date) else None


def _lines(log: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Filled lines with their numbers, cells by column; one line of nothing where the log cannot be read."""
    try:
        text, _ = decode(log.read_bytes())
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, CannotReadError, csv.Error):
        yield 1, {}
        return
    names = [_HEADS.get(fold(head), "") for head in rows[0]] if rows else []
    if "file" not in names and "unit" not in names:
        names = ["file", "received"]
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            yield line, {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
