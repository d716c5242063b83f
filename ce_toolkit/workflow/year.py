"""The year as it stands on a day: what was done by then, and what the rules make of it (五, U9, U30; E8).

A claim counts from its registration by the employer (四, U29); one that was sent back counts again when it is
corrected. Exam passes come from the platforms and are registered by nobody.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules import Credited, credit
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import Columns
from ce_toolkit.tables import FLAG
from ce_toolkit.workflow.acts import RETURNED
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
    return YearView(day, state, credit(registered(claims, state), people, pack, day))


def registered(claims: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """The claims with ``registered`` as the journal has it: false where nothing was entered, or it was sent back."""
    standing = state["claim_id"][state["state"].astype("str") != RETURNED]
    inside = claims["claim_id"].isin(standing).to_numpy()
    told = Columns(claims)
    own = told.is_word("class", BY_PLATFORM)
    flags = np.where(own, told.flags("registered") != 0, inside).astype(bool)
    column = pd.Series(pd.array(pa.array(flags), pd.ArrowDtype(FLAG)), index=claims.index)
    return claims.assign(registered=column)
