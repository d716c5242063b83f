"""Boundary examples of a pack: each figure and date exactly, a hundredth or a day off, with what must then come out.

They are worked examples (算例) in the format of ``ce_toolkit.rules.examples``; what they expect is added up from the
pack's own figures, never asked of the engine. A pack whose figure or date is changed no longer agrees with the
examples of the pack as it was: that is how a test knows that the examples have teeth.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ce_toolkit.rules.drafting.boundaries_people import fixed_minima, people_examples
from ce_toolkit.rules.pack import (
    Cap,
    Check,
    Condition,
    Gate,
    Grade,
    Need,
    Once,
    Pack,
    RuleBase,
    Scope,
    Split,
    Worth,
)
from ce_toolkit.tables import CLAIMS, FLAG

Case = dict[str, Any]
Facts = dict[str, Any]

_STEP = Decimal("0.01")
_DAY = timedelta(days=1)
_ENOUGH = Decimal(1)  # hours of a claim whose figure is not what the example is about
# words that no gate of a notice is likely to refuse, by field
_WORDS = {"basis": "held_hr", "result": "pass"}
_NAMES = {"recognised": "employer_recognised"}  # where the format's key is not the column's name


def boundary_examples(pack: Pack) -> list[Case]:
    """Worked examples of every limit, minimum, worth, date, window, gate, need and scope of the pack.

    Each has ``id``, ``title`` (Chinese), ``clause``, ``as_of``, ``records`` and ``expect``; flags that must not be
    shown stand in ``expect.absent_flags``.
    """
    parts = (_years, _splits, _worths, _caps, _minima, _conditions, _repeats, _counted_before, _scopes, _checks)
    cases = [case for part in (*parts, people_examples) for case in part(pack)]
    return [{**case, "id": f"{pack.id}-{number:03d}"} for number, case in enumerate(cases, start=1)]


# ---- a case and what it must come to --------------------------------------------------------------------------------


def _case(pack: Pack, title: str, cites: Sequence[str], records: Sequence[Facts], **expected: Any) -> Case:
    """A case whose records are granted ``granted`` hours by class; ``person`` and ``as_of`` may be given."""
    person, as_of = expected.pop("person", None), expected.pop("as_of", pack.time.last)
    past = expected.pop("history", None)
    numbered = [{"ref": f"r{number}", **record} for number, record in enumerate(records, start=1)]
    case = {"title": title, "clause": list(cites), "as_of": as_of, "records": numbered}
    case |= {"person": person} if person else {}
    case |= {"history": past} if past is not None else {}
    return case | {"expect": _expected(pack, **expected)}


def _expected(pack: Pack, granted: Mapping[str, Decimal], *, out: bool = False, **listed: Sequence[str]) -> Facts:
    """Sums, shortfalls and status that follow from the hours granted per class."""
    sums = {name: granted.get(name, Decimal(0)) for name in pack.classes}
    sums |= {bucket: sum((sums[name] for name in names), Decimal(0)) for bucket, names in pack.buckets.items()}
    sums["total"] = sum((sums[bucket] for bucket in pack.buckets), Decimal(0))
    short = {
        minimum.id: Decimal(0)
        if out
        else max(hours - sums["total" if minimum.bucket == "*" else minimum.bucket], Decimal(0))
        for minimum, hours in fixed_minima(pack)
    }
    told: Facts = {"short": short, "status": "out_of_scope" if out else "fail" if any(short.values()) else "pass"}
    if len(short) < len(pack.requirements):  # what is asked of the person besides is the business of other examples
        told = {"short_of": short, **({"status": "out_of_scope"} if out else {})}
    return {**told, "credited": sums, **{name: list(given) for name, given in listed.items()}}


# ---- claims that pass every gate and need ---------------------------------------------------------------------------


def _open_classes(pack: Pack, names: Sequence[str] = ()) -> list[str]:
    """The classes (of ``names``, else of all) in which hours can be had at all."""
    closed = {name for gate in pack.of(Gate) if gate.test == "always" and not gate.kinds for name in gate.classes}
    return [name for name in names or pack.classes if name not in closed]


def _worth(pack: Pack, name: str, kind: str | None = None) -> Worth:
    """The worth rule of a class: the one of the kind where kinds have their own."""
    rules = [rule for rule in pack.of(Worth) if not rule.classes or name in rule.classes]
    return next((rule for rule in rules if kind is None or not rule.kinds or kind in rule.kinds), rules[0])


def _sound(pack: Pack, name: str, hours: Decimal | None = None, kinds: Sequence[str] = (), **facts: Any) -> Facts:
    """A claim of the class that nothing refuses or holds, worth ``hours`` (items: rounded up; fixed: as fixed)."""
    worth = _worth(pack, name, next(iter(kinds), None))
    record: Facts = {"class": name, "date": _quiet_day(pack, name)}
    if kind := next(iter(kinds or worth.kinds), None):
        record["kind"] = kind
    for rule in (*pack.of(Gate), *pack.of(Need)):
        if _concerns(rule, record):
            record |= _passing(pack, rule)
    return {**record, **_figure(worth, _ENOUGH if hours is None else hours, record), **facts}


def _concerns(rule: RuleBase, record: Facts) -> bool:
    return record["class"] in (rule.classes or (record["class"],)) and (
        not rule.kinds or record.get("kind") in rule.kinds
    )


def _passing(pack: Pack, rule: Condition) -> Facts:
    """What a claim must state so that the rule does not meet it."""
    if rule.test == "other_subject":
        return {"subject": pack.time.year}
    if not rule.field:
        return {}
    if CLAIMS.columns[rule.field] == FLAG:
        return {_NAMES.get(rule.field, rule.field): True not in rule.values}
    return {_NAMES.get(rule.field, rule.field): _WORDS.get(rule.field, "stated")}


def _figure(worth: Worth, hours: Decimal, record: Facts) -> Facts:
    if worth.fixed is not None:
        return {}
    if worth.rows:
        return _graded(next((row for row in worth.rows if record.get("kind") in row.kinds), worth.rows[0]))
    if worth.source == "days":
        number = _up(hours / worth.times)
        return {"date": None, "start": record["date"], "end": record["date"] + (number - 1) * _DAY, "days": number}
    if worth.source == "items":
        return {"items": _up(hours / worth.times)}
    figure = hours / worth.times
    return {"hours": figure, "employer_hours": figure} if worth.source == "employer_hours" else {"hours": figure}


def _graded(row: Grade) -> Facts:
    """What a claim states so that a line of a table fits it; what the line does not ask is stated as a tail value."""
    named = {"kind": row.kinds, "level": row.levels, "role": row.roles}
    return {key: values[0] for key, values in named.items() if values} | {"author_rank": row.rank or 99}


def _fits(row: Grade, record: Facts) -> bool:
    named = (("kind", row.kinds), ("level", row.levels), ("role", row.roles))
    ranked = row.rank is None or record.get("author_rank", 99) <= row.rank
    return ranked and all(not values or record.get(key) in values for key, values in named)


def _up(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_CEILING))


def _value(pack: Pack, record: Facts) -> Decimal:
    """What a sound claim is worth before any cap."""
    worth = _worth(pack, record["class"], record.get("kind"))
    if worth.fixed is not None:
        return worth.fixed
    if worth.rows:
        return next((row.hours for row in worth.rows if _fits(row, record)), Decimal(0))
    return Decimal(record["items" if worth.source == "items" else worth.source]) * worth.times


def _quiet_day(pack: Pack, name: str) -> date:
    """A day of the year on which no window is left: the first of the window asked for, else early in the year."""
    for check in pack.checks:
        if check.test == "outside_window" and name in (check.classes or (name,)):
            return pack.windows[check.window].first
    return pack.time.first + 31 * _DAY


def _granted(pack: Pack, *records: Facts) -> dict[str, Decimal]:
    """Hours per class when these claims are granted in full."""
    sums: dict[str, Decimal] = {}
    for record in records:
        sums[record["class"]] = sums.get(record["class"], Decimal(0)) + _value(pack, record)
    return sums


# ---- the year ------------------------------------------------------------------------------------------------------


def _years(pack: Pack) -> Iterator[Case]:
    """First and last day of the year (or of the window a class has) are of it; the day before and after are not."""
    for rule in pack.of(Gate):
        if rule.test not in ("outside_year", "outside_window"):
            continue
        span = pack.windows[rule.window] if rule.window else pack.time
        for name in _open_classes(pack, rule.classes):
            as_of = max(pack.time.last, span.last)
            for day in (span.first, span.last):
                record = _sound(pack, name, date=day)
                title = f"{pack.label(name)}：{day}完成，在年度内"
                yield _case(pack, title, rule.cites, [record], granted=_granted(pack, record), as_of=as_of)
            for day in (span.first - _DAY, span.last + _DAY):
                title = f"{pack.label(name)}：{day}完成，不在年度内"
                record = _sound(pack, name, date=day)
                shown = {"rejected": ["r1"], "flags": [rule.reason], "as_of": as_of}
                yield _case(pack, title, rule.cites, [record], granted={}, **shown)


def _splits(pack: Pack) -> Iterator[Case]:
    """Of two days astride the year's border only the one inside counts."""
    for rule in pack.of(Split):
        for name in _open_classes(pack, rule.classes):
            for day in (pack.time.first - _DAY, pack.time.last):
                table = {day: Decimal(2), day + _DAY: Decimal(2)}
                record = {k: v for k, v in _sound(pack, name, daily=table).items() if k not in ("date", "hours")}
                title = f"{pack.label(name)}：{day}、{day + _DAY}两天跨年，只计年度内一天"
                granted = {name: Decimal(2)}
                yield _case(pack, title, rule.cites, [record], granted=granted, flags=[rule.reason])


