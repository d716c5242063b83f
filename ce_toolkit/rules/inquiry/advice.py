"""The shortest ways to what is asked of one person, each tried on the engine before it is given.

A way consists of held claims to be mended, which costs no hours, and of acts: a day of a training where days have a
cap, a paper, a passed exam, a spell of self-study. Ways are least in added hours or in the number of acts.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.rules.inquiry import advice_words as words
from ce_toolkit.rules.inquiry.acts import Act, acts, kinds_of
from ce_toolkit.rules.inquiry.explain import NOTHING_EARLIER, Earlier
from ce_toolkit.rules.inquiry.mending import Held, held_claims
from ce_toolkit.rules.inquiry.shortest import Aim, Choice, choices
from ce_toolkit.rules.inquiry.trials import Ground, Trial
from ce_toolkit.rules.inquiry.unreachable import why_not
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
from ce_toolkit.tables import CLAIMS, frame, to_arrow

State = Literal["way", "met", "out_of_scope", "unreachable"]
_AIMS: tuple[Aim, Aim] = ("hours", "acts")
_TRIES = 4
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

    ``short`` is what is missing and ``does`` what to do, in words. ``hours`` (class hours) and ``acts`` are what it
    asks for anew; ``shortest`` by which of the two it is least. ``rows`` are the acts as claims (columns of the
    contract CLAIMS, but for the ids), as they were tried. ``despite_held``: a way for the case that the held claims
    cannot be mended; least among those.
    """

    state: State
    sentence: str
    short: str = ""
    does: str = ""
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
    Raises InputError for none or several people and for kinds that the pack does not know, and what ``credit`` raises.
    """
    if len(people) != 1:
        raise InputError(f"一次只能为一个人提建议，表 people 有 {len(people)} 行。")
    _known(kinds or (), pack)
    ground = Ground.of(claims, people, pack, as_of, earlier)
    before = ground.stand()
    status = STATUSES[before.status()[0]]
    if status == "met":
        return (Advice("met", "已达到全部要求，无须再补。"),)
    if status == "out_of_scope":
        return (Advice("out_of_scope", pack.in_unit("不在认定范围内，不作要求，无须补学时。")),)
    return tuple(_Case(ground, before, kinds, since).advice())


def _known(kinds: Collection[str], pack: Pack) -> None:
    known = {*pack.classes, *(kind for name in pack.classes for kind in kinds_of(pack, name))}
    if unknown := sorted(set(kinds) - known):
        raise InputError(f"规则包 {pack.id} 没有类别或种类 {'、'.join(unknown)}；现有：{'、'.join(sorted(known))}。")


def in_one_line(advice: Sequence[Advice]) -> str:
    """All ways of one person in one sentence, as alternatives; where there is none, why."""
    ways = [one for one in advice if one.state == "way"]
    if not ways:
        return "".join(one.sentence for one in advice)
    return f"还差{ways[0].short}：{'；或'.join(one.does for one in ways)}。"


def followed(claims: pd.DataFrame, people: pd.DataFrame, way: Advice) -> pd.DataFrame:
    """The person's claims once a way is followed (contract CLAIMS): held ones mended, acts added under new ids."""
    (person,) = people["person_id"]
    fills = {step.claim_id: step.fill for step in way.steps if step.does == "mend"}
    known = [name for name in CLAIMS.columns if name in claims.columns]
    rows = [{**row, **fills.get(row["claim_id"], {})} for row in to_arrow(CLAIMS, claims[known]).to_pylist()]
    taken = {row["claim_id"] for row in rows}
    ids = (f"拟{number}" for number in count(1) if f"拟{number}" not in taken)
    rows += [{**row, "claim_id": next(ids), "person_id": person} for row in way.rows]
    return frame(CLAIMS, {name: [row.get(name) for row in rows] for name in CLAIMS.columns})


@dataclass(frozen=True)
class _Found:
    """A choice that the engine confirmed."""

    choice: Choice
    trial: Trial
    shortest: tuple[Aim, ...]
    despite_held: bool


