"""Findings: one thing to mend, said in one Chinese sentence, with nobody's name or number in it."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import NamedTuple

import pandas as pd

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import as_text, tidy
from ce_toolkit.masking import mask_name, mask_names_in, mask_number, mask_place, mask_text
from ce_toolkit.tables import FINDINGS, conform, frame
from ce_toolkit.titles import shown_title

MERGE_ABOVE = 5
"""More findings of one note on one column of a sheet than this become a single one with a count and its cells."""

REFUSE, HOLD, WARN, INFO, AUTO = "refuse", "hold", "warn", "info", "auto"

_AS_NAME = frozenset({"name", "sex"})
_AS_NUMBER = frozenset({"certificate", "key"})
_OF_TITLES = frozenset({"series", "title"})
_NAMELESS = frozenset({"date", "hours", "days", "items", "serial", "yes_no", "result", "class", "kind", "basis"})
_PLACES = frozenset({"sheet", "sheets", "chosen", "other", "named"})  # names of sheets, and of other files
_NOBODY = re.compile(r"#[A-Z/0-9?!_]+|#公式无值")  # an error value is shown by its name
_PICTURE = re.compile(r"=(?:_xlfn\.)?DISPIMG\(")
_LABEL = re.compile(r"(?<=姓名|性别|单位|编号|序号|职称)(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Note:
    """What notes.toml says of one kind of fault."""

    code: str
    severity: str
    fix: str
    clause: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to mend. ``cell`` is its (first) A1 address, ``cells`` all of them as ranges, ``count`` their number.

    ``row_state`` is what became of the row: accepted, held, skipped; blank where it is not about a row. ``became``: of
    a cell that the toolkit put right, the value after it (``shown`` is the one before), masked like it.
    """

    code: str
    severity: str
    file: str
    sheet: str = ""
    cell: str = ""
    shown: str = ""
    wanted: str = ""
    clause: str = ""
    fix: str = ""
    state: str = "open"
    row_state: str = ""
    count: int = 1
    cells: str = ""
    became: str = ""


class Hit(NamedTuple):
    """What a check found: the note, the positions of the rows it is about, and the field whose column is at fault.

    A hit with a ``cell`` is about the whole table and becomes one finding however many rows it names.
    """

    note: str
    rows: tuple[int, ...] = ()
    field: str = ""
    cell: str = ""
    words: Mapping[str, str] = {}


@cache
def notes() -> Mapping[str, Note]:
    """Every note of notes.toml."""
    raw = tomllib.loads(files("ce_toolkit.intake").joinpath("notes.toml").read_text(encoding="utf-8"))
    return {name: Note(**note) for name, note in raw.items()}


def masked(reader: str, raw: Cell) -> str:
    """A cell as it may be shown outside the store, by the kind of its column."""
    text = tidy(as_text(raw))
    if _NOBODY.fullmatch(text):
        return text
    if _PICTURE.match(text):
        return "（图片）"
    if reader in _AS_NAME:
        return mask_name(text)
    if reader in _AS_NUMBER:
        return mask_number(text)
    if reader in _OF_TITLES:
        return mask_text(shown_title(text))
    return mask_text(mask_names_in(text) if reader in _NAMELESS else text)


def head_shown(label: str) -> str:
    """A head that is no field's, as it may be shown: where the head is missing, a person's row stands in its place."""
    text = mask_names_in(_LABEL.sub(" ", "".join(label.split())))
    return mask_text("".join(text.split()), limit=12)


def say(note: str, **words: str) -> str:
    """The sentence of a note with its words filled in; a word that is not given is left blank."""
    shown = {name: mask_place(text) if name in _PLACES else text for name, text in words.items()}
    return Formatter().vformat(notes()[note].fix, (), _Blank(shown))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def about_file(note: str, file: str, *, severity: str = "", **words: str) -> Finding:
    """A finding about a whole file, or about one sheet of it as a whole if ``words`` name it."""
    said = notes()[note]
    fix = say(note, **words)
    sheet = words.get("sheet", "")
    return Finding(said.code, severity or said.severity, file, sheet, clause=said.clause, fix=fix)


def ranges(rows: Iterable[int], column: str) -> str:
    """Addresses of a column's cells as ranges; rows counted from 0, in ascending order.

    >>> ranges([3, 4, 5, 9], "G")
    'G4:G6、G10'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return "、".join(
        f"{column}{low + 1}" if low == high else f"{column}{low + 1}:{column}{high + 1}" for low, high in runs
    )


def findings_frame(found: Iterable[Finding]) -> pd.DataFrame:
    """The table FINDINGS, with ``count``, ``cells`` and ``became`` behind; ids depend on what is found, not the run."""
    rows = list(found)
    columns = {item.name: [getattr(row, item.name) for row in rows] for item in fields(Finding)}
    seen: dict[str, int] = {}
    ids = [_finding_id(row, seen) for row in rows]
    data = frame(FINDINGS, {"finding_id": ids, **{name: columns[name] for name in columns if name in FINDINGS.columns}})
    behind = {name: pd.Series(columns[name], dtype="str") for name in ("cells", "became")}
    return conform(FINDINGS, data.assign(count=columns["count"], **behind))


def _finding_id(row: Finding, seen: dict[str, int]) -> str:
    text = "\x1f".join((row.file, row.sheet, row.cell, row.code, row.fix))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    seen[digest] = seen.get(digest, 0) + 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
