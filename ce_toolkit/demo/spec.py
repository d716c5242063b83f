"""What the city is made of, read from data files: forms, words, series and titles, kinds of unit, names, topics."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

YEAR = 2017

_FLAG_WORDS = {"proof": 0, "in_archive": 0, "registered": 1, "issued": 1, "recognised": 1}


@dataclass(frozen=True)
class Field:
    """One column of a form: its id, the label printed on the form, and other heads seen for it."""

    id: str
    label: str
    also: tuple[str, ...]
    reader: str


@dataclass(frozen=True)
class Form:
    """One of the three forms: title as printed for the year, columns in order, labels of the footer."""

    id: str
    label: str
    title: str
    fields: tuple[Field, ...]
    footer: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Field ids in the printed order."""
        return tuple(field.id for field in self.fields)


@dataclass(frozen=True)
class Series:
    """A series of titles: those in force by level, former ones by level, and other spellings of its name."""

    name: str
    aliases: tuple[str, ...]
    titles: Mapping[str, tuple[str, ...]]
    also: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Area:
    """A county, zone or the city's own units: six-digit code, name, share of the county units, how much it learns."""

    code: str
    name: str
    weight: float
    effort: float


@dataclass(frozen=True)
class Kind:
    """A kind of unit: where it is found, what its units are called, how large they are, which series work there."""

    id: str
    scope: str
    names: tuple[str, ...]
    nature: str
    topic: str
    size: float
    series: Mapping[str, float]
    weight: float = 1.0
    once: bool = False


@dataclass(frozen=True)
class Topic:
    """What the classes, the self-study and the papers of a trade are about, and the authority of that trade."""

    bureau: str
    classes: tuple[str, ...]
    study: tuple[str, ...]
    papers: tuple[str, ...]


@cache
def _load(room: str, name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("ce_toolkit").joinpath(room, name).read_text(encoding="utf-8"))


@cache
def form(form_id: str) -> Form:
    """The form as the one field spec describes it (enrolment, hours, exam)."""
    raw = _load("intake", "fields.toml")["form"][form_id]
    fields = tuple(Field(f["id"], f["label"], tuple(f.get("also", ())), f["reader"]) for f in raw["field"])
    title = raw["title"]
    printed = f"{YEAR} {title}" if title.startswith("年度") else f"{YEAR} 年度{title}"
    return Form(form_id, raw["label"], printed, fields, tuple(raw["footer"]))


@cache
def words(group: str, spelling: int = 0) -> Mapping[str, str]:
    """Code → word of a coded field; ``spelling`` 1 takes the second spelling where there is one."""
    table = _load("intake", "fields.toml")["words"][group]
    return {code: spelled[min(spelling, len(spelled) - 1)] for code, spelled in table.items()}


def flag_words(field_id: str) -> tuple[str | None, str, str]:
    """Words of a yes-or-no field for blank, no and yes, in the pair its form asks for: 有/无 or 是/否."""
    place = _FLAG_WORDS[field_id]
    table = _load("intake", "fields.toml")["words"]["yes_no"]
    return None, table["no"][place], table["yes"][place]


@cache
def series_table() -> Mapping[str, Series]:
    """Series by printed name."""
    return {raw["name"]: _series(raw) for raw in _load("", "series.toml")["series"]}


def _series(raw: Mapping[str, Any]) -> Series:
    def by_level(key: str) -> dict[str, tuple[str, ...]]:
        return {level: tuple(titles) for level, titles in raw.get(key, {}).items()}

    return Series(raw["name"], tuple(raw["aliases"]), by_level("titles"), by_level("also"))


@cache
def areas() -> tuple[Area, ...]:
    """The thirteen counties and zones and, last, the city's own units."""
    return tuple(Area(**raw) for raw in _load("demo", "units.toml")["area"])


@cache
def kinds() -> tuple[Kind, ...]:
    """Kinds of unit, in the order of the data file."""
    return tuple(Kind(**{**raw, "names": tuple(raw["names"])}) for raw in _load("demo", "units.toml")["kind"])


@cache
def place_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Invented towns and invented brands."""
    raw = _load("demo", "units.toml")
    return tuple(raw["towns"]), tuple(raw["brands"])


@cache
def topics() -> Mapping[str, Topic]:
    """Topics by id."""
    raw = _load("demo", "topics.toml")
    return {
        key: Topic(topic["bureau"], tuple(topic["classes"]), tuple(topic["study"]), tuple(topic["papers"]))
        for key, topic in raw.items()
    }


def name_words() -> Mapping[str, Any]:
    """Surnames, characters of given names and the special ones."""
    return _load("demo", "names.toml")
