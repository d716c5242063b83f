"""Mutants read in folders, as an office would read them, and judged: what must hold of a file whatever is in it."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.intake import Intake, Ways, read_folder
from ce_toolkit.intake.limits import Limits
from tests.fuzz.mutate import BY_BYTES, mutant
from tests.fuzz.seeds import seeds

LIMITS = Limits(max_seconds=20, max_memory=2 * 2**30)
_EACH = Ways(newest_only=False)  # mutants of one file are no versions of it

_FOREIGN = re.compile(
    r"Traceback|Exception|[Pp]anick|\w+\.(?:py|rs)\b|object at|(?<![.\w])[A-Za-z]+ [A-Za-z]+ [A-Za-z]+"
)
_CRASHED, _HUNG, _INTERNAL = "HF1", "HF2", "内部错误"
_BYTEWISE = {way.__name__ for way in BY_BYTES}
_SUMMED = (".xlsx", ".xlsm", ".ods")

Rows = Mapping[str, list[tuple[str, ...]]]


@dataclass
class Verdict:
    """Counts of a campaign. ``faults``: a case and what was wrong with it."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """A mutant as read: its line of submissions, its findings, its accepted rows, those of the sound file."""

    how: str
    told: Mapping[str, Any]
    findings: pd.DataFrame
    rows: list[tuple[str, ...]]
    sound: list[tuple[str, ...]]

    def faults(self) -> Iterator[str]:
        """What does not hold of this case."""
        yield from self._faults_of_the_account()
        said = "\n".join(text for name in ("fix", "shown", "wanted", "sheet") for text in self.findings[name])
        if _INTERNAL in said:
            yield f"internal: {said[:200]}"
        if foreign := _FOREIGN.search(said):
            yield f"foreign words: {foreign[0]}"
        if any(secret in said for secret in secrets()):
            yield "personal data in a message"

    def _faults_of_the_account(self) -> Iterator[str]:
        told, severities = self.told, set(self.findings["severity"])
        if told["outcome"] == "refused" and not severities & {"refuse", "hold"}:
            yield "refused without a reason"
        if told["outcome"] == "partly" and "hold" not in severities:
            yield "rows held without a reason"
        if told["rows_accepted"] + told["rows_held"] + told["rows_skipped"] != told["rows_read"]:
            yield "rows do not add up"
        if told["rows_accepted"] != len(self.rows):
            yield "accepted rows are not those of the table"
        summed = str(told["file"]).endswith(_SUMMED) and set(self.how.split("+")) <= _BYTEWISE
        if summed and self.rows and self.rows != self.sound:
            yield "read otherwise than the sound file, though its checksums tell"


def campaign(cases: int, seed: int, *, jobs: int = 1, batch: int = 250, keep: Path | None = None) -> Verdict:
    """Read ``cases`` mutants under ``seed`` and judge them; those at fault are written to ``keep``."""
    verdict = Verdict()
    for first in range(0, cases, batch):
        with tempfile.TemporaryDirectory() as folder:
            ways = dict(_fill(Path(folder), seed, range(first, min(first + batch, cases))))
            at_fault = judge(read_folder(Path(folder), year=2017, jobs=jobs, limits=LIMITS, ways=_EACH), ways, verdict)
            for name in at_fault if keep else ():
                keep.mkdir(parents=True, exist_ok=True)
                (keep / name).write_bytes((Path(folder) / name).read_bytes())
    return verdict


def _fill(folder: Path, seed: int, numbers: range) -> Iterator[tuple[str, str]]:
    """Write the mutants; equal ones would count as copies of each other, so each is written once."""
    seen = set()
    for number in numbers:
        one = seeds()[number % len(seeds())]
        how, data = mutant(seed, number, one.data)
        if data not in seen:
            seen.add(data)
            name = f"{number:06d}-{one.name}"
            (folder / name).write_bytes(data)
            yield name, how


def judge(read: Intake, ways: Mapping[str, str], verdict: Verdict) -> list[str]:
    """Add the files of a folder to the verdict; returns those at fault. Every file must have its line."""
    found, rows, at_fault = dict(list(read.findings.groupby("file"))), _rows(read), []
    assert list(read.submissions["file"]) == sorted(ways)
    for told in read.submissions.to_dict("records"):
        name = told["file"]
        findings = found.get(name, read.findings.iloc[:0])
        case = Case(ways[name], told, findings, rows.get(name, []), _sound()[1].get(name[7:], []))
        verdict.cases += 1
        verdict.outcomes[told["outcome"]] += 1
        verdict.codes.update(set(findings["code"]))
        verdict.crashes += [f"{name} {case.how}"] * (_CRASHED in set(findings["code"]))
        verdict.hangs += [f"{name} {case.how}"] * (_HUNG in set(findings["code"]))
        faults = [(name, f"{case.how}: {fault}") for fault in case.faults()]
        verdict.faults += faults
        at_fault += [name] * bool(faults)
    return at_fault


def _rows(read: Intake) -> Rows:
    """Accepted rows by file as text, without what holds the file's name."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for form in (read.enrolments, read.hours, read.exams):
        files = list(form["file"])
        texts = form.drop(columns=["file", "source"]).astype(str)
        for file, *values in zip(files, *(texts[name] for name in texts), strict=True):
            rows.setdefault(file, []).append(tuple(values))
    return rows


@cache
def _sound() -> tuple[Intake, Rows]:
    """The sound files as read, and their rows; equal ones are read once, for a copy has no rows of its own."""
    first = {one.data: one.name for one in reversed(seeds())}
    with tempfile.TemporaryDirectory() as folder:
        for data, name in first.items():
            (Path(folder) / name).write_bytes(data)
        read = read_folder(Path(folder), year=2017, jobs=0, ways=_EACH)
    rows = _rows(read)
    return read, {one.name: rows.get(first[one.data], []) for one in seeds()}


@cache
def secrets() -> frozenset[str]:
    """Names of three and more characters and certificate numbers of everybody in the sound files."""
    read = _sound()[0]
    people = [frame[["name", "certificate_no"]] for frame in (read.enrolments, read.hours, read.exams)]
    values = {str(value) for frame in people for column in frame for value in frame[column].dropna()}
    return frozenset(value for value in values if len(value) >= 3)
