"""The review sheet as a reviewer gets it: locked facts, open answers with lists, masked names, ready to print."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from ce_toolkit.review import Frame, Heading, draw_sample, freeze_frame, write_worksheet
from ce_toolkit.review.worksheet import ERRORS, EVIDENCE, LOCKED, OPEN, VERDICTS
from ce_toolkit.rules import Pack
from tests.conftest import Processed

SEED = "31415926535897932384"
COUNTY, SIZE = "371402", 12
FIRST = 5  # row of the first claim: title, note, source and heads stand above
OFFICE = shutil.which("soffice")


@pytest.fixture(scope="module")
def frozen(processed: Processed) -> Frame:
    return freeze_frame(processed.registers[COUNTY].claims, processed.credited[COUNTY].credits)


@pytest.fixture(scope="module")
def sample(frozen: Frame) -> pd.DataFrame:
    """A draw in which one title begins with =."""
    sample = draw_sample(frozen, SIZE, seed=SEED)
    sample.loc[0, "title"] = "=1+1"
    return sample


@pytest.fixture(scope="module")
def people(processed: Processed) -> pd.DataFrame:
    return processed.registers[COUNTY].people


@pytest.fixture(scope="module")
def path(
    frozen: Frame, sample: pd.DataFrame, people: pd.DataFrame, pack: Pack, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "审核抽查表.xlsx"
    write_worksheet(sample, people, Heading.of(frozen, pack, place="德城区", seed=SEED), path)
    return path


@pytest.fixture(scope="module")
def sheet(path: Path) -> Any:
    return openpyxl.load_workbook(path)["审核抽查表"]


def _rows(sheet: Any) -> list[list[Any]]:
    width = len(LOCKED) + len(OPEN)
    return [[cell.value for cell in row] for row in sheet.iter_rows(FIRST, FIRST + SIZE - 1, 1, width)]


def test_head_title_and_notice(sheet: Any) -> None:
    """N1: every sheet says on which notice it stands."""
    assert sheet["A1"].value == "2017年度德城区专业技术人员继续教育学时审核抽查表"
    assert sheet["A3"].value == "依据：德人社字〔2017〕51号"
    assert [cell.value for cell in sheet[FIRST - 1]] == [*LOCKED, *OPEN]


def test_facts_are_locked_and_answers_are_open(sheet: Any) -> None:
    assert sheet.protection.sheet
    for row in sheet.iter_rows(FIRST, FIRST + SIZE - 1, 1, len(LOCKED) + len(OPEN)):
        assert [cell.protection.locked for cell in row] == [True] * len(LOCKED) + [False] * len(OPEN)
    assert all(cell.protection.locked for cell in sheet[FIRST - 1])


def test_rows_are_the_draw_in_ticket_order(sheet: Any, sample: pd.DataFrame, pack: Pack) -> None:
    table = pd.DataFrame(_rows(sheet), columns=[*LOCKED, *OPEN])
    assert table["序号"].tolist() == list(range(1, SIZE + 1))
    assert table["票号"].tolist() == [ticket[:10] for ticket in sample["ticket"]]
    assert table["申报学时"].tolist() == [float(hours) for hours in sample["registered"]]
    assert table["可计学时"].tolist() == [float(hours) for hours in sample["granted"]]
    assert table["类别"].tolist() == [pack.label(name) for name in sample["class"]]
    assert table[list(OPEN)].isna().all(axis=None)


def test_days_read_as_one_or_as_a_span(sheet: Any, sample: pd.DataFrame) -> None:
    shown = [row[LOCKED.index("起止日期")] for row in _rows(sheet)]
    days = [(str(a), str(a if pd.isna(b) else b)) for a, b in zip(sample["start"], sample["end"], strict=True)]
    spans = [a if a == b else f"{a} 至\n{b}" for a, b in days]
    assert {len(span) for span in spans} == {10, 23}
    assert shown == spans


def test_names_are_masked_everywhere(path: Path, sample: pd.DataFrame, people: pd.DataFrame) -> None:
    names = people.set_index("person_id")["name"][sample["person_id"]]
    book = openpyxl.load_workbook(path)
    text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert [row[LOCKED.index("姓名")] for row in _rows(book["审核抽查表"])] == [
        name[0] + "＊" * min(len(name) - 1, 2) for name in names
    ]
    assert not any(name in text for name in names)
    assert not any(number in text for number in people["certificate_no"].dropna())


def test_MC16_text_that_begins_with_an_equals_sign_stays_text(sheet: Any) -> None:
    cell = sheet.cell(FIRST, LOCKED.index("活动（成果）") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_lists_stand_on_a_hidden_sheet_and_cover_every_row(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref): rule for rule in book["审核抽查表"].data_validations.dataValidation}
    last = FIRST + SIZE - 1
    for column, words in (("M", VERDICTS), ("N", ERRORS), ("O", EVIDENCE)):
        rule = rules.pop(f"{column}{FIRST}:{column}{last}")
        assert rule.type == "list"
        sheet_name, _, target = rule.formula1.partition("!")
        assert tuple(cell.value for (cell,) in book[sheet_name][target.replace("$", "")]) == words
    hours = rules.pop(f"L{FIRST}:L{last}")
    assert (hours.type, hours.formula1, hours.formula2) == ("decimal", "0", "400")
    assert not rules
    assert [OPEN[place] for place in range(4)] == ["认定学时", "结论", "差错原因", "证据类型"]  # columns L to O


def test_hidden_sheet_ties_the_sheet_to_its_draw(path: Path, frozen: Frame, pack: Pack) -> None:
    book = openpyxl.load_workbook(path)
    assert {sheet.title: sheet.sheet_state for sheet in book} == {
        "审核抽查表": "visible", "选项": "hidden", "元数据": "hidden",
    }  # fmt: skip
    facts = {row[0].value: row[1].value for row in book["元数据"].iter_rows()}
    assert facts["抽样框摘要"] == frozen.digest
    assert facts["种子"] == SEED  # text: no digit is lost
    assert facts["抽样框单元数"] == str(frozen.size)
    assert facts["规则包"] == f"{pack.id} {pack.sha256}"


def test_T17_it_prints_on_A4_across_with_its_heads_on_every_page(sheet: Any) -> None:
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows in {"4:4", "$4:$4"}
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.freeze_panes == f"A{FIRST}"


def test_D13_there_is_room_for_the_seal(sheet: Any) -> None:
    foot = [cell.value for cell in sheet[FIRST + SIZE + 1] if cell.value]
    assert foot == ["审核人（签字）：", "审核单位（公章）：", "年    月    日"]


def test_an_empty_draw_is_still_a_sheet(frozen: Frame, people: pd.DataFrame, pack: Pack, tmp_path: Path) -> None:
    target = tmp_path / "空.xlsx"
    write_worksheet(
        draw_sample(frozen, 0, seed=SEED), people, Heading.of(frozen, pack, place="德城区", seed=SEED), target
    )
    assert openpyxl.load_workbook(target)["审核抽查表"]["A5"].value is None


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_an_office_program_opens_it_and_keeps_every_value(path: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(tmp_path / path.name)
    assert _rows(after["审核抽查表"]) == _rows(before["审核抽查表"])
    assert after["审核抽查表"].protection.sheet
    assert after["元数据"].sheet_state == "hidden"
    assert after["元数据"]["B3"].value == SEED
    assert len(after["审核抽查表"].data_validations.dataValidation) == 4
