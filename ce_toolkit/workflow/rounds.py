"""A round of review: what the employers registered, what waits for whom, and what a review enters (四, D4–D17).

Tables in, acts out; nothing here reads a file. A round speaks of claims by id only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.view import NO_DAY, Columns, day_number
from ce_toolkit.tables import DATE, HOURS, BoolArray
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.acts import NOTHING, shaped
from ce_toolkit.workflow.routes import UNKNOWN, UNROUTED, Routes
from ce_toolkit.workflow.year import BY_PLATFORM

WAITING = (kinds.REGISTERED, kinds.CORRECTED, kinds.REVERSED)
PLATFORM, UNREGISTERED = "platform", "unregistered"
STAGES = (UNREGISTERED, *WAITING, kinds.RETURNED, kinds.REVIEWED, kinds.RECOGNISED, PLATFORM)
"""Where a claim stands: not registered yet, what was done last, or from a platform, which nobody reviews."""
NO_CLAIM = "no_claim"
_UNREVIEWED = (UNREGISTERED, *WAITING, kinds.RETURNED)
SENT_BACK = ("证据缺失", "无法核实")
BY_UNIT = "用人单位经办人"


def claim_units(claims: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """The unit of each claim: its person's employer; where none is told, who filed for the person."""
    units = people["employer"].astype("str").fillna(people["filing_unit"].astype("str"))  # a column may be all blank
    known = pd.Series(units.array, index=people["person_id"])
    return claims["person_id"].map(known).astype("str").fillna("")


def registrations(  # noqa: PLR0913, PLR0917 - three tables, who may act, and the day
    claims: pd.DataFrame, people: pd.DataFrame, files: pd.DataFrame, acts: pd.DataFrame, routes: Routes, day: date
) -> pd.DataFrame:
    """The acts by which employers registered their claims by ``day``, and corrected what was sent back (D4, D17).

    A claim that its form marks as registered was registered on the day its file came in (``files``: file, received_on
    and contact); one that was sent back is corrected where a file came in after that. Nothing that was entered before
    (``acts``) comes again. Units that the register does not know, or nobody reviews, wait (``unroutable``).
    """
    rows = _registered(claims, people, files, routes)
    state = last_of(acts)
    place = pd.Index(state["subject"]).get_indexer(rows["claim_id"])
    before = np.where(place >= 0, state["act"].astype("str").to_numpy(dtype=object)[place], "") if len(state) else ""
    since = Columns(state).days("on")[place] if len(state) else np.full(len(rows), NO_DAY)
    came = Columns(rows).days("on")
    known = (came != NO_DAY) & (came <= day_number(day))
    first = known & (before == "")
    again = known & (before == kinds.RETURNED) & (came > since)
    rows = rows.assign(act=np.where(first, kinds.REGISTERED, kinds.CORRECTED))[first | again]
    return shaped(rows.drop(columns=["claim_id", "office"]).assign(subject=rows["claim_id"])) if len(rows) else NOTHING


def _registered(claims: pd.DataFrame, people: pd.DataFrame, files: pd.DataFrame, routes: Routes) -> pd.DataFrame:
    """Claims marked as registered, of units that somebody reviews: claim_id, person_id, unit, office, on, by, actor."""
    unit = claim_units(claims, people)
    office, keep = routes.of(unit), on_forms(claims, people, routes)
    mine = claims.loc[keep, ["claim_id", "person_id"]]
    file = claims.loc[keep, "source"].astype("str").str.partition("!")[0]
    known = files.drop_duplicates("file").set_index("file")
    contact = file.map(known["contact"]).astype("str").str.extract(r"负责人\s*([^、\s]+)")[0]
    by = contact.fillna(BY_UNIT)
    on = file.map(known["received_on"])
    return mine.assign(unit=unit[keep], actor=unit[keep], office=office[keep], on=on.astype(pd.ArrowDtype(DATE)), by=by)


def on_forms(claims: pd.DataFrame, people: pd.DataFrame, routes: Routes) -> BoolArray:
    """Which claims their forms mark as registered, of units that somebody reviews."""
    told, office = Columns(claims), routes.of(claim_units(claims, people))
    marked = (told.flags("registered") == 1) & ~told.is_word("class", BY_PLATFORM)
    return np.asarray(marked & (office != UNKNOWN) & (office != UNROUTED), dtype=bool)


def last_of(acts: pd.DataFrame) -> pd.DataFrame:
    """The last act on each claim."""
    mine = acts[Columns(acts).is_word("act", kinds.CLAIM_ACTS)]
    return mine.sort_values("step", kind="stable").drop_duplicates("subject", keep="last")


