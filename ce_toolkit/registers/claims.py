"""The register of claims: one row per item of the hours registers, tied to the person it belongs to."""

import pandas as pd

from ce_toolkit.tables import CLAIMS, conform

_SAME = (
    "kind", "title", "organiser", "basis", "recorded_on", "start", "end", "days", "hours", "items", "employer_hours",
    "in_archive", "key", "proof", "registered", "recognised", "source",
)  # fmt: skip


def register_claims(rows: pd.DataFrame, person_id: pd.Series) -> pd.DataFrame:
    """Claims (contract CLAIMS) from accepted rows of hours registers and the person of each.

    What the form leaves blank stays blank: the rules hold such a claim, they do not guess. Self-study hours are what
    the employer fixed; a blank there is not the person's own figure (三.2).
    """
    columns = {name: rows[name] for name in _SAME if name in rows}
    claims = pd.DataFrame({"claim_id": rows["source"], "person_id": person_id, "class": rows["class"], **columns})
    claims["published"] = rows["issued"]
    return conform(CLAIMS, claims)
