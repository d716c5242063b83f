"""Workbooks of a full review as they come back: held against what was sent, by book number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.review.answers import Answer
from ce_toolkit.review.findings import STOP, Finding
from ce_toolkit.review.form import FACTS, VERSION
from ce_toolkit.review.form_reading import FormReader, Given, settled
from ce_toolkit.review.round_books import DAY, FORM, SEAL
from ce_toolkit.tables import from_hundredths


@dataclass(frozen=True)
class Returned:
    """What came back.

    ``rows``: one row a claim of a workbook that came back: claim_id, person_id, unit, code, book, office, step and
    registered as sent, verdict (blank:
    nothing that can be taken), hours (accepted), cause, evidence, note, reviewer, reviewed_on, seal; file, sheet and
    cell of its verdict. ``findings``: what was told while reading. ``books``: numbers of the workbooks that were read.
    """

    rows: pd.DataFrame = field(repr=False)
    findings: tuple[Finding, ...] = ()
    books: tuple[str, ...] = ()


def read_volumes(paths: Iterable[Path], issued: pd.DataFrame) -> Returned:
    """The answers of workbooks that came back.

    ``issued``: what was sent: book, code, claim_id, person_id, unit, office, step and registered. Never raises for what
    is in a file. The same workbook twice counts once; answers that differ wait.
    """
    known = dict(zip(issued["code"], issued["registered"], strict=True))
    sent = {str(book): part for book, part in issued.groupby("book", sort=False)}
    answers: dict[str, list[Given]] = {}
    findings: list[Finding] = []
    books: dict[str, None] = {}
    for path in sorted(paths, key=lambda one: one.name):
        reader = _VolumeReader(path, FORM, known)
        reader.sent_books = sent
        for code, given in reader.read().items():
            answers.setdefault(code, []).extend(given)
        findings += reader.findings
        books |= {reader.facts["册号"]: None} if reader.facts else {}
    found = settled(answers, findings, FORM.item)
    rows = issued[issued["book"].isin(books)].drop_duplicates("code", keep="last").reset_index(drop=True)
    return Returned(_table(rows, found), tuple(dict.fromkeys(findings)), tuple(books))


def _table(rows: pd.DataFrame, found: Mapping[str, Given]) -> pd.DataFrame:
    given = [found.get(code) for code in rows["code"]]
    hours = [int(one.answer.recognised * 100) if one and one.answer.recognised is not None else 0 for one in given]
    answered = pd.Series([one is not None and one.answer.recognised is not None for one in given], dtype=bool)
    accepted = from_hundredths(pd.Series(hours, dtype="int64").to_numpy()).where(answered)
    texts = {
        "verdict": [one.answer.verdict if one else "" for one in given],
        "cause": [one.answer.cause if one else "" for one in given],
        "evidence": [one.answer.evidence if one else "" for one in given],
        "note": [one.answer.note if one else "" for one in given],
        "reviewer": [one.reviewer if one else "" for one in given],
        "file": [one.file if one else "" for one in given],
        "sheet": [one.sheet if one else "" for one in given],
        "cell": [one.cell if one else "" for one in given],
    }
    asked: dict[str, list[Any]] = {
        "reviewed_on": [one.asked[DAY] if one else None for one in given],
        "seal": [one.asked[SEAL] if one else None for one in given],
    }
    columns = {name: pd.Series(values, dtype="str") for name, values in texts.items()}
    told = {name: pd.Series(values, dtype="object") for name, values in asked.items()}
    sent = rows[["claim_id", "person_id", "unit", "code", "book", "office", "step", "registered"]]
    return sent.assign(hours=accepted, **columns, **told)


@dataclass
class _VolumeReader(FormReader):
    """One workbook. Without the day of the review, or whether it was sealed, none of its answers is taken."""

    sent_books: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def is_ours(self, facts: Mapping[str, str]) -> bool:
        """Whether the workbook is one that was sent, in this form."""
        if facts.get("册号") in self.sent_books and facts.get("表样版本") == VERSION:
            return True
        self.tell(
            "RS-book", STOP, "", f"册号“{facts.get('册号', '')[:12]}”不是本单位本年度发出的", "应为发出的学时审核表",
            "请核对是不是别的单位或年度的表", sheet=FACTS,
        )  # fmt: skip
        return False

    def read(self) -> dict[str, list[Given]]:
        """Answers by code."""
        found = super().read()
        if None not in self.asked.values():
            return found
        blank = Answer()
        return {
            code: [Given(blank, one.file, one.sheet, one.cell, one.reviewer, one.asked) for one in several]
            for code, several in found.items()
        }
