"""A pack that is a layer over another one: a city's notice over its province's.

An entry of the layer takes the place of the one beneath that bears its id; entries with new ids are added behind, those
in ``drop`` are left out. ``[pack]``, ``[time]``, ``[windows]`` and ``[labels]`` are laid over key by key, ``[buckets]``
as a whole. What takes another rule's place must cite a clause of the layer's own.
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
    drop = layer.get("drop", [])
    merged = {key: value for key, value in layer.items() if key != "drop"}
    for key in _KEYED:
        merged[key] = {**base.get(key, {}), **layer.get(key, {})}
    merged.setdefault("buckets", base.get("buckets", {}))
    merged["document"] = [*layer.get("document", []), *map(_as_parent, base.get("document", []))]
    kept = {"document": [*range(len(layer.get("document", []))), *[-1] * len(base.get("document", []))]}
    for key in _LISTS:
        merged[key], kept[key] = _by_id(layer.get(key, []), base.get(key, []), drop)
    _excuse(merged, layer)
    return Laid(merged, places.laid_over(kept), tuple(_faults(layer, base, places)))


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
    for name in layer.get("drop", []):
        if name not in known:
            text = f"drop 中的 {name} 不是上层规则包 {base['pack']['id']} 中的编号。"
            yield Fault(places.line("", 0, "drop"), text, name)
    for key in _RULES:
        beneath = {entry["id"] for entry in base.get(key, [])}
        for number, entry in enumerate(layer.get(key, [])):
            if entry.get("id") in beneath and not own & set(entry.get("cites", [])):
                text = f"[{key}] {entry['id']} 取代上层规则包的同名条目，须引用本规则包自己的条款。"
                yield Fault(places.line(key, number, "cites"), text, entry["id"])
