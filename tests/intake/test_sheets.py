"""Sheets and heads: which sheets are read, where the table begins, which column is which."""

import time

import openpyxl
import pytest

from ce_toolkit.cli import main
from ce_toolkit.intake import Ways, read_folder
from tests.intake.conftest import (
    EXAM_HEAD,
    FOOTER,
    HEAD,
    HOURS_HEAD,
    TITLE,
    UNIT,
    Inbox,
    add,
    as_text,
    book,
    claim,
    enrolment,
    hours,
    person,
)

ROWS = enrolment(person(1), person(2))


def names(result) -> list[str]:
    return [one["name"] for one in result.one["people"]]


def test_ms1_instruction_sheet_is_passed_over(inbox: Inbox) -> None:
    workbook = openpyxl.Workbook()
    add(workbook.active, [["填表说明"], ["1. 请逐项填写姓名、性别、单位"]])
    add(workbook.create_sheet("报名表"), ROWS)
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert names(result) == ["丁一郎", "戊二妹"]
    assert "略过（2 行）" in result.finding("MS1")["fix"]
    assert result.counts == (2, 0, 4)


def test_ms2_every_sheet_with_a_head_is_read(inbox: Inbox) -> None:
    workbook = book(*enrolment(person(1)))
    add(workbook.create_sheet("二部"), enrolment(person(2)))
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert names(result) == ["丁一郎", "戊二妹"]
    assert list(result.intake.enrolments["source"]) == ["报名表.xlsx!Sheet!A4", "报名表.xlsx!二部!A4"]
    assert "二部" in result.finding("MS2")["fix"]


def test_ms3_repeated_head_begins_a_second_table(inbox: Inbox) -> None:
    second = (
        ["2017 年度专业技术人员继续教育报名表"],
        ["填报单位：乙小学", "", "", "", "", "4 月 21 日"],
        HEAD,
        person(2),
    )
    inbox.put("报名表.xlsx", [[TITLE], [UNIT], HEAD, person(1), [], *second, [FOOTER]])
    result = inbox.read()
    assert names(result) == ["丁一郎", "戊二妹"]
    assert list(result.intake.enrolments["filing_unit"]) == ["陵城区试验中学", "乙小学"]
    assert result.counts == (2, 0, 8)


@pytest.mark.parametrize("right_serial", ["序号", ""])
def test_ms4_tables_side_by_side_are_read_from_left_to_right(inbox: Inbox, right_serial: str) -> None:
    head = ["序号", "姓名", "性别", right_serial, "姓名", "性别"]
    rows = [[1, "丁一郎", "男", 3, "己三省", "女"], [2, "戊二妹", "女", 4, "", ""], ["合计", "3人"]]
    inbox.put("报名表.xlsx", [[TITLE], [UNIT], head, *rows, [FOOTER]])
    result = inbox.read()
    assert names(result) == ["丁一郎", "戊二妹", "己三省"]
    assert list(result.intake.enrolments["source"])[2].endswith("!D4" if right_serial else "!E4")
    assert result.finding("MS4")["severity"] == "info"
    assert result.findings("MH7") == result.findings("D1") == result.findings("MR3") == []
    assert result.counts == (3, 0, 6 if right_serial else 5)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_ms5_hidden_sheet_is_reported_and_not_read(inbox: Inbox, state: str) -> None:
    workbook = book(*ROWS)
    add(workbook.create_sheet("旧名单"), enrolment(person(3)))
    workbook["旧名单"].sheet_state = state
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert names(result) == ["丁一郎", "戊二妹"]
    assert "（5 行）" in result.finding("MS5")["fix"]
    assert result.finding("MS5")["severity"] == "warn"


