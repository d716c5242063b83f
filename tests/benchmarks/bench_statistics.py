"""All tables of a city of 200,000 people and 1.2 million claims: counted, proved, small cells hidden, and published.

Run alone, ``python -m tests.benchmarks.bench_statistics`` prints time and memory of each step.
"""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.publish.office import print_document
from ce_toolkit.publish.year.charts import year_charts
from ce_toolkit.publish.year.page import year_page
from ce_toolkit.publish.year.publication import Publication, write_annual_workbook
from ce_toolkit.publish.year.report import write_annual_report
from ce_toolkit.registers.areas import area_names
from ce_toolkit.registers.units import Units, fold_unit
from ce_toolkit.rules import credit, load_pack
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.statistics import Annual, Stored, annual
from ce_toolkit.titles import title_table
from tests.benchmarks.made import make

PACK = load_pack("dezhou-2017")
AREAS = tuple(area_names())
AS_OF = date(2017, 12, 31)
REPORT = "年度统计报告.docx"
_NATURES = ("public_institution", "state_enterprise", "non_public_enterprise", "government_agency")


def _publish(tables: Annual, place: str, folder: Path) -> None:
    """All that the notebook of the year writes: charts, page, workbook, report."""
    published = Publication(tables, PACK, place, AS_OF)
    charts = year_charts(tables, PACK, place=place)
    page = year_page(tables, PACK, published.pages, place=place, charts=charts)
    (folder / "年度统计.html").write_text(page, encoding="utf-8")
    write_annual_workbook(published, folder / "年度统计.xlsx")
    pictures = [(chart.caption, chart.png) for chart in charts.values()]
    write_annual_report(published, folder / REPORT, charts=pictures)


def year(people: int, claims: int, *, seed: int = 1) -> tuple[Stored, Units]:
    """A credited year with its register of units, one unit per 70 people; counties, series and titles of all sizes."""
    made = make(people, claims, seed=seed)
    rng = np.random.default_rng(seed)
    register = _register(people // 70, rng)
    unit = rng.integers(0, len(register), people)
    kept = register.iloc[unit].reset_index(drop=True)
    series, levels = title_table().series_order, title_table().level_order
    weight = 1 / np.arange(1, len(series) + 1) ** 1.5  # some series have a few people in the whole city
    folk = made.people.assign(
        name="某人",
        employer=kept["unit"],
        county=kept["area"],
        sector=kept["nature"],
        series=rng.choice(series, people, p=weight / weight.sum()),
        level=rng.choice(levels, people, p=[0.01, 0.19, 0.4, 0.31, 0.07, 0.02]),
        sex=rng.choice(["男", "女"], people),
        on_signup=pd.array(rng.random(people) < 0.99, dtype=pd.ArrowDtype(pa.bool_())),
        certificate_no=pd.array([f"{number:010d}" for number in range(people)], dtype="str"),
    )
    done = credit(made.claims, folk, PACK, AS_OF)
    facts = made.claims.assign(source="登记表.xlsx!Sheet1!A4")
    return Stored(folk, done.standing, done.credits, done.ledger, claims=facts), Units(register)


def _register(size: int, rng: np.random.Generator) -> pd.DataFrame:
    names = pd.Series([f"第{number}单位" for number in range(size)], dtype="str")
    given = pd.array(rng.integers(1, 300, size), dtype=pd.ArrowDtype(pa.int64()))
    area = rng.choice(AREAS, size, p=np.array([5, *[1] * (len(AREAS) - 1)]) / (len(AREAS) + 4))
    nature = rng.choice(_NATURES, size, p=[0.8, 0.1, 0.09, 0.01])
    return pd.DataFrame({"unit": names, "key": fold_unit(names), "area": area, "nature": nature, "eligible": given})


def part_of(stored: Stored, area: str) -> Stored:
    """What a county's own run has."""
    people = stored.people[stored.people["county"] == area].reset_index(drop=True)
    mine = {
        name: table[table["person_id"].isin(people["person_id"]).to_numpy()].reset_index(drop=True)
        for name in ("standing", "credits", "ledger", "claims")
        for table in [getattr(stored, name)]
    }
    return replace(stored, people=people, **mine)


def counties(stored: Stored, units: Units) -> Iterator[Annual]:
    """Each county's tables."""
    for area in AREAS:
        yield annual(part_of(stored, area), units, PACK, county=area, counties=[area], as_of=AS_OF)


def city(stored: Stored, units: Units, below: pd.DataFrame) -> Annual:
    """The city's tables."""
    whole = replace(stored, below=below)
    return annual(whole, units, PACK, county="city", counties=AREAS, as_of=AS_OF)


def test_tables_of_a_city(benchmark: Any) -> None:
    stored, units = year(20_000, 120_000)
    below = pd.concat([one.cells for one in counties(stored, units)])
    benchmark.pedantic(city, (stored, units, below), rounds=3)


@contextmanager
def _step(name: str) -> Iterator[None]:
    begun, worked = time.perf_counter(), time.process_time()
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"{name:28} {time.perf_counter() - begun:7.1f} s, processor {time.process_time() - worked:6.1f} s,"
        f" memory so far {most:,.0f} MB"
    )


def main(people: int = 200_000, claims: int = 1_200_000) -> None:
    """Print what each step takes."""
    set_up_charts()
    with _step("made and credited"):
        stored, units = year(people, claims)
    with TemporaryDirectory() as place:
        with _step("14 counties, published"):
            below = []
            for area, one in zip(AREAS, counties(stored, units), strict=True):
                _publish(one, area, Path(place))
                below.append(one.cells)
        with _step("tables of the city"):
            tables = city(stored, units, pd.concat(below))
        with _step("the city published"):
            _publish(tables, "某市", Path(place))
        with _step("PDF of the city's report"):
            print_document(Path(place) / REPORT, Path(place) / "年度统计报告.pdf")
    hidden = int(tables.cells["hidden"].sum())
    print(f"{len(tables.cells):,} cells, {hidden:,} hidden, proved {tables.proof['agrees'].all()}")  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
