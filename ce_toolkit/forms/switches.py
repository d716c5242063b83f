"""Rules switched for trial: other readings and other figures of a pack, and what they would do to whom, at once."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import PackError
from ce_toolkit.publish.labels import HEADS, WORDS
from ce_toolkit.registers.areas import named
from ce_toolkit.rules.inquiry.rerun import NEARLY_ALL, Rerun, Stands, Year
from ce_toolkit.rules.loading.figures import figures, with_figures
from ce_toolkit.rules.loading.readings import alternatives, with_reading
from ce_toolkit.rules.pack import Cap, Pack, Reading, Requirement
from ce_toolkit.rules.reasons import plain
from ce_toolkit.rules.standing import STATUSES
from ce_toolkit.rules.view import Claims
from ce_toolkit.tables import Int64Array

KEPT = 80  # effects that are kept, so that switching to and fro costs nothing


@dataclass(frozen=True)
class Choice:
    """What is switched: an alternative by reading, a figure (class hours) by cap or minimum. Empty: the pack itself."""

    readings: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What a choice would do, against the pack itself.

    ``states``: one row per status before and after, with people. ``hours``: one row a class, granted before and after,
    gained and lost (sums over people who gain or lose of it), 合计 last: the sum of the rows above. ``by_county``:
    people newly met, no longer met, whose status or hours change, hours gained and lost. ``rows``: those people's rows,
    who changes status first. ``was``, ``now`` and ``gain``: their statuses before and after as places in STATUSES, and
    the hundredths in all that they gain (minus: lose). ``reached``: people whose claims were judged anew.
    """

    states: pd.DataFrame
    hours: pd.DataFrame
    by_county: pd.DataFrame
    rows: Int64Array
    was: Int64Array
    now: Int64Array
    gain: Int64Array
    people: int
    reached: int

    @property
    def changed(self) -> int:
        """People whose status changes."""
        return int((self.was != self.now).sum())

    def line(self, place: int) -> tuple[str, str, int]:
        """Of the person at this place of ``rows``: status before and after in words, and hundredths gained."""
        words = [WORDS["status"][STATUSES[int(each[place])]] for each in (self.was, self.now)]
        return words[0], words[1], int(self.gain[place])


