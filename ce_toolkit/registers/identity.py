"""Which person a row speaks of, without an identity number: same, different, or ask a person.

By certificate number first; where the row or the person has none, by folded name and unit, narrowed by series and sex
where both state them. Only a single candidate is ``same``. A number that agrees under another name, a name and unit
that agree under another number, a name spelled otherwise, or one whose unit is not stated is never decided here:
``ask``. Numbers that differ by leading zeros only are one number under the same name and unit: a sheet drops them from
what it takes for a number.
"""

import difflib

import numpy as np
import pandas as pd

from ce_toolkit.registers.spellings import ODD, is_near_number, plainly
from ce_toolkit.registers.units import fold_unit

VERDICTS = ("same", "different", "ask")
_NEAR = 0.75  # likeness of two unit names from which a lone namesake is worth a question


def fold_number(numbers: pd.Series) -> pd.Series:
    """Certificate numbers with width, case, blanks and hyphens folded; blank becomes missing."""
    folded = numbers.str.normalize("NFKC").str.upper().str.replace(r"[\s\-]", "", regex=True)
    return folded.where(folded != "")


def bare_number(numbers: pd.Series) -> pd.Series:
    """Folded numbers without leading zeros."""
    return numbers.str.lstrip("0")


def fold_name(names: pd.Series) -> pd.Series:
    """Names without blanks; nothing else is touched, so that rare characters stay what they are."""
    return names.str.replace(r"[\s　]", "", regex=True)


def match(rows: pd.DataFrame, people: pd.DataFrame, *, known_units: pd.Series | None = None) -> pd.DataFrame:
    """The person each row speaks of, by its name, certificate_no, employer and, where known, series and sex.

    A unit name that is one of ``known_units`` is taken as it stands; any other may be a misspelling. Returns, on the
    index of ``rows``: ``person_id`` (blank unless same, or ask with one candidate), ``verdict`` (same, different, ask)
    and ``by`` (number, name, or why it is asked). Linear in rows and people but for namesakes with another unit name.
    """
    everyone, right = folded(rows), folded(people).assign(person_id=people["person_id"])
    result = pd.DataFrame({"person_id": None, "verdict": "different", "by": ""}, index=rows.index, dtype="str")
    # most rows of a city-wide export speak of people elsewhere: who shares neither number nor name needs no look
    left = everyone[everyone["number"].isin(right["number"].dropna()) | everyone["name"].isin(right["name"])]
    _by_number(left, right, result)
    _by_name(left[_is_open(result, left)], right, result)
    open_rows = left[_is_open(result, left)]
    if known_units is not None:
        open_rows = open_rows[~open_rows["unit"].isin(fold_unit(known_units))]
    _near_names(open_rows, right, result)
    _spelled_otherwise(everyone[_is_open(result, everyone)], right, result)
    return result


