"""The most that a pack's rules can ever give: what makes a cap idle or a minimum out of reach.

Every figure is an upper bound in class hours; infinity where nothing in the pack limits the classes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from ce_toolkit.rules.pack import Cap, Carry, Gate, Once, Pack, Requirement, Worth
from ce_toolkit.rules.periods import years
from ce_toolkit.rules.reasons import plain
from ce_toolkit.rules.requirements import figure, is_fixed, selected

NO_LIMIT = Decimal("Infinity")


@dataclass(frozen=True)
class Limit:
    """No more than ``hours`` a person and year over ``classes`` together; ``rule`` says so."""

    rule: str
    classes: frozenset[str]
    hours: Decimal


def limits(pack: Pack) -> list[Limit]:
    """What bounds a person's year, in the pack's order; a rule over some kinds of a class bounds no class."""
    days = (pack.time.last - pack.time.first).days + 1
    found: list[Limit] = []
    for rule in pack.rules:
        classes = frozenset(rule.classes or pack.classes)
        if rule.kinds or rule.valid_from or rule.valid_to:
            continue
        if isinstance(rule, Cap) and rule.scope == "person_year":
            found.append(Limit(rule.id, classes, cap_most(pack, rule)))
        elif isinstance(rule, Cap) and rule.scope == "person_day":
            found.append(Limit(rule.id, classes, cap_most(pack, rule) * days))
        elif isinstance(rule, Gate) and rule.test == "always":
            found.append(Limit(rule.id, classes, Decimal(0)))
        elif isinstance(rule, Once) and rule.by == "person" and rule.years == 1:
            found += [Limit(rule.id, frozenset({name}), claim_most(pack, name)) for name in sorted(classes)]
    return [limit for limit in found if limit.hours < NO_LIMIT]


def cap_most(pack: Pack, cap: Cap) -> Decimal:
    """The most that a cap allows anybody; a share is of the highest total that is asked."""
    if cap.limit is not None or cap.share is None:
        return cap.limit or Decimal(0)
    totals = [wanted for each in pack.requirements if each.bucket == "*" and (wanted := figure(each)) is not None]
    return _hours(max(totals, default=Fraction(0)) * cap.share)


def claim_most(pack: Pack, name: str) -> Decimal:
    """The most that one claim of a class can be worth: the fixed hours, where every claim of it is worth a fixed n."""
    worths = [rule for rule in pack.of(Worth) if name in pack.classes_of(rule)]
    return max((rule.fixed if rule.fixed is not None else NO_LIMIT for rule in worths), default=NO_LIMIT)


def most(classes: Iterable[str], known: Iterable[Limit]) -> Decimal:
    """The most a person can get in a year over these classes together, under the limits given.

    Each class lies under some limit: the cheapest way to cover them all is the bound.
    """
    lowest: dict[frozenset[str], Decimal] = {}
    for limit in known:
        lowest[limit.classes] = min(limit.hours, lowest.get(limit.classes, NO_LIMIT))

    @cache
    def cover(rest: frozenset[str]) -> Decimal:
        if not rest:
            return Decimal(0)
        first = min(rest)
        ways = [hours + cover(rest - together) for together, hours in lowest.items() if first in together]
        return min(ways, default=NO_LIMIT)

    return cover(frozenset(classes))


def idle_caps(pack: Pack) -> Iterator[tuple[int, Cap, str]]:
    """Caps that can never take an hour: number among the rules, the cap, and why, in Chinese."""
    for number, rule in enumerate(pack.rules):
        if isinstance(rule, Cap):
            reason = _day_reason(pack, rule) or _claim_reason(pack, rule) or _year_reason(pack, number, rule)
            if reason:
                yield number, rule, reason


def _day_reason(pack: Pack, cap: Cap) -> str:
    return "一天只有24小时" if cap.scope in ("person_day", "claim_day") and cap_most(pack, cap) >= 24 else ""


def _claim_reason(pack: Pack, cap: Cap) -> str:
    if cap.scope != "claim":
        return ""
    worth = max(claim_most(pack, name) for name in cap.classes or pack.classes)
    return f"每项最多折算{plain(worth)}学时" if cap_most(pack, cap) >= worth else ""


def _year_reason(pack: Pack, number: int, cap: Cap) -> str:
    """Other rules already keep the year at or below this cap; of two equal caps the later one is idle."""
    if cap.scope != "person_year":
        return ""
    earlier, own = {rule.id for rule in pack.rules[:number]}, cap_most(pack, cap)
    others = [limit for limit in limits(pack) if limit.rule != cap.id and (limit.hours < own or limit.rule in earlier)]
    reach = most(cap.classes or pack.classes, others)
    return f"其他规则已使这些类别全年最多{plain(reach)}学时" if own >= reach else ""


def out_of_reach(pack: Pack) -> Iterator[tuple[int, Decimal]]:
    """Minima above all that the rules can give: number among the requirements, and the most there is.

    The total is told only where every bucket can be reached: a bucket out of reach takes the total with it.
    """
    found: list[tuple[int, Decimal]] = []
    for number, requirement in enumerate(pack.requirements):
        wanted, reach = figure(requirement), reach_of(pack, requirement)
        if wanted is not None and reach < NO_LIMIT and wanted > Fraction(reach):
            found.append((number, reach))
    parts = [(number, reach) for number, reach in found if pack.requirements[number].bucket != "*"]
    yield from parts or found


def reach_of(pack: Pack, requirement: Requirement, besides: Sequence[str] = ()) -> Decimal:
    """The most that can count toward a requirement over its years (one year of a term), but for the classes named."""
    classes = selected(requirement, pack)[0] or pack.classes
    periods_together = 1 if requirement.term else max(requirement.years // years(pack.time), 1)
    return most([name for name in classes if name not in besides], limits(pack)) * periods_together


def idle_carries(pack: Pack) -> Iterator[tuple[int, Carry, Decimal]]:
    """Carry-overs whose limit can never be reached: number, the entry, and the most that could be left over."""
    for number, carry in enumerate(pack.carries):
        over = next(each for each in pack.requirements if each.id == carry.over)
        wanted = figure(over)
        spare = reach_of(pack, over) - Decimal(0 if wanted is None or not is_fixed(over) else _hours(wanted))
        spare = min(spare, reach_of(pack, over, carry.excluded))
        if spare < carry.limit:
            yield number, carry, max(spare, Decimal(0))


def _hours(wanted: Fraction) -> Decimal:
    """The figure as a decimal: hours of a pack have two places."""
    return Decimal(wanted.numerator) / wanted.denominator
