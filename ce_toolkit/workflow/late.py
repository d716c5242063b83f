"""The ledger of a year's hours by what they still wait for, so that those after the review are never lost (E8, U9).

Hours completed after the last day of the review count in their year and wait for the next review. What was granted is
split without rest: recognised, waiting for recognition, for review, for the next review, for correction.
"""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.rules import Credited
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import NO_DAY, Columns, day_number
from ce_toolkit.tables import Int64Array, from_hundredths, to_hundredths
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.year import BY_PLATFORM, YearView

DONE, RECOGNITION, REVIEW, NEXT_REVIEW, CORRECTION, ENTRY, REGISTRATION, REFUSED = (
    "done", "recognition", "review", "next_review", "correction", "entry", "registration", "refused",
)  # fmt: skip
AWAITS = (DONE, RECOGNITION, REVIEW, NEXT_REVIEW, CORRECTION, ENTRY, REGISTRATION, REFUSED)
"""``done``: recognised; ``refused``: not accepted in review, or an exam not passed, nothing is to come; the others wait
for a step. ``entry``: its form says it is registered, and nothing of it is in the journal yet: the next round of review
enters it."""
REVIEW_WINDOW = "review"
_OPEN = (kinds.REGISTERED, kinds.CORRECTED, kinds.REVERSED)


def review_ends(pack: Pack) -> date:
    """The last day of the year's review (E3). Raises TableError where the pack has no such window."""
    if REVIEW_WINDOW not in pack.windows:
        raise TableError(f"规则包 {pack.pack.id} 没有审核认定时段（windows.{REVIEW_WINDOW}），分不出审核后完成的学时。")
    return pack.windows[REVIEW_WINDOW].last


def ledger(view: YearView, pack: Pack, on_forms: Collection[str] = ()) -> pd.DataFrame:
    """One row a claim: its hours, and what they wait for.

    Columns: claim_id, person_id, class, completed_on, granted and held (class hours), state (of the journal, blank
    where nothing was entered), awaits (one of AWAITS), late (completed after the review's last day). An exam of the
    platform waits for nobody, passed or not. ``on_forms``: ids of claims that a form says are registered.
    """
    rows, columns = view.credited.credits, Columns(view.credited.credits)
    last = day_number(review_ends(pack))
    done = columns.days("completed_on")
    late = (done > last) & (done != NO_DAY)
    state = rows["claim_id"].map(view.state.set_index("claim_id")["state"].astype("str")).astype("str")
    told = state.fillna("").to_numpy(dtype=object)
    platform = columns.is_word("class", BY_PLATFORM)
    failed = platform & columns.is_word("state", ["refused"])
    choices = {
        REFUSED: failed | rows["claim_id"].isin(_refused(view.state)).to_numpy(),
        DONE: platform | (told == kinds.RECOGNISED),
        RECOGNITION: told == kinds.REVIEWED,
        CORRECTION: told == kinds.RETURNED,
        NEXT_REVIEW: np.isin(told, _OPEN) & late,
        REVIEW: np.isin(told, _OPEN),
        ENTRY: (told == "") & rows["claim_id"].isin(on_forms).to_numpy(),
    }
    awaits = np.select(list(choices.values()), list(choices), default=REGISTRATION)
    return rows[["claim_id", "person_id", "class", "completed_on", "granted", "held"]].assign(
        state=state, awaits=pd.Categorical(awaits, categories=AWAITS), late=late
    )


def late_year(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a ledger whose hours were completed after the review and wait for the next (E8)."""
    waiting = table["awaits"].isin([NEXT_REVIEW, CORRECTION, ENTRY, REGISTRATION]) & table["late"]
    return table[waiting].reset_index(drop=True)


def by_awaits(table: pd.DataFrame) -> pd.DataFrame:
    """Claims, granted and held hours by what they wait for, in the order of AWAITS."""
    codes = table["awaits"].cat.codes.to_numpy()
    sums = {name: _sums(table[name], codes, len(AWAITS)) for name in ("granted", "held")}
    counts = np.bincount(codes, minlength=len(AWAITS))
    hours = {name: from_hundredths(figures) for name, figures in sums.items()}
    return pd.DataFrame({"awaits": list(AWAITS), "claims": counts, **hours})


def by_person(table: pd.DataFrame) -> pd.DataFrame:
    """Granted hours of each person by what they wait for, and ``total``."""
    codes, people = pd.factorize(table["person_id"])
    awaits = table["awaits"].cat.codes.to_numpy()
    flat = _sums(table["granted"], codes * len(AWAITS) + awaits, len(people) * len(AWAITS)).reshape(-1, len(AWAITS))
    columns = {name: from_hundredths(np.ascontiguousarray(flat[:, place])) for place, name in enumerate(AWAITS)}
    return pd.DataFrame({"person_id": people, **columns, "total": from_hundredths(flat.sum(axis=1))})


def lost_or_double(table: pd.DataFrame, credited: Credited) -> list[str]:
    """People whose hours in the ledger are not, to the hundredth, what was granted and held: none, if all is well."""
    standing, rows = credited.standing, credited.credits
    granted = _apart(table, "granted", standing["person_id"], standing["total"])
    return sorted(granted | _apart(table, "held", rows["person_id"], rows["held"]))


def _apart(table: pd.DataFrame, name: str, people: pd.Series, hours: pd.Series) -> set[str]:
    sides = [(table["person_id"], table[name]), (people, hours)]
    sums = [pd.Series(to_hundredths(each)[0]).groupby(ids.to_numpy()).sum() for ids, each in sides]
    both = pd.concat(sums, axis=1, keys=["ledger", "told"]).fillna(0)
    return set(both.index[both["ledger"] != both["told"]])


def taken_up(late: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """A closed year's late hours with what became of them since: ``state`` as it stands now, and what they await.

    No row comes or goes: whatever the next review does not take up waits on.
    """
    now = late["claim_id"].map(state.set_index("claim_id")["state"].astype("str")).astype("str")
    told = now.fillna(late["state"])
    words = {
        kinds.RECOGNISED: DONE, kinds.REVIEWED: RECOGNITION, kinds.RETURNED: CORRECTION,
        **dict.fromkeys(_OPEN, NEXT_REVIEW),
    }  # fmt: skip
    awaits = told.map(words).astype("str").fillna(late["awaits"].astype("str").where(late["awaits"] == ENTRY))
    awaits = awaits.fillna(REGISTRATION)
    awaits = awaits.mask(late["claim_id"].isin(_refused(state)), REFUSED)
    return late.assign(state=told, awaits=pd.Categorical(awaits, categories=AWAITS))


def _refused(state: pd.DataFrame) -> pd.Series:
    """Claims that the review did not accept."""
    hit = (state["state"].astype("str") == kinds.REVIEWED) & (state["verdict"].astype("str") == kinds.NOT_RECOGNISED)
    return state["claim_id"][hit]


def _sums(hours: pd.Series, codes: Int64Array, size: int) -> Int64Array:
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, codes, to_hundredths(hours)[0])
    return out
