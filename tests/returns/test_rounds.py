"""Return workbooks and rounds: what goes back is the unit's own, and what comes back closes what was asked."""

import json
import re
import zipfile
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ce_toolkit.cli import main
from ce_toolkit.intake import read_folder
from ce_toolkit.returns import return_folder
from tests.intake.conftest import HEAD, Inbox, as_text, book, enrolment, person

FAULTY = enrolment(person(1), person(2, sex="女性的"), person(3, certificate=123456789012345678), person(4))


def answer(inbox: Inbox, out: Path) -> pd.DataFrame:
    return return_folder(read_folder(inbox.folder, year=2017, jobs=0), inbox.folder, out, year=2017, jobs=0)


def returned(out: Path, number: int = 1) -> Any:
    (path,) = out.rglob(f"*（第{number}次退回）.xlsx")
    return openpyxl.load_workbook(path)


def listed(workbook: Any, sheet: str = "问题清单") -> list[tuple[Any, ...]]:
    return list(workbook[sheet].iter_rows(min_row=3, values_only=True))


def mended(inbox: Inbox, out: Path, number: int, **cells: Any) -> None:
    """What a clerk does: open the return workbook, change cells, save it under its name in place of the first."""
    workbook = returned(out, number)
    for cell, value in cells.items():
        workbook.worksheets[0][cell] = value
    for path in inbox.folder.iterdir():
        path.unlink()
    inbox.put("报名表（改）.xlsx", workbook)


def drawn_width(out: Path) -> str:
    (path,) = out.glob("*.xlsx")
    with zipfile.ZipFile(path) as archive:
        (part,) = [name for name in archive.namelist() if name.endswith(".vml")]
        (width,) = set(re.findall(r"[^-]width:(\w+)", archive.read(part).decode()))
    return width


def style(cell: Any) -> tuple[Any, ...]:
    parts = (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)
    return (*map(copy, parts), cell.number_format)


def test_returned_workbook_is_the_unit_s_own_but_for_the_faulty_cells(inbox: Inbox, tmp_path: Path) -> None:
    sent = book(*FAULTY)
    sheet = sent.active
    sheet["B4"].font = Font(bold=True, color="FF0000")
    sheet["D5"].value, sheet["D5"].data_type = "=1+1", "s"
    sheet["C5"].comment = Comment("请科长看", "甲某某")
    sheet.column_dimensions["D"].width = 33
    before = inbox.put("报名表.xlsx", sent).read_bytes()
    sheet = openpyxl.load_workbook(inbox.folder / "报名表.xlsx").worksheets[0]
    answer(inbox, tmp_path / "out")
    after = returned(tmp_path / "out").worksheets[0]
    faulty = {"C5", "G6"}
    for row in sheet.iter_rows():
        for cell in row:
            here = after[cell.coordinate]
            assert here.value == cell.value
            if cell.coordinate not in faulty:
                assert style(here) == style(cell)
                assert here.comment is None
    assert after["D5"].data_type == "s"
    assert after["C5"].comment.text.startswith("请科长看\n【")
    assert drawn_width(tmp_path / "out") == "260px"  # openpyxl writes the size and forgets it on reading
    assert [after[cell].fill.fgColor.rgb for cell in ("C5", "G6")] == ["00FFF2CC", "00F8CBAD"]
    assert after.column_dimensions["D"].width == 33
    assert (inbox.folder / "报名表.xlsx").read_bytes() == before
    assert after["H3"].value == "问题"
    assert after["H5"].value
    assert after["H4"].value is None
    assert after.auto_filter.ref.startswith("A3:H")


