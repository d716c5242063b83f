"""Worked examples (算例): small YAML cases that an official can read and that the engine must keep true."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

from ce_toolkit.errors import ExampleError
from ce_toolkit.rules.engine import Credited, credit
from ce_toolkit.rules.pack import Pack
from ce_toolkit.tables import CLAIMS, PEOPLE, frame

Amounts = Mapping[str, Decimal]
Record = Mapping[str, Any]

_STATUS = {"met": "pass", "not_met": "fail", "open": "fail", "out_of_scope": "out_of_scope"}
_DAY_KEYS = ("date", "start", "end")
# record key -> claims column, where they differ
_RENAMED = {"class": "class", "organizer": "organiser", "employer_recognised": "recognised", "for": "related_key"}
_PLAIN = (
    "kind", "title", "basis", "recorded_on", "days", "clock", "minutes", "in_archive", "published", "key", "result",
    "name_matches", "proof_on", "author_rank", *_RENAMED,
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {"proof": True, "registered": True, "in_archive": True}
_IGNORED = {"ref", "note", "unit", "place", "form", "series"}
_KNOWN = {*_PLAIN, *_DAY_KEYS, *_DEFAULTS, *_IGNORED, "daily", "hours", "items", "employer_hours", "authors", "subject"}
_PERSON_KEYS = {
    "employment", "sector", "archive", "on_signup", "retired_on", "left_on", "hired_on", "leave", "secondment",
    "previous_unit", "moved_on", "signed_up_on", "series", "title", "titles", "unit_level", "surplus_2016", "unit",
}  # fmt: skip


# classes that the format does not name in "credited": their hours show in the bucket
_UNNAMED = ("public_exam", "public_other")


@dataclass(frozen=True)
class Outcome:
    """What the engine makes of one case, and where it differs from what the case expects."""

    id: str
    status: str
    credited: Amounts
    short: Amounts
    rejected: tuple[str, ...]
    pending: tuple[str, ...]
    flags: frozenset[str]
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
            "credited": {name: _number(value) for name, value in self.credited.items() if name not in _UNNAMED},
            "short": {name: _number(value) for name, value in self.short.items()},
            "rejected": list(self.rejected),
            "pending": list(self.pending),
            "flags": sorted(self.flags),
            "differs": list(self.differs),
        }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


class _ExactLoader(yaml.SafeLoader):
    """YAML whose decimals stay exact and whose keys may be given once only."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise ExampleError(f"第 {node.start_mark.line + 1} 行起的算例中，键 {key} 重复。")
        return super().construct_mapping(node, deep)


def _exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact)


def load_examples(path: Path) -> list[dict[str, Any]]:
    """The cases of a YAML file. Raises ExampleError with the file's name where it is not a list of cases."""
    try:
        cases = yaml.load(path.read_text(encoding="utf-8"), Loader=_ExactLoader)  # noqa: S506  (a SafeLoader)
    except OSError:
        raise ExampleError(f"{path}：打不开算例文件，请检查路径。") from None
    except (yaml.YAMLError, UnicodeDecodeError, InvalidOperation) as error:
        raise ExampleError(f"{path.name}：不是有效的 YAML（{error}）。") from None
    except ExampleError as error:
        raise ExampleError(f"{path.name}：{error}") from None
    if not isinstance(cases, list) or not all(isinstance(case, dict) and "id" in case for case in cases):
        raise ExampleError(f"{path.name}：应为算例的列表，每个算例有 id。")
    return cases


def run_examples(cases: Sequence[Mapping[str, Any]], pack: Pack) -> list[Outcome]:
    """Each case through the engine, compared with what it expects, in the order given.

    Cases judged on the same day go through the engine together, each as a person of its own.
    """
    days = days_judged(cases, pack)
    outcomes: dict[int, Outcome] = {}
    for day in dict.fromkeys(days):
        numbers = [number for number, each in enumerate(days) if each == day]
        credited = credit(*case_tables([cases[number] for number in numbers], numbers), pack, day)
        outcomes.update(_outcomes(cases, numbers, credited, pack))
    return [outcomes[number] for number in range(len(cases))]


def days_judged(cases: Sequence[Mapping[str, Any]], pack: Pack) -> list[date]:
    """The day on which each case is judged: its own, else the last of the credit year."""
    return [_day(case.get("as_of"), str(case["id"])) or pack.time.last for case in cases]