def test_ms5_list_behind_a_drop_down_is_no_warning(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    add(workbook.create_sheet("选项"), [["男"], ["女"]])
    workbook["选项"].sheet_state = "hidden"
    inbox.put("报名表.xlsx", workbook)
    assert inbox.read().finding("MS5")["severity"] == "info"


def test_ms6_hidden_rows_count_and_are_reported(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    workbook.active.row_dimensions[5].hidden = True
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert len(names(result)) == 2
    assert "有 1 行" in result.finding("MS6")["fix"]


def test_ms6_hidden_rows_are_held_where_an_office_wants_it(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    workbook.active.row_dimensions[5].hidden = True
    inbox.put("报名表.xlsx", workbook)
    batch = read_folder(inbox.folder, year=2017, ways=Ways(hold_hidden_rows=True))
    assert batch.submissions[["rows_accepted", "rows_held"]].values.tolist() == [[1, 1]]
    assert main(["intake", str(inbox.folder), "--hold-hidden"]) == 0


def test_ms8_blank_in_the_last_row_adds_no_rows(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    workbook.active["A1048576"] = " "
    inbox.put("报名表.xlsx", workbook)
    start = time.monotonic()
    assert inbox.read().counts == (2, 0, 4)
    assert time.monotonic() - start < 20


def test_ms9_blank_rows_are_counted_and_addresses_stay_true(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", [[], *enrolment(person(1), [], person(2))])
    result = inbox.read()
    assert result.counts == (2, 0, 6)
    assert list(result.intake.enrolments["row"]) == [5, 7]


def test_ms10_empty_sheets_are_passed_over(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    workbook.create_sheet("Sheet2")
    inbox.put("报名表.xlsx", workbook)
    assert inbox.read().finding("MS10")["severity"] == "info"


def test_mh1_title_and_unit_above_the_head_are_facts(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", ROWS)
    result = inbox.read()
    assert (result.one["filing_unit"], result.one["skipped"]) == ("陵城区试验中学", "标题 2、表头 1、表尾 1")
    row = result.intake.submissions.iloc[0]
    assert (row["form"], row["form_year"], row["findings"]) == ("enrolment", 2017, 0)


def test_mh2_two_head_rows_are_joined_by_their_merged_cells(inbox: Inbox) -> None:
    workbook = book(
        [TITLE], ["序号", "基本信息", "", "单位", "职务", ""], ["", "姓名", "性别", "", "职称", "证书编号"], []
    )
    for merged in ("B2:C2", "E2:F2", "A2:A3", "D2:D3"):
        workbook.active.merge_cells(merged)
    add(workbook.active, [[], [], [], [1, "丁一郎", "男", "试验中学", "一级教师", "0837"]])
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    (one,) = result.one["people"]
    assert (one["name"], one["employer"], one["title"]) == ("丁一郎", "试验中学", "一级教师")
    assert result.counts == (1, 0, 3)


def test_mh3_heads_fold_blanks_breaks_stars_and_remarks(inbox: Inbox) -> None:
    head = ["序 号", "*姓　名（必填）", "性\n别", "单位 ", "专业技术系列", "职称【现任】", "继续教育\n证书编号："]
    inbox.put("报名表.xlsx", enrolment(person(1), head=head))
    result = inbox.read()
    assert result.one["people"][0]["certificate_no"] == "0837140000001"
    assert result.findings("MH5") == []


def test_mh4_synonyms_are_read_and_named(inbox: Inbox) -> None:
    head = ["序号", "姓名", "性别", "工作单位", "职称系列", "专业技术职务", "证书号"]
    inbox.put("报名表.xlsx", enrolment(person(1), head=head))
    result = inbox.read()
    assert result.one["people"][0]["title"] == "一级教师"
    assert "专业技术职务→职称" in result.finding("MH4")["fix"]


def test_mh5_missing_required_column_holds_all_rows_with_one_finding(inbox: Inbox) -> None:
    head = [*HEAD[:1], "备注", *HEAD[2:]]
    inbox.put("报名表.xlsx", enrolment(*map(person, range(1, 9)), head=head))
    result = inbox.read()
    assert (result.one["outcome"], result.counts) == ("refused", (0, 8, 4))
    assert (result.finding("MH5")["cell"], result.finding("MH5")["count"]) == ("A3", 8)
    assert result.findings("T5") == []


def test_mh5_missing_expected_column_is_one_warning(inbox: Inbox) -> None:
    head = [*HEAD[:2], "备注", *HEAD[3:]]
    inbox.put("报名表.xlsx", enrolment(*map(person, range(1, 9)), head=head))
    result = inbox.read()
    assert result.counts == (8, 0, 4)
    assert result.finding("MH5")["severity"] == "warn"


def test_mh6_t12_extra_columns_are_named_and_private_ones_never_kept(inbox: Inbox) -> None:
    head = [*HEAD, "备注", "身份证号", "手机"]
    inbox.put("报名表.xlsx", enrolment([*person(1), "新入职", "371402199001011234", "13912345678"], head=head))
    result = inbox.read()
    assert "备注" in result.finding("MH6")["fix"]
    assert "身份证号、手机" in result.finding("T12")["fix"]
    kept = result.intake.enrolments.to_csv() + result.intake.findings.to_csv() + result.intake.submissions.to_csv()
    assert not any(secret in kept for secret in ("371402199001011234", "13912345678"))


def test_mh7_doubled_head_holds_all_rows_and_names_both_cells(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment([*person(1), "二部"], head=[*HEAD, "单位"]))
    result = inbox.read()
    assert result.counts == (0, 1, 4)
    assert "D3、H3" in result.finding("MH7")["fix"]


@pytest.mark.parametrize(
    "order", [[1, 0, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [1, 3, 2, 6, 5, 4], [0, 1, 4, 6, 2, 3, 5]]
)
def test_t19_columns_are_found_by_name_in_any_order(inbox: Inbox, order: list[int]) -> None:
    row = person(1)
    inbox.put("报名表.xlsx", enrolment([row[at] for at in order], head=[HEAD[at] for at in order]))
    (one,) = inbox.read().one["people"]
    assert list(one.values()) == ["丁一郎", "男", "陵城区试验中学", "中小学教师", "一级教师", "0837140000001"]


def test_n3_title_of_another_year_holds_all_rows(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2), title="二〇一六年度专业技术人员继续教育报名表"))
    result = inbox.read()
    assert result.counts == (0, 2, 4)
    assert (result.finding("N3")["cell"], result.intake.submissions["form_year"][0]) == ("A1", 2016)


@pytest.mark.parametrize(
    "title",
    [
        "2017年度专业技术人员继续教育报名表",
        "2017 年度专业技术人员\n继续教育报名表",
        "德州市2017年专业技术人员继续教育报名表",
        "２０１７年度专业技术人员继续教育报名表",
        "附件：2017 年度专业技术人员继续教育报名表（样式）",
        "二〇一七年度专业技术人员继续教育报名表",
        "2016-2017年度专业技术人员继续教育报名表（2015年修订）",
    ],
)
def test_t1_title_is_known_by_its_meaning(inbox: Inbox, title: str) -> None:
    """Q8 too: blanks around the number of the year."""
    inbox.put("报名表.xlsx", enrolment(person(1), title=title))
    assert inbox.read().intake.submissions["form_year"][0] == 2017


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["填报单位（公章）：甲小学"], "甲小学"),
        (["填报单位（公章）：", "甲小学"], "甲小学"),
        (["填报单位", "", "甲小学", "", "", "4 月 20 日"], "甲小学"),
        (["填报单位(盖章): 甲小学　　　　　2017年4月20日"], "甲小学"),
        (["申报单位：甲小学    联系人：某某"], "甲小学"),
        (["填报单位（公章）：", "", "", "", "", "4 月 20 日"], None),
        (["填报单位（公章）：________"], None),
    ],
)
def test_t2_filing_unit_stands_in_the_cell_or_to_the_right(inbox: Inbox, cells: list[str], unit: str | None) -> None:
    inbox.put("报名表.xlsx", [[TITLE], cells, HEAD, person(1), [FOOTER]])
    result = inbox.read()
    assert result.one["filing_unit"] == unit
    assert len(result.findings("T2")) == (unit is None)


@pytest.mark.parametrize(("date", "severity"), [("4 月 20 日", None), ("  月  日", "info"), ("2月30日", "warn")])
def test_t3_fill_date_is_completed_by_the_year_asked_for(inbox: Inbox, date: str, severity: str | None) -> None:
    inbox.put("报名表.xlsx", [[TITLE], [UNIT, "", date], HEAD, person(1), [FOOTER]])
    assert [one["severity"] for one in inbox.read().findings("T3")] == ([severity] if severity else [])


def test_t7_merged_unit_fills_its_rows_and_no_others(inbox: Inbox) -> None:
    rows = [person(1), *(person(number, employer="") for number in range(2, 6))]
    workbook = book(*enrolment(*rows))
    workbook.active.merge_cells("D4:D6")
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert [one["employer"] for one in result.one["people"]] == ["陵城区试验中学"] * 3 + ["", ""]
    log = [(one["severity"], one["cell"]) for one in result.findings("T7")]
    assert log == [("auto", "D4"), ("warn", "D7"), ("warn", "D8")]


@pytest.mark.parametrize(
    "footer",
    [
        [[FOOTER]],
        [
            ["继续教育工作负责人：", "甲某某", "办公电话：", "0534-2000000"],
            ["手机：", "13800000000", "电子邮箱", "a@b.cn"],
        ],
        [["负责人 甲某某  电话 2000000"], ["手机：13800000000"]],
        [[], ["注：本表一式两份"], ["制表人：甲某某", "", "", "审核人：乙某某"]],
    ],
)
def test_t14_contact_below_the_table_is_never_a_person(inbox: Inbox, footer: list[list[str]]) -> None:
    """T15 too: several labels in a cell, without colons, over two lines."""
    inbox.put("报名表.xlsx", [[TITLE], [UNIT], HEAD, person(1), *footer])
    result = inbox.read()
    assert names(result) == ["丁一郎"]
    contact = result.intake.submissions["contact"][0]
    assert "甲＊＊" in contact
    assert not any(secret in contact for secret in ("甲某某", "2000000", "13800000000", "a@b.cn", "unit@"))
    assert result.findings("D1") == []


def test_d1_missing_responsible_person_is_reported(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), footer="继续教育工作负责人：    办公电话：    手机："))
    assert inbox.read().finding("D1")["severity"] == "warn"


def test_forms_are_told_apart_by_their_heads(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", ROWS)
    inbox.put("学时.xlsx", hours(claim(1)))
    inbox.put(
        "成绩.csv", as_text([EXAM_HEAD, ["丁一郎", "试验中学", "01", "2017", "2017-06-01", "90", "合格"]]).encode()
    )
    intake = inbox.read().intake
    assert list(intake.submissions["form"]) == ["hours", "exam", "enrolment"]
    assert (len(intake.enrolments), len(intake.hours), len(intake.exams)) == (2, 1, 1)


def test_mh5_hours_form_without_its_class_column_is_held(inbox: Inbox) -> None:
    head = ["学时性质" if one == "学时类别" else one for one in HOURS_HEAD]
    inbox.put("学时.xlsx", hours(claim(1), head=head))
    result = inbox.read()
    assert (result.intake.submissions["form"][0], result.counts[1]) == ("hours", 1)
