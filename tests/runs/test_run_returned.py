"""Returned workbooks of a run: the same however often it is repeated, and in a run that verifies it."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from ce_toolkit.intake import read_folder
from ce_toolkit.runs.returned import RETURNED, carry_memory, return_workbooks
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from ce_toolkit.statistics import returned_counts
from tests.intake.conftest import Inbox, claim, enrolment, hours, person
from tests.intake.conftest import inbox as inbox  # noqa: PLC0414 - a fixture is taken over by its name

COUNTY = "371402"


@dataclass
class Place:
    """Where a run lies: an inbox, a store, a folder of reports."""

    folder: Path

    def run(self) -> Run:
        params = SimpleNamespace(county=COUNTY, year=2017, inbox=str(self.folder / "收件"))
        return Run("01_intake_checks", params, Store(self.folder / "store", 2017), self.folder / "reports")

    def send_back(self, inbox: Inbox) -> tuple[list[dict[str, object]], dict[str, str]]:
        """Rows returned, and what is remembered of each unit."""
        run = self.run()
        rows = return_workbooks(run, read_folder(inbox.folder, year=2017, jobs=0)).to_dict("records")
        kept = {path.name: path.read_text(encoding="utf-8") for path in (run.store.folder / COUNTY).rglob("*.json")}
        return rows, kept

    def returned(self) -> list[Path]:
        """The workbooks that lie ready to go back."""
        return sorted((Store(self.folder / "store", 2017).folder / COUNTY / RETURNED).rglob("*.xlsx"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_run_over_the_same_files_remembers_and_returns_the_same(inbox: Inbox, place: Place) -> None:
    inbox.put("表.xlsx", enrolment(person(1, name="甲?"), person(2)))
    first = place.send_back(inbox)
    assert place.send_back(inbox) == first
    inbox.put("表.xlsx", enrolment(person(1, name="甲?"), person(2, name="乙?")))
    second = place.send_back(inbox)
    assert [(row["round"], row["new"], row["stays"]) for row in second[0]] == [(2, 1, 1)]
    assert place.send_back(inbox) == second
    assert [path.name for path in place.returned()] == ["表（第2次退回）.xlsx"]
    assert all((path.stat().st_mode | path.parent.stat().st_mode) & 0o077 == 0 for path in place.returned())


def test_findings_of_other_rooms_go_back_too(inbox: Inbox, place: Place) -> None:
    inbox.put("甲/表.xlsx", enrolment(person(1), person(2)))
    batch = read_folder(inbox.folder, year=2017, jobs=0)
    more = {"code": "T20", "severity": "warn", "file": "甲/表.xlsx", "sheet": "Sheet", "cell": "D5", "fix": "请更正。"}
    findings = pd.concat([batch.findings, pd.DataFrame([more])], ignore_index=True)
    returned = return_workbooks(place.run(), batch, findings)
    assert returned["open"].tolist() == [1]
    (path,) = place.returned()
    assert path.parent.name == "甲"
    book = openpyxl.load_workbook(path)
    assert "请更正" in book.worksheets[0]["D5"].comment.text


def test_a_verifying_run_knows_the_rounds_before(inbox: Inbox, place: Place, tmp_path: Path) -> None:
    inbox.put("表.xlsx", enrolment(person(1, name="甲?"), person(2)))
    place.send_back(inbox)
    inbox.put("表.xlsx", enrolment(person(1, name="甲乙"), person(2)))
    published = place.send_back(inbox)
    elsewhere = tmp_path / "again"
    plans = [
        SimpleNamespace(store=folder / "store", year=2017, counties=[SimpleNamespace(code=COUNTY)])
        for folder in (tmp_path, elsewhere)
    ]
    carry_memory(*plans)
    (elsewhere / "收件").symlink_to(inbox.folder)
    assert Place(elsewhere).send_back(inbox) == published
    assert published[0][0]["round"] == 2


def test_a_newer_version_beside_the_old_file_is_the_next_round(inbox: Inbox, place: Place) -> None:
    """The older version counts no more (MF10): its rows are not taken for rows that the unit added or removed."""
    people = [person(number) for number in range(2, 6)]
    inbox.put("表.xlsx", enrolment(person(1, name="甲?"), *people))
    place.send_back(inbox)
    inbox.put("表（更正）.xlsx", enrolment(person(1, name="甲乙"), *people))
    (row,), _ = place.send_back(inbox)
    moved = {name: row[name] for name in ("round", "closed", "stays", "rows_added", "rows_removed")}
    assert moved == {"round": 2, "closed": 1, "stays": 0, "rows_added": 0, "rows_removed": 0}
    assert [path.name for path in place.returned()] == ["表（更正）（第2次退回）.xlsx"]


def test_what_goes_back_is_counted_by_form_and_round_and_adds_up(inbox: Inbox, place: Place) -> None:
    inbox.put("表.xlsx", enrolment(person(1, name="甲?"), person(2)))
    inbox.put("学时.xlsx", hours(claim(1, hours="x"), claim(2, start="2017-06-01", end="2017-06-02", hours="y")))
    back = return_workbooks(place.run(), read_folder(inbox.folder, year=2017, jobs=0))
    counts = returned_counts(back)
    assert counts["workbooks"].tolist() == [1, 1, 2]
    assert counts["open"].tolist() == [1, back["open"].max(), back["open"].sum()]
    empty = returned_counts(back.head(0))
    assert empty["workbooks"].tolist() == [0]
