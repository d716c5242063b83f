"""The examples that a form offers to begin with, made from the rules of its pack: what each reason is about."""

from collections.abc import Iterator, Mapping
from typing import Any

from ce_toolkit.rules.drafting.boundaries import boundary_examples
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import reason_name

Offer = tuple[str, Mapping[str, Any]]
_MOST = 40


def offered(pack: Pack) -> list[Offer]:
    """Title and case of each example: one for each reason that the pack gives, and one that meets everything."""
    return list(_one_a_reason(pack))[:_MOST]


def _one_a_reason(pack: Pack) -> Iterator[Offer]:
    told: set[tuple[str, ...]] = set()
    for case in boundary_examples(pack):
        expect = case["expect"]
        reasons = tuple(expect.get("flags", ()))
        status = expect.get("status", "")
        key = reasons or (status,)
        if key in told or not (reasons or status == "pass"):
            continue
        told.add(key)
        yield _title(case, reasons, pack), case


def _title(case: Mapping[str, Any], reasons: tuple[str, ...], pack: Pack) -> str:
    if not reasons:
        return "各项要求都达到"
    names = "、".join(pack.in_unit(reason_name(code)) for code in reasons)
    classes = dict.fromkeys(pack.label(record["class"]) for record in case["records"])
    return f"{names}：{'、'.join(classes)}" if classes else names
