"""Native charts of a workbook: bars drawn from the cells of its tables, so that they change with the cells."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ce_toolkit.escaping import printable
from ce_toolkit.publish.workbook.table import HEAD_ROW, lines_of

CHARTS_TAB = "图表"
_COLOURS = ("2B6CA3", "E6A23C", "8C2D04", "BDBDBD")
"""Told apart by colour-blind readers and, dark to light, in grey print."""
_WIDTH, _ROW = 17.0, 0.53
"""Centimetres: width of a chart on an upright A4 page, height of a row of the sheet."""


@dataclass(frozen=True)
class CellChart:
    """Bars across: one for each chosen row of a table, from the top, stacked where there are several figures.

    ``rows`` are rows of the table from 0, ``name`` and ``figures`` its columns from 0, ``names`` and ``values`` what
    stands there (kept in the chart for programs that do not look at the cells). ``form`` is the format of figures.
    """

    label: str
    title: str
    tab: str
    rows: tuple[int, ...]
    name: int
    names: tuple[str, ...]
    figures: tuple[int, ...]
    heads: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    axis: str
    form: str = "#,##0"
    note: str = ""


def draw_cells(sheet: Any, charts: Sequence[CellChart]) -> None:
    """Put the charts one below the other on an empty sheet, each with its source, pages broken between them."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.pagebreak import Break

    sheet.column_dimensions["A"].width = 90
    row, filled = 1, 0.0
    for chart in charts:
        rows = round(_height(chart) / _ROW) + 1
        if filled + rows > 48:  # rows that a page holds
            sheet.row_breaks.append(Break(id=row - 1))
            filled = 0
        sheet.add_chart(_bars(chart), f"A{row}")
        told = printable(f"数据取自“{chart.tab}”表。{chart.note}")
        note = sheet.cell(row + rows, 1, told)
        sheet.row_dimensions[row + rows].height = 12.5 * lines_of(told, 90)
        note.font, note.alignment = Font(name="宋体", size=9, color="404040"), Alignment(wrap_text=True, vertical="top")
        row, filled = row + rows + 2, filled + rows + 2
    sheet.print_area = f"A1:A{row}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _height(chart: CellChart) -> float:
    return (4.4 if len(chart.figures) > 1 else 3.4) + 0.66 * len(chart.rows)


def _bars(chart: CellChart) -> Any:
    from openpyxl.chart import BarChart
    from openpyxl.chart.label import DataLabelList

    several = len(chart.figures) > 1
    bars = BarChart()
    bars.type, bars.grouping = "bar", "stacked" if several else "clustered"
    bars.overlap, bars.gapWidth = (100 if several else None), 45
    bars.width, bars.height = _WIDTH, _height(chart)
    bars.series = [_series(chart, place) for place in range(len(chart.figures))]
    bars.title, bars.y_axis.title = _words(f"{chart.label}　{chart.title}", 12), _words(chart.axis, 9)
    bars.x_axis.scaling.orientation = "maxMin"  # the first row on top
    bars.x_axis.tickLblSkip = 1
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.x_axis.txPr, bars.y_axis.txPr = _letters(9), _letters(9)
    bars.y_axis.number_format, bars.y_axis.scaling.min = chart.form, 0
    bars.y_axis.majorUnit = _step(chart)
    bars.y_axis.crosses = "max"
    bars.y_axis.majorGridlines = None
    if several:
        bars.legend.position, bars.legend.txPr = "b", _letters(9)
    else:
        bars.legend = None
        bars.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, numFmt=chart.form, txPr=_letters(9)
        )
    return bars


def _step(chart: CellChart) -> float:
    """From mark to mark of the axis: a round number, seven marks at most."""
    longest = max(map(sum, zip(*chart.values, strict=True)), default=0) or 1
    power = 10.0 ** math.floor(math.log10(longest / 6))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit * 6 >= longest)


def _look(size: float, *, bold: bool = False) -> Any:
    from openpyxl.drawing.text import CharacterProperties, Font

    font = Font(typeface="宋体")
    return CharacterProperties(sz=round(size * 100), b=bold, latin=font, ea=font)


def _letters(size: float) -> Any:
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, ParagraphProperties, RichTextProperties

    return RichText(
        bodyPr=RichTextProperties(), p=[Paragraph(ParagraphProperties(defRPr=_look(size)), endParaRPr=None)]
    )


def _words(text: str, size: float) -> Any:
    """A title of a chart or an axis."""
    from openpyxl.chart.text import RichText, Text
    from openpyxl.chart.title import Title
    from openpyxl.drawing.text import Paragraph, ParagraphProperties, RegularTextRun

    look = _look(size, bold=True)
    run = RegularTextRun(rPr=look, t=printable(text))
    return Title(tx=Text(rich=RichText(p=[Paragraph(ParagraphProperties(defRPr=look), r=[run])])), overlay=False)


def _series(chart: CellChart, place: int) -> Any:
    from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
    from openpyxl.chart.series import Series, SeriesLabel

    column, numbers = chart.figures[place], chart.values[place]
    points = [NumVal(idx=at, v=value) for at, value in enumerate(numbers)]
    cache = NumData(formatCode=chart.form, ptCount=len(points), pt=points)
    names = StrData(ptCount=len(chart.names), pt=[StrVal(idx=at, v=name) for at, name in enumerate(chart.names)])
    head = StrData(ptCount=1, pt=[StrVal(idx=0, v=chart.heads[place])])
    series = Series(
        idx=place,
        order=place,
        tx=SeriesLabel(strRef=StrRef(f=_cells(chart.tab, column, (-1,)), strCache=head)),
        cat=AxDataSource(strRef=StrRef(f=_cells(chart.tab, chart.name, chart.rows), strCache=names)),
        val=NumDataSource(numRef=NumRef(f=_cells(chart.tab, column, chart.rows), numCache=cache)),
    )
    series.graphicalProperties.solidFill = _COLOURS[place]
    series.graphicalProperties.line.solidFill = "404040"
    return series


def _cells(tab: str, column: int, rows: Sequence[int]) -> str:
    """The address of these cells in this order; rows that follow on each other as one range. -1 is the head."""
    from openpyxl.utils import get_column_letter, quote_sheetname

    letter, runs = get_column_letter(column + 1), list[list[int]]()
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    places = [
        f"{quote_sheetname(tab)}!${letter}${first + HEAD_ROW + 1}"
        + (f":${letter}${last + HEAD_ROW + 1}" if last > first else "")
        for first, last in runs
    ]
    return places[0] if len(places) == 1 else f"({','.join(places)})"
