"""Random people in the format of the worked examples, with everything that goes wrong in an office.

``random_case`` draws from any ``random.Random``: a seeded one for thousands of people at once, or hypothesis' own
(``people``), which then shrinks what it finds. Dates of one person lie close together, so that days are shared, clock
times clash and the year's edge is crossed as often as rules need it; about every reason code occurs (tested).
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

Record = dict[str, Any]
BASES = ("held_hr", "approved_hr", "recorded_hr", "held_industry", "approved_industry")
SECTORS = ("public_institution", "state_enterprise", "non_public_enterprise")
OUTSIDE = ("government_agency", "military", "freelance", "self_employed")
AS_OF = (
    date(2017, 3, 31),
    date(2017, 4, 15),
    date(2017, 7, 31),
    date(2017, 12, 30),
    date(2018, 1, 1),
    date(2018, 3, 31),
)
EDGES = (
    date(2016, 12, 30),
    date(2017, 1, 1),
    date(2017, 12, 29),
    date(2017, 4, 30),
    date(2017, 6, 30),
    date(2017, 7, 31),
)
TITLES = ("急救技能", "急救 技能", "档案整理", "网络安全")


def people() -> st.SearchStrategy[Record]:
    """One person with up to ten records, as a worked example without expectations."""
    return st.randoms(use_true_random=False).map(random_case)


def random_people(seed: int, number: int) -> list[Record]:
    """``number`` people with ids of their own, the same for the same seed."""
    rng = Random(seed)  # noqa: S311 - test data
    return [{"id": f"R{n:05}", **random_case(rng)} for n in range(number)]


def random_case(rng: Random) -> Record:
    """A person, the day of the judgement and the records, in any order."""
    near = rng.choice(EDGES) if rng.random() < 0.3 else date(2017, 1, 1) + timedelta(rng.randrange(365))
    makers = rng.choices(tuple(MAKERS), weights=(9, 3, 4, 3, 0.3), k=rng.randint(0, 10))
    records: list[Record] = _solid(rng) if rng.random() < 0.25 else []
    for n, maker in enumerate(makers, start=1):
        record = _again(rng, records) if records and rng.random() < 0.12 else MAKERS[maker](rng, near)
        records.append({**record, "ref": f"{record['class'][0]}{n}"})
    rng.shuffle(records)
    case: Record = {"person": _person(rng), "records": records}
    if rng.random() < 0.3:
        case["as_of"] = rng.choice(AS_OF)
    if rng.random() < 0.2:
        case["history"] = [_granted_before(rng, record) for record in records if record.get("key")]
    return case


def _granted_before(rng: Random, record: Record) -> Record:
    """What an earlier (or by mistake a later) year granted: now and then under the number of this record."""
    key = rng.choice((record["key"], str(record["key"]).lower(), f"{record['key']}0"))
    return {"year": rng.choice((1957, 1958, 2015, 2016, 2017)), "class": record["class"], "key": key, "hours": 5}


def _solid(rng: Random) -> list[Record]:
    """What brings a diligent person to the minima, or a hundredth below or above."""
    course = {"start": date(2017, 9, 4), "end": date(2017, 9, 15), "days": rng.choice((7, 8, 10))}
    hours = rng.choice((20, 40, 59.99, 60, 60.01, 72))
    exam = {"subject": 2017, "date": date(2017, 5, 20), "result": "pass"}
    return [
        {"ref": "solid", "class": "training", "basis": "held_hr", "hours": hours, **course},
        {"ref": "exam", "class": "public_exam", **exam},
    ]


def _person(rng: Random) -> Record:
    """Nine in ten are ordinary staff; the rest carry one or two facts that the notice asks about."""
    person: Record = {
        "employment": "in_service",
        "sector": rng.choice(SECTORS),
        "archive": rng.choice((*[True] * 16, False, False, None, None)),
    }
    odd = rng.randrange(40)
    if odd == 0:
        person |= {"employment": "retired", "retired_on": _day(rng, date(2017, 6, 30), 400)}
    elif odd == 1:
        person |= {"employment": "left", "left_on": rng.choice((None, _day(rng, date(2017, 6, 30), 400)))}
    elif odd == 2:
        person |= {"employment": "rehired_retiree"}
    elif odd == 3:
        person |= {"sector": rng.choice(OUTSIDE)}
    elif odd == 4:
        person |= {"hired_on": _day(rng, date(2017, 1, 1), 250)}
    elif odd == 5:
        person |= {"leave": {"kind": "sick", "from": date(2017, 2, 1), "to": date(2017, 8, 31)}}
    elif odd == 6:
        person |= {"secondment": {"kind": "aid", "from": date(2016, 9, 1), "to": date(2017, 8, 31)}}
    elif odd == 7:
        person |= {"on_signup": False}
    if rng.random() < 0.1:
        person |= {"signed_up_on": _day(rng, date(2017, 4, 26), 10)}
    return person


def _day(rng: Random, near: date, within: int) -> date:
    return near + timedelta(rng.randint(-within, within))


def _hours(rng: Random, most: int) -> int | float:
    """Class hours as people write them: mostly whole or half, now and then in hundredths."""
    shape = rng.randrange(10)
    if shape < 5:
        return rng.randint(1, most)
    if shape < 8:
        return rng.randint(1, 2 * most) / 2
    return rng.randint(50, 100 * most) / 100


def _training(rng: Random, near: date) -> Record:
    """One day, several days without a timetable, or a timetable."""
    first = _day(rng, near, 5)
    record: Record = {"class": "training", "basis": rng.choice(BASES)}
    shape = rng.randrange(10)
    if shape < 4:
        record |= {"date": first, "hours": _hours(rng, 12)}
        if rng.random() < 0.5:
            record["clock"] = _clock(rng)
    elif shape < 7:
        span = rng.randint(2, 8)
        record |= {"start": first, "end": first + timedelta(span - 1), "hours": _hours(rng, 9 * span)}
        if rng.random() < 0.7:
            record["days"] = rng.randint(1, span)
    else:
        days = sorted(rng.sample(range(8), rng.randint(1, 5)))
        record["daily"] = {first + timedelta(n): _hours(rng, 11) for n in days}
    return _mar(rng, record | _filed(rng, first))


def _filed(rng: Random, first: date) -> Record:
    return {"basis": "recorded_hr", "recorded_on": _day(rng, first, 20)} if rng.random() < 0.1 else {}


def _clock(rng: Random) -> str:
    begins, halves = rng.randint(16, 30), rng.randint(1, 8)
    ends = begins + halves
    return f"{begins // 2:02}:{30 * (begins % 2):02}-{ends // 2:02}:{30 * (ends % 2):02}"


def _self_study(rng: Random, near: date) -> Record:
    record: Record = {"class": "self_study", "kind": rng.choice(("personal", "unit", "exam", "degree"))}
    record |= {"hours": _hours(rng, 45)}
    ends = _day(rng, near, 60)
    record |= {"date": ends} if rng.random() < 0.6 else {"start": ends - timedelta(rng.randint(1, 90)), "end": ends}
    if rng.random() < 0.3:
        record["employer_hours"] = rng.choice((None, 0, _hours(rng, 40), _hours(rng, 40), _hours(rng, 40)))
    return _mar(rng, record)


def _output(rng: Random, near: date) -> Record:
    kind = rng.choice(("paper", "paper", "conference_paper", "book", "translation", "award", "patent", "other"))
    record: Record = {"class": "output", "kind": kind, "date": _day(rng, near, 60)}
    if rng.random() < 0.7:
        record["key"] = f"K-{rng.randrange(30)}"
    if kind == "other":
        record["employer_recognised"] = rng.choice((True, True, False, None))
    if kind == "award":
        record["for"] = f"k-{rng.randrange(30)}"
    if rng.random() < 0.15:
        record["authors"] = rng.randint(1, 4)
    if rng.random() < 0.15:
        record["items"] = rng.choice((1, 2, 3, 0, 1.5))
    if rng.random() < 0.1:
        record["hours"] = rng.choice((5, 10, 25))
    return _mar(rng, record)


def _exam(rng: Random, near: date) -> Record:
    record: Record = {"class": "public_exam", "subject": rng.choice((2017, 2017, 2017, 2017, 2017, "2017", None, 2016))}
    record["date"] = _day(rng, date(2017, 5, 31), 40) if rng.random() < 0.8 else _day(rng, near, 30)
    record["result"] = rng.choice(("pass", "pass", "pass", "pass", "fail", "none"))
    if rng.random() < 0.05:
        record["hours"] = rng.choice((15, 30, 40))
    return _mar(rng, record)


def _lecture(rng: Random, near: date) -> Record:
    return {"class": "public_other", "title": "网络安全", "date": _day(rng, near, 30), "hours": _hours(rng, 8)}


MAKERS: dict[str, Callable[[Random, date], Record]] = {
    "training": _training,
    "self_study": _self_study,
    "output": _output,
    "public_exam": _exam,
    "public_other": _lecture,
}


def _mar(rng: Random, record: Record) -> Record:
    """One record in four carries a blemish, a few carry two; a title or a late proof is none yet."""
    if rng.random() < 0.25 and record["class"] != "public_exam":
        record |= {"title": rng.choice(TITLES), "organizer": rng.choice(("市人社局", "行业协会"))}
    for likelihood in (0.25, 0.04):
        if rng.random() < likelihood:
            record = _blemish(rng, record)
    return record


def _blemish(rng: Random, record: Record) -> Record:
    anyone = (_unproved, _late_proof, _unregistered, _other_name, _undated, _last_year, _wrong_dates, _bad_figure)
    own = {
        "training": (_no_basis, _no_hours, _keyed),
        "self_study": (_no_file, _keyed, _unstated),
        "output": (_unpublished,),
    }
    return rng.choice((*anyone, *own.get(record["class"], ())))(rng, record)


def _unproved(_: Random, record: Record) -> Record:
    return record | {"proof": False}


def _late_proof(rng: Random, record: Record) -> Record:
    return record | {"proof_on": _day(rng, date(2017, 7, 31), 180)}


def _unregistered(_: Random, record: Record) -> Record:
    return record | {"registered": False}


def _other_name(_: Random, record: Record) -> Record:
    return record | {"name_matches": False}


def _undated(rng: Random, record: Record) -> Record:
    """No date at all, or only the first of several days."""
    dated = {k: v for k, v in record.items() if k not in ("date", "start", "end", "days", "daily", "clock")}
    hours = {"hours": 6} if record["class"] in ("training", "self_study") else {}
    return hours | dated | rng.choice(({}, {"date": None}, {"start": date(2017, 5, 8), "days": rng.randint(1, 3)}))


def _last_year(rng: Random, record: Record) -> Record:
    """Whole years away: the certificate of another year."""
    years = timedelta(rng.choice((-365, 365)))
    moved = {k: v + years for k, v in record.items() if k in ("date", "start", "end") and v is not None}
    if "daily" in record:
        moved["daily"] = {day + years: hours for day, hours in record["daily"].items()}
    return record | moved


def _wrong_dates(rng: Random, record: Record) -> Record:
    """The end before the beginning, or more days of teaching than there are days."""
    if not {"start", "end"} <= record.keys():
        return record
    if rng.random() < 0.5:
        return record | {"start": record["end"], "end": record["start"]}
    return record | {"days": rng.choice((0, (record["end"] - record["start"]).days + 2))}


def _bad_figure(rng: Random, record: Record) -> Record:
    """Below zero, nothing, thousandths, or more than a day holds."""
    if "daily" in record:
        return record | {"daily": dict.fromkeys(record["daily"], rng.choice((-2, 0, 0.125, 30)))}
    return record | {"hours": rng.choice((-8, 0, 7.125, 400))}


def _no_basis(rng: Random, record: Record) -> Record:
    return record | {"basis": rng.choice((None, "none", "none"))}


def _no_hours(rng: Random, record: Record) -> Record:
    """Nothing stated, or minutes, whose length in class hours nobody has fixed."""
    return {k: v for k, v in record.items() if k != "hours"} | rng.choice(({}, {"minutes": 270}))


def _unstated(_: Random, record: Record) -> Record:
    """Neither the person nor the employer says how long the self-study took."""
    return {k: v for k, v in record.items() if k not in ("hours", "employer_hours")}


def _keyed(rng: Random, record: Record) -> Record:
    return record | {"key": rng.choice(("C-100", "c - 100", "Ｃ－１００", "K-7"))}


def _no_file(rng: Random, record: Record) -> Record:
    """Not in the learning file, or nobody says whether it is."""
    return record | {"in_archive": rng.choice((False, None))}


def _unpublished(_: Random, record: Record) -> Record:
    return record | {"published": False}


def _again(rng: Random, records: list[Record]) -> Record:
    """A record entered a second time: as it was, under another spelling, on another day, as another kind, proved, or
    once with and once without its number."""
    first = rng.choice(records)
    if first["class"] != "public_exam" and rng.random() < 0.5:
        first |= {"title": first.get("title", "急救技能"), "organizer": first.get("organizer", "市人社局")}
    record = dict(first)
    change = rng.randrange(6)
    if change == 0 and record.get("key"):
        record["key"] = f" {record['key'].lower()} "
    elif change == 1 and record.get("date"):
        record["date"] += timedelta(rng.randint(0, 30))
    elif change == 2 and record["class"] == "output" and record["kind"] != "other":
        record["kind"] = "conference_paper"
    elif change == 3:
        record["proof"] = True
    elif change == 4 and record["class"] != "public_exam":
        record["key"] = None if record.get("key") else f"C-{rng.randrange(100, 102)}"
    return record
