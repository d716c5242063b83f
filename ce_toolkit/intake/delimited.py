"""Delimited text (.csv, .tsv, a text table named .xls) as a grid, without ever guessing an encoding by statistics."""

import csv
import io

from ce_toolkit.intake.cells import CannotReadError, Grid, bounded, padded

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_DELIMITERS = ",\t;|"


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: byte-order mark, else UTF-8, else GB18030, each strictly.

    Raises CannotReadError with the line of the first byte that fits none of them.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, codec), name
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strict(data, "gb18030"), "GB18030"


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotReadError("undecodable", line=str(line)) from None


def read_text(text: str) -> Grid:
    """The records of a delimited text as a sheet without a name; every cell is text, row n is the n-th record.

    The delimiter is the one that most of the first lines share. Raises CannotReadError if the quoting is broken.
    """
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    delimiter = max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), text[:4096].count(mark)))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise CannotReadError("damaged", size=f"{len(text):,}") from None
    return Grid("", padded(bounded([list(row) for row in rows])))
