"""What a run of a review publishes and hands out: the notice, the public files, sheets for reviewers, the record."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ce_toolkit.publish.review.notice import digest_lines, write_notice
from ce_toolkit.review.design import Review
from ce_toolkit.review.draw import Draw, draw
from ce_toolkit.review.public import commitment_files, sample_files, write_text
from ce_toolkit.review.reviewers import assign_reviewers
from ce_toolkit.review.tickets import ID_FORM
from ce_toolkit.review.worksheet import Heading, write_review_sheet
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.hashes import versions
from ce_toolkit.runs.reviewing import conflicts_of, memory, uses
from ce_toolkit.runs.session import Run

NOTICE, RECORD = "抽样前公示.docx", "抽样记录.json"
SHEETS = "审核抽查表"
_KINDS = {".xlsx", ".xlsm", ".xls", ".ods"}
SHEET_COLUMNS = ("reviewer", "units", "hours", "sheet_file")


def publish_commitment(run: Run, review: Review, pack: Pack) -> pd.DataFrame:
    """Write the public files that come before the seed, and the notice to print; a row a digest, in groups of eight."""
    for name, text in commitment_files(review.frame, review.commitment).items():
        write_text(run.output(name), text)
    title = f"{pack.time.year}年度{run.params.county_name}继续教育学时审核"
    write_notice(review, run.output(NOTICE), title=title, notice=pack.notice, witnesses=run.params.witnesses)
    lines = digest_lines(review.commitment)
    return pd.DataFrame({"item": list(lines), "sha256": list(lines.values())}, dtype="str")


def publish_draw(run: Run, review: Review, drawn: Draw | None) -> None:
    """Write the public files that come after the seed, and the record of the draw; nothing while there is no seed."""
    if drawn is None:
        return
    for name, text in sample_files(drawn).items():
        write_text(run.output(name), text)
    used = [one for one in uses(memory(run.store, run.params.county)) if one.frame == review.frame.digest]
    record = {
        "commitment_sha256": review.commitment.digest,
        "frame_sha256": review.frame.digest,
        "draw_id": drawn.id,
        "seed": drawn.seed,
        "stage": drawn.stage,
        "seeds_used": [{"seed": one.seed, "reason": one.reason} for one in used]
        or [{"seed": drawn.seed, "reason": ""}],
        "witnesses": run.params.witnesses,
        "reviewers": run.params.reviewers.split(),
        "together": run.params.together,
        "demonstration": run.params.demonstration,
        "methods": {"ticket": "first_fraction, SHA-256", "id_form": ID_FORM},
        "versions": versions(),
        "plan": review.commitment.facts["plan"],
    }
    write_text(run.output(RECORD), json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def hand_out(run: Run, drawn: Draw | None, people: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """Write a sheet for each reviewer (or team) of the rows that the stage added; one row a sheet.

    A demonstration writes those of the stages before as well, for nobody has them at hand.

    Columns: reviewer, units, hours, sheet_file. Reviewers are drawn from the same seed in a domain of their own, and
    nobody gets rows of a unit they have a conflict with.
    """
    if drawn is None:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in SHEET_COLUMNS})
    first = 1 if run.params.demonstration else drawn.stage
    stages = [draw(drawn.frame, drawn.commitment, drawn.seed, stage=stage) for stage in range(first, drawn.stage + 1)]
    told = [line for one in stages if len(one.new) for line in _stage_sheets(run, one, people, pack)]
    return pd.DataFrame(told, columns=list(SHEET_COLUMNS))


def _stage_sheets(run: Run, drawn: Draw, people: pd.DataFrame, pack: Pack) -> list[tuple[str, int, float, str]]:
    """A line of ``hand_out`` for each sheet of one stage, which is written."""
    params = run.params
    given = assign_reviewers(
        drawn, params.reviewers.split(), drawn.seed, conflicts=conflicts_of(params.conflicts), together=params.together
    )
    told = []
    for reviewer, units in _by_reviewer(given).items():
        name = f"{SHEETS}-{reviewer}" + (f"-第{drawn.stage}阶段" if drawn.stage > 1 else "") + ".xlsx"
        heading = Heading.of(pack, place=params.county_name, demonstration=params.demonstration, reviewer=reviewer)
        write_review_sheet(drawn, run.output(name), people=people, heading=heading, units=units)
        hours = drawn.new.loc[drawn.new["unit_id"].isin(units), "hours"].sum()
        told.append((reviewer, len(units), float(hours), name))
    return told


def _by_reviewer(given: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for unit, reviewer in given.items():
        groups.setdefault(reviewer, []).append(unit)
    return dict(sorted(groups.items()))


def sheets_in(folder: Path) -> list[Path]:
    """Workbooks of a folder that are review sheets by their names."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _KINDS and path.name.startswith(SHEETS))


def sample_table(drawn: Draw | None) -> pd.DataFrame:
    """The drawn units as they are stored: order, stage, stratum, ticket, unit_id, hits and facts of the claim."""
    return pd.DataFrame({"unit_id": pd.Series([], dtype="str")}) if drawn is None else drawn.rows
