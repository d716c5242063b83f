"""What goes to a unit: its own order, hours recomputed another way, reasons, gaps, and text of others kept harmless."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from ce_toolkit.publish.unit.closing import OVER, closing
from ce_toolkit.publish.unit.cover import cover, write_cover
from ce_toolkit.publish.unit.lists import ENTRIES, LACKS, PEOPLE, unit_pages
from ce_toolkit.publish.unit.printing import unit_html
from ce_toolkit.publish.unit.words import days_words
from ce_toolkit.publish.unit.year import UnitYear, own_order, unit_years
from ce_toolkit.publish.workbook.book import write_workbook
from ce_toolkit.rules import load_pack
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.workflow import Journal, Routes
from ce_toolkit.workflow.recognition import Batch, recognise
from ce_toolkit.workflow.whole_year import WholeYear, whole_year
from tests.workflow.office import COUNTY, SCHOOL, act, enter, register_of_units

PACK = load_pack("dezhou-2017")
END, JULY = date(2017, 12, 31), date(2017, 7, 31)
COURSE = {"class": "training", "basis": "held_industry", "start": date(2017, 3, 6), "end": date(2017, 3, 9), "days": 4,
          "hours": 40}  # fmt: skip
SECOND = {**COURSE, "start": date(2017, 4, 3), "end": date(2017, 4, 5), "days": 3, "hours": 20}
AUTUMN = {**COURSE, "start": date(2017, 9, 4), "end": date(2017, 9, 7), "hours": 30}
PASS = {"class": "public_exam", "subject": 2017, "date": date(2017, 5, 20), "result": "pass"}
HOSTILE = "<script>alert(1)</script>\u202e"


def _year(folder: Path, day: date = END) -> WholeYear:
    """Two people of the school: one with a course recognised, one only reviewed, an autumn course and a pass."""
    cases = [{"id": "a", "records": [{**COURSE, "ref": "t1"}, {**SECOND, "ref": "t2"}, {**PASS, "ref": "p"}]},
             {"id": "b", "records": [{**AUTUMN, "ref": "t3"}, {**SECOND, "ref": "t4"}]}]  # fmt: skip
    tables = case_tables(cases, [1, 2], PACK)
    known = register_of_units(folder)
    routes = Routes(known.reviewers, known.unresolved.iloc[:0])
    people = tables.people.assign(
        name=["王试一", HOSTILE], employer=SCHOOL, filing_unit=SCHOOL, county=COUNTY, certificate_no=["0001", "=1+1"],
        source=["报名表.xlsx!S!A10", "报名表.xlsx!S!A9"], on_signup=pd.array([True, True], "bool[pyarrow]"),
    )  # fmt: skip
    journal = Journal(folder / COUNTY)
    for claim in tables.claims["claim_id"]:
        if not claim.endswith(":p"):
            on = date(2017, 9, 20) if claim.endswith("t3") else date(2017, 6, 1)
            told = {"person_id": claim[:6], "on": on}
            enter(journal, routes, act("registered", claim, **told), known_on=date(2017, 9, 20))
    enter(journal, routes, *(act("reviewed", f"00000{n}", person_id=f"00000{n[0]}") for n in ("1:t1", "2:t4")),
          known_on=date(2017, 9, 20))  # fmt: skip
    batch = Batch("2017-1", date(2017, 7, 20), "认定人丙", date(2017, 9, 20))
    recognise({COUNTY: journal}, routes, batch, frozenset({"000001:t1"}))
    return whole_year(people, tables.claims, journal.read(), routes, PACK, day)


@pytest.fixture
def told(tmp_path: Path) -> WholeYear:
    return _year(tmp_path)


def _pages(told: WholeYear) -> dict[str, pd.DataFrame]:
    (unit,) = unit_years(told)
    return {page.tab: page.table for page in unit_pages(unit, PACK, closing(told), source="依据")}


def _unit(told: WholeYear) -> UnitYear:
    (unit,) = unit_years(told)
    return unit


def test_the_order_is_that_of_the_rows_the_unit_sent_nine_before_ten(told: WholeYear) -> None:
    assert list(_unit(told).people["person_id"]) == ["000002", "000001"]
    sources = ["b.xlsx!S!A2", "a.xlsx!S!A10", "a.xlsx!S!A9", "a.xlsx!T!B3", "h.xlsx!S!A1"]
    people = pd.DataFrame({"person_id": list("vwxyz"), "source": sources,
                           "on_signup": pd.array([True, True, True, True, False], "bool[pyarrow]")})  # fmt: skip
    assert "".join(own_order(people)["person_id"]) == "xwyvz"  # who is on no enrolment form comes last


def test_D4_hours_to_enter_are_those_recognised_and_no_others(told: WholeYear) -> None:
    """32 of the 40 hours in four days (三.1) and the pass; what is only registered or reviewed is not entered yet."""
    rows = _pages(told)[ENTRIES].set_index("序号")
    assert rows.loc[2, ["公需科目考试", "培训进修", "认定合计", "待认定"]].tolist() == [30, 32, 62, 20]
    assert rows.loc[2, "应登记"] == "公需科目考试 30；培训进修 32"
    assert rows.loc[2, ["认定批次", "认定日期"]].tolist() == ["2017-1", "2017-07-20"]
    assert rows.loc[1, ["认定合计", "待认定", "应登记"]].tolist() == [0, 50, "暂无可登记"]


def test_F9_each_person_s_claims_add_up_and_each_hour_not_counted_has_its_reason(told: WholeYear) -> None:
    rows = _pages(told)[PEOPLE]
    claims = rows[rows["类别"] != "合计"]
    assert (claims["申报"] == claims["可计"] + claims["不计"] + claims["待补"]).all()
    sums = rows[rows["类别"] == "合计"].set_index("序号")
    assert claims.groupby("序号")[["申报", "可计"]].sum().astype(int).equals(sums[["申报", "可计"]].astype(int))
    cut = claims[(claims["不计"] != 0) | (claims["待补"] != 0)]
    assert len(cut) == 1
    assert "8学时" in cut["说明"].iloc[0]
    assert "三.1" in cut["说明"].iloc[0]


def test_U9_E8_what_was_done_after_the_review_waits_for_the_next(told: WholeYear) -> None:
    rows = _pages(told)[PEOPLE].set_index(["序号", "起止日期"])["办理情况"].to_dict()
    assert rows[1, "2017-09-04 至 09-07"] == "待下次审核"
    assert rows[1, "2017-04-03 至 04-05"] == "已审核，待认定"
    assert rows[2, "2017-05-20"] == "平台成绩，直接计入"


def test_F8_who_is_short_is_listed_with_what_is_short(told: WholeYear) -> None:
    rows = _pages(told)[LACKS]
    assert rows[["序号", "状态", "还差"]].to_numpy().tolist() == [
        [1, "未达标", "合计 40、专业科目 10、公需科目 30"], [2, "未达标", "合计 8、专业科目 8"]]  # fmt: skip
    assert set(rows["怎样补足"]) == {OVER}


def test_F8_within_the_year_the_shortest_way_is_told_and_dated(tmp_path: Path) -> None:
    ways = closing(_year(tmp_path, date(2017, 10, 31)))
    assert "8学时自学" in ways["000001"] or "1天培训进修" in ways["000001"]
    assert "公需科目考试" in ways["000002"]
    assert all("12月31日" in way for way in ways.values())


def test_I01_on_31_July_the_autumn_s_course_is_not_there_to_be_told_as_counted(tmp_path: Path) -> None:
    row = _pages(_year(tmp_path, JULY))[ENTRIES].set_index("序号").loc[1]
    assert row[["认定合计", "待认定"]].tolist() == [0, 20]


def test_U29_held_claims_that_could_close_the_gap_are_named_after_the_year(tmp_path: Path) -> None:
    cases = [{"id": "a", "records": [{**COURSE, "ref": "x", "days": 8, "hours": 60, "end": date(2017, 3, 13)},
                                     {**PASS, "ref": "p"}]}]  # fmt: skip
    tables = case_tables(cases, [1], PACK)
    told = whole_year(
        tables.people, tables.claims, Journal(tmp_path / "none").read(), register_of_units(tmp_path), PACK, END
    )
    assert "登记后计入" in closing(told)["000001"]


# ---- text of others ----------------------------------------------------------------------------------------


def _files(told: WholeYear, folder: Path) -> tuple[Path, Path, str]:
    unit = _unit(told)
    ways = closing(told)
    pages = unit_pages(unit, PACK, ways, source="依据", marked="（示范）")
    front = cover(unit, PACK, city="市人社局", source="依据：某号", marked="（示范）")
    text = unit_html(unit, pages, front, PACK, ways, city="市人社局", marked="示范")
    return write_workbook(pages, folder / "a.xlsx"), write_cover(front, folder / "b.xlsx"), text


def test_a_hostile_name_is_text_on_the_page_and_in_the_workbook(told: WholeYear, tmp_path: Path) -> None:
    book, _, text = _files(told, tmp_path)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text
    cells = [cell for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}
    assert not any("\u202e" in str(cell.value) for cell in cells)


def test_the_page_stands_alone_and_has_a_sheet_for_everyone(told: WholeYear, tmp_path: Path) -> None:
    _, _, text = _files(told, tmp_path)
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import""", text)
    assert text.count("个人学时单</h1>") == 2
    assert text.count("异议和更正") == 2
    assert "德城区人力资源和社会保障局" in text


