"""Tables to browse in a notebook: Chinese, escaped, nothing fetched."""

import re

import pandas as pd

import ce_toolkit as ce


def test_a_table_is_chinese_and_loads_nothing() -> None:
    table = pd.DataFrame({"county_name": ["德城区"], "claims": [3], "unit": ["<script>alert(1)</script>"]})
    html = ce.browse(table)._repr_html_()
    assert "县市区" in html
    assert "每页 _MENU_ 行" in html or "\\u6bcf\\u9875" in html
    assert "<script>alert" not in html
    assert not re.search(r"""<(?:script|link|img)[^>]*(?:src|href)=["']?https?:""", html)
    assert not re.search(r"""(?:from|import\()\s*["']https?:""", html)
