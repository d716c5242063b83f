"""Boundary examples of a pack: each figure and date exactly, a hundredth or a day off, with what must then come out.

They are worked examples (算例) in the format of ``ce_toolkit.rules.examples``; what they expect is added up from the
pack's own figures, never asked of the engine. A pack whose figure or date is changed no longer agrees with the
examples of the pack as it was: that is how a test knows that the examples have teeth.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from ce_toolkit.rules.drafting.boundaries_people import people_examples
from ce_toolkit.rules.drafting.boundary_cases import Case, case_of, fixed_minima
from ce_toolkit.rules.drafting.boundary_shapes import dated, parts_asked, shares, small_steps, years_together
from ce_toolkit.rules.drafting.broken_claims import broken
from ce_toolkit.rules.drafting.sound_claims import (
    DAY,
    ENOUGH,
    STEP,
    Facts,
    day_for,
    fits,
    graded,
    granted_hours,
    is_measured,
    open_classes,
    rounded_up,
    sound_claim,
    step_of,
    value_of,
    worth_of,
)
from ce_toolkit.rules.pack import (
    Cap,
    Check,
    Gate,
    Need,
    Once,
    Pack,
    Scope,
    Split,
    Worth,
)

_WHOLE_DAY = Decimal(24)  # hours; more on a day no claim of time spent can have


def boundary_examples(pack: Pack) -> list[Case]:
    """Worked examples of every limit, minimum, worth, date, window, gate, need and scope of the pack.

    Each has ``id``, ``title`` (Chinese), ``clause``, ``as_of``, ``records`` and ``expect``; flags that must not be
    shown stand in ``expect.absent_flags``.
    """
    parts = (_years, _splits, _worths, _caps, _minima, _conditions, _repeats, _counted_before, _scopes, _checks)
    more = (shares, parts_asked, years_together, dated, small_steps, people_examples)
    cases = [case for part in (*parts, *more) for case in part(pack)]
    return [{**case, "id": f"{pack.id}-{number:03d}"} for number, case in enumerate(cases, start=1)]


# ---- the year ------------------------------------------------------------------------------------------------------


def _years(pack: Pack) -> Iterator[Case]:
    """First and last day of the year (or of the window a class has) are of it; the day before and after are not."""
    for rule in pack.of(Gate):
        if rule.test not in ("outside_year", "outside_window"):
            continue
        span = pack.windows[rule.window] if rule.window else pack.time
        for name in open_classes(pack, rule.classes):
            as_of = max(pack.time.last, span.last)
            for day in (span.first, span.last):
                record = sound_claim(pack, name, date=day)
                title = f"{pack.label(name)}：{day}完成，在年度内"
                yield case_of(pack, title, rule.cites, [record], granted=granted_hours(pack, record), as_of=as_of)
            for day in (span.first - DAY, span.last + DAY):
                title = f"{pack.label(name)}：{day}完成，不在年度内"
                record = sound_claim(pack, name, date=day)
                shown = {"rejected": ["r1"], "flags": [rule.reason], "as_of": as_of}
                yield case_of(pack, title, rule.cites, [record], granted={}, **shown)


def _splits(pack: Pack) -> Iterator[Case]:
    """Of two days astride the year's border only the one inside counts."""
    for rule in pack.of(Split):
        for name in open_classes(pack, rule.classes):
            for day in (pack.time.first - DAY, pack.time.last):
                table = {day: Decimal(2), day + DAY: Decimal(2)}
                record = {k: v for k, v in sound_claim(pack, name, daily=table).items() if k not in ("date", "hours")}
                title = f"{pack.label(name)}：{day}、{day + DAY}两天跨年，只计年度内一天"
                granted = {name: Decimal(2)}
                yield case_of(pack, title, rule.cites, [record], granted=granted, flags=[rule.reason])


# ---- figures ---------------------------------------------------------------------------------------------------------


