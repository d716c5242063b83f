"""Ways to damage a file: by its bytes, and by the structure of the archive and the XML within it."""

import io
import random
import re
import zipfile
from collections.abc import Callable

Way = Callable[[random.Random, bytes], bytes]
Parts = dict[str, bytes]


def mutant(seed: int, number: int, data: bytes) -> tuple[str, bytes]:
    """The ``number``-th mutant of a file under ``seed``: how it was made, and its bytes. The same each time."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311 - damage that repeats
    ways = [*BY_BYTES]
    if data[:2] == b"PK":
        ways += [*BY_STRUCTURE] * 2
    chosen = [rng.choice(ways) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for way in chosen:
        data = way(rng, data)
    return "+".join(way.__name__ for way in chosen), data


# ---- bytes --------------------------------------------------------------------------------------


def _span(rng: random.Random, data: bytes) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** rng.uniform(0, 11)))


def flip(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 64))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + data[end:]


def tail(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def double(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 2, 50)) + data[end:]


def zero(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + bytes(end - start) + data[end:]


def noise(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + rng.randbytes(end - start) + data[end:]


def move(rng: random.Random, data: bytes) -> bytes:
    start, end = _span(rng, data)
    piece, rest = data[start:end], data[:start] + data[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + piece + rest[at:]


BY_BYTES: tuple[Way, ...] = (flip, cut, tail, double, zero, noise, move)

# ---- structure ----------------------------------------------------------------------------------


def _unpacked(data: bytes) -> Parts:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # a mutant of a mutant may be no archive any more
        return {}


def _packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _structural(change: Callable[[random.Random, Parts, str], None]) -> Way:
    """A way that changes one part (or the list of parts) of an archive; what is no archive stays as it is."""

    def way(rng: random.Random, data: bytes) -> bytes:
        parts = _unpacked(data)
        if not parts:
            return flip(rng, data)
        heavy = [name for name in parts if "sheet" in name or "Strings" in name or name == "content.xml"]
        part = rng.choice(heavy if heavy and rng.random() < 0.6 else sorted(parts))
        change(rng, parts, part)
        return _packed(parts)

    way.__name__ = change.__name__
    return way


@_structural
def part_bytes(rng: random.Random, parts: Parts, part: str) -> None:
    parts[part] = rng.choice(BY_BYTES)(rng, parts[part])


@_structural
def drop_part(rng: random.Random, parts: Parts, part: str) -> None:
    del rng, parts[part]


@_structural
def swap_parts(rng: random.Random, parts: Parts, part: str) -> None:
    other = rng.choice(sorted(parts))
    parts[part], parts[other] = parts[other], parts[part]


@_structural
def empty_part(rng: random.Random, parts: Parts, part: str) -> None:
    parts[part] = rng.choice((b"", b"<a/>", b"<?xml version='1.0'?>", b"\xff\xfe<\0a\0/\0>\0"))


@_structural
def rename_part(rng: random.Random, parts: Parts, part: str) -> None:
    names = [
        part.upper(),
        f"../../{part}",
        f"/{part}",
        part.replace("/", "\\"),
        f"{part}/{part}",
        "CON",
        "xl/\u202esheet",
    ]
    parts[rng.choice(names)] = parts.pop(part)


@_structural
def swap_tags(rng: random.Random, parts: Parts, part: str) -> None:
    pieces = re.findall(rb"<[^>]*>|[^<]+", parts[part])
    for _ in range(rng.choice((1, 3, 10))):
        if len(pieces) > 1:
            one, other = rng.randrange(len(pieces)), rng.randrange(len(pieces))
            pieces[one], pieces[other] = pieces[other], pieces[one]
    parts[part] = b"".join(pieces)


@_structural
def drop_tags(rng: random.Random, parts: Parts, part: str) -> None:
    pieces = re.findall(rb"<[^>]*>|[^<]+", parts[part])
    for _ in range(min(len(pieces), rng.choice((1, 2, 5)))):
        pieces.pop(rng.randrange(len(pieces)))
    parts[part] = b"".join(pieces)


@_structural
def change_values(rng: random.Random, parts: Parts, part: str) -> None:
    """Other attribute values and texts: types, addresses, indices, numbers without sense or end."""
    odd = (
        b"", b"-1", b"0", b"999999999999999999999", b"1e400", b"NaN", b"s", b"e", b"b", b"d", b"str", b"inlineStr",
        b"A0", b"XFD1048576", b"ZZZZZZ9", b"A1:XFD1048576", b"A1:", b"&lt;", b"&#0;", b"&#x202E;", b"&none;", b"\xff",
        b"1048577", b"2958466", b"1.5", b"true", "一".encode(), b"rId99", b"../../x", b"https://a.example/x",
    )  # fmt: skip
    pattern = rng.choice((rb'(?<==")[^"]*(?=")', rb"(?<=>)[^<]+(?=<)"))
    hits = list(re.finditer(pattern, parts[part]))
    for hit in sorted(rng.sample(hits, min(len(hits), rng.choice((1, 2, 6)))), key=lambda hit: -hit.start()):
        parts[part] = parts[part][: hit.start()] + rng.choice(odd) + parts[part][hit.end() :]


@_structural
def change_types(rng: random.Random, parts: Parts, part: str) -> None:
    kinds = (b't="s"', b't="e"', b't="b"', b't="d"', b't="str"', b't="n"', b't="inlineStr"', b"")
    old, new = rng.choice((b't="s"', b"<c ")), rng.choice(kinds)
    parts[part] = parts[part].replace(old, new if old != b"<c " else b"<c " + new + b" ", rng.choice((1, 5, -1)))


@_structural
def prefix_tags(rng: random.Random, parts: Parts, part: str) -> None:
    del rng
    parts[part] = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", parts[part])


@_structural
def declare(rng: random.Random, parts: Parts, part: str) -> None:
    body = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", parts[part])
    doctype = rng.choice((
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE a SYSTEM "https://a.example/x.dtd">',
    ))  # fmt: skip
    parts[part] = doctype + body.replace(b"<v>", b"<v>&b;", 1).replace(b"<t>", b"<t>&b;", 1)


@_structural
def recode(rng: random.Random, parts: Parts, part: str) -> None:
    text = parts[part].decode("utf-8", errors="replace")
    codec = rng.choice(("utf-16", "gb18030", "utf-8-sig", "utf-16-le"))
    parts[part] = text.replace('encoding="UTF-8"', f'encoding="{codec}"').encode(codec, errors="replace")


@_structural
def nest(rng: random.Random, parts: Parts, part: str) -> None:
    deep = rng.choice((50, 1000, 20_000))
    hits = [hit.end() for hit in re.finditer(rb"<[^/?!][^>]*[^/]>", parts[part])]
    at = rng.choice(hits) if hits else 0
    tag = rng.choice((b"a", b"c", b"row", b"si", b"r", b"table:table", b"table:table-row"))
    opened, closed = b"<" + tag + b">", b"</" + tag + b">"
    parts[part] = parts[part][:at] + opened * deep + closed * rng.choice((0, deep)) + parts[part][at:]


@_structural
def repeat_part(rng: random.Random, parts: Parts, part: str) -> None:
    """The same elements many times over."""
    tags = rb"row|si|c|sheet|Relationship|xf|mergeCell|table:table-row"
    hits = list(re.finditer(rb"<(" + tags + rb") .*?</\1>", parts[part], re.DOTALL))
    if hits:
        hit = rng.choice(hits)
        parts[part] = parts[part][: hit.end()] + hit[0] * rng.choice((1, 3, 500)) + parts[part][hit.end() :]


@_structural
def quotes(rng: random.Random, parts: Parts, part: str) -> None:
    del rng
    parts[part] = parts[part].replace(b'"', b"'")


def lying_sizes(rng: random.Random, data: bytes) -> bytes:
    """Other sizes, checksums and flags in the archive's directory."""
    out = bytearray(data)
    for hit in re.finditer(rb"PK\x01\x02", data):
        if rng.random() < 0.3:
            field = hit.start() + rng.choice((8, 10, 16, 20, 24, 28, 42))
            out[field : field + 2] = rng.choice((b"\0\0", b"\xff\xff", rng.randbytes(2)))
    return bytes(out)


BY_STRUCTURE: tuple[Way, ...] = (
    part_bytes, drop_part, swap_parts, empty_part, rename_part, swap_tags, drop_tags, change_values, change_types,
    prefix_tags, declare, recode, nest, repeat_part, quotes, lying_sizes,
)  # fmt: skip