def unroutable(claims: pd.DataFrame, people: pd.DataFrame, routes: Routes) -> pd.DataFrame:
    """Units with claims that no office may review: unit, claims, why (of STAGES' words none: unknown or unrouted)."""
    unit = claim_units(claims, people)[~Columns(claims).is_word("class", BY_PLATFORM)]
    office = routes.of(unit)
    none = (office == UNKNOWN) | (office == UNROUTED)
    counts = unit[none].value_counts().sort_index()
    why = ["unknown_unit" if code == UNKNOWN else "unrouted" for code in routes.of(pd.Series(counts.index))]
    return pd.DataFrame({"unit": counts.index.astype("str"), "claims": counts.to_numpy(), "why": why})


def with_completion(claims: pd.DataFrame, credits_: pd.DataFrame) -> pd.DataFrame:
    """The claims with ``end`` as the rules have it: of one day its start, of a timetable its last day."""
    known = credits_.set_index("claim_id")["completed_on"]
    return claims.assign(end=claims["claim_id"].map(known).astype(pd.ArrowDtype(DATE)))


def awaiting(state: pd.DataFrame, claims: pd.DataFrame, routes: Routes, last: date) -> pd.DataFrame:
    """The claims that wait for review: claim_id, person_id, unit, office, step.

    ``claims``: with ``end`` as the rules have it (``with_completion``). ``last``: those completed later wait for the
    next review (E8, U9). A claim without a day of completion is looked at now: nobody else can mend it.
    """
    ends = pd.Series(Columns(claims).days("end"), index=claims["claim_id"])
    open_ = state[state["state"].astype("str").isin(WAITING)]
    rows = open_[ends.reindex(open_["claim_id"]).to_numpy() <= day_number(last)]  # NO_DAY comes before any
    return pd.DataFrame({
        "claim_id": rows["claim_id"].to_numpy(), "person_id": rows["person_id"].to_numpy(),
        "unit": rows["unit"].astype("str").to_numpy(), "office": routes.of(rows["unit"]),
        "step": rows["step"].to_numpy(),
    })  # fmt: skip


# ---- what a review enters ---------------------------------------------------------------------------------------

ACCEPTED, HELD, SKIPPED = "accepted", "held", "skipped"
OUTCOMES = (ACCEPTED, HELD, SKIPPED)


@dataclass(frozen=True)
class Entering:
    """What of the rows that came back is entered.

    ``rows``: as they came, with ``outcome`` (OUTCOMES) and ``why``: a word of WHY where it is held or skipped.
    ``acts``: those to enter, by office.
    """

    rows: pd.DataFrame = field(repr=False)
    acts: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def adds_up(self) -> bool:
        """Whether every row that came back is accepted, held or skipped."""
        return bool(self.rows["outcome"].isin(OUTCOMES).all())


WHY = {
    "unanswered": "没有可用的结论",
    "entered": "已经记入",
    "changed": "与已记入的结论不同",
    "sent_back": "已经退回用人单位，等待更正",
    "moved_on": "发出以后又有办理",
    "too_early": "审核日期早于上一步",
    "too_late": "审核日期晚于记入日期",
}


def entering(rows: pd.DataFrame, acts: pd.DataFrame, day: date, *, renew: bool = False) -> Entering:
    """What of the rows that came back (see ``review.round_reading``) may be entered on ``day``.

    A row is entered once: what stands in the journal already is skipped. A conclusion that is another now than the one
    entered is held and told; with ``renew`` it is entered as a new review where the claim still stands as reviewed.
    """
    told = _told_acts(rows)
    state = last_of(acts).set_index("subject")
    now = state.reindex(rows["claim_id"])
    step = Columns(now).counts("step")[0]
    sent = rows["step"].to_numpy(dtype=np.int64)
    answered = (rows["verdict"] != "").to_numpy()
    stands, back = Columns(now).is_word("act", [kinds.REVIEWED]), Columns(now).is_word("act", [kinds.RETURNED])
    known = _known(told, acts, sent)
    on, since = Columns(told).days("on"), Columns(now).days("on")
    free = (step == sent) | (renew & stands & (step == sent + 1))
    why = np.select(
        [
            ~answered,
            known,
            ~free & back & (step == sent + 1),
            ~free & (step == sent + 1),
            ~free,
            on > day_number(day),
            on < since,
        ],
        ["unanswered", "entered", "sent_back", "changed", "moved_on", "too_late", "too_early"],
        default="",
    ).astype(object)
    outcome = np.where(why == "", ACCEPTED, np.where(why == "entered", SKIPPED, HELD))
    good = told[outcome == ACCEPTED]
    office = rows["office"].astype("str").to_numpy(dtype=object)[outcome == ACCEPTED]
    by_office = {str(name): good[office == name].reset_index(drop=True) for name in np.unique(office)}
    return Entering(rows.assign(outcome=outcome, why=why), by_office)


