"""What a person can do under a pack: every kind of claim that it knows, with the facts that its gates and needs ask.

Nothing here says what an act is worth to the person: that is tried on the engine (``ce_toolkit.rules.inquiry.trials``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ce_toolkit.rules.inquiry.tried import reads
from ce_toolkit.rules.pack import Cap, Condition, Gate, Grade, Need, Pack, RuleBase, Worth
from ce_toolkit.rules.view import day_number, day_of
from ce_toolkit.tables import CLAIMS, FLAG, TEXT, WORD

_GOOD: Mapping[str, Any] = {"basis": "approved_hr", "result": "pass", "authors": 1, "author_rank": 1}
_OTHER = "其他"  # a level or role that no line of a table names
_NAMED = "拟"  # stands for a text that may not be blank, and differs from act to act
_NO_DAY_CAP = 2400  # more hours than a day has are held as a slip (MC8)
_ENDLESS = 10**6  # hundredths: more than anything asks
_DAY = 800  # how an entry without a cap by day is laid out: eight hours a day, while there are days
DAY_SCOPES = ("person_day", "claim_day")


@dataclass(frozen=True)
class Act:
    """One kind of thing that can be done, on any of ``days`` (day numbers, the last first).

    ``unit`` is the least it can add, ``most`` what one act can hold at most (hundredths): the same where an act is all
    or nothing. ``span`` is how many days of its own an act needs; 0 where it needs none. ``grade`` is the line of a
    table that it is worth by. It counts from the day ``begins`` to the day ``until``.
    """

    class_: str
    kind: str
    facts: Mapping[str, Any]
    worth: Worth
    unit: int
    most: int
    days: tuple[int, ...]
    begins: int
    until: int
    span: int = 0
    grade: Grade | None = None

    @property
    def elastic(self) -> bool:
        """Whether an act can be of any length."""
        return self.worth.source in {"hours", "employer_hours"} and not self.worth.rows

    def under(self, rule: RuleBase) -> bool:
        """Whether a rule looks at claims of this class and kind, completed on these days."""
        return of_rule(rule, self.class_, self.kind) and _valid(rule, self.days[0])

    def claim(self, amount: int, day: int, number: int = 0) -> dict[str, Any]:
        """One act as a claim that is worth ``amount`` hundredths, completed on ``day``; ``number`` tells acts apart."""
        length = max(self.span, 1)
        stated: dict[str, Any] = {}
        if self.elastic:
            times = int(self.worth.times * 100)
            figure = -(-amount * 100 // times)
            stated = {self.worth.source: _hours(figure)}
            if self.span == 0 and self.worth.source == "hours":
                length = min(-(-figure // _DAY), len(self.days))
        start = max(day - length + 1, self.days[-1]) if self.span == 0 else day - length + 1
        named = {name: f"{value}{number}" for name, value in self.facts.items() if value == _NAMED}
        return {**self.facts, **stated, **named, "class": self.class_, "kind": self.kind or None,
                "start": day_of(start), "end": day_of(day)}  # fmt: skip


def _hours(hundredths: int) -> Decimal:
    return Decimal(hundredths) / 100


def of_rule(rule: RuleBase, class_: str, kind: str) -> bool:
    """Whether a rule looks at claims of this class and kind at all."""
    return (not rule.classes or class_ in rule.classes) and (not rule.kinds or kind in rule.kinds)


def _valid(rule: RuleBase, day: int) -> bool:
    first, last = rule.valid_from, rule.valid_to
    return (first is None or day >= day_number(first)) and (last is None or day <= day_number(last))


def acts(pack: Pack, day_range: tuple[date, date], taken: Collection[int]) -> Iterator[Act]:
    """Every kind of act that the pack knows, in its order, on the days from first to last.

    ``taken``: day numbers on which nothing fits any more where a day has a cap.
    """
    for class_ in pack.classes:
        for kind in (*kinds_of(pack, class_), ""):
            for first, last in _stretches(pack, class_, kind, day_range):
                rule = _worth_of(pack, class_, kind, last)
                if rule is not None:
                    yield from _acts_worth(pack, (class_, kind), rule, (first, last), taken)


def kinds_of(pack: Pack, class_: str) -> tuple[str, ...]:
    """The kinds of a class that a rule or a minimum tells apart."""
    found: dict[str, None] = {}
    for rule in pack.rules:
        if not rule.classes or class_ in rule.classes:
            found |= dict.fromkeys(rule.kinds)
            rows = rule.rows if isinstance(rule, Worth) else ()
            found |= dict.fromkeys(kind for row in rows for kind in row.kinds)
    for asked in pack.requirements:
        if class_ in asked.classes or (asked.kinds and not asked.classes):
            found |= dict.fromkeys(asked.kinds)
    return tuple(found)


def _worth_of(pack: Pack, class_: str, kind: str, day: int) -> Worth | None:
    """The rule that gives the figure: of several the last, as the engine has it."""
    rules = [rule for rule in pack.of(Worth) if of_rule(rule, class_, kind) and _valid(rule, day)]
    return rules[-1] if rules else None


def conditions_of(pack: Pack, class_: str, kind: str) -> list[Condition]:
    """The gates and needs that look at such claims."""
    rules: list[Condition] = [*pack.of(Gate), *pack.of(Need)]
    return [rule for rule in rules if of_rule(rule, class_, kind)]


def _stretches(pack: Pack, class_: str, kind: str, day_range: tuple[date, date]) -> Iterator[tuple[int, int]]:
    """Spans of days under the same rules: within the year, or the windows that such claims must lie in."""
    first, last = (day_number(day) for day in day_range)
    rules = conditions_of(pack, class_, kind)
    windows = [pack.windows[rule.window] for rule in rules if rule.test == "outside_window"]
    if not windows or any(rule.test == "outside_year" for rule in rules):
        first, last = max(first, day_number(pack.time.first)), min(last, day_number(pack.time.last))
    for window in windows:
        first, last = max(first, day_number(window.first)), min(last, day_number(window.last))
    for begin, end in wished_windows(pack, class_, kind):
        if max(first, begin) <= min(last, end):
            first, last = max(first, begin), min(last, end)
    edges = {first, last + 1}
    for rule in pack.rules:
        if of_rule(rule, class_, kind):
            edges |= {day_number(rule.valid_from)} if rule.valid_from else set()
            edges |= {day_number(rule.valid_to) + 1} if rule.valid_to else set()
    inside = sorted(edge for edge in edges if first <= edge <= last + 1)
    yield from ((begin, end - 1) for begin, end in pairwise(inside))


def wished_windows(pack: Pack, class_: str, kind: str) -> list[tuple[int, int]]:
    """Windows that such claims should lie in: outside of them they count, with a flag."""
    checks = [check for check in pack.checks if check.test == "outside_window" and of_rule(check, class_, kind)]
    windows = [pack.windows[check.window] for check in checks]
    return [(day_number(window.first), day_number(window.last)) for window in windows]


def _acts_worth(
    pack: Pack, what: tuple[str, str], rule: Worth, span: tuple[int, int], taken: Collection[int]
) -> Iterator[Act]:
    """The acts of one class and kind within days under the same rules: of a table one for each line."""
    class_, kind = what
    last, first = span[1], span[0]
    limits = [
        (cap.scope, int((cap.limit or 0) * 100))
        for cap in pack.of(Cap)
        if cap.limit is not None and cap.scope != "person_year" and of_rule(cap, class_, kind) and _valid(cap, last)
    ]
    a_day = min((limit for scope, limit in limits if scope in DAY_SCOPES), default=0)
    an_act = min((limit for scope, limit in limits if scope == "claim"), default=0)
    free = tuple(day for day in range(last, first - 1, -1) if not a_day or day not in taken)
    for grade, facts, figure in _grades(rule, kind):
        stated = {**facts_of(pack, class_, kind), **facts}
        act = Act(class_, kind, stated, rule, figure, figure, free, first, last, grade=grade)
        if act.elastic:
            act = _elastic(act, a_day, an_act)
        elif a_day:
            act = replace(act, span=1 if rule.source == "days" else max(-(-figure // a_day), 1))
        if free and act.most >= act.unit > 0:
            yield act


def _elastic(act: Act, a_day: int, an_act: int) -> Act:
    """An act of any length: within the caps by day and by claim, and no more hours than its days have."""
    rule = act.worth
    times = int(rule.times * 100)
    unit = int(rule.step * 100) if rule.step else max(times // 100, 1)
    endless = min(_NO_DAY_CAP * len(act.days) * times // 100, _ENDLESS)
    most = min(a_day or endless, an_act or _ENDLESS)
    return replace(act, unit=unit, most=most // unit * unit, span=1 if a_day else 0)


def _grades(rule: Worth, kind: str) -> Iterator[tuple[Grade | None, Mapping[str, Any], int]]:
    """Facts that lead to each figure of a rule, in hundredths (0 where the figure is free), and the table's line."""
    if rule.rows:
        for place, row in enumerate(rule.rows):
            if not row.kinds or kind in row.kinds:
                before = [one for one in rule.rows[:place] if not one.kinds or kind in one.kinds]
                yield row, _grade_facts(row, before), int(row.hours * 100)
        return
    figure = rule.fixed if rule.fixed is not None else rule.times if rule.source in {"items", "days"} else Decimal(0)
    step = int(rule.step * 100) if rule.step else 1
    yield None, {}, int(figure * 100) // step * step


