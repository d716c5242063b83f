"""The small city from folder to tables, held against the truth behind it and against figures worked out by hand."""

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.registers.areas import area_names
from ce_toolkit.statistics import Annual
from tests.by_hand import (
    MARKS,
    Claim,
    Person,
    Place,
    Truth,
    counted,
    exam_record,
    head_counts,
    hours_table,
    judged,
    losses_table,
    marks,
    record,
    sector_of,
)
from tests.conftest import Processed

PLATFORMS = "platforms"


def _place(folder: str, source: str) -> Place:
    """File below the inbox and row of an address such as 报名表.xlsx!Sheet1!A5 or 报名表.csv!A5."""
    file, *_, cell = source.split("!")
    return f"{folder}/{file}", int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@dataclass(frozen=True)
class Known:
    """What the truth says of the rows that the registers hold: people and claims by the ids the registers gave them."""

    truth: Truth
    person_of: dict[str, str]  # person of the register -> person of the truth
    rows: dict[str, dict[str, Any]]  # claim of the register -> claim or exam result of the truth
    owner: dict[str, str]  # claim of the register -> person of the register


@pytest.fixture(scope="module")
def truth(processed: Processed) -> Truth:
    return Truth.of(processed.folder)


@pytest.fixture(scope="module")
def known(processed: Processed, truth: Truth) -> Known:
    people = {(row["file"], row["row"]): row["person_id"] for row in truth.people if row["file"]}
    claims = {(row["file"], row["row"]): row for row in (*truth.claims, *truth.exams)}
    person_of, rows, owner = {}, {}, {}
    for area, registers in processed.registers.items():
        for person in registers.people.to_dict("records"):
            file, row = _place(area, person["source"])
            place = truth.twin(file), row
            person_of[person["person_id"]] = people[place] if person["on_signup"] else claims[place]["person_id"]
        for claim in registers.claims.to_dict("records"):
            file, row = _place(PLATFORMS if claim["class"] == "public_exam" else area, claim["source"])
            rows[claim["claim_id"]] = claims[truth.twin(file), row]
            owner[claim["claim_id"]] = claim["person_id"]
    return Known(truth, person_of, rows, owner)


# ---- against the truth --------------------------------------------------------------------------------


def test_every_claim_is_laid_to_the_person_it_is_of(known: Known) -> None:
    """No wrong identity among hours and exam results alike."""
    wrong = [claim for claim, row in known.rows.items() if known.person_of[known.owner[claim]] != row["person_id"]]
    assert not wrong
    assert len(known.rows) > 1900


def test_few_rows_are_held_for_doubt(processed: Processed) -> None:
    accounts = pd.concat([one.account for one in processed.registers.values()])
    assert accounts["held"].sum() <= 0.05 * accounts["rows_in"].sum()
    asked = sum((one.matches["verdict"] == "ask").sum() for one in processed.registers.values())
    assert asked <= 0.05 * len(processed.exams)


def test_everyone_on_a_form_is_found_once_and_nobody_else_is(known: Known) -> None:
    found = Counter(known.person_of.values())
    with_hours = {row["person_id"] for row in known.rows.values()}
    wanted = {row["person_id"] for row in known.truth.people if row["on_signup"] or row["person_id"] in with_hours}
    assert found == Counter(dict.fromkeys(wanted, 1))


def test_people_are_described_as_they_are(processed: Processed, known: Known) -> None:
    """Series and level as the truth has them, but where a form leaves the title out."""
    true = {row["person_id"]: row for row in known.truth.people}
    blank = _blank_titles(known.truth)
    for registers in processed.registers.values():
        for person in registers.people[registers.people["on_signup"]].to_dict("records"):
            row = true[known.person_of[person["person_id"]]]
            level = "未定" if row["person_id"] in blank else row["level"]
            assert (person["series"], person["level"], person["county"]) == (row["series"], level, row["county"])
            assert person["sector"] == row["sector"]


