"""What the command line shows of a run: progress while it goes, a table at the end, and an exit code."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ce_toolkit.runs.failure import GOOD, STATUSES
from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.plan import RunPlan, load_params
from ce_toolkit.runs.record import FAILED
from ce_toolkit.runs.retention import retention_reminder
from ce_toolkit.runs.root import shown
from ce_toolkit.runs.runner import Listener, Options, RunReport, run_plan
from ce_toolkit.runs.verify import Verification, verify
from ce_toolkit.runs.worker import Prologue, UnitResult

INTERRUPTED = 130


def exams_first(plan: RunPlan) -> Sequence[Path]:
    """The step before all counties: the platforms' exports are read once. Imports what it needs only where it runs."""
    from ce_toolkit.runs.exams import store_exams

    return store_exams(plan)


def run_command(
    folder: Path,
    options: Options | None = None,
    *,
    prologue: Prologue | None = exams_first,
    console: Console | None = None,
) -> int:
    """Run a folder of parameters with progress and a table at the end.

    Returns 0 if all went well, 1 if a unit failed, 130 after Ctrl-C. Raises ParamsError or RunError if nothing could
    be run.
    """
    console = console or Console()
    plan = load_params(folder)
    try:
        with _progress(console, plan) as listener:
            report = run_plan(plan, options, prologue=prologue, listener=listener)
    except KeyboardInterrupt:
        console.print("已中断：做完的县市区都已保存，再次运行会接着做。", style="yellow")
        return INTERRUPTED
    _show_report(console, report)
    return report.exit_code


def round_command(folder: Path, options: Options, *, console: Console | None = None) -> int:
    """Run the round of review of a folder of parameters, with progress and a table at the end.

    Returns and raises what ``run_command`` does. A second call goes on where the first was broken off.
    """
    from ce_toolkit.runs.round_run import load_round, run_round

    console = console or Console()
    plan = load_round(folder)
    try:
        with _progress(console, plan) as listener:
            report = run_round(plan, options, listener)
    except KeyboardInterrupt:
        console.print("已中断：记入办理日志的都已保存，再次运行会接着做。", style="yellow")
        return INTERRUPTED
    _show_report(console, report)
    return report.exit_code


def verify_command(
    target: Path,
    options: Options | None = None,
    *,
    prologue: Prologue | None = exams_first,
    console: Console | None = None,
) -> int:
    """Re-run a run folder (or a folder of parameters) beside the published one and compare.

    Returns 0 if everything repeats, 1 if something differs, 130 after Ctrl-C. Raises RunError if there is nothing to
    compare with.
    """
    console = console or Console()
    try:
        with console.status("正在重新运行并逐表比较……"):
            outcome = verify(target, options, prologue=prologue)
    except KeyboardInterrupt:
        console.print("已中断，没有比较完。", style="yellow")
        return INTERRUPTED
    _show_verification(console, outcome)
    return outcome.exit_code


@contextmanager
def _progress(console: Console, plan: RunPlan) -> Iterator[Listener]:
    """A bar over the units on a terminal; elsewhere one plain line per unit."""
    total = len(plan.counties) + 1
    if not console.is_terminal:
        yield lambda result: console.print(_line(result), soft_wrap=True, highlight=False)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{plan.city.county_name} {plan.year} 年度", total=total)

        def listen(result: UnitResult) -> None:
            bar.advance(task)
            if result.status != "cached":
                bar.console.print(_line(result), highlight=False)

        yield listen


def _line(result: UnitResult) -> Text:
    seconds = f"  {result.seconds:.1f} 秒" if result.seconds else ""
    return Text.assemble(f"{result.name}（{result.unit}）", (STATUSES[result.status], _colour(result)), seconds)


def _colour(result: UnitResult) -> str:
    return {"ok": "green", "cached": "dim", "skipped": "yellow"}.get(result.status, "bold red")


def _show_report(console: Console, report: RunReport) -> None:
    table = Table("单位", "代码", "状态", "用时", "要做什么", header_style="bold")
    for result in report.results:
        seconds = f"{result.seconds:.1f} 秒" if result.seconds else ""
        table.add_row(
            result.name, result.unit, Text(STATUSES[result.status], _colour(result)), seconds, _advice(report, result)
        )
    console.print(table)
    counts = [sum(one.status == status for one in report.results) for status in GOOD]
    skipped = sum(one.status == "skipped" for one in report.results)
    words = f"完成 {counts[0]}，无变化 {counts[1]}，未运行 {skipped}，失败 {len(report.failed)}"
    index = shown(report.plan.home / "index.html")
    retention = getattr(report.plan.city, "retention_months", 0)
    console.print(retention_reminder(report.plan.year, retention), style="yellow" if not retention else "dim")
    console.print(f"{words}；共用 {report.seconds:.1f} 秒。报告：{index}", soft_wrap=True)


def _advice(report: RunReport, result: UnitResult) -> str:
    """What went wrong, how to mend it and where to look."""
    failure = result.failure
    if failure is None or result.status == "skipped":
        return failure.message if failure else ""
    page = report.plan.home / result.unit / FAILED / f"{failure.notebook}.html"
    where = f"\n详见 {shown(page)}" if page.is_file() else ""
    return f"{failure.notebook}：{failure.message}{where}"


def _show_verification(console: Console, outcome: Verification) -> None:
    rows = [*outcome.differences, *outcome.notes]
    if rows:
        table = Table("单位", "对象", "差异", header_style="bold")
        for one in rows:
            table.add_row(one.unit if one.unit != CITY else "全市", one.what, one.how)
        console.print(table)
    word = f"有 {len(outcome.differences)} 处不同" if outcome.differences else "全部一致"
    compared = f"比较了 {outcome.tables} 张表和 {outcome.files} 个文件"
    console.print(f"重新运行 {outcome.units} 个单位，{compared}：{word}。", soft_wrap=True)
