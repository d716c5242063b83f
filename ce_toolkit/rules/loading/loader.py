"""Read a rule pack from TOML: every fault in one pass, each with file, line, id and the nearest key that is valid."""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ce_toolkit.errors import PackError
from ce_toolkit.rules import conditions
from ce_toolkit.rules.loading import asked, readings
from ce_toolkit.rules.loading.misnamed import settle
from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import (
    Cap,
    Carry,
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
    RuleBase,
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
    "requirement": Requirement, "carry": Carry, "check": Check, "reading": Reading,
}  # fmt: skip
_AT_LINE = re.compile(r"at line (\d+)")
# how tomllib's complaints begin -> what is wrong
_SYNTAX = {
    "Cannot overwrite": "同一个键或表给出了两次",
    "Cannot declare": "同一个表给出了两次",
    "Expected newline": "值的写法不对，或一行写了两项",
    "Expected '='": "键后缺少等号",
    "Invalid value": "缺少值，或值的写法不对",
    "Invalid initial character": "键的写法不对",
    "Invalid date": "没有这一天",
    "Unterminated string": "引号不成对",
    "Illegal character": "引号不成对，或有不可见的字符",
    "Unclosed": "括号不成对",
}
# pydantic's kinds of complaint about a value -> what is wanted
_WANTED = {
    "int_parsing": "须为整数", "int_type": "须为整数", "int_from_float": "须为整数",
    "decimal_parsing": "须为数", "decimal_type": "须为数", "decimal_max_places": "最多两位小数",
    "decimal_max_digits": "数字太大", "decimal_whole_digits": "数字太大", "greater_than_equal": "不得为负",
    "less_than_equal": "数字太大",
    "string_type": "须为加引号的文字", "tuple_type": "须为方括号中的列表", "too_short": "至少写一项",
    "bool_parsing": "须为 true 或 false", "bool_type": "须为 true 或 false", "dict_type": "须为一组键和值",
    "date_type": "须为日期，如 2017-04-10", "date_parsing": "须为日期，如 2017-04-10",
    "date_from_datetime_parsing": "须为日期，如 2017-04-10", "date_from_datetime_inexact": "须为日期，不带时刻",
    "model_type": "须为一组键和值", "model_attributes_type": "须为一组键和值",
}  # fmt: skip


def shipped() -> list[str]:
    """Ids of the packs that come with the toolkit."""
    folder = resources.files("ce_toolkit.rules") / "packs"
    return sorted(Path(entry.name).stem for entry in folder.iterdir() if entry.name.endswith(".toml"))


def pack_path(which: str | Path) -> Path:
    """The file of the shipped pack of this id, or the path itself where it ends in ``.toml``. Raises PackError."""
    path = Path(which)
    if path.suffix == ".toml":
        return path
    if str(which) not in shipped():
        raise PackError(f"没有名为 {which} 的规则包；现有：{'、'.join(shipped())}。也可以给出 .toml 文件的路径。")
    return Path(str(resources.files("ce_toolkit.rules") / "packs" / f"{which}.toml"))


