"""What a county's first notebook leaves in the store for the others."""

from collections.abc import Mapping

import pandas as pd

from ce_toolkit.intake import Intake
from ce_toolkit.registers import Registers
from ce_toolkit.rules import Credited, Pack


def county_tables(
    batch: Intake, registers: Registers, credited: Credited, pack: Pack, *, county: str
) -> Mapping[str, pd.DataFrame]:
    """Every table of the county by its name in the store.

    ``submissions`` gets the county and the days a file came after the last day of enrolment (E1, U17: late is flagged,
    not refused); ``findings`` are those of the intake and those of the registers.
    """
    received = pd.to_datetime(batch.submissions["received_on"])
    late = (received - pd.Timestamp(pack.windows["enrolment"].last)).dt.days.clip(lower=0)
    late = late.where(batch.submissions["form"].astype("str") == "enrolment", 0)
    return {
        "submissions": batch.submissions.assign(county=county, days_late=late.astype("Int64")),
        "findings": pd.concat([batch.findings, registers.findings], ignore_index=True),
        "people": registers.people,
        "claims": registers.claims,
        "matches": registers.matches,
        "account": registers.account,
        "credits": credited.credits,
        "ledger": credited.ledger,
        "standing": credited.standing,
    }