# ---- figures ---------------------------------------------------------------------------------------------------------


def _worths(pack: Pack) -> Iterator[Case]:
    """What one claim of each class comes to, and two items; each line of a table, each way to convert."""
    for rule in pack.of(Worth):
        for name in _open_classes(pack, rule.classes):
            for facts, hours in (*_lines(rule), *_converted(rule)):
                record = _sound(pack, name, kinds=rule.kinds) | facts
                title = f"{pack.label(name)}：{rule.id}，应计{hours}学时"
                yield _case(pack, title, rule.cites, [record], granted={name: hours})
    for name in _open_classes(pack):
        rule = _worth(pack, name)
        if rule.rows or rule.source == "days":
            continue
        for hours in (rule.times, 2 * rule.times) if rule.source == "items" else (_ENOUGH + _STEP,):
            record = _sound(pack, name, hours)
            granted = _granted(pack, record)
            yield _case(pack, f"{pack.label(name)}：折算为{granted[name]}学时", rule.cites, [record], granted=granted)


def _lines(rule: Worth) -> Iterator[tuple[Facts, Decimal]]:
    """Each line of a table, and the place among the authors just behind it."""
    for row in rule.rows:
        for facts in (_graded(row), *([_graded(row) | {"author_rank": row.rank + 1}] if row.rank else ())):
            yield facts, next((each.hours for each in rule.rows if _fits(each, facts)), Decimal(0))


