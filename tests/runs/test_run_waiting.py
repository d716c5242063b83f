"""Rows held at intake, and rows that may be of several people, keep their people open instead of short."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.intake import read_folder
from ce_toolkit.registers import register, register_exams
from ce_toolkit.rules import Pack, credit
from ce_toolkit.runs.county import county_tables
from tests.fixtures.books import full_claim, full_hours, save
from tests.intake.conftest import EXAM_HEAD, enrolment, person
from tests.registers.rows import COUNTY, EXAM, exam_table, units

SCHOOL = {"employer": "德城区试验中学"}
TRAINED = {"hours": 16, **SCHOOL}


def _standing(
    folder: Path, pack: Pack, people: list[Any], claims: list[Any], exams: list[dict[str, Any]]
) -> pd.DataFrame:
    save(folder, "报名表.xlsx", enrolment(*people))
    save(folder, "学时.xlsx", full_hours(*claims))
    batch = read_folder(folder, year=2017, jobs=0)
    registers = register(batch, exam_table(*exams), units(), county=COUNTY)
    credited = credit(registers.claims, registers.people, pack, date(2017, 12, 31))
    return county_tables(batch, registers, credited, pack, county=COUNTY)["standing"]


def _exam(**changed: Any) -> dict[str, Any]:
    return {**EXAM, "name": "丁一郎", "certificate_no": "0837140000001", **changed}


def _many(count: int, **changed: Any) -> list[Any]:
    """Trainings of two days each, 16 hours a piece, in as many weeks."""
    rows = []
    for number in range(count):
        day = date(2017, 2, 1) + pd.Timedelta(days=7 * number)
        days = {"start": f"{day:%Y.%-m.%-d}", "end": f"{day + pd.Timedelta(days=1):%Y.%-m.%-d}"}
        rows.append(full_claim(number + 1, **{**TRAINED, **days, **changed}))
    return rows


@pytest.mark.parametrize(
    ("claims", "exams", "wanted"),
    [
        (_many(3), [_exam()], ("not_met", 0)),  # 48 of 60, nothing waits
        ([*_many(3), full_claim(9, **SCHOOL, hours="约16")], [_exam()], ("open", 1)),  # what waits has no figure
        ([*_many(3), full_claim(9, **SCHOOL, start="17.5.1", hours=16)], [_exam()], ("open", 1)),  # 48 + 16
        ([*_many(3), full_claim(9, **SCHOOL, start="17.5.1", hours=8)], [_exam()], ("not_met", 1)),  # 48 + 8 is short
        ([*_many(3), full_claim(9, **SCHOOL, hours="约16")], [], ("not_met", 1)),  # no training mends the exam
        (_many(4), [_exam(name="丁一娘")], ("open", 1)),  # whose exam this is cannot be told
        (_many(4), [_exam(name="丁一娘", result="fail")], ("not_met", 0)),
        ([*_many(4), full_claim(9, **SCHOOL, hours="约16")], [_exam()], ("met", 1)),
    ],
)
def test_who_waits_is_open_where_it_could_still_help(
    tmp_path: Path, pack: Pack, claims: list[Any], exams: list[Any], wanted: tuple[str, int]
) -> None:
    row = _standing(tmp_path, pack, [person(1, **SCHOOL)], claims, exams).iloc[0]
    assert (row["status"], row["waiting"]) == wanted


@pytest.mark.parametrize(
    ("result", "certificate", "wanted"),
    [
        ("", "0837140000001", ("open", 1)),  # held: no result yet (B11)
        ("85", "0837140000001", ("open", 1)),  # a score alone tells nothing
        ("", "0837140000099", ("open", 1)),  # may be this person's, whose number is another
        ("不合格", "0837140000001", ("not_met", 0)),
    ],
)
def test_B11_an_exam_row_held_at_intake_is_no_failure(
    tmp_path: Path, pack: Pack, result: str, certificate: str, wanted: tuple[str, int]
) -> None:
    row = ["丁一郎", SCHOOL["employer"], certificate, "2017", "2017-05-20", "85", result]
    for folder in ("platforms", "inbox"):
        (tmp_path / folder).mkdir()
    save(tmp_path / "platforms", "导出.xlsx", [EXAM_HEAD, row])
    save(tmp_path / "inbox", "报名表.xlsx", enrolment(person(1, **SCHOOL)))
    save(tmp_path / "inbox", "学时.xlsx", full_hours(*_many(4)))
    batch = read_folder(tmp_path / "inbox", year=2017, jobs=0)
    exams = read_folder(tmp_path / "platforms", year=2017, jobs=0)
    registers = register(batch, register_exams(exams.exams), units(), county=COUNTY, held_exams=exams.waiting_exams)
    credited = credit(registers.claims, registers.people, pack, date(2017, 12, 31))
    row = county_tables(batch, registers, credited, pack, county=COUNTY)["standing"].iloc[0]
    assert (row["status"], row["waiting"]) == wanted


def test_the_most_that_is_possible_grows_by_what_waits(tmp_path: Path, pack: Pack) -> None:
    claims = [*_many(1), full_claim(9, **SCHOOL, start="17.5.1", hours=10)]
    row = _standing(tmp_path, pack, [person(1, **SCHOOL)], claims, [_exam()]).iloc[0]
    assert (str(row["low"]), str(row["high"])) == ("46.00", "56.00")


def test_D12_a_row_of_two_namesakes_waits_for_both(tmp_path: Path, pack: Pack) -> None:
    people = [person(1, **SCHOOL), person(2, "丁一郎", **SCHOOL), person(3, **SCHOOL)]
    standing = _standing(tmp_path, pack, people, [full_claim(1, certificate="", **TRAINED)], [])
    assert standing["waiting"].tolist() == [1, 1, 0]
