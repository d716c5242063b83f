"""The format of worked examples (算例): YAML cases of one person each, and the tables that the engine reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ce_toolkit.errors import ExampleError
from ce_toolkit.rules.pack import Pack, Worth
from ce_toolkit.tables import CARRIED, CLAIMS, DATE, HISTORY, PEOPLE, frame

Record = Mapping[str, Any]

_DAY_KEYS = ("date", "start", "end")
# record key -> claims column, where they differ
_RENAMED = {"class": "class", "organizer": "organiser", "employer_recognised": "recognised", "for": "related_key"}
_PLAIN = (
    "kind", "title", "basis", "recorded_on", "days", "half_days", "clock", "minutes", "in_archive", "published", "key",
    "result", "name_matches", "proof_on", "author_rank", "role", "level", *_RENAMED,
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {"proof": True, "registered": True, "in_archive": True}
_IGNORED = {"ref", "note", "unit", "place", "form", "series"}
_KNOWN = {*_PLAIN, *_DAY_KEYS, *_DEFAULTS, *_IGNORED, "daily", "hours", "items", "employer_hours", "authors", "subject"}
_FACTS: Mapping[str, Any] = {
    "employment": "in_service", "sector": "public_institution", "archive": True, "on_signup": True,
}  # fmt: skip
_TOLD = ("level", "practice", "waived_months", "rows_in_question")
_AS_TEXT = ("leave", "secondment", "previous_unit", "waiver_reference")
_ON = tuple(name for name, kind in PEOPLE.columns.items() if kind == DATE)
_PERSON_KEYS = {*_FACTS, *_TOLD, *_AS_TEXT, *_ON, "retired_on", "series", "title", "titles", "unit_level",
                "surplus_2016", "unit"}  # fmt: skip
_PAST_KEYS = {"year", "class", "kind", "key", "hours", "date", "note"}
_BROUGHT_KEYS = ("carry", "from_year", "hours")


@dataclass(frozen=True)
class Tables:
    """Cases as the engine reads them: one person a case. ``history`` is None where no case speaks of earlier years."""

    claims: pd.DataFrame
    people: pd.DataFrame
    history: pd.DataFrame | None
    carried: pd.DataFrame | None


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
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise ExampleError(f"{path}：打不开算例文件，请检查路径。") from None
    except UnicodeDecodeError as error:
        raise ExampleError(f"{path.name}：不是有效的 YAML（{error}）。") from None
    return parse_examples(text, path.name)


def parse_examples(text: str, name: str) -> list[dict[str, Any]]:
    """The cases of a YAML text. Raises ExampleError that begins with ``name`` where it is not a list of cases."""
    try:
        cases = yaml.load(text, Loader=_ExactLoader)  # noqa: S506  (a SafeLoader)
    except (yaml.YAMLError, InvalidOperation) as error:
        raise ExampleError(f"{name}：不是有效的 YAML（{error}）。") from None
    except ExampleError as error:
        raise ExampleError(f"{name}：{error}") from None
    if not isinstance(cases, list) or not all(isinstance(case, dict) and "id" in case for case in cases):
        raise ExampleError(f"{name}：应为算例的列表，每个算例有 id。")
    return cases


def day_of_case(case: Record) -> date | None:
    """The day on which a case is judged, where it names one."""
    return _day(case.get("as_of"), str(case["id"]))


def speaks_of_the_past(case: Record) -> bool:
    """Whether a case says what was granted in earlier years (an empty list says: nothing)."""
    return "history" in case


def case_tables(cases: Sequence[Mapping[str, Any]], numbers: Sequence[int], pack: Pack) -> Tables:
    """The cases as frames, one person a case; the numbers become the ids of the people.

    Where the pack takes hours as the employer fixes them, a record without ``employer_hours`` has them at ``hours``.
    """
    fixers = {name for rule in pack.of(Worth) if rule.source == "employer_hours" for name in pack.classes_of(rule)}
    pairs = list(zip(cases, numbers, strict=True))
    people = [_person(case, number) for case, number in pairs]
    claims = [
        _claim(record, number, place, case["id"], fixers)
        for case, number in pairs
        for place, record in enumerate(case.get("records") or ())
    ]
    past = [row for case, number in pairs for row in _past(case, number)]
    brought = [row for case, number in pairs for row in _brought(case, number)]
    return Tables(
        frame(CLAIMS, _columns(claims, CLAIMS.columns)),
        frame(PEOPLE, _columns(people, PEOPLE.columns)),
        frame(HISTORY, _columns(past, HISTORY.columns)) if any(map(speaks_of_the_past, cases)) else None,
        frame(CARRIED, _columns(brought, CARRIED.columns)) if brought else None,
    )


def _columns(rows: Sequence[Record], names: Iterable[str]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in names}


def _person(case: Mapping[str, Any], number: int) -> Record:
    facts = {**_FACTS, **(case.get("person") or {})}
    person = {"person_id": f"{number:06d}", "name": case["id"]}
    person |= {name: facts.get(name) for name in (*_FACTS, *_TOLD)}
    person |= {name: _text(facts.get(name)) for name in _AS_TEXT}
    person |= {name: _day(facts.get(name), case["id"]) for name in _ON}
    return person | {"left_on": _day(facts.get("retired_on") or facts.get("left_on"), case["id"])}


def _past(case: Mapping[str, Any], number: int) -> Iterator[Record]:
    """Rows of the history table: claims granted in earlier years."""
    for place, row in enumerate(case.get("history") or ()):
        _require(row, ("year", "class", "hours"), f"{case['id']}.history")
        yield {
            "year": row["year"],
            "claim_id": f"{number:06d}:{row['year']}:{place}",
            "person_id": f"{number:06d}",
            "class": row["class"],
            "granted": _hours(row["hours"]),
            "kind": row.get("kind"),
            "key": _text(row.get("key")),
            "completed_on": _day(row.get("date"), case["id"]),
        }


def _brought(case: Mapping[str, Any], number: int) -> Iterator[Record]:
    """Rows of the table of hours brought into the year."""
    for row in case.get("carried") or ():
        _require(row, _BROUGHT_KEYS, f"{case['id']}.carried")
        yield {**row, "hours": _hours(row["hours"]), "person_id": f"{number:06d}"}


def _require(row: Record, names: Iterable[str], where: str) -> None:
    """Raises ExampleError where a row lacks one of the keys."""
    if missing := [name for name in names if row.get(name) is None]:
        raise ExampleError(f"算例 {where} 缺少键：{'、'.join(missing)}。")


def _text(value: Any) -> str | None:
    return None if value in (None, {}, []) else str(value)


def unknown_keys(cases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line per case and record with keys that the format does not have; such keys have no effect."""
    for case in cases:
        parts = [(f"{case['id']}.person", case.get("person") or {}, _PERSON_KEYS)]
        parts += [(f"{case['id']}.{record.get('ref')}", record, _KNOWN) for record in case.get("records") or ()]
        parts += [(f"{case['id']}.history", row, _PAST_KEYS) for row in case.get("history") or ()]
        parts += [(f"{case['id']}.carried", row, set(_BROUGHT_KEYS)) for row in case.get("carried") or ()]
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


def _claim(record: Record, number: int, place: int, case: str, fixers: set[str]) -> Record:
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
    claim["items"] = _hours(record.get("items"))
    fixed = record.get("employer_hours", record.get("hours") if record["class"] in fixers else None)
    claim["employer_hours"] = _hours(fixed)
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
