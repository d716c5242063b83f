"""Workbooks for printing: three-line tables with title, unit, notes and source, on A4 with repeated heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.escaping import keep_as_text
from ce_toolkit.publish.workbook.charts import CHARTS_TAB, CellChart, draw_cells
from ce_toolkit.publish.workbook.table import HEAD_ROW, lay_out, plain, write_table

CONTENTS_TAB = "目录"


@dataclass(frozen=True)
class Page:
    """One sheet: its tab, its title, the table as it is to be read, a line for the unit of figures, and notes below.

    ``label`` is the number under which the table is published (表1); the notes of a numbered table are numbered too.
    """

    tab: str
    title: str
    table: pd.DataFrame
    unit: str = ""
    notes: Sequence[str] = ()
    label: str = ""


def write_workbook(
    pages: Sequence[Page], path: Path, *, contents: Page | None = None, charts: Sequence[CellChart] = ()
) -> Path:
    """Write the pages to one workbook at ``path`` and return it. Text stays text, whatever sign it begins with.

    ``contents`` becomes the first sheet: its last column names tabs, its rows lead there. ``charts`` draw cells of the
    pages, on a sheet of their own.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for page in [contents, *pages] if contents else pages:
        sheet = book.create_sheet(page.tab)
        write_table(sheet, page.title if not page.label else f"{page.label}　{page.title}", page.table, page.unit)
        lay_out(sheet, page.table, printed_notes(page))
        keep_as_text(sheet)
    if charts:
        draw_cells(book.create_sheet(CHARTS_TAB, 1 if contents else 0), charts)
    if contents:
        _link(book, contents)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def contents_page(head: str, pages: Sequence[Page], charts: Sequence[CellChart], notes: Sequence[str]) -> Page:
    """A list of charts and pages by number, title and tab; ``head`` is what all titles begin with."""
    rows = [(chart.label, chart.title, CHARTS_TAB) for chart in charts]
    rows += [(page.label, page.title.removeprefix(head), page.tab) for page in pages]
    return Page(CONTENTS_TAB, f"{head}统计表", pd.DataFrame(rows, columns=["编号", "内容", "工作表"]), "", notes)


def printed_notes(page: Page) -> list[str]:
    """Notes as they stand below a table: of a numbered one each with its number, source and notice on their own."""
    if not page.label:
        return list(page.notes)
    apart = [note for note in page.notes if note.startswith(_APART)]
    told = [note for note in page.notes if not note.startswith(_APART)]
    first = [f"注：{told[0]}"] if len(told) == 1 else [f"{number}．{note}" for number, note in enumerate(told, start=1)]
    if len(told) > 1:
        first[0] = f"注：{first[0]}"
    warned = [note for note in apart if note.startswith(_LOUD)]
    return [*warned, *first, *(note for note in apart if note not in warned)]


_LOUD = ("未定稿", "本表不含")
_APART = (*_LOUD, "数据来源", "口径", "依据")


def _link(book: Any, contents: Page) -> None:
    """Make each row of the contents lead to its sheet, and each sheet, beside what is printed, back to the contents."""
    from openpyxl.styles import Font

    look = Font(name="宋体", size=10.5, color="1F4E79", underline="single")
    sheet, width = book[contents.tab], len(contents.table.columns)
    for row, tab in enumerate(contents.table.iloc[:, -1], start=HEAD_ROW + 1):
        _lead(sheet.cell(row, width - 1), plain(tab), look)
    for other in book.worksheets:
        if other is not sheet:
            _lead(other.cell(1, other.max_column + 2, f"返回{contents.tab}"), contents.tab, look)


def _lead(cell: Any, tab: str, look: Any) -> None:
    """Make a cell lead to the first cell of a sheet of the same workbook."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink, cell.font = Hyperlink(ref=cell.coordinate, location=f"'{tab}'!A1"), look
