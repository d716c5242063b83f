"""The journal: every act in the order in which it was entered, one file per office, only ever added to.

A county writes into its own file and into no other's; the state of a claim is the fold over all files. Entering is
all or nothing, one at a time over the folder, and holds every act against what was done before.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.errors import ActError, JournalError
from ce_toolkit.locking import held
from ce_toolkit.tables import COUNT, DATE, to_arrow
from ce_toolkit.workflow import lawful, lines
from ce_toolkit.workflow.acts import ACTS, MENDED, NOTHING, Act, acts_table, shaped
from ce_toolkit.workflow.chain import chain_faults
from ce_toolkit.workflow.fold import last_acts
from ce_toolkit.workflow.heads import (
    HEADS,
    LINES,
    Head,
    is_journal,
    last_head,
    next_head,
    offices_in,
    read_heads,
    require_same_key,
)  # fmt: skip
from ce_toolkit.workflow.heads import signed_with as with_signature
from ce_toolkit.workflow.routes import Routes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Entered:
    """What was entered: how many acts, and recognitions signed by the person who reviewed (places; D16)."""

    acts: int
    head: Head
    one_name: tuple[int, ...] = ()


class Journal:
    """The journal in a folder: ``371402.jsonl`` holds an office's acts, ``371402.heads.jsonl`` how far they reach."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, *, proved: bool = False) -> pd.DataFrame:
        """Every act of every office (contract ACTS), office by office in the order of entry.

        Raises JournalError where a file does not end as its head says; with ``proved`` where any line is not as it was
        written, as before every entry. What ``verify_journal`` looks at besides takes longer.
        """
        if not self.folder.is_dir():
            return NOTHING
        with self._alone():
            return self._read(proved=proved)

    def _read(self, *, proved: bool) -> pd.DataFrame:
        parts = [self._acts_of(office, proved=proved) for office in offices_in(self.folder)]
        return joined([part for part in parts if len(part)])

    def _acts_of(self, office: str, *, proved: bool) -> pd.DataFrame:
        data = self._bytes(office)
        require_whole(last_head(self.folder, office), data)
        if proved and (wrong := next(chain_faults(office, data.splitlines(keepends=True)), None)):
            raise JournalError(f"办理日志与写入时不同，不能再记入。{wrong.says}；请用 ce verify 检查并从备份恢复。")
        return lines.read_acts(data, office)

    def _bytes(self, office: str) -> bytes:
        path = self.folder / f"{office}{LINES}"
        return path.read_bytes() if path.is_file() else b""

    def append(  # noqa: PLR0913 - what an entry needs, each by name
        self,
        office: str,
        acts: pd.DataFrame,
        routes: Routes,
        *,
        known_on: date,
        key: "Ed25519PrivateKey | None" = None,
        two_names: bool = False,
    ) -> Entered:
        """Enter acts into an office's file: all of them, or none.

        ``known_on``: the day of entry. ``two_names``: refuse a recognition signed by the person who reviewed, where
        both steps are the city's; else it is told in ``one_name`` (D16). Raises ActError, which names every act
        that may not be done and who may; JournalError where the journal is damaged, or held by another process for
        long, or the office has signed with another key before.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            if key:
                require_same_key(self.folder, office, key)
            last = last_head(self.folder, office)
            if last.known_on > known_on.isoformat():
                raise ActError(f"{office} 的办理日志已记到 {last.known_on}，不能再以 {known_on} 记入；请核对记入日期。")
            before = self._read(proved=True)
            new = _dated(shaped(acts), known_on)
            look = lawful.looked_at(new, last_acts(before), routes)
            _require_lawful(look, office, two_names=two_names)
            head = self._write(last, _numbered(new, look, last), known_on, key)
            warned = np.flatnonzero(lawful.one_name(look)[look.first :])
            return Entered(len(new), head, tuple(int(row) for row in warned))

    def _write(self, last: Head, acts: pd.DataFrame, known_on: date, key: "Ed25519PrivateKey | None") -> Head:
        if not len(acts):
            return last
        written = list(lines.written(lines.rows_of(acts), last.hash))
        data = b"".join(line for line, _ in written)
        others = [last_head(self.folder, name) for name in offices_in(self.folder) if name != last.office]
        head = next_head(last, known_on.isoformat(), written, {each.office: (each.lines, each.hash) for each in others})
        head = with_signature(head, key) if key else head
        _add(self.folder / f"{last.office}{LINES}", data)
        _add(self.folder / f"{last.office}{HEADS}", head.line)
        return head

    def mend(self, office: str, *, by: str, on: date, key: "Ed25519PrivateKey | None" = None) -> int:
        """Cut off what an entry that broke off left behind the last head; returns how many bytes, 0 where none.

        They are kept beside the journal, and who mended it, when, and the hash of what was cut are an act of their own.
        Raises ActError without a name, JournalError where lines are missing: nothing is made up.
        """
        if not by.strip():
            raise ActError("修复办理日志须写明由谁修复。")
        with self._alone():
            if key:
                require_same_key(self.folder, office, key)
            heads_cut = self._cut_heads(office)
            last = last_head(self.folder, office)
            data = self._bytes(office)
            require_whole(last, data[: last.size])
            torn = data[last.size :]
            if not torn and not heads_cut:
                return 0
            _keep(self.folder / f"{office}.torn-{last.lines + 1}", heads_cut + torn)
            os.truncate(self.folder / f"{office}{LINES}", last.size)
            self._tell_mended(last, heads_cut + torn, by, on, key)
        return len(torn) + len(heads_cut)

    def _cut_heads(self, office: str) -> bytes:
        """Cut a last head that was not written whole; returns its bytes."""
        path = self.folder / f"{office}{HEADS}"
        heads, wrong = read_heads(self.folder, office)
        if not wrong:
            return b""
        data = path.read_bytes()
        whole = sum(len(head.line) for head in heads)
        if data[whole:].endswith(b"\n"):
            raise JournalError(f"{office} 的办理日志：{wrong}，不是没有写完，不能修复；请从备份恢复。")
        os.truncate(path, whole)
        return data[whole:]

    def _tell_mended(self, last: Head, torn: bytes, by: str, on: date, key: "Ed25519PrivateKey | None") -> None:
        import hashlib

        subject = f"{last.office}#journal"
        told = Act(subject, MENDED, last.office, on, by, reference=hashlib.sha256(torn).hexdigest())
        acts = lines.read_acts(self._bytes(last.office), last.office)
        step = 1 + int((acts["subject"] == subject).sum())
        new = _dated(shaped(acts_table([told])), on).assign(step=step, n=last.lines + 1)
        self._write(last, new, on, key)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with held(self.folder / ".lock", wait_seconds=WAIT_SECONDS):
                yield
        except BlockingIOError:
            raise JournalError("办理日志正被另一个程序写入；请稍后再试。") from None


def journal_in(folder: Path) -> Journal:
    """The journal of a folder. Raises JournalError where there is none."""
    if not is_journal(folder):
        raise JournalError(f"{folder.name}：这里没有办理日志；请检查路径。")
    return Journal(folder)


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of acts one below the other, words kept as categories."""
    from ce_toolkit.tables import from_arrow

    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return from_arrow(pa.concat_tables([to_arrow(ACTS, part) for part in parts]))


