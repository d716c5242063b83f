"""What is wrong, doubtful or left unused in a rule pack: every finding in one pass, with line, id and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from ce_toolkit.rules.drafting import bounds, lint_floor, lint_words, lint_worths
from ce_toolkit.rules.drafting.touched import touched
from ce_toolkit.rules.loading.files import pack_bytes
from ce_toolkit.rules.loading.loader import read_pack
from ce_toolkit.rules.loading.places import Places
from ce_toolkit.rules.pack import Pack, RuleBase
from ce_toolkit.rules.reasons import cap_words, plain, plain_share
from ce_toolkit.rules.requirements import figure

Severity = Literal["error", "warning", "info"]
SEVERITIES: Mapping[Severity, str] = {"error": "错误", "warning": "警告", "info": "提示"}


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend or to look at: the line in the pack's file, the entry's id, and a Chinese sentence."""

    line: int
    id: str
    severity: Severity
    text: str


def lint(pack: str | bytes | Path, examples: Sequence[Mapping[str, Any]] = ()) -> list[Finding]:
    """Findings on a pack, given as a file or as its text, in the order of the lines.

    ``examples`` are worked examples (``load_examples``): with them, rules that no example touches are told. A pack
    that does not load has errors only: what its rules amount to cannot be known. Raises PackError where the file
    cannot be opened.
    """
    content = pack_bytes(pack) if isinstance(pack, Path) else pack.encode() if isinstance(pack, str) else pack
    parsed = read_pack(content, pack.parent if isinstance(pack, Path) else None)
    if parsed.pack is None:
        return [Finding(fault.line, fault.id, "error", fault.text) for fault in parsed.faults]
    found = [
        *_never_binding(parsed.pack, parsed.places),
        *_out_of_reach(parsed.pack, parsed.places),
        *_beyond(parsed.pack, parsed.places),
        *_unused(parsed.pack, parsed.places),
        *_untouched(parsed.pack, parsed.places, examples),
    ]
    for issues in (lint_floor.issues, lint_worths.issues, lint_words.issues):
        found += [Finding(*issue) for issue in issues(parsed.pack, parsed.places)]
    return sorted({replace(finding, text=parsed.pack.in_unit(finding.text)) for finding in found})


def _never_binding(pack: Pack, places: Places) -> Iterator[Finding]:
    for number, cap, why in bounds.idle_caps(pack):
        text = f"[rule] {cap.id} 的上限（{cap_words(cap)}）永远不会起作用：{why}。"
        yield Finding(places.line("rule", number, "limit"), cap.id, "warning", text)


def _out_of_reach(pack: Pack, places: Places) -> Iterator[Finding]:
    for number, reach in bounds.out_of_reach(pack):
        requirement = pack.requirements[number]
        text = (
            f"[requirement] {requirement.id} 要求 {plain_share(figure(requirement) or Fraction(0))} 学时，"
            f"而按各项上限最多只能得到 {plain(reach)} 学时，无人能达到。"
        )
        yield Finding(places.line("requirement", number, "at_least"), requirement.id, "error", text)


def _beyond(pack: Pack, places: Places) -> Iterator[Finding]:
    """Carry-overs whose limit nobody reaches, and ladders that do not rise."""
    for number, carry, spare in bounds.idle_carries(pack):
        text = (
            f"[carry] {carry.id} 的上限 {plain(carry.limit)} 学时永远不会起作用：超过要求的最多只有{plain(spare)}学时。"
        )
        yield Finding(places.line("carry", number, "limit"), carry.id, "warning", text)
    for number, requirement in enumerate(pack.requirements):
        for lower, higher in pairwise(requirement.ladder):
            if higher.at_least <= lower.at_least:
                text = (
                    f"[requirement] {requirement.id} 的 ladder 没有逐级增加："
                    f"满 {lower.months} 个月 {plain(lower.at_least)}，"
                    f"满 {higher.months} 个月 {plain(higher.at_least)}。"
                )
                yield Finding(places.line("requirement", number, "ladder"), requirement.id, "warning", text)


def _unused(pack: Pack, places: Places) -> Iterator[Finding]:
    """Readings that nothing serves, and clauses that are called inert although a rule stands on them."""
    rules = [*pack.rules, *pack.requirements, *pack.carries, *pack.checks]
    taken = {reading for rule in rules for reading in rule.readings}
    for number, reading in enumerate(pack.readings):
        if reading.id not in taken and not reading.served:
            remedy = f'规则中写 reading = "{reading.id}"，或用 served 写明在何处设定'
            text = f"[reading] {reading.id} 没有规则采用（{remedy}）。"
            yield Finding(places.line("reading", number), reading.id, "info", text)
    cited = {cite for rule in rules for cite in rule.cites} | {window.cites for window in pack.windows.values()}
    for number, clause in enumerate(pack.clauses):
        if clause.inert and clause.id in cited:
            text = f"[clause] {clause.id} 已有规则引用，却写了 inert，请删去其一。"
            yield Finding(places.line("clause", number, "inert"), clause.id, "warning", text)


def _untouched(pack: Pack, places: Places, examples: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    if not examples:
        return
    known = touched(examples, pack)
    groups: dict[str, Sequence[RuleBase | Any]] = {
        "rule": pack.rules,
        "requirement": pack.requirements,
        "carry": pack.carries,
        "check": pack.checks,
    }
    for table, entries in groups.items():
        for number, entry in enumerate(entries):
            if entry.id not in known:
                text = f"[{table}] {entry.id} 没有一个算例触及，请补一个算例。"
                yield Finding(places.line(table, number), entry.id, "warning", text)
