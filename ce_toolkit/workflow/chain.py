"""The chain of one office's lines: which are changed, missing, inserted or out of order, each by its number."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ce_toolkit.workflow import lines

CHANGED, MISSING, INSERTED, MOVED, TORN, HEAD, SIGNATURE, SEEN, STEP, UNLAWFUL = (
    "改动", "缺失", "插入", "次序颠倒", "没有写完", "链头", "签名", "对照", "步骤", "不能办理",
)  # fmt: skip
MOST = 200
_NUMBER = re.compile(rb'\{"n":(\d{1,18}),')


class Wrong(NamedTuple):
    """One thing found: the office's file, the line (0: the file as a whole), what it is, and how it shows."""

    office: str
    line: int
    what: str
    how: str

    @property
    def says(self) -> str:
        """In one sentence."""
        return f"{self.office} {f'第 {self.line} 行' if self.line else '整个日志'}：{self.what}——{self.how}"


def chain_faults(office: str, found: list[bytes]) -> Iterator[Wrong]:
    """What is wrong with the lines of one office: each is held against the line whose number is one less.

    A line that is chained to it is genuine wherever it stands; so lines out of place can be told from changed ones.
    """
    parts = [lines.split(line[:-1]) for line in found]
    before = lines.first_hash(office)
    good = True
    for body, stated in parts:
        if lines.chained(before, body) != stated:
            good = False
            break
        before = stated
    if not good:
        yield from sorted(set(_named(office, parts)))


def _named(office: str, parts: list[tuple[bytes, str]]) -> Iterator[Wrong]:
    numbers = [int(hit[1]) if (hit := _NUMBER.match(body)) else -1 for body, _ in parts]
    places: dict[int, list[int]] = {}
    for place, number in enumerate(numbers):
        places.setdefault(number, []).append(place)
    genuine = _genuine(office, parts, numbers, places)
    yield from _lost(office, numbers, places)
    highest = 0
    for place, number in enumerate(numbers):
        where = place + 1
        doubled = len(places[number]) > 1
        if genuine[place] and number < highest and not doubled:
            yield Wrong(office, where, MOVED, f"编号是 {number}，却在编号 {highest} 的后面")
        elif doubled and not (genuine[place] and _first_genuine(places[number], genuine) == place):
            yield Wrong(office, where, INSERTED, f"编号 {number} 不止一行，这一行与前后不相连")
        elif not genuine[place]:
            yield Wrong(office, where, CHANGED, "内容与校验值不符，或它的前一行被改动过")
        highest = max(highest, number) if genuine[place] else highest


def _first_genuine(rows: list[int], genuine: list[bool]) -> int:
    return next((row for row in rows if genuine[row]), -1)


def _genuine(
    office: str, parts: list[tuple[bytes, str]], numbers: list[int], places: dict[int, list[int]]
) -> list[bool]:
    """Lines chained to a line of the number before, or of which no such line is there to tell."""
    out = []
    for (body, stated), number in zip(parts, numbers, strict=True):
        before = [parts[row][1] for row in places.get(number - 1, [])]
        if number == 1:
            before = [lines.first_hash(office)]
        chained = any(lines.chained(each, body) == stated for each in before)
        out.append(bool(stated) and number > 0 and (chained or not before))
    return out


def _lost(office: str, numbers: list[int], places: dict[int, list[int]]) -> Iterator[Wrong]:
    """Runs of numbers that no line bears; a line that is no line any more may have borne one."""
    unread = len(places.get(-1, []))
    highest = max(numbers, default=0)
    gone = sorted(set(range(1, highest + 1)) - set(numbers)) if highest <= len(numbers) + 10**6 else []
    if len(gone) <= unread:
        return
    for number in gone[:MOST]:
        yield Wrong(office, number, MISSING, f"没有编号为 {number} 的行")
