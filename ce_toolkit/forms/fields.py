"""What a form asks: the facts that the rules of its pack read, with their labels and the words to choose from."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ce_toolkit.publish.terms import PERSON_WORDS, words_of
from ce_toolkit.rules.inquiry import inputs
from ce_toolkit.rules.pack import Pack, Scope

UNSTATED = ("未填", "")  # a list of choices takes None for no choice at all and would show nothing
_OTHER = ("其他", "other")
# asked of every claim where its hours come from one of these, else seldom
_MEASURED = {"hours": {"hours", "employer_hours"}, "days": {"hours", "days"}}
_EMPLOYMENT = ("in_service", "retired", "left", "rehired_retiree")


@dataclass(frozen=True)
class Field:
    """One fact that is asked for.

    ``key`` is its key in a worked example, ``reader`` how what is typed is read (``ce_toolkit.forms.readers``),
    ``choices`` the (word, code) pairs to choose from, ``default`` what a new line holds, ``absent`` what the format
    takes a missing key for.
    """

    name: str
    key: str
    label: str
    reader: str
    help: str = ""
    seldom: bool = False
    default: Any = None
    absent: Any = None
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Asked:
    """Everything a form asks under its pack. ``claim`` is keyed by class; ``history`` and ``carried`` may be empty."""

    pack: Pack
    classes: tuple[tuple[str, str], ...]
    claim: Mapping[str, tuple[Field, ...]]
    person: tuple[Field, ...]
    history: tuple[Field, ...]
    carried: tuple[Field, ...]

    def of_claim(self, class_: Any) -> tuple[Field, ...]:
        """The fields of a claim of this class, the class itself among them."""
        return self.claim.get(str(class_), next(iter(self.claim.values())))


def asked(pack: Pack) -> Asked:
    """What a form under this pack asks."""
    classes = tuple((pack.label(name), name) for name in pack.classes)
    by_class = inputs.claim_fields(pack)
    claim = {name: tuple(_of_class(pack, name, read, classes)) for name, read in by_class.items()}
    return Asked(
        pack,
        classes,
        MappingProxyType(claim),
        tuple(_of_person(pack)),
        tuple(_of_history(pack, classes)),
        tuple(_of_carried(pack)),
    )


def _of_class(pack: Pack, name: str, read: Iterable[str], classes: tuple[tuple[str, str], ...]) -> Iterable[Field]:
    known, sources = _catalogue(pack)["claim"], inputs.sources(pack, name)
    yield replace(known["class"], choices=classes)
    for column, field in known.items():
        if column in read and column != "class":
            choices = _choices(pack, name, column) if field.reader == "choice" else ()
            seldom = field.seldom or (column in _MEASURED and not sources & _MEASURED[column])
            yield replace(field, choices=choices, seldom=seldom)


def _choices(pack: Pack, name: str, column: str) -> tuple[tuple[str, Any], ...]:
    if column == "kind":
        codes: tuple[str, ...] = inputs.kinds(pack, name)
    elif column in ("level", "role"):
        codes = (*inputs.graded(pack, name, f"{column}s"), _OTHER[1])
    else:
        codes = tuple(words_of(column))
    return (UNSTATED, *_named(pack, column, codes))


def _named(pack: Pack, column: str, codes: Iterable[str]) -> Iterable[tuple[str, str]]:
    words = words_of(column)
    for code in codes:
        yield (
            pack.labels.get(code) or words.get(code) or PERSON_WORDS.get(code) or dict([_OTHER[::-1]]).get(code, code),
            code,
        )


def _of_person(pack: Pack) -> Iterable[Field]:
    known = _catalogue(pack)["person"]
    for column in known:
        if column in inputs.person_fields(pack):
            field = known[column]
            yield replace(field, choices=tuple(_person_choices(pack, column))) if field.reader == "choice" else field


def _person_choices(pack: Pack, column: str) -> Iterable[tuple[str, Any]]:
    """The words of the pack's rules on a fact about people; of what is not set apart by them, one is enough."""
    out = [word for rule in pack.of(Scope) if rule.field == column for word in rule.out]
    if column == "employment":
        codes = [*_EMPLOYMENT, *out]
    elif column == "sector":
        codes = [*(code for code in PERSON_WORDS if code not in _EMPLOYMENT), *out]
    else:
        when = [
            word for each in pack.requirements if each.when and each.when.field == column for word in each.when.values
        ]
        codes = [*when, *out, _OTHER[1]]
        yield UNSTATED
    yield from _named(pack, column, dict.fromkeys(codes))


def _of_history(pack: Pack, classes: tuple[tuple[str, str], ...]) -> Iterable[Field]:
    known, read = _catalogue(pack)["history"], inputs.history_fields(pack)
    kinds = tuple(dict.fromkeys(kind for _, name in classes for kind in inputs.kinds(pack, name)))
    choices = {"class": classes, "kind": (UNSTATED, *_named(pack, "kind", kinds))}
    return (replace(known[name], choices=choices.get(name, ())) for name in known if name in read)


def _of_carried(pack: Pack) -> Iterable[Field]:
    if not pack.carries:
        return ()
    known = _catalogue(pack)["carried"]
    names = tuple((_carry_name(pack, each.over), each.id) for each in pack.carries)
    return (replace(field, choices=names) if name == "carry" else field for name, field in known.items())


def _carry_name(pack: Pack, over: str) -> str:
    bucket = next(each.bucket for each in pack.requirements if each.id == over)
    return f"超出{pack.label('total' if bucket == '*' else bucket)}要求的部分"


def _catalogue(pack: Pack) -> dict[str, dict[str, Field]]:
    """All facts that can be asked for, in the pack's word for an hour."""
    return {
        table: {
            name: replace(field, label=pack.in_unit(field.label), help=pack.in_unit(field.help))
            for name, field in fields.items()
        }
        for table, fields in _known().items()
    }


@cache
def _known() -> dict[str, dict[str, Field]]:
    raw = tomllib.loads(files("ce_toolkit.forms").joinpath("fields.toml").read_text(encoding="utf-8"))
    return {
        table: {name: Field(name, **{"key": name, **field}) for name, field in fields.items()}
        for table, fields in raw.items()
    }
