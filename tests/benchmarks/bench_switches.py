"""Every switch of the explorer at 1 M claims of 200,000 people: whom it reaches, and how long its effect takes.

``python -m tests.benchmarks.bench_switches`` prints the table in milliseconds: the first call, median and worst of nine
more, the processor's time of these, and judging everybody anew. ``make bench`` takes a few of the switches along.
Nothing here is a test.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from statistics import median
from time import perf_counter, process_time
from typing import Any

import pytest

from ce_toolkit.forms.switches import Choice, Switches
from ce_toolkit.rules import alternatives, load_pack
from ce_toolkit.rules.engine import rejudged, stand, view_of
from tests.benchmarks.rich import rich

PACK = load_pack("dezhou-2017")
SIZE = (200_000, 1_000_000)
FIGURES = {"training_day": 6, "self_study_year": 30, "output_year": 20, "total": 72, "professional": 48, "public": 24}
CHOICES = {
    **{f"{reading.id} {one.id}": Choice({reading.id: one.id}) for reading, one in alternatives(PACK)},
    **{f"{name} = {value}": Choice(figures={name: Decimal(value)}) for name, value in FIGURES.items()},
    "U1 + U5 + total = 72": Choice({"U1": "per_activity", "U5": "each_30"}, {"total": Decimal(72)}),
}


def fresh(switches: Switches, choice: Choice) -> Any:
    """The effect, worked out and not remembered."""
    switches.forget()
    return switches.effect(choice)


@cache
def _switches() -> Switches:
    switches = Switches(rich(*SIZE), PACK)
    switches.warm()
    return switches


@pytest.mark.parametrize("name", ["U1 per_activity", "U2 all_classes", "U8 review_year", "U32 judged", "total = 72"])
def test_switch(benchmark: Any, name: str) -> None:
    benchmark.group = "effect of a switch at 1,000,000 claims of 200,000 people"
    benchmark.pedantic(fresh, args=(_switches(), CHOICES[name]), rounds=5, warmup_rounds=1)


def _timed(call: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    call()
    return (perf_counter() - wall) * 1000, (process_time() - cpu) * 1000


def _line(switches: Switches, view: Any, name: str) -> str:
    choice = CHOICES[name]
    pack = switches.pack_of(choice)
    first, again = (
        _timed(lambda: fresh(switches, choice))[0],
        [_timed(lambda: fresh(switches, choice)) for _ in range(9)],
    )
    wall, cpu = zip(*again, strict=True)
    whole = _timed(lambda: stand(rejudged(view, pack, switches.year.as_of)).table())[0]
    found = switches.effect(choice)
    figures = f"{first:8.0f}{median(wall):8.0f}{max(wall):8.0f}{median(cpu):8.0f}{whole:8.0f}"
    return f"{name:24}{figures}{found.reached:9,}{len(found.rows):9,}"


def main() -> None:
    """Print the table."""
    year = rich(*SIZE)
    switches, view = Switches(year, PACK), view_of(year.claims, year.people)
    print(f"judged once: {_timed(switches.begin)[0]:.0f}")  # noqa: T201
    stand(rejudged(view, PACK, year.as_of)).table()
    heads = ("first", "median", "worst", "cpu", "whole")
    print(f"{'switch':24}{''.join(f'{head:>8}' for head in heads)}{'reached':>9}{'changed':>9}")  # noqa: T201
    for name in CHOICES:
        print(_line(switches, view, name), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
