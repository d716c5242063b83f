"""Large sheets without the cost of loading and saving every cell: only the rows that are marked pass through openpyxl.

A sheet is cut down to those rows before it is loaded; once the workbook is saved, the rows left out are put back
between them as they lay in the file. What they refer to stays true: openpyxl keeps the order of cell styles, and shared
strings are written into the cells, as openpyxl does. Formulas go and their stored values stay; marks of parts that a
copy does not have go too. A sheet that is not written plainly enough for this is loaded whole.
"""

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ce_toolkit.intake.marks import sheet_names

_FEW = 40
"""Rows to leave out below which cutting a sheet down saves nothing."""

_SHEET = re.compile(rb"(.*<sheetData>)(.*)(</sheetData>.*)", re.DOTALL)
_ROW = re.compile(rb"<row\b[^>]*/>|<row\b[^>]*>.*?</row>", re.DOTALL)
_NUMBER = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_FORMULA = re.compile(rb"<f\b[^>]*/>|<f\b[^>]*>.*?</f>", re.DOTALL)
_TAG = re.compile(rb"<(?:row|c)\b[^>]*>")
_FOREIGN = re.compile(rb'\s(?:[\w.-]+:[\w.-]+|vm|cm)="[^"]*"')
_SHARED = re.compile(rb'(<c\b[^>]*\bt=")s("[^>]*>)\s*<v>(\d+)</v>')
_ITEM = re.compile(rb"<si\s*/>|<si>(.*?)</si>", re.DOTALL)
_PREFIXED = re.compile(rb"<\w+:")
_DIMENSION = re.compile(rb"<dimension\b[^>]*/>")
_STRINGS = "xl/sharedStrings.xml"


@dataclass(frozen=True)
class Slim:
    """A workbook cut down: its bytes for loading, and by sheet the rows as they lay in the file, by number.

    ``loaded``: by sheet the rows that were left in. ``strings``: the file's shared strings.
    """

    data: bytes
    rows: Mapping[str, Mapping[int, bytes]]
    loaded: Mapping[str, Collection[int]]
    strings: tuple[bytes, ...]


def slim(data: bytes, wanted: Mapping[str, Collection[int]], *, unless: str) -> Slim | None:
    """The workbook with only the ``wanted`` rows of each sheet named; None where no sheet can be cut down.

    A workbook with a sheet called ``unless`` is left whole: it went back before, and has marks anywhere to take off.
    """
    cut: dict[str, bytes] = {}
    rows: dict[str, dict[int, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        strings, names = _strings(archive), sheet_names(archive)
        if strings is None or unless in names.values():
            return None
        for part, name in names.items():
            found = _rows_of(archive.read(part)) if name in wanted and part in archive.namelist() else None
            if found and len(found[1]) - len(wanted[name]) > _FEW:
                before, rows[name], after = found
                cut[part] = before + b"".join(raw for at, raw in rows[name].items() if at in wanted[name]) + after
        if not cut:
            return None
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as new:
            for item in archive.infolist():
                new.writestr(item.filename, cut.get(item.filename) or archive.read(item))
    return Slim(target.getvalue(), rows, {name: frozenset(wanted[name]) for name in rows}, strings)


def _strings(archive: zipfile.ZipFile) -> tuple[bytes, ...] | None:
    """The shared strings as they lie; None where they are written with a prefix or stand elsewhere."""
    if _STRINGS not in archive.namelist():
        return () if not any("sharedstrings" in name.lower() for name in archive.namelist()) else None
    part = archive.read(_STRINGS)
    items = tuple(_ITEM.findall(part))
    return None if _PREFIXED.search(part) or len(items) != part.count(b"<si>") + part.count(b"<si/>") else items


def _rows_of(xml: bytes) -> tuple[bytes, dict[int, bytes], bytes] | None:
    """What stands before the rows of a sheet, the rows by number, what stands behind; None if it is not plain."""
    parts = _SHEET.fullmatch(xml)
    if parts is None or _PREFIXED.search(parts[2]):
        return None
    found = _ROW.findall(parts[2])
    numbers = [_NUMBER.match(raw) for raw in found]
    rows = {int(number[1]): raw for number, raw in zip(numbers, found, strict=True) if number}
    whole = sum(map(len, found)) == len(parts[2].strip()) - len(_between(parts[2]))
    return (parts[1], rows, parts[3]) if whole and len(rows) == len(found) else None


def _between(inner: bytes) -> bytes:
    """Blanks between the rows."""
    return b"".join(re.findall(rb"(?<=>)\s+(?=<row\b)", inner))


def splice(saved: bytes, made: Slim, book: Any) -> bytes:
    """The saved workbook with the rows that were left out put back."""
    parts = {sheet.path.lstrip("/"): sheet.title for sheet in book.worksheets if sheet.title in made.rows}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as new,
    ):
        for item in old.infolist():
            part = old.read(item)
            name = parts.get(item.filename)
            new.writestr(item.filename, part if name is None else _whole(part, made, name))
    return target.getvalue()


def _whole(xml: bytes, made: Slim, name: str) -> bytes:
    """A saved sheet with all of its rows: those that were loaded as saved, the others as they lay in the file."""
    parts = _SHEET.fullmatch(xml)
    assert parts is not None  # noqa: S101 - openpyxl wrote it just now
    saved = {int(number[1]): raw for raw in _ROW.findall(parts[2]) if (number := _NUMBER.match(raw))}
    loaded, kept = made.loaded[name], made.rows[name]
    rows = []
    for at in sorted({*saved, *kept}):
        if at in kept and at not in loaded:
            rows.append(_carried(kept[at], made.strings))
        elif at in saved:
            rows.append(saved[at])
    return _DIMENSION.sub(b"", parts[1]) + b"".join(rows) + parts[3]


def _carried(raw: bytes, strings: Sequence[bytes]) -> bytes:
    """A row as it lay in the file, fit for the copy: values in place of formulas, strings in place of their numbers."""
    if b"<f" in raw:
        raw = _FORMULA.sub(b"", raw)
    if _FOREIGN.search(raw):
        raw = _TAG.sub(lambda tag: _FOREIGN.sub(b"", tag[0]), raw)
    return _SHARED.sub(lambda hit: b"%sinlineStr%s<is>%s</is>" % (hit[1], hit[2], strings[int(hit[3])]), raw)
