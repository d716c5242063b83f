"""What passes from a year into the next, hour by hour as an official would: apart from the engine."""

from fractions import Fraction

from tests.rules import oracle_years as years
from tests.rules.oracle_time import up


def arrived(carry, hours, first_year) -> dict:
    young = {year: h for year, h in hours.items() if first_year - year <= carry.get("max_age", 1)}
    return newest(young, Fraction(carry["limit"]))


def newest(hours, room) -> dict:
    kept = {}
    for year in sorted(hours, reverse=True):
        kept[year] = min(hours[year], room - sum(kept.values()))
    return kept


def leave(pack, person, granted, came) -> dict:
    """What goes on: older hours are used first, and an hour that the total needs stays."""
    year, left = pack["time"]["year"], {}
    totals = [r for r in pack["requirement"] if r.get("bucket") == "*" and "term" not in r and r.get("years", 1) == 1]
    lacking = max((up(years.asked(pack, r, person, Fraction(0))) for r in totals), default=Fraction(0))
    own = sum((row[2] for row in granted), Fraction(0))
    for carry in pack.get("carry", []):
        over = next(r for r in pack["requirement"] if r["id"] == carry["over"])
        mine = [row for row in granted if years.counts(pack, over, *row[:2])]
        need, have = up(years.asked(pack, over, person, Fraction(0))), sum((row[2] for row in mine), Fraction(0))
        passing = sum((row[2] for row in mine if row[0] not in carry.get("except", [])), Fraction(0))
        if "when" in over and person.get(over["when"]["field"], "") not in (None, *over["when"]["in"]):
            passing = Fraction(0)
        brought = came[carry["id"]]
        used = min(sum(brought.values(), Fraction(0)), max(need, lacking - own))
        rest = {}
        for old in sorted(brought):
            taken = min(brought[old], used - sum(brought[o] - r for o, r in rest.items()))
            rest[old] = brought[old] - taken
        beyond = min(have - max(need - used, 0), own - max(lacking - used, 0))
        young = {old: r for old, r in rest.items() if year + 1 - old <= carry.get("max_age", 1)}
        left[carry["id"]] = newest({year: max(min(passing, beyond), Fraction(0)), **young}, Fraction(carry["limit"]))
        lacking, own = max(lacking - used, 0), own - left[carry["id"]][year]
    return left
