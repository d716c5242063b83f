"""The shortest ways to what is asked of one person, each tried on the engine before it is given.

A way consists of held claims to be mended, which costs no hours, and of acts: a day of a training where days have a cap,
a paper, a passed exam, a spell of self-study. Ways are least in added hours or in the number of acts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.rules.inquiry import advice_words as words
from ce_toolkit.rules.inquiry.acts import Act, acts
from ce_toolkit.rules.inquiry.explain import NOTHING_EARLIER, Earlier
from ce_toolkit.rules.inquiry.mending import Held, held_claims
from ce_toolkit.rules.inquiry.shortest import Aim, Choice, Problem, choices
from ce_toolkit.rules.inquiry.trials import Ground, Trial
from ce_toolkit.rules.inquiry.ways import (
    Doable,
    confirmed,
    days_taken,
    of_kinds,
    problem_of,
    trial_of,
    tried_acts,
    without_held,
)
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.standing import STATUSES, Standing
from ce_toolkit.rules.view import day_number, day_of

State = Literal["way", "met", "out_of_scope", "unreachable"]
_MOST = 3  # ways that are equally short by one measure
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A part of a way: a held claim to be mended (``claim_id``, ``fill``), or acts of one kind.

    ``hours`` (class hours) it adds; ``count`` of acts: days of a training, works, passes, spells. ``in_place``: what
    must be there for it to count, first what its class asks for. It counts on days from ``first`` to ``last``.
    """

    does: Literal["mend", "act"]
    class_: str
    kind: str
    hours: Decimal
    count: int
    text: str
    facts: Row = field(default_factory=dict)
    alike: tuple[str, ...] = ()
    in_place: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    claim_id: str = ""
    fill: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """One way to what is asked (``state`` "way"), or why there is none or none is needed; ``sentence`` says it.

    ``hours`` and ``acts`` are what it asks for anew; ``shortest`` by which of the two it is least. ``rows`` are the acts
    as claims (columns of the contract CLAIMS), as they were tried: to be added to the person's. ``despite_held``: a way
    for the case that the held claims cannot be mended; least among those.
    """

    state: State
    sentence: str
    steps: tuple[Step, ...] = ()
    hours: Decimal = Decimal(0)
    acts: int = 0
    shortest: tuple[Aim, ...] = ()
    rows: tuple[Row, ...] = ()
    despite_held: bool = False


def advise(  # noqa: PLR0913 - a person, and what the year is judged on
    claims: pd.DataFrame,
    people: pd.DataFrame,
    pack: Pack,
    as_of: date,
    *,
    kinds: Collection[str] | None = None,
    since: date | None = None,
    earlier: Earlier = NOTHING_EARLIER,
) -> tuple[Advice, ...]:
    """The shortest ways of one person to status met on the day ``as_of``, at least one piece of advice.

    ``kinds``: classes or kinds that the person can do (all, if None). ``since``: the first day on which something can
    still be done (the first of the credit year, if None). Every way has been tried on the engine: it leads to met, each
    act is granted in full, and no other claim loses an hour. Where there is no way, the one piece of advice says why.
    Raises InputError for none or several people, and what ``credit`` raises.
    """
    if len(people) != 1:
        raise InputError(f"一次只能为一个人提建议，表 people 有 {len(people)} 行。")
    ground = Ground.of(claims, people, pack, as_of, earlier)
    before = ground.stand()
    status = STATUSES[before.status()[0]]
    if status == "met":
        return (Advice("met", "已达到全部要求，无须再补。"),)
    if status == "out_of_scope":
        return (Advice("out_of_scope", pack.in_unit("不在认定范围内，不作要求，无须补学时。")),)
    return tuple(_Case(ground, before, kinds, since).advice())


@dataclass(frozen=True)
class _Found:
    """A choice that the engine confirmed."""

    choice: Choice
    trial: Trial
    shortest: tuple[Aim, ...]
    despite_held: bool = False


