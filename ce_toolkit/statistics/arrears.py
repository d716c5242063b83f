"""Who has sent in what: every unit of the register with its form as a file and on paper (N10, F15–F18, D1).

Both are asked for: 齐全 when file and sealed paper are there and agree, 不符 when they do not, 仅电子 or 仅纸质 when
one is missing, 应报未报 when both are. A file that was sent back does not count as received.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any, NamedTuple, Protocol

import pandas as pd
import pyarrow as pa

from ce_toolkit.registers.units import Units, fold_unit
from ce_toolkit.statistics.tables import with_total
from ce_toolkit.tables import COUNT, DATE, FLAG, TEXT, from_arrow

NOTHING, MISMATCH, PAPER_ONLY, FILE_ONLY, COMPLETE = "nothing", "mismatch", "paper_only", "file_only", "complete"
STATES = (NOTHING, MISMATCH, PAPER_ONLY, FILE_ONLY, COMPLETE)

_COLUMNS = {
    "unit": TEXT, "known": FLAG, "reported": TEXT, "file": TEXT, "received_on": DATE, "paper_on": DATE,
    "days_late": COUNT, "rows_filled": COUNT, "paper_rows": COUNT, "responsible": FLAG, "archive": FLAG, "why": TEXT,
}  # fmt: skip
_REPORT = "补报加盖公章的纸质报名表和电子版"
_SEND_FILE = "补报电子版"
_SEND_PAPER = "补报加盖公章的纸质报名表"


class Received(Protocol):
    """What an intake knows: files, the units each speaks for, lines of the log about paper (``intake.Intake``)."""

    @property
    def submissions(self) -> pd.DataFrame:
        """One row a file."""

    @property
    def senders(self) -> pd.DataFrame:
        """One row a file and unit."""

    @property
    def papers(self) -> pd.DataFrame:
        """One row a line about paper."""


class _Case(NamedTuple):
    """One unit with its row of the register (None if unknown), its files and the lines about its paper."""

    unit: str
    entry: Mapping[str, Any] | None
    files: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]


def arrears(received: Received, units: Units, *, area: str, deadline: date, as_of: date) -> pd.DataFrame:
    """One row a unit of the register in ``area``, and one a unit outside it that sent something; open cases first.

    Columns: unit, known (in the register), reported (STATES), file (names, the accepted ones), received_on (first
    file), paper_on, days_late (after ``deadline``, itself in time, U21; of what is missing until ``as_of``),
    rows_filled and paper_rows (people in the file and on the paper), responsible (a person is named, D1), archive, why
    (what is wrong and what to do).
    """
    rows = [_row(case, deadline, as_of) for case in _cases(received, units, area)]
    rows.sort(key=lambda row: (STATES.index(row["reported"]), -(row["days_late"] or 0), row["unit"]))
    return from_arrow(pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in _COLUMNS.items()}))


def _cases(received: Received, units: Units, area: str) -> Iterator[_Case]:
    """The register's units of the area in its order, then those outside it that sent something here."""
    register = units.table[units.table["area"] == area].to_dict("records")
    files = {row["file"]: row for row in received.submissions.to_dict("records")}
    senders = received.senders.assign(key=fold_unit(received.senders["unit"]))
    papers = received.papers.assign(key=fold_unit(received.papers["unit"]))
    sent = _speaking(senders, set(units.table["key"]))
    names = dict(zip([*senders["key"], *papers["key"]], [*senders["unit"], *papers["unit"]], strict=True))
    on_paper = _on_paper(papers, sent)
    by_key = {key: [files[name] for name in listed] for key, listed in sent.items()}
    for key, unreadable in _named_by_file(files, received.senders, register):
        by_key.setdefault(key, []).append(unreadable)
    for entry in register:
        yield _Case(entry["unit"], entry, by_key.pop(entry["key"], []), on_paper.pop(entry["key"], []))
    for key in dict.fromkeys([*by_key, *on_paper]):
        yield _Case(names.get(key, key), None, by_key.get(key, []), on_paper.get(key, []))


def _speaking(senders: pd.DataFrame, known: set[str]) -> dict[str, list[str]]:
    """Files by the key of each unit they speak for.

    A bureau that sends for units of the register is no sender of its own; a file of which the register knows no unit
    stands under the first name in it.
    """
    out: dict[str, list[str]] = {}
    for file, rows in senders.groupby("file", sort=True):
        keys = [key for key in rows["key"] if key in known] or [rows["key"].iloc[0]]
        for key in dict.fromkeys(keys):
            out.setdefault(key, []).append(file)
    return out


def _on_paper(papers: pd.DataFrame, sent: Mapping[str, Sequence[str]]) -> dict[str, list[Mapping[str, Any]]]:
    """Lines about paper by unit: the unit named, else every unit that the file named speaks for."""
    out: dict[str, list[Mapping[str, Any]]] = {}
    for line in papers.to_dict("records"):
        speaks = [unit for unit, listed in sent.items() if line["file"] in listed]
        for unit in [line["key"]] if line["key"] else speaks or [line["file"]]:
            out.setdefault(unit, []).append(line)
    return out


