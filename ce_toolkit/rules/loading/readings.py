"""The other answer to a reading, switched on by data alone: a pack with a few rules dropped, changed or added."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ce_toolkit.errors import PackError
from ce_toolkit.rules.pack import Alternative, Pack, Reading

Data = dict[str, Any]
_LISTS = ("rule", "requirement", "carry", "check")


def alternatives(pack: Pack) -> Iterator[tuple[Reading, Alternative]]:
    """Every alternative that the pack can switch on, with its reading, in the pack's order."""
    return ((reading, alternative) for reading in pack.readings for alternative in reading.alternatives)


def with_reading(pack: Pack, reading_id: str, alternative_id: str) -> Pack:
    """The pack under another answer to one of its readings.

    The reading then names the alternative as chosen, and the pack has a fingerprint of its own: figures made with it
    can never pass for figures of the pack. Raises PackError where the pack has no such reading or alternative.
    """
    reading = _named(pack.readings, reading_id, f"规则包 {pack.id} 没有理解 {reading_id}")
    chosen = _named(reading.alternatives, alternative_id, f"理解 {reading_id} 没有可切换的选项 {alternative_id}")
    data = edited(pack.model_dump(by_alias=True), chosen)
    data["reading"] = [_answered(one, reading, chosen) for one in data["reading"]]
    data["sha256"] = hashlib.sha256(f"{pack.sha256} {reading_id} {alternative_id}".encode()).hexdigest()
    return Pack.model_validate(data)


def _named(entries: Any, name: str, fault: str) -> Any:
    for entry in entries:
        if entry.id == name:
            return entry
    raise PackError(f"{fault}；现有：{'、'.join(entry.id for entry in entries) or '无'}。")


def _answered(data: Data, reading: Reading, chosen: Alternative) -> Data:
    """The reading as data, with the alternative as its answer and nothing more to switch."""
    if data["id"] != reading.id:
        return data
    others = [reading.chosen, *(other for other in reading.others if other != chosen.says)]
    return {**data, "chosen": chosen.says, "others": others, "alternative": []}


def edited(data: Data, by: Alternative) -> Data:
    """The pack's data (as its TOML reads) with the edits of an alternative. Raises PackError on an unknown id."""
    _require_known(data, by)
    lists = {
        name: [new for entry in data.get(name, ()) for new in _entries(entry, by) if entry["id"] not in by.drop]
        for name in _LISTS
    }
    for entry in by.add:
        lists[entry.get("table", "rule")].append({key: value for key, value in entry.items() if key != "table"})
    tables = {"time": {**data["time"], **by.time}, "buckets": {**data["buckets"], **by.buckets}}
    windows = {name: {**window, **by.windows.get(name, {})} for name, window in data["windows"].items()}
    return {**data, **lists, **tables, "windows": windows}


def _entries(entry: Mapping[str, Any], by: Alternative) -> Iterator[Data]:
    """The copies of an entry, then the entry itself, changed."""
    for name, keys in by.copies.items():
        if keys.get("of") == entry["id"]:
            yield {**entry, **{key: value for key, value in keys.items() if key != "of"}, "id": name}
    yield {**entry, **by.change.get(str(entry["id"]), {})}


def _require_known(data: Data, by: Alternative) -> None:
    known = {entry["id"] for name in _LISTS for entry in data.get(name, ())}
    used = {*by.drop, *by.change, *(str(keys.get("of")) for keys in by.copies.values())}
    if unknown := sorted(used - known):
        raise PackError(f"选项 {by.id} 提到的 {'、'.join(unknown)} 不是规则、要求、结转或提示的 id。")
    if unknown := sorted(set(by.windows) - set(data["windows"])):
        raise PackError(f"选项 {by.id} 提到的 {'、'.join(unknown)} 不在 [windows] 中。")
    if unknown := sorted({str(entry["table"]) for entry in by.add if "table" in entry} - set(_LISTS)):
        raise PackError(f"选项 {by.id} 的 table 须为 {'、'.join(_LISTS)} 之一，实为 {'、'.join(unknown)}。")
