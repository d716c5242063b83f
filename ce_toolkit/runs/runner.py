"""Run a plan: every county's notebooks, then the city's, several at once, and only what changed."""

import json
import os
import shutil
import time
from collections.abc import Callable, Collection
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ce_toolkit.errors import RunError, ToolkitError
from ce_toolkit.runs.failure import GOOD, Failure
from ce_toolkit.runs.hashes import file_sha256, json_sha256
from ce_toolkit.runs.index import write_index
from ce_toolkit.runs.lanes import Lanes
from ce_toolkit.runs.lock import held_alone
from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.plan import CountyPlan, RunPlan, load_params
from ce_toolkit.runs.record import SCHEMA, Record, is_current, publish_failure, read_record, write_json
from ce_toolkit.runs.root import root, shown
from ce_toolkit.runs.tasks import (
    CITY_NOTEBOOK,
    city_task,
    county_task,
    inputs_of,
    require_pack_of_year,
    shared_facts,
    tables_of,
    weight,
)
from ce_toolkit.runs.worker import Prologue, PrologueTask, Task, UnitResult, run_prologue, run_unit

Listener = Callable[[UnitResult], None]


@dataclass(frozen=True)
class Options:
    """How to run. ``only`` are county codes (empty: all); ``jobs`` and ``warm`` change no result."""

    jobs: int | None = None
    only: Collection[str] = ()
    force: bool = False
    warm: bool = True
    timeout: int = 600

    def lanes(self, units: int) -> int:
        """How many processes run side by side: one more than cores, since a kernel that starts mostly waits."""
        return max(1, min(self.jobs or (os.cpu_count() or 1) + 1, units))


@dataclass(frozen=True)
class RunReport:
    """How a run ended, unit by unit: the counties in the order of their codes, the city last."""

    plan: RunPlan
    results: tuple[UnitResult, ...]
    seconds: float

    @property
    def failed(self) -> tuple[UnitResult, ...]:
        """The units that did not end well."""
        return tuple(one for one in self.results if one.status not in (*GOOD, "skipped"))

    @property
    def exit_code(self) -> int:
        """0 if nothing failed, else 1."""
        return 1 if self.failed else 0


def run_plan(
    folder: Path | RunPlan,
    options: Options | None = None,
    *,
    prologue: Prologue | None = None,
    listener: Listener | None = None,
) -> RunReport:
    """Run a folder of parameters and report on every unit; ``listener`` hears of each as it ends.

    ``prologue`` is called once before the counties, in a worker process, and returns the files of the store it wrote;
    they are part of every key. Raises ParamsError if the plan does not load, RunError if nothing can be run.
    """
    options = options or Options()
    plan = folder if isinstance(folder, RunPlan) else load_params(folder)
    require_known(plan, options.only)
    require_pack_of_year(plan)
    begun = time.monotonic()
    with held_alone(plan.home), Lanes(options.lanes(len(plan.counties)), warm=options.warm) as lanes:
        running = _Running(plan, options, lanes, listener or (lambda result: None))
        running.prepare(prologue)
        running.counties()
        running.city()
        units = [*(county.code for county in plan.counties), CITY]
        report = RunReport(plan, tuple(running.results[unit] for unit in units), time.monotonic() - begun)
        write_index(plan, report.results)
    return report


def require_known(plan: RunPlan, only: Collection[str]) -> None:
    """Raise RunError where a county is asked for that the plan does not have."""
    known = [county.code for county in plan.counties]
    unknown = sorted(set(only) - set(known))
    if unknown:
        raise RunError(f"--only {'、'.join(unknown)}：{shown(plan.folder)} 里没有这个县市区；有：{'、'.join(known)}。")


