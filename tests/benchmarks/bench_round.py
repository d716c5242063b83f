"""The workbooks of a city's full review: 120,000 claims of 20,000 people written and read back, in a process alone."""

import subprocess
import sys

_CODE = """
import resource, sys, tempfile, time
from datetime import date
from pathlib import Path
import numpy as np, pandas as pd
from ce_toolkit.review.round_books import SHEET, deal, review_rows, write_volume
from ce_toolkit.review.round_reading import read_volumes
from ce_toolkit.review.worksheet import Heading
from ce_toolkit.rules import credit, load_pack
from ce_toolkit.tables import CLAIMS, PEOPLE, frame

size, pack, lots = int(sys.argv[1]), load_pack("dezhou-2017"), np.random.default_rng(7)
ids = [f"p{k:06d}" for k in range(size // 6)]
people = frame(PEOPLE, {"person_id": ids, "name": ["甲某某"] * len(ids), "archive": [True] * len(ids),
                        "employer": [f"单位{k % 900}" for k in range(len(ids))]})
days = [date(2017, 1, 2 + int(day)) for day in lots.integers(0, 28, size)]
claims = frame(CLAIMS, {
    "claim_id": [f"c{k:06d}" for k in range(size)], "person_id": [ids[k // 6] for k in range(size)],
    "class": ["training"] * size, "basis": ["held_hr"] * size, "title": ["诊疗研修班"] * size, "start": days,
    "end": days, "hours": [8] * size, "proof": [True] * size, "key": [f"PX{k}" for k in range(size)],
})
done = credit(claims, people, pack, date(2017, 12, 31))
unit = claims["person_id"].map(people.set_index("person_id")["employer"])
waiting = pd.DataFrame({"claim_id": claims["claim_id"], "unit": unit, "office": "371402", "step": 1})
tables = {"claims": claims, "people": people, "credits": done.credits, "ledger": done.ledger}
about = {"审核单位": "试", "地区": "371402", "年度": "2017"}
with tempfile.TemporaryDirectory() as folder:
    begun = time.monotonic()
    volumes = deal(review_rows(waiting, tables, pack), [f"审核员{k}" for k in range(6)], {}, most=2000)
    heading = Heading.of(pack, place="试", demonstration=True, sheet=SHEET)
    for volume in volumes:
        with (Path(folder) / volume.name).open("wb") as file:
            write_volume(file, volume, heading, about, rehearsed_on=date(2017, 7, 20))
    written = time.monotonic()
    issued = pd.concat([volume.rows.assign(book=volume.number) for volume in volumes], ignore_index=True)
    back = read_volumes(Path(folder).iterdir(), issued)
    read = time.monotonic()
assert (back.rows["verdict"] != "").all() and not back.findings
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(len(back.rows), "rows", len(volumes), f"workbooks, written in {written - begun:.1f} s,",
      f"read back in {read - written:.1f} s,", peak, "MB")
"""


def test_review_workbooks_written_and_read_back(benchmark) -> None:  # type: ignore[no-untyped-def]
    """U23: the full review of 20,000 people."""
    command = [sys.executable, "-c", _CODE, "120000"]
    done = benchmark.pedantic(
        subprocess.run, (command,), {"capture_output": True, "text": True, "check": True}, rounds=1
    )
    benchmark.extra_info["told"] = done.stdout.strip()
    print(done.stdout)  # noqa: T201
