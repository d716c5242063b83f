"""Who is counted where: nobody dropped, unknown never 0, every 合计 the sum of its parts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import TableError
from ce_toolkit.registers.areas import area_names
from ce_toolkit.statistics import Rate, YearTable, prove, roster
from ce_toolkit.statistics.counting import Counted
from ce_toolkit.statistics.reached import gap_class
from ce_toolkit.statistics.roster import MARKS, size_class
from tests.statistics.tiny import AREAS, bases_of, credits_of, made, people, shown, tables, units

SOME = AREAS[:3]
FEW = settings(max_examples=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "county": st.sampled_from(SOME),
            "sector": st.sampled_from(["public_institution", "state_enterprise", "government_agency", None]),
            "series": st.sampled_from(["会计", "统计", "其他（待核）", None]),
            "level": st.sampled_from(["中级", "未定", None]),
            "on_signup": st.sampled_from([True, False, None]),
            "total": st.sampled_from([0, 30, 90]),
            "short_public": st.sampled_from([0, 30]),
            "status": st.sampled_from(["met", "not_met", "open", "out_of_scope"]),
        }
    ),
    max_size=30,
)
HEADS = st.lists(
    st.tuples(
        st.sampled_from(SOME),
        st.sampled_from(["public_institution", "state_enterprise"]),
        st.none() | st.integers(0, 9),
    ),
    max_size=20,
)


def test_marks_of_the_roster() -> None:
    table = people(
        {},
        {"on_signup": False},
        {"status": "not_met", "total": 30},
        {"status": "not_met", "total": 0, "short_public": 30},
        {"status": "open", "total": 60, "short_public": 30},
        {"status": "out_of_scope", "total": 90},
    )
    assert shown(table, *MARKS, "in_scope") == [
        [True, True, True, True, True, True],
        [False, True, True, True, False, True],  # U34: hours, but on no form
        [True, True, True, False, False, True],
        [True, False, False, False, False, True],
        [True, True, False, False, False, True],
        [False, False, False, False, False, False],  # A6, U32: shown, counted nowhere
    ]


def test_a_person_without_standing_is_no_pass() -> None:
    """Else a blank shortfall would read as none."""
    rows, standing = tables([{}, {}])
    with pytest.raises(TableError, match="缺少 1 人的结果"):
        roster(rows, standing.iloc[:1])


def test_nobody_is_left_out_of_the_roster() -> None:
    table = people({"status": "out_of_scope"}, {"sector": None}, {"series": None}, {"county": "999999"})
    assert len(table) == 4
    assert table["sector_name"].tolist()[1] == "性质待核"
    assert table["county_name"].tolist()[3] == "999999"


def _published(table: Counted) -> pd.DataFrame:
    """The table as published where nothing is hidden."""
    nothing = pd.DataFrame(False, index=table.data.index, columns=[one.name for one in table.described.columns])
    return YearTable(table.described, table.data, nothing).published


def test_a_blank_key_counts_under_its_own_heading() -> None:
    table = made("by_series", bases_of([{}, {"series": None}, {"level": None}])).data
    assert shown(table, "series", "level", "in_scope") == [
        ["中小学教师", "中级", 1], ["中小学教师", "未填", 1], ["未填", "中级", 1], ["合计", "", 3],
    ]  # fmt: skip


def test_series_and_levels_stand_in_the_order_of_the_table_of_titles() -> None:
    rows = [
        {"series": series, "level": level} for series in ("会计", "工程技术") for level in ("未定", "员级", "正高级")
    ]
    table = made("by_series", bases_of([*rows, {"series": "其他（待核）", "level": "未定"}])).data
    assert shown(table, "series", "level") == [
        ["工程技术", "正高级"], ["工程技术", "员级"], ["工程技术", "未定"],
        ["会计", "正高级"], ["会计", "员级"], ["会计", "未定"], ["其他（待核）", "未定"], ["合计", ""],
    ]  # fmt: skip


def test_A4_ownership_is_split_and_sums() -> None:
    sectors = ["public_institution", "state_enterprise", "non_public_enterprise", "non_public_enterprise", None]
    table = made("by_ownership", bases_of([{"sector": sector} for sector in sectors])).data
    assert shown(table, "ownership", "in_scope") == [["公有", 2], ["非公有", 2], ["待核", 1], ["合计", 5]]


def test_F10_classes_of_what_is_missing_hold_their_upper_end() -> None:
    given_ = np.array([0, 1, 1000, 1001, 3000, 3001, 9000, 9001])
    assert list(gap_class(given_)) == [
        "达到要求", "差10学时以内", "差10学时以内", "差10以上至20", "差20以上至30", "差30以上至60", "差60以上至90",
        "差90以上",
    ]  # fmt: skip


def _met_in(*claims: tuple[str, int, date | None]) -> list[str]:
    """Months of the table for one person who met with these claims: class, hours granted, day."""
    credit = credits_of(*((("P0", class_, hours, 0, 0, 0)) for class_, hours, _ in claims))
    credit["completed_on"] = pd.array([day for *_, day in claims], pd.ArrowDtype(pa.date32()))
    return [row[0] for row in shown(made("months", bases_of([{}], credit)).data, "month")[:-1]]


def test_the_month_of_completion_is_that_of_the_last_minimum_reached() -> None:
    exam, late = ("public_exam", 30, date(2017, 5, 31)), ("training", 1, date(2017, 11, 2))
    study, paper = ("self_study", 40, date(2017, 9, 1)), ("output", 20, date(2017, 2, 1))
    assert _met_in(late, study, paper, exam) == ["9月"]
    assert _met_in(study, ("output", 20, date(2018, 1, 3)), exam) == ["12月"]  # U28: over the year's edge
    assert _met_in(study, ("output", 20, None), exam) == ["日期不明"]
    assert _met_in(study, paper, exam, ("training", 8, None)) == ["9月"]  # not needed


def test_who_did_not_meet_stands_in_no_month() -> None:
    table = made("months", bases_of([{"status": "not_met"}, {"status": "open"}])).data
    assert shown(table, "month", "met") == [["合计", 0]]


def test_size_of_a_unit_by_its_head_count_boundaries_included() -> None:
    given_ = pd.Series([0, 9, 10, 49, 50, 199, 200, None], dtype="int64[pyarrow]")
    assert size_class(given_, known=True).tolist() == [
        "1—9人", "1—9人", "10—49人", "10—49人", "50—199人", "50—199人", "200人及以上", "未报应参训人数",
    ]  # fmt: skip
    assert set(size_class(given_, known=False)) == {"不在单位名录"}


def test_C23_who_reaches_the_professional_minimum_without_any_training() -> None:
    rows = [{"flags": "coauthor no_training"}, {}, {"short_professional": 8, "status": "not_met"}]
    assert shown(_published(made("untrained", bases_of(rows))), "county_name", "professional_met", "no_training") == [
        ["德城区", 2, 1], ["合计", 2, 1],
    ]  # fmt: skip


def test_F2_a_group_with_a_unit_that_gave_no_head_count_is_unknown() -> None:
    """Neither 0 nor the sum of those who did; and unknown in the whole too."""
    register = units(
        ("371402", "public_institution", 3), ("371402", "public_institution", None), ("371403", "state_enterprise", 4)
    )
    table = made("participation", bases_of([{}, {"county": "371403", "sector": "state_enterprise"}], register=register))
    assert shown(table.data, "county_name", "units", "units_reporting", "eligible", "enrolled") == [
        ["德城区", 2, 1, None, 1], ["陵城区", 1, 1, 4, 1], ["合计", 3, 2, None, 2],
    ]  # fmt: skip
    assert shown(_published(table), "joined", "completed", "completed_of_eligible") == [
        ["未报", "100.0%", "未报"], ["25.0%", "100.0%", "25.0%"], ["未报", "100.0%", "未报"],
    ]  # fmt: skip


def test_a_group_of_units_without_people_appears_and_one_without_units_too() -> None:
    table = made("participation", bases_of([{"county": "371403"}], register=units(("371402", "public_institution", 7))))
    assert shown(table.data, "county_name", "units", "eligible", "enrolled") == [
        ["德城区", 1, 7, 0], ["陵城区", 0, None, 1], ["合计", 1, None, 1],
    ]  # fmt: skip
    assert shown(_published(table), "joined", "completed")[0] == ["0.0%", "—"]


def test_groups_stand_in_the_order_of_the_bureau_s_tables() -> None:
    everywhere = [{"county": code} for code in reversed(AREAS)]
    register = units(*((code, "public_institution", 1) for code in AREAS[::-1]))
    table = made("participation", bases_of(everywhere[:5], register=register)).data
    assert table["county_name"].tolist() == [*area_names().values(), "合计"]


def test_nobody_and_no_unit_give_a_whole_of_nothing() -> None:
    frames = bases_of([])
    assert shown(made("participation", frames).data, "county_name", "units", "met") == [["合计", 0, 0]]
    assert shown(made("hours", frames).data, "class", "claims", "granted") == [["合计", 0, Decimal(0)]]


@pytest.mark.parametrize(
    ("part", "total", "text"),
    [(1, 3, "33.3%"), (0, 3, "0.0%"), (3, 3, "100.0%"), (0, 0, "—"), (0, None, "未报"), (2, pd.NA, "未报")],
)
def test_F5_a_rate_shows_its_share_or_why_there_is_none(part: int, total: int | None, text: str) -> None:
    assert str(Rate(part, total)) == text


def test_F5_the_numerator_is_part_of_the_denominator() -> None:
    """Whoever met without being on a form is in 达标, not in the share of those on one."""
    table = _published(made("participation", bases_of([{"on_signup": False}, {"status": "not_met"}])))
    assert shown(table.iloc[:1], "enrolled", "met", "met_enrolled", "completed") == [[1, 1, 0, "0.0%"]]


@FEW
@given(ROWS, HEADS)
def test_N4_every_whole_is_the_sum_of_its_parts(
    rows: list[Mapping[str, Any]], heads: list[tuple[str, str, int | None]]
) -> None:
    frames = bases_of(rows, register=units(*heads))
    for name in ("participation", "by_county_sector", "by_series", "by_size", "by_ownership"):
        table = made(name, frames)
        *parts, whole = table.data.select_dtypes("number").astype(object).to_dict("records")
        for figure, total in whole.items():
            figures = [part[figure] for part in parts]
            unknown = any(pd.isna(figure) for figure in figures)
            assert pd.isna(total) if unknown else total == sum(figures)
        proof = prove(table, frames)
        assert proof.loc[proof["item"] != "eligible", "agrees"].all()


@FEW
@given(ROWS, HEADS)
def test_N4_the_counties_sum_to_the_city(
    rows: list[Mapping[str, Any]], heads: list[tuple[str, str, int | None]]
) -> None:
    """合计 rows of each county's own table, by sector, against the city's table by county: every column."""
    city = made("participation", bases_of(rows, register=units(*heads))).data.iloc[-1]
    wholes = [
        made("participation", bases_of(mine, register=units(*heads), areas=[code]), city=False).data.iloc[-1]
        for code in SOME
        for mine in [[row for row in rows if row["county"] == code]]
    ]
    for name in ("units", "units_reporting", *MARKS):
        assert city[name] == sum(whole[name] for whole in wholes)
    assert city["out_of_scope"] == sum(row["status"] == "out_of_scope" for row in rows)


@FEW
@given(ROWS)
def test_no_mark_exceeds_the_people_in_scope(rows: list[Mapping[str, Any]]) -> None:
    table = made("participation", bases_of(rows)).data
    assert all((table[mark] <= table["in_scope"]).all() for mark in MARKS)
    assert (table["met_enrolled"] <= table[["met", "enrolled"]].min(axis=1)).all()
    assert table.iloc[-1][["in_scope", "out_of_scope"]].sum() == len(rows)
