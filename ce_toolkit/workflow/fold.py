"""The present state of every claim, or that of any earlier day, as the fold of all acts.

An act counts on a day where it was done by then (``on``); with ``known_on`` only what had been entered by then counts,
so that what was known on a day can be told apart from what was so on it.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.rules.view import NO_DAY, Columns, day_number
from ce_toolkit.tables import BoolArray, Int64Array
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import CLAIM_ACTS

NONE = -1
_AFRESH = (kinds.RETURNED, kinds.CORRECTED, kinds.REVERSED)

# column of the state ← act, column of the act
_TOLD = {
    "registered_on": ((kinds.REGISTERED, kinds.CORRECTED), "on"),
    "registrar": ((kinds.REGISTERED, kinds.CORRECTED), "by"),
    "reviewed_on": ((kinds.REVIEWED,), "on"),
    "review_office": ((kinds.REVIEWED,), "actor"),
    "reviewer": ((kinds.REVIEWED,), "by"),
    "seal": ((kinds.REVIEWED,), "seal"),
    "verdict": ((kinds.REVIEWED,), "verdict"),
    "accepted_hours": ((kinds.REVIEWED,), "hours"),
    "recognised_on": ((kinds.RECOGNISED,), "on"),
    "recogniser": ((kinds.RECOGNISED,), "by"),
    "batch": ((kinds.RECOGNISED,), "batch"),
    "special_seal": ((kinds.RECOGNISED,), "special_seal"),
}


def known_then(acts: pd.DataFrame, day: date | None = None, known_on: date | None = None) -> pd.DataFrame:
    """The acts done by ``day`` and entered by ``known_on``, both included; all where neither is given."""
    columns = Columns(acts)
    keep = np.ones(columns.size, dtype=bool)
    for name, last in (("on", day), ("known_on", known_on)):
        if last is not None:
            numbers = columns.days(name)
            keep &= (numbers <= day_number(last)) & (numbers != NO_DAY)
    return acts if keep.all() else acts[keep]


def fold(acts: pd.DataFrame, day: date | None = None, *, known_on: date | None = None) -> pd.DataFrame:
    """One row a claim, in the order of claim ids: where it stands after all acts done by ``day``.

    Columns: claim_id, person_id, unit, state (the last kind of act), step (how many acts), round (1, and one more after
    each return or reversal: D17), since (day of the last act), reason (of a last return or reversal); registered_on and
    registrar (D4); reviewed_on, review_office, reviewer, seal, verdict, accepted_hours (D13), blank while the claim is
    on its way back; recognised_on, recogniser, batch, special_seal (D14, D15), blank where it is not recognised.
    """
    acts = known_then(acts, day, known_on)
    acts = acts[Columns(acts).is_word("act", CLAIM_ACTS)]
    claims = _Claims(Columns(acts))
    taken = {
        "claim_id": claims.take("subject", claims.last),
        "person_id": claims.take("person_id", claims.last),
        "unit": claims.take("unit", claims.last),
        "state": claims.take("act", claims.last),
        "step": claims.steps,
        "round": 1 + claims.count(kinds.RETURNED, kinds.REVERSED),
        "since": claims.take("on", claims.last),
        "reason": claims.take("reason", claims.last),
    }
    taken |= {name: claims.take(source, claims.latest(*names)) for name, (names, source) in _TOLD.items()}
    return pd.DataFrame(taken, copy=False).sort_values("claim_id", ignore_index=True)


def last_acts(acts: pd.DataFrame) -> pd.DataFrame:
    """The last act on each subject, claims and people alike, as what comes next is held against."""
    found = _Claims(Columns(acts))
    return acts.iloc[np.sort(found.last)].reset_index(drop=True)


class _Claims:
    """Acts by claim: places of rows of the table, by the claim's number."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        subjects = columns.text("subject").dictionary_encode()
        self.codes: Int64Array = subjects.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        self.size = len(subjects.dictionary)
        self.step: Int64Array = columns.counts("step")[0]
        self.steps: Int64Array = np.zeros(self.size, dtype=np.int64)
        np.maximum.at(self.steps, self.codes, self.step)
        self.last = self._row_of(self.steps)

    def _row_of(self, steps: Int64Array) -> Int64Array:
        """The row of each claim that bears this step, NONE where none does."""
        rows = np.full(self.size, NONE, dtype=np.int64)
        hit = np.flatnonzero(self.step == steps[self.codes])
        rows[self.codes[hit]] = hit
        return rows

    def _top(self, mask: BoolArray) -> Int64Array:
        """The highest step of each claim among some rows, 0 where there is none."""
        top = np.zeros(self.size, dtype=np.int64)
        np.maximum.at(top, self.codes[mask], self.step[mask])
        return top

    def count(self, *names: str) -> Int64Array:
        """How many acts of these kinds each claim has seen."""
        return np.bincount(self.codes[self.columns.is_word("act", names)], minlength=self.size).astype(np.int64)

    def latest(self, *names: str) -> Int64Array:
        """The row of each claim's last act of these kinds, NONE where it was undone since."""
        top = self._top(self.columns.is_word("act", names))
        if kinds.REGISTERED not in names:
            top = np.where(top > self._top(self.columns.is_word("act", _AFRESH)), top, 0)
        if names == (kinds.RECOGNISED,):
            top = np.where(top == self.steps, top, 0)
        return self._row_of(top)

    def take(self, name: str, rows: Int64Array) -> Any:
        """The values of a column at these rows, blank at NONE."""
        data = self.columns.data
        if name not in data.columns:
            return pd.Series([None] * len(rows), dtype="str")
        values: Any = data[name].array
        return values.take(rows, allow_fill=True) if (rows == NONE).any() else values.take(rows)
