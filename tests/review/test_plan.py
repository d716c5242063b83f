"""Sizes: equal to the printed tables and to a search over fractions; the risk of several looks is what was asked."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review.operating_curve import operating_curve
from ce_toolkit.review.plan import plan_attribute
from ce_toolkit.review.staged import extension_risk
from tests.review import exact_oracle as oracle

ENDLESS = 10**9  # a frame so large that it is none


@pytest.mark.parametrize(
    ("population", "model", "size"),
    [(1000, "hypergeometric", 57), (1000, "binomial", 59), (1000, "poisson", 60), (ENDLESS, "hypergeometric", 59)],
)
def test_five_and_five_per_cent_by_each_model(population: int, model: str, size: int) -> None:
    assert plan_attribute(population, tolerable_rate="5%", model=model).size == size


@pytest.mark.parametrize(
    ("population", "tolerable", "stages", "size"),
    [
        (10**6, "5%", 2, 61), (10**6, "5%", 3, 62), (10**6, "5%", 4, 62), (500, "5%", 2, 57), (500, "5%", 3, 58),
        (200, "5%", 2, 52), (200, "5%", 3, 52),
        (10**6, "3%", 2, 103), (10**6, "3%", 3, 104), (10**6, "3%", 4, 104),
    ],
)  # fmt: skip
def test_equal_stages_are_of_the_published_sizes(population: int, tolerable: str, stages: int, size: int) -> None:
    plan = plan_attribute(population, tolerable_rate=tolerable, stages=stages)
    assert plan.stage_sizes == (size,) * stages
    assert plan.acceptance_numbers == tuple(range(stages))


def test_tables_used_look_after_look_do_not_keep_their_risk() -> None:
    """Single-look sizes for 0, 1, 2 and 3 errors, drawn one after the other."""
    risks = extension_risk((59, 93, 124, 153), (0, 1, 2, 3), "5%")
    assert [f"{risk:.1%}" for risk in risks] == ["4.8%", "7.5%", "9.3%", "10.6%"]


@pytest.mark.parametrize("population", [1, 5, 20, 50, 117, 200])
@pytest.mark.parametrize(("tolerable", "expected"), [("5%", "0"), ("3%", "1%"), ("10%", "4%"), ("6%", "0.5%")])
def test_one_look_agrees_with_a_search_over_fractions(population: int, tolerable: str, expected: str) -> None:
    plan = plan_attribute(population, tolerable_rate=tolerable, expected_rate=expected)
    bad = oracle.bad_at(plan.tolerable_rate, population)
    # "c first": the smallest c that covers what is expected in its own size
    for accept in range(bad):
        size = oracle.smallest_size(accept, plan.tolerable_rate, population, oracle.FIVE)
        if plan.expected_rate * size <= accept:
            break
    else:
        size = population  # no sample covers what is expected: all are reviewed
    assert (plan.size, plan.acceptance_numbers) == (size, (accept,))
    # "n first": the smallest n that accepts what is expected in it gives the same
    sizes = (n for n in range(1, population + 1) if _proves(plan.expected_rate, n, bad, population))
    assert plan.size == next(sizes, population)


def _proves(expected: Fraction, size: int, bad: int, population: int) -> bool:
    return oracle.at_most(-(-expected * size // 1), size, bad, population) <= oracle.FIVE


@pytest.mark.parametrize("population", [50, 200, 1000, 20000])
@pytest.mark.parametrize("tolerable", ["3%", "5%", "10%"])
def test_RS4_risk_of_a_staged_plan_is_at_most_what_was_asked_and_one_unit_less_breaks_it(
    population: int, tolerable: str
) -> None:
    for stages in (1, 2, 3, 4):
        plan = plan_attribute(population, tolerable_rate=tolerable, stages=stages)
        sizes, accepts = plan.cumulative_sizes, plan.acceptance_numbers
        bad = oracle.bad_at(plan.tolerable_rate, population)
        if population <= 200:
            assert float(oracle.accepted(sizes, accepts, bad, population)) == pytest.approx(plan.risk, abs=1e-12)
        assert plan.risk <= 0.05
        smaller = tuple(min(look * (plan.size - 1), population) for look in range(1, stages + 1))
        if smaller[-1] < population:
            most = tuple(min(look, bad - 1) for look in range(stages))
            assert extension_risk(smaller, most, tolerable, population)[-1] > 0.05


@pytest.mark.parametrize(
    "case", [((5, 10, 15), (0, 1, 2), 3, 30), ((20, 30), (1, 3), 6, 40), ((13, 26, 39, 40), (0, 0, 1, 2), 4, 40)]
)
def test_the_walk_over_looks_agrees_with_every_way_the_errors_can_come(
    case: tuple[tuple[int, ...], tuple[int, ...], int, int],
) -> None:
    sizes, accepts, bad, population = case
    risks = extension_risk(sizes, accepts, Fraction(bad, population), population)
    for look in range(1, len(sizes) + 1):
        wanted = oracle.accepted(sizes[:look], accepts[:look], bad, population)
        assert risks[look - 1] == pytest.approx(float(wanted), abs=1e-12)


def test_no_look_accepts_what_is_no_longer_tolerable_even_when_all_are_reviewed() -> None:
    plan = plan_attribute(50, tolerable_rate="3%", stages=4)
    assert plan.cumulative_sizes == (39, 50)
    assert max(plan.acceptance_numbers) < plan.tolerable_units == 2


@pytest.mark.parametrize("expected", ["0.5%", "1%", "1.5%"])
def test_poisson_sizes_take_a_fraction_of_an_error(expected: str) -> None:
    from scipy.special import gammaincc

    plan = plan_attribute(ENDLESS, tolerable_rate="5%", expected_rate=expected, model="poisson")
    likely = float(plan.expected_rate)
    sizes = (n for n in range(1, 10**4) if gammaincc(1 + likely * n, n * 0.05) < 0.05)
    assert plan.size == next(sizes)


@given(st.data())
@settings(max_examples=40)
def test_sizes_rise_with_errors_confidence_and_frame_and_fall_with_the_tolerable_rate(data: st.DataObject) -> None:
    population = data.draw(st.integers(30, 200000))
    tolerable = data.draw(st.fractions(Fraction(1, 50), Fraction(1, 5), max_denominator=1000))
    size = plan_attribute(population, tolerable_rate=tolerable).size
    assert plan_attribute(population, tolerable_rate=tolerable, confidence="0.9").size <= size
    assert plan_attribute(population, tolerable_rate=tolerable, stages=2).size >= size
    assert plan_attribute(population, tolerable_rate=tolerable, expected_rate=tolerable / 5).size >= size
    assert size <= plan_attribute(population, tolerable_rate=tolerable, model="binomial").size
    # A larger frame needs no smaller sample; at the same share of it in error, that is.
    assert (
        plan_attribute(population * 3, tolerable_rate=Fraction(-(-tolerable * population // 1), population)).size
        >= size
    )


def test_curve_of_one_look_is_the_tail_itself_and_more_looks_accept_more_at_low_rates() -> None:
    one, three = plan_attribute(500, tolerable_rate="5%"), plan_attribute(500, tolerable_rate="5%", stages=3)
    rates = ["0", "0.1%", "0.5%", "1%", "2%", "3%", "5%"]
    points = operating_curve(one, rates)
    for point in points:
        assert point.accept == pytest.approx(float(oracle.at_most(0, one.size, point.bad, 500)), abs=1e-12)
        assert point.expected_size == pytest.approx(one.size)
        assert point.expected_reviewed == pytest.approx(point.accept * one.size + (1 - point.accept) * 500)
    assert points[0].accept == 1
    for single, staged in zip(points[2:-1], operating_curve(three, rates)[2:-1], strict=True):
        assert staged.accept > single.accept
    assert operating_curve(three, ["5%"])[0].accept == pytest.approx(three.risk)


def test_facts_of_a_plan_say_all_that_it_fixes() -> None:
    facts = plan_attribute(1000, tolerable_rate="5%", stages=2).facts()
    assert facts["tolerable_rate"] == "1/20"
    assert facts["cumulative_sizes"] == [59, 118]
    assert {"kind", "population", "confidence", "model", "acceptance_numbers", "expected_rate"} <= facts.keys()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"tolerable_rate": "0"}, "只有全面核查才能证明"),
        ({"tolerable_rate": "5%", "expected_rate": "5%"}, "请改为全面核查"),
        ({"tolerable_rate": "5%", "stages": 0}, "阶段数"),
        ({"tolerable_rate": "5%", "model": "normal"}, "可选"),
    ],
)
def test_impossible_plans_are_refused(asked: dict[str, object], told: str) -> None:
    with pytest.raises(SampleError, match=told):
        plan_attribute(1000, **asked)
    with pytest.raises(SampleError, match="抽样框单元数"):
        plan_attribute(0, tolerable_rate="5%")


def test_looks_that_do_not_grow_are_refused() -> None:
    for sizes, accepts in (((), ()), ((5,), (0, 1)), ((5, 5), (0, 1)), ((5, 9), (1, 0)), ((5, 300), (0, 1))):
        with pytest.raises(SampleError):
            extension_risk(sizes, accepts, "5%", 200)