class _Case:
    """One person who does not meet what is asked, and what can be done about it."""

    def __init__(self, ground: Ground, before: Standing, kinds: Collection[str] | None, since: date | None) -> None:
        self.ground, self.before, self.pack = ground, before, ground.pack
        self.span = span = (since or date.min, ground.as_of)
        taken = days_taken(before.work)
        last = min(span[1], self.pack.time.last)
        free = [day for day in range(day_number(last), day_number(self.pack.time.first) - 1, -1) if day not in taken]
        held = held_claims(before.work, free)
        taken = taken.union(*(one.days for one in held))
        self.tried = tried_acts(ground, before, of_kinds(list(acts(self.pack, span, taken)), kinds), held)
        self.doable = self.tried.doable
        self.problem = problem_of(before, self.doable)

    def advice(self) -> Iterator[Advice]:
        ways = self.ways()
        if not ways:
            yield Advice("unreachable", why_not(self.ground, self.before, self.tried))
        yield from (self.told(way) for way in ways)

    def ways(self) -> list[_Found]:
        """Choices that the engine confirms: least in hours, least in acts, and least where nothing held is mended.

        Held claims that do not count together (they are the same thing, or share a day) are not mended together.
        """
        for _ in range(_TRIES):
            found = self.picked()
            kept = confirmed(self.ground, self.before, [(way.choice, way.trial) for way in found], self.doable)
            wrong = [way.choice for way, good in zip(found, kept, strict=True) if not good]
            barred = self.problem.barring(wrong)
            if barred == self.problem:
                break
            self.problem = barred
        return [way for way, good in zip(found, kept, strict=True) if good]

    def picked(self) -> list[_Found]:
        """The least choices, one for what is done how often; of the same acts the hours may be split in many ways."""
        found: dict[tuple[int, ...], tuple[Choice, tuple[Aim, ...], bool]] = {}
        for aim in _AIMS:
            for choice in choices(self.problem, aim, _MOST):
                first, aims, _ = found.get(choice.acts, (choice, (), False))
                found[choice.acts] = (first, (*aims, aim), False)
        if any(one.held for one in self.doable):
            for aim in _AIMS:
                for choice in choices(without_held(self.problem), aim, 1):
                    first, aims, despite = found.get(choice.acts, (choice, (), True))
                    found[choice.acts] = (first, (*aims, aim) if despite else aims, despite)
        placed = [(trial_of(choice, self.doable), choice, aims, despite) for choice, aims, despite in found.values()]
        return [_Found(choice, trial, aims, despite) for trial, choice, aims, despite in placed if trial is not None]

    def told(self, way: _Found) -> Advice:
        steps = tuple(self.steps(way.choice))
        hours, number, _ = self.problem.cost(way.choice)
        short, does = words.shortfall(self.before), self.does(steps, way)
        return Advice(
            "way", f"还差{short}：{does}。", short, does, steps, Decimal(hours) / 100, number, way.shortest,
            way.trial.added, way.despite_held,
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
        return Step(
            "mend", one.class_, one.kind, Decimal(one.gain) / 100, 1, words.held_words(held, self.before, one.gain),
            claim_id=str(self.ground.claims[held.place]["claim_id"]), fill=MappingProxyType(dict(held.changes)),
        )  # fmt: skip

    def do(self, one: Doable, act: Act, amount: int, number: int) -> Step:
        own, common = (words.in_place(self.pack, act.class_, act.kind, of_its_own=each) for each in (True, False))
        return Step(
            "act", act.class_, act.kind, Decimal(amount) / 100, number * max(act.span, 1),
            words.act_words(act, amount, number, one.alike, self.pack), facts=MappingProxyType(dict(act.facts)),
            alike=tuple(words.act_name(each, self.pack) for each in one.alike), in_place=(*own, *common),
            first=day_of(act.begins), last=day_of(act.until),
        )  # fmt: skip

    def does(self, steps: Sequence[Step], way: _Found) -> str:
        mends = [step.text for step in steps if step.does == "mend"]
        done = [step.text for step in steps if step.does == "act"]
        parts = ["如待补的各项不能补齐"] if way.despite_held else []
        parts += [f"先补齐已有的{len(mends)}项（{'；'.join(mends)}）"] if mends else []
        parts += [("再" if mends else "") + words.together(done)] if done else []
        chosen = [one.act for one, number in zip(self.doable, way.choice.acts, strict=True) if one.act and number]
        parts += [words.when_words(chosen, self.pack, self.span)] if chosen else []
        doubts = words.doubts(self.before, len(self.tried.open))
        return "，".join(parts) + (f"（{'；'.join(doubts)}）" if doubts else "")


__all__ = ["Advice", "Step", "advise", "followed", "in_one_line"]
