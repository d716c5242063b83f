"""Working days of a year from its holiday notice, read strictly."""

from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.errors import ParamsError
from ce_toolkit.registers.calendar import read_calendar

SHIPPED = Path(__file__).parents[2] / "params" / "calendar-2017.yaml"
TEXT = """year: 2017
source: 通知
holidays:
  - {name: 劳动节, from: 2017-04-29, to: 2017-05-01}
workdays: [2017-05-27]
"""


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        ("2017-04-30", "2017-04-28"),  # a Sunday of the May holiday: the Friday before (E6)
        ("2017-04-28", "2017-04-28"),
        ("2017-05-28", "2017-05-27"),  # a holiday after a Saturday that is worked
        ("2017-04-02", "2017-04-01"),
        ("2017-10-08", "2017-09-30"),
        ("2017-07-01", "2017-06-30"),  # a plain Saturday
    ],
)
def test_E6_the_last_working_day_of_2017(deadline: str, last: str) -> None:
    assert read_calendar(SHIPPED).last_working_day(date.fromisoformat(deadline)) == date.fromisoformat(last)


def test_E6_another_year_is_not_guessed() -> None:
    for day in (date(2018, 4, 30), date(2017, 1, 1)):  # the second leads back into 2016
        with pytest.raises(ParamsError, match="请换用该年的文件"):
            read_calendar(SHIPPED).last_working_day(day)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("source: 通知", "sorce: 通知", "sorce：不认识的键"),
        ("workdays: [2017-05-27]\n", "", "workdays：缺少"),
        ("to: 2017-05-01", "to: 2017-04-01", "劳动节：from 晚于 to"),
        ("from: 2017-04-29, to: 2017-05-01", "from: 2016-04-29, to: 2016-05-01", "不在 2017 年内"),
        ("to: 2017-05-01", "to: 2017-02-30", "不存在的日期"),
        ("from: 2017-04-29", 'from: "2017-04-29"', "不加引号的日期"),
        ("[2017-05-27]", "[2017-05-26]", "workdays 中的 2017-05-26"),
        ("[2017-05-27]", "[2017-04-29]", "workdays 中的 2017-04-29"),
        ("year: 2017\n", "year: 2017\nyear: 2018\n", "第 2 行：键 year 写了两次"),
        ("[2017-05-27]", "[2017-05-27", "请改正"),
    ],
)
def test_a_slip_in_the_calendar_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "放假.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ParamsError, match=f"放假.yaml.*{told}"):
        read_calendar(path)


def test_a_calendar_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="请检查参数 calendar"):
        read_calendar(tmp_path / "没有.yaml")
