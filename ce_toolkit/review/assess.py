"""From what the reviewers found to the answer: evaluation, decision, and what a next sample can learn from it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.errors import SampleError
from ce_toolkit.review.commit import Commitment
from ce_toolkit.review.decide import Decision, decide
from ce_toolkit.review.design import AnyPlan, plan_of
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.drawn import Drawn, DrawnStratum
from ce_toolkit.review.evaluate import Evaluation, evaluate_attribute
from ce_toolkit.review.evaluate_hours import HoursEvaluation, evaluate_hours
from ce_toolkit.review.hours_plan import HoursPlan
from ce_toolkit.review.judged import judge
from ce_toolkit.review.plan import Plan
from ce_toolkit.review.rates import exact_confidence, exact_rate
from ce_toolkit.review.signals import SIGNALS
from ce_toolkit.review.strata import stratum_label

_FEWEST = 5  # reviewed units of a group whose rate is shown: fewer would point at somebody
_UNIT_SIZES = ((1, 4), (5, 19), (20, 99), (100, None))


@dataclass(frozen=True)
class Assessment:
    """A draw evaluated and decided. ``wrong_hours``: estimate of wrongly registered creditable hours in the frame."""

    evaluation: Evaluation | HoursEvaluation
    decision: Decision
    wrong_hours: Fraction
    missing_is_error: bool = field(default=True)

    @property
    def facts(self) -> dict[str, Any]:
        """Every figure as plain text and numbers, fractions exact, as it is kept and compared on replay."""
        return {
            "kind": "hours" if isinstance(self.evaluation, HoursEvaluation) else "attribute",
            "missing_is_error": self.missing_is_error,
            "evaluation": _plain(asdict(self.evaluation)),
            "decision": _plain(asdict(self.decision)),
            "wrong_hours": str(self.wrong_hours),
            "methods": {
                "limit": _method(self.evaluation),
                "factor_rounding": "up, 2 decimals",
                "missing": "full error (ISA 530)" if self.missing_is_error else "no error, by parameter",
            },
        }


def _method(evaluation: Evaluation | HoursEvaluation) -> str:
    return evaluation.method if isinstance(evaluation, HoursEvaluation) else evaluation.look.method


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, (Fraction, Decimal)) else value


def assess(drawn: Draw, results: pd.DataFrame, *, missing_is_error: bool = True) -> Assessment:
    """The evaluation of complete ``results`` (as ``judge`` takes them) under the plan that was committed to, decided.

    Raises SampleError where a verdict is blank or contradicts its hours, and where the frame is empty.
    """
    if not drawn.frame.size:
        raise SampleError("抽样框没有单元，不需要评价。")
    plan, known = _plan(drawn.commitment), drawn_of(drawn)
    evaluation: Evaluation | HoursEvaluation
    if isinstance(plan, HoursPlan):
        evaluation = evaluate_hours(results, known, plan, missing_is_error=missing_is_error)
    else:
        evaluation = evaluate_attribute(results, known, plan, missing_is_error=missing_is_error)
    return Assessment(evaluation, decide(evaluation, plan), _wrong_hours(results, known, drawn), missing_is_error)


def _plan(commitment: Commitment) -> AnyPlan:
    """The plan; where all is looked at anyway, one over the whole frame, so that it is judged by the same rate."""
    plan = plan_of(commitment.plan)
    if plan is not None:
        return plan
    facts = commitment.plan
    rate, level = exact_rate(facts["tolerable_rate"]), exact_confidence(facts["confidence"])
    return Plan(commitment.units, rate, Fraction(0), level, "hypergeometric", (commitment.units,), (0,))


def drawn_of(drawn: Draw) -> Drawn:
    """What an evaluation has to know of a draw."""
    commitment, units = drawn.commitment, drawn.frame.units
    named = units["unit_id"].map(commitment.strata.set_index("unit_id")["stratum"])
    hits = drawn.rows.groupby("stratum")["hits"].sum()
    told = []
    for name, members in units.groupby(named.to_numpy()):
        certain = name in commitment.certainty
        size = len(members) if certain else int(hits.get(name, 0))
        title = stratum_label(name)
        told.append(DrawnStratum(str(name), len(members), members["hours"].sum(), size, certain, title))
    return Drawn(tuple(told), drawn.stage)


def _wrong_hours(results: pd.DataFrame, known: Drawn, drawn: Draw) -> Fraction:
    """Wrong hours in the frame, estimated: what was found of each stratum, blown up; of hours the taints."""
    found = judge(results, known)
    by_hours = drawn.commitment.unit == "hours"
    total = Fraction(0)
    for each in known.strata:
        if each.certainty or not by_hours:
            times = Fraction(1) if each.certainty or not each.size else Fraction(each.population, each.size)
            total += found.total(each.name, found.over) * times
        elif each.size:
            total += Fraction(each.hours) * sum(found.taints(each.name, found.over), Fraction(0)) / each.size
    return total


# ---- what a next sample can learn -------------------------------------------------------------------------------


def signal_rates(drawn: Draw, results: pd.DataFrame) -> pd.DataFrame:
    """Reviewed units and errors for each signal, and for the units without any: signal, reviewed, errors, rate.

    Groups of fewer than five reviewed units show no errors and no rate. Signals overlap, so the rows do not add up.
    """
    wrong = (results["verdict"] != "相符").to_numpy()
    told = drawn.rows["reasons"].str.split()
    rows = []
    for code, (_, title) in SIGNALS.items():
        mask = told.map(lambda codes, code=code: code in codes).to_numpy(dtype=bool)
        if mask.any():
            rows.append((title, *_rate(wrong[mask])))
    none = (drawn.rows["reasons"] == "").to_numpy()
    if none.any():
        rows.append(("没有信号", *_rate(wrong[none])))
    return pd.DataFrame(rows, columns=["signal", "reviewed", "errors", "error_rate"]).astype({"errors": "Int64"})


def size_rates(drawn: Draw, results: pd.DataFrame) -> pd.DataFrame:
    """The same by how many units of the frame an employer has: unit_size, reviewed, errors, error_rate."""
    wrong = (results["verdict"] != "相符").to_numpy()
    sizes = drawn.frame.units["employer"].value_counts()
    mine = drawn.rows["employer"].map(sizes).fillna(0).to_numpy()
    rows = []
    for low, high in _UNIT_SIZES:
        mask = (mine >= low) & (mine <= (high or np.inf))
        if mask.any():
            rows.append((f"{low}–{high} 项" if high else f"{low} 项以上", *_rate(wrong[mask])))
    return pd.DataFrame(rows, columns=["unit_size", "reviewed", "errors", "error_rate"]).astype({"errors": "Int64"})


def _rate(wrong: Sequence[bool]) -> tuple[int, int | None, str | None]:
    number, errors = len(wrong), int(np.sum(wrong))
    return (number, errors, f"{100 * errors / number:.1f}%") if number >= _FEWEST else (number, None, None)
