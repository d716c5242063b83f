"""Claims that one gate or need of a pack meets: a sound claim with what the rule asks about made wrong."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ce_toolkit.rules.drafting.sound_claims import DAY, NAMES, STEP, Facts, worth_of
from ce_toolkit.rules.pack import Condition, Pack

_Broken = Callable[[Pack, Facts], Facts | None]


def _zero(pack: Pack, record: Facts) -> Facts | None:
    source = worth_of(pack, record["class"]).source
    return {"hours": Decimal(0), source: Decimal(0)} if source in ("hours", "employer_hours") else None


def _without(*names: str, **facts: Any) -> _Broken:
    """A record in which these keys are blank."""
    return lambda _, record: {**dict.fromkeys(names), **facts}


def _blanked(pack: Pack, record: Facts) -> Facts | None:
    """A claim that leaves blank what its worth is read from."""
    worth = worth_of(pack, record["class"], record.get("kind"))
    if worth.rows:
        rows = [row for row in worth.rows if not row.kinds or record.get("kind") in row.kinds]
        asked = {"level": any(row.levels for row in rows), "role": any(row.roles for row in rows)}
        asked["author_rank"] = any(row.rank for row in rows)
        return dict.fromkeys([next(key for key, wanted in asked.items() if wanted)]) if any(asked.values()) else None
    if worth.per_day is not None:  # the days alone say what it is worth
        return {"kind": None} if worth.kinds else None
    return None if worth.fixed is not None or worth.source in ("items", "days") else {worth.source: None}


def _too_long(pack: Pack, record: Facts) -> Facts | None:
    timed = worth_of(pack, record["class"], record.get("kind")).source == "hours"
    return {"hours": 24 + STEP} if timed else None


def _too_many_days(_: Pack, record: Facts) -> Facts:
    day = record["date"] or record["start"]
    return {"start": day, "end": day, "date": None, "days": 2}


# what a claim must state so that the test meets it; None where no claim of that class can
_TESTS: Mapping[str, _Broken] = {
    "always": lambda _, record: {},
    "number_invalid": lambda _, record: {"hours": -STEP},
    "worth_zero": _zero,
    "no_archive": _without(in_archive=False),
    "archive_unknown": _without("in_archive"),
    "not_passed": _without(result="fail"),
    "other_subject": lambda pack, record: {"subject": pack.time.year - 1},
    "no_date": _without("date", "start", "end"),
    "dates_invalid": _too_many_days,
    "worth_unknown": _blanked,
    "minutes_only": _without("hours", minutes=45),
    "no_hours": _without("hours"),
    "over_24_a_day": _too_long,
    "employer_hours_blank": _without("employer_hours"),
    "after_as_of": lambda pack, record: {"proof_on": pack.time.last + DAY},
}


def broken(pack: Pack, rule: Condition, sound: Facts) -> Iterator[Facts]:
    """The sound claim in every way in which the rule meets it."""
    if rule.test:
        test = _TESTS.get(rule.test)
        if test and (change := test(pack, sound)) is not None:
            yield sound | change
        return
    key = NAMES.get(rule.field, rule.field)
    yield from ({**sound, key: value} for value in (*rule.values, *((None,) if rule.blank else ())))
