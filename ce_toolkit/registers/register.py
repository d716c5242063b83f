"""From accepted rows to the registers of one county: people, claims, exam matches, and an account of every row."""

from dataclasses import dataclass, field

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.masking import mask_number
from ce_toolkit.registers import doubts
from ce_toolkit.registers.claims import register_claims, repeated_elsewhere
from ce_toolkit.registers.decisions import NONE, Decisions
from ce_toolkit.registers.exams import exam_claims, exam_notices, match_exams
from ce_toolkit.registers.identity import fold_number, match
from ce_toolkit.registers.notices import notices
from ce_toolkit.registers.people import PeopleRegister, register_people
from ce_toolkit.registers.units import Units
from ce_toolkit.registers.waiting import NOTHING, as_claims, waiting_rows


@dataclass(frozen=True)
class Registers:
    """A county's registers.

    ``people``, ``claims``: contracts PEOPLE and CLAIMS. ``matches``: exam results that are, or may be, a person's.
    ``findings``: contract FINDINGS. ``account``: for each form, rows accepted at intake and what became of them.
    ``waiting``: rows that may yet count for a person (see ``waiting_rows``), held at intake or for their person.
    ``doubts``: pairs of which a person is to say whether they are one (doubts.COLUMNS and ``decided``).
    """

    people: pd.DataFrame
    claims: pd.DataFrame
    matches: pd.DataFrame
    findings: pd.DataFrame
    account: pd.DataFrame
    waiting: pd.DataFrame = field(default_factory=lambda: NOTHING)
    doubts: pd.DataFrame = field(default_factory=lambda: doubts.NOTHING)


def register(  # noqa: PLR0913 - what came in, and each choice by name
    batch: Intake,
    exams: pd.DataFrame,
    units: Units,
    *,
    county: str,
    certificate_pattern: str = "",
    decisions: Decisions = NONE,
    held_exams: pd.DataFrame | None = None,
) -> Registers:
    """Tie a county's enrolment rows, hours rows and the city's exam results to people.

    ``batch`` is what the county's folder held; ``exams`` follows the contract EXAMS, and ``held_exams`` are rows of
    the exports that were held at intake: they wait. Someone with hours but on no form
    becomes a person all the same (U34). A row that may speak of several people is held, and asked about (``doubts``);
    what a person has answered is in ``decisions``. A certificate number that is not as ``certificate_pattern`` (a
    regular expression; empty: any) is remarked, and counts all the same (U22).
    """
    enrolments, hours = _with_receipt(batch.enrolments, batch), _with_receipt(batch.hours, batch)
    enrolled = register_people(enrolments, units, county=county, decisions=decisions)
    found = match(hours, enrolled.people, known_units=units.table["unit"])
    found = doubts.settled(found, hours, enrolled.people, decisions)
    strangers = hours[found["verdict"] == "different"]
    extra = _register_strangers(strangers, units, county=county)
    people = pd.concat([enrolled.people, extra.people], ignore_index=True)
    found = _with_strangers(found, strangers, extra.people)
    sure = found["verdict"] == "same"
    matches = match_exams(exams, people, units, decisions)
    claims = [register_claims(hours[sure], found.loc[sure, "person_id"]), exam_claims(exams, matches)]
    findings = [
        enrolled.findings,
        extra.findings[~extra.findings["code"].isin(["MR4", "MR5"])],
        notices("D12", hours[~sure]),
        _repeated(hours[sure], found.loc[sure, "person_id"]),
        notices("U34", strangers.drop_duplicates(["file", "name", "certificate_no"])),
        exam_notices(exams, matches),
        *(_odd_numbers(rows, certificate_pattern) for rows in (enrolments, hours) if certificate_pattern),
    ]
    held = [batch.waiting, *([] if held_exams is None else [as_claims(held_exams)])]
    return Registers(
        people=people,
        claims=_of_county(pd.concat(claims, ignore_index=True), county),
        matches=matches,
        findings=pd.concat(findings, ignore_index=True),
        account=_account(enrolments, enrolled.merged, enrolled.held, hours, int(sure.sum())),
        waiting=waiting_rows(held, hours[~sure], _open_passes(exams, matches), people, units),
        doubts=doubts.asked_once(
            [enrolled.doubts, extra.doubts, *_asked(hours, found, exams, matches, people)], decisions
        ),
    )


