"""What the cell reader does not tell of an .ods: merged ranges, hidden rows, struck cells, comments."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ce_toolkit.intake.comments import own_words
from ce_toolkit.intake.limits import TooLargeError

_SPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_TABLE, _STYLE, _TEXT, _OFFICE = (_SPACE.format(name) for name in ("table", "style", "text", "office"))

Place = tuple[int, int]
Span = tuple[Place, Place]


@dataclass
class OpenTable:
    """Of one sheet; places are (row, column) from 0. Rows and cells that stand for many are counted out."""

    merged: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    struck: set[Place] = field(default_factory=set)
    comments: dict[Place, str] = field(default_factory=dict)


def open_tables(tree: Element, max_cells: int) -> dict[str, OpenTable]:
    """Facts of each sheet of a content.xml by its name. Raises TooLargeError where a sheet spans too many cells."""
    struck = frozenset(_struck_styles(tree))
    return {table.get(f"{_TABLE}name", ""): _table(table, struck, max_cells) for table in tree.iter(f"{_TABLE}table")}


def _struck_styles(tree: Element) -> Iterator[str]:
    for style in tree.iter(f"{_STYLE}style"):
        text = style.find(f"{_STYLE}text-properties")
        if text is not None and text.get(f"{_STYLE}text-line-through-style", "none") != "none":
            yield style.get(f"{_STYLE}name", "")


def _table(table: Element, struck: frozenset[str], max_cells: int) -> OpenTable:
    found = OpenTable()
    top = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = _times(row, "number-rows-repeated")
        left = 0
        holds = False
        for cell in row:
            width = _times(cell, "number-columns-repeated")
            _span(found, cell, (top, left))
            if len(cell):
                holds = True
                if (top + times) * (left + width) > max_cells:
                    raise TooLargeError
                places = [(top + down, left + across) for down in range(times) for across in range(width)]
                _say(found, cell, places, struck)
            left += width
        if holds and row.get(f"{_TABLE}visibility", "visible") != "visible":
            found.hidden_rows.extend(range(top, top + times))
        top += times
    return found


def _span(found: OpenTable, cell: Element, place: Place) -> None:
    top, left = place
    down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
    if down > 1 or across > 1:
        found.merged.append((place, (top + down - 1, left + across - 1)))


def _say(found: OpenTable, cell: Element, places: list[Place], struck: frozenset[str]) -> None:
    """Note that a cell's text is struck, as a whole or in part, and what somebody remarked at it."""
    styles = {cell.get(f"{_TABLE}style-name", "")}
    styles.update(span.get(f"{_TEXT}style-name", "") for span in cell.iter(f"{_TEXT}span"))
    if not struck.isdisjoint(styles):
        found.struck.update(places)
    for remark in cell.findall(f"{_OFFICE}annotation"):
        if said := own_words("".join(line.itertext()) for line in remark.iter(f"{_TEXT}p")):
            found.comments[places[0]] = said


def _times(element: Element, name: str) -> int:
    return int(element.get(f"{_TABLE}{name}", "1"))
