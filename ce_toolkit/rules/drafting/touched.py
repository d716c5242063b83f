"""Which rules the worked examples of a pack touch: a rule that no example moves may say anything unnoticed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ce_toolkit.rules.checks import OUTCOME_CHECKS
from ce_toolkit.rules.engine import Credited
from ce_toolkit.rules.examples import credited_cases
from ce_toolkit.rules.pack import Check, Pack, RuleBase, Scope, Worth


def touched(cases: Sequence[Mapping[str, Any]], pack: Pack) -> frozenset[str]:
    """Ids of the rules, checks and minima that the cases touch.

    A rule is touched where it moved hours of a claim, a worth rule also where it gave a claim its figure; a scope
    where it left someone out; a check where it raised its flag; a minimum where someone falls short of it; a carry
    where hours pass on.
    """
    found: set[str] = set()
    for _, tables, credited in credited_cases(cases, pack):
        found |= _touched(credited, tables.claims, tables.people, pack)
    return frozenset(found)


def _touched(credited: Credited, claims: pd.DataFrame, people: pd.DataFrame, pack: Pack) -> set[str]:
    found = set(credited.ledger["rule"].astype(str))
    table = credited.credits.merge(claims[["claim_id", "kind"]], on="claim_id")
    persons = people.merge(credited.standing[["person_id", "status", "flags"]], on="person_id")
    for rule in pack.rules:
        if isinstance(rule, Worth):
            hit = _of(rule, table)
        elif isinstance(rule, Scope):
            hit = _flagged(persons, rule) & (persons[rule.field].isin(rule.out) if rule.field else True)
        else:
            continue
        if hit.any():
            found.add(rule.id)
    for check in pack.checks:
        on_claims = _of(check, table) & _flagged(table, check)
        of_people = not check.classes or check.test in OUTCOME_CHECKS
        if on_claims.any() or (of_people and _flagged(persons, check).any()):
            found.add(check.id)
    short = [item.id for item in pack.requirements if (credited.standing[f"short_{item.id}"] > 0).any()]
    return found | set(short) | set(credited.carried["carry"].astype(str))


def _of(rule: RuleBase, table: pd.DataFrame) -> "pd.Series[bool]":
    mask = table["class"].isin(rule.classes or table["class"].unique())
    return mask & table["kind"].isin(rule.kinds) if rule.kinds else mask


def _flagged(table: pd.DataFrame, rule: Scope | Check) -> "pd.Series[bool]":
    return table["flags"].astype(str).str.split().map(lambda flags: rule.reason in flags).astype(bool)
