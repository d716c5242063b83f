"""The last look before a page is published."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from ce_toolkit.runs.leaks import Forbidden, forbidden_of, is_clean, scan, scan_file

FORBIDDEN = Forbidden(frozenset({"王小明", "0837148660479"}))


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("姓名：王小明，证书 0837148660479。", 2),
        ("姓名：王＊＊，证书 ＊＊79。", 0),
        ("王小 明", 0),
        ("", 0),
    ],
)
def test_scan_counts_what_occurs(text: str, hits: int) -> None:
    assert scan(text, FORBIDDEN.strings) == hits


@pytest.mark.parametrize(
    ("name", "text", "hits"),
    [
        ("a.html", "<td>&#29579;小明</td>", 1),
        ("a.html", '<path d="M 0837148660479 1"/>', 0),
        ("a.html", '<img src="data:image/png;base64,AA0837148660479="/>', 0),
        ("a.html", '<p title="0837148660479">x</p>', 1),
        ("a.ipynb", json.dumps({"outputs": [{"text": ["王", "王小明"]}]}), 1),
        ("a.json", json.dumps({"王小明": 1}), 1),
        ("a.ipynb", json.dumps({"metadata": {"widgets": {"state": {"x": {"value": "王小明"}}}}}), 1),
        ("王小明.html", "<p>收件</p>", 1),
        ("a.csv", "姓名\n王小明\n", 1),
    ],
)
def test_pages_and_notebooks_are_read_as_a_reader_would(tmp_path: Path, name: str, text: str, hits: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert scan_file(path, FORBIDDEN) == hits


def _book(path: Path, change: Callable[[Any], None]) -> Path:
    book = Workbook()
    book.active["A1"] = "收件"
    change(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.active.append(["王小明"]),
        lambda book: book.active.append(["证书 0837148660479"]),
        lambda book: book.create_sheet("王小明"),
        lambda book: setattr(book.create_sheet("选项"), "sheet_state", "hidden") or book["选项"].append(["王小明"]),
        lambda book: setattr(book.active["A1"], "comment", Comment("问王小明", "审核")),
        lambda book: setattr(book.properties, "creator", "王小明"),
        lambda book: book.active.append([CellRichText("王小", TextBlock(InlineFont(b=True), "明"))]),
        lambda book: setattr(book.active.oddFooter.center, "text", "王小明"),
    ],
)
def test_every_part_of_a_workbook_is_looked_at(tmp_path: Path, change: Callable[[Any], None]) -> None:
    assert scan_file(_book(tmp_path / "a.xlsx", lambda _: None), FORBIDDEN) == 0
    assert scan_file(_book(tmp_path / "b.xlsx", change), FORBIDDEN) == 1


def test_short_names_units_and_printed_words_are_no_leak(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    columns = {
        "name": ["王小明", "李玉", "高工程", "孙大圣"],
        "certificate_no": ["0837148660479", "12", None, ""],
        "employer": ["王小明诊所", "市医院", None, "市医院"],
    }
    pq.write_table(pa.table(columns), path)
    forbidden = forbidden_of([path], printed="高工程师")
    assert forbidden.strings == {"王小明", "孙大圣", "0837148660479"}
    assert is_clean("王小明诊所 2 人", forbidden)
    assert not is_clean("王小明诊所的王小明", forbidden)
