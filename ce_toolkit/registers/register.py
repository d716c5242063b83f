"""From accepted rows to the registers of one county: people, claims, exam matches, and an account of every row."""

from dataclasses import dataclass

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.registers.claims import register_claims
from ce_toolkit.registers.exams import exam_claims, exam_notices, match_exams
from ce_toolkit.registers.identity import match
from ce_toolkit.registers.notices import notices
from ce_toolkit.registers.people import register_people
from ce_toolkit.registers.units import Units


@dataclass(frozen=True)
class Registers:
    """A county's registers.

    ``people``, ``claims``: contracts PEOPLE and CLAIMS. ``matches``: exam results that are, or may be, a person's.
    ``findings``: contract FINDINGS. ``account``: for each form, rows accepted at intake and what became of them.
    """

    people: pd.DataFrame
    claims: pd.DataFrame
    matches: pd.DataFrame
    findings: pd.DataFrame
    account: pd.DataFrame


def register(batch: Intake, exams: pd.DataFrame, units: Units, *, county: str) -> Registers:
    """Tie a county's enrolment rows, hours rows and the city's exam results to people.

    ``batch`` is what the county's folder held; ``exams`` follows the contract EXAMS. Someone with hours but on no form
    becomes a person all the same (U34). A row that may speak of several people is held.
    """
    enrolments, hours = _with_receipt(batch.enrolments, batch), _with_receipt(batch.hours, batch)
    enrolled = register_people(enrolments, units, county=county)
    found = match(hours, enrolled.people, known_units=units.table["unit"])
    strangers = hours[found["verdict"] == "different"]
    extra = register_people(strangers, units, county=county, on_signup=False)
    people = pd.concat([enrolled.people, extra.people[~extra.people["person_id"].isin(enrolled.people["person_id"])]])
    people = people.reset_index(drop=True)
    found = _with_strangers(found, hours, extra.people)
    sure = found["verdict"] == "same"
    claims = register_claims(hours[sure], found.loc[sure, "person_id"])
    matches = match_exams(exams, people, units)
    findings = [
        enrolled.findings,
        extra.findings[~extra.findings["code"].isin(["MR4", "MR5"])],
        notices("D12", hours[~sure]),
        notices("U34", strangers.drop_duplicates(["file", "name", "certificate_no"])),
        exam_notices(exams, matches),
    ]
    return Registers(
        people=people,
        claims=pd.concat([claims, exam_claims(exams, matches)], ignore_index=True),
        matches=matches,
        findings=pd.concat(findings, ignore_index=True),
        account=_account(enrolments, enrolled.merged, enrolled.held, hours, int(sure.sum())),
    )


def _with_receipt(rows: pd.DataFrame, batch: Intake) -> pd.DataFrame:
    """The rows with the day their file was received."""
    return rows.merge(batch.submissions[["file", "received_on"]], on="file", how="left")


def _with_strangers(found: pd.DataFrame, hours: pd.DataFrame, strangers: pd.DataFrame) -> pd.DataFrame:
    """Rows of people on no enrolment form, tied to the people made of them."""
    rows = hours[found["verdict"] == "different"]
    again = match(rows, strangers) if len(rows) and len(strangers) else found.iloc[:0]
    settled = again[again["verdict"] == "same"]
    found = found.copy()
    found.loc[settled.index, ["person_id", "verdict", "by"]] = settled[["person_id", "verdict", "by"]]
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
