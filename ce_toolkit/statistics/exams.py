"""The city's exam results accounted for: tied to a person, doubtful, or of nobody on the registers."""

import pandas as pd

from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.cells import Cell, Spot, cells_table
from ce_toolkit.statistics.described import PEOPLE
from ce_toolkit.statistics.small_cells import HIDDEN, hide
from ce_toolkit.statistics.tables import TOTAL

_LAYER = "exam_results"


def exam_account(exams: pd.DataFrame, matches: pd.DataFrame, outside: pd.Series | None = None) -> pd.DataFrame:
    """Every exam result of the city in one row of this table: columns verdict, count; the last row is all of them.

    ``matches`` are those of all counties: a result that one county knows is ``same`` whatever others ask. ``outside``
    are ids of people out of scope: their results are told apart where they are given.
    """
    words = matches["verdict"].astype("str")
    sure = set(matches.loc[words == "same", "exam_id"])
    doubtful = set(matches.loc[words == "ask", "exam_id"]) - sure
    counts = {"same": len(sure)}
    if outside is not None:
        within = (words == "same") & ~matches["person_id"].isin(outside)
        inside = matches.loc[within, "exam_id"].nunique()
        counts = {"same": inside, "outside": len(sure) - inside}
    counts |= {"ask": len(doubtful), "unknown": len(exams) - len(sure) - len(doubtful)}
    return pd.DataFrame({"verdict": [*counts, TOTAL], "count": [*counts.values(), len(exams)]})


def published_exam_account(exams: pd.DataFrame, matches: pd.DataFrame, tables: Annual, threshold: int) -> pd.DataFrame:
    """The account of the city's results as it may be published: small cells ※, by the rule of the year's tables.

    Results of people in scope are the claims of their exams, so they are hidden where the year's tables hide those, and
    shown where these show them; what else must be hidden is hidden beside them.
    """
    people = tables.frames[PEOPLE]
    outside = people.loc[~people["in_scope"].to_numpy(dtype=bool), "person_id"]
    account = exam_account(exams, matches, outside)
    spots = [_spot(verdict) for verdict in account["verdict"]]
    counts = [int(count) for count in account["count"]]
    cells = [
        Cell("exams", row, "count", spot, count, count, len(exams))
        for row, (spot, count) in enumerate(zip(spots, counts, strict=True))
    ]
    told = cells_table(cells[:1], {spots[0]: _hides_exams(tables)})
    hidden = hide(cells, threshold, told)
    gone = [hidden[spot] for spot in spots]
    return account.assign(count=account["count"].astype(object).mask(pd.Series(gone), HIDDEN))


def _spot(verdict: str) -> Spot:
    return _LAYER, (("verdict", verdict),) if verdict != TOTAL else ()


def _hides_exams(tables: Annual) -> bool:
    """Whether the year's tables hide how many exams were claimed."""
    hours = tables.tables["hours"]
    of_exams = (hours.data["class"] == "public_exam").to_numpy()
    return bool(hours.hidden.loc[of_exams, "claims"].any())
