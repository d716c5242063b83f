"""When each person had reached every minimum, and by how much each minimum is missed by those who did not."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.pack import Pack, Requirement
from ce_toolkit.rules.requirements import selected
from ce_toolkit.rules.standing import in_plain_sight, need_and_have
from ce_toolkit.tables import DATE, BoolArray, Int64Array, to_hundredths

MINIMA = ("total", "professional", "public")
REACHED = "达到要求"
UNDATED = "日期不明"
_EDGES = ((10, "差10学时以内"), (20, "差10以上至20"), (30, "差20以上至30"), (60, "差30以上至60"), (90, "差60以上至90"))
_FURTHEST = "差90以上"
_LATE = np.iinfo(np.int64).max


def gap_classes() -> tuple[str, ...]:
    """Classes of what is missing to a minimum, in the order of tables; each holds its upper end."""
    return (REACHED, *(word for _, word in _EDGES), _FURTHEST)


def gap_class(short: Int64Array) -> pd.Categorical:
    """Class of each shortfall, given in hundredths of an hour: 0 is reached, 10 hours are within 10."""
    ends = [0, *(100 * top for top, _ in _EDGES)]
    return pd.Categorical.from_codes(np.searchsorted(ends, short, side="left"), categories=gap_classes())


def gaps(people: pd.DataFrame) -> pd.DataFrame:
    """One row a person in scope and minimum (``MINIMA``): ``person``, ``short_by``, and a mark per minimum.

    A minimum that the pack does not ask for is reached by everybody, as in the roster.
    """
    inside = people[people["in_scope"].to_numpy()]
    parts = []
    for name in MINIMA:
        head = f"short_{name}"
        short = to_hundredths(inside[head])[0] if head in inside else np.zeros(len(inside), dtype=np.int64)
        marks = {f"of_{other}": np.full(len(inside), other == name) for other in MINIMA}
        facts = {key: inside[key] for key in ("person", "county_name", "sector_name")}
        parts.append(pd.DataFrame({**facts, "short_by": gap_class(short), **marks}))
    return pd.concat(parts, ignore_index=True)


def month_classes(pack: Pack) -> tuple[str, ...]:
    """Months of the pack's time in their order; a year's own are named without it."""
    first, last = pack.time.first, pack.time.last
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    spots = [(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1) for step in range(count)]
    return tuple(f"{month}月" if first.year == last.year else f"{year}年{month}月" for year, month in spots)


def reached_month(people: pd.DataFrame, claims: pd.DataFrame, pack: Pack) -> pd.Categorical:
    """Month of the day on which each person had reached all minima; blank for who did not meet them all.

    Granted hours count on the day on which their claim was completed, one completed after the year's end on its last
    day. Hours that no claim of the year brought (carried over, of earlier years) are there from the first day. Who
    needs a claim without a date to meet a minimum is ``UNDATED``.

    ``claims`` (one row a claim): person (row in ``people``), class, kind, completed_on, granted (hundredths).
    """
    months = month_classes(pack)
    day = _days(claims["completed_on"], pack)
    order = np.lexsort((day, claims["person"].to_numpy(dtype=np.int64)))
    ordered, day = claims.iloc[order], day[order]
    latest = np.full(len(people), _number(pack.time.first))
    for requirement in pack.requirements:
        latest = np.maximum(latest, _day_of(requirement, people, ordered, day, pack))
    met = (people["status"].astype("str") == "met").to_numpy()
    dated = np.where(latest == _LATE, 0, latest).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    place = dated - np.datetime64(pack.time.first, "M").astype(np.int64)
    codes = np.where(latest == _LATE, len(months), np.clip(place, 0, len(months) - 1))
    return pd.Categorical.from_codes(np.where(met, codes, -1), categories=[*months, UNDATED])


def _days(completed: pd.Series, pack: Pack) -> Int64Array:
    """Days as numbers, none after the year's end; a blank is later than any."""
    array = pa.array(completed, from_pandas=True).cast(DATE).cast(pa.int32())
    numbers = array.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    blank = array.is_null().to_numpy(zero_copy_only=False)
    return np.where(blank, _LATE, np.minimum(numbers, _number(pack.time.last)))


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _day_of(
    requirement: Requirement, people: pd.DataFrame, claims: pd.DataFrame, day: Int64Array, pack: Pack
) -> Int64Array:
    """The day on which each person had what one minimum asks, by claims ordered by person and day."""
    person = claims["person"].to_numpy(dtype=np.int64)
    hours = np.where(_counts(requirement, claims, pack), claims["granted"].to_numpy(dtype=np.int64), 0)
    sums = np.bincount(person, weights=hours, minlength=len(people)).astype(np.int64)
    need, brought = _need_and_brought(requirement, people, sums, pack)
    found = np.where(brought >= need, _number(pack.time.first), _LATE)
    running = hours.cumsum() - (sums.cumsum() - sums)[person] + brought[person]
    enough = np.flatnonzero((running >= need[person]) & (brought < need)[person])
    who, first = np.unique(person[enough], return_index=True)
    found[who] = day[enough[first]]
    return found


def _need_and_brought(
    requirement: Requirement, people: pd.DataFrame, sums: Int64Array, pack: Pack
) -> tuple[Int64Array, Int64Array]:
    """Hundredths asked of each person, and those that count toward it besides the year's own claims."""
    if in_plain_sight(requirement, pack):
        return np.full(len(people), int((requirement.at_least or 0) * 100), dtype=np.int64), np.zeros_like(sums)
    need, have = (to_hundredths(column)[0] for column in need_and_have(requirement, people, pack))
    return need, have - sums


def _counts(requirement: Requirement, claims: pd.DataFrame, pack: Pack) -> BoolArray:
    """Which claims count toward a minimum."""
    classes, kinds = selected(requirement, pack)
    mask: BoolArray = np.ones(len(claims), dtype=bool)
    for column, words in (("class", classes), ("kind", kinds)):
        mask &= _one_of(claims, column, words)
    return mask


def _one_of(claims: pd.DataFrame, column: str, words: Sequence[str]) -> BoolArray:
    if not words:
        return np.ones(len(claims), dtype=bool)
    return claims[column].isin(words).to_numpy() if column in claims else np.zeros(len(claims), dtype=bool)
