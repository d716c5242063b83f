"""The year of ``made`` with everything in it that a reading asks about, each in a likely share."""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.inquiry.rerun import Year
from ce_toolkit.rules.view import day_of
from tests.benchmarks.made import make

KINDS = ("paper", "conference_paper", "book", "award", "patent", "other")
COUNTIES = tuple(
    f"3714{code}" for code in ("02", "03", "22", "23", "24", "25", "26", "27", "28", "71", "72", "81", "82")
)
CLOCKS = ("08:30-11:30", "09:00-12:00", "14:00-17:00")
SERVICE = {"in_service": 0.96, "retired": 0.02, "left": 0.01, "rehired_retiree": 0.01}
SECTORS = {"public_institution": 0.7, "state_enterprise": 0.27, "government_agency": 0.03}
Mask = npt.NDArray[np.bool_]


class _Dice:
    """Columns of ``size`` rows thrown by one generator."""

    def __init__(self, seed: int, size: int) -> None:
        self.rng, self.size = np.random.default_rng(seed), size

    def some(self, share: float) -> Mask:
        """So many of the rows."""
        return self.rng.random(self.size) < share

    def words(self, shares: dict[str, float]) -> pd.Categorical:
        """Words in these shares."""
        return pd.Categorical(self.rng.choice(list(shares), self.size, p=list(shares.values())))

    def text(self, choices: Any, where: Mask) -> Any:
        """One of the texts in these rows, blank in the others."""
        return pd.array(np.where(where, self.rng.choice(choices, self.size), None), dtype="str")

    def flag(self, no: float, blank: float = 0.0) -> pd.Series:
        """Yes, but for these shares."""
        array = pa.array(~self.some(no), mask=self.some(blank))
        return pd.Series(pd.arrays.ArrowExtensionArray(array))

    def count(self, numbers: Any, share: float) -> pd.Series:
        """Whole numbers in this share of the rows."""
        column = pd.Series(np.broadcast_to(numbers, self.size)).astype(pd.ArrowDtype(pa.int64()))
        return column.where(self.some(share))

    def day(self, share: float) -> pd.Series:
        """A day of the year in this share of the rows."""
        return days(17167 + self.rng.integers(0, 364, self.size), self.some(share))


def days(numbers: Any, filled: Mask) -> pd.Series:
    """Day numbers as dates, blank where not filled."""
    array = pa.array(numbers.astype(np.int32), mask=~filled).view(pa.date32())
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


@cache
def rich(people: int, claims: int) -> Year:
    """So many claims of so many people, judged at the end of the year."""
    made = make(people, claims)
    return Year(_claims(made.claims), _people(made.people), date(2017, 12, 31))


def _claims(table: pd.DataFrame) -> pd.DataFrame:
    dice = _Dice(3, len(table))
    return _dated(table, dice).assign(
        **{
            "class": _classes(table, dice),
            "kind": pd.Categorical.from_codes(np.where(_is(table, 2), dice.rng.integers(0, 6, dice.size), -1), KINDS),
            "title": dice.text([f"课题{n}" for n in range(500)], dice.some(0.8)),
            "organiser": dice.text(["市人社局", "行业协会", "市教育局"], dice.some(1)),
            "hours": table["hours"].where(~dice.some(0.01)),
            "employer_hours": table["employer_hours"].where(~dice.some(0.05)),
            "minutes": dice.count(270, 0.01),
            "proof": dice.flag(0.03, 0.01),
            "registered": dice.flag(0.01),
            "in_archive": dice.flag(0.05, 0.5),
            "published": dice.flag(0.05),
            "recognised": dice.flag(0.1, 0.1),
            "authors": dice.count(np.where(_is(table, 2) & dice.some(0.3), 3, 1), 1),
            "author_rank": dice.count(dice.rng.integers(1, 4, dice.size), 0.8),
            "key": dice.text(table["key"].to_numpy(), dice.some(0.6)),
            "related_key": dice.text(table["key"].to_numpy(), _is(table, 2) & dice.some(0.05)),
            "subject": dice.text(["2017", "2017", "2017", "2016"], _is(table, 3)),
        }
    )


def _is(table: pd.DataFrame, place: int) -> Mask:
    return np.asarray(table["class"].cat.codes == place)


def _classes(table: pd.DataFrame, dice: _Dice) -> pd.Categorical:
    """Two in a hundred trainings are lectures on the public theme."""
    codes = np.where(_is(table, 0) & dice.some(0.02), 4, table["class"].cat.codes)
    return pd.Categorical.from_codes(codes, [*table["class"].cat.categories, "public_other"])


def _dated(table: pd.DataFrame, dice: _Dice) -> pd.DataFrame:
    """Some days blank or of the next year, some clock times and timetables, some proof that comes later."""
    start = pa.array(table["start"]).cast(pa.int32()).to_numpy() + np.where(dice.some(0.01), 340, 0)
    span, training, dated = table["days"].to_numpy(dtype=np.int64), _is(table, 0), ~dice.some(0.01)
    plans = np.full(dice.size, None, dtype=object)
    timed = np.flatnonzero(training & (span > 1) & dice.some(0.05))
    plans[timed] = [" ".join(f"{day_of(start[row] + n)}=6" for n in range(int(span[row]))) for row in timed]
    return table.assign(
        start=days(start, dated),
        end=days(start + span - 1, dated),
        days=table["days"].where(~dice.some(0.05)),
        clock=dice.text(CLOCKS, training & (span == 1) & dice.some(0.3)),
        timetable=pd.array(plans, dtype="str"),
        proof_on=days(start + 30, dice.some(0.2)),
    )


def _people(table: pd.DataFrame) -> pd.DataFrame:
    dice = _Dice(4, len(table))
    return table.assign(
        county=dice.words(dict.fromkeys(COUNTIES, 1 / len(COUNTIES))),
        employment=dice.words(SERVICE),
        sector=dice.words(SECTORS),
        left_on=dice.day(0.02),
        hired_on=dice.day(0.05),
        moved_on=dice.day(0.03),
        signed_up_on=dice.day(0.9),
        on_signup=dice.flag(0.03),
        waived_months=dice.count(3, 0.02),
        waiver_reference=dice.text(["批1"], dice.some(1)),
    )
