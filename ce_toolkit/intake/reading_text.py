"""Reading units, titles, certificate numbers and free text: kept as written, but for blanks and folded digits."""

import datetime
import hashlib
import re
import unicodedata

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import Reading, as_text, plain_number

UNTOUCHED_NUMBER = re.compile(r"(?:[0-9A-Za-z-]{5,17})?(?:\x1f(?:[0-9A-Za-z-]{5,17})?)*")
"""Columns of ordinary certificate numbers and blanks, joined by U+001F, that need no second look."""

_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_GUARD = re.compile(r"=\"([^\"]*)\"|'(.+)")
_LOST = re.compile(r"[?？□■\ufffd\ue000-\uf8ff]")
_ID_NUMBER = re.compile(r"[1-9]\d{5}(?:19|20)\d{9}[\dXx]")
_SAFE_DIGITS = 15
_LONGEST = 200
_LEVELS = "正高级|副高级|正高|副高|高级|中级|初级|助理级|员级"
_LEVEL_REMARK = re.compile(rf"\s*[(（](?:{_LEVELS})[)）]\s*")
_TWO_TITLES = re.compile(r"\S\s*[/／、，,;；\n]\s*\S")


def read_text(raw: Cell) -> Reading:
    """Free text on one line; text that looks like a formula stays text (MC16)."""
    whole = as_text(raw)
    text = " ".join(whole.split())
    note = "text_long" if len(text) > _LONGEST else "blanks_removed" if text != whole else ""
    return Reading(text, note)


def read_unit(raw: Cell) -> Reading:
    """The name of a unit or series as written, inner runs of blanks as one."""
    if not isinstance(raw, str):
        return Reading(None, "text_is_number")
    return read_text(raw)


def read_title(raw: Cell) -> Reading:
    """A professional title as written (T9); two in one cell are held, a level in brackets goes (MC15)."""
    if not isinstance(raw, str):
        return Reading(None, "text_is_number")
    plain = _LEVEL_REMARK.sub("", raw)
    if _TWO_TITLES.search(plain):
        return Reading(None, "title_two")
    text = "".join(plain.split())
    note = "title_level" if plain != raw else "blanks_removed" if text != raw else ""
    return Reading(text, note)


def read_serial(raw: Cell) -> Reading:
    """The serial number as text; it is never a key (T4)."""
    return Reading(as_text(raw))


def read_certificate(raw: Cell) -> Reading:
    """A certificate or card number as text (T10). What a number cell may have lost is held or flagged (MC5, MF8).

    An identity number in its place is not kept: a code made of it stands in, so that rows of one person still agree
    (T12).
    """
    reading = read_key(raw)
    if reading.value is not None and _ID_NUMBER.fullmatch(reading.value):
        code = hashlib.blake2b(reading.value.upper().encode(), digest_size=6).hexdigest().upper()
        return Reading(f"ID{code}", "certificate_is_id")
    return reading


def read_key(raw: Cell) -> Reading:
    """A number or code that tells one paper, patent or certificate from another, as text."""
    if isinstance(raw, str):
        return _code(raw)
    if isinstance(raw, bool | datetime.date | datetime.time | datetime.timedelta):
        return Reading(None, "code_is_date")
    if abs(raw) >= 10**_SAFE_DIGITS:
        return Reading(None, "code_precision")
    if raw != int(raw) or raw < 0:
        return Reading(None, "code_fraction")
    return Reading(plain_number(raw), "code_number")


def _code(raw: str) -> Reading:
    guard = _GUARD.fullmatch(raw)
    text = (guard[1] or guard[2] or "") if guard else raw
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    if _EXPONENT.fullmatch(folded):
        return Reading(None, "code_exponent")
    if _LOST.search(folded):
        return Reading(None, "code_lost_character")
    return Reading(folded or None, "code_folded" if folded != raw else "")