def _converted(rule: Worth) -> Iterator[tuple[Facts, Decimal]]:
    """Half-days, days and minutes for which no hours are stated; a figure between two steps."""
    step = rule.step or _STEP
    if rule.per_half_day is not None:
        yield {"hours": None, "half_days": 1}, rule.per_half_day // step * step
    if rule.per_day is not None:
        yield {"hours": None}, rule.per_day // step * step
    if rule.source == "days":
        yield {}, rule.times
    if rule.minutes_per_hour is not None:
        for minutes in (rule.minutes_per_hour, 2 * rule.minutes_per_hour - 1):
            yield {"hours": None, "minutes": minutes}, Decimal(minutes) / rule.minutes_per_hour // step * step
    if rule.step and rule.source == "hours":
        yield {"hours": 2 * step - _STEP}, step


def _caps(pack: Pack) -> Iterator[Case]:
    """Exactly at a limit, and a hundredth (or an item) above it, in one claim and in two."""
    for rule in pack.of(Cap):
        name = next(iter(_open_classes(pack, rule.classes)), None)
        limit = rule.limit
        if name is None or limit is None or not _measured(_worth(pack, name, next(iter(rule.kinds), None))):
            continue  # a share of what is asked of a person, a fixed figure: the pack's own examples show it
        if rule.valid_from or rule.valid_to:
            continue
        for hours in (limit - _STEP, limit, limit + _STEP):
            yield _capped(pack, rule, [_sound(pack, name, hours, rule.kinds)])
        half = _sound(pack, name, limit / 2, rule.kinds)
        rest = _sound(pack, name, limit / 2 + _STEP, rule.kinds)
        if rule.scope in ("person_day", "person_year"):
            yield _capped(pack, rule, [half, rest])
        if rule.scope == "person_day":
            first = half["date"]
            yield _capped(pack, rule, [_over_days(_sound(pack, name, 2 * limit + _STEP), first, 2)], days=2)


