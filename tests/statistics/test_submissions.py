"""What came in: files by outcome, rows accounted for, what to mend first."""

import pandas as pd

from ce_toolkit.statistics import exam_account, files_to_mend, finding_counts, late_files, outcome_counts, rows_add_up
from ce_toolkit.statistics.submissions import ROWS
from ce_toolkit.tables import FINDINGS, frame
from tests.conftest import Processed

FILES = pd.DataFrame(
    {
        "file": ["甲.xlsx", "乙.xlsx", "丙.xlsx", "丁.xlsx"],
        "form": ["enrolment", "hours", "unknown", "hours"],
        "outcome": ["accepted", "partly", "refused", "partly"],
        "rows_read": [10, 20, 0, 9], "rows_accepted": [6, 15, 0, 2], "rows_held": [0, 1, 0, 3],
        "rows_skipped": [4, 4, 0, 4], "findings": [1, 2, 1, 0],
    }
)  # fmt: skip


def _findings(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    names = ("severity", "code", "file", "fix")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    blank = {name: [""] * len(rows) for name in ("shown", "wanted")}
    return frame(FINDINGS, {**columns, **blank, "finding_id": [str(place) for place in range(len(rows))]})


FINDS = _findings(
    ("warn", "T7", "乙.xlsx", "补填单位"),
    ("hold", "MC7", "乙.xlsx", "写成数字"),
    ("warn", "T7", "甲.xlsx", "补填单位"),
    ("refuse", "MF5", "丙.xlsx", "重新发送"),
)


def test_files_and_rows_per_form_and_outcome() -> None:
    table = outcome_counts(FILES)
    assert table[["form", "outcome", "files", *ROWS, "findings"]].to_numpy().tolist() == [
        ["enrolment", "accepted", 1, 10, 6, 0, 4, 1],
        ["hours", "partly", 2, 29, 17, 4, 8, 2],
        ["unknown", "refused", 1, 0, 0, 0, 0, 1],
        ["合计", "", 4, 39, 23, 4, 12, 4],
    ]


def test_T11_rows_read_are_accepted_or_held_or_skipped() -> None:
    assert rows_add_up(FILES)
    assert not rows_add_up(FILES.assign(rows_held=0))


def test_the_gravest_findings_stand_first() -> None:
    table = finding_counts(FINDS)
    assert table[["severity", "code", "count", "files"]].to_numpy().tolist() == [
        ["refuse", "MF5", 1, 1], ["hold", "MC7", 1, 1], ["warn", "T7", 2, 2],
    ]  # fmt: skip


def test_refused_files_stand_first_each_with_its_gravest_remedy() -> None:
    assert files_to_mend(FILES, FINDS)[["file", "fix"]].fillna("").to_numpy().tolist() == [
        ["丙.xlsx", "重新发送"], ["丁.xlsx", ""], ["乙.xlsx", "写成数字"],
    ]  # fmt: skip


def test_nothing_received_is_a_whole_of_nothing() -> None:
    assert outcome_counts(FILES.iloc[:0])[["form", "files"]].to_numpy().tolist() == [["合计", 0]]
    assert finding_counts(FINDS.iloc[:0]).empty
    assert files_to_mend(FILES.iloc[:0], FINDS.iloc[:0]).empty


def test_every_file_of_the_small_city_adds_up(processed: Processed) -> None:
    for batch in (*processed.batches.values(), processed.platforms):
        assert rows_add_up(batch.submissions)
        assert outcome_counts(batch.submissions).iloc[-1]["files"] == len(batch.submissions)


def test_E1_files_after_the_last_day_are_listed_the_latest_first() -> None:
    days = pd.to_datetime(pd.Series(["2017-04-30", "2017-05-01", "2017-05-31", "2017-05-02"])).dt.date
    files = FILES.assign(received_on=days, days_late=pd.array([0, 1, 31, None], "int64[pyarrow]"))
    assert late_files(files).to_numpy().tolist() == [["丙.xlsx", "2017-05-31", 31], ["乙.xlsx", "2017-05-01", 1]]


def test_B15_every_exam_result_of_the_city_is_in_one_line() -> None:
    """A result that one county knows is that person's, whatever another county asks."""
    exams = pd.DataFrame({"exam_id": ["1", "2", "3", "4"]})
    matches = pd.DataFrame({"exam_id": ["1", "2", "1"], "verdict": ["same", "ask", "ask"]})
    assert exam_account(exams, matches).to_numpy().tolist() == [["same", 1], ["ask", 1], ["unknown", 2], ["合计", 4]]
