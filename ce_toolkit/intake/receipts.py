"""The log of receipt 收件登记.csv: on which day each file came in."""

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ce_toolkit.intake.cells import CannotReadError
from ce_toolkit.intake.delimited import decode
from ce_toolkit.intake.findings import Finding, about_file
from ce_toolkit.intake.reading_dates import read_date

RECEIPTS = "收件登记.csv"

_ANY_YEAR = 9998


def read_receipts(folder: Path, logs: Sequence[Path]) -> tuple[dict[str, datetime.date], list[Finding]]:
    """Day of receipt by file name relative to ``folder``; a line that cannot be used becomes a finding.

    The log has the columns 文件名 and 收到日期; file names are relative to the log's own folder. A file named twice
    came on the first of the days.
    """
    days: dict[str, datetime.date] = {}
    faults = []
    for log in logs:
        name = log.relative_to(folder).as_posix()
        base = log.relative_to(folder).parent
        for line, file, day in _lines(log):
            target = (base / file).as_posix()
            if day is None or not (folder / target).is_file():
                faults.append(about_file("receipts_fault", name, line=str(line)))
            else:
                days[target] = min(day, days.get(target, day))
    return days, faults


def _lines(log: Path) -> Iterator[tuple[int, str, datetime.date | None]]:
    try:
        text, _ = decode(log.read_bytes())
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, CannotReadError, csv.Error):
        yield 1, "", None
        return
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        reading = read_date(row[1].strip(), year=_ANY_YEAR) if len(row) > 1 else None
        named = reading is not None and reading.note not in {"date_no_year", "date_month"}
        yield line, row[0].strip(), reading.value if reading and named else None
