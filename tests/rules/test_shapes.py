"""Keys of the claim side that the first notice does not need: tables, conversions, shares, several years, dated rules.

A notice that never was uses each of them; its cases are worked by hand.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.rules import Pack, load_examples, load_pack, run_examples, sentences, unknown_keys
from ce_toolkit.rules.examples import credited_cases

FOLDER = Path(__file__).parent / "shapes"
CASES = load_examples(FOLDER / "made-2020.yaml")


@cache
def made() -> Pack:
    return load_pack(FOLDER / "made-2020.toml")


def ledger(*records: dict[str, Any], **case: Any) -> Any:
    """The ledger of one case of these records, with its sentences."""
    case = {"id": "x", "records": [{"ref": f"r{n}", **one} for n, one in enumerate(records)], **case}
    rows = next(credited for *_, credited in credited_cases([case], made())).ledger
    return rows.assign(said=sentences(rows, made()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_cases_worked_by_hand(case: dict[str, Any]) -> None:
    (outcome,) = run_examples([case], made())
    assert outcome.differs == ()


def test_the_cases_use_no_key_that_has_no_effect() -> None:
    assert list(unknown_keys(CASES)) == []


def test_all_cases_at_once_come_to_the_same() -> None:
    assert [outcome.differs for outcome in run_examples(CASES, made())] == [()] * len(CASES)


# ---- what is said ----------------------------------------------------------------------------------------------------

PAPER = {"class": "work", "kind": "paper", "date": date(2020, 3, 2)}


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"level": "national"}, "缺少作者排名，"),
        ({"author_rank": 1}, "缺少等次，"),
        ({}, "缺少等次、作者排名，"),
        ({"kind": None, "level": "national", "author_rank": 4}, "缺少种别，"),
        ({"kind": "project"}, "缺少角色，"),
        ({"class": "public", "kind": None}, "缺少学时，"),
        ({"class": "talk", "kind": None, "hours": 3}, "缺少种别，"),
    ],
)
def test_what_holds_a_claim_is_named(facts: dict[str, Any], named: str) -> None:
    (row,) = ledger(PAPER | facts).itertuples()
    assert row.effect == "held"
    assert row.said.startswith(named)


def test_a_share_is_said_in_the_person_s_own_hours() -> None:
    talk = {"class": "talk", "kind": "conference", "date": None, "start": date(2020, 3, 2), "end": date(2020, 3, 6)}
    for level, limit in (("副高", "45"), ("员级", "30")):
        (row,) = ledger(talk, person={"level": level}).itertuples()
        assert f"（本人为{limit}）：本项可计{limit}学分" in row.said


def test_a_cap_over_years_says_what_earlier_years_took() -> None:
    past = [{"year": 2019, "class": "work", "kind": "project", "hours": 90, "key": "A"}]
    (row,) = ledger(PAPER | {"level": "national", "author_rank": 1}, history=past).itertuples()
    assert "三年累计不超过100学分，以前年度已计90：本项可计10学分，超出的20学分不计。" in row.said


def test_the_ledger_has_no_column_that_no_rule_fills() -> None:
    course = {"class": "course", "date": date(2020, 3, 2), "hours": 9}
    assert not {"missing", "limit", "earlier"} & set(ledger(course).columns)


def test_figures_of_a_converted_claim_add_up() -> None:
    row, *_ = ledger({"class": "course", "date": date(2020, 3, 2), "hours": 9.75}).itertuples()
    assert (row.rule, row.before, row.delta, row.after) == ("course_time", 9.75, -0.25, 9.5)
