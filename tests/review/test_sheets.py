"""Review sheets there and back: whatever was done to them is named by sheet and cell and changes nothing silently."""

# ruff: noqa: E501, PLR0917  a row of a table of damages stays a row; a case has as many parts as it has

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ce_toolkit.review.commit import commit
from ce_toolkit.review.draw import draw, extend
from ce_toolkit.review.form import ERRORS, EVIDENCE, OPEN, VERDICTS
from ce_toolkit.review.frame import freeze_frame
from ce_toolkit.review.reading import Results, read_review_sheet, read_review_sheets
from ce_toolkit.review.rehearsal import fill_sheets
from ce_toolkit.review.strata import one_stratum
from ce_toolkit.review.worksheet import LOCKED, SHEET
from tests.review.conftest import SEED, County

FIRST = 5  # row of the first claim: title, note, source and heads stand above
OFFICE = shutil.which("soffice")
ANSWERS = ["verdict", "recognised", "error_cause", "evidence"]


@pytest.fixture(scope="module")
def blank(county: County, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return county.write(tmp_path_factory.mktemp("sheet") / "审核抽查表-审核员甲.xlsx")


@pytest.fixture(scope="module")
def filled(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_sheets([blank], tmp_path_factory.mktemp("filled"))[0]


@pytest.fixture(scope="module")
def right(filled: Path, county: County) -> Results:
    return read_review_sheet(filled, county.drawn)


def _column(head: str) -> int:
    return [*LOCKED, *OPEN].index(head) + 1


# ---- as it is sent out


def test_the_sheet_as_a_reviewer_gets_it(blank: Path, county: County) -> None:
    book = openpyxl.load_workbook(blank)
    sheet, size = book[SHEET], len(county.drawn.rows)
    assert sheet["A1"].value == "2017年度德城区专业技术人员继续教育学时审核抽查表（示范）"
    assert "德人社字〔2017〕51号" in sheet["A3"].value  # N1: on which notice it stands
    assert [cell.value for cell in sheet[FIRST - 1]] == [*LOCKED, *OPEN]
    for row in sheet.iter_rows(FIRST, FIRST + size - 1, 1, len(LOCKED) + len(OPEN)):
        assert [cell.protection.locked for cell in row] == [True] * len(LOCKED) + [False] * len(OPEN)
    assert sheet.protection.sheet
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$4:$4"
    assert {one.title: one.sheet_state for one in book}[SHEET] == "visible"
    assert {one.sheet_state for one in book if one.title != SHEET} == {"hidden"}


def test_D13_there_is_room_for_signature_and_seal(blank: Path, county: County) -> None:
    sheet = openpyxl.load_workbook(blank)[SHEET]
    foot = [cell.value for row in sheet.iter_rows(FIRST + len(county.drawn.rows)) for cell in row if cell.value]
    assert foot == ["审核人（签字）：", "复核人（签字）：", "审核单位（公章）：", "年    月    日"]


def test_lists_stand_in_ranges_of_a_hidden_sheet(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    words = set()
    for rule in book[SHEET].data_validations.dataValidation:
        if rule.type == "list":
            name, _, target = rule.formula1.partition("!")
            words.add(tuple(cell.value for (cell,) in book[name][target.replace("$", "")]))
    assert words == {VERDICTS, ERRORS, EVIDENCE}


def test_names_are_masked_everywhere(blank: Path, county: County) -> None:
    book = openpyxl.load_workbook(blank)
    text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not [name for name in county.people["name"] if len(name) > 2 and name in text]
    assert not [number for number in county.people["certificate_no"].dropna() if number in text]


def test_MC16_text_that_begins_with_an_equals_sign_stays_text(county: County, tmp_path: Path) -> None:
    rows = county.drawn.rows.copy()
    rows.loc[0, "title"] = "=1+1"
    county.write(tmp_path / "a.xlsx", type(county.drawn)(**{**vars(county.drawn), "rows": rows}))
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")[SHEET].cell(FIRST, _column("活动（成果）"))
    assert (cell.value, cell.data_type) == ("=1+1", "s")


# ---- as it comes back


def test_RS11_a_sheet_filled_in_well_is_read_whole_and_says_nothing(right: Results, county: County) -> None:
    assert (right.is_complete, right.findings) == (True, ())
    assert right.rows["unit_id"].tolist() == county.drawn.rows["unit_id"].tolist()
    assert set(right.rows["reviewer"]) == {"审核员甲"}
    agreed = right.rows["verdict"] == "相符"
    assert (right.rows["recognised"][agreed] == right.rows["registered"][agreed]).all()


def test_RS11_reading_twice_is_the_same_as_once(filled: Path, right: Results, county: County, tmp_path: Path) -> None:
    copy = shutil.copy(filled, tmp_path / "审核抽查表-又一份.xlsx")
    twice = read_review_sheets([filled, filled, Path(copy)], county.drawn)
    assert twice.rows[ANSWERS].equals(right.rows[ANSWERS])
    assert twice.is_complete


def test_RS11_partial_sheets_are_read_and_completed(
    filled: Path, right: Results, county: County, tmp_path: Path
) -> None:
    half = _damaged(
        filled, tmp_path, lambda sheet: [_put(sheet, row, "结论", None) for row in range(FIRST, FIRST + 10)]
    )
    read = read_review_sheet(half, county.drawn)
    assert (len(read.waiting), read.is_complete) == (10, False)
    assert read_review_sheets([half, filled], county.drawn).rows[ANSWERS].equals(right.rows[ANSWERS])


def _damaged(path: Path, folder: Path, damage: Callable[[Any], Any]) -> Path:
    book = openpyxl.load_workbook(path)
    damage(book[SHEET])
    book.save(folder / path.name)
    return folder / path.name


def _put(sheet: Any, row: int, head: str, value: Any) -> None:
    sheet.cell(row, _column(head)).value = value


def _agree(sheet: Any, row: int = FIRST) -> None:
    for head, value in (("结论", "相符"), ("认定学时", None), ("差错原因", None)):
        _put(sheet, row, head, value)


def _sort(sheet: Any) -> None:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(FIRST, FIRST + 9, 1, len(LOCKED) + len(OPEN))]
    for row, values in enumerate(reversed(rows), start=FIRST):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value


def _double(sheet: Any) -> None:
    values = [cell.value for cell in sheet[FIRST]][: len(LOCKED) + len(OPEN)]
    sheet.insert_rows(FIRST + 1)
    for column, value in enumerate(values, start=1):
        sheet.cell(FIRST + 1, column).value = value


def _double_otherwise(sheet: Any) -> None:
    _agree(sheet)
    _double(sheet)
    _put(sheet, FIRST + 1, "结论", "不予认定")


# what was done, the cell it is told at (a pattern), what is told, and whether the row then waits
HARMLESS = [
    ("rows sorted", _sort, "", "次序已改变"),
    ("rows filtered away", lambda sheet: setattr(sheet.row_dimensions[FIRST + 2], "hidden", True), f"A{FIRST + 2}", "隐藏或被筛选"),
    ("row doubled", _double, r"O6", "有 2 行"),
    ("locked hours changed", lambda sheet: _put(sheet, FIRST, "登记学时", 99), "K5", "“登记学时”已改动"),
    ("locked name changed", lambda sheet: _put(sheet, FIRST, "姓名", "张三"), "F5", "“姓名”已改动"),
    ("blanks around a verdict", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "结论", "  相 符　")), "O5", "空格或用了全角"),
    ("number typed as text", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "认定学时", f"'{sheet['K5'].value:g}".strip("'"))), "N5", "数字是文本"),
    ("column added", lambda sheet: setattr(sheet["S4"], "value", "我的列"), "S4", "多出一列"),
    ("sheet renamed", lambda sheet: setattr(sheet, "title", "第一组"), "", "工作表已改名"),
    ("cause that is not listed", lambda sheet: _put(sheet, FIRST, "差错原因", "不知道"), "P5", "不在列表中"),
]  # fmt: skip
WAITING = [
    ("row deleted", lambda sheet: sheet.delete_rows(FIRST), "", "缺少 1 行"),
    ("unknown verdict", lambda sheet: _put(sheet, FIRST, "结论", "基本相符"), "O5", "不在列表中"),
    ("verdict removed", lambda sheet: _put(sheet, FIRST, "结论", None), "O5", "未填结论"),
    ("too many hours", lambda sheet: (_put(sheet, FIRST, "结论", "部分认定"), _put(sheet, FIRST, "认定学时", 999)), "N5", "2 倍"),
    ("negative hours", lambda sheet: (_put(sheet, FIRST, "结论", "部分认定"), _put(sheet, FIRST, "认定学时", -1)), "N5", "应在 0 与"),
    ("odd hours", lambda sheet: (_put(sheet, FIRST, "结论", "部分认定"), _put(sheet, FIRST, "认定学时", 1.3)), "N5", "步长应为 0.5"),
    ("hours that contradict", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "认定学时", 1)), "N5", "结论为“相符”"),
    ("partly without hours", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "结论", "部分认定")), "N5", "没有认定学时"),
    ("formula", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "认定学时", "=K5/2")), "N5", "是公式"),
    ("words for hours", lambda sheet: (_agree(sheet), _put(sheet, FIRST, "认定学时", "八")), "N5", "不是数"),
    ("two rows that differ", _double_otherwise, "O[56]", "有不同的结论"),
    ("code changed", lambda sheet: _put(sheet, FIRST, "单元编号", "FFFFFFFFFFFF"), "C5", "不在样本中"),
    ("answer without a code", lambda sheet: _put(sheet, FIRST, "单元编号", None), "C5", "没有单元编号"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "cell", "told"), [row[1:] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_RS11_harmless_damage_is_told_and_changes_nothing(
    filled: Path, right: Results, county: County, tmp_path: Path, damage: Callable[[Any], Any], cell: str, told: str
) -> None:
    read = read_review_sheet(_damaged(filled, tmp_path, damage), county.drawn)
    assert [one for one in read.findings if told in one.found and re.fullmatch(cell, one.cell) and one.sheet]
    assert read.rows[["verdict", "recognised"]].equals(right.rows[["verdict", "recognised"]])
    assert {one.gravity for one in read.findings} == {"note"}


@pytest.mark.parametrize(("damage", "cell", "told"), [row[1:] for row in WAITING], ids=[row[0] for row in WAITING])
def test_RS11_a_row_that_cannot_be_right_waits_and_no_other_changes(
    filled: Path, right: Results, county: County, tmp_path: Path, damage: Callable[[Any], Any], cell: str, told: str
) -> None:
    read = read_review_sheet(_damaged(filled, tmp_path, damage), county.drawn)
    assert [one for one in read.findings if told in one.found + one.wanted and re.fullmatch(cell, one.cell)]
    first = right.rows["unit_id"].iloc[0]
    assert read.waiting["unit_id"].tolist() == [first]
    assert read.rows[ANSWERS].iloc[1:].equals(right.rows[ANSWERS].iloc[1:])


def _without_facts(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    del book["元数据"]
    book.save(path)


def _without_a_head(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book[SHEET].delete_cols(_column("证据类型"))
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_without_facts, "没有隐藏的“元数据”页"),
        (_without_a_head, "表头缺少证据类型"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no workbook"), "不是 Excel 工作簿"),
        (lambda path: path.write_bytes(path.read_bytes()[:3000]), "不是 Excel 工作簿"),
        (lambda path: path.write_text("a,b"), "不是 Excel 工作簿"),
    ],
)
def test_RS11_a_file_that_cannot_be_trusted_is_not_used(
    filled: Path, county: County, tmp_path: Path, spoil: Callable[[Path], Any], told: str
) -> None:
    path = Path(shutil.copy(filled, tmp_path))
    spoil(path)
    read = read_review_sheet(path, county.drawn)
    assert told in read.findings[0].found
    assert (read.findings[0].gravity, read.done) == ("stop", 0)


def test_RS11_the_sheet_of_another_draw_is_not_used(filled: Path, county: County) -> None:
    other = draw(county.review.frame, county.review.commitment, "4" + SEED[1:])
    read = read_review_sheet(filled, other)
    assert (read.findings[0].gravity, read.findings[0].code, read.done) == ("stop", "RS-draw", 0)


def test_RS4_RS11_the_sheet_of_an_earlier_stage_counts_and_the_new_rows_wait(
    filled: Path, right: Results, county: County, tmp_path: Path
) -> None:
    later = extend(county.drawn, stage=2)
    read = read_review_sheet(filled, later)
    assert [one.found for one in read.findings] == ["是第 1 阶段的表"]
    assert sorted(read.waiting["unit_id"]) == sorted(later.new["unit_id"])
    again = fill_sheets([county.write(tmp_path / "审核抽查表-二.xlsx", later)], tmp_path)
    assert read_review_sheets([filled, *again], later).is_complete
    assert read_review_sheet(again[0], county.drawn).findings[0].code in {"RS-stage", "RS-draw"}


def test_RS11_five_hundred_rows_come_back(county: County, tmp_path: Path) -> None:
    records = county.records.loc[county.records.index.repeat(6)].head(520).reset_index(drop=True)
    frame = freeze_frame(records.assign(unit_id=[f"{place:012X}" for place in range(520)]))
    drawn = draw(frame, commit(frame, {}, one_stratum(frame.units), {"S6": 520}), SEED)
    (path,) = fill_sheets([county.write(tmp_path / "审核抽查表.xlsx", drawn)], tmp_path)
    read = read_review_sheet(path, drawn)
    assert (read.done, read.findings) == (520, ())


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
@pytest.mark.parametrize(("kind", "told"), [("xlsx", "由 LibreOffice 保存"), ("xls", "旧版 .xls 格式")])
def test_RS11_what_an_office_saved_is_read_the_same(
    filled: Path, right: Results, county: County, tmp_path: Path, kind: str, told: str
) -> None:
    """An .xls comes back renamed to .xlsx, as people do."""
    command = [
        str(OFFICE),
        f"-env:UserInstallation={(tmp_path / 'office').as_uri()}",
        "--headless",
        "--convert-to",
        kind,
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(filled)], capture_output=True, check=True, timeout=120)
    path = (tmp_path / filled.name).with_suffix(f".{kind}").rename(tmp_path / "审核抽查表-改名.xlsx")
    read = read_review_sheet(path, county.drawn)
    assert [one.found for one in read.findings if told in one.found]
    assert {one.gravity for one in read.findings} == {"note"}
    assert read.rows[ANSWERS].equals(right.rows[ANSWERS])
