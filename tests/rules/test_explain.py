"""Explanations: what fired, what was tried and did not, the values read, and the days that are over-full."""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ce_toolkit.errors import TableError
from ce_toolkit.rules import credit, explain_claim, explain_person, load_pack, sentences, with_reading
from ce_toolkit.rules.conditions import CONDITIONS, WINDOW_CONDITIONS
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.rules.inquiry.explain import ClaimExplained, PersonExplained
from ce_toolkit.rules.inquiry.tried import TESTS
from ce_toolkit.tables import CLAIMS, PEOPLE
from tests.rules.strategies import random_people

END = date(2017, 12, 31)
PACK = load_pack("dezhou-2017")


def _frames(cases: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = case_tables(cases, range(len(cases)), PACK)
    return tables.claims, tables.people


def _training(ref: str, first: int, last: int, hours: float, **more: Any) -> dict[str, Any]:
    days = {"start": date(2017, 5, first), "end": date(2017, 5, last)}
    return {"ref": ref, "class": "training", "basis": "held_hr", **days, "hours": hours, **more}


def _explained(*records: dict[str, Any], pack: Any = PACK, **person: Any) -> PersonExplained:
    claims, people = _frames([{"id": "甲", "person": person, "records": list(records)}])
    return explain_person("000000", claims, people, pack, END)


def _claim_of(person: PersonExplained, ref: str) -> ClaimExplained:
    return next(claim for claim in person.claims if claim.claim_id.endswith(f":{ref}"))


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([_training("x", 3, 7, 48)], "5月3日至5月7日共申报48学时，5天最多40，核减8"),
        ([_training("x", 3, 3, 10)], "5月3日共申报10学时，最多8，核减2"),
        ([_training("x", 3, 9, 30, days=3)], "5月3日至5月9日中的3天共申报30学时，3天最多24，核减6"),
        ([_training("a", 3, 5, 20), _training("x", 4, 6, 16)], "5月3日至5月6日共申报36学时，4天最多32，核减4"),
        ([_training("a", 3, 3, 5), _training("x", 3, 3, 5)], "5月3日共申报10学时，最多8，核减2"),
        (
            [_training("a", 2, 3, 18), _training("x", 3, 3, 5)],
            "5月2日至5月3日共申报23学时，2天最多16，核减7（其中本项5）",
        ),
        (
            [_training("x", 3, 4, 17.5, daily={date(2017, 5, 3): 9, date(2017, 5, 4): 8.5})],
            "5月3日共申报9学时，最多8，核减1；5月4日共申报8.5学时，最多8，核减0.5（其中本项1.5）",
        ),
    ],
)
def test_C11_the_days_that_are_over_full_are_named(records: list[dict[str, Any]], said: str) -> None:
    (fired,) = _claim_of(_explained(*records), "x").fired
    assert (fired.rule, fired.effect, fired.cause, fired.detail) == ("training_day", "over_cap", "person", said)
    assert "三.1" in fired.sentence


def test_U1_per_activity_looks_at_the_activity_alone() -> None:
    pack = with_reading(PACK, "U1", "per_activity")
    person = _explained(_training("a", 3, 3, 5), _training("x", 3, 3, 9), pack=pack)
    assert _claim_of(person, "x").fired[0].detail == "5月3日共申报9学时，最多8，核减1"


def test_U28_days_over_the_border_are_named_where_no_rule_splits_them() -> None:
    training = {**_training("x", 1, 1, 40), "start": date(2016, 12, 30), "end": date(2017, 1, 2)}
    person = _explained(training, pack=with_reading(PACK, "U28", "year_of_end"))
    assert _claim_of(person, "x").fired[0].detail == "12月30日至1月2日共申报40学时，4天最多32，核减8"
    assert [one.rule for one in _claim_of(_explained(training), "x").fired] == ["days_in_year", "training_day"]


def test_rules_that_did_not_act_say_what_they_read_and_what_they_would_have_taken() -> None:
    claim = _claim_of(_explained(_training("x", 3, 4, 16)), "x")
    tried = {one.rule: one for one in claim.tried}
    assert not claim.fired
    assert [(read.field, read.value) for read in tried["proof_seen"].read] == [("proof", True)]
    assert tried["proof_seen"].takes_values == (False, None)
    assert [read.value for read in tried["done_in_year"].read] == [date(2017, 5, 3), date(2017, 5, 4)]
    assert tried["training_day"].takes == "与在前各项合计，某些天超过每天8学时"
    assert "archive_kept" not in tried  # a rule of another class is not tried
    assert len(tried) == len(claim.tried)