def _told_acts(rows: pd.DataFrame) -> pd.DataFrame:
    """The act that each row stands for; one without a verdict is of none."""
    verdict = rows["verdict"].astype("str").to_numpy(dtype=object)
    back = np.isin(verdict, SENT_BACK)
    reviewed = np.isin(verdict, kinds.VERDICTS)
    cause = rows["cause"].astype("str").to_numpy(dtype=object)
    seal = [
        bool(each) if given and each is not None else None for each, given in zip(rows["seal"], reviewed, strict=True)
    ]
    reason = np.where(back, verdict, np.where(cause == "", None, cause))
    columns: dict[str, Any] = {
        "subject": rows["claim_id"].to_numpy(),
        "act": np.where(back, kinds.RETURNED, kinds.REVIEWED),
        "actor": rows["office"].astype("str").to_numpy(),
        "on": pd.array(pa.array(list(rows["reviewed_on"]), DATE), pd.ArrowDtype(DATE)),
        "by": rows["reviewer"].to_numpy(),
        "person_id": rows["person_id"].to_numpy(),
        "unit": rows["unit"].to_numpy(),
        "seal": pd.array(pa.array(seal, pa.bool_()), pd.ArrowDtype(pa.bool_())),
        "verdict": np.where(reviewed, verdict, None),
        "hours": rows["hours"].astype(pd.ArrowDtype(HOURS)).where(pd.Series(reviewed, index=rows.index)).array,
        "reason": reason,
    }
    return shaped(pd.DataFrame(columns))


_SAME = ("act", "actor", "on", "by", "seal", "verdict", "hours", "reason")


def _known(told: pd.DataFrame, acts: pd.DataFrame, sent: Any) -> BoolArray:
    """Which acts stand in the journal already, on their claim and after it was sent."""
    names = ["subject", *_SAME]
    sides = []
    for table in (told, acts):
        sides.append(pd.DataFrame({name: table[name].astype(object).where(table[name].notna(), "").map(str)
                                   for name in names}))  # fmt: skip
    mine, theirs = sides
    theirs = theirs.assign(step=Columns(acts).counts("step")[0]) if len(acts) else theirs.assign(step=np.empty(0, int))
    mine = mine.assign(place=np.arange(len(mine)), sent=sent)
    both = mine.merge(theirs, on=names, how="inner")
    hit = np.zeros(len(mine), dtype=bool)
    hit[both.loc[both["step"] > both["sent"], "place"].to_numpy()] = True
    return hit


# ---- where everything stands ------------------------------------------------------------------------------------


def claim_stages(claims: pd.DataFrame, state: pd.DataFrame) -> pd.Series:
    """The stage of each claim (STAGES), index as ``claims``."""
    known = pd.Series(state["state"].astype("str").to_numpy(), index=state["claim_id"])
    stage = claims["claim_id"].map(known).astype("str").fillna(UNREGISTERED)
    return stage.mask(Columns(claims).is_word("class", BY_PLATFORM), PLATFORM)


def stage_counts(claims: pd.DataFrame, people: pd.DataFrame, state: pd.DataFrame, last: date) -> pd.DataFrame:
    """One row a stage: claims that stand there, and people whose slowest claim does; both sum to all.

    ``late``: those of the claims that were completed after ``last`` and wait for the next review (``claims`` with
    ``end`` as the rules have it). A person with nothing but a platform's exam stands there; one without any claim is
    counted under NO_CLAIM.
    """
    stage = claim_stages(claims, state)
    order = {name: place for place, name in enumerate((kinds.RETURNED, *(s for s in STAGES if s != kinds.RETURNED)))}
    slowest = stage.map(order).groupby(claims["person_id"].to_numpy()).min()
    words = pd.Series({place: name for name, place in order.items()})
    people_at = people["person_id"].map(slowest).map(words).astype("str").fillna(NO_CLAIM)
    after = stage[(Columns(claims).days("end") > day_number(last)) & stage.isin(_UNREVIEWED).to_numpy()]
    names = [*STAGES, NO_CLAIM]
    counts = [each.value_counts().reindex(names, fill_value=0).to_numpy() for each in (stage, after, people_at)]
    return pd.DataFrame({"stage": names, "claims": counts[0], "late": counts[1], "people": counts[2]})
