"""The real notebooks on the small demo city, through the runner: two counties and the city, warm kernels, twice."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from ce_toolkit.runs.leaks import SCANNED, forbidden_of, scan_file
from ce_toolkit.runs.runner import Options, RunReport
from ce_toolkit.runs.summary import exams_first
from ce_toolkit.runs.traced import FIRST_ROW
from ce_toolkit.runs.verify import verify
from ce_toolkit.statistics import HIDDEN, catalogue
from tests.runs.real_project import home, real_project, run

COUNTIES = ("371402", "371428")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with real_project(tmp_path_factory.mktemp("project"), COUNTIES, people=300) as root:
        yield root


@pytest.fixture(scope="module")
def report(project: Path) -> RunReport:
    return run(project)


def test_every_unit_ends_well(report: RunReport) -> None:
    assert {result.unit: result.status for result in report.results} == {
        **dict.fromkeys(COUNTIES, "ok"),
        "city": "ok",
    }


def test_every_page_shows_its_chart_and_no_code(report: RunReport, project: Path) -> None:
    pages = sorted((project / "reports" / "2017").glob("*/*.html"))
    assert len(pages) == 4 * len(COUNTIES) + 1 + len(COUNTIES) + 1  # of the notebooks, and of all tables
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert page.stem == "02b_review_result" or "data:image/svg+xml" in text, page.name
        assert "Figure size" not in text
        assert "import ce_toolkit" not in text
        assert not re.search(r"""(?:src|href)=["']https?:""", text)


def test_the_front_page_counts_the_files_that_came_in(report: RunReport, project: Path) -> None:
    index = (project / "reports/2017/index.html").read_text(encoding="utf-8")
    assert "<td>2 个：全部接收 2</td>" in index  # 371402
    assert index.count("/年度统计.html") == len(COUNTIES) + 1


def test_a_county_s_page_lists_its_own_exam_results_only(report: RunReport, project: Path) -> None:
    pages = {
        unit: (project / f"reports/2017/{unit}/03_annual_statistics.html").read_text("utf-8")
        for unit in ("city", "371402")
    }
    assert "考试成绩</td>" in pages["city"]
    assert "考试成绩</td>" not in pages["371402"]
    assert "有没有" in pages["371402"]  # and no numbers: few results are few people


def test_all_files_of_a_run_side_by_side_name_nobody_and_tell_no_hidden_figure(
    report: RunReport, project: Path
) -> None:
    """Pages, notebooks, workbooks and records; what is hidden reads ※ at its very cell, in the city's as in a county's.

    That no sum of what is shown gives it away: tests/statistics/test_small_cells.
    """
    store, reports = project / "store/2017", project / "reports/2017"
    forbidden = forbidden_of([*store.glob("*/people.parquet"), *store.glob("*/exams.parquet")])
    files = [path for path in reports.rglob("*") if path.suffix in SCANNED]
    assert len(files) > 20
    assert forbidden.strings
    assert {path.name for path in files if scan_file(path, forbidden)} == set()
    for unit in (*COUNTIES, "city"):
        book = load_workbook(reports / unit / "年度统计.xlsx")
        tables = {one.name: one for one in catalogue(city=unit == "city")}
        cells = pd.read_parquet(store / unit / "published_cells.parquet")
        gone = cells[cells["hidden"]]
        assert len(gone) > 20
        for table, row, column in zip(gone["table"], gone["row"], gone["column"], strict=True):
            described = tables[table]
            place = described.heads.index(column) + 1
            assert book[described.tab].cell(FIRST_ROW + row, place).value == HIDDEN, (unit, table, row, column)


def test_the_county_s_workbook_tells_who_has_reported(report: RunReport, project: Path) -> None:
    book = load_workbook(project / "reports/2017/371402/更正清单.xlsx")
    assert book.sheetnames == ["更正清单", "公需未合格", "退回", "报送情况", "时间安排"]
    assert {row[2] for row in book["报送情况"].iter_rows(min_row=4, max_row=5, values_only=True)} == {"齐全"}


def test_city_adds_up_its_counties(report: RunReport, project: Path) -> None:
    """N4: the city's figures are the sum of its parts."""
    records = {
        unit: json.loads((project / "reports/2017" / unit / "03_annual_statistics.record.json").read_text("utf-8"))
        for unit in (*COUNTIES, "city")
    }
    for figure in ("people", "claims"):
        assert records["city"]["rows_in"][figure] == sum(records[code]["rows_in"][figure] for code in COUNTIES)


def test_a_second_run_does_nothing_and_a_changed_file_only_its_county(report: RunReport, project: Path) -> None:
    again = run(project)
    assert {result.status for result in again.results} == {"cached"}
    receipts = project / "city/inbox/371402/收件登记.csv"
    receipts.write_text(receipts.read_text("utf-8-sig") + "\n", encoding="utf-8")
    third = run(project)
    assert {result.unit for result in third.results if result.status == "cached"} >= {"371428"}
    assert {result.unit: result.status for result in third.results}["371402"] == "ok"


def test_verify_finds_the_same_tables(report: RunReport, project: Path) -> None:
    outcome = verify(home(project) / "371428", Options(jobs=2), prologue=exams_first)
    assert outcome.differences == ()
    assert outcome.tables > 5
