"""Rows: persons told from everything else by structure, and rows that repeat or contradict one another."""

import pytest

from tests.intake.conftest import HOURS_HEAD, Inbox, as_text, claim, enrolment, hours, person


def names(result) -> list[str]:
    return [one["name"] for one in result.one["people"]]


def test_mr1_numbered_rows_without_content_are_skipped_and_counted(inbox: Inbox) -> None:
    rows = [person(1), *([number] for number in range(2, 11))]
    inbox.put("报名表.xlsx", enrolment(*rows))
    result = inbox.read()
    assert names(result) == ["丁一郎"]
    assert "只有序号 9" in result.one["skipped"]


def test_mr1_rows_prepared_with_a_unit_hold_nobody(inbox: Inbox) -> None:
    inbox.put(
        "报名表.xlsx", enrolment(person(1), [2, "", "", "陵城区试验中学"], [3, "", "", "陵城区试验中学", "中小学教师"])
    )
    assert inbox.read().counts == (1, 0, 6)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合计", "1人"], "合计"),
        (["", "小 计", "", "", "", "", 1], "合计"),
        (["总计：共1人"], "合计"),
        (["注：以上人员均已核实"], "说明"),
        (["填表说明：一人一行"], "说明"),
        (["", "以上人员均已核实无误"], "说明"),
        (["备注：", "以上人员均已核实"], "说明"),
        (["单位意见", "同意上报", "", "陵城区试验中学"], "说明"),
        (["一、中学部"], "说明"),
        (["制表人：甲某", "", "", "2017年4月20日"], "表尾"),
        (["示例", "张三", "", "某某小学"], "示例"),
    ],
)
def test_mr2_mr3_rows_without_a_person_are_told_by_structure(inbox: Inbox, row: list, kind: str) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), row))
    result = inbox.read()
    assert names(result) == ["丁一郎"]
    assert kind in result.one["skipped"]
    assert result.counts[1] == 0


@pytest.mark.parametrize("name", ["卫生", "韩国", "合欢", "总明", "小计划", "注一", "共工", "Na", "单于某", "手冢"])
def test_people_may_be_called_anything(inbox: Inbox, name: str) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1, name)))
    assert names(inbox.read()) == [name]


def test_mr3_stated_total_is_compared_with_the_rows(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2), ["合计", "3人"]))
    found = inbox.read().finding("MR3")
    assert (found["cell"], found["severity"]) == ("A6", "warn")
    assert "3 人" in found["fix"]


def test_mr3_subtotals_and_total_that_agree_say_nothing(inbox: Inbox) -> None:
    rows = [person(1), person(2), ["小计", "2人"], person(3), ["小计", "1人"], ["总计", "3人"]]
    inbox.put("报名表.xlsx", enrolment(*rows))
    assert inbox.read().findings("MR3") == []


def test_mr4_identical_row_counts_once(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), [2, *person(1)[1:]]))
    result = inbox.read()
    assert result.counts == (1, 0, 5)
    found = result.finding("MR4")
    assert (found["severity"], found["row_state"], found["shown"]) == ("auto", "skipped", "丁＊＊")
    assert "第 4 行" in found["fix"]


def test_mr4_same_person_with_other_details_is_held_twice(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), [2, *person(1, title="高级教师")[1:]], person(3)))
    result = inbox.read()
    assert (result.one["outcome"], result.counts) == ("partly", (1, 2, 4))
    assert [one["cell"] for one in result.findings("MR4")] == ["B4", "B5"]


def test_mr4_a_claim_that_repeats_is_left_to_the_rules(inbox: Inbox) -> None:
    inbox.put("学时.xlsx", hours(claim(1), claim(1)))
    assert inbox.read().counts == (2, 0, 4)


def test_mr6_one_number_for_two_names_holds_both(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2, certificate="0837140000001"), person(3)))
    result = inbox.read()
    assert result.counts == (1, 2, 4)
    assert [(one["cell"], one["shown"]) for one in result.findings("MR6")] == [("G4", "＊＊01"), ("G5", "＊＊01")]
    assert "下拉" in result.findings("MR6")[0]["fix"]


def test_mr9_several_people_in_a_cell_are_held(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1, "张三、李四"), person(2, "张三\n李四")))
    result = inbox.read()
    assert result.counts == (0, 2, 4)
    assert {one["shown"] for one in result.findings("MR9")} == {"张＊＊"}


@pytest.mark.parametrize("row", [[1, "男", "丁一郎", "试验中学"], [1, "丁一郎", "", "男", "试验中学"]])
def test_mr10_shifted_row_is_one_finding(inbox: Inbox, row: list) -> None:
    inbox.put("报名表.xlsx", enrolment(row))
    result = inbox.read()
    assert result.counts == (0, 1, 4)
    assert [one["code"] for one in result.one["findings"]] == ["MR10"]
    assert "丁一郎" not in result.intake.findings.to_csv()


def test_t4_gap_in_serial_numbers_is_a_hint(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2), person(4)))
    assert inbox.read().finding("T4")["severity"] == "info"


def test_t5_row_with_content_but_no_name_is_held(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), [2, "", "女", "试验中学", "", "", "0837"]))
    result = inbox.read()
    assert result.counts == (1, 1, 4)
    assert (result.finding("T5")["cell"], result.finding("T5")["row_state"]) == ("B5", "held")


def test_one_cause_is_one_finding_however_many_rows(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(*(person(number, title="") for number in range(1, 10)), person(10)))
    found = inbox.read().finding("A7")
    assert (found["count"], found["cells"], found["severity"]) == (9, "F4:F12", "warn")


def test_many_rows_are_all_accounted_for(inbox: Inbox) -> None:
    """T11: four thousand rows, and ten that were only numbered."""
    rows = [person(number, "丁" + chr(0x4E00 + number)) for number in range(1, 4001)]
    inbox.put("报名表.xlsx", enrolment(*rows, *([number] for number in range(4001, 4011))))
    assert inbox.read().counts == (4000, 0, 14)


def test_B8_two_people_on_one_card_are_told_and_the_number_is_masked(inbox: Inbox) -> None:
    head = ["学员姓名", "单位名称", "证书编号", "学习卡号", "考试日期", "考试结果"]
    cards = (("丁一郎", "01", "6600001"), ("戊二妹", "02", "6600001"), ("己三省", "03", "6600002"))
    rows = [[name, "试验中学", certificate, card, "2017-06-01", "合格"] for name, certificate, card in cards]
    inbox.put("成绩.csv", as_text([head, *rows]).encode())
    found = inbox.read().findings("B8")
    assert [(one["cell"], one["shown"], one["severity"]) for one in found] == [
        ("D2", "＊＊01", "warn"),
        ("D3", "＊＊01", "warn"),
    ]


@pytest.mark.parametrize(
    ("method", "value", "codes"),
    [("学习交流", ["exchange"], 0), ("其他：技能竞赛", ["other"], 0), ("其他", ["other"], 1)],
)
def test_C5_other_methods_are_to_be_named(inbox: Inbox, method: str, value: list[str], codes: int) -> None:
    inbox.put("学时.xlsx", hours([*claim(1), method], head=[*HOURS_HEAD, "培训方式"]))
    result = inbox.read()
    assert result.intake.hours["method"].tolist() == value
    assert len(result.findings("C5")) == codes