def _named_by_file(
    files: Mapping[str, Any], senders: pd.DataFrame, register: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Files that could not be read, laid to the unit whose name stands in the file's (MF11)."""
    told = set(senders["file"])
    lost = [row for name, row in files.items() if name not in told and row["outcome"] == "refused"]
    stems = fold_unit(pd.Series([PurePosixPath(row["file"]).stem for row in lost], dtype="str"))
    for row, stem in zip(lost, stems, strict=True):
        yield from ((entry["key"], row) for entry in register if entry["key"] in stem)


def _row(case: _Case, deadline: date, as_of: date) -> dict[str, Any]:
    good = [file for file in case.files if file["outcome"] != "refused"]
    paper = case.papers[-1] if case.papers else None  # a later paper stands for the one before
    reasons = list(differences(good, paper)) if good and paper else []
    state = _state(good=bool(good), paper=bool(paper), agree=not reasons)
    received = min((file["received_on"] for file in good if not pd.isna(file["received_on"])), default=None)
    paper_on = _filled(paper["paper_on"]) if paper else None
    return {
        "unit": case.unit,
        "known": case.entry is not None,
        "reported": state,
        "file": "、".join(sorted({file["file"] for file in good})),
        "received_on": received,
        "paper_on": paper_on,
        "days_late": _days_late(state, received, paper_on, deadline, as_of),
        "rows_filled": sum(int(file["rows_filled"]) for file in good) if good else None,
        "paper_rows": _filled(paper["rows"]) if paper else None,
        "responsible": any(file["responsible"] for file in good) if good else None,
        "archive": _filled(case.entry["archive"]) if case.entry else None,
        "why": "；".join([*reasons, *_asked(case, state)]),
    }


def _filled(value: Any) -> Any:
    return None if pd.isna(value) else value


def _state(*, good: bool, paper: bool, agree: bool) -> str:
    if good and paper:
        return COMPLETE if agree else MISMATCH
    return FILE_ONLY if good else PAPER_ONLY if paper else NOTHING


def differences(files: Sequence[Mapping[str, Any]], paper: Mapping[str, Any]) -> Iterator[str]:
    """Where the paper and the file part ways, each with what to do (F17).

    ``files``: rows of submissions; of several the one that the paper's line names, else any. ``paper``: file, rows,
    code, code_right and sealed as in the log of receipt; what is blank is not compared.
    """
    named = [file for file in files if file["file"] == paper["file"]] or files
    counts = [int(file["rows_filled"]) for file in named]
    rows = _filled(paper["rows"])
    if rows is not None and rows not in counts:
        yield f"纸质 {int(rows)} 行，电子版 {'、'.join(map(str, counts))} 行，请核对后重报"
    if not paper["code_right"]:
        yield "校验码抄写有误，请对照上报确认单重新输入"
    elif _filled(paper["code"]) is not None and paper["code"] not in {file["check_code"] for file in named}:
        yield "校验码与电子版不同，纸质和电子版不是同一份，请重报其中一份"
    if _filled(paper["sealed"]) is False:
        yield "纸质未盖公章，请盖章后重报"


def _asked(case: _Case, state: str) -> Iterator[str]:
    if state in {NOTHING, PAPER_ONLY} and case.files:
        yield "电子版已退回，请按更正清单改好重报"
    elif state in {NOTHING, PAPER_ONLY}:
        yield _REPORT if state == NOTHING else _SEND_FILE
    if state == FILE_ONLY:
        yield _SEND_PAPER
    if case.entry is None:
        yield "本地区的单位名录中没有这个单位，请核对名称"


def _days_late(state: str, received: date | None, paper: date | None, deadline: date, as_of: date) -> int | None:
    """Days after the deadline on which both were there; until ``as_of`` while one is missing; None where unknown."""
    if state in {COMPLETE, MISMATCH}:
        done = [day for day in (received, paper) if day is not None]
        return max(0, (max(done) - deadline).days) if len(done) == len((received, paper)) else None
    return max(0, (as_of - deadline).days)


def arrears_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Units per state, gravest first, 合计 last. Columns: reported, units, late (of them after the deadline)."""
    late = table["days_late"].fillna(0) > 0
    inside = {state: table["reported"] == state for state in STATES}
    rows = [
        {"reported": state, "units": int(here.sum()), "late": int((late & here).sum())}
        for state, here in inside.items()
    ]
    return with_total(pd.DataFrame(rows), ["reported"])


def still_open(table: pd.DataFrame, *, most: int = 30) -> pd.DataFrame:
    """The first units that still owe something, in the table's order. Columns: unit, reported, days_late, why."""
    return table.loc[table["reported"] != COMPLETE, ["unit", "reported", "days_late", "why"]].head(most)


def without_responsible(table: pd.DataFrame) -> pd.DataFrame:
    """Units whose form names no responsible person (D1, T14). Columns: unit, file."""
    return table.loc[~table["responsible"].fillna(True).astype("bool"), ["unit", "file"]]


def duties(table: pd.DataFrame) -> dict[str, int]:
    """How many units of the register there are, have a responsible person, an archive, both (F4)."""
    known = table[table["known"].astype("bool")]
    person = known["responsible"].fillna(False).astype("bool")
    archive = known["archive"].fillna(False).astype("bool")
    return {
        "应报单位": len(known),
        "有继续教育工作负责人": int(person.sum()),
        "有学习档案": int(archive.sum()),
        "两样都有": int((person & archive).sum()),
    }
