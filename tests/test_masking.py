"""One policy of what is left readable of a person, and nobody beside it who masks in a way of his own."""

import re
from pathlib import Path

import pytest

from ce_toolkit.masking import mask_name, mask_names_in, mask_number, mask_place, mask_text

PACKAGE = Path(__file__).parents[1] / "ce_toolkit"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王＊＊"), ("王芳", "王＊"), ("阿依古丽·试验提", "阿＊＊"), (" 王芳 ", "王＊"), ("", "")],
)
def test_a_name_keeps_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(("number", "shown"), [("0837148660479", "＊＊79"), ("0012", "＊＊＊＊"), ("", "")])
def test_a_number_keeps_its_last_two_digits(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("证书0837148660479号", "证书＊＊79号"),
        ("手机138 0000 0000", "手机＊＊00"),
        ("手机138-0000-0000，勿打", "手机＊＊00，勿打"),
        ("办公室0534-2000000", "办公室＊＊00"),
        ("办公室(0534)2000000", "办公室(＊＊00"),
        ("邮箱 x.y@example.com 转", "邮箱 ＊@＊ 转"),
        ("１３８００００００００", "＊＊００"),
        ("37140219900101000X", "＊＊0X"),
        ("2017-05-01", "2017-05-01"),
        ("2017.5.1-5.3 共12学时", "2017.5.1-5.3 共12学时"),
    ],
)
def test_free_text_loses_numbers_phones_and_addresses_and_keeps_days(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王小明.xlsx", "王＊＊.xlsx"),
        ("王小明的报名表20170420.xlsx", "王＊＊的报名表20170420.xlsx"),
        ("2017年度学时登记表-李娜（13800000000）.xlsx", "2017年度学时登记表-李＊（＊＊00）.xlsx"),
        ("武城县试验中学报名表(1).xlsx", "武城县试验中学报名表(1).xlsx"),
        ("子文件夹/库尔班·玉素甫.xls", "子文件夹/库＊＊.xls"),
        ("公需科目考试成绩.csv", "公需科目考试成绩.csv"),
        ("Sheet1", "Sheet1"),
    ],
)
def test_files_and_sheets_lose_what_looks_like_a_name(text: str, shown: str) -> None:
    assert mask_place(text) == shown


def test_a_name_where_none_belongs_is_hidden_and_other_words_stay() -> None:
    assert mask_names_in("2017.5.2李小明") == "2017.5.2李＊＊"
    assert mask_names_in("约8，问王小明老师") == "约8，问王＊＊老师"
    assert [mask_names_in(text) for text in ("90分钟", "8课时", "五一前后", "培训进修")] == [
        "90分钟",
        "8课时",
        "五一前后",
        "培训进修",
    ]


def test_nobody_else_masks() -> None:
    others = [path for path in PACKAGE.rglob("*.py") if path.name != "masking.py"]
    assert [
        path.name for path in others if re.search(r"[＊*]{2}[\"'] ?\+|＊＊", path.read_text(encoding="utf-8"))
    ] == []
