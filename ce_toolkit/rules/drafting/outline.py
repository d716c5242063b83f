"""A pack as a reader of the notice wants it: each clause with the rules, minima, flags and windows that stand on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ce_toolkit.rules.drafting.words import TABLES, VERBS, key_word, value_words
from ce_toolkit.rules.pack import Cap, Carry, Clause, Pack, Reading, Requirement, RuleBase
from ce_toolkit.rules.reasons import cap_words, plain, reason_name

# what is told beside a sentence; conditions are in the sentence's own words
_TOLD = (
    "class", "kind", "scope", "limit", "from", "times", "fixed", "row", "per_half_day", "per_day", "minutes_per_hour",
    "step", "window", "counted_in", "valid_from", "valid_to", "bucket", "at_least", "share", "of", "when", "years",
    "term", "ladder", "since", "prorate", "waive", "slack", "over", "max_age", "except",
)  # fmt: skip

_INNER = str.maketrans("《》", "〈〉")  # a title inside a title


@dataclass(frozen=True)
class Item:
    """One thing that stands on a clause.

    ``word`` says what it is (规则's verb, 要求, 提示, 时段); ``facts`` are (name, value) pairs in Chinese; ``sentence``
    has × where a person's own figure will stand.
    """

    word: str
    id: str
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Section:
    """A clause and what stands on it."""

    clause: Clause
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Outline:
    """A whole pack to be read: facts of the pack, its documents, and its clauses in the notice's order."""

    title: str
    facts: tuple[tuple[str, str], ...]
    documents: tuple[str, ...]
    sections: tuple[Section, ...]
    readings: tuple[Reading, ...]


def outline(pack: Pack) -> Outline:
    """The pack clause by clause; something that cites several clauses stands beside each of them."""
    items = list(_items(pack))
    sections = tuple(
        Section(clause, tuple(item for cites, item in items if clause.id in cites))
        for clause in sorted(pack.clauses, key=lambda clause: bool(clause.document))  # the notice's own first
    )
    documents = tuple(
        f"{value_words(document.role, 'role')}：{document.issuer}《{document.title.translate(_INNER)}》"
        + (f"（{document.number}）" if document.number else "")
        for document in pack.documents
    )
    return Outline(pack.pack.title, tuple(_identity(pack)), documents, sections, pack.readings)


def _identity(pack: Pack) -> Iterator[tuple[str, str]]:
    told = {"id": pack.id, "region_name": pack.pack.region_name, "status": pack.pack.status,
            "revision": str(pack.pack.revision), "subject": pack.pack.subject, "textbook": pack.pack.textbook,
            "waiver": pack.pack.waiver}  # fmt: skip
    yield from ((key_word(key), value_words(value, key)) for key, value in told.items() if value)
    yield "认定年度", f"{value_words(pack.time.first)}至{value_words(pack.time.last)}"
    for name, members in pack.buckets.items():
        yield pack.label(name), value_words(members, "class", pack.labels)


def _items(pack: Pack) -> Iterator[tuple[tuple[str, ...], Item]]:
    for name, window in pack.windows.items():
        span = f"{value_words(window.first)}至{value_words(window.last)}（含首尾两日）。"
        yield (window.cites,), Item(TABLES["windows"], name, span)
    readings = {reading.id: reading for reading in pack.readings}
    for rule in pack.rules:
        yield rule.cites, _item(rule, VERBS.get(rule.verb, rule.verb), pack, readings)
    for requirement in pack.requirements:
        yield requirement.cites, _item(requirement, TABLES["requirement"], pack, readings)
    for carry in pack.carries:
        yield carry.cites, _item(carry, TABLES["carry"], pack, readings)
    for check in pack.checks:
        yield check.cites, _item(check, TABLES["check"], pack, readings)


def _item(entry: RuleBase | Requirement | Carry, word: str, pack: Pack, readings: dict[str, Reading]) -> Item:
    dumped = entry.model_dump(by_alias=True, exclude_defaults=True)
    tables = {Requirement: "requirement", Carry: "carry"}
    place = str(dumped.get("verb", "")) or tables.get(type(entry), "")
    told = [key for key in _TOLD if key in dumped]
    facts = tuple((pack.in_unit(key_word(key, place)), _value(dumped[key], key, pack)) for key in told)
    reason = pack.in_unit(reason_name(entry.reason)) if isinstance(entry, RuleBase) else ""
    return Item(word, entry.id, _sentence(entry, pack), facts, reason, tuple(readings[one] for one in entry.readings))


def _value(value: Any, key: str, pack: Pack) -> str:
    """A value in words; what it says of hours itself, it says in the pack's own unit."""
    words = value_words(value, key, pack.labels)
    return pack.in_unit(words) if key in ("from", "row", "ladder") else words


class _Blanks(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "×"


def _sentence(entry: RuleBase | Requirement | Carry, pack: Pack) -> str:
    """The entry's sentence with the pack's own figures, and × for those of a person."""
    known = _Blanks(unit=pack.pack.unit)
    if isinstance(entry, Cap) and entry.limit is not None:
        known["limit"] = cap_words(entry)
    if isinstance(entry, Carry):
        known["limit"] = plain(entry.limit)
    if isinstance(entry, Requirement) and entry.at_least is not None and not entry.ladder and not entry.term:
        known["need"] = plain(entry.at_least)
    try:
        return entry.says.format_map(known)
    except (ValueError, IndexError, AttributeError):
        return entry.says  # the lint says what is wrong with it
