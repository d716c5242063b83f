"""The last look before a page is published: no certificate number and no full name of a person may be in it."""

import html
import json
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PACKAGES = {".xlsx", ".docx", ".zip"}
SCANNED = {".html", ".ipynb", ".json", ".md", ".svg", ".txt", ".csv", ".log", *_PACKAGES}
# Coordinates of drawings and packed pictures are long runs of digits and letters that mean nobody.
_DRAWING = re.compile(
    r'\b(?:d|points|transform|style|id|class|clip-path|(?:xlink:)?href|viewBox|x|y|x1|x2|y1|y2|width|height|cx|cy|r)="[^"]*"'
    r"|data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+"
)
_PICTURES = (".png", ".jpg", ".jpeg", ".emf")
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"</(?:\w+:)?(?:c|si|p|comment|row)>")


@dataclass(frozen=True)
class Forbidden:
    """Numbers and full names that must not be shown; ``allowed`` are names of units that hold such a name."""

    strings: frozenset[str] = frozenset()
    allowed: tuple[str, ...] = ()


def found_in(text: str, strings: Collection[str]) -> set[str]:
    """Which of the strings occur in the text.

    Only runs of the signs that the strings are made of can hold one; each distinct run is cut into all its pieces of
    the lengths asked for, so that the work grows with the text and not with text × strings.
    """
    by_length: dict[int, set[str]] = {}
    for string in strings:
        by_length.setdefault(len(string), set()).add(string)
    if not by_length:
        return set()
    signs = re.escape("".join(sorted(set().union(*strings))))
    runs = set(re.findall(f"[{signs}]{{{min(by_length)},}}", text))
    found: set[str] = set()
    for length, wanted in by_length.items():
        for run in runs:
            found |= wanted.intersection(run[at : at + length] for at in range(len(run) - length + 1))
    return found


def scan(text: str, forbidden: Collection[str]) -> int:
    """How many of the forbidden strings occur in the text; which ones is nobody's business."""
    return len(found_in(text, forbidden))


def scan_file(path: Path, forbidden: Forbidden) -> int:
    """How many forbidden strings a page, notebook, record or workbook shows, its own name included.

    Drawings' coordinates are not looked at; of a workbook every part is, hidden sheets, comments and properties too.
    """
    text = _packed(path) if path.suffix in _PACKAGES else path.read_text(encoding="utf-8")
    if path.suffix in {".ipynb", ".json"}:
        text = "\n".join(_strings(json.loads(text)))
    return scan(_seen(f"{path.name}\n{text}", forbidden), forbidden.strings)


def _packed(path: Path) -> str:
    """The text of every part of a package: as it stands, and without tags, where a name in two runs is still a name."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = [archive.read(name).decode("utf-8", errors="replace") for name in names if not name.endswith(_PICTURES)]
    return "\n".join([*names, *parts, *(_TAG.sub("", _BREAK.sub("\n", part)) for part in parts)])


def is_clean(text: str, forbidden: Forbidden) -> bool:
    """Whether a sentence shows nothing that is forbidden."""
    return not scan(_seen(text, forbidden), forbidden.strings)


def _seen(text: str, forbidden: Forbidden) -> str:
    text = html.unescape(_DRAWING.sub(" ", text))
    for name in forbidden.allowed:
        text = text.replace(name, " ")
    return text


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in {"image/png", "image/jpeg", "id"}:
                yield key
                yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, int | float):
        yield str(value)


def forbidden_of(tables: Iterable[Path], printed: str = "") -> Forbidden:
    """The numbers (five characters and more) and full names (three and more) of stored tables of people and exams.

    A name that also stands in ``printed`` (the notebooks' own text, written before any data) is a word, not a leak.
    """
    import pyarrow.parquet as pq

    strings: set[str] = set()
    units: set[str] = set()
    for path in tables:
        table = pq.read_table(path, partitioning=None)
        for column, least in (("certificate_no", 5), ("card_no", 5), ("name", 3)):
            strings.update(text for text in _texts(table, column) if len(text) >= least)
        for column in ("employer", "filing_unit"):
            units.update(_texts(table, column))
    within = found_in("\n".join(sorted(units)), strings)
    allowed = tuple(sorted((unit for unit in units if any(name in unit for name in within)), key=len, reverse=True))
    return Forbidden(frozenset(strings - units - found_in(printed, strings)), allowed)


def _texts(table: Any, column: str) -> set[str]:
    if column not in table.column_names:
        return set()
    return {text.strip() for text in table.column(column).unique().to_pylist() if text}
