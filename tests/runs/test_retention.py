"""U24: how long names are kept is told on every run, or that nobody has said so."""

import pytest

from ce_toolkit.runs.retention import retention_reminder


@pytest.mark.parametrize(
    ("months", "said"), [(0, "还没有规定"), (1, "2018-01-31"), (14, "2019-02-28"), (36, "2020-12-31")]
)
def test_U24_the_last_day_or_a_reminder(months: int, said: str) -> None:
    assert said in retention_reminder(2017, months)
