"""What an archive unpacks to, found out before anything of it is unpacked into memory."""

import io
import zipfile
import zlib

from ce_toolkit.intake.limits import Limits

_MOST = 1032
"""Deflate packs no better than 1 : 1032 (zlib's technical notes), so a small part cannot be a bomb whatever it says."""

_HEADER = 30
_CHUNK = 2**16
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def archive_fault(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> str:
    """Why the archive ``data`` is not to be unpacked, as a note of notes.toml, or ``""``.

    Sizes in an archive are what its maker wrote there; the reader of cells unpacks whatever comes. So parts that could
    be larger than they say are counted through, in small pieces.
    """
    members = archive.infolist()
    if len(members) > limits.max_entries or len({member.filename for member in members}) < len(members):
        return "zip_parts"
    if any(member.compress_type not in _METHODS for member in members):
        return "damaged"
    if sum(member.file_size for member in members) > limits.max_unpacked:
        return "too_large"
    if any(_ratio(member, limits) > limits.max_ratio for member in members):
        return "zip_bomb"
    if sum(member.compress_size for member in members) * _MOST <= limits.max_unpacked:
        return ""
    return "zip_bomb" if any(_lies(member, data) for member in members) else ""


def _ratio(member: zipfile.ZipInfo, limits: Limits) -> float:
    return member.file_size / max(member.compress_size, 1) if member.file_size > limits.ratio_from else 0.0


def _lies(member: zipfile.ZipInfo, data: bytes) -> bool:
    """Whether a part unpacks to more than it says."""
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size != member.file_size
    start = member.header_offset + _HEADER
    start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(data[start - 2 : start], "little")
    packed = io.BytesIO(data[start : start + member.compress_size])
    unpacker, size = zlib.decompressobj(-15), 0
    try:
        while size <= member.file_size and not unpacker.eof:
            piece = unpacker.unconsumed_tail or packed.read(_CHUNK)
            if not piece:
                return False
            size += len(unpacker.decompress(piece, _CHUNK))
    except zlib.error:
        return False  # damaged: the reader of cells says so
    return size > member.file_size
