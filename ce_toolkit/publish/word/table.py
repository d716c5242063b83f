"""A three-line table of a Word document, made at once: cell by cell it would take a second a page."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.labels import NONE, UNREPORTED
from ce_toolkit.publish.shown import half_widths, printed
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

TEXT, LATIN = "宋体", "Times New Roman"
_XMLNS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TWIPS = 567  # a centimetre
_HALF_SIGN = 0.0185  # centimetres that a half-width sign takes for each point of its size
_ROOM, _LONGEST, _GIVES_WAY = 0.28, 60, 14
_AT_LEAST = 4  # rows of a table that stand together at the top and at the foot of a page
_LIKE_NUMBERS = frozenset({UNREPORTED, NONE, HIDDEN})


class _Look(NamedTuple):
    """Size of letters in points, and which columns are of figures and stand right."""

    size: float
    right: tuple[bool, ...]


def table_markup(table: pd.DataFrame, *, size: float, widths: Sequence[float], together: bool = False) -> str:
    """The table as ``w:tbl``: thick lines above the head and at the foot, a thin one below the head.

    The head is repeated on every page and no row is torn. ``widths`` of the columns in centimetres. Figures
    stand right, the 合计 row is bold. ``together``: on one page, with the line that follows.
    """
    rows = list(zip(*(_texts(table[head]) for head in table.columns), strict=True))
    right = tuple(_is_of_numbers(table[head]) for head in table.columns)
    look = _Look(size, right)
    lines = [_row(list(table.columns), look, bold=True, head=True, last=not rows, kept=True)]
    for place, row in enumerate(rows):
        kept = together or place < _AT_LEAST or place >= len(rows) - _AT_LEAST
        bold = row[0].startswith(TOTAL)
        lines.append(_row(row, look, bold=bold, last=place == len(rows) - 1, kept=kept))
    return f"<w:tbl {_XMLNS}>{_frame(widths)}{''.join(lines)}</w:tbl>"


def _texts(values: Iterable[Any]) -> list[str]:
    """Values of one column as text; its figures have as many decimal places each."""
    values = list(values)
    places = max((len(printed(value).partition(".")[2]) for value in values if isinstance(value, float)), default=0)
    return [
        f"{value:,.{places}f}" if places and isinstance(value, (int, float)) else printed(value) for value in values
    ]


def fitted_widths(table: pd.DataFrame, whole: float, size: float) -> list[float]:
    """Widths in centimetres that together are ``whole``: figures stay on one line, heads and long texts may wrap."""
    sign = size * _HALF_SIGN
    signs = [_need(table[head], str(head)) for head in table.columns]
    figures = [_is_of_numbers(table[head]) or need < _GIVES_WAY for head, need in zip(table, signs, strict=True)]
    needs = [need * sign + _ROOM for need in signs]
    left = whole - sum(needs)
    if left < 0:  # long texts give way, never figures
        texts = sum(need for need, fixed in zip(needs, figures, strict=True) if not fixed) or sum(needs)
        shrink = max(1 + left / texts, 0.3)
        needs = [need if fixed else need * shrink for need, fixed in zip(needs, figures, strict=True)]
    return [need * whole / sum(needs) for need in needs]


def _need(values: pd.Series, head: str) -> int:
    """Half-width signs of the longest value, and of a head in two or three lines."""
    longest = max(map(half_widths, _texts(values)), default=0)
    lines = 1 if half_widths(head) <= 4 else 2 if half_widths(head) <= 16 else 3
    return min(max(longest, -(-half_widths(head) // (2 * lines)) * 2), _LONGEST)


def _frame(widths: Sequence[float]) -> str:
    """Properties and grid."""
    twips = [round(width * _TWIPS) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    margins = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    whole = f'<w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    return f"<w:tblPr>{whole}{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"


def _row(  # noqa: PLR0913  what a row looks like
    values: Sequence[str], look: _Look, *, bold: bool, kept: bool, head: bool = False, last: bool = False
) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    sides = {"top": 12, "bottom": 12 if last else 6} if head else {"bottom": 12} if last else {}
    edges = "".join(f'<w:{side} w:val="single" w:sz="{width}"/>' for side, width in sides.items())
    borders = f"<w:tcBorders>{edges}</w:tcBorders>" if edges else ""
    stand = ["center" if head else "right" if right else "left" for right in look.right]
    cells = "".join(
        f'<w:tc><w:tcPr>{borders}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(value, look, side, bold=bold, kept=kept)}</w:tc>"
        for value, side in zip(values, stand, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _paragraph(text: str, look: _Look, side: str, *, bold: bool, kept: bool) -> str:
    fonts = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{TEXT}"/>'
    letters = f'<w:rPr>{fonts}{"<w:b/>" if bold else ""}<w:sz w:val="{round(look.size * 2)}"/></w:rPr>'
    set_ = (
        f'<w:pPr>{"<w:keepNext/>" if kept else ""}<w:spacing w:before="20" w:after="20"/><w:jc w:val="{side}"/></w:pPr>'
    )
    return f'<w:p>{set_}<w:r>{letters}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p>'


def _is_of_numbers(values: pd.Series) -> bool:
    return any(isinstance(value, (int, float)) or _reads_as_number(value) for value in values)


def _reads_as_number(value: Any) -> bool:
    return isinstance(value, str) and (value.endswith("%") or value in _LIKE_NUMBERS)
