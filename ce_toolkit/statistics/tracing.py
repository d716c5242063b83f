"""From a published figure back to the people, claims and files it was counted from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.bases import Bases, Stored
from ce_toolkit.statistics.counting import category, marked, taken
from ce_toolkit.statistics.described import CAPS, CLAIMS, FILES, GAPS, MOVES, PEOPLE, UNITS, Column, Described
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths

SOURCES = ("person", "name", "form", "class", "hours", "effect", "reason", "file", "sheet", "cell")
_FOLDERS = {"public_exam": "exam"}


@dataclass(frozen=True)
class Traced:
    """What stands behind a figure.

    ``value``: the true figure (hours in hundredths). ``people``: how many different people, ``claims``: how many
    claims. ``rows``: one row a place in a file: the person (row of the roster) and name, the form it stands on
    (enrolment, hours, exam, unit, file), class and hours of a claim, what became of them and why, file, sheet and
    cell. Names and files are whole: mask them before they are shown.
    """

    described: Described
    column: Column
    facts: Mapping[str, str]
    value: int
    hidden: bool
    people: int
    claims: int
    rows: pd.DataFrame


@dataclass(frozen=True)
class Kept:
    """What a table was made of: the cells stored with it, the store's tables, the rows counted, the pack."""

    cells: pd.DataFrame
    stored: Stored
    frames: Bases
    pack: Pack


def behind(described: Described, row: int, name: str, kept: Kept) -> Traced:
    """The rows behind one figure: ``row`` of the table (from 0) and column ``name`` (a share is traced to its part).

    Raises InputError where there is no such figure, or it is unknown.
    """
    cells, frames = kept.cells, kept.frames
    column = described.column(name)
    of_table = (cells["table"] == described.name) & (cells["row"] == row) & (cells["column"] == column.name)
    found = cells[of_table.to_numpy()]
    if found.empty:
        raise InputError(f"表“{described.tab}”第 {row + 1} 行没有“{column.name}”这个数，或这个数未报。")
    cell = found.iloc[0]
    facts = json.loads(cell["key"])
    frame = taken(described, frames[column.base], column.base)
    chosen = frame[_speaks_of(described, column, facts, frame)]
    rows = _rows(column, chosen, kept)
    people = rows["person"].dropna().nunique()
    claims = int(rows["form"].isin(["hours", "exam"]).sum())
    return Traced(described, column, facts, int(cell["value"]), bool(cell["hidden"]), people, claims, rows)


def _speaks_of(described: Described, column: Column, facts: Mapping[str, str], frame: pd.DataFrame) -> BoolArray:
    """Which rows a figure is made of: those with its words, its mark, and some of what it adds up."""
    mask: BoolArray = np.zeros(len(frame), dtype=bool)
    mask[marked(column, frame)] = True
    for key in described.keys:
        if key in facts:  # 合计 has no words of its own
            mask &= np.asarray(category(frame[key]) == facts[key])
    return mask


def _rows(column: Column, chosen: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    frames = kept.frames
    if column.base in {UNITS, FILES}:
        return _plain(chosen, "unit" if column.base == UNITS else "file")
    if column.base in {PEOPLE, GAPS}:
        persons = chosen["person"].to_numpy()
        return _table([_people(frames[PEOPLE], persons), _claims_of(kept.stored, frames, persons)])
    if column.base == CAPS:
        return _table(_under_caps(chosen, frames, kept.pack))
    if column.base == MOVES:
        return _claims(chosen.assign(moved=chosen["hours"]), frames)
    return _claims(chosen.assign(moved=chosen[column.amount or "claimed"], effect="", reason=""), frames)


def _under_caps(chosen: pd.DataFrame, frames: Bases, pack: Pack) -> list[pd.DataFrame]:
    """The claims that stand under each cap for the people chosen."""
    claims, parts = frames[CLAIMS], []
    for rule, mine in chosen.groupby("rule"):
        cap = next(one for one in pack.rules if one.id == rule)
        under = claims["person"].isin(mine["person"]) & (claims["granted"] + claims["over_cap"] > 0)
        under &= claims["class"].isin(cap.classes) if cap.classes else True
        part = claims[under.to_numpy()]
        parts.append(_claims(part.assign(moved=part["over_cap"], effect="over_cap", reason=""), frames))
    return parts


def _people(people: pd.DataFrame, persons: Int64Array) -> pd.DataFrame:
    rows = people.iloc[persons]
    form = np.where(rows["on_signup"].fillna(False).to_numpy(dtype=bool), "enrolment", "hours_form")
    return _placed(pd.DataFrame({"person": persons, "name": rows["name"].to_numpy(), "form": form}), rows["source"])


def _claims_of(stored: Stored, frames: Bases, persons: Int64Array) -> pd.DataFrame:
    """Every claim of these people, in scope or not, with the hours granted."""
    people = frames[PEOPLE]
    ids = people["person_id"].iloc[persons]
    credit = stored.credits[stored.credits["person_id"].isin(ids).to_numpy()]
    place = pd.Series(persons, index=ids.to_numpy())
    table = pd.DataFrame({"claim_id": credit["claim_id"], "class": credit["class"]})
    table["person"] = credit["person_id"].map(place).to_numpy()
    table = table.merge(stored.claims[["claim_id", "source"]], on="claim_id", how="left")
    table["hours"] = credit["granted"].to_numpy()
    return _described(table.assign(effect="granted", reason=""), people)


def _claims(chosen: pd.DataFrame, frames: Bases) -> pd.DataFrame:
    """Claims as the figure's base has them; ``moved`` are the hundredths of hours that the figure adds up."""
    claims = frames[CLAIMS]
    table = chosen if "source" in chosen else chosen.merge(claims[["claim_id", "source"]], on="claim_id", how="left")
    hours = from_hundredths(table["moved"].to_numpy(dtype=np.int64)).to_numpy()
    return _described(table.assign(hours=hours), frames[PEOPLE])


def _described(table: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    classes = table["class"].astype("str")
    shown = pd.DataFrame(
        {
            "person": table["person"].to_numpy(),
            "name": people["name"].to_numpy()[table["person"].to_numpy(dtype=np.int64)],
            "form": classes.map(_FOLDERS).fillna("hours").to_numpy(),
            "class": classes.to_numpy(),
            "hours": table["hours"].to_numpy(),
            "effect": table["effect"].astype("str").to_numpy(),
            "reason": table["reason"].astype("str").to_numpy(),
        }
    )
    return _placed(shown, table["source"])


def _plain(chosen: pd.DataFrame, form: str) -> pd.DataFrame:
    """Units or files: what speaks of nobody."""
    return pd.DataFrame({"form": form, "file": chosen[form].to_numpy()}).reindex(columns=list(SOURCES))


def _placed(table: pd.DataFrame, source: pd.Series) -> pd.DataFrame:
    """With file, sheet and cell apart: 报名表.xlsx!Sheet1!A5, or 报名表.csv!A5 where there are no sheets."""
    parts = source.astype("str").str.extract(r"^(?P<file>.*?)(?:!(?P<sheet>[^!]*))?!(?P<cell>[A-Z]+\d+)$")
    return table.assign(**{name: parts[name].to_numpy() for name in ("file", "sheet", "cell")}).reindex(
        columns=list(SOURCES)
    )


def _table(parts: "list[pd.DataFrame]") -> pd.DataFrame:
    kept: list[Any] = [part for part in parts if len(part)]
    table = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(SOURCES))
    return table.sort_values("person", kind="stable").reset_index(drop=True)
