"""Every case of malformed input ends as its expectation says: outcome, each finding, and every row accounted for."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.intake import Intake, read_folder
from ce_toolkit.intake.ways import Ways
from tests.fixtures.page import PAGE, page
from tests.fixtures.registry import IDS, SIZES, cases


@pytest.mark.parametrize("level", SIZES)
def test_all_sixty_cases_are_there(level: str) -> None:
    assert len(IDS) == 60
    if level in {"MR", "MC"} and not any(case_id.startswith(level) for case_id in cases()):
        pytest.skip("the cases of rows and cells are written elsewhere")
    assert [case_id for case_id in IDS if case_id.startswith(level) and case_id not in cases()] == []


@pytest.mark.parametrize("case_id", cases())
def test_case(case_id: str, tmp_path: Path) -> None:
    case = cases()[case_id]
    folder = tmp_path / "收件"
    folder.mkdir()
    case.write(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    batch = read_folder(folder, year=case.year, ways=Ways(cities=tuple(case.cities)))

    assert _ended(batch) == {name: _expected(file) for name, file in case.files.items()}
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def _ended(batch: Intake) -> dict[str, dict[str, Any]]:
    """What became of each file, in the words of the expectations."""
    files = {}
    for row in batch.submissions.to_dict("records"):
        rows = [int(row[f"rows_{kind}"]) for kind in ("read", "accepted", "held", "skipped")]
        assert rows[0] == sum(rows[1:])
        files[row["file"]] = {"outcome": row["outcome"], "rows": rows, "findings": []}
    for name in batch.ignored:
        files[name] = {"outcome": "ignored", "rows": [0, 0, 0, 0], "findings": []}
    for finding in batch.findings.to_dict("records"):
        told = tuple("" if pd.isna(finding[name]) else finding[name] for name in ("code", "severity", "sheet", "cell"))
        files[finding["file"]]["findings"].append(told)
    return {name: {**file, "findings": sorted(file["findings"])} for name, file in files.items()}


def _expected(file: dict[str, Any]) -> dict[str, Any]:
    rows = file.get("rows", {})
    findings = [
        (one["code"], one["severity"], one.get("sheet", ""), one.get("cell", "")) for one in file.get("findings", [])
    ]
    return {
        "outcome": file["outcome"],
        "rows": [rows.get(kind, 0) for kind in ("in", "accepted", "held", "skipped")],
        "findings": sorted(findings),
    }


def test_the_page_of_the_cases_is_up_to_date() -> None:
    """After a change of the cases: ``python -m tests.fixtures.page``."""
    assert PAGE.read_text(encoding="utf-8") == page()
