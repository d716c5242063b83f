"""Classical estimates of the recognised hours of a frame: mean per unit, difference, ratio, regression (formula 5).

b are registered and a recognised hours of the units drawn, B the registered hours of the N units of the frame. These
rest on the normal approximation, so they are refused where fewer than twenty differences were found: with few errors
the standard error comes out far too small and the interval is fiction. Textbook formulas (Cochran, Sampling
Techniques, chapters 5 to 7). Estimates are floats: they are approximations by nature and decide nothing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, exact_number

METHODS = ("mean", "difference", "ratio", "regression")
LEAST_DIFFERENCES = 20


@dataclass(frozen=True)
class SampledHours:
    """Hours registered and recognised of each unit drawn from a stratum; units and registered hours of the whole."""

    registered: Sequence[Exact]
    recognised: Sequence[Exact]
    population: int
    hours: Exact


@dataclass(frozen=True)
class Estimate:
    """Hours of the frame (recognised ones; wrong ones from taints): estimate, standard error, two-sided interval."""

    method: str
    total: float
    standard_error: float
    low: float
    high: float
    degrees: int
    differences: int


def estimate_hours(
    strata: Sequence[SampledHours],
    *,
    method: str,
    confidence: Exact = "0.95",
    least_differences: int = LEAST_DIFFERENCES,
) -> Estimate:
    """The estimate over one or several strata, each weighted by its own size; t with n - strata degrees of freedom.

    ``method``: "mean", "difference", "ratio" or "regression", within each stratum; with several strata the ratio is the
    combined one unless every stratum has 20 units. Raises SampleError where a stratum has fewer differences than
    ``least_differences``, or fewer than two (regression three) units.
    """
    from scipy.special import stdtrit

    if method not in METHODS:
        raise SampleError(f"估计方法“{method}”不认识；可选 {'、'.join(METHODS)}。")
    if not strata:
        raise SampleError("没有抽样的层，不能估计。")
    pairs = [_pairs(stratum, method, least_differences) for stratum in strata]
    combined = method == "ratio" and len(strata) > 1 and min(len(b) for b, _ in pairs) < LEAST_DIFFERENCES
    parts = _combined_ratio(strata, pairs) if combined else [
        _FORMULAS[method](b, a, stratum) for stratum, (b, a) in zip(strata, pairs, strict=True)
    ]  # fmt: skip
    total, error = sum(part[0] for part in parts), math.sqrt(sum(part[1] for part in parts))
    degrees = sum(len(b) for b, _ in pairs) - len(strata)
    half = float(stdtrit(degrees, float((1 + exact_confidence(confidence)) / 2))) * error
    differences = sum(int((b != a).sum()) for b, a in pairs)
    return Estimate(method, total, error, total - half, total + half, degrees, differences)


def estimate_from_taints(
    taints: Sequence[Exact], size: int, hours: Exact, *, confidence: Exact = "0.95", least: int = LEAST_DIFFERENCES
) -> Estimate:
    """Wrong hours in ``hours`` registered ones from the taints of ``size`` hits: mean of ratios (formula 4).

    M times the mean taint, hits without error included; under-claims may stand as negative taints here, since this is
    an estimate and no limit. t with one degree less than there are errors. Raises SampleError below ``least`` errors.
    """
    import numpy as np
    from scipy.special import stdtrit

    found = [taint for taint in (exact_number(each, "差错比例") for each in taints) if taint]
    exact_count(size, "命中数", least=max(len(found), 2))
    if len(found) < max(least, 2):
        raise SampleError(f"只有 {len(found)} 次命中有差错，少于 {least} 次：请改用差错上限（Stringer 界）。")
    whole = float(exact_number(hours, "登记学时"))
    values = np.array([float(taint) for taint in found] + [0.0] * (size - len(found)))
    total, error = whole * float(values.mean()), whole * float(values.std(ddof=1)) / math.sqrt(size)
    half = float(stdtrit(len(found) - 1, float((1 + exact_confidence(confidence)) / 2))) * error
    return Estimate("taints", total, error, total - half, total + half, len(found) - 1, len(found))


def _pairs(stratum: SampledHours, method: str, least: int) -> tuple[Any, Any]:
    import numpy as np

    if len(stratum.registered) != len(stratum.recognised):
        raise SampleError("登记学时与认定学时的个数不同。")
    size = len(stratum.registered)
    exact_count(stratum.population, "层内单元数", least=max(size, 1))
    if size < (3 if method == "regression" else 2):
        raise SampleError(f"样本只有 {size} 条，不能估计误差；请改用差错上限。")
    pairs = [(exact_number(b), exact_number(a)) for b, a in zip(stratum.registered, stratum.recognised, strict=True)]
    differences = sum(b != a for b, a in pairs)
    if differences < least:
        raise SampleError(
            f"只有 {differences} 条学时有出入，少于 {least} 条：这时的估计区间没有意义，请改用差错上限（Stringer 界）。"
        )
    return np.array([float(b) for b, _ in pairs]), np.array([float(a) for _, a in pairs])


def _expanded(values: Any, population: int) -> tuple[float, float]:
    """N times the mean and its variance, N^2 (1 - n/N) s^2 / n."""
    size = len(values)
    spread = float(values.var(ddof=1))
    return population * float(values.mean()), population**2 * (1 - size / population) * spread / size


def _mean(_: Any, a: Any, stratum: SampledHours) -> tuple[float, float]:
    return _expanded(a, stratum.population)


def _difference(b: Any, a: Any, stratum: SampledHours) -> tuple[float, float]:
    shift, variance = _expanded(b - a, stratum.population)
    return float(exact_number(stratum.hours)) - shift, variance


def _ratio(b: Any, a: Any, stratum: SampledHours) -> tuple[float, float]:
    ratio = float(a.sum() / b.sum())
    return ratio * float(exact_number(stratum.hours)), _expanded(a - ratio * b, stratum.population)[1]


def _regression(b: Any, a: Any, stratum: SampledHours) -> tuple[float, float]:
    """The slope is fitted; where the registered hours are all alike there is none and the mean per unit is left."""
    import numpy as np

    size, population = len(b), stratum.population
    around = b - b.mean()
    slope = float((around * a).sum() / (around**2).sum()) if around.any() else 0.0
    residuals = a - a.mean() - slope * around
    spread = float((residuals**2).sum()) / (size - 2)
    total = population * float(a.mean()) + slope * (float(exact_number(stratum.hours)) - population * float(np.mean(b)))
    return total, population**2 * (1 - size / population) * spread / size


def _combined_ratio(strata: Sequence[SampledHours], pairs: Sequence[tuple[Any, Any]]) -> list[tuple[float, float]]:
    """One ratio over all strata, from the expanded means; strata too small for ratios of their own."""
    recognised = sum(_expanded(a, each.population)[0] for each, (_, a) in zip(strata, pairs, strict=True))
    registered = sum(_expanded(b, each.population)[0] for each, (b, _) in zip(strata, pairs, strict=True))
    ratio = recognised / registered
    return [
        (ratio * float(exact_number(each.hours)), _expanded(a - ratio * b, each.population)[1])
        for each, (b, a) in zip(strata, pairs, strict=True)
    ]


_FORMULAS: Mapping[str, Callable[[Any, Any, SampledHours], tuple[float, float]]] = {
    "mean": _mean,
    "difference": _difference,
    "ratio": _ratio,
    "regression": _regression,
}
