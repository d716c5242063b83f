"""Faults of a pack's file and where they stand in its text, which TOML's reader does not tell."""

import re
from dataclasses import dataclass

_HEAD = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a pack file: its line, the id of the entry, and a Chinese sentence that says how to mend it.

    ``about`` is the name that is missing, unused or repeated, by which faults that only follow from another are told.
    """

    line: int
    text: str
    id: str = ""
    about: str = ""


class Places:
    """Line numbers of a TOML text: of the n-th ``[[table]]`` and of the keys inside it."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        self._kept: dict[str, list[int]] = {}
        self._otherwise = 1
        counts: dict[str, int] = {}
        table, index = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if head := _HEAD.match(line):
                table = head.group(1)
                index = counts.get(table, -1) + 1
                counts[table] = index
                self._lines[table, index, ""] = number
            elif key := _KEY.match(line):
                self._lines.setdefault((table, index, key.group(1)), number)

    def line(self, table: str, index: int = 0, key: str = "") -> int:
        """The line of the key, else of its table, else 1."""
        if table in self._kept:
            kept = self._kept[table]
            index = kept[index] if index < len(kept) else -1  # added by an alternative: it has no line of its own
        lines = self._lines
        below = lines.get((f"{table}.{key}", 0, ""))
        return lines.get((table, index, key)) or below or lines.get((table, index, "")) or self._otherwise

    def renumbered(self, kept: dict[str, list[int]]) -> "Places":
        """The same places for a pack that holds only the entries with these numbers."""
        other = Places("")
        before = {table: [self._kept[table][number] for number in kept[table]] for table in kept if table in self._kept}
        other._lines, other._kept, other._otherwise = self._lines, {**self._kept, **kept, **before}, self._otherwise
        return other

    def laid_over(self, kept: dict[str, list[int]]) -> "Places":
        """The places of a layer; what stands beneath it (number -1) is told at the line that names the pack beneath."""
        other = self.renumbered(kept)
        other._otherwise = self.line("pack", 0, "extends")
        return other
