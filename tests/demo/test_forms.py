"""The forms look as the notice's attachment does, and open in every reader."""

import re
from pathlib import Path

import openpyxl
import pytest

from ce_toolkit.demo import City
from tests.demo.sheets import rows

_UNTIDY = (
    "head_synonym", "head_spaced", "column_order", "remark_column", "total_row", "blank_row", "guide_sheet",
    "merged_unit", "duplicate_row",
)  # fmt: skip


def _tidy(city: City, form: str) -> str:
    """A workbook of this form that no mess in heads, order or rows befell."""
    files, mess = city.truth["files"], city.truth["mess"]
    spoilt = mess[mess["kind"].isin(_UNTIDY)]
    whole = files[(files["form"] == form) & files["encoding"].isna() & (files["outcome"] != "refused")]
    names = [f for f in whole["file"] if f not in set(spoilt["file"]) and f.endswith(".xlsx")]
    return names[0]


def test_g4_the_enrolment_form_is_that_of_the_attachment(city: City, folder: Path) -> None:
    name = _tidy(city, "enrolment")
    book = openpyxl.load_workbook(folder / "inbox" / name)
    sheet = book.active
    unit = city.truth["files"].set_index("file").loc[name, "filing_unit"]
    assert sheet["A1"].value == "2017 年度专业技术人员继续教育报名表"
    assert "A1:G1" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["A2"].value == f"填报单位（公章）：{unit}"
    assert re.fullmatch(r"[45] 月 \d+ 日", sheet["F2"].value)
    heads = ["序号", "姓名", "性别", "单位", "专业技术系列", "职称", "继续教育证书编号"]
    assert [cell.value for cell in sheet[3]] == heads
    assert sheet["G4"].number_format == "@"
    assert sheet["D4"].border.left.style == "thin"


def test_t11_a_form_has_ten_numbered_rows_at_least(city: City, folder: Path) -> None:
    files = city.truth["files"]
    short = files[(files["form"] == "enrolment") & (files["rows"] < 10) & ~files["bare"].astype(bool)]
    assert len(short)
    assert (short["rows"] + short["rows_numbered_blank"] >= 10).all()


def test_t14_the_footer_names_the_person_in_charge(city: City, folder: Path) -> None:
    name = _tidy(city, "enrolment")
    footer = " ".join(str(value) for value in rows(folder / "inbox" / name, _sheet(city, name))[-1])
    assert all(label in footer for label in ("继续教育工作负责人：", "办公电话：0534-2000000", "手机：13800000000"))
    assert "@example.com" in footer


def _sheet(city: City, name: str) -> str:
    people = city.truth["people"]
    return str(people.loc[people["file"] == name, "sheet"].iloc[0])


def test_t13_the_hours_register_has_one_claim_a_row_under_the_labels_of_the_field_spec(
    city: City, folder: Path
) -> None:
    sheet = openpyxl.load_workbook(folder / "inbox" / _tidy(city, "hours")).active
    assert sheet["A1"].value == "2017 年度专业技术人员继续教育学时登记表"
    assert [cell.value for cell in sheet[3]][:8] == [
        "序号", "姓名", "性别", "单位", "继续教育证书编号", "学时类别", "具体形式", "项目名称",
    ]  # fmt: skip
    assert sheet.max_column == 23


@pytest.mark.parametrize(("form", "turn", "paper"), [("enrolment", "portrait", 9), ("hours", "landscape", 8)])
def test_t17_forms_print_on_one_page_width_with_heads_repeated(
    city: City, folder: Path, form: str, turn: str, paper: int
) -> None:
    sheet = openpyxl.load_workbook(folder / "inbox" / _tidy(city, form)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == (turn, paper)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$3"


def test_platforms_have_their_own_column_names_and_storage(folder: Path) -> None:
    first = rows(next((folder / "inbox/platforms").glob("*.xlsx")), "考试成绩")
    second = next((folder / "inbox/platforms").glob("*.csv"))
    assert "考生姓名" in first[1]
    heads = second.read_bytes().splitlines()[0].decode("gb18030").split(",")
    assert heads[0] == "姓名"
    assert not set(heads) & set(first[1])


def test_t18_a_bureau_files_for_several_units_under_merged_cells(city: City, folder: Path) -> None:
    people = city.truth["people"]
    bundle = people[(people["filing_unit"] != people["employer"]) & people["file"].notna()]
    assert bundle.groupby("file", observed=True)["employer"].nunique().max() >= 2
    merged = city.truth["mess"].query("kind == 'merged_unit'")
    assert set(bundle["file"].dropna()) & set(merged["file"])
