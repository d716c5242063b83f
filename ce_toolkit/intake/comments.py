"""Comments at cells of a workbook: what somebody noted there, without who noted it."""

import html
import posixpath
import re
import zipfile
from collections.abc import Iterable

_TAG = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_AUTHOR = re.compile(r"<(?:\w+:)?author>([^<]*)</(?:\w+:)?author>")
_COMMENT = re.compile(r'<(?:\w+:)?comment [^>]*?\bref="([A-Z]+)(\d+)"[^>]*>(.*?)</(?:\w+:)?comment>', re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>([^<]*)</(?:\w+:)?t>")
_THREADED = re.compile(r"^\[(?:Threaded comment|线程批注)\].*?(?:Comment|批注|注释)\s*[:：]\s*", re.DOTALL)

MARK_LINE = re.compile(r"【(?:退回|待补|提醒) \w+】")
"""How a line begins that a return workbook adds to a comment: not the unit's words when the workbook comes back."""

Notes = dict[tuple[str, str], str]
"""Letters and row number of a cell → the text of its comment on one line."""


def comments_of(archive: zipfile.ZipFile, part: str) -> Notes:
    """Comments of the sheet stored in ``part``; read by pattern, so that no entity of a hostile file is expanded."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    found: Notes = {}
    for tag in _TAG.finditer(_text(archive, relations)):
        link = dict(_ATTRIBUTE.findall(tag[1]))
        if link.get("Type", "").endswith("/comments"):
            found.update(_read(_text(archive, _joined(folder, link.get("Target", "")))))
    return found


def _text(archive: zipfile.ZipFile, part: str) -> str:
    return archive.read(part).decode("utf-8", errors="replace")


def _joined(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _read(xml: str) -> Notes:
    authors = {html.unescape(author).strip() for author in _AUTHOR.findall(xml)} - {""}
    notes: Notes = {}
    for letters, row, body in _COMMENT.findall(xml):
        text = html.unescape("".join(_TEXT.findall(body)))
        lines = _unsigned(_THREADED.sub("", text), authors).splitlines()
        if said := own_words(lines):
            notes[letters, row] = said
    return notes


def own_words(lines: Iterable[str]) -> str:
    """The lines of a comment as one, without those that a return workbook added."""
    return " ".join(" ".join(line for line in lines if not MARK_LINE.match(line)).split())


def _unsigned(text: str, authors: set[str]) -> str:
    """The text without the name of its author that office programs put on its first line."""
    for author in authors:
        for colon in (":", "："):
            text = text.removeprefix(f"{author}{colon}")
    return text
