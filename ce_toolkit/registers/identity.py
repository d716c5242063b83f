"""Which person a row speaks of, without an identity number: same, different, or ask a person.

By certificate number first; where the row or the person has none, by folded name and unit, narrowed by series and sex
where both state them. Only a single candidate is ``same``. A number that agrees under another name, or a name and
unit that agree under another number, is never decided here: ``ask``.
"""

import difflib

import numpy as np
import pandas as pd

from ce_toolkit.registers.units import fold_unit

VERDICTS = ("same", "different", "ask")
_NEAR = 0.75  # likeness of two unit names from which a lone namesake is worth a question


def fold_number(numbers: pd.Series) -> pd.Series:
    """Certificate numbers with width, case, blanks and hyphens folded; blank becomes missing."""
    folded = numbers.str.normalize("NFKC").str.upper().str.replace(r"[\s\-]", "", regex=True)
    return folded.where(folded != "")


def fold_name(names: pd.Series) -> pd.Series:
    """Names without blanks; nothing else is touched, so that rare characters stay what they are."""
    return names.str.replace(r"[\s　]", "", regex=True)


def match(rows: pd.DataFrame, people: pd.DataFrame, *, known_units: pd.Series | None = None) -> pd.DataFrame:
    """The person each row speaks of, by its name, certificate_no, employer and, where known, series and sex.

    A unit name that is one of ``known_units`` is taken as it stands; any other may be a misspelling. Returns, on the
    index of ``rows``: ``person_id`` (blank unless same, or ask with one candidate), ``verdict`` (same, different, ask)
    and ``by`` (number, name, or why it is asked). Linear in rows and people but for namesakes with another unit name.
    """
    left, right = folded(rows), folded(people).assign(person_id=people["person_id"])
    result = pd.DataFrame({"person_id": None, "verdict": "different", "by": ""}, index=rows.index, dtype="str")
    # most rows of a city-wide export speak of people elsewhere: who shares neither number nor name needs no look
    left = left[left["number"].isin(right["number"].dropna()) | left["name"].isin(right["name"])]
    _by_number(left, right, result)
    _by_name(left[_is_open(result, left)], right, result)
    open_rows = left[_is_open(result, left)]
    if known_units is not None:
        open_rows = open_rows[~open_rows["unit"].isin(fold_unit(known_units))]
    _near_names(open_rows, right, result)
    return result


def _is_open(result: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    return result.loc[rows.index, "by"] == ""


KEYS = ("name_key", "number_key", "unit_key")


def with_keys(table: pd.DataFrame) -> pd.DataFrame:
    """``table`` with its folded name, number and unit beside it, so that a table matched many times is folded once."""
    keys = folded(table)[["name", "number", "unit"]].set_axis(list(KEYS), axis="columns")
    return table.assign(**keys)


def folded(table: pd.DataFrame) -> pd.DataFrame:
    """What rows are compared by: name, number, unit, series and sex, folded (taken from ``with_keys`` where it ran)."""
    blank = pd.Series(None, index=table.index, dtype="str")
    keyed = set(KEYS) <= set(table.columns)
    return pd.DataFrame(
        {
            "name": table["name_key"] if keyed else fold_name(table["name"]),
            "number": table["number_key"] if keyed else fold_number(table["certificate_no"]),
            "unit": table["unit_key"] if keyed else fold_unit(table["employer"]),
            "series": table["series"].astype("str") if "series" in table else blank,
            "sex": table["sex"].astype("str") if "sex" in table else blank,
        }
    )


def _settle(result: pd.DataFrame, index: pd.Index, person: pd.Series | None, verdict: str, by: str) -> None:
    if len(index):
        if person is not None:
            result.loc[index, "person_id"] = person.to_numpy()
        result.loc[index, "verdict"] = verdict
        result.loc[index, "by"] = by


def _by_number(left: pd.DataFrame, right: pd.DataFrame, result: pd.DataFrame) -> None:
    """One owner of the number with the same name is the person; another name, or several owners, is a question."""
    numbered = left.dropna(subset="number").reset_index(names="row")
    owners = right.dropna(subset="number")[["number", "name", "person_id"]]
    pairs = numbered.merge(owners, on="number", suffixes=("", "_owner"))
    if pairs.empty:
        return
    agree = pairs[pairs["name"] == pairs["name_owner"]]
    exact = agree[~agree.duplicated("row", keep=False)]
    _settle(result, pd.Index(exact["row"]), exact["person_id"], "same", "number")
    rest = pairs[~pairs["row"].isin(exact["row"])]
    shared = rest.duplicated("row", keep=False)
    _settle(result, pd.Index(rest.loc[~shared, "row"]), rest.loc[~shared, "person_id"], "ask", "other_name")
    _settle(result, pd.Index(rest.loc[shared, "row"].unique()), None, "ask", "several_owners")


def _by_name(left: pd.DataFrame, right: pd.DataFrame, result: pd.DataFrame) -> None:
    """A lone person of that name in that unit, unless both state numbers that differ, or series or sex disagree."""
    pairs = left.reset_index(names="row").merge(right, on=["name", "unit"], suffixes=("", "_owner"))
    if pairs.empty:
        return
    for fact in ("series", "sex"):
        known = pairs[fact].notna() & pairs[f"{fact}_owner"].notna()
        pairs = pairs[~known | (pairs[fact] == pairs[f"{fact}_owner"])]
    numbers_differ = pairs["number"].notna() & pairs["number_owner"].notna()
    fits, clash = pairs[~numbers_differ], pairs[numbers_differ]
    lone = fits[~fits.duplicated("row", keep=False)]
    _settle(result, pd.Index(lone["row"]), lone["person_id"], "same", "name")
    several = pd.Index(fits.loc[fits.duplicated("row", keep=False), "row"].unique())
    _settle(result, several, None, "ask", "namesakes")
    clash = clash[~clash["row"].isin(fits["row"])]
    lone = clash[~clash.duplicated("row", keep=False)]
    _settle(result, pd.Index(lone["row"]), lone["person_id"], "ask", "other_number")


def _near_names(left: pd.DataFrame, right: pd.DataFrame, result: pd.DataFrame) -> None:
    """A namesake in a unit whose name is written almost alike is worth a question, never a match."""
    pairs = left.reset_index(names="row").merge(right, on="name", suffixes=("", "_owner"))
    pairs = pairs[pairs["number"].isna() | pairs["number_owner"].isna()].dropna(subset=["unit", "unit_owner"])
    if pairs.empty:
        return
    distinct = pairs[["unit", "unit_owner"]].drop_duplicates()
    distinct["near"] = [
        difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR
        for one, other in distinct.itertuples(index=False, name=None)
    ]
    pairs = pairs.merge(distinct, on=["unit", "unit_owner"])
    near = pairs[pairs["near"].astype(np.bool_)]
    lone = near[~near.duplicated("row", keep=False)]
    _settle(result, pd.Index(lone["row"]), lone["person_id"], "ask", "unit_spelling")
