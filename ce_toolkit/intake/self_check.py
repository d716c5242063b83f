"""What the city will find in a unit's own file, before the unit sends it: the same reading, told cell by cell."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.intake.check_code import spaced
from ce_toolkit.intake.folder import Intake, read_folder
from ce_toolkit.intake.report import FORMS, OUTCOMES, SEVERITIES, as_json
from ce_toolkit.intake.ways import WAYS, Ways
from ce_toolkit.masking import mask_place

CLEAN, FAULTY, UNREADABLE = 0, 1, 2

_ASKED = ("refuse", "hold", "warn")
_A1 = re.compile(r"([A-Z]+)(\d+)")


def check(path: Path, *, year: int, jobs: int = 1, ways: Ways = WAYS) -> Intake:
    """The intake of a file, or of a folder of files, exactly as ``read_folder`` gives it in the same ``ways``.

    Raises InputError where there is nothing there, or nothing that could be a form.
    """
    if path.is_dir():
        return read_folder(path, year=year, jobs=jobs, ways=ways)
    if not path.is_file():
        raise InputError(f"找不到 {path}，请检查路径和文件名。")
    try:
        return read_folder(path.parent, year=year, only=path.name, ways=ways)
    except InputError:
        raise InputError(f"{path.name} 是临时文件、收件登记或上报确认单，不是报表；请选报名表或学时登记表。") from None


def asked(batch: Intake) -> pd.DataFrame:
    """The findings that ask for something, by file, sheet (as they stand in the file), row and column.

    ``cell`` holds all addresses of a finding that stands for several.
    """
    found = batch.findings[batch.findings["severity"].astype("str").isin(_ASKED)]
    sheets = found["file"].astype("str") + "\0" + found["sheet"].astype("str").fillna("")
    seen = {sheet: place for place, sheet in enumerate(dict.fromkeys(sheets))}
    files = {file: place for place, file in enumerate(dict.fromkeys(batch.findings["file"]))}
    order = [
        (files[file], bool(cell), seen[sheet], *_place(cell))
        for file, sheet, cell in zip(found["file"], sheets, found["cell"].astype("str").fillna(""), strict=True)
    ]
    ordered = found.iloc[sorted(range(len(found)), key=order.__getitem__)]
    return ordered.assign(cell=ordered["cells"].where(ordered["cells"] != "", ordered["cell"]))


def _place(cell: str) -> tuple[int, int, str]:
    """Row and column of an address, to sort by: B10 comes after C9."""
    hit = _A1.match(cell)
    return (int(hit[2]), len(hit[1]), hit[1]) if hit else (0, 0, cell)


def verdict(batch: Intake) -> int:
    """CLEAN where nothing is to be mended, UNREADABLE where not one row could be read, else FAULTY."""
    if not batch.submissions["rows_read"].any():
        return UNREADABLE
    return FAULTY if len(asked(batch)) else CLEAN


def ready(row: Mapping[str, Any]) -> bool:
    """Whether a file (a row of submissions) may be sent in as it is: every row of it counts."""
    return bool(row["outcome"] == "accepted" and row["rows_accepted"])


def told(batch: Intake) -> Iterator[str]:
    """The whole as lines of text: per file its outcome and its findings cell by cell, each with how to mend it."""
    found = asked(batch)
    for row in batch.submissions.to_dict("records"):
        yield from _file(row, found[found["file"] == row["file"]])
        yield ""
    others = found[~found["file"].isin(batch.submissions["file"])]
    yield from (f"{mask_place(row['file'])}：{row['fix']}" for row in others.to_dict("records"))
    quiet = len(batch.findings) - len(found)
    if quiet:
        yield f"另有 {quiet} 条说明和自动更正，无须处理（--json 可看）。"


def _file(row: Mapping[str, Any], found: pd.DataFrame) -> Iterator[str]:
    unit = "" if pd.isna(row["filing_unit"]) else f"　{row['filing_unit']}"
    yield f"{mask_place(row['file'])}　{FORMS[row['form']]}{unit}"
    counts = f"接收 {row['rows_accepted']}、待补 {row['rows_held']}、略过 {row['rows_skipped']}"
    yield f"　{OUTCOMES[row['outcome']]}：读入 {row['rows_read']} 行 = {counts}。"
    for one in found.to_dict("records"):
        yield from _finding(one)
    if ready(row):
        left = "还有提醒，改好后行数和校验码可能改变。" if len(found) else "没有要更正的地方。"
        yield f"　{left}行数 {row['rows_filled']}，校验码 {spaced(row['check_code'])}"


def _finding(one: Mapping[str, Any]) -> Iterator[str]:
    sheet = f"{mask_place(one['sheet'])}!" if one["sheet"] and not pd.isna(one["sheet"]) else ""
    place = f"{sheet}{one['cell']}" if one["cell"] and not pd.isna(one["cell"]) else "整个文件"
    shown = f"　现为“{one['shown']}”" if one["shown"] else ""
    yield f"　[{SEVERITIES[one['severity']]}] {place}{shown}"
    yield f"　　　{one['fix']}（{one['code']}）"


def told_as_json(batch: Intake) -> dict[str, Any]:
    """``report.as_json`` with each file's row count and check code, and the verdict as its exit code."""
    plain = as_json(batch, full=False)
    for one, row in zip(plain["files"], batch.submissions.to_dict("records"), strict=True):
        one["rows_filled"] = int(row["rows_filled"])
        one["check_code"] = row["check_code"] if ready(row) else None
    return {"verdict": verdict(batch), **plain}
