"""What the cell reader does not tell: errors, formulas without a value, hidden rows, looks, comments, huge sheets.

The reader gives error cells and formulas without a stored value as blanks, and lays a sheet out as a full rectangle in
memory, which a single cell in the last corner turns into 550 GB. So the parts of an .xlsx are looked through first: a
few searches over the unpacked bytes, with a closer look only where one of them hits.
"""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from ce_toolkit.intake.comments import comments_of
from ce_toolkit.intake.limits import LIMITS, Limits, TooLargeError
from ce_toolkit.intake.looks import Looks, Places, coloured_cells, looks_of, struck_cells
from ce_toolkit.intake.open_document import open_tables
from ce_toolkit.intake.repacking import MOST, ends_soundly, repacked
from ce_toolkit.intake.searching import holds

_MOST_COLUMNS = 16_384

NO_VALUE = "#公式无值"
"""Stands in a grid for a formula that was saved without its value."""

_NEAR_ROWS, _NEAR_CELLS = 9_999, 9_999 * 702
_FAR = re.compile(rb' r=["\'](?:[A-Z]{3,}\d|[A-Z]{0,2}\d{5})')
"""An address beyond column ZZ or row 9999; without one no sheet is too large."""
_PIECE = 2**16

_ROW = re.compile(rb'r="(\d+)"')
_CELLS_BY_LENGTH = tuple(re.compile(rb' r=["\']([A-Z]{%d,})\d' % letters) for letters in (3, 2))
_ROWS_BY_LENGTH = tuple(re.compile(rb' r=["\'][A-Z]*(\d{%d,})["\']' % digits) for digits in (7, 6, 5))
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"')
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]* t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
_FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"((?:(?! t="str")[^>])*)>\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_SINCE_1904 = re.compile(rb'date1904="(?:1|true)"')
_ROW_TAG = re.compile(rb"<row ([^>]*)>")
_TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')

_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
_HEADER = 4096
"""The stored dimension stands within so many bytes, before the first row."""

_SHARED = frozenset({"xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"})
"""Parts that tell something of all sheets, and are asked for more than once."""


@dataclass(frozen=True)
class Marks:
    """Of one sheet: texts to put in place of blanks that are none, hidden rows, merged ranges, looks and comments.

    Places are (row, column) from 0. ``since_1904``: bare numbers of days are counted from 1904 (MC12). ``dimension``:
    the stored range, where cells stand beyond it (MS7). ``last``: number of the last row that the file speaks of, where
    it is far down (MS8).
    """

    # merged is None where the cell reader gives the ranges itself

    values: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: tuple[int, ...] = ()
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None = None
    dimension: str = ""
    last: int = 0
    struck: frozenset[tuple[int, int]] = frozenset()
    coloured: frozenset[tuple[int, int]] = frozenset()
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    since_1904: bool = False


NONE = Marks()


class EntitiesError(Exception):
    """A part declares entities, which no spreadsheet program does: they are never expanded."""


class DamagedError(Exception):
    """A part does not agree with its checksum: whatever the cell reader makes of it may be wrong."""


class Seen(NamedTuple):
    """Marks of the sheets that have any, by sheet name, and the workbook as it is best handed to the cell reader."""

    marks: Mapping[str, Marks]
    data: bytes


