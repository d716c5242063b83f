"""A title says nothing without its series."""

import pandas as pd
import pytest

from ce_toolkit.titles import place, shown_title, title_table


@pytest.mark.parametrize(
    ("series", "title", "level"),
    [
        ("新闻", "主任记者", "副高级"),
        ("新闻", "高级记者", "正高级"),
        ("卫生技术", "主任医师", "正高级"),
        ("卫生技术", "副主任医师", "副高级"),
        ("体育教练", "高级教练", "副高级"),
        ("图书资料", "馆员", "中级"),
        ("群众文化", "管理员", "员级"),
        ("会计", "会计员", "员级"),
        ("播音", "一级播音员", "中级"),
        ("中小学教师", "中学一级教师", "中级"),
        ("中小学教师", "小学一级教师", "助理级"),
        ("中小学教师", "小学高级教师", "中级"),
        ("中小学教师", "中学高级教师", "副高级"),
        ("公证", "一级公证员", "正高级"),
        ("民用航空飞行", "一级飞行员", "副高级"),
        ("出版", "编辑", "中级"),
        ("技工学校教师", "一级实习指导教师", "中级"),
    ],
)
def test_level_of_a_title_in_its_series(series: str, title: str, level: str) -> None:
    assert _place(series, title) == (series, level)


@pytest.mark.parametrize(
    ("spelled", "printed"),
    [
        ("中教", "中小学教师"),
        ("卫技", "卫生技术"),
        ("工程", "工程技术"),
        ("工程技术系列", "工程技术"),
        ("图 书", "图书资料"),
    ],
)
def test_T8_series_are_known_by_their_everyday_names(spelled: str, printed: str) -> None:
    assert _place(spelled, None)[0] == printed


@pytest.mark.parametrize(
    ("series", "title"),
    [
        ("工程技术", "一级教师"),  # a title of another series
        ("卫生技术", "主任记者"),
        ("风水堪舆", "高级大师"),  # a series nobody knows: 高级 is not read as a level
        ("卫生技术", "主任医师/教授"),  # two titles in one cell
        (None, "工程师"),
    ],
)
def test_no_level_is_guessed(series: str | None, title: str) -> None:
    assert _place(series, title)[1] == "未定"


def test_A5_an_unknown_or_blank_series_is_kept_to_be_checked() -> None:
    assert {_place(series, None)[0] for series in ("风水堪舆", None, "")} == {"其他（待核）"}


def test_colloquial_titles_have_the_level_of_what_they_stand_for() -> None:
    assert [_place("工程", "高工")[1], _place("中教", "中高")[1], _place("中小学", "小高")[1]] == [
        "副高级",
        "副高级",
        "中级",
    ]


def test_every_level_of_the_table_is_one_of_five() -> None:
    table = title_table()
    assert set(table.levels.values()) == {"正高级", "副高级", "中级", "助理级", "员级"}
    assert len(table.series_order) == 30  # twenty-nine series, then 其他（待核）


def _place(series: str | None, title: str | None) -> tuple[str, str]:
    named, level = place(pd.Series([series], dtype="str"), pd.Series([title], dtype="str"))
    return named.iloc[0], level.iloc[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("工程师（中级）", "工程师（中级）"), ("副主任医师/副教授", "副主任医师/副教授"), ("中教", "中教"),
        ("高级教室", "高级教＊"), ("一级教师6壬六艺", "一级教师6＊＊艺"), ("丁一郎", "丁＊＊"), ("高文师", "高＊＊"),
    ],
)  # fmt: skip
def test_T12_what_is_no_title_is_shown_without_what_may_be_a_name(text: str, shown: str) -> None:
    assert shown_title(text) == shown
