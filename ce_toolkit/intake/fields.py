"""The field spec as Python values: what columns each of the three forms has, what each is called and how it is read."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import pyarrow as pa

from ce_toolkit.tables import COUNT, DATE, FLAG, HOURS, TEXT, WORD

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_STARS = re.compile(r"[*★☆※#]+")
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")

_TYPES: dict[str, pa.DataType] = {
    "hours": HOURS,
    "items": HOURS,
    "days": COUNT,
    "date": DATE,
    "yes_no": FLAG,
    **dict.fromkeys(("sex", "class", "kind", "method", "basis", "result"), WORD),
}


@dataclass(frozen=True)
class Field:
    """One column of a form: its printed label, the other heads seen for it, and the reader of its cells.

    ``need``: ``required`` (without it no row can be used), ``expected`` (its absence is reported) or ``optional``.
    ``choices``: what the template offers to choose from, where that is not the first spelling of each word.
    """

    id: str
    label: str
    reader: str
    need: str
    wanted: str
    also: tuple[str, ...] = ()
    clause: str = ""
    choices: tuple[str, ...] = ()

    @property
    def type(self) -> pa.DataType:
        """Arrow type of the column in the frame of accepted rows."""
        return _TYPES.get(self.reader, TEXT)


@dataclass(frozen=True)
class Form:
    """One of the three forms: ``enrolment`` (报名表), ``hours`` (学时登记表) or ``exam`` (考试成绩)."""

    id: str
    label: str
    title: str
    footer: tuple[str, ...]
    clause: str
    fields: tuple[Field, ...]

    def __getitem__(self, field_id: str) -> Field:
        """The field of that id; KeyError if the form has none."""
        return self.by_id[field_id]

    @cached_property
    def by_id(self) -> dict[str, Field]:
        """Fields by id, in the order of the form."""
        return {field.id: field for field in self.fields}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Ids of the columns without which no row can be used."""
        return tuple(field.id for field in self.fields if field.need == "required")


@dataclass(frozen=True)
class Spec:
    """Everything fields.toml says. ``groups``: coded column → code of the column it hangs on → own codes."""

    forms: Mapping[str, Form]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    blank: Mapping[str, frozenset[str]]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]

    def offered(self, field: Field) -> tuple[str, ...]:
        """What may be chosen in a column of coded words, as printed; nothing for a column of free text."""
        return field.choices or tuple(said[0] for said in self.words.get(field.reader, {}).values())

    def grouped(self, reader: str) -> dict[str, tuple[str, ...]]:
        """Words of a class of hours → words of this column that go with it; empty for a column that hangs on none."""
        own, above = self.words.get(reader, {}), self.words["class"]
        return {
            above[code][0]: tuple(own[one][0] for one in members)
            for code, members in self.groups.get(reader, {}).items()
        }

    def blanks(self, reader: str) -> frozenset[str]:
        """What a cell of this reader may hold to say that nothing is there."""
        return self.blank.get(reader, self.blank["default"])


@cache
def field_spec() -> Spec:
    """The one field spec, read from fields.toml on first use."""
    raw = tomllib.loads(files("ce_toolkit.intake").joinpath("fields.toml").read_text(encoding="utf-8"))
    return Spec(
        forms={form_id: _form(form_id, form) for form_id, form in raw["form"].items()},
        words={name: {code: tuple(said) for code, said in codes.items()} for name, codes in raw["words"].items()},
        blank={name: frozenset(said) for name, said in raw["blank"].items()},
        groups={name: {code: tuple(own) for code, own in codes.items()} for name, codes in raw["groups"].items()},
    )


def _form(form_id: str, raw: dict[str, Any]) -> Form:
    fields = tuple(Field(**{**field, **_lists(field)}) for field in raw["field"])
    return Form(form_id, raw["label"], raw["title"], tuple(raw["footer"]), raw["clause"], fields)


def _lists(field: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) for name, value in field.items() if isinstance(value, list)}


def fold(text: str) -> str:
    r"""A head or label as it is compared: width, blanks, line breaks, stars and a closing colon do not matter.

    >>> fold("＊姓　名\n：")
    '姓名'
    """
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _STARS.sub("", folded).rstrip(":")


def without_remarks(folded: str) -> str:
    """A folded head without what stands in brackets: 姓名(必填) → 姓名."""
    return _REMARK.sub("", folded)


@cache
def head_words() -> dict[str, dict[str, str]]:
    """Folded head → {form id: field id} for every label and synonym of the spec."""
    known: dict[str, dict[str, str]] = {}
    for form in field_spec().forms.values():
        for field in form.fields:
            for head in (field.label, *field.also):
                known.setdefault(fold(head), {}).setdefault(form.id, field.id)
    return known