def _measured(worth: Worth) -> bool:
    """Whether a claim can be made of any number of hours."""
    return worth.fixed is None and not worth.rows and worth.source != "days"


def _capped(pack: Pack, rule: Cap, records: Sequence[Facts], days: int = 1) -> Case:
    name = records[0]["class"]
    asked = sum((_value(pack, record) for record in records), Decimal(0))
    most = (rule.limit or Decimal(0)) * days
    title = f"{pack.label(name)}：申报{asked}学时，上限{most}"
    shown = {"flags" if asked > most else "absent_flags": [rule.reason]}
    return _case(pack, title, rule.cites, records, granted={name: min(asked, most)}, **shown)


def _over_days(record: Facts, first: date, number: int) -> Facts:
    """The same claim as a course on ``number`` days from ``first``."""
    days = {"start": first, "end": first + (number - 1) * _DAY, "days": number}
    return {name: value for name, value in record.items() if name != "date"} | days


def _minima(pack: Pack) -> Iterator[Case]:
    """Nothing at all, every minimum exactly, and each bucket a hundredth short of it and above it."""
    cites = tuple(dict.fromkeys(cite for minimum in pack.requirements for cite in minimum.cites))
    yield _case(pack, "没有任何学时", cites, [], granted={})
    needed = {minimum.bucket: hours for minimum, hours in fixed_minima(pack) if minimum.bucket != "*"}
    for minimum, _ in fixed_minima(pack):
        for step in (Decimal(0), -_STEP, _STEP):
            wanted = {bucket: hours + step * (bucket == minimum.bucket) for bucket, hours in needed.items()}
            records = [record for bucket, hours in wanted.items() for record in _filled(pack, bucket, hours)]
            granted = _granted(pack, *records)
            title = f"{minimum.id}：合计{sum(granted.values())}学时"
            yield _case(pack, title, minimum.cites, records, granted=granted)


def _filled(pack: Pack, bucket: str, hours: Decimal) -> list[Facts]:
    """Claims that bring a bucket to ``hours`` exactly, in the class that is freest: else in its one fixed claim."""
    capped = {name for cap in pack.of(Cap) if cap.scope == "person_year" for name in cap.classes}
    names = sorted(_open_classes(pack, pack.buckets[bucket]), key=lambda name: name in capped)
    name = next((name for name in names if _worth(pack, name).source in ("hours", "employer_hours")), names[0])
    record = _sound(pack, name, hours)
    day_caps = [cap for cap in pack.of(Cap) if cap.scope in ("person_day", "claim_day") and name in cap.classes]
    if not day_caps:
        return [record]
    number = _up(hours / min(cap.limit for cap in day_caps if cap.limit is not None))
    return [_over_days(record, record["date"], number)]


# ---- gates and needs -------------------------------------------------------------------------------------------------

_Broken = Callable[[Pack, Facts], Facts | None]


