"""Sheets of a sample as they come back: what was drawn, and what the reviewers found of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ce_toolkit.review.answers import NOT_SEEN
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.findings import NOTE, STOP, Finding
from ce_toolkit.review.form import FACTS, VERDICTS, VERSION
from ce_toolkit.review.form_reading import FormReader, Given, settled
from ce_toolkit.review.worksheet import FORM


@dataclass(frozen=True)
class Results:
    """What the reviewers found.

    ``rows``: one row a drawn unit, in the draw's order: unit_id, stage, stratum, hits, hours (creditable, as
    registered), registered (as declared), verdict (blank: not reviewed), recognised (declared hours that the evidence
    proves), error_cause, evidence, note, reviewer, place (sheet and cell). ``findings``: what was told while reading.
    """

    rows: pd.DataFrame = field(repr=False)
    findings: tuple[Finding, ...] = ()

    @property
    def waiting(self) -> pd.DataFrame:
        """Drawn units without a verdict: while there are any the sample cannot be evaluated."""
        return self.rows[self.rows["verdict"] == ""]

    @property
    def is_complete(self) -> bool:
        """Whether every drawn unit has a verdict."""
        return len(self.waiting) == 0

    @property
    def done(self) -> int:
        """Drawn units with a verdict."""
        return len(self.rows) - len(self.waiting)


def read_review_sheet(path: Path, drawn: Draw) -> Results:
    """The answers of one sheet; units of other sheets wait. Never raises for what is in the file: it is told."""
    return read_review_sheets([path], drawn)


def read_review_sheets(paths: Iterable[Path], drawn: Draw) -> Results:
    """The answers of several sheets of one draw. The same sheet twice counts once; answers that differ wait."""
    answers: dict[str, list[Given]] = {}
    findings: list[Finding] = []
    for path in sorted(paths, key=lambda one: one.name):
        reader = _DrawReader(path, drawn)
        for unit, given in reader.read().items():
            answers.setdefault(unit, []).extend(given)
        findings += reader.findings
    chosen = settled(answers, findings, FORM.item)
    return Results(_table(drawn, chosen), tuple(dict.fromkeys(findings)))


def _table(drawn: Draw, given: Mapping[str, Given]) -> pd.DataFrame:
    rows = drawn.rows[["unit_id", "stage", "stratum", "hits", "hours", "registered"]].reset_index(drop=True)
    found = [given.get(unit) for unit in rows["unit_id"]]
    recognised = pd.Series([one.answer.recognised if one else None for one in found], dtype=rows["hours"].dtype)
    texts = {
        "verdict": [one.answer.verdict if one else "" for one in found],
        "error_cause": [one.answer.cause if one else "" for one in found],
        "evidence": [one.answer.evidence if one else "" for one in found],
        "note": [one.answer.note if one else "" for one in found],
        "reviewer": [one.reviewer if one else "" for one in found],
        "place": [f"{one.file} {one.sheet}!{one.cell}" if one else "" for one in found],
    }
    told = {name: pd.Series(values, dtype="str") for name, values in texts.items()}
    verdict = told.pop("verdict")
    return rows.assign(verdict=verdict, recognised=recognised, **told)


class _DrawReader(FormReader):
    """One sheet of a draw."""

    def __init__(self, path: Path, drawn: Draw) -> None:
        super().__init__(path, FORM, dict(zip(drawn.rows["unit_id"], drawn.rows["registered"], strict=True)))
        self.drawn = drawn

    def is_ours(self, facts: Mapping[str, str]) -> bool:
        """Whether the sheet is of this draw, and of a stage that was reached."""
        commitment = self.drawn.commitment
        wanted = {
            "表样版本": VERSION, "抽样框摘要": commitment.frame_digest, "承诺摘要": commitment.digest,
            "抽样编号": self.drawn.id,
        }  # fmt: skip
        wrong = [name for name, value in wanted.items() if facts.get(name) != value]
        if wrong:
            self.tell(
                "RS-draw", STOP, "", f"{'、'.join(wrong)}与本次抽样不同", "应为本次抽样发出的抽查表",
                "请核对是不是另一次抽样的表", sheet=FACTS,
            )  # fmt: skip
            return False
        stage = int(told) if (told := facts.get("阶段", "")).isdigit() else 0
        if not 1 <= stage <= self.drawn.stage:
            self.tell(
                "RS-stage", STOP, "", f"阶段为“{stage}”", f"应不晚于第 {self.drawn.stage} 阶段", "请核对", sheet=FACTS
            )
            return False
        if stage < self.drawn.stage:
            self.tell(
                "RS-stage", NOTE, "", f"是第 {stage} 阶段的表", f"第 {self.drawn.stage} 阶段新增的项不在其中",
                "照计，请另交新增的表", sheet=FACTS,
            )  # fmt: skip
        return True


def counts_as_error(verdict: pd.Series, *, not_seen: bool = True) -> pd.Series:
    """Which verdicts are errors; evidence that was not seen is one unless ``not_seen`` is False (ISA 530 ¶11)."""
    wrong = set(VERDICTS[1:]) if not_seen else set(VERDICTS[1:]) - set(NOT_SEEN)
    return verdict.isin(wrong)
