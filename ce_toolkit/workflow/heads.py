"""The heads of a journal: after every entry one line that says how far the office's file reaches and with which hash.

A head tells the last lines when they are missing. It also notes how far the other offices' files reached when it was
written (``seen``): an office that rewrites its whole file is found by what others have seen of it. With a key the head
is signed, so that whoever rewrites all files of a folder is found as well.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ce_toolkit.errors import JournalError
from ce_toolkit.workflow.lines import first_hash

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LINES, HEADS = ".jsonl", ".heads.jsonl"


@dataclass(frozen=True)
class Head:
    """``lines``, ``size`` and ``hash``: how far the file reaches, in lines and bytes, and its last line's hash.

    ``number``: the head's own; ``before``: hash of the head before; ``seen``: office → lines and hash; ``signed``: the
    signature over all else, empty where no key was given.
    """

    office: str
    number: int
    known_on: str
    lines: int
    size: int
    hash: str
    before: str
    seen: dict[str, tuple[int, str]]
    signed: str = ""

    @property
    def payload(self) -> bytes:
        """What is signed."""
        values = {name: value for name, value in asdict(self).items() if name != "signed"}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def line(self) -> bytes:
        """The head as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @property
    def own_hash(self) -> str:
        """What the next head is chained to."""
        return hashlib.sha256(self.line).hexdigest()


def no_head(office: str) -> Head:
    """The head of a journal in which nothing is written yet."""
    return Head(office, 0, "", 0, 0, first_hash(office), "", {})


def offices_in(folder: Path) -> list[str]:
    """Offices that have a file in the folder of a journal."""
    files = {path.name.removesuffix(HEADS) for path in folder.glob(f"*{HEADS}")}
    files |= {path.name.removesuffix(LINES) for path in folder.glob(f"*{LINES}") if not path.name.endswith(HEADS)}
    return sorted(files)


def is_journal(folder: Path) -> bool:
    """Whether a folder holds a journal of acts."""
    return folder.is_dir() and bool(offices_in(folder))


def read_heads(folder: Path, office: str) -> tuple[list[Head], str]:
    """The heads of an office, and what is wrong with them: an empty text where nothing is."""
    try:
        data = (folder / f"{office}{HEADS}").read_bytes()
    except FileNotFoundError:
        return [], ""
    found: list[Head] = []
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        head = _parsed(line)
        if head is None:
            torn = not line.endswith(b"\n")
            return found, f"链头文件第 {number} 行{'没有写完' if torn else '读不出来'}"
        before = found[-1].own_hash if found else ""
        if (head.number, head.before, head.office) != (number, before, office):
            return found, f"链头文件第 {number} 行与前一行不相连（被改动、删去或插入）"
        found.append(head)
    return found, ""


def _parsed(line: bytes) -> Head | None:
    try:
        values: dict[str, Any] = json.loads(line)
        values["seen"] = {name: (int(lines), str(told)) for name, (lines, told) in values["seen"].items()}
        head = Head(**values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return head if head.line == line else None


def last_head(folder: Path, office: str) -> Head:
    """The last head of an office. Raises JournalError where the heads are damaged."""
    heads, wrong = read_heads(folder, office)
    if wrong:
        raise JournalError(f"{office} 的办理日志：{wrong}；请用 ce verify 检查，确认后用 ce journal mend 修复。")
    return heads[-1] if heads else no_head(office)


def next_head(last: Head, known_on: str, added: list[tuple[bytes, str]], seen: dict[str, tuple[int, str]]) -> Head:
    """The head after an entry of these lines, each with its hash."""
    return Head(
        last.office,
        last.number + 1,
        known_on,
        lines=last.lines + len(added),
        size=last.size + sum(len(line) for line, _ in added),
        hash=added[-1][1],
        before=last.own_hash if last.number else "",
        seen=dict(sorted(seen.items())),
    )


def require_same_key(folder: Path, office: str, key: "Ed25519PrivateKey") -> None:
    """Raise JournalError where the office has signed with another key before."""
    from ce_toolkit.workflow.keys import is_signed

    signed = [head for head in read_heads(folder, office)[0] if head.signed]
    if signed and not is_signed(key.public_key(), signed[-1].payload, signed[-1].signed):
        raise JournalError(f"{office} 的办理日志此前是用另一个密钥签名的；请改用原来的密钥，没有记入。")


def signed_with(head: Head, key: "Ed25519PrivateKey") -> Head:
    """The head with its signature."""
    from dataclasses import replace

    from ce_toolkit.workflow.keys import signature

    return replace(head, signed=signature(key, head.payload))
