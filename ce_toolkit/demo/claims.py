"""What people declare: trainings, self-study, outputs, and now and then a lecture on the public subject.

A column of a ``Claims`` holds what the hours register says, in its plainest spelling; blanks are ``BLANK`` (numbers),
``NaT`` (days), -1 (yes or no) and ``None`` (text). Hours are hundredths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ce_toolkit.demo.dice import BLANK, Days, Ints, Texts, chance, choose, objects, pick, some
from ce_toolkit.demo.people import People
from ce_toolkit.demo.spec import topics
from ce_toolkit.demo.units import CITY, Unit

NO_DAY = np.datetime64("NaT", "D")
NEW_YEAR = np.datetime64("2017-01-01", "D")
YEAR_END = np.datetime64("2017-12-31", "D")

_DAYS = {1: 20, 2: 20, 3: 21, 4: 14, 5: 14, 6: 5, 7: 2, 8: 4}
_PER_DAY = {400: 7, 600: 14, 650: 4, 700: 16, 750: 8, 800: 46, 900: 2, 1000: 2, 1200: 1}
_TRAINING = {
    "full_time": 14, "half_off_job": 7, "advanced": 6, "workshop": 12, "lecture": 22, "exchange": 8, "abroad": 1,
    "online": 24, "practice": 6,
}  # fmt: skip
_BASIS = {
    "held_hr": 15, "approved_hr": 10, "recorded_hr": 15, "held_industry": 40, "approved_industry": 16, "none": 2,
    None: 2,
}  # fmt: skip
_STUDY = {"personal": 46, "unit": 34, "exam": 6, "degree": 14}
_STUDY_HOURS = {1000: 10, 1500: 10, 2000: 22, 2500: 8, 3000: 20, 4000: 20, 4550: 2, 5000: 5, 6000: 3}
_OUTPUT = {
    "paper": 40, "conference_paper": 14, "award": 14, "patent": 8, "other": 12, "book": 8, "translation": 4,
}  # fmt: skip
_ITEMS = {1: 74, 2: 15, 3: 6, 4: 3, 5: 2}
_KEYS = {"paper": "DOI-10.0000/demo", "conference_paper": "HY2017", "award": "JL2017", "patent": "ZL2017",
         "other": "CG2017", "book": "ISBN978-7-000", "translation": "ISBN978-7-001"}  # fmt: skip


@dataclass(frozen=True)
class Claims:
    """Columns of equal length, one entry per claim; ``person`` is the claimant's place in ``People``."""

    person: Ints
    class_: Texts
    kind: Texts
    title: Texts
    organiser: Texts
    basis: Texts
    recorded_on: Days
    start: Days
    end: Days
    days: Ints
    hours: Ints
    items: Ints
    employer_hours: Ints
    in_archive: Ints
    key: Texts
    issued: Ints
    recognised: Ints
    proof: Ints
    registered: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, places: Ints) -> "Claims":
        """The claims at these places, in this order."""
        return Claims(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


@dataclass(frozen=True)
class _Scene:
    """Who declares: the units, their people, the day each person's register is sent, the mark of this part."""

    units: Sequence[Unit]
    people: People
    known: Days
    mark: str

    def drawn(self, rng: np.random.Generator, what: str, person: Ints) -> list[str]:
        """Something each person's trade offers: one of its classes, study or papers."""
        pool = [getattr(topics()[unit.kind.topic], what) for unit in self.units]
        at, luck = self.people.unit[person].tolist(), rng.random(len(person)).tolist()
        return [pool[u][int(r * len(pool[u]))] for u, r in zip(at, luck, strict=True)]


def draw_claims(rng: np.random.Generator, units: Sequence[Unit], people: People, sent_on: Days, mark: str) -> Claims:
    """All claims, person by person, each person's in the order of their days.

    ``sent_on`` is the day each unit sends its hours register: what it declares lies before it. ``mark`` goes into the
    numbers of certificates and works, so that two parts of the city share none.
    """
    scene = _Scene(units, people, sent_on[people.unit], mark)
    idle = chance(rng, 0.02, len(people))
    drive = np.where(idle, 0, people.effort)
    parts = (
        _trainings(rng, scene, np.where(idle, 0, 1 + rng.poisson(2.75 * drive))),
        _studies(rng, scene, rng.poisson(1.15 * drive)),
        _outputs(rng, scene, rng.poisson(0.8 * drive)),
        _lectures(rng, scene, np.asarray(chance(rng, 0.02, len(people)) & ~idle, dtype=np.int64)),
    )
    claims = _joined(parts)
    claims = _joined((claims, *_repeats(rng, claims)))
    start = np.where(np.isnat(claims.start), NEW_YEAR, claims.start)
    return claims.take(np.lexsort((start, claims.person)))


def _joined(parts: Sequence[Claims]) -> Claims:
    names = [field.name for field in fields(Claims)]
    return Claims(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _blank(person: Ints, class_: str, kind: Texts, proof: Ints, registered: Ints) -> Claims:
    size = len(person)
    none, no_day = objects([None] * size), np.full(size, NO_DAY)
    number, flag = np.full(size, BLANK, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    return Claims(
        person=person, class_=objects([class_] * size), kind=kind, title=none, organiser=none, basis=none,
        recorded_on=no_day, start=no_day, end=no_day, days=number, hours=number, items=number, employer_hours=number,
        in_archive=flag, key=none, issued=flag, recognised=flag, proof=proof, registered=registered,
    )  # fmt: skip


def _started(rng: np.random.Generator, person: Ints, class_: str, kinds: Mapping[str, float]) -> Claims:
    """Claims with kind, proof and registration drawn, all else blank."""
    size = len(person)
    proof = np.asarray(~chance(rng, 0.03, size), dtype=np.int64)
    registered = np.asarray(~chance(rng, 0.02, size), dtype=np.int64)
    return _blank(person, class_, choose(rng, kinds, size), proof, registered)


def _trainings(rng: np.random.Generator, scene: _Scene, count: Ints) -> Claims:
    person = np.repeat(np.arange(len(count)), count)
    size = len(person)
    claims = _started(rng, person, "training", _TRAINING)
    days = np.array(list(_DAYS))[pick(rng, _DAYS, size)]
    hours = days * np.array(list(_PER_DAY))[pick(rng, _PER_DAY, size)]
    span = days + np.where((days > 1) & chance(rng, 0.12, size), rng.integers(1, 4, size), 0)
    start = _starts(rng, person, scene.known[person], span)
    basis = choose(rng, _BASIS, size)
    classes = scene.drawn(rng, "classes", person)
    end = start + span - 1
    return replace(
        claims,
        title=objects([f"{t}（第{n}期）" for t, n in zip(classes, rng.integers(1, 8, size).tolist(), strict=True)]),
        organiser=_organisers(rng, scene, person, basis),
        basis=basis,
        recorded_on=_recorded(rng, basis, start),
        start=start,
        end=np.where((span == 1) & chance(rng, 0.5, size), NO_DAY, end),
        days=np.where(chance(rng, 0.05, size), BLANK, days),
        hours=hours,
        key=objects(
            [f"PX2017{scene.mark}{i:07d}" if luck < 0.62 else None for i, luck in enumerate(rng.random(size), start=1)]
        ),
    )


def _keys(rng: np.random.Generator, keys: Sequence[str], rate: float) -> Texts:
    """The numbers of certificates and works, as far as they are told."""
    return objects([key if told else None for key, told in zip(keys, chance(rng, rate, len(keys)), strict=True)])


def _starts(rng: np.random.Generator, person: Ints, known: Days, span: Ints) -> Days:
    """First days: inside the year and before the register is sent, but for a few over New Year or of last year.

    Now and then a person's next class begins on the day of the one before, or a day later: they overlap.
    """
    size = len(person)
    room = (known - NEW_YEAR).astype(np.int64) - span - 3
    start = NEW_YEAR + 2 + (rng.random(size) * room).astype(np.int64)
    again = 1 + np.flatnonzero((person[1:] == person[:-1]) & chance(rng, 0.06, max(size - 1, 0)))
    start[again] = np.minimum(start[again - 1] + rng.integers(0, 2, len(again)), known[again] - span[again])
    last_year = some(rng, np.arange(size), 0.008)
    start[last_year] = np.datetime64("2016-10-10", "D") + rng.integers(0, 60, len(last_year))
    edge = some(rng, np.flatnonzero(span > 2), 0.008)
    start[edge] = np.datetime64("2016-12-30", "D") + rng.integers(0, 2, len(edge))
    late = np.flatnonzero((span > 2) & (known > np.datetime64("2017-12-25", "D")))
    end_edge = some(rng, late, 0.03, least=0)
    start[end_edge] = np.datetime64("2017-12-30", "D") + rng.integers(0, 2, len(end_edge))
    return start


def _recorded(rng: np.random.Generator, basis: Texts, start: Days) -> Days:
    """Day of filing with the HR authority: before the class, now and then after it began, or not stated."""
    lead = rng.integers(-40, -3, len(start))
    lead = np.where(chance(rng, 0.06, len(start)), rng.integers(1, 10, len(start)), lead)
    stated = (basis == "recorded_hr") & chance(rng, 0.9, len(start))
    return np.where(stated, start + lead, NO_DAY)


def _organisers(rng: np.random.Generator, scene: _Scene, person: Ints, basis: Texts) -> Texts:
    """Who held the class, in keeping with the basis: the HR authority, the bureau of the trade, or the unit itself."""
    units = scene.units
    place = ["德州市" if u.area.code == CITY else u.area.name for u in units]
    held = {"held_hr": [f"{p}人力资源和社会保障局" for p in place]}
    held["held_industry"] = [f"{p}{topics()[u.kind.topic].bureau}" for p, u in zip(place, units, strict=True)]
    own = [u.name for u in units]
    city = chance(rng, 0.25, len(person)).tolist()
    held_by_city = {"held_hr": "德州市人力资源和社会保障局"}
    at = scene.people.unit[person].tolist()
    return objects(
        [
            held_by_city.get(b, held.get(b, own)[u]) if in_city else held.get(b, own)[u]
            for b, u, in_city in zip(basis.tolist(), at, city, strict=True)
        ]
    )


def _studies(rng: np.random.Generator, scene: _Scene, count: Ints) -> Claims:
    """Self-study: hours set by the employer, now and then other than those asked for; the unit's archive or none."""
    person = np.repeat(np.arange(len(count)), count)
    size = len(person)
    claims = _started(rng, person, "self_study", _STUDY)
    hours = np.array(list(_STUDY_HOURS))[pick(rng, _STUDY_HOURS, size)]
    end = scene.known[person] - rng.integers(3, 60, size)
    start = np.maximum(end - rng.integers(20, 150, size), NEW_YEAR + 2)
    start = np.where((claims.kind == "degree") & chance(rng, 0.4, size), np.datetime64("2016-09-01", "D"), start)
    lowered = np.where(chance(rng, 0.04, size), hours // 2, hours)
    return replace(
        claims,
        title=objects(scene.drawn(rng, "study", person)),
        start=start,
        end=end,
        hours=hours,
        employer_hours=np.where(chance(rng, 0.02, size), BLANK, lowered),
        in_archive=_archived(rng, scene.units, scene.people.unit[person]),
    )


def _archived(rng: np.random.Generator, units: Sequence[Unit], at: Ints) -> Ints:
    kept = np.array([{True: 1, False: 0, None: -1}[u.archive] for u in units], dtype=np.int64)[at]
    luck = rng.random(len(at))
    there = np.where(luck < 0.97, 1, 0)
    absent = np.where(luck < 0.7, 0, -1)
    unsaid = np.where(luck < 0.8, 1, -1)
    return np.where(kept == 1, there, np.where(kept == 0, absent, unsaid))


def _outputs(rng: np.random.Generator, scene: _Scene, count: Ints) -> Claims:
    """Papers, books, patents, awards: ten hours an item, a few asked for more; some unpublished or not granted."""
    person = np.repeat(np.arange(len(count)), count)
    size = len(person)
    claims = _started(rng, person, "output", _OUTPUT)
    kind = claims.kind
    items = np.array(list(_ITEMS))[pick(rng, _ITEMS, size)]
    on = NEW_YEAR + 2 + (rng.random(size) * ((scene.known[person] - NEW_YEAR).astype(np.int64) - 5)).astype(np.int64)
    on = np.where(chance(rng, 0.01, size), np.datetime64("2016-11-20", "D"), on)
    printed = np.isin(kind, ["paper", "book", "translation", "patent"])
    key = [f"{_KEYS[k]}-{scene.mark}{i:06d}" for i, k in enumerate(kind)]
    for i in some(rng, 1 + np.flatnonzero((kind[1:] == "paper") & (kind[:-1] == "paper")), 0.05):
        key[i] = key[i - 1]  # one paper of two authors, or of one who declares it twice
    return replace(
        claims,
        title=objects(scene.drawn(rng, "papers", person)),
        start=on,
        hours=items * np.where(chance(rng, 0.04, size), 2500, 1000),
        items=np.where((items == 1) & chance(rng, 0.1, size), BLANK, items),
        key=_keys(rng, key, 0.85),
        issued=np.where(printed, np.where(chance(rng, 0.05, size), 0, 1), -1),
        recognised=np.where(kind == "other", np.array([1, 0, -1])[pick(rng, {"yes": 86, "no": 8, "": 6}, size)], -1),
    )


def _lectures(rng: np.random.Generator, scene: _Scene, count: Ints) -> Claims:
    """Lectures on the public subject without its exam: declared by mistake, worth nothing under the notice."""
    person = np.repeat(np.arange(len(count)), count)
    size = len(person)
    claims = _started(rng, person, "public_other", {"lecture": 1})
    start = (
        NEW_YEAR + 60 + (rng.random(size) * ((scene.known[person] - NEW_YEAR).astype(np.int64) - 64)).astype(np.int64)
    )
    basis = objects(["held_hr"] * size)
    return replace(
        claims,
        title=objects(["信息化能力建设与网络安全专题讲座"] * size),
        organiser=_organisers(rng, scene, person, basis),
        basis=basis,
        start=start,
        end=start,
        days=np.ones(size, dtype=np.int64),
        hours=100 * rng.integers(3, 9, size),
    )


def _repeats(rng: np.random.Generator, claims: Claims) -> tuple[Claims, Claims]:
    """Claims entered twice under one key: a class with its certificate again, a paper again as a conference paper."""
    keyed = np.array([key is not None for key in claims.key], dtype=bool)
    classes = claims.take(np.array(some(rng, np.flatnonzero(keyed & (claims.class_ == "training")), 0.012, least=2)))
    papers = claims.take(np.array(some(rng, np.flatnonzero(keyed & (claims.kind == "paper")), 0.02), dtype=np.int64))
    return (
        replace(classes, title=objects([f"{title}结业" for title in classes.title])),
        replace(papers, kind=objects(["conference_paper"] * len(papers)), issued=np.full(len(papers), -1)),
    )
