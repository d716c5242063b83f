"""A table as a notebook shows it: Chinese, no row numbers, text to the left, numbers to the right."""

import html
from typing import Any

import pandas as pd

from ce_toolkit.publish.labels import in_chinese
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

_STYLE = "text-align:{};padding:.25em .7em"


class Shown:
    """A table that a notebook displays; ``table`` holds what is displayed."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def __repr__(self) -> str:
        return self.table.to_string(index=False)

    def _repr_html_(self) -> str:
        if self.table.empty:
            return "<p>（无）</p>"
        head = "".join(
            f'<th style="{_STYLE.format("left")}">{html.escape(str(name))}</th>' for name in self.table.columns
        )
        body = "".join(_row(row) for row in self.table.itertuples(index=False, name=None))
        return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def show(table: pd.DataFrame, pack: Pack | None = None) -> Shown:
    """``table`` in Chinese, ready to be the last line of a cell; ``pack`` gives classes of claims their names."""
    return Shown(in_chinese(table, pack))


def _row(values: tuple[Any, ...]) -> str:
    tag = "th" if TOTAL in values else "td"
    cells = []
    for value in values:
        number = isinstance(value, (int, float)) or (
            isinstance(value, str) and (value.endswith("%") or value == HIDDEN)
        )
        side = "right" if number else "left"
        cells.append(f'<{tag} style="{_STYLE.format(side)}">{html.escape(printed(value))}</{tag}>')
    return f"<tr>{''.join(cells)}</tr>"


def printed(value: Any) -> str:
    """A number with thousands set apart and no needless zeros; anything else as its text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def half_widths(value: Any) -> int:
    """Width of a value as it is printed, in half-width characters: a Chinese sign takes two.

    >>> half_widths("合计ab"), half_widths(1234)
    (6, 5)
    """
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in printed(value))