def pack_bytes(path: Path) -> bytes:
    """What the file holds. Raises PackError where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError:
        raise PackError(f"{path}：打不开规则包文件，请检查路径。") from None


def load_pack(which: str | Path) -> Pack:
    """The pack of this id, or in this file (a path that ends in ``.toml``).

    Raises PackError that lists every fault of the file, one a line.
    """
    path = pack_path(which)
    return parse_pack(pack_bytes(path), path.name)


@dataclass(frozen=True)
class Parsed:
    """What was read of a pack file: the pack (None where a fault keeps it from loading), its faults, its places."""

    pack: Pack | None
    faults: tuple[Fault, ...]
    places: Places


def parse_pack(content: bytes, name: str) -> Pack:
    """The pack that these bytes of TOML hold; ``name`` is the file named in messages. Raises PackError."""
    parsed = read_pack(content)
    if parsed.pack is None:
        lines = [f"{name}:{fault.line}：{fault.text}" for fault in parsed.faults]
        raise PackError(f"规则包 {name} 有 {len(lines)} 处错误：\n" + "\n".join(lines))
    return parsed.pack


def read_pack(content: bytes) -> Parsed:
    """The pack in these bytes of TOML together with every fault found, in the order of the lines; raises nothing."""
    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        return Parsed(None, (Fault(1, "规则包须为 UTF-8 文本。"),), Places(""))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        return Parsed(None, (Fault(int(found[1]) if found else 1, _no_toml(str(error))),), Places(text))
    places = Places(text)
    faults = [Fault(places.line("", 0, "sha256"), "不认识的键 sha256，请删去。")] if "sha256" in data else []
    try:
        pack = _validated(data, content)
        faults += settle(list(_inconsistencies(pack, places)), pack, places)
        faults += [] if faults else _alternatives(pack, places)  # a fault of the pack would show in every alternative
    except ValidationError as error:
        issues = _without_echoes(error.errors(include_url=False), data)
        faults += [_fault(issue, data, places) for issue in issues]
        faults += _beneath(issues, data, content, places)
    kept = tuple(sorted(set(faults)))
    return Parsed(None if kept else pack, kept, places)


def _no_toml(said: str) -> str:
    why = next((words for start, words in _SYNTAX.items() if said.startswith(start)), said)
    return f"不是有效的 TOML（{why}）。"


def _validated(data: dict[str, Any], content: bytes) -> Pack:
    # a file spells keys as the format does; the Python names of fields are no second spelling
    return Pack.model_validate({**data, "sha256": hashlib.sha256(content).hexdigest()}, by_alias=True, by_name=False)


def _without_echoes(issues: Sequence[Any], data: dict[str, Any]) -> list[Any]:
    """The complaints without "missing key" where a misspelt key beside it is what is missing."""
    misspelt: set[tuple[Any, ...]] = set()
    for issue in issues:
        if issue["type"] == "extra_forbidden":
            table, _, key, entry = _spot(issue, data)
            near = difflib.get_close_matches(key or table, _keys_of(table, entry), n=1)
            misspelt.update((*issue["loc"][:-1], name) for name in near)
    return [issue for issue in issues if issue["type"] != "missing" or tuple(issue["loc"]) not in misspelt]


def _beneath(issues: Sequence[Any], data: dict[str, Any], content: bytes, places: Places) -> list[Fault]:
    """Faults of the rest of the pack: the faulty entries set aside, and what only follows from that left out."""
    aside: dict[str, set[int]] = {}
    for issue in issues:
        table, index, key, entry = _spot(issue, data)
        if not isinstance(data.get(table), list) or not isinstance(entry, dict) or key == "id":
            return []  # what a whole table says is not known: anything said about the rest would be a guess
        aside.setdefault(table, set()).add(index)
    rest = dict(data)
    lost: set[str] = set()
    for table, indexes in aside.items():
        rest[table] = [entry for index, entry in enumerate(data[table]) if index not in indexes]
        lost.update(word for index in indexes for word in _words(data[table][index]))
    try:
        pack = _validated(rest, content)
    except ValidationError:
        return []
    kept = {table: [n for n in range(len(data[table])) if n not in indexes] for table, indexes in aside.items()}
    spots = places.renumbered(kept)
    found = [fault for fault in _inconsistencies(pack, spots) if fault.about not in lost]
    return settle(found, pack, spots, lost)


def _words(value: Any) -> Iterator[str]:
    """Every text in an entry, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _words(part)


def _spot(issue: Any, data: dict[str, Any]) -> tuple[str, int, str, Any]:
    """Where one of pydantic's complaints lies: table, number of the entry, key, and the entry itself."""
    trail = [part for number, part in enumerate(issue["loc"]) if number != 2 or part not in _VERBS]
    table = str(trail[0])
    index = trail[1] if len(trail) > 1 and isinstance(trail[1], int) else 0
    key = str(next((part for part in reversed(trail[1:]) if isinstance(part, str)), ""))
    entry = data.get(table)
    if isinstance(entry, list):
        entry = entry[index] if index < len(entry) else {}
    elif table == "windows" and len(trail) > 1:
        entry = {**data["windows"][trail[1]], "id": trail[1]} if key != trail[1] else {"id": trail[1]}
    return table, index, key, entry


