"""Everyone on a form once: what is merged, what is held, what is asked, and nobody lost."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.registers.people import PeopleRegister, register_people
from tests.registers.rows import COUNTY, FARM, HOSPITAL, SCHOOL, people_rows, units

MAY = date(2017, 5, 2)
SECOND = {"file": "报名表（更正）.xlsx", "received_on": MAY}


def _register(*changes: Mapping[str, Any]) -> PeopleRegister:
    return register_people(people_rows(*changes), units(), county=COUNTY)


def _codes(register: PeopleRegister) -> list[str]:
    return register.findings["code"].astype("str").tolist()


def test_a_person_is_described_by_form_and_register_of_units() -> None:
    person = _register({}).people.iloc[0]
    told = {name: person[name] for name in ("name", "series", "level", "sector", "archive", "on_signup", "county")}
    assert told == {
        "name": "丁一郎", "series": "中小学教师", "level": "中级", "sector": "public_institution",
        "archive": True, "on_signup": True, "county": COUNTY,
    }  # fmt: skip


def test_T10_a_person_without_certificate_number_is_kept() -> None:
    people = _register({"certificate_no": None}, {"certificate_no": None, "name": "戊二妹"}).people
    assert people["name"].tolist() == ["丁一郎", "戊二妹"]
    assert people["certificate_no"].isna().all()


def test_MR4_the_file_received_last_wins() -> None:
    """Whatever the files are called and in whatever order they are read."""
    first, last = {"title": "二级教师", "file": "乙.xlsx"}, {"title": "高级教师", "file": "甲.xlsx", "received_on": MAY}
    for changes in ((first, last), (last, first)):
        register = _register(*changes)
        assert register.people["title"].tolist() == ["高级教师"]
        assert (register.merged, register.held) == (1, 0)
        assert register.findings.loc[register.findings["code"] == "MR4", "file"].tolist() == ["乙.xlsx"]


def test_MR4_a_form_sent_again_with_the_number_filled_in_is_the_same_person() -> None:
    for before, after in ((None, "0837140000001"), ("0837140000001", None)):
        register = _register({"certificate_no": before}, {"certificate_no": after, "title": "高级教师", **SECOND})
        assert register.people[["title", "certificate_no"]].to_numpy().tolist() == [["高级教师", "0837140000001"]]
        assert register.merged == 1


def test_MR4_a_form_sent_again_with_the_series_spelled_out_is_the_same_person() -> None:
    register = _register(
        {"certificate_no": None, "series": "中小学"}, {"certificate_no": None, "series": "中小学教师", **SECOND}
    )
    assert len(register.people) == 1


def test_a_number_that_lost_its_zero_is_the_same_person_and_shown_in_full() -> None:
    register = _register({}, {"certificate_no": "837140000001", **SECOND})
    assert register.people["certificate_no"].tolist() == ["0837140000001"]


@pytest.mark.parametrize(
    "other",
    [
        {"sex": "女"},  # another file, another sex
        {"series": "卫生技术", "title": "医师"},  # another series
        {"file": "报名表.xlsx", "received_on": date(2017, 4, 20)},  # a second row of the very form
        {"employer": HOSPITAL},  # another unit
    ],
)
def test_namesakes_stay_two_people(other: dict[str, Any]) -> None:
    changed = {"certificate_no": None, **SECOND, **other}
    register = _register({"sex": "男"}, changed)
    assert len(register.people) == 2
    assert register.merged == 0


def test_two_namesakes_sent_again_with_numbers_are_still_two() -> None:
    again = {**SECOND, "certificate_no": "0837140000002"}
    register = _register({}, {"certificate_no": None}, {**SECOND}, again)
    assert sorted(register.people["certificate_no"]) == ["0837140000001", "0837140000002"]
    assert register.merged == 2


def test_MR5_two_units_that_send_one_person_are_both_told() -> None:
    register = _register({}, {"employer": HOSPITAL, "filing_unit": HOSPITAL, **SECOND})
    told = register.findings[register.findings["code"] == "MR5"]
    assert sorted(told["file"]) == ["报名表.xlsx", "报名表（更正）.xlsx"]
    assert register.people["employer"].tolist() == [HOSPITAL]


def test_MR6_a_number_under_two_names_is_held_in_all_its_rows() -> None:
    register = _register({}, {"name": "戊二妹"}, {"name": "己三省", "certificate_no": "0837140000003"}, {**SECOND})
    assert register.people["name"].tolist() == ["己三省"]
    assert (register.held, register.merged) == (3, 0)
    assert _codes(register).count("MR6") == 3


def test_T20_an_unknown_unit_is_asked_once_a_file_and_its_people_counted() -> None:
    stray = {"employer": "德城区无名中学"}
    register = _register(
        {**stray}, {**stray, "name": "戊二妹", "certificate_no": None}, {**stray, "certificate_no": "09", **SECOND}
    )
    assert _codes(register).count("T20") == 2
    assert len(register.people) == 3
    assert register.people["sector"].isna().all()


def test_MR12_a_unit_of_another_area_is_told_and_its_people_counted() -> None:
    register = _register({"employer": FARM})
    assert "MR12" in _codes(register)
    assert len(register.people) == 1


def test_A5_an_unknown_series_is_counted_under_its_own_heading() -> None:
    register = _register({"series": "风水堪舆"})
    assert register.people["series"].tolist() == ["其他（待核）"]
    assert _codes(register) == []  # the intake told it at its cell


def test_T9_a_title_of_another_series_has_no_level() -> None:
    register = _register({"series": "工程技术", "title": "一级教师"})
    assert register.people["level"].tolist() == ["未定"]
    assert _codes(register) == []  # the intake told it at its cell


def test_A7_a_blank_title_or_series_is_no_finding() -> None:
    register = _register({"title": None}, {"series": None, "title": None, "name": "戊二妹", "certificate_no": None})
    assert register.people["level"].tolist() == ["未定", "未定"]
    assert _codes(register) == []


def test_ids_are_stable_and_unique_and_tell_nothing() -> None:
    changes = [
        {},
        {"certificate_no": None},
        {"certificate_no": None, "sex": "女"},
        {"certificate_no": "09", "name": "子"},
    ]
    ids = _register(*changes).people.set_index("source")["person_id"]
    again = register_people(people_rows(*changes).iloc[::-1], units(), county=COUNTY).people
    assert again.set_index("source")["person_id"].to_dict() == ids.to_dict()
    assert ids.is_unique
    assert ids.str.fullmatch(rf"{COUNTY}-[0-9a-f]{{10}}").all()


def test_ids_of_two_counties_differ() -> None:
    rows = people_rows({})
    here, there = (register_people(rows, units(), county=code).people for code in (COUNTY, "371403"))
    assert here["person_id"].iloc[0] != there["person_id"].iloc[0]


def test_findings_show_no_name_and_no_number() -> None:
    register = _register(
        {}, {"name": "戊二妹"}, {"series": "风水", "certificate_no": None}, {"employer": FARM, **SECOND}
    )
    text = register.findings.to_csv()
    assert not any(secret in text for secret in ("丁一郎", "戊二妹", "0837140000001"))
    assert "丁＊＊" in text


def test_every_row_becomes_a_person_or_is_merged_or_held() -> None:
    names = ["丁一郎", "戊二妹", "己三省"]
    numbers = [None, "0837140000001", "837140000001", "0837140000002"]
    files = [("甲.xlsx", date(2017, 4, 20)), ("乙.xlsx", MAY), ("丙.xlsx", date(2017, 4, 11))]
    changes = [
        {"name": name, "certificate_no": number, "employer": employer, "file": file, "received_on": day}
        for name in names for number in numbers for employer in (SCHOOL, HOSPITAL) for file, day in files
    ]  # fmt: skip
    register = _register(*changes)
    assert len(register.people) + register.merged + register.held == len(changes)
    assert register.people["person_id"].is_unique


def test_no_rows_give_an_empty_register() -> None:
    register = _register()
    assert (len(register.people), len(register.findings), register.merged, register.held) == (0, 0, 0, 0)
    assert isinstance(register.people, pd.DataFrame)
