"""A folder of 2,000 workbooks of 20 to 500 rows: time and memory, side by side with the floor and with pandas.

Run as ``python -m tests.benchmarks.bench_folder``; ``--files`` sets how many, ``--pandas`` how many of them pandas
reads (all of them takes minutes; rates compare). Files are written once and kept in the folder for temporary files.
Each way runs in a process of its own, after one another, ``--rounds`` times; the best round counts. Memory is the
proportional share (PSS) of the whole tree of processes, looked at every 50 ms.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ce_toolkit.demo.xlsx import Row, Sheet, workbook_bytes

_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
_HEAD = ("序号", "姓名", "性别", "单位", "继续教育证书编号", "学时类别", "具体形式", "项目名称", "主办单位", "开始日期",
         "结束日期", "授课天数", "申报学时")  # fmt: skip
_LOOKS = ("number", "text", "text", "long", "code", "text", "text", "long", "text", "text", "text", "number", "number")


def made(files: int) -> Path:
    """A folder with that many workbooks, written unless it lies ready."""
    folder = Path(tempfile.gettempdir()) / f"ce-bench-folder-{files}"
    if not (folder / "ready").exists():
        folder.mkdir(exist_ok=True)
        inbox = folder / "inbox"
        inbox.mkdir(exist_ok=True)
        for number in range(files):
            (inbox / f"{number:05d}.xlsx").write_bytes(_workbook(number))
        (folder / "ready").write_text("")
    return folder / "inbox"


def _workbook(number: int) -> bytes:
    rng = random.Random(number)  # noqa: S311 - data to measure with, the same in every run
    unit = f"第{number}中学"
    rows = [Row(["2017 年度专业技术人员继续教育学时登记表", *[None] * 12], "title")]
    rows += [Row([f"填报单位（公章）：{unit}", *[None] * 12], "plain"), Row(_HEAD, "head")]
    for place in range(rng.randint(20, 500)):
        name = rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
        month, day = rng.randrange(1, 12), rng.randrange(1, 27)
        rows.append(
            Row(
                [
                    place + 1,
                    name,
                    rng.choice("男女"),
                    unit,
                    f"08371{number:04d}{place:04d}",
                    "培训进修",
                    rng.choice(("专题讲座", "远程教育", "脱产培训")),
                    f"第{rng.randrange(300)}期教师培训班",
                    "市教育局",
                    f"2017.{month}.{day}",
                    f"2017.{month}.{day + 1}",
                    2,
                    rng.randrange(2, 32) / 2,
                ]
            )
        )
    return workbook_bytes([Sheet("学时登记表", rows, [12] * 13, _LOOKS)])


# ---- the ways -----------------------------------------------------------------------------------


def ours(files: list[Path], jobs: int) -> int:
    """``read_folder``: rows typed and checked, with findings."""
    from ce_toolkit.intake import read_folder

    return len(read_folder(files[0].parent, year=2017, jobs=jobs).hours)


def bare_calamine(files: list[Path], jobs: int) -> int:
    """The floor: every cell as calamine gives it, nothing kept."""
    if jobs == 1:
        return sum(map(_calamine_rows, files))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(_calamine_rows, files, chunksize=8))


def _calamine_rows(path: Path) -> int:
    import python_calamine

    return len(python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 3


def pandas_openpyxl(files: list[Path], jobs: int) -> int:
    """``pandas.read_excel(engine="openpyxl")``, the head's row given."""
    import pandas as pd

    del jobs
    return sum(len(pd.read_excel(path, engine="openpyxl", header=2)) for path in files)


WAYS: dict[str, Callable[[list[Path], int], int]] = {
    way.__name__: way for way in (ours, bare_calamine, pandas_openpyxl)
}


# ---- measuring ----------------------------------------------------------------------------------


def _tree_pss() -> int:
    """Bytes held by this process and those below it, shared pages counted by share; 0 where the system tells none."""
    import psutil

    me = psutil.Process()
    total = 0
    for one in (me, *me.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except (psutil.Error, AttributeError):
            continue
    return total


def measure(way: str, files: list[Path], jobs: int) -> dict[str, Any]:
    """Seconds, rows and memory of one way over the files, in this process."""
    WAYS[way](sorted(made(2 * jobs).iterdir()), 1 if way == "bare_calamine" else jobs)  # imports, processes kept
    peak, done = [base := _tree_pss()], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak.append(_tree_pss())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    start = time.perf_counter()
    rows = WAYS[way](files, jobs)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return {"seconds": seconds, "rows": rows, "files": len(files), "base": base, "peak": max(peak)}


def _apart(way: str, files: int, take: int, jobs: int) -> dict[str, Any]:
    order = [sys.executable, "-m", "tests.benchmarks.bench_folder", "--one", way, "--files", str(files)]
    order += ["--take", str(take), "--jobs", str(jobs)]
    done = subprocess.run(order, capture_output=True, text=True, check=True, env=os.environ)
    return json.loads(done.stdout)


def _figures(files: int, pandas_files: int, rounds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    plan = [("bare_calamine", files, 1), ("ours", files, 1), ("bare_calamine", files, 2), ("ours", files, 2)]
    found: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for _ in range(rounds):  # in turn, so that a busy moment does not befall one way only
        for way, take, jobs in plan:
            found.setdefault((way, take, jobs), []).append(_apart(way, files, take, jobs))
    for one, runs in found.items():
        yield f"{one[0]}, {one[2]} process(es)", min(runs, key=lambda run: run["seconds"])
    yield "pandas_openpyxl, 1 process(es)", _apart("pandas_openpyxl", files, pandas_files, 1)


def main() -> None:
    asked = argparse.ArgumentParser(description="Time and memory of reading a folder of workbooks.")
    asked.add_argument("--files", type=int, default=2000)
    asked.add_argument("--take", type=int)
    asked.add_argument("--pandas", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--one", choices=WAYS)
    args = asked.parse_args()
    files = sorted(made(args.files).iterdir())
    say: Callable[[str], None] = partial(print, flush=True)
    if args.one:
        taken = files[: args.take or args.files]
        if args.one == "ours" and len(taken) < len(files):
            taken = sorted(made(len(taken)).iterdir())
        say(json.dumps(measure(args.one, taken, args.jobs)))
        return
    for name, run in _figures(args.files, min(args.pandas, args.files), args.rounds):
        rate = f"{run['files'] / run['seconds']:8.1f} files/s {run['rows'] / run['seconds']:10,.0f} rows/s"
        memory = f"peak {run['peak'] / 2**20:6.0f} MB (at start {run['base'] / 2**20:.0f})"
        say(f"{name:34} {run['seconds']:7.2f} s {rate}  {memory}")
    for count in sorted({args.files // 4, args.files // 2, args.files}):
        made(count)
        run = _apart("ours", count, count, 2)
        grown = (run["peak"] - run["base"]) / 2**20
        say(f"memory of {count:5} files, 2 processes: +{grown:5.0f} MB, {grown * 2**20 / run['rows']:.0f} bytes a row")


if __name__ == "__main__":
    main()