class _Archive(zipfile.ZipFile):
    """An archive that unpacks once what is asked for more than once, and all of a workbook that is not too large."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._keeps_all = sum(member.file_size for member in self.infolist()) <= MOST
        self.kept: dict[str, bytes] = {}

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        part = str(name)
        if part in self.kept:
            return self.kept[part]
        xml = super().read(name, pwd)
        if self._keeps_all or part in _SHARED:
            self.kept[part] = xml
        return xml


def look(data: bytes, kind: str, limits: Limits = LIMITS) -> Seen:
    """What there is to see in a workbook. Raises TooLargeError, EntitiesError, DamagedError."""
    if kind not in {"xlsx", "xlsm", "xlsb", "ods"}:
        return Seen({}, data)
    try:
        with _Archive(data) as archive:
            if kind == "ods":
                return Seen(_open_document(archive, limits), data)
            return Seen(_office(archive, limits), _handed(archive, data, kind))
    except zipfile.BadZipFile:
        raise DamagedError from None
    except (KeyError, EOFError, ValueError, OSError, NotImplementedError):
        return Seen({}, data)  # a damaged part: the cell reader finds it again and says so


def _handed(archive: _Archive, data: bytes, kind: str) -> bytes:
    """The workbook packed anew, if that is for sure all that the cell reader needs of it."""
    names = [member.orig_filename for member in archive.infolist()]
    read = {name for name in names if _is_read(name.lower())}  # the reader does not tell capitals from small letters
    whole = kind != "xlsb" and read == archive.kept.keys() and ends_soundly(archive, data)
    return repacked(archive.kept) if whole else data


def _office(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Marks]:
    found = {}
    looks, since_1904 = looks_of(archive), _counts_from_1904(archive)
    for part in filter(_is_read, archive.namelist()):
        xml = archive.read(part)  # whole, so that its checksum is looked at, which the cell reader does not do
        _require_plain(xml)
        if part.startswith("xl/worksheets/") and part.endswith(".xml"):
            marks = _sheet(xml, limits, looks)
            marks = replace(marks, comments=_comments(archive, part), since_1904=since_1904)
            if marks != NONE:
                found[part] = marks
    if not found:
        return {}
    names = sheet_names(archive)
    return {names[part]: marks for part, marks in found.items() if part in names}


def _is_read(part: str) -> bool:
    """Whether the cell reader takes anything from a part; pictures and the like may be large and do not matter."""
    return part.endswith((".xml", ".rels", ".bin")) and not part.startswith(("xl/media/", "xl/drawings/", "xl/charts/"))


def _sheet(xml: bytes, limits: Limits, looks: Looks) -> Marks:
    _require_room(xml, limits)
    values = {}
    if holds(xml, b't="e"', rare=b"e"):
        values.update({_place(hit): hit[3].decode() for hit in _ERROR.finditer(xml)})
    if holds(xml, b"</f>", rare=b"f"):
        values.update({_place(hit): NO_VALUE for hit in _FORMULA.finditer(xml)})
    hidden = tuple(_hidden_rows(xml)) if holds(xml, b'hidden="1"', rare=b"d") else ()
    struck, coloured = _places(struck_cells(xml, looks)), _places(coloured_cells(xml, looks))
    return Marks(values, hidden, dimension=_wrong_dimension(xml), last=_far_row(xml), struck=struck, coloured=coloured)


def _places(cells: Places) -> frozenset[tuple[int, int]]:
    return frozenset((int(row) - 1, _column(letters)) for letters, row in cells)


def _comments(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    notes = comments_of(archive, part)
    return {(int(row) - 1, _column(letters.encode())): text for (letters, row), text in notes.items()}


def _wrong_dimension(xml: bytes) -> str:
    """The stored range of a sheet, if its last row or the end of its first row of cells lies beyond it."""
    hit = _DIMENSION.search(xml, 0, _HEADER)
    if not hit:
        return ""
    last = _ROW.search(xml, max(xml.rfind(b"<row "), 0))
    first_row = xml[: xml.find(b"</row>") + 1]
    cell = _CELL.search(first_row, max(first_row.rfind(b"<c r="), 0))
    beyond = (last and int(last[1]) > int(hit[2])) or (cell and _column(cell[1]) > _column(hit[1]))
    return hit[0].split(b'"')[1].decode() if beyond else ""


def _far_row(xml: bytes) -> int:
    """Number of the last row, if it is so far down that it can hardly be meant."""
    last = _ROW.search(xml, max(xml.rfind(b"<row "), 0))
    return int(last[1]) if last and int(last[1]) > _NEAR_ROWS else 0


def _counts_from_1904(archive: zipfile.ZipFile) -> bool:
    return _SINCE_1904.search(archive.read("xl/workbook.xml")) is not None


def _require_plain(xml: bytes) -> None:
    # one sign is found forty times faster than two
    if b"!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml):
        raise EntitiesError


def _require_room(xml: bytes, limits: Limits) -> None:
    """Refuse a sheet whose rectangle is too large, by the addresses of its cells and rows, whatever it declares."""
    if limits.max_cells >= _NEAR_CELLS and (_is_plainly_near(xml) or not _FAR.search(xml)):
        return
    height = _farthest(xml, _ROWS_BY_LENGTH, int) or _NEAR_ROWS
    if height * _MOST_COLUMNS <= limits.max_cells:
        return
    width = (_farthest(xml, _CELLS_BY_LENGTH, _column) or 25) + 1
    if height * width > limits.max_cells:
        raise TooLargeError


def _is_plainly_near(xml: bytes) -> bool:
    """Whether there is nothing in the bytes that ``_FAR`` could find, told four times faster than by a search.

    Five digits behind a capital or a quotation mark, or three capitals before a digit, stand in few sheets.
    """
    signs = np.frombuffer(xml, np.uint8)
    for start in range(0, len(signs), _PIECE):  # small enough to stay in the processor's cache
        piece = signs[start : start + _PIECE + 5]
        digit, capital = piece - ord("0") < 10, piece - ord("A") < 26  # what is below wraps around to a large number
        before = capital | (piece == ord('"')) | (piece == ord("'"))
        row = before[:-5] & digit[1:-4] & digit[2:-3] & digit[3:-2] & digit[4:-1] & digit[5:]
        column = capital[:-3] & capital[1:-2] & capital[2:-1] & digit[3:]
        if row.any() or column.any():
            return False
    return True


def _farthest(xml: bytes, by_length: Sequence[re.Pattern[bytes]], number: Callable[[bytes], int]) -> int:
    """The largest row or column in an address. Longer ones are looked for first, so most searches find nothing."""
    for addresses in by_length:
        if found := set(addresses.findall(xml)):
            return max(map(number, found))
    return 0


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for tag in _ROW_TAG.finditer(xml):
        row = _ROW.search(tag[1])
        if b'hidden="1"' in tag[1] and row:
            yield int(row[1]) - 1


def _place(hit: re.Match[bytes]) -> tuple[int, int]:
    return int(hit[2]) - 1, _column(hit[1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part → sheet name. Read by pattern, so that no entity of a hostile file is ever expanded."""
    targets = {}
    for tags in _attributes(archive, "xl/_rels/workbook.xml.rels"):
        target = tags.get("Target", "").lstrip("/")
        targets[tags.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    names = {}
    for tags in _attributes(archive, "xl/workbook.xml"):
        link = next((value for key, value in tags.items() if key.endswith(":id")), "")
        names[targets.get(link, "")] = html.unescape(tags.get("name", ""))
    return names


def _attributes(archive: zipfile.ZipFile, part: str) -> Iterator[dict[str, str]]:
    for tag in _TAG.finditer(archive.read(part).decode("utf-8", errors="replace")):
        yield dict(_ATTRIBUTE.findall(tag[2]))


def _open_document(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Marks]:
    """Marks of an .ods: merged ranges too, which the cell reader does not give for this format.

    A document that is not well-formed makes the cell reader run on without end, so it is refused here.
    """
    content = archive.read("content.xml")
    _require_plain(content)
    if b"\0" in content[:64]:  # UTF-16 would hide a declaration from a search for its letters
        raise DamagedError
    try:
        tree = ElementTree.fromstring(content)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError:
        raise DamagedError from None
    return {
        name: Marks(
            merged=tuple(table.merged),
            hidden_rows=tuple(table.hidden_rows),
            struck=frozenset(table.struck),
            comments=table.comments,
        )
        for name, table in open_tables(tree, limits.max_cells).items()
    }
