"""Re-run what was published, in a place of its own, and compare every table by value and every record."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ce_toolkit.errors import RunError
from ce_toolkit.runs.parameters import CITY
from ce_toolkit.runs.plan import RunPlan, load_params
from ce_toolkit.runs.record import Record, read_record
from ce_toolkit.runs.returned import carry_memory
from ce_toolkit.runs.root import root, shown
from ce_toolkit.runs.runner import Options, RunReport, run_plan
from ce_toolkit.runs.worker import Prologue, UnitResult

# What a re-run is compared on, besides tables and files; each with its name for the reader.
FACTS = {
    "inputs": "输入文件",
    "units": "用人单位名录",
    "pack": "规则包",
    "parameters": "参数",
    "prologue": "考试数据",
    "notebooks": "笔记本",
}
# With what it was run: told where it changed, and no fault as long as the results are the same.
TOOLS = {
    "toolkit": "工具版本",
    "lock": "依赖锁定文件",
    "python": "Python 版本",
    "packages": "依赖包版本",
}
COUNTS = {"rows_in": "读入行数", "rows_out": "写出行数", "findings": "问题数"}


class Difference(NamedTuple):
    """One thing that did not repeat; ``how`` names columns and counts, never values."""

    unit: str
    what: str
    how: str


@dataclass(frozen=True)
class Verification:
    """What a re-run found."""

    units: int
    tables: int
    files: int
    differences: tuple[Difference, ...]
    notes: tuple[Difference, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if everything repeats, else 1."""
        return 1 if self.differences else 0


def verify(target: Path, options: Options | None = None, *, prologue: Prologue | None = None) -> Verification:
    """Re-run a county's run folder, a year's reports or a folder of parameters, and compare with what is published.

    Raises RunError if there is no record to compare with, ParamsError if the parameters do not load.
    """
    target = target if target.is_absolute() else root() / target
    plan, units = _what(target)
    records = {unit: found for unit in units if (found := _good_record(plan, unit))}
    if not records:
        raise RunError(f"{shown(target)}：没有完成的运行记录可以比较；请先运行 ce run {shown(plan.folder)}。")
    only = () if CITY in units else units
    with TemporaryDirectory(prefix="ce-verify-") as place:
        again = replace(plan, store=Path(place) / "data", reports=Path(place) / "reports")
        carry_memory(plan, again)
        report = run_plan(again, replace(options or Options(), only=only, force=True), prologue=prologue)
        results = [one for one in report.results if one.unit in records]
        differences = [found for one in results for found in _compare(plan, report, records[one.unit], one)]
        notes = [found for one in results for found in _facts(one.unit, TOOLS, records[one.unit], one.record)]
    return Verification(
        units=len(results),
        tables=sum(len(record["stored"]) for record in records.values()),
        files=sum(len(record["outputs"]) for record in records.values()),
        differences=tuple(differences),
        notes=tuple(notes),
    )


def _what(target: Path) -> tuple[RunPlan, list[str]]:
    """The plan behind a folder and the units to compare."""
    record = read_record(target)
    if record is not None and record["unit"] != CITY:
        return load_params(Path(record["plan"])), [record["unit"]]
    if record is None:
        records = [found for folder in _folders(target) if (found := read_record(folder)) is not None]
        record = records[0] if records else None
    if record is None and not (target / "city.yaml").is_file():
        raise RunError(f"{shown(target)}：既不是参数文件夹，也没有运行记录；请检查路径。")
    plan = load_params(Path(record["plan"]) if record else target)
    units = [*(county.code for county in plan.counties), CITY]
    return plan, [unit for unit in units if read_record(plan.home / unit) is not None]


def _folders(target: Path) -> list[Path]:
    return sorted(folder for folder in target.iterdir() if folder.is_dir()) if target.is_dir() else []


def _good_record(plan: RunPlan, unit: str) -> Record | None:
    record = read_record(plan.home / unit)
    return record if record and record["status"] == "ok" else None


def _compare(plan: RunPlan, report: RunReport, before: Record, after: UnitResult) -> Iterator[Difference]:
    unit = after.unit
    if after.status != "ok":
        yield Difference(unit, "重新运行", after.failure.message if after.failure else "没有完成")
        return
    yield from _facts(unit, FACTS, before, after.record)
    yield from _parts(unit, before, after.record)
    yield from _tables(unit, plan, report.plan, before, after.record)
    yield from _files(unit, plan, before, after.record)


def _facts(unit: str, titles: dict[str, str], before: Record, after: Record) -> Iterator[Difference]:
    for key, title in titles.items():
        if after and before.get(key) != after.get(key):
            yield Difference(unit, title, _changed(before.get(key), after.get(key)))


def _changed(before: Any, after: Any) -> str:
    """Which keys changed, or just that something did."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted(key for key in {**before, **after} if before.get(key) != after.get(key))
        return f"不同：{'、'.join(names)}"
    if isinstance(before, list) and isinstance(after, list):
        return f"原有 {len(before)} 个，现有 {len(after)} 个，{sum(one not in before for one in after)} 个是新的或改过"
    return "不同"


def _parts(unit: str, before: Record, after: Record) -> Iterator[Difference]:
    then = {part["notebook"]: part for part in before["parts"]}
    for part in after["parts"]:
        old = then.get(part["notebook"], {})
        for key, title in COUNTS.items():
            if old.get(key) != part[key]:
                yield Difference(unit, f"{part['notebook']} {title}", _changed(old.get(key, {}), part[key]))


def _tables(unit: str, plan: RunPlan, again: RunPlan, before: Record, after: Record) -> Iterator[Difference]:
    for name in sorted({*before["stored"], *after["stored"]}):
        published, repeated = (one.store / str(one.year) / name for one in (plan, again))
        how = compare_tables(published, repeated)
        if how:
            yield Difference(unit, f"表 {Path(name).stem}", how)


def compare_tables(published: Path, repeated: Path) -> str:
    """How two stored tables differ, in columns and counts of rows; empty if they hold the same values."""
    import pyarrow.parquet as pq

    from ce_toolkit.runs.store import values_sha256

    if not published.is_file() or not repeated.is_file():
        return "只在" + ("重新运行后" if repeated.is_file() else "原结果中") + "有"
    one, two = (pq.read_table(path, partitioning=None) for path in (published, repeated))
    if values_sha256(one) == values_sha256(two):
        return ""
    if one.column_names != two.column_names:
        return f"列不同：{'、'.join(sorted(set(one.column_names) ^ set(two.column_names))) or '次序'}"
    if len(one) != len(two):
        return f"行数不同：原有 {len(one)} 行，现有 {len(two)} 行"
    counts = {name: _unequal(one.column(name), two.column(name)) for name in one.column_names}
    return "；".join(f"列 {name} 有 {count} 行不同" for name, count in counts.items() if count) or "列的类型不同"


def _unequal(one: Any, two: Any) -> int:
    return sum(a != b for a, b in zip(one.to_pylist(), two.to_pylist(), strict=True))


def _files(unit: str, plan: RunPlan, before: Record, after: Record) -> Iterator[Difference]:
    from ce_toolkit.runs.hashes import content_sha256

    for name in sorted({*before["outputs"], *after["outputs"]}):
        path = plan.home / unit / name
        wanted = after["outputs"].get(name)
        if not path.is_file() or wanted is None:
            yield Difference(unit, name, "重新运行后没有这个文件" if wanted is None else "原文件已不在")
        elif content_sha256(path) != wanted["content"]:
            yield Difference(unit, name, "内容不同")
