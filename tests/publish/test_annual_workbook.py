"""The annual workbook as a whole: contents that lead everywhere, and charts drawn from the cells of its tables."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from ce_toolkit.publish.year.bars import year_bars
from ce_toolkit.publish.year.chapters import chapters, labels
from ce_toolkit.publish.year.publication import Publication, write_annual_workbook
from ce_toolkit.rules import Pack
from ce_toolkit.statistics import HIDDEN, Annual
from tests.conftest import Processed

_RANGE = re.compile(r"'([^']+)'!\$([A-Z]+)\$(\d+)(?::\$[A-Z]+\$(\d+))?")
PLACES = ["city", "371402", "371427"]


def publication(processed: Processed, pack: Pack, place: str, **words: str) -> Publication:
    name = "德州市" if place == "city" else "某县"
    return Publication(processed.annual(place), pack, name, date(2017, 12, 31), **words)


@pytest.fixture(scope="module", params=PLACES)
def published(request: pytest.FixtureRequest, processed: Processed, pack: Pack) -> Publication:
    return publication(processed, pack, request.param, compiled_by="某局")


@pytest.fixture(scope="module")
def book(published: Publication, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(write_annual_workbook(published, tmp_path_factory.mktemp("annual") / "年度统计.xlsx"))


def _cells(book: Any, address: str) -> list[Any]:
    """Cells of an address of one or several ranges, in its order."""
    found = []
    for tab, letters, first, last in _RANGE.findall(address):
        column = column_index_from_string(letters)
        found += [book[tab].cell(row, column) for row in range(int(first), int(last or first) + 1)]
    return found


def test_every_table_stands_in_one_chapter_and_has_the_next_number(published: Publication) -> None:
    tables = published.tables
    assert sorted(labels(tables)) == sorted(tables.tables)
    assert list(labels(tables).values()) == [f"表{number}" for number in range(1, len(tables.tables) + 1)]
    assert [page.label for page in published.pages[:-3]] == list(labels(tables).values())


def test_the_city_compares_its_counties_first(processed: Processed) -> None:
    first = chapters(processed.annual("city"))[0]
    assert first.title == "各县市区比较"
    assert first.tables[0] == "participation"
    assert "各县市区比较" not in {chapter.title for chapter in chapters(processed.annual("371402"))}


def test_the_contents_lead_to_every_sheet_and_back(published: Publication, book: Any) -> None:
    sheet = book["目录"]
    rows = [row for row in sheet.iter_rows(4, sheet.max_row) if row[1].hyperlink]
    assert [row[2].value for row in rows if row[2].value != "图表"] == [page.tab for page in published.pages]
    for _, link, tab in rows:
        assert link.hyperlink.location == f"'{tab.value}'!A1"
        assert tab.value in book.sheetnames
    back = {name: [cell for cell in book[name][1] if cell.value == "返回目录"] for name in book.sheetnames[1:]}
    assert all(len(cells) == 1 for cells in back.values())
    assert any(cell.value == "编制单位：某局" for cell in sheet["A"])


def test_the_way_back_is_not_printed(book: Any) -> None:
    for name in book.sheetnames[1:]:
        (back,) = [cell for cell in book[name][1] if cell.value == "返回目录"]
        last = re.findall(r"\$?([A-Z]+)\$?\d+$", book[name].print_area)[0]
        assert back.column > column_index_from_string(last)


def test_charts_draw_cells_of_tables_and_no_hidden_one(published: Publication, book: Any) -> None:
    drawn = book["图表"]._charts if "图表" in book.sheetnames else []
    assert len(drawn) == len(year_bars(published.tables, published.pages))
    for chart in drawn:
        for series in chart.series:
            numbers = [cell.value for cell in _cells(book, series.val.numRef.f)]
            assert all(isinstance(number, (int, float)) for number in numbers)
            assert numbers == pytest.approx([float(point.v) for point in series.val.numRef.numCache.pt])
            names = [cell.value for cell in _cells(book, series.cat.strRef.f)]
            assert names == [point.v for point in series.cat.strRef.strCache.pt]
            assert not {"合计", HIDDEN} & set(names)


def test_bars_of_completion_are_sorted(processed: Processed, pack: Pack) -> None:
    published = publication(processed, pack, "city")
    chart = year_bars(published.tables, published.pages)[0]
    assert "完成率" in chart.title
    assert list(chart.values[0]) == sorted(chart.values[0], reverse=True)
    shares = [share for share in published.tables["participation"]["completed"].iloc[:-1] if share.endswith("%")]
    assert [f"{value:.1%}" for value in chart.values[0]] == sorted(shares, key=lambda one: -float(one[:-1]))


def _all_hidden(tables: Annual) -> Annual:
    """The same tables with every figure hidden."""
    gone = {name: replace(table, hidden=table.hidden | True) for name, table in tables.tables.items()}
    return replace(tables, tables=gone)


def test_a_year_of_hidden_figures_has_no_charts(processed: Processed, pack: Pack, tmp_path: Path) -> None:
    published = replace(publication(processed, pack, "371402"), tables=_all_hidden(processed.annual("371402")))
    book = openpyxl.load_workbook(write_annual_workbook(published, tmp_path / "x.xlsx"))
    assert "图表" not in book.sheetnames
    assert book["参训与达标"]["B4"].value == HIDDEN


def test_a_hidden_figure_leaves_its_row_out_and_many_the_chart(processed: Processed, pack: Pack) -> None:
    """And says so: nobody takes what is not drawn for nought, nor a part of the hours for all of them."""
    tables = processed.annual("371402")
    hours = tables.tables["hours"]
    one = replace(hours, hidden=hours.hidden & False)
    rows = one.data.index[one.data["class"].astype(str) != "合计"]
    mask = one.hidden.copy()
    mask.loc[rows, "held"] = True
    changed = replace(tables, tables={**tables.tables, "hours": replace(one, hidden=mask)})
    published = replace(publication(processed, pack, "371402"), tables=changed)
    assert [chart for chart in year_bars(changed, published.pages) if chart.tab == "学时"] == []
    mask = one.hidden.copy()
    mask.loc[rows[0], "held"] = True
    changed = replace(tables, tables={**tables.tables, "hours": replace(one, hidden=mask)})
    published = replace(publication(processed, pack, "371402"), tables=changed)
    (chart,) = [chart for chart in year_bars(changed, published.pages) if chart.tab == "学时"]
    assert len(chart.figures) == 4
    assert 0 not in chart.rows
