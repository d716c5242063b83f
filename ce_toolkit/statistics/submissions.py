"""What came in: files by outcome, rows accounted for, findings by code."""

import pandas as pd

from ce_toolkit.statistics.tables import with_total

SEVERITIES = {"refuse": 0, "hold": 1, "warn": 2, "info": 3, "auto": 4}  # the gravest first
ROWS = ("rows_read", "rows_accepted", "rows_held", "rows_skipped")


def outcome_counts(submissions: pd.DataFrame) -> pd.DataFrame:
    """Files, rows and findings per form and outcome, 合计 last."""
    keys = ["form", "outcome"]
    table = submissions.astype(dict.fromkeys(keys, "str")).assign(files=1)
    sums = table.groupby(keys)[["files", *ROWS, "findings"]].sum().reset_index()
    return with_total(sums.astype(dict.fromkeys(["files", *ROWS, "findings"], "int64")), keys)


def returned_counts(back: pd.DataFrame) -> pd.DataFrame:
    """Workbooks that go back, and their faults and rows moved, per form and round, 合计 last (``return_workbooks``)."""
    keys = ["form", "round"]
    sums = back.assign(workbooks=1).drop(columns=["unit", "returned"]).groupby(keys).sum().reset_index()
    return with_total(sums.astype({"form": "str", "round": "str"}), keys)


def rows_add_up(submissions: pd.DataFrame) -> bool:
    """Whether in every file rows read = accepted + held + skipped."""
    parts = submissions["rows_accepted"] + submissions["rows_held"] + submissions["rows_skipped"]
    return bool((parts == submissions["rows_read"]).all())


def finding_counts(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings per severity and code, the gravest first. Columns: severity, code, count, files, fix (one example)."""
    table = findings.astype({"severity": "str", "code": "str"})
    times = table["count"].fillna(1).astype("int64") if "count" in table else 1  # several cells may share a finding
    table = table.assign(count=times)
    grouped = table.groupby(["severity", "code"])
    counts = grouped.agg(count=("count", "sum"), files=("file", "nunique"), fix=("fix", "first")).reset_index()
    rank = counts["severity"].map(SEVERITIES)
    return counts.assign(rank=rank).sort_values(["rank", "count"], ascending=[True, False]).drop(columns="rank")


def files_to_mend(submissions: pd.DataFrame, findings: pd.DataFrame, *, most: int = 15) -> pd.DataFrame:
    """Files that were refused or hold rows back, refused ones first, then by rows held.

    Columns: file, outcome, rows_held, fix (of the gravest finding).
    """
    rows = submissions[submissions["outcome"].isin(["refused", "partly"]) | (submissions["rows_held"] > 0)]
    order = findings["severity"].astype("str").map(SEVERITIES)
    grave = findings.assign(order=order).sort_values("order", kind="stable").drop_duplicates("file")
    table = rows[["file", "outcome", "rows_held"]].merge(grave[["file", "fix"]], on="file", how="left")
    refused = (table["outcome"].astype("str") != "refused").rename("kept")
    table = table.assign(kept=refused).sort_values(["kept", "rows_held", "file"], ascending=[True, False, True])
    return table.drop(columns="kept").head(most)


def late_files(submissions: pd.DataFrame) -> pd.DataFrame:
    """Files that came after the last day, the latest first. Columns: file, received_on, days_late."""
    late = submissions[submissions["days_late"].fillna(0) > 0]
    table = late[["file", "received_on", "days_late"]].sort_values(["days_late", "file"], ascending=[False, True])
    return table.assign(received_on=table["received_on"].astype("str"))
