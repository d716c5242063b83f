"""Claims counted by what became of them, and the frame of a review by class."""

import pandas as pd

from ce_toolkit.statistics.tables import with_total

_HOURS = ("claimed", "granted", "over_cap", "refused", "held")


def state_counts(credit: pd.DataFrame) -> pd.DataFrame:
    """Claims and hours per class, 合计 last: class, claims, claimed, granted, over_cap, refused, held.

    claimed = granted + over_cap + refused + held in every row.
    """
    table = credit.astype({"class": "str"})
    sums = table.groupby("class")[list(_HOURS)].sum().reset_index()
    sums.insert(1, "claims", table.groupby("class").size().to_numpy())
    return with_total(sums, ["class"])


def frame_counts(units: pd.DataFrame) -> pd.DataFrame:
    """Per class of a review frame, or of a sample, 合计 last: claims, registered_hours (as declared), granted."""
    table = units.astype({"class": "str"})
    sums = (
        table.groupby("class")[["registered", "granted"]]
        .sum()
        .reset_index()
        .rename(columns={"registered": "registered_hours"})
    )
    sums.insert(1, "claims", table.groupby("class").size().to_numpy())
    return with_total(sums, ["class"])
