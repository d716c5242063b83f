"""A county's round of review as notebook 05 goes through it: register, hand out workbooks, take them back, enter.

All that shows names lies in the county's folder of the store: the journal in ``办理日志``, workbooks in ``审核表``, and
what was sent in ``发出.parquet``. A demonstration has a folder of its own within, and begins anew every time.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq

from ce_toolkit.errors import ActError, InputError
from ce_toolkit.registers import read_units
from ce_toolkit.registers.private import private_file
from ce_toolkit.review.findings import OPEN, Finding
from ce_toolkit.review.round_books import SHEET, Volume, deal, review_rows, write_volume
from ce_toolkit.review.round_reading import Returned, read_volumes
from ce_toolkit.review.worksheet import Heading
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.journals import county_place, journal_of
from ce_toolkit.runs.reviewing import conflicts_of
from ce_toolkit.runs.root import root, shown
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.signing import office_keys
from ce_toolkit.runs.waiting import open_where_waiting
from ce_toolkit.tables import from_arrow
from ce_toolkit.workflow import Journal, Routes, fold, routes
from ce_toolkit.workflow.ageing import ageing
from ce_toolkit.workflow.heads import require_same_key
from ce_toolkit.workflow.late import review_ends
from ce_toolkit.workflow.rounds import (
    HELD,
    WHY,
    Entering,
    awaiting,
    entering,
    registrations,
    stage_counts,
    unroutable,
    with_completion,
)  # fmt: skip
from ce_toolkit.workflow.routes import office_name
from ce_toolkit.workflow.year import YearView, year_view

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BOOKS, FILLED, SENT = "审核表", "已填的审核表", "发出.parquet"
KINDS = {".xlsx", ".xlsm", ".xls", ".ods"}
_SENT_COLUMNS = ("code", "claim_id", "person_id", "unit", "office", "step", "registered")
_FIXES = {
    "changed": ("每项的结论只记一次", "请核实；确要改动的，以参数 renew: true 再读，作为重新审核记入"),
    "sent_back": ("退回以后先由用人单位更正", "更正后用重新发出的审核表填写"),
    "moved_on": ("应为最近一次发出的审核表", "请用重新发出的审核表"),
    "too_early": ("审核日期应不早于登记日期", "请核对审核日期"),
    "too_late": ("审核日期应不晚于记入日期", "请核对审核日期，或以后再读"),
}


@dataclass
class Round:
    """A round under way. ``acts``: all so far; ``tables``: the county's; ``registered``: how many were entered now.

    ``keys``: by office, with which its acts are signed; those of an office without one are not.
    """

    run: Run
    pack: Pack
    routes: Routes
    journal: Journal
    place: Path
    day: date
    tables: dict[str, pd.DataFrame] = field(repr=False)
    acts: pd.DataFrame = field(repr=False)
    registered: int = 0
    keys: "Mapping[str, Ed25519PrivateKey]" = field(default_factory=dict, repr=False)

    @property
    def state(self) -> pd.DataFrame:
        """Where every claim stands that anything was done to (see ``workflow.fold``)."""
        return fold(self.acts)

    @property
    def claims(self) -> pd.DataFrame:
        """The county's claims, each with its day of completion as the rules have it."""
        return with_completion(self.tables["claims"], self.tables["credits"])

    def enter(self, office: str, acts: pd.DataFrame) -> int:
        """Enter acts into an office's file of the journal, all or none. Raises ActError."""
        if not len(acts):
            return 0
        done = self.journal.append(office, acts, self.routes, known_on=self.day, key=self.keys.get(office)).acts
        self.acts = self.journal.read()
        return done


def open_round(run: Run, pack: Pack) -> Round:
    """The county's round: its tables and journal, with what the employers registered by the day entered first (D4).

    A demonstration forgets the one before. Raises what the store, the register of units, keys and journal raise.
    """
    params = run.params
    keys = office_keys(params.key, params.county)
    place = county_place(run.store, params.county, demonstration=params.demonstration)
    if params.demonstration:
        for name in (BOOKS, FILLED, "办理日志"):
            shutil.rmtree(place / name, ignore_errors=True)
        (place / SENT).unlink(missing_ok=True)
    journal = journal_of(run.store, params.county, demonstration=params.demonstration)
    for office, key in keys.items():
        require_same_key(journal.folder, office, key)
    tables = {name: run.load(name) for name in ("claims", "people", "credits", "ledger", "standing", "submissions")}
    tables["waiting"] = run.load("waiting")
    units = routes(read_units(run.units, params.review_route))
    day = date.fromisoformat(params.entered_on or params.as_of)
    found = Round(run, pack, units, journal, place, day, tables, journal.read(), keys=keys)
    found.registered = _register(found)
    return found


