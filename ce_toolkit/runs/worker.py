"""One county's run (or the city's) in a process of its own: notebooks in order, proof, pages, leak scan, record."""

import logging
import multiprocessing
import os
import platform
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ce_toolkit.errors import RunError
from ce_toolkit.runs.failure import (
    Failure,
    failure_of,
    is_complete,
    last_started,
    stopped,
    strip_tracebacks,
)
from ce_toolkit.runs.hashes import content_sha256, file_sha256, notebook_text, toolkit_sha256, versions
from ce_toolkit.runs.leaks import SCANNED, Forbidden, forbidden_of, is_clean, scan_file
from ce_toolkit.runs.plan import RunPlan
from ce_toolkit.runs.record import SCHEMA, Record, parts, publish, publish_failure
from ce_toolkit.runs.session import FOLDER_VARIABLE, STORE_VARIABLE

PERSONAL = ("people", "exams")
Prologue = Callable[[RunPlan], Sequence[Path]]


@dataclass(frozen=True)
class Step:
    """A notebook to run, its parameters and the fingerprint of its source."""

    notebook: str
    path: Path
    parameters: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class Task:
    """All that a worker needs to run one unit: a county, or the city.

    ``people`` are the counties whose people must not be named in its pages; ``facts`` go into the record as they are.
    """

    unit: str
    name: str
    steps: tuple[Step, ...]
    root: Path
    store: Path
    year: int
    target: Path
    key: str
    people: tuple[str, ...]
    timeout: int
    facts: Record

    @property
    def tables(self) -> Path:
        """The folder of this year's tables, one folder per unit below it."""
        return self.store / str(self.year)

    @property
    def stage(self) -> Path:
        """Where the run's files lie until it has ended: what is published appears whole or not at all."""
        return self.target.with_name(f".{self.target.name}.unfinished")


@dataclass(frozen=True)
class UnitResult:
    """How a unit's run ended."""

    unit: str
    name: str
    status: str
    seconds: float = 0.0
    failure: Failure | None = None
    record: Record = field(default_factory=dict, repr=False)


def prepare(warm: bool) -> None:
    """Set a worker process up. The fork server comes first: before any thread, and before this worker falls silent."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    if warm and _is_loaded_as_it_lies():
        from ce_toolkit.runs.kernels import start_fork_server

        start_fork_server()
    os.environ["TQDM_DISABLE"] = "1"
    warnings.simplefilter("ignore")  # one bar in the parent is all that is shown; what counts ends up in the record
    logging.disable(logging.CRITICAL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _is_loaded_as_it_lies() -> bool:
    """Whether what was preloaded is still the toolkit on disk; a long-lived parent may have seen it change."""
    preload = sys.modules.get("ce_toolkit.runs.preload")
    return preload is not None and toolkit_sha256() == preload.TOOLKIT


def _leave_with_parent() -> None:
    """A worker whose parent was killed would wait for its next task for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def run_unit(task: Task) -> UnitResult:
    """Run a unit's notebooks and publish what they made; a failure is a value, and published as such."""
    begun, clock = time.monotonic(), datetime.now().astimezone().isoformat(timespec="seconds")
    stage = task.stage
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        _point_notebooks_at(task, stage)
        failure, seconds = _run_steps(task, stage)
        failure = _hide_leaks(task, stage, failure)
        record = _record(task, stage, failure) | {"started": clock, "seconds": seconds}
        (publish_failure if failure else publish)(stage, task.target, record)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return UnitResult(task.unit, task.name, record["status"], time.monotonic() - begun, failure, record)


def _run_steps(task: Task, stage: Path) -> tuple[Failure | None, dict[str, float]]:
    """Run the notebooks in order up to the first that fails; also returns the seconds that each took."""
    seconds: dict[str, float] = {}
    for step in task.steps:
        begun = time.monotonic()
        failure = _run_step(step, task, stage)
        seconds[step.notebook] = round(time.monotonic() - begun, 2)
        if failure:
            return failure, seconds
    return None, seconds


def _point_notebooks_at(task: Task, stage: Path) -> None:
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ.update(
        {
            "CE_ROOT": str(task.root),
            FOLDER_VARIABLE: str(stage),
            STORE_VARIABLE: str(task.store),
            "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
            "SOURCE_DATE_EPOCH": "0",
        }
    )


def _run_step(step: Step, task: Task, stage: Path) -> Failure | None:
    """Run a notebook and leave it, tidied, in the stage with its page. Its status comes from the exception alone."""
    import nbformat

    from ce_toolkit.publish.page import heading, notebook_page

    output = stage / f"{step.notebook}.ipynb"
    failure, notebook = _execute(step, task)
    if notebook is None:
        return failure
    if failure is None and not (is_complete(notebook) and (stage / f"{step.notebook}.record.json").is_file()):
        failure = stopped(step.notebook, last_started(notebook))
    if failure:
        strip_tracebacks(notebook)
    _drop_clocks(notebook)
    nbformat.write(notebook, output)
    page = notebook_page(notebook, f"{task.name} · {heading(notebook)}")
    output.with_suffix(".html").write_text(page, encoding="utf-8")
    return failure