def _worths(pack: Pack) -> Iterator[Case]:
    """What one claim of each class comes to, and two items; each line of a table, each way to convert."""
    for rule in pack.of(Worth):
        for name in open_classes(pack, rule.classes):
            for facts, hours in (*_lines(rule), *_converted(rule)):
                record = sound_claim(pack, name, kinds=rule.kinds) | facts
                title = f"{pack.label(name)}：{rule.id}，应计{hours}学时"
                yield case_of(pack, title, rule.cites, [record], granted={name: hours})
    for name in open_classes(pack):
        rule = worth_of(pack, name)
        if rule.rows or rule.source == "days":
            continue
        for hours in (rule.times, 2 * rule.times) if rule.source == "items" else (ENOUGH + STEP,):
            record = sound_claim(pack, name, hours)
            granted = granted_hours(pack, record)
            yield case_of(pack, f"{pack.label(name)}：折算为{granted[name]}学时", rule.cites, [record], granted=granted)


def _lines(rule: Worth) -> Iterator[tuple[Facts, Decimal]]:
    """Each line of a table, and the place among the authors just behind it."""
    for row in rule.rows:
        for facts in (graded(row), *([graded(row) | {"author_rank": row.rank + 1}] if row.rank else ())):
            yield facts, next((each.hours for each in rule.rows if fits(each, facts)), Decimal(0))


def _converted(rule: Worth) -> Iterator[tuple[Facts, Decimal]]:
    """Half-days, days and minutes for which no hours are stated; a figure between two steps."""
    step = rule.step or STEP
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
        yield {"hours": 2 * step - STEP}, step


def _caps(pack: Pack) -> Iterator[Case]:
    """Exactly at a limit, and a hundredth (or an item) above it, in one claim and in two."""
    for rule in pack.of(Cap):
        name = next(iter(open_classes(pack, rule.classes)), None)
        limit = rule.limit
        if name is None or limit is None or not is_measured(worth_of(pack, name, next(iter(rule.kinds), None))):
            continue  # a share of what is asked of a person has examples of its own
        if rule.valid_from or rule.valid_to or rule.years > 1:
            continue
        step = step_of(worth_of(pack, name, next(iter(rule.kinds), None)))
        for hours in (limit - step, limit, limit + step):
            yield _capped(pack, rule, [sound_claim(pack, name, hours, rule.kinds)])
        half = sound_claim(pack, name, limit / 2, rule.kinds)
        rest = sound_claim(pack, name, limit / 2 + step, rule.kinds)
        if rule.scope in ("person_day", "person_year"):
            yield _capped(pack, rule, [half, rest])
        if rule.scope == "person_day":
            first = half["date"]
            course = sound_claim(pack, name, 2 * limit + step, rule.kinds)
            yield _capped(pack, rule, [_over_days(course, first, 2)], days=2)


def _capped(pack: Pack, rule: Cap, records: Sequence[Facts], days: int = 1) -> Case:
    name = records[0]["class"]
    asked = sum((value_of(pack, record) for record in records), Decimal(0))
    most = (rule.limit or Decimal(0)) * days
    title = f"{pack.label(name)}：申报{asked}学时，上限{most}"
    shown = {"flags" if asked > most else "absent_flags": [rule.reason]}
    return case_of(pack, title, rule.cites, records, granted={name: min(asked, most)}, **shown)


def _over_days(record: Facts, first: date, number: int) -> Facts:
    """The same claim as a course on ``number`` days from ``first``."""
    days = {"start": first, "end": first + (number - 1) * DAY, "days": number}
    return {name: value for name, value in record.items() if name != "date"} | days


def _minima(pack: Pack) -> Iterator[Case]:
    """Nothing at all, every minimum exactly, and each bucket a hundredth short of it and above it."""
    cites = tuple(dict.fromkeys(cite for minimum in pack.requirements for cite in minimum.cites))
    yield case_of(pack, "没有任何学时", cites, [], granted={})
    needed = {minimum.bucket: hours for minimum, hours in fixed_minima(pack) if minimum.bucket != "*"}
    for minimum, _ in fixed_minima(pack):
        own = max(map(step_of, pack.of(Worth)), default=STEP)
        for step in (Decimal(0), -own, own):
            wanted = {bucket: hours + step * (bucket == minimum.bucket) for bucket, hours in needed.items()}
            filled = [record for bucket, hours in wanted.items() for record in _filled(pack, bucket, hours)]
            records = [_later(record, 40 * number) for number, record in enumerate(filled)]
            granted = granted_hours(pack, *records)
            title = f"{minimum.id}：合计{sum(granted.values())}学时"
            yield case_of(pack, title, minimum.cites, records, granted=granted)


