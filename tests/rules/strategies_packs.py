"""Random people for the packs beyond Dezhou: claims of all their classes, thrown so that limits are met often."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

Record = dict[str, Any]
LEVELS = ("正高级", "副高级", "中级", "助理级", "员级")


def random_cases(pack: str, seed: int, number: int) -> list[dict[str, Any]]:
    """So many people with claims (and past years) of the pack's own shapes, the same for the same seed."""
    dice = Random(f"{pack} {seed}")  # noqa: S311 - the same people every time, nothing to keep secret
    return [{"id": f"{pack}-{place}", **_PEOPLE[pack](dice)} for place in range(number)]


def _days(dice: Random, first: date, last: date) -> Record:
    """One day or a course of several, now and then outside the period or at odds with itself."""
    span = (last - first).days
    start = first + timedelta(dice.choice((0, span, -1, span + 1, *(dice.randrange(span) for _ in range(8)))))
    length = dice.choice((1, 1, 1, 2, 3, 5, 8))
    if length == 1:
        return {"date": start}
    days = dice.choice((length, length, length - 1, length + 1)) if dice.random() < 0.5 else length
    return {"start": start, "end": start + timedelta(length - 1), "days": days}


def _hours(dice: Random) -> Any:
    return dice.choice(
        (0, 0.01, 0.5, 1, 3.99, 4, 7.5, 8, 8.01, 12, 12.5, 16, 20, 24.5, 30, 42, 60, dice.randint(1, 40))
    )


def _paper(dice: Random) -> Record:
    """What stands beside the hours: now and then no proof, proof that comes late, a number used twice."""
    spoilt = dice.choice(({}, {}, {}, {}, {"proof": False}, {"proof_on": date(2030, 1, 1)}))
    return spoilt | ({"key": f"K{dice.randint(1, 4)}"} if dice.random() < 0.3 else {})


def _claims(dice: Random, first: date, last: date, shapes: list[Callable[[Random], Record]]) -> list[Record]:
    claims = []
    for place in range(dice.randint(0, 7)):
        record = {"ref": f"r{place}", **_days(dice, first, last), **_paper(dice), **dice.choice(shapes)(dice)}
        if dice.random() < 0.04:
            record = {key: value for key, value in record.items() if key not in ("date", "start", "end", "days")}
        claims.append(record)
    return claims


def _stated(*classes: str, kinds: tuple[str | None, ...] = (None,)) -> Callable[[Random], Record]:
    """A claim with its hours (rarely without)."""

    def record(dice: Random) -> Record:
        kind = dice.choice(kinds)
        hours = {"hours": _hours(dice)} if dice.random() < 0.95 else {}
        return {"class": dice.choice(classes), **({"kind": kind} if kind else {}), **hours}

    return record


def _nearly(dice: Random, year: int, minima: dict[str, int]) -> list[Record]:
    """For every other person a course of each class that reaches its minimum, or misses or passes it by a hundredth."""
    if dice.random() < 0.5:
        return []
    return [
        {"ref": f"n{place}", "class": name, "start": date(year, 3 + 2 * place, 1), "end": date(year, 3 + 2 * place, 20),
         "hours": round(hours + dice.choice((-0.01, 0, 0, 0, 0, 0.01)), 2)}
        for place, (name, hours) in enumerate(minima.items())
    ]  # fmt: skip


def _plain(year: int, minima: dict[str, int], *shapes: Callable[[Random], Record]) -> Callable[[Random], Record]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return lambda dice: {"records": _claims(dice, first, last, list(shapes)) + _nearly(dice, year, minima)}


def _guangdong(dice: Random) -> Record:
    classes = ("public_study", "training", "elective_study")
    minutes = lambda dice: {"class": dice.choice(classes), "minutes": dice.choice((44, 45, 46, 89, 360, 405))}  # noqa: E731
    first, last = date(2017, 1, 1), date(2018, 5, 1)
    minima = dict(zip(classes, (30, 42, 18), strict=True))
    claims = _claims(dice, first, last, [_stated(*classes), _stated(*classes), minutes]) + _nearly(dice, 2017, minima)
    return {"as_of": dice.choice((date(2017, 12, 31), date(2018, 5, 2))), "records": claims}


def _half_days(dice: Random) -> Record:
    hours = {"hours": _hours(dice)} if dice.random() < 0.3 else {}
    return {"class": dice.choice(("public_study", "training")), "half_days": dice.randint(1, 16), **hours}


