"""Cases of malformed rows that only show once files stand side by side."""

from datetime import date
from pathlib import Path

import pandas as pd

from ce_toolkit.intake import read_folder
from ce_toolkit.registers import Registers, register
from ce_toolkit.rules import Pack, credit
from tests.fixtures.books import full_claim, full_hours, save
from tests.fixtures.registry import cases
from tests.registers.rows import COUNTY, exam_table, units

UNITS = units(
    ("陵城区试验中学", COUNTY, "public_institution", 10),
    ("陵城区试验小学", COUNTY, "public_institution", 10),
    ("陵城区试验局", COUNTY, "government_agency", 10),
    ("禹城市试验农场", "371482", "state_enterprise", 10),
)


def _registers(folder: Path, case_id: str = "") -> Registers:
    if case_id:
        cases()[case_id].write(folder)
    return register(read_folder(folder, year=2017, jobs=0), exam_table(), UNITS, county=COUNTY)


def _told(registers: Registers, code: str) -> list[tuple[str, str, str]]:
    found = registers.findings[registers.findings["code"] == code]
    return [tuple(row) for row in found[["file", "cell", "severity"]].astype("str").to_numpy()]


def test_MR5_two_units_that_send_one_person_are_both_told_and_he_counts_once(tmp_path: Path) -> None:
    registers = _registers(tmp_path, "MR5")
    assert sorted(_told(registers, "MR5")) == [
        ("试验中学报名表.xlsx", "A4", "warn"),
        ("试验小学报名表.xlsx", "A4", "warn"),
    ]
    people = registers.people.set_index("name")
    assert sorted(people.index) == ["丁一郎", "己三省", "戊二妹"]
    both = people.loc["丁一郎", ["employer", "previous_unit"]].tolist()
    assert sorted(both) == ["陵城区试验中学", "陵城区试验小学"]  # seen under both until the office decides
    assert people.loc[["己三省", "戊二妹"], "previous_unit"].isna().all()


def test_MR11_the_rules_count_the_first_of_a_file_and_refuse_another_year(tmp_path: Path, pack: Pack) -> None:
    registers = _registers(tmp_path, "MR11")
    table = credit(registers.claims, registers.people, pack, date(2017, 12, 31)).credits
    assert table["state"].astype("str").tolist() == ["granted", "refused", "granted", "refused", "refused"]


def test_MR11_a_claim_of_another_file_is_told(tmp_path: Path) -> None:
    save(tmp_path, "一.xlsx", full_hours(full_claim(1, title="师德讲座"), full_claim(2, title="法治讲座")))
    save(tmp_path, "二.xlsx", full_hours(full_claim(1, title="师德 讲座"), full_claim(2, title="安全讲座")))
    assert _told(_registers(tmp_path), "MR11") == [("二.xlsx", "A4", "warn")]


def test_MR12_who_is_out_of_scope_is_seen_with_the_reason_and_not_counted(tmp_path: Path, pack: Pack) -> None:
    registers = _registers(tmp_path, "MR12")
    standing = credit(registers.claims, registers.people, pack, date(2017, 12, 31)).standing
    seen = registers.people[["name", "sector"]].assign(
        status=standing["status"].astype("str"), flags=standing["flags"].astype("str")
    )
    agency = seen[seen["name"] == "戊二妹"].iloc[0]
    assert (agency["sector"], agency["status"]) == ("government_agency", "out_of_scope")
    assert "sector" in agency["flags"]
    assert _told(registers, "MR12") == [("报名表.xlsx", "A6", "warn")]
    assert len(seen) == 4


def test_MC15_series_written_otherwise_are_put_right_unknown_ones_kept_to_be_checked(tmp_path: Path) -> None:
    registers = _registers(tmp_path, "MC15")
    series = registers.people.set_index("name")["series"].astype("str")
    assert series[["辛五谷", "壬六艺", "丑九州"]].tolist() == ["中小学教师", "工程技术", "其他（待核）"]


def test_MC11_MC16_listed_days_and_comments_go_with_the_claim(tmp_path: Path) -> None:
    cases()["MC16"].write(tmp_path)
    save(tmp_path, "日期.xlsx", full_hours(full_claim(1, start="2017.5.1、5.8", end="", days="", name="丁一郎")))
    claims = _registers(tmp_path).claims
    assert claims["dates"].dropna().tolist() == ["2017-05-01 2017-05-08"]
    assert claims["comment"].dropna().tolist() == ["K12：实为 10 学时，丁一郎已说明"]
    assert pd.isna(claims["timetable"]).all()  # which day had how many hours is not known