def _later(record: Facts, days: int) -> Facts:
    """A course of several days moved on, so that courses of two buckets share no day."""
    return record | {key: record[key] + days * DAY for key in ("start", "end") if record.get(key)}


def _filled(pack: Pack, bucket: str, hours: Decimal) -> list[Facts]:
    """Claims that bring a bucket to ``hours`` exactly, in the class that is freest: else in its one fixed claim."""
    capped = {name for cap in pack.of(Cap) if cap.scope == "person_year" for name in cap.classes}
    names = sorted(open_classes(pack, pack.buckets[bucket]), key=lambda name: name in capped)
    name = next((name for name in names if worth_of(pack, name).source in ("hours", "employer_hours")), names[0])
    record = sound_claim(pack, name, hours)
    by_day = [cap for cap in pack.of(Cap) if cap.scope in ("person_day", "claim_day")]
    limits = [cap.limit for cap in by_day if name in pack.classes_of(cap) and cap.limit is not None]
    if not limits and (hours <= _WHOLE_DAY or worth_of(pack, name).source != "hours"):
        return [record]
    number = rounded_up(hours / min(limits, default=_WHOLE_DAY))
    return [_over_days(record, record["date"], number)]


# ---- gates and needs -------------------------------------------------------------------------------------------------


def _conditions(pack: Pack) -> Iterator[Case]:
    """A claim that meets each gate and need, by each value it names, beside a sound one that stays granted."""
    for rule in (*pack.of(Gate), *pack.of(Need)):
        names = rule.classes if rule.test == "always" else open_classes(pack, rule.classes)
        for name in names:
            sound = sound_claim(pack, name, kinds=rule.kinds, date=day_for(pack, name, rule))
            for faulty in broken(pack, rule, sound):
                outcome = {"rejected" if isinstance(rule, Gate) else "pending": ["r1"]}
                person = {"archive": None} if rule.test == "archive_unknown" else None
                shown = {"flags": [rule.reason], "person": person, **outcome}
                yield case_of(pack, f"{pack.label(name)}：{rule.id}", rule.cites, [faulty], granted={}, **shown)
            if rule.test == "always":
                continue
            title = f"{pack.label(name)}：{rule.id}（符合）"
            yield case_of(
                pack, title, rule.cites, [sound], granted=granted_hours(pack, sound), absent_flags=[rule.reason]
            )


# ---- repeats, people, remarks ----------------------------------------------------------------------------------------


def _repeats(pack: Pack) -> Iterator[Case]:
    """The same thing twice counts once, two things count twice."""
    for rule in pack.of(Once):
        if rule.by in ("clock", "related") or rule.years > 1:
            continue
        for name in open_classes(pack, rule.classes):
            first = sound_claim(pack, name, key="K-1")
            both = [first, {**first, "key": "k-1" if rule.by == "key" else "K-2"}]
            title = f"{pack.label(name)}：{rule.id}，同一项两次"
            once = granted_hours(pack, first)
            yield case_of(pack, title, rule.cites, both, granted=once, rejected=["r2"], flags=[rule.reason])
            if rule.by == "key" and not _once_a_person(pack, name):
                two = [first, _later({**first, "key": "K-2"}, 40)]
                title = f"{pack.label(name)}：{rule.id}，两项"
                yield case_of(
                    pack, title, rule.cites, two, granted=granted_hours(pack, *two), absent_flags=[rule.reason]
                )


def _once_a_person(pack: Pack, name: str) -> bool:
    return any(rule.by == "person" and name in pack.classes_of(rule) for rule in pack.of(Once))