def _past(dice: Random, years: tuple[int, ...], shapes: list[Record]) -> list[Record]:
    rows = []
    for year in years:
        for _ in range(dice.randint(0, 2)):
            key = {"key": f"K{dice.randint(1, 4)}"} if dice.random() < 0.6 else {}
            rows.append({"year": year, "hours": dice.randint(1, 60), **dice.choice(shapes), **key})
    return rows


def _xuzhou(dice: Random) -> Record:
    shapes = [_stated("public_study"), _stated("training", kinds=("class", "class", "seminar", None))]
    shapes += [lambda dice: {"class": "training", "kind": dice.choice(("class", "seminar"))}]
    shapes += [lambda dice: {"class": "degree"}] if dice.random() < 0.3 else []
    kinds = [
        {"class": "public_study"},
        {"class": "training", "kind": "class"},
        {"class": "training", "kind": "seminar"},
    ]
    kinds += [{"class": "degree"}] if dice.random() < 0.1 else []
    begun = date(2017, 12, 31) - timedelta(dice.choice((0, 364, 365, 730, 731, dice.randrange(2000))))
    return {
        "person": {"level": dice.choice(LEVELS), "term_from": begun},
        "history": _past(dice, (2012, 2013, 2014, 2015, 2016), kinds),
        "records": _claims(dice, date(2017, 1, 1), date(2017, 12, 31), shapes),
    }


def _research(dice: Random) -> Record:
    kind = dice.choice(("project", "paper", "book"))
    facts = {"role": dice.choice(("sole", "leader", "member", None)), "level": dice.choice(("cn", "cn", "other", None))}
    return {"class": "research", "kind": kind, **facts, "author_rank": dice.choice((1, 2, 3, None))}


def _accountant(dice: Random) -> Record:
    shapes = [_stated("public_study", "training"), _research, lambda dice: {"class": "conference"}]
    shapes += [lambda dice: {"class": "exam_subject", "result": dice.choice(("pass", "fail", None))}]
    title = date(2018, 1, 1) + timedelta(dice.choice((-1000, -1, -1, 0, 364, -365)))
    return {"person": {"title_on": title}, "records": _claims(dice, date(2018, 1, 1), date(2018, 12, 31), shapes)}


def _texan(dice: Random) -> Record:
    classes = ("technical_course", "nontechnical_course")
    minutes = lambda dice: {"class": dice.choice(classes), "minutes": dice.choice((49, 50, 99, 100, 400))}  # noqa: E731
    licensed = date(dice.choice((2012, 2014, 2015, 2016, 2017)), dice.choice((1, 1, 1, 7)), dice.choice((1, 2)))
    return {
        "person": {"licensed_on": licensed},
        "history": _past(dice, (2014, 2015, 2016), [{"class": name} for name in classes]),
        "records": _claims(dice, date(2017, 1, 1), date(2017, 12, 31), [_stated(*classes), minutes]),
    }


def _engineer(first: date, last: date, before: int) -> Callable[[Random], Record]:
    def person(dice: Random) -> Record:
        rows = [(before, dice.choice((3, 7, 7.01, 15, 16))), (before - 1, 5)]
        brought = [{"carry": "surplus", "from_year": year, "hours": hours} for year, hours in rows]
        course = _stated("course", kinds=(None, None, "ethics", "building_code"))
        return {
            "person": {"practice": dice.choice(("building_design", "other"))},
            "carried": dice.sample(brought, dice.randint(0, 2)),
            "records": _claims(dice, first, last, [course]),
        }

    return person


_BOTH = _stated("public_study", "training")
_PEOPLE: dict[str, Callable[[Random], Record]] = {
    "national-2015": _plain(2015, {"public_study": 30, "training": 60}, _BOTH),
    "henan-2017": _plain(2017, {"public_study": 24, "training": 66}, _BOTH),
    "guangdong-2017": _guangdong,
    "guangxi-2017": _plain(2017, {"public_study": 30, "training": 60}, _BOTH, _half_days),
    "xuzhou-2017": _xuzhou,
    "accountants-2018": _accountant,
    "texas-cpa-2017": _texan,
    "louisiana-2015": _engineer(date(2015, 1, 1), date(2016, 12, 31), 2014),
    "louisiana-2017": _engineer(date(2017, 1, 1), date(2017, 12, 31), 2016),
}
