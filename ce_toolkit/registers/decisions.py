"""What people decided of doubtful pairs: remembered for a city in one file, applied by every later run.

The file is only ever added to. Of each pair the last line counts, and a line 撤销 voids what was decided before, so
that every decision is seen, dated, signed and can be taken back. Pairs are told by what the forms say of both sides
(name, number, unit, folded), not by where it stands: the next file with the same words needs no second decision.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.registers.identity import folded
from ce_toolkit.registers.private import private_file

SAME, DIFFERENT, UNCLEAR, REVOKED = "是同一人", "不是", "不清楚", "撤销"
ANSWERS = (SAME, DIFFERENT, UNCLEAR)
FILE_NAME = "认人决定.csv"
HEADS = ("编号", "判定", "判定人", "日期", "说明")


class Decision(NamedTuple):
    """One line: the pair's id, one of ANSWERS or 撤销, who decided, on which day, and a remark."""

    pair: str
    answer: str
    by: str
    on: date
    remark: str = ""


@dataclass(frozen=True)
class Decisions:
    """Every line in its order; ``answers`` is what counts now: pair → answer."""

    lines: tuple[Decision, ...] = ()
    answers: MappingProxyType[str, str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        last = {line.pair: line.answer for line in self.lines}
        live = {pair: answer for pair, answer in last.items() if answer != REVOKED}
        object.__setattr__(self, "answers", MappingProxyType(live))

    def of(self, pairs: pd.Series) -> pd.Series:
        """What was decided of each pair, blank where nothing is."""
        return pairs.map(dict(self.answers)).astype("str")


NONE = Decisions()


def pair_ids(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """The id of each pair of rows (tables of equal length, on the index of ``one``); the sides may be swapped."""
    sides = zip(_sides(one), _sides(other), strict=True)
    ids = [hashlib.blake2b("\n".join(sorted(pair)).encode(), digest_size=8).hexdigest() for pair in sides]
    return pd.Series(ids, index=one.index, dtype="str")


def _sides(table: pd.DataFrame) -> list[str]:
    facts = folded(table)[["name", "number", "unit"]].astype(object)
    return ["|".join("" if pd.isna(value) else str(value) for value in row) for row in facts.itertuples(index=False)]


def read_decisions(path: Path) -> Decisions:
    """The city's decisions; none if there is no file. Raises InputError that names the line to mend."""
    if not path.is_file():
        return NONE
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path.name}：读不出来，应为 UTF-8 编码的 CSV 文件。") from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or tuple(rows[0]) != HEADS:
        raise InputError(f"{path.name}：第 1 行应为 {','.join(HEADS)}。")
    return Decisions(tuple(_line(path, number, row) for number, row in enumerate(rows[1:], start=2) if any(row)))


def _line(path: Path, number: int, row: list[str]) -> Decision:
    cells = [cell.strip() for cell in row]
    try:
        pair, answer, by, on, remark = cells
        day = date.fromisoformat(on)
    except ValueError:
        raise InputError(f"{path.name} 第 {number} 行：应为 {len(HEADS)} 列，日期写成 2017-05-01 的样子。") from None
    if not pair or not by or answer not in (*ANSWERS, REVOKED):
        raise InputError(
            f"{path.name} 第 {number} 行：编号、判定人不能为空，判定应为 {'、'.join((*ANSWERS, REVOKED))}。"
        )
    return Decision(pair, answer, by, day, remark)


def remember(path: Path, decisions: Iterable[Decision]) -> int:
    """Add decisions that change what counts to the city's file; returns how many. The lines before are left alone."""
    before = read_decisions(path)
    new = [one for one in decisions if before.answers.get(one.pair, REVOKED) != one.answer]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, (*before.lines, *new))
    return len(new)


def revoke(path: Path, pairs: Iterable[str], *, by: str, on: date, remark: str = "") -> int:
    """Void what counts of these pairs, as lines of their own; returns how many. Raises InputError for unknown ones."""
    wanted = list(pairs)
    known = read_decisions(path).answers
    unknown = [pair for pair in wanted if pair not in known]
    if unknown:
        raise InputError(f"{path.name}：没有编号为 {'、'.join(unknown)} 的有效决定，不能撤销。")
    return remember(path, [Decision(pair, REVOKED, by, on, remark) for pair in wanted])


def _write(path: Path, lines: Iterable[Decision]) -> None:
    """The whole file anew beside its place, then moved there, readable by its owner only."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADS)
    writer.writerows([one.pair, one.answer, one.by, one.on.isoformat(), one.remark] for one in lines)
    with private_file(path) as file:
        file.write(buffer.getvalue().encode("utf-8-sig"))