def _zero(pack: Pack, record: Facts) -> Facts | None:
    source = _worth(pack, record["class"]).source
    return {"hours": Decimal(0), source: Decimal(0)} if source in ("hours", "employer_hours") else None


def _without(*names: str, **facts: Any) -> _Broken:
    """A record in which these keys are blank."""
    return lambda _, record: {**dict.fromkeys(names), **facts}


def _blanked(pack: Pack, record: Facts) -> Facts | None:
    """A claim that leaves blank what its worth is read from."""
    worth = _worth(pack, record["class"], record.get("kind"))
    if worth.rows:
        asked = {"level": any(row.levels for row in worth.rows), "role": any(row.roles for row in worth.rows)}
        asked["author_rank"] = any(row.rank for row in worth.rows)
        return dict.fromkeys([next(key for key, wanted in asked.items() if wanted)]) if any(asked.values()) else None
    return None if worth.fixed is not None or worth.source in ("items", "days") else {worth.source: None}


# what a claim must state so that the test meets it; None where no claim of that class can
_TESTS: Mapping[str, _Broken] = {
    "always": lambda _, record: {},
    "number_invalid": lambda _, record: {"hours": -_STEP},
    "worth_zero": _zero,
    "no_archive": _without(in_archive=False),
    "archive_unknown": _without("in_archive"),
    "not_passed": _without(result="fail"),
    "other_subject": lambda pack, record: {"subject": pack.time.year - 1},
    "no_date": _without("date"),
    "dates_invalid": lambda _, record: {"start": record["date"], "end": record["date"], "date": None, "days": 2},
    "worth_unknown": _blanked,
    "minutes_only": _without("hours", minutes=45),
    "no_hours": _without("hours"),
    "over_24_a_day": _without(hours=24 + _STEP),
    "employer_hours_blank": _without("employer_hours"),
    "after_as_of": lambda pack, record: {"proof_on": pack.time.last + _DAY},
}


def _conditions(pack: Pack) -> Iterator[Case]:
    """A claim that meets each gate and need, by each value it names, beside a sound one that stays granted."""
    for rule in (*pack.of(Gate), *pack.of(Need)):
        names = rule.classes if rule.test == "always" else _open_classes(pack, rule.classes)
        for name in names:
            sound = _sound(pack, name, kinds=rule.kinds)
            for broken in _broken(pack, rule, sound):
                outcome = {"rejected" if isinstance(rule, Gate) else "pending": ["r1"]}
                person = {"archive": None} if rule.test == "archive_unknown" else None
                shown = {"flags": [rule.reason], "person": person, **outcome}
                yield _case(pack, f"{pack.label(name)}：{rule.id}", rule.cites, [broken], granted={}, **shown)
            if rule.test == "always":
                continue
            title = f"{pack.label(name)}：{rule.id}（符合）"
            yield _case(pack, title, rule.cites, [sound], granted=_granted(pack, sound), absent_flags=[rule.reason])


def _broken(pack: Pack, rule: Condition, sound: Facts) -> Iterator[Facts]:
    if rule.test:
        test = _TESTS.get(rule.test)
        if test and (change := test(pack, sound)) is not None:
            yield sound | change
        return
    key = _NAMES.get(rule.field, rule.field)
    yield from ({**sound, key: value} for value in (*rule.values, *((None,) if rule.blank else ())))


# ---- repeats, people, remarks ----------------------------------------------------------------------------------------


def _repeats(pack: Pack) -> Iterator[Case]:
    """The same thing twice counts once, two things count twice."""
    for rule in pack.of(Once):
        if rule.by in ("clock", "related") or rule.years > 1:
            continue
        for name in _open_classes(pack, rule.classes):
            first = _sound(pack, name, key="K-1")
            both = [first, {**first, "key": "k-1"}]
            title = f"{pack.label(name)}：{rule.id}，同一项两次"
            once = _granted(pack, first)
            yield _case(pack, title, rule.cites, both, granted=once, rejected=["r2"], flags=[rule.reason])
            if rule.by == "key":
                two = [first, {**first, "key": "K-2"}]
                title = f"{pack.label(name)}：{rule.id}，两项"
                yield _case(pack, title, rule.cites, two, granted=_granted(pack, *two), absent_flags=[rule.reason])


