"""A table in a notebook: escaped, right-aligned numbers, totals in bold."""

import re

import pandas as pd

from ce_toolkit.publish import facts, show
from ce_toolkit.publish.shown import printed
from ce_toolkit.rules import Pack


def _html(table: pd.DataFrame) -> str:
    return show(table)._repr_html_()


def test_markup_in_a_title_is_shown_not_obeyed() -> None:
    html = _html(pd.DataFrame({"title<i>": ["<b>数控</b> & 编程<script>alert(1)</script>", '" onmouseover="x']}))
    assert "&lt;b&gt;数控&lt;/b&gt; &amp; 编程" in html
    assert "title&lt;i&gt;" in html
    assert not re.search(r"<(?:b|i|script)\b", html)
    assert "&quot; onmouseover=&quot;x" in html


def test_numbers_stand_to_the_right_and_text_to_the_left() -> None:
    html = _html(pd.DataFrame({"a": ["文字"], "b": [1234.5], "c": ["56.7%"]}))
    cells = re.findall(r'<td style="text-align:(\w+)[^>]*>([^<]*)</td>', html)
    assert cells == [("left", "文字"), ("right", "1,234.5"), ("right", "56.7%")]


def test_a_whole_is_set_apart() -> None:
    html = _html(pd.DataFrame({"level": ["中级", "合计"], "met": [1, 1]}))
    assert html.count("<td") == 2
    assert html.count("<th ") == 2 + 2


def test_an_empty_table_says_so() -> None:
    assert "（无）" in _html(pd.DataFrame({"met": []}))


def test_classes_have_their_names_with_a_pack(pack: Pack) -> None:
    table = pd.DataFrame({"class": ["self_study"]})
    assert show(table, pack).table["学时类别"].tolist() == ["自学"]


def test_facts_read_yes_and_no() -> None:
    shown = facts({"文件": 2, "相符": True, "摘要": "ab"})
    assert shown.table.to_numpy().tolist() == [["文件", 2], ["相符", "是"], ["摘要", "ab"]]
    assert "相符" in repr(shown)


def test_numbers_are_printed_without_needless_zeros() -> None:
    assert [printed(value) for value in (12345, 0, 7.5, 40.0, 0.1, 1234.25, "x", True)] == [
        "12,345", "0", "7.5", "40", "0.1", "1,234.25", "x", "True",
    ]  # fmt: skip
