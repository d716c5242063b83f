"""One county's registers: claims tied to people, strangers kept, and an account of every row."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ce_toolkit.registers import Registers, register
from ce_toolkit.registers.claims import register_claims
from ce_toolkit.tables import CLAIMS, FINDINGS, PEOPLE, conform
from tests.registers.rows import CLAIM, COUNTY, batch, exam_table, form_rows, units

STRANGER = {"name": "戊二妹", "certificate_no": "0837140000002", "sex": "女"}
Rows = list[Mapping[str, Any]]


def _register(people: Rows, claims: Rows, *, county: str = COUNTY) -> Registers:
    return register(batch(people, claims), exam_table(), units(), county=county)


def _account(registers: Registers) -> dict[str, list[int]]:
    table = registers.account.set_index("form")[["rows_in", "registered", "merged", "held"]]
    return {form: table.loc[form].tolist() for form in table.index}


def test_a_claim_is_what_the_form_says_and_no_more() -> None:
    rows = form_rows("hours", {**CLAIM, "issued": True, "hours": Decimal("7.5"), "days": 2, "key": "PX1"})
    claim = register_claims(rows, rows["name"].rename(None)).iloc[0]
    assert (claim["class"], claim["hours"], claim["days"], claim["key"]) == ("training", Decimal("7.50"), 2, "PX1")
    assert claim["published"] is True
    blank = claim[["end", "employer_hours", "items", "timetable", "recognised", "proof_on", "subject"]]
    assert blank.isna().all()


def test_U34_hours_of_someone_on_no_form_are_kept() -> None:
    registers = _register([{}], [{}, STRANGER])
    assert registers.people["on_signup"].tolist() == [True, False]
    assert registers.findings["code"].astype("str").tolist() == ["U34"]
    assert registers.people["title"].isna().tolist() == [False, True]  # 专题讲座 is what was learnt, not a 职称
    assert len(registers.claims) == 2


def test_a_stranger_is_one_person_whether_or_not_a_row_gives_the_number() -> None:
    """Else the rows without it, or with its zero lost, would make further people and lower every average."""
    variants = [STRANGER, {**STRANGER, "certificate_no": None}, {**STRANGER, "certificate_no": "837140000002"}]
    registers = _register([{}], variants)
    assert registers.people["name"].tolist() == ["丁一郎", "戊二妹"]
    assert registers.claims["person_id"].nunique() == 1
    assert _account(registers)["hours"] == [3, 3, 0, 0]


def test_strangers_without_numbers_are_registered_by_name_and_unit() -> None:
    bare = {"name": "戊二妹", "certificate_no": None}
    registers = _register([{}], [bare, {**bare, "title": "研修"}, {"name": "己三省", "certificate_no": None}])
    assert registers.people["name"].tolist() == ["丁一郎", "戊二妹", "己三省"]
    assert _account(registers)["hours"] == [3, 3, 0, 0]


def test_D12_a_row_that_may_be_of_two_people_is_held() -> None:
    namesakes = [{"certificate_no": "0837140000001"}, {"certificate_no": "0837140000009"}]
    registers = _register(namesakes, [{"certificate_no": None}])
    assert registers.claims.empty
    assert _account(registers) == {"enrolment": [2, 2, 0, 0], "hours": [1, 0, 0, 1]}
    assert registers.findings["code"].astype("str").tolist() == ["D12"]


def test_MR6_among_strangers_holds_their_rows() -> None:
    registers = _register([{}], [STRANGER, {**STRANGER, "name": "己三省"}])
    assert _account(registers)["hours"] == [2, 0, 0, 2]
    assert len(registers.people) == 1


@pytest.mark.parametrize(("people", "claims"), [([], []), ([{}], []), ([], [{}])])
def test_a_county_may_send_one_form_only_or_nothing(people: Rows, claims: Rows) -> None:
    registers = _register(people, claims)
    assert _account(registers) == {
        "enrolment": [len(people), len(people), 0, 0], "hours": [len(claims), len(claims), 0, 0],
    }  # fmt: skip
    assert len(registers.people) == len(people) + len(claims)


def test_rows_in_are_registered_or_merged_or_held() -> None:
    people = [
        {}, {"file": "更正.xlsx", "received_on": date(2017, 5, 2)}, {**STRANGER}, {**STRANGER, "name": "己三省"},
        {"name": "庚四维", "certificate_no": None},
    ]  # fmt: skip
    claims = [{}, {}, STRANGER, {"name": "庚四维", "certificate_no": None}, {"certificate_no": "0837140000099"}]
    registers = _register(people, claims)
    account = _account(registers)
    assert account["enrolment"] == [5, 2, 1, 2]
    assert account["enrolment"][1] == registers.people["on_signup"].sum()
    assert account["hours"] == [5, len(registers.claims), 0, 5 - len(registers.claims)]


def test_claim_ids_of_two_counties_differ_though_their_files_are_called_alike() -> None:
    """Else the city's losses would count the rows of each once for every county."""
    here, there = (_register([{}], [{}], county=code).claims["claim_id"].tolist() for code in (COUNTY, "371403"))
    assert here != there


def test_tables_keep_their_contracts() -> None:
    registers = _register([{}], [{}, STRANGER])
    for table, data in ((PEOPLE, registers.people), (CLAIMS, registers.claims), (FINDINGS, registers.findings)):
        conform(table, data)


def test_the_same_rows_give_the_same_registers() -> None:
    first, again = (_register([{}, STRANGER], [{}, STRANGER]) for _ in range(2))
    assert first.people.equals(again.people)
    assert first.claims.equals(again.claims)


def test_U22_a_number_that_is_not_as_the_county_writes_them_is_remarked_and_counts() -> None:
    odd = {"name": "戊二妹", "certificate_no": "X1", "sex": "女"}
    found = register(batch([{}, odd], []), exam_table(), units(), county=COUNTY, certificate_pattern=r"\d{13}")
    assert found.findings["code"].astype("str").tolist() == ["U22"]
    assert "X1" not in found.findings["shown"].iloc[0]
    assert len(found.people) == 2


def test_U17_the_day_of_the_form_is_kept_with_the_person() -> None:
    people = _register([{}], [{}, STRANGER]).people
    assert people["signed_up_on"].isna().tolist()[1]
