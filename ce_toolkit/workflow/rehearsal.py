"""Invented acts of a demonstration: an employer registers, an office reviews, so that a city can be seen to recognise.

Every act bears the word 示范 as its reference and as the first word of who did it. The same claims get the same acts.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from ce_toolkit.rules.pack import Pack
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import Act, acts_table
from ce_toolkit.workflow.journal import Journal
from ce_toolkit.workflow.late import REVIEW_WINDOW
from ce_toolkit.workflow.routes import UNKNOWN, UNROUTED, Routes
from ce_toolkit.workflow.year import BY_PLATFORM

MARK = "示范"
REGISTRAR, REVIEWER = f"{MARK}登记人", f"{MARK}审核人"
DAYS_BEFORE = 7  # of the review's last day, on which all is reviewed
_PARTLY, _RETURNED, _WAITING, _UNSEALED = 2, 4, 8, 9  # of a hundred: below these


class _Claim(NamedTuple):
    claim: str
    person: str
    unit: str
    office: str
    done: date | None
    state: str
    granted: Decimal


def rehearse(  # noqa: PLR0913, PLR0917 - a year's tables, who may act, and where it is entered
    journal: Journal, claims: pd.DataFrame, people: pd.DataFrame, credits_: pd.DataFrame, routes: Routes, pack: Pack,
    day: date,
) -> int:  # fmt: skip
    """Enter invented acts up to ``day`` into a journal that is empty; returns how many.

    What is on the forms as registered is registered; of what was completed before the review's day most is reviewed,
    some returned, some left waiting, some without a seal. What units nobody is named for sent is left alone.
    """
    reviewed_on = pack.windows[REVIEW_WINDOW].last - timedelta(days=DAYS_BEFORE)
    told = list(_claims(claims, people, credits_, routes, day))
    number = 0
    for office in sorted({each.office for each in told}):
        mine = [each for each in told if each.office == office]
        early = [each for each in mine if each.done is None or each.done <= reviewed_on]
        late = [_registered(each, each.done) for each in mine if each.done is not None and each.done > reviewed_on]
        acts = [_registered(each, reviewed_on - timedelta(days=DAYS_BEFORE)) for each in early]
        acts += [act for each in early for act in _reviewed(each, office, reviewed_on)]
        for batch, known_on in ((acts, reviewed_on), (late, day)):
            if batch and max(act.on for act in batch) <= known_on:
                number += journal.append(office, acts_table(batch), routes, known_on=known_on).acts
    return number


def _claims(
    claims: pd.DataFrame, people: pd.DataFrame, credits_: pd.DataFrame, routes: Routes, day: date
) -> Iterator[_Claim]:
    unit = people["employer"].fillna(people["filing_unit"]).fillna("").astype("str")
    units = dict(zip(people["person_id"], unit, strict=True))
    office = dict(zip(unit, routes.of(unit), strict=True))
    judged = credits_.set_index("claim_id")[["completed_on", "state", "granted"]].astype(object)
    known: dict[str, Any] = dict(zip(judged.index, judged.itertuples(index=False, name=None), strict=True))
    own = claims[claims["registered"].fillna(False).astype(bool) & ~claims["class"].isin(BY_PLATFORM)]
    for claim, person in own[["claim_id", "person_id"]].itertuples(index=False, name=None):
        done, state, granted = known[claim]
        done = done if isinstance(done, date) else None
        name = units[person]
        if office[name] not in {UNKNOWN, UNROUTED} and (done is None or done <= day):
            yield _Claim(claim, person, name, office[name], done, str(state), granted)


def _registered(each: _Claim, on: date) -> Act:
    on = max(on, each.done) if each.done else on
    return Act(
        each.claim, kinds.REGISTERED, each.unit, on, REGISTRAR, person_id=each.person, unit=each.unit, reference=MARK
    )


def _reviewed(each: _Claim, office: str, on: date) -> Iterator[Act]:
    """What the office did to it, if anything: by lot, and by what the rules make of it."""
    lot = int(hashlib.sha256(each.claim.encode()).hexdigest(), 16) % 100
    told: dict[str, Any] = {"person_id": each.person, "unit": each.unit, "reference": MARK}
    if each.state == "held" or _PARTLY <= lot < _RETURNED:
        yield Act(each.claim, kinds.RETURNED, office, on, REVIEWER, reason="no_proof", **told)
    elif each.state == "refused":
        yield Act(each.claim, kinds.REVIEWED, office, on, REVIEWER, seal=True, verdict=kinds.NOT_RECOGNISED, **told)
    elif lot < _PARTLY and each.granted >= 1:
        half = Decimal(int(each.granted)) / 2
        yield Act(each.claim, kinds.REVIEWED, office, on, REVIEWER, seal=True, verdict=kinds.PARTLY, hours=half, **told)
    elif lot >= _WAITING or lot < _RETURNED:
        seal = lot >= _UNSEALED
        yield Act(
            each.claim,
            kinds.REVIEWED,
            office,
            on,
            REVIEWER,
            seal=seal,
            verdict=kinds.AGREED,
            hours=each.granted,
            **told,
        )
