"""What a form holds at a moment, and what adding, copying, removing and changing a line make of it. No widgets here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from ce_toolkit.forms.fields import Asked, Field

Line = Mapping[str, Any]
MOST_LINES = 60
LISTS = ("claims", "history", "carried")
REF = "ref"


@dataclass(frozen=True)
class State:
    """What is filled in, as typed or chosen. Lines are keyed by worked-example keys.

    ``history`` is None where nothing is said of earlier years, which is not the same as saying that nothing counted.
    """

    as_of: date | None
    person: Line = field(default_factory=lambda: MappingProxyType({}))
    claims: tuple[Line, ...] = ()
    history: tuple[Line, ...] | None = None
    carried: tuple[Line, ...] = ()

    def lines(self, table: str) -> tuple[Line, ...]:
        """The lines of one of the three lists."""
        return getattr(self, table) or ()


@dataclass(frozen=True)
class Place:
    """Where something is filled in: a key of the person (``table`` "person"), or of a line of a list."""

    table: str
    key: str
    line: int = -1


def opening(asked: Asked, as_of: date | None = None) -> State:
    """The form as it opens: a person as most are, and no claim."""
    person = {each.key: _first(each) for each in asked.person}
    return State(as_of or asked.pack.time.last, MappingProxyType(person))


def fields_of(asked: Asked, table: str, line: Line) -> tuple[Field, ...]:
    """The fields that a line asks for: of a claim, those that its class uses."""
    if table == "claims":
        return asked.of_claim(line.get("class"))
    return {"history": asked.history, "carried": asked.carried, "person": asked.person}[table]


def is_full(state: State, table: str) -> bool:
    """Whether a list takes no further line."""
    return len(state.lines(table)) >= MOST_LINES


def added(state: State, asked: Asked, table: str) -> State:
    """The state with a new line at the end; a claim is of the class of the line before it."""
    if is_full(state, table):
        return state
    lines = state.lines(table)
    first = {"class": lines[-1].get("class")} if lines and table == "claims" else {}
    line = with_defaults(asked, table, {**first, **({REF: _free_ref(lines)} if table == "claims" else {})})
    return _with_lines(state, table, (*lines, line))


def with_defaults(asked: Asked, table: str, line: Line) -> Line:
    """The line with what a new one holds wherever nothing is filled in yet."""
    line = {**line, "class": line.get("class") or asked.classes[0][1]} if table != "carried" else line
    new = {each.key: _first(each) for each in fields_of(asked, table, line) if line.get(each.key) is None}
    return MappingProxyType({**line, **new})


def _first(each: Field) -> Any:
    """What a field of a new line holds: its default, else the first choice, else nothing."""
    if each.default is not None or each.reader == "date":
        return each.default
    return each.choices[0][1] if each.choices else False if each.reader == "mark" else ""


def copied(state: State, table: str, number: int) -> State:
    """The state with a copy of a line right behind it."""
    lines = state.lines(table)
    if is_full(state, table) or not 0 <= number < len(lines):
        return state
    line = dict(lines[number])
    if REF in line:
        line[REF] = _free_ref(lines)
    return _with_lines(state, table, (*lines[: number + 1], MappingProxyType(line), *lines[number + 1 :]))


def removed(state: State, table: str, number: int) -> State:
    """The state without a line."""
    lines = state.lines(table)
    return _with_lines(state, table, (*lines[:number], *lines[number + 1 :]))


def changed(state: State, asked: Asked, place: Place, value: Any) -> State:
    """The state with another value at a place; a new class brings the defaults of its own fields."""
    if place.table == "person":
        return replace(state, person=MappingProxyType({**state.person, place.key: value}))
    lines = list(state.lines(place.table))
    line: Line = MappingProxyType({**lines[place.line], place.key: value})
    lines[place.line] = with_defaults(asked, place.table, line) if place.key == "class" else line
    return _with_lines(state, place.table, tuple(lines))


def _with_lines(state: State, table: str, lines: tuple[Line, ...]) -> State:
    return replace(state, **{table: lines})  # type: ignore[arg-type]


def _free_ref(lines: tuple[Line, ...]) -> str:
    """The next ref that no line bears; two digits, so that refs in order of text are in order of the lines."""
    taken = {line.get(REF) for line in lines}
    return next(ref for ref in _refs() if ref not in taken)


def _refs() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"r{number:02d}"
