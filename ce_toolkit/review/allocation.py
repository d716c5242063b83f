"""How a sample is shared out over strata: exact shares, whole numbers by largest remainder, floors and ceilings kept.

Proportional to units (n_h in N_h), to hours (M_h), or after Neyman (N_h S_h, over the root of the cost where costs
differ), each times a risk multiplier (formula 6). Estimates stay unbiased whatever the shares: every stratum is
weighted by its own size. The order of the strata does not matter: ties go by name.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import Exact, exact_count, exact_number

_LEAST = 2  # units of a stratum, so that its spread can be estimated


@dataclass(frozen=True)
class StratumSize:
    """A stratum to draw from: units (for an hours draw hour units), hours, prior standard deviation, cost of a unit."""

    name: str
    population: int
    hours: Exact = Decimal(0)
    deviation: Exact | None = None
    cost: Exact = 1


def allocate(
    strata: Sequence[StratumSize],
    size: int,
    *,
    by: str = "units",
    multipliers: Mapping[str, Exact] | None = None,
    floors: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Units to draw from each stratum, in all exactly ``size``, by stratum name.

    ``by``: "units", "hours" or "neyman". ``multipliers``: risk multiplier by stratum, 1 where none is given.
    ``floors``: least by stratum (what was drawn before, say); two, or the whole stratum if smaller, where none is
    given. Raises SampleError, naming the stratum, where that is not possible.

    >>> allocate([StratumSize("S3", 100), StratumSize("S6", 900)], 50, multipliers={"S3": 2})
    {'S3': 9, 'S6': 41}
    """
    _require_distinct(strata, multipliers or {}, floors or {})
    ranges = {each.name: _range(each, (floors or {}).get(each.name)) for each in strata}
    _require_possible(size, ranges)
    weights = {each.name: _weight(each, by) * _multiplier(each.name, multipliers) for each in strata}
    return _whole(_clamped(weights, ranges, size), size)


def allocate_stages(
    strata: Sequence[StratumSize],
    cumulative_sizes: Sequence[int],
    *,
    by: str = "units",
    multipliers: Mapping[str, Exact] | None = None,
) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Per look, (stratum, units drawn by then): no stratum ever falls from one look to the next."""
    looks, before = [], None
    for size in cumulative_sizes:
        before = allocate(strata, size, by=by, multipliers=multipliers, floors=before)
        looks.append(tuple(sorted(before.items())))
    return tuple(looks)


def _require_distinct(
    strata: Sequence[StratumSize], multipliers: Mapping[str, Exact], floors: Mapping[str, int]
) -> None:
    names = [each.name for each in strata]
    if not names or len(set(names)) != len(names):
        raise SampleError("没有可分配的层，或层名重复。")
    if unknown := sorted((multipliers.keys() | floors.keys()) - set(names)):
        raise SampleError(f"层“{'、'.join(unknown)}”不在分层表中。")


def _range(stratum: StratumSize, floor: int | None) -> tuple[int, int]:
    population = exact_count(stratum.population, f"层“{stratum.name}”的单元数")
    least = min(_LEAST, population) if floor is None else exact_count(floor, f"层“{stratum.name}”的下限")
    if least > population:
        raise SampleError(f"层“{stratum.name}”的下限 {least} 超过其单元数 {population}。")
    return least, population


def _require_possible(size: int, ranges: Mapping[str, tuple[int, int]]) -> None:
    exact_count(size, "样本量")
    least, most = (sum(bounds[side] for bounds in ranges.values()) for side in (0, 1))
    if size < least:
        largest = max(sorted(ranges), key=lambda name: ranges[name][0])
        raise SampleError(f"样本量 {size} 不够：各层下限合计 {least}，其中层“{largest}”为 {ranges[largest][0]}。")
    if size > most:
        raise SampleError(f"样本量 {size} 超过各层单元数合计 {most}（层“{'、'.join(sorted(ranges))}”）。")


def _weight(stratum: StratumSize, by: str) -> Fraction:
    if by == "units":
        return Fraction(stratum.population)
    if by == "hours":
        return exact_number(stratum.hours, f"层“{stratum.name}”的学时")
    if by != "neyman":
        raise SampleError(f"分配方法“{by}”不认识；可选 units、hours、neyman。")
    if stratum.deviation is None:
        raise SampleError(f"层“{stratum.name}”没有给出标准差 deviation，不能按 Neyman 方法分配。")
    cost = exact_number(stratum.cost, f"层“{stratum.name}”的单位成本")
    if cost <= 0:
        raise SampleError(f"层“{stratum.name}”的单位成本应大于 0。")
    per_root = 1 if cost == 1 else exact_number(1 / math.sqrt(cost))
    return stratum.population * exact_number(stratum.deviation, f"层“{stratum.name}”的标准差") * per_root


def _multiplier(name: str, multipliers: Mapping[str, Exact] | None) -> Fraction:
    multiplier = exact_number((multipliers or {}).get(name, 1), f"层“{name}”的倍数")
    if multiplier < 0:
        raise SampleError(f"层“{name}”的倍数不得小于 0。")
    return multiplier


def _clamped(weights: Mapping[str, Fraction], ranges: Mapping[str, tuple[int, int]], size: int) -> dict[str, Fraction]:
    """Shares proportional to the weights but within each stratum's range, adding up to ``size`` exactly.

    One factor for all strata; the sum rises with it and bends where a stratum leaves its floor or meets its ceiling.
    """

    def shares(factor: Fraction) -> dict[str, Fraction]:
        return {name: min(max(factor * weights[name], Fraction(low)), Fraction(high))
                for name, (low, high) in ranges.items()}  # fmt: skip

    bends = sorted({Fraction(bound) / weights[name] for name in ranges if weights[name] for bound in ranges[name]})
    low = Fraction(0)
    for bend in bends:
        if sum(shares(bend).values()) >= size:
            return shares(_between(low, bend, size, shares))
        low = bend
    full = shares(low)
    if sum(full.values()) < size:
        idle = "、".join(sorted(name for name in ranges if not weights[name]))
        raise SampleError(f"层“{idle}”的权重为 0，其余各层全部抽取仍不足 {size}；请减小样本量或给出倍数。")
    return full


def _between(low: Fraction, high: Fraction, size: int, shares: Callable[[Fraction], dict[str, Fraction]]) -> Fraction:
    """The factor from ``low`` to ``high``, between which the sum is a straight line, at which it is ``size``."""
    start, end = sum(shares(low).values()), sum(shares(high).values())
    return high if start == end else low + (high - low) * (size - start) / (end - start)


def _whole(shares: Mapping[str, Fraction], size: int) -> dict[str, int]:
    """Whole numbers by largest remainder, ties by name."""
    whole = {name: math.floor(share) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (whole[name] - shares[name], name))
    for name in order[: size - sum(whole.values())]:
        whole[name] += 1
    return dict(sorted(whole.items()))
