"""People who change their employer within the year: their hours go with them, both units stay listed (U18).

Where both units lie in one county a person is one row of the register already; between counties there are two rows,
which the move joins. What both employers registered is told, and the rules count it once (U31).
"""

from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.registers.units import fold_unit
from ce_toolkit.rules.view import Columns
from ce_toolkit.workflow.acts import MOVED, Act
from ce_toolkit.workflow.fold import known_then

BOTH, AFTER_LEAVING, BEFORE_JOINING, ELSEWHERE, AGREES = (
    "both",
    "after_leaving",
    "before_joining",
    "elsewhere",
    "agrees",
)


def move(  # noqa: PLR0913 - from where to where, on what document, each by name
    person_id: str, *, unit: str, from_unit: str, office: str, reference: str, on: date, by: str,
    from_person: str | None = None,
) -> Act:  # fmt: skip
    """The act by which the new unit's reviewing office enters a move.

    ``from_person``: the id under which the old unit's county keeps the person, where it is another.
    """
    return Act(
        f"{person_id}#employer", MOVED, office, on, by,
        person_id=person_id, unit=unit, from_unit=from_unit, from_person=from_person, reference=reference,
    )  # fmt: skip


def moves(acts: pd.DataFrame, day: date | None = None, *, known_on: date | None = None) -> pd.DataFrame:
    """Every move by ``day``, the earliest first.

    Columns: person_id, from_person, unit, from_unit, on, reference, by.
    """
    known = known_then(acts, day, known_on)
    rows = known[Columns(known).is_word("act", [MOVED])]
    names = ["person_id", "from_person", "unit", "from_unit", "on", "reference", "by"]
    words = rows[names].astype({name: "str" for name in names if name != "on"})
    return words.sort_values(["on", "person_id"], kind="stable", ignore_index=True)


