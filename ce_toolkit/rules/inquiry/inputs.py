"""What the rules of a pack read: of a claim, class by class, and of a person. A form asks for this and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ce_toolkit.rules.inquiry.tried import TESTS
from ce_toolkit.rules.pack import Cap, Condition, Once, Pack, RuleBase, Scope, Split, Worth
from ce_toolkit.rules.requirements import looks_back
from ce_toolkit.rules.worth import GRADE_FIELDS
from ce_toolkit.tables import CLAIMS, PEOPLE

# these look at whatever a worth is read from; what that is, the worth says
_ABOUT_WORTH = frozenset({"number_invalid", "worth_zero", "worth_unknown", "no_hours", "over_24_a_day"})
_CHECKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "recorded_after_start": ("basis", "recorded_on", "start"),
        "outside_window": ("end",),
        "after_window": ("end",),
        "several_authors": ("authors",),
        "began_before_year": ("start",),
        "related_key": ("key", "related_key"),
        "not_signed_up": ("on_signup",),
        "signed_up_late": ("signed_up_on",),
        "not_signed_up_in_time": ("on_signup", "signed_up_on"),
        "joined_during_year": ("hired_on",),
        "leave_recorded": ("leave",),
        "secondment_recorded": ("secondment",),
        "moved": ("previous_unit",),
    }
)
_ONCE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": (),
        "key": ("key", "title", "organiser"),
        "related": ("key", "related_key"),
        "clock": ("clock",),
    }
)


def claim_fields(pack: Pack) -> dict[str, tuple[str, ...]]:
    """By class, the columns of a claim that some rule of the pack reads, in the order of the claims table."""
    return {name: _ordered(_of_claim(pack, name)) for name in pack.classes}


def person_fields(pack: Pack) -> tuple[str, ...]:
    """The columns of a person that some rule, check or requirement of the pack reads, in the order of the table."""
    read = {name for rule in (*pack.rules, *pack.checks) for name in _read(rule) if name not in CLAIMS.columns}
    read |= {name for rule in pack.of(Scope) for name in _read(rule)}
    for each in pack.requirements:
        read |= {each.term, each.since, *each.prorate, *([each.when.field] if each.when else [])}
        read |= {"waived_months", "waiver_reference"} if each.waive else set()
    return tuple(name for name in PEOPLE.columns if name in read)


def history_fields(pack: Pack) -> tuple[str, ...]:
    """The columns that are read of claims granted in earlier years; nothing where only this year's count."""
    once = [rule for rule in pack.of(Once) if rule.years > 1]
    older = [rule for rule in pack.of(Cap) if rule.years > 1]
    asked = [each for each in pack.requirements if looks_back(each)]
    if not (once or older or asked):
        return ()
    read = ["year", "class", "granted"]
    kinds_asked = [*(rule.kinds for rule in (*once, *older)), *(each.kinds for each in asked)]
    read += ["kind"] if any(kinds_asked) else []
    read += ["key"] if any(rule.by == "key" for rule in once) else []
    return tuple(read)


def kinds(pack: Pack, name: str) -> tuple[str, ...]:
    """The kinds of a class that the pack names, in its rules and in the other answers to its readings."""
    rules = {rule.id: rule for rule in (*pack.rules, *pack.checks)}
    found = [_kinds_of(rule) for rule in rules.values() if name in pack.classes_of(rule)]
    found += [each.kinds for each in pack.requirements if not each.classes or name in each.classes]
    for one in (alternative for reading in pack.readings for alternative in reading.alternatives):
        edits = [(rules.get(key), edit) for key, edit in one.change.items()]
        edits += [(rules.get(str(edit.get("of"))), edit) for edit in one.copies.values()]
        edits += [(None, edit) for edit in one.add]
        found += [tuple(edit.get("kind", ())) for rule, edit in edits if name in _classes_of(rule, edit, pack)]
    return tuple(dict.fromkeys(kind for each in found for kind in each))


def graded(pack: Pack, name: str, key: str) -> tuple[str, ...]:
    """The levels or roles (``key``) that tables of the class name."""
    rows = [row for rule in pack.of(Worth) if name in pack.classes_of(rule) for row in rule.rows]
    return tuple(dict.fromkeys(word for row in rows for word in getattr(row, key)))


def sources(pack: Pack, name: str) -> frozenset[str]:
    """The columns that claims of a class get their hours from."""
    return frozenset(rule.source for rule in pack.of(Worth) if name in pack.classes_of(rule) and rule.source)


def _ordered(read: Iterable[str]) -> tuple[str, ...]:
    known = set(read)
    return tuple(name for name in CLAIMS.columns if name in known)


def _of_claim(pack: Pack, name: str) -> set[str]:
    read = {"start", "end"}
    for rule in (*pack.rules, *pack.checks):
        if name in pack.classes_of(rule):
            read |= {*_read(rule), *(["kind"] if _kinds_of(rule) else [])}
    if any(each.kinds for each in pack.requirements if not each.classes or name in each.classes):
        read.add("kind")
    # a day of filing belongs to a basis; a place among authors to a number of them
    read -= {"recorded_on"} if "basis" not in read else set()
    read |= {"authors"} if "author_rank" in read else set()
    return read


def _read(rule: RuleBase) -> set[str]:
    """The columns that one rule reads, of a claim or of its person."""
    if isinstance(rule, Scope):
        return {rule.field, rule.until, rule.after}
    if isinstance(rule, Condition):
        known = TESTS[rule.test][0] if rule.test and rule.test not in _ABOUT_WORTH else ()
        return {rule.field, *known} - {""}
    if isinstance(rule, Worth):
        return _of_worth(rule)
    if isinstance(rule, Once):
        return {*_ONCE[rule.by]}
    if isinstance(rule, Cap):
        return {"days", "timetable"} if rule.scope in ("person_day", "claim_day") else set()
    return {"timetable"} if isinstance(rule, Split) else {*_CHECKS.get(getattr(rule, "test", ""), ())}


def _of_worth(rule: Worth) -> set[str]:
    read = {"hours", *filter(None, [str(rule.source)])}
    read |= {"half_days"} if rule.per_half_day is not None else set()
    read |= {"days"} if rule.per_day is not None else set()
    read |= {"minutes"} if rule.minutes_per_hour is not None else set()
    read |= {"days", "timetable"} if rule.source in ("hours", "days") else set()
    read |= {"items"} if rule.rows else set()
    return read | {name for key, name in GRADE_FIELDS.items() if any(getattr(row, key) for row in rule.rows)}


def _kinds_of(rule: RuleBase) -> tuple[str, ...]:
    rows = rule.rows if isinstance(rule, Worth) else ()
    return (*rule.kinds, *(kind for row in rows for kind in row.kinds))


def _classes_of(rule: RuleBase | None, edit: Mapping[str, Any], pack: Pack) -> Iterator[str]:
    own: Any = edit.get("class")
    yield from own or (pack.classes_of(rule) if rule is not None else ())
