"""Mutants read in folders, as an office would read them, and judged: what must hold of a file whatever is in it."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.intake.limits import Limits
from tests.fuzz.mutate import mutant
from tests.fuzz.seeds import seeds

LIMITS = Limits(max_seconds=20, max_memory=2 * 2**30)

_FOREIGN = re.compile(r"Traceback|Exception|[Pp]anick|\w+\.(?:py|rs)\b|object at|(?<![.\w])[A-Za-z]+ [A-Za-z]+ [A-Za-z]+")
_CRASHED, _HUNG, _INTERNAL = "HF1", "HF2", "内部错误"


@dataclass
class Verdict:
    """Counts of a campaign. ``faults``: a case and what was wrong with it."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def campaign(cases: int, seed: int, *, jobs: int = 1, batch: int = 250, keep: Path | None = None) -> Verdict:
    """Read ``cases`` mutants under ``seed`` and judge them; those at fault are written to ``keep``."""
    verdict = Verdict()
    for first in range(0, cases, batch):
        with tempfile.TemporaryDirectory() as folder:
            ways = dict(_fill(Path(folder), seed, range(first, min(first + batch, cases))))
            read = read_folder(Path(folder), year=2017, jobs=jobs, limits=LIMITS)
            _judge(read, ways, verdict)
            for name in {name for name, _ in verdict.faults} if keep else ():
                if (Path(folder) / name).exists():
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


def _judge(read: Intake, ways: dict[str, str], verdict: Verdict) -> None:
    found = dict(list(read.findings.groupby("file")))
    accepted = Counter(file for form in (read.enrolments, read.hours, read.exams) for file in form["file"])
    files = read.submissions.to_dict("records")
    assert [one["file"] for one in files] == sorted(ways)
    for one in files:
        findings = found.get(one["file"], read.findings.iloc[:0])
        verdict.cases += 1
        verdict.outcomes[one["outcome"]] += 1
        verdict.codes.update(set(findings["code"]))
        case = f"{one['file']} {ways[one['file']]}"
        if _CRASHED in set(findings["code"]):
            verdict.crashes.append(case)
        if _HUNG in set(findings["code"]):
            verdict.hangs.append(case)
        verdict.faults += [(one["file"], f"{ways[one['file']]}: {fault}") for fault in _faults(one, findings, accepted)]


def _faults(one: dict[str, Any], findings: pd.DataFrame, accepted: Counter[str]) -> Iterator[str]:
    severities = set(findings["severity"])
    if one["outcome"] == "refused" and not severities & {"refuse", "hold"}:
        yield "refused without a reason"
    if one["outcome"] == "partly" and "hold" not in severities:
        yield "rows held without a reason"
    if one["rows_accepted"] + one["rows_held"] + one["rows_skipped"] != one["rows_read"]:
        yield "rows do not add up"
    if accepted[one["file"]] != one["rows_accepted"]:
        yield "accepted rows are not those of the table"
    said = "\n".join([*findings["fix"], *findings["shown"], *findings["wanted"], *findings["sheet"]])
    if _INTERNAL in said:
        yield f"internal: {said[:200]}"
    if foreign := _FOREIGN.search(said):
        yield f"foreign words: {foreign[0]}"
    if leaked := sorted(secret for secret in _secrets() if secret in said):
        yield f"personal data: {len(leaked)} values"


@cache
def _secrets() -> frozenset[str]:
    """Names of three and more characters and certificate numbers of everybody in the sound files."""
    with tempfile.TemporaryDirectory() as folder:
        for one in seeds():
            (Path(folder) / one.name).write_bytes(one.data)
        read = read_folder(Path(folder), year=2017, jobs=0)
    people = [frame[["name", "certificate_no"]] for frame in (read.enrolments, read.hours, read.exams)]
    values = {str(value) for frame in people for column in frame for value in frame[column].dropna()}
    return frozenset(value for value in values if len(value) >= 3)
