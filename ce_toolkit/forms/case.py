"""A form's state as a worked example (算例) and back, and every fault of what is filled in, each at its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import yaml

from ce_toolkit.errors import ExampleError
from ce_toolkit.forms.fields import Asked, Field
from ce_toolkit.forms.readers import MisreadError, read, shown
from ce_toolkit.forms.state import LISTS, MOST_LINES, REF, Line, Place, State, fields_of
from ce_toolkit.rules.example_format import parse_examples

Case = dict[str, Any]
MOST_SIGNS = 20_000
CASE_ID = "试算"
_LONGEST_SPAN = timedelta(days=3660)
_LONGEST_REF = 40
_DEEPEST = 10
_NAMES = {"claims": "records", "history": "history", "carried": "carried"}
_REQUIRED = {"history": ("year", "hours"), "carried": ("from_year", "hours")}
AS_OF = Place("", "as_of")
AS_OF_FIELD = Field("as_of", "as_of", "认定日", "date")
SINCE_FIELD = Field("since", "since", "还能做的第一天", "date", help="只影响建议：这一天以前的不再建议；不填为整个年度")


@dataclass(frozen=True)
class Fault:
    """Something filled in that cannot be used, and in Chinese what is wanted instead."""

    place: Place
    sentence: str


def case_of(state: State, asked: Asked) -> tuple[Case, tuple[Fault, ...]]:
    """The state as a case of the worked-example format, and what is wrong with it; usable where nothing is."""
    faults: list[Fault] = list(_day_judged(state, asked))
    person = dict(_values(state.person, asked.person, Place("person", ""), asked, faults))
    case: Case = {"id": CASE_ID, "title": "试算", "as_of": state.as_of}
    case |= {"person": person} if person else {}
    for table in LISTS:
        lines = [_record(state, asked, table, number, faults) for number in range(len(state.lines(table)))]
        if lines or table == "claims" or (table == "history" and state.history is not None):
            case[_NAMES[table]] = lines
    return case, tuple(faults)


def _day_judged(state: State, asked: Asked) -> Iterator[Fault]:
    time = asked.pack.time
    if state.as_of is None:
        yield Fault(AS_OF, f"请填认定日，如 {time.last}。")
    elif not time.first <= state.as_of <= time.last.replace(year=time.last.year + 20):
        yield Fault(AS_OF, f"认定日不能早于 {time.first}，也不能晚于年度以后20年。")


def _record(state: State, asked: Asked, table: str, number: int, faults: list[Fault]) -> Case:
    line, place = state.lines(table)[number], Place(table, "", number)
    record: Case = {REF: line[REF]} if REF in line else {}
    fields = fields_of(asked, table, line)
    record |= _values(line, fields, place, asked, faults)
    for field in fields:
        at = Place(table, field.key, number)
        blank = field.key in _REQUIRED.get(table, ()) and record.get(field.key) is None
        if blank and not any(fault.place == at for fault in faults):
            faults.append(Fault(at, f"请填写{field.label}。"))
    return _with_one_day(record, place, faults) if table == "claims" else record


def _values(
    line: Line, fields: Iterable[Field], place: Place, asked: Asked, faults: list[Fault]
) -> Iterator[tuple[str, Any]]:
    """Key and value of what is filled in; a blank is named only where the format would take it for something."""
    for field in fields:
        try:
            value = read(field, line.get(field.key), asked.pack.time.year)
        except MisreadError as error:
            faults.append(Fault(Place(place.table, field.key, place.line), str(error)))
            continue
        if value != field.absent:
            yield field.key, value


def _with_one_day(record: Case, place: Place, faults: list[Fault]) -> Case:
    """Start and end, or the one day that they are; days very far apart are a slip."""
    start, end = record.get("start"), record.get("end")
    if start is None or end is None:
        return record
    if abs(end - start) > _LONGEST_SPAN:
        faults.append(Fault(Place(place.table, "end", place.line), "起止相隔超过10年，请检查年份。"))
    if start != end:
        return record
    return {("date" if key == "start" else key): value for key, value in record.items() if key != "end"}


# ---- the other way ---------------------------------------------------------------------------------------------------


def state_of(case: Mapping[str, Any], asked: Asked) -> State:
    """A case as the form's state. Raises ExampleError that says what the form cannot take, and how to mend it.

    Keys that no rule of the pack reads are left out: they change nothing.
    """
    facts = _mapping(case.get("person") or {}, "person")
    facts = {**facts, "left_on": facts.get("retired_on") or facts.get("left_on")}
    person = _line(facts, asked.person, "person", asked)
    try:
        as_of = read(AS_OF_FIELD, case.get("as_of"), asked.pack.time.year) or asked.pack.time.last
    except MisreadError as error:
        raise ExampleError(str(error)) from None
    lines = {table: tuple(_lines(case, table, asked)) for table in LISTS}
    history = lines.pop("history")
    return State(as_of, person, history=history if "history" in case and asked.history else None, **lines)


def _lines(case: Mapping[str, Any], table: str, asked: Asked) -> Iterator[Line]:
    given = case.get(_NAMES[table]) or []
    if not isinstance(given, list):
        raise ExampleError(f"{_NAMES[table]} 应为列表。")
    if len(given) > MOST_LINES:
        raise ExampleError(f"有 {len(given)} 项，本表最多 {MOST_LINES} 项；更多的请用命令 ce examples 计算。")
    seen: set[str] = set()
    for number, record in enumerate(given, start=1):
        where = f"第 {number} 项（{_NAMES[table]}）"
        given_line = _mapping(record, where)
        line = _unfolded(given_line, number, where, seen) if table == "claims" else given_line
        if table != "carried" and line.get("class") not in asked.claim:
            names = "、".join(f"{code}（{word}）" for word, code in asked.classes)
            raise ExampleError(f"{where}的 class 不是本规则包的类别；可用的有：{names}。")
        fields = fields_of(asked, table, line)
        if fields:  # nothing is asked of earlier years where the pack does not look back
            yield _line(line, fields, where, asked)


def _unfolded(record: Mapping[str, Any], number: int, where: str, seen: set[str]) -> Case:
    """A record with its ref, both its days, and hours fixed by the employer where the format implies them."""
    ref = str(record.get(REF) or f"r{number:02d}")
    if len(ref) > _LONGEST_REF or ref in seen:
        raise ExampleError(f"{where}的 ref 与别项相同，或超过 {_LONGEST_REF} 个字。")
    seen.add(ref)
    day = record.get("date")
    days = {"start": day, "end": day} if day else {}
    return {**record, REF: ref, **days}


def _line(record: Mapping[str, Any], fields: Sequence[Field], where: str, asked: Asked) -> Line:
    """What a record holds, as the fields show it. Raises ExampleError where a field cannot hold it."""
    line: Case = {REF: record[REF]} if REF in record else {}
    for field in fields:
        value = record[field.key] if field.key in record else _absent(field, record)
        try:
            held = shown(field, value)
            read(field, held, asked.pack.time.year)
        except MisreadError as error:
            raise ExampleError(f"{where}的 {field.key} 本表不能载入：{error}") from None
        line[field.key] = held
    return MappingProxyType(line)


def _absent(field: Field, record: Mapping[str, Any]) -> Any:
    """What the format takes a missing key for: a value, or that of another key."""
    return record.get("hours") if field.absent == "hours" else field.absent


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ExampleError(f"{where} 应为“键: 值”的形式。")
    return value


# ---- text ------------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes exact figures as plain numbers, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    whole = value == value.to_integral_value()
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'int' if whole else 'float'}", f"{value.normalize():f}")


_Dumper.add_representer(Decimal, _number)


def text_of(case: Mapping[str, Any], asked: Asked) -> str:
    """The case as a file of worked examples: one case, with the pack it was made under in a comment."""
    head = f"# 规则包 {asked.pack.id}；由试算表保存，可再载入，也可用 ce examples 计算。\n"
    return head + yaml.dump([dict(case)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _look_over(text: str) -> None:
    """Raises ExampleError where a text would cost more to read than its length says: names for parts, deep nesting."""
    depth = 0
    for token in yaml.scan(text):
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            raise ExampleError("算例中不能用锚点（& 和 *），请直接写出内容。")
        opens = isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken))
        depth += opens - isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken))
        if depth > _DEEPEST:
            raise ExampleError("不是有效的算例：括号套得太多。")


def parsed(text: str) -> list[dict[str, Any]]:
    """The cases in a text that somebody pasted. Raises ExampleError; what is too large is not even read."""
    if len(text) > MOST_SIGNS:
        raise ExampleError(f"算例最多 {MOST_SIGNS} 个字，现有 {len(text)} 个；请只粘贴一个算例。")
    try:
        _look_over(text)
        cases = parse_examples(text, "算例")
    except ExampleError:
        raise
    except (yaml.YAMLError, RecursionError, ValueError):
        raise ExampleError("不是有效的 YAML，请检查缩进和冒号；可先保存一个算例看看写法。") from None
    if not cases:
        raise ExampleError("里面没有算例。")
    return cases
