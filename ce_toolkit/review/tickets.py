"""Ticket numbers: a draw that anyone can repeat from the seed and the ids alone, in any language.

``seed_hash`` is the hex SHA-256 of the seed's text; a unit's ticket is the decimal form of SHA-256(seed_hash + id),
padded to 64 digits and reversed, behind ``0.``; the n units with the smallest tickets, compared as text, are the
sample. A larger draw begins with the smaller one, and adding or dropping a unit moves no other ticket. It is the
``first_fraction`` of consistent sampling (Rivest 2018), so that its Python package gives the same order.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NewType

import numpy as np

from ce_toolkit.errors import SampleError

Seed = NewType("Seed", str)
"""A seed that has passed ``parse_seed``: text of at least twenty digits."""

ID_FORM = "1: NFKC, no blanks, upper case"
_WIDTH = 64
_HEAD = 18  # digits of a ticket that fit into 64 bits: enough to tell all but ties apart
_DATE = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_CLOCK = re.compile(_DATE + r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")


def canonical_id(text: str) -> str:
    r"""A unit's id in the one form that is hashed: NFKC, without any blank, in upper case.

    >>> canonical_id(" ａ1　b2\r")
    'A1B2'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def ticket_number(seed: str, unit_id: str) -> str:
    """The ticket of one unit under a seed; both are text, so leading zeros count."""
    return _ticket(_hex(seed), unit_id)


def _ticket(seed_hash: str, unit_id: str) -> str:
    digits = str(int(_hex(seed_hash + unit_id), 16)).zfill(_WIDTH)
    return "0." + digits[::-1]


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def smallest_tickets(ids: Collection[str], size: int, *, seed: str) -> list[tuple[str, str]]:
    """(ticket, id) of the ``size`` units with the smallest tickets, in ticket order; equal tickets by id.

    Same seed and ids, same draw, whatever the order of the input. Raises SampleError where an id repeats or is blank,
    or ``size`` is negative or exceeds the number of ids.
    """
    require_ids(ids)
    if not 0 <= size <= len(ids):
        raise SampleError(f"样本量 {size} 不在 0 与抽样框单元数 {len(ids)} 之间。")
    seed_hash = _hex(seed)
    return sorted((_ticket(seed_hash, one), one) for one in _near(list(ids), size, seed_hash))[:size]


def require_ids(ids: Collection[str]) -> None:
    """Raise SampleError where an id repeats or is blank."""
    repeated = [unit_id for unit_id, times in Counter(ids).items() if times > 1 or not unit_id.strip()]
    if repeated:
        raise SampleError(f"抽样框有 {len(repeated)} 个重复或空白的编号，请先更正登记表。")


def _near(ids: Sequence[str], size: int, seed_hash: str) -> Sequence[str]:
    """The ids that may be among the ``size`` smallest: a million tickets as text would not be worth their memory."""
    if size >= len(ids) or size == 0:
        return ids if size else ()
    heads = np.fromiter((_head(seed_hash, one) for one in ids), dtype=np.uint64, count=len(ids))
    worst = np.partition(heads, size - 1)[size - 1]
    return [ids[place] for place in np.flatnonzero(heads <= worst).tolist()]


def _head(seed_hash: str, unit_id: str) -> int:
    """The first eighteen digits of a ticket: the last ones of the hash, read backwards."""
    number = int.from_bytes(hashlib.sha256((seed_hash + unit_id).encode()).digest(), "big") % 10**_HEAD
    return int(str(number).zfill(_HEAD)[::-1])


def parse_seed(text: str) -> Seed:
    """The seed as text: at least twenty digits, not all alike, nothing said over and over, no dates and no clock.

    Raises SampleError otherwise.
    """
    seed = text.strip()
    if not (seed.isascii() and seed.isdigit() and len(seed) >= 20):
        raise SampleError("抽样种子应为至少 20 位数字（如掷 20 次十面骰），请在 params 中填写 seed。")
    if len(set(seed)) < 4:
        raise SampleError("抽样种子各位几乎相同，不像随机产生，请重新掷骰。")
    if any(seed[step:] == seed[:-step] for step in range(1, len(seed) // 2 + 1)):
        raise SampleError("抽样种子是同一串数字（如日期）的重复，不像随机产生，请重新掷骰。")
    if _is_dated(seed):
        raise SampleError("抽样种子由日期或时刻拼成，不像随机产生，请重新掷骰。")
    return Seed(seed)


def _is_dated(seed: str) -> bool:
    """Whether a clock or dates make up the seed: one date in twenty rolled digits is chance, two are not."""
    rest, dates = re.subn(_DATE, "", seed)
    return bool(_CLOCK.match(seed)) or dates > 1 or (dates == 1 and len(set(rest)) < 4)
