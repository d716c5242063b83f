"""What goes out to units: a folder of papers for each, in the county's private folder of the store (mode 0600).

Each county is written by itself from its own people alone, several at once where there are many; what was written
before is replaced whole.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ce_toolkit.errors import InputError
from ce_toolkit.escaping import printable
from ce_toolkit.publish.pdf import write_pdf
from ce_toolkit.publish.review.recognition import batch_pages, state_pages
from ce_toolkit.publish.unit.closing import closing
from ce_toolkit.publish.unit.cover import cover, write_cover
from ce_toolkit.publish.unit.lists import unit_pages
from ce_toolkit.publish.unit.printing import unit_html
from ce_toolkit.publish.unit.year import UnitYear, unit_years
from ce_toolkit.publish.workbook.book import write_workbook
from ce_toolkit.registers.units import CITY
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.journals import county_place
from ce_toolkit.runs.parameters import Parameters
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.recognition import CityRound, batch_of, city_round
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from ce_toolkit.workflow.late import DONE
from ce_toolkit.workflow.recognition import DONE as RECOGNISED
from ce_toolkit.workflow.recognition import READY, WHY, Recognised, batches
from ce_toolkit.workflow.routes import office_name
from ce_toolkit.workflow.whole_year import WholeYear, of_county

GIVEN = "发放"
"""Folder of what goes to the units, one folder a unit below it."""
BOOK, COVER, PRINT, PDF = "证书登记材料.xlsx", "封面.xlsx", "打印页.html", "打印页.pdf"
COLUMNS = ("county", "unit", "people", "met", "open", "not_met", "out_of_scope", "entries", "hours", "files")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s.]+')
_WORTH_PROCESSES = 2000  # people
_REST = [why for why in WHY if why not in {READY, RECOGNISED}]


@dataclass(frozen=True)
class Giving:
    """How to write. ``since``: first day on which a gap can still be closed; ``pdf``: print each unit's page too.

    ``unit``: only the unit of this name (spelled as on its forms), in every county that has it.
    """

    since: date | None = None
    pdf: bool = False
    marked: str = ""
    unit: str = ""


@dataclass(frozen=True)
class _County:
    part: WholeYear
    county: str
    folder: Path
    how: Giving


def given_folder(store: Store, county: str, *, demonstration: bool = False) -> Path:
    """Where a county's papers for its units lie."""
    return county_place(store, county, demonstration=demonstration) / GIVEN


def give_out(city: CityRound, how: Giving | None = None, *, jobs: int = 0) -> pd.DataFrame:
    """Write the papers of all units of the run's counties; one row a unit (COLUMNS).

    ``jobs``: processes side by side, 0 for as many as there are cores where the people are many.
    """
    run, demonstration = city.run, bool(city.marked)
    if how is None and not run.params.write_out:
        return pd.DataFrame(columns=list(COLUMNS))
    how = how or Giving(
        since=date.fromisoformat(run.params.since) if run.params.since else None, pdf=run.params.pdf, marked=city.marked
    )
    tasks = [
        _County(of_county(city.now, county), county, given_folder(run.store, county, demonstration=demonstration), how)
        for county in run.counties
        if _is_asked(run, county)
    ]
    many = len(city.now.people) >= _WORTH_PROCESSES
    told = [row for rows in _done(tasks, jobs or (os.cpu_count() or 1 if many else 1)) for row in rows]
    return pd.DataFrame(told, columns=list(COLUMNS))


def _is_asked(run: Run, county: str) -> bool:
    """Whether a batch is of this county: of all, where it names none."""
    return county in (run.params.only.split() or run.counties)


def report_batch(city: CityRound, outcome: Recognised) -> dict[str, int]:
    """Write a workbook of each batch so far (people masked) and one of the state; returns counts for the record."""
    batch = batch_of(city)
    told = city.now
    asked = told.people["person_id"][[_is_asked(city.run, str(code)) for code in told.people["county"]]]
    mine = told.claims["claim_id"][told.claims["person_id"].isin(asked)]
    blocked = outcome.rows[outcome.rows["why"].isin(_REST) & outcome.rows["claim_id"].isin(mine)]
    units = list(unit_years(told))
    write_workbook(state_pages(told, outcome.rows, marked=city.marked), city.run.output("办理现状.xlsx"))
    for row in batches(told.acts).itertuples():
        pages = batch_pages(units, told, row.batch, row.on, marked=city.marked)
        if pages:
            write_workbook(pages, city.run.output(f"认定批次-{row.batch}.xlsx"))
    batched = told.view.state["batch"].astype("str") == (batch.number if batch else "")
    return {
        "recognised_now": outcome.claims,
        "in_batch": int(batched.sum()),
        "not_ready": len(blocked),
        "unrouted": len(city.routes.unresolved),
    }