def _register(found: Round) -> int:
    tables = found.tables
    new = registrations(tables["claims"], tables["people"], tables["submissions"], found.acts, found.routes, found.day)
    office = found.routes.of(new["unit"])
    return sum(found.enter(str(code), new[office == code].reset_index(drop=True)) for code in sorted(set(office)))


def hand_out_volumes(found: Round) -> pd.DataFrame:
    """Write a workbook (mode 0600, in the store) for every reviewer of what waits; one row a workbook.

    Columns: reviewer, office, units, claims, file. One that was written before is left as it is: somebody may be
    filling it in. In a demonstration filled copies lie beside it.
    """
    params = found.run.params
    last = date.fromisoformat(params.completed_to) if params.completed_to else review_ends(found.pack)
    waiting = awaiting(found.state, found.claims, found.routes, last)
    volumes = deal(
        review_rows(waiting, found.tables, found.pack), params.reviewers.split(), conflicts_of(params.conflicts),
        most=params.rows_per_book,
    )  # fmt: skip
    _remember(found.place / SENT, volumes)
    told = []
    for volume in volumes:
        _write(found, volume)
        told.append((volume.reviewer, office_name(volume.office), volume.rows["unit"].nunique(), len(volume.rows),
                     volume.name))  # fmt: skip
    return pd.DataFrame(told, columns=["reviewer", "office", "units", "claims", "file"])


def _write(found: Round, volume: Volume) -> None:
    params, pack = found.run.params, found.pack
    heading = Heading.of(
        pack, place=params.county_name, demonstration=params.demonstration, reviewer=volume.reviewer, sheet=SHEET
    )
    about = {"审核单位": office_name(volume.office), "地区": params.county, "年度": str(params.year)}
    copies = {BOOKS: None, FILLED: found.day} if params.demonstration else {BOOKS: None}
    for folder, rehearsed_on in copies.items():
        path = found.place / folder / volume.name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            with private_file(path) as file:
                write_volume(file, volume, heading, about, rehearsed_on=rehearsed_on)


def _remember(path: Path, volumes: list[Volume]) -> None:
    """Keep what was sent, behind what was sent before."""
    parts = [volume.rows[list(_SENT_COLUMNS)].assign(book=volume.number) for volume in volumes]
    if path.is_file():
        parts.insert(0, _sent(path))
    if not parts:
        return
    table = pd.concat(parts, ignore_index=True).drop_duplicates(["book", "code"])
    with private_file(path) as file:
        table.assign(office=table["office"].astype("str")).to_parquet(file, index=False)


