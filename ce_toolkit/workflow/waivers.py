"""Waivers: months of a year not asked of a person, each on a document (U20). The rules themselves waive nothing."""

from datetime import date

import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.view import Columns
from ce_toolkit.tables import COUNT
from ce_toolkit.workflow.acts import UNWAIVED, WAIVED, Act
from ce_toolkit.workflow.fold import known_then, last_acts

MOST_MONTHS = 12


def waive(  # noqa: PLR0913 - who, why, on what document, each by name
    person_id: str, *, unit: str, office: str, months: int, reason: str, reference: str, on: date, by: str
) -> Act:
    """The act by which the reviewing office waives months of a person's year on a document."""
    return Act(
        _subject(person_id, reference), WAIVED, office, on, by,
        person_id=person_id, unit=unit, months=months, reason=reason, reference=reference,
    )  # fmt: skip


def take_back(person_id: str, *, unit: str, office: str, reason: str, reference: str, on: date, by: str) -> Act:  # noqa: PLR0913
    """The act that voids the waiver on this document; both stay in the journal."""
    return Act(
        _subject(person_id, reference), UNWAIVED, office, on, by,
        person_id=person_id, unit=unit, reason=reason, reference=reference,
    )  # fmt: skip


def _subject(person_id: str, reference: str) -> str:
    return f"{person_id}#waiver#{reference}"


def waivers(acts: pd.DataFrame, day: date | None = None, *, known_on: date | None = None) -> pd.DataFrame:
    """The waivers in force on ``day``: one row a person and document.

    Columns: person_id, unit, months, reason, reference, on, granted_by.
    """
    last = last_acts(known_then(acts, day, known_on))
    rows = last[Columns(last).is_word("act", [WAIVED])]
    names = ["person_id", "unit", "months", "reason", "reference", "on", "by"]
    return rows[names].rename(columns={"by": "granted_by"}).reset_index(drop=True)


def with_waivers(people: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """The people with ``waived_months`` and ``waiver_reference`` as the rules read them where a pack waives.

    Several waivers of one person are added up, to twelve months at most, and their documents named together; what a
    person's row said before stands where the journal says nothing.
    """
    if not len(given):
        return people
    grouped = given.astype({"reference": "str", "months": "int64"}).groupby("person_id")
    months = people["person_id"].map(grouped["months"].sum().clip(upper=MOST_MONTHS))
    words = people["person_id"].map(grouped["reference"].agg("、".join)).astype("str")
    before = _column(people, "waived_months", pd.ArrowDtype(COUNT))
    told = _column(people, "waiver_reference", "str")
    here = months.notna()
    whole = pd.array(pa.array([None if pd.isna(each) else int(each) for each in months], COUNT), pd.ArrowDtype(COUNT))
    column = pd.Series(whole, index=people.index)
    return people.assign(waived_months=column.where(here, before), waiver_reference=words.where(here, told))


def _column(people: pd.DataFrame, name: str, kind: object) -> pd.Series:
    if name in people.columns:
        return people[name]
    return pd.Series([None] * len(people), index=people.index, dtype=kind)
