"""Whole files: what they are by their bytes, and which outcome they end in."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import ce_toolkit.intake
from ce_toolkit.errors import InputError
from ce_toolkit.intake import read_folder
from tests.intake.conftest import EXAM_HEAD, Inbox, as_bytes, as_text, book, enrolment, person

ROWS = enrolment(person(1), person(2))


def test_mf2_workbook_under_a_wrong_suffix_is_read_by_content(inbox: Inbox) -> None:
    inbox.put("报名表.xls", ROWS)
    result = inbox.read()
    assert (result.one["outcome"], result.counts) == ("accepted", (2, 0, 4))
    assert result.finding("MF2")["severity"] == "info"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_mf3_web_page_under_the_name_of_a_workbook_is_read(inbox: Inbox, codec: str) -> None:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    inbox.put("导出.xls", f"<html><body><table>{cells}</table></body></html>".encode(codec))
    result = inbox.read()
    assert result.one["filing_unit"] == "陵城区试验中学"
    assert [one["name"] for one in result.one["people"]] == ["丁一郎", "戊二妹"]
    assert result.finding("MF3")["severity"] == "warn"


def test_mf3_spanned_cells_of_a_page_fill_like_merged_cells(inbox: Inbox) -> None:
    head = "".join(f"<th>{one}</th>" for one in ("姓名", "单位", "性别"))
    rows = "<tr><td>丁一郎<td rowspan=2>试验中学<td>男</tr><tr><td>戊二妹<td>女</tr>"
    inbox.put("导出.xls", f"<table><tr>{head}</tr>{rows}</table>".encode())
    people = inbox.read().one["people"]
    assert [(one["name"], one["employer"], one["sex"]) for one in people] == [
        ("丁一郎", "试验中学", "男"),
        ("戊二妹", "试验中学", "女"),
    ]


def test_mf3_tab_text_under_the_name_of_a_workbook_is_read(inbox: Inbox) -> None:
    inbox.put("导出.xls", as_text(ROWS, "\t").encode("gb18030"))
    result = inbox.read()
    assert len(result.one["people"]) == 2
    assert "GB18030" in result.finding("MF3")["fix"]


def test_mf4_open_password_is_named(inbox: Inbox) -> None:
    inbox.put("加密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"))
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert result.finding("MF4")["fix"] == "文件有打开密码，请取消后重报。"


@pytest.mark.parametrize("keep", [0, 3000], ids=["zero bytes", "cut off"])
def test_mf5_broken_file_is_refused_and_the_others_go_on(inbox: Inbox, keep: int) -> None:
    inbox.put("坏.xlsx", as_bytes(book(*ROWS))[:keep])
    inbox.put("好.xlsx", ROWS)
    result = inbox.read()
    assert {name: one["outcome"] for name, one in result.files.items()} == {"坏.xlsx": "refused", "好.xlsx": "accepted"}
    assert f"{keep:,}" in result.finding("MF5")["fix"]


def test_mf5_damaged_part_inside_a_sound_archive_is_refused(inbox: Inbox) -> None:
    sound = io.BytesIO(as_bytes(book(*ROWS)))
    broken = io.BytesIO()
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    inbox.put("坏.xlsx", broken.getvalue())
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert result.finding("MF5")["severity"] == "refuse"


def test_mf6_litter_is_no_submission_but_is_named(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", ROWS)
    for name in ("~$报名表.xlsx", ".DS_Store", "Thumbs.db", "~$没来.xlsx"):
        inbox.put(name, b"x")
    result = inbox.read()
    assert list(result.files) == ["报名表.xlsx"]
    assert set(result.intake.ignored) == {"~$报名表.xlsx", ".DS_Store", "Thumbs.db", "~$没来.xlsx"}
    assert [one["file"] for one in result.findings("MF6") if one["severity"] == "warn"] == ["~$没来.xlsx"]


@pytest.mark.parametrize(
    ("codec", "named"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")]
)
def test_mf7_text_encodings_are_tried_strictly(inbox: Inbox, codec: str, named: str) -> None:
    inbox.put("导出.csv", as_text([ROWS[2], person(1, "王䶮"), person(2, "𠮷田")]).encode(codec))
    result = inbox.read()
    assert [one["name"] for one in result.one["people"]] == ["王䶮", "𠮷田"]
    assert named in result.finding("MF7")["fix"]


def test_mf7_undecodable_byte_is_refused_with_its_line(inbox: Inbox) -> None:
    inbox.put("导出.csv", as_text([ROWS[2], person(1)]).encode("gb18030") + b"\r\n\xff\xff,\r\n")
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert "第 4 行" in result.finding("MF7")["fix"]


def test_mf8_exponents_in_text_are_held_once_for_the_column(inbox: Inbox) -> None:
    rows = [person(number, certificate="3.71402E+17") for number in range(1, 10)]
    inbox.put("导出.csv", as_text([ROWS[2], *rows]).encode())
    result = inbox.read()
    assert result.counts == (0, 9, 1)
    found = result.finding("MF8")
    assert (found["count"], found["cells"], found["row_state"]) == (9, "G2:G10", "held")


@pytest.mark.parametrize("suffix", [".zip", ".pdf", ".png", ".docx", ".dat"])
def test_mf9_mf11_other_documents_are_refused_in_words(inbox: Inbox, suffix: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("word/document.xml" if suffix == ".docx" else "表.xlsx", b"x")
    data = {".pdf": b"%PDF-1.4", ".png": b"\x89PNG\r\n", ".dat": b"\x01\x02\x03\x04"}.get(suffix, archive.getvalue())
    inbox.put(f"附件{suffix}", data)
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert len(result.findings("MF9") + result.findings("MF11")) == 1


def test_mf10_equal_bytes_count_once(inbox: Inbox) -> None:
    data = as_bytes(book(*ROWS))
    inbox.put("报名表 - 副本.xlsx", data)
    inbox.put("报名表.xlsx", data)
    result = inbox.read()
    twin = result.files["报名表 - 副本.xlsx"]
    assert (twin["outcome"], twin["rows_read"], twin["rows_skipped"], twin["people"]) == ("twin", 6, 6, [])
    assert "“报名表.xlsx”" in result.finding("MF10")["fix"]
    assert len(result.intake.enrolments) == 2


def test_ms7_wrong_stored_dimension_hides_nothing(inbox: Inbox) -> None:
    source, target = io.BytesIO(as_bytes(book(*ROWS))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:G6"', b'<dimension ref="A1:A1"'))
    inbox.put("报名表.xlsx", target.getvalue())
    assert inbox.read().counts == (2, 0, 4)


def test_ms8_sheet_without_end_is_refused_before_it_fills_the_memory(inbox: Inbox) -> None:
    workbook = book(*ROWS)
    workbook.active["XFD1048576"] = "x"
    inbox.put("报名表.xlsx", workbook)
    assert inbox.read().finding("MS8")["severity"] == "refuse"


@pytest.mark.parametrize("what", ["missing", "empty", "only litter", "a file"])
def test_folder_without_anything_to_read_is_one_sentence(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "收件"
    if what == "a file":
        folder.write_bytes(b"")
    elif what != "missing":
        folder.mkdir()
    if what == "only litter":
        (folder / ".DS_Store").write_bytes(b"x")
    with pytest.raises(InputError, match=r"^[^\n]*文件夹[^\n]*。$"):
        read_folder(folder, year=2017)


def test_receipt_log_gives_the_day_of_receipt(inbox: Inbox) -> None:
    inbox.put("县/报名表.xlsx", ROWS)
    inbox.put(
        "成绩.csv", as_text([EXAM_HEAD, ["丁一郎", "试验中学", "01", "2017", "2017-06-01", "90", "合格"]]).encode()
    )
    inbox.put("收件登记.csv", "文件名,收到日期\n县/报名表.xlsx,2017-04-28\n没有.xlsx,2017-04-28\n".encode())
    result = inbox.read()
    days = result.intake.submissions.set_index("file")["received_on"]
    assert str(days["县/报名表.xlsx"]) == "2017-04-28"
    assert pd.isna(days["成绩.csv"])  # a file's own date is that of its last copying
    assert result.intake.ignored == ("收件登记.csv",)
    assert "第 3 行" in next(one["fix"] for one in result.findings("F17") if one["severity"] == "warn")


def test_processes_read_the_same_as_one(inbox: Inbox) -> None:
    for number in range(5):
        inbox.put(f"{number}.xlsx", enrolment(person(number + 1)))
    assert inbox.read(jobs=2).files == inbox.read().files


def test_macros_are_named_and_never_run(inbox: Inbox) -> None:
    data = io.BytesIO(as_bytes(book(*ROWS)))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    inbox.put("报名表.xlsm", data.getvalue())
    result = inbox.read()
    assert result.counts == (2, 0, 4)
    assert result.finding("MF11")["severity"] == "warn"


def test_blank_template_is_accepted_with_a_warning(inbox: Inbox) -> None:
    inbox.put("报名表.xlsx", enrolment(*([number] for number in range(1, 11))))
    result = inbox.read()
    assert (result.one["outcome"], result.counts) == ("accepted", (0, 0, 14))
    assert result.finding("T11")["severity"] == "warn"


def test_mh8_workbook_without_a_head_is_refused_with_its_rows(inbox: Inbox) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["请见附件", "另行上报"])
    inbox.put("名单.xlsx", workbook)
    result = inbox.read()
    assert result.one["outcome"] == "refused"
    assert "共 1 行" in result.finding("MH8")["fix"]


def test_addresses_stay_true_where_a_sheet_begins_in_column_b(inbox: Inbox) -> None:
    """K5: a blank first column must not shift what is said of the cells."""
    rows = [["", *row] for row in enrolment(person(1))]
    rows[-2][2] = "王　明"
    inbox.put("报名表.xlsx", rows)
    found = inbox.read().findings("MC2")
    assert {one["cell"][0] for one in found} == {"C"}


def test_mf7_no_module_guesses_by_statistics_or_reads_by_the_defaults_of_pandas() -> None:
    modules = sorted(Path(ce_toolkit.intake.__file__).parent.glob("*.py"))
    told = ("read_excel", "read_csv", "chardet", "charset_normalizer", "cchardet")
    assert [(path.name, word) for path in modules for word in told if word in path.read_text(encoding="utf-8")] == []
