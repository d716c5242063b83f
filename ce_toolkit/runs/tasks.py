"""What a unit's run depends on, as facts with fingerprints; their key tells whether it must run again."""

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ce_toolkit.errors import ParamsError, RunError
from ce_toolkit.masking import mask_place
from ce_toolkit.registers.decisions import FILE_NAME as DECISIONS
from ce_toolkit.rules import load_pack
from ce_toolkit.runs.hashes import (
    file_sha256,
    files_under,
    json_sha256,
    notebook_sha256,
    toolkit_sha256,
    versions,
)
from ce_toolkit.runs.parameters import CITY, Parameters
from ce_toolkit.runs.plan import CountyPlan, RunPlan
from ce_toolkit.runs.record import Record
from ce_toolkit.runs.root import pack_place, root, shown
from ce_toolkit.runs.worker import Step, Task

CITY_NOTEBOOK = "03_annual_statistics"


def shared_facts(plan: RunPlan) -> Record:
    """What every unit's figures depend on besides its own input."""
    lock = root() / "requirements.lock"
    return {
        "plan": shown(plan.folder),
        "toolkit": {"version": _version(), "sha256": toolkit_sha256()},
        "lock": file_sha256(lock) if lock.is_file() else None,
        "units": inputs_of(plan.units),
    }


def _version() -> str:
    try:
        return metadata.version("ce-toolkit")
    except metadata.PackageNotFoundError:  # used from a checkout
        return "-"


def inputs_of(path: Path) -> list[dict[str, Any]]:
    """Name (masked), size and fingerprint of a file, or of every file in a folder; nothing if it is not there."""
    try:
        return [
            {"path": mask_place(shown(file)), "bytes": file.stat().st_size, "sha256": file_sha256(file)}
            for file in files_under(path)
        ]
    except OSError as error:
        raise RunError(f"{shown(path)}：输入文件读不出来；请检查访问权限。") from error


def county_task(plan: RunPlan, county: CountyPlan, facts: Record, timeout: int) -> Task:
    """The task of a county: its three notebooks over its own inbox."""
    days_off = root() / county.intake.calendar if county.intake.calendar else None
    own = {
        **facts,
        "inputs": inputs_of(root() / county.intake.inbox),
        "calendar": inputs_of(days_off) if days_off else [],
        "decisions": inputs_of(plan.store / DECISIONS),
    }
    return _task(plan, (county.code, county.name), county.steps, own, (county.code,), timeout)


def city_task(plan: RunPlan, tables: dict[str, Record], missing: list[str], facts: Record, timeout: int) -> Task:
    """The task of the city: its notebook over the tables of the counties that are done (code → fingerprints)."""
    params = plan.city.model_copy(update={"missing": " ".join(missing)})
    own = {**facts, "inputs": [], "counties": tables}
    return _task(plan, (CITY, params.county_name), ((CITY_NOTEBOOK, params),), own, tuple(tables), timeout)


def round_task(
    plan: RunPlan, unit: tuple[str, str], steps: tuple[tuple[str, Parameters], ...], own: Record, timeout: int
) -> Task:
    """The task of a county in a round of review, over its stored tables and its journal."""
    return _task(plan, unit, steps, own, (unit[0],), timeout)


def tables_of(record: Record) -> Record:
    """Fingerprints of the values of every table that a run stored."""
    return {name: marks["sha256"] for part in record.get("parts", []) for name, marks in part["tables"].items()}


def _task(  # noqa: PLR0913, PLR0917 - each is one thing the two kinds of task differ in
    plan: RunPlan,
    unit: tuple[str, str],
    notebooks: tuple[tuple[str, Parameters], ...],
    own: Record,
    people: tuple[str, ...],
    timeout: int,
) -> Task:
    steps = tuple(_step(notebook, params) for notebook, params in notebooks)
    facts = {
        **own,
        "pack": pack_of(notebooks[0][1].pack),
        "parameters": {step.notebook: step.parameters for step in steps},
    }
    return Task(
        unit=unit[0],
        name=unit[1],
        steps=steps,
        root=root(),
        store=plan.store,
        year=plan.year,
        target=plan.home / unit[0],
        key=json_sha256([facts, {step.notebook: step.sha256 for step in steps}, versions()]),
        people=people,
        timeout=timeout,
        facts=facts,
    )


def _step(notebook: str, params: Parameters) -> Step:
    path = root() / "notebooks" / f"{notebook}.ipynb"
    try:
        sha256 = notebook_sha256(path)
    except OSError as error:
        raise RunError(f"{shown(path)}：没有这个笔记本，或读不出来；请检查项目是否完整。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{shown(path)}：不是完好的笔记本文件；请从版本库恢复。") from error
    return Step(notebook, path, params.model_dump(mode="json"), sha256)


def require_pack_of_year(plan: RunPlan) -> None:
    """Raise ParamsError where a pack is of another year than the run, PackError where one does not load."""
    names = {plan.city.pack, *(params.pack for county in plan.counties for _, params in county.steps)}
    for name in sorted(names):
        pack = load_pack(pack_place(name))
        if pack.time.year != plan.year:
            raise ParamsError(
                f"{shown(plan.folder)}：year 为 {plan.year}，而规则包 {name} 是 {pack.time.year} 年度的；"
                f"请改正 year，或换用该年度的规则包。"
            )


@cache
def pack_of(name: str) -> Record:
    """Name and fingerprint of a rule pack. Raises PackError where it does not load: nothing is worth starting then."""
    return {"id": name, "sha256": load_pack(pack_place(name)).sha256}


def weight(task: Task) -> int:
    """How much a task has to read, in bytes: a fair guess at how long it takes."""
    return sum(one["bytes"] for one in task.facts["inputs"])
