"""Reading a folder of workbooks, side by side: the intake, pandas with openpyxl, and bare calamine as the floor.

Run with ``pytest tests/benchmarks/bench_intake.py``; BENCH_WORKBOOKS sets how many workbooks of 400 rows × 22 columns
are written (300). The last test holds the aims: at least 8 times as fast as pandas, at most twice the floor.
"""

import datetime
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import python_calamine as calamine

from ce_toolkit.intake import read_folder
from ce_toolkit.intake.fields import field_spec

WORKBOOKS = int(os.environ.get("BENCH_WORKBOOKS", "300"))
ROWS = 400
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"


def _write(path: Path, rng: random.Random) -> None:
    fields = field_spec().forms["hours"].fields[:22]
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("学时登记表")
    sheet.append(["2017 年度专业技术人员继续教育学时登记表"])
    sheet.append([f"填报单位（公章）：第{rng.randrange(900)}中学"])
    sheet.append([field.label for field in fields])
    for number in range(1, ROWS + 1):
        row = {
            "serial": number,
            "name": rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN),
            "sex": rng.choice("男女"),
            "employer": "陵城区试验中学",
            "certificate_no": f"08371{rng.randrange(10**8):08d}",
            "class": "培训进修",
            "kind": rng.choice(("专题讲座", "远程教育", "脱产培训")),
            "title": f"第{rng.randrange(300)}期教师培训班",
            "organiser": "市教育局",
            "basis": "行业主管部门举办",
            "start": f"2017.{rng.randrange(1, 13)}.{rng.randrange(1, 29)}",
            "recorded_on": datetime.date(2017, 3, rng.randrange(1, 29)),
            "days": rng.randrange(1, 6),
            "hours": rng.randrange(1, 80) / 2,
            "key": f"JY{rng.randrange(10**8):08d}",
            "in_archive": "有",
            "issued": "是",
            "recognised": "是",
            "items": 1,
            "employer_hours": 8,
        }
        sheet.append([row.get(field.id) for field in fields])
    sheet.append(["继续教育工作负责人：甲某某    办公电话：0534-2000000"])
    workbook.save(path)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("收件")
    rng = random.Random(7)  # noqa: S311 - data to measure with, the same in every run
    for number in range(WORKBOOKS):
        _write(path / f"{number:04d}.xlsx", rng)
    return path


def intake(folder: Path) -> int:
    return len(read_folder(folder, year=2017).hours)


def bare_calamine(folder: Path) -> int:
    sheets = (calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0) for path in sorted(folder.iterdir()))
    return sum(len(sheet.to_python()) for sheet in sheets)


def pandas_openpyxl(folder: Path) -> int:
    return sum(len(pd.read_excel(path, engine="openpyxl", header=2)) for path in sorted(folder.iterdir()))


@pytest.mark.parametrize("reader", [bare_calamine, intake, pandas_openpyxl])
def test_reading(benchmark: Callable, folder: Path, reader: Callable[[Path], int]) -> None:
    rounds = 1 if reader is pandas_openpyxl else 3
    rows = benchmark.pedantic(reader, args=(folder,), rounds=rounds, warmup_rounds=rounds - 1 and 1)
    assert rows >= WORKBOOKS * ROWS


def test_aims_hold(folder: Path) -> None:
    seconds = {}
    for reader in (bare_calamine, intake, pandas_openpyxl):
        start = time.perf_counter()
        reader(folder)
        seconds[reader] = time.perf_counter() - start
    assert seconds[pandas_openpyxl] >= 8 * seconds[intake]
    assert seconds[intake] <= 2 * seconds[bare_calamine]