def _odd_numbers(rows: pd.DataFrame, pattern: str) -> pd.DataFrame:
    """Rows whose certificate number, folded, is not wholly as the county writes them."""
    number = fold_number(rows["certificate_no"])
    odd = number.notna() & ~number.str.fullmatch(pattern).fillna(True).astype(bool)
    return notices("U22", rows[odd], shown=number[odd].map(mask_number))


def _open_passes(exams: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Passed results that may be a person's and cannot be told whose."""
    asked = exams["exam_id"].isin(matches.loc[matches["verdict"] == "ask", "exam_id"])
    return exams[asked & (exams["result"].astype("str") == "pass")]


def _repeated(hours: pd.DataFrame, person_id: pd.Series) -> pd.DataFrame:
    again = repeated_elsewhere(hours, person_id)
    return notices("MR11", again, shown=again["title"].fillna(""))


def _asked(
    hours: pd.DataFrame, found: pd.DataFrame, exams: pd.DataFrame, matches: pd.DataFrame, people: pd.DataFrame
) -> list[pd.DataFrame]:
    """Questions about rows of hours and exam results that may be somebody's."""
    unsure = found["verdict"] == "ask"
    results = matches[matches["verdict"] == "ask"].merge(exams, on="exam_id")
    return [
        doubts.row_doubts(doubts.HOURS, hours[unsure], found.loc[unsure, "by"], people),
        doubts.row_doubts(doubts.EXAMS, results, results["by"], people),
    ]


def _of_county(claims: pd.DataFrame, county: str) -> pd.DataFrame:
    """Claims under ids that no other county has: all of them call their files 学时登记表.xlsx."""
    return claims.assign(claim_id=county + "/" + claims["claim_id"])


def _register_strangers(rows: pd.DataFrame, units: Units, *, county: str) -> PeopleRegister:
    """People on no enrolment form.

    Rows with a certificate number make a person each; a row without one is laid to such a person where ``match`` can
    tell, and makes a person of its own only where nobody is of that name.
    """
    rows = rows.drop(columns="title")  # the title of what was learnt; the form has no 职称
    numbered = fold_number(rows["certificate_no"]).notna()
    first = register_people(rows[numbered], units, county=county, on_signup=False)
    bare = rows[~numbered]
    alone = match(bare, first.people, known_units=units.table["unit"])["verdict"] == "different"
    second = register_people(bare[alone], units, county=county, on_signup=False)
    return PeopleRegister(
        pd.concat([first.people, second.people], ignore_index=True),
        pd.concat([first.findings, second.findings], ignore_index=True),
        first.merged + second.merged,
        first.held + second.held,
        pd.concat([first.doubts, second.doubts], ignore_index=True),
    )


def _with_receipt(rows: pd.DataFrame, batch: Intake) -> pd.DataFrame:
    """The rows with the day their file was received."""
    return rows.merge(batch.submissions[["file", "received_on"]], on="file", how="left")


def _with_strangers(found: pd.DataFrame, rows: pd.DataFrame, strangers: pd.DataFrame) -> pd.DataFrame:
    """Verdicts with ``rows`` (of people on no enrolment form) tied to the people made of them."""
    again = match(rows, strangers)
    settled = again[again["verdict"] != "different"]
    found = found.copy()
    found.loc[settled.index, ["person_id", "verdict", "by"]] = settled
    return found


def _account(enrolments: pd.DataFrame, merged: int, held: int, hours: pd.DataFrame, sure: int) -> pd.DataFrame:
    """Rows in = registered + merged with another row of the same person + held."""
    return pd.DataFrame(
        {
            "form": ["enrolment", "hours"],
            "rows_in": [len(enrolments), len(hours)],
            "registered": [len(enrolments) - merged - held, sure],
            "merged": [merged, 0],
            "held": [held, len(hours) - sure],
        }
    )
