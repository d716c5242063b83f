"""What an intake shows: a JSON file, a table on the screen, the first findings."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake.folder import Intake
from ce_toolkit.masking import mask_place

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


OUTCOMES = {
    "accepted": "全部接收",
    "partly": "部分接收",
    "refused": "退回",
    "twin": "重复未计",
    "replaced": "由新版代替",
}
SEVERITIES = {"refuse": "退回", "hold": "待补", "warn": "提醒", "info": "说明", "auto": "已自动更正"}
FORMS = {"enrolment": "报名表", "hours": "学时登记表", "exam": "考试成绩", "unknown": "—"}

_PERSON = ("name", "sex", "employer", "series", "title", "certificate_no")
_FINDING = (
    "code",
    "severity",
    "sheet",
    "cell",
    "shown",
    "wanted",
    "clause",
    "fix",
    "state",
    "row_state",
    "count",
    "cells",
)
_COUNTS = ("rows_read", "rows_accepted", "rows_held", "rows_skipped")
_GRAVITY = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def as_json(intake: Intake, *, full: bool) -> dict[str, Any]:
    """``{"files": [...], "ignored": [...]}``; a person's values are text, ``""`` where blank.

    Names of files and sheets are masked unless ``full``.
    """
    named = str if full else mask_place
    findings = _by_file(intake.findings, _FINDING)
    people = _by_file(intake.enrolments, _PERSON) if full else {}
    files = []
    for row in intake.submissions.to_dict("records"):
        one: dict[str, Any] = {"name": named(row["file"]), "outcome": row["outcome"], "form": row["form"]}
        one["filing_unit"] = None if pd.isna(row["filing_unit"]) else row["filing_unit"]
        one.update({name: int(row[name]) for name in _COUNTS})
        one["skipped"] = row["skipped"]
        one["findings"] = [{**found, "sheet": named(found["sheet"])} for found in findings.get(row["file"], [])]
        if full:
            one["people"] = people.get(row["file"], [])
        files.append(one)
    ignored = [{"name": named(name), "findings": findings.get(name, [])} for name in intake.ignored]
    return {"files": files, "ignored": ignored}


def _by_file(data: pd.DataFrame, columns: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """Rows of a frame by file, as plain values."""
    plain = {name: [_plain(value) for value in data[name].tolist()] for name in columns}
    out: dict[str, list[dict[str, Any]]] = {}
    for at, file in enumerate(data["file"].tolist()):
        out.setdefault(file, []).append({name: values[at] for name, values in plain.items()})
    return out


def _plain(value: Any) -> Any:
    return "" if pd.isna(value) else value


def write_json(intake: Intake, path: Path, *, full: bool = False) -> None:
    """Write ``as_json`` to a file. With ``full`` it holds people's names and numbers, so only its owner may read it.

    Raises InputError where the file cannot be written.
    """
    text = json.dumps(as_json(intake, full=full), ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
        if full:
            path.chmod(0o600)
    except OSError:
        raise InputError(f"{path}：无法写入，请检查文件夹是否存在、文件是否正在打开。") from None


def files_table(intake: Intake) -> "Table":
    """Every file with its outcome and counts."""
    from rich.table import Table

    table = Table(title="收件情况")
    for head in ("文件", "表", "填报单位", "结果"):
        table.add_column(head)
    for head in ("行数", "接收", "待补", "略过", "问题"):
        table.add_column(head, justify="right")
    for row in intake.submissions.to_dict("records"):
        unit = "" if pd.isna(row["filing_unit"]) else row["filing_unit"]
        counts = [str(row[name]) for name in (*_COUNTS, "findings")]
        table.add_row(mask_place(row["file"]), FORMS[row["form"]], unit, OUTCOMES[row["outcome"]], *counts)
    return table


def findings_table(intake: Intake, *, first: int = 20) -> "Table":
    """The gravest findings: where, what is there (masked), how to mend it."""
    from rich.table import Table

    table = Table(title=f"问题（共 {len(intake.findings)} 条，先列 {min(first, len(intake.findings))} 条）")
    for head in ("程度", "文件", "位置", "现为", "怎样改", "编号"):
        table.add_column(head)
    ordered = intake.findings.assign(rank=intake.findings["severity"].astype("str").map(_GRAVITY))
    for row in ordered.sort_values("rank", kind="stable").head(first).to_dict("records"):
        place = " ".join(
            mask_place(str(row[name])) for name in ("sheet", "cell") if not pd.isna(row[name]) and row[name]
        )
        table.add_row(
            SEVERITIES[row["severity"]], mask_place(row["file"]), place, row["shown"], row["fix"], row["code"]
        )
    return table


def summary(intake: Intake) -> str:
    """One sentence: how many files and rows ended how."""
    outcomes = intake.submissions["outcome"].astype("str").value_counts()
    always = ("accepted", "partly", "refused")
    files = "、".join(
        f"{label} {outcomes.get(name, 0)}" for name, label in OUTCOMES.items() if name in always or name in outcomes
    )
    rows = intake.submissions[list(_COUNTS)].sum()
    return (
        f"共 {len(intake.submissions)} 个文件（{files}），读取 {rows['rows_read']} 行："
        f"接收 {rows['rows_accepted']}、待补 {rows['rows_held']}、略过 {rows['rows_skipped']}。"
    )


def show(intake: Intake, console: "Console | None" = None, *, first: int = 20) -> None:
    """Print the files, the first findings and the sum."""
    from rich.console import Console

    out = console or Console()
    out.print(files_table(intake))
    if len(intake.findings):
        out.print(findings_table(intake, first=first))
    out.print(summary(intake), markup=False)
