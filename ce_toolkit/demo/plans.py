"""Which files the units send, when, and with which habits: one plan per file, laid out and written later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np

from ce_toolkit.demo.dice import Days, Ints, chance, choose, pick, some
from ce_toolkit.demo.people import People
from ce_toolkit.demo.spec import form
from ce_toolkit.demo.units import Unit

RECEIPTS = "收件登记.csv"
ENROLMENT_ENDS = date(2017, 4, 30)
REVIEW_ENDS = date(2017, 7, 31)

_STEMS = {
    "enrolment": ("{u}报名表", "2017年继续教育报名表（{u}）", "报名表-{u}", "{u}2017年专业技术人员继续教育报名表"),
    "hours": ("{u}学时登记表", "2017年继续教育学时登记表（{u}）", "学时登记-{u}", "{u}2017年学时登记表"),
}
_DATES = {"iso": 40, "real": 36, "dotted": 11, "chinese": 8, "compact": 5}


@dataclass(frozen=True)
class Filing:
    """A filing unit with the run of units it files for: places ``first`` to ``last`` (not included) in the list."""

    name: str
    area: str
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """One file to be sent: whose rows it holds, how it is stored, and the habits of the clerk who filled it in.

    ``rows`` are places among the people (enrolment), claims (hours) or results (exam). ``encoding`` is that of a .csv,
    "" for a workbook. A ``bare`` file has only heads and rows. ``file`` is the path below the inbox.
    """

    form: str
    area: str
    filing_unit: str
    file: str
    rows: Ints
    received_on: date | None
    sheet: str = "Sheet1"
    encoding: str = ""
    bare: bool = False
    dates: str = "iso"
    spelling: int = 0
    synonyms: int = 0
    spaced_heads: bool = False
    moved: bool = False
    remarks: bool = False
    total: bool = False
    guide: bool = False
    merged: bool = False
    one_footer: bool = False
    blank_after: int = -1
    spare: int = 0
    doubled: tuple[int, ...] = ()
    copied: bool = False
    truncated: bool = False


def filings(units: Sequence[Unit]) -> list[Filing]:
    """The filing units in order of area."""
    out, first = [], 0
    for (area, name), run in groupby(units, key=lambda unit: (unit.area.code, unit.filing_unit)):
        last = first + len(list(run))
        out.append(Filing(name, area, first, last))
        first = last
    return out


def sent_days(rng: np.random.Generator, units: Sequence[Unit]) -> Days:
    """Day each unit's hours register is sent: in July, when hours are reviewed; one in seven only at year's end."""
    out = np.empty(len(units), dtype="datetime64[D]")
    for filing in filings(units):
        on_time = bool(chance(rng, 0.86, 1)[0])
        day = np.datetime64("2017-07-03") + rng.integers(0, 26) if on_time else _autumn(rng)
        out[filing.first : filing.last] = day
    return out


def _autumn(rng: np.random.Generator) -> np.datetime64:
    return np.datetime64("2017-11-20") + rng.integers(0, 50)


def plan_files(
    rng: np.random.Generator, units: Sequence[Unit], people: People, claimant: Ints, sent_on: Days
) -> list[Plan]:
    """Two plans for each filing unit, enrolment form and hours register, both as tidy as the form asks.

    ``claimant`` is each claim's person, in rising order; ``sent_on`` the day each unit sends its hours register.
    """
    return [plan for filing in filings(units) for plan in _plans_of(rng, filing, people, claimant, sent_on)]


def as_xls(plans: Sequence[Plan]) -> list[Plan]:
    """The same files named .xls, with real dates as such a workbook has them."""
    return [replace(plan, file=plan.file.removesuffix("x"), dates="real") for plan in plans]


def with_habits(rng: np.random.Generator, plans: list[Plan]) -> list[Plan]:
    """The plans with the clerks' habits and mishaps dealt out among them."""
    for deal in (_deal_storage, _deal_habits, _deal_rows, _deal_mishaps):
        plans = deal(rng, plans)
    return plans


