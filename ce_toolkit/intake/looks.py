"""Looks: what the format of a cell says about its row: struck through (is it to go?) or coloured.

The styles part of an .xlsx is read by pattern, so that no entity of a hostile file is ever expanded, and cells are
looked at only where some style or text of the workbook is struck or filled at all.
"""

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from ce_toolkit.intake.searching import holds

_STRIKE = rb'<(?:\w+:)?strike(?: val="(?:1|true|on)")?\s*/>'
_HAS_STRIKE = re.compile(_STRIKE)
_FONTS = re.compile(rb"<(?:\w+:)?fonts[ >].*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font>.*?</(?:\w+:)?font>", re.DOTALL)
_FILLS = re.compile(rb"<(?:\w+:)?fills[ >].*?</(?:\w+:)?fills>", re.DOTALL)
_FILL = re.compile(rb"<(?:\w+:)?fill\s*/>|<(?:\w+:)?fill>.*?</(?:\w+:)?fill>", re.DOTALL)
_SOLID = re.compile(rb'patternType="(?:solid|(?:dark|medium|light)\w+)"')
_WHITE = re.compile(rb'fgColor (?:rgb="FFFFFFFF"|theme="0"\s*/|indexed="(?:9|65)")', re.IGNORECASE)
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs[ >].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf ([^>]*)>")
_STRING = re.compile(rb"<(?:\w+:)?si\s*/>|<(?:\w+:)?si>.*?</(?:\w+:)?si>", re.DOTALL)
_INLINE = re.compile(rb'<c [^>]*?\br="([A-Z]+)(\d+)"[^>]*(?<!/)>(?:(?!</c>).)*?' + _STRIKE, re.DOTALL)


MARK_FILLS = MappingProxyType({"refuse": "F8CBAD", "hold": "F8CBAD", "warn": "FFF2CC"})
"""Fills of the cells that a return workbook marks, by severity: they say nothing when the workbook comes back."""
_MARKED = re.compile(rf'fgColor rgb="..(?:{"|".join(sorted(set(MARK_FILLS.values())))})"'.encode(), re.IGNORECASE)


@dataclass(frozen=True)
class Looks:
    """Numbers of the cell formats that are struck through or filled, and of the shared texts with a struck part."""

    struck: frozenset[int] = frozenset()
    coloured: frozenset[int] = frozenset()
    struck_texts: frozenset[int] = frozenset()


PLAIN = Looks()
Places = frozenset[tuple[bytes, bytes]]


def looks_of(archive: zipfile.ZipFile) -> Looks:
    """What formats of a workbook mean; ``PLAIN`` where none of them is struck or filled."""
    parts = set(archive.namelist())
    styles = archive.read("xl/styles.xml") if "xl/styles.xml" in parts else b""
    texts = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts else b""
    fonts = _which(_FONTS, _FONT, styles, _is_struck) if _is_struck(styles) else frozenset()
    fills = _which(_FILLS, _FILL, styles, _is_coloured)
    struck_texts = (
        frozenset(number for number, hit in enumerate(_STRING.finditer(texts)) if _is_struck(hit[0]))
        if _is_struck(texts)
        else frozenset()
    )
    if not (fonts or fills or struck_texts):
        return PLAIN
    return Looks(_formats(styles, b"fontId", fonts), _formats(styles, b"fillId", fills), struck_texts)


def _which(
    whole: re.Pattern[bytes], one: re.Pattern[bytes], styles: bytes, test: Callable[[bytes], bool]
) -> frozenset[int]:
    block = whole.search(styles)
    return (
        frozenset(number for number, hit in enumerate(one.finditer(block[0])) if test(hit[0])) if block else frozenset()
    )


def _is_struck(xml: bytes) -> bool:
    return holds(xml, b"strike", rare=b"k") and _HAS_STRIKE.search(xml) is not None


def _is_coloured(xml: bytes) -> bool:
    return _SOLID.search(xml) is not None and not (_WHITE.search(xml) or _MARKED.search(xml))


def _formats(styles: bytes, key: bytes, wanted: Iterable[int]) -> frozenset[int]:
    """Numbers of the cell formats that use one of the fonts or fills."""
    block = _FORMATS.search(styles)
    if not block or not wanted:
        return frozenset()
    uses = re.compile(rb"\b" + key + rb'="(\d+)"')
    hits = ((number, uses.search(hit[1])) for number, hit in enumerate(_FORMAT.finditer(block[0])))
    return frozenset(number for number, hit in hits if hit and int(hit[1]) in wanted)


def struck_cells(xml: bytes, looks: Looks) -> Places:
    """Letters and row number of every cell of a sheet that is struck through, as a whole or in part."""
    found = set(_with_format(xml, looks.struck))
    if looks.struck_texts:
        texts = b"|".join(b"%d" % number for number in sorted(looks.struck_texts))
        cell = re.compile(rb'<c (?=[^>]*\bt="s")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<v>(?:' + texts + rb")</v>")
        found.update((hit[1], hit[2]) for hit in cell.finditer(xml))
    if _is_struck(xml):
        found.update((hit[1], hit[2]) for hit in _INLINE.finditer(xml))
    return frozenset(found)


def coloured_cells(xml: bytes, looks: Looks) -> Places:
    """Letters and row number of every cell of a sheet that is filled with a colour."""
    return frozenset(_with_format(xml, looks.coloured))


def _with_format(xml: bytes, formats: frozenset[int]) -> Iterable[tuple[bytes, bytes]]:
    if not formats:
        return ()
    numbers = b"|".join(b"%d" % number for number in sorted(formats))
    cell = re.compile(rb'<c (?=[^>]*\bs="(?:' + numbers + rb')")[^>]*?\br="([A-Z]+)(\d+)"')
    return ((hit[1], hit[2]) for hit in cell.finditer(xml))
