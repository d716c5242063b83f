"""Signals: reasons to look at a claim more often. They are no findings, and their wording accuses nobody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from ce_toolkit.rules.pack import Cap, Pack

Mask = npt.NDArray[np.bool_]

SIGNALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "named": ("S0", "县市区书面列入必查"),
        "large": ("S0", "学时较多，单独核对"),
        "identity": ("S0", "登记人有待核实的行"),
        "same_certificate": ("S0", "证书编号与另一项相同"),
        "no_evidence": ("S0", "未说明证明材料"),
        "last_year": ("S0", "上年审核有更正"),
        "decides_copy": ("S0", "本项关系达标且证明为复印件"),
        "over_day": ("S1", "同日合计超过每日上限"),
        "two_places": ("S1", "同日有两处培训"),
        "self_study_cap": ("S2", "自学达到年度上限"),
        "self_study_archive": ("S2", "自学未见学习档案"),
        "self_study": ("S2", "自学"),
        "near_professional": ("S3", "专业科目接近最低学时"),
        "near_total": ("S3", "总学时接近最低学时"),
        "cap_reached": ("S3", "正好达到折算上限"),
        "first_unit": ("S4", "本单位首年报送"),
        "first_organiser": ("S4", "举办单位首年出现"),
        "identical": ("S5", "本单位多数记录学时日期相同"),
    }
)
"""Code → stratum and Chinese reason, in the order in which reasons are told."""

_LONGEST = 31  # days of a training that are looked at day by day: longer spells are not attended daily


@dataclass(frozen=True)
class Watch:
    """What is looked for. Hours are class hours; the figures of the notice come from its pack, the rest from params.

    ``daily``: hours a day above which days overlap. ``minima``: standing column → minimum; a person within ``margin``
    above one is near it. ``caps``: classes and their yearly cap. ``alike``: share of a unit's records with the same
    hours and date that makes it a batch, from ``alike_least`` records on. ``known_units``, ``known_organisers``: names
    of the year before; blank where that year is not known, and nothing is called new then. ``corrected``: people and
    units with an error last year. ``named``: unit codes that the county named in writing. ``interval``: hours from
    which a record is looked at in any case.
    """

    daily: Decimal
    minima: Mapping[str, Decimal]
    caps: tuple[tuple[tuple[str, ...], Decimal], ...]
    margin: Decimal = Decimal(2)
    alike: Decimal = Decimal("0.8")
    alike_least: int = 5
    known_units: Collection[str] = ()
    known_organisers: Collection[str] = ()
    corrected: Collection[str] = ()
    named: Collection[str] = field(default=(), repr=False)
    interval: Decimal | None = None

    @classmethod
    def of(cls, pack: Pack, **known: object) -> "Watch":
        """What a notice's pack gives to look for; ``known`` gives the rest."""
        caps = pack.of(Cap)
        day = min((rule.limit for rule in caps if rule.scope == "person_day" and rule.limit), default=Decimal(24))
        yearly = tuple(
            (tuple(pack.classes_of(rule)), rule.limit) for rule in caps if rule.scope == "person_year" and rule.limit
        )
        minima = {
            one.id: one.at_least for one in pack.requirements if one.id in {"total", "professional"} and one.at_least
        }
        return cls(day, minima, yearly, **known)  # type: ignore[arg-type]


def signals(records: pd.DataFrame, watch: Watch) -> pd.DataFrame:
    """Which signals each record gives: one column of truth values a code of ``SIGNALS``, index as ``records``."""
    found = {**_always(records, watch), **_over_days(records, watch), **_near(records, watch), **_new(records, watch)}
    found["identical"] = _identical(records, watch)
    columns = {code: found.get(code, np.zeros(len(records), dtype=bool)) for code in SIGNALS}
    return pd.DataFrame(columns, index=records.index)


def _always(records: pd.DataFrame, watch: Watch) -> dict[str, Mask]:
    """What puts a record among those that are looked at in any case (S0), and self-study (S2)."""
    training, study = _is(records, "training"), _is(records, "self_study")
    key = records["key"].where(training)
    corrected = records["person_id"].isin(watch.corrected) | records["employer"].isin(watch.corrected)
    found = {
        "named": records["unit_id"].isin(watch.named).to_numpy(),
        "identity": (records["rows_in_question"].fillna(0) > 0).to_numpy(dtype=bool),
        "same_certificate": (key.notna() & key.duplicated(keep=False)).to_numpy(),
        "no_evidence": ~records["proof"].fillna(value=False).to_numpy(dtype=bool),
        "last_year": corrected.to_numpy(),
        "self_study": study,
        "self_study_archive": study & ~records["archive"].fillna(value=False).to_numpy(dtype=bool),
        "large": np.zeros(len(records), dtype=bool),
    }
    if watch.interval is not None:
        found["large"] = (records["hours"] >= watch.interval).to_numpy(dtype=bool)
    if "evidence_copy" in records.columns:
        found["decides_copy"] = records["evidence_copy"].fillna(value=False).to_numpy(dtype=bool) & _decides(
            records, watch
        )
    return found


