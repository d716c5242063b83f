"""The keys that the parameters of a round name: with them what an office enters is signed.

A key is known by its file's name (``371402.key.pem``). The parameter names such a file, or a folder of them: a county's
journal holds what the city does there too, and whoever enters for both needs both. What no key is given for is entered
unsigned. Nothing of a key is ever shown.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ce_toolkit.errors import JournalError
from ce_toolkit.runs.root import root, shown
from ce_toolkit.workflow.keys import SECRET, read_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def office_keys(named: str, office: str) -> "dict[str, Ed25519PrivateKey]":
    """Secret keys by office, of the file or folder that a parameter names (below the root); none where it is blank.

    Raises JournalError where it is not there, holds no key of ``office``, is no key, or others may read it.
    """
    if not named.strip():
        return {}
    place = root() / named.strip()
    files = sorted(place.glob(f"*{SECRET}")) if place.is_dir() else [place]
    found = {path.name.removesuffix(SECRET): path for path in files if path.name.endswith(SECRET)}
    if not place.exists():
        raise JournalError(f"{shown(place)}：没有这个密钥文件；请检查 key，或用 ce journal key {office} 生成。")
    if office not in found:
        raise JournalError(f"{shown(place)}：不是 {office} 的密钥；应为 {office}{SECRET}，或放有它的文件夹。")
    return {code: _private(path) for code, path in found.items()}


def _private(path: Path) -> "Ed25519PrivateKey":
    """The key of a file that its owner alone may read (where the system can tell)."""
    mode = path.stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o077:
        raise JournalError(f"{shown(path)}：密钥文件别人也能打开（权限 {mode:o}）；请改为仅本人可读（600）再用。")
    return read_key(path)
