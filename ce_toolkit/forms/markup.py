"""Pieces of HTML that forms are made of. What comes from outside is escaped here, once."""

import html

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.shown import show
from ce_toolkit.rules.pack import Pack

STYLE = """<style>
.ce-form{font:15px/1.6 "Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;color:#1d2430}
.ce-form table{border-collapse:collapse;margin:.4em 0;font-size:14px;line-height:1.45}
.ce-form th,.ce-form td{border:1px solid #d5dae2;padding:.22em .6em!important;vertical-align:top}
.ce-form thead th{background:#f3f5f8;font-weight:600;white-space:nowrap}
.ce-form h4{margin:.9em 0 .2em;font-size:15px}
.ce-form p{margin:.3em 0}
.ce-form .quiet{color:#5c6675;font-size:13px}
.ce-form .bad{color:#b3261e;font-weight:600}
.ce-form td{min-width:3.4em}
.ce-form .big{font-size:17px;font-weight:600}
.ce-form .wide{overflow-x:auto}
</style>"""


def form(*parts: str) -> str:
    """The parts in the dress of a form."""
    return f'<div class="ce-form">{"".join(parts)}</div>'


def line(text: str, kind: str = "") -> str:
    """A paragraph of text; ``kind`` is quiet, bad or big."""
    return f'<p class="{kind}">{html.escape(printable(text))}</p>'


def heading(text: str) -> str:
    """A small heading."""
    return f"<h4>{html.escape(printable(text))}</h4>"


def table(data: pd.DataFrame, pack: Pack | None = None) -> str:
    """A table in Chinese; one without rows reads （无）."""
    return f'<div class="wide">{printable(show(data, pack)._repr_html_())}</div>'


def counted(counts: dict[str, int]) -> str:
    """Numbers of people by word, as text."""
    return "，".join(f"{word} {count:,}" for word, count in counts.items()) or "无"
