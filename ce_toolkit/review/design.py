"""The design of a review as the parameters give it, and what follows from it: strata, plan, sizes, commitment."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.commit import CLAIMS, HOUR_UNITS, Commitment, commit
from ce_toolkit.review.frame import Frame, freeze_frame
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.plan import Plan, plan_attribute
from ce_toolkit.review.rates import exact_confidence, exact_rate
from ce_toolkit.review.signals import Watch, signals
from ce_toolkit.review.strata import CERTAINTY, REST, Stratum, assign_strata
from ce_toolkit.review.strata_plan import plan_hours_strata, plan_strata

AnyPlan = Plan | HoursPlan


@dataclass(frozen=True)
class Design:
    """What is asked of a review. Rates and confidence are text or fractions, never binary floats.

    ``unit``: "claims" (an error is a claim) or "hours" (half hours are drawn, so that large claims are hit more often).
    ``multipliers``: how many times as often a stratum is drawn. Confidence and rates are outside the notice.
    """

    confidence: str = "0.90"
    tolerable_rate: str = "0.05"
    expected_rate: str = "0"
    stages: int = 1
    unit: str = CLAIMS
    multipliers: Mapping[str, str] = field(default_factory=dict)
    quantum: str = "0.5"


def parse_multipliers(text: str) -> dict[str, str]:
    """Multipliers as parameters write them: ``S1:3 S2:2``. Raises SampleError where a part is not of that form."""
    pairs = [part.partition(":") for part in text.replace("：", ":").split()]
    wrong = [f"{name}{colon}{times}" for name, colon, times in pairs if not (name and times)]
    if wrong:
        raise SampleError(f"倍数“{wrong[0]}”写法不对；应写成 S1:3 S2:2，层与倍数之间用冒号。")
    return {name: times for name, _, times in pairs}


@dataclass(frozen=True)
class Review:
    """A frozen frame with its strata, plan and commitment. ``plan`` is None where nothing is left to draw from.

    The frame's units hold ``stratum`` and ``reasons`` besides what the records say.
    """

    frame: Frame
    strata: tuple[Stratum, ...]
    plan: AnyPlan | None
    commitment: Commitment


def prepare(
    records: pd.DataFrame, watch: Watch, design: Design, *, about: Mapping[str, str], demonstration: bool = False
) -> Review:
    """Freeze the frame of ``records``, part it into strata, plan and commit.

    For hours, records as large as the sampling interval join those looked at in any case, and the plan is made anew for
    the rest until none of the rest is that large (formula 4). Raises SampleError as its parts do.
    """
    frame = freeze_frame(records)
    strata, plan = _settled(frame, watch, design)
    allocation = sizes_of(plan)
    commitment = commit(
        _with_strata(frame, strata), plan or _nothing_drawn(design), strata, allocation,
        unit=design.unit, quantum=design.quantum, about=about, demonstration=demonstration,
    )  # fmt: skip
    return Review(_with_strata(frame, strata), strata, plan, commitment)


def with_strata(records: pd.DataFrame, design: Design, *, about: Mapping[str, str]) -> Review:
    """Freeze records whose ``stratum`` is already known (S0 is looked at whole; one stratum where there is none).

    No record joins those looked at in any case: what the file says is what is committed to.
    """
    frame = freeze_frame(records)
    units = frame.units if "stratum" in frame.units.columns else frame.units.assign(stratum=REST)
    if (units["stratum"].fillna("") == "").any():
        raise SampleError("抽样框有单元没有写明层；stratum 一列要么每行都填，要么不要这一列。")
    members = units[["unit_id", "hours"]].assign(reasons="")
    strata = tuple(
        Stratum(str(code), members.loc[rows].reset_index(drop=True), code == CERTAINTY)
        for code, rows in units.groupby("stratum").groups.items()
    )
    plan = plan_for(strata, design)
    commitment = commit(
        frame,
        plan or _nothing_drawn(design),
        strata,
        sizes_of(plan),
        unit=design.unit,
        quantum=design.quantum,
        about=about,
    )
    return Review(_with_strata(frame, strata), strata, plan, commitment)


def _nothing_drawn(design: Design) -> dict[str, str]:
    """What is committed to where every unit is looked at: by which rate the errors will be judged."""
    return {
        "kind": "none", "tolerable_rate": str(exact_rate(design.tolerable_rate)),
        "confidence": str(exact_confidence(design.confidence)),
    }  # fmt: skip


def _settled(frame: Frame, watch: Watch, design: Design) -> tuple[tuple[Stratum, ...], AnyPlan | None]:
    """Strata and plan that agree: no record of the rest is as large as the interval."""
    interval: Decimal | None = None
    while True:
        told = signals(frame.units, replace(watch, interval=interval))
        strata = assign_strata(frame.units, told) if frame.size else ()
        plan = plan_for(strata, design)
        if not isinstance(plan, HoursPlan):
            return strata, plan
        step = Decimal(math.ceil(plan.interval * 100)) / 100
        if max(stratum.members["hours"].max() for stratum in strata if not stratum.certainty) < step:
            return strata, plan
        interval = step if interval is None else min(interval, step)


def _with_strata(frame: Frame, strata: Sequence[Stratum]) -> Frame:
    """The frame with each unit's stratum and reasons; its text, and so its digest, stays the same."""
    if not strata:
        return Frame(frame.units.assign(stratum="", reasons=""), frame.text, frame.left_out)
    named = [one.members[["unit_id", "reasons"]].assign(stratum=one.code) for one in strata]
    units = frame.units.drop(columns=["stratum", "reasons"], errors="ignore")
    return Frame(
        units.merge(pd.concat(named), on="unit_id", how="left", validate="one_to_one"), frame.text, frame.left_out
    )


