"""How long a plan, a limit and a bound take in a frame of a million units."""

from typing import Any

import pytest
import scipy.stats  # noqa: F401 - read before anything is timed

from ce_toolkit.review.allocation import StratumSize
from ce_toolkit.review.hours_limits import stringer_bound
from ce_toolkit.review.hours_plan import plan_hours
from ce_toolkit.review.limits import upper_limit
from ce_toolkit.review.operating_curve import operating_curve
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.review.strata_limit import Found, strata_limit
from ce_toolkit.review.strata_plan import plan_hours_strata, plan_strata

MILLION = 10**6
SIZES = (10_000, 40_000, 50_000, 100_000, 200_000, 600_000)
STRATA = [StratumSize(f"S{place}", size, hours=size * 5) for place, size in enumerate(SIZES)]
ASKED = {"stages": 3, "multipliers": {"S0": 3, "S1": 2, "S2": 2, "S3": 2}}
CURVE = ["0.1%", "0.5%", "1%", "2%", "3%", "5%"]

WAYS = {
    "one look": lambda: plan_attribute(MILLION, tolerable_rate="5%"),
    "four looks": lambda: plan_attribute(MILLION, tolerable_rate="5%", stages=4),
    "four looks, 4 % expected": lambda: plan_attribute(MILLION, tolerable_rate="5%", expected_rate="4%", stages=4),
    "hours, three looks": lambda: plan_hours(MILLION // 2, tolerable_hours=MILLION // 40, stages=3),
    "six strata, three looks": lambda: plan_strata(STRATA, tolerable_rate="5%", **ASKED),
    "hours of six strata, three looks": lambda: plan_hours_strata(STRATA, tolerable_hours=250_000, **ASKED),
    "curve of four looks": lambda: operating_curve(plan_attribute(MILLION, tolerable_rate="5%", stages=4), CURVE),
    "limit": lambda: upper_limit(7, 300, MILLION, confidence="0.95"),
    "Fisher limit of six strata": lambda: strata_limit([Found(k, 60, size) for k, size in enumerate(SIZES)]),
    "bound of 200 taints": lambda: stringer_bound(["0.5"] * 200, 2000, MILLION // 2),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_million_units(benchmark: Any, way: str) -> None:
    """One cold call each: nothing may have been remembered from another."""
    from ce_toolkit.review import limits, strata_limit

    for module in (limits, strata_limit):
        for name in vars(module):
            getattr(getattr(module, name), "cache_clear", lambda: None)()
    benchmark.group = "a million units"
    benchmark.pedantic(WAYS[way], rounds=1)
