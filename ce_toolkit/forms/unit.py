"""One unit: its people by status, its hours by class, the files it sent and what is to mend in them."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ce_toolkit.forms.markup import counted, form, heading, line, table
from ce_toolkit.forms.roster import Roster
from ce_toolkit.statistics.claims import state_counts
from ce_toolkit.statistics.submissions import SEVERITIES
from ce_toolkit.tables import Int64Array

MOST = 50  # findings that are listed


@dataclass(frozen=True)
class Files:
    """What came in: submissions and findings as the store has them."""

    submissions: pd.DataFrame
    findings: pd.DataFrame


def hours_by_class(roster: Roster, rows: Int64Array, credited: pd.DataFrame) -> pd.DataFrame:
    """Claims and hours of these people per class: claimed = granted + over_cap + refused + held; 合计 last."""
    mine = credited[credited["person_id"].isin(roster.people["person_id"].iloc[rows])]
    return state_counts(mine, roster.pack.classes)


def addresses(people: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Files, sheets and rows that people and their claims were read from, each once: file, sheet, row."""
    parts = [rows["source"].dropna().astype("str") for rows in (people, claims) if "source" in rows]
    text = pd.concat(parts, ignore_index=True) if parts else pd.Series([], dtype="str")
    split = text.str.rsplit("!", n=2, expand=True).reindex(columns=[0, 1, 2])
    rows = split[2].fillna("").str.extract(r"(\d+)$")[0].fillna("")
    table_ = pd.DataFrame({"file": split[0].fillna(""), "sheet": split[1].fillna(""), "row": rows})
    return table_.drop_duplicates().reset_index(drop=True)


def files_of(files: Files, at: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Submissions that hold rows of the unit, or that it filed itself."""
    table_ = files.submissions
    own = table_["file"].isin(at["file"])
    if "filing_unit" in table_:
        own |= (table_["filing_unit"] == unit).fillna(False).astype(bool)
    return table_[own]


def findings_of(files: Files, mine: pd.DataFrame, at: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Findings in the unit's files at its own rows or at none, the gravest first; in a file of its own, all."""
    found = files.findings[files.findings["file"].isin(mine["file"])]
    rows = found["cell"].astype("str").map(_row_of)
    here = pd.MultiIndex.from_arrays([found["file"].astype("str"), found["sheet"].astype("str"), rows]).isin(
        pd.MultiIndex.from_frame(at)
    )
    own = mine.loc[(mine["filing_unit"] == unit).fillna(False).astype(bool), "file"] if "filing_unit" in mine else []
    kept = found[here | (rows == "").to_numpy() | found["file"].isin(own).to_numpy()]
    order = kept["severity"].astype("str").map(SEVERITIES)
    return kept.iloc[np.argsort(order.to_numpy(), kind="stable")]


def _row_of(cell: str) -> str:
    found = re.search(r"(\d+)", cell)
    return found[1] if found else ""


def unit_page(unit: str, roster: Roster, tables: tuple[pd.DataFrame, pd.DataFrame], files: Files) -> str:
    """All of a unit as HTML; ``tables`` are the claims and what was credited of them."""
    claims, credited = tables
    rows = roster.of_unit(unit)
    people = roster.people.iloc[rows]
    at = addresses(people, claims[claims["person_id"].isin(people["person_id"])])
    mine = files_of(files, at, unit)
    found = findings_of(files, mine, at, unit)
    return form(
        line(unit, "big"),
        line(f"共 {len(rows):,} 人：{counted(roster.status_counts(rows))}"),
        heading("各类学时的去向"),
        table(hours_by_class(roster, rows, credited), roster.pack),
        heading(f"收到的文件（{len(mine):,} 个）"),
        table(mine[_present(mine, _FILES)]),
        heading(f"要更正的问题（{len(found):,} 处" + (f"，列出前 {MOST} 处）" if len(found) > MOST else "）")),
        table(found[_present(found, _FINDINGS)].head(MOST)),
    )


_FILES = ("file", "form", "outcome", "received_on", "rows_read", "rows_accepted", "rows_held", "rows_skipped")
_FINDINGS = ("severity", "file", "sheet", "cell", "shown", "wanted", "fix")


def _present(data: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in data]