def plan_for(strata: Sequence[Stratum], design: Design) -> AnyPlan | None:
    """The plan over the strata that are drawn from, with its sizes by stratum and look; None where there are none."""
    drawn = [stratum for stratum in strata if not stratum.certainty]
    if not drawn:
        return None
    known = {name: times for name, times in design.multipliers.items() if name in {one.code for one in drawn}}
    if design.unit == HOUR_UNITS:
        return _hours_plan(drawn, sum((Fraction(one.hours) for one in strata), Fraction(0)), design, known)
    if design.unit != CLAIMS:
        raise SampleError(f"抽样单位“{design.unit}”不认识；可选 {CLAIMS}（按项）、{HOUR_UNITS}（按学时）。")
    asked: dict[str, Any] = {
        "tolerable_rate": design.tolerable_rate, "expected_rate": design.expected_rate,
        "confidence": design.confidence, "stages": design.stages,
    }  # fmt: skip
    if len(drawn) == 1:
        plan = plan_attribute(drawn[0].size, **asked)
        return _with_allocations(plan, [((drawn[0].code, size),) for size in plan.cumulative_sizes])
    sizes = [StratumSize(one.code, one.size, one.hours) for one in drawn]
    return plan_strata(sizes, multipliers=known, **asked)


def _hours_plan(drawn: Sequence[Stratum], whole: Fraction, design: Design, multipliers: Mapping[str, str]) -> HoursPlan:
    """The plan over the hours of ``drawn``; what is tolerable is a share of the ``whole`` frame's hours."""
    hours = sum((Fraction(one.hours) for one in drawn), Fraction(0))
    tolerable, expected = exact_rate(design.tolerable_rate) * whole, exact_rate(design.expected_rate) * hours
    sizes = [StratumSize(one.code, one.size, one.hours) for one in drawn]
    return plan_hours_strata(
        sizes, tolerable_hours=min(tolerable, hours), expected_hours=expected, confidence=design.confidence,
        stages=design.stages, quantum=design.quantum, multipliers=multipliers,
    )  # fmt: skip


def _with_allocations(plan: Any, allocations: Sequence[Sequence[tuple[str, int]]]) -> Any:
    return replace(plan, allocations=tuple(tuple(look) for look in allocations))


def sizes_of(plan: AnyPlan | None) -> dict[str, list[int]]:
    """Stratum → units drawn by the end of each look, as a commitment takes them."""
    sizes: dict[str, list[int]] = {}
    for look in plan.allocations if plan else ():
        for name, size in look:
            sizes.setdefault(name, []).append(size)
    return sizes


def plan_of(facts: Mapping[str, Any]) -> AnyPlan | None:
    """The plan from the facts that were committed to; None where nothing was drawn. Raises SampleError otherwise."""
    kind, values = facts.get("kind"), {name: value for name, value in facts.items() if name != "kind"}
    if kind == "none":
        return None
    try:
        values["cumulative_sizes"] = tuple(values["cumulative_sizes"])
        values["acceptance_numbers"] = tuple(values["acceptance_numbers"])
        values["allocations"] = tuple(tuple(sorted(look.items())) for look in values["allocations"])
        exact = {name: Fraction(value) for name, value in values.items() if name in _EXACT}
        return {"attribute": Plan, "hours": HoursPlan}[str(kind)](**{**values, **exact})
    except (KeyError, TypeError, ValueError):
        raise SampleError("抽样承诺中的方案不是本工具写出的格式，请用公示时的原文件。") from None


_EXACT = {
    "tolerable_rate", "expected_rate", "confidence", "hours", "quantum", "tolerable_hours", "expected_hours",
}  # fmt: skip
