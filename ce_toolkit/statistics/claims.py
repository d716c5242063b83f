"""Claims counted by what became of them, and the frame of a review by class."""

from collections.abc import Sequence

import pandas as pd

from ce_toolkit.statistics.tables import with_total

_HOURS = ("claimed", "granted", "over_cap", "refused", "held")


def state_counts(credit: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Claims and hours per class, in the order of ``classes``, 合计 last.

    Columns: class, claims, claimed, granted, over_cap, refused, held; claimed is the sum of the four behind it.
    """
    return _by_class(credit, _HOURS, classes)


def frame_counts(units: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """Units and hours of a review frame, or of a sample, per class: class, claims, registered_hours, granted."""
    named = units.rename(columns={"registered": "registered_hours", "hours": "granted"})
    return _by_class(named, ("registered_hours", "granted"), classes)


def _by_class(table: pd.DataFrame, figures: Sequence[str], classes: Sequence[str]) -> pd.DataFrame:
    grouped = table.groupby(table["class"].astype("str"))
    sums = grouped[list(figures)].sum()
    sums.insert(0, "claims", grouped.size())
    found = [name for name in classes if name in sums.index]
    return with_total(sums.loc[found].rename_axis("class").reset_index(), ["class"])
