"""A published figure traced to people, claims and cells: the counts agree, and the cells are in the files that came."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from ce_toolkit.cli import app
from ce_toolkit.errors import InputError
from ce_toolkit.rules import load_pack
from ce_toolkit.runs.runner import RunReport
from ce_toolkit.runs.traced import FIRST_ROW, published_run, trace, trace_cell
from ce_toolkit.runs.year import CELLS
from ce_toolkit.statistics import HIDDEN, catalogue
from ce_toolkit.statistics.described import Column
from tests.runs.real_project import home, real_project, run

COUNTIES = ("371402", "371428")
UNITS = ("city", *COUNTIES)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with real_project(tmp_path_factory.mktemp("traced"), COUNTIES, people=300) as root:
        report: RunReport = run(root)
        assert {result.status for result in report.results} == {"ok"}
        yield root


def _cells(project: Path, unit: str, most: int) -> list[tuple[str, str, Any]]:
    """Some figures of the unit's workbook: tab, address, what stands there."""
    book = load_workbook(home(project) / unit / "年度统计.xlsx")
    found = []
    for table in catalogue(city=unit == "city"):
        sheet = book[table.tab]
        last = next(row for row in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == "合计")
        rows = sheet.iter_rows(FIRST_ROW, last, len(table.keys) + 1, len(table.keys) + len(table.columns))
        found += [(table.tab, cell.coordinate, cell.value) for row in rows for cell in row if cell.value != "未报"]
    chosen = np.random.default_rng(len(unit)).choice(len(found), most, replace=False)
    return [found[at] for at in chosen]


def _counted(column: Column, found: Any) -> Any:
    """The figure as the places behind it give it."""
    if column.base in {"people", "gaps"} or column.how == "persons":
        return found.people
    if column.how == "hours":
        return round(float(sum(found.rows["hours"])), 2)
    return len(found.rows)


@pytest.mark.parametrize("unit", UNITS)
def test_random_figures_are_the_people_and_claims_that_they_are_traced_to(project: Path, unit: str) -> None:
    place = published_run(home(project) / unit)
    for tab, address, shown in _cells(project, unit, 25):
        found, _ = trace_cell(place, tab, address)
        assert (shown == HIDDEN) == found.hidden, (tab, address)
        if found.column.how == "sum" or found.column.base == "caps":
            continue  # sums of rows of files, and caps, are traced to where they come from, not added up
        value = found.value / 100 if found.column.how == "hours" else found.value
        assert _counted(found.column, found) == value, (tab, address)
        assert found.hidden or shown == value, (tab, address)


@pytest.mark.parametrize("unit", UNITS)
def test_every_cell_that_is_named_is_in_a_file_that_came_in(project: Path, unit: str) -> None:
    """Read by another program than the toolkit reads with; a person's row holds the name."""
    place = published_run(home(project) / unit)
    seen = 0
    for tab, address, _ in _cells(project, unit, 16):
        rows = trace_cell(place, tab, address)[0].rows
        for row in rows[rows["cell"].notna()].head(25).to_dict("records"):
            assert row["name"] in _line(project, row["file"], row["sheet"], row["cell"]), (tab, address)
            seen += 1
    assert seen > 20


def _line(project: Path, file: str, sheet: Any, cell: str) -> str:
    """The filled cells of the row that an address points into, without blanks."""
    (path,) = (project / "city/inbox").glob(f"*/{file}")
    number = int(re.sub(r"[A-Z]+", "", cell))
    values = _rows(path, sheet)[number - 1]
    return "".join("".join(str(value).split()) for value in values)


@cache
def _rows(path: Path, sheet: Any) -> list[list[Any]]:
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")
        return [line.split(",") for line in text.splitlines()]
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_the_command_names_cells_and_masks_people(project: Path) -> None:
    folder = str(home(project) / "371402")
    people = published_run(home(project) / "371402").load("people")
    shown = CliRunner().invoke(app, ["trace", folder, "参训与达标", "合计/报名", "--most", "500"])
    assert shown.exit_code == 0
    assert "参训与达标·合计·报名：15；涉及 15 人" in shown.output
    assert re.search(r"报名表 +A\d+", shown.output)
    assert not [name for name in people["name"] if len(name) > 2 and name in shown.output]
    told = json.loads(CliRunner().invoke(app, ["trace", folder, "hours", "D4", "--json"]).output)
    assert (told["table"], told["column"], len(told["rows"])) == ("hours", "claimed", told["claims"])


def test_in_a_notebook_it_is_a_sentence_and_a_table(project: Path) -> None:
    place = published_run(home(project) / "city")
    found = trace(place, "学时", "合计/申报学时", most=3)
    assert len(found.table) == 3
    assert "以下列出前 3 处" in found._repr_html_()
    assert "单元格" in found._repr_html_()


def test_a_hidden_figure_is_not_traced_on_a_page_that_may_be_published(project: Path) -> None:
    place = published_run(home(project) / "city")
    hidden = place.store.load("city", CELLS).query("hidden and table == 'hours' and column == 'claims'").iloc[0]
    address = f"B{FIRST_ROW + int(hidden['row'])}"
    with pytest.raises(InputError, match="公布时已隐去"):
        trace(place, "学时", address)
    assert "公布时已隐去，只供内部核对" in trace(place, "学时", address, hidden=True).said


@pytest.mark.parametrize(
    ("table", "cell", "said"),
    [
        ("没有的表", "A1", "没有表“没有的表”；可用的有：参训与达标"),
        ("参训与达标", "A4", "没有单元格 A4；数从第 4 行"),  # a key is no figure
        ("参训与达标", "Z4", "没有单元格 Z4"),
        ("参训与达标", "火星/报名", "没有单元格 火星/报名"),
        ("参训与达标", "合计/身高", "没有单元格 合计/身高"),
    ],
)
def test_what_is_no_figure_is_told(project: Path, table: str, cell: str, said: str) -> None:
    place = published_run(home(project) / "371402")
    with pytest.raises(InputError, match=re.escape(said)):
        trace_cell(place, table, cell)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不是已完成的运行文件夹"):
        published_run(tmp_path)


def test_what_a_cell_counts_is_kept_in_the_store_and_nowhere_else(project: Path) -> None:
    place = published_run(home(project) / "city")
    cells = place.store.load("city", CELLS)
    assert set(cells["table"]) == {table.name for table in catalogue(city=True)}
    assert json.loads(cells["key"].iloc[0])
    assert cells["hidden"].any()
    assert not list(home(project).glob(f"**/*{CELLS}*"))
    # what the counties hid is not shown by the city
    below = pd.concat([place.store.load(code, CELLS) for code in COUNTIES])
    both = cells.merge(below, on=["layer", "key"])
    assert len(both) > 50
    assert (both["hidden_x"] == both["hidden_y"]).all()
    assert load_pack(place.pack).id == "dezhou-2017"