def _fault(issue: Any, data: dict[str, Any], places: Places) -> Fault:
    """One of pydantic's complaints as a line and a Chinese sentence."""
    table, index, key, entry = _spot(issue, data)
    name = str(entry.get("id", "")) if isinstance(entry, dict) else ""
    where = f"[{table}]" + (f" {name}" if name else "")
    if issue["type"] == "union_tag_invalid":
        key = "verb"
    line = places.line(table, index, name if table == "windows" else key)
    return Fault(line, f"{where} {_complaint(issue, key, table, entry)}", name)


def _complaint(issue: Any, key: str, table: str, entry: Any) -> str:
    kind = issue["type"]
    if entry == {} and kind in {"missing", "union_tag_not_found"}:
        return "条目是空的，请填写或删去。"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key or table, _keys_of(table, entry), n=1)
        return f"不认识的键 {key or table}" + (f"，是否为 {near[0]}？" if near else "，请删去。")
    if kind == "missing":
        return f"缺少键 {key or table}。"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        near = difflib.get_close_matches(str(entry.get("verb", "")), _VERBS, n=1)
        return f"verb 须为 {'、'.join(_VERBS)} 之一" + (f"，是否为 {near[0]}？" if near else "。")
    if kind == "literal_error":
        return f"键 {key} 须为 {issue['ctx']['expected'].replace(' or ', '、').replace(', ', '、')} 之一。"
    least = issue["ctx"]["ge"] if kind == "greater_than_equal" else 0
    wanted = f"不得小于 {least}" if least else _WANTED.get(kind, issue["msg"])
    return f"键 {key or table} 的值不合要求：{wanted}。"


def _keys_of(table: str, entry: Any) -> list[str]:
    if table == "rule" and isinstance(entry, dict):
        model = _VERBS.get(str(entry.get("verb")))
    else:
        model = _TABLES.get(table, Pack)
    fields = model.model_fields if model else {}
    return [info.alias or name for name, info in fields.items()]


