"""The year as of a day, the ledger of what waits, the ageing list, waivers and movers."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ce_toolkit.errors import ActError, TableError
from ce_toolkit.rules import credit, load_pack, with_reading
from ce_toolkit.rules.example_format import case_tables
from ce_toolkit.workflow import Act, Journal, acts_table, fold
from ce_toolkit.workflow.acts import shaped
from ce_toolkit.workflow.ageing import ageing
from ce_toolkit.workflow.late import by_awaits, by_person, late_year, ledger, lost_or_double, review_ends, taken_up
from ce_toolkit.workflow.movers import agreement, move, moves, under_new_ids, with_moves
from ce_toolkit.workflow.waivers import take_back, waive, waivers, with_waivers
from ce_toolkit.workflow.year import YearView, year_view
from tests.workflow.office import CITY, COUNTY, HOSPITAL, SCHOOL, act, enter, register_of_units

PACK = load_pack("dezhou-2017")
JULY, END = date(2017, 7, 31), date(2017, 12, 31)
SPRING = {"ref": "t1", "class": "training", "basis": "held_industry", "start": date(2017, 3, 6),
          "end": date(2017, 3, 9), "days": 4, "hours": 30}  # fmt: skip
AUTUMN = {**SPRING, "ref": "t2", "start": date(2017, 9, 11), "end": date(2017, 9, 14)}
WHOLE = {**SPRING, "end": date(2017, 3, 13), "days": 8, "hours": 60}
SELF_STUDY = {"ref": "s", "class": "self_study", "kind": "personal", "date": date(2017, 3, 6), "hours": 10,
              "in_archive": None}  # fmt: skip
PASS = {"ref": "p1", "class": "public_exam", "subject": 2017, "date": date(2017, 5, 20), "result": "pass"}


def _tables(*records: dict[str, Any]) -> Any:
    return case_tables([{"id": "x", "records": list(records)}], [1], PACK)


def _acts(*acts: Act, step: int = 1, known_on: date | None = None) -> pd.DataFrame:
    """Acts as a journal gives them, each the first on its claim."""
    table = shaped(acts_table(acts))
    return table.assign(step=pd.array([step] * len(acts), "int64[pyarrow]"),
                        known_on=table["on"] if known_on is None else known_on)  # fmt: skip


def _registered(ref: str, on: date = date(2017, 6, 1)) -> Act:
    return act("registered", f"000001:{ref}", on=on, person_id="000001")


def _view(records: list[dict[str, Any]], acts: list[Act], day: date, **more: Any) -> YearView:
    tables = _tables(*records)
    return year_view(tables.claims, tables.people, _acts(*acts), PACK, day, **more)


def _hours(view: YearView) -> tuple[str, str, str]:
    row = view.credited.standing.iloc[0]
    return str(row["status"]), str(row["total"]), str(row["short_professional"])


def test_I01_on_31_July_the_autumn_has_not_happened() -> None:
    view = _view([SPRING, AUTUMN, PASS], [_registered("t1"), _registered("t2", date(2017, 9, 20))], JULY)
    assert _hours(view)[1:] == ("60.00", "30.00")
    assert list(view.state["claim_id"]) == ["000001:t1"]
    held = view.credited.credits.set_index("claim_id").loc["000001:t2"]
    assert (str(held["state"]), str(held["held"])) == ("held", "30.00")


def test_I02_at_the_year_s_end_it_counts_and_awaits_review() -> None:
    view = _view([SPRING, AUTUMN, PASS], [_registered("t1"), _registered("t2", date(2017, 9, 20))], END)
    assert _hours(view) == ("met", "90.00", "0.00")
    assert "after_review_window" in str(view.credited.standing["flags"].iloc[0])
    assert list(late_year(ledger(view, PACK))["claim_id"]) == ["000001:t2"]


def test_I03_what_came_in_August_was_not_there_in_July() -> None:
    spring = {**SPRING, "proof_on": date(2017, 8, 3)}
    done = [_registered("t1")]
    assert _hours(_view([spring, PASS], done, JULY))[1] == "30.00"
    assert _hours(_view([spring, PASS], done, END))[1] == "60.00"


def test_I04_a_claim_that_the_employer_has_not_registered_waits() -> None:
    view = _view([WHOLE, PASS], [], END)
    assert _hours(view) == ("open", "30.00", "60.00")
    assert "not_registered" in str(view.credited.standing["flags"].iloc[0])
    assert _hours(_view([WHOLE, PASS], [_registered("t1")], END)) == ("met", "90.00", "0.00")


def test_what_was_so_and_what_was_known_on_a_day_are_told_apart() -> None:
    tables, late = _tables(WHOLE), _acts(_registered("t1", date(2017, 7, 30)), known_on=date(2017, 8, 5))
    totals = [
        year_view(tables.claims, tables.people, late, PACK, JULY, known_on=known).credited.standing["total"].iloc[0]
        for known in (None, JULY)
    ]
    assert totals == [Decimal("60.00"), Decimal("0.00")]


def test_D17_a_claim_that_was_sent_back_waits_for_its_correction() -> None:
    tables = _tables(WHOLE)
    acts = pd.concat([_acts(_registered("t1")), _acts(act("returned", "000001:t1", person_id="000001"), step=2)])
    view = year_view(tables.claims, tables.people, acts.reset_index(drop=True), PACK, END)
    assert _hours(view)[1] == "0.00"
    assert list(ledger(view, PACK)["awaits"]) == ["correction"]


# ---- the ledger --------------------------------------------------------------------------------------------


def _spread_year(folder: Path) -> tuple[pd.DataFrame, YearView]:
    """Acts of a person with one claim in every state, and the year at its end."""
    refs = ["done", "seen", "there", "late", "back", "bare"]
    records = [{**SPRING, "ref": ref, "start": date(2017, place, 6), "end": date(2017, place, 9), "hours": 10 + place}
               for place, ref in enumerate(refs[:3], start=2)]  # fmt: skip
    records += [{**AUTUMN, "ref": ref, "start": date(2017, 9 + place, 6), "end": date(2017, 9 + place, 9), "hours": 20}
                for place, ref in enumerate(refs[3:])]  # fmt: skip
    tables = _tables(*records, PASS)
    journal, routes = Journal(folder / "journal"), register_of_units(folder)
    told = {"person_id": "000001", "on": date(2017, 12, 1)}
    ids = {ref: f"000001:{ref}" for ref in refs}
    way = [act("registered", ids[ref], **told) for ref in refs[:5]]
    way += [act("reviewed", ids[ref], **told) for ref in refs[:2]] + [act("returned", ids["back"], **told)]
    journal.append(COUNTY, acts_table(way), routes, known_on=END)
    journal.append(CITY, acts_table([act("recognised", ids["done"], **told)]), routes, known_on=END)
    acts = journal.read()
    return acts, year_view(tables.claims, tables.people, acts, PACK, END)


def test_E8_U9_every_hour_of_the_year_stands_under_one_thing_it_awaits(tmp_path: Path) -> None:
    _, view = _spread_year(tmp_path)
    table = ledger(view, PACK)
    awaits = dict(zip(table["claim_id"].str[7:], table["awaits"], strict=True))
    assert awaits == {"done": "done", "seen": "recognition", "there": "review", "late": "next_review",
                      "back": "correction", "bare": "registration", "p1": "done"}  # fmt: skip
    sums = {row.awaits: str(row.granted) for row in by_awaits(table).itertuples()}
    assert sums == {"done": "42.00", "recognition": "13.00", "review": "14.00", "next_review": "20.00",
                    "correction": "0.00", "entry": "0.00", "registration": "0.00", "refused": "0.00"}  # fmt: skip
    assert lost_or_double(table, view.credited) == []
    assert by_person(table)["total"].iloc[0] == view.credited.standing["total"].iloc[0] == Decimal("89.00")


def test_D4_what_came_in_and_is_not_entered_yet_is_told_apart_from_what_no_unit_registered(tmp_path: Path) -> None:
    acts, view = _spread_year(tmp_path)
    table = ledger(view, PACK, {"000001:bare", "000001:there", "000001:p1"})
    awaits = dict(zip(table["claim_id"].str[7:], table["awaits"], strict=True))
    assert {ref: awaits[ref] for ref in ("bare", "there", "p1")} == {"bare": "entry", "there": "review", "p1": "done"}
    late = late_year(table)
    assert "bare" in set(late["claim_id"].str[7:])
    now = taken_up(late, fold(acts)).set_index("claim_id")["awaits"]
    assert now["000001:bare"] == "entry"
    assert lost_or_double(table, view.credited) == []


def test_E8_an_hour_lost_from_the_ledger_or_doubled_is_found(tmp_path: Path) -> None:
    _, view = _spread_year(tmp_path)
    table = ledger(view, PACK)
    for place in range(len(table)):  # granted hours or held ones: of each claim some
        assert lost_or_double(table.drop(index=place), view.credited) == ["000001"]
        assert lost_or_double(pd.concat([table, table.loc[[place]]]), view.credited) == ["000001"]


def test_E8_late_hours_wait_on_until_the_next_review_takes_them_up(tmp_path: Path) -> None:
    acts, view = _spread_year(tmp_path)
    late = late_year(ledger(view, PACK))
    assert list(late["claim_id"].str[7:]) == ["back", "bare", "late"]
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    told = {"person_id": "000001", "on": date(2018, 7, 2)}
    later = [act("reviewed", "000001:late", **told), act("corrected", "000001:back", **told)]
    journal.append(COUNTY, acts_table(later), routes, known_on=date(2018, 7, 3))
    now = taken_up(late, fold(journal.read()))
    assert dict(zip(now["claim_id"].str[7:], now["awaits"], strict=True)) == {
        "back": "next_review", "bare": "registration", "late": "recognition"}  # fmt: skip
    assert len(journal.read()) == len(acts) + 2
    for name in ("granted", "held"):
        assert now[name].sum() == late[name].sum()
    again = act("reviewed", "000001:late", **told, verdict="不予认定", hours=None)
    enter(journal, routes, again, known_on=date(2018, 7, 3))
    assert "refused" in set(taken_up(late, fold(journal.read()))["awaits"])


def test_what_the_review_refused_waits_for_nothing() -> None:
    tables = _tables(SPRING)
    refused = act("reviewed", "000001:t1", person_id="000001", verdict="不予认定", hours=None)
    acts = pd.concat([_acts(_registered("t1")), _acts(refused, step=2)], ignore_index=True)
    assert list(ledger(year_view(tables.claims, tables.people, acts, PACK, END), PACK)["awaits"]) == ["refused"]
    assert ageing(acts, PACK, END).empty


def test_E3_the_last_day_of_the_review_is_the_pack_s() -> None:
    assert review_ends(PACK) == JULY
    with pytest.raises(TableError, match="没有审核认定时段"):
        review_ends(PACK.model_copy(update={"windows": {}}))


@pytest.mark.parametrize(("end", "late"), [(date(2017, 7, 31), False), (date(2017, 8, 1), True)])
def test_E5_E8_the_last_day_of_the_review_is_inside(end: date, late: bool) -> None:
    view = _view([{**SPRING, "start": end, "end": end, "days": 1, "hours": 8}], [_registered("t1", end)], END)
    assert list(ledger(view, PACK)["awaits"] == "next_review") == [late]


# ---- ageing ------------------------------------------------------------------------------------------------


def test_E3_D17_how_long_each_step_of_each_unit_has_waited() -> None:
    acts = _acts(
        act("registered", "a", on=date(2017, 6, 1)),
        act("registered", "b", on=date(2017, 7, 11)),
        act("reviewed", "c", HOSPITAL, on=date(2017, 7, 20)),
        act("recognised", "d", on=date(2017, 7, 20)),
    )
    rows = ageing(acts, PACK, JULY).set_index("unit")
    assert rows.loc[SCHOOL, ["awaits", "claims", "waited_days", "open_days", "days_over"]].tolist() == [
        "review", 2, 60, 30, 0]  # fmt: skip
    assert str(rows.loc[SCHOOL, "oldest"]) == "2017-06-01"
    assert rows.loc[HOSPITAL, ["awaits", "claims", "waited_days"]].tolist() == ["recognition", 1, 11]
    assert list(ageing(acts, PACK, date(2017, 8, 3))["days_over"]) == [3, 3]
    assert len(ageing(acts, PACK, date(2017, 6, 30))) == 1  # what was done later is not looked at


def test_E8_what_came_after_the_review_is_not_overdue() -> None:
    tables = _tables(AUTUMN)
    acts = _acts(_registered("t2", date(2017, 9, 20)))
    row = ageing(acts, PACK, END, claims=tables.claims).iloc[0]
    assert (row["awaits"], row["days_over"], row["waited_days"]) == ("next_review", 0, 102)
    assert pd.isna(row["last_day"])


# ---- waivers -----------------------------------------------------------------------------------------------

ILL = {"unit": SCHOOL, "office": COUNTY, "reason": "病假", "by": "审核人乙", "on": date(2017, 5, 2)}


def _waiving(months: int = 6, reference: str = "德城人社〔2017〕9号", **more: Any) -> Act:
    return waive("000001", months=months, reference=reference, **{**ILL, **more})


def test_U20_a_waiver_flows_into_standing_where_the_pack_waives_and_names_its_document() -> None:
    tables = _tables({**SPRING}, PASS)
    given = waivers(_acts(_waiving()), END)
    people = with_waivers(tables.people, given)
    assert people["waiver_reference"].iloc[0] == "德城人社〔2017〕9号"
    waiving = with_reading(PACK, "U20", "waived")
    statuses = [str(credit(tables.claims, people, pack, END).standing["status"].iloc[0]) for pack in (PACK, waiving)]
    assert statuses == ["not_met", "met"]  # half of 90 is asked: 45


def test_U20_waivers_add_up_are_taken_back_and_need_a_document(tmp_path: Path) -> None:
    journal, routes = Journal(tmp_path / "journal"), register_of_units(tmp_path)
    enter(journal, routes, _waiving(2), _waiving(3, "另一号"))
    enter(journal, routes, take_back("000001", **{**ILL, "reason": "撤回"}, reference="另一号"))
    acts = journal.read()
    assert list(with_waivers(_tables().people, waivers(acts))["waived_months"]) == [2]
    assert list(waivers(acts)["granted_by"]) == ["审核人乙"]
    for wrong, match in (
        (_waiving(reference=" "), "文号"),
        (_waiving(13, "a"), "1 至 12"),
        (_waiving(office=CITY), "只能由德城区"),
    ):
        with pytest.raises(ActError, match=match):
            journal.append(wrong.actor, acts_table([wrong]), routes, known_on=JULY)


# ---- movers ------------------------------------------------------------------------------------------------

MOVE = {"unit": HOSPITAL, "from_unit": SCHOOL, "office": "371403", "reference": "调令1号", "by": "审核人乙",
        "on": date(2017, 6, 1), "from_person": "000001"}  # fmt: skip


def _mover() -> Any:
    """A person whom two counties keep: one training before the move, one after, and one that both registered."""
    old = {"id": "old", "records": [SPRING, {**SPRING, "ref": "both", "key": "K1", "start": date(2017, 4, 3),
                                             "end": date(2017, 4, 4), "days": 2, "hours": 16}]}  # fmt: skip
    new = {"id": "new", "records": [AUTUMN, {**old["records"][1], "ref": "again"}, PASS]}
    return case_tables([old, new], [1, 2], PACK)


def test_U18_hours_go_with_the_person_and_count_once() -> None:
    tables, given = _mover(), moves(_acts(move("000002", **MOVE)))
    people, claims = with_moves(tables.people, tables.claims, given)
    assert list(people["person_id"]) == ["000002"]
    assert people[["employer", "previous_unit"]].iloc[0].tolist() == [HOSPITAL, SCHOOL]
    assert str(people["moved_on"].iloc[0]) == "2017-06-01"
    assert sorted(claims["claim_id"]) == sorted(tables.claims["claim_id"])  # none comes, none goes
    done = credit(claims, people, PACK, END)
    assert str(done.standing["total"].iloc[0]) == "106.00"  # 30 + 16 once + 30 + 30


def test_U18_U20_a_waiver_goes_with_the_person_too() -> None:
    given = moves(_acts(move("000002", **MOVE)))
    people, _ = with_moves(_mover().people, _mover().claims, given)
    assert list(with_waivers(people, under_new_ids(waivers(_acts(_waiving())), given))["waived_months"]) == [6]


def test_U18_the_registers_of_the_two_employers_are_held_against_each_other() -> None:
    tables, given = _mover(), moves(_acts(move("000002", **MOVE)))
    _, claims = with_moves(tables.people, tables.claims, given)
    units = {"000001:t1": SCHOOL, "000001:both": SCHOOL, "000002:t2": SCHOOL, "000002:again": HOSPITAL}
    acts = _acts(*(act("registered", claim, unit) for claim, unit in units.items()))
    found = agreement(claims[claims["class"] == "training"], fold(acts), given)
    assert dict(zip(found["claim_id"], found["finding"], strict=True)) == {
        "000001:both": "both", "000002:again": "both", "000002:t2": "after_leaving", "000001:t1": "agrees"}  # fmt: skip


def test_U15_U18_a_claim_of_before_keeps_the_learning_file_it_was_made_in() -> None:
    tables = case_tables([{"id": "old", "person": {"archive": True}, "records": [SELF_STUDY]},
                          {"id": "new", "person": {"archive": False}, "records": [SELF_STUDY]}],
                         [1, 2], PACK)  # fmt: skip
    people, claims = with_moves(tables.people, tables.claims, moves(_acts(move("000002", **MOVE))))
    assert str(credit(claims, people, PACK, END).standing["self_study"].iloc[0]) == "10.00"  # of the two


@pytest.mark.parametrize("answers", [(True, None), (None, True), (False, None), (True, True), (False, False)])
def test_U15_U18_what_each_unit_says_of_its_learning_file_holds_for_its_own_claims(
    answers: tuple[bool | None, ...],
) -> None:
    cases = [{"id": str(n), "person": {"archive": answer}, "records": [SELF_STUDY]} for n, answer in enumerate(answers)]
    tables = case_tables(cases, [1, 2], PACK)
    before = credit(tables.claims, tables.people, PACK, END).credits[["claim_id", "state"]].astype("str")
    people, claims = with_moves(tables.people, tables.claims, moves(_acts(move("000002", **MOVE))))
    after = credit(claims, people, PACK, END).credits[["claim_id", "state"]].astype("str")
    pd.testing.assert_frame_equal(before, after)


def test_U18_a_chain_of_moves_ends_with_the_last_unit_and_a_circle_is_refused() -> None:
    tables = case_tables([{"id": str(n), "records": [{**SPRING, "start": date(2017, n, 6), "end": date(2017, n, 9)}]}
                          for n in (1, 2, 3)], [1, 2, 3], PACK)  # fmt: skip
    first = move("000002", **MOVE)
    second = move("000003", **{**MOVE, "from_person": "000002", "unit": SCHOOL, "from_unit": HOSPITAL, "office": COUNTY,
                               "on": date(2017, 9, 1)})  # fmt: skip
    people, claims = with_moves(tables.people, tables.claims, moves(_acts(first, second)))
    assert (list(people["person_id"]), set(claims["person_id"])) == (["000003"], {"000003"})
    assert people["employer"].iloc[0] == SCHOOL
    back = move("000001", **{**MOVE, "from_person": "000003"})
    with pytest.raises(TableError, match="成环"):
        with_moves(tables.people, tables.claims, moves(_acts(first, second, back)))
