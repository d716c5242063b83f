"""Every table of the year again, in plain Python over the stored tables: loops and dictionaries, no frames."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ce_toolkit.registers.areas import area_names

Row = Mapping[str, Any]
Key = tuple[str, ...]
TOTAL = ("合计",)

SECTORS = {"public_institution": "事业单位", "state_enterprise": "国有企业", "non_public_enterprise": "非公有制单位",
           "government_agency": "机关"}  # fmt: skip
CAUSES = {
    "no_proof": "person", "outside_year": "person", "not_passed": "person", "split_year": "person",
    "same_work": "person", "not_published": "person", "not_granted": "person", "public_content": "person",
    "wrong_subject": "person", "time_conflict": "person", "repeat_exam": "person", "not_approved": "employer",
    "no_archive": "employer", "not_registered": "employer", "not_recognised": "employer",
    "employer_hours_missing": "employer", "claim_differs": "data", "duplicate": "data", "no_date": "data",
    "invalid_dates": "data", "implausible_hours": "data", "invalid_hours": "data", "no_hours": "data",
    "identity_mismatch": "data", "zero_hours": "data",
}  # fmt: skip
CAPS = {
    "self_study_year": ("self_study", "自学每年40", Decimal(40)),
    "output_year": ("output", "成果论著每年30", Decimal(30)),
    "training_day": ("training", "培训进修每人每天8", None),
}


class Year:
    """The stored tables as lists of rows; ``inside`` are the people in scope."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], units: Sequence[Row]) -> None:
        self.people = {row["person_id"]: row for row in tables["people"]}
        self.standing = {row["person_id"]: row for row in tables["standing"]}
        self.claims = {row["claim_id"]: row for row in tables["claims"]}
        self.credits, self.ledger, self.files = tables["credits"], tables["ledger"], tables["submissions"]
        self.units = {_tight(row["unit"]): row for row in units}
        self.inside = {key for key, row in self.standing.items() if row["status"] != "out_of_scope"}

    def fact(self, person: str, name: str) -> str:
        """A fact of a person as tables group by it."""
        row = self.people[person]
        unit = self.units.get(_tight(row["employer"] or ""))
        sector = row["sector"]
        match name:
            case "county_name":
                return area_names().get(row["county"], row["county"])
            case "sector_name":
                return SECTORS.get(sector, "性质待核")
            case "ownership":
                return "待核" if sector not in SECTORS else "非公有" if "non_public" in sector else "公有"
            case "size":
                return "不在单位名录" if unit is None else _size(unit["eligible"])
        return row[name] or "未填"

    def marks(self, person: str) -> dict[str, int]:
        """What a person counts for."""
        row, out = self.standing[person], person not in self.inside
        on_form, met = bool(self.people[person]["on_signup"]), row["status"] == "met"
        marks = {
            "in_scope": not out, "out_of_scope": out, "enrolled": on_form and not out,
            "trained": row["total"] > 0 and not out, "public_passed": row["short_public"] == 0 and not out,
            "professional_met": row["short_professional"] == 0 and not out, "met": met, "met_enrolled": met and on_form,
            "no_training": "no_training" in (row["flags"] or "").split() and not out,
        }  # fmt: skip
        return {name: int(mark) for name, mark in marks.items()}


def _tight(name: str) -> str:
    return "".join(sign for sign in name if sign not in " \u3000（）()[]【】").upper()


def _size(eligible: int | None) -> str:
    if eligible is None:
        return "未报应参训人数"
    return next(
        (word for top, word in ((9, "1—9人"), (49, "10—49人"), (199, "50—199人")) if eligible <= top), "200人及以上"
    )


def people_table(year: Year, keys: Sequence[str], marks: Sequence[str]) -> dict[Key, dict[str, int]]:
    """Counts of people per group and in all."""
    table: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(marks, 0))
    for person in year.people:
        mine = year.marks(person)
        for group in (tuple(year.fact(person, key) for key in keys), TOTAL):
            for mark in marks:
                table[group][mark] += mine[mark]
    return dict(table)


Figures = Mapping[str, Callable[[Row], Decimal | bool]]


