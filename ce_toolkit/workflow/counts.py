"""Where the claims of the year stand, county by county: every claim under one thing it waits for, so sums agree."""

import pandas as pd

from ce_toolkit.registers.areas import area_names
from ce_toolkit.workflow.late import AWAITS
from ce_toolkit.workflow.recognition import DONE, READY, WHY

TOTAL = "合计"


def by_county(table: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Claims of a ledger (``late.ledger``) by county and what they wait for.

    Columns: county (its name, 合计 last), claims, then one of each AWAITS. Each row's claims are the sum of the others.
    """
    county = table["person_id"].map(people.set_index("person_id")["county"].astype("str")).astype("str")
    counts = pd.crosstab(county, table["awaits"].astype("str")).reindex(columns=list(AWAITS), fill_value=0)
    order = [code for code in (*area_names(), *sorted(set(counts.index) - {*area_names()})) if code in counts.index]
    counts = counts.reindex(order)
    counts.insert(0, "claims", counts.sum(axis=1))
    counts.loc[TOTAL] = counts.sum()
    names = [area_names().get(code, code) for code in counts.index]
    counts.insert(0, "county", names)
    return counts.reset_index(drop=True).rename_axis(columns=None)


def in_the_way(rows: pd.DataFrame) -> pd.DataFrame:
    """What keeps claims from being recognised (``recognition.readiness``): one row a reason that occurs.

    Columns: why, claims, units.
    """
    stuck = rows[~rows["why"].isin([READY, DONE])]
    groups = stuck.assign(why=stuck["why"].astype("str"), unit=stuck["unit"].astype("str")).groupby("why")
    table = groups.agg(
        claims=("claim_id", "size"),
        units=("unit", "nunique"),
    )
    return table.reindex([why for why in WHY if why in table.index]).reset_index()
