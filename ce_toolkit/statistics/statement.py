"""What a table says of itself: bases, who is left out, unit, source, date, readings, what is hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.bases import Bases, Stored
from ce_toolkit.statistics.described import CLAIMS, FILES, GAPS, PEOPLE, Described
from ce_toolkit.statistics.small_cells import HIDDEN

_SOURCES = {
    "people": "人员登记表", "standing": "达标情况表", "credits": "学时认定表", "claims": "学时申报表",
    "ledger": "认定台账", "units": "单位名录", "submissions": "收件记录",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What statements of all tables of a run have in common.

    ``out_people``: people out of scope; ``out_claims``: their claims; ``waiting``: rows held back at intake;
    ``readings``: those that the pack states.
    """

    as_of: date
    threshold: int
    people: int
    out_people: int
    out_claims: int
    waiting: int | None
    readings: frozenset[str]


def facts_of(stored: Stored, frames: Bases, pack: Pack, as_of: date, threshold: int) -> Facts:
    """Counts that statements name."""
    people = frames[PEOPLE]
    waiting = None if stored.submissions is None else int(stored.submissions["rows_held"].sum())
    out_claims = len(stored.credits) - len(frames[CLAIMS])
    stated = frozenset(reading.id for reading in pack.readings)
    return Facts(as_of, threshold, len(people), int((~people["in_scope"]).sum()), out_claims, waiting, stated)


def statement(described: Described, hidden: pd.DataFrame, facts: Facts) -> tuple[str, ...]:
    """One sentence each, in the order in which they stand below the table."""
    return tuple(_sentences(described, hidden, facts))


def _sentences(described: Described, hidden: pd.DataFrame, facts: Facts) -> Iterator[str]:
    yield from described.says
    yield from (share.says for share in described.shares)
    yield _left_out(described, facts)
    count = int(hidden.to_numpy().sum())
    if count:
        yield (
            f"{HIDDEN}：不足 {facts.threshold} 人的数，以及为防止由别的数推算而一并隐去的数，本表共 {count} 个；"
            "合计按实际数计算。"
        )
    if hidden.iloc[-1].any():
        yield f"合计也隐去的，是本身不足 {facts.threshold} 人，或公布后可由它推算出某一行隐去的数。"
    yield f"数据来源：{'、'.join(_SOURCES[name] for name in described.sources)}；数据截至 {facts.as_of.isoformat()}。"
    if chosen := [reading for reading in described.readings if reading in facts.readings]:
        yield f"口径：{'、'.join(chosen)}，所取理解见“口径说明”。"


def _left_out(described: Described, facts: Facts) -> str:
    if described.base == FILES:
        return "未列入：与别的文件完全相同的副本。"
    waiting = "" if facts.waiting is None else f"；待补行 {facts.waiting:,} 行补齐后计入"
    if described.base in {PEOPLE, GAPS}:
        return f"未列入：全部 {facts.people:,} 人中不在范围的 {facts.out_people:,} 人{waiting}。"
    few = 0 < facts.out_people < facts.threshold  # their claims are theirs alone
    return f"未列入：不在范围人员的申报 {HIDDEN if few else f'{facts.out_claims:,}'} 项{waiting}。"
