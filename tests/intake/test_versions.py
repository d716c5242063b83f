"""Versions of one unit's form: which one counts, by which rule, and what differs (MF10)."""

import pytest

from tests.intake.conftest import Inbox, claim, enrolment, hours, person

OLD = [person(1), person(2), person(3)]
NEW = [person(1), person(2, title="高级教师"), person(4, serial=3)]


def put(inbox: Inbox, files: dict[str, str], days: dict[str, str] | None = None) -> None:
    """The older version under the first name, the newer under the second; days of filling in, and of receipt."""
    for (name, filled), rows in zip(files.items(), (OLD, NEW), strict=True):
        form = enrolment(*rows)
        form[1] = [form[1][0], filled]
        inbox.put(name, form)
    if days:
        lines = "".join(f"{name},{day}\n" for name, day in days.items())
        inbox.put("收件登记.csv", f"文件名,收到日期\n{lines}".encode())


@pytest.mark.parametrize(
    ("files", "days", "rule"),
    [
        (
            {"b.xlsx": "4 月 20 日", "a.xlsx": "4 月 10 日"},
            {"b.xlsx": "2017-04-12", "a.xlsx": "2017-04-21"},
            "收到日期较晚",
        ),
        (
            {"b.xlsx": "4 月 10 日", "a.xlsx": "4 月 20 日"},
            {"b.xlsx": "2017-04-21", "a.xlsx": "2017-04-21"},
            "填报日期较晚",
        ),
        ({"表v2.xlsx": "4 月 10 日", "表v10.xlsx": "4 月 10 日"}, None, "文件名标明的版本较新"),
        ({"表第三版.xlsx": "", "表（更正）.xlsx": ""}, None, "文件名标明的版本较新"),
        ({"表甲9.xlsx": "", "表甲10.xlsx": ""}, None, "按文件名排在后面"),
    ],
)
def test_mf10_the_newest_counts_by_the_first_rule_that_tells(
    inbox: Inbox, files: dict[str, str], days: dict[str, str] | None, rule: str
) -> None:
    put(inbox, files, days)
    result = inbox.read()
    old, new = files
    assert (result.files[old]["outcome"], result.files[new]["outcome"]) == ("replaced", "accepted")
    assert result.files[old]["rows_skipped"] == result.files[old]["rows_read"]
    assert len(result.intake.enrolments) == 3
    assert all(rule in one["fix"] for one in result.findings("MF10"))


def test_mf10_the_difference_is_named_by_rows(inbox: Inbox) -> None:
    put(inbox, {"表v1.xlsx": "", "表v2.xlsx": ""})
    (told,) = [one["fix"] for one in inbox.read().findings("MF10") if one["file"] == "表v2.xlsx"]
    assert "新增 1 行（第 6 行）；改动 1 行（第 5 行的职称）；原文件中去掉 1 行（第 6 行）" in told


def test_mf10_other_people_of_the_same_unit_all_count(inbox: Inbox) -> None:
    inbox.put("小学部.xlsx", enrolment(person(1), person(2)))
    inbox.put("初中部.xlsx", enrolment(person(3), person(4)))
    inbox.put("小学部学时.xlsx", hours(claim(1)))
    assert set(inbox.read().intake.submissions["outcome"].astype("str")) == {"accepted"}


def test_mf10_the_next_month_s_hours_are_no_second_version(inbox: Inbox) -> None:
    inbox.put("五月学时.xlsx", hours(claim(1), claim(2)))
    inbox.put("六月学时.xlsx", hours(claim(3), claim(4)))
    inbox.put("六月学时改.xlsx", hours(claim(3, hours=6), claim(4)))
    outcomes = {name: one["outcome"] for name, one in inbox.read().files.items()}
    assert sorted(outcomes.values()) == ["accepted", "accepted", "replaced"]
    assert outcomes["五月学时.xlsx"] == "accepted"


def test_mf10_three_versions_leave_one(inbox: Inbox) -> None:
    for number in (1, 2, 3):
        inbox.put(f"表v{number}.xlsx", enrolment(*OLD, person(3 + number, serial=4)))
    result = inbox.read()
    assert [one["outcome"] for one in result.files.values()] == ["replaced", "replaced", "accepted"]
    assert len(result.intake.enrolments) == 4
