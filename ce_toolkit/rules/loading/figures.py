"""The figures that a pack limits and asks for, and a pack with other ones: what a number moves."""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ce_toolkit.errors import PackError
from ce_toolkit.rules.pack import Cap, Pack, Requirement


def figures(pack: Pack) -> Iterator[tuple[Cap | Requirement, Decimal]]:
    """Every cap and minimum that states one figure in class hours, with it, in the pack's order."""
    for cap in pack.of(Cap):
        if cap.limit is not None:
            yield cap, cap.limit
    for requirement in pack.requirements:
        if requirement.at_least is not None:
            yield requirement, requirement.at_least


def with_figures(pack: Pack, values: Mapping[str, Decimal]) -> Pack:
    """The pack with other figures (class hours), by the id of the cap or minimum; those not named stay.

    The pack has a fingerprint of its own where a figure differs. Raises PackError for an id without a figure, and for a
    figure below 0 or with more than two decimals.
    """
    own = {part.id: value for part, value in figures(pack)}
    if unknown := sorted(set(values) - set(own)):
        raise PackError(f"规则包 {pack.id} 没有可改的数字 {'、'.join(unknown)}；现有：{'、'.join(own)}。")
    changed = {name: value for name, value in values.items() if value != own[name]}
    for name, value in changed.items():
        if not value.is_finite() or not 0 <= value <= 9999 or value != round(value, 2):
            raise PackError(f"{name} 须为 0 至 9999 之间、最多两位小数的学时数。")
    if not changed:
        return pack
    rules = tuple(
        rule.model_copy(update={"limit": changed[rule.id]}) if isinstance(rule, Cap) and rule.id in changed else rule
        for rule in pack.rules
    )
    requirements = tuple(
        one.model_copy(update={"at_least": changed[one.id]}) if one.id in changed else one for one in pack.requirements
    )
    said = " ".join(f"{name}={value}" for name, value in sorted(changed.items()))
    fingerprint = hashlib.sha256(f"{pack.sha256} {said}".encode()).hexdigest()
    return pack.model_copy(update={"rules": rules, "requirements": requirements, "sha256": fingerprint})
