"""Boundary examples of shares, of caps over several years, of rules with days of their own, of figures below a step."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from ce_toolkit.rules.drafting.boundary_cases import Case, case_of
from ce_toolkit.rules.drafting.broken_claims import broken
from ce_toolkit.rules.drafting.sound_claims import (
    DAY,
    STEP,
    Facts,
    granted_hours,
    is_measured,
    open_classes,
    rounded_up,
    sound_claim,
    step_of,
    valid_on,
    value_of,
    worth_of,
)
from ce_toolkit.rules.pack import Cap, Condition, Gate, Pack, Requirement, RuleBase, Worth
from ce_toolkit.rules.requirements import selected

_TEN = Decimal(10)


def shares(pack: Pack) -> Iterator[Case]:
    """A share of what is asked in all: reached exactly, and a step above it, for whom each total is asked."""
    for rule in pack.of(Cap):
        share = rule.share
        if share is None:
            continue
        for name, kinds in _measured(pack, rule)[:1]:
            for person, total in _totals(pack):
                part = total * share.numerator / share.denominator
                limit = part.quantize(STEP, rounding=ROUND_FLOOR)
                step = step_of(worth_of(pack, name, next(iter(kinds), None)))
                for asked in (limit // step * step, limit // step * step + step):
                    records = _spread(pack, name, asked, kinds)
                    yield _cut(pack, rule, records, min(asked, limit), asked > limit, person=person)


def _totals(pack: Pack) -> Iterator[tuple[Facts, Decimal]]:
    """Somebody of whom each total is asked, with the total."""
    for each in pack.requirements:
        plain = not (each.ladder or each.term or each.prorate or each.waive or each.years > 1)
        if each.bucket == "*" and each.at_least is not None and plain:
            yield ({each.when.field: each.when.values[0]} if each.when else {}), each.at_least


def parts_asked(pack: Pack) -> Iterator[Case]:
    """A requirement that is a share: of the total asked of this person and that, or of ten hours earned elsewhere."""
    for each in pack.requirements:
        if each.share is None:
            continue
        facts = {each.when.field: each.when.values[0]} if each.when else {}
        if each.of == "required":
            for person, total in _totals(pack):
                if each.when is None or person in ({}, facts):
                    need = Fraction(total) * each.share
                    yield _short(pack, each, f"总计{total}", need, person={**person, **facts}, records=[])
            continue
        counted = selected(each, pack)[0]
        for name in [name for name in open_classes(pack) if counted and name not in counted][:1]:
            record = sound_claim(pack, name, _TEN)
            earned = value_of(pack, record)
            if earned <= _room(pack, record, 1):
                need = Fraction(earned) * each.share
                yield _short(pack, each, f"已得{earned}", need, person=facts, records=[{"ref": "r1", **record}])


def _short(pack: Pack, each: Requirement, said: str, need: Fraction, **given: Any) -> Case:
    hours = Decimal(-(-need * 100 // 1)) / 100
    title = f"{each.id}：{said}，还差{hours}{pack.pack.unit}"
    expect = {"short_of": {each.id: hours}}
    case = {"title": title, "clause": list(each.cites), "as_of": pack.time.last, "history": []}
    return {**case, **given, "expect": expect}


def years_together(pack: Pack) -> Iterator[Case]:
    """A cap over several years: what the first of them left, a hundredth less, and the year before it."""
    for rule in pack.of(Cap):
        limit = rule.limit
        if rule.years == 1 or limit is None:
            continue
        for name in open_classes(pack, rule.classes)[:1]:
            record = sound_claim(pack, name, kinds=rule.kinds)
            worth = value_of(pack, record)
            oldest = pack.time.year - rule.years + 1
            past = {"class": name, "kind": record.get("kind")}
            for year, hours, left in (
                (oldest, limit - worth, worth),
                (oldest, limit - worth + STEP, worth - STEP),
                (oldest - 1, limit, worth),
            ):
                history = [{**past, "year": year, "hours": hours}]
                yield _cut(pack, rule, [record], left, left < worth, history=history)


def dated(pack: Pack) -> Iterator[Case]:
    """A rule with days of its own: on its first and last day, the day before and the day after."""
    for rule in pack.rules:
        for name in open_classes(pack, rule.classes) if rule.valid_from or rule.valid_to else ():
            for day in _edges(pack, rule):
                if isinstance(rule, Condition):
                    yield from _stopped(pack, rule, name, day)
                elif isinstance(rule, Worth):
                    record = sound_claim(pack, name, kinds=rule.kinds, date=day)
                    granted = granted_hours(pack, record)
                    yield case_of(pack, _title(pack, rule, name, day), rule.cites, [record], granted=granted)
                elif isinstance(rule, Cap):
                    yield from _capped_on(pack, rule, name, day)


def _edges(pack: Pack, rule: RuleBase) -> list[date]:
    """Days on either side of where a rule begins and ends, as far as they lie in the pack's year."""
    days = [rule.valid_from - DAY, rule.valid_from] if rule.valid_from else []
    days += [rule.valid_to, rule.valid_to + DAY] if rule.valid_to else []
    return [day for day in days if pack.time.first <= day <= pack.time.last]


def _title(pack: Pack, rule: RuleBase, name: str, day: date) -> str:
    return f"{pack.label(name)}：{rule.id}，{day}完成"


