"""A journal of a million acts: written, read, folded, verified, beside a fold in plain Python.

``make bench`` runs it; nothing here is a test. 250,000 claims each registered, returned or corrected, reviewed and
recognised, in the files of three counties and the city.
"""

import atexit
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.workflow import Journal, Routes, fold, verify_journal
from ce_toolkit.workflow.acts import shaped

CLAIMS = 250_000
COUNTIES = ("371402", "371403", "371422")
ROUTES = Routes({f"单位{number}": COUNTIES[number % 3] for number in range(300)}, pd.DataFrame())


@cache
def made() -> Path:
    """The folder of the journal, written once: each office enters in batches of a month."""
    folder = Path(mkdtemp(prefix="ce-bench-"))
    atexit.register(rmtree, folder)
    journal = Journal(folder)
    for month, (kind, told) in enumerate(_STEPS):
        day = date(2017, 3 + month, 1)
        for office in COUNTIES if kind != "recognised" else ("371400",):
            journal.append(office, _batch(kind, office, day, told), ROUTES, known_on=day)
    return folder


_STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("registered", {}), ("corrected", {}), ("reviewed", {"seal": True, "verdict": "相符", "hours": "8.00"}),
    ("recognised", {"special_seal": True, "batch": "2017-01"}),
)  # fmt: skip


def _batch(kind: str, office: str, day: date, told: dict[str, Any]) -> pd.DataFrame:
    numbers = np.arange(CLAIMS)
    if office != "371400":
        numbers = numbers[numbers % 300 % 3 == COUNTIES.index(office)]
    units = pd.Series([f"单位{number % 300}" for number in numbers])
    actor = units if kind in {"registered", "corrected"} else office
    return shaped(pd.DataFrame({
        "subject": [f"{office_of}/登记表.xlsx#{number:06d}" for number, office_of in
                    zip(numbers, np.array(COUNTIES)[numbers % 300 % 3], strict=True)],
        "act": kind, "actor": actor, "on": day, "by": "审核人乙", "unit": units,
        "person_id": [f"p{number // 6}" for number in numbers], **told,
    }))  # fmt: skip


def in_plain_python(acts: pd.DataFrame) -> dict[str, str]:
    """Claim → state, one act after another; no other column of the state."""
    state: dict[str, str] = {}
    for subject, kind in zip(acts["subject"], acts["act"], strict=True):
        state[subject] = kind
    return state


def read_and_fold(folder: Path) -> pd.DataFrame:
    """What a notebook does to know where every claim stands."""
    return fold(Journal(folder).read())


def _cases() -> Iterator[Any]:
    yield pytest.param(lambda: read_and_fold(made()), id="read and fold")
    yield pytest.param(lambda: Journal(made()).read(), id="read")
    yield pytest.param(lambda: fold(_acts()), id="fold")
    yield pytest.param(lambda: fold(_acts(), date(2017, 4, 15)), id="fold as of a day")
    yield pytest.param(lambda: in_plain_python(_acts()), id="plain Python, states only")


@cache
def _acts() -> pd.DataFrame:
    return Journal(made()).read()


@pytest.mark.benchmark(group="a million acts")
@pytest.mark.parametrize("work", _cases())
def test_fold(benchmark: Any, work: Any) -> None:
    made(), _acts()
    assert len(_acts()) == 4 * CLAIMS
    benchmark.pedantic(work, rounds=3)


@pytest.mark.benchmark(group="a million acts, verified")
@pytest.mark.parametrize("routes", [None, ROUTES], ids=["chain and order", "and who may"])
def test_verify(benchmark: Any, routes: Routes | None) -> None:
    proof = benchmark.pedantic(lambda: verify_journal(made(), routes=routes), rounds=1)
    assert proof.wrong == ()
