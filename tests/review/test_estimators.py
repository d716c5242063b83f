"""Classical estimates: worked by hand, exact in a census, refused where they would be fiction."""

from math import sqrt

import numpy as np
import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.estimators import METHODS, SampledHours, estimate_from_taints, estimate_hours

SAMPLE = SampledHours([10, 20, 30, 40], [8, 20, 24, 40], 40, 1100)


def test_worked_by_hand() -> None:
    """Differences 2, 0, 6, 0: mean 2, variance 8; ratio 92/100; 40 units of 1,100 hours."""
    by = {method: estimate_hours([SAMPLE], method=method, least_differences=2) for method in METHODS}
    assert by["mean"].total == pytest.approx(40 * 23)
    assert by["difference"].total == pytest.approx(1100 - 40 * 2)
    assert by["difference"].standard_error == pytest.approx(40 * sqrt(8 / 4 * (1 - 4 / 40)))
    assert by["ratio"].total == pytest.approx(0.92 * 1100)
    residuals = np.array([8 - 9.2, 20 - 18.4, 24 - 27.6, 40 - 36.8])
    assert by["ratio"].standard_error == pytest.approx(40 * sqrt((residuals**2).sum() / 3 / 4 * 0.9))
    assert by["regression"].total == pytest.approx(40 * 23 + 1.0 * (1100 - 40 * 25))
    assert by["regression"].standard_error == pytest.approx(40 * sqrt(24 / 2 / 4 * 0.9))
    assert by["mean"].high - by["mean"].total == pytest.approx(3.18245 * by["mean"].standard_error, rel=1e-5)
    assert by["mean"].degrees == 3


def test_strata_are_weighted_by_their_own_size_and_small_ones_share_a_ratio() -> None:
    other = SampledHours([5, 5, 5], [5, 4, 5], 30, 150)
    both = estimate_hours([SAMPLE, other], method="difference", least_differences=1)
    assert both.total == pytest.approx(1100 - 80 + 150 - 10)
    assert both.degrees == 5
    ratio = estimate_hours([SAMPLE, other], method="ratio", least_differences=1)
    assert ratio.total == pytest.approx((40 * 23 + 30 * 14 / 3) / (40 * 25 + 30 * 5) * 1250)


@pytest.mark.parametrize("method", METHODS)
def test_a_census_has_no_error_and_gives_the_recognised_hours(method: str) -> None:
    census = SampledHours([10, 20, 30, 40], [8, 20, 24, 40], 4, 100)
    estimate = estimate_hours([census], method=method, least_differences=2)
    assert (estimate.total, estimate.standard_error) == pytest.approx((92, 0))


def test_too_few_differences_are_refused_with_the_reason() -> None:
    with pytest.raises(SampleError, match="只有 2 条学时有出入，少于 20 条：这时的估计区间没有意义"):
        estimate_hours([SAMPLE], method="difference")
    with pytest.raises(SampleError, match="可选 mean"):
        estimate_hours([SAMPLE], method="median")
    with pytest.raises(SampleError, match="样本只有 1 条"):
        estimate_hours([SampledHours([1], [0], 5, 9)], method="mean", least_differences=1)
    with pytest.raises(SampleError, match="个数不同"):
        estimate_hours([SampledHours([1, 2], [0], 5, 9)], method="mean")


def test_intervals_cover_where_there_are_differences_enough() -> None:
    rng = np.random.default_rng(2017)
    registered = rng.integers(2, 40, 600)
    recognised = registered - rng.integers(0, 2, 600) * (registered // 2)
    for method in METHODS:
        covered = 0
        for _ in range(200):
            at = rng.choice(600, 80, replace=False)
            sample = SampledHours(registered[at].tolist(), recognised[at].tolist(), 600, int(registered.sum()))
            estimate = estimate_hours([sample], method=method)
            covered += estimate.low <= recognised.sum() <= estimate.high
        assert covered >= 0.90 * 200


def test_taints_of_hits_worked_by_hand() -> None:
    """Two errors of 50 % and 100 % in 10 hits of 1,000 hours: 150 hours, sd of the ten ratios 0.3375."""
    estimate = estimate_from_taints(["0.5", 1], 10, 1000, least=2)
    assert estimate.total == pytest.approx(150)
    assert estimate.standard_error == pytest.approx(1000 * np.std([0.5, 1, *[0] * 8], ddof=1) / sqrt(10))
    assert (estimate.degrees, estimate.high - estimate.total) == (1, pytest.approx(12.7062 * estimate.standard_error))
    with pytest.raises(SampleError, match="只有 2 次命中有差错，少于 20 次"):
        estimate_from_taints(["0.5", 1], 10, 1000)
