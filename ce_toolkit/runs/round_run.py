"""Run the notebook of a round of review for every county: always anew, since the journal decides what is done.

Its pages and records lie under ``round`` in the year's reports, with a front page of their own.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from ce_toolkit.runs.index import ROUND, write_index
from ce_toolkit.runs.lanes import Lanes
from ce_toolkit.runs.lock import held_alone
from ce_toolkit.runs.parameters import COUNTY_ROUND
from ce_toolkit.runs.plan import CountyPlan, RunPlan, load_params
from ce_toolkit.runs.runner import Listener, Options, RunReport, lost, require_known
from ce_toolkit.runs.tasks import inputs_of, require_pack_of_year, round_task, shared_facts, weight
from ce_toolkit.runs.worker import Task, UnitResult, run_unit


@dataclass(frozen=True)
class RoundPlan(RunPlan):
    """A plan whose reports are those of a round."""

    @property
    def home(self) -> Path:
        """The folder of the round's reports."""
        return super().home / ROUND


def load_round(folder: Path) -> RoundPlan:
    """The plan of a round from a folder of parameters. Raises ParamsError."""
    plan = load_params(folder)
    return RoundPlan(**{name: getattr(plan, name) for name in plan.__dataclass_fields__})


def run_round(plan: RoundPlan, options: Options, listener: Listener) -> RunReport:
    """Run every county that is asked for; one that fails leaves the others alone. Raises RunError, ParamsError."""
    require_known(plan, options.only)
    require_pack_of_year(plan)
    begun = time.monotonic()
    chosen = [county for county in plan.counties if not options.only or county.code in options.only]
    with held_alone(plan.home), Lanes(options.lanes(len(chosen)), warm=options.warm) as lanes:
        facts = shared_facts(plan)
        tasks = sorted((_task(plan, county, facts, options) for county in chosen), key=weight, reverse=True)
        results: dict[str, UnitResult] = {}
        for task, outcome in lanes.run(run_unit, tasks):
            result = outcome if isinstance(outcome, UnitResult) else lost(task, outcome)
            results[task.unit] = result
            listener(result)
        told = tuple(results[county.code] for county in chosen)
        write_index(
            plan, [*told[1:], *told[:1]], "审核轮次"
        )  # the front page begins with the last, which is else the city
    return RunReport(plan, told, time.monotonic() - begun)


def _task(plan: RoundPlan, county: CountyPlan, facts: dict[str, object], options: Options) -> Task:
    steps = tuple(zip(COUNTY_ROUND, (county.review,), strict=True))
    tables = inputs_of(plan.store / str(plan.year) / county.code / "claims.parquet")
    return round_task(plan, (county.code, county.name), steps, {**facts, "inputs": tables}, options.timeout)
