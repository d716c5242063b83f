"""What people have toward each requirement, and what is still missing: now, and whatever is held or not known.

Hours are int64 hundredths per person. What counts are granted hours of this year, of the earlier years that the
requirement stretches over, and hours brought in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ce_toolkit.rules import periods
from ce_toolkit.rules.carry import Brought
from ce_toolkit.rules.credit import HELD, Judgement, judge
from ce_toolkit.rules.pack import Pack, Requirement, Worth
from ce_toolkit.rules.requirements import Asked, asked, looks_back, part_of, selected
from ce_toolkit.rules.view import Claims
from ce_toolkit.tables import BoolArray, Int64Array


@dataclass(frozen=True)
class Measure:
    """One requirement held against what each person has, in hundredths.

    ``need`` is the figure asked (the most it may be where a fact is blank, 0 where nothing is asked). ``surely``: it is
    reached whatever becomes of held claims and blank facts; ``possibly``: taken alone, it still can be. ``blank``:
    fields of the person whose blank keeps it open, with the people concerned; ``no_history``: who is short of a figure
    that years count toward of which nothing is known.
    """

    asked: Asked
    need: Int64Array
    have: Int64Array
    surely: BoolArray
    possibly: BoolArray
    blank: dict[str, BoolArray]
    no_history: BoolArray

    @property
    def short(self) -> Int64Array:
        """What is missing; reaching the figure exactly is enough (F10–F12)."""
        return np.maximum(self.need - self.have, 0)


class Released:
    """The same claims as if everything held had arrived: caps and repeats still apply.

    ``concerned`` are people with held claims; ``open_ended`` those among whom one has no bound.
    """

    def __init__(self, work: Judgement) -> None:
        self.work = work
        claims, held = work.claims, work.state == HELD
        self.concerned = np.zeros(claims.people.size, dtype=bool)
        self.concerned[claims.person[held]] = True
        self.open_ended = np.zeros(claims.people.size, dtype=bool)
        unknown = held & ~work.known
        self.open_ended[claims.person[unknown & ~_bounded(work) if unknown.any() else unknown]] = True

    @cached_property
    def rows(self) -> Int64Array:
        """All claims of the people concerned."""
        return np.flatnonzero(self.concerned[self.work.claims.person])

    @cached_property
    def freed(self) -> Judgement:
        """The claims of the people concerned, judged with nothing held back."""
        return released(self.work, self.rows)

    def known_as(self, freed: Judgement, sums: dict[str, Int64Array]) -> "Released":
        """Take what all claims, of the people concerned or not, could become as known."""
        self.rows, self.freed, self.sums = np.arange(freed.claims.size), freed, sums
        return self

    @cached_property
    def sums(self) -> dict[str, Int64Array]:
        """What the people concerned would be granted, by class, by bucket and in all."""
        return class_sums(self.freed)

    def most(self, low: Int64Array, count: Callable[[Judgement], Int64Array]) -> Int64Array:
        """The most that a sum per person could come to, which is now ``low``."""
        if not self.concerned.any():
            return low
        return np.where(self.concerned, np.maximum(count(self.freed), low), low)


def released(work: Judgement, rows: Int64Array | None = None) -> Judgement:
    """These claims, or all, judged with nothing held back."""
    claims = work.claims.twin() if rows is None else work.claims.taken(rows)
    _guess_hours(claims, work.pack)
    return judge(claims, work.pack, work.as_of, history=work.history, release=True)


def _bounded(work: Judgement) -> BoolArray:
    """Claims whose worth has a bound though it cannot be told: by their table, or by the hours declared."""
    bounded = np.zeros(work.claims.size, dtype=bool)
    for rule in work.pack.of(Worth):
        if rule.rows:
            bounded |= work.of(rule)
        elif rule.source == "employer_hours":
            bounded |= work.of(rule) & (work.declared > 0)
    return bounded


def _guess_hours(claims: Claims, pack: Pack) -> None:
    """Where the pack asks for the employer's hours and the employer has fixed none, the figure declared is taken."""
    classes = {name for rule in pack.of(Worth) if rule.source == "employer_hours" for name in pack.classes_of(rule)}
    if not claims.has("hours") or not claims.is_word("class", classes).any():
        return
    guess, stated = claims.hours("hours")
    fixed, filled = claims.hours("employer_hours")
    claims.put_hours("employer_hours", np.where(filled, fixed, guess), filled | stated)