def _counted_before(pack: Pack) -> Iterator[Case]:
    """What counted in the first year that a rule looks back to counts no more; what counted before that does."""
    for rule in pack.of(Once):
        for name in _open_classes(pack, rule.classes) if rule.years > 1 else ():
            record = _sound(pack, name, kinds=rule.kinds, key="K-1")
            oldest = pack.time.year - rule.years + 1
            for shift, shown in (
                (0, {"rejected": ["r1"], "flags": [rule.reason]}),
                (-1, {"absent_flags": [rule.reason]}),
            ):
                row = {"class": name, "kind": record.get("kind"), "key": "k-1", "hours": _ENOUGH}
                past = [{**row, "year": oldest + shift + later} for later in range(rule.counted_in)]
                granted = {} if shown.get("rejected") else _granted(pack, record)
                title = f"{pack.label(name)}：{rule.id}，{past[0]['year']}年起已计"
                yield _case(pack, title, rule.cites, [record], granted=granted, history=past, **shown)


def _scopes(pack: Pack) -> Iterator[Case]:
    """Who is not judged; who leaves is judged until the day before."""
    for rule in pack.of(Scope):
        for value in rule.out:
            person: Facts = {rule.field: value}
            yield _case(pack, f"{rule.id}：{value}", rule.cites, [], granted={}, out=True, person=person)
            if not rule.until:
                continue
            for day, out, shown in (
                (pack.time.first - _DAY, True, False),
                (pack.time.first, True, True),
                (pack.time.last, True, True),
                (pack.time.last + _DAY, False, False),
            ):
                flags = {"flags" if shown else "absent_flags": [rule.reason]}
                person = {rule.field: value, rule.until: day}
                yield _case(
                    pack, f"{rule.id}：{value}，{day}", rule.cites, [], granted={}, out=out, person=person, **flags
                )


_OF_PEOPLE = ("joined_during_year", "signed_up_late", "not_signed_up_in_time")  # read a day of the person, no claim


def _checks(pack: Pack) -> Iterator[Case]:
    """A remark on the day outside its window or limit, none on the last day inside."""
    for check in pack.checks:
        for facts, shown in _remarked(pack, check):
            flags = {"flags" if shown else "absent_flags": [check.reason]}
            if check.test in _OF_PEOPLE:
                yield _case(pack, f"{check.id}：{facts}", check.cites, [], granted={}, person=facts, **flags)
                continue
            for name in _open_classes(pack, check.classes):
                record = {key: value for key, value in (_sound(pack, name) | facts).items() if value is not None}
                title = f"{pack.label(name)}：{check.id}，{'提示' if shown else '不提示'}"
                yield _case(pack, title, check.cites, [record], granted=_granted(pack, record), **flags)


def _remarked(pack: Pack, check: Check) -> Iterator[tuple[Facts, bool]]:
    """What a claim (or person) states, and whether the check remarks it."""
    first, last = pack.time.first, pack.time.last
    if check.window and check.test in _OF_PEOPLE:
        closes = pack.windows[check.window].last
        yield from (({"signed_up_on": closes}, False), ({"signed_up_on": closes + _DAY}, True))
    elif check.window:
        opens, closes = pack.windows[check.window].first, pack.windows[check.window].last
        yield {"date": closes}, False
        yield {"date": closes + _DAY}, True
        if check.test == "outside_window":
            yield {"date": opens}, False
            yield {"date": opens - _DAY}, True
    elif check.test == "joined_during_year":
        yield from (({"hired_on": day}, first <= day <= last) for day in (first - _DAY, first, last, last + _DAY))
    elif check.test == "began_before_year":
        yield {"date": None, "start": first, "end": first + _DAY}, False
        yield {"date": None, "start": first - _DAY, "end": first + _DAY}, True
    elif check.test == "several_authors":
        yield {"authors": 1}, False
        yield {"authors": 2}, True
