"""Workbooks of a full review, there and back: whatever was done to them is named, and no row gets lost."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.evidence import expected, present
from ce_toolkit.review.form import OPEN, VERDICTS
from ce_toolkit.review.round_books import DAY, FORM, KEY, LOCKED, SEAL, SHEET, deal, review_rows, write_volume
from ce_toolkit.review.round_reading import Returned, read_volumes
from ce_toolkit.review.worksheet import Heading
from ce_toolkit.rules import Pack
from tests.conftest import Processed

FIRST = FORM.head_row + 1
OFFICE = shutil.which("soffice")
ON = date(2017, 7, 20)
ANSWERS = ["claim_id", "verdict", "hours", "cause", "evidence", "reviewer", "reviewed_on", "seal"]
ABOUT = {"审核单位": "德城区人力资源和社会保障局", "地区": "371402", "年度": "2017"}


@dataclass(frozen=True)
class Sent:
    """Rows of the county, the volume of one reviewer, and what was sent."""

    rows: pd.DataFrame
    volume: Any
    issued: pd.DataFrame
    heading: Heading

    def write(self, path: Path, *, filled: bool = True) -> Path:
        with path.open("wb") as file:
            write_volume(file, self.volume, self.heading, ABOUT, rehearsed_on=ON if filled else None)
        return path


@pytest.fixture(scope="module")
def rows(processed: Processed, pack: Pack) -> pd.DataFrame:
    registers, credited = processed.registers["371402"], processed.credited["371402"]
    claims = registers.claims[registers.claims["class"].astype("str") != "public_exam"]
    unit = claims["person_id"].map(registers.people.set_index("person_id")["employer"])
    waiting = pd.DataFrame({"claim_id": claims["claim_id"], "unit": unit, "office": "371402", "step": 1})
    tables = {"claims": registers.claims, "people": registers.people, "credits": credited.credits,
              "ledger": credited.ledger}  # fmt: skip
    return review_rows(waiting.reset_index(drop=True), tables, pack)


@pytest.fixture(scope="module")
def sent(rows: pd.DataFrame, pack: Pack) -> Sent:
    (volume,) = deal(rows, ["审核员甲"], {}, most=20_000)
    issued = volume.rows.assign(book=volume.number)
    heading = Heading.of(pack, place="德城区", demonstration=True, reviewer="审核员甲", sheet=SHEET)
    return Sent(rows, volume, issued, heading)


@pytest.fixture(scope="module")
def blank(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sent.write(tmp_path_factory.mktemp("blank") / sent.volume.name, filled=False)


@pytest.fixture(scope="module")
def filled(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sent.write(tmp_path_factory.mktemp("filled") / sent.volume.name)


@pytest.fixture(scope="module")
def right(filled: Path, sent: Sent) -> Returned:
    return read_volumes([filled], sent.issued)


# ---- as it is sent out


def test_the_workbook_as_a_reviewer_gets_it(blank: Path, sent: Sent) -> None:
    book = openpyxl.load_workbook(blank)
    sheet, size = book[SHEET], len(sent.rows)
    assert sheet["A1"].value == "2017年度德城区专业技术人员继续教育学时审核表（示范）"
    assert "德人社字〔2017〕51号" in sheet["A3"].value
    assert [cell.value for cell in sheet[FIRST - 1]] == [*LOCKED, *OPEN]
    for row in sheet.iter_rows(FIRST, FIRST + size - 1, 1, len(FORM.heads)):
        assert [cell.protection.locked for cell in row] == [True] * len(LOCKED) + [False] * len(OPEN)
    assert sheet.protection.sheet
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$5:$5"
    assert {one.sheet_state for one in book if one.title != SHEET} == {"hidden"}


def test_D13_day_and_seal_are_asked_and_there_is_room_to_sign(blank: Path, sent: Sent) -> None:
    sheet = openpyxl.load_workbook(blank)[SHEET]
    asked = {sheet.cell(4, ask.column).value: sheet.cell(4, ask.column + 1) for ask in FORM.asks}
    assert {label: (cell.value, cell.protection.locked) for label, cell in asked.items()} == {
        DAY: (None, False), SEAL: (None, False),
    }  # fmt: skip
    foot = [cell.value for row in sheet.iter_rows(FIRST + len(sent.rows)) for cell in row if cell.value]
    assert foot == ["审核人（签字）：", "复核人（签字）：", "审核单位（公章）：", "年    月    日"]


def test_names_are_in_full_for_the_reviewer(blank: Path, sent: Sent) -> None:
    sheet = openpyxl.load_workbook(blank)[SHEET]
    column = LOCKED.index("姓名") + 1
    shown = [sheet.cell(row, column).value for row in range(FIRST, FIRST + len(sent.rows))]
    assert shown == sent.rows["name"].tolist()


def test_F9_hours_that_do_not_count_are_shown_with_their_reason(blank: Path, sent: Sent) -> None:
    cut = sent.rows[sent.rows["hours"] < sent.rows["registered"]]
    assert len(cut) > 5
    assert (cut["told"] != "").all()


@pytest.mark.parametrize(
    ("facts", "wanted", "stated"),
    [
        ({"class": "training", "proof": True, "key": "PX1"}, "培训证书", "有证明，编号 PX1"),
        ({"class": "output", "kind": "paper", "proof": False}, "论文著作", "没有证明"),
        ({"class": "output", "kind": "patent", "proof": True, "proof_on": date(2017, 6, 1)}, "鉴定证书",
         "有证明，2017-06-01"),
        ({"class": "self_study", "in_archive": True}, "学习档案", "未说明；已入学习档案"),
    ],
)  # fmt: skip
def test_D9_to_D12_which_proof_is_looked_for_and_which_is_stated(
    facts: dict[str, Any], wanted: str, stated: str
) -> None:
    from ce_toolkit.tables import CLAIMS, frame

    claims = frame(CLAIMS, {name: [value] for name, value in {"claim_id": "1", "person_id": "p", **facts}.items()})
    assert (expected(claims).iloc[0], present(claims).iloc[0]) == (wanted, stated)


# ---- dealt to reviewers


def test_a_unit_is_reviewed_by_one_and_never_by_who_has_a_conflict(rows: pd.DataFrame) -> None:
    units = sorted(rows["unit"].unique())
    volumes = deal(rows, ["甲", "乙"], {"甲": {units[0]}}, most=100)
    dealt = pd.concat([volume.rows.assign(reviewer=volume.reviewer) for volume in volumes])
    assert sorted(dealt["claim_id"]) == sorted(rows["claim_id"])
    assert (dealt.groupby("unit")["reviewer"].nunique() == 1).all()
    assert set(dealt.loc[dealt["unit"] == units[0], "reviewer"]) == {"乙"}
    assert max(len(volume.rows) for volume in volumes) <= 100
    assert len({volume.name for volume in volumes}) == len(volumes)


def test_nobody_who_may_review_is_told(rows: pd.DataFrame) -> None:
    unit = rows["unit"].iloc[0]
    with pytest.raises(SampleError, match=f"“{unit}”没有可以回避之外的审核人"):
        deal(rows, ["甲"], {"甲": {unit}}, most=100)
    with pytest.raises(SampleError, match="审核人为空或有重复"):
        deal(rows, ["甲", "甲"], {}, most=100)


# ---- as it comes back


def test_RS11_what_was_filled_in_is_read_whole(right: Returned, sent: Sent) -> None:
    assert right.findings == ()
    assert len(right.rows) == len(sent.rows)
    assert set(right.rows["verdict"]) <= set(VERDICTS)
    assert set(right.rows["reviewed_on"]) == {ON}
    assert set(right.rows["seal"]) == {True}
    partly = right.rows[right.rows["verdict"] == "部分认定"]
    assert ((partly["hours"] > Decimal(0)) & (partly["hours"] < partly["registered"])).all()


def test_RS11_the_same_workbook_twice_is_as_once(filled: Path, right: Returned, sent: Sent, tmp_path: Path) -> None:
    copy = Path(shutil.copy(filled, tmp_path / "又一份.xlsx"))
    pd.testing.assert_frame_equal(read_volumes([filled, copy], sent.issued).rows[ANSWERS], right.rows[ANSWERS])


def _put(sheet: Any, head: str, value: Any, row: int = FIRST) -> None:
    sheet.cell(row, FORM.heads.index(head) + 1).value = value


def _answer(sheet: Any, verdict: str, hours: Any = None) -> None:
    _put(sheet, "结论", verdict)
    _put(sheet, "认定学时", hours)


DAMAGE = [
    ("row deleted", lambda sheet: sheet.delete_rows(FIRST), "", "缺少 1 行"),
    ("unknown verdict", lambda sheet: _answer(sheet, "基本相符"), r"O6", "不在列表中"),
    ("verdict removed", lambda sheet: _answer(sheet, ""), r"O6", "未填结论"),
    ("more than registered", lambda sheet: _answer(sheet, "部分认定", 9999), r"N6", "应在 0 与登记学时"),
    ("a figure that contradicts", lambda sheet: _answer(sheet, "不予认定", 1), r"N6", "结论为“不予认定”"),
    ("a formula", lambda sheet: _answer(sheet, "部分认定", "=I6/2"), r"N6", "是公式"),
    ("an error value", lambda sheet: _answer(sheet, "部分认定", "#N/A"), r"N6", "不是数"),
    ("code changed", lambda sheet: _put(sheet, KEY, "FFFFFFFFFFFF"), r"B6", "不是发出的项"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "cell", "told"), [one[1:] for one in DAMAGE], ids=[one[0] for one in DAMAGE])
def test_RS11_a_row_that_cannot_be_right_waits_and_the_others_go_on(  # noqa: PLR0917
    filled: Path, right: Returned, sent: Sent, tmp_path: Path, damage: Callable[[Any], Any], cell: str, told: str
) -> None:
    read = read_volumes([_damaged(filled, tmp_path, damage)], sent.issued)
    assert [one for one in read.findings if told in one.found + one.wanted and re.fullmatch(cell, one.cell)]
    assert read.rows["verdict"].iloc[0] == ""
    pd.testing.assert_frame_equal(read.rows[ANSWERS].iloc[1:], right.rows[ANSWERS].iloc[1:])


def _damaged(path: Path, folder: Path, damage: Callable[[Any], Any]) -> Path:
    book = openpyxl.load_workbook(path)
    damage(book[SHEET])
    book.save(folder / path.name)
    return folder / path.name


@pytest.mark.parametrize(
    ("column", "value", "cell", "told"),
    [
        (FORM.asks[0].column, None, "E4", "没有填审核日期"),
        (FORM.asks[0].column, "七月底", "E4", "为“七月底”"),
        (FORM.asks[1].column, "待盖", "H4", "为“待盖”"),
    ],
)
def test_D13_without_day_or_seal_nothing_of_the_workbook_is_taken(  # noqa: PLR0917
    filled: Path, sent: Sent, tmp_path: Path, column: int, value: Any, cell: str, told: str
) -> None:
    path = _damaged(filled, tmp_path, lambda sheet: setattr(sheet.cell(4, column + 1), "value", value))
    read = read_volumes([path], sent.issued)
    assert [(one.cell, one.gravity) for one in read.findings if told in one.found] == [(cell, "open")]
    assert set(read.rows["verdict"]) == {""}


@pytest.mark.parametrize("day", [date(2017, 7, 20), "2017年7月20日", "2017/7/20", "2017-07-20", "2017.7.20"])
def test_D13_the_day_however_it_is_written(filled: Path, sent: Sent, tmp_path: Path, day: Any) -> None:
    path = _damaged(filled, tmp_path, lambda sheet: setattr(sheet.cell(4, FORM.asks[0].column + 1), "value", day))
    assert set(read_volumes([path], sent.issued).rows["reviewed_on"]) == {ON}


def test_D6_a_workbook_that_was_not_sent_from_here_is_not_used(filled: Path, sent: Sent) -> None:
    read = read_volumes([filled], sent.issued.assign(book="0" * 12))
    assert (read.findings[0].gravity, len(read.rows)) == ("stop", 0)
    assert "不是本单位本年度发出的" in read.findings[0].found


def test_RS11_locked_cells_that_were_changed_are_told_and_change_nothing(
    filled: Path, right: Returned, sent: Sent, tmp_path: Path
) -> None:
    read = read_volumes([_damaged(filled, tmp_path, lambda sheet: _put(sheet, "登记学时", 99))], sent.issued)
    assert [(one.cell, one.gravity) for one in read.findings] == [("I6", "note")]
    pd.testing.assert_frame_equal(read.rows[ANSWERS], right.rows[ANSWERS])


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_RS11_five_hundred_rows_through_an_office_without_a_difference(sent: Sent, tmp_path: Path) -> None:
    rows = pd.concat([sent.rows] * 5, ignore_index=True).head(500)
    rows = rows.assign(code=[f"{place:012X}" for place in range(len(rows))])
    (volume,) = deal(rows, ["审核员甲"], {}, most=1000)
    issued = volume.rows.assign(book=volume.number)
    path = Sent(rows, volume, issued, sent.heading).write(tmp_path / "学时审核表.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "back")]
    subprocess.run([*command, str(path)], capture_output=True, check=True, timeout=120)
    before, after = (read_volumes([one], issued) for one in (path, tmp_path / "back" / path.name))
    assert [one.found for one in after.findings] == ["由 LibreOffice 保存"]
    assert len(after.rows) == 500
    pd.testing.assert_frame_equal(after.rows[ANSWERS], before.rows[ANSWERS])