def test_every_file_ends_as_the_truth_says(processed: Processed, truth: Truth) -> None:
    """Of a file sent twice either is read, the other its twin."""
    submissions = {
        f"{area}/{row['file']}": row
        for area, batch in (*processed.batches.items(), (PLATFORMS, processed.platforms))
        for row in batch.submissions.to_dict("records")
    }
    assert set(submissions) == {row["file"] for row in truth.files}
    names = ("outcome", "rows_accepted", "rows_held", "rows_skipped")
    twins = {row["duplicate_of"] for row in truth.files} - {None}
    ends = {row["file"]: tuple(row[name] for name in names) for row in truth.files}
    for row in truth.files:
        found = tuple(submissions[row["file"]][name] for name in names)
        if row["duplicate_of"]:
            other = tuple(submissions[row["duplicate_of"]][name] for name in names)
            assert {found, other} == {ends[row["file"]], ends[row["duplicate_of"]]}
        elif row["file"] not in twins:
            assert found == ends[row["file"]], row["file"]


# ---- by hand --------------------------------------------------------------------------------


@dataclass(frozen=True)
class ByHand:
    """Everyone and every claim of the city, worked out by hand; keyed by the ids of the registers."""

    people: dict[str, Person]
    claims: dict[str, Claim]

    def of(self, county: str) -> tuple[dict[str, Person], list[Claim]]:
        chosen = {key: one for key, one in self.people.items() if county in ("city", one.county)}
        return chosen, [claim for claim in self.claims.values() if claim.person in chosen]


@pytest.fixture(scope="module")
def by_hand(known: Known) -> ByHand:
    true = {row["person_id"]: row for row in known.truth.people}
    blank = _blank_titles(known.truth)
    records: dict[str, list[dict[str, Any]]] = {person: [] for person in known.person_of}
    for claim, row in known.rows.items():
        records[known.owner[claim]].append((exam_record if "exam_id" in row else record)(claim, row))
    people, claims = {}, {}
    for key, mine in records.items():
        row = true[known.person_of[key]]
        facts = {name: row[name] for name in ("employment", "sector", "archive", "on_signup")}
        verdict, stories = judged(facts, mine)
        assert {ref: story.granted for ref, story in stories.items()} == verdict["granted"]
        named, level = (row["series"], row["level"]) if row["on_signup"] else ("其他（待核）", "未定")
        level = "未定" if row["person_id"] in blank else level
        people[key] = Person(row["county"], sector_of(row), named, level, marks(row, verdict))
        for ref, story in stories.items():
            story.person = key
            claims[ref] = story
    return ByHand(people, claims)


def _blank_titles(truth: Truth) -> set[str]:
    return {piece["ref"] for piece in truth.mess if piece["kind"] == "title_missing"}


AREAS = ("city", *area_names())


@pytest.fixture(scope="module")
def tables(processed: Processed) -> dict[str, Annual]:
    return {area: processed.annual(area) for area in AREAS}


@pytest.mark.parametrize("area", AREAS)
def test_participation_is_as_by_hand(tables: dict[str, Annual], by_hand: ByHand, truth: Truth, area: str) -> None:
    table, names = tables[area].tables["participation"].data, area_names()
    people, _ = by_hand.of(area)
    key = "county" if area == "city" else "sector"
    units = [unit for unit in truth.units if area in ("city", unit["所属地区"])]
    heads, counts = head_counts(units, key), counted(people.values(), key)
    groups = {names.get(group, group): group for group in {*heads, *(group for (group,) in counts), "合计"}}
    assert set(table.iloc[:, 0]) == set(groups)
    for row in table.to_dict("records"):
        group = groups[row[tables[area].key]]
        told = row["units"], row["units_reporting"], None if pd.isna(row["eligible"]) else row["eligible"]
        assert told == heads.get(group, (0, 0, None))
        zero = dict.fromkeys(MARKS, 0)
        shown = [mark for mark in MARKS if mark in row]
        assert {mark: row[mark] for mark in shown} == {mark: counts.get((group,), zero)[mark] for mark in shown}


@pytest.mark.parametrize("area", AREAS)
def test_series_and_levels_are_as_by_hand(tables: dict[str, Annual], by_hand: ByHand, area: str) -> None:
    counts = counted(by_hand.of(area)[0].values(), "series", "level")
    rows = tables[area].tables["by_series"].data.to_dict("records")
    told = [mark for mark in MARKS if mark != "out_of_scope"]
    wanted = {key: {mark: marks[mark] for mark in told} for key, marks in counts.items()}
    assert {(row["series"], row["level"]): {mark: row[mark] for mark in told} for row in rows} == wanted


