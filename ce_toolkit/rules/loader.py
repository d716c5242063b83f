"""Read a rule pack from TOML: every fault in one pass, each with file, line, id and the nearest key that is valid."""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ce_toolkit.errors import PackError
from ce_toolkit.rules import conditions, readings
from ce_toolkit.rules.pack import (
    Cap,
    Check,
    Clause,
    Condition,
    Document,
    Gate,
    Identity,
    Need,
    Once,
    Pack,
    Period,
    Reading,
    Requirement,
    Scope,
    Split,
    Window,
    Worth,
)

_VERBS: dict[str, type[BaseModel]] = {
    "scope": Scope, "worth": Worth, "gate": Gate, "need": Need, "once": Once, "split": Split, "cap": Cap,
}  # fmt: skip
_TABLES: dict[str, type[BaseModel]] = {
    "pack": Identity, "time": Period, "windows": Window, "document": Document, "clause": Clause,
    "requirement": Requirement, "check": Check, "reading": Reading,
}  # fmt: skip
_HEAD = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


def shipped() -> list[str]:
    """Ids of the packs that come with the toolkit."""
    folder = resources.files("ce_toolkit.rules") / "packs"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_pack(which: str | Path) -> Pack:
    """The pack of this id, or in this file (a path that ends in ``.toml``).

    Raises PackError that lists every fault of the file, one a line.
    """
    path = Path(which)
    if path.suffix != ".toml":
        if str(which) not in shipped():
            raise PackError(f"没有名为 {which} 的规则包；现有：{'、'.join(shipped())}。也可以给出 .toml 文件的路径。")
        path = Path(str(resources.files("ce_toolkit.rules") / "packs" / f"{which}.toml"))
    try:
        content = path.read_bytes()
    except OSError:
        raise PackError(f"{path}：打不开规则包文件，请检查路径。") from None
    return parse_pack(content, path.name)


def parse_pack(content: bytes, name: str) -> Pack:
    """The pack that these bytes of TOML hold; ``name`` is the file named in messages. Raises PackError."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise PackError(f"{name}：规则包须为 UTF-8 文本。") from None
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{name}：不是有效的 TOML（{error}）。") from None
    places = _Places(text)
    try:
        pack = Pack.model_validate({**data, "sha256": hashlib.sha256(content).hexdigest()})
    except ValidationError as error:
        faults = [_fault(issue, data, places) for issue in error.errors(include_url=False)]
        raise PackError(_listing(name, faults)) from None
    if faults := list(_inconsistencies(pack, places)):
        raise PackError(_listing(name, faults))
    return pack


def _listing(name: str, faults: Sequence[tuple[int, str]]) -> str:
    lines = [f"{name}:{line}：{text}" for line, text in sorted(set(faults))]
    return f"规则包 {name} 有 {len(lines)} 处错误：\n" + "\n".join(lines)


class _Places:
    """Line numbers of a TOML text: of the n-th ``[[table]]`` and of the keys inside it."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, index = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if head := _HEAD.match(line):
                table = head.group(1)
                index = counts.get(table, -1) + 1
                counts[table] = index
                self._lines[table, index, ""] = number
            elif key := _KEY.match(line):
                self._lines.setdefault((table, index, key.group(1)), number)

    def line(self, table: str, index: int = 0, key: str = "") -> int:
        """The line of the key, else of its table, else 1."""
        return self._lines.get((table, index, key)) or self._lines.get((table, index, "")) or 1


def _fault(issue: Any, data: dict[str, Any], places: _Places) -> tuple[int, str]:
    """One of pydantic's complaints as (line, Chinese sentence)."""
    trail = [part for part in issue["loc"] if part not in _VERBS]
    table = str(trail[0])
    index = trail[1] if len(trail) > 1 and isinstance(trail[1], int) else 0
    key = str(next((part for part in reversed(trail[1:]) if isinstance(part, str)), ""))
    entry = data.get(table)
    if isinstance(entry, list):
        entry = entry[index] if index < len(entry) else {}
    where = f"[{table}]" + (f" {entry.get('id', '')}" if isinstance(entry, dict) and entry.get("id") else "")
    return places.line(table, index, key), f"{where} {_complaint(issue, key, table, entry)}"


def _complaint(issue: Any, key: str, table: str, entry: Any) -> str:
    kind = issue["type"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key or table, _keys_of(table, entry), n=1)
        return f"不认识的键 {key or table}" + (f"，是否为 {near[0]}？" if near else "，请删去。")
    if kind == "missing":
        return f"缺少键 {key or table}。"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        near = difflib.get_close_matches(str(entry.get("verb", "")), _VERBS, n=1)
        return f"verb 须为 {'、'.join(_VERBS)} 之一" + (f"，是否为 {near[0]}？" if near else "。")
    wanted = {"literal_error": f"须为 {issue.get('ctx', {}).get('expected')}"}.get(
        kind, f"的值不合要求（{issue['msg']}）"
    )
    return f"键 {key} {wanted}。"


def _keys_of(table: str, entry: Any) -> list[str]:
    if table == "rule" and isinstance(entry, dict):
        model = _VERBS.get(str(entry.get("verb")))
    else:
        model = _TABLES.get(table, Pack)
    fields = model.model_fields if model else {}
    return [info.alias or name for name, info in fields.items()]


