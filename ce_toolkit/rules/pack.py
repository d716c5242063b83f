"""A rule pack: one notice as data. The frozen model, and nothing that computes.

Every verb is a class of its own with its own keys; a key that the verb does not know is an error at load
(``ce_toolkit.rules.loading.loader``). Amounts are class hours (学时), dates are calendar days, both ends included.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


def _number(value: Any) -> Any:
    """The figure itself: a number in quotes, or true, is a slip."""
    if isinstance(value, str | bool):
        raise PydanticCustomError("decimal_type", "须为数")
    return value


Hours = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2), BeforeValidator(_number)]
Whole = Annotated[int, Field(strict=True)]
Years = Annotated[int, Field(strict=True, ge=1, le=60)]
Day = Annotated[date, Field(strict=True)]  # as TOML writes it, without quotes or time of day
Words = tuple[str, ...]


_FRACTION = re.compile(r"[1-9]\d*/[1-9]\d*")


def _share(value: Any) -> Any:
    """A part of a whole as text, ``"2/3"``: no decimal holds two thirds."""
    if isinstance(value, str):
        value = Fraction(value) if _FRACTION.fullmatch(value) else None
    share = value if isinstance(value, Fraction) else None
    if share is None or not 0 < share <= 1:
        raise PydanticCustomError("share", '须为加引号的分数，如 "2/3"')
    return share


Share = Annotated[
    Fraction, BeforeValidator(_share), WithJsonSchema({"type": "string", "pattern": f"^{_FRACTION.pattern}$"})
]


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


# one reading, or a list of them
Readings = Annotated[
    Words,
    BeforeValidator(_one_or_more),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Part(BaseModel):
    """Any piece of a pack: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Identity(Part):
    """``[pack]``: what the pack is and whether a bureau may rely on it.

    ``unit`` is the word for one hour (学时, 学分). ``waiver`` says why the minima may lie below the national floor.
    ``extends`` names the pack that this one is a layer over: entries of the same id replace those beneath.
    """

    id: str
    edition: str
    revision: Whole
    title: str
    region: str
    region_name: str
    status: Literal["official", "illustrative"]
    subject: str = ""
    textbook: str = ""
    waiver: str = ""
    unit: str = "学时"
    extends: str = ""


class Period(Part):
    """``[time]``: the credit year and the day from which the pack may be used."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    year: Whole
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    known_from: Day


class Window(Part):
    """A span of days, both ends included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    cites: str


class Document(Part):
    """A text the notice is or rests on."""

    title: str
    issuer: str
    role: Literal["primary", "parent"]
    number: str = ""
    on: Day | None = Field(default=None, alias="date")


class Clause(Part):
    """A place in the notice; ``inert`` says why no rule cites it.

    ``document``: the number (or title) of the text it is a place in, where that is not the notice itself.
    """

    id: str
    quote: str
    inert: str = ""
    document: str = ""


class Alternative(Part):
    """Another answer to a reading, as small edits of the pack (``ce_toolkit.rules.loading.readings``).

    ``drop``: ids of rules, requirements or checks to leave out. ``change``: keys to set anew, by id. ``copy``: a rule
    under a new id, before the one it is a copy ``of``, with keys of its own. ``add``: whole entries, rules unless their
    ``table`` says otherwise. ``time``, ``buckets`` and ``windows``: keys of those tables to set anew.
    """

    id: str
    says: str
    drop: Words = ()
    change: dict[str, dict[str, Any]] = Field(default={}, alias="set")
    copies: dict[str, dict[str, Any]] = Field(default={}, alias="copy")
    add: tuple[dict[str, Any], ...] = ()
    time: dict[str, Any] = {}
    buckets: dict[str, Words] = {}
    windows: dict[str, dict[str, Any]] = {}


class Reading(Part):
    """A spot where the text is silent or two-sided, and the choice that was made.

    ``others`` are the answers not chosen, in words; ``alternatives`` those of them that edits of the pack can express.
    ``served``: where the answer is given instead, for what no rule decides (a run's parameter, a register's column).
    """

    id: str
    asks: str
    chosen: str
    others: Words = ()
    state: Literal["to-confirm", "confirmed"]
    served: str = ""
    alternatives: tuple[Alternative, ...] = Field(default=(), alias="alternative")


