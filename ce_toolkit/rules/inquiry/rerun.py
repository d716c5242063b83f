"""A year judged once, and again under other packs at the cost of those whom the change can reach."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.rules.carry import Brought, brought_in
from ce_toolkit.rules.credit import Judgement, recapped
from ce_toolkit.rules.engine import rejudged, view_of
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
    """The year under one pack, kept so that another pack is answered fast. Raises what ``credit`` raises.

    Three things make it fast: only people whom the change can reach are judged anew, of them only claims of the classes
    that hang together with it, and where nothing differs before the caps only the caps are gone through.
    """

    def __init__(self, year: Year, pack: Pack) -> None:
        self.year, self.pack = year, pack
        self._earlier: dict[int, History] = {}
        self.view = view_of(year.claims, year.people)
        self.view.memory = {}
        self._work = self._judged(pack, None)
        self._freed = released(self._work)
        self._could = class_sums(self._freed)
        base = Standing(self._work, self._brought(pack), Released(self._work).known_as(self._freed, self._could))
        self._reach = Reach(self._work, base.released)
        self.own = Stands(base.status(), base.hours, self.people)

    @property
    def people(self) -> int:
        """Number of people."""
        return self.view.people.size

    def reached(self, pack: Pack) -> BoolArray:
        """Whose hours the pack may change; the first question about a rule takes longest."""
        return self._reach.of(pack)

    def under(self, pack: Pack) -> Stands:
        """Where everybody would stand under ``pack``: the same as if all claims were judged anew."""
        who = self.reached(pack)
        if not who.any() and _minima(pack) == _minima(self.pack):
            return Stands(self.own.status, _sums(pack, self.own.hours), 0)
        rows = self._rows(who, pack)
        if len(rows) > NEARLY_ALL * self.view.size:
            who, rows = np.ones(self.people, dtype=bool), np.arange(self.view.size)
        part = self._part(pack, rows)
        hours = _sums(pack, self._mixed(self.own.hours, part, who, pack))
        work = part if part.claims.size == self.view.size else self._work.merged(rows, part, hours=not _by_sums(pack))
        known = self._released(work, (rows, part), who)
        status = Standing(work, self._brought(pack), known, hours).status()
        return Stands(status, hours, int(self.reached(pack).sum()))

    def _rows(self, who: BoolArray, pack: Pack) -> Int64Array:
        """The claims to judge anew: of the people reached, those of the classes reached."""
        if not who.any():
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(who[self.view.person] & self.view.is_word("class", self._reach.classes(pack)))

    def _part(self, pack: Pack, rows: Int64Array) -> Judgement:
        """What becomes of these claims under ``pack``; where only caps differ, from the caps on."""
        whole = len(rows) == self.view.size
        if not rows.size and not whole:
            return replace(self._work.taken(rows), pack=pack, history=self._history(pack.time.year))
        if self._reach.only(Cap, pack):
            return recapped(self._work if whole else self._work.taken(rows), pack)
        return self._judged(pack, None if whole else rows)

    def _released(self, work: Judgement, anew: tuple[Int64Array, Judgement], who: BoolArray) -> Released:
        """What the held claims could become: known, but for the claims judged anew of people who have one held."""
        known, (rows, part) = Released(work), anew
        if self._reach.only(Need, work.pack):  # what needs hold makes no difference to it
            return known.known_as(replace(self._freed, pack=work.pack), _sums(work.pack, self._could))
        mine = np.flatnonzero(known.concerned[part.claims.person])
        if self._reach.only(Cap, work.pack):
            freed = recapped(self._freed.taken(rows[mine]), work.pack)
        else:
            freed = released(part, mine)
        sums = self._mixed(self._could, freed, who & known.concerned, work.pack)
        merged = self._freed if _by_sums(work.pack) else self._freed.merged(rows[mine], freed)
        return known.known_as(merged, _sums(work.pack, sums))

    def _mixed(self, own: dict[str, Int64Array], part: Judgement, who: BoolArray, pack: Pack) -> dict[str, Int64Array]:
        """Sums by class: anew of those people in the classes reached, else as they were."""
        if not part.claims.size:
            return own
        anew, classes = class_sums(part), self._reach.classes(pack)
        whole = part.claims.size == self.view.size
        return {
            name: np.where(who, anew[name], own[name]) if whole or name in classes else own[name]
            for name in pack.classes
        }

    def _judged(self, pack: Pack, rows: Int64Array | None) -> Judgement:
        view = self.view if rows is None else self.view.taken(rows)
        return rejudged(view, pack, self.year.as_of, self._history(pack.time.year))

    def _history(self, year: int) -> History:
        if year not in self._earlier:
            self._earlier[year] = History(self.year.history, self.view.people, year)
        return self._earlier[year]

    def _brought(self, pack: Pack) -> Brought:
        return brought_in(self.year.carried, self.view.people, pack)


def _sums(pack: Pack, hours: dict[str, Int64Array]) -> dict[str, Int64Array]:
    """Sums by class, by bucket of the pack and in all."""
    classes = {name: hours[name] for name in pack.classes}
    buckets = {bucket: np.sum([hours[name] for name in names], axis=0) for bucket, names in pack.buckets.items()}
    return {**classes, **buckets, "total": np.sum(list(classes.values()), axis=0)}


def _by_sums(pack: Pack) -> bool:
    """Whether all minima can be read off the sums of classes and buckets."""
    return all(each.bucket and (each.share is None or each.of == "required") for each in pack.requirements)


def _minima(pack: Pack) -> tuple[object, ...]:
    """All that turns hours into a status."""
    parts = (*pack.of(Scope), *pack.requirements, *pack.carries)
    return tuple(map(acting, parts)), pack.buckets, pack.time
