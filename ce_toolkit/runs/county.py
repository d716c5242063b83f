"""What a county's first notebook leaves in the store for the others."""

from collections.abc import Mapping

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.registers import Registers
from ce_toolkit.registers.notices import notices
from ce_toolkit.rules import Credited, Pack
from ce_toolkit.runs.waiting import open_where_waiting


def county_tables(
    batch: Intake, registers: Registers, credited: Credited, pack: Pack, *, county: str
) -> Mapping[str, pd.DataFrame]:
    """Every table of the county by its name in the store.

    ``submissions`` gets the county and the days a file came after the last day of enrolment (E1, U17: late is flagged,
    not refused); ``findings`` are those of the intake, of the registers, and one for each late file. ``standing`` is
    open where rows that wait (``waiting``) could still close a gap.
    """
    submissions = _with_lateness(batch.submissions, pack).assign(county=county)
    late = submissions[submissions["days_late"].fillna(0) > 0]
    rows = late.assign(sheet="", source=late["file"] + "!", name="")
    overdue = notices("E1", rows, shown="逾期 " + late["days_late"].astype("str") + " 天")
    return {
        "submissions": submissions,
        "findings": pd.concat([batch.findings, registers.findings, overdue], ignore_index=True),
        "people": registers.people,
        "claims": registers.claims,
        "matches": registers.matches,
        "account": registers.account,
        "credits": credited.credits,
        "ledger": credited.ledger,
        "standing": open_where_waiting(credited.standing, registers.waiting, credited.credits, pack),
        "waiting": registers.waiting,
    }


def _with_lateness(submissions: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """Enrolment forms with the days they came after the last day of enrolment; that day itself is in time (E5)."""
    received = pd.to_datetime(submissions["received_on"])
    late = (received - pd.Timestamp(pack.windows["enrolment"].last)).dt.days.clip(lower=0)
    return submissions.assign(days_late=late.where(submissions["form"].astype("str") == "enrolment", 0).astype("Int64"))
