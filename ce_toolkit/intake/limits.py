"""How much of one file is taken on: a hostile or broken file must cost the run no more than these."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for one file that was sent in; what goes beyond one of them is refused, the other files go on.

    ``max_bytes``: size as it lies there. ``max_unpacked``: bytes of everything in it once unpacked, counted while
    unpacking, whatever the archive declares. ``max_ratio``: unpacked bytes of one part over its packed bytes, judged
    from ``ratio_from`` bytes on (a small sheet of blanks packs a thousandfold). ``max_entries``: parts of an archive.
    ``max_depth``: archives within archives, and elements within elements of one XML part are held to their own
    ``max_nesting``. ``max_cells``: cells of the rectangle of one sheet. ``max_seconds``: time to read it.
    ``max_memory``: bytes that the reading process may take; held only where the system can (not on Windows).
    """

    max_bytes: int = 64 * 2**20
    max_unpacked: int = 512 * 2**20
    max_ratio: int = 250
    ratio_from: int = 16 * 2**20
    max_entries: int = 10_000
    max_depth: int = 3
    max_nesting: int = 256
    max_cells: int = 30_000_000
    max_seconds: float = 60.0
    max_memory: int = 4 * 2**30


LIMITS = Limits()
"""The bounds in force where none are given."""


class TooLargeError(Exception):
    """A sheet spans more cells than would fit in memory."""