def class_sums(work: Judgement) -> dict[str, Int64Array]:
    """Granted hundredths per person: of each class, of each bucket, and ``total``."""
    claims, pack, granted = work.claims, work.pack, work.granted
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


def this_year(work: Judgement, requirement: Requirement, *, besides: tuple[str, ...] = ()) -> Int64Array:
    """Hundredths granted this year toward a requirement, but for those of the classes ``besides``."""
    claims = work.claims
    classes, kinds = selected(requirement, work.pack)
    mask = work.granted > 0
    mask &= claims.is_word("class", classes) if classes else True
    mask &= claims.is_word("kind", kinds) if kinds else True
    mask &= ~claims.is_word("class", besides) if besides else True
    rows = np.flatnonzero(mask)
    weights = work.granted[rows]
    return np.bincount(claims.person[rows], weights=weights, minlength=claims.people.size).astype(np.int64)


def _toward(work: Judgement, requirement: Requirement, sums: Callable[[], dict[str, Int64Array]]) -> Int64Array:
    """``this_year``, read off the sums where the requirement is of a bucket."""
    if not requirement.bucket:
        return this_year(work, requirement)
    return sums()["total" if requirement.bucket == "*" else requirement.bucket]


def measures(work: Judgement, brought: Brought, released: Released, sums: dict[str, Int64Array]) -> dict[str, Measure]:
    """Every requirement of the pack, by id; ``sums`` are the class sums of the claims."""
    people = work.claims.people
    return {
        each.id: _measure(work, asked(each, people, work.pack), (brought, released), sums)
        for each in work.pack.requirements
    }


def _measure(work: Judgement, found: Asked, besides: tuple[Brought, Released], sums: dict[str, Int64Array]) -> Measure:
    requirement, (brought, released) = found.requirement, besides
    earlier = _earlier(work, found, *selected(requirement, work.pack))
    own = _toward(work, requirement, lambda: sums) + earlier
    top = released.most(own, lambda freed: _toward(freed, requirement, lambda: released.sums) + earlier)
    came = brought.toward(requirement.id, requirement.bucket, work.pack)
    longer = found.years > periods.years(work.pack.time)
    unknown = looks_back(requirement) & longer & (work.pack.time.year - found.years < work.history.unknown_to)
    if requirement.share is not None and requirement.of == "earned":
        need, worst, best = _of_earned(work, found, (own, top), released)
        surely = (own + came >= worst) & ~released.open_ended & ~unknown | ~found.applies
    else:
        need, worst, best = found.most, found.most, found.least
        surely = own + came >= need
    surely &= ~found.unbounded
    possibly = (top + came >= best) | found.unbounded | unknown
    blank = {name: rows & ~surely for name, rows in found.blank.items()}
    return Measure(found, need, own + came, surely, possibly, blank, unknown & (own + came < need))


def _earlier(work: Judgement, found: Asked, classes: tuple[str, ...], kinds: tuple[str, ...]) -> Int64Array:
    """Hundredths of the earlier years that count toward a requirement."""
    rows = found.within(work.history, work.pack.time.year)
    return work.history.sums(rows & work.history.of(classes, kinds), work.claims.people.size)


_ALL = Requirement(id="", bucket="*", cites=("",), says="")


def _of_earned(
    work: Judgement, found: Asked, counted: tuple[Int64Array, Int64Array], released: Released
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """A share of the total earned over the same years: as it stands, at worst, and at best.

    Held claims of other classes raise what is asked, those that count toward the requirement make it easier to reach.
    """
    own, top = counted
    share = found.requirement.share
    if share is None:
        return own, own, own
    earlier = _earlier(work, found, (), ())
    total = this_year(work, _ALL) + earlier
    most = released.most(total, lambda freed: this_year(freed, _ALL) + earlier)
    need = np.where(found.applies, part_of(total, share), 0)
    worst = np.where(found.applies, part_of(own + np.maximum(most - top, total - own), share), 0)
    certain = found.applies & ~np.any(list(found.blank.values()), axis=0) if found.blank else found.applies
    best = np.where(certain, part_of(top + (total - own), share), 0)
    return need, worst, best
