"""Advice is the least there is, followed it leads to met, and nothing of it can be left out."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

import ce_toolkit as ce
from ce_toolkit.errors import InputError
from ce_toolkit.rules import Pack, load_examples, load_pack, shipped, with_reading
from ce_toolkit.rules.example_format import Tables, case_tables, day_of_case
from ce_toolkit.rules.inquiry.advice import Advice, advise, followed, in_one_line
from ce_toolkit.rules.inquiry.explain import Earlier
from ce_toolkit.tables import CLAIMS, HISTORY, frame
from tests.rules import strategies
from tests.rules.every_deed import DEEDS, least
from tests.rules.following import credited, rows_of, variants
from tests.rules.strategies_packs import random_cases

CASES = Path(__file__).parents[1] / "cases"
DEZHOU = "dezhou-2017"
EXAM = {"ref": "p", "class": "public_exam", "subject": 2017, "date": date(2017, 5, 20), "result": "pass"}


@cache
def pack_of(name: str) -> Pack:
    return load_pack(name)


def course(hours: Any, days: int, **more: Any) -> dict[str, Any]:
    first = date(2017, 3, 6)
    last = first + timedelta(days - 1)
    return {"ref": "t", "class": "training", "basis": "held_hr", "start": first, "end": last, "days": days,
            "hours": hours, **more}  # fmt: skip


def advised(
    records: list[dict[str, Any]], pack: Pack | None = None, as_of: date | None = None, **more: Any
) -> tuple[Advice, ...]:
    """What a person with these claims is advised."""
    pack = pack or pack_of(DEZHOU)
    case = {"id": "x", "records": records, "person": more.pop("person", {})}
    tables = case_tables([case], [0], pack)
    return advise(tables.claims, tables.people, pack, as_of or pack.time.last, **more)


def of_case(case: Mapping[str, Any], pack: Pack) -> tuple[Tables, date, tuple[Advice, ...]]:
    tables = case_tables([case], [0], pack)
    as_of = day_of_case(case) or pack.time.last
    earlier = Earlier(tables.history, tables.carried)
    return tables, as_of, advise(tables.claims, tables.people, pack, as_of, earlier=earlier)


def prove(case: Mapping[str, Any], pack: Pack) -> int:
    """Every way leads to met and is granted in full; no part of it can be left out. Returns the number of ways."""
    tables, as_of, found = of_case(case, pack)
    claims = rows_of(CLAIMS, tables.claims)
    tried = [variant for way in found if way.state == "way" for variant in variants(claims, way)]
    if not tried:
        return 0
    outcome = credited(tried, tables, pack, as_of)
    status = dict(zip(outcome.standing["person_id"], outcome.standing["status"], strict=True))
    wrong = {
        variant.label: status[f"{number:05}"]
        for number, variant in enumerate(tried)
        if (status[f"{number:05}"] == "met") != variant.whole
    }
    assert wrong == {}
    wholes = [f"{number:05}" for number, variant in enumerate(tried) if variant.whole]
    deeds = outcome.credits[outcome.credits["claim_id"].str.contains(":z", regex=False)]
    deeds = deeds[deeds["person_id"].isin(wholes)]
    assert (deeds["state"] == "granted").all()
    assert (deeds["over_cap"] == 0).all()
    return len(wholes)


# ---- minimal, by trying everything ---------------------------------------------------------------


def _bases(pack: str, number: int) -> Iterator[dict[str, Any]]:
    """People who have done a good deal, some of it without proof."""
    dice = Random(f"bases {pack}")  # noqa: S311 - the same people every time
    first = pack_of(pack).time.first
    for place in range(number):
        records = []
        for day, deed in enumerate(dice.choices(DEEDS[pack], k=dice.randint(*SIZES[pack]))):
            proof = {"proof": dice.random() > 0.07}
            day_of = first + timedelta(30 + day)
            records.append({**deed, **proof, "ref": f"r{day:02}", "date": day_of})
        yield {"id": f"{pack}-{place}", "records": records, "person": dice.choice(PEOPLE.get(pack, ({},))),
               "history": []}  # fmt: skip


SIZES = {
    "dezhou-2017": (8, 12), "guangdong-2017": (16, 19), "louisiana-2017": (2, 5), "accountants-2018": (1, 4),
    "xuzhou-2017": (3, 8), "texas-cpa-2017": (2, 5),
}  # fmt: skip
PEOPLE: Mapping[str, Any] = {
    "louisiana-2017": ({"practice": "other"}, {"practice": "building_design"}),
    "xuzhou-2017": ({"level": "员级", "term_from": date(2017, 1, 1)}, {"level": "中级", "term_from": date(2017, 1, 1)}),
    "texas-cpa-2017": ({"licensed_on": date(2016, 12, 15)},),
}


@pytest.mark.parametrize("pack", sorted(DEEDS))
def test_no_set_of_deeds_is_shorter_than_what_is_advised(pack: str) -> None:
    compared = 0
    for case in _bases(pack, 3):
        tables, _, found = of_case(case, pack_of(pack))
        best = least(tables, pack_of(pack), 2)
        own = {aim: [one for one in found if aim in one.shortest and not one.despite_held] for aim in ("hours", "acts")}
        if best is None:
            assert all(one.acts > 2 for one in found if one.state == "way"), case
        elif found[0].state == "way":
            compared += 1
            by_hours, by_acts = own["hours"][0], own["acts"][0]
            assert by_hours.hours <= best[0][0]
            assert by_acts.acts <= best[1][0]
            if on_grid(by_hours, pack):
                assert (by_hours.hours, by_hours.acts) == best[0], case
            if on_grid(by_acts, pack):
                assert (by_acts.acts, by_acts.hours) == best[1], case
        else:
            assert best[0] == (0, 0), case
    assert compared > 0


def on_grid(way: Advice, pack: str) -> bool:
    """Whether the deeds that were tried are fine and many enough to be this way."""
    known = {(one["class"], one.get("hours") or one.get("employer_hours")) for one in DEEDS[pack]}
    own = {(row["class"], row.get("hours") or row.get("employer_hours")) for row in way.rows}
    return own <= known and way.acts <= 2


# ---- followed, it leads to met; nothing of it can be left out -------------------------------------


@settings(max_examples=8, deadline=None)
@given(strategies.people())
def test_an_advice_followed_leads_to_met_and_no_part_of_it_can_be_left_out(case: dict[str, Any]) -> None:
    prove({"id": "x", **case}, pack_of(DEZHOU))


@pytest.mark.parametrize("pack", sorted({*shipped()} - {DEZHOU}))
def test_so_it_is_under_every_other_notice_without_code(pack: str) -> None:
    assert sum(prove(case, pack_of(pack)) for case in random_cases(pack, 3, 3)) > 0


READINGS = (
    ("U2", "all_classes"), ("U5", "each_30"), ("U12", "first_attempt"), ("U26", "even_spread"), ("U26", "held"),
    ("U36", "professional"),
)  # fmt: skip


@pytest.mark.parametrize(("reading", "other"), READINGS, ids=lambda name: name)
def test_U2_U5_U12_U26_U36_so_it_is_under_other_readings(reading: str, other: str) -> None:
    pack = with_reading(pack_of(DEZHOU), reading, other)
    records = [course(20, 9, start=date(2017, 10, 2), end=date(2017, 12, 28)), {**EXAM, "proof": False}]
    assert prove({"id": "x", "records": records}, pack) > 0


@pytest.mark.parametrize("pack", sorted(shipped()))
def test_F8_every_case_that_is_not_met_is_told_ways_or_why_there_are_none(pack: str) -> None:
    file = CASES / ("worked_examples.yaml" if pack == DEZHOU else f"packs/{pack}.yaml")
    for case in load_examples(file):
        _, _, found = of_case(case, pack_of(pack))
        passed = case["expect"]["status"]
        assert (found[0].state == "met") == (passed == "pass"), case["id"]
        assert (found[0].state == "out_of_scope") == (passed == "out_of_scope"), case["id"]
        assert all(one.sentence.endswith("。") and (one.steps or one.state != "way") for one in found), case["id"]


# ---- what it says ----------------------------------------------------------------------------------


def test_F8_two_days_of_training_or_a_paper_and_two_hours_of_self_study() -> None:
    study = {"ref": "s", "class": "self_study", "date": date(2017, 6, 1), "hours": 38}
    found = advised([course(10, 2), study, EXAM])
    assert [(way.shortest, way.hours, way.acts) for way in found] == [
        (("hours", "acts"), 12, 2), (("hours", "acts"), 12, 2), (("acts",), 20, 2),
    ]  # fmt: skip
    said = in_one_line(found)
    assert said.startswith(
        "还差12学时专业科目：参加2天培训进修（共12学时；须经人社部门或行业主管部门举办、批准或备案）"
    )
    assert (
        "；或完成2学时自学（须有学习档案、单位核定学时），并完成1篇论文（或著作、译著、专利、其他成果；计10学时" in said
    )
    training, mixed = found[0].steps, found[1].steps
    assert [(step.class_, step.hours, step.count, step.last) for step in training] == [
        ("training", 12, 2, date(2017, 12, 31))
    ]
    assert [(step.class_, step.kind, step.hours) for step in mixed] == [("self_study", "", 2), ("output", "paper", 10)]
    assert {"有学习档案", "有证明材料", "单位已登记"} <= set(mixed[0].in_place)


def test_without_a_learning_file_no_self_study_is_advised() -> None:
    found = advised([course(48, 6), EXAM], person={"archive": False})
    assert {step.class_ for way in found for step in way.steps} == {"training", "output"}


def test_what_is_held_comes_first_and_costs_no_hours() -> None:
    held = {"ref": "h", "class": "output", "kind": "paper", "date": date(2017, 4, 10), "proof": False}
    mended, other = advised([course(50, 7), EXAM, held])
    assert (mended.hours, mended.acts, [step.does for step in mended.steps]) == (0, 0, ["mend"])
    assert mended.steps[0].fill == {"proof": True}
    assert "4月10日的成果论著：没有证明材料，10学时待补交后计入" in mended.sentence
    assert (other.despite_held, other.hours) == (True, 10)
    assert "如待补的各项不能补齐" in other.sentence


def test_B12_the_exam_is_advised_once_and_within_its_window() -> None:
    (way,) = advised([course(60, 8)])
    assert (way.steps[0].first, way.steps[0].last, way.acts) == (date(2017, 5, 1), date(2017, 6, 30), 1)
    (late,) = advised([course(60, 8)], since=date(2017, 9, 1))
    assert "规定时段为5月1日至6月30日，须问明能否办理" in late.sentence


@pytest.mark.parametrize(
    ("records", "more", "said"),
    [
        ([course(18, 6), EXAM], {"kinds": {"paper"}}, "成果论著的上限30学时只余30学时"),
        ([course(18, 6)], {"kinds": {"training"}}, "公需科目在可选的类别和余下的日子里没有可做的项目"),
        ([course(60, 8)], {"since": date(2018, 1, 1)}, "公需科目在可选的类别和余下的日子里没有可做的项目"),
        ([course(0, 1), EXAM], {"kinds": {"training"}, "since": date(2017, 12, 28)}, "剩下的空闲日子不够"),
    ],
)
def test_where_nothing_helps_it_says_why(records: list[dict[str, Any]], more: dict[str, Any], said: str) -> None:
    (reason,) = advised(records, **more)
    assert (reason.state, reason.steps) == ("unreachable", ())
    assert said in reason.sentence


def test_U12_a_failed_exam_that_may_not_be_sat_again_is_told_in_the_packs_words() -> None:
    pack = with_reading(pack_of(DEZHOU), "U12", "first_attempt")
    (reason,) = advised([course(60, 8), {**EXAM, "result": "fail"}], pack)
    assert "公需科目考试：本年度公需科目以第一次考试为准，补考不记入学时" in reason.sentence


def test_a_deadline_that_is_past_and_a_fact_that_is_not_known_are_told() -> None:
    (late,) = advised([], pack_of("guangdong-2017"), date(2018, 6, 30), since=date(2018, 5, 1))
    assert (late.state, "公需科目" in late.sentence) == ("unreachable", True)
    (unknown,) = advised([], pack_of("xuzhou-2017"))
    assert "聘期起始日期、职称级别未填，应达到多少学时无法确定" in unknown.sentence
    lawyer = advised([], pack_of("texas-cpa-2017"))
    assert all("取得执业资格日期未填，按可能的最高要求算" in way.sentence for way in lawyer)


def test_who_has_met_or_is_not_judged_is_advised_nothing() -> None:
    assert advised([course(60, 8), EXAM])[0].state == "met"
    retired = {"employment": "retired", "left_on": date(2017, 3, 1)}
    assert advised([], person=retired)[0].state == "out_of_scope"


def test_a_way_followed_is_a_table_of_claims_that_credit_takes() -> None:
    pack = pack_of(DEZHOU)
    tables = case_tables([{"id": "x", "records": [course(30, 4, proof=False)]}], [0], pack)
    for way in ce.advise(tables.claims, tables.people, pack, pack.time.last):
        done = followed(tables.claims, tables.people, way)
        assert ce.credit(done, tables.people, pack, pack.time.last).standing["status"].tolist() == ["met"]


def test_one_person_at_a_time() -> None:
    pack = pack_of(DEZHOU)
    tables = case_tables([{"id": "x"}, {"id": "y"}], [0, 1], pack)
    with pytest.raises(InputError, match="一次只能为一个人提建议，表 people 有 2 行"):
        advise(tables.claims, tables.people, pack, pack.time.last)


def test_what_counts_once_is_not_advised_twice() -> None:
    person = {"level": "中级", "term_from": date(2016, 1, 1)}
    study = {"ref": "p", "class": "public_study", "start": date(2017, 3, 6), "end": date(2017, 3, 11), "hours": 48}
    found = advised([study], pack_of("xuzhou-2017"), person=person, earlier=Earlier(frame(HISTORY, {})))
    least_acts = next(way for way in found if "acts" in way.shortest)
    assert [(step.class_, step.count) for step in least_acts.steps] == [("training", 2), ("degree", 1)]


def test_C11_days_that_are_full_are_left_alone() -> None:
    late = course(32, 4, start=date(2017, 12, 28), end=date(2017, 12, 31))
    (way,) = advised([late, EXAM], kinds={"training"})
    assert max(row["end"] for row in way.rows) == date(2017, 12, 27)
    assert len({row["end"] for row in way.rows}) == way.acts == 4


def test_hours_of_a_share_of_what_is_earned_raise_what_is_asked() -> None:
    case = next(case for case in load_examples(CASES / "packs/accountants-2018.yaml") if case["id"] == "KJ02")
    (first, *_) = of_case(case, pack_of("accountants-2018"))[2]
    assert [(step.class_, step.hours) for step in first.steps] == [("training", Decimal("0.02"))]


def test_U15_self_study_that_waits_for_a_word_on_the_learning_file_is_mended() -> None:
    study = {"ref": "s", "class": "self_study", "date": date(2017, 6, 1), "hours": 12, "in_archive": None}
    (mended, *_) = advised([course(48, 6), EXAM, study], person={"archive": None})
    assert (mended.hours, mended.steps[0].fill) == (0, {"in_archive": True})


def test_what_waits_for_a_later_day_is_no_advice_and_is_mentioned() -> None:
    later = course(8, 1, start=date(2017, 9, 4), end=date(2017, 9, 4), ref="l")
    found = advised([course(52, 7), EXAM, later], as_of=date(2017, 7, 31))
    assert all(step.does == "act" for way in found for step in way.steps)
    assert all("另有1项待定，能计入的可少补" in way.sentence for way in found)
    assert {way.hours for way in found if "hours" in way.shortest} == {8}


def test_U31_of_one_work_entered_twice_one_is_mended() -> None:
    held = {"class": "output", "kind": "paper", "key": "K1", "date": date(2017, 4, 10), "proof": False}
    case = {"id": "x", "records": [course(42, 6), EXAM, {"ref": "a", **held}, {"ref": "b", **held}]}
    assert prove(case, pack_of(DEZHOU)) > 0
    (first, *_) = of_case(case, pack_of(DEZHOU))[2]
    assert [step.does for step in first.steps] == ["mend", "act"]


def test_a_kind_that_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(InputError, match=r"没有类别或种类 papers；现有：.*paper、"):
        advised([EXAM], kinds={"papers", "training"})
