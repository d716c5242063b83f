"""The year as it stands on a day: what was done by then, and what the rules make of it (五, U9, U30; E8).

A claim counts from its registration by the employer (四, U29); one that was sent back counts again when it is
corrected. What a review refused does not count, and what it accepted in part counts as far as it was accepted (D13).
Exam passes come from the platforms and are registered by nobody.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules import Credited, credit, reviewed
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import Columns
from ce_toolkit.tables import FLAG, from_hundredths
from ce_toolkit.workflow.acts import NOT_RECOGNISED, PARTLY, RETURNED
from ce_toolkit.workflow.fold import fold

BY_PLATFORM = ("public_exam",)


@dataclass(frozen=True)
class YearView:
    """``state``: one row a claim of which anything was done by ``day`` (see ``fold``); ``credited``: what counts."""

    day: date
    state: pd.DataFrame
    credited: Credited


def year_view(  # noqa: PLR0913 - three tables, a pack and a day
    claims: pd.DataFrame,
    people: pd.DataFrame,
    acts: pd.DataFrame,
    pack: Pack,
    day: date,
    *,
    known_on: date | None = None,
) -> YearView:
    """The year as of ``day``; with ``known_on`` as far as it had been entered by then.

    Raises what ``credit`` raises.
    """
    state = fold(acts, day, known_on=known_on)
    return YearView(day, state, credit(concluded(registered(claims, state), state), people, pack, day))


def concluded(claims: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The claims with what their review concluded (``review`` and ``accepted_hours``, see ``rules.reviewed``)."""
    told = Columns(state)
    words = {
        reviewed.RETURNED: told.is_word("state", [RETURNED]),
        reviewed.REFUSED: told.is_word("verdict", [NOT_RECOGNISED]),
        reviewed.PARTLY: told.is_word("verdict", [PARTLY]),
    }
    codes = np.select(list(words.values()), list(range(len(words))), default=-1)
    place = pd.Index(state["claim_id"]).get_indexer(claims["claim_id"])
    mine = np.where(place >= 0, codes[place], -1) if len(codes) else np.full(len(claims), -1)
    accepted, filled = told.hours("accepted_hours")
    part = mine == list(words).index(reviewed.PARTLY)
    kept = np.where(part, accepted[place], 0) if len(codes) else np.zeros(len(claims), dtype=np.int64)
    hours = from_hundredths(kept).where(part & (filled[place] if len(codes) else part))
    return claims.assign(
        review=pd.Categorical.from_codes(mine, categories=list(words)), accepted_hours=hours.set_axis(claims.index)
    )


def registered(claims: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The claims with ``registered`` as the journal has it: false where nothing was entered, or it was sent back."""
    standing = state["claim_id"][state["state"].astype("str") != RETURNED]
    inside = claims["claim_id"].isin(standing).to_numpy()
    told = Columns(claims)
    own = told.is_word("class", BY_PLATFORM)
    flags = np.where(own, told.flags("registered") != 0, inside).astype(bool)
    column = pd.Series(pd.array(pa.array(flags), pd.ArrowDtype(FLAG)), index=claims.index)
    return claims.assign(registered=column)
