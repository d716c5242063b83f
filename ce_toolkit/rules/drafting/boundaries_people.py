"""Boundary examples of what is asked by person, over years, and of hours carried over: figures, months, days and years.

Each case has one person without claims of the year (but for a share of what was earned) and says what must be missing
of one requirement (``short_of``). Figures are added up here from the pack's own, never asked of the engine.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from ce_toolkit.rules import periods
from ce_toolkit.rules.pack import Carry, Pack, Requirement
from ce_toolkit.rules.requirements import LAST_DAYS, figure, is_fixed, selected

Case = dict[str, Any]
Facts = dict[str, Any]

_DAY, _STEP = timedelta(days=1), Decimal("0.01")
_NOBODY = "（以上都不是）"  # a word that no requirement names
_LONG = 60  # years that no ladder or term is longer than


def people_examples(pack: Pack) -> Iterator[Case]:
    """Worked examples of every figure by which requirements differ from person to person, and of every carry-over."""
    for each in pack.requirements:
        if not is_fixed(each) and not (each.share is not None and each.of == "earned"):
            for part in (_full, _of_whom, _rungs, _terms, _service, _waived, _looked_back):
                yield from part(pack, each)
    for carry in pack.carries:
        yield from _brought(pack, carry)


def _case(pack: Pack, each: Requirement, said: str, short: Fraction, **given: Any) -> Case:
    """A person of whom all of the requirement is asked, but for the facts given."""
    person = {**_usual(pack, each), **given.pop("person", {})}
    hours = max(Decimal(_up(short)) / 100, Decimal(0))
    return {
        "title": f"{each.id}：{said}，还差{hours}", "clause": list(each.cites), "as_of": pack.time.last, "records": [],
        "person": person, "history": [], **given, "expect": {"short_of": {each.id: hours}},
    }  # fmt: skip


def _usual(pack: Pack, each: Requirement) -> Facts:
    facts: Facts = {each.when.field: each.when.values[0]} if each.when else {}
    facts |= {each.since: _years_before(pack.time.first, _LONG)} if each.since else {}
    return facts | ({each.term: pack.time.first} if each.term else {})


def _full_figure(pack: Pack, each: Requirement) -> Fraction:
    """What is asked of a person of whom all is asked (of a term: that began with the period)."""
    if each.share is not None:
        totals = [one for one in pack.requirements if one.bucket == "*" and one.share is None]
        same = [one for one in totals if one.years == each.years] or totals
        everybody = [figure(one) or Fraction(0) for one in same if one.when in (None, each.when)]
        return each.share * max(everybody, default=Fraction(0))
    return (figure(each) or Fraction(0)) * (periods.years(pack.time) if each.term else 1)


def _full(pack: Pack, each: Requirement) -> Iterator[Case]:
    """All of it, without an hour."""
    if each.share is None or all(
        one.when in (None, each.when) and not _varies(one) for one in pack.requirements if one.bucket == "*"
    ):
        yield _case(pack, each, "没有任何学时", _full_figure(pack, each))
    elif each.when is None:
        yield from _of_each_total(pack, each)


def _of_each_total(pack: Pack, each: Requirement) -> Iterator[Case]:
    """A share of what is asked in all, for somebody of whom each total is asked in full."""
    totals = [one for one in pack.requirements if one.bucket == "*" and one.share is None]
    totals = [one for one in totals if one.years == each.years] or totals
    for total in totals:
        asked = [one for one in totals if one.when in (None, total.when)]
        person = {name: value for one in asked for name, value in _usual(pack, one).items()}
        need = (each.share or Fraction(0)) * max(_full_figure(pack, one) for one in asked)
        yield _case(pack, each, f"按 {total.id} 的比例", need, person=person)


def _varies(total: Requirement) -> bool:
    return bool(total.ladder or total.term)


def _of_whom(pack: Pack, each: Requirement) -> Iterator[Case]:
    """Each value of the field, another one, and none: then all may be asked, and the person is in doubt."""
    if each.when is None or each.share is not None:
        return
    need = _full_figure(pack, each)
    for value in each.when.values:
        yield _case(pack, each, f"{each.when.field} 为 {value}", need, person={each.when.field: value})
    yield _case(pack, each, f"{each.when.field} 为其他", Fraction(0), person={each.when.field: _NOBODY})
    blank = _case(pack, each, f"{each.when.field} 未填", need, person={each.when.field: None})
    yield {**blank, "expect": {**blank["expect"], "flags": ["fact_missing"] if need else []}}


def _rungs(pack: Pack, each: Requirement) -> Iterator[Case]:
    """The first day on which so many full months are not reached, and the last on which they are."""
    below = Fraction(0)
    for rung in each.ladder:
        reached = _months_before(pack.time.last + _DAY, rung.months)
        for since, need in ((reached, Fraction(rung.at_least)), (reached + _DAY, below)):
            if rung.months > 0 or since == reached:
                yield _case(pack, each, f"自 {since} 起", need, person={each.since: since})
        below = Fraction(rung.at_least)


def _terms(pack: Pack, each: Requirement) -> Iterator[Case]:
    """A term that begins on the first day of a year, the day before, and long ago where only so many years count."""
    if not each.term:
        return
    yearly, length = figure(each) or Fraction(0), periods.years(pack.time)
    most = each.years if each.years > 1 else _LONG * 2
    for since, begun in (
        (pack.time.first, length),
        (pack.time.first - _DAY, length + 1),
        (_years_before(pack.time.first, _LONG), length + _LONG),
        (pack.time.last + _DAY, 0),
    ):
        yield _case(pack, each, f"自 {since} 起", yearly * min(begun, most), person={each.term: since})


def _service(pack: Pack, each: Requirement) -> Iterator[Case]:
    """A started month is a full one; the next day it is one month less."""
    need, span = _full_figure(pack, each), _span(pack, each)
    start = _months_before(pack.time.last + _DAY, span)
    second, last = _months_before(pack.time.last + _DAY, span - 1), _months_before(pack.time.last + _DAY, 1)
    for name in each.prorate:
        days = (
            ((last, span), (last - _DAY, span - 1))
            if name in LAST_DAYS
            else ((second - _DAY, span), (second, span - 1))
        )
        for day, there in (*days, (start, 1 if name in LAST_DAYS else span)):
            yield _case(pack, each, f"{name} {day}", _part(need, there, span), person={name: day})


def _waived(pack: Pack, each: Requirement) -> Iterator[Case]:
    """A month waived on a document is not asked for; without one it is, and shown."""
    if not each.waive:
        return
    need, span = _full_figure(pack, each), _span(pack, each)
    for months in (1, span - 1, span, span + 1):
        person = {"waived_months": months, "waiver_reference": "批准文号"}
        yield _case(pack, each, f"减免{months}个月", _part(need, max(span - months, 0), span), person=person)
    bare = _case(pack, each, "减免没有依据", need, person={"waived_months": 1})
    yield {**bare, "expect": {**bare["expect"], "flags": ["waiver_unproved"]}}


def _looked_back(pack: Pack, each: Requirement) -> Iterator[Case]:
    """An hour of the first year that counts, and of the year before it, which does not."""
    if each.years == 1 or each.term or each.share is not None:
        return
    classes, kinds = selected(each, pack)
    row = {"class": (classes or pack.classes)[0], "hours": min(_STEP, figure(each) or _STEP)}
    row |= {"kind": kinds[0]} if kinds else {}
    need = _full_figure(pack, each)
    for year, counted in ((pack.time.year - each.years + 1, _STEP), (pack.time.year - each.years, Decimal(0))):
        short = need - Fraction(counted if year < pack.time.year else 0)
        yield _case(pack, each, f"{year} 年度有{row['hours']}学时", short, history=[{**row, "year": year}])


def _brought(pack: Pack, carry: Carry) -> Iterator[Case]:
    """At the limit and above it, of the oldest year that still counts and of the one before it."""
    over = next(each for each in pack.requirements if each.id == carry.over)
    need, oldest = _full_figure(pack, over), periods.first_year(pack.time) - carry.max_age
    for year, hours, counted in (
        (oldest, carry.limit - _STEP, carry.limit - _STEP),
        (oldest, carry.limit, carry.limit),
        (oldest, carry.limit + 2, carry.limit),
        (oldest - 1, carry.limit, Decimal(0)),
    ):
        rows = [{"carry": carry.id, "from_year": year, "hours": hours}]
        yield _case(pack, over, f"{year} 年度结转{hours}学时", need - Fraction(counted), carried=rows)


def _span(pack: Pack, each: Requirement) -> int:
    """Months over which the requirement stretches."""
    return periods.months(pack.time) + 12 * max(each.years - periods.years(pack.time), 0)


def _part(need: Fraction, months: int, span: int) -> Fraction:
    return Fraction(_up(need * months / span), 100)


def _up(hours: Fraction) -> int:
    """Hundredths, rounded up."""
    return int((Decimal((hours * 100).numerator) / (hours * 100).denominator).to_integral_value(ROUND_CEILING))


def _years_before(day: date, years: int) -> date:
    return _months_before(day, 12 * years)


def _months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier (28 February for 29 and beyond)."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, 28))
