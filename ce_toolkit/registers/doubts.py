"""Doubtful pairs: two descriptions that may be of one person, put to a person to say; and what was said, applied."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ce_toolkit.registers.decisions import DIFFERENT, SAME, Decisions, pair_ids
from ce_toolkit.registers.identity import bare_number, candidates, folded, is_like_unit
from ce_toolkit.registers.spellings import is_near_number, plainly
from ce_toolkit.registers.units import fold_unit

PEOPLE, HOURS, EXAMS = "people", "hours", "exams"

_FACTS = ("name", "certificate_no", "employer", "series", "sex", "source")
COLUMNS = ("pair", "about", "why", *(f"{side}_{name}" for side in ("left", "right") for name in _FACTS))
"""Of a table of questions; ``about`` says what the left side is: a person, a row of hours, an exam result."""
NOTHING = pd.DataFrame(columns=list(COLUMNS), dtype="str")


def alike_people(people: pd.DataFrame, known_units: pd.Series) -> pd.DataFrame:
    """Pairs of people registered apart who may be one: columns left and right (labels of ``people``), why.

    Names agree but for their spelling; units agree, or one is unknown to the register of units and like the other;
    numbers are missing on a side or nearly equal. Two who state quite different numbers are two, whatever else agrees.
    """
    facts = folded(people).assign(place=np.arange(len(people)))
    facts["spelled"] = plainly(facts["name"])
    facts = facts[facts["spelled"].duplicated(keep=False)]
    if facts.empty:
        return pd.DataFrame({"left": [], "right": [], "why": []})
    pairs = facts.merge(facts, on="spelled", suffixes=("", "_other"))
    pairs = pairs[pairs["place"] < pairs["place_other"]]
    pairs = pairs[~_apart(pairs, "sex") & ~_apart(pairs, "series")]
    numbers = np.array(list(map(_number_doubt, pairs["number"], pairs["number_other"])), dtype=object)
    pairs = pairs.assign(why=numbers)[numbers != ""]
    units = np.array(list(_unit_doubts(pairs, set(fold_unit(known_units)))), dtype=object)
    pairs = pairs.assign(unit_why=units)[units != "apart"]
    otherwise = pairs["name"] != pairs["name_other"]
    why = pairs["unit_why"].where(pairs["unit_why"] != "", pairs["why"]).mask(otherwise, "spelling")
    labels = people.index.to_numpy()
    return pd.DataFrame(
        {
            "left": labels[pairs["place"].to_numpy(dtype=int)],
            "right": labels[pairs["place_other"].to_numpy(dtype=int)],
            "why": why.astype("str").to_numpy(),
        }
    )


def _apart(pairs: pd.DataFrame, name: str) -> pd.Series:
    """Where both state this and it differs."""
    one, other = pairs[name], pairs[f"{name}_other"]
    return one.notna() & other.notna() & (one != other)


def _number_doubt(one: str | float, other: str | float) -> str:
    if not isinstance(one, str) or not isinstance(other, str):
        return "no_number"
    return "near_number" if is_near_number(one, other) else ""


def _unit_doubts(pairs: pd.DataFrame, known: set[str]) -> Iterator[str]:
    """Per pair: blank where the units agree, why they may be one, or ``apart``."""
    seen: dict[tuple[object, object], str] = {}
    for units in zip(pairs["unit"], pairs["unit_other"], strict=True):
        if units not in seen:
            seen[units] = _unit_doubt(*units, known)
        yield seen[units]


def _unit_doubt(one: str | float, other: str | float, known: set[str]) -> str:
    if not isinstance(one, str) or not isinstance(other, str):
        return "no_unit"
    if one == other:
        return ""
    return "unit_spelling" if {one, other} - known and is_like_unit(one, other) else "apart"


def united(rows: pd.DataFrame, key: pd.Series, known_units: pd.Series, decisions: Decisions) -> pd.Series:
    """Keys of ``rows`` with those of people who were decided to be one made one; a number stands over none."""
    if not decisions.answers:
        return key
    people = rows.assign(key=key).drop_duplicates("key", keep="last").set_index("key")
    longest = rows.assign(key=key, length=rows["certificate_no"].str.len()).sort_values("length", kind="stable")
    number = longest.dropna(subset="certificate_no").drop_duplicates("key", keep="last").set_index("key")
    people["certificate_no"] = number["certificate_no"].reindex(people.index).astype("str")
    pairs = alike_people(people, known_units)
    ids = pair_ids(people.loc[pairs["left"]], people.loc[pairs["right"]]).to_numpy()
    same = pairs[decisions.of(pd.Series(ids, dtype="str")).eq(SAME).to_numpy(dtype=bool)]
    first: dict[str, str] = {}
    for left, right in zip(same["left"], same["right"], strict=True):
        one, other = _root(first, left), _root(first, right)
        if one != other:
            keep = other if pd.isna(people.at[one, "certificate_no"]) else one
            first[one if keep == other else other] = keep
    return key.map(lambda name: _root(first, name)).astype("str")


def _root(first: dict[str, str], key: str) -> str:
    while key in first:
        key = first[key]
    return key


def settled(found: pd.DataFrame, rows: pd.DataFrame, people: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """Verdicts of ``match`` that ask, answered where a person did: one 是同一人, or 不是 of every candidate."""
    asked = rows[found["verdict"] == "ask"]
    if asked.empty or not decisions.answers:
        return found
    pairs = candidates(asked, people)
    answers = decisions.of(_pair_ids(pairs, asked, people))
    found = found.copy()
    yes = pairs[answers.eq(SAME).to_numpy(dtype=bool)].drop_duplicates("row", keep=False)
    found.loc[yes["row"], "person_id"] = yes["person_id"].to_numpy()
    found.loc[yes["row"], ["verdict", "by"]] = ["same", "decided"]
    no = answers.eq(DIFFERENT).groupby(pairs["row"]).all()
    none = no.index[no.to_numpy(dtype=bool)]
    found.loc[none, "person_id"] = None
    found.loc[none, ["verdict", "by"]] = ["different", "decided"]
    return found


def _pair_ids(pairs: pd.DataFrame, rows: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    known = people.set_index("person_id")
    return pair_ids(rows.loc[pairs["row"]], known.loc[pairs["person_id"]]).reset_index(drop=True)


def row_doubts(about: str, asked: pd.DataFrame, why: pd.Series, people: pd.DataFrame) -> pd.DataFrame:
    """A question for each row that may be somebody's and each person it may be; ``why`` stands on the rows' index."""
    if asked.empty:
        return NOTHING
    pairs = candidates(asked, people)
    known = people.set_index("person_id")
    left, right = asked.loc[pairs["row"]], known.loc[pairs["person_id"]]
    return _questions(about, why.loc[pairs["row"]].to_numpy(), left, right)


def people_doubts(people: pd.DataFrame, known_units: pd.Series) -> pd.DataFrame:
    """A question for each pair of people registered apart who may be one (COLUMNS)."""
    pairs = alike_people(people, known_units)
    if pairs.empty:
        return NOTHING
    return _questions(PEOPLE, pairs["why"].to_numpy(), people.loc[pairs["left"]], people.loc[pairs["right"]])


def number_doubts(clash: pd.DataFrame) -> pd.DataFrame:
    """A question for each pair of names that stand beside one certificate number (COLUMNS)."""
    if clash.empty:
        return NOTHING
    once = clash[~folded(clash).duplicated(["number", "name"])]
    left, right = _pairs_by_number(once)
    return _questions(PEOPLE, np.full(len(left), "other_name", dtype=object), once.loc[left], once.loc[right])


def _pairs_by_number(rows: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    facts = folded(rows).assign(label=rows.index, place=np.arange(len(rows))).dropna(subset="number")
    pairs = facts.merge(facts, on="number", suffixes=("", "_other"))
    pairs = pairs[pairs["place"] < pairs["place_other"]]
    return pd.Index(pairs["label"]), pd.Index(pairs["label_other"])


def one_by_decision(clash: pd.DataFrame, decisions: Decisions) -> pd.Series:
    """Of rows whose number stands beside several names: whether all those names were decided to be one person's."""
    if clash.empty or not decisions.answers:
        return pd.Series(False, index=clash.index)
    number = bare_number(folded(clash)["number"])
    once = clash[~folded(clash).duplicated(["number", "name"])]
    left, right = _pairs_by_number(once)
    same = decisions.of(pair_ids(once.loc[left], once.loc[right])).eq(SAME).to_numpy(dtype=bool)
    settled_numbers = pd.Series(same, dtype=bool).groupby(number.loc[left].to_numpy()).all()
    return number.map(settled_numbers).eq(True)


def _questions(about: str, why: object, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    ids = pair_ids(left, right).to_numpy()
    table = pd.DataFrame({"pair": ids, "about": about, "why": why}, dtype="str")
    for side, rows in (("left", left), ("right", right)):
        for name in _FACTS:
            values = rows[name].astype("str").to_numpy() if name in rows else None
            table[f"{side}_{name}"] = pd.array(values, dtype="str") if values is not None else pd.NA
    return table.astype("str")


def asked_once(parts: list[pd.DataFrame], decisions: Decisions) -> pd.DataFrame:
    """All questions, each pair once, with what was ``decided`` of it; what is settled for good is not asked again."""
    table = pd.concat(parts, ignore_index=True).drop_duplicates("pair", ignore_index=True)
    decided = decisions.of(table["pair"])
    return table.assign(decided=decided)[~decided.isin([SAME, DIFFERENT]).to_numpy(dtype=bool)].reset_index(drop=True)
