"""From credited claims to people: hours by class and bucket, what is short, and whether the year's minima are met."""

import numpy as np
import pandas as pd

from ce_toolkit.rules import conditions
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.credit import HELD, Judgement, flag_words, judge
from ce_toolkit.rules.pack import Check, Scope
from ce_toolkit.rules.view import NO_DAY, Claims, day_number
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths

STATUSES = ("met", "not_met", "open", "out_of_scope")
_MET, _NOT_MET, _OPEN, _OUT = range(4)


def standing_table(work: Judgement) -> pd.DataFrame:
    """One row a person, in the order of the people.

    Columns: ``person_id``; granted hours per class, per bucket and ``total``; ``short_<requirement>``; ``status``
    (met, not_met, open: held claims could still close the gap, out_of_scope: in no denominator); ``low`` and ``high``,
    the least and most total hours the held claims allow (``high`` blank where a held claim states no figure);
    ``flags``, reason codes of the person and of all its claims.
    """
    people = work.claims.people
    hours = class_sums(work, work.granted)
    short = shortfalls(work, hours)
    met = _all_met(short, people.size)
    high, open_ended = _highest(work)
    could = _all_met(shortfalls(work, high), people.size) | open_ended
    out, flags = _out_of_scope(work)
    status = np.select([out, met, could], [_OUT, _MET, _OPEN], default=_NOT_MET).astype(np.int8)
    untrained = ~out & _untrained(work, short)
    for check in work.pack.checks:
        _flag_person(work, check, untrained, flags)
    columns = {"person_id": people.data["person_id"].reset_index(drop=True)}
    columns |= {name: from_hundredths(sums) for name, sums in hours.items()}
    columns |= {f"short_{name}": from_hundredths(np.where(out, 0, gap)) for name, gap in short.items()}
    columns["status"] = pd.Categorical.from_codes(status, categories=STATUSES)
    columns["low"] = from_hundredths(hours["total"])
    top = from_hundredths(high["total"])
    columns["high"] = top.where(~open_ended) if open_ended.any() else top
    columns["flags"] = flag_words(_gather(work, flags), people.size, np.arange(people.size))
    return pd.DataFrame(columns, copy=False)


def class_sums(work: Judgement, granted: Int64Array) -> dict[str, Int64Array]:
    """Hundredths per person: of each class, of each bucket, and ``total``."""
    claims, pack = work.claims, work.pack
    size = claims.people.size
    codes, words = claims.words("class")
    sums = {}
    for name in pack.classes:
        rows = np.flatnonzero((codes == words.index(name)) & (granted > 0)) if name in words else np.empty(0, np.int64)
        sums[name] = np.bincount(claims.person[rows], weights=granted[rows], minlength=size).astype(np.int64)
    buckets = {
        bucket: sum((sums[name] for name in names), np.zeros(size, np.int64)) for bucket, names in pack.buckets.items()
    }
    total = sum(buckets.values(), np.zeros(size, np.int64))
    return {**sums, **buckets, "total": total}


def shortfalls(work: Judgement, hours: dict[str, Int64Array]) -> dict[str, Int64Array]:
    """Hundredths missing per requirement and person; reaching the figure exactly is enough (F10–F12)."""
    short = {}
    for requirement in work.pack.requirements:
        have = hours["total" if requirement.bucket == "*" else requirement.bucket]
        short[requirement.id] = np.maximum(int(requirement.at_least * 100) - have, 0)
    return short


def _all_met(short: dict[str, Int64Array], size: int) -> BoolArray:
    met = np.ones(size, dtype=bool)
    for gap in short.values():
        met &= gap == 0
    return met


def _highest(work: Judgement) -> tuple[dict[str, Int64Array], BoolArray]:
    """Sums if everything held arrived, caps and duplicates still applied; and who holds a claim without a figure."""
    claims = work.claims
    held = work.state == HELD
    open_ended = np.zeros(claims.people.size, dtype=bool)
    open_ended[claims.person[held & ~work.known & (work.declared <= 0)]] = True
    hours = class_sums(work, work.granted)
    if not held.any():
        return hours, open_ended
    concerned = np.zeros(claims.people.size, dtype=bool)
    concerned[claims.person[held]] = True
    rows = np.flatnonzero(concerned[claims.person])
    freed = judge(_with_guess(claims.taken(rows)), work.pack, work.as_of, history=work.history, release=True)
    most = class_sums(freed, freed.granted)
    return {name: np.where(concerned, np.maximum(most[name], sums), sums) for name, sums in hours.items()}, open_ended


def _with_guess(claims: Claims) -> Claims:
    """Self-study hours that the employer has not fixed are taken at the figure declared."""
    if not claims.has("hours") or not claims.is_word("class", {"self_study"}).any():
        return claims
    data = claims.data.copy(deep=False)
    if "employer_hours" in data.columns:
        data["employer_hours"] = data["employer_hours"].fillna(data["hours"])
    else:
        data["employer_hours"] = data["hours"]
    return Claims(data, claims.people.data, claims.person)


def _out_of_scope(work: Judgement) -> tuple[BoolArray, dict[str, Int64Array]]:
    """Who is not judged, with the reason codes to show."""
    people, pack = work.claims.people, work.pack
    first, judged = day_number(pack.time.first), day_number(min(work.as_of, pack.time.last))
    out = np.zeros(people.size, dtype=bool)
    flags: dict[str, Int64Array] = {}
    for rule in pack.of(Scope):
        hit = people.is_word(rule.field, rule.out)
        if rule.until:  # who leaves after the day judged, or after the year, was in scope
            left = people.days(rule.until)
            hit = np.where(left == NO_DAY, hit, left <= judged)
            shown = hit & (left >= first)
        else:
            shown = hit
        out |= hit
        flags[rule.reason] = np.concatenate([flags.get(rule.reason, np.empty(0, np.int64)), np.flatnonzero(shown)])
    return out, {reason: rows for reason, rows in flags.items() if rows.size}


def _untrained(work: Judgement, short: dict[str, Int64Array]) -> BoolArray:
    """Who reaches the minimum of the bucket that training counts in without any training (C23)."""
    buckets = {bucket for bucket, names in work.pack.buckets.items() if "training" in names}
    untrained = np.ones(work.claims.people.size, dtype=bool)
    for requirement in work.pack.requirements:
        if requirement.bucket in buckets:
            untrained &= short[requirement.id] == 0
    untrained[work.claims.person[work.claims.is_word("class", {"training"}) & (work.granted > 0)]] = False
    return untrained


def _flag_person(work: Judgement, check: Check, untrained: BoolArray, flags: dict[str, Int64Array]) -> None:
    if check.test in conditions.PERSON_CHECKS:
        hit = conditions.PERSON_CHECKS[check.test](Case(work.claims, work.pack, work.as_of), check)
    elif check.test == "met_without_training":
        hit = untrained
    else:
        return
    if hit.any():
        flags[check.reason] = np.flatnonzero(hit)


def _gather(work: Judgement, flags: dict[str, Int64Array]) -> dict[str, Int64Array]:
    """The flags of each person together with those of all its claims."""
    gathered = dict(flags)
    for reason, rows in work.flags.items():
        shown = np.zeros(work.claims.people.size, dtype=bool)
        shown[work.claims.person[rows]] = True
        shown[flags.get(reason, [])] = True
        gathered[reason] = np.flatnonzero(shown)
    return gathered
