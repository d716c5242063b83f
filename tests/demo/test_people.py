"""Names, titles and exam results of invented people."""

import numpy as np
import pytest

from ce_toolkit.demo import City
from ce_toolkit.demo.dice import dice
from ce_toolkit.demo.names import draw_names
from ce_toolkit.demo.spec import series_table


def test_mc4_names_hold_rare_characters_and_minority_names() -> None:
    names = draw_names(dice(1, 1, "people"), np.zeros(50, dtype=bool))
    assert {character for name in names for character in name} >= {"䶮", "㛃", "𠮷"}
    assert any("·" in name and len(name) >= 5 for name in names)
    assert any(len(name) == 2 for name in names)


def test_titles_fit_series_and_level(city: City) -> None:
    people = city.truth["people"].dropna(subset="title")
    for series, level, title in zip(people["series"], people["level"], people["title"], strict=True):
        table = series_table()[series]
        assert title in (*table.titles.get(level, ()), *table.also.get(level, ()))


def test_a7_some_have_no_title_yet(city: City) -> None:
    assert 0 < city.truth["people"]["title"].isna().sum() < 15


@pytest.mark.parametrize(
    ("series", "title", "level"),
    [
        ("新闻", "主任记者", "副高级"),
        ("新闻", "高级记者", "正高级"),
        ("卫生技术", "主任医师", "正高级"),
        ("体育教练", "高级教练", "副高级"),
        ("图书资料", "馆员", "中级"),
        ("会计", "会计员", "员级"),
        ("播音", "一级播音员", "中级"),
        ("工程技术", "工程技术应用研究员", "正高级"),
        ("中小学教师", "一级教师", "中级"),
        ("中小学教师", "中学一级教师", "中级"),
        ("中小学教师", "小学高级教师", "中级"),
        ("中小学教师", "小学一级教师", "助理级"),
        ("中小学教师", "中学高级教师", "副高级"),
        ("律师", "一级律师", "正高级"),
    ],
)
def test_t9_a_title_has_its_level_within_its_series(series: str, title: str, level: str) -> None:
    table = series_table()[series]
    assert title in (*table.titles.get(level, ()), *table.also.get(level, ()))


def test_t8_there_are_twenty_nine_series_and_no_spelling_belongs_to_two() -> None:
    table = series_table()
    assert len(table) == 29
    spellings = [spelling for series in table.values() for spelling in (series.name, *series.aliases)]
    assert len(spellings) == len(set(spellings))


def test_most_sit_the_exam_and_most_of_them_pass(city: City) -> None:
    exams, people = city.truth["exams"], city.truth["people"]
    sat = exams["person_id"].dropna()
    assert 0.78 < sat.nunique() / len(people) < 0.92
    passed = exams.loc[exams["result"] == "pass", "person_id"].dropna()
    assert 0.86 < passed.nunique() / sat.nunique() < 0.97
    assert sat.duplicated().any()  # a retake after a fail (U12)


def test_exam_results_hold_every_riddle(city: City) -> None:
    """B10 late passes, B2 last year's subject, and results that a number does not settle."""
    exams = city.truth["exams"]
    assert set(exams["clue"]) == {"certificate", "name_and_unit", "misspelt_unit", "namesakes", "on_no_form"}
    dates = exams["date"].astype(str)
    assert (dates > "2017-06-30").sum() >= 2
    assert (exams["year"] == 2016).sum() >= 2
    assert exams.loc[exams["clue"] == "on_no_form", "person_id"].isna().all()
    assert exams["card_no"].is_unique


def test_a_number_that_the_clue_rests_on_stands_on_the_form(city: City) -> None:
    people = city.truth["people"].set_index("person_id")
    sure = city.truth["exams"].query("clue == 'certificate'")
    assert list(people.loc[sure["person_id"], "certificate_written"]) == list(sure["certificate_no"])