def give_one(plan: RunPlan, params: Parameters, unit: str, out: Path) -> list[Path]:
    """Write the papers of one unit to a folder of its name below ``out``, as the journals stand; returns the folders.

    A unit that several counties have comes once for each. Raises InputError where no county has it.
    """
    run = Run("06_recognition", params, Store(plan.store, plan.year), out)
    city = city_round(run, rehearsed=False)
    since = date.fromisoformat(params.since) if params.since else None  # type: ignore[attr-defined]
    how = Giving(since=since, pdf=params.pdf, marked=city.marked, unit=unit)  # type: ignore[attr-defined]
    folders: list[Path] = []
    for county in run.counties:
        part = of_county(city.now, county)
        if unit not in {each.unit for each in unit_years(part)}:
            continue
        place = out / county if folders else out
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_units(part, place, how)
        folders += [place / name for name in _folders([unit])]
    if not folders:
        raise InputError(f"没有单位“{unit}”；单位名称应与报名表所写的相同。")
    return folders


def _done(tasks: list[_County], jobs: int) -> Iterator[list[dict[str, Any]]]:
    if jobs < 2 or len(tasks) < 2:
        yield from map(give_county, tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(give_county, tasks)


def give_county(task: _County) -> list[dict[str, Any]]:
    """Write one county's folder anew."""
    with TemporaryDirectory(prefix=".given-", dir=task.folder.parent) as place:  # made with mode 0700
        made = Path(place) / GIVEN
        made.mkdir(mode=0o700)
        rows = write_units(task.part, made, task.how)
        shutil.rmtree(task.folder, ignore_errors=True)
        made.rename(task.folder)
    return rows


def write_units(part: WholeYear, folder: Path, how: Giving) -> list[dict[str, Any]]:
    """Write the papers of every unit of a round below ``folder``; a row (COLUMNS) each."""
    units = [unit for unit in unit_years(part) if how.unit in {"", unit.unit}]
    lacking = {person for unit in units for person in unit.people["person_id"]}
    ways = closing(part, how.since, people=lacking)
    names = _folders([unit.unit for unit in units])
    rows = []
    for unit, name in zip(units, names, strict=True):
        files = _write(unit, folder / name, part.pack, ways, _source(part), how)
        rows.append(_row(unit, files))
    return rows


def _write(  # noqa: PLR0913, PLR0917 - the parts of a unit's papers
    unit: UnitYear, folder: Path, pack: Pack, ways: Mapping[str, str], source: str, how: Giving
) -> int:
    """Write one unit's papers; returns how many files."""
    folder.mkdir(mode=0o700, exist_ok=True)
    mark = f"（{how.marked}）" if how.marked else ""
    city = office_name(CITY)
    pages = unit_pages(unit, pack, ways, source=source, marked=mark)
    told = cover(unit, pack, city=city, source=source, marked=mark)
    write_workbook(pages, folder / BOOK)
    write_cover(told, folder / COVER)
    text = unit_html(unit, pages, told, pack, ways, city=city, marked=how.marked)
    (folder / PRINT).write_text(text, encoding="utf-8")
    if how.pdf:
        write_pdf(folder / PRINT, folder / PDF)
    files = list(folder.iterdir())
    for file in files:
        file.chmod(0o600)
    return len(files)


def _source(part: WholeYear) -> str:
    edition = f"规则包 {part.pack.id} 第 {part.pack.pack.revision} 版"
    return f"依据：{part.pack.notice}；按 {part.day.isoformat()} 所知和已办理的登记、审核、认定列出；{edition}。"


def _row(unit: UnitYear, files: int) -> dict[str, Any]:
    done = unit.claims[(unit.claims["awaits"] == DONE) & (unit.claims["done"] > 0)]
    states = unit.people["status"].astype("str").value_counts()
    return {
        "county": unit.county,
        "unit": unit.unit,
        "people": len(unit.people),
        **{name: int(states.get(name, 0)) for name in ("met", "open", "not_met", "out_of_scope")},
        "entries": len(done),
        "hours": sum(done["done"], start=unit.people["done"].iloc[0] * 0),
        "files": files,
    }


def _folders(units: list[str]) -> list[str]:
    """A folder's name for each unit: what no file system takes is left out, names that then agree are told apart."""
    names = [_NOT_IN_NAMES.sub("", printable(unit))[:40] or "未写明单位" for unit in units]
    return [
        f"{name}-{blake2b(unit.encode(), digest_size=4).hexdigest()}" if names.count(name) > 1 else name
        for name, unit in zip(names, units, strict=True)
    ]
