"""What a file is by its bytes, whatever its name says."""

import io
import re
import zipfile
from dataclasses import dataclass

from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.unpacking import archive_fault

WORKBOOKS = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods"})
"""Kinds that python-calamine reads."""

_EXTENSIONS = {
    "xlsx": {".xlsx"},
    "xlsm": {".xlsm"},
    "xlsb": {".xlsb"},
    "xls": {".xls", ".et"},
    "ods": {".ods"},
    "html": {".html", ".htm"},
    "text": {".csv", ".tsv", ".txt"},
}
_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "rar"),
    (b"{\\rtf", "word"),
    (b"\x09\x08\x10\x00", "xls"),  # a bare stream of records, as some programs write it
    (b"\x09\x08\x08\x00", "xls"),
)
_MARKUP = re.compile(rb"\s*(?:<!doctype\s+html|<html|<table|<head|<body|<meta|<style)", re.IGNORECASE)
_SHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_LOCKED = re.compile(rb"\x09\x08(?:\x10\x00.{16}|\x08\x00.{8})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
"""The first record of an .xls followed by the one that says how it is encrypted."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Sniffed:
    """Kind of a file: a workbook kind, ``text``, ``html``, or the reason why it cannot be read.

    Reasons: ``empty``, ``truncated``, ``damaged``, ``too_large``, ``zip_bomb``, ``zip_parts``, ``password``, ``zip``,
    ``rar``, ``pdf``, ``image``, ``word``, ``sheet_xml``, ``unknown``. ``macros`` is true for a workbook that carries a
    macro project, ``links`` for one that refers to other workbooks.
    """

    kind: str
    macros: bool = False
    links: bool = False


def sniff(data: bytes, limits: Limits = LIMITS) -> Sniffed:
    """Tell what the bytes are, by content alone."""
    if not data.strip(b"\0 \t\r\n"):
        return Sniffed("empty")
    if len(data) > limits.max_bytes:
        return Sniffed("too_large")
    if data[:2] == b"PK":
        return _zip(data, limits)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return Sniffed(_compound(data))
    known = (kind for signature, kind in _SIGNATURES if data.startswith(signature))
    return Sniffed(next(known, "") or _textual(data))


def agrees(kind: str, suffix: str) -> bool:
    """Whether a file name's suffix fits the kind found in its bytes (true for kinds without a usual suffix)."""
    return kind not in _EXTENSIONS or suffix.lower() in _EXTENSIONS[kind]


def _zip(data: bytes, limits: Limits) -> Sniffed:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            fault = archive_fault(archive, data, limits)
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return Sniffed("truncated")
    if fault:
        return Sniffed(fault)
    macros = any(name.endswith("vbaProject.bin") for name in names)
    kind = _document(names, data[:200])
    links = any(name.startswith("xl/externalLinks/") for name in names)
    return Sniffed("xlsm" if kind == "xlsx" and macros else kind, macros, links)


def _document(names: set[str], head: bytes) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods" if b"opendocument.spreadsheet" in head else "word"
    return "word" if any(name.startswith(("word/", "ppt/")) for name in names) else "zip"


def _compound(data: bytes) -> str:
    """An OLE file: an encrypted .xlsx begins with the very bytes of an .xls, so its directory decides."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "password"
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint Document".encode("utf-16-le") in data:
        return "word"
    if _LOCKED.search(data):
        return "password"
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    return "truncated"


def _textual(data: bytes) -> str:
    head = data[:4096]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = data[: 8192 - len(data) % 2].decode("utf-16", errors="ignore")
        return "html" if _MARKUP.match(text.encode("utf-8", errors="ignore")) else "text"
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _SHEET_XML in head:
        return "sheet_xml"
    if _MARKUP.match(head) or (head.lstrip()[:1] == b"<" and b"<table" in data.lower()):
        return "html"
    return "unknown" if _CONTROL.search(head) else "text"
