"""A year judged once, and again under other packs at the cost of those whom the change can reach."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from ce_toolkit.rules.carry import brought_in
from ce_toolkit.rules.credit import Judgement, recapped
from ce_toolkit.rules.engine import rejudged, stand, view_of
from ce_toolkit.rules.history import History
from ce_toolkit.rules.inquiry.reach import Reach
from ce_toolkit.rules.measures import Released, class_sums, released
from ce_toolkit.rules.pack import Cap, Need, Pack, Scope, acting
from ce_toolkit.rules.standing import Standing
from ce_toolkit.tables import BoolArray, Int64Array

NEARLY_ALL = 0.6  # above this share of the people, to leave the others out costs more than it saves


@dataclass(frozen=True)
class Year:
    """What a year is judged on; frames follow the contracts CLAIMS, PEOPLE, HISTORY and CARRIED."""

    claims: pd.DataFrame
    people: pd.DataFrame
    as_of: date
    history: pd.DataFrame | None = None
    carried: pd.DataFrame | None = None


@dataclass(frozen=True)
class Stands:
    """Where everybody stands, in the order of the people.

    ``status``: place in STATUSES. ``hours``: granted hundredths by class, by bucket and ``total``. ``reached``: people
    who were judged anew for it.
    """

    status: Int64Array
    hours: dict[str, Int64Array]
    reached: int


class Rerun:
    """The year under one pack, kept so that another pack is answered fast. Raises what ``credit`` raises."""

    def __init__(self, year: Year, pack: Pack) -> None:
        self.year, self.pack = year, pack
        self._earlier: dict[int, History] = {}
        self.view = view_of(year.claims, year.people)
        self.view.memory = {}
        self._base = stand(self._judged(pack), year.carried)
        self.own = Stands(self._base.status(), self._base.hours, self.view.people.size)

    @property
    def people(self) -> int:
        """Number of people."""
        return self.view.people.size

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self._base.work, self._base.released)

    def reached(self, pack: Pack) -> BoolArray:
        """Whose hours the pack may change; the first question about a rule takes longest."""
        return self._reach.of(pack)

    def under(self, pack: Pack) -> Stands:
        """Where everybody would stand under ``pack``: the same as if all claims were judged anew."""
        who = self.reached(pack)
        if who.mean() > NEARLY_ALL:
            standing = self._again(pack, None)
            return Stands(standing.status(), standing.hours, int(who.sum()))
        rest = self._by_other_minima(pack)
        if not who.any():
            return Stands(rest, self._sums(pack, self.own.hours), 0)
        rows = np.flatnonzero(who[self.view.person])
        standing = self._again(pack, rows)
        hours = {name: np.where(who, standing.hours[name], self.own.hours[name]) for name in pack.classes}
        return Stands(np.where(who, standing.status(), rest), self._sums(pack, hours), int(who.sum()))

    def _again(self, pack: Pack, rows: Int64Array | None) -> Standing:
        """The claims at these rows (or all) under ``pack``; where only caps differ, from the caps on."""
        work = self._base.work
        brought = brought_in(self.year.carried, self.view.people, pack)
        if self._reach.only(Cap, pack):
            part = work if rows is None else work.taken(rows)
            return Standing(recapped(part, pack), brought, self._base.released.recapped(pack) if rows is None else None)
        judged = self._judged(pack, rows)
        known = Released(judged).known_as(*self._all_freed) if self._reach.only(Need, pack) else None
        return Standing(judged, brought, known)

    @cached_property
    def _all_freed(self) -> tuple[Judgement, dict[str, Int64Array]]:
        """All claims with nothing held back: what needs hold makes no difference to it."""
        freed = released(self._base.work, np.arange(self.view.size))
        return freed, class_sums(freed)

    def _judged(self, pack: Pack, rows: Int64Array | None = None) -> Judgement:
        view = self.view if rows is None else self.view.taken(rows)
        return rejudged(view, pack, self.year.as_of, self._history(pack.time.year))

    def _history(self, year: int) -> History:
        if year not in self._earlier:
            self._earlier[year] = History(self.year.history, self.view.people, year)
        return self._earlier[year]

    def _by_other_minima(self, pack: Pack) -> Int64Array:
        """Statuses under the minima and the scope of ``pack``, of claims that its rules leave as they are."""
        if _minima(pack) == _minima(self.pack):
            return self.own.status
        work = replace(self._base.work, pack=pack, history=self._history(pack.time.year))
        brought = brought_in(self.year.carried, self.view.people, pack)
        return Standing(work, brought, self._base.released.under(pack)).status()

    @staticmethod
    def _sums(pack: Pack, hours: dict[str, Int64Array]) -> dict[str, Int64Array]:
        classes = {name: hours[name] for name in pack.classes}
        buckets = {bucket: np.sum([hours[name] for name in names], axis=0) for bucket, names in pack.buckets.items()}
        return {**classes, **buckets, "total": np.sum(list(classes.values()), axis=0)}


def _minima(pack: Pack) -> tuple[object, ...]:
    """All that turns hours into a status."""
    parts = (*pack.of(Scope), *pack.requirements, *pack.carries)
    return tuple(map(acting, parts)), pack.buckets, pack.time
