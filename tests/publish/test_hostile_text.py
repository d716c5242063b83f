"""Text made to harm (markup, formulas, signs that turn the reading around) in everything that leaves."""

from html.parser import HTMLParser
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest

from ce_toolkit.demo.city import _csv_bytes
from ce_toolkit.escaping import guarded
from ce_toolkit.publish.page import notebook_page, page
from ce_toolkit.publish.workbook.book import Page, write_workbook

PLANTED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "表\u202exslx.exe",
    "</td></table><iframe src='//a.example'>",
)
FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("x")', "\t=1")


class _Seen(HTMLParser):
    """Tags that run or load something, attributes that do, and all text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.harm: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.harm += [tag] * (tag in {"script", "iframe", "svg", "object", "embed", "form"})
        self.harm += [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]
        self.harm += ["img"] * (tag == "img" and not dict(attrs).get("src", "").startswith("data:"))

    def handle_data(self, data: str) -> None:
        self.text += data


def _notebook() -> nbformat.NotebookNode:
    """A notebook that shows a table of planted names, as pandas shows it and as plain text."""
    table = pd.DataFrame({text: [text] for text in PLANTED})
    outputs = [
        nbformat.v4.new_output("execute_result", {"text/html": table.to_html(), "text/plain": str(table)}),
        nbformat.v4.new_output("stream", text="\n".join(PLANTED)),
    ]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# 收件"), nbformat.v4.new_code_cell("x", outputs=outputs)]
    )


@pytest.mark.parametrize("title", PLANTED)
def test_pages_show_planted_text_and_run_none_of_it(title: str) -> None:
    for markup in (page(title, "<p>正文</p>"), notebook_page(_notebook(), title)):
        seen = _Seen(markup)
        assert seen.harm == []
        assert title.replace("\u202e", "") in seen.text
        assert "\u202e" not in markup


def test_the_scan_sees_what_it_looks_for() -> None:
    assert set(_Seen("".join(PLANTED)).harm) >= {"script", "onerror", "img", "svg", "iframe"}


def test_V12_nothing_in_a_printed_workbook_becomes_a_formula(tmp_path: Path) -> None:
    table = pd.DataFrame({text: [text, "\x00\u202e甲"] for text in FORMULAS})
    path = write_workbook([Page("表", "=1+1", table, unit="=2", notes=("=3",))], tmp_path / "x.xlsx")
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells if cell.value in {"=1+1", "=2", "=3"}] == ["=1+1", "=2", "=1+1", "=1+1", "=3"]
    assert sum(cell.value == "甲" for cell in cells) == len(FORMULAS)


@pytest.mark.parametrize("text", FORMULAS)
def test_V12_text_in_a_csv_is_guarded_and_numbers_stay(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert _csv_bytes([[text, "-2.5", -1]], "utf-8").decode().startswith(("'", "\"'"))
    assert (guarded("-2.5"), guarded(-1), guarded("一中")) == ("-2.5", -1, "一中")