def test_F6_F9_a_statement_says_whom_to_turn_to_and_on_what_right(told: WholeYear, tmp_path: Path) -> None:
    text = _files(told, tmp_path)[2]
    assert "《山东省专业技术人员继续教育条例》规定的权利和义务" in text
    assert "2017-07-01 至 2017-07-31" in text
    assert "用人单位更正登记后报德城区人力资源和社会保障局重新审核" in text


def test_D13_D15_the_cover_has_room_for_three_seals_and_says_what_is_invented(told: WholeYear, tmp_path: Path) -> None:
    _, front, text = _files(told, tmp_path)
    sheet = openpyxl.load_workbook(front).active
    tall = [row for row, size in sheet.row_dimensions.items() if (size.height or 0) > 100]
    assert [sheet.cell(row, 1).value for row in tall] == [
        "审核单位（公章）", "市人社局专业技术人员继续教育专用章", "用人单位签收（公章）"]  # fmt: skip
    assert str(sheet["A1"].value).startswith("（示范）")
    assert text.count('class="seal"') == 3


def test_T17_lists_print_on_A4_with_repeated_heads(told: WholeYear, tmp_path: Path) -> None:
    book, _, _ = _files(told, tmp_path)
    for sheet in openpyxl.load_workbook(book):
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert sheet.print_title_rows


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(date(2017, 3, 6), date(2017, 3, 9), "2017-03-06 至 03-09"), (date(2016, 12, 30), date(2017, 1, 2),
     "2016-12-30 至 2017-01-02"), (date(2017, 3, 6), date(2017, 3, 6), "2017-03-06"), (None, date(2017, 3, 6),
     "2017-03-06"), (pd.NA, pd.NA, "")],
)  # fmt: skip
def test_days_are_told_once_where_they_are_one(first: Any, last: Any, said: str) -> None:
    assert days_words(first, last) == said


def test_hours_are_exact_to_the_hundredth(told: WholeYear) -> None:
    unit = _unit(told)
    assert unit.people["done"].tolist() == [Decimal("0.00"), Decimal("62.00")]
