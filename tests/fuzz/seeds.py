"""Sound files to start from: one of each kind that the demo city sends, and the kinds it does not send."""

import importlib
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import NamedTuple

from openpyxl.comments import Comment
from openpyxl.styles import Font

from ce_toolkit.demo import build_city
from tests.intake.conftest import HOURS_HEAD, as_bytes, as_text, book, claim, enrolment, hours, person

_MOST_BYTES = 60_000


class Seed(NamedTuple):
    """A file to start from."""

    name: str
    data: bytes


@cache
def seeds() -> tuple[Seed, ...]:
    """Every file to start from, in an order that never changes."""
    return (*_of_the_city(), *_made(), *_registered())


def _of_the_city() -> Iterator[Seed]:
    """Eight files of the small demo city: the first of each suffix, form, encoding and number of sheets."""
    taken = {}
    for one in build_city(7, 200).books:
        path = PurePosixPath(one.path)
        if path.parts[0] != "inbox" or one.truncated or path.name == "收件登记.csv":
            continue
        form = "exam" if "成绩" in path.name else "hours" if "学时" in path.name else "enrolment"
        taken.setdefault((path.suffix, form, one.encoding, len(one.sheets) > 1), one)
    small = ((one, one.render()) for one in taken.values())
    picked = [(one, data) for one, data in small if len(data) < _MOST_BYTES]
    for number, (one, data) in enumerate(picked[:8]):
        yield Seed(f"city{number}{PurePosixPath(one.path).suffix}", data)


def _made() -> Iterator[Seed]:
    people = [person(number) for number in range(1, 9)]
    yield Seed("dressed.xlsx", _dressed())
    yield Seed("macros.xlsm", _with_part(as_bytes(book(*enrolment(*people))), "xl/vbaProject.bin", b"x" * 99))
    yield Seed("page.xls", _page(enrolment(*people)).encode("gb18030"))
    yield Seed("wide.csv", as_text(enrolment(*people)).encode("utf-16"))
    yield Seed("tabbed.xls", as_text(hours(*map(claim, range(1, 9))), "\t").encode("gb18030"))
    yield Seed("open.ods", _open_document(enrolment(*people)))


def _dressed() -> bytes:
    """A workbook with what the others lack: formulas, errors, merged cells, hidden rows, comments, a further sheet."""
    whole = book(*hours(*map(claim, range(1, 13))))
    sheet = whole.active
    sheet["K5"], sheet["K6"], sheet["K7"] = "=1+1", "#N/A", "=VLOOKUP(1,A:B,2,0)"
    sheet["B8"].comment, sheet["B9"].font = Comment("改名", "x"), Font(strike=True)
    sheet.merge_cells("C10:C12")
    sheet.row_dimensions[7].hidden = True
    hidden = whole.create_sheet("Sheet2")
    hidden.append(HOURS_HEAD)
    hidden.sheet_state = "veryHidden"
    return as_bytes(whole)


def _with_part(data: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


def _page(rows: list) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><meta charset=gb2312><body><table border=1>{cells}</table></body></html>"


def _open_document(rows: list) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(
        "<table:table-row>" + "".join(cell.format(value) for value in row) + "</table:table-row>" for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="表">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<x/>")
    return out.getvalue()


def _registered() -> Iterator[Seed]:
    """The fixtures of the malformed cases, where their register is there."""
    try:
        registry = importlib.import_module("tests.fixtures.registry")
    except ModuleNotFoundError:
        return
    for name, data in sorted(registry.files().items()):
        misnamed = name.endswith(".xlsx") and not data.startswith(b"PK")  # a mutant is judged by its suffix
        if data and len(data) < _MOST_BYTES and not misnamed:
            yield Seed(PurePosixPath(name).name, data)
