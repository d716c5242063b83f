"""Hundreds of claims at once: what the vectorised checks let pass is what one act after another lets pass."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ce_toolkit.tables import COUNT
from ce_toolkit.workflow import Act, Routes, acts_table, fold, lawful
from ce_toolkit.workflow.acts import shaped
from ce_toolkit.workflow.fold import last_acts
from tests.workflow.office import CITY, COUNTY, HOSPITAL, INSTITUTE, OTHER, PLANT, SCHOOL, act, register_of_units
from tests.workflow.oracle import AFTER, FIRST, KINDS, Oracle

LAST = FIRST + timedelta(days=60)
_ODD: tuple[dict[str, Any], ...] = (
    {}, {}, {}, {}, {"actor": OTHER}, {"actor": CITY}, {"actor": COUNTY}, {"unit": HOSPITAL}, {"batch": "9"},
    {"batch": None}, {"by": " "}, {"special_seal": False}, {"on": FIRST}, {"on": FIRST + timedelta(days=70)},
)  # fmt: skip
_REVIEWED: tuple[dict[str, Any], ...] = ({}, {}, {}, {"seal": False}, {"verdict": "不予认定", "hours": None})


# a seed says nothing by being smaller
_SEEDS = settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Routes:
    return register_of_units(tmp_path_factory.mktemp("units"))


def _drawn(dice: Random, claim: str, kind: str, odd: dict[str, Any], oracle: Oracle) -> Act:
    unit = dice.choice([SCHOOL, SCHOOL, HOSPITAL, INSTITUTE, PLANT])
    day = FIRST + timedelta(days=dice.randrange(60))
    if claim in oracle.lives:
        last = oracle.lives[claim].acts[-1]
        unit, day = str(last.unit), last.on + timedelta(days=dice.randrange(-1, 4))
    told = dice.choice(_REVIEWED) if kind == "reviewed" else {}
    return replace(act(kind, claim, unit, on=day, **told), **odd)


def _lives(dice: Random, oracle: Oracle, size: int) -> list[Act]:
    """Acts that may be done, in an order in which claims take turns."""
    done: list[Act] = []
    for _ in range(size * 5):
        claim = f"c{dice.randrange(size)}"
        last = oracle.lives[claim].acts[-1].act if claim in oracle.lives else None
        one = _drawn(dice, claim, dice.choice(sorted(AFTER[last])), {}, oracle)
        if one.on <= LAST and oracle.may(one):
            oracle.do(one, LAST)
            done.append(one)
    return done


def _entered(acts: list[Act]) -> pd.DataFrame:
    table = shaped(acts_table(acts))
    step = (table.groupby("subject").cumcount() + 1).astype(pd.ArrowDtype(COUNT))
    return table.assign(step=step, known_on=LAST)


@given(seed=st.integers(0, 10**9))
@_SEEDS
def test_D6_D13_D14_D15_what_may_be_done_is_what_the_oracle_says(routes: Routes, seed: int) -> None:
    dice, oracle = Random(seed), Oracle()  # noqa: S311
    before = _entered(_lives(dice, oracle, 200))
    wanted = [_drawn(dice, f"c{number}", dice.choice(KINDS), dice.choice(_ODD), oracle) for number in range(200)]
    acts = shaped(acts_table(wanted)).assign(known_on=LAST)
    wrong = {fault.row for fault in lawful.faults(lawful.looked_at(acts, last_acts(before), routes))}
    by_hand = {row for row, one in enumerate(wanted) if one.on > LAST or not oracle.may(one)}
    assert {row: wanted[row] for row in wrong ^ by_hand} == {}
    assert 20 < len(by_hand) < 200


@given(seed=st.integers(0, 10**9), ago=st.integers(0, 60))
@_SEEDS
def test_the_fold_of_many_is_the_replay_of_each(routes: Routes, seed: int, ago: int) -> None:
    dice, oracle, day = Random(seed), Oracle(), LAST - timedelta(days=ago)  # noqa: S311
    acts = _entered(_lives(dice, oracle, 200)).sample(frac=1, random_state=seed % 1000)  # the order of lines is nothing
    assert lawful.faults(lawful.looked_at(acts.sort_values("step"), acts.iloc[:0], routes)) == []
    for table, shown in ((fold(acts), date.max), (fold(acts, day), day)):
        states = dict(zip(table["claim_id"], table["state"].astype("str"), strict=True))
        assert states == oracle.states(lambda one, _known, until=shown: one.on <= until)
    whole = fold(acts).set_index("claim_id")
    for claim, life in oracle.lives.items():
        row = whole.loc[claim]
        assert (row["round"], row["step"]) == (life.rounds, len(life.acts))
        seals = [one.seal for one in life.acts if one.act == "reviewed"]
        told = None if life.acts[-1].act not in {"reviewed", "recognised"} else seals[-1]
        assert (None if pd.isna(row["seal"]) else bool(row["seal"])) == told
        assert pd.notna(row["batch"]) == (life.acts[-1].act == "recognised")