def rows_table(rows: Iterable[Row], key: Callable[[Row], Key], figures: Figures) -> dict[Key, dict[str, Any]]:
    """Rows, people (each once) and sums of figures per group and in all; each row names its ``person_id``."""
    table: dict[Key, dict[str, Any]] = defaultdict(lambda: {"claims": 0, **dict.fromkeys(figures, 0)})
    persons: dict[Key, set[str]] = defaultdict(set)
    table[TOTAL], persons[TOTAL] = table[TOTAL], set()
    for row in rows:
        for group in (key(row), TOTAL):
            table[group]["claims"] += 1
            persons[group].add(row["person_id"])
            for name, figure in figures.items():
                table[group][name] += figure(row)
    return {group: {**row, "persons": len(persons[group])} for group, row in table.items()}


def claims_of(year: Year) -> list[Row]:
    """Claims of people in scope with their form and evidence."""
    return [{**row, **_facts(year, row)} for row in year.credits if row["person_id"] in year.inside]


def _facts(year: Year, row: Row) -> dict[str, Any]:
    claim = year.claims[row["claim_id"]]
    return {"kind": claim["kind"], "proof": claim["proof"]}


def moves_of(year: Year, *effects: str) -> list[Row]:
    """Hours taken from people in scope, with the class of the claim."""
    classes = {row["claim_id"]: row["class"] for row in year.credits}
    return [
        {**row, "class": classes[row["claim_id"]], "hours": -row["delta"]}
        for row in year.ledger
        if row["person_id"] in year.inside and row["effect"] in effects
    ]


def at_caps(year: Year) -> dict[str, dict[str, Any]]:
    """People under each cap, at it, cut by it, and the hours cut, by the cap's first words."""
    found = {}
    for rule, (class_, name, limit) in CAPS.items():
        granted: dict[str, Decimal] = defaultdict(Decimal)
        for row in claims_of(year):
            if row["class"] == class_ and row["granted"] + row["over_cap"] > 0:
                granted[row["person_id"]] += row["granted"]
        cuts: dict[str, Decimal] = defaultdict(Decimal)
        for row in moves_of(year, "over_cap"):
            if row["rule"] == rule:
                cuts[row["person_id"]] += row["hours"]
        full = {person for person, hours in granted.items() if limit is not None and hours >= limit}
        found[name] = {
            "persons": len(granted), "at_cap": len(full if limit is not None else cuts), "cut": len(cuts),
            "hours": sum(cuts.values(), Decimal(0)),
        }  # fmt: skip
    return found


GAPS = (("达到要求", 0), ("差10学时以内", 10), ("差10以上至20", 20), ("差20以上至30", 30), ("差30以上至60", 60),
        ("差60以上至90", 90))  # fmt: skip
MINIMA = {"total": 90, "professional": 60, "public": 30}


def shortfall(year: Year) -> dict[Key, dict[str, int]]:
    """People in scope by what is missing to each minimum."""
    table: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys((f"gap_{name}" for name in MINIMA), 0))
    for person in year.inside:
        for name in MINIMA:
            short = year.standing[person][f"short_{name}"]
            word = next(word for word, top in GAPS if short <= top)
            for group in ((word,), TOTAL):
                table[group][f"gap_{name}"] += 1
    return dict(table)


def months(year: Year) -> dict[Key, dict[str, int]]:
    """People who met by the month in which they had it all, day by day through their credited claims."""
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in year.credits:
        mine[row["person_id"]].append(row)
    table: dict[Key, dict[str, int]] = defaultdict(lambda: {"met": 0, "met_enrolled": 0})
    table[TOTAL] = table[TOTAL]
    for person, row in year.standing.items():
        if row["status"] != "met":
            continue
        have, month = dict.fromkeys(MINIMA, Decimal(0)), ""
        for claim in sorted(mine[person], key=lambda claim: (claim["completed_on"] is None, claim["completed_on"])):
            have["public" if claim["class"] == "public_exam" else "professional"] += claim["granted"]
            have["total"] += claim["granted"]
            if all(have[name] >= figure for name, figure in MINIMA.items()):
                month = f"{claim['completed_on'].month}月" if claim["completed_on"].year == 2017 else "12月"
                break
        for group in ((month,), TOTAL):
            table[group]["met"] += 1
            table[group]["met_enrolled"] += bool(year.people[person]["on_signup"])
    return dict(table)
