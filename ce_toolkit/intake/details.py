"""What stands at a cell beyond its value: the text as stored, formula, format, strike-through, comment.

Only for whoever asks for the table of cells; reading a folder does not pass here. The sheet's XML tells what is stored;
openpyxl is called only for workbooks that have comments or something struck through.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ce_toolkit.intake.marks import sheet_names

Place = tuple[int, int]

_CELL = re.compile(
    r"<(?:\w+:)?c ((?:[^>/]|/(?!>))*)(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_VALUE = re.compile(r"<(?:\w+:)?v(?: [^>]*)?>([^<]*)</")
_FORMULA = re.compile(r"<(?:\w+:)?f((?: [^>]*?)?)(?:/>|>([^<]*)</)")
_COLUMN = re.compile(r"<(?:\w+:)?col ([^>]*)/?>")
_FORMATS = re.compile(r"<(?:\w+:)?numFmt ([^>]*)/?>")
_USES = re.compile(r"<(?:\w+:)?cellXfs[ >].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_USE = re.compile(r"<(?:\w+:)?xf ([^>]*)>")


@dataclass(frozen=True)
class Detail:
    """Of one cell. ``text``: as stored, where that is no text of its own (a number, a truth value, an error)."""

    text: str | None = None
    formula: str = ""
    format: str = ""
    struck: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Details:
    """Of one sheet, by place counted from 0. ``hidden_columns`` are indices too."""

    cells: Mapping[Place, Detail] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()


NOTHING = Details()


def details_of(data: bytes) -> dict[str, Details]:
    """Details of every sheet of an .xlsx by its name; the workbook has been found sound and within limits before."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = set(archive.namelist())
        styles = _text(archive, "xl/styles.xml") if "xl/styles.xml" in parts else ""
        shown = _formats(styles)
        sheets = {
            name: _sheet(_text(archive, part), shown) for part, name in sheet_names(archive).items() if part in parts
        }
        texts = _text(archive, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts else ""
    if any("comments" in part for part in parts) or "strike" in styles or "strike" in texts:
        return {name: _with_looks(details, looks) for name, details, looks in _looks(data, sheets)}
    return sheets


def _text(archive: zipfile.ZipFile, part: str) -> str:
    return archive.read(part).decode("utf-8", errors="replace")


def _formats(styles: str) -> list[str]:
    """The number format of each cell format, in the order in which cells refer to them."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    own = {}
    for hit in _FORMATS.finditer(styles):
        tags = dict(_ATTRIBUTE.findall(hit[1]))
        own[tags.get("numFmtId", "")] = html.unescape(tags.get("formatCode", ""))
    uses = _USES.search(styles)
    numbers = [dict(_ATTRIBUTE.findall(hit[1])).get("numFmtId", "0") for hit in _USE.finditer(uses[0] if uses else "")]
    return [own.get(number) or BUILTIN_FORMATS.get(int(number), "General") for number in numbers]


def _sheet(xml: str, formats: list[str]) -> Details:
    cells: dict[Place, Detail] = {}
    shared: dict[str, tuple[str, str]] = {}
    for hit in _CELL.finditer(xml):
        tags = dict(_ATTRIBUTE.findall(hit[1]))
        at = _ADDRESS.fullmatch(tags.get("r", ""))
        if at:
            style = int(tags.get("s", "0"))
            shown = formats[style] if style < len(formats) else "General"
            formula = _formula(hit[2] or "", at[0], shared)
            cells[int(at[2]) - 1, column_number(at[1])] = Detail(
                _stored(hit[2] or "", tags.get("t", "n")), formula, shown
            )
    return Details(cells, frozenset(_hidden_columns(xml)))


def _stored(body: str, kind: str) -> str | None:
    value = _VALUE.search(body)
    return html.unescape(value[1]) if value and kind not in {"s", "str", "inlineStr"} else None


def _formula(body: str, address: str, shared: dict[str, tuple[str, str]]) -> str:
    """The formula of a cell; one that cells share is moved to where this cell stands."""
    hit = _FORMULA.search(body)
    if not hit:
        return ""
    tags = dict(_ATTRIBUTE.findall(hit[1]))
    text = f"={html.unescape(hit[2])}" if hit[2] else ""
    if tags.get("t") != "shared":
        return text or "="
    if text:
        shared[tags.get("si", "")] = (text, address)
        return text
    from openpyxl.formula.translate import Translator

    origin = shared.get(tags.get("si", ""))
    moved: str = Translator(*origin).translate_formula(address) if origin else "="
    return moved


def column_number(letters: str) -> int:
    """Index of a column from 0.

    >>> column_number("A"), column_number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _hidden_columns(xml: str) -> Iterator[int]:
    for hit in _COLUMN.finditer(xml):
        tags = dict(_ATTRIBUTE.findall(hit[1]))
        if tags.get("hidden") in {"1", "true"}:
            yield from range(int(tags["min"]) - 1, min(int(tags["max"]), 16_384))


def _looks(data: bytes, sheets: Mapping[str, Details]) -> Iterator[tuple[str, Details, dict[Place, tuple[bool, str]]]]:
    """Struck and commented cells of each sheet, by openpyxl; rich text counts as struck where any part of it is."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for name, details in sheets.items():
        found = {}
        for cell in book[name]._cells.values():
            struck, comment = _is_struck(cell), cell.comment.text if cell.comment else ""
            if struck or comment:
                found[cell.row - 1, cell.column - 1] = (struck, " ".join(comment.split()))
        yield name, details, found


def _is_struck(cell: object) -> bool:
    value, font = getattr(cell, "value", None), getattr(cell, "font", None)
    runs = value if isinstance(value, list) else []
    return bool(getattr(font, "strike", None)) or any(
        getattr(getattr(run, "font", None), "strike", None) for run in runs
    )


def _with_looks(details: Details, looks: Mapping[Place, tuple[bool, str]]) -> Details:
    cells = dict(details.cells)
    for place, (struck, comment) in looks.items():
        cells[place] = replace(cells.get(place, Detail()), struck=struck, comment=comment)
    return replace(details, cells=cells)
