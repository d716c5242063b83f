"""One slip in a name, one complaint: names that nothing defines are matched with definitions that nothing uses."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from ce_toolkit.rules.loading.places import Fault, Places
from ce_toolkit.rules.pack import Condition, Pack


@dataclass(frozen=True)
class _Names:
    """Names of one sort: where they are defined, and how often each is used."""

    table: str
    defined: Sequence[str]
    used: Counter[str]


def settle(faults: list[Fault], pack: Pack, places: Places, lost: Collection[str] = ()) -> list[Fault]:
    """The faults with one line per misspelt name, and with the nearest name that is defined.

    A name used several times but defined nowhere, beside a definition that nothing uses, is a slip in the definition;
    used once, it is a slip where it stands. ``lost`` are names in entries set aside: of these nothing is known.
    """
    for names in _sorts(pack):
        unknown = [name for name in names.used if name not in names.defined and name not in lost]
        idle = [name for name in names.defined if name not in names.used and name not in lost]
        for name in unknown:
            cutoff = 0.0 if len(unknown) == len(idle) == 1 and names.table == "clause" else 0.5
            meant = difflib.get_close_matches(name, idle, n=1, cutoff=cutoff)
            if meant and names.used[name] > 1:
                text = (
                    f"[{names.table}] {meant[0]} 没有规则引用，而有 {names.used[name]} 处写作 {name}，是否为 {name}？"
                )
                line = _defined_on(names.table, meant[0], pack, places)
                faults = [*_not_about(faults, {name, meant[0]}), Fault(line, text, meant[0], meant[0])]
            elif meant:
                faults = [_hinted(fault, name, meant[0]) for fault in _not_about(faults, set(meant))]
            elif near := difflib.get_close_matches(name, names.defined, n=1):
                faults = [_hinted(fault, name, near[0]) for fault in faults]
    return faults


def _sorts(pack: Pack) -> Iterator[_Names]:
    entries = [*pack.rules, *pack.requirements, *pack.carries, *pack.checks]
    named = [entry.classes for entry in (*pack.rules, *pack.requirements, *pack.checks)]
    named += [carry.excluded for carry in pack.carries]
    windows = pack.windows.values()
    cites = [*chain.from_iterable(entry.cites for entry in entries), *(window.cites for window in windows)]
    # a clause that says why it is inert lacks nothing
    inert = {clause.id: 1 for clause in pack.clauses if clause.inert}
    yield _Names("clause", [clause.id for clause in pack.clauses], Counter(cites) | Counter(inert))
    readings = Counter(chain.from_iterable(entry.readings for entry in entries))
    served = {reading.id: 1 for reading in pack.readings if reading.served}
    yield _Names("reading", [reading.id for reading in pack.readings], readings | Counter(served))
    yield _Names("buckets", pack.classes, Counter(chain.from_iterable(named)))
    gates = [rule for rule in pack.rules if isinstance(rule, Condition)]
    windows_used = [rule.window for rule in (*gates, *pack.checks) if rule.window]
    yield _Names("windows", list(pack.windows), Counter(windows_used))
    buckets = Counter(item.bucket for item in pack.requirements if item.bucket not in ("", "*"))
    yield _Names("requirement", list(pack.buckets), buckets)


def _not_about(faults: list[Fault], names: set[str]) -> list[Fault]:
    return [fault for fault in faults if fault.about not in names]


def _hinted(fault: Fault, name: str, near: str) -> Fault:
    return replace(fault, text=f"{fault.text.rstrip('。')}，是否为 {near}？") if fault.about == name else fault


def _defined_on(table: str, name: str, pack: Pack, places: Places) -> int:
    if table in ("clause", "reading"):
        ids = [entry.id for entry in (pack.clauses if table == "clause" else pack.readings)]
        return places.line(table, ids.index(name), "id")
    bucket = next((bucket for bucket, members in pack.buckets.items() if name in members), name)
    return places.line("windows", 0, name) if table == "windows" else places.line("buckets", 0, bucket)