def candidates(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Every person that a row may speak of: pairs (row, person_id), row being the index of ``rows``.

    For rows of which ``match`` says ask: who has the number, and who has the name, however spelled, in that unit or one
    much like it.
    """
    left, right = folded(rows).rename_axis("row").reset_index(), folded(people).assign(person_id=people["person_id"])
    by_number = left.dropna(subset="number").merge(right.dropna(subset="number"), on="number")
    left, right = (table.assign(spelled=plainly(table["name"])) for table in (left, right))
    by_name = left.merge(right, on="spelled", suffixes=("", "_owner"))
    near = [is_like_unit(one, other) for one, other in zip(by_name["unit"], by_name["unit_owner"], strict=True)]
    pairs = [by_number[["row", "person_id"]], by_name.loc[np.array(near, dtype=bool), ["row", "person_id"]]]
    return pd.concat(pairs, ignore_index=True).drop_duplicates(ignore_index=True)


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
    unit = table["unit_key"] if keyed else fold_unit(table["employer"])
    return pd.DataFrame(
        {
            "name": table["name_key"] if keyed else fold_name(table["name"]),
            "number": table["number_key"] if keyed else fold_number(table["certificate_no"]),
            "unit": unit.where(unit != ""),
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
    stated = left.dropna(subset="unit").reset_index(names="row")
    pairs = _agreeing(stated.merge(right, on=["name", "unit"], suffixes=("", "_owner")))
    if pairs.empty:
        return
    both = pairs["number"].notna() & pairs["number_owner"].notna()
    equal = both & (bare_number(pairs["number"]) == bare_number(pairs["number_owner"]))
    numbered = pairs[equal].drop_duplicates("row", keep=False)
    _settle(result, pd.Index(numbered["row"]), numbered["person_id"], "same", "name")
    pairs = pairs.assign(clash=both & ~equal)[~pairs["row"].isin(numbered["row"])]
    several, fits = pairs.duplicated("row", keep=False), pairs["row"].isin(pairs.loc[~pairs["clash"], "row"])
    lone, other = pairs[fits & ~several], pairs[~fits & ~several]
    _settle(result, pd.Index(lone["row"]), lone["person_id"], "same", "name")
    _settle(result, pd.Index(other["row"]), other["person_id"], "ask", "other_number")
    _settle(result, pd.Index(pairs.loc[fits & several, "row"].unique()), None, "ask", "namesakes")
    _settle(result, pd.Index(pairs.loc[~fits & several, "row"].unique()), None, "ask", "other_number")


def _agreeing(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs whose series and sex do not contradict each other; what one side leaves blank contradicts nothing."""
    for fact in ("series", "sex"):
        known = pairs[fact].notna() & pairs[f"{fact}_owner"].notna()
        pairs = pairs[~known | (pairs[fact] == pairs[f"{fact}_owner"])]
    return pairs


def _near_names(left: pd.DataFrame, right: pd.DataFrame, result: pd.DataFrame) -> None:
    """A namesake is worth a question, never a match, where the unit is written almost alike or the row states none."""
    pairs = _agreeing(left.reset_index(names="row").merge(right, on="name", suffixes=("", "_owner")))
    pairs = pairs[pairs["number"].isna() | pairs["number_owner"].isna()]
    if pairs.empty:
        return
    distinct = pairs[["unit", "unit_owner"]].drop_duplicates()
    distinct["near"] = [is_like_unit(one, other) for one, other in distinct.itertuples(index=False, name=None)]
    pairs = pairs.merge(distinct, on=["unit", "unit_owner"])
    near = pairs[pairs["near"].astype(np.bool_)]
    several = near.duplicated("row", keep=False)
    for stated, by in ((near["unit"].notna(), "unit_spelling"), (near["unit"].isna(), "no_unit")):
        lone = near[stated & ~several]
        _settle(result, pd.Index(lone["row"]), lone["person_id"], "ask", by)
        _settle(result, pd.Index(near.loc[stated & several, "row"].unique()), None, "ask", by)


def _spelled_otherwise(left: pd.DataFrame, right: pd.DataFrame, result: pd.DataFrame) -> None:
    """Someone of that unit whose name is spelled otherwise, unless the numbers are quite different: a question."""
    odd = plainly(right.loc[right["name"].str.contains(ODD, na=False), "name"])
    rows = left[left["name"].str.contains(ODD, na=False) | left["name"].isin(odd)].dropna(subset="unit")
    if rows.empty:
        return
    rows = rows.assign(spelled=plainly(rows["name"])).reset_index(names="row")
    owners = right.assign(spelled=plainly(right["name"]))
    pairs = _agreeing(rows.merge(owners, on=["spelled", "unit"], suffixes=("", "_owner")))
    both = pairs["number"].notna() & pairs["number_owner"].notna()
    numbers = pairs[["number", "number_owner"]].itertuples(index=False, name=None)
    near = [not stated or is_near_number(*two) for stated, two in zip(both, numbers, strict=True)]
    pairs = pairs[np.array(near, dtype=bool)]
    several = pairs.duplicated("row", keep=False)
    lone = pairs[~several]
    _settle(result, pd.Index(lone["row"]), lone["person_id"], "ask", "spelling")
    _settle(result, pd.Index(pairs.loc[several, "row"].unique()), None, "ask", "spelling")


def is_like_unit(unit: str | float, other: str | float) -> bool:
    """Whether two folded unit names may be one misspelt; a row without a unit may belong to any."""
    if not isinstance(unit, str):
        return True
    return isinstance(other, str) and difflib.SequenceMatcher(None, unit, other, autojunk=False).ratio() >= _NEAR
