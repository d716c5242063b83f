"""A unit's year as it is told to the unit itself: its people in the order of the rows it sent, and their claims.

Names and numbers are full here. What is made of it goes to the unit alone and lies in the store until it does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.registers.units import fold_unit
from ce_toolkit.rules.reasons import CAUSES, sentences
from ce_toolkit.tables import Int64Array, from_hundredths, to_hundredths
from ce_toolkit.workflow.late import DONE
from ce_toolkit.workflow.routes import UNKNOWN, UNROUTED, office_name
from ce_toolkit.workflow.whole_year import WholeYear

NO_UNIT = "未写明单位"
_PLACE = r"^(?P<sheet>.*)!(?P<column>[A-Z]+)(?P<row>\d+)$"


@dataclass(frozen=True)
class UnitYear:
    """One unit's people and claims.

    ``office``: who reviews it, empty where nobody is named. ``people``: a row a person with ``number`` (1, 2, … in the
    unit's own order), name, certificate_no, the columns of the standing, hours recognised so far (``done_`` and the
    class, ``done``), granted and not recognised yet (``ahead``), ``batch`` and ``recognised_on``. ``claims``: a row a
    claim, person by person in the same order: what was claimed, granted, recognised (``done``), not counted (``cut``),
    ``held``, what it ``awaits``, why (``says``), whose cause that is, and who reviewed it when.
    """

    unit: str
    county: str
    office: str
    people: pd.DataFrame
    claims: pd.DataFrame


def own_order(people: pd.DataFrame) -> pd.DataFrame:
    """People in the order of the rows of the files that name them: enrolment forms first, then who stands elsewhere.

    Row 10 comes after row 9; of several files and sheets each is kept together.
    """
    parts = people["source"].astype("str").fillna("").str.extract(_PLACE)
    signed = people["on_signup"].fillna(False).astype(bool) if "on_signup" in people.columns else False
    keys = pd.DataFrame({
        "elsewhere": ~np.asarray(signed, dtype=bool) * np.ones(len(people), dtype=np.int8),
        "sheet": parts["sheet"].fillna("").to_numpy(),
        "row": pd.to_numeric(parts["row"]).fillna(0).to_numpy(),
        "person_id": people["person_id"].to_numpy(),
    })  # fmt: skip
    order = keys.sort_values(["elsewhere", "sheet", "row", "person_id"], kind="stable").index
    return people.iloc[order].reset_index(drop=True)


def unit_years(told: WholeYear) -> Iterator[UnitYear]:
    """The units of a round, county by county, each in the order of names; who has no unit comes under 未写明单位."""
    if told.people.empty:
        return
    people = _with_hours(own_order(told.people), told)
    claims = _told_claims(told, people)
    unit = fold_unit(people["employer"].fillna(people["filing_unit"]).fillna(NO_UNIT).astype("str"))
    key = people["county"].astype("str") + "\0" + unit.to_numpy()
    of_claim = claims["person_id"].map(dict(zip(people["person_id"], key, strict=True)))
    parts = dict(list(claims.groupby(of_claim.to_numpy(), sort=False)))
    for name, rows in people.groupby(key.to_numpy()):
        yield _unit_year(told, rows, parts.get(name, claims.iloc[:0]))


def _unit_year(told: WholeYear, rows: pd.DataFrame, claims: pd.DataFrame) -> UnitYear:
    name = rows["employer"].fillna(rows["filing_unit"]).fillna(NO_UNIT).astype("str").iloc[0]
    code = str(told.routes.of(pd.Series([name]))[0])
    office = "" if code in {UNKNOWN, UNROUTED} else office_name(code)
    rows = rows.reset_index(drop=True)
    place = pd.Series(np.arange(len(rows)), index=rows["person_id"])
    order = np.argsort(claims["person_id"].map(place).to_numpy(), kind="stable")
    return UnitYear(
        name, str(rows["county"].iloc[0]), office, rows.assign(number=np.arange(1, len(rows) + 1)),
        claims.iloc[order].reset_index(drop=True),
    )  # fmt: skip


# ---- hours ---------------------------------------------------------------------------------------------------------


def recognised(told: WholeYear) -> pd.DataFrame:
    """The claims of a year with ``done``: hours recognised so far, as the rules and the review let them count."""
    granted, _ = to_hundredths(told.table["granted"])
    return told.table.assign(done=from_hundredths(np.where(told.table["awaits"] == DONE, granted, 0)))


def _with_hours(people: pd.DataFrame, told: WholeYear) -> pd.DataFrame:
    """People with their standing, and the hours recognised so far by class."""
    place = pd.Series(np.arange(len(people)), index=people["person_id"])
    rows = recognised(told)
    rows = rows[rows["person_id"].isin(place.index)]
    at = rows["person_id"].map(place).to_numpy()
    done, granted = to_hundredths(rows["done"])[0], to_hundredths(rows["granted"])[0]
    sums = {
        f"done_{name}": _sum(np.where(rows["class"] == name, done, 0), at, len(people)) for name in told.pack.classes
    }
    for bucket, members in told.pack.buckets.items():
        sums[f"done_{bucket}"] = sum((sums[f"done_{name}"] for name in members), np.zeros(len(people), dtype=np.int64))
    sums["done"], sums["ahead"] = _sum(done, at, len(people)), _sum(granted - done, at, len(people))
    standing = told.standing.set_index("person_id").reindex(people["person_id"]).reset_index(drop=True)
    told_of = standing.drop(columns=[name for name in standing.columns if name in people.columns])
    hours = {name: from_hundredths(figures) for name, figures in sums.items()}
    return pd.concat([people, told_of], axis=1).assign(**hours, **_batches(told, people["person_id"]))


def _sum(figures: Int64Array, at: Int64Array, size: int) -> Int64Array:
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, at, figures)
    return out


def _batches(told: WholeYear, people: pd.Series) -> dict[str, pd.Series]:
    """The batches in which anything of each person was recognised, and the day of the last."""
    rows = told.view.state.dropna(subset="batch")
    groups = rows.assign(batch=rows["batch"].astype("str")).groupby("person_id")
    return {
        "batch": people.map(groups["batch"].agg(lambda each: "、".join(sorted(set(each))))).astype("str"),
        "recognised_on": people.map(groups["recognised_on"].max()),
    }


# ---- claims --------------------------------------------------------------------------------------------------------


def _told_claims(told: WholeYear, people: pd.DataFrame) -> pd.DataFrame:
    """The claims of these people with what became of each and why, by day and id."""
    rows = recognised(told)
    rows = rows[rows["person_id"].isin(people["person_id"])]
    known = told.claims.set_index("claim_id").reindex(rows["claim_id"])
    credits_ = told.view.credited.credits.set_index("claim_id").reindex(rows["claim_id"])
    state = told.view.state.set_index("claim_id").reindex(rows["claim_id"])
    why = _why(told).reindex(rows["claim_id"])
    table = rows.assign(
        **{name: known[name].to_numpy() for name in ("title", "organiser", "start", "end")},
        **{name: credits_[name].array for name in ("claimed", "over_cap", "refused")},
        judged=credits_["state"].astype("str").to_numpy(),
        **{name: state[name].to_numpy() for name in ("reviewed_on", "recognised_on")},
        batch=state["batch"].astype("str").to_numpy(),
        verdict=state["verdict"].astype("str").to_numpy(),
        returned=_returned(state).to_numpy(),
        says=why["says"].fillna("").to_numpy(),
        cause=why["cause"].fillna("").to_numpy(),
    )
    table["cut"] = from_hundredths(to_hundredths(table["over_cap"])[0] + to_hundredths(table["refused"])[0])
    return table.sort_values(["completed_on", "claim_id"], kind="stable", ignore_index=True)


def _returned(state: pd.DataFrame) -> pd.Series:
    return state["reason"].astype("str").where(state["state"].astype("str") == "returned", "").fillna("")


def _why(told: WholeYear) -> pd.DataFrame:
    """Of each claim that lost hours or waits: the sentences of the rules that moved it, and whose cause it was."""
    moved = told.view.credited.ledger
    says = pd.DataFrame({
        "claim_id": moved["claim_id"].to_numpy(),
        "says": sentences(moved, told.pack).to_numpy(),
        "cause": moved["reason"].astype("str").map(CAUSES).astype("str").fillna("").to_numpy(),
    })  # fmt: skip
    groups = says.groupby("claim_id")
    return groups.agg(says=("says", "".join), cause=("cause", "first"))


def number(hours: Any) -> int | float:
    """Hours as a cell of a sheet holds them."""
    exact = Decimal(0 if hours is None or hours is pd.NA else hours)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