def _counted_before(pack: Pack) -> Iterator[Case]:
    """What counted in the first year that a rule looks back to counts no more; what counted before that does."""
    for rule in pack.of(Once):
        for name in open_classes(pack, rule.classes) if rule.years > 1 else ():
            record = sound_claim(pack, name, kinds=rule.kinds, key="K-1")
            oldest = pack.time.year - rule.years + 1
            for shift, shown in (
                (0, {"rejected": ["r1"], "flags": [rule.reason]}),
                (-1, {"absent_flags": [rule.reason]}),
            ):
                row = {"class": name, "kind": record.get("kind"), "key": "k-1", "hours": ENOUGH}
                past = [{**row, "year": oldest + shift + later} for later in range(rule.counted_in)]
                granted = {} if shown.get("rejected") else granted_hours(pack, record)
                title = f"{pack.label(name)}：{rule.id}，{past[0]['year']}年起已计"
                yield case_of(pack, title, rule.cites, [record], granted=granted, history=past, **shown)


def _scopes(pack: Pack) -> Iterator[Case]:
    """Who is not judged; who leaves is judged until the day before."""
    for rule in pack.of(Scope):
        if rule.after:
            for day, out in ((pack.time.first - DAY, False), (pack.time.first, True)):
                told = {"flags" if out else "absent_flags": [rule.reason], "person": {rule.after: day}}
                yield case_of(pack, f"{rule.id}：{day}", rule.cites, [], granted={}, out=out, **told)
        for value in rule.out:
            person: Facts = {rule.field: value}
            yield case_of(pack, f"{rule.id}：{value}", rule.cites, [], granted={}, out=True, person=person)
            if not rule.until:
                continue
            for day, out, shown in (
                (pack.time.first - DAY, True, False),
                (pack.time.first, True, True),
                (pack.time.last, True, True),
                (pack.time.last + DAY, False, False),
            ):
                flags = {"flags" if shown else "absent_flags": [rule.reason]}
                person = {rule.field: value, rule.until: day}
                yield case_of(
                    pack, f"{rule.id}：{value}，{day}", rule.cites, [], granted={}, out=out, person=person, **flags
                )


_OF_PEOPLE = ("joined_during_year", "signed_up_late", "not_signed_up_in_time")  # read a day of the person, no claim


def _checks(pack: Pack) -> Iterator[Case]:
    """A remark on the day outside its window or limit, none on the last day inside."""
    for check in pack.checks:
        for facts, shown in _remarked(pack, check):
            flags = {"flags" if shown else "absent_flags": [check.reason]}
            if check.test in _OF_PEOPLE:
                yield case_of(pack, f"{check.id}：{facts}", check.cites, [], granted={}, person=facts, **flags)
                continue
            for name in open_classes(pack, check.classes):
                record = {key: value for key, value in (sound_claim(pack, name) | facts).items() if value is not None}
                title = f"{pack.label(name)}：{check.id}，{'提示' if shown else '不提示'}"
                yield case_of(pack, title, check.cites, [record], granted=granted_hours(pack, record), **flags)


def _remarked(pack: Pack, check: Check) -> Iterator[tuple[Facts, bool]]:
    """What a claim (or person) states, and whether the check remarks it."""
    first, last = pack.time.first, pack.time.last
    if check.window and check.test in _OF_PEOPLE:
        closes = pack.windows[check.window].last
        yield from (({"signed_up_on": closes}, False), ({"signed_up_on": closes + DAY}, True))
    elif check.window:
        opens, closes = pack.windows[check.window].first, pack.windows[check.window].last
        yield {"date": closes}, False
        yield {"date": closes + DAY}, True
        if check.test == "outside_window":
            yield {"date": opens}, False
            yield {"date": opens - DAY}, True
    elif check.test == "joined_during_year":
        yield from (({"hired_on": day}, first <= day <= last) for day in (first - DAY, first, last, last + DAY))
    elif check.test == "began_before_year":
        yield {"date": None, "start": first, "end": first + DAY}, False
        yield {"date": None, "start": first - DAY, "end": first + DAY}, True
    elif check.test == "several_authors":
        yield {"authors": 1}, False
        yield {"authors": 2}, True
