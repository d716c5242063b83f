"""What a wrong key or value of a pack is called in Chinese, with its line and the nearest key that is valid."""

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import (
    Alternative,
    Cap,
    Carry,
    Check,
    Clause,
    Document,
    Gate,
    Grade,
    Identity,
    Need,
    Once,
    Pack,
    Period,
    Reading,
    Requirement,
    Rung,
    Scope,
    Split,
    When,
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
# what an entry holds beside plain keys
_PARTS: dict[str, type[BaseModel]] = {"row": Grade, "ladder": Rung, "when": When, "alternative": Alternative}
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


def without_echoes(issues: Sequence[Any], data: dict[str, Any]) -> list[Any]:
    """The complaints without "missing key" where a misspelt key beside it is what is missing."""
    misspelt: set[tuple[Any, ...]] = set()
    for issue in issues:
        if issue["type"] == "extra_forbidden":
            table, _, key, entry = spot(issue, data)
            near = difflib.get_close_matches(key or table, _keys_of(table, entry), n=1)
            misspelt.update((*issue["loc"][:-1], name) for name in near)
    return [issue for issue in issues if issue["type"] != "missing" or tuple(issue["loc"]) not in misspelt]


def spot(issue: Any, data: dict[str, Any]) -> tuple[str, int, str, Any]:
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


def fault(issue: Any, data: dict[str, Any], places: Places) -> Fault:
    """One of pydantic's complaints as a line and a Chinese sentence."""
    table, index, key, entry = spot(issue, data)
    name = str(entry.get("id", "")) if isinstance(entry, dict) else ""
    where = f"[{table}]" + (f" {name}" if name else "")
    if issue["type"] == "union_tag_invalid":
        key = "verb"
    inner, number = _inside(issue)
    line = places.line(table, index, name if table == "windows" else inner or key)
    where += f" 的 {inner} " + (f"第 {number} 行" if number else "") if inner else ""
    return Fault(line, f"{where} {_complaint(issue, key, inner or table, entry)}", name)


def _inside(issue: Any) -> tuple[str, int]:
    """The list or table within an entry that a complaint is about, and the number of its line (0: no list)."""
    loc = issue["loc"]
    for place, part in enumerate(loc[2:-1], start=2):
        if part in _PARTS:
            return str(part), loc[place + 1] + 1 if isinstance(loc[place + 1], int) else 0
    return "", 0


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
    model: type[BaseModel] | None
    if table == "rule" and isinstance(entry, dict):
        model = _VERBS.get(str(entry.get("verb")))
    else:
        model = _TABLES.get(table) or _PARTS.get(table, Pack)
    fields = model.model_fields if model else {}
    return [info.alias or name for name, info in fields.items()]
