"""What came in: files by outcome, rows accounted for, findings by code."""

import pandas as pd

from ce_toolkit.statistics.tables import with_total

ROWS = ("rows_read", "rows_accepted", "rows_held", "rows_skipped")


def outcome_counts(submissions: pd.DataFrame) -> pd.DataFrame:
    """Files and rows per form and outcome, 合计 last. Columns: form, outcome, files, rows_read … rows_skipped, findings."""
    keys = ["form", "outcome"]
    table = submissions.astype(dict.fromkeys(keys, "str")).assign(files=1)
    sums = table.groupby(keys)[["files", *ROWS, "findings"]].sum().reset_index()
    return with_total(sums.astype(dict.fromkeys(["files", *ROWS, "findings"], "int64")), keys)


def rows_add_up(submissions: pd.DataFrame) -> bool:
    """Whether in every file rows read = accepted + held + skipped."""
    parts = submissions["rows_accepted"] + submissions["rows_held"] + submissions["rows_skipped"]
    return bool((parts == submissions["rows_read"]).all())


def finding_counts(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings per severity and code, the gravest first. Columns: severity, code, count, files, fix (one example)."""
    order = {"refuse": 0, "hold": 1, "warn": 2, "info": 3, "auto": 4}
    table = findings.astype({"severity": "str", "code": "str"})
    grouped = table.groupby(["severity", "code"])
    counts = grouped.agg(count=("file", "size"), files=("file", "nunique"), fix=("fix", "first")).reset_index()
    rank = counts["severity"].map(order)
    return counts.assign(rank=rank).sort_values(["rank", "count"], ascending=[True, False]).drop(columns="rank")
