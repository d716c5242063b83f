"""Worked examples (算例): small YAML cases that an official can read and that the engine must keep true."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd

from ce_toolkit.rules.engine import Credited, credit
from ce_toolkit.rules.example_format import Tables, case_tables, day_of_case, speaks_of_the_past
from ce_toolkit.rules.pack import Pack, Worth

Amounts = Mapping[str, Decimal]

_STATUS = {"met": "pass", "not_met": "fail", "open": "fail", "out_of_scope": "out_of_scope"}


@dataclass(frozen=True)
class Outcome:
    """What the engine makes of one case, and where it differs from what the case expects.

    ``unnamed``: classes that the format does not name in ``credited``, since their bucket says as much.
    """

    id: str
    status: str
    credited: Amounts
    short: Amounts
    rejected: tuple[str, ...]
    pending: tuple[str, ...]
    flags: frozenset[str]
    unnamed: frozenset[str] = frozenset()
    differs: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything is as expected."""
        return not self.differs

    def as_json(self) -> dict[str, Any]:
        """The outcome in plain types; amounts are numbers."""
        return {
            "id": self.id,
            "ok": self.ok,
            "status": self.status,
            "credited": {name: _number(value) for name, value in self.credited.items() if name not in self.unnamed},
            "short": {name: _number(value) for name, value in self.short.items()},
            "rejected": list(self.rejected),
            "pending": list(self.pending),
            "flags": sorted(self.flags),
            "differs": list(self.differs),
        }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def run_examples(cases: Sequence[Mapping[str, Any]], pack: Pack) -> list[Outcome]:
    """Each case through the engine, compared with what it expects, in the order given.

    Cases judged on the same day go through the engine together, each as a person of its own.
    """
    outcomes: dict[int, Outcome] = {}
    for numbers, _, credited in credited_cases(cases, pack):
        outcomes.update(_outcomes(cases, numbers, credited, pack))
    return [outcomes[number] for number in range(len(cases))]


def credited_cases(cases: Sequence[Mapping[str, Any]], pack: Pack) -> Iterator[tuple[list[int], Tables, Credited]]:
    """The cases through the engine, with the tables it read.

    Cases of one day go together, those that speak of earlier years apart from those that do not.
    """
    kinds = [(day, speaks_of_the_past(case)) for day, case in zip(days_judged(cases, pack), cases, strict=True)]
    for kind in dict.fromkeys(kinds):
        numbers = [number for number, each in enumerate(kinds) if each == kind]
        tables = case_tables([cases[number] for number in numbers], numbers, pack)
        past = {"history": tables.history, "carried": tables.carried}
        yield numbers, tables, credit(tables.claims, tables.people, pack, kind[0], **past)


def days_judged(cases: Sequence[Mapping[str, Any]], pack: Pack) -> list[date]:
    """The day on which each case is judged: its own, else the last of the credit year."""
    return [day_of_case(case) or pack.time.last for case in cases]


def _outcomes(
    cases: Sequence[Mapping[str, Any]], numbers: Sequence[int], credited: Credited, pack: Pack
) -> dict[int, Outcome]:
    refs = _stopped(credited.credits)
    standing = credited.standing.set_index("person_id")
    amounts = [*pack.classes, *pack.buckets, "total"]
    unnamed = _unnamed(pack)
    requirements = [requirement.id for requirement in pack.requirements]
    table = standing[[*amounts, *(f"short_{name}" for name in requirements), "status", "flags"]].astype(object)
    rows = {row[0]: row[1:] for row in table.itertuples(name=None)}
    outcomes = {}
    for number in numbers:
        person = f"{number:06d}"
        row = rows[person]
        outcome = Outcome(
            id=str(cases[number]["id"]),
            status=_STATUS[row[-2]],
            credited=MappingProxyType(dict(zip(amounts, row, strict=False))),
            short=MappingProxyType(dict(zip(requirements, row[len(amounts) :], strict=False))),
            rejected=refs.get((person, "refused"), ()),
            pending=refs.get((person, "held"), ()),
            flags=frozenset(row[-1].split()),
            unnamed=unnamed,
        )
        outcomes[number] = compare(outcome, cases[number])
    return outcomes


