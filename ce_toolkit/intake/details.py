"""What stands at a cell beyond its value: the text as stored, formula, format, strike-through, comment.

Only for whoever asks for the table of cells; reading a folder does not pass here. The sheet's XML tells what is stored.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ce_toolkit.intake.comments import Notes, comments_of
from ce_toolkit.intake.looks import Looks, looks_of, struck_cells
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
        formats = _formats(_text(archive.read("xl/styles.xml"))) if "xl/styles.xml" in parts else []
        looks = looks_of(archive)
        return {
            name: _sheet(archive.read(part), formats, looks, comments_of(archive, part))
            for part, name in sheet_names(archive).items()
            if part in parts
        }


def _text(xml: bytes) -> str:
    return xml.decode("utf-8", errors="replace")


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


def _sheet(xml: bytes, formats: list[str], looks: Looks, comments: Notes) -> Details:
    cells = _stored_cells(_text(xml), formats)
    for column, line in struck_cells(xml, looks):
        place = (int(line) - 1, column_number(column.decode()))
        cells[place] = replace(cells.get(place, Detail()), struck=True)
    for (letters, row), comment in comments.items():
        place = (int(row) - 1, column_number(letters))
        cells[place] = replace(cells.get(place, Detail()), comment=comment)
    return Details(cells, frozenset(_hidden_columns(_text(xml))))


def _stored_cells(xml: str, formats: list[str]) -> dict[Place, Detail]:
    cells: dict[Place, Detail] = {}
    shared: dict[str, tuple[str, str]] = {}
    for hit in _CELL.finditer(xml):
        tags = dict(_ATTRIBUTE.findall(hit[1]))
        at = _ADDRESS.fullmatch(tags.get("r", ""))
        if at:
            style, body = int(tags.get("s", "0")), hit[2] or ""
            shown = formats[style] if style < len(formats) else "General"
            place = (int(at[2]) - 1, column_number(at[1]))
            cells[place] = Detail(_stored(body, tags.get("t", "n")), _formula(body, at[0], shared), shown)
    return cells


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
