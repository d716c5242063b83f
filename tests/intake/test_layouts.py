"""Columns that are only guessed: proposed, confirmed by a person, and remembered for the unit (MH8, MH10)."""

from pathlib import Path

import pytest

from ce_toolkit.cli import main
from ce_toolkit.errors import ParamsError
from ce_toolkit.intake import Ways, read_folder, read_layouts, write_layouts
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.guesses import similar
from tests.intake.conftest import HEAD, Inbox, as_text, enrolment, person

ENTRY = "- {填报单位: 甲小学, 表种: 报名表, 文件: 表.xlsx, 列: {姓别: 性别}, 已确认: 否}\n"


@pytest.fixture
def layouts(tmp_path: Path) -> Path:
    return tmp_path / "版式.yaml"


def confirm(inbox: Inbox, layouts: Path) -> Ways:
    """Write what is proposed, and say yes to all of it."""
    write_layouts(layouts, read_folder(inbox.folder, year=2017).layouts)
    layouts.write_text(layouts.read_text(encoding="utf-8").replace("已确认: 否", "已确认: 是"), encoding="utf-8")
    return Ways(layouts=read_layouts(layouts))


@pytest.mark.parametrize(
    "head",
    [
        [*HEAD[:2], "姓别", *HEAD[3:]],
        ["序號", "姓名", "性別", "單位", "專業技術系列", "職稱", "繼續教育證書編號"],
        ["No.", "xingming", "Sex", "danwei", "Series", "Title", "Certificate No."],
    ],
)
def test_mh10_confirmed_heads_are_read_like_any_others(inbox: Inbox, layouts: Path, head: list[str]) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2), head=head))
    batch = read_folder(inbox.folder, year=2017, ways=confirm(inbox, layouts))
    assert batch.enrolments["sex"].tolist() == ["男", "男"]
    assert batch.submissions["rows_accepted"].tolist() == [2]
    assert [(one["code"], one["severity"]) for one in batch.findings.to_dict("records")] == [("MH10", "info")]
    assert batch.layouts == ()


def test_mh8_confirmed_columns_of_a_table_without_a_head_are_read(inbox: Inbox, layouts: Path) -> None:
    inbox.put("名单.csv", as_text([person(number) for number in range(1, 7)]).encode())
    before = read_folder(inbox.folder, year=2017)
    assert before.submissions["rows_held"].tolist() == [6]
    after = read_folder(inbox.folder, year=2017, ways=confirm(inbox, layouts))
    assert after.enrolments["name"].tolist()[:2] == ["丁一郎", "戊二妹"]
    assert len(after.enrolments) == 6


def test_mh8_a_confirmed_table_whose_columns_have_moved_is_asked_about_again(inbox: Inbox, layouts: Path) -> None:
    inbox.put("名单.csv", as_text([person(number) for number in range(1, 7)]).encode())
    ways = confirm(inbox, layouts)
    moved = [[row[2], row[1], row[0], *row[3:]] for row in (person(number) for number in range(1, 7))]
    inbox.put("名单.csv", as_text(moved).encode())
    batch = read_folder(inbox.folder, year=2017, ways=ways)
    assert batch.submissions["rows_held"].tolist() == [6]
    assert [layout.columns["A列"] for layout in batch.layouts] == ["sex"]


def test_mh10_a_layout_file_in_the_folder_is_followed(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), head=[*HEAD[:2], "姓别", *HEAD[3:]]))
    confirm(inbox, inbox.folder / "版式.yaml")
    batch = read_folder(inbox.folder, year=2017)
    assert (batch.enrolments["sex"].tolist(), batch.ignored) == (["男"], ("版式.yaml",))


def test_mh9_a_column_without_a_head_is_told_with_what_it_looks_like(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2), head=[*HEAD[:2], "", *HEAD[3:]]))
    found = inbox.read().finding("MH9")
    assert found["cell"] == "C3"
    assert found["fix"].endswith("内容像是“性别”。")


def test_mh10_a_layout_is_for_its_own_unit_only(inbox: Inbox, layouts: Path) -> None:
    head = [*HEAD[:2], "姓别", *HEAD[3:]]
    inbox.put("甲.xlsx", enrolment(person(1), head=head, unit="填报单位：甲小学"))
    ways = confirm(inbox, layouts)
    inbox.put("乙.xlsx", enrolment(person(2), head=head, unit="填报单位：乙小学"))
    batch = read_folder(inbox.folder, year=2017, ways=ways)
    assert dict(zip(batch.enrolments["file"], batch.enrolments["sex"].isna(), strict=True)) == {
        "甲.xlsx": False,
        "乙.xlsx": True,
    }
    assert [layout.unit for layout in batch.layouts] == ["乙小学"]


def test_mh8_what_cannot_be_told_is_refused_and_nothing_proposed(inbox: Inbox) -> None:
    inbox.put("表.csv", as_text([["甲", "乙", "丙"], ["一", "二", "三"]]).encode())
    batch = read_folder(inbox.folder, year=2017)
    assert (batch.submissions["outcome"].tolist(), batch.layouts) == (["refused"], ())


def test_mh10_a_similar_head_over_other_content_is_no_guess(inbox: Inbox) -> None:
    inbox.put(
        "报名表.xlsx", enrolment(person(1, sex="公办"), person(2, sex="民办"), head=[*HEAD[:2], "性质", *HEAD[3:]])
    )
    assert inbox.read().findings("MH10") == []


def test_mh10_a_head_that_could_be_two_is_no_guess() -> None:
    fields = field_spec().forms["hours"].fields
    assert similar("结束日", fields) == "end"
    assert similar("某始日期", [one for one in fields if one.id in {"start", "end"}]) == "start"
    assert similar("X时间", fields) == ""


def test_layout_file_keeps_what_stands_in_it_and_asks_once(inbox: Inbox, layouts: Path) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), head=[*HEAD[:2], "姓别", *HEAD[3:]]))
    layouts.write_text("# 我的备注\n" + ENTRY, encoding="utf-8")
    assert main(["intake", str(inbox.folder), "--layouts", str(layouts)]) == 0
    text = layouts.read_text(encoding="utf-8")
    assert text.startswith("# 我的备注\n" + ENTRY)
    assert [layout.unit for layout in read_layouts(layouts)] == ["甲小学", "陵城区试验中学"]
    main(["intake", str(inbox.folder), "--layouts", str(layouts)])
    assert layouts.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace("表种", "表"), "第 1 项：应正好有 填报单位、表种"),
        (ENTRY.replace("报名表", "工资表"), "表种应是 报名表、学时登记表"),
        (ENTRY.replace("性别}", "身高}"), "不能是 身高"),
        (ENTRY.replace("姓别: 性别", "a: 性别, b: 性别"), "列 的右边有重复"),
        (ENTRY.replace("否", "也许"), "已确认 应填 是 或 否"),
        ("列: [", "读不出来"),
    ],
)
def test_layout_file_that_is_wrong_says_where(layouts: Path, text: str, said: str) -> None:
    layouts.write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match=said):
        read_layouts(layouts)
