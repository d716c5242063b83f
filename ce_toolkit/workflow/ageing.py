"""How long each step has waited, unit by unit, against the window in which it is due (五, E3, D17)."""

from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import NO_DAY, Columns, day_number, day_of
from ce_toolkit.tables import DATE
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.fold import fold
from ce_toolkit.workflow.late import CORRECTION, NEXT_REVIEW, RECOGNITION, REVIEW, REVIEW_WINDOW, review_ends

STEPS = (CORRECTION, REVIEW, RECOGNITION, NEXT_REVIEW)
_WAITS_FOR = {
    kinds.RETURNED: CORRECTION, kinds.REGISTERED: REVIEW, kinds.CORRECTED: REVIEW, kinds.REVERSED: REVIEW,
    kinds.REVIEWED: RECOGNITION,
}  # fmt: skip


def ageing(
    acts: pd.DataFrame, pack: Pack, day: date, *, known_on: date | None = None, claims: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row a unit and step that waits on ``day``, the longest overdue first.

    Columns: unit, awaits (STEPS), claims, rounds (the most any of them has seen), oldest (since when the longest has
    waited), waited_days (of that one), open_days (of these, days on which the review was open), last_day (of the
    review), days_over (days after it; 0 within). With ``claims`` those completed after the review's last day wait for
    the next one: no last day, nothing overdue (E8). What the review refused waits for nobody.
    """
    state = fold(acts, day, known_on=known_on)
    refused = (state["state"].astype("str") == kinds.REVIEWED) & (state["verdict"] == kinds.NOT_RECOGNISED)
    state = state[~refused.fillna(False).astype(bool)]
    awaits = state["state"].astype("str").map(_WAITS_FOR).astype("str")
    waiting = state.assign(awaits=awaits)[awaits.notna()]
    waiting = waiting.assign(awaits=_with_next_review(waiting, pack, claims))
    since = Columns(waiting).days("since").astype(np.int64)
    rows = pd.DataFrame({
        "unit": waiting["unit"].astype("str"), "awaits": waiting["awaits"], "claims": 1, "rounds": waiting["round"],
        "since": since,
    })  # fmt: skip
    groups = rows.groupby(["unit", "awaits"]).agg({"claims": "sum", "rounds": "max", "since": "min"}).reset_index()
    return _timed(groups, pack, day)


def _with_next_review(waiting: pd.DataFrame, pack: Pack, claims: pd.DataFrame | None) -> pd.Series:
    """What each claim waits for, where its hours came after the review: the next one."""
    if claims is None or not len(claims):
        return waiting["awaits"]
    ends = pd.Series(Columns(claims).days("end"), index=claims["claim_id"])
    done = waiting["claim_id"].map(ends).fillna(NO_DAY).to_numpy()
    late = (done > day_number(review_ends(pack))) & waiting["awaits"].isin([REVIEW, CORRECTION]).to_numpy()
    return waiting["awaits"].mask(late, NEXT_REVIEW)


def _timed(groups: pd.DataFrame, pack: Pack, day: date) -> pd.DataFrame:
    window, today = pack.windows[REVIEW_WINDOW], day_number(day)
    first, last = day_number(window.first), day_number(window.last)
    since = groups["since"].to_numpy(dtype=np.int64)
    next_one = (groups["awaits"] == NEXT_REVIEW).to_numpy()
    open_days = np.minimum(today, last) - np.maximum(since, first)
    table = groups.drop(columns="since").assign(
        oldest=pd.array([day_of(number) for number in since], dtype=pd.ArrowDtype(DATE)),
        waited_days=today - since,
        open_days=np.where(next_one, 0, np.maximum(open_days, 0)),
        last_day=pd.array([None if each else window.last for each in next_one], dtype=pd.ArrowDtype(DATE)),
        days_over=np.where(next_one, 0, max(today - last, 0)),
    )
    order = table["awaits"].map({name: place for place, name in enumerate(STEPS)})
    table = table.assign(order=order).sort_values(
        ["days_over", "waited_days", "unit", "order"], ascending=[False, False, True, True], kind="stable"
    )
    return table.drop(columns="order").reset_index(drop=True)
