"""Claims that pass every gate and need of a pack, worth what is asked: what boundary examples are made of."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ce_toolkit.rules.pack import Condition, Gate, Grade, Need, Pack, RuleBase, Worth
from ce_toolkit.tables import CLAIMS, FLAG

Facts = dict[str, Any]

STEP = Decimal("0.01")
DAY = timedelta(days=1)
ENOUGH = Decimal(1)  # hours of a claim whose figure is not what the example is about
# words that no gate of a notice is likely to refuse, by field
_WORDS = {"basis": "held_hr", "result": "pass"}
NAMES = {"recognised": "employer_recognised"}  # where the format's key is not the column's name


def open_classes(pack: Pack, names: Sequence[str] = ()) -> list[str]:
    """The classes (of ``names``, else of all) in which hours can be had at all."""
    closed = {name for gate in pack.of(Gate) if gate.test == "always" and not gate.kinds for name in gate.classes}
    return [name for name in names or pack.classes if name not in closed]


def worth_of(pack: Pack, name: str, kind: str | None = None, day: date | None = None) -> Worth:
    """The worth rule of a class: the one of the kind where kinds have their own, and of the day where it matters."""
    rules = [rule for rule in pack.of(Worth) if name in pack.classes_of(rule)]
    rules = [rule for rule in rules if valid_on(rule, day or quiet_day(pack, name))] or rules
    return next((rule for rule in rules if kind is None or not rule.kinds or kind in rule.kinds), rules[0])


def valid_on(rule: RuleBase, day: date) -> bool:
    """Whether a rule looks at what is completed on a day."""
    return (rule.valid_from or day) <= day <= (rule.valid_to or day)


def day_for(pack: Pack, name: str, rule: RuleBase) -> date:
    """A day on which the rule is valid and no window is left, as far as there is one."""
    quiet = quiet_day(pack, name)
    return quiet if valid_on(rule, quiet) else rule.valid_from or rule.valid_to or quiet


def sound_claim(pack: Pack, name: str, hours: Decimal | None = None, kinds: Sequence[str] = (), **facts: Any) -> Facts:
    """A claim of the class that nothing refuses or holds, worth ``hours`` (items: rounded up; fixed: as fixed)."""
    day = facts.get("date") or quiet_day(pack, name)
    worth = worth_of(pack, name, next(iter(kinds), None), day)
    record: Facts = {"class": name, "date": day}
    if kind := next(iter(kinds or worth.kinds), None):
        record["kind"] = kind
    for rule in (*pack.of(Gate), *pack.of(Need)):
        if _concerns(rule, record):
            record |= _passing(pack, rule, record)
    return {**record, **_figure(worth, ENOUGH if hours is None else hours, record), **facts}


def _concerns(rule: RuleBase, record: Facts) -> bool:
    mine = record["class"] in (rule.classes or (record["class"],)) and valid_on(rule, record["date"])
    return mine and (not rule.kinds or record.get("kind") in rule.kinds)


def _passing(pack: Pack, rule: Condition, record: Facts) -> Facts:
    """What a claim must state so that the rule does not meet it."""
    if rule.blank and not rule.values and record.get(rule.field) is not None:
        return {}
    if rule.test == "other_subject":
        return {"subject": pack.time.year}
    if not rule.field:
        return {}
    if CLAIMS.columns[rule.field] == FLAG:
        return {NAMES.get(rule.field, rule.field): True not in rule.values}
    return {NAMES.get(rule.field, rule.field): _WORDS.get(rule.field, "stated")}


def _figure(worth: Worth, hours: Decimal, record: Facts) -> Facts:
    if worth.fixed is not None:
        return {}
    if worth.rows:
        return graded(next((row for row in worth.rows if record.get("kind") in row.kinds), worth.rows[0]))
    if worth.source == "days":
        number = rounded_up(hours / worth.times)
        return {"date": None, "start": record["date"], "end": record["date"] + (number - 1) * DAY, "days": number}
    if worth.source == "items":
        return {"items": rounded_up(hours / worth.times)}
    figure = hours / worth.times
    return {"hours": figure, "employer_hours": figure} if worth.source == "employer_hours" else {"hours": figure}


def graded(row: Grade) -> Facts:
    """What a claim states so that a line of a table fits it; what the line does not ask is stated as a tail value."""
    named = {"level": row.levels, "role": row.roles}
    stated = {key: values[0] if values else "other" for key, values in named.items()}
    return {**({"kind": row.kinds[0]} if row.kinds else {}), **stated, "author_rank": row.rank or 99}


def fits(row: Grade, record: Facts) -> bool:
    """Whether a record has what a line of a table asks for."""
    named = (("kind", row.kinds), ("level", row.levels), ("role", row.roles))
    ranked = row.rank is None or record.get("author_rank", 99) <= row.rank
    return ranked and all(not values or record.get(key) in values for key, values in named)


def rounded_up(number: Decimal) -> int:
    """The next whole number."""
    return int(number.to_integral_value(ROUND_CEILING))


def value_of(pack: Pack, record: Facts) -> Decimal:
    """What a sound claim is worth before any cap."""
    worth = worth_of(pack, record["class"], record.get("kind"), record.get("date") or record.get("end"))
    if worth.fixed is not None:
        return worth.fixed
    if worth.rows:
        return next((row.hours for row in worth.rows if fits(row, record)), Decimal(0))
    value = Decimal(record[worth.source]) * worth.times
    return value // worth.step * worth.step if worth.step else value


def quiet_day(pack: Pack, name: str) -> date:
    """A day of the year on which no window is left: the first of the window asked for, else early in the year."""
    for check in pack.checks:
        if check.test == "outside_window" and name in (check.classes or (name,)):
            return pack.windows[check.window].first
    return pack.time.first + 31 * DAY


def is_measured(worth: Worth) -> bool:
    """Whether a claim can be made of any number of hours."""
    return worth.source in ("hours", "employer_hours", "items")


def step_of(worth: Worth) -> Decimal:
    """The least by which two claims of measured hours differ."""
    least = STEP * worth.times if worth.source in ("hours", "employer_hours") else STEP
    return max(worth.step or STEP, least)


def granted_hours(pack: Pack, *records: Facts) -> dict[str, Decimal]:
    """Hours per class when these claims are granted in full."""
    sums: dict[str, Decimal] = {}
    for record in records:
        sums[record["class"]] = sums.get(record["class"], Decimal(0)) + value_of(pack, record)
    return sums
