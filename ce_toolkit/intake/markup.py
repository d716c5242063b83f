"""Tables of an HTML page: what many web systems export under the name .xls."""

from html.parser import HTMLParser

from ce_toolkit.intake.cells import Grid, Row, Span, bounded, padded

_MAX_SPAN = 1000
_CELLS = {"td", "th"}
_SILENT = {"script", "style", "head", "title"}


class _Tables(HTMLParser):
    """Collects the rows of every table; a cell that spans columns or rows leaves blanks behind it, as in a workbook."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[Row], list[Span]]] = []
        self._open: list[int] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._taken: dict[int, set[tuple[int, int]]] = {}
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._close_cell()
            self.tables.append(([], []))
            self._open.append(len(self.tables) - 1)
        elif tag == "tr" and self._open:
            self._close_cell()
            self.tables[self._open[-1]][0].append([])
        elif tag in _CELLS and self._open:
            self._close_cell()
            self._text = []
            self._span = (_span(attrs, "rowspan"), _span(attrs, "colspan"))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _CELLS or tag == "tr":
            self._close_cell()
        elif tag == "table" and self._open:
            self._close_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._silent:
            self._text.append(data)

    def _close_cell(self) -> None:
        if self._text is None or not self._open:
            return
        number = self._open[-1]
        rows, spans = self.tables[number]
        taken = self._taken.setdefault(number, set())
        if not rows:
            rows.append([])
        row = rows[-1]
        while (len(rows) - 1, len(row)) in taken:
            row.append("")
        top, left, (down, across) = len(rows) - 1, len(row), self._span
        row.append("".join(self._text).strip())
        row.extend([""] * (across - 1))
        taken.update((top + y, left + x) for y in range(1, down) for x in range(across))
        if down > 1 or across > 1:
            spans.append(((top, left), (top + down - 1, left + across - 1)))
        self._text = None


def _span(attrs: list[tuple[str, str | None]], name: str) -> int:
    value = dict(attrs).get(name) or "1"
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def read_html(text: str) -> list[Grid]:
    """One grid per table of the page, named 表1, 表2 …; rows are padded to one width."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return [
        Grid(f"表{number}", padded(bounded(rows)), tuple(spans))
        for number, (rows, spans) in enumerate(parser.tables, start=1)
    ]
