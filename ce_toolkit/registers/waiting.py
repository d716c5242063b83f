"""What waits: rows that are, or may be, a person's and are not counted yet, so that nobody reads as short for good.

A row is held at intake because a cell of it cannot be read, or later because it cannot be told whose it is.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from ce_toolkit.registers.identity import candidates, match
from ce_toolkit.registers.units import Units
from ce_toolkit.tables import HOURS, from_hundredths, to_hundredths

AT_INTAKE, WHOSE, WHOSE_EXAM = "intake", "identity", "exam"
"""Why a row waits: a cell is at fault, it may be of several people, an exam result may be."""

COLUMNS = ("person_id", "source", "why", "class", "hours")
NOTHING = pd.DataFrame(columns=list(COLUMNS), dtype="str").astype({"hours": pd.ArrowDtype(HOURS)})


def waiting_rows(
    held: Sequence[pd.DataFrame], unsure: pd.DataFrame, exams: pd.DataFrame, people: pd.DataFrame, units: Units
) -> pd.DataFrame:
    """One row per waiting row and each person it may be of: person_id, source, why, class and hours (blank = unknown).

    ``held`` are rows held at intake, of hours forms or of exams (``as_claims``); ``unsure`` rows of hours forms held
    for their person; ``exams`` are passed results of which it cannot be told whose they are. A row that is nobody's on
    the register is in no one's way and left out.
    """
    parts = [part for rows in held if len(rows) for part in _held(rows, people, units)]
    if not parts and unsure.empty and exams.empty:
        return NOTHING
    parts += [_perhaps(unsure, people, WHOSE), _perhaps(as_claims(exams), people, WHOSE_EXAM)]
    return pd.concat(parts, ignore_index=True)


def _held(rows: pd.DataFrame, people: pd.DataFrame, units: Units) -> Iterator[pd.DataFrame]:
    """Rows held at intake, of whom they surely are or may be."""
    verdicts = match(rows, people, known_units=units.table["unit"])
    sure = verdicts["verdict"] == "same"
    yield _part(rows[sure], verdicts.loc[sure, "person_id"], AT_INTAKE)
    yield _perhaps(rows[verdicts["verdict"] == "ask"], people, AT_INTAKE)


def as_claims(exams: pd.DataFrame) -> pd.DataFrame:
    """Exam results that are no failure, with the columns of waiting rows."""
    exams = exams[exams["result"].astype("str") != "fail"]
    return exams.assign(**{"class": "public_exam", "hours": _blank(len(exams))})


def _blank(size: int) -> pd.Series:
    return pd.Series([None] * size, dtype=pd.ArrowDtype(HOURS))


def _perhaps(rows: pd.DataFrame, people: pd.DataFrame, why: str) -> pd.DataFrame:
    pairs = candidates(rows, people)
    return _part(rows.loc[pairs["row"]], pairs["person_id"].set_axis(pairs["row"]), why)


def _part(rows: pd.DataFrame, person_id: pd.Series, why: str) -> pd.DataFrame:
    columns = {
        "person_id": person_id.to_numpy(),
        "source": rows["source"].to_numpy(),
        "why": why,
        "class": rows["class"].astype("str").to_numpy(),
        "hours": rows["hours"].reset_index(drop=True),
    }
    kinds = {name: "str" for name in COLUMNS if name != "hours"}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows))).astype({**kinds, "hours": pd.ArrowDtype(HOURS)})


def waiting_by_person(waiting: pd.DataFrame, classes: frozenset[str] | None = None) -> pd.DataFrame:
    """Per person_id: ``rows`` that wait, their ``hours`` where all state them, and whether one is ``unknown``.

    With ``classes`` only rows of these classes are looked at, and those whose class is not known. A work on a form is
    worth what its kind is, whatever hours are written, so its hours are not known.
    """
    rows = waiting
    if classes is not None:
        rows = rows[rows["class"].isna() | rows["class"].isin(classes)]
    figure, filled = to_hundredths(rows["hours"])
    worth = (rows["class"] != "output").to_numpy() | ~rows["why"].isin([AT_INTAKE, WHOSE]).to_numpy()
    known = filled & worth & rows["class"].notna().to_numpy()
    facts = pd.DataFrame(
        {"person_id": rows["person_id"], "rows": 1, "figure": figure.clip(min=0) * known, "unknown": ~known}
    )
    table = facts.groupby("person_id").agg({"rows": "sum", "figure": "sum", "unknown": "any"})
    return table.assign(hours=from_hundredths(table.pop("figure").to_numpy("int64")).set_axis(table.index))
