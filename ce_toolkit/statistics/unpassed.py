"""Who is enrolled and has no pass in the public subject: no result, failed, or a result nobody can lay (B15)."""

import numpy as np
import pandas as pd

from ce_toolkit.registers.identity import fold_name
from ce_toolkit.statistics.tables import with_total
from ce_toolkit.tables import to_hundredths

AMBIGUOUS, FAILED, OTHER, NO_RESULT = "ambiguous", "failed", "not_credited", "no_result"
GAPS = (AMBIGUOUS, FAILED, OTHER, NO_RESULT)


def unpassed(people: pd.DataFrame, standing: pd.DataFrame, exams: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """One row a person in scope who is on an enrolment form and lacks the public minimum, by unit, in the form's order.

    ``exams`` are the city's results (contract EXAMS), ``matches`` those that may be this county's. Columns: employer,
    name, certificate_no, gap. ``ambiguous``: a result may be the person's and cannot be told; ``failed``: only results
    without a pass; ``not_credited``: a pass that the rules do not count (another year, another subject);
    ``no_result``: none on any platform. Names and numbers are whole: mask them before they are shown.
    """
    short = standing.loc[(standing["status"] != "out_of_scope") & (to_hundredths(standing["short_public"])[0] > 0)]
    who = people[people["person_id"].isin(short["person_id"]) & people["on_signup"].fillna(False).astype("bool")]
    found = matches.merge(exams[["exam_id", "name", "result"]], on="exam_id")
    asked, sure = found[found["verdict"] == "ask"], found[found["verdict"] == "same"]
    passed = sure.loc[sure["result"].astype("str") == "pass", "person_id"]
    # an open result with several candidates names none of them: each of that name is one
    nobody = asked.loc[asked["person_id"].isna(), "name"]
    gap = np.select(
        [
            who["person_id"].isin(asked["person_id"].dropna()) | fold_name(who["name"]).isin(fold_name(nobody)),
            who["person_id"].isin(passed),
            who["person_id"].isin(sure["person_id"]),
        ],
        [AMBIGUOUS, OTHER, FAILED],
        NO_RESULT,
    )
    table = who[["employer", "name", "certificate_no"]].assign(gap=pd.array(gap, dtype="str"))
    return table.sort_values("employer", kind="stable").reset_index(drop=True)


def unpassed_counts(table: pd.DataFrame) -> pd.DataFrame:
    """People per gap, 合计 last. Columns: gap, persons."""
    counts = table["gap"].value_counts().reindex(list(GAPS), fill_value=0)
    return with_total(pd.DataFrame({"gap": list(GAPS), "persons": counts.to_numpy()}), ["gap"])
