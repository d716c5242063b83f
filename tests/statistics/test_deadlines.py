"""The three windows as a calendar (E1–E6)."""

from datetime import date

import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.registers.calendar import Calendar
from ce_toolkit.rules import Pack
from ce_toolkit.rules.pack import Window
from ce_toolkit.statistics import windows

MAY_DAY = Calendar(2017, "通知", frozenset([date(2017, 4, 29), date(2017, 4, 30), date(2017, 5, 1)]), frozenset())


def test_E4_E5_E6_both_ends_count_and_the_last_working_day_stands_beside(pack: Pack) -> None:
    table = windows(pack, MAY_DAY)
    assert table["days"].tolist() == [21, 61, 31]
    assert table["weekday"].tolist() == ["星期日", "星期五", "星期一"]
    assert table["last_working_day"].tolist() == [date(2017, 4, 28), date(2017, 6, 30), date(2017, 7, 31)]
    assert windows(pack)["last_working_day"].isna().all()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2017-06-30", "2017-05-01"),
        ("2017-05-02", "2017-06-30"),
        ("2017-04-30", "2017-06-30"),
        ("2018-05-01", "2018-06-30"),
    ],
)
def test_E4_windows_that_do_not_follow_one_another_are_refused(pack: Pack, first: str, last: str) -> None:
    window = Window(**{"from": date.fromisoformat(first), "to": date.fromisoformat(last), "cites": "五"})
    slipped = pack.model_copy(update={"windows": {**pack.windows, "study_exam": window}})
    with pytest.raises(PackError, match=r"请改正 \[windows\]"):
        windows(slipped)