def _sent(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame({name: pd.Series([], dtype="object") for name in ("book", *_SENT_COLUMNS)})
    return from_arrow(pq.read_table(path))


@dataclass(frozen=True)
class TakenBack:
    """What came back and what was entered of it; ``findings``: on files and on what could not be entered."""

    returned: Returned
    entering: Entering
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> pd.DataFrame:
        """One row a claim of the workbooks that came back, with outcome and why."""
        return self.entering.rows

    @property
    def outcomes(self) -> dict[str, int]:
        """Rows by outcome; they sum to the rows of the workbooks that came back."""
        return {str(name): int(count) for name, count in self.rows["outcome"].value_counts().items()}


def take_back(found: Round) -> TakenBack:
    """Read the workbooks that came back and enter what may be entered: reviewed, or returned to the unit (D13, D17).

    Good rows go on whatever is wrong with others; the same workbook a second time enters nothing.
    """
    returned = read_volumes(_paths(found), _sent(found.place / SENT))
    told = entering(returned.rows, found.acts, found.day, renew=found.run.params.renew)
    for office, acts in told.acts.items():
        found.enter(office, acts)
    held = told.rows[(told.rows["outcome"] == HELD) & told.rows["why"].isin(_FIXES)]
    findings = [
        Finding(
            f"RS-{row.why}", OPEN, row.file, row.sheet, row.cell, f"编号 {row.code} {WHY[row.why]}", *_FIXES[row.why]
        )
        for row in held.itertuples()
    ]
    return TakenBack(returned, told, (*returned.findings, *findings))


def _paths(found: Round) -> list[Path]:
    """The workbooks that came back: in the folder that the parameters name, or in the county's folder within."""
    params = found.run.params
    folder = found.place / FILLED
    if not params.demonstration:
        if not params.returned:
            return []
        folder = root() / params.returned
        folder = folder / params.county if (folder / params.county).is_dir() else folder
        if not folder.is_dir():
            raise InputError(f"{shown(folder)}：没有这个文件夹；请把填好的{SHEET}放在这里，或改参数 returned。")
    return sorted(
        path for path in folder.glob("*") if path.suffix.lower() in KINDS and not path.name.startswith(("~", "."))
    ) if folder.is_dir() else []  # fmt: skip


# ---- what is shown ----------------------------------------------------------------------------------------------


def round_stages(found: Round) -> pd.DataFrame:
    """Claims and people by stage (see ``workflow.rounds.stage_counts``). Raises ActError where they do not add up."""
    claims, people = found.claims, found.tables["people"]
    counts = stage_counts(claims, people, found.state, review_ends(found.pack))
    if (counts["claims"].sum(), counts["people"].sum()) != (len(claims), len(people)):
        raise ActError("各环节的项数或人数与登记的总数不一致；请用 ce verify 检查办理日志。")
    return counts


def round_blocked(found: Round) -> pd.DataFrame:
    """Units with claims that nobody may review (D8, N9): unit, claims, why."""
    return unroutable(found.tables["claims"], found.tables["people"], found.routes)


def round_ageing(found: Round) -> pd.DataFrame:
    """How long each unit's steps have waited (see ``workflow.ageing``)."""
    return ageing(found.acts, found.pack, found.day, claims=found.claims)


def after_review(found: Round) -> YearView:
    """The year as the journal has it: what is not registered, sent back or refused does not count.

    Who has rows that wait at intake is open, as before the review.
    """
    tables = found.tables
    view = year_view(tables["claims"], tables["people"], found.acts, found.pack, found.run.as_of)
    standing = open_where_waiting(view.credited.standing, tables["waiting"], view.credited.credits, found.pack)
    return replace(view, credited=replace(view.credited, standing=standing))


def keep_round(found: Round, back: TakenBack, view: YearView) -> dict[str, int]:
    """Store where claims stand, what came back, and the year after review; rows by table.

    A demonstration stores under names of its own (``demo_…``): what was invented never takes the place of a review.
    """
    rows = back.rows.assign(
        reviewed_on=back.rows["reviewed_on"].astype("str"), seal=back.rows["seal"].astype("str"),
        why=back.rows["why"].astype("str"),
    )  # fmt: skip
    stored = {
        "review_state": view.state, "review_results": rows, "reviewed_credits": view.credited.credits,
        "reviewed_ledger": view.credited.ledger, "reviewed_standing": view.credited.standing,
    }  # fmt: skip
    mark = "demo_" if found.run.params.demonstration else ""
    for name, table in stored.items():
        found.run.save(mark + name, table)
    return {mark + name: len(table) for name, table in stored.items()}


def rows_in(found: Round, back: TakenBack) -> dict[str, int]:
    """What the notebook read: claims of the county, acts of the journal, rows of the workbooks that came back."""
    return {"claims": len(found.tables["claims"]), "acts": len(found.acts), "rows": len(back.rows)}


def moved_status(found: Round, view: YearView) -> pd.DataFrame:
    """People by status before and after the review: from, to, count."""
    before = found.tables["standing"].set_index("person_id")["status"].astype("str")
    after = view.credited.standing.set_index("person_id")["status"].astype("str")
    both = pd.DataFrame({"from": before, "to": after.reindex(before.index)})
    return both.groupby(["from", "to"]).size().rename("count").reset_index()
