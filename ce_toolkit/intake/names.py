"""Names that others gave: of files, parts of archives, sheets. Never trusted as a path, never shown as they are."""

import re
from pathlib import Path, PureWindowsPath

_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_TURNING}\u2028\u2029\ufeff]")
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|conin\$|conout\$) *(?:\.|$)", re.IGNORECASE)
_LONGEST = 120


def visible(name: str) -> str:
    r"""The name with every sign that hides or turns text around shown by its number: what is stored is what is read.

    >>> visible("a\u202eb")
    'a⟨202E⟩b'
    """
    return _UNSEEN.sub(lambda hit: f"⟨{ord(hit[0]):04X}⟩", name)


def is_within(name: str) -> bool:
    r"""Whether the name of a part of an archive stays below the folder it would be unpacked to, on every system.

    >>> [is_within(name) for name in ("一中/表.xlsx", "../表.xlsx", "C:表.xlsx", r"\\host\x\表.xlsx", "/x")]
    [True, False, False, False, False]
    """
    path = PureWindowsPath(name)  # knows both kinds of slashes, drives and shares
    return bool(name) and not path.drive and not path.root and ".." not in path.parts and "\0" not in name


def safe_stem(text: str) -> str:
    """A file name (without suffix) made of any text: no path, no device of Windows (CON, NUL …), not hidden, not long.

    >>> [safe_stem(text) for text in ("../../一中", "nul", "", "a:b")]
    ['_.._一中', '_nul', '未命名', 'a_b']
    """
    stem = _UNSEEN.sub("", _NOT_IN_A_NAME.sub("_", text)).lstrip(".").rstrip(". ")[:_LONGEST]
    return f"_{stem}" if _DEVICE.match(stem) else stem or "未命名"


def strange(path: Path, home: Path) -> str:
    """Why a path below the folder ``home`` (resolved) is not opened, as a note of notes.toml, or ``""``.

    A link that leads out of the folder could bring in any file of this machine; a pipe or device has no end.
    """
    if path.is_symlink() and not path.exists():
        return "dead_link"
    if not path.resolve().is_relative_to(home):
        return "link_outside"
    return "" if path.is_file() else "no_file"