def _execute(step: Step, task: Task, *, again: bool = True) -> tuple[Failure | None, Any]:
    import papermill

    from ce_toolkit.runs.engine import NAME, KeepingEngine
    from ce_toolkit.runs.kernels import KernelManager

    KeepingEngine.last = None
    try:
        notebook = papermill.execute_notebook(
            str(step.path),
            None,
            parameters=step.parameters,
            engine_name=NAME,
            progress_bar=False,
            cwd=str(task.root),
            kernel_name="python3",
            language="python",
            execution_timeout=task.timeout,
            shutdown_kernel="immediate",  # a graceful one hangs now and then for seconds
            extra_arguments=["--log-level=40"],
            kernel_manager_class=KernelManager,
        )
    except Exception as error:  # whatever it was, it is this unit's failure and no other's
        notebook = KeepingEngine.last
        cell = last_started(notebook) if notebook else None
        if again and cell is None and type(error) is RuntimeError:  # the kernel did not start: ports taken, load
            return _execute(step, task, again=False)
        return failure_of(error, step.notebook, cell), notebook
    return None, notebook


def _drop_clocks(notebook: Any) -> None:
    """Take out what differs from run to run (times, absolute paths, states of widgets) and papermill's own signs."""
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    for number, cell in enumerate(notebook.cells):
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"parameters-{number}"  # papermill gives it a new one each time
    for metadata in (notebook.metadata, *(cell.metadata for cell in notebook.cells)):
        for name in ("papermill", "execution", "widgets"):
            metadata.pop(name, None)


def _hide_leaks(task: Task, stage: Path, failure: Failure | None) -> Failure | None:
    """Remove every page that shows someone's number or full name; such a page fails the run."""
    forbidden = _forbidden(task)
    leaky = [
        file
        for file in sorted(stage.rglob("*"))
        if file.is_file() and file.suffix in SCANNED and forbidden.strings and scan_file(file, forbidden)
    ]
    for file in leaky:
        file.unlink()
    if failure and not is_clean(failure.message, forbidden):
        failure = Failure(failure.notebook, failure.cell, failure.code, "出错信息含个人数据，已略去。")
    if leaky and failure is None:
        names = "、".join(file.name for file in leaky)
        message = f"{names} 中出现证书编号或姓名全称，已删去；请检查笔记本是否漏了遮盖。"
        failure = Failure(leaky[0].name.partition(".")[0], None, "leak", message)
    return failure


def _forbidden(task: Task) -> Forbidden:
    own = (task.tables / unit / f"{name}.parquet" for unit in task.people for name in PERSONAL)
    shared = (task.store / name for name in task.facts.get("prologue", {}) if Path(name).stem in PERSONAL)
    tables = (*own, *shared)
    printed = "\n".join(notebook_text(step.path) for step in task.steps)
    return forbidden_of((path for path in tables if path.is_file()), printed)


def _record(task: Task, stage: Path, failure: Failure | None) -> Record:
    done = parts(stage, [step.notebook for step in task.steps])
    tables = sorted({f"{task.unit}/{name}.parquet" for part in done for name in part["tables"]})
    outputs = {
        file.name: {"sha256": file_sha256(file), "content": content_sha256(file)}
        for file in sorted(stage.iterdir())
        if file.is_file()
    }
    return {
        "schema": SCHEMA,
        "unit": task.unit,
        "name": task.name,
        "status": failure.code if failure else "ok",
        "error": failure.as_dict() if failure else None,
        "key": task.key,
        **task.facts,
        "python": platform.python_version(),
        "packages": versions(),
        "notebooks": {step.notebook: step.sha256 for step in task.steps},
        "parts": done,
        "outputs": {} if failure else outputs,
        "stored": {name: file_sha256(task.tables / name) for name in tables},
    }


@dataclass(frozen=True)
class PrologueTask:
    """The step before all counties, for a worker."""

    prologue: Prologue
    plan: RunPlan
    root: Path


def run_prologue(task: PrologueTask) -> dict[str, dict[str, str]]:
    """Run the step before all counties; returns the fingerprints of the files it wrote, by their name in the store."""
    os.environ["CE_ROOT"] = str(task.root)
    store = task.plan.store
    written = task.prologue(task.plan)
    if any(store not in path.parents for path in written):
        raise RunError("运行前的准备步骤把文件写到了数据存放处以外。")
    return {
        path.relative_to(store).as_posix(): {"sha256": file_sha256(path), "content": content_sha256(path)}
        for path in written
    }
