"""What two packs say differently: entries added, removed and changed by id, not lines of text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ce_toolkit.rules.drafting.words import TABLES, VERBS, key_word, value_words
from ce_toolkit.rules.pack import Pack, Part


@dataclass(frozen=True)
class KeyChange:
    """One key of an entry: its Chinese name, and its value in either pack as an office user reads it."""

    key: str
    word: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """An entry of one table that only one pack has, that says something else, or that stands in another order."""

    table: str
    id: str
    what: Literal["added", "removed", "changed", "moved"]
    verb: str = ""
    keys: tuple[KeyChange, ...] = ()


def diff(a: Pack, b: Pack) -> list[Change]:
    """What pack ``b`` says differently from pack ``a``, in the order of a pack's tables.

    ``moved`` entries are rules whose order of evaluation within their verb differs. Comments, layout and the order of
    anything else mean nothing.
    """
    found: list[Change] = []
    left, right = _tables(a), _tables(b)
    labels = {**a.labels, **b.labels}
    for table in TABLES:
        found += _entries(table, left[table], right[table], labels)
    return found + list(_order(a, b))


def diff_lines(changes: list[Change]) -> list[str]:
    """The changes as Chinese lines, one an entry and one a changed key."""
    lines = []
    for change in changes:
        verb = f"（{VERBS.get(change.verb, change.verb)}）" if change.verb else ""
        name = f"{TABLES[change.table]}{verb} {change.id}".rstrip()
        what = {"added": "增加", "removed": "删去", "changed": "改动", "moved": "次序改动"}[change.what]
        lines.append(f"{what}　{name}")
        lines += [f"　　{key.word}：{key.before} → {key.after}" for key in change.keys]
    return lines


def _tables(pack: Pack) -> dict[str, dict[str, dict[str, Any]]]:
    """Table → id → key → value; a table that occurs once has one entry without an id."""
    return {
        "pack": {"": _keys(pack.pack)},
        "time": {"": _keys(pack.time)},
        "windows": {name: _keys(window) for name, window in pack.windows.items()},
        "document": {document.number or document.title: _keys(document) for document in pack.documents},
        "clause": {entry.id: _keys(entry) for entry in pack.clauses},
        "buckets": {name: {"class": members} for name, members in pack.buckets.items()},
        "labels": {name: {"labels": label} for name, label in pack.labels.items()},
        "rule": {entry.id: _keys(entry) for entry in pack.rules},
        "requirement": {entry.id: _keys(entry) for entry in pack.requirements},
        "carry": {entry.id: _keys(entry) for entry in pack.carries},
        "check": {entry.id: _keys(entry) for entry in pack.checks},
        "reading": {entry.id: _keys(entry) for entry in pack.readings},
    }


def _keys(entry: Part) -> dict[str, Any]:
    return entry.model_dump(by_alias=True)


def _entries(
    table: str, left: Mapping[str, dict[str, Any]], right: Mapping[str, dict[str, Any]], labels: Mapping[str, str]
) -> Iterator[Change]:
    for name in dict.fromkeys([*left, *right]):
        before, after = left.get(name), right.get(name)
        verb = str((after or before or {}).get("verb", ""))
        if before is None or after is None:
            yield Change(table, name, "added" if before is None else "removed", verb)
        elif before != after:
            yield Change(table, name, "changed", verb, tuple(_changed(before, after, verb or table, labels)))


def _changed(
    before: dict[str, Any], after: dict[str, Any], place: str, labels: Mapping[str, str]
) -> Iterator[KeyChange]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old != new:
            word = "名称" if key == "labels" else key_word(key, place)
            yield KeyChange(key, word, value_words(old, key, labels), value_words(new, key, labels))


def _order(a: Pack, b: Pack) -> Iterator[Change]:
    """The first rule of each verb that stands elsewhere among the rules that both packs have."""
    verbs_a = {rule.id: rule.verb for rule in a.rules}
    verbs_b = {rule.id: rule.verb for rule in b.rules}
    shared = {name for name, verb in verbs_a.items() if verbs_b.get(name) == verb}
    for verb in dict.fromkeys(verbs_a.values()):
        old = [name for name in verbs_a if name in shared and verbs_a[name] == verb]
        new = [name for name in verbs_b if name in shared and verbs_b[name] == verb]
        if old != new:
            moved = next(later for earlier, later in zip(old, new, strict=True) if earlier != later)
            yield Change("rule", moved, "moved", verb)