def _is(records: pd.DataFrame, name: str) -> Mask:
    return (records["class"].astype("str") == name).to_numpy()


def _decides(records: pd.DataFrame, watch: Watch) -> Mask:
    """Records without which a person who meets the minima would miss one."""
    hours, decisive = _floats(records["hours"]), np.zeros(len(records), dtype=bool)
    for name, least in watch.minima.items():
        have = _floats(records[f"standing_{name}"])
        decisive |= (have >= float(least)) & (have - hours < float(least))
    return decisive & (records["standing_status"].astype("str") == "met").to_numpy()


def _floats(column: pd.Series) -> npt.NDArray[np.float64]:
    return column.astype("float64").to_numpy()


def _near(records: pd.DataFrame, watch: Watch) -> dict[str, Mask]:
    """Records of people just above a minimum, or exactly at a yearly cap."""
    found = {}
    for name, least in watch.minima.items():
        have = _floats(records[f"standing_{name}"])
        found[f"near_{name}"] = (have >= float(least)) & (have <= float(least + watch.margin))
    reached, study = np.zeros(len(records), dtype=bool), _is(records, "self_study")
    for classes, limit in watch.caps:
        totals = [_floats(records[f"standing_{name}"]) for name in classes if f"standing_{name}" in records.columns]
        within = records["class"].astype("str").isin(classes).to_numpy()
        reached |= within & (np.sum(totals, axis=0) == float(limit))
    return {**found, "self_study_cap": reached & study, "cap_reached": reached & ~study}


def _new(records: pd.DataFrame, watch: Watch) -> dict[str, Mask]:
    """Records of units and organisers that the year before did not know; nothing where that year is not known."""
    found = {}
    for code, column, known in (
        ("first_unit", "employer", watch.known_units),
        ("first_organiser", "organiser", watch.known_organisers),
    ):
        if known:
            found[code] = (records[column].notna() & ~records[column].isin(known)).to_numpy(dtype=bool)
    return found


def _identical(records: pd.DataFrame, watch: Watch) -> Mask:
    """Records with the hours and date that most of their unit's records have."""
    unit = records["employer"].fillna("").astype("str")
    alike = pd.DataFrame({"unit": unit, "hours": _floats(records["registered"]), "start": records["start"]})
    size = alike.groupby("unit")["hours"].transform("size")
    same = alike.groupby(["unit", "hours", "start"], dropna=False)["hours"].transform("size")
    return ((unit != "") & (size >= watch.alike_least) & (same >= float(watch.alike) * size)).to_numpy()


def _over_days(records: pd.DataFrame, watch: Watch) -> dict[str, Mask]:
    """Training on the same days of one person: hours above the daily cap together, or organisers of two places.

    Hours are spread evenly over the days from start to end; a training longer than a month, or with fewer days of
    teaching than calendar days, is not laid out, as nobody knows on which days it was.
    """
    capped = records["flags"].astype("str").str.contains("daily_cap", regex=False).to_numpy(dtype=bool)
    laid = _laid_out(records)
    keys = ["person_id", "day"]
    together = laid.groupby(keys)["a_day"].transform("sum")
    many = laid.groupby(keys)["row"].transform("size") > 1
    over = _rows(laid["row"][many & (together > float(watch.daily) + 1e-9)], len(records))
    there = laid[laid["place"] != ""]
    places = there.groupby(keys)["place"].transform("nunique")
    return {"over_day": capped | over, "two_places": _rows(there["row"][places > 1], len(records))}


def _rows(places: pd.Series, size: int) -> Mask:
    mask = np.zeros(size, dtype=bool)
    mask[places.to_numpy(dtype=np.int64)] = True
    return mask


def _laid_out(records: pd.DataFrame) -> pd.DataFrame:
    """One row a training day: row (place of the record), person_id, day, a_day (hours), place (organiser, or blank)."""
    start, end = (pd.to_datetime(records[name]) for name in ("start", "end"))
    span = (end.fillna(start) - start).dt.days.fillna(-1).to_numpy(dtype=np.int64) + 1
    taught = records["days"].astype("Float64").fillna(pd.Series(span, index=records.index)).to_numpy(dtype=np.float64)
    daily = _is(records, "training") & (span >= 1) & (span <= _LONGEST) & (taught == span)
    rows = np.flatnonzero(daily)
    repeats = span[rows]
    row = np.repeat(rows, repeats)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    days = start.to_numpy(dtype="datetime64[D]")[row] + offset
    online = (records["kind"].astype("str") == "online").to_numpy()
    place = records["organiser"].fillna("").astype("str").mask(online, "").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "row": row,
            "person_id": records["person_id"].to_numpy(dtype=object)[row],
            "day": days,
            "a_day": _floats(records["registered"])[row] / span[row],
            "place": place[row],
        }
    )