def _plans_of(
    rng: np.random.Generator, filing: Filing, people: People, claimant: Ints, sent_on: Days
) -> Iterator[Plan]:
    first, last = np.searchsorted(people.unit, [filing.first, filing.last])
    enrolled = first + np.flatnonzero(people.on_signup[first:last])
    declared = np.arange(*np.searchsorted(claimant, [first, last]))
    april = date(2017, 4, 10 + int(rng.triangular(0, 17, 21)))
    july: date = sent_on[filing.first].item()
    for form_id, rows, day in (("enrolment", enrolled, april), ("hours", declared, july)):
        stem = _STEMS[form_id][int(pick(rng, {0: 4, 1: 2, 2: 2, 3: 1}, 1)[0])].format(u=filing.name)
        sheet = ("Sheet1", form(form_id).label)[int(rng.integers(2))]
        yield Plan(form_id, filing.area, filing.name, f"{filing.area}/{stem}.xlsx", rows, day, sheet=sheet)


def _where(plans: Sequence[Plan], form_id: str = "", *, workbook: bool = False) -> list[int]:
    return [i for i, p in enumerate(plans) if form_id in ("", p.form) and not (workbook and p.encoding)]


def _deal_storage(rng: np.random.Generator, plans: list[Plan]) -> list[Plan]:
    """Some send .csv, in UTF-8 with a mark or in GB18030, whole forms or bare exports."""
    for turn, i in enumerate(some(rng, _where(plans), 0.06, least=4)):
        encoding = ("utf-8-sig", "gb18030")[turn % 2]
        path = plans[i].file.removesuffix(".xlsx") + ".csv"
        plans[i] = replace(plans[i], encoding=encoding, bare=turn % 4 > 1, file=path)
    return plans


def _deal_habits(rng: np.random.Generator, plans: list[Plan]) -> list[Plan]:
    """Heads, order of columns, spelling of dates and words, further columns and sheets."""
    hours = _where(plans, "hours")
    for i, way in zip(hours, choose(rng, _DATES, len(hours)), strict=True):
        plans[i] = replace(plans[i], dates=way)
    if len(hours) >= 8:  # in a small city too every way of writing dates is to be seen
        for i, way in zip(rng.permutation(hours)[:3], ("dotted", "chinese", "compact"), strict=True):
            plans[i] = replace(plans[i], dates=way)
    for i in some(rng, hours, 0.25):
        plans[i] = replace(plans[i], spelling=1)
    for i in some(rng, _where(plans), 0.14):
        plans[i] = replace(plans[i], synonyms=int(rng.integers(1, 4)))
    for name, rate, workbook in (
        ("spaced_heads", 0.06, False), ("moved", 0.06, False), ("remarks", 0.08, False), ("total", 0.07, False),
        ("one_footer", 0.4, False), ("guide", 0.05, True),
    ):  # fmt: skip
        habit: dict[str, Any] = {name: True}
        for i in some(rng, _where(plans, workbook=workbook), rate):
            plans[i] = replace(plans[i], **habit)
    return plans


def _deal_rows(rng: np.random.Generator, plans: list[Plan]) -> list[Plan]:
    """Merged units, blank rows between, numbered blanks beyond the form's ten, people entered twice."""
    bundles = [i for i in _where(plans, "enrolment", workbook=True) if plans[i].filing_unit[-2:] in ("障局", "事部")]
    for i in sorted({*bundles, *some(rng, _where(plans, workbook=True), 0.06)}):
        plans[i] = replace(plans[i], merged=True)
    long = [i for i in _where(plans) if len(plans[i].rows) > 3]
    for i in some(rng, long, 0.04):
        plans[i] = replace(plans[i], blank_after=int(rng.integers(1, len(plans[i].rows) - 1)))
    for i in some(rng, long, 0.08):
        plans[i] = replace(plans[i], spare=int(rng.integers(2, 8)))
    for i in some(rng, [i for i in _where(plans, "enrolment") if len(plans[i].rows) > 3], 0.06):
        again = some(rng, np.arange(len(plans[i].rows)), 0.01)
        plans[i] = replace(plans[i], doubled=tuple(again))
    return plans


def _deal_mishaps(rng: np.random.Generator, plans: list[Plan]) -> list[Plan]:
    """Late enrolment forms, files sent twice, and unfinished downloads of registers never sent again."""
    for i in some(rng, _where(plans, "enrolment"), 0.06, least=2):
        plans[i] = replace(plans[i], received_on=date(2017, 5, int(rng.integers(15, 32))))
    for i in some(rng, _where(plans), 0.02, least=1):
        plans[i] = replace(plans[i], copied=True)
    small = sorted(_where(plans, "hours", workbook=True), key=lambda i: len(plans[i].rows))[: max(3, len(plans) // 8)]
    for i in some(rng, [i for i in small if not plans[i].copied], 0.04):
        plans[i] = replace(plans[i], truncated=True)
    return plans
