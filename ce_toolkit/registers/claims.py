"""The register of claims: one row per item of the hours registers, tied to the person it belongs to."""

import pandas as pd

from ce_toolkit.tables import CLAIMS, conform

_SAME = (
    "kind", "title", "organiser", "basis", "recorded_on", "start", "end", "days", "hours", "items", "employer_hours",
    "in_archive", "key", "proof", "registered", "recognised", "source", "dates", "comment",
)  # fmt: skip


def register_claims(rows: pd.DataFrame, person_id: pd.Series) -> pd.DataFrame:
    """Claims (contract CLAIMS) from accepted rows of hours registers and the person of each.

    What the form leaves blank stays blank: the rules hold such a claim, they do not guess. Self-study hours are what
    the employer fixed; a blank there is not the person's own figure (三.2). Behind the contract stand ``dates`` (the
    days, where the form names them one by one) and ``comment`` (what comments at the row say, for the reviewer).
    """
    columns = {name: rows[name] for name in _SAME if name in rows}
    claims = pd.DataFrame({"claim_id": rows["source"], "person_id": person_id, "class": rows["class"], **columns})
    claims["published"] = rows["issued"]
    return conform(CLAIMS, claims)


def repeated_elsewhere(rows: pd.DataFrame, person_id: pd.Series) -> pd.DataFrame:
    """Rows that claim what an earlier file claims for the same person (MR11): the same number, or title and days.

    Within a file the intake tells; the rules count the first and refuse the second wherever it stands (C24).
    """
    order = rows.assign(person=person_id.astype("str")).sort_values(["received_on", "file", "source"], kind="stable")
    number = order["key"].str.upper().str.replace(r"\s", "", regex=True)
    title = order["title"].str.replace(r"\s", "", regex=True)
    days = order["start"].astype("str") + "|" + order["end"].astype("str")
    work = number.fillna(title + "|" + order["organiser"].fillna("") + "|" + days)
    known = order.assign(work=work, sort=order["class"].astype("str"))
    known = known[work.notna() & (number.notna() | order["start"].notna())]
    first = known.groupby(["person", "sort", "work"], sort=False)["file"].transform("first")
    again = known.index[first.astype("str") != known["file"].astype("str")]
    return rows.loc[rows.index.isin(again)]
