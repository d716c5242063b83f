"""What a review concluded of claims, as rules of their own (四, D13, D17): refused, sent back, accepted in part.

Claims bring the conclusion in two columns: ``review`` (one of CONCLUSIONS, blank where there is none or all was found
right) and ``accepted_hours`` (of a part). Rules are added to the pack where a claim has a conclusion, so that every
pack heeds it: what is refused or sent back is out before repeats and caps, and leaves its room to others; what is
accepted in part is no more than its hours when the first cap is reached.
"""

from typing import Literal

import numpy as np

from ce_toolkit.errors import PackError
from ce_toolkit.rules.pack import Gate, Need, Pack, RuleBase
from ce_toolkit.rules.view import Claims
from ce_toolkit.tables import BoolArray, Int64Array

REFUSED, RETURNED, PARTLY = "refused", "returned", "partly"
CONCLUSIONS = (REFUSED, RETURNED, PARTLY)
COLUMN, HOURS = "review", "accepted_hours"
REVIEW = ("review_returned", "review_refused", "review_partly")
"""Ids of the rules of a review, as the ledger names them."""


class Ceiling(RuleBase):
    """No more of a claim counts than the hours that its review accepts; the rest is refused."""

    verb: Literal["ceiling"] = "ceiling"


def with_review(pack: Pack, claims: Claims) -> Pack:
    """The pack with the rules of a review, where any of the claims has been concluded on; else the pack as it is.

    Raises PackError where the pack knows no registration by the employer, on whose clause a review stands.
    """
    if not claims.has(COLUMN) or pack.of(Ceiling):
        return pack
    sent_back, *others = review_rules(pack)
    return pack.model_copy(update={"rules": (sent_back, *pack.rules, *others)})  # the first need that is met decides


def review_rules(pack: Pack) -> tuple[Need, Gate, Ceiling]:
    """What a claim sent back, refused or accepted in part comes to, on the clause of its registration."""
    cites = next((need.cites for need in pack.of(Need) if need.field == "registered"), None)
    if cites is None:
        raise PackError(f'规则包 {pack.id} 没有登记的规定（field = "registered" 的 need），不能按审核结论认定。')
    return (
        Need(
            id="review_returned", verb="need", field=COLUMN, values=(RETURNED,), reason="review_returned", cites=cites,
            says="审核时证据缺失或无法核实，已退回用人单位，{cut}学时待补正后计入。",
        ),
        Gate(
            id="review_refused", verb="gate", field=COLUMN, values=(REFUSED,), reason="review_refused", cites=cites,
            says="审核结论为不予认定，{cut}学时不计。",
        ),
        Ceiling(
            id="review_partly", reason="review_partly", cites=cites,
            says="审核结论为部分认定，认可{after}学时，其余{cut}学时不计。",
        ),
    )  # fmt: skip


def cut_down(claims: Claims, granted: Int64Array, live: BoolArray) -> tuple[Int64Array, Int64Array]:
    """Claims of which the review accepted fewer hours than are granted so far, and what is left of each."""
    accepted, filled = claims.hours(HOURS)
    rows = np.flatnonzero(live & filled & claims.is_word(COLUMN, [PARTLY]) & (granted > np.maximum(accepted, 0)))
    return rows, np.maximum(accepted[rows], 0)
