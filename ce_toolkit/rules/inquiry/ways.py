"""The ways to what is asked: acts and held claims as columns of an integer programme, and its choices as claims."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ce_toolkit.rules.credit import LIVE, REFUSED, Judgement, cap_limits, clipped_to, used_before
from ce_toolkit.rules.inquiry.acts import DAY_SCOPES, Act, of_rule
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
    alike: tuple[Act, ...] = ()
    held: Held | None = None
    gain: int = 0

    def under(self, rule: RuleBase) -> bool:
        """Whether a rule looks at it."""
        return self.act.under(rule) if self.act else of_rule(rule, self.class_, self.kind)

    def counts(self, classes: Sequence[str], kinds: Sequence[str]) -> bool:
        """Whether its hours are of these classes and kinds; none named: all."""
        return (not classes or self.class_ in classes) and (not kinds or self.kind in kinds)


def days_taken(work: Judgement) -> set[int]:
    """Days on which a person's claims under a cap by day are laid: of a span as many as are taught, the first ones.

    A pack that spreads hours evenly, or holds what shares a day, takes the whole span.
    """
    claims, table = work.claims, work.claims.timetable
    capped = np.zeros(claims.size, dtype=bool)
    for cap in work.pack.of(Cap):
        capped |= work.of(cap) if cap.scope in DAY_SCOPES else False
    rows = np.flatnonzero((work.state != REFUSED) & (claims.span > 0) & capped)
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


@dataclass(frozen=True)
class TriedOut:
    """What counts in full when done alone, the acts that do not, and the held claims of which nothing can be told."""

    doable: tuple[Doable, ...]
    refused: tuple[Act, ...]
    open: tuple[Held, ...]


def tried_acts(ground: Ground, before: Standing, acts: Sequence[Act], held: Sequence[Held]) -> TriedOut:
    """Every act and every held claim that can be mended, each tried alone."""
    curable = [one for one in held if one.changes]
    trials = [alone(act) for act in acts] + [Trial(filled={one.place: one.changes}) for one in curable]
    results = ground.run(trials)
    granted = before.work.granted
    counts = [
        result.live[-1] and int(result.granted[-1]) >= act.unit and result.keeps(granted, {})
        for act, result in zip(acts, results, strict=False)
    ]
    found = [(act, Doable(act.class_, act.kind, act)) for act, full in zip(acts, counts, strict=True) if full]
    mended = [
        Doable(one.class_, one.kind, held=one, gain=int(result.granted[one.place]))
        for one, result in zip(curable, results[len(acts) :], strict=True)
        if result.granted[one.place] and result.keeps(granted, {one.place: one.changes})
    ]
    known = {one.held.place for one in mended if one.held}
    return TriedOut(
        (*mended, *merged(found, before.work.pack)),
        tuple(act for act, full in zip(acts, counts, strict=True) if not full),
        tuple(one for one in held if one.place not in known),
    )


def alone(act: Act) -> Trial:
    """The least of an act, done alone."""
    return Trial(added=(act.claim(act.unit, act.days[0]),))


def merged(found: Sequence[tuple[Act, Doable]], pack: Pack) -> list[Doable]:
    """Acts that no rule and no minimum tells apart, as one: of hours the plainest, of works the first with a name."""
    groups: dict[Any, list[Act]] = {}
    for act, one in found:
        groups.setdefault(_likeness(act, one, pack), []).append(act)
    picked = []
    for same in groups.values():
        plain = [act for act in same if not act.kind]
        named = [act for act in same if act.kind]
        first = plain[0] if plain and (plain[0].elastic or not named) else named[0]
        others = tuple(act for act in named if act is not first) if first.kind else ()
        picked.append(Doable(first.class_, first.kind, first, others))
    return picked


def _likeness(act: Act, one: Doable, pack: Pack) -> Any:
    rules = [rule.id for rule in (*pack.of(Cap), *pack.of(Once)) if act.under(rule)]
    asked = [each.id for each in pack.requirements if one.counts(*selected(each, pack))]
    return act.class_, act.worth.id, act.unit, act.most, act.span, act.days, tuple(rules), tuple(asked)


def problem_of(before: Standing, doable: Sequence[Doable], only: Measure | None = None) -> Problem:
    """What is asked of the person (of all, or ``only`` of one minimum), and what caps, repeats and days leave."""
    work = before.work
    asked = list(before.measures.values()) if only is None else [only]
    lines = [*_minima(before, doable, asked), *_rooms(work, doable), *_once(work, doable)]
    columns = tuple(_column(one, _enough(place, lines)) for place, one in enumerate(doable))
    days = {day for one in doable if one.act and one.act.span for day in one.act.days}
    spans = tuple(one.act.span if one.act else 0 for one in doable)
    return Problem(columns, (*lines, Line(spans, high=len(days), acts=True)))


def _enough(place: int, lines: Sequence[Line]) -> int:
    """Hundredths of a column beyond which more of it serves nothing; where shares are asked, more than anyone needs."""
    if any(weight < 0 for line in lines for weight in line.weights):
        return 3 * sum(max(line.low or 0, 0) for line in lines)
    return max((line.low or 0 for line in lines if line.weights[place] > 0), default=0)


def _column(one: Doable, enough: int) -> Column:
    """Bounds on steps and acts."""
    act = one.act
    if act is None:
        return Column(one.gain, 1, 1, free=True)
    steps = max(-(-min(act.most, enough) // act.unit), 1)
    most = max(-(-enough // (steps * act.unit)), 0)
    return Column(act.unit, steps, min(most, len(act.days) // act.span) if act.span else most)


def _minima(before: Standing, doable: Sequence[Doable], measures: Sequence[Measure]) -> Iterator[Line]:
    pack = before.work.pack
    for measure in measures:
        asked = measure.asked.requirement
        mine = [int(one.counts(*selected(asked, pack))) for one in doable]
        have = int(measure.have[0])
        if asked.share is None or asked.of == "required":
            yield Line(tuple(mine), low=int(measure.need[0]) - have)
        elif measure.asked.applies[0]:
            top, whole = asked.share.numerator, asked.share.denominator
            others = [0 if one.held else top for one in doable]  # what is held is in the total already, at worst
            weights = tuple(whole - top if own else -other for own, other in zip(mine, others, strict=True))
            yield Line(weights, low=top * _earned(before, measure) - whole * have)


def _earned(before: Standing, measure: Measure) -> int:
    """Hundredths of all classes over the years of a minimum, with what is held of others, should it arrive."""
    own, total = (_sums(before, measure, asked) for asked in (measure.asked.requirement, _ALL))
    return own[0] + max(total[1] - own[1], total[0] - own[0])


def _sums(before: Standing, measure: Measure, asked: Requirement) -> tuple[int, int]:
    """Hundredths toward ``asked`` over the years of a minimum: now, and at most."""
    work, history = before.work, before.work.history
    rows = measure.asked.within(history, work.pack.time.year) & history.of(*selected(asked, work.pack))
    earlier = history.sums(rows, work.claims.people.size)
    now = this_year(work, asked) + earlier
    return int(now[0]), int(before.released.most(now, lambda freed: this_year(freed, asked) + earlier)[0])


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
    chosen = [
        (one.act, steps, number)
        for one, steps, number in zip(doable, choice.steps, choice.acts, strict=True)
        if one.act
    ]
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
    days: list[int] = []
    free = set(act.days)
    for day in act.days:
        run = range(day - act.span + 1, day + 1)
        if len(days) < number and not any(each in used or each not in free for each in run):
            days.append(day)
            used |= set(run)
    return days if len(days) == number else None


def confirmed(
    ground: Ground, before: Standing, ways: Sequence[tuple[Choice, Trial]], doable: Sequence[Doable]
) -> list[bool]:
    """Whether the engine says met, grants every act in full and takes nothing from what was there."""
    results = ground.run([trial for _, trial in ways], with_status=True)
    return [
        _confirms(result, trial, before.work, choice, doable)
        for result, (choice, trial) in zip(results, ways, strict=True)
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
