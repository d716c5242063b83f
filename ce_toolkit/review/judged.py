"""What the reviewers found, made ready to be evaluated: nothing blank, nothing contradictory, nothing dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.drawn import Drawn
from ce_toolkit.review.form import VERDICTS
from ce_toolkit.tables import BoolArray, Int64Array, to_hundredths

AGREED, PARTLY, REFUSED, MISSING, UNVERIFIED = VERDICTS
_SHOWN = 5


@dataclass(frozen=True)
class Judged:
    """The reviewed records of a draw, one place a record.

    ``stratum``: name. ``hits``: hour units of the record that were drawn (1 where records are drawn). ``hours``:
    creditable hours in the frame, ``over`` those of them that are not recognised, ``under`` hours recognised beyond
    those registered; in hundredths. ``error``: any verdict but agreement. ``missing``: evidence missing or not to be
    verified, which counts as a full error. ``unit_id``: the record's code.
    """

    unit_id: pd.Series
    stratum: Any
    hits: Int64Array
    hours: Int64Array
    over: Int64Array
    under: Int64Array
    error: BoolArray
    missing: BoolArray

    def lenient(self) -> "Judged":
        """The same with missing and unverified evidence taken for agreement: the second figure of every report."""
        over, under = np.where(self.missing, 0, self.over), np.where(self.missing, 0, self.under)
        return Judged(
            self.unit_id, self.stratum, self.hits, self.hours, over, under, self.error & ~self.missing, self.missing
        )

    def of(self, stratum: str) -> BoolArray:
        """Which records are in a stratum."""
        return self.stratum == stratum

    def taints(self, stratum: str, hours: Int64Array) -> list[Fraction]:
        """For each hit of a record that ``hours`` (over or under) are not 0 of: their share of its hours."""
        places = np.flatnonzero(self.of(stratum) & (hours > 0))
        return [Fraction(int(hours[at]), int(self.hours[at])) for at in places for _ in range(int(self.hits[at]))]

    def total(self, stratum: str, hours: Int64Array) -> Fraction:
        """Sum over a stratum of hundredths, in hours."""
        return Fraction(int(hours[self.of(stratum)].sum()), 100)


def judge(results: pd.DataFrame, draw: Drawn) -> Judged:
    """The results of a draw as they are evaluated.

    ``results``: one row a drawn record: unit_id, stratum, hours (creditable, as framed), recognised (hours that the
    evidence proves; blank where the verdict says it), verdict, and where they exist hits and registered (hours as
    declared; the creditable ones otherwise). Missing and unverified evidence counts as nothing recognised. Raises
    SampleError, naming the codes of the records, where a verdict is blank or unknown, contradicts the hours, or the
    records are not those of the draw: an evaluation of less than all would be one of another sample.
    """
    rows = results.reset_index(drop=True)
    verdict = _words(rows["verdict"])
    registered = rows["registered"] if "registered" in rows else rows["hours"]
    hours, declared = to_hundredths(rows["hours"])[0], to_hundredths(registered)[0]
    stated, filled = to_hundredths(rows["recognised"])
    hits = rows["hits"].to_numpy(dtype=np.int64) if "hits" in rows else np.ones(len(rows), np.int64)
    faults = list(_faults(rows["unit_id"], verdict, (declared, stated, filled)))
    faults += _misfits(rows["stratum"].astype("str"), hits, draw)
    if rows["unit_id"].duplicated().any():
        faults.append(_fault("重复", rows["unit_id"][rows["unit_id"].duplicated()]))
    if (hours <= 0).any():
        faults.append(_fault("没有学时", rows["unit_id"][hours <= 0]))
    if faults:
        raise SampleError("抽查结果还不能评价：" + "；".join(faults) + "。请补齐或更正后重新读入。")
    recognised = np.where(verdict == AGREED, declared, np.where(verdict == PARTLY, stated, 0))
    missing = verdict.isin([MISSING, UNVERIFIED]).to_numpy()
    over, under = np.maximum(hours - recognised, 0), np.maximum(recognised - declared, 0)
    over = np.where(verdict == AGREED, 0, over)
    names = rows["stratum"].astype("str").to_numpy(dtype=object)
    return Judged(rows["unit_id"], names, hits, hours, over, under, (verdict != AGREED).to_numpy(), missing)


def blank_units(results: pd.DataFrame) -> list[str]:
    """Codes of the records without a verdict, which hold up the evaluation."""
    verdict = _words(results["verdict"])
    return [str(unit) for unit in results.loc[verdict == "", "unit_id"]]


def _words(verdicts: pd.Series) -> pd.Series:
    """Verdicts as text, blank where there is none, whatever the column's type."""
    return verdicts.astype(object).where(verdicts.notna(), "").astype("str").str.strip()


def _faults(ids: pd.Series, verdict: pd.Series, known: tuple[Int64Array, Int64Array, BoolArray]) -> Iterator[str]:
    """Sentences on verdicts that are blank, unknown or contradict the hours."""
    declared, stated, filled = known
    partly = (verdict == PARTLY).to_numpy()
    agreed = (verdict == AGREED).to_numpy()
    wrong = {
        "没有结论": (verdict == "").to_numpy(),
        "结论不在五种之内": (~verdict.isin([*VERDICTS, ""])).to_numpy(),
        "“部分认定”而没有填写认定学时": partly & ~filled,
        "“部分认定”而认定学时等于登记学时": partly & filled & (stated == declared),
        "“相符”而认定学时不等于登记学时": agreed & filled & (stated != declared),
        "“不予认定”而认定学时不是 0": (verdict == REFUSED).to_numpy() & filled & (stated != 0),
        "认定学时小于 0": filled & (stated < 0),
    }
    for what, places in wrong.items():
        if places.any():
            yield _fault(what, ids[places])


def _fault(what: str, ids: pd.Series) -> str:
    shown = "、".join(str(unit) for unit in ids[:_SHOWN])
    return f"{what}的有 {len(ids)} 条（{shown}{'等' if len(ids) > _SHOWN else ''}）"


def _misfits(strata: pd.Series, hits: Int64Array, draw: Drawn) -> list[str]:
    """Sentences on strata that hold other than what was drawn from them."""
    units = pd.Series(hits).groupby(strata.to_numpy()).sum()
    counts = strata.value_counts()
    faults = [f"层“{name}”不在抽样中" for name in sorted(set(strata) - {each.name for each in draw.strata})]
    for each in draw.strata:
        found = int((counts if each.certainty else units).get(each.name, 0))
        if found != each.size:
            faults.append(f"层“{each.name}”应有 {each.size} 条（次），现有 {found}")
    return faults
