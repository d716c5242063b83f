"""What advice costs: the shortest ways of 100 random people, each tried on the engine. ``make bench`` runs it."""

from functools import cache
from typing import Any

import pytest

from ce_toolkit.rules import load_pack
from ce_toolkit.rules.example_format import case_tables, day_of_case
from ce_toolkit.rules.inquiry.advice import Advice, advise
from ce_toolkit.rules.inquiry.explain import Earlier
from tests.rules.strategies import random_people

PEOPLE = 100


@cache
def _asked() -> list[tuple[Any, ...]]:
    pack = load_pack("dezhou-2017")
    cases = [(case_tables([case], [0], pack), day_of_case(case) or pack.time.last) for case in random_people(1, PEOPLE)]
    return [(tables.claims, tables.people, pack, day, Earlier(tables.history, tables.carried)) for tables, day in cases]


def _all() -> list[tuple[Advice, ...]]:
    return [advise(claims, people, pack, day, earlier=earlier) for claims, people, pack, day, earlier in _asked()]


@pytest.mark.benchmark(group="advice of 100 people")
def test_advice(benchmark: Any) -> None:
    found = benchmark.pedantic(_all, rounds=3, warmup_rounds=1)
    assert len(found) == PEOPLE
