"""Word documents on A4: titles, sentences, figures and three-line tables in fonts that every office has."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import printable
from ce_toolkit.publish.word.fields import add_field, add_page_field, mark
from ce_toolkit.publish.word.table import LATIN, TEXT, fitted_widths, table_markup

_HEAD = "黑体"
_NARROW = 8  # columns from which a table is set in a smaller size
_PAGE, _SIDES = (21.0, 29.7), 2.2  # centimetres


class Document:
    """A document in the making. Text is written as it is: a field or a formula never comes of it.

    With ``header`` every page but the first has it on top and its number at the foot.
    """

    def __init__(self, header: str = "") -> None:
        import docx
        from docx.shared import Cm, RGBColor

        self._book: Any = docx.Document()
        self._after_table = False
        self._book.core_properties.author = ""
        page = self._book.sections[0]
        page.page_width, page.page_height = map(Cm, _PAGE)
        page.left_margin = page.right_margin = Cm(_SIDES)
        page.top_margin = page.bottom_margin = Cm(1.6)
        for name, font, size in (("Normal", TEXT, 10.5), ("Heading 1", _HEAD, 12), ("Heading 2", _HEAD, 10.5)):
            style = self._book.styles[name]
            _fonts(style, font, size)
            style.font.color.rgb = RGBColor(0, 0, 0)
        _speak_chinese(self._book)
        if header:
            self._head_and_foot(page, header)

    @property
    def width(self) -> float:
        """Centimetres between the margins of the pages that are being written."""
        section = self._book.sections[-1]
        return (section.page_width - section.left_margin - section.right_margin) / 360000

    def title(self, text: str, *, size: float = 16, above: float = 0) -> None:
        """The title, centred, ``above`` points of room over it."""
        line = self._centred(text, _HEAD, size, bold=True)
        line.paragraph_format.space_before = _points(above)
        line.paragraph_format.space_after = _points(6)

    def heading(self, text: str) -> None:
        """A section's head."""
        line = self._line(text, _HEAD, 12, bold=True, style="Heading 1")
        line.paragraph_format.space_before = _points(6)
        line.paragraph_format.keep_with_next = True

    def text(self, text: str, *, size: float = 10.5, bold: bool = False) -> None:
        """A paragraph."""
        self._line(text, TEXT, size, bold=bold)

    def note(self, text: str, *, followed: bool = False) -> None:
        """Small print below a table, not torn; ``followed``: on one page with what comes next."""
        line = self._line(text, TEXT, 8, bold=False)
        line.paragraph_format.keep_together, line.paragraph_format.keep_with_next = True, followed

    def prose(self, text: str, *, size: float = 12) -> None:
        """A paragraph of running text, its first line set in by two signs."""
        line = self._line(text, TEXT, size, bold=False)
        line.paragraph_format.first_line_indent = _points(2 * size)
        line.paragraph_format.line_spacing = 1.5

    def centred(self, text: str, *, size: float = 14) -> None:
        """A line in the middle of the page."""
        self._centred(text, TEXT, size, bold=False)

    def caption(self, text: str, *, unit: str = "", bookmark: str = "") -> None:
        """What stands over a table: number and title in the middle, the unit on the right; kept with the table."""
        line = self._centred(text, _HEAD, 10.5, bold=True, style="Heading 2")
        line.paragraph_format.space_before = _points(10)
        if bookmark:
            self._mark(line, bookmark)
        lines = [line, self._line(unit, TEXT, 9, bold=False)] if unit else [line]
        for one in lines:
            one.paragraph_format.keep_with_next = True
            one.paragraph_format.space_after = _points(2)
        if unit:
            lines[-1].alignment = _alignment("RIGHT")

    def listed(self, text: str, bookmark: str, *, size: float = 10.5) -> None:
        """A line of the contents: the text, dots, and the page of the bookmark, which office programs work out."""
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.shared import Cm

        line = self._line(f"{text}\t", TEXT, size, bold=False)
        line.paragraph_format.tab_stops.add_tab_stop(Cm(self.width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        add_page_field(line, bookmark, lambda run: _fonts(run, TEXT, size))

    def table(
        self, table: pd.DataFrame, *, widths: Sequence[float] = (), size: float = 0, together: bool = False
    ) -> None:
        """A three-line table; ``widths`` in centimetres, made to fit where none are given.

        Numbers stand right, a 合计 row is bold. ``together`` keeps it on one page with the line that follows.
        """
        from docx.oxml import parse_xml

        size = size or (8.5 if len(table.columns) >= _NARROW else 9.5)
        markup = table_markup(
            table, size=size, widths=widths or fitted_widths(table, self.width, size), together=together
        )
        self._book.element.body.insert_element_before(parse_xml(markup), "w:sectPr")
        self._after_table = True

    def boxes(self, number: int, *, a_row: int = 10) -> None:
        """Empty boxes to write digits into, so many a row."""
        from docx.shared import Cm

        grid = self._book.add_table(rows=-(-number // a_row), cols=a_row)
        grid.style = self._book.styles["Table Grid"]
        for row in grid.rows:
            row.height = Cm(0.85)
        self._after_table = True

    def picture(self, image: bytes, caption: str, *, bookmark: str = "") -> None:
        """A PNG as wide as the text, at most a third of a page high, with its caption below."""
        from docx.shared import Cm

        line = self._line("", TEXT, 10.5, bold=False)
        line.alignment, line.paragraph_format.keep_with_next = _alignment("CENTER"), True
        run = line.add_run()
        _fonts(run, TEXT, 10.5)
        shape = run.add_picture(io.BytesIO(image), width=Cm(self.width))
        highest = Cm(11)
        if shape.height > highest:
            shape.width, shape.height = int(shape.width * highest / shape.height), highest
        shape._inline.docPr.set("descr", printable(caption))
        below = self._centred(caption, _HEAD, 10, bold=False)
        below.paragraph_format.space_after = _points(8)
        if bookmark:
            self._mark(below, bookmark)

    def turn(self, *, wide: bool) -> None:
        """Go on on a new page, upright or across, if the pages are not that way already."""
        from docx.enum.section import WD_ORIENT, WD_SECTION
        from docx.shared import Cm

        if (self._book.sections[-1].orientation == WD_ORIENT.LANDSCAPE) == wide:
            return
        page = self._book.add_section(WD_SECTION.NEW_PAGE)
        page.different_first_page_header_footer = False
        page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = map(Cm, reversed(_PAGE) if wide else _PAGE)

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        from docx.enum.text import WD_BREAK

        line = self._line("", TEXT, 10.5, bold=False)
        line.add_run().add_break(WD_BREAK.PAGE)
        _fonts(line.runs[-1], TEXT, 10.5)

    def save(self, path: Path) -> Path:
        """Write the document to ``path`` and return it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._book.save(path)
        return path

    def _mark(self, line: Any, bookmark: str) -> None:
        mark(line, bookmark, number=len(self._book.element.body))

    def _head_and_foot(self, page: Any, header: str) -> None:
        from docx.shared import Cm

        page.different_first_page_header_footer = True
        page.top_margin, page.header_distance = Cm(2.3), Cm(1.3)
        above, below = page.header.paragraphs[0], page.footer.paragraphs[0]
        above.alignment = below.alignment = _alignment("CENTER")
        _run(above, header, TEXT, 9, bold=False)
        for text, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", "")):
            _run(below, text, TEXT, 9, bold=False)
            if field:
                add_field(below, field, lambda run: _fonts(run, TEXT, 9))

    def _centred(self, text: str, font: str, size: float, *, bold: bool, style: str = "") -> Any:
        line = self._line(text, font, size, bold=bold, style=style)
        line.alignment = _alignment("CENTER")
        return line

    def _line(self, text: str, font: str, size: float, *, bold: bool, style: str = "") -> Any:
        line = self._book.add_paragraph(style=style or None)
        line.paragraph_format.space_after = _points(3)
        line.paragraph_format.line_spacing = 1.1
        if self._after_table:
            line.paragraph_format.space_before, self._after_table = _points(5), False
        if text:
            _run(line, text, font, size, bold=bold)
        return line


def _speak_chinese(book: Any) -> None:
    """Say that the text is mainland Chinese: where it stands in a line, punctuation hangs on that."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = book.styles["Normal"]._element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _points(number: float) -> Any:
    from docx.shared import Pt

    return Pt(number)


def _alignment(name: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return WD_ALIGN_PARAGRAPH[name]


def _fonts(holder: Any, font: str, size: float) -> None:
    """Latin and Chinese font of a style or run: without ``eastAsia`` Word takes a font of its own for Chinese."""
    from docx.oxml.ns import qn

    holder.font.name, holder.font.size = LATIN, _points(size)
    fonts = holder._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)  # a theme's font goes before a named one


def _run(line: Any, text: str, font: str, size: float, *, bold: bool) -> None:
    run = line.add_run(printable(text))
    run.bold = bold
    _fonts(run, font, size)