def require_whole(head: Head, data: bytes) -> None:
    """Raise JournalError where an office's file does not end where its head says, with the line that it names."""
    if len(data) < head.size:
        raise JournalError(
            f"{head.office} 的办理日志末尾缺少内容（应有 {head.lines} 行）；请用 ce verify 检查并从备份恢复。"
        )
    if len(data) > head.size:
        raise JournalError(
            f"{head.office} 的办理日志第 {head.lines} 行以后有没有记完的内容；"
            "请用 ce verify 检查，确认后用 ce journal mend 修复，再重新记入那一批。"
        )
    if head.lines and lines.split(data[-lines.TAIL - 1 : -1])[1] != head.hash:
        raise JournalError(f"{head.office} 的办理日志最后一行与链头不符；请用 ce verify 检查并从备份恢复。")


def _dated(acts: pd.DataFrame, known_on: date) -> pd.DataFrame:
    """The acts with the day of entry and nothing else of what the journal adds."""
    blank: dict[str, Any] = {name: pd.array(pa.nulls(len(acts), COUNT), pd.ArrowDtype(COUNT)) for name in ("step", "n")}
    day = pd.array(pa.array([known_on] * len(acts), DATE), pd.ArrowDtype(DATE))
    return acts.assign(known_on=day, **blank)


def _require_lawful(look: lawful.Looked, office: str, *, two_names: bool) -> None:
    found = lawful.faults(look, two_names=two_names)
    size = look.columns.size - look.first
    if not found:
        strangers = np.flatnonzero(lawful.offices(look)[look.first :] != office)
        says = f"不属于 {office} 的办理日志，请由办理单位记入自己的日志"
        found = [lawful.Fault(int(row), "D6", says) for row in strangers]
    if not found:
        mended = np.flatnonzero(look.is_act(MENDED)[look.first :])
        found = [lawful.Fault(int(row), "四", "修复日志只由 ce journal mend 记入") for row in mended]
    if found:
        raise ActError(lawful.in_one_sentence(found, size))


def _numbered(new: pd.DataFrame, look: lawful.Looked, last: Head) -> pd.DataFrame:
    """The acts with the step of each on its claim, and the line it will stand on."""
    step = np.array(look.columns.counts("step")[0])
    ahead = look.previous
    for row in range(look.first, look.columns.size):
        step[row] = 1 + (step[ahead[row]] if ahead[row] >= 0 else 0)
    return new.assign(step=step[look.first :], n=last.lines + 1 + np.arange(len(new)))


def _add(path: Path, data: bytes) -> None:
    """Add to a file (mode 0600) and see it onto the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep(path: Path, data: bytes) -> None:
    """Bytes that were cut off, in a file of their own; one of an earlier time is not overwritten."""
    while path.exists():
        path = path.with_name(f"{path.name}+")
    _add(path, data)
