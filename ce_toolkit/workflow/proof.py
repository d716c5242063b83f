"""Whether a journal is as it was written: every changed, missing, inserted or reordered line, by name.

Four things are looked at: the chain of each office's lines, the heads (and their signatures), what offices have seen of
one another, and whether every act could be done when it was done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ce_toolkit.rules.view import Columns
from ce_toolkit.workflow import lawful, lines
from ce_toolkit.workflow.acts import NOTHING
from ce_toolkit.workflow.chain import (
    CHANGED,
    HEAD,
    INSERTED,
    MISSING,
    MOST,
    SEEN,
    SIGNATURE,
    STEP,
    TORN,
    UNLAWFUL,
    Wrong,
    chain_faults,
)  # fmt: skip
from ce_toolkit.workflow.heads import HEADS, LINES, Head, offices_in, read_heads
from ce_toolkit.workflow.journal import joined
from ce_toolkit.workflow.routes import Routes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True)
class Proof:
    """What was looked at and what was found; ``signed``: offices whose last head bears a signature that was checked."""

    offices: tuple[str, ...]
    lines: int
    signed: tuple[str, ...]
    wrong: tuple[Wrong, ...]

    @property
    def exit_code(self) -> int:
        """0 if the journal is as it was written, else 1."""
        return 1 if self.wrong else 0


@dataclass(frozen=True)
class _File:
    """One office's file: its lines, their numbers (-1: none to be read), whether each is chained to the one before."""

    office: str
    lines: list[bytes]
    torn: bytes
    heads: list[Head]
    heads_wrong: str
    size: int

    @property
    def last(self) -> Head | None:
        return self.heads[-1] if self.heads else None


def verify_journal(
    folder: Path, *, keys: "Mapping[str, Ed25519PublicKey] | None" = None, routes: Routes | None = None
) -> Proof:
    """Look over the journal of a folder; nothing is changed.

    ``keys``: public keys by office, kept apart from the journal: an office that has one must have signed. ``routes``:
    with them it is also looked at whether each act was done by who may.
    """
    files = [_opened(folder, office) for office in offices_in(folder)]
    wrong: list[Wrong] = []
    for file in files:
        found = list(chain_faults(file.office, file.lines))
        wrong += found or _against_heads(file)
        wrong += [Wrong(file.office, 0, HEAD, file.heads_wrong)] if file.heads_wrong else []
        wrong += _torn(file)
        wrong += _signatures(file, keys or {})
    wrong += [*_seen(files), *_missing_offices(files, keys or {})]
    if not wrong:
        wrong += _acts(files, routes)
    signed = tuple(file.office for file in files if keys and file.office in keys and file.last and file.last.signed)
    return Proof(tuple(file.office for file in files), sum(len(file.lines) for file in files), signed, tuple(wrong))


def _opened(folder: Path, office: str) -> _File:
    path = folder / f"{office}{LINES}"
    data = path.read_bytes() if path.is_file() else b""
    heads, heads_wrong = read_heads(folder, office)
    if not (folder / f"{office}{HEADS}").is_file():
        heads_wrong = "没有链头文件"
    found = data.split(b"\n")
    torn = found.pop()
    return _File(office, [line + b"\n" for line in found], torn, heads, heads_wrong, len(data))


# ---- heads, signatures, what others saw ------------------------------------------------------------------------------


def _against_heads(file: _File) -> Iterator[Wrong]:
    """Of a chain that is whole in itself: whether it is the one that the heads speak of."""
    stated = [lines.split(line[:-1])[1] for line in file.lines]
    for head in file.heads:
        if head.lines > len(stated):
            yield Wrong(file.office, len(stated) + 1, MISSING, f"链头记有 {head.lines} 行，文件只有 {len(stated)} 行")
            return
        if stated[head.lines - 1] != head.hash:
            yield Wrong(
                file.office,
                head.lines,
                CHANGED,
                f"与第 {head.number} 个链头不符：此行或此前的行被改写，连同其后的校验值",
            )
            return
    reached = file.last.lines if file.last else 0
    if reached < len(stated):
        how = f"第 {reached + 1} 至 {len(stated)} 行不在链头之内：没有记完的一批，或是插入的"
        yield Wrong(file.office, reached + 1, INSERTED, how)


def _torn(file: _File) -> list[Wrong]:
    if not file.torn:
        return []
    return [Wrong(file.office, len(file.lines) + 1, TORN, "最后一行不完整；确认后用 ce journal mend 修复并重新记入")]


def _signatures(file: _File, keys: "Mapping[str, Ed25519PublicKey]") -> Iterator[Wrong]:
    """Signatures that do not hold; with a key at hand the last head must bear one."""
    from ce_toolkit.workflow.keys import is_signed

    key = keys.get(file.office)
    if key is None:
        return
    for head in file.heads:
        if head.signed and not is_signed(key, head.payload, head.signed):
            yield Wrong(file.office, head.lines, SIGNATURE, f"第 {head.number} 个链头的签名不是该单位的密钥所签")
    if file.last is None or not file.last.signed:
        yield Wrong(file.office, 0, SIGNATURE, "最后一个链头没有签名")


def _seen(files: list[_File]) -> Iterator[Wrong]:
    """Files that no longer hold what other offices have seen of them."""
    hashes = {file.office: [lines.split(line[:-1])[1] for line in file.lines] for file in files}
    for file in files:
        for head in file.heads:
            for office, (reach, told) in head.seen.items():
                mine = hashes.get(office, [])
                if reach and (reach > len(mine) or mine[reach - 1] != told):
                    how = f"{file.office} 在 {head.known_on} 见到的第 {reach} 行与现在的不同：日志被改写或截短"
                    yield Wrong(office, reach, SEEN, how)


def _missing_offices(files: list[_File], keys: "Mapping[str, Ed25519PublicKey]") -> Iterator[Wrong]:
    """Offices that have signed before and of which no file is left."""
    seen = {office for file in files for head in file.heads for office, (reach, _) in head.seen.items() if reach}
    for office in sorted(seen - {file.office for file in files}):
        yield Wrong(office, 0, MISSING, "其他单位见过的日志文件不在了")
    for office in sorted(set(keys) - seen - {file.office for file in files}):
        yield Wrong(office, 0, MISSING, "有该单位的公钥，却没有它的日志文件")


# ---- the acts -------------------------------------------------------------------------------------------------------


def _acts(files: list[_File], routes: Routes | None) -> Iterator[Wrong]:
    """Claims whose steps do not follow one another, and acts that could not be done when they were done."""
    parts = [lines.read_acts(b"".join(file.lines), file.office) for file in files if file.lines]
    acts = joined(parts) if parts else NOTHING
    columns = Columns(acts)
    step = columns.counts("step")[0]
    order = np.argsort(step, kind="stable")
    ordered = acts.iloc[order].reset_index(drop=True)
    look = lawful.looked_at(ordered, NOTHING, routes) if routes else lawful.unrouted(ordered)
    steps = step[order]
    skipped = steps != look.before(steps, 0) + 1
    office, line = look.words("office"), look.columns.counts("n")[0]
    for row in np.flatnonzero(skipped)[:MOST]:
        yield Wrong(
            str(office[row]), int(line[row]), STEP, f"是该项的第 {steps[row]} 步，前一步却不是第 {steps[row] - 1} 步"
        )
    if not skipped.any():
        for fault in lawful.faults(look)[:MOST]:
            row = fault.row
            yield Wrong(str(office[row]), int(line[row]), UNLAWFUL, fault.says)
