"""The first figure of a claim, before any cap: from a field, fixed, or out of a table of grades.

Figures are int64 hundredths. A figure that cannot be told (the field is blank, or a fact that the table asks for) is
not known; such a claim is worth 0 until then, and the pack's needs hold it.
"""

import numpy as np

from ce_toolkit.rules.pack import Grade, Worth
from ce_toolkit.rules.view import BLANK, Claims
from ce_toolkit.tables import BoolArray, Int64Array

Figures = tuple[Int64Array, BoolArray]
GRADE_FIELDS = {"kinds": "kind", "levels": "level", "roles": "role", "rank": "author_rank"}
# fields whose blank may leave a worth open, in the order in which they are named
ASKED = ("kind", "level", "role", "author_rank", "hours", "employer_hours", "start")


def figures(claims: Claims, rule: Worth, *, at_best: bool = False) -> Figures:
    """What each claim would be worth by this rule, whatever its class, and where that can be told.

    With ``at_best``, what a table asks for and the claim leaves blank is taken at its best: then it is always told.
    """
    if rule.fixed is not None:
        worth, known = np.full(claims.size, int(rule.fixed * 100)), np.ones(claims.size, dtype=bool)
    elif rule.rows:
        worth, known = _graded(claims, rule.rows, at_best=at_best)
    else:
        worth, known = _counted(claims, rule)
    if rule.step:
        step = int(rule.step * 100)
        worth = worth // step * step
    return worth, known


def _counted(claims: Claims, rule: Worth) -> Figures:
    """A field of the claim times the rule's factor; a blank number of items is one item."""
    if rule.source == "items":
        figure, known = _items(claims), np.ones(claims.size, dtype=bool)
    elif rule.source == "days":
        figure, known = claims.teaching_days * 100, claims.teaching_days > 0
    elif rule.source == "hours":
        hours, known = claims.declared
        figure, known = _from_time(claims, rule, (_by_timetable(claims, hours), known))
    else:
        figure, known = claims.hours(rule.source)
    return figure * int(rule.times * 100) // 100, known


def _items(claims: Claims) -> Int64Array:
    items, filled = claims.hours("items")
    return np.where(filled, items, 100)


def _by_timetable(claims: Claims, hours: Int64Array) -> Int64Array:
    """Actual hours: the timetable's sum where there is one, else the figure declared."""
    table = claims.timetable
    if not table.owner.size:
        return hours
    hours = hours.copy()
    hours[table.claims] = table.totals(claims.size)[table.claims]
    return hours


def _from_time(claims: Claims, rule: Worth, stated: Figures) -> Figures:
    """Where no hours are stated: from minutes, else half-days, else days, as far as the rule converts them."""
    figure, known = stated
    if rule.minutes_per_hour is not None:
        minutes, filled = claims.counts("minutes")
        figure = np.where(known, figure, minutes * 100 // rule.minutes_per_hour)
        known = known | filled
    if rule.per_half_day is not None:
        number, filled = claims.counts("half_days")
        figure = np.where(known, figure, number * int(rule.per_half_day * 100))
        known = known | filled
    if rule.per_day is not None:
        number = claims.teaching_days
        figure = np.where(known, figure, number * int(rule.per_day * 100))
        known = known | (number > 0)
    return figure, known


def _graded(claims: Claims, rows: tuple[Grade, ...], *, at_best: bool) -> Figures:
    """Hours of the first line that fits, times the items; 0 where none does, unknown where a line's field is blank."""
    worth = np.zeros(claims.size, dtype=np.int64)
    known, open_ = np.ones(claims.size, dtype=bool), np.ones(claims.size, dtype=bool)
    for row in rows:
        fits, blank = _fits(claims, row)
        maybe = open_ & _any(blank, claims.size)
        known &= ~maybe
        hours = int(row.hours * 100)
        worth = np.where(open_ & fits | maybe, np.maximum(worth, hours), worth)
        open_ &= ~fits
    worth = worth if at_best else np.where(known, worth, 0)
    known = known | at_best
    return worth * _items(claims) // 100, known


def missing(claims: Claims, rule: Worth) -> dict[str, BoolArray]:
    """Where each field is blank that the worth by this rule hangs on, whatever the claim's class.

    Without its kind nothing else is asked of a claim: other kinds ask other things.
    """
    if not rule.rows:
        name: str = "start" if rule.source == "days" else rule.source
        return {name: ~figures(claims, rule)[1]} if name in ASKED else {}
    found = {name: np.zeros(claims.size, dtype=bool) for name in GRADE_FIELDS.values()}
    open_ = np.ones(claims.size, dtype=bool)
    for row in rule.rows:
        fits, blank = _fits(claims, row)
        for name, empty in blank.items():
            kindless = blank["kind"] if name != "kind" and "kind" in blank else False
            found[name] |= open_ & empty & np.logical_not(kindless)
        open_ &= ~fits
    return found


def _fits(claims: Claims, row: Grade) -> tuple[BoolArray, dict[str, BoolArray]]:
    """Which claims a line fits, and by field which it might fit but for that blank."""
    may = np.ones(claims.size, dtype=bool)
    blank: dict[str, BoolArray] = {}
    for name, wanted in (("kind", row.kinds), ("level", row.levels), ("role", row.roles)):
        if wanted:
            blank[name] = claims.words(name)[0] == BLANK
            may &= claims.is_word(name, wanted) | blank[name]
    if row.rank is not None:
        rank, stated = author_rank(claims)
        blank["author_rank"] = ~stated
        may &= (rank <= row.rank) | ~stated
    fits = may & ~_any(blank, claims.size)
    return fits, {name: may & empty for name, empty in blank.items()}


def _any(masks: dict[str, BoolArray], size: int) -> BoolArray:
    return np.logical_or.reduce(list(masks.values())) if masks else np.zeros(size, dtype=bool)


def author_rank(claims: Claims) -> tuple[Int64Array, BoolArray]:
    """Place among the authors, and where it is known: a sole author is the first."""
    rank, stated = claims.counts("author_rank")
    sole = (claims.counts("authors")[0] == 1) & ~stated
    return np.where(sole, 1, rank), stated | sole