def _stopped(pack: Pack, rule: Condition, name: str, day: date) -> Iterator[Case]:
    sound = sound_claim(pack, name, kinds=rule.kinds, date=day)
    for record in broken(pack, rule, sound):
        shown: dict[str, Any] = {"granted": granted_hours(pack, sound), "absent_flags": [rule.reason]}
        if valid_on(rule, day):
            state = "rejected" if isinstance(rule, Gate) else "pending"
            shown = {"granted": {}, "flags": [rule.reason], state: ["r1"]}
        yield case_of(pack, _title(pack, rule, name, day), rule.cites, [record], **shown)


def _capped_on(pack: Pack, rule: Cap, name: str, day: date) -> Iterator[Case]:
    """At the limit and a step above it, completed on the day."""
    worth = worth_of(pack, name, next(iter(rule.kinds), None), day)
    if rule.limit is None or rule.years > 1 or not is_measured(worth):
        return
    for asked in (rule.limit, rule.limit + step_of(worth)):
        others = pack.model_copy(update={"rules": tuple(each for each in pack.rules if each.id != rule.id)})
        records = _spread(others, name, asked, rule.kinds, day)
        over = asked > rule.limit and valid_on(rule, day)
        if len(records) == 1 or rule.scope == "person_year":
            yield _cut(pack, rule, records, rule.limit if over else asked, over)


def _cut(pack: Pack, rule: Cap, records: Sequence[Facts], left: Decimal, cut: bool, **facts: Any) -> Case:
    """A case of one class of which a cap leaves so many hours."""
    name = records[0]["class"]
    asked = sum((value_of(pack, record) for record in records), Decimal(0))
    title = f"{pack.label(name)}：{rule.id}，申报{asked}{pack.pack.unit}，可计{left}"
    shown = {"flags" if cut else "absent_flags": [rule.reason]}
    return case_of(pack, title, rule.cites, records, granted={name: left}, **shown, **facts)


def small_steps(pack: Pack) -> Iterator[Case]:
    """So many half-days or days that a hundredth in each makes a step of their own."""
    for rule in pack.of(Worth):
        for key, per in (("half_days", rule.per_half_day), ("days", rule.per_day)):
            number = rounded_up(rule.step / STEP) if rule.step else 0
            for name in open_classes(pack, rule.classes) if per is not None and number else ():
                record = sound_claim(pack, name, kinds=rule.kinds)
                days = {"start": record["date"], "end": record["date"] + (number - 1) * DAY, "date": None}
                record |= {"hours": None, key: number, **days}
                hours = (per or Decimal(0)) * number
                if hours <= _room(pack, record, number):
                    title = f"{pack.label(name)}：{rule.id}，{number}个，应计{hours}{pack.pack.unit}"
                    yield case_of(pack, title, rule.cites, [record], granted={name: hours})


# ---- claims of so many hours that no other cap cuts ------------------------------------------------------------------


def _caps_of(pack: Pack, record: Facts, scopes: Sequence[str]) -> list[Decimal]:
    """Limits of the caps of these scopes that look at a claim; a share leaves nothing to count on."""
    day = record["date"] or record["end"]
    mine = [cap for cap in pack.of(Cap) if cap.scope in scopes and record["class"] in pack.classes_of(cap)]
    mine = [cap for cap in mine if (not cap.kinds or record.get("kind") in cap.kinds) and valid_on(cap, day)]
    return [cap.limit or Decimal(0) for cap in mine]


def _room(pack: Pack, record: Facts, days: int) -> Decimal:
    """Hours that a claim over so many days may have before any cap cuts it."""
    by_day = [limit * days for limit in _caps_of(pack, record, ("person_day", "claim_day"))]
    return min([*by_day, *_caps_of(pack, record, ("claim", "person_year"))], default=Decimal("Infinity"))


def _measured(pack: Pack, rule: Cap) -> list[tuple[str, Sequence[str]]]:
    """Classes and kinds under a cap of which claims of any number of hours can be made."""
    found: list[tuple[str, Sequence[str]]] = []
    for worth in pack.of(Worth):
        kinds = [kind for kind in worth.kinds if not rule.kinds or kind in rule.kinds] or rule.kinds
        apart = worth.kinds and not set(kinds) & set(worth.kinds)
        if is_measured(worth) and not apart and not worth.valid_from and not worth.valid_to:
            named = [name for name in pack.classes_of(worth) if name in pack.classes_of(rule)]
            found += [(name, kinds[:1]) for name in open_classes(pack, named) if named]
    return found


def _spread(pack: Pack, name: str, hours: Decimal, kinds: Sequence[str] = (), last: date | None = None) -> list[Facts]:
    """Claims of so many hours together that caps of a claim or a day leave whole, all ending on the day ``last``.

    Without ``last`` they follow one another, so that they share no day.
    """
    day = last or sound_claim(pack, name, kinds=kinds)["date"] + 90 * DAY
    sample = sound_claim(pack, name, kinds=kinds, date=day)
    each = min([hours, *_caps_of(pack, sample, ("claim",))])
    per_day = min(_caps_of(pack, sample, ("person_day", "claim_day")), default=hours)
    records: list[Facts] = []
    for part in [each] * int(hours // each) + ([hours % each] if hours % each else []):
        number = rounded_up(part / per_day)
        record = sound_claim(pack, name, part, kinds, date=day)
        span = {"date": None, "start": day - (number - 1) * DAY, "end": day, "days": number} if number > 1 else {}
        records.append(record | span | {"key": f"S-{len(records)}"})
        day -= number * DAY if last is None else 0 * DAY
    return records
