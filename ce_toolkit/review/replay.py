"""Replay: from the files of a run draw again, evaluate again, and put every difference into a table."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.assess import Assessment, assess
from ce_toolkit.review.draw import Draw, draw
from ce_toolkit.review.frame import decimal_hours
from ce_toolkit.review.public import read_draw, read_text, verify_folder

RESULT_FILE, EVALUATION_FILE = "结果.csv", "评价.json"
COLUMNS = (
    "unit_id",
    "stage",
    "stratum",
    "hits",
    "hours",
    "registered",
    "verdict",
    "recognised",
    "error_cause",
    "evidence",
)
HEADS = ("文件", "位置", "原记录", "重算")


def result_files(results: pd.DataFrame, assessment: Assessment) -> dict[str, str]:
    """Name and text of the files that keep results and evaluation, by codes only."""
    table = results[list(COLUMNS)].to_csv(index=False, lineterminator="\n")
    facts = json.dumps(assessment.facts, ensure_ascii=False, indent=1, sort_keys=True)
    return {RESULT_FILE: table, EVALUATION_FILE: facts + "\n"}


def read_results(folder: Path) -> pd.DataFrame:
    """Results as they were kept, exact. Raises SampleError where they are not in that form."""
    table = pd.read_csv(io.StringIO(read_text(folder, RESULT_FILE)), dtype="str", keep_default_na=False)
    if list(table.columns) != list(COLUMNS):
        raise SampleError(f"{RESULT_FILE} 的表头应为 {','.join(COLUMNS)}。")
    hours = {name: decimal_hours(table[name].mask(table[name] == "")) for name in ("hours", "registered", "recognised")}
    return table.assign(**hours, stage=table["stage"].astype("int64"), hits=table["hits"].astype("int64"))


def replay(folder: Path) -> pd.DataFrame:
    """Draw and evaluate again what lies in a run's folder; one row a difference: 文件, 位置, 原记录, 重算.

    Empty where everything comes out again. Where results were not read back yet, only the draw is repeated.
    """
    rows = [
        (one.file, one.cell, one.found, one.wanted)
        for one in verify_folder(folder)
    ]  # fmt: skip
    if not rows and (folder / RESULT_FILE).is_file():
        rows = list(_evaluated_again(folder))
    return pd.DataFrame(rows, columns=list(HEADS), dtype="str")


def _evaluated_again(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    known = read_draw(folder)
    drawn = draw(known.frame, known.commitment, known.seed, stage=known.stage)
    results = read_results(folder)
    yield from _not_drawn(results, drawn)
    kept = json.loads(read_text(folder, EVALUATION_FILE))
    try:
        again = assess(drawn, results, missing_is_error=kept["missing_is_error"]).facts
    except SampleError as error:
        yield RESULT_FILE, "", "", str(error)
        return
    yield from _differences(EVALUATION_FILE, "", kept, json.loads(json.dumps(again)))


def _not_drawn(results: pd.DataFrame, drawn: Draw) -> Iterator[tuple[str, str, str, str]]:
    """Cells of the results that the draw gives otherwise."""
    wanted = drawn.rows.set_index("unit_id")
    for place, row in enumerate(results.to_dict("records"), start=2):
        if row["unit_id"] not in wanted.index:
            yield RESULT_FILE, f"第 {place} 行", str(row["unit_id"]), "不在样本中"
            continue
        right = wanted.loc[row["unit_id"]]
        for name in ("stage", "stratum", "hits", "hours", "registered"):
            if row[name] != right[name]:
                yield RESULT_FILE, f"第 {place} 行 {name}", str(row[name]), str(right[name])


def _differences(file: str, path: str, kept: Any, again: Any) -> Iterator[tuple[str, str, str, str]]:
    """Every leaf of two nested records that differs, by its path."""
    if isinstance(kept, Mapping) and isinstance(again, Mapping):
        for key in sorted({*kept, *again}):
            yield from _differences(file, f"{path}.{key}".lstrip("."), kept.get(key), again.get(key))
    elif isinstance(kept, list) and isinstance(again, list) and len(kept) == len(again):
        for place, pair in enumerate(zip(kept, again, strict=True)):
            yield from _differences(file, f"{path}[{place}]", *pair)
    elif kept != again:
        yield file, path, str(kept), str(again)
