"""Archives that hold forms (.zip): what is in them; parts are unpacked in memory and never onto the disk (MF9)."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ce_toolkit.intake.cells import CannotReadError
from ce_toolkit.intake.limits import Limits
from ce_toolkit.intake.names import is_within, visible

_ENCRYPTED, _UTF8 = 0x1, 0x800


@dataclass(frozen=True)
class Part:
    """A file in an archive: its place in the directory, its name as it is shown, its size unpacked.

    ``fault``: why it is not opened, as a note of notes.toml, or ``""``.
    """

    place: int
    name: str
    size: int
    fault: str = ""


Listing = tuple[Part, ...]
"""The files of an archive in its own order; folders are left out."""


def listing(data: bytes, limits: Limits) -> Listing:
    """What an archive holds that ``sniff`` has found to be a sound one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(place, part, part_name(part)) for place, part in enumerate(archive.infolist())]
    return tuple(
        Part(place, visible(name), part.file_size, _fault(part, name, limits))
        for place, part, name in parts
        if not name.endswith("/")
    )


def part_name(part: zipfile.ZipInfo) -> str:
    """A part's name: UTF-8 where the archive says so; else the bytes read as UTF-8, as GB18030, or as they are.

    Archives made in a Chinese Windows hold names in GBK and do not say so; both readings are strict.
    """
    name = part.orig_filename
    if not part.flag_bits & _UTF8:
        raw = name.encode("cp437")  # what the standard library takes every unmarked name for
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _fault(part: zipfile.ZipInfo, name: str, limits: Limits) -> str:
    if not is_within(name):
        return "zip_path"
    if part.flag_bits & _ENCRYPTED:
        return "zip_password"
    return "too_large" if part.file_size > limits.max_bytes else ""


def unpack(path: Path, places: Sequence[int]) -> bytes:
    """The bytes of a part of the archive ``path``, or of a part of an archive in it, and so on.

    Raises CannotReadError where a part does not unpack to what its checksum says.
    """
    source: io.BytesIO | Path = path
    data = b""
    try:
        for place in places:
            with zipfile.ZipFile(source) as archive:
                data = archive.read(archive.infolist()[place])
            source = io.BytesIO(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, IndexError, OSError):
        raise CannotReadError("damaged", size="0") from None
    return data
