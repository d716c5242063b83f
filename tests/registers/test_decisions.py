"""Doubtful pairs: twenty that are hard, put on a workbook, ticked, remembered, applied, seen and taken back."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

from ce_toolkit.cli import main
from ce_toolkit.errors import InputError
from ce_toolkit.registers import Registers, match, register
from ce_toolkit.registers.decisions import (
    DIFFERENT,
    FILE_NAME,
    NONE,
    REVOKED,
    SAME,
    UNCLEAR,
    Decision,
    Decisions,
    pair_ids,
    read_decisions,
    remember,
    revoke,
)  # fmt: skip
from ce_toolkit.registers.spellings import is_near_number
from ce_toolkit.registers.ticking import read_ticking, write_ticking
from tests.registers.rows import COUNTY, HOSPITAL, SCHOOL, batch, exam_table, units

PAIRS = yaml.safe_load((Path(__file__).parent / "hard_pairs.yaml").read_text(encoding="utf-8"))
DAY = date(2017, 8, 1)
OTHER = "0837140000002"
Change = Mapping[str, Any]


def _table(rows: list[list[Any]]) -> pd.DataFrame:
    filled = [[*row, *[None] * (5 - len(row))] for row in rows]
    return pd.DataFrame(filled, columns=["name", "certificate_no", "employer", "series", "sex"], dtype="str")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["case"])
def test_hard_pairs_are_answered_and_never_the_same_wrongly(pair: Mapping[str, Any]) -> None:
    people = _table(pair["people"]).assign(person_id=[str(place) for place in range(len(pair["people"]))])
    answer = match(_table([pair["row"]]), people, known_units=pd.Series([SCHOOL, HOSPITAL]))["verdict"].iloc[0]
    assert answer == pair["answer"]
    assert answer != "same" or pair["truth"] is True


def test_there_are_twenty_of_them() -> None:
    assert len({pair["case"] for pair in PAIRS}) == 20


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("0837140000012", "0837140000021", True),  # two swapped
        ("0837140000012", "0837140000013", True),  # one wrong
        ("0837140000012", "083714000012", True),  # one lost
        ("0837140000012", "O837I40000012", True),  # letters for digits
        ("0837140000012", "837140000012", True),
        ("0837140000012", "0837140000034", False),
        ("0837140000012", "0837140021000", False),
    ],
)
def test_near_numbers_are_what_a_slip_makes(one: str, other: str, near: bool) -> None:
    assert (is_near_number(one, other), is_near_number(other, one)) == (near, near)


def _registers(people: list[Change], claims: list[Change] = [], decisions: Decisions = NONE) -> Registers:  # noqa: B006
    return register(batch(people, claims), exam_table(), units(), county=COUNTY, decisions=decisions)


def _decided(doubts: pd.DataFrame, answer: str) -> Decisions:
    return Decisions(tuple(Decision(pair, answer, "审核人甲", DAY) for pair in doubts["pair"]))


NO_NUMBER: Change = {"certificate_no": None, "file": "二.xlsx"}
NAMESAKES: list[Change] = [{}, {"certificate_no": OTHER}]
ASKED: dict[str, tuple[list[Change], list[Change], str]] = {
    "one number, two names": ([{}, {"name": "丁一朗"}], [], "other_name"),
    "last digit wrong": ([{}, {"certificate_no": "0837140000002", "file": "二.xlsx"}], [], "near_number"),
    "separator": ([{"name": "库尔班·玉素甫"}, {**NO_NUMBER, "name": "库尔班玉素甫"}], [], "spelling"),
    "unit misspelt": ([{}, {**NO_NUMBER, "employer": "德城试验中学"}], [], "unit_spelling"),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_people_who_may_be_one_are_asked_and_made_one_when_a_person_says_so(case: str) -> None:
    people, claims, why = ASKED[case]
    before = _registers(people, claims)
    assert before.doubts["why"].tolist() == [why]
    same = _registers(people, claims, _decided(before.doubts, SAME))
    assert (len(same.people), len(same.doubts)) == (1, 0)
    other = _registers(people, claims, _decided(before.doubts, DIFFERENT))
    assert (other.people["person_id"].tolist(), len(other.doubts)) == (before.people["person_id"].tolist(), 0)
    unclear = _registers(people, claims, _decided(before.doubts, UNCLEAR))
    assert unclear.doubts["decided"].tolist() == [UNCLEAR]
    for found in (before, same, other):
        row = found.account.set_index("form").loc["enrolment"]
        assert row["rows_in"] == row["registered"] + row["merged"] + row["held"] == len(people)


def test_D12_a_row_of_two_namesakes_goes_to_whom_a_person_names() -> None:
    claims: list[Change] = [{"certificate_no": None}]
    before = _registers(NAMESAKES, claims)
    asked = before.doubts[before.doubts["about"] == "hours"]
    assert (len(asked), len(before.claims)) == (2, 0)
    answers = (Decision(asked["pair"].iloc[1], SAME, "审核人甲", DAY),)
    after = _registers(NAMESAKES, claims, Decisions(answers))
    assert after.claims["person_id"].tolist() == [after.people["person_id"].iloc[1]]
    assert after.waiting.empty


def test_a_row_that_is_nobody_s_by_decision_makes_a_person_of_its_own() -> None:
    claims: list[Change] = [{"certificate_no": "0837140000009"}]
    before = _registers([{}], claims)
    after = _registers([{}], claims, _decided(before.doubts, DIFFERENT))
    assert (len(before.people), len(after.people), len(after.claims)) == (1, 2, 1)


def test_pairs_are_known_again_from_either_side_and_in_another_file() -> None:
    one, other = (
        _table([["张伟", "0837140000001", SCHOOL]]),
        _table([["张 伟", "0837 140000002", "德城区（试验）中学"]]),
    )
    again = _table([["张伟", "0837140000002", SCHOOL]])
    assert pair_ids(one, other).tolist() == pair_ids(again, one).tolist()


def _tick(answer: str, by: str | None = "审核人甲", on: Any = "2017-08-01") -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet["A7"], sheet["B3"], sheet["B4"], sheet["J7"] = answer, by, on, "电话核实"

    return change


def _ticked(path: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book["认人核对表"])
    book.save(path)
    return path


def test_round_trip_from_run_to_workbook_to_decision_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people, claims, _ = ASKED["last digit wrong"]
    home = tmp_path / "store"
    workbook = write_ticking(_registers(people, claims).doubts, home / "2017" / COUNTY / "认人核对表.xlsx")
    assert workbook.stat().st_mode & 0o077 == 0
    _ticked(workbook, _tick(SAME, on=DAY))
    assert main(["decide", str(workbook)]) == 0
    path = home / FILE_NAME
    assert path.stat().st_mode & 0o077 == 0
    (line,) = read_decisions(path).lines
    assert (line.answer, line.by, line.on, line.remark) == (SAME, "审核人甲", DAY, "电话核实")
    assert len(_registers(people, claims, read_decisions(path)).people) == 1

    assert main(["decide", str(workbook)]) == 0  # the same ticks again say nothing new
    assert len(read_decisions(path).lines) == 1
    assert main(["decide", "--to", str(path), "--revoke", line.pair, "--by", "审核人乙", "--on", "2017-08-02"]) == 0
    assert [one.answer for one in read_decisions(path).lines] == [SAME, REVOKED]
    assert len(_registers(people, claims, read_decisions(path)).people) == 2
    assert main(["decide", "--to", str(path)]) == 0
    assert "现行决定 0 条，文件共 2 行" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (_tick("是"), "A7：判定应为 是同一人、不是、不清楚 之一"),
        (_tick(SAME, by=None), "B3：请填写判定人"),
        (_tick(SAME, on="八月"), "B4：请填写判定日期"),
        (lambda sheet: (_tick(SAME)(sheet), sheet.__setitem__("K7", "改动")), "K7：编号被改动"),
    ],
)
def test_a_ticked_workbook_at_fault_is_named_by_cell(
    tmp_path: Path, change: Callable[[Any], None], wanted: str
) -> None:
    people, claims, _ = ASKED["last digit wrong"]
    path = write_ticking(_registers(people, claims).doubts, tmp_path / "核对.xlsx")
    with pytest.raises(InputError, match=wanted):
        read_ticking(_ticked(path, change))


def test_nothing_ticked_is_no_decision_and_another_workbook_is_refused(tmp_path: Path) -> None:
    path = write_ticking(_registers([{}]).doubts, tmp_path / "核对.xlsx")
    assert read_ticking(path) == []
    book = openpyxl.Workbook()
    book.save(tmp_path / "别的.xlsx")
    with pytest.raises(InputError, match="不是认人核对表"):
        read_ticking(tmp_path / "别的.xlsx")


def test_a_file_of_decisions_at_fault_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    remember(path, [Decision("0123456789abcdef", SAME, "审核人甲", DAY)])
    with pytest.raises(InputError, match="不能撤销"):
        revoke(path, ["fedcba9876543210"], by="审核人甲", on=DAY)
    path.write_text(path.read_text(encoding="utf-8-sig").replace("2017-08-01", "八月"), encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行"):
        read_decisions(path)
