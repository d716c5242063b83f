"""Run the notebook of the city's recognition: always anew, since the journals decide what is done.

Its page, workbooks and record lie under ``round/city`` in the year's reports.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ce_toolkit.runs.index import link_recognition
from ce_toolkit.runs.lanes import Lanes
from ce_toolkit.runs.lock import held_alone
from ce_toolkit.runs.parameters import CITY, Parameters, parameters_of
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.round_run import RoundPlan
from ce_toolkit.runs.runner import lost
from ce_toolkit.runs.store import Store
from ce_toolkit.runs.tasks import inputs_of, require_pack_of_year, round_task, shared_facts
from ce_toolkit.runs.worker import Task, UnitResult, run_unit

NOTEBOOK = "06_recognition"
SECONDS = 7200  # a large city's papers take a while


def recognition_parameters(plan: RunPlan, asked: Mapping[str, Any]) -> Parameters:
    """The parameters of the notebook: those of the plan, and ``asked`` (batch, day, who and so on) where given.

    Counties that were not run are ``missing``: nothing of theirs is recognised. Raises ParamsError.
    """
    city, shared = plan.city, plan.counties[0]
    store = Store(plan.store, plan.year)
    codes = [county.code for county in plan.counties]
    told = {name: getattr(city, name) for name in ("county_name", "year", "pack", "as_of", "units", "store", "reports")}
    values = {
        **told,
        "county": CITY,
        "counties": " ".join(codes),
        "missing": " ".join(code for code in codes if not store.exists(code, "claims")),
        "review_route": shared.intake.review_route,
        "calendar": shared.intake.calendar,
        "demonstration": shared.sampling.demonstration,
    }
    return parameters_of(NOTEBOOK, {**values, **{key: value for key, value in asked.items() if value is not None}})


def run_recognition(plan: RoundPlan, params: Parameters, *, warm: bool = True) -> UnitResult:
    """Run the notebook once. Raises ParamsError, RunError."""
    require_pack_of_year(plan)
    task = _task(plan, params)
    with held_alone(plan.home), Lanes(1, warm=warm) as lanes:
        ((_, outcome),) = lanes.run(run_unit, [task])
        link_recognition(plan.home)
    return outcome if isinstance(outcome, UnitResult) else lost(task, outcome)


def _task(plan: RoundPlan, params: Parameters) -> Task:
    codes = tuple(code for code in params.counties.split() if code not in params.missing.split())  # type: ignore[attr-defined]
    tables = [one for code in codes for one in inputs_of(plan.store / str(plan.year) / code / "claims.parquet")]
    facts = {**shared_facts(plan), "inputs": tables}
    task = round_task(plan, (CITY, params.county_name), ((NOTEBOOK, params),), facts, SECONDS)
    return replace(task, people=codes)
