"""A large sample from frame to sheets: 100,000 records, or 1,000,000 hour units; each in a process of its own."""

import subprocess
import sys

import pytest

_CODE = """
import resource, sys, tempfile
from decimal import Decimal
from pathlib import Path
import numpy as np, pandas as pd
from ce_toolkit.review.design import Design, prepare
from ce_toolkit.review.draw import draw
from ce_toolkit.review.reviewers import assign_reviewers
from ce_toolkit.review.signals import Watch
from ce_toolkit.review.worksheet import Heading, write_review_sheet
from ce_toolkit.rules import load_pack

unit, size = sys.argv[1], int(sys.argv[2])
lots = np.random.default_rng(7)
hours = lots.integers(2, 19, size) / 2 if unit == "hours" else lots.integers(2, 80, size) / 2
days = pd.Timestamp("2017-01-02") + pd.to_timedelta(lots.integers(0, 360, size), unit="D")
many = size // 5
people = pd.DataFrame({"person_id": [f"P{k}" for k in range(many)]})
people["employer"] = [f"单位{k % 900}" for k in range(many)]
people["name"], owner = "甲某某", lots.integers(0, size // 5, size)
records = pd.DataFrame({
    "unit_id": [f"{k:012X}" for k in range(size)], "person_id": people["person_id"].to_numpy()[owner],
    "class": np.where(lots.random(size) < 0.2, "self_study", "training"), "kind": "lecture", "title": "培训",
    "organiser": "甲",
    "flags": "", "start": days, "end": days, "days": None, "key": [f"K{k}" for k in range(size)], "proof": True,
    "employer": people["employer"].to_numpy()[owner], "archive": True, "rows_in_question": 0, "hours": hours,
    "registered": hours, "standing_status": "met", "standing_total": lots.integers(60, 200, size) * 1.0,
    "standing_professional": lots.integers(40, 150, size) * 1.0,
})
pack = load_pack("dezhou-2017")
design = Design(confidence="0.95", stages=3, unit=unit, multipliers={"S1": "3", "S2": "2", "S3": "2"})
review = prepare(records, Watch.of(pack), design, about={})
drawn = draw(review.frame, review.commitment, "31415926535897932384")
names = [f"审核员{k}" for k in range(6)]
given = pd.Series(assign_reviewers(drawn, names, drawn.seed))
with tempfile.TemporaryDirectory() as folder:
    for name, units in given.groupby(given).groups.items():
        heading = Heading.of(pack, place="试", demonstration=True, reviewer=name)
        write_review_sheet(drawn, Path(folder) / f"{name}.xlsx", people=people, heading=heading, units=list(units))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(unit, review.frame.size, "records", review.frame.hours, "hours", len(drawn.rows), "drawn", peak, "MB")
"""


@pytest.mark.parametrize(("unit", "records"), [("claims", 100_000), ("hours", 95_000)])
def test_plan_draw_and_sheets(benchmark, unit: str, records: int) -> None:  # type: ignore[no-untyped-def]
    """RS15: plan, draw and sheets together; 95,000 records of 1 to 9 hours are about a million half hours."""
    command = [sys.executable, "-c", _CODE, unit, str(records)]
    done = benchmark.pedantic(
        subprocess.run, (command,), {"capture_output": True, "text": True, "check": True}, rounds=1
    )
    benchmark.extra_info["told"] = done.stdout.strip()
    print(done.stdout)  # noqa: T201
