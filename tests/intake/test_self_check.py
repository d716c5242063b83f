"""A unit sees in its own file what the city sees, cell by cell and in order."""

from pathlib import Path

import pytest

from ce_toolkit.errors import InputError
from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.intake.self_check import CLEAN, FAULTY, UNREADABLE, check, told, told_as_json, verdict
from ce_toolkit.intake.ways import Ways
from tests.intake.conftest import Inbox, enrolment, person

BAD = [
    person(1), person(2, sex="不详"), person(3, certificate=371402000001234567), person(4, name="张三、李四"),
    *(person(number) for number in range(5, 11)), person(11, name="卯 · 冬？"),
]  # fmt: skip
_TOLD = ("code", "severity", "sheet", "cell", "shown", "wanted", "clause", "fix", "row_state", "count", "cells")


def _findings(batch: Intake, file: str) -> list[dict[str, object]]:
    rows = batch.findings[batch.findings["file"] == file]
    return rows[list(_TOLD)].astype(object).to_dict("records")


def test_D3_each_file_of_the_city_is_told_the_same_alone_as_in_the_folder(city_folder: Path) -> None:
    folder = city_folder / "inbox" / "371400"
    whole = read_folder(folder, year=2017)
    copies = set(whole.findings.loc[whole.findings["code"] == "MF10", "file"])  # told only beside the other copy
    for file in set(whole.submissions["file"]) - copies:
        alone = check(folder / file, year=2017)
        assert _findings(alone, file) == _findings(whole, file)
        codes = [batch.submissions.set_index("file").at[file, "check_code"] for batch in (alone, whole)]
        assert codes[0] == codes[1]


def test_D3_a_folder_is_told_as_the_city_reads_it(inbox: Inbox) -> None:
    inbox.put("坏.xlsx", enrolment(*BAD, footer=""))
    inbox.put("好.xlsx", enrolment(person(1)))
    ours, theirs = check(inbox.folder, year=2017), read_folder(inbox.folder, year=2017)
    assert ours.findings.equals(theirs.findings)
    assert verdict(ours) == FAULTY


def test_D3_MF12_a_form_of_another_city_is_told_alike_by_whoever_names_the_own_one(inbox: Inbox) -> None:
    form = enrolment(person(1))
    form[0] = ["聊城市 2017 年度专业技术人员继续教育报名表"]
    path = inbox.put("表.xlsx", form)
    ways = Ways(cities=("德州市", "乐陵市"))
    alone, whole = (
        read.findings for read in (check(path, year=2017, ways=ways), read_folder(inbox.folder, year=2017, ways=ways))
    )
    assert alone.equals(whole)
    assert "MF12" in set(alone["code"])
    assert "MF12" not in set(check(path, year=2017).findings["code"])


def test_findings_stand_in_the_order_of_the_sheet_each_with_its_remedy(inbox: Inbox) -> None:
    lines = list(told(check(inbox.put("坏.xlsx", enrolment(*BAD, footer="")), year=2017)))
    places = [line.split("] ")[1].split("　")[0] for line in lines if line.startswith("　[")]
    assert places == ["整个文件", "Sheet!C5", "Sheet!G6", "Sheet!B7", "Sheet!B14"]
    assert (
        lines[lines.index("　[提醒] Sheet!C5　现为“不＊”") + 1]
        == "　　　性别只能填 男 或 女，已按空白读取，请更正。（T6）"
    )
    text = "\n".join(lines)
    assert "张三" not in text
    assert "371402000001234567" not in text
    assert "校验码" not in text


def test_every_cell_of_a_frequent_fault_is_told(inbox: Inbox) -> None:
    people = [person(number, sex="不详") for number in range(1, 8)]
    lines = list(told(check(inbox.put("坏.xlsx", enrolment(*people)), year=2017)))
    assert any(line.startswith("　[提醒] Sheet!C4:C10") for line in lines)


def test_a_clean_file_is_told_its_rows_and_code(inbox: Inbox) -> None:
    batch = check(inbox.put("好.xlsx", enrolment(person(1), person(2))), year=2017)
    code = batch.submissions["check_code"].iloc[0]
    assert verdict(batch) == CLEAN
    assert f"行数 2，校验码 {code[:4]} {code[4:]}" in "\n".join(told(batch))
    assert told_as_json(batch)["files"][0]["check_code"] == code


def test_MF11_what_cannot_be_read_has_no_code(inbox: Inbox) -> None:
    batch = check(inbox.put("照片.pdf", b"%PDF-1.4"), year=2017)
    assert verdict(batch) == UNREADABLE
    assert told_as_json(batch)["files"][0]["check_code"] is None
    assert any("请用模板填报" in line for line in told(batch))


@pytest.mark.parametrize("name", ["没有.xlsx", "~$报名表.xlsx", "收件登记.csv", "上报确认单-报名表.html"])
def test_what_is_no_form_is_told_so(inbox: Inbox, name: str) -> None:
    if name != "没有.xlsx":
        inbox.put(name, b"x")
    with pytest.raises(InputError, match="请"):
        check(inbox.folder / name, year=2017)


def test_F17_a_slip_that_came_with_the_form_is_no_form(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1)))
    inbox.put("上报确认单.xlsx", enrolment(person(2)))
    read = inbox.read()
    assert list(read.files) == ["报名表.xlsx"]
    assert read.finding("F17")["file"] == "上报确认单.xlsx"
