"""What the libraries do, where the product hangs on it: a new version that does otherwise is noticed here first."""

import datetime
import io
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from python_calamine import CalamineWorkbook

from ce_toolkit.tables import HOURS

NUMBER = 371402199001011234


def _saved(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _by_calamine(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def _changed(data: bytes, name: str, before: bytes, after: bytes) -> bytes:
    """The workbook with bytes of one of its parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename == name:
                assert before in part
                part = part.replace(before, after)
            new.writestr(item, part)
    return target.getvalue()


def test_V5_a_number_of_eighteen_digits_loses_its_last_ones() -> None:
    """So that ids are written as text, and a long number read is never taken for an id."""
    data = _saved([NUMBER])
    assert int(_by_calamine(data)[0][0]) != NUMBER
    assert int(openpyxl.load_workbook(io.BytesIO(data)).active["A1"].value) != NUMBER
    assert _by_calamine(_saved([str(NUMBER)])) == [[str(NUMBER)]]


def test_V6_default_blanks_swallow_names() -> None:
    """So that the register of units is read without pandas' list of blanks."""
    text = "a\nNA\nnull\nNone\nN/A\n无\n/\n-\n"
    assert pd.read_csv(io.StringIO(text))["a"].isna().tolist() == [True] * 4 + [False] * 3
    assert pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)["a"].notna().all()


def test_V8_a_wrong_stored_dimension_misleads_read_only_mode_alone() -> None:
    """So that calamine reads the cells, and openpyxl's read-only mode is not used."""
    data = _changed(
        _saved(["a", 1], ["b", 2]), "xl/worksheets/sheet1.xml", b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"'
    )
    read_only = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    assert [[cell.value for cell in row] for row in read_only.active.iter_rows()] == [["a"]]
    read_only.close()
    assert openpyxl.load_workbook(io.BytesIO(data)).active.max_row == 2
    assert _by_calamine(data) == [["a", 1.0], ["b", 2.0]]


def test_V12_text_that_begins_with_an_equals_sign_becomes_a_formula() -> None:
    """Unless the cell is told to be text: MC16."""
    target = io.BytesIO()
    pd.DataFrame({"a": ["=1+1"]}).to_excel(target, index=False, engine="openpyxl")
    assert openpyxl.load_workbook(target).active["A2"].data_type == "f"
    book = openpyxl.Workbook()
    cell = book.active["A1"]
    cell.value = "=1+1"
    cell.data_type = "s"
    again = io.BytesIO()
    book.save(again)
    assert openpyxl.load_workbook(again).active["A1"].data_type == "s"


def test_V13_control_characters_stop_the_writer() -> None:
    with pytest.raises(IllegalCharacterError):
        openpyxl.Workbook().active.append(["a\x07"])


def test_V14_a_workbook_with_a_password_is_no_workbook_to_a_reader(tmp_path: Path) -> None:
    """It begins like an old .xls, and no message says why: intake looks for EncryptedPackage itself."""
    data = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    with pytest.raises(Exception, match=r"(?i)ole|cfb|sector|workbook|detect") as error:
        CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert "password" not in str(error.value).lower()
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(zipfile.BadZipFile):
        openpyxl.load_workbook(path)


def test_V16_openpyxl_goes_by_the_name_and_calamine_by_the_content(tmp_path: Path) -> None:
    """So that files are opened from their bytes."""
    path = tmp_path / "renamed.xls"
    path.write_bytes(_saved(["a"]))
    with pytest.raises(InvalidFileException):
        openpyxl.load_workbook(path)
    assert _by_calamine(path.read_bytes()) == [["a"]]
    assert openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active["A1"].value == "a"


def test_V18_readers_differ_on_an_error_value() -> None:
    """So that there is one reader, and what stood in an empty cell of it is looked up."""
    data = _saved(["h"], ["#N/A"], ["x"])
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A2"].data_type == "e"
    assert _by_calamine(data)[1] == [""]
    frames = [pd.read_excel(io.BytesIO(data), engine=engine, na_filter=False) for engine in ("openpyxl", "calamine")]
    assert not frames[0].equals(frames[1])


def test_V20_normal_form_KC_changes_names_and_leaves_radicals_and_dots() -> None:
    """So that names are folded by short lists, and NFKC is kept for numbers, codes and unit names."""
    folded = {sign: unicodedata.normalize("NFKC", sign) for sign in "㊣①½㎡⼈⻓•・‧．"}
    assert folded == {
        "㊣": "正", "①": "1", "½": "1⁄2", "㎡": "m2", "⼈": "人", "⻓": "⻓", "•": "•", "・": "・", "‧": "‧", "．": ".",
    }  # fmt: skip


def test_V21_dates_are_guessed_or_not_read() -> None:
    """So that dates have a reader of their own."""
    assert pd.to_datetime("17.5.1") == pd.Timestamp(2001, 5, 17)
    assert pd.to_datetime(42856).year == 1970
    for text in ("2017年5月1日", "5月1日"):
        with pytest.raises(ValueError, match=r"."):
            pd.to_datetime(text)


def test_V21_the_number_2017_10_is_2017_1() -> None:
    """October and January are one number, so that it is held."""
    assert _by_calamine(_saved([2017.10])) == [[2017.1]]


def test_V23_what_gb18030_holds_and_utf8_refuses() -> None:
    """So that the order is: mark, UTF-8 strict, GB18030 strict; and outputs are UTF-8."""
    with pytest.raises(UnicodeDecodeError):
        "单位".encode("gb18030").decode("utf-8")
    for sign in "䶮㛃𠮷":
        with pytest.raises(UnicodeEncodeError):
            sign.encode("gbk")
        assert sign.encode("gb18030").decode("gb18030") == sign


def test_calamine_gives_real_dates_as_dates() -> None:
    assert _by_calamine(_saved([datetime.date(2017, 5, 1)])) == [[datetime.date(2017, 5, 1)]]


def test_plain_parquet_gives_decimals_back_as_objects(tmp_path: Path) -> None:
    """So that tables are read through the store's loader."""
    path = tmp_path / "hours.parquet"
    pd.DataFrame({"hours": pd.array([7], pd.ArrowDtype(HOURS))}).to_parquet(path)
    assert pd.read_parquet(path)["hours"].dtype == object
    assert str(pd.read_parquet(path, dtype_backend="pyarrow")["hours"].dtype) == "decimal128(9, 2)[pyarrow]"
