"""The credit engine beside what one would write instead.

``make bench`` runs it; nothing here is a test. Two groups: 1.2 M claims of 200,000 people (engine with ledger, reasons
and standing; a hand-written numpy floor that only totals), and 12,000 claims of 2,000 people, where the same totals by
``groupby.apply`` can be waited for.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.rules import credit, load_pack
from ce_toolkit.tables import to_hundredths
from tests.benchmarks.made import Made, make

END = date(2017, 12, 31)


@cache
def _made(people: int, claims: int) -> Made:
    return make(people, claims)


def by_engine(made: Made) -> Any:
    """Credits, ledger and standing."""
    return credit(made.claims, made.people, load_pack("dezhou-2017"), END).standing["total"]


def by_numpy(made: Made) -> Any:
    """Totals only: no ledger, no reasons, no overlaps of days, no repeats, nothing held apart from refused."""
    table = made.claims
    person, _ = pd.factorize(table["person_id"])
    kind = table["class"].cat.codes.to_numpy()
    hours, _ = to_hundredths(table["hours"])
    days = table["days"].to_numpy().astype(np.int64)
    worth = np.select([kind == 0, kind == 1, kind == 2], [np.minimum(hours, 800 * days), hours, 1000], default=3000)
    ok = table["proof"].to_numpy(dtype=bool) & (table["basis"].cat.codes.to_numpy() != 2)
    ok &= (kind != 3) | (table["result"].cat.codes.to_numpy() == 0)
    worth = np.where(ok, worth, 0)
    size = len(made.people)
    sums = [np.bincount(person, weights=np.where(kind == each, worth, 0), minlength=size) for each in range(4)]
    return sums[0] + np.minimum(sums[1], 4000) + np.minimum(sums[2], 3000) + np.minimum(sums[3], 3000)


def by_apply(made: Made) -> Any:
    """The same totals, one person at a time."""
    table = made.claims.assign(hours=made.claims["hours"].astype("float64"), days=made.claims["days"].astype("int64"))

    def year(rows: pd.DataFrame) -> float:
        good = rows[rows["proof"].astype(bool) & (rows["basis"] != "none")]
        training = good[good["class"] == "training"]
        study = good[good["class"] == "self_study"]["hours"].sum()
        works = 10.0 * (good["class"] == "output").sum()
        exam = 30.0 if ((good["class"] == "public_exam") & (good["result"] == "pass")).any() else 0.0
        daily = np.minimum(training["hours"], 8.0 * training["days"]).sum()
        return float(daily + min(study, 40.0) + min(works, 30.0) + exam)

    return table.groupby("person_id", observed=True).apply(year, include_groups=False)


@pytest.mark.parametrize("way", [by_engine, by_numpy])
def test_large(benchmark: Any, way: Any) -> None:
    benchmark.group = "1,200,000 claims of 200,000 people"
    benchmark.pedantic(way, args=(_made(200_000, 1_200_000),), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("way", [by_engine, by_numpy, by_apply])
def test_small(benchmark: Any, way: Any) -> None:
    benchmark.group = "12,000 claims of 2,000 people"
    benchmark.pedantic(way, args=(_made(2_000, 12_000),), rounds=3, warmup_rounds=1)