def case_tables(cases: Sequence[Mapping[str, Any]], numbers: Sequence[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases as frames of claims and of people, one person a case; the numbers become the ids of the people."""
    people = [_person(case, number) for case, number in zip(cases, numbers, strict=True)]
    claims = [
        _claim(record, number, place, case["id"])
        for case, number in zip(cases, numbers, strict=True)
        for place, record in enumerate(case.get("records") or ())
    ]
    return frame(CLAIMS, _columns(claims, CLAIMS.columns)), frame(PEOPLE, _columns(people, PEOPLE.columns))


def _columns(rows: Sequence[Record], names: Iterable[str]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in names}


def _person(case: Mapping[str, Any], number: int) -> Record:
    facts = {
        "employment": "in_service",
        "sector": "public_institution",
        "archive": True,
        "on_signup": True,
        **(case.get("person") or {}),
    }
    return {
        "person_id": f"{number:06d}",
        "name": case["id"],
        "employment": facts["employment"],
        "sector": facts["sector"],
        "archive": facts["archive"],
        "on_signup": facts["on_signup"],
        "left_on": _day(facts.get("retired_on") or facts.get("left_on"), case["id"]),
        "hired_on": _day(facts.get("hired_on"), case["id"]),
        "leave": _text(facts.get("leave")),
        "secondment": _text(facts.get("secondment")),
        "previous_unit": _text(facts.get("previous_unit")),
        "moved_on": _day(facts.get("moved_on"), case["id"]),
        "signed_up_on": _day(facts.get("signed_up_on"), case["id"]),
    }


def _text(value: Any) -> str | None:
    return None if value in (None, {}, []) else str(value)


def unknown_keys(cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line per case and record with keys that the format does not have; such keys have no effect."""
    for case in cases:
        parts = [(f"{case['id']}.person", case.get("person") or {}, _PERSON_KEYS)]
        parts += [(f"{case['id']}.{record.get('ref')}", record, _KNOWN) for record in case.get("records") or ()]
        for where, given, known in parts:
            if unknown := sorted(set(given) - set(known)):
                yield f"算例 {where} 有不认识的键，已忽略：{'、'.join(unknown)}。"


def _day(value: Any, where: str) -> date | None:
    """A day as YAML gives it, or as ISO text. Raises ExampleError that names the case."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ExampleError(f"算例 {where}：{value} 不是日期，应写成 2017-05-01。") from None


def _claim(record: Record, number: int, place: int, case: str) -> Record:
    claim = {_RENAMED.get(key, key): record.get(key) for key in _PLAIN}
    claim |= {key: record.get(key, default) for key, default in _DEFAULTS.items()}
    claim["claim_id"] = f"{number:06d}:{record.get('ref', place)}"
    claim["person_id"] = f"{number:06d}"
    claim["subject"] = None if record.get("subject") is None else str(record["subject"])
    claim["key"] = None if record.get("key") is None else str(record["key"])
    claim["basis"] = record.get("basis") or None
    claim["start"] = _day(record.get("date") or record.get("start"), case)
    claim["end"] = _day(record.get("date") or record.get("end"), case)
    claim |= {key: _day(record.get(key), case) for key in ("recorded_on", "proof_on")}
    claim["hours"] = _hours(record.get("hours"))
    claim["items"] = _hours(record.get("items", 1 if record["class"] == "output" else None))
    claim["employer_hours"] = (
        _hours(record.get("employer_hours", record.get("hours"))) if record["class"] == "self_study" else None
    )
    claim["authors"] = len(authors) if isinstance(authors := record.get("authors"), list) else authors
    if record.get("daily"):
        claim["timetable"] = " ".join(f"{_day(day, case)}={_hours(hours)}" for day, hours in record["daily"].items())
    return claim


# what stands for a figure that no register can hold (finer than a hundredth): the rules refuse it as no valid number
_UNHOLDABLE = Decimal("-0.01")


def _hours(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        hours = Decimal(str(value))
    except InvalidOperation:
        return _UNHOLDABLE
    return hours if hours == round(hours, 2) else _UNHOLDABLE


def _outcomes(
    cases: Sequence[Mapping[str, Any]], numbers: Sequence[int], credited: Credited, pack: Pack
) -> dict[int, Outcome]:
    refs = _stopped(credited.credits)
    standing = credited.standing.set_index("person_id")
    amounts = [*pack.classes, *pack.buckets, "total"]
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
        )
        outcomes[number] = compare(outcome, cases[number])
    return outcomes


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
    differs += _amounts_differ("credited", outcome.credited, expect.get("credited"), accept)
    differs += _amounts_differ("short", outcome.short, expect.get("short"), accept and dict.fromkeys(outcome.short))
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
        if name in _UNNAMED and name not in wanted:
            continue
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