def test_list_tells_masked_what_is_there_and_links_to_the_cell(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("报名表.xlsx", FAULTY)
    answer(inbox, tmp_path / "out")
    workbook = returned(tmp_path / "out")
    line = next(line for line in listed(workbook) if line[4] == "G6")
    assert "123456789" not in str(line)
    assert line[1] == "待补"
    links = [row[4].hyperlink.location for row in workbook["问题清单"].iter_rows(min_row=3) if row[4].hyperlink]
    assert "'Sheet'!G6" in links


@pytest.mark.parametrize("name", ["报名表.csv", "报名表.xlsm"])
def test_other_sources_come_back_as_xlsx_with_the_same_values(inbox: Inbox, tmp_path: Path, name: str) -> None:
    rows = enrolment(person(1, employer="=cmd()"), person(2, sex="女性的"))
    inbox.put(name, as_text(rows).encode() if name.endswith(".csv") else book(*rows))
    answer(inbox, tmp_path / "out")
    sheet = returned(tmp_path / "out").worksheets[0]
    assert [cell.value for cell in sheet[3]][:7] == HEAD
    assert sheet["G5"].value == "0837140000002"
    assert sheet["C5"].comment is not None


def test_formulas_and_outside_links_are_left_behind(inbox: Inbox, tmp_path: Path) -> None:
    workbook = book(*FAULTY)
    workbook.active["J4"] = "=SUM(1,2)"
    workbook.active["J5"].hyperlink = "https://example.com/x"
    inbox.put("报名表.xlsx", workbook)
    answer(inbox, tmp_path / "out")
    sheet = returned(tmp_path / "out").worksheets[0]
    assert sheet["J4"].value is None
    assert sheet["J5"].hyperlink is None


def test_unreadable_file_gets_a_list_alone(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("报名表.pdf", b"%PDF-1.4 nothing")
    answer(inbox, tmp_path / "out")
    workbook = returned(tmp_path / "out")
    assert workbook.sheetnames == ["问题清单", "填写说明"]
    assert "PDF" in listed(workbook)[0][7]


def test_D17_round_two_closes_what_was_mended(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", FAULTY)
    first = answer(inbox, out).iloc[0]
    assert (first["round"], first["open"]) == (1, 2)
    mended(inbox, out, 1, C5="女", G6="0837140000003", H7="我们自己写的")
    second = answer(inbox, out).iloc[0]
    assert (second["round"], second["closed"], second["changed"]) == (2, 2, 2)
    assert second[["open", "stays", "new", "reopened", "added", "removed"]].sum() == 0
    sheet = returned(out, 2).worksheets[0]
    assert sheet["C5"].comment is None
    assert sheet["C5"].fill.fill_type is None
    assert "问题" not in [cell.value for cell in sheet[3]]
    assert {line[9] for line in listed(returned(out, 2)) if line[4] in {"C5", "G6"}} == {"已更正"}


def test_marks_are_taken_away_from_a_file_saved_without_its_colours(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", FAULTY)
    answer(inbox, out)
    workbook = returned(out)
    workbook.worksheets[0]["H3"].style = "Normal"
    inbox.put("报名表.xlsx", workbook)
    answer(inbox, out)
    assert [cell.value for cell in returned(out, 2).worksheets[0][3]].count("问题") == 1


def test_new_fault_opens_one_stays_and_one_comes_again(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", FAULTY)
    answer(inbox, out)
    mended(inbox, out, 1, C5="女", C7="不详")
    second = answer(inbox, out).iloc[0]
    assert (second["closed"], second["stays"], second["new"]) == (1, 1, 1)
    mended(inbox, out, 2, C5="女性的")
    third = answer(inbox, out).iloc[0]
    assert (third["round"], third["reopened"], third["stays"]) == (3, 1, 2)


def test_order_of_rows_does_not_matter_and_a_deleted_row_is_told(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", FAULTY)
    answer(inbox, out)
    rows = enrolment(person(3, certificate=123456789012345678), person(2, sex="女性的"), person(1), person(5))
    inbox.put("报名表.xlsx", rows)
    second = answer(inbox, out).iloc[0]
    assert (second["stays"], second["closed"], second["new"]) == (2, 0, 0)
    assert (second["added"], second["removed"], second["changed"]) == (1, 1, 0)
    assert [line[0] for line in listed(returned(out, 2), "变动")] == ["新增", "删除"]


def test_running_again_changes_nothing(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", FAULTY)
    first = answer(inbox, out)
    (kept,) = (out / "往来").iterdir()
    state = kept.read_bytes()
    pd.testing.assert_frame_equal(answer(inbox, out), first)
    assert kept.read_bytes() == state
    assert "丁一郎" not in state.decode()
    assert "0837140000001" not in json.dumps(json.loads(state))


def test_marks_of_our_own_are_no_finding(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("报名表.xlsx", FAULTY)
    before = set(inbox.read().intake.findings["code"])
    answer(inbox, tmp_path / "out")
    mended(inbox, tmp_path / "out", 1)
    assert set(inbox.read().intake.findings["code"]) == before


def test_MR7_MC16_a_marked_name_is_neither_a_coloured_row_nor_a_comment_of_the_unit_s(
    inbox: Inbox, tmp_path: Path
) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1, "丁?"), *(person(number) for number in range(2, 6))))
    before = sorted(inbox.read().intake.findings["code"])
    answer(inbox, tmp_path / "out")
    mended(inbox, tmp_path / "out", 1)
    assert sorted(inbox.read().intake.findings["code"]) == before


def test_return_command_says_what_went_back(inbox: Inbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox.put("报名表.xlsx", FAULTY)
    assert main(["return", str(inbox.folder), "--out", str(tmp_path / "out")]) == 0
    assert "待更正 2 处" in capsys.readouterr().out
    assert main(["return", str(inbox.folder), "--out", str(inbox.folder / "out")]) == 2


def test_a_copy_byte_by_byte_is_not_answered_twice(inbox: Inbox, tmp_path: Path) -> None:
    path = inbox.put("报名表.xlsx", FAULTY)
    inbox.put("报名表(1).xlsx", path.read_bytes())
    done = answer(inbox, tmp_path / "out")
    assert list(done["file"]) == ["报名表.xlsx"]
    assert done.iloc[0]["open"] == 2


def test_a_mended_name_is_a_change_of_the_same_row(inbox: Inbox, tmp_path: Path) -> None:
    out = tmp_path / "out"
    inbox.put("报名表.xlsx", enrolment(person(1), person(2, name="戊□妹")))
    answer(inbox, out)
    mended(inbox, out, 1, B5="戊二妹")
    second = answer(inbox, out).iloc[0]
    assert (second["closed"], second["changed"], second["added"], second["removed"]) == (1, 1, 0, 0)
    assert listed(returned(out, 2), "变动")[0][4:7] == ("姓名", "戊＊＊", "戊＊＊")
