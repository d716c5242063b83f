"""Pieces of HTML that forms are made of. What comes from outside is escaped here, once."""

import html
from importlib.resources import files

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.shown import show
from ce_toolkit.rules.pack import Pack


def style(*names: str) -> str:
    """Style sheets of this room, as the one element that carries them."""
    sheets = (files("ce_toolkit.forms").joinpath(name).read_text(encoding="utf-8") for name in names)
    return f"<style>{''.join(sheets)}</style>"


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
