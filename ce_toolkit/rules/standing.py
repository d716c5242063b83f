"""From credited claims to people: hours by class and bucket, what is short, and whether the year's minima are met."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ce_toolkit.rules import checks
from ce_toolkit.rules.carry import Aged, Brought, Surplus, carried_table, passed_on
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.credit import Judgement
from ce_toolkit.rules.measures import Measure, Released, class_sums, measures, this_year
from ce_toolkit.rules.outcome import flag_words
from ce_toolkit.rules.pack import Check, Pack, Requirement, Scope
from ce_toolkit.rules.requirements import is_fixed, without_reference
from ce_toolkit.rules.view import NO_DAY, day_number
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths

STATUSES = ("met", "not_met", "open", "out_of_scope")
_MET, _NOT_MET, _OPEN, _OUT = range(4)


@dataclass(frozen=True)
class Standing:
    """Where everybody stands after the claims were judged, with the hours brought into the year.

    ``known`` and ``sums``: what the held claims could become, and the hours granted, where they are known already.
    """

    work: Judgement
    brought: Brought
    known: Released | None = None
    sums: dict[str, Int64Array] | None = None

    @cached_property
    def released(self) -> Released:
        """What the held claims could become."""
        return Released(self.work) if self.known is None else self.known

    @cached_property
    def hours(self) -> dict[str, Int64Array]:
        """Granted hundredths by class, by bucket, and ``total``: of this year's claims alone."""
        return class_sums(self.work) if self.sums is None else self.sums

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Every requirement held against what each person has."""
        return measures(self.work, self.brought, self.released, self.hours)

    @cached_property
    def _scope(self) -> tuple[BoolArray, dict[str, Int64Array]]:
        return _out_of_scope(self.work)

    @property
    def out(self) -> BoolArray:
        """Who is not judged."""
        return self._scope[0]

    @cached_property
    def in_question(self) -> BoolArray:
        """Who has rows that were held at intake: what they hold is not known yet."""
        return self.work.claims.people.counts("rows_in_question")[0] > 0

    @cached_property
    def passed(self) -> dict[str, Aged]:
        """Hours that may be carried out of the year; nobody out of scope has any."""
        pack = self.work.pack
        if not pack.carries:
            return {}
        total = np.zeros(self.work.claims.people.size, dtype=np.int64)
        for measure in self.measures.values():
            requirement = measure.asked.requirement
            if requirement.bucket == "*" and requirement.years == 1 and not requirement.term:
                total = np.maximum(total, measure.need)
        have = self.hours["total"]
        surplus = {carry.id: self._surplus(carry.over, carry.excluded) for carry in pack.carries}
        passed = passed_on(self.brought, surplus, Surplus(total, have, have), pack)
        inside = ~self.out
        return {name: {year: hours * inside for year, hours in aged.items()} for name, aged in passed.items()}

    def _surplus(self, over: str, excluded: tuple[str, ...]) -> Surplus:
        """Where nothing at all is asked of a person, nothing lies beyond it."""
        measure = self.measures[over]
        requirement = measure.asked.requirement
        may_pass = this_year(self.work, requirement, besides=excluded)
        return Surplus(measure.need, this_year(self.work, requirement), may_pass * measure.asked.applies)

    def status(self) -> Int64Array:
        """Place in STATUSES: held claims, blank facts and rows in question could still change an open one."""
        size = self.work.claims.people.size
        met = _all(size, [measure.surely for measure in self.measures.values()])
        could = _all(size, [measure.possibly for measure in self.measures.values()])
        could |= self.released.open_ended | self.in_question
        return np.select([self.out, met, could], [_OUT, _MET, _OPEN], default=_NOT_MET).astype(np.int8)

    def flags(self) -> dict[str, Int64Array]:
        """Reason codes of the people themselves."""
        flags = dict(self._scope[1])
        for check in self.work.pack.checks:
            hit = _of_person(self.work, check, self.measures) & ~(self.out & (check.test in checks.OUTCOME_CHECKS))
            if hit.any():
                flags[check.reason] = np.flatnonzero(hit)
        for reason, hit in self._doubts().items():
            if (hit & ~self.out).any():
                flags[reason] = np.flatnonzero(hit & ~self.out)
        return flags

    def _doubts(self) -> dict[str, BoolArray]:
        """What is not known of a person, and so may decide."""
        blank = [rows for measure in self.measures.values() for rows in measure.blank.values()]
        unproved = without_reference(self.work.claims.people)
        return {
            "fact_missing": _any(len(self.out), blank),
            "history_missing": _any(len(self.out), [measure.no_history for measure in self.measures.values()]),
            "waiver_unproved": unproved & any(each.waive for each in self.work.pack.requirements),
            "rows_in_question": self.in_question,
        }

    def table(self) -> pd.DataFrame:
        """One row a person, in the order of the people.

        Columns: ``person_id``; granted hours per class, per bucket and ``total``; ``short_<requirement>``; where the
        figure asked or the hours counted are not plain to see from these, ``need_<requirement>`` and
        ``have_<requirement>``; where the pack carries hours over, ``carried_in`` and ``carried_out``; ``status`` (met,
        not_met, open: what is held or not known could still change it, out_of_scope: in no denominator); ``low`` and
        ``high``, the least and most total hours of the year that held claims allow (``high`` blank where a held claim
        states no figure, or rows are in question); ``flags``, reason codes of the person and of all its claims.
        """
        people = self.work.claims.people
        columns = {"person_id": people.data["person_id"].reset_index(drop=True)}
        columns |= {name: from_hundredths(sums) for name, sums in self.hours.items()}
        for name, measure in self.measures.items():
            columns |= self._figures(name, measure)
        if self.work.pack.carries:
            columns |= self._carried()
        columns["status"] = pd.Categorical.from_codes(self.status(), categories=STATUSES)
        low = self.hours["total"]
        columns["low"] = from_hundredths(low)
        top = from_hundredths(self.released.most(low, lambda freed: class_sums(freed)["total"]))
        endless = self.released.open_ended | self.in_question
        columns["high"] = top.where(~endless) if endless.any() else top
        columns["flags"] = flag_words(_gather(self.work, self.flags()), people.size, np.arange(people.size))
        return pd.DataFrame(columns, copy=False)

    def _figures(self, name: str, measure: Measure) -> dict[str, pd.Series]:
        columns = {f"short_{name}": from_hundredths(np.where(self.out, 0, measure.short))}
        if not in_plain_sight(measure.asked.requirement, self.work.pack):
            columns[f"need_{name}"] = from_hundredths(np.where(self.out, 0, measure.need))
            columns[f"have_{name}"] = from_hundredths(measure.have)
        return columns

    def _carried(self) -> dict[str, pd.Series]:
        none = np.zeros(len(self.out), dtype=np.int64)
        came = sum((self.brought.of(carry) for carry in self.work.pack.carries), none)
        went = sum((hours for aged in self.passed.values() for hours in aged.values()), none)
        return {"carried_in": from_hundredths(came), "carried_out": from_hundredths(went)}

    def carried(self) -> pd.DataFrame:
        """Hours that may be brought into later years (contract CARRIED)."""
        return carried_table(self.passed, self.work.claims.people)


def in_plain_sight(requirement: Requirement, pack: Pack) -> bool:
    """Whether the pack states the figure itself and a bucket's column shows what counts toward it."""
    brought = any(carry.over == requirement.id or requirement.bucket == "*" for carry in pack.carries)
    return is_fixed(requirement) and not brought


