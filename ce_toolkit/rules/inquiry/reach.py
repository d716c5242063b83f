"""Whom a change of rules can reach: everybody else has, under both packs, the same hours in the same state.

People are judged apart from one another, so who has no claim that a changed rule looks at differently stands as before.
The answer is never too narrow and may be too wide: a rule that is new is asked of all claims it is about, whatever
another rule made of them first.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ce_toolkit.rules import once
from ce_toolkit.rules.conditions import Case, context, meets
from ce_toolkit.rules.credit import Judgement, before_caps, cap_limits, clipped_to, used_before
from ce_toolkit.rules.measures import Released
from ce_toolkit.rules.pack import Cap, Condition, Once, Pack, RuleBase, Scope, Split, Worth, acting
from ce_toolkit.rules.view import day_number
from ce_toolkit.rules.worth import figures
from ce_toolkit.tables import BoolArray, Int64Array

_DAILY = ("claim_day", "person_day")
_APART = 1 << 21  # room for a day number on either side

Change = tuple[RuleBase | None, RuleBase | None]


def _context(rule: RuleBase, pack: Pack) -> Any:
    """What of the pack decides, beside the rule itself, what the rule does."""
    if isinstance(rule, Condition):
        return context(rule, pack)
    if isinstance(rule, Split):
        return pack.time.model_dump_json()
    if isinstance(rule, Cap) and rule.share is not None:
        return pack.time.model_dump_json(), tuple(map(acting, pack.requirements))
    return pack.time.year if isinstance(rule, Cap | Once) else ""


def _changes(before: Pack, after: Pack) -> Iterator[Change]:
    """Rules that act differently in two packs, side by side where both have them under one verb."""
    old, new = ({rule.id: rule for rule in pack.rules if not isinstance(rule, Scope)} for pack in (before, after))
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        if one is None or other is None or type(one) is type(other):
            if one is None or other is None or _key(one, before) != _key(other, after):
                yield one, other
        else:
            yield one, None
            yield None, other


def _key(rule: RuleBase | None, pack: Pack) -> Any:
    return None if rule is None else (acting(rule), _context(rule, pack))


def _same_order(before: Pack, after: Pack) -> bool:
    """Whether rules that both packs have stand in one order, and worth is read from one set of fields."""
    old, new = ([rule.id for rule in pack.rules if not isinstance(rule, Scope)] for pack in (before, after))
    fields = [{rule.source for rule in pack.of(Worth)} for pack in (before, after)]
    return [name for name in old if name in new] == [name for name in new if name in old] and fields[0] == fields[1]


class Reach:
    """Whom changes of the pack that was judged by can reach; an answer is kept for the next one who asks."""

    def __init__(self, work: Judgement, released: Released) -> None:
        self.work, self.released = work, released
        self._kept: dict[Any, BoolArray] = {}
        self.most = self._most_before_caps()

    def of(self, pack: Pack) -> BoolArray:
        """Per person, whether ``pack`` may give one of its claims another figure or state."""
        people = self.work.claims.people.size
        if not _same_order(self.work.pack, pack):
            return np.ones(people, dtype=bool)
        hit = np.zeros(people, dtype=bool)
        for change in _changes(self.work.pack, pack):
            key = (_key(change[0], self.work.pack), _key(change[1], pack))
            if key not in self._kept:
                self._kept[key] = self._reached(change, pack)
            hit |= self._kept[key]
        return hit

    def classes(self, pack: Pack) -> frozenset[str]:
        """The classes of claims whose hours a change can reach: those of the rules, and those tied to them."""
        if not _same_order(self.work.pack, pack):
            return frozenset(pack.classes)
        homes = (self.work.pack, pack)
        found = {
            name
            for change in _changes(*homes)
            for rule, home in zip(change, homes, strict=True)
            if rule is not None
            for name in home.classes_of(rule)
        }
        ties = [set(home.classes_of(rule)) for home in homes for rule in home.rules if _ties(rule)]
        for _ in ties:
            found |= {name for tied in ties if tied & found for name in tied}
        return frozenset(found)

    def only(self, verb: type[RuleBase], pack: Pack) -> bool:
        """Whether no rules but those of one verb differ."""
        changes = _changes(self.work.pack, pack)
        return _same_order(self.work.pack, pack) and all(isinstance(one or other, verb) for one, other in changes)

    def _reached(self, change: Change, pack: Pack) -> BoolArray:
        one, other = change
        kind = one or other
        if isinstance(kind, Condition):
            return self._people(self._conditions(change, pack))
        if isinstance(kind, Worth):
            return self._people(self._worths(change))
        if isinstance(kind, Once):
            return self._people(self._repeats(change))
        if isinstance(kind, Split):
            return self._people(self._crossing(change, pack))
        return self._capped(change, pack)

    def _people(self, claims: BoolArray) -> BoolArray:
        hit = np.zeros(self.work.claims.people.size, dtype=bool)
        hit[self.work.claims.person[claims]] = True
        return hit

    def _none(self) -> BoolArray:
        return np.zeros(self.work.claims.size, dtype=bool)

    # ---- gates and needs ----

    def _conditions(self, change: Change, pack: Pack) -> BoolArray:
        """Claims that meet one condition and not the other, with their worth as it is or at its best."""
        one, other = (self._met(rule, home) for rule, home in zip(change, (self.work.pack, pack), strict=True))
        return (one[0] != other[0]) | (one[1] != other[1])

    def _met(self, rule: RuleBase | None, pack: Pack) -> tuple[BoolArray, BoolArray]:
        if not isinstance(rule, Condition):
            return self._none(), self._none()
        mine, work = self.work.of(rule), self.work
        now = meets(rule, Case(work.claims, pack, work.as_of, (work.worth, work.known))) & mine
        if not rule.test:
            return now, now
        return now, meets(rule, Case(work.claims, pack, work.as_of, self._best)) & mine

    @property
    def _best(self) -> tuple[Int64Array, BoolArray]:
        """Worth and whether it is known, of claims as if nothing were held back."""
        worth, known = self.work.worth.copy(), self.work.known.copy()
        if self.released.concerned.any():
            worth[self.released.rows], known[self.released.rows] = self.released.freed.worth, self.released.freed.known
        return worth, known

    # ---- worth, repeats, the year's border ----

    def _worths(self, change: Change) -> BoolArray:
        hit = self._none()
        if any(isinstance(rule, Worth) and rule.source == "employer_hours" for rule in change):
            return np.logical_or.reduce([self.work.of(rule) for rule in change if rule is not None])
        for at_best in (False, True):
            one, other = (self._figures(rule, at_best=at_best) for rule in change)
            hit |= (one[0] != other[0]) | (one[1] != other[1])
        return hit

    def _figures(self, rule: RuleBase | None, *, at_best: bool) -> tuple[Int64Array, BoolArray]:
        if not isinstance(rule, Worth):
            return np.zeros(self.work.claims.size, dtype=np.int64), self._none()
        worth, known = figures(self.work.claims, rule, at_best=at_best)
        mine = self.work.of(rule)
        return np.where(mine, worth, -1), known & mine

    def _repeats(self, change: Change) -> BoolArray:
        """Claims that the old rule refused, and those that the new one would if no other rule had stopped any."""
        hit = self._none()
        before, after = change
        if before is not None:
            number = self.work.pack.rules.index(before)
            hit[self._moved(self.work, number)] = True
            if self.released.concerned.any():
                hit[self.released.rows[self._moved(self.released.freed, number)]] = True
        if isinstance(after, Once):
            for rows in self._found(after):
                hit[rows] = True
        return hit

    @staticmethod
    def _moved(work: Judgement, number: int) -> Int64Array:
        rows = [entry.rows for entry in work.entries if entry.rule == number]
        return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)

    def _found(self, rule: Once) -> Iterator[Int64Array]:
        claims, live = self.work.claims, self.work.of(rule)
        if rule.by == "clock":
            yield once.clock_conflicts(claims, live, self.work.granted)[0]
        elif rule.years > 1:
            year = self.work.pack.time.year
            yield from (rows for rows, _ in once.counted_before(claims, live, rule, self.work.history, year))
        else:
            yield from (rows for rows, _ in once.FINDERS[rule.by](claims, live, rule))

    def _crossing(self, change: Change, pack: Pack) -> BoolArray:
        """Claims over the border of either year."""
        hit, claims = self._none(), self.work.claims
        for rule, home in zip(change, (self.work.pack, pack), strict=True):
            if rule is not None:
                first, last = day_number(home.time.first), day_number(home.time.last)
                hit |= ((claims.start < first) | (claims.end > last)) & (claims.span > 0) & self.work.of(rule)
        return hit

    # ---- caps ----

    def _most_before_caps(self) -> Int64Array:
        """Hundredths of each claim when caps are reached, or those it could have if nothing were held back."""
        most = before_caps(self.work)
        if self.released.concerned.any():
            rows = self.released.rows
            most[rows] = np.maximum(most[rows], before_caps(self.released.freed))
        return most

    def _capped(self, change: Change, pack: Pack) -> BoolArray:
        hit = np.zeros(self.work.claims.people.size, dtype=bool)
        one, other = change
        homes = zip(change, (self.work.pack, pack), strict=True)
        years = [
            self._sums(rule, home) for rule, home in homes if isinstance(rule, Cap) and rule.scope == "person_year"
        ]
        if len(years) == 2 and _about(one) == _about(other):
            hit |= np.minimum(*years[0]) != np.minimum(*years[1])
        else:
            hit |= np.logical_or.reduce([sums > room for sums, room in years]) if years else False
        alone = [self._alone(rule, pack) for rule in change]
        hit |= self._people(alone[0] != alone[1])
        for rule in change:
            if isinstance(rule, Cap) and rule.scope in _DAILY:
                timed = self.work.of(rule) & self.work.claims.timetable.has
                hit |= self._people(timed | (self._meeting(rule) if rule.scope == "person_day" else False))
        return hit

    def _sums(self, rule: Cap, pack: Pack) -> tuple[Int64Array, Int64Array]:
        """What each person has under a yearly cap, and the room there is for it."""
        claims, mine = self.work.claims, self.work.of(rule)
        sums = np.bincount(claims.person[mine], weights=self.most[mine], minlength=claims.people.size)
        limit = cap_limits(claims.people, pack, rule) - used_before(replace(self.work, pack=pack), rule)
        return sums.astype(np.int64), np.maximum(limit, 0)

    def _alone(self, rule: RuleBase | None, pack: Pack) -> Int64Array:
        """What a cap by the claim or the day leaves of each claim if the person has no other."""
        if not isinstance(rule, Cap) or rule.scope == "person_year":
            return self.most
        claims = self.work.claims
        if rule.scope == "claim":
            left = np.minimum(self.most, cap_limits(claims.people, pack, rule)[claims.person])
        else:
            first, last = clipped_to(self.work, np.arange(claims.size))
            span = last.astype(np.int64) - first + 1
            days = span if rule.count == "calendar" or rule.spread == "even" else np.minimum(claims.teaching_days, span)
            left = np.where(claims.span > 0, np.minimum(self.most, int((rule.limit or 0) * 100) * days), self.most)
        return np.where(self.work.of(rule), left, self.most)

    def _meeting(self, rule: Cap) -> BoolArray:
        """Claims under a daily cap that begin before an earlier one of the person has ended."""
        claims, hit = self.work.claims, self._none()
        rows = np.flatnonzero(self.work.of(rule) & (self.most > 0) & (claims.span > 0))
        base = claims.person[rows] * _APART + _APART // 2
        start, end = base + claims.start[rows], base + claims.end[rows]
        order = np.argsort(start, kind="stable")
        reached = np.maximum.accumulate(end[order])
        hit[rows[order[1:][start[order[1:]] <= reached[:-1]]]] = True
        return hit


def _ties(rule: RuleBase) -> bool:
    """Whether what a rule makes of a claim hangs on claims of other classes; one thing is told by class (C24)."""
    return isinstance(rule, Cap) or (isinstance(rule, Once) and rule.by != "key")


def _about(rule: RuleBase | None) -> str:
    """The claims that a cap is about."""
    wanted = {"classes", "kinds", "valid_from", "valid_to", "scope"}
    return "" if rule is None else str(rule.model_dump_json(include=wanted))
