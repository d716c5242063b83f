"""Word documents on A4: titles, sentences and three-line tables in fonts that every office has."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.shown import printed

_TEXT, _HEAD, _LATIN = "宋体", "黑体", "Times New Roman"
_NARROW = 8  # columns from which a table is set in a smaller size


class Document:
    """A document in the making. Text is written as it is: a field or a formula never comes of it."""

    def __init__(self) -> None:
        import docx
        from docx.shared import Cm

        self._book: Any = docx.Document()
        self._after_table = False
        self._book.core_properties.author = ""
        page = self._book.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.2)
        page.top_margin = page.bottom_margin = Cm(1.6)
        _fonts(self._book.styles["Normal"], _TEXT, 10.5)

    def title(self, text: str) -> None:
        """The title, centred."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        line = self._line(text, _HEAD, 16, bold=True)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = _points(6)

    def heading(self, text: str) -> None:
        """A section's head."""
        line = self._line(text, _HEAD, 12, bold=True)
        line.paragraph_format.space_before = _points(6)
        line.paragraph_format.keep_with_next = True

    def text(self, text: str, *, size: float = 10.5, bold: bool = False) -> None:
        """A paragraph."""
        self._line(text, _TEXT, size, bold=bold)

    def table(self, table: pd.DataFrame, *, widths: Sequence[float] = ()) -> None:
        """A three-line table; ``widths`` in centimetres. Numbers stand right, a 合计 row is bold."""
        from docx.shared import Cm

        grid = self._book.add_table(rows=1, cols=len(table.columns))
        grid.autofit = not widths
        size = 8.5 if len(table.columns) >= _NARROW else 9.5
        right = [any(map(_is_number, table[head])) for head in table.columns]
        _fill(grid.rows[0], list(table.columns), right, size, bold=True)
        for row in table.itertuples(index=False, name=None):
            _fill(grid.add_row(), list(row), right, size, bold=str(row[0]).startswith("合计"))
        _lines(grid)
        self._after_table = True
        for column, width in enumerate(widths):
            for cell in grid.columns[column].cells:
                cell.width = Cm(width)

    def boxes(self, number: int, *, a_row: int = 10) -> None:
        """Empty boxes to write digits into, so many a row."""
        from docx.shared import Cm

        grid = self._book.add_table(rows=-(-number // a_row), cols=a_row)
        grid.style = self._book.styles["Table Grid"]
        for row in grid.rows:
            row.height = Cm(0.85)
        self._after_table = True

    def save(self, path: Path) -> Path:
        """Write the document to ``path`` and return it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._book.save(path)
        return path

    def _line(self, text: str, font: str, size: float, *, bold: bool) -> Any:
        line = self._book.add_paragraph()
        line.paragraph_format.space_after = _points(3)
        line.paragraph_format.line_spacing = 1.1
        if self._after_table:
            line.paragraph_format.space_before, self._after_table = _points(5), False
        _run(line, text, font, size, bold=bold)
        return line


def _points(number: float) -> Any:
    from docx.shared import Pt

    return Pt(number)


def _fonts(holder: Any, font: str, size: float) -> None:
    """Latin and Chinese font of a style or run: without ``eastAsia`` Word takes a font of its own for Chinese."""
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = _LATIN, _points(size)
    properties = holder._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _run(line: Any, text: str, font: str, size: float, *, bold: bool) -> None:
    run = line.add_run(printable(text))
    run.bold = bold
    _fonts(run, font, size)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (isinstance(value, str) and value.endswith("%"))


def _fill(row: Any, values: Sequence[Any], right: Sequence[bool], size: float, *, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for cell, value, to_right in zip(row.cells, values, right, strict=True):
        line = cell.paragraphs[0]
        _run(line, printed(value), _TEXT, size, bold=bold)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if to_right else WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.space_after = _points(1)


def _lines(grid: Any) -> None:
    """The three lines: above the head, below it, and at the foot."""
    last = len(grid.rows) - 1
    for place, row in enumerate(grid.rows):
        sides = {"top": 12} if place == 0 else {}
        if place == 0:
            sides["bottom"] = 6
        if place == last:
            sides["bottom"] = 12
        for cell in row.cells:
            _border(cell, sides)


def _border(cell: Any, sides: dict[str, int]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not sides:
        return
    borders = OxmlElement("w:tcBorders")
    for side, eighths in sides.items():
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), str(eighths))
        borders.append(line)
    cell._element.get_or_add_tcPr().append(borders)
