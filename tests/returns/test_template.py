"""Templates: one line of the field spec shows in the template, the checks, the messages and the documentation."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ce_toolkit.cli import main
from ce_toolkit.intake import columns, fields, heads
from ce_toolkit.intake.stamps import stamp_in
from ce_toolkit.returns import Order, write_template
from ce_toolkit.returns.field_page import fields_page
from tests.intake.conftest import Inbox

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "ce_toolkit/intake/fields.toml"
TO_FILL = {"T3", "D1", "T11"}
"""What an empty form lacks because nobody has filled it in: the day, the person responsible, people."""


def blank(path: Path, form: str = "enrolment", **more: Any) -> Any:
    write_template(Order(form, 2017, "陵城区试验中学", **more), path)
    return openpyxl.load_workbook(path)


def fill(path: Path, workbook: Any, rows: list[dict[str, Any]], form: str) -> None:
    """Fill in a template as a clerk would: cells under their heads, the day, the person responsible."""
    sheet = workbook.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[3]}
    for number, row in enumerate(rows, start=4):
        for label, value in row.items():
            sheet.cell(number, at[label], value)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == "    月    日":
                cell.value = "4 月 20 日"
            if cell.value == "继续教育工作负责人：":
                cell.value += "甲某某"
    workbook.save(path)


PERSON = {
    "姓名": "丁一郎", "性别": "男", "单位": "陵城区试验中学", "专业技术系列": "中小学教师", "职称": "一级教师",
    "继续教育证书编号": "0837140000001",
}  # fmt: skip
CLAIM = {
    "姓名": "丁一郎", "性别": "男", "单位": "陵城区试验中学", "继续教育证书编号": "0837140000001",
    "学时类别": "培训进修", "具体形式": "专题讲座", "项目名称": "讲座", "主办单位": "某某局",
    "举办批准备案": "人社部门举办", "开始日期": "2017-05-01", "结束日期": "2017-05-02", "授课天数": 2,
    "申报学时": 12, "证明材料": "有", "已登记入证": "是",
}  # fmt: skip
EXAM = {
    "学员姓名": "丁一郎", "性别": "男", "单位名称": "陵城区试验中学", "证书编号": "0837140000001", "科目": "公需科目",
    "考试日期": "2017-06-01", "考试结果": "合格",
}  # fmt: skip


@pytest.mark.parametrize(("form", "row"), [("enrolment", PERSON), ("hours", CLAIM), ("exam", EXAM)])
def test_T13_intake_reads_the_templates_of_all_forms_empty_and_filled(
    inbox: Inbox, form: str, row: dict[str, Any]
) -> None:
    path = inbox.folder / f"{form}.xlsx"
    workbook = blank(path, form)
    empty = inbox.read()
    assert set(empty.intake.findings["code"]) <= TO_FILL
    fill(path, workbook, [row], form)
    filled = inbox.read()
    assert filled.intake.findings.to_dict("records") == []
    assert filled.counts[0] == 1


def test_drop_downs_stand_on_a_hidden_sheet_and_ids_are_text(tmp_path: Path) -> None:
    workbook = blank(tmp_path / "t.xlsx", lists={"series": ("工程技术", "中小学教师")})
    sheet, lists = workbook["填报表"], workbook["选项"]
    assert lists.sheet_state == "hidden"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert len(rules) == 7
    assert all(len(rule.formula1) < 255 and rule.prompt and rule.error for rule in rules.values())
    assert rules["C4:C28"].formula1 == "选项!$B$2:$B$3"
    assert [cell.value for cell in lists["C"]] == ["专业技术系列", "工程技术", "中小学教师"]
    assert sheet["G4"].number_format == "@"
    assert "必填" in rules["B4:B28"].prompt


def test_heads_are_locked_and_rows_are_open(tmp_path: Path) -> None:
    sheet = blank(tmp_path / "t.xlsx")["填报表"]
    assert sheet.protection.sheet
    assert sheet["B3"].protection.locked
    assert not sheet["B4"].protection.locked
    assert not sheet["A2"].protection.locked


@pytest.mark.parametrize(("rows", "breaks"), [(10, []), (30, [31]), (200, [])])
def test_T16_T17_prints_on_A4_with_heads_and_an_unbroken_footer(tmp_path: Path, rows: int, breaks: list[int]) -> None:
    sheet = blank(tmp_path / "t.xlsx", rows=rows)["填报表"]
    assert (sheet.page_setup.paperSize, sheet.print_title_rows) == (9, "$1:$3")
    assert [one.id for one in sheet.row_breaks.brk] == breaks
    assert any(cell.value == "（公章）" for row in sheet.iter_rows(min_row=rows + 4) for cell in row)


def test_G4_title_and_stamp_bear_the_year(tmp_path: Path) -> None:
    workbook = blank(tmp_path / "t.xlsx", "hours")
    assert workbook["填报表"]["A1"].value == "2017 年度专业技术人员继续教育学时登记表"
    assert stamp_in(workbook["选项"]["A1"].value) == ("学时登记表", 2017, 1)


def test_mf12_last_year_s_template_is_named_and_its_rows_are_held(inbox: Inbox) -> None:
    path = inbox.folder / "t.xlsx"
    workbook = blank(path)
    workbook["填报表"]["A1"].value = "专业技术人员继续教育报名表"
    fill(path, workbook, [PERSON], "enrolment")
    later = inbox.read(year=2018)
    assert "2017 年度报名表的模板（第 1 版）" in later.finding("MF12")["fix"]
    assert later.counts[1] == 1
    assert inbox.read().findings("MF12") == []


def test_B5_command_puts_the_textbook_of_the_year_into_the_guide(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert main(["template", "enrolment", "--year", "2017", "--unit", "某某中学", "--out", str(path)]) == 0
    guide = " ".join(str(cell.value) for cell in openpyxl.load_workbook(path)["填写说明"]["B"])
    assert "中共中央党校出版社2017年3月出版" in guide
    assert openpyxl.load_workbook(path)["填报表"]["A2"].value == "填报单位（公章）：某某中学"


def test_documentation_is_up_to_date() -> None:
    """Run ``ce fields --out docs/fields.md`` if this fails."""
    assert (ROOT / "docs/fields.md").read_text(encoding="utf-8") == fields_page()


CACHED = (fields.field_spec, fields.head_words, heads.usual, columns.column)


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A field spec that a test may change, in place of the shipped one."""
    path = tmp_path / "spec" / "fields.toml"
    path.parent.mkdir()
    shutil.copy(SPEC, path)
    monkeypatch.setattr(fields, "files", lambda _: path.parent)
    for cached in CACHED:
        cached.cache_clear()
    yield path
    monkeypatch.undo()
    for cached in CACHED:
        cached.cache_clear()


