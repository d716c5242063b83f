"""The year of the small city worked out a second time: plain loops and Fractions over the truth, judged by the oracle.

Nothing here uses pandas beyond opening the truth, nor any rule or table of the package. What the package decided about
*who* a row speaks of is taken over (``ids``: the claims and people it registered, by place); the tests hold that to the
truth apart. What the hours are worth, and every figure of the year's tables, is worked out anew.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.rules import oracle
from tests.rules.records import Facts, read

Place = tuple[str, int]  # file below the inbox, row of the sheet
CLASSES = ("public_exam", "public_other", "training", "self_study", "output")
MARKS = ("in_scope", "enrolled", "trained", "public_passed", "met", "met_enrolled", "out_of_scope")
_NATURES = {"事业单位": "public_institution", "国有企业": "state_enterprise", "非公有制单位": "non_public_enterprise",
            "机关": "government_agency"}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """The truth behind the city, its tables as plain records; people and claims also by where they stand."""

    people: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    exams: list[dict[str, Any]]
    files: list[dict[str, Any]]
    mess: list[dict[str, Any]]
    units: list[dict[str, str]]

    @classmethod
    def of(cls, folder: Path) -> "Truth":
        tables = {
            name: pq.read_table(folder / "truth" / f"{name}.parquet").to_pylist()
            for name in ("people", "claims", "exams", "files", "mess")
        }
        with (folder / "units.csv").open(encoding="utf-8-sig", newline="") as file:
            return cls(**tables, units=list(csv.DictReader(file)))

    def twin(self, file: str) -> str:
        """The file that a file sent twice is a copy of, else the file itself: of the two either may be the one read."""
        return next(
            (each["duplicate_of"] for each in self.files if each["file"] == file and each["duplicate_of"]), file
        )


@dataclass
class Claim:
    """What became of one claim: what it stated, and hours by effect and reason."""

    person: str
    class_: str
    granted: Fraction
    lost: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    @property
    def claimed(self) -> Fraction:
        return self.granted + sum(self.lost.values())


@dataclass
class Person:
    """What the tables count of one person."""

    county: str
    sector: str
    series: str
    level: str
    marks: dict[str, bool]


def record(claim_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A claim of the truth as a record of a worked example; a flag left blank on a form is a thing not shown."""
    renamed = {"organizer": "organiser", "employer_recognised": "recognised"}
    names = ("class", "kind", "title", "basis", "recorded_on", "start", "end", "days", "hours", "in_archive", "key",
             "published", "items")  # fmt: skip
    found = {name: row[name] for name in names} | {name: row[other] for name, other in renamed.items()}
    found = {name: value for name, value in found.items() if value is not None}
    found |= {"ref": claim_id, "proof": bool(row["proof"]), "registered": bool(row["registered"])}
    if row["class"] == "self_study":
        found |= {name: row[name] for name in ("employer_hours", "in_archive")}
    return found


def exam_record(claim_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """An exam result of the truth as a record; the platforms name the subject by the year or by its theme."""
    facts = {"class": "public_exam", "date": row["date"], "subject": row["year"], "result": row["result"]}
    return {"ref": claim_id, **{name: value for name, value in facts.items() if value is not None}}


def judged(person: Mapping[str, Any], records: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Claim]]:
    """The oracle's verdict on a person, and what became of each claim."""
    verdict = oracle.judge({"person": dict(person), "records": records})
    return verdict, _stories(Facts(**person), records)


def _stories(person: Facts, records: list[dict[str, Any]]) -> dict[str, Claim]:
    """The oracle's own steps, one by one, with what each of them took."""
    claims = sorted(map(read, records), key=lambda c: (c.end or oracle.LAST, c.ref))
    for c in claims:
        c.granted, c.worth, c.flags, c.fate = Fraction(0), oracle.worth(c), set(), "live"
        c.story = Claim("", c.klass, Fraction(0))
        _filter(c, person)
    for step in (oracle.refuse_repeats, oracle.refuse_lines_without_number):
        live = [c for c in claims if c.fate == "live"]
        step(live)
        for c in live:
            if c.fate == "refused":
                c.story.lost["refused", next(iter(c.flags))] = _whole(c)
    rooms = {name: Counter({None: cap}) for name, cap in oracle.YEAR_CAPS.items()}
    so_far = Facts(minutes=defaultdict(set), rooms=defaultdict(lambda: Counter({None: oracle.DAY_CAP}), rooms))
    for c in [c for c in claims if c.fate == "live"]:
        _credit(c, so_far)
    return {c.ref: c.story for c in claims}