def need_and_have(requirement: Requirement, standing: pd.DataFrame, pack: Pack) -> tuple[pd.Series, pd.Series]:
    """The figure asked of each person (class hours) and the hours counted toward it, from a standing table."""
    if not in_plain_sight(requirement, pack):
        return standing[f"need_{requirement.id}"], standing[f"have_{requirement.id}"]
    figure = np.full(len(standing), int((requirement.at_least or 0) * 100), dtype=np.int64)
    need = from_hundredths(np.where(standing["status"] == "out_of_scope", 0, figure))
    return need.set_axis(standing.index), standing["total" if requirement.bucket == "*" else requirement.bucket]


def _all(size: int, masks: list[BoolArray]) -> BoolArray:
    return np.logical_and.reduce(masks) if masks else np.ones(size, dtype=bool)


def _any(size: int, masks: list[BoolArray]) -> BoolArray:
    return np.logical_or.reduce(masks) if masks else np.zeros(size, dtype=bool)


def _out_of_scope(work: Judgement) -> tuple[BoolArray, dict[str, Int64Array]]:
    """Who is not judged, with the reason codes to show."""
    people, pack = work.claims.people, work.pack
    first, judged = day_number(pack.time.first), day_number(min(work.as_of, pack.time.last))
    out = np.zeros(people.size, dtype=bool)
    flags: dict[str, Int64Array] = {}
    for rule in pack.of(Scope):
        hit = people.days(rule.after) >= first if rule.after else people.is_word(rule.field, rule.out)
        if rule.until:  # who leaves after the day judged, or after the year, was in scope
            left = people.days(rule.until)
            hit = np.where(left == NO_DAY, hit, left < first if rule.part_year else left <= judged)
            shown = hit & (left >= first)
        else:
            shown = hit
        out |= hit
        flags[rule.reason] = np.concatenate([flags.get(rule.reason, np.empty(0, np.int64)), np.flatnonzero(shown)])
    return out, {reason: rows for reason, rows in flags.items() if rows.size}


def _untrained(work: Judgement, check: Check, measured: dict[str, Measure]) -> BoolArray:
    """Who reaches the minimum of the bucket that the check's classes count in without an hour of them (C23)."""
    buckets = {bucket for bucket, names in work.pack.buckets.items() if set(check.classes) & set(names)}
    untrained = np.ones(work.claims.people.size, dtype=bool)
    for requirement in work.pack.requirements:
        if requirement.bucket in buckets:
            untrained &= measured[requirement.id].short == 0
    untrained[work.claims.person[work.claims.is_word("class", check.classes) & (work.granted > 0)]] = False
    return untrained


def _of_person(work: Judgement, check: Check, measured: dict[str, Measure]) -> BoolArray:
    """Whom a check remarks; nobody where it looks at claims."""
    if check.test in checks.PERSON_CHECKS:
        return checks.PERSON_CHECKS[check.test](Case(work.claims, work.pack, work.as_of), check)
    if check.test in checks.OUTCOME_CHECKS:
        return _untrained(work, check, measured)
    return np.zeros(work.claims.people.size, dtype=bool)


def _gather(work: Judgement, flags: dict[str, Int64Array]) -> dict[str, Int64Array]:
    """The flags of each person together with those of all its claims."""
    gathered = dict(flags)
    for reason, rows in work.flags.items():
        shown = np.zeros(work.claims.people.size, dtype=bool)
        shown[work.claims.person[rows]] = True
        shown[flags.get(reason, [])] = True
        gathered[reason] = np.flatnonzero(shown)
    return gathered
