"""Read a rule pack from TOML: every fault in one pass, each with file, line, id and the nearest key that is valid."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ce_toolkit.errors import PackError
from ce_toolkit.rules import checks
from ce_toolkit.rules.loading import asked, readings, verbs
from ce_toolkit.rules.loading.complaints import fault, spot, without_echoes
from ce_toolkit.rules.loading.files import Read, UnreadableError, pack_bytes, pack_path, read
from ce_toolkit.rules.loading.misnamed import settle
from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import Check, Pack, RuleBase, Worth


def load_pack(which: str | Path) -> Pack:
    """The pack of this id, or in this file (a path that ends in ``.toml``).

    Raises PackError that lists every fault of the file, one a line.
    """
    path = pack_path(which)
    return parse_pack(pack_bytes(path), path.name, path.parent)


@dataclass(frozen=True)
class Parsed:
    """What was read of a pack file: the pack (None where a fault keeps it from loading), its faults, its places."""

    pack: Pack | None
    faults: tuple[Fault, ...]
    places: Places


def parse_pack(content: bytes, name: str, folder: Path | None = None) -> Pack:
    """The pack that these bytes of TOML hold; ``name`` is the file named in messages. Raises PackError.

    ``folder``: where a pack that this one is a layer over lies, unless it is one of the shipped ones.
    """
    parsed = read_pack(content, folder)
    if parsed.pack is None:
        lines = [f"{name}:{fault.line}：{fault.text}" for fault in parsed.faults]
        raise PackError(f"规则包 {name} 有 {len(lines)} 处错误：\n" + "\n".join(lines))
    return parsed.pack


def read_pack(content: bytes, folder: Path | None = None) -> Parsed:
    """The pack in these bytes of TOML together with every fault found, in the order of the lines; raises nothing."""
    try:
        found = read(content, folder, ())
    except UnreadableError as error:
        return Parsed(None, (error.fault,), error.places)
    if beneath := tuple(_of_base(found)):
        return Parsed(None, beneath, found.places)  # what is wrong there would show here again
    faults, places = [*found.faults], found.places
    try:
        pack = _validated(found.data, found.sha256)
        faults += settle(list(_inconsistencies(pack, places)), pack, places)
        faults += [] if faults else _alternatives(pack, places)  # a fault of the pack would show in every alternative
    except ValidationError as error:
        issues = without_echoes(error.errors(include_url=False), found.data)
        faults += [fault(issue, found.data, places) for issue in issues]
        faults += _rest(issues, found, places)
    kept = tuple(sorted(set(faults)))
    return Parsed(None if kept else pack, kept, places)


def _of_base(found: Read) -> Iterator[Fault]:
    """That the pack beneath a layer is not sound itself."""
    if found.beneath is not None:
        base = read_pack(pack_bytes(found.beneath), found.beneath.parent)
        if base.pack is None:
            first = base.faults[0]
            line = found.places.line("pack", 0, "extends")
            said = f"有 {len(base.faults)} 处错误，请先改正；第 {first.line} 行：{first.text}"
            yield Fault(line, f"上层规则包 {found.beneath.name} {said}")


def _validated(data: dict[str, Any], sha256: str) -> Pack:
    # a file spells keys as the format does; the Python names of fields are no second spelling
    return Pack.model_validate({**data, "sha256": sha256}, by_alias=True, by_name=False)


def _rest(issues: Sequence[Any], read: Read, places: Places) -> list[Fault]:
    """Faults of the rest of the pack: the faulty entries set aside, and what only follows from that left out."""
    data = read.data
    aside: dict[str, set[int]] = {}
    for issue in issues:
        table, index, key, entry = spot(issue, data)
        if not isinstance(data.get(table), list) or not isinstance(entry, dict) or key == "id":
            return []  # what a whole table says is not known: anything said about the rest would be a guess
        aside.setdefault(table, set()).add(index)
    rest = dict(data)
    lost: set[str] = set()
    for table, indexes in aside.items():
        rest[table] = [entry for index, entry in enumerate(data[table]) if index not in indexes]
        lost.update(word for index in indexes for word in _words(data[table][index]))
    try:
        pack = _validated(rest, read.sha256)
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


def _inconsistencies(pack: Pack, places: Places) -> Iterator[Fault]:
    """Faults that only the whole pack shows: repeated ids, unknown classes, clauses, readings, tests and windows."""
    yield from _repeated(pack, places)
    yield from _citations(pack, places)
    yield from _unknown_classes(pack, places)
    yield from verbs.faults(pack, places)
    for index, check in enumerate(pack.checks):
        yield from _check_faults(check, pack, places, index)
    yield from _texts(pack, places)
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
    if check.test not in checks.CHECKS:
        near = difflib.get_close_matches(check.test, checks.CHECKS, n=1)
        remedy = f"，是否为 {near[0]}？" if near else "。"
        line = places.line("check", index, "test")
        yield Fault(line, f"[check] {check.id} 的 test {check.test} 不存在{remedy}", check.id)
    if check.test in checks.WINDOW_CHECKS and not check.window:
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


def _texts(pack: Pack, places: Places) -> Iterator[Fault]:
    """One notice itself, and clauses of texts that are listed."""
    if [document.role for document in pack.documents].count("primary") != 1:
        yield Fault(places.line("document"), '[document] 须恰有一份 role = "primary"（通知本身）。', about="primary")
    known = {document.number or document.title for document in pack.documents}
    for index, clause in enumerate(pack.clauses):
        if clause.document and clause.document not in known:
            text = f"[clause] {clause.id} 的 document {clause.document} 不是 [[document]] 的文号（或标题）。"
            yield Fault(places.line("clause", index, "document"), text, clause.id)


def _worths(pack: Pack, places: Places) -> Iterator[Fault]:
    """At most one worth rule for a claim of a class, a kind and a day; some for every class."""
    worths = [(index, rule) for index, rule in enumerate(pack.rules) if isinstance(rule, Worth)]
    for place, (index, rule) in enumerate(worths):
        for _, other in worths[:place]:
            shared = [name for name in pack.classes_of(rule) if name in pack.classes_of(other)]
            if shared and _may_meet(rule, other):
                text = f"[rule] {rule.id}：类别 {shared[0]} 的折算规则重复（另见 {other.id}）。"
                yield Fault(places.line("rule", index), text, rule.id)
    covered = {name for _, rule in worths for name in pack.classes_of(rule)}
    for name in dict.fromkeys(pack.classes):
        if name not in covered:
            text = f'[buckets] 类别 {name} 没有折算规则（verb = "worth"）。'
            yield Fault(places.line("buckets"), text, name, name)


def _may_meet(one: Worth, other: Worth) -> bool:
    """Whether a claim can be of kinds and a day that both rules look at."""
    kinds = not one.kinds or not other.kinds or set(one.kinds) & set(other.kinds)
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    last = min(one.valid_to or date.max, other.valid_to or date.max)
    return bool(kinds) and first <= last
