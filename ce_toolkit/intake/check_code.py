"""The check code of a file's rows: eight characters that a unit copies onto paper and an office types in (F17, F18)."""

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.tables import TEXT

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs, a prime number of them: no 0 and O, no 1, I and L."""
LENGTH = 8
_BASE = len(ALPHABET)
_NOT_ROWS = frozenset({"file", "sheet", "row", "source", "filing_unit", "form_year", "serial", "comment"})
_FIELD, _ROW = "\x1f", "\x1e"  # no cell holds a control character: they are removed as it is read (MC16)


def check_code(parts: Iterable[tuple[str, pa.RecordBatch]]) -> str:
    """The code of accepted rows, given as (form, rows) pairs; ``""`` where there are none.

    It is made of the rows as they were read (typed values, blanks left out), so it does not hang on the kind of file,
    the order of rows and columns or the look of cells; 序号 tells the place in the list only and is left out (T4). Any
    other value that differs gives another code but for a chance of 1 in 31⁷ ≈ 2.75 × 10¹⁰; among the files of 2,000
    units two unlike ones share a code with a chance of about 7 in 100,000. It guards against mistakes, not forgery:
    anyone can work out codes. The eighth sign is chosen so that the places weighed 1 to 8 sum to 0 modulo 31, which
    finds every single wrong sign and every swap of two unlike signs.
    """
    lines = [_lines(form, rows) for form, rows in parts if len(rows)]
    if not lines:
        return ""
    digest = hashlib.sha256(_text(pa.concat_arrays(lines))).digest()
    number = int.from_bytes(digest) % _BASE ** (LENGTH - 1)
    places = [number // _BASE**place % _BASE for place in range(LENGTH - 1)]
    return "".join(ALPHABET[place] for place in [*places, _last(places)])


def _lines(form: str, rows: pa.RecordBatch) -> pa.LargeStringArray:
    """Each row as one text: the form, then ``field=value`` for every filled field in the order of the fields' ids."""
    pieces = [_scalar(form)]
    for name in sorted(set(rows.schema.names) - _NOT_ROWS):
        column, label = rows.column(name), _scalar(f"{_FIELD}{name}=")
        blanks = column.null_count
        if blanks == len(rows):
            continue
        if column.type != TEXT:
            column = column.cast(TEXT)
        # all full columns are joined at once: a call for each of them would take most of the time
        pieces += [pc.binary_join_element_wise(label, column, _scalar(""))] if blanks else [label, column]
    return pc.binary_join_element_wise(*pieces, _scalar(""), null_handling="skip")


def _text(lines: pa.LargeStringArray) -> memoryview:
    """The lines in the order of their characters, parted by ``_ROW``, as UTF-8; its bytes are in that order too."""
    ended = pc.binary_join_element_wise(lines.take(pc.sort_indices(lines)), _scalar(_ROW), _scalar(""))
    _, offsets, characters = ended.buffers()
    size = memoryview(offsets).cast("q")[len(lines)]
    return memoryview(characters)[: size - len(_ROW)]


@cache
def _scalar(text: str) -> pa.LargeStringScalar:
    return pa.scalar(text, TEXT)


def _last(places: list[int]) -> int:
    weighed = sum(weight * place for weight, place in enumerate(places, start=1))
    return -weighed * pow(LENGTH, -1, _BASE) % _BASE


def spaced(code: str) -> str:
    """A code as it is printed: in two groups of four."""
    return f"{code[:4]} {code[4:]}" if code else ""


def typed_code(text: str) -> str | None:
    """A code as someone typed it, without blanks and dashes; None where a sign is wrong, missing or swapped.

    >>> typed_code(" 2222-2222 "), typed_code("2222-2223")
    ('22222222', None)
    """
    kept = [sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum()]
    if len(kept) != LENGTH or not set(kept) <= set(ALPHABET):
        return None
    places = [ALPHABET.index(sign) for sign in kept]
    return "".join(kept) if _last(places[:-1]) == places[-1] else None
