"""Exam results laid to people: 30 hours for a pass, once; and three states for whoever has none."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from ce_toolkit.registers import Registers, register
from ce_toolkit.rules import Pack, credit
from tests.registers.rows import COUNTY, HOSPITAL, SCHOOL, batch, exam_table, units


def _register(people: list[Mapping[str, Any]], exams: list[Mapping[str, Any]]) -> Registers:
    return register(batch(people), exam_table(*exams), units(), county=COUNTY)


def _granted(registers: Registers, pack: Pack) -> list[Decimal]:
    return credit(registers.claims, registers.people, pack, date(2017, 12, 31)).credits["granted"].tolist()


def test_B12_a_pass_is_thirty_hours(pack: Pack) -> None:
    assert _granted(_register([{}], [{}]), pack) == [30]


def test_B12_two_passes_are_thirty_hours(pack: Pack) -> None:
    assert sorted(_granted(_register([{}], [{}, {"date": date(2017, 6, 3)}]), pack)) == [0, 30]


def test_U12_a_retake_that_is_passed_counts(pack: Pack) -> None:
    registers = _register([{}], [{"result": "fail"}, {"date": date(2017, 6, 3)}])
    assert _granted(registers, pack) == [0, 30]


def test_B2_a_pass_of_the_year_before_gives_nothing(pack: Pack) -> None:
    assert _granted(_register([{}], [{"date": date(2016, 12, 31), "subject": "2016"}]), pack) == [0]


def test_B15_three_people_three_states(pack: Pack) -> None:
    """No result, failed, and a result that cannot be told to be the person's."""
    people = [
        {"name": "丁一郎", "certificate_no": "0837140000001"},
        {"name": "戊二妹", "certificate_no": "0837140000002"},
        {"name": "己三省", "certificate_no": "0837140000003"},
    ]
    exams = [
        {"name": "戊二妹", "certificate_no": "0837140000002", "result": "fail"},
        {"name": "己三省", "certificate_no": "0837140000009"},
    ]
    registers = _register(people, exams)
    ids = registers.people.set_index("name")["person_id"]
    assert registers.matches["verdict"].tolist() == ["same", "ask"]
    assert registers.matches["person_id"].tolist() == [ids["戊二妹"], ids["己三省"]]
    assert registers.claims["person_id"].tolist() == [ids["戊二妹"]]
    assert registers.findings["code"].astype("str").tolist() == ["B15"]
    assert registers.findings["sheet"].tolist() == ["成绩"]
    assert _granted(registers, pack) == [0]


def test_no_verdict_of_the_platform_is_no_pass(pack: Pack) -> None:
    assert _granted(_register([{}], [{"result": "none"}]), pack) == [0]


def test_U13_the_platform_s_verdict_stands_whatever_the_score(pack: Pack) -> None:
    registers = _register([{}], [{"score": "59"}])
    assert _granted(registers, pack) == [30]
    assert registers.claims["hours"].isna().all()


def test_results_of_people_elsewhere_are_left_out() -> None:
    registers = _register([{}], [{"name": "壬六艺", "certificate_no": "0837140000077", "employer": HOSPITAL}])
    assert registers.matches.empty
    assert registers.claims.empty
    assert registers.findings.empty


def test_a_result_without_number_is_laid_by_name_and_unit() -> None:
    registers = _register([{}], [{"certificate_no": None}])
    assert registers.matches[["verdict", "by"]].to_numpy().tolist() == [["same", "name"]]


def test_an_exam_claim_says_where_it_stands() -> None:
    claim = _register([{}], [{}]).claims.iloc[0]
    assert (claim["class"], claim["result"], claim["organiser"]) == ("public_exam", "pass", "A平台.xlsx")
    assert (claim["start"], claim["end"]) == (date(2017, 5, 20), date(2017, 5, 20))
    assert claim["source"] == "A平台.xlsx!成绩!A2"


def test_someone_with_hours_only_gets_the_exam_too() -> None:
    stranger = {"name": "戊二妹", "certificate_no": "0837140000002"}
    registers = register(batch([{}], [stranger]), exam_table(stranger), units(), county=COUNTY)
    assert sorted(registers.claims["class"].astype("str")) == ["public_exam", "training"]
    assert registers.claims["person_id"].nunique() == 1


def test_no_results_at_all_leave_the_claims_of_the_hours_forms() -> None:
    registers = register(batch([{}], [{}]), exam_table(), units(), county=COUNTY)
    assert len(registers.claims) == 1
    assert isinstance(registers.matches, pd.DataFrame)
    assert SCHOOL in registers.people["employer"].tolist()
