"""The ways to what is asked: acts and held claims as columns of an integer programme, and its choices as claims."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ce_toolkit.rules.credit import LIVE, REFUSED, Judgement, cap_limits, clipped_to, used_before
from ce_toolkit.rules.inquiry.acts import Act, of_rule
from ce_toolkit.rules.inquiry.mending import Held
from ce_toolkit.rules.inquiry.shortest import Choice, Column, Line, Problem
from ce_toolkit.rules.inquiry.trials import Ground, Trial, Tried
from ce_toolkit.rules.measures import Measure, this_year
from ce_toolkit.rules.pack import Cap, Once, Pack, Requirement, RuleBase
from ce_toolkit.rules.requirements import selected
from ce_toolkit.rules.standing import Standing

_ALL = Requirement(id="", bucket="*", cites=("",), says="")


@dataclass(frozen=True)
class Doable:
    """An act that was tried, with other kinds that would do as well; or a held claim and what it would give."""

    class_: str
    kind: str
    act: Act | None = None
    alike: tuple[str, ...] = ()
    held: Held | None = None
    gain: int = 0

    def under(self, rule: RuleBase) -> bool:
        """Whether a rule looks at it."""
        return self.act.under(rule) if self.act else of_rule(rule, self.class_, self.kind)

    def counts(self, classes: Sequence[str], kinds: Sequence[str]) -> bool:
        """Whether its hours are of these classes and kinds; none named: all."""
        return (not classes or self.class_ in classes) and (not kinds or self.kind in kinds)


def days_taken(work: Judgement) -> set[int]:
    """Days on which a person's claims are laid: their own, or as many of their span as they teach, the first ones.

    A pack that spreads hours evenly, or holds what shares a day, takes the whole span.
    """
    claims, table = work.claims, work.claims.timetable
    rows = np.flatnonzero((work.state != REFUSED) & (claims.span > 0))
    first, last = clipped_to(work, rows)
    whole = any(cap.spread == "even" or cap.count == "calendar" for cap in work.pack.of(Cap))
    whole |= any(getattr(rule, "test", "") == "shared_day_unsplit" for rule in work.pack.rules)
    taken = {int(day) for day in table.day[np.isin(table.owner, rows)]} if table.owner.size else set()
    for place in np.argsort(last, kind="stable"):
        row = rows[place]
        if not table.has[row]:
            span = range(int(first[place]), int(last[place]) + 1)
            need = len(span) if whole else min(int(claims.teaching_days[row]), len(span))
            free = [day for day in span if day not in taken]
            taken |= set(free[:need])
    return taken


def tried_acts(
    ground: Ground, before: Standing, acts: Sequence[Act], held: Sequence[Held]
) -> tuple[list[Doable], list[Act], list[Held]]:
    """What counts in full when done alone; the acts that do not; the held claims of which nothing can be told."""
    trials = [Trial(added=(act.claim(act.unit, act.days[0]),)) for act in acts]
    curable = [one for one in held if one.changes]
    trials += [Trial(filled={one.place: one.changes}) for one in curable]
    results = ground.run(trials)
    granted = before.work.granted
    found, refused = [], []
    for act, result in zip(acts, results, strict=False):
        full = result.live[-1] and result.granted[-1] >= act.unit and result.keeps(granted, {})
        if full:
            found.append(Doable(act.class_, act.kind, act))
        else:
            refused.append(act)
    mended, open_ = [], [one for one in held if not one.changes]
    for one, result in zip(curable, results[len(acts) :], strict=True):
        gain = int(result.granted[one.place])
        if gain and result.keeps(granted, {one.place: one.changes}):
            mended.append(Doable(one.class_, one.kind, held=one, gain=gain))
        else:
            open_.append(one)
    return [*mended, *merged(found, before.work.pack)], refused, open_


def merged(found: Sequence[Doable], pack: Pack) -> list[Doable]:
    """Acts that no rule and no minimum tells apart as one: of hours the plainest, of works the first that has a name."""
    groups: dict[Any, list[Doable]] = {}
    for one in found:
        groups.setdefault(_likeness(one, pack), []).append(one)
    merged_ = []
    for same in groups.values():
        plain = [one for one in same if not one.kind]
        named = [one for one in same if one.kind]
        first = plain[0] if plain and (_act(plain[0]).elastic or not named) else named[0]
        others = tuple(dict.fromkeys(one.kind for one in named if one.kind != first.kind))
        merged_.append(replace(first, alike=others if first.kind else ()))
    return merged_


def _act(one: Doable) -> Act:
    assert one.act is not None
    return one.act


def _likeness(one: Doable, pack: Pack) -> Any:
    act = _act(one)
    rules = [rule.id for rule in (*pack.of(Cap), *pack.of(Once)) if act.under(rule)]
    asked = [each.id for each in pack.requirements if one.counts(*selected(each, pack))]
    return one.class_, act.worth.id, act.unit, act.most, act.span, act.days, tuple(rules), tuple(asked)


def problem_of(before: Standing, doable: Sequence[Doable]) -> Problem:
    """What is asked of the person, and what caps, repeats and days leave room for."""
    work = before.work
    lines = [*_minima(before, doable), *_rooms(work, doable), *_once(work, doable)]
    wanted = sum(max(line.low or 0, 0) for line in lines)
    columns = tuple(_column(one, wanted) for one in doable)
    days = {day for one in doable if one.act and one.act.span for day in one.act.days}
    spans = tuple(one.act.span if one.act else 0 for one in doable)
    return Problem(columns, (*lines, Line(spans, high=len(days), acts=True)))


def _column(one: Doable, wanted: int) -> Column:
    """Bounds on steps and acts; nobody needs more than is wanted in all, with what a share of it adds."""
    act = one.act
    if act is None:
        return Column(one.gain, 1, 1, free=True)
    enough = 3 * wanted
    steps = max(min(act.most, enough) // act.unit, 1)
    most = enough // (steps * act.unit) + 1
    if act.span:
        most = min(most, len(act.days) // act.span)
    elif act.elastic and act.most >= enough:
        most = 1
    return Column(act.unit, steps, most)


def _minima(before: Standing, doable: Sequence[Doable]) -> Iterator[Line]:
    pack = before.work.pack
    for measure in before.measures.values():
        asked = measure.asked.requirement
        mine = [int(one.counts(*selected(asked, pack))) for one in doable]
        have = int(measure.have[0])
        if asked.share is None or asked.of == "required":
            yield Line(tuple(mine), low=int(measure.need[0]) - have)
        elif measure.asked.applies[0]:
            top, whole = asked.share.numerator, asked.share.denominator
            weights = tuple(whole * own - top for own in mine)
            yield Line(weights, low=top * _earned(before, measure) - whole * have)


def _earned(before: Standing, measure: Measure) -> int:
    """Hundredths of all classes over the years of a minimum."""
    work, history = before.work, before.work.history
    rows = measure.asked.within(history, work.pack.time.year)
    return int(this_year(work, _ALL)[0] + history.sums(rows, work.claims.people.size)[0])


def _rooms(work: Judgement, doable: Sequence[Doable]) -> Iterator[Line]:
    """What the caps over years leave."""
    for number, rule in enumerate(work.pack.rules):
        if isinstance(rule, Cap) and rule.scope == "person_year":
            mine = tuple(int(one.under(rule)) for one in doable)
            yield Line(mine, high=room(work, number, rule))


def room(work: Judgement, number: int, rule: Cap) -> int:
    """Hundredths that a yearly cap leaves the one person: what later caps cut had used it up all the same."""
    used = work.granted.copy()
    for entry in work.entries:
        if entry.rule > number and isinstance(work.pack.rules[entry.rule], Cap):
            np.subtract.at(used, entry.rows, entry.delta)
    limit = int(cap_limits(work.claims.people, work.pack, rule)[0]) - int(used_before(work, rule)[0])
    return max(limit - int(used[work.of(rule) & (work.state == LIVE)].sum()), 0)


def _once(work: Judgement, doable: Sequence[Doable]) -> Iterator[Line]:
    """What counts once a person."""
    for rule in work.pack.of(Once):
        if rule.by == "person":
            mine = tuple(int(one.under(rule)) for one in doable)
            there = int((work.of(rule) & (work.state == LIVE)).any())
            yield Line(mine, high=1 - there, acts=True)


def without_held(problem: Problem) -> Problem:
    """The same with no held claim mended."""
    free = tuple(int(column.free) for column in problem.columns)
    return replace(problem, lines=(*problem.lines, Line(free, high=0, acts=True)))


def trial_of(choice: Choice, doable: Sequence[Doable]) -> Trial | None:
    """A choice as claims to add and to fill in, each act on days of its own; None where the days do not suffice."""
    filled = {
        one.held.place: one.held.changes
        for one, number in zip(doable, choice.acts, strict=True)
        if number and one.held is not None
    }
    added: list[Mapping[str, Any]] = []
    used: set[int] = set()
    chosen = [(one.act, *pair) for one, *pair in zip(doable, choice.steps, choice.acts, strict=True) if one.act]
    for act, steps, number in sorted(chosen, key=lambda each: len(each[0].days)):
        days = _own_days(act, number, used)
        if days is None:
            return None
        full = act.most // act.unit
        for place, day in enumerate(days):
            part = min(full, steps - place * full)
            added.append(act.claim(part * act.unit, day, len(added)))
    return Trial(tuple(added), filled)


def _own_days(act: Act, number: int, used: set[int]) -> list[int] | None:
    """The last day of each act: the last ones that are free; those that need no day of their own lie on any."""
    if act.span == 0:
        return [act.days[place % len(act.days)] for place in range(number)]
    days, free = [], set(act.days)
    for day in act.days:
        run = range(day - act.span + 1, day + 1)
        if len(days) < number and not any(each in used or each not in free for each in run):
            days.append(day)
            used |= set(run)
    return days if len(days) == number else None


def confirmed(ground: Ground, before: Standing, trials: Sequence[Trial], choices: Sequence[Choice],
              doable: Sequence[Doable]) -> list[bool]:  # fmt: skip
    """Whether the engine says met, grants every act in full and takes nothing from what was there."""
    results = ground.run(trials)
    return [
        _confirms(result, trial, before.work, choice, doable)
        for result, trial, choice in zip(results, trials, choices, strict=True)
    ]


def _confirms(result: Tried, trial: Trial, work: Judgement, choice: Choice, doable: Sequence[Doable]) -> bool:
    there = len(work.granted)
    added = int(result.granted[there:].sum())
    units = (one.act.unit * steps for one, steps in zip(doable, choice.steps, strict=True) if one.act)
    full = added >= sum(units) and all(result.live[there:])
    return result.met and full and result.keeps(work.granted, trial.filled)


def of_kinds(acts: Sequence[Act], kinds: Collection[str] | None) -> list[Act]:
    """The acts of these classes or kinds."""
    return [act for act in acts if kinds is None or act.class_ in kinds or act.kind in kinds]

