"""What is asked of each person: the figure of every requirement, from the pack and the facts about the person.

Figures are int64 hundredths. A share, a part of a year and a waiver are worked out exactly and rounded up to a
hundredth, so that the figure is reached exactly when the fraction is. Where a fact about the person is blank, the
figure is known between two bounds only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from ce_toolkit.rules import periods
from ce_toolkit.rules.history import History
from ce_toolkit.rules.pack import Pack, Requirement, When
from ce_toolkit.rules.view import BLANK, NO_DAY, Columns, day_number
from ce_toolkit.tables import DATE, PEOPLE, TEXT, WORD, BoolArray, Int64Array

# a person's field in words, as sentences name it
FIELDS = MappingProxyType({
    "level": "职称级别", "title": "职称", "series": "职称系列", "practice": "执业范围", "sector": "单位性质",
    "employment": "在职状态", "county": "县市区", "sex": "性别", "title_on": "取得职称日期",
    "licensed_on": "取得执业资格日期", "term_from": "聘期起始日期", "hired_on": "参加工作日期", "left_on": "离岗日期",
})  # fmt: skip
WORD_FIELDS = tuple(name for name, kind in PEOPLE.columns.items() if kind == WORD or (name, kind) == ("title", TEXT))
DATE_FIELDS = tuple(name for name, kind in PEOPLE.columns.items() if kind == DATE)
UNKNOWN_WORDS = ("未定", "其他（待核）")  # what the register writes for a level or a series that it cannot tell
LAST_DAYS = ("left_on",)  # dates that end a person's service; any other begins it


@dataclass(frozen=True)
class Asked:
    """One requirement, per person: hundredths asked (the ``most`` and the ``least`` it may be) and over how many years.

    ``applies``: it is asked of the person, or may be. ``blank``: the fields whose blank leaves the figure open, each
    with the people concerned. ``unbounded``: not even the years it stretches over are known.
    """

    requirement: Requirement
    most: Int64Array
    least: Int64Array
    years: Int64Array
    applies: BoolArray
    blank: dict[str, BoolArray]
    unbounded: BoolArray

    def within(self, history: History, year: int) -> BoolArray:
        """Rows of the history that lie in the years the requirement stretches over."""
        if not looks_back(self.requirement) or not history.size:
            return np.zeros(history.size, dtype=bool)
        return history.year > year - self.years[history.person]


def looks_back(requirement: Requirement) -> bool:
    """Whether hours of earlier years count toward it."""
    return requirement.years > 1 or bool(requirement.term)


def is_fixed(requirement: Requirement) -> bool:
    """Whether the same figure is asked of everybody, of hours of this year that a bucket sums up."""
    facts = (requirement.share, requirement.when, requirement.term, requirement.ladder, requirement.prorate)
    return bool(requirement.bucket) and requirement.years == 1 and not requirement.waive and not any(facts)


def selected(requirement: Requirement, pack: Pack) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Classes and kinds whose hours count toward a requirement; none named: all."""
    if requirement.bucket == "*":
        return (), ()
    return (pack.buckets[requirement.bucket], ()) if requirement.bucket else (requirement.classes, requirement.kinds)


def figure(requirement: Requirement) -> Fraction | None:
    """The full figure in hours, of a year where it is asked by the year; None where it is a share."""
    if requirement.ladder:
        return Fraction(requirement.ladder[-1].at_least)
    return None if requirement.at_least is None else Fraction(requirement.at_least)


def asked(requirement: Requirement, people: Columns, pack: Pack) -> Asked:
    """What the requirement asks of each person. A share of the earned total asks 0 here: it depends on the claims."""
    years = np.full(people.size, max(requirement.years, periods.years(pack.time)), dtype=np.int64)
    flat = np.full(people.size, int((figure(requirement) or Fraction(0)) * 100), dtype=np.int64)
    found = Asked(requirement, flat, flat, years, np.ones(people.size, bool), {}, _none(people))
    if requirement.share is not None and requirement.of == "required":
        found = _of_required(found, requirement.share, people, pack)
    found = _by_ladder(found, people, pack) if requirement.ladder else found
    found = _by_term(found, people, pack) if requirement.term else found
    found = _in_service(found, people, pack) if requirement.prorate or requirement.waive else found
    return _of_whom(found, people, requirement.when) if requirement.when else found


def required_total(people: Columns, pack: Pack, years: int = 1) -> Int64Array:
    """Hundredths that each person needs in all (``*``): over so many years where the pack asks for that.

    Of several such requirements the highest figure that is asked of the person; where a fact is blank, the most it may
    be. 0 where nothing is asked in all.
    """
    most = np.zeros(people.size, dtype=np.int64)
    for each in _totals(pack, years):
        most = np.maximum(most, asked(each, people, pack).most)
    return most


