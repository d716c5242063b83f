"""A person's years under packs that ask by person, look back and carry over: slow, obvious, apart from the engine.

``judge`` takes packs as ``tomllib`` reads them, a person's facts, and per year claims ``(class, kind, hours, held)``.
Verdicts come from trying every outcome of the held claims and every value of the blank facts.
"""

from datetime import date
from fractions import Fraction
from itertools import chain, combinations

from tests.rules import oracle_carry as carry
from tests.rules.oracle_time import begun, in_service, length, up, waived, whole_months

ANY = object()  # a value that no rule names


def judge(packs: dict, person: dict, claims: dict) -> dict:
    """Per year: status, need, have and short by requirement, carried_in, carried_out and what is carried."""
    past, carried, told = [], {}, {}
    for year in sorted(packs):
        pack, rows = packs[year], claims.get(year, [])
        first_year = year - length(pack) + 1
        came = {c["id"]: carry.arrived(c, carried.get(c["id"], {}), first_year) for c in pack.get("carry", [])}
        granted = [row for row in rows if not row[3]]
        told[year] = {"status": verdict(pack, person, rows, past, came)}
        figures = {r["id"]: measure(pack, r, person, granted, past=past, came=came) for r in pack["requirement"]}
        told[year] |= {key: {r: f[key] for r, f in figures.items()} for key in ("need", "have", "short")}
        carried = carry.leave(pack, person, granted, came)
        told[year]["carried_in"] = sum((sum(c.values()) for c in came.values()), Fraction(0))
        told[year]["carried_out"] = sum((sum(c.values()) for c in carried.values()), Fraction(0))
        past += [(year, *row[:3]) for row in granted]
    return told


def verdict(pack, person, rows, past, came) -> str:
    held, sure = [r for r in rows if r[3]], [r for r in rows if not r[3]]
    outcomes = list(chain.from_iterable(combinations(held, n) for n in range(len(held) + 1)))
    worlds = list(filled(pack, person))
    tried = [(sure + list(more), one) for more in outcomes for one in worlds]
    reached = [
        [not measure(pack, r, one, kept, past=past, came=came)["short"] for kept, one in tried]
        for r in pack["requirement"]
    ]
    if all(map(all, reached)):
        return "met"
    return "open" if all(map(any, reached)) or person.get("rows_in_question") else "not_met"


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
            days = [date(start.year - back, month, 2) for back in range(9) for month in (1, 7)]
            for day in [date(start.year - 40, 1, 2), *days, date(start.year + 9, 1, 1)]:
                yield from filled(pack, person | {name: day})
            return
    yield person


def measure(pack, r, person, granted, *, past, came) -> dict:
    year = pack["time"]["year"]
    back = begun(pack, person, r) if "term" in r else max(r.get("years", 1), length(pack))
    earlier = [row[1:] for row in past if row[0] > year - back] if "term" in r or "years" in r else []
    rows = [(*row[:3],) for row in granted] + earlier
    have = sum((h for c, k, h in rows if counts(pack, r, c, k)), Fraction(0))
    mine = [c["id"] for c in pack.get("carry", []) if r.get("bucket") == "*" or c["over"] == r["id"]]
    have += sum((sum(came[name].values()) for name in mine), Fraction(0))
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
        full = whole_months(person[r["since"]], pack["time"]["to"])
        reached = [rung for rung in r["ladder"] if rung["months"] <= full]
        figure = Fraction(reached[-1]["at_least"]) if reached else Fraction(0)
    else:
        figure = Fraction(r["at_least"])
    if "term" in r:
        months = 12 * begun(pack, person, r)
        return up(figure * max(months - waived(r, person), 0) / 12)
    months = 12 * max(r.get("years", 1), length(pack))
    return up(figure * max(in_service(pack, r, person, months) - waived(r, person), 0) / months)