class _Running:
    """One call of ``run_plan``: what is known so far of every unit."""

    def __init__(self, plan: RunPlan, options: Options, lanes: Lanes, listener: Listener) -> None:
        self.plan = plan
        self.options = options
        self.lanes = lanes
        self.listener = listener
        self.facts = shared_facts(plan)
        self.results: dict[str, UnitResult] = {}

    def prepare(self, prologue: Prologue | None) -> None:
        """Run the step before all counties, unless its input and what it left are as they were."""
        self.facts["prologue"] = {}
        if prologue is None:
            return
        place = self.plan.home / "prologue.json"
        key = json_sha256([self.facts, inputs_of(self.plan.platforms), self.plan.city.model_dump()])
        outputs = None if self.options.force else _left_by_prologue(place, key, self.plan.store)
        if outputs is None:
            outputs = self._run_prologue(prologue)
            write_json(place, {"key": key, "outputs": outputs})
        self.facts["prologue"] = {name: marks["content"] for name, marks in outputs.items()}

    def _run_prologue(self, prologue: Prologue) -> dict[str, dict[str, str]]:
        ((_, outcome),) = self.lanes.run(run_prologue, [PrologueTask(prologue, self.plan, root())])
        if isinstance(outcome, BaseException):
            raise RunError(f"运行前的准备步骤没有完成：{_told(outcome)}") from outcome
        return outcome

    def counties(self) -> None:
        """Run the counties that are asked for and not up to date."""
        due = []
        for county in self.plan.counties:
            task = county_task(self.plan, county, self.facts, self.options.timeout)
            chosen = self._is_chosen(county)
            if _is_current(task) and not (self.options.force and chosen):
                self._tell(_unchanged(task))
            elif chosen:
                due.append(task)
            else:
                self._tell(_stale(task))
        due.sort(key=weight, reverse=True)  # the longest first, so that none is left running alone at the end
        self._run(due)

    def city(self) -> None:
        """Run the city's notebook over the counties that are done, naming those that are not."""
        done = {code: tables_of(one.record) for code, one in sorted(self.results.items()) if one.status in GOOD}
        missing = [code for code in sorted(self.results) if code not in done]
        unasked = sum(one.status == "skipped" for one in self.results.values())
        if unasked or not done:
            why = f"还有 {unasked} 个县市区没有更新，请不带 --only 再运行一次" if unasked else "没有可以汇总的县市区"
            failure = Failure(CITY_NOTEBOOK, None, "skipped", f"{why}。")
            self._tell(UnitResult(CITY, self.plan.city.county_name, "skipped", failure=failure))
            return
        task = city_task(self.plan, done, missing, self.facts, self.options.timeout)
        if _is_current(task) and not self.options.force:
            self._tell(_unchanged(task))
        else:
            self._run([task])

    def _is_chosen(self, county: CountyPlan) -> bool:
        return not self.options.only or county.code in self.options.only

    def _run(self, tasks: list[Task]) -> None:
        for task, outcome in self.lanes.run(run_unit, tasks):
            self._tell(outcome if isinstance(outcome, UnitResult) else lost(task, outcome))

    def _tell(self, result: UnitResult) -> None:
        self.results[result.unit] = result
        self.listener(result)


def _is_current(task: Task) -> bool:
    return is_current(read_record(task.target), task.key, task.target, task.tables)


def _unchanged(task: Task) -> UnitResult:
    return UnitResult(task.unit, task.name, "cached", record=read_record(task.target) or {})


def _stale(task: Task) -> UnitResult:
    """A unit that was not asked for and is not up to date: what it shows is of an earlier run, if there was one."""
    record = read_record(task.target) or {}
    message = "结果是以前运行的，输入、参数或程序此后有变化。" if record else "还没有运行过。"
    return UnitResult(
        task.unit,
        task.name,
        "skipped",
        failure=Failure(task.steps[0].notebook, None, "skipped", message),
        record=record,
    )


def _left_by_prologue(place: Path, key: str, store: Path) -> dict[str, dict[str, str]] | None:
    """What the step before left, if it need not be repeated."""
    try:
        before = json.loads(place.read_text(encoding="utf-8"))
        outputs: dict[str, dict[str, str]] = before["outputs"]
        same = before["key"] == key and all(
            file_sha256(store / name) == marks["sha256"] for name, marks in outputs.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return outputs if same else None


def lost(task: Task, error: BaseException) -> UnitResult:
    """A unit whose worker came back with an exception, or not at all; what it left unfinished is taken away."""
    match error:
        case BrokenProcessPool():
            code, message = "crashed", "运行它的进程中断，可能是内存不足；请用 --jobs 1 重新运行。"
        case KeyboardInterrupt():
            code, message = "interrupted", "运行被中断；再次运行会从这里接着做。"
        case _:
            code, message = "failed", _told(error)
    failure = Failure(task.steps[0].notebook, None, code, message)
    record: Record = {
        "schema": SCHEMA,
        "unit": task.unit,
        "name": task.name,
        "status": code,
        "error": failure.as_dict(),
        "key": task.key,
        **task.facts,
        "outputs": {},
        "stored": {},
    }
    _publish_lost(task.stage, task.target, record)
    return UnitResult(task.unit, task.name, code, failure=failure, record=record)


def _publish_lost(stage: Path, target: Path, record: Record) -> None:
    shutil.rmtree(stage, ignore_errors=True)
    try:
        stage.mkdir(parents=True)
        publish_failure(stage, target, record)
    except OSError as error:
        raise RunError(f"{shown(target)}：报告写不进去；请检查磁盘空间和访问权限。") from error


def _told(error: Any) -> str:
    """The error in a sentence: the toolkit's own as it is, others by kind only, since they may quote a row."""
    if isinstance(error, ToolkitError):
        return str(error)
    if isinstance(error, OSError):
        return f"文件读写出错（{error.strerror or type(error).__name__}）；请检查磁盘空间和访问权限。"
    return f"内部错误（{type(error).__name__}）；请重新运行，仍不行请联系维护人员。"
