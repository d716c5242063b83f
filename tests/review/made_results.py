"""Reviewed records written down in a few words, for the tests of evaluation and decision."""

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

Row = tuple[str, str, str | None, str]
"""stratum, hours, hours recognised, verdict."""


def agreed(stratum: str, count: int, hours: str = "6") -> list[Row]:
    return [(stratum, hours, None, "相符")] * count


def refused(stratum: str, count: int, hours: str = "6", verdict: str = "不予认定") -> list[Row]:
    return [(stratum, hours, None, verdict)] * count


def partly(stratum: str, hours: str, recognised: str) -> list[Row]:
    return [(stratum, hours, recognised, "部分认定")]


def results(rows: Iterable[Row], hits: dict[int, int] | None = None) -> pd.DataFrame:
    """One row a record; ``hits`` by place, 1 elsewhere."""
    table = pd.DataFrame(
        [
            (f"u{place}", stratum, Decimal(hours), None if recognised is None else Decimal(recognised), verdict)
            for place, (stratum, hours, recognised, verdict) in enumerate(rows)
        ],
        columns=["unit_id", "stratum", "hours", "recognised", "verdict"],
    )
    return table.assign(hits=[(hits or {}).get(place, 1) for place in range(len(table))])
