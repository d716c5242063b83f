"""The list that goes back to units: what to mend, cell by cell, and nothing that tells of a person."""

import pandas as pd

from ce_toolkit.publish.mending import mending_page
from tests.conftest import Processed


def test_everything_that_asks_for_something_is_listed_by_file(processed: Processed) -> None:
    registers = processed.registers["371400"]
    findings = pd.concat([processed.batches["371400"].findings, registers.findings], ignore_index=True)
    page = mending_page(findings, place="市直")
    asked = findings[findings["severity"].astype("str").isin(["refuse", "hold", "warn"])]
    assert len(page.table) == len(asked) > 0
    assert page.table["文件"].is_monotonic_increasing
    assert set(page.table["程度"]) <= {"退回", "待补", "提醒"}
    people = registers.people
    text = page.table.to_csv()
    assert not any(name in text for name in people["name"])
    assert not any(number in text for number in people["certificate_no"].dropna())


def test_nothing_to_mend_is_an_empty_page(processed: Processed) -> None:
    page = mending_page(processed.batches["371400"].findings.iloc[:0], place="市直")
    assert page.table.empty
    assert "如何更正" in page.table
