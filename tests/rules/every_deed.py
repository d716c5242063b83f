"""The least that leads to met, found by trying everything: all sets of a few deeds on a coarse grid, by the engine.

The deeds of each pack are written by hand from its notice. Nothing here knows what a deed is worth or what caps it: a
set counts where the engine says met and grants every deed all it claims.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, combinations_with_replacement

from ce_toolkit.rules import Pack
from ce_toolkit.rules.example_format import Tables
from ce_toolkit.tables import CLAIMS
from tests.rules.following import Row, Variant, credited, rows_of

PROVED: Row = {"proof": True, "registered": True}


def _timed(template: Row, figures: Sequence[int], field: str = "hours") -> list[Row]:
    return [template | PROVED | {field: Decimal(figure)} for figure in figures]


# pack -> deeds, each one act on days of its own (``calendar_days``, else one)
DEEDS: Mapping[str, Sequence[Row]] = {
    "dezhou-2017": [
        *_timed({"class": "training", "basis": "held_hr"}, (2, 4, 6, 8, 10)),
        *_timed({"class": "self_study", "in_archive": True}, range(2, 42, 2), "employer_hours"),
        {"class": "output", "kind": "patent", "published": True, **PROVED},
        {"class": "public_exam", "result": "pass", **PROVED},
    ],
    "guangdong-2017": [
        *_timed({"class": "training"}, (2, 4, 6, 8)),
        *_timed({"class": "public_study"}, (2, 4, 6, 8)),
        *_timed({"class": "elective_study"}, (2, 4, 6, 8)),
    ],
    "louisiana-2017": [
        *_timed({"class": "course"}, (1, 2, 4, 7, 8, 9)),
        *_timed({"class": "course", "kind": "ethics"}, (1, 4, 7, 8)),
        *_timed({"class": "course", "kind": "building_code"}, (1, 4, 7, 8)),
    ],
    "accountants-2018": [
        *_timed({"class": "training", "calendar_days": 10}, range(10, 100, 10)),
        *_timed({"class": "public_study", "calendar_days": 10}, range(10, 70, 10)),
        {"class": "conference", "days": 1, **PROVED},
        {"class": "exam_subject", "result": "pass", **PROVED},
        {"class": "research", "kind": "paper", "level": "cn", "author_rank": 1, **PROVED},
        {"class": "research", "kind": "paper", "level": "cn", "author_rank": 2, **PROVED},
        {"class": "research", "kind": "project", "role": "member", **PROVED},
        {"class": "research", "kind": "book", "author_rank": 1, **PROVED},
    ],
    "xuzhou-2017": [
        *_timed({"class": "public_study", "calendar_days": 3}, range(4, 28, 4)),
        *_timed({"class": "training", "kind": "class"}, (4, 8, 12)),
        *_timed({"class": "training", "kind": "seminar"}, (4, 8, 12)),
        {"class": "degree", **PROVED},
    ],
    "texas-cpa-2017": [
        *_timed({"class": "technical_course"}, range(2, 22, 2)),
        *_timed({"class": "nontechnical_course"}, range(2, 22, 2)),
    ],
}  # fmt: skip


def least(tables: Tables, pack: Pack, most: int) -> tuple[tuple[Decimal, int], tuple[int, Decimal]] | None:
    """(hours, acts) least in hours and (acts, hours) least in acts, over sets of at most ``most`` deeds.

    Held claims that lack proof only are proved, all ways to choose among them, at no cost. None where no set is enough.
    """
    claims = rows_of(CLAIMS, tables.claims)
    found = [(variant, proved) for proved in _proofs(claims) for variant in _sets(proved, pack, most)]
    outcome = credited([variant for variant, _ in found], tables, pack, pack.time.last)
    met = (outcome.standing["status"] == "met").to_numpy()
    deeds = outcome.credits[outcome.credits["claim_id"].str.contains(":z", regex=False)]
    full = deeds[(deeds["granted"] == deeds["claimed"]) & (deeds["granted"] > 0)]
    hours, number = (table.groupby("person_id")["granted"] for table in (deeds, full))
    total, whole = hours.sum().to_dict(), number.size().to_dict()
    costs = [
        (total.get(f"{place:05}", Decimal(0)), variant.added)
        for place, (variant, _) in enumerate(found)
        if met[place] and whole.get(f"{place:05}", 0) == variant.added
    ]
    return (min(costs), min((acts, hours) for hours, acts in costs)) if costs else None


def _proofs(claims: Sequence[Row]) -> Iterator[list[Row]]:
    bare = [place for place, row in enumerate(claims) if row.get("proof") is False]
    for chosen in chain.from_iterable(combinations(bare, size) for size in range(len(bare) + 1)):
        yield [row | {"proof": True} if place in chosen else row for place, row in enumerate(claims)]


def _sets(claims: Sequence[Row], pack: Pack, most: int) -> Iterator[Variant]:
    for size in range(most + 1):
        for deeds in combinations_with_replacement(DEEDS[pack.id], size):
            added = [_on(deed, pack.time.last - timedelta(40 * place)) for place, deed in enumerate(deeds)]
            yield Variant("", [*claims, *added], size)


def _on(deed: Row, day: date) -> Row:
    return {**deed, "start": day - timedelta(deed.get("calendar_days", 1) - 1), "end": day}
