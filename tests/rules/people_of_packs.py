"""Random people for the further packs: hours beside every limit, days beside every border, blanks here and there."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

Case = dict[str, Any]
LEVELS = ("正高", "副高", "中级", "助理级", "员级")
HOURS = (0.5, 1, 3.99, 4, 6, 7.99, 8, 8.01, 12, 17.5, 18, 24, 29.99, 30, 42, 59.99, 60, 90)


def day(rng: Random, first: date, last: date) -> date:
    """Mostly inside, often on a border or beside it."""
    edges = (first - timedelta(1), first, last, last + timedelta(1))
    return rng.choice(edges) if rng.random() < 0.25 else first + timedelta(rng.randrange((last - first).days + 1))


def record(rng: Random, classes: tuple[str, ...], first: date, last: date) -> Case:
    """A claim of one day with hours, now and then without a day, hours or proof, now and then under a shared number."""
    made: Case = {"class": rng.choice(classes), "date": day(rng, first, last), "hours": rng.choice(HOURS)}
    if rng.random() < 0.3:
        made["hours"] = rng.randrange(9001) / 100
    for name in ("date", "hours"):
        if rng.random() < 0.04:
            made[name] = None
    if rng.random() < 0.05:
        made["proof"] = rng.choice((False, None))
    if rng.random() < 0.15:
        made["key"] = rng.choice(("K1", "k 1", "K2"))
    return made


def past(rng: Random, classes: tuple[str, ...], first: int, last: int) -> list[Case]:
    """What earlier years granted."""
    return [
        {"year": rng.randint(first, last), "class": rng.choice(classes), "hours": rng.choice(HOURS), "kind": "class",
         "key": rng.choice((None, "K1", "K2"))}
        for _ in range(rng.randrange(6))
    ]  # fmt: skip


def _chinese(*classes: str) -> Callable[[Random], Case]:
    def make(rng: Random) -> Case:
        rows = [record(rng, classes, date(2017, 1, 1), date(2017, 12, 31)) for _ in range(rng.randrange(7))]
        return {"records": rows}

    return make


def guangdong(rng: Random) -> Case:
    """Minutes, days shared, public subject in the next year."""
    rows = [record(rng, ("public", "professional", "elective"), date(2017, 1, 1), date(2018, 4, 30)) for _ in range(9)]
    same = rng.choice(rows)["date"]
    for row in rows:
        if rng.random() < 0.3:
            row |= {"hours": None, "minutes": rng.choice((44, 45, 67, 68, 90, 400))}
        if rng.random() < 0.3:
            row["date"] = same
    return {"records": rows, "as_of": date(2018, 5, 31)}


def guangxi(rng: Random) -> Case:
    """Half-days instead of hours."""
    case = _chinese("public", "professional")(rng)
    for row in case["records"]:
        if rng.random() < 0.3:
            row |= {"hours": rng.choice((None, row["hours"])), "half_days": rng.randint(1, 12)}
    return case


def accountants(rng: Random) -> Case:
    """Works of every kind and place, exams, conferences."""
    first, last = date(2019, 1, 1), date(2019, 12, 31)
    rows = []
    for _ in range(rng.randrange(8)):
        row = record(rng, ("training", "public", "work", "exam", "conference"), first, last) | {"proof": True}
        when = row["date"]
        if row["class"] in ("work", "exam", "conference"):
            row["hours"] = None
        if row["class"] == "work":
            row |= {"kind": rng.choice(("paper", "book", "project", None)), "authors": rng.choice((None, 1, 3))}
            row |= {"author_rank": rng.choice((None, 1, 2)), "role": rng.choice((None, "sole", "leader", "member"))}
            row |= {"published": rng.choice((None, True, False))}
        elif row["class"] == "exam":
            row |= {"items": rng.randint(1, 2), "result": rng.choice((None, "pass", "fail"))}
        elif row["class"] == "conference":
            days = rng.randint(1, 3)
            row["days"] = days
            row |= {"date": None, "start": when and when - timedelta(days - 1), "end": when}
        rows.append(row)
    case: Case = {"records": rows, "person": {"title_on": rng.choice((None, date(2018, 12, 31), first, last))}}
    return case | ({"history": past(rng, ("work",), 2014, 2018)} if rng.random() < 0.5 else {})


def xuzhou(rng: Random) -> Case:
    """Terms of one to seven years, degrees and long courses of earlier years."""
    first, last = date(2017, 1, 1), date(2017, 12, 31)
    rows = []
    for _ in range(rng.randrange(7)):
        row = record(rng, ("public", "training", "degree"), first, last) | {"proof": True}
        when = row["date"]
        if row["class"] != "public":
            row["hours"] = None
        if row["class"] == "training":
            days = rng.randint(1, 5)
            row |= {"date": None, "start": when and when - timedelta(days - 1), "end": when, "days": days}
            row["kind"] = rng.choice(("class", "seminar", None))
        rows.append(row)
    person = {"level": rng.choice(LEVELS), "term_from": day(rng, date(2011, 1, 1), last)}
    person["term_from"] = min(person["term_from"], last)
    return {"records": rows, "person": person, "history": past(rng, ("public", "training", "degree"), 1995, 2016)}


def texas(rng: Random) -> Case:
    """Licensed for any number of months; earlier years rich and poor."""
    classes = ("technical", "non_technical")
    rows = [
        record(rng, classes, date(2017, 1, 1), date(2017, 12, 31)) | {"proof": True} for _ in range(rng.randrange(6))
    ]
    for row in rows:
        if rng.random() < 0.3:
            row |= {"hours": None, "minutes": rng.choice((49, 50, 99, 100, 1000))}
    licensed = date(rng.randint(2012, 2017), rng.randint(1, 12), rng.choice((1, 2, 15)))
    return {"records": rows, "person": {"licensed_on": licensed}, "history": past(rng, classes, 2013, 2016)}


def _louisiana(first: date, last: date) -> Callable[[Random], Case]:
    def make(rng: Random) -> Case:
        classes = ("general", "ethics", "codes")
        rows = [record(rng, classes, first, last) | {"proof": True} for _ in range(rng.randrange(7))]
        for row in rows[1:3]:
            row["date"] = rows[0]["date"]
        carried = {rng.randint(first.year - 3, first.year - 1): rng.choice(HOURS) for _ in range(2)}
        brought = [{"carry": "surplus", "from_year": from_, "hours": hours} for from_, hours in carried.items()]
        return {"records": rows, "carried": brought, "person": {"practice": rng.choice(("building_design", "process"))}}

    return make


MAKERS: dict[str, Callable[[Random], Case]] = {
    "national-2015": _chinese("public", "professional"),
    "henan-2017": _chinese("public", "professional"),
    "guangdong-2017": guangdong,
    "guangxi-2017": guangxi,
    "accountants-2018": accountants,
    "xuzhou-2017": xuzhou,
    "texas-cpa-2017": texas,
    "louisiana-2015": _louisiana(date(2015, 1, 1), date(2016, 12, 31)),
    "louisiana-2017": _louisiana(date(2017, 1, 1), date(2017, 12, 31)),
}


def random_people(pack: str, seed: int, number: int) -> list[Case]:
    """``number`` people with ids and refs of their own, the same for the same seed."""
    rng = Random(f"{pack} {seed}")  # noqa: S311 - test data
    people = []
    for place in range(number):
        case = MAKERS[pack](rng)
        case["records"] = [row | {"ref": f"r{n}"} for n, row in enumerate(case["records"])]
        people.append({"id": f"P{place:04}", **case})
    return people