def with_moves(people: pd.DataFrame, claims: pd.DataFrame, given: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and claims after the moves: one row a mover, under the new unit, with every claim of before and after.

    ``employer`` is the last unit, ``previous_unit`` those before, ``moved_on`` the day of the last move. No claim comes
    or goes. A claim of before keeps the learning file of the unit it was made in (三.2): where it does not say itself
    whether it is in the file, that unit's answer is written into it. Raises TableError where moves go in a circle.
    """
    if not len(given):
        return people, claims
    now = _last_ids(given)
    claims = _with_archive(claims, people, now)
    claims = claims.assign(person_id=_renamed(claims["person_id"], now))
    people = _one_row_each(people, now)
    last = given.assign(person_id=_renamed(given["person_id"], now))
    grouped = last.groupby("person_id", sort=False)
    columns = {
        "employer": grouped["unit"].last(),
        "previous_unit": grouped["from_unit"].agg(lambda each: "、".join(dict.fromkeys(each))),
        "moved_on": last.drop_duplicates("person_id", keep="last").set_index("person_id")["on"],
    }
    moved = people["person_id"].isin(last["person_id"])
    told = {name: _laid_over(people, name, people["person_id"].map(values), moved) for name, values in columns.items()}
    return people.assign(**told), claims


def under_new_ids(table: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """A table by people (their waivers, say) with each mover under the id of now, so that nothing is left behind."""
    return table.assign(person_id=_renamed(table["person_id"], _last_ids(given)))


def _renamed(ids: pd.Series, now: dict[str, str]) -> pd.Series:
    return ids.map(lambda each: now.get(each, each)).astype("str")


def _one_row_each(people: pd.DataFrame, now: dict[str, str]) -> pd.DataFrame:
    """One row a person under the id of now, that of the new unit's register where it has one.

    Rows in question of before are still in question.
    """
    ids = _renamed(people["person_id"], now)
    out = people.assign(person_id=ids)
    if "archive" in people.columns:  # where the units differ, each claim says it for itself
        mixed = people["archive"].astype("str").groupby(ids).transform(lambda each: each.nunique(dropna=False) > 1)
        out["archive"] = people["archive"].mask(mixed.astype(bool))
    if "rows_in_question" in people.columns:
        sums = people["rows_in_question"].fillna(0).astype("int64").groupby(ids).sum()
        out["rows_in_question"] = ids.map(sums).astype(people["rows_in_question"].dtype)
    old = (people["person_id"] != ids).to_numpy()
    order = np.argsort(old, kind="stable")
    first = out.iloc[order].drop_duplicates("person_id").index
    return out.loc[out.index.isin(first)].reset_index(drop=True)


def _laid_over(people: pd.DataFrame, name: str, values: pd.Series, here: pd.Series) -> pd.Series:
    if name not in people.columns:
        return values
    return people[name].mask(here, values.astype(people[name].dtype))


def _last_ids(given: pd.DataFrame) -> dict[str, str]:
    """The id under which each person of before is kept now."""
    step = {row.from_person: row.person_id for row in given.itertuples() if isinstance(row.from_person, str)}
    step = {old: new for old, new in step.items() if old != new}
    found = {}
    for old in step:
        new, seen = step[old], {old}
        while new in step:
            if new in seen:
                raise TableError("调动记录首尾相接成环，分不清现在的单位；请核对 from_person。")
            seen.add(new)
            new = step[new]
        found[old] = new
    return found


def _with_archive(claims: pd.DataFrame, people: pd.DataFrame, now: dict[str, str]) -> pd.DataFrame:
    """Claims of movers with the answer of the unit they were made in, whether it keeps a learning file."""
    if "archive" not in people.columns or "in_archive" not in claims.columns:
        return claims
    movers = claims["person_id"].isin([*now, *now.values()])
    own = claims["person_id"].map(people.set_index("person_id")["archive"]).astype(claims["in_archive"].dtype)
    none = movers & (own == False).fillna(False).astype(bool)  # noqa: E712  a nullable column
    return claims.assign(
        in_archive=claims["in_archive"].mask(movers & claims["in_archive"].isna(), own).mask(none, False)
    )


def agreement(claims: pd.DataFrame, state: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """How the two employers' registers of each mover agree: one row a claim, those to be looked at first.

    ``claims`` after ``with_moves``, ``state`` as ``fold`` gives it. Columns: person_id, claim_id, unit (that registered
    it), finding: ``both`` units registered the same thing (counted once), the old one something completed
    ``after_leaving``, the new one something completed ``before_joining``, a unit ``elsewhere`` than either; else
    ``agrees``.
    """
    now = _last_ids(given)
    mine = given.assign(person=given["person_id"].map(lambda each: now.get(each, each)).astype("str"))
    last = mine.drop_duplicates("person", keep="last").set_index("person")
    rows = claims[claims["person_id"].isin(last.index)].reset_index(drop=True)
    unit = rows["claim_id"].map(state.set_index("claim_id")["unit"].astype("str")).astype("str").fillna("")
    new = fold_unit(rows["person_id"].map(last["unit"]).astype("str"))
    old = fold_unit(rows["person_id"].map(last["from_unit"]).astype("str"))
    here = fold_unit(unit)
    ends, moved = Columns(rows).days("end"), Columns(rows.assign(on=rows["person_id"].map(last["on"]))).days("on")
    finding = np.select(
        [
            _by_both(rows, here),
            (here == old).to_numpy() & (ends >= moved),
            (here == new).to_numpy() & (ends < moved),
            ((here != old) & (here != new)).to_numpy(),
        ],
        [BOTH, AFTER_LEAVING, BEFORE_JOINING, ELSEWHERE],
        default=AGREES,
    )
    order = [BOTH, AFTER_LEAVING, BEFORE_JOINING, ELSEWHERE, AGREES]
    table = rows[["person_id", "claim_id"]].assign(unit=unit, finding=pd.Categorical(finding, order, ordered=True))
    return table.sort_values(["finding", "person_id", "claim_id"], ignore_index=True)


def _by_both(rows: pd.DataFrame, unit: pd.Series) -> np.ndarray:
    """Claims of the same thing under two units: the same number, else title and days."""
    key = _text(rows, "key").str.upper().str.replace(r"\s", "", regex=True)
    title = _text(rows, "title").str.replace(r"\s", "", regex=True)
    days = _text(rows, "start") + "|" + _text(rows, "end")
    work = rows["person_id"] + "|" + rows["class"].astype("str") + "|" + key.fillna(title + "|" + days)
    units = unit.groupby(work).transform("nunique")
    return (work.notna() & (units > 1)).to_numpy(dtype=bool)


def _text(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype("str") if name in rows.columns else pd.Series([None] * len(rows), dtype="str")
