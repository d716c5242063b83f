"""The city's recognition as its notebook goes through it: the round as it stands, a batch, proof, counts.

The journal of acts lies in the store, ``<year>/办理日志``, one file an office. A demonstration has a journal of its own
below ``<year>/示范``, made anew each time, so that nothing invented ever stands among what was done.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from ce_toolkit.errors import RunError
from ce_toolkit.registers import read_units
from ce_toolkit.rules import credit, load_pack
from ce_toolkit.rules.pack import Pack
from ce_toolkit.runs.root import shown
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from ce_toolkit.runs.waiting import open_where_waiting
from ce_toolkit.workflow import Journal, Routes, fold, routes, verify_journal
from ce_toolkit.workflow.in_order import in_order
from ce_toolkit.workflow.recognition import Batch, Recognised, recognise
from ce_toolkit.workflow.rehearsal import MARK, rehearse
from ce_toolkit.workflow.round import Round, round_of

JOURNAL = "办理日志"
_MARKER, _TRUTH = "demo.json", Path("truth") / "files.parquet"


@dataclass(frozen=True)
class CityRound:
    """The stored tables of the year with the journal: ``now`` is the round as of the run's day.

    ``marked``: 示范 where the acts are invented, else empty.
    """

    run: Run
    pack: Pack
    routes: Routes
    journal: Journal
    now: Round
    marked: str = ""


def journal_folder(store: Store, *, demonstration: bool = False) -> Path:
    """Where the journal of a year's acts lies."""
    return store.folder / MARK / JOURNAL if demonstration else store.folder / JOURNAL


def city_round(run: Run) -> CityRound:
    """The round of the run's counties as of its day; a demonstration enters its invented acts first.

    Raises RunError where a demonstration is asked for on data that are not a demonstration city's.
    """
    params, pack = run.params, load_pack(run.pack)
    known = routes(read_units(run.units, params.review_route))
    journal = Journal(journal_folder(run.store, demonstration=params.demonstration))
    if params.demonstration:
        require_demonstration(run)
        _rehearse(run, journal, known, pack)
    made = CityRound(run, pack, known, journal, _round(run, journal, known, pack), MARK if params.demonstration else "")
    return made


def _round(run: Run, journal: Journal, known: Routes, pack: Pack) -> Round:
    people, claims = run.load("people"), run.load("claims")
    told = round_of(people, claims, journal.read(), known, pack, run.as_of)
    standing = open_where_waiting(told.standing, run.load("waiting"), told.view.credited.credits, pack)
    return replace(told, standing=standing)


def again(city: CityRound) -> CityRound:
    """The round as it stands after an entry."""
    return replace(city, now=_round(city.run, city.journal, city.routes, city.pack))


def _rehearse(run: Run, journal: Journal, known: Routes, pack: Pack) -> None:
    shutil.rmtree(journal.folder, ignore_errors=True)
    people, claims = run.load("people"), run.load("claims")
    rehearse(journal, claims, people, credit(claims, people, pack, run.as_of).credits, known, pack, run.as_of)


def require_demonstration(run: Run) -> None:
    """Raise RunError unless the stored tables came from a demonstration city, file by file.

    The register of units must lie in such a city's folder, and every file that was received must be one it made.
    """
    home = run.units.parent
    wanted = f"示范只用于 ce demo 生成的示范城市；{{}}。正式办理请把 demonstration 写为 false。"
    if not (home / _MARKER).is_file() or not (home / _TRUTH).is_file():
        raise RunError(wanted.format(f"{shown(run.units)} 不在示范城市的文件夹里"))
    made = set(pq.read_table(home / _TRUTH, columns=["file"])["file"].to_pylist())
    for county in run.counties:
        files = run.store.load(county, "submissions", ["file"])["file"].astype("str")
        if strange := [name for name in files if f"{county}/{name}" not in made]:
            raise RunError(wanted.format(f"{county} 收到的文件中有 {len(strange)} 个不是示范城市的"))


# ---- the batch ----------------------------------------------------------------------------------------------------


def batch_of(run: Run) -> Batch | None:
    """The batch that the parameters name, None where they name none. Raises ActError as ``Batch`` does."""
    params = run.params
    if not params.batch:
        return None
    on = date.fromisoformat(params.batch_on) if params.batch_on else run.as_of
    entered = date.fromisoformat(params.entered_on) if params.entered_on else None
    return Batch(params.batch, on, params.recognised_by, entered or (run.as_of if params.demonstration else None))


def recognise_batch(city: CityRound) -> Recognised | None:
    """Enter the batch that the parameters name, once; None where they name none. Raises what ``recognise`` does."""
    batch = batch_of(city.run)
    if batch is None:
        return None
    params = city.run.params
    only = frozenset(params.offices.split())
    return recognise(city.journal, city.routes, batch, city.now.claims, two_names=params.two_names, only=only)


def order_checks(city: CityRound) -> pd.DataFrame:
    """Whether each step was taken in order, and the journal is as it was written; one row a check."""
    acts = city.journal.read()
    proof = verify_journal(city.journal.folder, routes=city.routes)
    checks = in_order(acts, fold(acts), proof)
    return pd.DataFrame(checks, columns=["what", "of", "wrong"]).assign(agrees=[not each.wrong for each in checks])