def _grade_facts(row: Grade, before: Sequence[Grade]) -> dict[str, Any]:
    """A level, a role and a place among the authors that fit this line and none of those before it."""
    facts: dict[str, Any] = {}
    for name, own, others in (
        ("level", row.levels, [word for one in before for word in one.levels]),
        ("role", row.roles, [word for one in before for word in one.roles]),
    ):
        if own or others:
            facts[name] = own[0] if own else _OTHER
    ranks = [one.rank for one in before if one.rank and (not one.levels or facts.get("level") in one.levels)]
    if row.rank or any(one.rank for one in before):
        rank = max(ranks, default=0) + 1
        facts |= {"author_rank": min(rank, row.rank) if row.rank else rank, "authors": None}
    return facts


def facts_of(pack: Pack, class_: str, kind: str) -> dict[str, Any]:
    """What a claim must state so that no gate refuses it and no need holds it."""
    rules = conditions_of(pack, class_, kind)
    facts = {name: _good(name, pack) for rule in rules for name in reads(rule)[0] if name in CLAIMS.columns}
    facts = {name: value for name, value in facts.items() if value is not None}
    for rule in rules:
        if rule.field and CLAIMS.columns[rule.field] in (FLAG, WORD):
            facts[rule.field] = _allowed(rule, facts.get(rule.field))
        elif rule.field and CLAIMS.columns[rule.field] == TEXT:
            facts[rule.field] = _NAMED
    return facts


def _good(name: str, pack: Pack) -> Any:
    if name == "subject":
        return str(pack.time.year)
    return _GOOD.get(name, True if CLAIMS.columns[name] == FLAG else None)


def _allowed(rule: Condition, value: Any) -> Any:
    """The value, or another one where the rule takes exception to it."""
    if CLAIMS.columns[rule.field] == FLAG:
        return next((each for each in (value, True, False) if each is not None and each not in rule.values), None)
    return next((each for each in (value, *_BASES) if each and each not in rule.values), None)


_BASES = ("approved_industry", "held_hr", "held_industry", "recorded_hr", _OTHER)
