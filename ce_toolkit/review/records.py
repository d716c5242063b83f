"""What is known of the claims that a review may draw: facts of the claim, of its person and of what was granted."""

from collections.abc import Collection

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.codes import unit_codes

_CLAIM = ("claim_id", "kind", "title", "organiser", "start", "end", "days", "key", "proof")
_PERSON = ("person_id", "employer", "filing_unit", "archive", "rows_in_question")
_SHOWN = 5


def review_records(  # noqa: PLR0913 - the tables of a county
    claims: pd.DataFrame,
    credit: pd.DataFrame,
    people: pd.DataFrame,
    standing: pd.DataFrame,
    *,
    secret: bytes,
    unrouted: Collection[str] = (),
) -> pd.DataFrame:
    """The claims that were granted hours on paper evidence, one row each, under their codes.

    Columns: unit_id, claim_id, person_id, class, registered (hours declared), hours (granted, after caps), flags, facts
    of the claim and of its person, and the person's hours by class, ``professional`` and ``total`` with ``standing_``
    in front. Exam passes come from the platforms and have no paper; they are left out. ``unrouted`` names units
    for which nobody is named to review: while there are any SampleError is raised (N9, D8).
    """
    if unrouted:
        raise SampleError(
            f"有 {len(unrouted)} 个单位还没有确定审核单位（{_first(unrouted)}），不能冻结抽样框；"
            f"请在单位名录的“审核单位”列填写，或在 city.yaml 的 review_route 写明这类单位由谁审核。"
        )
    granted = credit.loc[(credit["state"] == "granted") & (credit["class"] != "public_exam") & (credit["granted"] > 0)]
    rows = granted[["claim_id", "person_id", "class", "claimed", "granted", "flags"]]
    rows = rows.rename(columns={"claimed": "registered", "granted": "hours"})
    rows = rows.merge(claims[[*_CLAIM]], on="claim_id", validate="many_to_one")
    rows = rows.merge(people[[*_PERSON]], on="person_id", how="left", validate="many_to_one")
    totals = standing.drop(columns=["flags"], errors="ignore").add_prefix("standing_")
    totals = totals.rename(columns={"standing_person_id": "person_id"})
    rows = rows.merge(totals, on="person_id", how="left", validate="many_to_one")
    rows.insert(0, "unit_id", unit_codes(rows, people, secret))
    return rows


def _first(names: Collection[str]) -> str:
    listed = sorted(names)
    return "、".join(listed[:_SHOWN]) + ("等" if len(listed) > _SHOWN else "")
