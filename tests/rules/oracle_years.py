"""A person's years under packs that ask by person, look back and carry over: slow, obvious, apart from the engine.

``judge`` takes packs as ``tomllib`` reads them, a person's facts, and per year claims ``(class, kind, hours, held)``.
Verdicts come from trying every outcome of the held claims and every value of the blank facts.
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, combinations
from math import ceil

ANY = object()  # a value that no rule names


def judge(packs: dict, person: dict, claims: dict) -> dict:
    """Per year: status, need, have and short by requirement, carried_in, carried_out and what is carried."""
    past, carried, told = [], {}, {}
    for year in sorted(packs):
        pack, rows = packs[year], claims.get(year, [])
        first_year = year - length(pack) + 1
        came = {c["id"]: arrived(c, carried.get(c["id"], {}), first_year) for c in pack.get("carry", [])}
        granted = [row for row in rows if not row[3]]
        told[year] = {"status": verdict(pack, person, rows, past, came)}
        figures = {r["id"]: measure(pack, r, person, granted, past, came) for r in pack["requirement"]}
        told[year] |= {key: {r: f[key] for r, f in figures.items()} for key in ("need", "have", "short")}
        carried = leave(pack, person, granted, came)
        told[year]["carried_in"] = sum((sum(c.values()) for c in came.values()), Fraction(0))
        told[year]["carried_out"] = sum((sum(c.values()) for c in carried.values()), Fraction(0))
        past += [(year, *row[:3]) for row in granted]
    return told


def verdict(pack, person, rows, past, came) -> str:
    held, sure = [r for r in rows if r[3]], [r for r in rows if not r[3]]
    outcomes = list(chain.from_iterable(combinations(held, n) for n in range(len(held) + 1)))
    worlds = list(filled(pack, person))
    tries = {
        r["id"]: [not measure(pack, r, one, sure + list(more), past, came)["short"] for more in outcomes for one in worlds]
        for r in pack["requirement"]
    }
    if all(all(each) for each in tries.values()):
        return "met"
    return "open" if all(any(each) for each in tries.values()) or person.get("rows_in_question") else "not_met"


def filled(pack, person):
    """The person with every value that the blank facts may have."""
    names = {r["when"]["field"] for r in pack["requirement"] if "when" in r}
    for name in sorted(names):
        if person.get(name) is None:
            values = [v for r in pack["requirement"] if r.get("when", {}).get("field") == name for v in r["when"]["in"]]
            for value in [*values, ANY]:
                yield from filled(pack, person | {name: value})
            return
    for name in sorted({r[k] for r in pack["requirement"] for k in ("since", "term") if k in r}):
        if person.get(name) is None:
            start = pack["time"]["from"]
            days = [date(start.year - back, month, 2) for back in range(9) for month in range(1, 13)]
            for day in [*days, date(start.year + 9, 1, 1)]:
                yield from filled(pack, person | {name: day})
            return
    yield person


def measure(pack, r, person, granted, past, came) -> dict:
    year = pack["time"]["year"]
    back = begun(pack, person, r) if "term" in r else max(r.get("years", 1), length(pack))
    earlier = [row[1:] for row in past if row[0] > year - back] if "term" in r or "years" in r else []
    rows = [(*row[:3],) for row in granted] + earlier
    have = sum((h for c, k, h in rows if counts(pack, r, c, k)), Fraction(0))
    have += sum((sum(came[c["id"]].values()) for c in pack.get("carry", []) if r.get("bucket") == "*" or c["over"] == r["id"]),
                Fraction(0))
    need = up(asked(pack, r, person, sum((h for _, _, h in rows), Fraction(0))))
    return {"need": need, "have": have, "short": max(need - have, Fraction(0))}


def counts(pack, r, klass, kind) -> bool:
    if "bucket" in r:
        return r["bucket"] == "*" or klass in pack["buckets"][r["bucket"]]
    return klass in r.get("class", [klass]) and kind in r.get("kind", [kind])


def asked(pack, r, person, earned) -> Fraction:
    value = person.get(r["when"]["field"], "") if "when" in r else ""
    if "when" in r and value is not None and value not in r["when"]["in"]:
        return Fraction(0)
    if "share" in r:
        totals = [o for o in pack["requirement"] if o.get("bucket") == "*"]
        same = [o for o in totals if o.get("years", 1) == r.get("years", 1)] or totals
        whole = earned if r.get("of") == "earned" else max(up(asked(pack, o, person, earned)) for o in same)
        return Fraction(r["share"]) * whole
    if "ladder" in r and person.get(r["since"]) is None:
        return max(Fraction(rung["at_least"]) for rung in r["ladder"])
    if "ladder" in r:
        reached = [rung for rung in r["ladder"] if rung["months"] <= whole_months(person[r["since"]], pack["time"]["to"])]
        figure = Fraction(reached[-1]["at_least"]) if reached else Fraction(0)
    else:
        figure = Fraction(r["at_least"])
    if "term" in r:
        months = 12 * begun(pack, person, r)
        return up(figure * max(months - waived(r, person), 0) / 12)
    months = 12 * max(r.get("years", 1), length(pack))
    return up(figure * max(in_service(pack, r, person, months) - waived(r, person), 0) / months)


def waived(r, person) -> int:
    return person["waived_months"] or 0 if r.get("waive") and person.get("waiver_reference") else 0


def in_service(pack, r, person, months) -> int:
    entered = max((person[n] for n in r.get("prorate", []) if n != "left_on" and person.get(n)), default=date.min)
    left = person.get("left_on") if "left_on" in r.get("prorate", []) else None
    end = pack["time"]["to"] + timedelta(1)
    return sum(later(end, -n) <= ymd(left or date.max) and ymd(entered) < later(end, 1 - n) for n in range(1, months + 1))


def begun(pack, person, r) -> int:
    if person.get(r["term"]) is None:
        return length(pack)
    end, n = pack["time"]["to"] + timedelta(1), 0
    while ymd(person[r["term"]]) < later(end, -12 * n):
        n += 1
    return min(n, r.get("years", n))


def ymd(day: date) -> tuple:
    return (day.year, day.month, day.day)


def later(day: date, months: int) -> tuple:
    return ((day.year * 12 + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)


def whole_months(since: date, last: date) -> int:
    n = 0
    while later(since, n + 1) <= ymd(last + timedelta(1)):
        n += 1
    return n


def length(pack) -> int:
    return max(round(whole_months(pack["time"]["from"], pack["time"]["to"]) / 12), 1)


def up(hours: Fraction) -> Fraction:
    return Fraction(ceil(hours * 100), 100)


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
    lacking = max((up(asked(pack, r, person, Fraction(0))) for r in totals), default=Fraction(0))
    own = sum((row[2] for row in granted), Fraction(0))
    for carry in pack.get("carry", []):
        over = next(r for r in pack["requirement"] if r["id"] == carry["over"])
        mine = [row for row in granted if counts(pack, over, *row[:2])]
        need, have = up(asked(pack, over, person, Fraction(0))), sum((row[2] for row in mine), Fraction(0))
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
