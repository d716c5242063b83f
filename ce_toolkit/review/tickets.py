"""Ticket numbers: a draw that anyone can repeat from the seed and the ids alone, in any language.

``seed_hash`` is the hex SHA-256 of the seed's text; a unit's ticket is the decimal form of SHA-256(seed_hash + id),
padded to 64 digits and reversed, behind ``0.``; the n units with the smallest tickets, compared as text, are the
sample. A larger draw begins with the smaller one, and adding or dropping a unit moves no other ticket.
"""

import hashlib
from collections import Counter
from collections.abc import Collection

from ce_toolkit.errors import SampleError

_WIDTH = 64


def ticket_number(seed: str, unit_id: str) -> str:
    """The ticket of one unit under a seed; both are text, so leading zeros count."""
    return _ticket(_hex(seed), unit_id)


def _ticket(seed_hash: str, unit_id: str) -> str:
    digits = str(int(_hex(seed_hash + unit_id), 16)).zfill(_WIDTH)
    return "0." + digits[::-1]


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draw(ids: Collection[str], size: int, *, seed: str) -> list[tuple[str, str]]:
    """(ticket, id) of the ``size`` units with the smallest tickets, in ticket order.

    Same seed and ids, same draw, whatever the order of the input. Raises SampleError where an id repeats or is blank,
    or ``size`` is negative or exceeds the number of ids.
    """
    repeated = [unit_id for unit_id, times in Counter(ids).items() if times > 1 or not unit_id.strip()]
    if repeated:
        raise SampleError(f"抽样框有 {len(repeated)} 个重复或空白的编号，请先更正登记表。")
    if not 0 <= size <= len(ids):
        raise SampleError(f"样本量 {size} 不在 0 与抽样框单元数 {len(ids)} 之间。")
    seed_hash = _hex(seed)
    return sorted((_ticket(seed_hash, unit_id), unit_id) for unit_id in ids)[:size]


def parse_seed(text: str) -> str:
    """The seed as text: at least 20 digits, not all alike and nothing said over and over.

    Raises SampleError otherwise.
    """
    seed = text.strip()
    if not (seed.isascii() and seed.isdigit() and len(seed) >= 20):
        raise SampleError("抽样种子应为至少 20 位数字（如掷 20 次十面骰），请在 params 中填写 seed。")
    if len(set(seed)) < 3:
        raise SampleError("抽样种子各位几乎相同，不像随机产生，请重新掷骰。")
    if any(seed[step:] == seed[:-step] for step in range(1, len(seed) // 2 + 1)):
        raise SampleError("抽样种子是同一串数字（如日期）的重复，不像随机产生，请重新掷骰。")
    return seed