def test_the_detail_of_the_city_is_as_by_hand(tables: dict[str, Annual], by_hand: ByHand) -> None:
    names, keys = area_names(), ["county_name", "sector_name", "series", "level"]
    by_code = counted(by_hand.people.values(), "county", "sector", "series", "level")
    told = [mark for mark in MARKS if mark != "out_of_scope"]
    rows = tables["city"].detail.groupby(keys)[told].sum().reset_index().to_dict("records")
    found = {tuple(row[key] for key in keys): {mark: row[mark] for mark in told} for row in rows}
    wanted = {(names.get(county, county), *rest): marks for (county, *rest), marks in by_code.items()}
    assert found == {key: {mark: marks[mark] for mark in told} for key, marks in wanted.items()}


@pytest.mark.parametrize("area", AREAS)
def test_hours_are_as_by_hand(tables: dict[str, Annual], by_hand: ByHand, area: str) -> None:
    people, claims = by_hand.of(area)
    wanted = hours_table(claims, {key for key, person in people.items() if person.marks["in_scope"]})
    table = tables[area].tables["hours"]
    rows = {row["class"]: row for row in replace(table, hidden=table.hidden & False).published.to_dict("records")}
    assert set(rows) == {name for name, figures in wanted.items() if figures["claims"] or name == "合计"}
    for name, row in rows.items():
        averages = row.pop("average"), wanted[name].pop("average")
        assert {key: Fraction(row[key]) for key in wanted[name]} == wanted[name], name
        assert averages == (None, None) or abs(Fraction(averages[0]) - averages[1]) <= Fraction(1, 200)


@pytest.mark.parametrize("area", AREAS)
def test_losses_are_as_by_hand(tables: dict[str, Annual], by_hand: ByHand, area: str) -> None:
    people, claims = by_hand.of(area)
    wanted = losses_table(claims, {key for key, person in people.items() if person.marks["in_scope"]})
    rows = tables[area].tables["losses"].data.iloc[:-1].to_dict("records")
    found = {
        (row["effect"], row["reason"], row["class"]): (row["claims"], row["persons"], Fraction(row["hours"]))
        for row in rows
    }
    assert found == wanted
    assert len(found) == len(rows)


def test_the_city_knows_most_reasons_and_every_effect(tables: dict[str, Annual]) -> None:
    """The comparison above is not of empty tables."""
    losses = tables["city"].tables["losses"].data.iloc[:-1]
    assert set(losses["effect"]) == {"over_cap", "refused", "held"}
    assert losses["reason"].nunique() >= 15


# ---- nothing is lost on the way --------------------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS[1:])
def test_every_row_read_is_accounted_for_to_the_end(processed: Processed, area: str) -> None:
    batch, registers = processed.batches[area], processed.registers[area]
    files = batch.submissions[["rows_read", "rows_accepted", "rows_held", "rows_skipped"]].sum()
    assert files["rows_read"] == files["rows_accepted"] + files["rows_held"] + files["rows_skipped"]
    assert files["rows_accepted"] == len(batch.enrolments) + len(batch.hours) + len(batch.exams)
    account = registers.account.set_index("form")
    enrolled = int(registers.people["on_signup"].sum())
    assert len(batch.enrolments) == enrolled + account.loc["enrolment", "merged"] + account.loc["enrolment", "held"]
    claims = int((registers.claims["class"] != "public_exam").sum())
    asked = int((registers.findings["code"] == "D12").sum())
    assert len(batch.hours) == claims + asked
    assert (account.loc["hours", "registered"], account.loc["hours", "held"]) == (claims, asked)
    assert sorted(processed.credited[area].credits["claim_id"]) == sorted(registers.claims["claim_id"])
    assert len(processed.credited[area].standing) == len(registers.people)


def test_every_exam_result_is_some_person_s_or_asked_or_of_nobody_on_a_form(processed: Processed, truth: Truth) -> None:
    matches = pd.concat([one.matches for one in processed.registers.values()])
    assert matches["exam_id"].is_unique
    told = dict(zip(matches["exam_id"], matches["verdict"], strict=True))
    clues = {(row["file"], row["row"]): row["clue"] for row in truth.exams}
    for exam_id in processed.exams["exam_id"]:
        clue = clues[_place(PLATFORMS, exam_id)]
        doubtful = {"ask", "same"}  # the sex may tell namesakes apart
        wanted = {"on_no_form": {None}, "namesakes": doubtful, "misspelt_unit": doubtful}.get(clue, {"same"})
        assert told.get(exam_id) in wanted, (exam_id, clue)
