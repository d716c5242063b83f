"""The oracle agrees with every example that was worked out by hand."""

from typing import Any

import pytest

from tests.rules.cases import differences, load_cases
from tests.rules.oracle import judge


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case["id"])
def test_oracle_agrees_with_the_worked_example(case: dict[str, Any]) -> None:
    assert differences(case, judge(case)) == []


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("B51", "daily_cap"),  # exactly 8 on the day
        ("B55", "daily_cap"),  # exactly 24 on three days
        ("B64", "time_conflict"),  # one course ends when the other begins
        ("C56", "late_record"),  # filed on the first day
        ("D51", "annual_cap"),  # exactly 40
        ("E51", "annual_cap"),  # exactly 30
        ("F61", "outside_exam_window"),  # first day of the window
        ("J51", "outside_exam_window"),  # last day of the window
        ("J55", "after_review_window"),  # last day of the review
        ("H61", "left_during_year"),  # retired on the day after the year
    ],
)
def test_nothing_is_remarked_on_the_boundary_itself(name: str, flag: str) -> None:
    """A case names only flags that must be shown; these must not."""
    case = next(case for case in load_cases("further_examples") if case["id"] == name)
    assert flag not in judge(case)["flags"]


def test_every_case_has_an_id_of_its_own_a_clause_and_a_reason() -> None:
    cases = load_cases()
    assert len({case["id"] for case in cases}) == len(cases)
    assert all(case["clause"] and case["why"] and case["title"] for case in cases)


def test_the_three_files_are_complete() -> None:
    assert len(load_cases("worked_examples")) == 36
    assert {case["id"].rstrip("ab").split("a-")[0] for case in load_cases("golden_vectors")} == {
        f"GV{number}" for number in range(1, 22)
    }
    assert len(load_cases("further_examples")) >= 60


def test_a_wrong_amount_ref_or_flag_is_seen() -> None:
    """The comparison has teeth: each field that is spoilt is named."""
    case = next(case for case in load_cases("worked_examples") if case["id"] == "E13")
    right = judge(case)
    wrong = {
        "status": "pass",
        "credited": right["credited"] | {"output": 30},
        "short": right["short"] | {"public": 0},
        "rejected": [],
        "pending": ["r4"],
        "flags": {"no_proof"},
    }
    assert differences(case, wrong) == [
        "status",
        "credited.output",
        "short.public",
        "rejected",
        "pending",
        "flag duplicate",
    ]
