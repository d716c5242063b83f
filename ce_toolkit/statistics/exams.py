"""The city's exam results accounted for: tied to a person, doubtful, or of nobody on the registers."""

import pandas as pd


def exam_account(exams: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Every exam result of the city in one row of this table: columns verdict, count; the last row is all of them.

    ``matches`` are those of all counties: a result that one county knows is ``same`` whatever others ask.
    """
    words = matches["verdict"].astype("str")
    sure = set(matches.loc[words == "same", "exam_id"])
    doubtful = set(matches.loc[words == "ask", "exam_id"]) - sure
    unknown = len(exams) - len(sure) - len(doubtful)
    counts = {"same": len(sure), "ask": len(doubtful), "unknown": unknown, "合计": len(exams)}
    return pd.DataFrame({"verdict": list(counts), "count": list(counts.values())})
