"""What a table of the year is: which rows are counted, by what, into which columns, with which shares and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

PEOPLE, UNITS, CLAIMS, MOVES, CAPS, FILES = "people", "units", "claims", "moves", "caps", "files"
"""What is counted: the roster, the register of units, claims, hours that a rule took, caps by person, files."""
GAPS = "gaps"
"""What is counted too: each person once a minimum, with what is missing to it."""

PERSON_KEYS = frozenset({"county_name", "sector_name", "ownership", "series", "level", "sex", "size"})
"""Facts of a person: people counted by these add up; by any other (a class of claims) one may stand in two rows."""

How = Literal["rows", "persons", "hours", "sum"]


@dataclass(frozen=True)
class Column:
    """One figure of a table.

    ``how``: ``rows`` counts rows of the base (claims are person-times, 人次), ``persons`` people, each once, ``hours``
    and ``sum`` add up ``amount`` (hundredths of class hours, whole numbers). ``where`` names the mark a row must bear.
    ``layer`` names what is counted, so that the same figure in two tables is known for the same; ``fixed`` are words
    that the column stands for (granted hours are the hours whose ``effect`` is ``granted``). A blank ``layer`` counts
    nobody: units, files, rows.
    """

    name: str
    base: str
    how: How = "rows"
    where: str = ""
    amount: str = ""
    layer: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether the rows of any table add up to the whole; people do by their own facts only."""
        return self.how != "persons"


@dataclass(frozen=True)
class Share:
    """A share of two columns, made on display; ``says`` is the sentence on its bases. ``per``: an average of hours."""

    name: str
    part: str
    whole: str
    says: str
    per: bool = False


@dataclass(frozen=True)
class Described:
    """A table: measure × breakdown, with the words it is published under.

    ``keys`` are the columns it is broken down by. ``where`` names the mark that a row must bear to be in it at all,
    ``fixed`` are words that the whole table stands for. ``says``: who is counted and by which words. ``readings``:
    questions the notice leaves open that bear on it.
    """

    name: str
    tab: str
    title: str
    unit: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    shares: tuple[Share, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    where: str = ""
    says: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """What its rows are made of first: the people, claims or files that it is about."""
        return next(column.base for column in self.columns if column.base != UNITS)

    @property
    def heads(self) -> tuple[str, ...]:
        """Columns as published: keys, figures, shares."""
        return (*self.keys, *(column.name for column in self.columns), *(share.name for share in self.shares))

    def column(self, name: str) -> Column:
        """The column of this name; a share's is its part."""
        name = next((share.part for share in self.shares if share.name == name), name)
        return next(column for column in self.columns if column.name == name)


WITHIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "people.enrolled": ("people.in_scope",),
        "people.trained": ("people.in_scope",),
        "people.public_passed": ("people.in_scope",),
        "people.professional_met": ("people.in_scope",),
        "people.no_training": ("people.professional_met",),
        "people.met": ("people.public_passed", "people.professional_met"),
        "people.met_enrolled": ("people.met", "people.enrolled"),
    }
)
"""Which counts can be no greater than which others of the same group."""
