"""A workbook packed anew for the cell reader, which then needs a third less time and gives the same cells.

The reader goes through a sheet twice: for its cells, and from the top once more for its merged ranges, which stand
behind all cells. In what it is handed they stand in front, where it finds them at once and stops; and nothing has to be
unpacked a second time. A sheet that is not plainly as programs write it is left as it is.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree import ElementTree

from ce_toolkit.intake.searching import holds

MOST = 2**26
"""A workbook whose parts are more bytes than this is not worth the memory."""

_HEADER = 8192
_ROWS, _END = b"<sheetData>", b"</sheetData>"
_RANGES = re.compile(rb"<mergeCells(?: [^>]*)?>.*?</mergeCells>", re.DOTALL)

_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LAST = struct.Struct("<4s4H2IH")
_LENGTHS = 28
"""Where in its entry the lengths of a part's name and of what follows it stand."""
_VERSION, _UTF8, _STORED, _NO_DAY = 20, 0x800, 0, 33


def repacked(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts, not packed, in which merged ranges stand in front of the rows of their sheet."""
    pieces: list[bytes] = []
    entries: list[bytes] = []
    at = 0
    for part, data in parts.items():
        name, stored = part.encode(), ranges_first(data) if part.startswith("xl/worksheets/") else data
        facts = _UTF8, _STORED, 0, _NO_DAY, zlib.crc32(stored), len(stored), len(stored), len(name), 0
        pieces += _LOCAL.pack(b"PK\3\4", _VERSION, *facts), name, stored
        entries += _ENTRY.pack(b"PK\1\2", _VERSION, _VERSION, *facts, 0, 0, 0, 0, at), name
        at += _LOCAL.size + len(name) + len(stored)
    end = at + sum(map(len, entries)) + _LAST.size
    return b"".join([*pieces, *entries, _last(len(parts), at, end)])


def ends_soundly(archive: zipfile.ZipFile, data: bytes) -> bool:
    """Whether the archive ``data`` ends as it must: Python overlooks what makes the cell reader refuse the whole."""
    members = archive.infolist()
    last = _last(len(members), archive.start_dir, len(data))
    lengths = [len(text) for text in (members[-1].filename, members[-1].extra, members[-1].comment)]
    entry = data[len(data) - len(last) - sum(lengths) - _ENTRY.size :]
    return data.endswith(last) and entry.startswith(struct.pack("<3H", *lengths), _LENGTHS)


def _last(count: int, start: int, end: int) -> bytes:
    """The last record of an archive of ``end`` bytes whose list of ``count`` parts begins at ``start``."""
    return _LAST.pack(b"PK\5\6", 0, 0, count, count, end - start - _LAST.size, start, 0)


def ranges_first(xml: bytes) -> bytes:
    """A sheet with its merged ranges, or a sign that there are none, in front of its rows; another part as it is."""
    start, end = xml.find(_ROWS, 0, _HEADER), xml.rfind(_END)
    if start < 0 or end < start:
        return xml
    head, rows, tail = xml[:start], xml[start + len(_ROWS) : end], xml[end + len(_END) :]
    found = _RANGES.search(tail)
    if not _is_plain(head, rows, tail) or (head + tail).count(b"mergeCells") != (2 if found else 0):
        return xml
    if found:
        return b"".join((head, found[0], _ROWS, rows, _END))
    # The reader would go on to the end, where an element closed twice among the rows is a fault. It counts open
    # elements, whatever their names: with the outermost one closed behind the rows, that still is one.
    return b"".join((head, b"<mergeCells/>", _ROWS, rows, b"</worksheet>", _END))


def _is_plain(head: bytes, rows: bytes, tail: bytes) -> bool:
    """Whether the rows hold no second end or range, and what stands around them is well-formed, without comments."""
    if holds(rows, b"mergeCells", rare=b"g") or holds(rows, b"sheetData", rare=b"h"):
        return False
    around = b"".join((head, b"<sheetData/>", tail))
    if b"<!" in around:
        return False
    try:
        return ElementTree.fromstring(around).find("{*}sheetData") is not None  # noqa: S314 - it declares no entities
    except (ElementTree.ParseError, ValueError, LookupError):
        return False
