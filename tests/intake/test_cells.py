"""Cells: what each reader makes of what units write."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest

from ce_toolkit.intake.columns import column
from tests.intake.conftest import EXAM_HEAD, Inbox, as_bytes, as_text, book, claim, enrolment, hours, person


def read(reader: str, raw: object) -> tuple[object, str]:
    return tuple(column(reader, 2017).one(raw))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        ("王小明", "王小明", ""),
        ("王 芳", "王芳", "name_blanks"),
        ("王　芳", "王芳", "name_blanks"),
        ("王\u200b芳\ufeff ", "王芳", "blanks_removed"),
        ("王\n芳", "王芳", "name_blanks"),
        ("阿卜杜热合曼•艾合买提", "阿卜杜热合曼·艾合买提", "name_separator"),
        ("阿卜杜热合曼．艾合买提", "阿卜杜热合曼·艾合买提", "name_separator"),
        ("阿卜杜热合曼 艾合买提", "阿卜杜热合曼·艾合买提", "name_separator"),
        ("阿卜杜热合曼·艾合买提", "阿卜杜热合曼·艾合买提", ""),
        ("阿·卜", "阿·卜", ""),
        ("阿.卜", "阿.卜", "name_separator_short"),
        ("⼈⼤伟", "人大伟", "name_radical"),
        ("⻢小⻰", "马小龙", "name_radical"),
        ("㛃𠮷䶮", "㛃𠮷䶮", ""),
        ("㊣明", "㊣明", ""),
        ("John Smith", "John Smith", ""),
        ("NA", "NA", ""),
        ("王芳（女）", "王芳（女）", "name_remark"),
        ("王?", None, "name_lost_character"),
        ("王\ue000", None, "name_lost_character"),
        ("同上", None, "ditto"),
        ("张三、李四", None, "name_several"),
        ("负责人：王某", None, "name_sentence"),
        (12.0, None, "name_not_text"),
        ("#N/A", None, "error_value"),
    ],
)
def test_mc2_mc3_mc4_names(raw: object, value: str | None, note: str) -> None:
    assert read("name", raw) == (value, note)


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        (7.5, "7.5", ""),
        (30, "30", ""),
        (0.1 + 0.2, "0.3", ""),
        ("１２．５", "12.5", "number_folded"),
        ("8学时", "8", "number_unit"),
        ("8.0h", "8", "number_unit"),
        ("8 小时", "8", "hours_clock"),
        ("八", "8", "number_han"),
        ("二十四学时", "24", "number_unit"),
        ("七点五", "7.5", "number_han"),
        ("1,200", "1200", "number_comma"),
        (-3, "-3", "number_negative"),
        (0, "0", "number_zero"),
        ("约8", None, "number_about"),
        ("8-10", None, "number_range"),
        ("8～10", None, "number_range"),
        ("8天", None, "number_per_day"),
        ("8/天", None, "number_per_day"),
        ("90分钟", None, "hours_other_unit"),
        ("8课时", None, "hours_other_unit"),
        ("2学分", None, "hours_other_unit"),
        (0.001, None, "number_decimals"),
        ("7.555", None, "number_decimals"),
        (1e9, None, "number_large"),
        ("若干", None, "number_unreadable"),
        (datetime.date(2017, 8, 10), None, "number_is_date"),
        (True, None, "number_unreadable"),
    ],
)
def test_mc1_mc7_mc8_mc9_hours(raw: object, value: str | None, note: str) -> None:
    assert read("hours", raw) == (None if value is None else Decimal(value), note)


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        (datetime.date(2017, 5, 1), "2017-05-01", ""),
        (datetime.datetime(2017, 5, 1, 9, 30), "2017-05-01", ""),
        ("2017.5.1", "2017-05-01", ""),
        ("2017/5/1", "2017-05-01", ""),
        ("2017-05-01 09:30:00", "2017-05-01", ""),
        ("2017年5月1日", "2017-05-01", ""),
        ("2017 年 5 月 1 日", "2017-05-01", ""),
        ("２０１７．５．１", "2017-05-01", "date_folded"),
        ("20170501", "2017-05-01", ""),
        (20170501.0, "2017-05-01", "date_number"),
        ("二〇一七年五月一日", "2017-05-01", ""),
        ("二〇一七年十二月二十四日", "2017-12-24", ""),
        ("5月1日", "2017-05-01", "date_no_year"),
        ("2017-5", "2017-05-01", "date_month"),
        ("二〇一七年五月", "2017-05-01", "date_month"),
        (42856.0, "2017-05-01", "date_serial"),
        ("2016-12-31", "2016-12-31", ""),
        ("17.5.1", None, "date_short_year"),
        ("2017.5.1-5.3", None, "date_range"),
        ("5月1日—3日", None, "date_range"),
        ("2017.5.1、5.8", None, "date_range"),
        ("2017.5.1\n2017.5.8", None, "date_range"),
        (2017.1, None, "date_month_number"),
        ("2017-2-30", None, "date_impossible"),
        ("2-30", None, "date_impossible"),
        ("2071-5-1", None, "date_impossible"),
        (datetime.date(2071, 5, 1), None, "date_impossible"),
        (datetime.time(14, 0), None, "date_is_time"),
        ("五一前后", None, "date_unreadable"),
    ],
)
def test_mc10_mc11_mc12_dates(raw: object, value: str | None, note: str) -> None:
    assert read("date", raw) == (None if value is None else datetime.date.fromisoformat(value), note)


@pytest.mark.parametrize(
    ("raw", "value", "note"),
    [
        ("0837140000001", "0837140000001", ""),
        ("0012", "0012", ""),
        ("０８３７ １４", "083714", "code_folded"),
        ("'0012", "0012", "code_folded"),
        ('="0012"', "0012", "code_folded"),
        (837140000001.0, "837140000001", "code_number"),
        (3.7140219900101133e17, None, "code_precision"),
        ("3.71402E+17", None, "code_exponent"),
        ("无", None, "certificate_none"),
        ("", None, ""),
        ("371402199001011234", "ID2DD17814583D", "certificate_is_id"),
        (datetime.date(2017, 5, 1), None, "code_is_date"),
    ],
)
def test_mc5_mc6_mf8_certificate_numbers(raw: object, value: str | None, note: str) -> None:
    assert read("certificate", raw) == (value, note)


@pytest.mark.parametrize(
    ("reader", "raw", "value", "note"),
    [
        ("sex", "男", "男", ""),
        ("sex", "M", "男", "sex_alias"),
        ("sex", 1.0, "男", "sex_alias"),
        ("sex", "不详", None, "sex_unknown"),
        ("class", "培训进修", "training", ""),
        ("class", "论文", None, "class_unknown"),
        ("kind", "讲座", "lecture", "kind_alias"),
        ("basis", "无", "none", ""),
        ("basis", "", None, ""),
        ("result", "通过", "pass", ""),
        ("result", "85", None, "result_unknown"),
        ("yes_no", "√", True, ""),
        ("yes_no", "无", False, ""),
        ("yes_no", "", None, ""),
        ("title", "工程师（中级）", "工程师", "title_level"),
        ("title", "副主任医师/副教授", None, "title_two"),
        ("title", "暂无", None, "blank_word"),
        ("text", "=1+1", "=1+1", ""),
        ("days", "3天", 3, "number_unit"),
        ("days", 2.5, None, "days_fraction"),
        ("items", "2篇", Decimal(2), "number_unit"),
    ],
)
def test_mc14_mc15_mc16_words(reader: str, raw: object, value: object, note: str) -> None:
    """T6 sex in two words, C7 a class of hours that is not known is never guessed."""
    assert read(reader, raw) == (value, note)


def test_true_is_not_remembered_as_one() -> None:
    reader = column("hours", 2017)
    assert reader.read([1.0, True, 1])[0] == [Decimal(1), None, Decimal(1)]


def test_mc1_full_width_numbers_are_put_right_and_logged(inbox: Inbox) -> None:
    inbox.put("学时.xlsx", hours(claim(1, hours="１２．５")))
    result = inbox.read()
    assert list(result.intake.hours["hours"]) == [Decimal("12.50")]
    assert (result.finding("MC1")["severity"], result.finding("MC1")["shown"]) == ("auto", "１２．５")


def test_mc5_number_in_a_cell_keeps_its_digits_or_is_held(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1, certificate=837140000001), person(2, certificate=371402199001011234)))
    result = inbox.read()
    assert [one["certificate_no"] for one in result.one["people"]] == ["837140000001"]
    assert [(one["severity"], one["row_state"]) for one in result.findings("MC5")] == [
        ("warn", "accepted"),
        ("hold", "held"),
    ]


def test_mc9_minutes_are_held_never_converted(inbox: Inbox) -> None:
    inbox.put("学时.xlsx", hours(claim(1, hours="90分钟"), claim(2)))
    result = inbox.read()
    assert result.counts == (1, 1, 4)
    assert result.finding("MC9")["cell"] == "K4"


def test_mc10_month_is_enough_for_a_paper_only(inbox: Inbox) -> None:
    paper = claim(2, kind="论文", start="2017-5", end="", days="", **{"class": "成果论著"})
    inbox.put("学时.xlsx", hours(claim(1, start="2017-5"), paper))
    result = inbox.read()
    assert result.counts == (1, 1, 4)
    assert [(one["cell"], one["severity"]) for one in result.findings("MC10")] == [("H4", "hold"), ("H5", "warn")]


def test_mc12_dates_of_a_1904_workbook_are_true(inbox: Inbox) -> None:
    workbook = book(*hours(claim(1, start=datetime.datetime(2017, 5, 1), end="")))
    source, target = io.BytesIO(as_bytes(workbook)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"<v>42856</v>", b"<v>41394</v>")
            new.writestr(name, data.replace(b"<workbookPr", b'<workbookPr date1904="1"'))
    inbox.put("学时.xlsx", target.getvalue())
    assert [str(day) for day in inbox.read().intake.hours["start"]] == ["2017-05-01"]


def test_mc13_errors_and_formulas_without_a_value_are_held(inbox: Inbox) -> None:
    workbook = book(*enrolment(person(1), person(2), person(3)))
    workbook.active["G4"] = "#N/A"
    workbook.active["G4"].data_type = "e"
    workbook.active["B5"] = "=VLOOKUP(A5,名单!A:B,2,0)"
    workbook.active["A8"] = 4
    workbook.active["B8"] = workbook.active["C8"] = "=VLOOKUP(A8,名单!A:B,2,0)"
    inbox.put("报名表.xlsx", workbook)
    result = inbox.read()
    assert result.counts == (1, 3, 4)
    assert [one["cell"] for one in result.findings("MC13")] == ["B5", "B8", "C8", "G4"]


def test_mc14_ditto_is_never_copied_down(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(person(1), person(2, employer="同上"), person(3, certificate="无")))
    result = inbox.read()
    assert result.counts == (2, 1, 4)
    assert [(one["cell"], one["severity"]) for one in result.findings("MC14")] == [("D5", "hold"), ("G6", "warn")]


def test_types_of_accepted_rows(inbox: Inbox) -> None:
    inbox.put("学时.xlsx", hours(claim(1)))
    inbox.put(
        "成绩.csv", as_text([EXAM_HEAD, ["丁一郎", "试验中学", "01", "2017", "2017-06-01", "90", "合格"]]).encode()
    )
    intake = inbox.read().intake
    kinds = {name: str(kind) for name, kind in intake.hours.dtypes.items()}
    assert (kinds["start"], kinds["hours"], kinds["proof"], kinds["days"]) == (
        "date32[day][pyarrow]", "decimal128(9, 2)[pyarrow]", "bool[pyarrow]", "int64[pyarrow]",
    )  # fmt: skip
    assert (kinds["name"], kinds["class"]) == ("str", "category")
    assert intake.hours.loc[0, ["class", "kind", "row"]].tolist() == ["training", "lecture", 4]
    assert intake.exams.loc[0, ["result", "score", "subject"]].tolist() == ["pass", "90", "2017"]
