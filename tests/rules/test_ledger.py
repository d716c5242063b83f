"""Invariants of the ledger: it adds up, nothing depends on row order, people may be split over any number of calls."""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.errors import PackError, TableError
from ce_toolkit.rules import CAUSES, Credited, credit, load_pack, sentences
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.tables import CLAIMS, CREDITS, LEDGER, PEOPLE, conform, from_arrow, to_arrow, to_hundredths
from tests.rules.strategies import random_people

END = date(2017, 12, 31)


@cache
def _people_and_claims(seed: int = 11, number: int = 1500) -> tuple[pd.DataFrame, pd.DataFrame]:
    cases = random_people(seed, number)
    tables = case_tables(cases, range(len(cases)), load_pack("dezhou-2017"))
    return tables.people, tables.claims


def _credited(claims: pd.DataFrame, people: pd.DataFrame) -> Credited:
    return credit(claims, people, load_pack("dezhou-2017"), END)


@cache
def _whole() -> Credited:
    people, claims = _people_and_claims()
    return _credited(claims, people)


def _hundredths(column: pd.Series) -> np.ndarray[Any, Any]:
    return to_hundredths(column)[0]


def test_tables_keep_their_contracts() -> None:
    conform(CREDITS, _whole().credits)
    conform(LEDGER, _whole().ledger)


def test_every_claim_adds_up() -> None:
    """claimed = granted + over_cap + refused + held (invariant 3)."""
    table = _whole().credits
    parts = sum(_hundredths(table[name]) for name in ("granted", "over_cap", "refused", "held"))
    assert (parts == _hundredths(table["claimed"])).all()
    assert (_hundredths(table["granted"]) <= _hundredths(table["claimed"])).all()
    assert min(_hundredths(table[name]).min() for name in ("granted", "over_cap", "refused", "held")) >= 0


def test_ledger_rows_of_a_claim_form_a_chain_to_what_is_granted() -> None:
    ledger, claims = _whole().ledger, _whole().credits.set_index("claim_id")
    assert (_hundredths(ledger["before"]) + _hundredths(ledger["delta"]) == _hundredths(ledger["after"])).all()
    follows = ledger["claim_id"].eq(ledger["claim_id"].shift())
    assert (ledger["before"][follows] == ledger["after"].shift()[follows]).all()
    last = ledger.drop_duplicates("claim_id", keep="last").set_index("claim_id")["after"]
    assert (last == claims["granted"].reindex(last.index)).all()


def test_people_sum_their_claims() -> None:
    sums = _whole().credits.groupby("person_id")["granted"].sum()
    total = _whole().standing.set_index("person_id")["total"]
    assert (total.reindex(sums.index) == sums).all()
    assert (total.drop(sums.index) == 0).all()


def test_low_is_the_total_and_high_is_not_below_it() -> None:
    standing = _whole().standing
    known = standing["high"].notna()
    assert (standing["low"] == standing["total"]).all()
    assert (standing["high"][known] >= standing["low"][known]).all()
    assert set(standing["status"]) == {"met", "not_met", "open", "out_of_scope"}


@pytest.mark.parametrize("seed", range(20))
def test_row_order_does_not_matter(seed: int) -> None:
    """Invariant 5: any row order gives the same credits and ledger, row for row."""
    people, claims = _people_and_claims()
    shuffled = claims.sample(frac=1, random_state=seed).reset_index(drop=True)
    again = _credited(shuffled, people)
    _assert_same(again.ledger, _whole().ledger)
    _assert_same(again.credits, _whole().credits)


@pytest.mark.parametrize("seed", range(5))
def test_people_may_be_split_over_any_number_of_calls(seed: int) -> None:
    """Invariant 7: partition by person."""
    people, claims = _people_and_claims()
    part = np.random.default_rng(seed).integers(0, 4, len(people))
    pieces = []
    for number in range(4):
        some = people[part == number].reset_index(drop=True)
        pieces.append(_credited(claims[claims["person_id"].isin(some["person_id"])].reset_index(drop=True), some))
    ledger = pd.concat([piece.ledger.astype({"rule": "str", "reason": "str"}) for piece in pieces])
    ledger = ledger.sort_values("claim_id", kind="stable").reset_index(drop=True)
    _assert_same(ledger, _whole().ledger)
    standing = pd.concat([piece.standing for piece in pieces]).sort_values("person_id").reset_index(drop=True)
    _assert_same(standing, _whole().standing)


def _assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    words = {name: "str" for name in one.columns if isinstance(other[name].dtype, pd.CategoricalDtype)}
    pd.testing.assert_frame_equal(one.astype(words), other.astype(words))


def test_every_ledger_row_has_a_sentence_with_its_clause_and_a_cause() -> None:
    """N1 the notice's number, P6 its numbering, F9 no refusal without a reason."""
    ledger = _whole().ledger
    text = sentences(ledger, load_pack("dezhou-2017"))
    assert text.str.contains("德人社字〔2017〕51号").all()
    assert not text.str.contains("[{}]", regex=True).any()
    assert set(ledger["reason"]) <= set(CAUSES)


def test_stored_and_loaded_tables_credit_the_same() -> None:
    people, claims = _people_and_claims()
    again = _credited(from_arrow(to_arrow(CLAIMS, claims)), from_arrow(to_arrow(PEOPLE, people)))
    _assert_same(again.ledger, _whole().ledger)


def test_no_claims_at_all_F8() -> None:
    people, claims = _people_and_claims()
    outcome = _credited(claims.iloc[:0], people.iloc[:3])
    assert outcome.standing["total"].tolist() == [0, 0, 0]
    assert len(outcome.ledger) == 0


def test_misuse_is_told_apart_from_bad_data() -> None:
    people, claims = _people_and_claims()
    with pytest.raises(TableError, match="person_id 不在表 people"):
        _credited(claims, people.iloc[:5])
    with pytest.raises(TableError, match="claim_id 有空白或重复"):
        _credited(pd.concat([claims, claims]), people)
    with pytest.raises(TableError, match="不认识的学时类别：teaching"):
        _credited(claims.assign(**{"class": "teaching"}), people)
    with pytest.raises(PackError, match="不能按 2016-12-31 认定"):
        credit(claims, people, load_pack("dezhou-2017"), date(2016, 12, 31))