class RuleBase(Part):
    """What every rule carries: its id, the claims it looks at, its reason code, its clauses and its sentence.

    ``valid_from`` and ``valid_to`` (both included) confine a rule to claims completed on those days: a change of the
    rule within a period. A claim without a day of completion meets no such rule.
    """

    id: str
    valid_from: Day | None = None
    valid_to: Day | None = None
    classes: Words = Field(default=(), alias="class")
    kinds: Words = Field(default=(), alias="kind")
    reason: str
    cites: Words = Field(min_length=1)
    readings: Readings = Field(default=(), alias="reading")
    says: str


class Scope(RuleBase):
    """Who is not judged: a person whose ``field`` holds one of ``out`` (by the day in ``until``, where named).

    Or, with ``after`` alone: a person whose date of that name lies in the year or behind it; judged from the next on.
    ``part_year``: who is out only since a day within the year is judged on the part before it.
    """

    verb: Literal["scope"]
    field: Literal["employment", "sector", ""] = ""
    out: Words = ()
    after: str = ""
    until: str = ""
    part_year: Annotated[bool, Field(strict=True)] = False


class Grade(Part):
    """One line of a table of graded items: the first line whose words and ranks all fit gives the hours.

    ``rank`` is the place among the authors up to which the line holds (1: sole or first author). An empty list, or no
    rank, fits anything.
    """

    kinds: Words = Field(default=(), alias="kind")
    levels: Words = Field(default=(), alias="level")
    roles: Words = Field(default=(), alias="role")
    rank: Years | None = None
    hours: Hours


class Worth(RuleBase):
    """The first figure of a claim: a field of its own × ``times``, ``fixed`` hours, or a table's ``row`` × items.

    Where a claim states no hours, minutes give them by ``minutes_per_hour``, else half-days by ``per_half_day``, else
    days (as stated, or from start to end) by ``per_day``. ``step``: the figure is rounded down to a multiple of it.
    """

    verb: Literal["worth"]
    source: Literal["hours", "employer_hours", "items", "days", ""] = Field(default="", alias="from")
    times: Hours = Decimal(1)
    fixed: Hours | None = None
    rows: tuple[Grade, ...] = Field(default=(), alias="row")
    per_day: Hours | None = None
    per_half_day: Hours | None = None
    minutes_per_hour: Years | None = None
    step: Hours | None = None


class Condition(RuleBase):
    """A test by name, or a field that holds one of ``values`` or (``blank``) nothing."""

    test: str = ""
    window: str = ""
    field: str = ""
    values: tuple[str | bool, ...] = ()
    blank: Annotated[bool, Field(strict=True)] = False


class Gate(Condition):
    """A claim that meets the condition is refused: 0 hours, and nothing can cure it."""

    verb: Literal["gate"]


class Need(Condition):
    """A claim that meets the condition is held: 0 hours until what is missing arrives."""

    verb: Literal["need"]


class Once(RuleBase):
    """Of several claims for the same thing the one completed first counts.

    ``by``: one a person; one a number (or title, organiser and dates); one a work or event that claims relate to (with
    several classes: only between classes); one an hour of the clock. ``otherwise`` is the reason code where the kind or
    the dates differ. ``years`` above 1: the thing is looked for among what was granted in the years before, back to
    so many with this one; ``counted_in``: in how many years it may count.
    """

    verb: Literal["once"]
    by: Literal["person", "key", "related", "clock"]
    otherwise: str = ""
    years: Years = 1
    counted_in: Years = 1


class Split(RuleBase):
    """Of a training over the year's border, only the days inside the year count."""

    verb: Literal["split"]


class Cap(RuleBase):
    """No more than ``limit`` hours a claim, a person's day or year, over the classes and kinds named together.

    Instead of ``limit``, ``share`` of the total that is required of the person. ``years``: the yearly cap stands over
    this year and those before it together. Of a cap per day: ``count`` says which days have room, those with teaching
    or all from start to end; ``spread`` how hours without a timetable lie on them, so that most fits or evenly.
    """

    verb: Literal["cap"]
    scope: Literal["claim", "claim_day", "person_day", "person_year"]
    limit: Hours | None = None
    share: Share | None = None
    years: Years = 1
    count: Literal["teaching", "calendar"] = "teaching"
    spread: Literal["most", "even"] = "most"


class When(Part):
    """Of whom something is required: people whose ``field`` holds one of ``values``."""

    field: str
    values: Words = Field(alias="in", min_length=1)


class Rung(Part):
    """A rung of a ladder for entrants: from so many full months on, so many hours."""

    months: Whole
    at_least: Hours


