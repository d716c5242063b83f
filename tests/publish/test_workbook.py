"""The annual workbook as it is printed: three lines, numbers as numbers, text as text, the notice on every page."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from ce_toolkit.publish import Page, annual_pages, write_workbook
from ce_toolkit.rules import Pack, with_reading
from tests.conftest import Processed

TABLE = pd.DataFrame(
    {
        "姓名": ["=1+1", "+2", "@x", "合计"], "人数": [1, 20, 300, 1321],
        "学时": [7.5, 40.0, "—", 47.5], "率": ["12.5%", "—", "未报", "100.0%"],
    },
    dtype=object,
)  # fmt: skip
PAGE = Page("表一", "2017年度某表", TABLE, "单位：人", ["注一", "依据：德人社字〔2017〕51号"])


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = write_workbook([PAGE], tmp_path_factory.mktemp("book") / "sub" / "年度.xlsx")
    return openpyxl.load_workbook(path)["表一"]


def test_title_unit_heads_rows_and_notes_stand_in_this_order(sheet: Any) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["2017年度某表", None, None, None]
    assert rows[1] == [None, None, None, "单位：人"]
    assert rows[2] == list(TABLE.columns)
    assert [row[:3] for row in rows[3:7]] == TABLE.to_numpy()[:, :3].tolist()
    assert [row[3] for row in rows[3:7]] == [0.125, "—", "未报", 1]
    assert [row[0] for row in rows[7:]] == ["注一", "依据：德人社字〔2017〕51号"]
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:D1", "A8:D8", "A9:D9"}


def test_a_table_has_three_lines(sheet: Any) -> None:
    edges = {row: {_lines(cell) for cell in sheet[row]} for row in range(3, 8)}
    assert edges.pop(3) == {("medium", "thin")}
    assert edges.pop(7) == {(None, "medium")}
    assert set().union(*edges.values()) == {(None, None)}


def _lines(cell: Any) -> tuple[str | None, ...]:
    """Styles of the lines above and below a cell."""
    return tuple(side.style if side else None for side in (cell.border.top, cell.border.bottom))


def test_numbers_are_numbers_and_text_is_text(sheet: Any) -> None:
    assert [cell.data_type for cell in sheet[4]] == ["s", "n", "n", "n"]
    assert [sheet.cell(row, 1).data_type for row in (4, 5, 6)] == ["s"] * 3  # MC16: =, + and @
    assert [sheet.cell(row, column).number_format for row, column in ((7, 2), (4, 3))] == ["#,##0", "#,##0.00"]
    assert [sheet.cell(row, 4).number_format for row in (4, 7)] == ["0.0%"] * 2
    assert [sheet.cell(row, 4).alignment.horizontal for row in (4, 5, 6)] == ["right"] * 3


def test_heads_and_the_whole_are_in_bold(sheet: Any) -> None:
    assert [sheet.cell(row, 2).font.b for row in (3, 4, 7)] == [True, False, True]


def test_T17_pages_repeat_their_heads_and_fit_the_width(sheet: Any) -> None:
    assert sheet.print_title_rows in {"3:3", "$3:$3"}
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.freeze_panes == "A4"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_an_empty_table_is_a_page_with_heads(tmp_path: Path) -> None:
    page = Page("空", "空表", pd.DataFrame({"甲": [], "乙": []}), "单位：人", ["注"])
    sheet = openpyxl.load_workbook(write_workbook([page], tmp_path / "x.xlsx"))["空"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(3, 4)] == [["甲", "乙"], ["注", None]]
    assert sheet["A3"].border.bottom.style == "medium"


@pytest.fixture(scope="module", params=["city", "371402", "371427"])
def pages(request: pytest.FixtureRequest, processed: Processed, pack: Pack) -> list[Page]:
    tables = processed.annual(request.param)
    return annual_pages(tables, pack, place="某地", as_of=date(2017, 12, 31), missing=["371481"])


def test_N1_every_page_says_on_which_notice_it_stands(pages: list[Page]) -> None:
    assert [page.tab for page in pages[-3:]] == ["合计验证", "数据质量", "口径说明"]
    for page in pages:
        assert page.title.startswith("2017年度某地专业技术人员继续教育")
        assert any("德人社字〔2017〕51号" in note and "规则包 dezhou-2017 第 1 版" in note for note in page.notes), (
            page.tab
        )


def test_counties_that_are_not_in_it_are_named(pages: list[Page]) -> None:
    assert pages[0].notes[0] == "本表不含：乐陵市（运行未完成）。"


def test_F5_both_bases_stand_in_the_heads(pages: list[Page]) -> None:
    heads = list(pages[0].table.columns)
    assert heads[-4:] == ["公需合格率", "完成率(占报名)", "报名率(占应参训)", "完成率(占应参训)"]
    assert any("应参训：单位名录中各单位上报的应参训人数之和" in note for note in pages[0].notes)


def test_every_page_is_written_cell_by_cell(pages: list[Page], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(pages, tmp_path / "年度统计.xlsx"))
    assert book.sheetnames == [page.tab for page in pages]
    for page in pages:
        rows = book[page.tab].iter_rows(4, 3 + len(page.table), 1, len(page.table.columns))
        written = [[_as_read(cell) for cell in row] for row in rows] if len(page.table) else []
        assert written == page.table.to_numpy().tolist()


def _as_read(cell: Any) -> Any:
    """What stands in a cell; a share as it is shown."""
    if cell.number_format.endswith("%"):
        return f"{cell.value:.{len(cell.number_format.partition('.')[2]) - 1}%}"
    return "" if cell.value is None else cell.value


def test_U1_to_U38_every_reading_that_was_chosen_is_printed(pages: list[Page], pack: Pack) -> None:
    table = pages[-1].table
    assert table["编号"].tolist() == [f"U{number}" for number in range(1, 39)]
    assert table["本表所取"].tolist() == [reading.chosen for reading in pack.readings]
    named = {reading for page in pages for note in page.notes for reading in re.findall(r"U\d+", note)}
    assert named <= set(table["编号"])
    assert set(table.loc[table["有关的表"] != "", "编号"]) == named


def test_U5_another_reading_is_printed_as_chosen(processed: Processed, pack: Pack) -> None:
    other = with_reading(pack, "U5", "each_30")
    table = annual_pages(processed.annual("371402"), other, place="某地", as_of=date(2017, 12, 31))[-1].table
    assert table.set_index("编号").at["U5", "本表所取"] == "各30"


def test_no_small_number_of_people_is_on_any_page(processed: Processed, pages: list[Page]) -> None:
    """But for the roll of a whole area, and what counts units, files and rows."""
    counts = {"报名", "参训", "公需合格", "达标", "其中报名者达标", "专业达标", "未参加培训进修", "人数", "被核减"}
    for page in pages:
        for head in counts & set(page.table.columns):
            assert not [value for value in page.table[head] if isinstance(value, int) and 0 < value < 5], page.tab