def test_rules_behind_the_one_that_stopped_a_claim_were_not_reached() -> None:
    claim = _claim_of(_explained(_training("x", 3, 4, 16, basis="none")), "x")
    assert [one.rule for one in claim.fired] == ["training_approved"]
    assert {"done_in_year", "numbers_valid"} <= {one.rule for one in claim.tried}
    assert not {"proof_seen", "training_day", "same_work_once"} & {one.rule for one in claim.tried}


def test_C17_a_yearly_cap_reads_the_running_sum() -> None:
    records = [
        {"ref": ref, "class": "self_study", "date": date(2017, month, 1), "hours": 30}
        for month, ref in enumerate("ab", 1)
    ]
    person = _explained(*records)
    assert _claim_of(person, "b").fired[0].rule == "self_study_year"
    cap = next(one for one in _claim_of(person, "a").tried if one.rule == "self_study_year")
    assert (cap.read[0].field, cap.read[0].value, cap.takes) == ("running", 30, "到本项为止合计超过40学时")


def test_a_person_shows_hours_shortfalls_flags_and_scope() -> None:
    person = _explained(_training("x", 3, 4, 16), on_signup=False)
    assert (person.status, person.hours["professional"], person.hours["total"]) == ("not_met", 16, 16)
    assert [one.sentence for one in person.short][1] == (
        "专业科目应达到60学时：已认定16学时，还差44学时。（德人社字〔2017〕51号 六.2）"
    )
    assert [(flag.code, flag.cause, flag.says) for flag in person.flags] == [
        ("not_signed_up", "employer", "不在报名表上，照常认定并提示单位补报。")
    ]
    assert {one.rule for one in person.scope} == {"in_service", "not_rehired", "unit_sector"}


def test_F8_a_person_without_claims_is_explained_too() -> None:
    person = _explained()
    assert (person.claims, [one.short for one in person.short]) == ((), [90, 60, 30])


@cache
def _many() -> tuple[pd.DataFrame, pd.DataFrame]:
    return _frames(random_people(5, 300))


def test_an_explanation_is_the_ledger_of_the_whole_city() -> None:
    """Partition by person: one person alone, and the person among all others, have the same rows and sentences."""
    claims, people = _many()
    whole = credit(claims, people, PACK, END)
    said = pd.Series(sentences(whole.ledger, PACK).to_numpy(), index=whole.ledger["claim_id"])
    for person_id in people["person_id"].head(25):
        person = explain_person(person_id, claims, people, PACK, END)
        for claim in person.claims:
            expected = said[said.index == claim.claim_id].tolist()
            assert [fired.sentence for fired in claim.fired] == expected
            assert claim.claimed == claim.granted + claim.over_cap + claim.refused + claim.held


def test_every_daily_cut_names_days_that_lack_at_least_as_much() -> None:
    claims, people = _many()
    ledger = credit(claims, people, PACK, END).ledger
    cut = ledger[(ledger["rule"] == "training_day").to_numpy(dtype=bool)]
    assert len(cut) > 30
    for claim_id, delta in zip(cut["claim_id"].head(40), cut["delta"].head(40), strict=True):
        claim = explain_claim(claim_id, claims, people, PACK, END)
        detail = next(fired.detail for fired in claim.fired if fired.rule == "training_day")
        named = [float(part.split("（")[0]) for part in detail.replace("；", "核减").split("核减")[1::2]]
        assert sum(named) >= float(-delta) - 1e-9, detail


def test_every_test_of_the_closed_list_says_what_it_reads() -> None:
    assert set(TESTS) == {*CONDITIONS, *WINDOW_CONDITIONS}
    known = {*CLAIMS.columns, *PEOPLE.columns}
    assert {field for fields, _ in TESTS.values() for field in fields} <= known


def test_unknown_ids_are_misuse_and_name_nobody() -> None:
    claims, people = _frames([{"id": "甲", "records": []}])
    with pytest.raises(TableError, match="没有这个 claim_id"):
        explain_claim("张三", claims, people, PACK, END)
    with pytest.raises(TableError, match="没有这个 person_id"):
        explain_person("张三", claims, people, PACK, END)


def test_blank_values_read_as_none() -> None:
    claim = _claim_of(_explained(_training("x", 3, 4, 16, proof=None)), "x")
    assert claim.state == "held"
    assert not any(isinstance(read.value, float) and np.isnan(read.value) for one in claim.tried for read in one.read)
