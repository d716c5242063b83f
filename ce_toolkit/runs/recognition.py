"""The city's recognition as its notebook goes through it: the year as it stands, a batch, proof, counts.

Each county's journal of acts lies in its own folder of the store (``runs.journals``), the city's file among them. A
demonstration goes on with what a demonstration of the review has entered there, or enters invented acts itself; it has
journals of its own, so that nothing invented ever stands among what was done.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq

from ce_toolkit.errors import RunError
from ce_toolkit.registers import read_units
from ce_toolkit.registers.units import CITY
from ce_toolkit.rules import credit, load_pack
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.view import Columns
from ce_toolkit.runs.journals import journal_of
from ce_toolkit.runs.root import shown
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.signing import office_keys
from ce_toolkit.runs.waiting import open_where_waiting
from ce_toolkit.workflow import Journal, Routes, fold, routes, verify_journal
from ce_toolkit.workflow import acts as kinds
from ce_toolkit.workflow.heads import require_same_key
from ce_toolkit.workflow.in_order import in_order
from ce_toolkit.workflow.journal import joined
from ce_toolkit.workflow.recognition import Batch, Recognised, readiness, recognise
from ce_toolkit.workflow.rehearsal import MARK, REVIEWER, rehearse
from ce_toolkit.workflow.whole_year import WholeYear, whole_year

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_MARKER, _TRUTH = "demo.json", Path("truth") / "files.parquet"


@dataclass(frozen=True)
class CityRound:
    """The stored tables of the year with the counties' journals: ``now`` is the year as of the run's day.

    ``marked``: 示范 where the acts are invented, else empty. ``key``: with which the city signs what it recognises.
    """

    run: Run
    pack: Pack
    routes: Routes
    journals: Mapping[str, Journal]
    now: WholeYear
    marked: str = ""
    key: "Ed25519PrivateKey | None" = field(default=None, repr=False)

    @property
    def acts(self) -> pd.DataFrame:
        """Every act of every journal."""
        return _acts(self.journals)


def city_round(run: Run, *, rehearsed: bool = True) -> CityRound:
    """The round of the run's counties as of its day; a demonstration enters its invented acts first (``rehearsed``).

    Raises RunError where a demonstration is asked for on data that are not a demonstration city's, JournalError where
    the city's key cannot be used.
    """
    params, pack = run.params, load_pack(run.pack)
    key = office_keys(params.key, CITY).get(CITY)
    known = routes(read_units(run.units, params.review_route))
    if params.demonstration:
        require_demonstration(run)
    journals = {county: journal_of(run.store, county, demonstration=params.demonstration) for county in run.counties}
    if params.demonstration and rehearsed:
        for county, journal in journals.items():
            _rehearse(run, county, journal, known, pack)
    now = _year(run, journals, known, pack)
    return CityRound(run, pack, known, journals, now, MARK if params.demonstration else "", key)


def _acts(journals: Mapping[str, Journal]) -> pd.DataFrame:
    return joined([acts for journal in journals.values() if len(acts := journal.read())])


def _year(run: Run, journals: Mapping[str, Journal], known: Routes, pack: Pack) -> WholeYear:
    people, claims = run.load("people"), run.load("claims")
    told = whole_year(people, claims, _acts(journals), known, pack, run.as_of)
    standing = open_where_waiting(told.standing, run.load("waiting"), told.view.credited.credits, pack)
    return replace(told, standing=standing)


def after_batch(city: CityRound) -> CityRound:
    """The round as it stands after an entry."""
    return replace(city, now=_year(city.run, city.journals, city.routes, city.pack))


def _rehearse(run: Run, county: str, journal: Journal, known: Routes, pack: Pack) -> None:
    """Invented acts of a county, unless a demonstration of its review has entered some."""
    if _is_reviewed(journal.read()):
        return
    shutil.rmtree(journal.folder, ignore_errors=True)
    people, claims = (run.store.load(county, name) for name in ("people", "claims"))
    rehearse(journal, claims, people, credit(claims, people, pack, run.as_of).credits, known, pack, run.as_of)


def _is_reviewed(acts: pd.DataFrame) -> bool:
    """Whether anybody but the rehearsal of the recognition reviewed anything."""
    rows = acts[Columns(acts).is_word("act", [kinds.REVIEWED])]
    return bool((rows["by"].astype("str") != REVIEWER).any())


def require_demonstration(run: Run) -> None:
    """Raise RunError unless the stored tables came from a demonstration city, file by file.

    The register of units must lie in such a city's folder, and every file that was received must be one it made.
    """
    home = run.units.parent
    wanted = "示范只用于 ce demo 生成的示范城市；{}。正式办理请把 demonstration 写为 false。"
    if not (home / _MARKER).is_file() or not (home / _TRUTH).is_file():
        raise RunError(wanted.format(f"{shown(run.units)} 不在示范城市的文件夹里"))
    made = set(pq.read_table(home / _TRUTH, columns=["file"])["file"].to_pylist())
    for county in run.counties:
        files = run.store.load(county, "submissions", ["file"])["file"].astype("str")
        if strange := [name for name in files if f"{county}/{name}" not in made]:
            raise RunError(wanted.format(f"{county} 收到的文件中有 {len(strange)} 个不是示范城市的"))


# ---- the batch ----------------------------------------------------------------------------------------------------


def batch_of(city: CityRound) -> Batch | None:
    """The batch that the parameters name, None where they name none. Raises ActError as ``Batch`` does."""
    params = city.run.params
    if not params.batch:
        return None
    on = date.fromisoformat(params.batch_on) if params.batch_on else _day(city)
    entered = date.fromisoformat(params.entered_on) if params.entered_on else None
    return Batch(params.batch, on, params.recognised_by, entered or (city.now.day if city.marked else None))


def _day(city: CityRound) -> date:
    """The day of a batch that names none: the run's; of a demonstration that of the last review."""
    acts = city.now.acts
    reviewed = acts.loc[Columns(acts).is_word("act", [kinds.REVIEWED]), "on"]
    return max(reviewed) if city.marked and len(reviewed) else city.now.day


def recognise_batch(city: CityRound) -> Recognised:
    """Enter the batch that the parameters name, once.

    Nothing is entered where they name none, or while units have no reviewer (``city.routes.unresolved``: N9, D8); what
    stands in the way of which claim is told all the same. Raises what ``recognise`` does besides.
    """
    batch, params = batch_of(city), city.run.params
    claims, credits_ = frozenset(city.now.claims["claim_id"]), city.now.view.credited.credits
    held = frozenset(credits_.loc[credits_["state"] == "held", "claim_id"])
    if batch is None or len(city.routes.unresolved):
        look = batch or Batch("现状", city.now.day, params.recognised_by or "（未填写）")
        rows = readiness(city.acts, city.routes, look, claims, two_names=params.two_names, held=held)
        return Recognised(look, {}, (), rows)
    only = frozenset(params.only.split())
    if city.key:
        for journal in city.journals.values():
            require_same_key(journal.folder, CITY, city.key)
    return recognise(
        city.journals, city.routes, batch, claims, two_names=params.two_names, only=only, held=held, key=city.key
    )


def order_checks(city: CityRound) -> pd.DataFrame:
    """Whether each step was taken in order, and the journals are as they were written; one row a check.

    Columns: what, of (looked at), wrong, agrees.
    """
    acts = city.acts
    proofs = [verify_journal(journal.folder, routes=city.routes) for journal in city.journals.values()]
    checks = in_order(acts, fold(acts), proofs)
    return pd.DataFrame(checks, columns=["what", "of", "wrong"]).assign(agrees=[not each.wrong for each in checks])
