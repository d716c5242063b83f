"""What one person's year is worth under each of the further packs: slow, obvious, and apart from the engine.

Each function takes one worked example and returns the hours granted by ref and what is short by requirement. The
figures are written here a second time, from the facts of each notice; no code of the package is used.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.rules.records import exact, fold

Case = dict[str, Any]
Outcome = tuple[dict[str, Fraction], dict[str, Fraction]]
Worth = Callable[[Case], Fraction | None]
HUNDREDTH = Fraction(1, 100)


def floor(hours: Fraction, step: Fraction) -> Fraction:
    return hours // step * step


def ceiling(hours: Fraction) -> Fraction:
    return -(-hours // HUNDREDTH) * HUNDREDTH


def end_of(record: Case) -> date | None:
    return record.get("date") or record.get("end")


def settled(case: Case, worth: Worth, lies_inside: Callable[[Case], bool], proof: bool = True) -> list[Case]:
    """Records that nothing refuses or holds, in order of completion, with their worth; no number twice in a class."""
    alive = []
    for record in sorted(case.get("records") or [], key=lambda r: (end_of(r) or date.max, r["ref"])):
        hours = worth(record)
        refused = end_of(record) is not None and not lies_inside(record)
        held = end_of(record) is None or hours is None or (proof and record.get("proof", True) is not True)
        if not refused and not held and (record.get("hours") is None or exact(record["hours"]) >= 0):
            alive.append(record | {"worth": hours, "end": end_of(record)})
    seen: set[tuple[str, str]] = set()
    kept = []
    for record in alive:
        name = (record["class"], fold(record.get("key")) or record["ref"])
        kept += [] if name in seen else [record]
        seen.add(name)
    return kept


def within(first: date, last: date) -> Callable[[Case], bool]:
    return lambda record: first <= end_of(record) <= last


def year(number: int) -> Callable[[Case], bool]:
    return within(date(number, 1, 1), date(number, 12, 31))


def stated(record: Case) -> Fraction | None:
    return exact(record.get("hours"))


def sums(records: list[Case], hours: str = "worth") -> defaultdict[str, Fraction]:
    found: defaultdict[str, Fraction] = defaultdict(Fraction)
    for record in records:
        for name in (record["class"], "total"):
            found[name] += record[hours]
    return found


def outcome(records: list[Case], asked: dict[str, tuple[Fraction, Fraction]], hours: str = "worth") -> Outcome:
    """Granted by ref; what is asked less what there is, by requirement."""
    granted = {record["ref"]: record[hours] for record in records if record[hours]}
    return granted, {name: max(need - have, Fraction(0)) for name, (need, have) in asked.items()}


def national(case: Case) -> Outcome:
    """90 in all, professional two thirds of it."""
    records = settled(case, stated, year(2017))
    have = sums(records)
    return outcome(records, {"total": (90, have["total"]), "professional": (60, have["professional"])})


def henan(case: Case) -> Outcome:
    """90 in all, 24 public, 60 professional: six may be either."""
    granted, short = national(case)
    public = sums(settled(case, stated, year(2017)))["public"]
    return granted, short | {"public": max(24 - public, Fraction(0))}


def guangdong(case: Case) -> Outcome:
    """30 + 42 + 18; 45 minutes an hour, half hours; 8 a day over all; the public subject until 30 April."""

    def worth(record: Case) -> Fraction | None:
        hours = stated(record)
        if hours is None and record.get("minutes") is not None:
            hours = floor(Fraction(record["minutes"], 45), HUNDREDTH)
        return None if hours is None else floor(hours, Fraction(1, 2))

    def inside(record: Case) -> bool:
        last = date(2018, 4, 30) if record["class"] == "public" else date(2017, 12, 31)
        return date(2017, 1, 1) <= end_of(record) <= last

    records, used = settled(case, worth, inside), defaultdict(Fraction)
    for record in records:
        record["granted"] = min(record["worth"], 8 - used[record["end"]])
        used[record["end"]] += record["granted"]
    have = sums(records, "granted")
    asked = {"total": 90, "professional": 42, "elective": 18, "public": 30}
    return outcome(records, {name: (need, have[name]) for name, need in asked.items()}, "granted")


def guangxi(case: Case) -> Outcome:
    """90 in all, two thirds of what was earned professional; four hours a half-day where only these are known."""

    def worth(record: Case) -> Fraction | None:
        half_days = record.get("half_days")
        return stated(record) if stated(record) is not None or half_days is None else Fraction(4 * half_days)

    records = settled(case, worth, year(2017))
    have = sums(records)
    part = ceiling(have["total"] * Fraction(2, 3))
    return outcome(records, {"total": (90, have["total"]), "professional": (part, have["professional"])})


def accountants(case: Case) -> Outcome:
    """Credits by table: subjects passed 90, conference days 10, projects 90/60, papers 30/10, books 90/60."""
    title_on = (case.get("person") or {}).get("title_on")
    before = {
        fold(row.get("key")) for row in case.get("history") or [] if row["class"] == "work" and row["year"] > 2016
    }

    def worth(record: Case) -> Fraction | None:
        kind, rank = record.get("kind"), record.get("author_rank") or (1 if record.get("authors") == 1 else None)
        if record["class"] == "exam":
            return None if record.get("result") is None else 90 * exact(record.get("items", 1))
        if record["class"] == "conference":
            return Fraction(10 * record["days"])
        if record["class"] != "work":
            return stated(record)
        if kind == "project":
            return {"sole": Fraction(90), "leader": Fraction(90), "member": Fraction(60)}.get(record.get("role"))
        if rank is None or kind is None:
            return None
        return Fraction({"paper": (30, 10), "book": (90, 60)}[kind][rank > 1])

    def inside(record: Case) -> bool:
        failed = record["class"] == "exam" and record.get("result") == "fail"
        no_number = record.get("kind") == "paper" and record.get("published") is False
        again = record["class"] == "work" and fold(record.get("key")) in before - {""}
        return year(2019)(record) and not failed and not no_number and not again

    records = settled(case, worth, inside, proof=False)
    have, judged = sums(records), not (title_on and title_on >= date(2019, 1, 1))
    professional = have["total"] - have["public"]
    return outcome(records, {"total": (90 * judged, have["total"]), "professional": (60 * judged, professional)})


def xuzhou(case: Case) -> Outcome:
    """72 or 40 a year of the term begun (five at most), 24 of them public; a degree once, long courses in two years."""
    person, past = case.get("person") or {}, case.get("history") or []
    years = min(2017 - person["term_from"].year + 1, 5)
    degree = any(row["class"] == "degree" and row["year"] > 1997 for row in past)

    def worth(record: Case) -> Fraction | None:
        if record["class"] == "degree":
            return Fraction(72)
        if record["class"] == "public":
            return stated(record)
        rate = {"class": 8, "seminar": 12}.get(record.get("kind"))
        return rate and Fraction(rate * record.get("days", 1))

    def inside(record: Case) -> bool:
        key = fold(record.get("key"))
        same = [
            row for row in past if row["class"] == "training" and row["year"] > 2007 and fold(row.get("key")) == key
        ]
        long = record["class"] == "training" and key and len({row["year"] for row in same}) >= 2
        return year(2017)(record) and not (record["class"] == "degree" and degree) and not long

    records = settled(case, worth, inside, proof=False)
    degrees = [record for record in records if record["class"] == "degree"]
    records = [record for record in records if record not in degrees[1:]]
    earlier = [row for row in past if 2017 - years < row["year"] < 2017]
    have = sums(records)
    total = have["total"] + sum(exact(row["hours"]) for row in earlier)
    public = have["public"] + sum(exact(row["hours"]) for row in earlier if row["class"] == "public")
    higher = person["level"] in ("正高", "副高", "中级")
    asked = {"total_higher": (72 * years * higher, total), "total_junior": (40 * years * (not higher), total)}
    return outcome(records, asked | {"public": (24 * years, public)})


def texas(case: Case) -> Outcome:
    """120 in three years and 20 in this one, less in the first four; half of it at most non-technical."""
    licensed = case["person"]["licensed_on"]
    months = (2018 - licensed.year) * 12 + 1 - licensed.month - (licensed.day > 1)
    need = next((hours for least, hours in ((48, 120), (36, 100), (24, 60), (12, 20)) if months >= least), 0)
    past = [row for row in case.get("history") or [] if 2014 < row["year"] < 2017]

    def worth(record: Case) -> Fraction | None:
        hours = stated(record)
        if hours is None and record.get("minutes") is not None:
            hours = Fraction(record["minutes"], 50)
        return None if hours is None else floor(hours, Fraction(1))

    records = settled_without_keys(case, worth, year(2017))
    room = Fraction(need, 2) - sum(exact(row["hours"]) for row in past if row["class"] == "non_technical")
    for record in records:
        record["granted"] = record["worth"]
        if record["class"] == "non_technical":
            record["granted"] = max(min(record["worth"], room), Fraction(0))
            room -= record["granted"]
    have = sums(records, "granted")["total"]
    three = have + sum(exact(row["hours"]) for row in past)
    return outcome(records, {"three_years": (need, three), "each_year": (20 * (months >= 12), have)}, "granted")


def settled_without_keys(case: Case, worth: Worth, inside: Callable[[Case], bool]) -> list[Case]:
    """A notice that says nothing of the same thing twice."""
    bare = [{name: value for name, value in record.items() if name != "key"} for record in case.get("records") or []]
    return settled({"records": bare}, worth, inside, proof=False)


def louisiana(case: Case, first: date, last: date, asked: tuple[int, int], daily: int | None) -> Outcome:
    """So many hours a period, at most so many carried in, one of ethics; four on codes for who designs buildings."""
    records, used = settled_without_keys(case, stated, within(first, last)), defaultdict(Fraction)
    for record in records:
        record["granted"] = min(record["worth"], daily - used[record["end"]]) if daily else record["worth"]
        used[record["end"]] += record["granted"]
    have, (need, most) = sums(records, "granted"), asked
    young = [row for row in case.get("carried") or [] if row["from_year"] == first.year - 1]
    came = min(sum((exact(row["hours"]) for row in young), Fraction(0)), Fraction(most))
    found = {"total": (need, have["total"] + came), "ethics": (1, have["ethics"])}
    if daily:
        builds = (case.get("person") or {}).get("practice") == "building_design"
        found["codes"] = (4 * builds, have["codes"])
    return outcome(records, found, "granted")


def louisiana_2015(case: Case) -> Outcome:
    """30 hours in 2015 and 2016, at most 15 carried in."""
    return louisiana(case, date(2015, 1, 1), date(2016, 12, 31), (30, 15), None)


def louisiana_2017(case: Case) -> Outcome:
    """15 hours a year, eight a day, at most 7 carried in."""
    return louisiana(case, date(2017, 1, 1), date(2017, 12, 31), (15, 7), 8)


ORACLES: dict[str, Callable[[Case], Outcome]] = {
    "national-2015": national, "henan-2017": henan, "guangdong-2017": guangdong, "guangxi-2017": guangxi,
    "accountants-2018": accountants, "xuzhou-2017": xuzhou, "texas-cpa-2017": texas,
    "louisiana-2015": louisiana_2015, "louisiana-2017": louisiana_2017,
}  # fmt: skip