def _totals(pack: Pack, years: int) -> list[Requirement]:
    """What is asked in all over so many years, else over any."""
    totals = [each for each in pack.requirements if each.bucket == "*" and each.share is None]
    return [each for each in totals if each.years == years] or totals


def part_of(total: Int64Array, share: Fraction) -> Int64Array:
    """The share of each total in hundredths, rounded up."""
    return -(-total * share.numerator // share.denominator)


def without_reference(people: Columns) -> BoolArray:
    """Who has months waived on no document: they do not count."""
    return (people.counts("waived_months")[0] > 0) & ~_referred(people)


def blank_words(fields: Sequence[str]) -> str:
    """Fields of a person in words."""
    return "、".join(FIELDS.get(name, name) for name in fields)


def _none(people: Columns) -> BoolArray:
    return np.zeros(people.size, dtype=bool)


def _of_required(found: Asked, share: Fraction, people: Columns, pack: Pack) -> Asked:
    """The share of what is asked in all, as far as that is known."""
    least, blank = np.zeros(people.size, dtype=np.int64), dict(found.blank)
    for each in _totals(pack, found.requirement.years):
        total = asked(each, people, pack)
        least = np.maximum(least, total.least)
        blank |= {name: rows | blank.get(name, _none(people)) for name, rows in total.blank.items()}
    most = required_total(people, pack, found.requirement.years)
    return replace(found, most=part_of(most, share), least=part_of(least, share), blank=blank)


def _by_ladder(found: Asked, people: Columns, pack: Pack) -> Asked:
    """The figure of the last rung reached in full months to the period's end; below the first rung nothing."""
    requirement = found.requirement
    since = people.days(requirement.since)
    full = periods.full_months(since, day_number(pack.time.last))
    steps = [rung.months for rung in requirement.ladder]
    figures = np.array([0, *(int(rung.at_least * 100) for rung in requirement.ladder)], dtype=np.int64)
    reached = figures[np.searchsorted(steps, full, side="right")]
    blank = since == NO_DAY
    most, least = np.where(blank, figures.max(), reached), np.where(blank, 0, reached)
    return replace(found, most=most, least=least, blank={**found.blank, requirement.since: blank})


def _by_term(found: Asked, people: Columns, pack: Pack) -> Asked:
    """The yearly figure for each year begun since the person's date; ``years`` above 1 is the most that are asked."""
    requirement = found.requirement
    since = people.days(requirement.term)
    begun = periods.years_begun(since, pack.time)
    begun = np.minimum(begun, requirement.years) if requirement.years > 1 else begun
    blank = since == NO_DAY
    begun = np.where(blank, periods.years(pack.time), begun)
    return replace(
        found, most=found.most * begun, least=np.where(blank, 0, found.least * begun), years=begun,
        blank={**found.blank, requirement.term: blank}, unbounded=found.unbounded | blank,
    )  # fmt: skip


def _in_service(found: Asked, people: Columns, pack: Pack) -> Asked:
    """Months outside service, and months waived on a document, are not asked for."""
    requirement, time = found.requirement, pack.time
    span = np.maximum(periods.months(time) + 12 * (found.years - periods.years(time)), 1)
    entered = left = np.full(people.size, NO_DAY, dtype=np.int32)
    for name in requirement.prorate:
        if name in LAST_DAYS:
            left = people.days(name)
        else:
            entered = np.maximum(entered, people.days(name))  # a blank is the lowest number there is
    there = periods.months_within(entered, left, time, span)
    if requirement.waive:
        waived = np.where(_referred(people), people.counts("waived_months")[0], 0)
        there = np.maximum(there - np.maximum(waived, 0), 0)
    share = [-(-bound * there // span) for bound in (found.most, found.least)]
    return replace(found, most=share[0], least=share[1])


def _referred(people: Columns) -> BoolArray:
    return people.text("waiver_reference").is_valid().to_numpy(zero_copy_only=False)


def _of_whom(found: Asked, people: Columns, when: When) -> Asked:
    """Only of people whose field holds one of the values; what is blank or not told may be one of them."""
    codes, _ = people.words(when.field)
    hit = people.is_word(when.field, when.values)
    blank = ((codes == BLANK) | people.is_word(when.field, UNKNOWN_WORDS)) & ~hit
    most, least = np.where(hit | blank, found.most, 0), np.where(hit, found.least, 0)
    fields = {name: rows & (hit | blank) for name, rows in found.blank.items()}
    fields[when.field] = blank | fields.get(when.field, _none(people))
    return replace(
        found, most=most, least=least, applies=hit | blank, blank=fields, unbounded=found.unbounded & (hit | blank)
    )