def _inconsistencies(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults that only the whole pack shows: repeated ids, unknown classes, clauses, readings, tests and windows."""
    yield from _repeated(pack, places)
    yield from _citations(pack, places)
    yield from _unknown_classes(pack, places)
    for index, rule in enumerate(pack.rules):
        if isinstance(rule, Condition):
            line = places.line("rule", index, "test" if rule.test else "field")
            yield from (Fault(line, f"[rule] {rule.id} {text}", rule.id) for text in conditions.faults(rule))
        if isinstance(rule, Worth) and (rule.fixed is None) == (not rule.source):
            line = places.line("rule", index, "fixed")
            yield Fault(line, f"[rule] {rule.id} 须在 from 与 fixed 中恰好给出一个。", rule.id)
    for index, check in enumerate(pack.checks):
        yield from _check_faults(check, pack, places, index)
    if [document.role for document in pack.documents].count("primary") != 1:
        yield Fault(places.line("document"), '[document] 须恰有一份 role = "primary"（通知本身）。', about="primary")
    yield from _worths(pack, places)
    yield from asked.faults(pack, places)


def _alternatives(pack: Pack, places: Places) -> Iterator[Fault]:
    """Alternatives of readings that do not lead to a sound pack."""
    for index, reading in enumerate(pack.readings):
        line = places.line("reading", index)
        for one in reading.alternatives:
            where = f"[reading] {reading.id} 的选项 {one.id}"
            if one.says not in reading.others:
                yield Fault(line, f"{where} 的 says 不在 others 之中。", reading.id)
            try:
                switched = readings.with_reading(pack, reading.id, one.id)
            except ValidationError as error:
                keys = ("、".join(str(part) for part in issue["loc"][-1:]) for issue in error.errors())
                yield Fault(line, f"{where} 的修改不合要求：{'、'.join(dict.fromkeys(keys))}。", reading.id)
            except PackError as error:
                yield Fault(line, f"{where}：{error}", reading.id)
            else:
                for fault in _inconsistencies(switched, places):
                    yield Fault(line, f"{where} 之下：{fault.text}", reading.id)


def _check_faults(check: Check, pack: Pack, places: Places, index: int) -> Iterator[Fault]:
    if check.test not in conditions.CHECKS:
        near = difflib.get_close_matches(check.test, conditions.CHECKS, n=1)
        remedy = f"，是否为 {near[0]}？" if near else "。"
        line = places.line("check", index, "test")
        yield Fault(line, f"[check] {check.id} 的 test {check.test} 不存在{remedy}", check.id)
    if check.test in conditions.WINDOW_CHECKS and not check.window:
        line = places.line("check", index, "test")
        yield Fault(line, f"[check] {check.id} 须给出 window（[windows] 中的一个时段）。", check.id)
    if check.window and check.window not in pack.windows:
        text = f"[check] {check.id} 的 window {check.window} 不在 [windows] 中。"
        yield Fault(places.line("check", index, "window"), text, check.id, check.window)


def _unknown_classes(pack: Pack, places: Places) -> Iterator[Fault]:
    groups: dict[str, Sequence[RuleBase]] = {"rule": pack.rules, "check": pack.checks}
    for table, entries in groups.items():
        for index, entry in enumerate(entries):
            for name in entry.classes:
                if name not in pack.classes:
                    text = f"[{table}] {entry.id} 的类别 {name} 不在 [buckets] 中。"
                    yield Fault(places.line(table, index, "class"), text, entry.id, name)
    for name in dict.fromkeys(name for name in pack.classes if pack.classes.count(name) > 1):
        yield Fault(places.line("buckets"), f"[buckets] 类别 {name} 列入了不止一次。", name)


def _repeated(pack: Pack, places: Places) -> Iterator[Fault]:
    groups: dict[str, Sequence[Any]] = {
        "rule": pack.rules, "requirement": pack.requirements, "carry": pack.carries, "check": pack.checks,
        "clause": pack.clauses, "reading": pack.readings,
    }  # fmt: skip
    for table, entries in groups.items():
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            if entry.id in seen:
                yield Fault(places.line(table, index, "id"), f"[{table}] {entry.id} 重复。", entry.id)
            seen.add(entry.id)


def _citations(pack: Pack, places: Places) -> Iterator[Fault]:
    known = {clause.id for clause in pack.clauses}
    readings = {reading.id for reading in pack.readings}
    cited: set[str] = {window.cites for window in pack.windows.values()}
    for name, window in pack.windows.items():
        if window.cites not in known:
            text = f"[windows] {name} 引用的条款 {window.cites} 不存在。"
            yield Fault(places.line("windows", 0, name), text, name, window.cites)
    groups: dict[str, Sequence[Any]] = {
        "rule": pack.rules, "requirement": pack.requirements, "carry": pack.carries, "check": pack.checks,
    }  # fmt: skip
    for table, entries in groups.items():
        for index, entry in enumerate(entries):
            cited.update(entry.cites)
            line = places.line(table, index, "cites")
            for cite in entry.cites:
                if cite not in known:
                    yield Fault(line, f"[{table}] {entry.id} 引用的条款 {cite} 不存在。", entry.id, cite)
            for reading in set(entry.readings) - readings:
                line = places.line(table, index, "reading")
                text = f"[{table}] {entry.id} 的 reading {reading} 不存在。"
                yield Fault(line, text, entry.id, reading)
    for index, clause in enumerate(pack.clauses):
        if clause.id not in cited and not clause.inert:
            text = f"[clause] {clause.id} 没有规则引用，也没有写明 inert 的理由。"
            yield Fault(places.line("clause", index), text, clause.id, clause.id)


def _worths(pack: Pack, places: Places) -> Iterator[Fault]:
    """Exactly one worth rule per class (and kind)."""
    covered: dict[str, set[str]] = {}
    for index, rule in enumerate(pack.rules):
        if isinstance(rule, Worth):
            for name in rule.classes:
                kinds = set(rule.kinds) or {"*"}
                if covered.setdefault(name, set()) & kinds:
                    yield Fault(places.line("rule", index), f"[rule] {rule.id}：类别 {name} 的折算规则重复。", rule.id)
                covered[name] |= kinds
    for name in dict.fromkeys(pack.classes):
        if name not in covered:
            text = f'[buckets] 类别 {name} 没有折算规则（verb = "worth"）。'
            yield Fault(places.line("buckets"), text, name, name)
