"""Who has no pass in the public subject, and why (B15)."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa

from ce_toolkit.publish import unpassed_page
from ce_toolkit.statistics import unpassed, unpassed_counts
from ce_toolkit.tables import HOURS
from tests.conftest import Processed

NAMES = {
    "无成绩": "甲某一",
    "未合格": "乙某二",
    "对不上": "丙某三",
    "同名": "丁某四",
    "不算": "戊某五",
    "合格": "己某六",
}


def _table() -> pd.DataFrame:
    who = list(NAMES)
    people = pd.DataFrame(
        {
            "person_id": who, "name": list(NAMES.values()), "employer": "试验中学", "on_signup": True,
            "certificate_no": [f"0837140000{place:03d}" for place in range(len(who))],
        }
    )  # fmt: skip
    short = pd.array([Decimal(30)] * 5 + [Decimal(0)], pd.ArrowDtype(HOURS))
    standing = pd.DataFrame({"person_id": who, "status": "not_met", "short_public": short})
    results = ["fail", "pass", "pass", "pass", "pass"]
    takers = ["乙某二", "丙某三", "丁 某四", "戊某五", "己某六"]
    exams = pd.DataFrame({"exam_id": list("12345"), "name": takers, "result": results}, dtype="str")
    found = [
        ("1", "未合格", "same"),
        ("2", "对不上", "ask"),
        ("3", None, "ask"),
        ("4", "不算", "same"),
        ("5", "合格", "same"),
    ]
    matches = pd.DataFrame(found, columns=["exam_id", "person_id", "verdict"], dtype="str")
    return unpassed(people, standing, exams, matches)


def test_B15_three_people_three_states_and_two_more() -> None:
    gaps = _table().set_index("name")["gap"].to_dict()
    assert gaps == {
        "甲某一": "no_result", "乙某二": "failed", "丙某三": "ambiguous", "丁某四": "ambiguous",
        "戊某五": "not_credited",
    }  # fmt: skip


def test_B15_people_are_counted_and_listed_masked() -> None:
    table = _table()
    assert unpassed_counts(table)["persons"].tolist() == [2, 1, 1, 1, 5]
    shown = unpassed_page(table, place="德城区").table.to_csv()
    assert "没有成绩" in shown
    assert "甲＊＊" in shown
    assert not any(name in shown for name in NAMES.values())
    assert "0837140000" not in shown


def test_B15_everyone_enrolled_in_scope_has_passed_or_is_listed(processed: Processed) -> None:
    for area, registers in processed.registers.items():
        standing = processed.credited[area].standing
        gaps = unpassed(registers.people, standing, processed.exams, registers.matches)
        enrolled = registers.people.loc[registers.people["on_signup"].fillna(False).astype("bool"), "person_id"]
        inside = standing[standing["person_id"].isin(enrolled) & (standing["status"] != "out_of_scope")]
        passed = pa.array(inside["short_public"]).cast("float64").to_pylist().count(0)
        assert len(gaps) == len(inside) - passed
