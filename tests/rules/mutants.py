"""Packs with one number or date changed: what the examples of a pack must tell from the pack itself."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

_DAY, _STEP = timedelta(days=1), Decimal("0.01")
_VALUE = r'\d{4}-\d\d-\d\d|\d+(?:\.\d+)?|"\d+/\d+"'
_FIGURE = re.compile(rf'(?<![\w".-])([\w-]+)( = )({_VALUE})(?=\s*(?:,|\}}|#|$))', re.MULTILINE)


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Every text of a pack in which a number is 1 or 0.01 off, a date a day, a share a part, with the place changed.

    A place is the line with its number, such as ``281 limit = 40 → 41``. A year or revision, written as a whole number
    that the pack's model takes as such, does not load with a hundredth: strict load stops that mutant.
    """
    stop = text.find("\n[[reading]]")  # figures of alternatives are not the pack's own; they have tests of their own
    for match in _FIGURE.finditer(text, 0, stop if stop > 0 else len(text)):
        line = text.count("\n", 0, match.start()) + 1
        for value in _others(match[3]):
            changed = f"{text[: match.start(3)]}{value}{text[match.end(3) :]}"
            yield f"{line} {match[1]} = {match[3]} → {value}", changed


def _others(value: str) -> list[str]:
    if "/" in value:
        above, below = map(int, value.strip('"').split("/"))
        return [f'"{above}/{below + 1}"', f'"{above + 1}/{below + 1}"']
    if "-" in value:
        day = date.fromisoformat(value)
        return [str(day - _DAY), str(day + _DAY)]
    return [str(Decimal(value) + step) for step in (-1, 1, -_STEP, _STEP) if Decimal(value) + step >= 0]
