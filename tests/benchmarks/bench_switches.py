"""Every switch of the explorer at 1 M claims of 200,000 people: whom it reaches, and how long its effect takes.

``python -m tests.benchmarks.bench_switches`` prints the table (first call, median and worst of nine more, the same by
judging everybody anew); ``make bench`` takes a few of them along. Nothing here is a test.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ce_toolkit.forms.switches import Choice, Switches
from ce_toolkit.rules import alternatives, load_pack
from ce_toolkit.rules.engine import rejudged, stand
from ce_toolkit.rules.inquiry.rerun import Year
from tests.benchmarks.made import make

PACK = load_pack("dezhou-2017")
FIGURES = [("training_day", 6), ("self_study_year", 30), ("output_year", 20), ("total", 72), ("professional", 48)]
CHOICES = [
    *((f"{reading.id} {one.id}", Choice({reading.id: one.id})) for reading, one in alternatives(PACK)),
    *((f"{name} = {value}", Choice(figures={name: Decimal(value)})) for name, value in FIGURES),
    ("U1 + U5 + total = 72", Choice({"U1": "per_activity", "U5": "each_30"}, {"total": Decimal(72)})),
]
KINDS = ("paper", "conference_paper", "book", "award", "patent", "other")
COUNTIES = [f"3714{code}" for code in ("02", "03", "22", "23", "24", "25", "26", "27", "28", "71", "72", "81", "82")]


def _dates(numbers: Any, filled: Any) -> pd.Series:
    array = pa.array(numbers.astype(np.int32), mask=~filled).view(pa.date32())
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


def _some(rng: np.random.Generator, size: int, share: float) -> Any:
    return rng.random(size) < share


def _yes(values: Any, filled: Any) -> pd.Series:
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, mask=~filled)))


@cache
def rich(people: int, claims: int) -> Year:
    """The year of ``make`` with everything in it that a reading asks about, each in its likely share."""
    rng, made = np.random.default_rng(3), make(people, claims)
    table, folk, size = made.claims, made.people, claims
    kind, start = (
        table["class"].cat.codes.to_numpy(),
        np.asarray(table["start"].astype("datetime64[s]")).astype("datetime64[D]").astype(np.int64),
    )
    span = table["days"].to_numpy(dtype=np.int64)
    lecture = (kind == 0) & _some(rng, size, 0.02)
    shift = np.where(_some(rng, size, 0.01), 340, 0)
    dated = ~_some(rng, size, 0.01)
    one_day = (kind == 0) & (span == 1)
    clock = np.where(
        one_day & _some(rng, size, 0.3), rng.choice(["08:30-11:30", "09:00-12:00", "14:00-17:00"], size), None
    )
    timed = (kind == 0) & (span > 1) & _some(rng, size, 0.05)
    plan = [
        " ".join(f"{date.fromordinal(719163 + int(day) + n)}=6" for n in range(int(days)))
        for day, days in zip(start[timed], span[timed], strict=True)
    ]
    timetable = np.full(size, None, dtype=object)
    timetable[timed] = plan
    classes = pd.Categorical.from_codes(np.where(lecture, 4, kind), [*table["class"].cat.categories, "public_other"])
    table = table.assign(**{
        "class": classes,
        "kind": pd.Categorical.from_codes(np.where(kind == 2, rng.integers(0, 6, size), -1), KINDS),
        "title": pd.array(np.where(_some(rng, size, 0.8), rng.choice([f"课题{n}" for n in range(500)], size), None), dtype="str"),
        "organiser": pd.array(rng.choice(["市人社局", "行业协会", "市教育局"], size), dtype="str"),
        "start": _dates(start + shift, dated), "end": _dates(start + shift + span - 1, dated),
        "days": table["days"].where(~_some(rng, size, 0.05)),
        "clock": pd.array(clock, dtype="str"), "timetable": pd.array(timetable, dtype="str"),
        "proof": _yes(~_some(rng, size, 0.03), ~_some(rng, size, 0.01)),
        "registered": _yes(~_some(rng, size, 0.01), np.ones(size, bool)),
        "in_archive": _yes(~_some(rng, size, 0.05), _some(rng, size, 0.5)),
        "published": _yes(~_some(rng, size, 0.05), kind == 2), "recognised": _yes(~_some(rng, size, 0.1), _some(rng, size, 0.9)),
        "authors": pd.array(np.where((kind == 2) & _some(rng, size, 0.3), 3, 1), dtype=pd.ArrowDtype(pa.int64())),
        "author_rank": pd.Series(rng.integers(1, 4, size)).astype(pd.ArrowDtype(pa.int64())).where(_some(rng, size, 0.8)),
        "key": pd.array(np.where(_some(rng, size, 0.6), table["key"].to_numpy(), None), dtype="str"),
        "related_key": pd.array(np.where((kind == 2) & _some(rng, size, 0.05), [f"K{n}" for n in rng.integers(0, size * 3, size)], None), dtype="str"),
        "subject": pd.array(np.where(kind == 3, rng.choice(["2017", "2017", "2017", "2016"], size), None), dtype="str"),
        "minutes": pd.Series(np.full(size, 270)).astype(pd.ArrowDtype(pa.int64())).where(_some(rng, size, 0.01)),
        "hours": table["hours"].where(~_some(rng, size, 0.01)),
        "proof_on": _dates(start + 30, _some(rng, size, 0.2)),
    })  # fmt: skip
    who = len(folk)
    day = lambda share: _dates(17167 + rng.integers(0, 364, who), _some(rng, who, share))  # noqa: E731
    folk = folk.assign(
        county=pd.Categorical(rng.choice(COUNTIES, who)),
        employment=pd.Categorical(rng.choice(["in_service", "retired", "left", "rehired_retiree"], who, p=[0.96, 0.02, 0.01, 0.01])),
        sector=pd.Categorical(rng.choice(["public_institution", "state_enterprise", "government_agency"], who, p=[0.7, 0.27, 0.03])),
        left_on=day(0.02), hired_on=day(0.05), moved_on=day(0.03), signed_up_on=day(0.9),
        on_signup=_yes(~_some(rng, who, 0.03), np.ones(who, bool)),
        waived_months=pd.Series(np.full(who, 3)).astype(pd.ArrowDtype(pa.int64())).where(_some(rng, who, 0.02)),
        waiver_reference=pd.array(np.full(who, "批1"), dtype="str"),
    )  # fmt: skip
    return Year(table, folk, date(2017, 12, 31))


@cache
def _switches() -> Switches:
    switches = Switches(rich(200_000, 1_000_000), PACK)
    switches.warm()
    return switches


def fresh(switches: Switches, choice: Choice) -> Any:
    """The effect, worked out and not remembered."""
    switches.forget()
    return switches.effect(choice)


@pytest.mark.parametrize("name", ["U1 per_activity", "U2 all_classes", "U8 review_year", "U32 judged", "total = 72"])
def test_switch(benchmark: Any, name: str) -> None:
    benchmark.group = "effect of a switch at 1,000,000 claims of 200,000 people"
    benchmark.pedantic(fresh, args=(_switches(), dict(CHOICES)[name]), rounds=5, warmup_rounds=1)


def _timed(call: Any) -> float:
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000


def main() -> None:
    """Print the table, in milliseconds."""
    began = perf_counter()
    year = rich(200_000, 1_000_000)
    print(f"made in {perf_counter() - began:.1f} s")
    began = perf_counter()
    switches = Switches(year, PACK)
    switches.effect(Choice())
    print(f"judged once in {perf_counter() - began:.2f} s")
    print(f"{'switch':24}{'first':>8}{'median':>8}{'worst':>8}{'whole':>8}{'reached':>9}{'changed':>9}")
    for name, choice in CHOICES:
        first = _timed(lambda c=choice: fresh(switches, c))
        again = [_timed(lambda c=choice: fresh(switches, c)) for _ in range(9)]
        found, pack = switches.effect(choice), switches.pack_of(choice)
        view = switches.view
        whole = _timed(lambda p=pack: _whole(view, p))
        said = f"{first:8.0f}{median(again):8.0f}{max(again):8.0f}{whole:8.0f}{found.reached:9,}{len(found.rows):9,}"
        print(f"{name:24}{said}")


def _whole(view: Any, pack: Any) -> Any:
    standing = stand(rejudged(view, pack, date(2017, 12, 31)))
    return standing.status(), standing.hours


if __name__ == "__main__":
    main()
