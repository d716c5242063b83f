"""A boundary example: records, and the sums, shortfalls and flags that must come out."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ce_toolkit.rules.drafting.sound_claims import Facts
from ce_toolkit.rules.pack import Pack, Requirement
from ce_toolkit.rules.requirements import is_fixed

Case = dict[str, Any]


def case_of(pack: Pack, title: str, cites: Sequence[str], records: Sequence[Facts], **expected: Any) -> Case:
    """A case whose records are granted ``granted`` hours by class; ``person`` and ``as_of`` may be given."""
    person, as_of = expected.pop("person", None), expected.pop("as_of", pack.time.last)
    past = expected.pop("history", None)
    numbered = [{"ref": f"r{number}", **record} for number, record in enumerate(records, start=1)]
    case = {"title": pack.in_unit(title), "clause": list(cites), "as_of": as_of, "records": numbered}
    case |= {"person": person} if person else {}
    case |= {"history": past} if past is not None else {}
    return case | {"expect": _expected(pack, **expected)}


def _expected(pack: Pack, granted: Mapping[str, Decimal], *, out: bool = False, **listed: Sequence[str]) -> Facts:
    """Sums, shortfalls and status that follow from the hours granted per class."""
    sums = {name: granted.get(name, Decimal(0)) for name in pack.classes}
    sums |= {bucket: sum((sums[name] for name in names), Decimal(0)) for bucket, names in pack.buckets.items()}
    sums["total"] = sum((sums[bucket] for bucket in pack.buckets), Decimal(0))
    short = {
        minimum.id: Decimal(0)
        if out
        else max(hours - sums["total" if minimum.bucket == "*" else minimum.bucket], Decimal(0))
        for minimum, hours in fixed_minima(pack)
    }
    told: Facts = {"short": short, "status": "out_of_scope" if out else "fail" if any(short.values()) else "pass"}
    if len(short) < len(pack.requirements):  # what is asked of the person besides is the business of other examples
        told = {"short_of": short, **({"status": "out_of_scope"} if out else {})}
    return {**told, "credited": sums, **{name: list(given) for name, given in listed.items()}}


def fixed_minima(pack: Pack) -> Iterator[tuple[Requirement, Decimal]]:
    """Minima that are the same for everybody, with their figure."""
    for minimum in pack.requirements:
        if is_fixed(minimum) and minimum.at_least is not None:
            yield minimum, minimum.at_least
