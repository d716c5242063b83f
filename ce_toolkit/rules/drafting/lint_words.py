"""Words of a pack that an office user could not read: unfilled placeholders, codes and ids without a name."""

import difflib
import string
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ce_toolkit.rules.drafting.lint_floor import Issue
from ce_toolkit.rules.loading.places import Places
from ce_toolkit.rules.pack import Carry, Check, Once, Pack, Requirement, RuleBase, Scope, Worth
from ce_toolkit.rules.reasons import NAMES, sentences

_PLACEHOLDERS = ("before", "after", "cut", "limit", "earlier", "missing", "have", "need", "short", "unit")


def issues(pack: Pack, places: Places) -> Iterator[Issue]:
    """Sentences that cannot be said, and reason codes, classes and buckets without a Chinese name."""
    yield from _sentences(pack, places)
    yield from _reasons(pack, places)
    yield from _labels(pack, places)


def _sentences(pack: Pack, places: Places) -> Iterator[Issue]:
    groups: dict[str, Sequence[Any]] = {
        "rule": pack.rules, "requirement": pack.requirements, "carry": pack.carries, "check": pack.checks,
    }  # fmt: skip
    for table, entries in groups.items():
        for number, entry in enumerate(entries):
            if fault := _unsayable(entry, pack):
                line = places.line(table, number, "says")
                yield line, entry.id, "error", f"[{table}] {entry.id} 的 says {fault}"


def _unsayable(entry: RuleBase | Requirement | Carry, pack: Pack) -> str:
    """Why the sentence cannot be said, or nothing. A sentence of the ledger is tried on the real function."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(entry.says) if name is not None]
        if isinstance(entry, RuleBase) and not isinstance(entry, Scope | Check):
            sentences(_row(entry.id), pack)
            return ""
    except ValueError:
        return "中的花括号不成对。"
    except (KeyError, IndexError, AttributeError) as error:
        name = str(error.args[0]) if isinstance(error, KeyError) else ""
        return f"中的占位 {{{name}}} 无处取值{_near(name, _PLACEHOLDERS)}"
    filled = {"have", "need", "short", "unit"} if isinstance(entry, Requirement) else set()
    filled = {"limit", "unit"} if isinstance(entry, Carry) else filled
    unfilled = next((name for name in names if name not in filled), None)
    return "" if unfilled is None else f"中的占位 {{{unfilled}}} 无处取值{_near(unfilled, filled)}"


def _row(rule: str) -> pd.DataFrame:
    """A ledger row of this rule, with figures of no meaning."""
    return pd.DataFrame({"rule": [rule], "before": [Decimal(2)], "delta": [Decimal(-1)], "after": [Decimal(1)]})


def _reasons(pack: Pack, places: Places) -> Iterator[Issue]:
    for table, entries in (("rule", pack.rules), ("check", pack.checks)):
        for number, entry in enumerate(entries):
            codes = {"reason": entry.reason, "otherwise": entry.otherwise if isinstance(entry, Once) else ""}
            for key, code in codes.items():
                if code and code not in NAMES:
                    text = f"[{table}] {entry.id} 的 {key} {code} 没有中文名{_near(code, NAMES)}"
                    yield places.line(table, number, key), entry.id, "warning", text


def _labels(pack: Pack, places: Places) -> Iterator[Issue]:
    known = [*pack.buckets, *pack.classes, "total"]
    missing = [name for name in known[:-1] if name not in pack.labels]
    known += _words_of(pack)
    meant: set[str] = set()
    for name in pack.labels:
        if name not in known:
            meant.update(difflib.get_close_matches(name, missing, n=1))
            text = f"[labels] 的 {name} 不在 [buckets] 中{_near(name, missing or known)}"
            yield places.line("labels", 0, name), name, "warning", text
    for name in missing:
        if name not in meant:
            text = f"[labels] 缺少 {name} 的中文名，报表中将显示 {name}。"
            yield places.line("labels"), name, "warning", text


def _words_of(pack: Pack) -> Iterator[str]:
    """Kinds, levels, roles and words of people that the pack names: they may have a Chinese name, and need none."""
    for entry in (*pack.rules, *pack.requirements, *pack.checks):
        yield from entry.kinds
    for row in (row for rule in pack.of(Worth) for row in rule.rows):
        yield from (*row.kinds, *row.levels, *row.roles)
    for each in pack.requirements:
        yield from each.when.values if each.when else ()


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"，是否为 {near[0]}？" if near else "。"
