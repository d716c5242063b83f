"""Claims whose correction changes what is concluded of their person: met or not met (90 hours and the other demands).

A wrong hour matters most where it decides a verdict. Each drawn claim in error is corrected by itself, its person is
credited anew under the same pack, and the claim counts as an error if the person's status is then another. Projected
over the frame this says in how many claims a review would overturn a verdict.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.drawn import Drawn
from ce_toolkit.review.evaluate import Evaluation, evaluate_flags
from ce_toolkit.review.judged import Judged, judge
from ce_toolkit.review.plan import Plan
from ce_toolkit.rules import Pack, credit
from ce_toolkit.tables import from_hundredths, to_hundredths

_WHAT = "结论因更正而变的"


@dataclass(frozen=True)
class Year:
    """What persons are judged on: all their claims (contract CLAIMS), the people, the pack, the day, earlier years."""

    claims: pd.DataFrame
    people: pd.DataFrame
    pack: Pack
    as_of: date
    history: pd.DataFrame | None = None
    carried: pd.DataFrame | None = None


def evaluate_conclusions(
    results: pd.DataFrame, draw: Drawn, year: Year, plan: Plan, *, missing_is_error: bool = True
) -> Evaluation:
    """The evaluation in which an error is a claim whose correction changes its person's status.

    ``results``: see ``judge``, with claim_id besides. Under a plan for claims (``plan_attribute`` or ``plan_strata``);
    of several looks this one uses the same share of the risk as the count of errors, and it decides nothing by itself.
    Raises SampleError where a claim is not among those of ``year``, and as ``evaluate_attribute`` does.
    """
    found = judge(results, draw)
    changed = changed_conclusions(results, found, year)["changed"].to_numpy(dtype=bool)
    return evaluate_flags(found, draw, plan, changed, missing_is_error=missing_is_error, what=_WHAT)


def changed_conclusions(results: pd.DataFrame, found: Judged, year: Year) -> pd.DataFrame:
    """One row a reviewed record, in the order of ``results``: unit_id, before, after (status), changed.

    Both statuses are blank for a record that was found right, or that moves no hours.
    """
    rows = results.reset_index(drop=True)
    moved = np.flatnonzero((found.over > 0) | (found.under > 0))
    ids = rows["claim_id"].astype("str")
    owners = _owners(year.claims, ids.iloc[moved])
    affected = year.claims["person_id"].isin(set(owners))
    mine, people = year.claims[affected], year.people[year.people["person_id"].isin(set(owners))]
    before = _status(mine, people, year)
    told = pd.DataFrame({"unit_id": rows["unit_id"], "before": "", "after": ""})
    told.loc[moved, "before"] = before.loc[owners].to_numpy()
    # One claim of each person at a time: a round corrects the first drawn of everybody, the next the second, …
    rounds = owners.groupby(owners).cumcount().to_numpy()
    for turn in range(int(rounds.max()) + 1 if len(rounds) else 0):
        at = moved[rounds == turn]
        after = _status(_corrected(mine, ids.iloc[at], _recognised(found, at)), people, year)
        told.loc[at, "after"] = after.loc[owners[rounds == turn]].to_numpy()
    return told.assign(changed=told["before"] != told["after"])


def _owners(claims: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Person of each claim. Raises SampleError where a claim is not there."""
    owners = ids.map(claims.set_index("claim_id")["person_id"].astype("str"))
    if owners.isna().any():
        raise SampleError(f"抽查结果中有 {int(owners.isna().sum())} 条不在本年度的申报表中；请用抽样时的申报表。")
    return owners.reset_index(drop=True)


def _recognised(found: Judged, at: np.ndarray) -> dict[str, np.ndarray]:
    """What is left of the creditable hours, in hundredths, and as a share of them."""
    left = found.hours[at] - found.over[at] + found.under[at]
    return {"hours": left, "share": left / found.hours[at]}


def _status(claims: pd.DataFrame, people: pd.DataFrame, year: Year) -> pd.Series:
    if not len(people):
        return pd.Series(dtype="str")
    history, carried = (
        None if table is None else table[table["person_id"].isin(set(people["person_id"]))]
        for table in (year.history, year.carried)
    )
    standing = credit(claims, people, year.pack, year.as_of, history=history, carried=carried).standing
    return standing.set_index("person_id")["status"].astype("str")


def _corrected(claims: pd.DataFrame, ids: pd.Series, left: dict[str, np.ndarray]) -> pd.DataFrame:
    """The claims with these ones at what was recognised: out where nothing was, else fewer hours or fewer items."""
    place = claims["claim_id"].map(pd.Series(range(len(ids)), index=ids.to_numpy())).to_numpy(dtype=np.float64)
    known = np.isfinite(place)
    at = place[known].astype(np.int64)
    changed = claims.copy()
    for column in ("hours", "items"):
        if column not in claims:
            continue
        amounts, filled = to_hundredths(claims[column])
        fresh = amounts.copy()
        if column == "hours":
            fresh[known] = left["hours"][at]
        else:
            fresh[known] = np.floor(amounts[known] * left["share"][at]).astype(np.int64)
        kept = from_hundredths(np.where(filled, fresh, 0)).array
        changed[column] = pd.Series(kept, index=claims.index).where(pd.Series(filled, index=claims.index))
    gone = known.copy()
    gone[known] = left["hours"][at] == 0
    return changed[~gone]
