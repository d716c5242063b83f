"""What became of the hours: exact, complete, and of people in scope only."""

from decimal import Decimal

import pandas as pd
import pytest

from ce_toolkit.statistics import frame_counts, state_counts
from tests.conftest import Processed
from tests.statistics.tiny import FIGURES, bases_of, credits_of, ledger_of, made, shown

CLASSES = ("public_exam", "training", "self_study")
PEOPLE = [{}, {"status": "not_met"}, {"status": "out_of_scope"}]
CREDITS = credits_of(
    ("P0", "training", "7.5", 1, 0, 0),
    ("P0", "training", "0.1", 0, "0.2", 0),
    ("P1", "training", 0, 0, 0, 8),
    ("P1", "self_study", 40, 2, 3, 0),
    ("P2", "training", 99, 9, 9, 9),  # out of scope
)
LEDGER = ledger_of(
    ("C0", "P0", "over_cap", "daily_cap", 1),
    ("C1", "P0", "refused", "claim_differs", 0.2),
    ("C2", "P1", "held", "no_proof", 8),
    ("C3", "P1", "over_cap", "annual_cap", 2),
    ("C3", "P1", "refused", "claim_differs", 3),
    ("C3", "P1", "raised", "claim_differs", -5),  # hours won are no loss
    ("C4", "P2", "over_cap", "daily_cap", 9),  # out of scope
)


def test_hours_per_class_of_people_in_scope() -> None:
    table = made("hours", bases_of(PEOPLE, CREDITS)).data
    assert shown(table, "class", "claims", "persons", *FIGURES) == [
        ["training", 3, 2, Decimal("16.8"), Decimal("7.6"), 1, Decimal("0.2"), 8],
        ["self_study", 1, 1, 45, 40, 2, 3, 0],
        ["合计", 4, 2, Decimal("61.8"), Decimal("47.6"), 3, Decimal("3.2"), 8],
    ]


def test_C10_ten_times_a_tenth_is_one() -> None:
    table = made("hours", bases_of(PEOPLE, credits_of(*[("P0", "training", "0.1", 0, 0, 0)] * 10))).data
    assert table.iloc[-1]["granted"] == Decimal(1)


def test_claimed_is_granted_and_cut_and_refused_and_held_in_every_row(processed: Processed) -> None:
    for county in ("city", *processed.batches):
        for name in ("hours", "kinds", "hours_by_place"):
            table = processed.annual(county).tables[name].data
            parts = table["granted"] + table["over_cap"] + table["refused"] + table["held"]
            assert (table["claimed"] == parts).all()


def test_losses_name_reason_clause_and_class_largest_first() -> None:
    table = made("losses", bases_of(PEOPLE, CREDITS, LEDGER)).data
    assert shown(table, "effect", "reason", "class", "claims", "persons", "hours") == [
        ["over_cap", "annual_cap", "self_study", 1, 1, 2],
        ["over_cap", "daily_cap", "training", 1, 1, 1],
        ["refused", "claim_differs", "training", 1, 1, Decimal("0.2")],
        ["refused", "claim_differs", "self_study", 1, 1, 3],
        ["held", "no_proof", "training", 1, 1, 8],
        ["合计", "", "", 5, 2, Decimal("14.2")],
    ]


def test_cap_losses_are_the_caps_alone_and_refusals_the_rest_by_cause() -> None:
    frames = bases_of(PEOPLE, CREDITS, LEDGER)
    assert shown(made("cap_losses", frames).data, "reason", "claims", "hours") == [
        ["annual_cap", 1, 2], ["daily_cap", 1, 1], ["", 2, 3],
    ]  # fmt: skip
    assert shown(made("refusals", frames).data, "cause", "reason", "persons", "refused", "held") == [
        ["person", "no_proof", 1, 0, 8],
        ["data", "claim_differs", 2, Decimal("3.2"), 0],
        ["合计", "", 2, Decimal("3.2"), 8],
    ]


def test_C17_who_is_at_a_cap_and_who_was_cut() -> None:
    """40 hours of self-study exactly are at the cap and nothing is cut; 39.99 are not."""
    credit = credits_of(("P0", "self_study", 40, 0, 0, 0), ("P1", "self_study", "39.99", 0, 0, 0))
    table = made("at_caps", bases_of([{}, {}], credit)).data
    assert shown(table, "persons", "at_cap", "cut", "hours") == [[2, 1, 0, 0], [2, 1, 0, 0]]
    assert table["cap"].iloc[0].startswith("自学每年40")


def test_losses_sum_to_what_the_hours_table_says(processed: Processed) -> None:
    for county in ("city", *processed.batches):
        tables = processed.annual(county).tables
        lost = tables["losses"].data.groupby("effect")["hours"].sum().to_dict()
        whole = tables["hours"].data.iloc[-1]
        assert {effect: lost.get(effect, 0) for effect in FIGURES[2:]} == {name: whole[name] for name in FIGURES[2:]}


def test_losses_refuse_claims_that_share_an_id() -> None:
    """Two counties with one id would count every loss of both twice."""
    with pytest.raises(pd.errors.MergeError):
        bases_of(PEOPLE, pd.concat([CREDITS, CREDITS]), LEDGER)


def test_nothing_lost_is_an_empty_table() -> None:
    assert shown(made("losses", bases_of(PEOPLE)).data, "effect", "claims", "hours") == [["合计", 0, 0]]


def test_states_and_frames_are_counted_per_class() -> None:
    assert shown(state_counts(CREDITS, CLASSES), "class", "claims", *FIGURES) == [
        ["training", 4, Decimal("142.8"), Decimal("106.6"), 10, Decimal("9.2"), 17],
        ["self_study", 1, 45, 40, 2, 3, 0],
        ["合计", 5, Decimal("187.8"), Decimal("146.6"), 12, Decimal("12.2"), 17],
    ]
    units = CREDITS.rename(columns={"claimed": "registered"})
    assert shown(frame_counts(units, CLASSES), "class", "claims", "registered_hours")[-1] == [
        "合计",
        5,
        Decimal("187.8"),
    ]
