"""Planted people: whatever a run leaves to be read shows not one of their names, numbers, phones or addresses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ce_toolkit.cli import main
from ce_toolkit.runs.runner import RunReport
from tests.runs.planted import NAME, NUMBER, PHONE, SECOND, SECRETS, leaks, plant, plant_exams
from tests.runs.real_project import home, real_project, run

COUNTY = "371428"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with real_project(tmp_path_factory.mktemp("planted"), [COUNTY], people=100, plant=_plant) as root:
        yield root


def _plant(inbox: Path) -> None:
    (inbox / COUNTY).mkdir(exist_ok=True)
    plant(inbox / COUNTY)
    plant_exams(inbox / "platforms")


@pytest.fixture(scope="module")
def report(project: Path) -> RunReport:
    return run(project)


def test_the_planted_people_are_read_and_the_run_ends_well(report: RunReport, project: Path) -> None:
    assert {result.unit: (result.status, str(result.failure)) for result in report.results} == {
        COUNTY: ("ok", "None"), "city": ("ok", "None"),
    }  # fmt: skip
    stored = b"".join(path.read_bytes() for path in (project / "store").rglob("*.parquet"))
    assert stored  # compressed, so names are not looked for here


def test_T12_G2_nothing_of_them_is_in_any_file_that_is_published(report: RunReport, project: Path) -> None:
    published = home(project)
    kinds = {path.suffix for path in published.rglob("*") if path.is_file()}
    assert {".html", ".ipynb", ".json", ".xlsx"} <= kinds
    assert ".parquet" not in kinds
    assert leaks(published) == {}


def test_T12_nothing_of_them_is_printed_or_logged(
    report: RunReport, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    inbox = str(project / "city/inbox" / COUNTY)
    for arguments in (["intake", inbox], ["check", inbox], ["check", inbox, "--json"], ["run", "params/city-2017"]):
        main(arguments)
    told = "".join(capfd.readouterr())
    assert "丁＊＊" in told
    assert [secret for secret in SECRETS if secret in told] == []


def test_a_decision_between_two_runs_is_applied_by_the_second(report: RunReport, project: Path) -> None:
    """Comments and doubtful pairs lie in the store, in full and for their owner only."""
    workbook = project / "store" / "2017" / COUNTY / "认人核对表.xlsx"
    assert (workbook.stat().st_mode | workbook.parent.stat().st_mode) & 0o077 == 0
    book = load_workbook(workbook)
    assert any(SECOND in str(cell.value) for cell in book["批注"]["C"])
    sheet = book["认人核对表"]
    asked = sheet.max_row - 6
    sheet["A7"], sheet["B3"], sheet["B4"] = "不是", "审核人甲", "2017-08-01"
    book.save(workbook)
    assert main(["decide", str(workbook)]) == 0
    again = run(project)
    assert {result.unit: result.status for result in again.results}[COUNTY] == "ok"  # and not cached
    assert load_workbook(workbook)["认人核对表"].max_row - 6 == asked - 1
    assert leaks(home(project)) == {}


def test_the_scan_itself_sees_what_is_planted(project: Path) -> None:
    found = leaks(project / "city/inbox" / COUNTY)
    assert {NAME, NUMBER, PHONE} <= set().union(*found.values())
    assert len(found) >= 10
