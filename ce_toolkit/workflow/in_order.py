"""Proof that no step was skipped, drawn from the acts one by one and held against the fold and the chain (四, D13–D15).

The fold reads the last act of each claim; here every act is looked at with the one before it. The two share no code, so
that a fault of one is seen by the other.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from ce_toolkit.rules.view import Columns
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import CLAIM_ACTS, KINDS
from ce_toolkit.workflow.proof import Proof


class Check(NamedTuple):
    """One thing that must hold: what, of how many it was looked at, how many do not keep it."""

    what: str
    of: int
    wrong: int


def in_order(acts: pd.DataFrame, state: pd.DataFrame, proofs: Sequence[Proof]) -> list[Check]:
    """Whether each claim went 登记 → 审核 → 认定, whether the fold says the same, and whether the journal is whole.

    ``state``: ``fold`` of the same acts; ``proofs``: what ``verify_journal`` found of each journal.
    """
    steps = _steps(acts)
    done = {claim: told for claim, told in steps.items() if told[-1].act == kinds.RECOGNISED}
    counted = Counter(told[-1].act for told in steps.values())
    folded = Counter(state["state"].astype("str"))
    differ = sum(abs(counted[name] - folded[name]) for name in {*counted, *folded})
    return [
        Check("每项第一步是用人单位登记", len(steps), sum(told[0].act != kinds.REGISTERED for told in steps.values())),
        Check("每一步都接在可以接的上一步之后", sum(map(len, steps.values())), sum(map(_skipped, steps.values()))),
        Check("已认定的各项都先经盖章审核", len(done), sum(not _was_reviewed(told) for told in done.values())),
        Check("已认定的各项都有批次号和专用章", len(done), sum(not _was_sealed(told[-1]) for told in done.values())),
        Check("各步日期先后相符", len(steps), sum(_is_early(told) for told in steps.values())),
        Check("逐步清点与现状汇总一致", len(steps), differ),
        Check("办理日志与写入时一致（行）", *(sum(each) for each in zip(*_lines(proofs), strict=True))),
    ]


def _lines(proofs: Sequence[Proof]) -> list[tuple[int, int]]:
    return [(0, 0), *((each.lines, len(each.wrong)) for each in proofs)]


class _Step(NamedTuple):
    number: int
    act: str
    day: str
    seal: bool
    special_seal: bool
    batch: str


def _steps(acts: pd.DataFrame) -> dict[str, list[_Step]]:
    """Every claim's acts in the order of their steps."""
    rows = acts[Columns(acts).is_word("act", CLAIM_ACTS)]
    names = ["subject", "step", "act", "on", "seal", "special_seal", "batch"]
    found: dict[str, list[_Step]] = {}
    for subject, step, act, on, seal, special, batch in rows[names].astype(object).itertuples(index=False, name=None):
        told = _Step(int(step), act, str(on), seal is True, special is True, batch if isinstance(batch, str) else "")
        found.setdefault(subject, []).append(told)
    for told_all in found.values():
        told_all.sort()
    return found


def _skipped(told: list[_Step]) -> int:
    before = ["", *(step.act for step in told)]
    return sum(
        step.act not in KINDS or before[place] not in KINDS[step.act].after or step.number != place + 1
        for place, step in enumerate(told)
    )


def _was_reviewed(told: list[_Step]) -> bool:
    return len(told) > 1 and told[-2].act == kinds.REVIEWED and told[-2].seal


def _was_sealed(last: _Step) -> bool:
    return bool(last.batch) and last.special_seal


def _is_early(told: list[_Step]) -> bool:
    days = [step.day for step in told]
    return days != sorted(days)