def _inconsistencies(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    """Faults that only the whole pack shows: repeated ids, unknown classes, clauses, readings, tests and windows."""
    yield from _repeated(pack, places)
    yield from _citations(pack, places)
    for index, rule in enumerate(pack.rules):
        line = places.line("rule", index)
        yield from (
            (line, f"[rule] {rule.id} 的类别 {name} 不在 [buckets] 中。")
            for name in rule.classes
            if name not in pack.classes
        )
        if isinstance(rule, Condition):
            yield from ((line, f"[rule] {rule.id} {text}") for text in conditions.faults(rule))
        if isinstance(rule, Worth) and (rule.fixed is None) == (not rule.source):
            yield line, f"[rule] {rule.id} 须在 from 与 fixed 中恰好给出一个。"
    for index, check in enumerate(pack.checks):
        line = places.line("check", index)
        if check.test not in conditions.CHECKS:
            near = difflib.get_close_matches(check.test, conditions.CHECKS, n=1)
            yield line, f"[check] {check.id} 的 test {check.test} 不存在" + (f"，是否为 {near[0]}？" if near else "。")
        if check.window and check.window not in pack.windows:
            yield line, f"[check] {check.id} 的 window {check.window} 不在 [windows] 中。"
    yield from _worths(pack, places)
    yield from _minima(pack, places)
    yield from _alternatives(pack, places)


def _alternatives(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    """Alternatives of readings that do not lead to a sound pack."""
    for index, reading in enumerate(pack.readings):
        line = places.line("reading", index)
        for one in reading.alternatives:
            where = f"[reading] {reading.id} 的选项 {one.id}"
            if one.says not in reading.others:
                yield line, f"{where} 的 says 不在 others 之中。"
            try:
                switched = readings.with_reading(pack, reading.id, one.id)
            except ValidationError as error:
                keys = ("、".join(str(part) for part in issue["loc"][-1:]) for issue in error.errors())
                yield line, f"{where} 的修改不合要求：{'、'.join(dict.fromkeys(keys))}。"
            except PackError as error:
                yield line, f"{where}：{error}"
            else:
                others = switched.model_copy(update={"readings": _bare(switched.readings)})
                yield from ((line, f"{where} 之下：{text}") for _, text in _inconsistencies(others, places))


def _bare(given: Sequence[Reading]) -> tuple[Reading, ...]:
    return tuple(reading.model_copy(update={"alternatives": ()}) for reading in given)


def _repeated(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    groups: dict[str, Sequence[Any]] = {
        "rule": pack.rules, "requirement": pack.requirements, "check": pack.checks,
        "clause": pack.clauses, "reading": pack.readings,
    }  # fmt: skip
    for table, entries in groups.items():
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            if entry.id in seen:
                yield places.line(table, index), f"[{table}] {entry.id} 重复。"
            seen.add(entry.id)


def _citations(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    known = {clause.id for clause in pack.clauses}
    readings = {reading.id for reading in pack.readings}
    cited: set[str] = {window.cites for window in pack.windows.values()}
    groups: dict[str, Sequence[Any]] = {"rule": pack.rules, "requirement": pack.requirements, "check": pack.checks}
    for table, entries in groups.items():
        for index, entry in enumerate(entries):
            cited.update(entry.cites)
            line = places.line(table, index, "cites")
            yield from (
                (line, f"[{table}] {entry.id} 引用的条款 {cite} 不存在。") for cite in entry.cites if cite not in known
            )
            if entry.reading and entry.reading not in readings:
                yield places.line(table, index, "reading"), f"[{table}] {entry.id} 的 reading {entry.reading} 不存在。"
    for index, clause in enumerate(pack.clauses):
        if clause.id not in cited and not clause.inert:
            yield places.line("clause", index), f"[clause] {clause.id} 没有规则引用，也没有写明 inert 的理由。"


def _worths(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    """Exactly one worth rule per class (and kind)."""
    covered: dict[str, set[str]] = {}
    for index, rule in enumerate(pack.rules):
        if isinstance(rule, Worth):
            for name in rule.classes:
                kinds = set(rule.kinds) or {"*"}
                if covered.setdefault(name, set()) & kinds:
                    yield places.line("rule", index), f"[rule] {rule.id}：类别 {name} 的折算规则重复。"
                covered[name] |= kinds
    for name in dict.fromkeys(pack.classes):
        if pack.classes.count(name) > 1:
            yield places.line("buckets"), f"[buckets] 类别 {name} 出现在两处，学时会计两次。"
        if name not in covered:
            yield places.line("buckets"), f'[buckets] 类别 {name} 没有折算规则（verb = "worth"）。'


def _minima(pack: Pack, places: _Places) -> Iterator[tuple[int, str]]:
    minima = {requirement.bucket: requirement.at_least for requirement in pack.requirements}
    for index, requirement in enumerate(pack.requirements):
        if requirement.bucket not in {*pack.buckets, "*"}:
            yield (
                places.line("requirement", index),
                f"[requirement] {requirement.id} 的 bucket {requirement.bucket} 不在 [buckets] 中。",
            )
    parts = sum((value for bucket, value in minima.items() if bucket != "*"), Decimal(0))
    if "*" in minima and parts > minima["*"]:
        yield places.line("requirement"), f"[requirement] 各项最低学时之和 {parts} 大于总计 {minima['*']}。"
