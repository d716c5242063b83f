"""Searching the bytes of a sheet, of which there are many, for what is hardly ever there."""

_TRIES = 100


def holds(data: bytes, text: bytes, *, rare: bytes) -> bool:
    """Whether ``text`` stands in the data. ``rare`` is the sign of it that the tags and values of cells lack.

    A single sign is found at the speed of memory, fifty times faster than several; where it turns out to be frequent
    the text is looked for as usual.
    """
    offset, at = text.index(rare), -1
    for _ in range(_TRIES):
        at = data.find(rare, at + 1)
        if at < 0:
            return False
        if at >= offset and data.startswith(text, at - offset):
            return True
    return text in data
