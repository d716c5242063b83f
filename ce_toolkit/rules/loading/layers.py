"""A pack that is a layer over another one: a city's notice over its province's.

An entry of the layer takes the place of the one beneath that bears its id; entries with new ids are added behind, those
in ``drop`` are left out. ``[pack]``, ``[time]``, ``[windows]`` and ``[labels]`` are laid over key by key, ``[buckets]``
as a whole. What takes another rule's place must cite a clause of the layer's own.

Clauses beneath keep the name of the text they stand in, so that a rule that is not replaced is cited from there. Where
both notices have a clause of the same id, the one beneath is called by the number of its text and the id; an entry of
the layer means its own clause by the short id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ce_toolkit.rules.loading.places import Fault, Places

Data = dict[str, Any]
_KEYED = ("pack", "time", "windows", "labels")
_RULES = ("rule", "requirement", "carry", "check")
_LISTS = (*_RULES, "clause", "reading")


@dataclass(frozen=True)
class Laid:
    """The data of both packs as one, and where the layer's own entries stand among them."""

    data: Data
    places: Places
    faults: tuple[Fault, ...]


def lay_over(layer: Data, base: Data, places: Places) -> Laid:
    """The layer over the pack beneath; ``places`` are the layer's. Both are as TOML reads them."""
    misshapen = [key for key in (*_KEYED, *_LISTS, "document") if not _shaped(layer.get(key, _blank(key)), key)]
    if misshapen:  # what such a table says is not known; the load tells what is wrong with it
        return Laid({key: value for key, value in layer.items() if key != "drop"}, places, ())
    base = _attributed(base, {clause.get("id") for clause in layer.get("clause", [])})
    merged = {key: value for key, value in layer.items() if key != "drop"}
    for key in _KEYED:
        merged[key] = {**base.get(key, {}), **layer.get(key, {})}
    merged.setdefault("buckets", base.get("buckets", {}))
    merged["document"] = [*layer.get("document", []), *map(_as_parent, base.get("document", []))]
    kept = {"document": [*range(len(layer.get("document", []))), *[-1] * len(base.get("document", []))]}
    for key in _LISTS:
        merged[key], kept[key] = _by_id(layer.get(key, []), base.get(key, []), _dropped(layer))
    _excuse(merged, layer)
    return Laid(merged, places.laid_over(kept), tuple(_faults(layer, base, places)))


def is_sound(data: Data) -> bool:
    """Whether a pack beneath has the shape that laying over it asks for: tables as such, entries with ids."""
    shaped = all(_shaped(data.get(key, _blank(key)), key) for key in (*_KEYED, *_LISTS, "document"))
    return shaped and "id" in data["pack"] and all("id" in entry for key in _LISTS for entry in data.get(key, []))


def _blank(key: str) -> Any:
    return {} if key in _KEYED else []


def _shaped(value: Any, key: str) -> bool:
    if key in _KEYED:
        return isinstance(value, dict)
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _dropped(layer: Data) -> list[str]:
    drop = layer.get("drop", [])
    return [name for name in drop if isinstance(name, str)] if isinstance(drop, list) else []


def _attributed(base: Data, taken: set[Any]) -> Data:
    """The pack beneath with the text its clauses stand in; an id in ``taken`` is made longer, wherever it is cited."""
    documents = base.get("document", [])
    primary: Data = next((one for one in documents if one.get("role") == "primary"), {})
    text = primary.get("number") or primary.get("title", "")
    clauses = [{**clause, "document": clause.get("document") or text} for clause in base.get("clause", [])]
    longer = {one["id"]: f"{one['document']} {one['id']}" for one in clauses if one["id"] in taken}
    renamed = [{**clause, "id": longer.get(clause["id"], clause["id"])} for clause in clauses]
    return {**_recited(base, longer), "clause": renamed}


def _recited(value: Any, longer: Mapping[str, str], key: str = "") -> Any:
    """The same data with the cites in it renamed, however deep: rules, windows, edits of readings."""
    if isinstance(value, dict):
        return {name: _recited(part, longer, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_recited(part, longer, key) for part in value]
    return longer.get(value, value) if key == "cites" and isinstance(value, str) else value


def _as_parent(document: Mapping[str, Any]) -> Data:
    return {**document, "role": "parent"}


def _by_id(own: list[Data], beneath: list[Data], drop: list[str]) -> tuple[list[Data], list[int]]:
    """The entries as one list, and each one's number in the layer (-1 for those beneath)."""
    places = {entry.get("id"): number for number, entry in enumerate(own)}
    order = [places.get(entry["id"], -1) for entry in beneath]
    entries = [own[number] if number >= 0 else entry for number, entry in zip(order, beneath, strict=True)]
    rest = [number for number in range(len(own)) if number not in order]
    pairs = [*zip(entries, order, strict=True), *((own[number], number) for number in rest)]
    pairs = [(entry, number) for entry, number in pairs if number >= 0 or entry["id"] not in drop]
    return [entry for entry, _ in pairs], [number for _, number in pairs]


def _excuse(merged: Data, layer: Data) -> None:
    """A clause beneath on which nothing stands any more says so itself."""
    cited = {cite for key in _RULES for entry in merged[key] for cite in entry.get("cites", [])}
    cited |= {window.get("cites") for window in merged["windows"].values()}
    own = {clause.get("id") for clause in layer.get("clause", [])}
    why = f"由 {layer['pack'].get('id', '')} 另行规定。"
    merged["clause"] = [
        clause if clause.get("id") in cited | own or clause.get("inert") else {**clause, "inert": why}
        for clause in merged["clause"]
    ]


def _faults(layer: Data, base: Data, places: Places) -> Iterator[Fault]:
    own = {clause.get("id") for clause in layer.get("clause", [])}
    known = {entry["id"] for key in _LISTS for entry in base.get(key, [])}
    if not isinstance(layer.get("drop", []), list) or len(_dropped(layer)) < len(layer.get("drop", [])):
        yield Fault(places.line("", 0, "drop"), 'drop 须为方括号中的编号列表，如 ["moved"]。')
    for name in _dropped(layer):
        if name not in known:
            text = f"drop 中的 {name} 不是上层规则包 {base['pack']['id']} 中的编号。"
            yield Fault(places.line("", 0, "drop"), text, name)
    for key in _RULES:
        beneath = {entry["id"] for entry in base.get(key, [])}
        for number, entry in enumerate(layer.get(key, [])):
            if entry.get("id") in beneath and not own & set(entry.get("cites", [])):
                text = f"[{key}] {entry['id']} 取代上层规则包的同名条目，须引用本规则包自己的条款。"
                yield Fault(places.line(key, number, "cites"), text, entry["id"])
