"""认定 by the city in batches (四, D14–D16): what may be recognised, what stands in the way, and a batch entered once.

Only what was reviewed under seal and accepted may be recognised. A batch's number stands for one entry in a county's
journal: given again it enters nothing there, and what was reviewed since belongs into the next batch.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ce_toolkit.errors import ActError
from ce_toolkit.registers.units import CITY
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import Columns, day_number
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import Act, acts_table
from ce_toolkit.workflow.fold import fold, known_then
from ce_toolkit.workflow.journal import Journal
from ce_toolkit.workflow.late import REVIEW_WINDOW
from ce_toolkit.workflow.routes import UNKNOWN, UNROUTED, Routes, require_routed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

READY, DONE, REFUSED = "ready", "done", "not_accepted"
TO_REVIEW, TO_CORRECT, UNSEALED, HELD, ONE_NAME, NOBODY, STRANGE, LATER, REVIEWED_LATER, GONE = (
    "to_review", "to_correct", "unsealed", "held", "one_name", "nobody", "strange_unit", "later", "reviewed_later",
    "gone",
)  # fmt: skip
WHY = (READY, DONE, REFUSED, TO_REVIEW, TO_CORRECT, UNSEALED, HELD, ONE_NAME, NOBODY, STRANGE, LATER,
       REVIEWED_LATER, GONE)  # fmt: skip
"""What is to be said of a claim: it is recognised with the next batch, was before, may never be, or what stands in the
way: it waits for its review or correction,
bears no seal, the rules hold it for something missing, both steps would be one person's, nobody is named to
review its unit, its unit is not in the register, something was done to it since, its review is dated after the batch,
or the year's registers do not have it."""
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff_-]{1,40}")


@dataclass(frozen=True)
class Batch:
    """A batch: its number, the day of the recognition, who recognises, and the day of entry (that day if not given).

    Raises ActError where the number could not be a file's name, nobody is named, or the entry is before the day.
    """

    number: str
    on: date
    by: str
    entered_on: date | None = None

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number):
            raise ActError(f"批次号“{self.number}”不能用：只能用数字、字母、汉字、下划线和短横，如 2017-1。")
        if not self.by.strip():
            raise ActError("认定须写明认定人，请填写认定人姓名。")
        if self.known_on < self.on:
            raise ActError(f"批次 {self.number}：记入日期 {self.known_on} 早于认定日期 {self.on}，请改正。")

    @property
    def known_on(self) -> date:
        """The day of entry."""
        return self.entered_on or self.on

    def days_outside(self, pack: Pack) -> int:
        """How many days after the review's last day (above 0) or before its first (below 0) the batch is dated (E3)."""
        window = pack.windows[REVIEW_WINDOW]
        return max((self.on - window.last).days, 0) + min((self.on - window.first).days, 0)


@dataclass(frozen=True)
class Recognised:
    """What became of a batch. ``entered``: claims by journal; ``again``: journals that held the batch already.

    ``rows``: one row a claim of all journals with ``why`` (WHY), as it was before the batch.
    """

    batch: Batch
    entered: Mapping[str, int]
    again: tuple[str, ...]
    rows: pd.DataFrame

    @property
    def claims(self) -> int:
        """How many claims were recognised now."""
        return sum(self.entered.values())


def readiness(  # noqa: PLR0913 - the journal, who may act, the batch, and what may not be in it
    acts: pd.DataFrame,
    routes: Routes,
    batch: Batch,
    claims: Collection[str],
    *,
    two_names: bool = True,
    held: Collection[str] = (),
) -> pd.DataFrame:
    """One row a claim of the journal as it stands on the day of the batch (see ``fold``), and ``why`` (WHY).

    ``claims``: ids of the year's claims (a set, if many). ``two_names``: where review and recognition are both the
    city's, the person who reviewed may not recognise (D16). ``held``: ids of claims that the rules hold (a set): what
    is recognised cannot be made good any more, so they wait. Claims that were registered
    after that day have a row, too.
    """
    whole = fold(acts)
    then = fold(acts, batch.on, known_on=batch.known_on)
    since = whole[~whole["claim_id"].isin(then["claim_id"])]
    state = pd.concat([then, since], ignore_index=True) if len(since) else then
    new = np.arange(len(state)) >= len(then)
    now, told = state["state"].astype("str"), Columns(state)
    last = whole.set_index("claim_id").reindex(state["claim_id"])
    after = Columns(last).is_word("state", [kinds.REVIEWED]) & (Columns(last).days("since") > day_number(batch.on))
    who = routes.of(state["unit"])
    reviewed = (now == kinds.REVIEWED).to_numpy() & ~new
    same = two_names & routes.both_are_the_city_s(state["unit"]) & told.is_word("reviewer", [batch.by])
    choices = {
        DONE: (now == kinds.RECOGNISED).to_numpy(),
        REVIEWED_LATER: ~reviewed & after,
        LATER: (last["step"].to_numpy() != state["step"].to_numpy()) | (new & (now == kinds.REVIEWED)),
        GONE: np.array([each not in claims for each in state["claim_id"].to_numpy(dtype=object)], dtype=bool),
        STRANGE: who == UNKNOWN,
        NOBODY: who == UNROUTED,
        TO_CORRECT: (now == kinds.RETURNED).to_numpy(),
        TO_REVIEW: ~reviewed,
        REFUSED: told.is_word("verdict", [kinds.NOT_RECOGNISED]),
        UNSEALED: told.flags("seal") != 1,
        HELD: np.array([each in held for each in state["claim_id"].to_numpy(dtype=object)], dtype=bool),
        ONE_NAME: same,
    }
    why = np.select([np.asarray(each, dtype=bool) for each in choices.values()], list(choices), default=READY)
    return state.assign(why=pd.Categorical(why, categories=list(WHY)))