class Requirement(Part):
    """At least so many granted hours in a bucket, in all of them (``*``), or of the classes and kinds named.

    ``share`` (with ``of``: the total ``required``, or the total ``earned``) instead of ``at_least``. ``when``: of whom
    it is asked. ``years``: over this year and those before it together; with ``term`` (a date of the person) over the
    years since, ``at_least`` for each. ``ladder``: less is asked of those with few months since the person's date
    ``since``. ``prorate``: dates of the person (hired_on, left_on) that cut the year short, month by month; ``waive``:
    months recorded as waived are not asked for. ``slack``: by how much the total, on purpose, exceeds the sum of the
    buckets' minima.
    """

    id: str
    bucket: str = ""
    classes: Words = Field(default=(), alias="class")
    kinds: Words = Field(default=(), alias="kind")
    at_least: Hours | None = None
    share: Share | None = None
    of: Literal["required", "earned"] = "required"
    when: When | None = None
    years: Years = 1
    term: str = ""
    ladder: tuple[Rung, ...] = ()
    since: str = ""
    prorate: Words = ()
    waive: Annotated[bool, Field(strict=True)] = False
    slack: Hours | None = None
    cites: Words = Field(min_length=1)
    readings: Readings = Field(default=(), alias="reading")
    says: str


class Carry(Part):
    """Hours beyond the requirement ``over`` that pass into later years: ``limit`` at most, for ``max_age`` years.

    Hours of the classes in ``excluded`` never pass. Older hours are used first.
    """

    id: str
    over: str
    limit: Hours
    max_age: Years = 1
    excluded: Words = Field(default=(), alias="except")
    cites: Words = Field(min_length=1)
    readings: Readings = Field(default=(), alias="reading")
    says: str


class Check(RuleBase):
    """A flag on a claim or a person that moves no hour."""

    test: str
    window: str = ""


R = TypeVar("R", bound=RuleBase)
Rule = Annotated[Scope | Worth | Gate | Need | Once | Split | Cap, Field(discriminator="verb")]


class Pack(Part):
    """One notice: who is judged, what a claim is worth, what refuses, holds and caps it, and what must be reached."""

    pack: Identity
    time: Period
    windows: dict[str, Window] = {}
    documents: tuple[Document, ...] = Field(alias="document")
    clauses: tuple[Clause, ...] = Field(alias="clause")
    buckets: dict[str, Words]
    labels: dict[str, str] = {}
    rules: tuple[Rule, ...] = Field(alias="rule")
    requirements: tuple[Requirement, ...] = Field(alias="requirement")
    carries: tuple[Carry, ...] = Field(default=(), alias="carry")
    checks: tuple[Check, ...] = Field(default=(), alias="check")
    readings: tuple[Reading, ...] = Field(default=(), alias="reading")
    sha256: str = ""

    @property
    def id(self) -> str:
        """The pack's name, as run parameters give it."""
        return self.pack.id

    @property
    def classes(self) -> Words:
        """Every class of claim the pack knows, in the order of its buckets."""
        return tuple(name for members in self.buckets.values() for name in members)

    @property
    def notice(self) -> str:
        """The number (or title) of the notice itself, as reports cite it."""
        primary = next(document for document in self.documents if document.role == "primary")
        return primary.number or primary.title

    def in_unit(self, text: str) -> str:
        """Words of the toolkit's own in the pack's word for an hour (学时 unless it says otherwise)."""
        return text.replace("学时", self.pack.unit)

    def cited(self, cites: Sequence[str]) -> str:
        """Clauses with the text each stands in, as sentences cite them."""
        texts = {clause.id: clause.document for clause in self.clauses}
        groups: dict[str, list[str]] = {}
        for cite in cites:
            text = texts.get(cite) or self.notice
            groups.setdefault(text, []).append(cite.removeprefix(f"{text} "))
        return "，".join(f"{text} {'、'.join(names)}" for text, names in groups.items())

    def of(self, kind: type[R]) -> Sequence[R]:
        """The rules of one verb, in the pack's order."""
        return [rule for rule in self.rules if isinstance(rule, kind)]

    def classes_of(self, rule: RuleBase) -> Words:
        """The classes a rule looks at: those it names, else all."""
        return rule.classes or self.classes

    def label(self, name: str) -> str:
        """The Chinese name of a class or bucket."""
        return self.labels.get(name, name)


_WORDS = frozenset({"says", "reason", "cites", "readings", "otherwise"})


def acting(part: Part) -> str:
    """What of a rule or requirement moves hours or a state, as text to compare; its words are left out."""
    return str(part.model_dump_json(exclude=set(_WORDS)))
