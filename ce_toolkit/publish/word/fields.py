"""Fields and bookmarks of Word documents: page numbers that the office program works out."""

from collections.abc import Callable
from typing import Any


def add_field(line: Any, instruction: str, dress: Callable[[Any], None]) -> None:
    """A field at the end of a paragraph, without a result of its own; ``dress`` gives its runs their font."""
    for kind in ("begin", instruction, "end"):
        run = line.add_run()
        dress(run)
        run._element.append(_part(kind))


def add_page_field(line: Any, bookmark: str, dress: Callable[[Any], None]) -> None:
    """The number of the page on which the bookmark stands."""
    add_field(line, f"PAGEREF {bookmark} \\h", dress)


def mark(line: Any, bookmark: str, *, number: int) -> None:
    """Put a bookmark around the text of a paragraph; ``number`` is one that no other bookmark has."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for part in (start, end):
        part.set(qn("w:id"), str(number))
    start.set(qn("w:name"), bookmark)
    line._element.insert(1, start)  # after the properties
    line._element.append(end)


def _part(kind: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if kind in {"begin", "end"}:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        if kind == "begin":
            part.set(qn("w:dirty"), "true")  # there is no result yet: to be worked out when the document is opened
        return part
    part = OxmlElement("w:instrText")
    part.set(qn("xml:space"), "preserve")
    part.text = f" {kind} "
    return part