def recognise(  # noqa: PLR0913 - each by name: nothing of it is left to chance
    journals: Mapping[str, Journal],
    routes: Routes,
    batch: Batch,
    claims: Collection[str],
    *,
    two_names: bool = True,
    only: frozenset[str] = frozenset(),
    held: Collection[str] = (),
    key: "Ed25519PrivateKey | None" = None,
) -> Recognised:
    """Recognise all that is ready in the journals (by county; of the counties ``only``, where given) as one batch.

    A county's part is entered whole or not at all, and once: where the entry broke off between two counties, the same
    batch given again does the rest. Raises ActError where units have no reviewer (N9, D8: nothing is frozen while there
    are any) or the number was used for another day or by somebody else, JournalError where a journal is damaged.
    """
    require_routed(routes)
    acts = {county: journal.read() for county, journal in journals.items()}
    _require_same(batch, acts.values())
    rows = {
        county: readiness(told, routes, batch, claims, two_names=two_names, held=held) for county, told in acts.items()
    }
    again = tuple(county for county, told in acts.items() if batch.number in numbers(told))
    entered = {}
    for county, journal in journals.items():
        if county not in again and (not only or county in only):
            done = _acts(rows[county][rows[county]["why"] == READY], batch)
            if len(done):
                journal.append(CITY, done, routes, known_on=batch.known_on, key=key, two_names=two_names)
            entered[county] = len(done)
    everything = pd.concat([told for told in rows.values() if len(told)] or list(rows.values())[:1], ignore_index=True)
    return Recognised(batch, entered, again, everything)


def _require_same(batch: Batch, acts: Iterable[pd.DataFrame]) -> None:
    """Raise ActError where the batch's number stands for another day or name."""
    for told in acts:
        for row in batches(told).itertuples():
            if row.batch == batch.number and (row.on, row.by) != (batch.on, batch.by):
                raise ActError(
                    f"批次号 {batch.number} 已于 {row.on} 使用，日期或认定人与这次不同；此后审核的请另起批次号。"
                )


def _acts(ready: pd.DataFrame, batch: Batch) -> pd.DataFrame:
    names = ["claim_id", "person_id", "unit"]
    return acts_table(
        Act(
            claim, kinds.RECOGNISED, CITY, batch.on, batch.by,
            person_id=person, unit=unit, batch=batch.number, special_seal=True,
        )
        for claim, person, unit in ready[names].astype(object).itertuples(index=False, name=None)
    )  # fmt: skip


def numbers(acts: pd.DataFrame) -> frozenset[str]:
    """Batch numbers that were entered, reversed ones included."""
    hit = Columns(acts).is_word("act", [kinds.RECOGNISED])
    return frozenset(acts["batch"][hit].dropna().astype("str"))


def batches(acts: pd.DataFrame, day: date | None = None) -> pd.DataFrame:
    """One row a batch by ``day``, in order: batch, on, by, claims (entered), persons, reversed (claims taken back)."""
    known = known_then(acts, day)
    columns = ["batch", "on", "by", "subject", "person_id"]
    told = known.loc[Columns(known).is_word("act", [kinds.RECOGNISED]), columns]
    back = known.loc[Columns(known).is_word("act", [kinds.REVERSED]), ["batch"]].astype("str")
    plain = told.astype({name: "str" for name in columns if name != "on"})
    groups = plain.groupby("batch", sort=False).agg(
        on=("on", "first"), by=("by", "first"), claims=("subject", "nunique"), persons=("person_id", "nunique")
    )
    gone = back["batch"].value_counts()
    table = groups.reset_index().assign(reversed=[int(gone.get(each, 0)) for each in groups.index])
    return table.sort_values(["on", "batch"], kind="stable", ignore_index=True)
