"""The register of exam results of the year's public subject: read once for the city, matched county by county."""

import pandas as pd

from ce_toolkit.registers.decisions import NONE, Decisions
from ce_toolkit.registers.doubts import settled
from ce_toolkit.registers.identity import match, with_keys
from ce_toolkit.registers.notices import notices
from ce_toolkit.registers.units import Units
from ce_toolkit.tables import CLAIMS, EXAMS, conform


def register_exams(rows: pd.DataFrame) -> pd.DataFrame:
    """The city's exam results (contract EXAMS) from the accepted rows of the platforms' exports.

    A platform is known by its file; each row keeps its place there as ``exam_id`` and ``source``. The keys by which
    every county matches them are folded here, once.
    """
    exams = rows.assign(exam_id=rows["source"], platform=rows["file"])
    return with_keys(conform(EXAMS, exams[[name for name in exams.columns if name in EXAMS.columns]]))


def match_exams(exams: pd.DataFrame, people: pd.DataFrame, units: Units, decisions: Decisions = NONE) -> pd.DataFrame:
    """Verdict per exam result that may concern this county: exam_id, person_id, verdict (same, ask), by.

    Results of people elsewhere are left out; what no county knows is listed for the city.
    """
    found = match(exams, people, known_units=units.table["unit"])
    found = settled(found, exams, people, decisions)
    found.insert(0, "exam_id", exams["exam_id"])
    return found[found["verdict"] != "different"].reset_index(drop=True)


def exam_claims(exams: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """One claim of class ``public_exam`` per result that is surely a person's (B12: a pass is 30 hours, once a year).

    The platform's export is the proof, and its verdict stands (U13); no figure is claimed beside it.
    """
    sure = matches[matches["verdict"] == "same"].merge(exams, on="exam_id")
    claims = pd.DataFrame(
        {
            "claim_id": "exam:" + sure["exam_id"],
            "person_id": sure["person_id"],
            "class": "public_exam",
            "title": "公需科目考试",
            "organiser": sure["platform"],
            "start": sure["date"],
            "end": sure["date"],
            "subject": sure["subject"],
            "result": sure["result"],
            "proof": True,
            "registered": True,
            "source": sure["source"],
        }
    )
    return conform(CLAIMS, claims)


def exam_notices(exams: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """A finding for each result that may be a person's but cannot be told."""
    doubtful = exams[exams["exam_id"].isin(matches.loc[matches["verdict"] == "ask", "exam_id"])]
    places = doubtful["source"].str.split("!", n=2, expand=True).reindex(columns=range(3))
    return notices("B15", doubtful.assign(file=places[0], sheet=places[1]))