class _Case:
    """One person who does not meet what is asked, and what can be done about it."""

    def __init__(self, ground: Ground, before: Standing, kinds: Collection[str] | None, since: date | None) -> None:
        self.ground, self.before, self.pack = ground, before, ground.pack
        self.first = since or date.min
        self.last = ground.as_of
        found = list(acts(self.pack, (self.first, self.last), sorted(days_taken(before.work))))
        held = held_claims(before.work, day_number(min(self.last, self.pack.time.last)))
        self.doable, self.refused, self.open = tried_acts(ground, before, of_kinds(found, kinds), held)
        self.problem = problem_of(before, self.doable)

    def advice(self) -> Iterator[Advice]:
        ways = self.ways()
        if not ways:
            yield Advice("unreachable", self.why_not())
        yield from (self.told(way) for way in ways)

    def ways(self) -> list[_Found]:
        """Choices that the engine confirms: least in hours, least in acts, and as short without mending."""
        picked: dict[tuple[Choice, bool], tuple[Aim, ...]] = {}
        for aim in ("hours", "acts"):
            for choice in choices(self.problem, aim, _MOST):
                picked[choice, False] = (*picked.get((choice, False), ()), aim)
        if any(one.held for one in self.doable):
            for choice in choices(without_held(self.problem), "hours", 1):
                picked.setdefault((choice, True), ("hours",))
        trials = {key: trial_of(key[0], self.doable) for key in picked}
        placed = {key: trial for key, trial in trials.items() if trial is not None}
        kept = confirmed(self.ground, self.before, list(placed.values()), [choice for choice, _ in placed], self.doable)
        return [
            _Found(key[0], trial, picked[key], key[1] and key[0] not in {choice for choice, held in picked if not held})
            for (key, trial), good in zip(placed.items(), kept, strict=True)
            if good and not (key[1] and (key[0], False) in picked)
        ]

    def told(self, way: _Found) -> Advice:
        steps = tuple(self.steps(way.choice))
        hours, number, _ = self.problem.cost(way.choice)
        return Advice(
            "way", self.sentence(steps, way), steps, Decimal(hours) / 100, number, way.shortest, way.trial.added,
            way.despite_held,
        )  # fmt: skip

    def steps(self, choice: Choice) -> Iterator[Step]:
        for one, column, steps, number in zip(
            self.doable, self.problem.columns, choice.steps, choice.acts, strict=True
        ):
            if number and one.held is not None:
                yield self.mend(one, one.held)
            elif number and one.act is not None:
                yield self.do(one, one.act, steps * column.unit, number)

    def mend(self, one: Doable, held: Held) -> Step:
        text = words.held_words(held, self.before, one.gain)
        row = self.ground.claims[held.place]
        return Step(
            "mend", one.class_, one.kind, Decimal(one.gain) / 100, 1, text, claim_id=str(row["claim_id"]),
            fill=MappingProxyType(dict(held.changes)),
        )  # fmt: skip

    def do(self, one: Doable, act: Act, amount: int, number: int) -> Step:
        own = words.in_place(self.pack, act.class_, act.kind, of_its_own=True)
        common = words.in_place(self.pack, act.class_, act.kind, of_its_own=False)
        text = words.act_words(act, amount, number, one.alike, self.pack)
        text += f"〔须{'、'.join(own)}〕" if own else ""
        return Step(
            "act", act.class_, act.kind, Decimal(amount) / 100, number * max(act.span, 1), text,
            facts=MappingProxyType(dict(act.facts)), alike=one.alike, in_place=(*own, *common),
            first=day_of(act.days[-1]), last=day_of(act.days[0]),
        )  # fmt: skip

    def sentence(self, steps: Sequence[Step], way: _Found) -> str:
        mends = [step.text for step in steps if step.does == "mend"]
        done = [step for step in steps if step.does == "act"]
        parts = [f"先补齐已有的{len(mends)}项（{'；'.join(mends)}）"] if mends else []
        parts += [("再" if mends else "") + "加".join(step.text for step in done) + self.by(done)] if done else []
        lead = "如待补的各项不能补齐，" if way.despite_held else ""
        return f"还差{words.shortfall(self.before)}：{lead}{'，'.join(parts)}。"

    def by(self, steps: Sequence[Step]) -> str:
        """Until when: one day for all, or each its own."""
        days = {step.last for step in steps if step.last}
        if len(days) == 1:
            return f"，须在{words.by_words(days.pop())}前完成"
        each = [f"{self.pack.label(step.class_)}{words.by_words(step.last)}" for step in steps if step.last]
        return f"，最迟完成日：{'、'.join(each)}"

    def why_not(self) -> str:
        return f"还差{words.shortfall(self.before)}：无法达到。"


__all__ = ["Advice", "Problem", "Step", "advise"]