def _unnamed(pack: Pack) -> frozenset[str]:
    """Classes of the buckets in which a claim is worth a fixed number of hours: one pass says all."""
    rules = [rule for rule in pack.of(Worth) if rule.fixed is not None and not rule.kinds]
    fixed = {name for rule in rules for name in pack.classes_of(rule)}
    return frozenset(name for names in pack.buckets.values() if fixed & set(names) for name in names)


def _stopped(claims: pd.DataFrame) -> dict[tuple[str, str], tuple[str, ...]]:
    """Refs of refused and of held claims per person, in the order of the claim ids."""
    stopped = claims.loc[claims["state"] != "granted", ["person_id", "state", "claim_id"]].astype(object)
    refs: dict[tuple[str, str], list[str]] = {}
    for person, state, claim_id in stopped.itertuples(index=False, name=None):
        refs.setdefault((person, state), []).append(claim_id.split(":", 1)[1])
    return {key: tuple(values) for key, values in refs.items()}


def compare(outcome: Outcome, case: Mapping[str, Any]) -> Outcome:
    """``outcome`` with a line for each field that is not as ``case`` expects."""
    expect = case.get("expect")
    if expect is None:
        return outcome
    accept = (case.get("accept") or {}) if case.get("strict") is False else {}
    differs = []
    if outcome.status not in {expect.get("status", outcome.status), *_listed(accept.get("status"))}:
        differs.append(f"status: {outcome.status}，应为 {expect['status']}")
    unnamed = outcome.unnamed - set(expect.get("credited") or ())
    credited = {name: value for name, value in outcome.credited.items() if name not in unnamed}
    differs += _amounts_differ("credited", credited, expect.get("credited"), accept)
    differs += _amounts_differ("short", outcome.short, expect.get("short"), accept and dict.fromkeys(outcome.short))
    named = expect.get("short_of")  # of these requirements only
    known = {name: value for name, value in outcome.short.items() if name in (named or ())}
    differs += _amounts_differ("short", known, named, {})
    for name in ("rejected", "pending"):
        wanted, found = set(expect.get(name) or ()), set(getattr(outcome, name))
        if wanted != found:
            differs.append(f"{name}: {sorted(found)}，应为 {sorted(wanted)}")
    if missing := set(expect.get("flags") or ()) - outcome.flags:
        differs.append(f"flags: 缺少 {sorted(missing)}")
    if present := set(expect.get("absent_flags") or ()) & outcome.flags:
        differs.append(f"flags: 不应有 {sorted(present)}")
    return Outcome(**{**vars(outcome), "differs": tuple(differs)})


def _amounts_differ(
    field: str, found: Amounts, wanted: Mapping[str, Any] | None, accept: Mapping[str, Any]
) -> list[str]:
    if wanted is None:
        return []
    differs = []
    loose = _loose(accept) if field == "credited" else set(accept)
    for name in dict.fromkeys([*found, *wanted]):
        have, want = Fraction(found.get(name, 0)), Fraction(str(wanted.get(name, 0)))
        if have != want and not (name in loose and _within(have, accept.get(name))):
            differs.append(f"{field}.{name}: {_number(found.get(name, Decimal(0)))}，应为 {wanted.get(name, 0)}")
    return differs


def _loose(accept: Mapping[str, Any]) -> set[str]:
    """Amounts that may differ: those with a range of their own, and the sums they are part of."""
    return {*accept, "professional", "total"} if accept else set()


def _within(have: Fraction, wanted: Any) -> bool:
    """Whether an amount lies in ``{min, max}``, or is one of a list; sums that no range is given for may follow."""
    if isinstance(wanted, Mapping):
        return Fraction(str(wanted["min"])) <= have <= Fraction(str(wanted["max"]))
    return wanted is None or have in {Fraction(str(value)) for value in _listed(wanted)}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
