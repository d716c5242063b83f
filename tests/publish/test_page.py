"""A page stands alone: no address of another machine, no script, no code."""

import re

from nbformat import v4

from ce_toolkit.publish.page import notebook_page, page

OUTPUTS = [
    v4.new_output("stream", text="人数 3"),
    v4.new_output(
        "display_data",
        {"text/html": '<b>合计</b><td>1,234.50</td><td>工程</td><script src="https://cdn.example/x.js"></script>'},
    ),
    v4.new_output("display_data", {"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"><text>图</text></svg>'}),
]
NOTEBOOK = v4.new_notebook(
    cells=[
        v4.new_markdown_cell(
            "# 年度统计 <2017>\n\n见[通知](https://hrss.example/2017)。![徽标](http://pics.example/a.png)"
        ),
        v4.new_code_cell("secret_code()", execution_count=1, outputs=OUTPUTS, metadata={"tags": ["parameters"]}),
    ]
)


def test_page_asks_for_nothing_from_outside() -> None:
    text = notebook_page(NOTEBOOK)
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", text)
    assert "<script" not in text
    assert "data:image/svg+xml;base64," in text


def test_page_shows_results_without_code() -> None:
    text = notebook_page(NOTEBOOK)
    assert "人数 3" in text
    assert '<b>合计</b><td class="number">1,234.50</td><td>工程</td>' in text
    assert "secret_code" not in text
    assert "<title>年度统计 &lt;2017&gt;</title>" in text


def test_page_is_chinese_and_can_be_printed() -> None:
    text = page("标题", "<p>正文</p>")
    assert '<html lang="zh-CN">' in text
    assert "Noto Sans SC" in text
    assert "@media print" in text