def test_one_line_of_the_spec_changes_all_four_faces(changed: Path, inbox: Inbox) -> None:
    text = changed.read_text(encoding="utf-8")
    line = '"女" = ["女", "女性", "F", "2", "0"]\n'
    changed.write_text(text.replace(line, line + '"不填" = ["不便填写"]\n'), encoding="utf-8")
    path = inbox.folder / "t.xlsx"
    workbook = blank(path)
    assert "不便填写" in [cell.value for cell in workbook["选项"]["B"]]
    fill(path, workbook, [PERSON | {"性别": "不便填写"}], "enrolment")
    assert inbox.read(jobs=0).intake.findings.to_dict("records") == []  # other processes hold the shipped spec
    assert "不便填写" in fields_page()


def test_what_is_wanted_is_said_in_the_template_the_message_and_the_page(changed: Path, inbox: Inbox) -> None:
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace('wanted = "男 或 女"', 'wanted = "男 或 女，只填一个字"', 1), encoding="utf-8")
    path = inbox.folder / "t.xlsx"
    workbook = blank(path)
    rules = workbook["填报表"].data_validations.dataValidation
    assert any("只填一个字" in rule.prompt and "只填一个字" in rule.error for rule in rules)
    fill(path, workbook, [PERSON | {"性别": "男性的"}], "enrolment")
    assert inbox.read(jobs=0).finding("T6")["wanted"] == "男 或 女，只填一个字"
    assert "只填一个字" in fields_page()


def test_forms_of_training_and_self_study_of_the_notice_are_offered(tmp_path: Path) -> None:
    lists = blank(tmp_path / "t.xlsx", "hours")["选项"]
    offered = {row[0]: set(row[1:]) for row in lists.iter_cols(min_col=2, values_only=True)}
    forms = {"半脱产培训", "进修", "研修", "专题讲座", "学术交流", "出国学习", "远程教育", "其他实践活动"}
    assert forms | {"脱产培训"} <= offered["具体形式"]
    assert {"个人自学", "单位组织自学", "自学考试", "在职学历教育"} <= offered["具体形式"]
    exam = blank(tmp_path / "e.xlsx", "exam")["填报表"]
    (card,) = [cell for cell in exam[3] if cell.value == "学习卡号"]
    assert exam.cell(4, card.column).number_format == "@"


def test_C9_C14_kinds_hang_on_the_class_and_titles_on_the_series(tmp_path: Path) -> None:
    """C9 nine forms of training, C14 four of self-study, C19 and C20 seven of output; T8 and T9 series and titles."""
    groups = fields.field_spec().grouped("kind")
    assert [len(words) for words in groups.values()] == [9, 4, 7]
    assert list(groups) == ["培训进修", "自学", "成果论著"]
    hours = blank(tmp_path / "h.xlsx", "hours")
    (kind,) = [rule for rule in hours["填报表"].data_validations.dataValidation if "OFFSET" in str(rule.formula1)]
    at = {cell.value: cell.column_letter for cell in hours["填报表"][3]}
    assert f"${at['学时类别']}4" in kind.formula1
    assert len(kind.formula1) <= 255
    enrolment = blank(tmp_path / "e.xlsx", titles={"会计": ("高级会计师", "会计师"), "新闻": ("记者",)})
    (title,) = [rule for rule in enrolment["填报表"].data_validations.dataValidation if "OFFSET" in str(rule.formula1)]
    assert "$E4" in title.formula1
    assert title.errorStyle == "warning"  # a local title is asked about, not refused
