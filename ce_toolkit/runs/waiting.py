"""Who waits is not short for good: the standing of people of whom rows are not counted yet."""

import numpy as np
import pandas as pd

from ce_toolkit.registers.waiting import waiting_by_person
from ce_toolkit.rules import Pack
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths, to_hundredths

BY_RULES = "rules"


def open_where_waiting(
    standing: pd.DataFrame, waiting: pd.DataFrame, credited: pd.DataFrame, pack: Pack
) -> pd.DataFrame:
    """``standing`` with ``waiting`` (rows of the person that wait) behind, and ``open`` for whom they could still help.

    Who is ``not_met`` and waits becomes ``open`` where for every requirement short the rows of its classes, together
    with the claims that the rules hold, could fill the gap; caps are not looked at, so that nobody is called short too
    soon. ``high`` grows by what waits, and is blank where a waiting row states no figure that can be taken.
    """
    people = standing["person_id"]
    count, hours, unknown = _per_person(people, waiting, None)
    everything = pd.concat([waiting, _held_claims(credited)], ignore_index=True)
    could = count > 0
    for requirement in pack.requirements:
        gap, _ = to_hundredths(standing[f"short_{requirement.id}"])
        classes = None if requirement.bucket == "*" else frozenset(pack.buckets[requirement.bucket])
        _, more, endless = _per_person(people, everything, classes)
        could &= endless | (more >= gap)
    status = standing["status"].astype("str")
    top, filled = to_hundredths(standing["high"])
    return standing.assign(
        status=pd.Categorical(
            status.mask(could & (status == "not_met"), "open"), categories=standing["status"].cat.categories
        ),
        high=from_hundredths(top + hours).set_axis(standing.index).where(filled & ~unknown),
        waiting=pd.Series(count, index=standing.index).astype("int64[pyarrow]"),
    )


def _held_claims(credited: pd.DataFrame) -> pd.DataFrame:
    """Claims that the rules hold, as rows that wait; one without hours states no figure."""
    held = credited[credited["state"].astype("str") == "held"]
    hours = held["held"].where(to_hundredths(held["held"])[0] > 0)
    return pd.DataFrame(
        {"person_id": held["person_id"], "why": BY_RULES, "class": held["class"].astype("str"), "hours": hours}
    )


def _per_person(
    people: pd.Series, waiting: pd.DataFrame, classes: frozenset[str] | None
) -> tuple[Int64Array, Int64Array, BoolArray]:
    """Waiting rows, their hundredths, and whether one states no figure, in the order of ``people``."""
    table = waiting_by_person(waiting, classes).reindex(people)
    hours, _ = to_hundredths(table["hours"])
    unknown = table["unknown"].eq(True).to_numpy(dtype=bool)
    return table["rows"].fillna(0).to_numpy(dtype=np.int64), hours, unknown