def _filter(c: Facts, person: Facts) -> None:
    """What refuses or holds a claim takes all of it: a hold what it is worth, a refusal what was stated."""
    refused, held = oracle.gates(c, person), oracle.needs(c, person, oracle.LAST)
    if refused:
        c.fate = "refused"
        c.story.lost["refused", refused[0]] = _whole(c)
    elif held:
        c.fate = "held"
        c.story.lost["held", held[0]] = max((c.hours or Fraction(0)) if c.worth is None else c.worth, Fraction(0))
        _differs(c)


def _whole(c: Facts) -> Fraction:
    """Hours stated; where a form has no such figure (an exam, a paper), what the claim would be worth."""
    stated = [figure for figure in (c.hours, oracle.worth(c)) if figure is not None]
    return max(stated[0], Fraction(0)) if stated else Fraction(0)


def _credit(c: Facts, so_far: Facts) -> None:
    _differs(c)
    for step, reason in ((oracle.lose_clash, "time_conflict"), (oracle.split_at_year, "split_year")):
        before = c.worth
        if c.fate == "live":
            step(c, so_far)
        if c.worth < before:
            c.story.lost["refused", reason] = before - c.worth
    if c.fate == "live":
        oracle.grant(c, so_far)
        c.story.granted = c.granted
        if c.granted < c.worth:
            c.story.lost["over_cap", "daily_cap" if c.klass == "training" else "annual_cap"] = c.worth - c.granted


def _differs(c: Facts) -> None:
    """Hours stated beyond what the claim is worth (三.2, 三.3) are refused; fewer are made up."""
    if c.hours is not None and c.worth is not None and c.worth < c.hours:
        c.story.lost["refused", "claim_differs"] = c.hours - c.worth


def marks(person: Mapping[str, Any], verdict: Mapping[str, Any]) -> dict[str, bool]:
    """What the tables count a person for."""
    inside = verdict["status"] != "out_of_scope"
    enrolled, met = inside and bool(person["on_signup"]), verdict["status"] == "pass"
    return {
        "in_scope": inside, "enrolled": enrolled, "trained": inside and verdict["credited"]["total"] > 0,
        "public_passed": inside and verdict["credited"]["public"] >= 30, "met": met, "met_enrolled": met and enrolled,
        "out_of_scope": not inside,
    }  # fmt: skip


def counted(people: Iterable[Person], *keys: str) -> dict[tuple[str, ...], dict[str, int]]:
    """People per combination of keys, mark by mark, and all of them under 合计."""
    table: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(MARKS, 0))
    for person in people:
        for group in (tuple(getattr(person, key) for key in keys), ("合计", *[""] * (len(keys) - 1))):
            for mark in MARKS:
                table[group][mark] += person.marks[mark]
    return table


def head_counts(units: Iterable[Mapping[str, str]], key: str) -> dict[str, tuple[int, int, int | None]]:
    """Units, those that gave a head-count, and its sum (None where one gave none) per group and in all."""
    names = {"county": "所属地区", "sector": "单位性质"}
    groups: dict[str, list[int | None]] = defaultdict(list)
    for unit in units:
        given = int(unit["应参训人数"]) if unit["应参训人数"] else None
        for group in (unit[names[key]], "合计"):
            groups[group].append(given)
    return {
        group: (len(given), len(given) - given.count(None), None if None in given else sum(given))
        for group, given in groups.items()
    }


def hours_table(claims: Iterable[Claim], inside: set[str]) -> dict[str, dict[str, Any]]:
    """Claims, persons and hours per class and in all, of people in scope."""
    kept = [claim for claim in claims if claim.person in inside]
    table = {}
    for name in (*CLASSES, "合计"):
        mine = [claim for claim in kept if name in (claim.class_, "合计")]
        lost = {effect: sum((h for c in mine for (e, _), h in c.lost.items() if e == effect), Fraction(0))
                for effect in ("over_cap", "refused", "held")}  # fmt: skip
        granted = sum((claim.granted for claim in mine), Fraction(0))
        persons = len({claim.person for claim in mine})
        table[name] = {
            "claims": len(mine), "persons": persons, "granted": granted, **lost,
            "claimed": granted + sum(lost.values()), "average": granted / persons if persons else None,
        }  # fmt: skip
    return table


def losses_table(claims: Iterable[Claim], inside: set[str]) -> dict[tuple[str, str, str], tuple[int, int, Fraction]]:
    """Claims, persons and hours lost per effect, reason and class."""
    found: dict[tuple[str, str, str], list[tuple[str, Fraction]]] = defaultdict(list)
    for claim in claims:
        if claim.person in inside:
            for (effect, reason), hours in claim.lost.items():
                found[effect, reason, claim.class_].append((claim.person, hours))
    return {
        key: (len(rows), len({person for person, _ in rows}), sum((hours for _, hours in rows), Fraction(0)))
        for key, rows in found.items()
    }


def sector_of(person: Mapping[str, Any]) -> str:
    """The printed sector of a person of the truth."""
    return {code: word for word, code in _NATURES.items()}.get(person["sector"], "性质待核")
