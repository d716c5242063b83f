"""What would close a person's gap (六.2, F8): the shortest ways, or in a year that is over what held ones add."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ce_toolkit.rules.inquiry.advice import Advice, advise
from ce_toolkit.rules.pack import Pack
from ce_toolkit.tables import Int64Array, to_hundredths
from ce_toolkit.workflow.whole_year import WholeYear

LACKING = ("not_met", "open")
OVER = "本年度已结束，已有各项（含待补的）达不到要求，不能再补。"
_NOTHING: tuple[str, ...] = ()


def closing(told: WholeYear, since: date | None = None, *, people: Collection[str] | None = None) -> dict[str, str]:
    """What would close the gap of each person who does not meet what is asked (``not_met`` or ``open``), by id.

    ``since``: the first day on which something can still be done, the day after that of ``told`` if not given. After
    the credit year only held claims can be mended; whose could not do is told so without asking the engine.
    ``people``: only these. The rules are asked as the year ends: what is begun in time counts.
    """
    day = since or told.day + timedelta(days=1)
    over = day > told.pack.time.last
    rows = told.standing[told.standing["status"].isin(LACKING)]
    lacking = [str(each) for each in rows["person_id"] if people is None or each in people]
    waiting = _could_be_mended(told) if over else frozenset()
    places = told.counted.groupby("person_id", sort=False).indices
    own = told.people.groupby("person_id", sort=False).indices
    found = {}
    for person in lacking:
        if over and person not in waiting:
            found[person] = OVER
            continue
        claims, row = told.counted.iloc[places.get(person, [])], told.people.iloc[own[person]]
        found[person] = _ways(claims, row, told.pack, None if over else day)
    return found


def _could_be_mended(told: WholeYear) -> frozenset[str]:
    """People whose held claims, were all granted in full, would fill every gap; whose hours are not known, as well.

    Caps are not looked at: who is left out cannot be helped by mending, who is left in may.
    """
    rows = told.view.credited.credits
    people = told.standing["person_id"]
    sums = _held(rows, rows["class"].notna(), people)
    unknown = told.standing["high"].isna().to_numpy()
    could = sums > 0
    for requirement in told.pack.requirements:
        gap = f"short_{requirement.id}"
        if requirement.bucket in told.pack.buckets and gap in told.standing.columns:
            mine = rows["class"].isin(told.pack.buckets[requirement.bucket])
            could &= _held(rows, mine, people) >= to_hundredths(told.standing[gap])[0]
    return frozenset(people[could | unknown])


def _held(rows: pd.DataFrame, mine: pd.Series, people: pd.Series) -> Int64Array:
    """Held hundredths of each person among some claims."""
    held = pd.Series(to_hundredths(rows["held"])[0])[mine.to_numpy()]
    sums = held.groupby(rows["person_id"][mine.to_numpy()].to_numpy()).sum()
    return sums.reindex(people).fillna(0).to_numpy(dtype=np.int64)


def _ways(claims: pd.DataFrame, person: pd.DataFrame, pack: Pack, since: date | None) -> str:
    """The ways of one person in a sentence; without a day on which anything can be done only held claims are mended."""
    if since is None:
        advice = advise(claims, person, pack, pack.time.last, kinds=_NOTHING)
        return in_brief(advice) if advice[0].state == "way" else OVER
    return in_brief(advise(claims, person, pack, pack.time.last, since=since))


def in_brief(advice: Sequence[Advice]) -> str:
    """Of all ways the one least in hours and the one least in acts, as alternatives; where there is none, why."""
    ways = [one for one in advice if one.state == "way" and not one.despite_held]
    ways = ways or [one for one in advice if one.state == "way"]
    if not ways:
        return "".join(one.sentence for one in advice)
    least = [next((one for one in ways if aim in one.shortest), None) for aim in ("hours", "acts")]
    chosen = list(dict.fromkeys(one.does for one in least if one is not None)) or [ways[0].does]
    return f"{'；或'.join(chosen)}。"
