"""The credit engine beside what one would write instead.

``make bench`` runs it; nothing here is a test. Two groups: 1.2 M claims of 200,000 people (engine with ledger, reasons
and standing; two hand-written numpy floors that only total, the second with the loads of days), and 12,000 claims of
2,000 people, where the same totals by ``groupby.apply`` can be waited for.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ce_toolkit.rules import credit, load_pack
from ce_toolkit.rules.days import fill
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


def by_numpy_days(made: Made) -> Any:
    """Totals with trainings spread over their days, 8 hours a day, and the yearly caps served in order of the start."""
    table = made.claims
    person, _ = pd.factorize(table["person_id"])
    kind = table["class"].cat.codes.to_numpy()
    hours, own = to_hundredths(table["hours"])[0], to_hundredths(table["employer_hours"])[0]
    days = table["days"].to_numpy().astype(np.int64)
    start = pa.array(table["start"]).cast(pa.int32()).to_numpy()
    ok = table["proof"].to_numpy(dtype=bool) & (table["basis"].cat.codes.to_numpy() != 2)
    ok &= (kind != 3) | (table["result"].cat.codes.to_numpy() == 0)
    worth = np.select([kind == 0, kind == 1, kind == 2], [np.minimum(hours, 800 * days), own, 1000], default=3000)
    size = len(made.people)
    rows = np.flatnonzero((kind == 0) & ok)
    total = _by_days(person[rows], start[rows], days[rows], worth[rows])
    total = np.pad(total, (0, size - len(total)))
    for each, cap in ((1, 4000), (2, 3000), (3, 3000)):
        rows = np.flatnonzero((kind == each) & ok)
        rows = rows[np.lexsort((start[rows], person[rows]))]
        granted = fill(worth[rows], person[rows], cap)
        total += np.bincount(person[rows], weights=granted, minlength=size)
    return total


def _by_days(person: Any, start: Any, span: Any, worth: Any) -> Any:
    """Hours of each person's days, none over 8, by one sort of (person, day)."""
    offset = np.arange(span.sum()) - np.repeat(np.cumsum(span) - span, span)
    key = np.repeat(person, span).astype(np.int64) << 20 | (np.repeat(start, span) + offset)
    load = np.repeat(worth // span, span)
    order = np.argsort(key, kind="stable")
    key, load = key[order], load[order]
    edges = np.flatnonzero(np.diff(key, prepend=-1))
    return np.bincount(key[edges] >> 20, weights=np.minimum(np.add.reduceat(load, edges), 800))


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


@pytest.mark.parametrize("way", [by_engine, by_numpy, by_numpy_days])
def test_large(benchmark: Any, way: Any) -> None:
    benchmark.group = "1,200,000 claims of 200,000 people"
    benchmark.pedantic(way, args=(_made(200_000, 1_200_000),), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("way", [by_engine, by_numpy, by_apply])
def test_small(benchmark: Any, way: Any) -> None:
    benchmark.group = "12,000 claims of 2,000 people"
    benchmark.pedantic(way, args=(_made(2_000, 12_000),), rounds=3, warmup_rounds=1)