class Switches:
    """A year whose rules can be switched. The year is judged when it is first asked; raises what ``credit`` raises."""

    def __init__(self, year: Year, pack: Pack) -> None:
        self.year, self.pack = year, pack
        self._effects: OrderedDict[str, Effect] = OrderedDict()
        self._busy = Lock()

    def begin(self) -> None:
        """Judge the year under the pack itself, if that was not done yet."""
        with self._busy:
            self._rerun  # noqa: B018 - asking is what makes it

    @cached_property
    def _rerun(self) -> Rerun:
        return Rerun(self.year, self.pack)

    @cached_property
    def _county(self) -> tuple[Int64Array, list[str], list[int]]:
        """Place of each person's county, names and people of the counties."""
        people = self.year.people
        column = people["county"] if "county" in people else pd.Series("", index=people.index, dtype="str")
        places = pd.Categorical(named(column.astype("str").fillna("")))
        codes = places.codes.astype(np.int64)
        return (
            codes,
            [str(name) for name in places.categories],
            np.bincount(codes, minlength=len(places.categories)).tolist(),
        )

    @property
    def view(self) -> Claims:
        """The claims as the rules read them."""
        return self._rerun.view

    @property
    def readings(self) -> list[Reading]:
        """Readings with an alternative, in the pack's order."""
        return [reading for reading in self.pack.readings if reading.alternatives]

    @property
    def figures(self) -> list[tuple[Cap | Requirement, Decimal]]:
        """Caps and minima whose figure can be changed."""
        return list(figures(self.pack))

    def named(self, part: Cap | Requirement) -> str:
        """A cap or minimum in words: what it limits or asks for."""
        if isinstance(part, Cap):
            what = "、".join(self.pack.label(name) for name in self.pack.classes_of(part))
            return f"{what}上限（每{_SPANS[part.scope]}）"
        return f"{self.pack.label(part.bucket if part.bucket not in ('', '*') else part.id)}要求"

    def in_words(self, choice: Choice) -> str:
        """What is switched: the readings with their answer, the figures with their name."""
        chosen = {(reading.id, one.id): one.says for reading, one in alternatives(self.pack)}
        readings = [f"{name} {chosen.get((name, other), other)}" for name, other in choice.readings.items()]
        own = [part for part, _ in self.figures if part.id in choice.figures]
        return "；".join([*readings, *(f"{self.named(part)} {plain(choice.figures[part.id])}" for part in own)])

    def differing(self, statuses: pd.Series) -> int:
        """People whose stored status is not that of their claims alone, as of those for whom rows wait."""
        stored = pd.Categorical(statuses, categories=list(STATUSES)).codes
        with self._busy:
            return int((stored != self._rerun.own.status).sum())

    def pack_of(self, choice: Choice) -> Pack:
        """The pack under a choice. Raises PackError where two readings cannot be switched together."""
        pack = self.pack
        for reading, alternative in choice.readings.items():
            try:
                pack = with_reading(pack, reading, alternative)
            except PackError as error:
                raise PackError(f"{'、'.join(choice.readings)} 不能同时改变：{error}") from None
        return with_figures(pack, choice.figures)

    def effect(self, choice: Choice) -> Effect:
        """What the choice would do. Raises PackError for readings that do not go together and for wrong figures."""
        pack = self.pack_of(choice)
        with self._busy:
            if pack.sha256 not in self._effects:
                self._effects[pack.sha256] = self._effect(self._rerun.under(pack), pack)
                while len(self._effects) > KEPT:
                    self._effects.popitem(last=False)
            return self._effects[pack.sha256]

    def warm(self, tell: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Find out whom each switch can reach, one after the other, and ``tell`` how many of how many are done."""
        singles = [Choice({reading.id: one.id}) for reading, one in alternatives(self.pack)]
        for number, choice in enumerate(singles):
            tell(number, len(singles))
            self.effect(choice)
        tell(len(singles), len(singles))

    def heavy(self, choice: Choice) -> bool:
        """Whether nearly everybody must be judged anew, which at a million claims is not done at once."""
        pack = self.pack_of(choice)
        with self._busy:
            return pack.sha256 not in self._effects and self._rerun.reached(pack).mean() > NEARLY_ALL

    def forget(self) -> None:
        """Drop the effects that are kept; whom a rule can reach stays known."""
        with self._busy:
            self._effects.clear()

    def _effect(self, after: Stands, pack: Pack) -> Effect:
        before = self._rerun.own
        gained, lost = self._gained_and_lost(before, after)
        change = gained - lost
        turned = before.status != after.status
        either = np.flatnonzero(turned | self._moved(before, after))
        rows = either[np.lexsort((either, -np.abs(change[either]), ~turned[either]))]
        return Effect(
            states=_states(before, after),
            hours=self._hours(before, after, pack),
            by_county=self._by_county(before, after, rows, (gained, lost)),
            rows=rows,
            was=before.status[rows],
            now=after.status[rows],
            gain=change[rows],
            people=self._rerun.people,
            reached=after.reached,
        )

    def _gained_and_lost(self, before: Stands, after: Stands) -> tuple[Int64Array, Int64Array]:
        """Hundredths that each person gains in some classes and loses in others."""
        gained, lost = np.zeros((2, len(before.status)), dtype=np.int64)
        for name in self.pack.classes:
            if before.hours[name] is not after.hours[name]:
                change = _change(before, after, name)
                gained += change.clip(min=0)
                lost += (-change).clip(min=0)
        return gained, lost

    def _moved(self, before: Stands, after: Stands) -> Any:
        classes = [name for name in self.pack.classes if before.hours[name] is not after.hours[name]]
        none = np.zeros(len(before.status), dtype=bool)
        return np.logical_or.reduce([none, *(before.hours[name] != after.hours[name] for name in classes)])

    def _hours(self, before: Stands, after: Stands, pack: Pack) -> pd.DataFrame:
        rows = []
        for name in self.pack.classes:
            change = _change(before, after, name)
            gained, lost = change.clip(min=0).sum(), (-change).clip(min=0).sum()
            rows.append((before.hours[name].sum(), after.hours[name].sum(), gained, lost))
        sums = np.array([*rows, np.sum(rows, axis=0)], dtype=np.int64)  # 合计 is the sum of what stands above it
        names = [pack.label(name) for name in (*self.pack.classes, "total")]
        heads = ["原认定", "改后认定", "增加", "减少"]
        table = pd.DataFrame([[_hours(int(one)) for one in row] for row in sums], columns=heads, dtype=object)
        table.insert(0, "学时类别", names)
        return table.infer_objects()

    def _by_county(
        self, before: Stands, after: Stands, rows: Int64Array, moved: tuple[Int64Array, Int64Array]
    ) -> pd.DataFrame:
        """``rows``: whose status or hours change; ``moved``: what each person gains and loses."""
        codes, names, people = self._county
        met, codes = STATUSES.index("met"), codes[rows]
        was, now = before.status[rows], after.status[rows]

        def count(weights: Any) -> list[int]:
            return [int(one) for one in np.bincount(codes, weights=weights, minlength=len(names))]

        table = pd.DataFrame(
            {
                HEADS["county"]: names,
                "人数": people,
                "新达标": count((now == met) & (was != met)),
                "不再达标": count((was == met) & (now != met)),
                "状态改变": count(was != now),
                "增加学时": [_hours(one) for one in count(moved[0][rows])],
                "减少学时": [_hours(one) for one in count(moved[1][rows])],
            }
        )
        return table[table["人数"] > 0].reset_index(drop=True)


_SPANS = {"claim": "项", "claim_day": "项每天", "person_day": "人每天", "person_year": "人每年"}


def _hours(hundredths: int) -> int | float:
    """Hundredths as hours for a table; whole hours without a point."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def _change(before: Stands, after: Stands, name: str) -> Int64Array:
    return after.hours[name] - before.hours[name]


def _states(before: Stands, after: Stands) -> pd.DataFrame:
    pairs = np.bincount(before.status.astype(np.int64) * len(STATUSES) + after.status, minlength=len(STATUSES) ** 2)
    rows = [
        (WORDS["status"][one], WORDS["status"][other], int(pairs[place * len(STATUSES) + to]))
        for place, one in enumerate(STATUSES)
        for to, other in enumerate(STATUSES)
    ]
    table = pd.DataFrame(rows, columns=["原状态", "改后状态", "人数"])
    return table[table["人数"] > 0].reset_index(drop=True)


def figure_of(text: str, own: Decimal) -> Decimal:
    """A figure as it was typed; nothing typed is the pack's own. Raises PackError where it is no number."""
    text = text.strip()
    if not text:
        return own
    try:
        return Decimal(text.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")))
    except ArithmeticError:
        raise PackError(f"“{text[:12]}”不是数，请填学时数，例如 {plain(own)}。") from None
