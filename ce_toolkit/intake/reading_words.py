"""Reading coded columns: every spelling that fields.toml lists becomes its code; an unknown word is never guessed."""

import unicodedata
from collections.abc import Mapping

from ce_toolkit.intake.cells import Cell
from ce_toolkit.intake.readers import Reader, Reading, as_text

_FLAGS = {"yes": True, "no": False}
_QUIET = {"yes_no", "result"}  # many spellings are equally good: using one is not worth a word


def word_reader(name: str, words: Mapping[str, tuple[str, ...]]) -> Reader:
    """A reader of the coded column ``name``: code → spellings, the first spelling being the printed one."""
    codes: dict[str, Reading] = {}
    for code, spellings in words.items():
        for number, spelling in enumerate(spellings):
            note = f"{name}_alias" if number and name not in _QUIET else ""
            codes.setdefault(_folded(spelling), Reading(_FLAGS.get(code, code) if name == "yes_no" else code, note))
    unknown = Reading(None, f"{name}_unknown")

    def read(raw: Cell) -> Reading:
        return codes.get(_folded(as_text(raw)), unknown)

    return read


def method_reader(words: Mapping[str, tuple[str, ...]]) -> Reader:
    """The reader of how a class was taught (C5): the five words, or any other, which is to be named."""
    known = word_reader("method", words)

    def read(raw: Cell) -> Reading:
        reading = known(raw)
        if reading.value == "other":
            return Reading("other", "method_unnamed")
        return Reading("other") if reading.value is None else reading

    return read


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
