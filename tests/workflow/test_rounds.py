"""A round of review: what enters the journal, once, by whom, and where everything stands at every stage."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.errors import ActError
from ce_toolkit.tables import CLAIMS, PEOPLE, frame
from ce_toolkit.workflow import Journal, Routes, acts_table, fold
from ce_toolkit.workflow.rounds import (
    STAGES,
    Entering,
    awaiting,
    entering,
    registrations,
    stage_counts,
    unroutable,
)
from tests.workflow.office import CITY, COUNTY, HOSPITAL, INSTITUTE, PLANT, SCHOOL, act, register_of_units

DAY, LAST = date(2017, 7, 31), date(2017, 7, 31)
PEOPLE_OF = {"p1": SCHOOL, "p2": INSTITUTE, "p3": PLANT, "p4": "不在名录的单位", "p5": SCHOOL}
_CLAIMS = [  # id, person, class, end, registered, file
    ("c1", "p1", "training", date(2017, 3, 1), True, "a.xlsx"),
    ("c2", "p1", "output", date(2017, 4, 1), True, "a.xlsx"),
    ("c3", "p2", "training", date(2017, 5, 1), True, "b.xlsx"),
    ("c4", "p1", "training", date(2017, 10, 1), True, "a.xlsx"),
    ("c5", "p1", "self_study", date(2017, 5, 1), False, "a.xlsx"),
    ("c6", "p3", "training", date(2017, 5, 1), True, "b.xlsx"),
    ("c7", "p4", "training", date(2017, 5, 1), True, "b.xlsx"),
    ("c8", "p1", "public_exam", date(2017, 5, 20), None, "x.csv"),
    ("c9", "p1", "training", None, True, "late.xlsx"),
]
CAME = {"a.xlsx": date(2017, 7, 3), "b.xlsx": date(2017, 7, 4), "late.xlsx": date(2017, 8, 5)}


@pytest.fixture
def office(tmp_path: Path) -> tuple[Journal, Routes]:
    return Journal(tmp_path / "journal"), register_of_units(tmp_path)


def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    names = ("claim_id", "person_id", "class", "end", "registered", "source")
    columns = {name: [row[place] for row in _CLAIMS] for place, name in enumerate(names)}
    columns["source"] = [f"{file}!Sheet1!A5" for file in columns["source"]]
    people = {"person_id": list(PEOPLE_OF), "name": ["甲"] * 5, "employer": list(PEOPLE_OF.values())}
    return frame(CLAIMS, columns), frame(PEOPLE, people)


def _files(**came: date) -> pd.DataFrame:
    told = {**CAME, **{name.replace("_", "."): day for name, day in came.items()}}
    contact = ["继续教育工作负责人 唐＊＊、办公电话 ＊＊00" if name == "a.xlsx" else None for name in told]
    return pd.DataFrame({"file": list(told), "received_on": list(told.values()), "contact": contact})


def _register(journal: Journal, routes: Routes, day: date = DAY, **came: date) -> pd.DataFrame:
    claims, people = _tables()
    new = registrations(claims, people, _files(**came), journal.read(), routes, day)
    for code in sorted(set(routes.of(new["unit"]))):
        journal.append(code, new[routes.of(new["unit"]) == code].reset_index(drop=True), routes, known_on=day)
    return new


def _back(*told: tuple[str, str, str | None], step: int = 1, on: date = date(2017, 7, 20), **more: Any) -> pd.DataFrame:
    """Rows that came back: claim, verdict, hours."""
    claims, _ = _tables()
    person = claims.set_index("claim_id")["person_id"]
    unit = {claim: PEOPLE_OF[person[claim]] for claim, _, _ in told}
    columns = {
        "claim_id": [claim for claim, _, _ in told],
        "person_id": [person[claim] for claim, _, _ in told],
        "unit": list(unit.values()),
        "office": [CITY if name == INSTITUTE else COUNTY for name in unit.values()],
        "step": step,
        "verdict": [verdict for _, verdict, _ in told],
        "hours": pd.Series([Decimal(h) if h else None for _, _, h in told], dtype="object"),
        "cause": ["证明无效" if verdict == "不予认定" else "" for _, verdict, _ in told],
        "reviewer": "审核员甲",
        "reviewed_on": [on] * len(told),
        "seal": [True] * len(told),
        **more,
    }
    rows = pd.DataFrame(columns)
    return rows.assign(hours=rows["hours"].astype("object"))


def _take(journal: Journal, routes: Routes, rows: pd.DataFrame, **more: Any) -> Entering:
    told = entering(rows, journal.read(), DAY, **more)
    for code, acts in told.acts.items():
        journal.append(code, acts, routes, known_on=DAY)
    return told


def _outcomes(told: Entering) -> dict[str, tuple[str, str]]:
    rows = told.rows
    assert told.adds_up
    return dict(zip(rows["claim_id"], zip(rows["outcome"], rows["why"], strict=True), strict=True))


# ---- registered by the employer


def test_D4_what_the_form_marks_as_registered_is_registered_on_the_day_it_came(office: Any) -> None:
    journal, _ = office
    new = _register(*office).set_index("subject")
    assert sorted(new.index) == ["c1", "c2", "c3", "c4"]
    assert (new.loc["c1", "on"], new.loc["c1", "by"]) == (date(2017, 7, 3), "唐＊＊")
    assert (new.loc["c3", "actor"], new.loc["c3", "by"]) == (INSTITUTE, "用人单位经办人")
    assert set(journal.read()["office"].astype("str")) == {COUNTY, CITY}


def test_D4_it_is_registered_once(office: Any) -> None:
    assert len(_register(*office)) == 4
    assert len(_register(*office)) == 0


def test_E8_what_came_in_after_the_day_is_registered_on_a_later_one(office: Any) -> None:
    _register(*office)
    assert list(_register(*office, day=date(2017, 8, 31))["subject"]) == ["c9"]


def test_D8_N9_units_that_nobody_reviews_are_listed_and_not_entered(office: Any) -> None:
    _, routes = office
    told = unroutable(*_tables(), routes)
    assert dict(zip(told["unit"], told["why"], strict=True)) == {PLANT: "unrouted", "不在名录的单位": "unknown_unit"}


# ---- what waits


def test_E8_what_was_completed_after_the_review_waits_for_the_next(office: Any) -> None:
    journal, routes = office
    _register(*office)
    claims, _ = _tables()
    state = fold(journal.read())
    assert list(awaiting(state, claims, routes, LAST)["claim_id"]) == ["c1", "c2", "c3"]
    told = awaiting(state, claims, routes, date(2017, 12, 31)).set_index("claim_id")
    assert (told.loc["c3", "office"], told.loc["c4", "office"]) == (CITY, COUNTY)


# ---- what came back


def test_D13_D17_a_verdict_is_entered_as_reviewed_or_returned(office: Any) -> None:
    journal, routes = office
    _register(*office)
    told = _take(journal, routes, _back(("c1", "部分认定", "5"), ("c2", "证据缺失", None), ("c3", "不予认定", "0")))
    assert {outcome for outcome, _ in _outcomes(told).values()} == {"accepted"}
    state = fold(journal.read()).set_index("claim_id")
    assert state.loc["c1", ["state", "verdict", "reviewer", "review_office"]].astype("str").tolist() == [
        "reviewed", "部分认定", "审核员甲", COUNTY,
    ]  # fmt: skip
    assert (str(state.loc["c1", "accepted_hours"]), state.loc["c1", "seal"]) == ("5.00", True)
    assert state.loc["c2", ["state", "reason"]].astype("str").tolist() == ["returned", "证据缺失"]
    assert state.loc["c3", ["state", "review_office", "reason"]].astype("str").tolist() == [
        "reviewed", CITY, "证明无效",
    ]  # fmt: skip


def test_D17_the_same_workbook_twice_enters_nothing_twice(office: Any) -> None:
    journal, routes = office
    _register(*office)
    rows = _back(("c1", "部分认定", "5"), ("c2", "证据缺失", None), ("c3", "相符", "8"))
    _take(journal, routes, rows)
    before = journal.read()
    assert set(_outcomes(_take(journal, routes, rows)).values()) == {("skipped", "entered")}
    pd.testing.assert_frame_equal(journal.read(), before)


def test_D17_a_workbook_that_was_changed_after_the_act_is_told(office: Any) -> None:
    journal, routes = office
    _register(*office)
    _take(journal, routes, _back(("c1", "相符", "8"), ("c2", "相符", "10")))
    changed = _back(("c1", "不予认定", "0"), ("c2", "相符", "10"))
    assert _outcomes(_take(journal, routes, changed)) == {"c1": ("held", "changed"), "c2": ("skipped", "entered")}
    assert str(fold(journal.read()).set_index("claim_id").loc["c1", "verdict"]) == "相符"
    assert _outcomes(_take(journal, routes, changed, renew=True))["c1"] == ("accepted", "")
    assert str(fold(journal.read()).set_index("claim_id").loc["c1", "verdict"]) == "不予认定"
    assert _outcomes(_take(journal, routes, changed, renew=True))["c1"] == ("skipped", "entered")


def test_D17_what_was_returned_comes_again_once_the_unit_has_corrected_it(office: Any) -> None:
    journal, routes = office
    _register(*office)
    _take(journal, routes, _back(("c2", "无法核实", None)))
    assert len(_register(*office)) == 0
    told = _take(journal, routes, _back(("c2", "相符", "10")), renew=True)
    assert _outcomes(told) == {"c2": ("held", "sent_back")}
    assert _register(*office, a_xlsx=date(2017, 7, 25))["act"].astype("str").tolist() == ["corrected"]
    claims, _ = _tables()
    waiting = awaiting(fold(journal.read()), claims, routes, LAST).set_index("claim_id")
    assert (waiting.loc["c2", "step"], fold(journal.read()).set_index("claim_id").loc["c2", "round"]) == (3, 2)
    old = _back(("c2", "相符", "10"))
    assert _outcomes(_take(journal, routes, old)) == {"c2": ("held", "moved_on")}
    again = _back(("c2", "相符", "10"), step=3, on=date(2017, 7, 30))
    assert _outcomes(_take(journal, routes, again)) == {"c2": ("accepted", "")}


@pytest.mark.parametrize(("on", "why"), [(date(2017, 7, 1), "too_early"), (date(2017, 8, 1), "too_late")])
def test_a_day_that_cannot_be_right_holds_its_rows_and_the_others_go_on(office: Any, on: date, why: str) -> None:
    journal, routes = office
    _register(*office)
    rows = pd.concat([_back(("c1", "相符", "8"), on=on), _back(("c2", "相符", "10"))], ignore_index=True)
    assert _outcomes(_take(journal, routes, rows)) == {"c1": ("held", why), "c2": ("accepted", "")}


def test_a_row_without_a_verdict_waits(office: Any) -> None:
    journal, routes = office
    _register(*office)
    assert _outcomes(_take(journal, routes, _back(("c1", "", None)))) == {"c1": ("held", "unanswered")}


def test_D6_D7_only_the_office_of_the_unit_may_enter(office: Any) -> None:
    journal, routes = office
    _register(*office)
    rows = _back(("c3", "相符", "8")).assign(office=COUNTY)
    with pytest.raises(ActError, match="只能由市人力资源和社会保障局办理"):
        _take(journal, routes, rows)


# ---- where everything stands


def test_counts_by_stage_sum_to_all_claims_and_people_at_every_stage(office: Any) -> None:
    journal, routes = office
    claims, people = _tables()
    for step in range(4):
        if step == 1:
            _register(*office)
        if step == 2:
            _take(journal, routes, _back(("c1", "相符", "8"), ("c2", "证据缺失", None)))
        if step == 3:
            journal.append(
                CITY, acts_table([act("recognised", "c1", on=date(2017, 7, 21))]), routes, known_on=DAY
            )  # fmt: skip
        counts = stage_counts(claims, people, fold(journal.read()), LAST)
        assert (counts["claims"].sum(), counts["people"].sum()) == (len(claims), len(people))
        assert set(counts["stage"]) == {*STAGES, "no_claim"}
    now = counts.set_index("stage")["claims"]
    assert now[["recognised", "returned", "registered", "unregistered", "platform"]].tolist() == [1, 1, 2, 4, 1]
    assert counts.set_index("stage")["late"]["registered"] == 1
    people_now = counts.set_index("stage")["people"]
    assert people_now[["returned", "registered", "unregistered", "no_claim"]].tolist() == [1, 1, 2, 1]


def test_the_hospital_of_another_county_is_reviewed_there(office: Any) -> None:
    _, routes = office
    assert routes.of(pd.Series([HOSPITAL]))[0] != COUNTY
