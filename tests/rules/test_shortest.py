"""The integer programme behind advice finds what trying every choice finds."""

from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.errors import RunError
from ce_toolkit.rules.inquiry.shortest import Choice, Column, Line, Problem, choices

COLUMNS = st.builds(Column, unit=st.sampled_from((1, 2, 5)), steps=st.sampled_from((1, 1, 3)),
                    most=st.integers(1, 2), free=st.sampled_from((False, False, False, True)))  # fmt: skip


@st.composite
def problems(draw: Any) -> Problem:
    columns = tuple(draw(st.lists(COLUMNS, min_size=1, max_size=3)))
    weights = st.tuples(*[st.sampled_from((0, 1, 1)) for _ in columns])
    minima = [Line(draw(weights), low=draw(st.integers(0, 9))) for _ in range(draw(st.integers(1, 2)))]
    caps = [Line(draw(weights), high=draw(st.integers(0, 9)), acts=draw(st.booleans())) for _ in range(1)]
    share = [Line(tuple(draw(st.sampled_from((1, -2))) for _ in columns), low=0)] if draw(st.booleans()) else []
    return Problem(columns, (*minima, *caps, *share))


def every(problem: Problem) -> Iterator[Choice]:
    """All choices that hold."""
    ranges = [range(column.most + 1) for column in problem.columns]
    for acts in product(*ranges):
        for steps in product(*(range(n * column.steps + 1) for n, column in zip(acts, problem.columns, strict=True))):
            choice = Choice(steps, acts)
            if problem.holds(choice):
                yield choice


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_first_choice_is_least_in_hours_then_acts_or_in_acts_then_hours(problem: Problem) -> None:
    costs = [problem.cost(choice) for choice in every(problem)]
    for aim, first, second in (("hours", 0, 1), ("acts", 1, 0)):
        found = [problem.cost(choice) for choice in choices(problem, aim, 3)]
        order = sorted((cost[first], cost[second], cost[2]) for cost in costs)
        assert bool(found) == bool(order)
        if found:
            assert (found[0][first], found[0][second], found[0][2]) == order[0]
            assert {cost[first] for cost in found} == {order[0][0]}


def test_choices_as_short_differ_in_character() -> None:
    course, paper = Column(1, 8, 3), Column(10, 1, 3)
    problem = Problem((course, paper), (Line((1, 1), low=20), Line((0, 1), high=20)))
    assert [choice.acts for choice in choices(problem, "hours", 9)] == [(0, 2), (3, 0)]
    assert [choice.acts for choice in choices(problem, "acts", 9)] == [(0, 2)]


def test_what_does_not_hold_in_whole_numbers_is_an_error_and_never_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = SimpleNamespace(status=0, x=[0.0, 0.0, 0.0], message="optimal")
    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: wrong)
    with pytest.raises(RunError, match="没有得到可以核对的结果"):
        next(choices(Problem((Column(1, 8, 3),), (Line((1,), low=5),)), "hours", 1))
