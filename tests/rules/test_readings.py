"""Each reading that data can switch has the effect that the decision names, and the pack itself stays as it was."""

from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Any

import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.rules import alternatives, load_pack, parse_pack, run_examples, with_reading
from ce_toolkit.rules.examples import credited_cases
from tests.rules.cases import load_cases

PACK = load_pack("dezhou-2017")
TRAINING = {"class": "training", "basis": "held_hr", "date": date(2017, 3, 1), "hours": 5}
PAPER = {"class": "output", "kind": "paper", "date": date(2017, 3, 1)}
PATENT = {"class": "output", "kind": "patent", "date": date(2017, 3, 1)}
EXAM = {"class": "public_exam", "date": date(2017, 5, 6), "result": "pass"}
BORDER = {"class": "training", "basis": "held_hr", "start": date(2016, 12, 30), "end": date(2017, 1, 2), "hours": 32}
MARCH = [date(2017, 2, 28), *(date(2017, 3, day) for day in range(1, 32))]
STUDY = {"class": "self_study", "date": date(2017, 3, 1), "hours": 6}
THREE_DAYS = {**TRAINING, "date": None, "start": MARCH[6], "end": MARCH[8]}
MEETING = {**TRAINING, "key": "MEET-1", "hours": 8}
LECTURE = {"class": "public_other", "date": date(2017, 3, 1), "hours": 8}

# reading, alternative, records, hours under the pack, hours under the alternative
EFFECTS = [
    ("U1", "per_activity", [TRAINING, TRAINING], 8, 10),
    ("U2", "all_classes", [EXAM], 30, 8),
    ("U2", "all_classes", [TRAINING, {"class": "self_study", "date": date(2017, 3, 1), "hours": 6}], 11, 8),
    ("U3", "held_for_split", [{**THREE_DAYS, "hours": 30}], 24, 0),
    ("U3", "held_for_split", [{**THREE_DAYS, "hours": 24}], 24, 24),
    ("U4", "all_count", [{**TRAINING, "basis": None}, {**TRAINING, "basis": "none", "date": date(2017, 3, 2)}], 0, 10),
    ("U4", "none_counts", [{**TRAINING, "basis": None}], 0, 0),
    ("U5", "each_30", [PAPER] * 4 + [PATENT] * 4, 30, 60),
    ("U5", "each_30", [PAPER] * 4 + [PATENT], 30, 40),
    ("U6", "first_author_only", [{**PAPER, "authors": 2, "author_rank": 1}, PAPER], 20, 20),
    ("U6", "first_author_only", [{**PAPER, "authors": 2, "author_rank": 2}], 10, 0),
    ("U7", "one_counts", [MEETING, {**PAPER, "kind": "conference_paper", "for": "MEET-1"}], 18, 8),
    ("U7", "one_counts", [PAPER, {**PAPER, "for": "10.1/x"}, {**PAPER, "key": "10.1/x"}], 30, 30),
    ("U37", "one_counts", [{**PAPER, "key": "10.1/x"}, {**PAPER, "kind": "award", "for": "10.1/X"}], 20, 10),
    ("U37", "one_counts", [MEETING, {**PAPER, "kind": "conference_paper", "for": "MEET-1"}], 18, 18),
    ("U8", "review_year", [{**TRAINING, "date": date(2016, 8, 1)}, {**TRAINING, "date": date(2017, 8, 1)}], 5, 5),
    ("U8", "review_year", [{**TRAINING, "date": date(2016, 9, 1)}], 0, 5),
    ("U9", "next_year", [{**TRAINING, "date": date(2017, 7, 31)}, {**TRAINING, "date": date(2017, 8, 1)}], 10, 5),
    ("U11", "counts", [{**EXAM, "subject": 2016}], 0, 30),
    ("U12", "first_attempt", [{**EXAM, "result": "fail"}, {**EXAM, "date": date(2017, 6, 3)}], 30, 0),
    ("U12", "first_attempt", [EXAM, {**EXAM, "date": date(2017, 6, 3), "result": "fail"}], 30, 30),
    ("U14", "minutes_45", [{**TRAINING, "hours": None, "minutes": 100}], 0, Fraction("2.22")),
    ("U15", "unit_only", [{"class": "self_study", "date": date(2017, 3, 1), "hours": 6, "in_archive": False}], 0, 6),
    ("U25", "calendar_days", [{**THREE_DAYS, "days": 2, "hours": 24}], 16, 24),
    ("U26", "even_spread", [{**THREE_DAYS, "hours": 9}, {**TRAINING, "date": MARCH[7], "hours": 7}], 16, 14),
    ("U26", "even_spread", [{**THREE_DAYS, "hours": 10}], 10, 10),
    ("U26", "held", [{**THREE_DAYS, "hours": 9}, {**TRAINING, "date": MARCH[7], "hours": 7}], 16, 0),
    ("U26", "held", [{**THREE_DAYS, "hours": 9}, {**TRAINING, "date": MARCH[9], "hours": 7}], 16, 16),
    ("U26", "held", [TRAINING, TRAINING], 8, 8),
    ("U27", "both_count", [{**TRAINING, "hours": 3, "clock": "09:00-12:00"}] * 2, 3, 6),
    ("U28", "year_of_end", [BORDER], 16, 32),
    ("U28", "year_of_end", [{**BORDER, "start": date(2017, 12, 30), "end": date(2018, 1, 2)}], 16, 0),
    ("U29", "refused", [{**PAPER, "proof": False}], 0, 0),
    ("U30", "counts", [{**PAPER, "proof_on": date(2018, 1, 5)}], 0, 10),
    ("U31", "both_count", [{**PAPER, "key": "10.1/x"}] * 2, 10, 20),
    ("U35", "proceedings_only", [{**PAPER, "kind": "conference_paper", "published": False}], 10, 0),
    ("U36", "professional", [LECTURE], 0, 8),
    ("U38", "from_application", [{**PATENT, "published": False}], 0, 10),
]


def _outcome(reading: str, alternative: str, records: list[dict[str, Any]], **person: Any) -> tuple[Any, Any]:
    case = {"id": "x", "person": person, "records": [{"ref": f"r{n}", **one} for n, one in enumerate(records)]}
    return tuple(run_examples([case], pack)[0] for pack in (PACK, with_reading(PACK, reading, alternative)))


@pytest.mark.parametrize(("reading", "alternative", "records", "before", "after"), EFFECTS)
def test_hours_move_as_the_decision_says(
    reading: str, alternative: str, records: list[dict[str, Any]], before: int, after: int
) -> None:
    own, other = _outcome(reading, alternative, records)
    assert (own.credited["total"], other.credited["total"]) == (before, after)


@pytest.mark.parametrize(
    ("reading", "alternative", "record"),
    [("U4", "none_counts", {**TRAINING, "basis": None}), ("U29", "refused", {**PAPER, "proof": False})],
)
def test_U4_U29_what_was_held_is_refused(reading: str, alternative: str, record: dict[str, Any]) -> None:
    own, other = _outcome(reading, alternative, [record])
    assert (own.pending, own.rejected, other.pending, other.rejected) == (("r0",), (), (), ("r0",))


@pytest.mark.parametrize(
    "person", [{"employment": "retired"}, {"employment": "rehired_retiree"}, {"sector": "government_agency"}]
)
def test_U32_who_is_out_of_scope_is_judged(person: dict[str, str]) -> None:
    own, other = _outcome("U32", "judged", [PAPER], **person)
    assert (own.status, other.status) == ("out_of_scope", "fail")


def test_U34_hours_of_who_is_on_no_form_are_refused() -> None:
    own, other = _outcome("U34", "refused", [PAPER], on_signup=False)
    assert (own.credited["total"], other.credited["total"], other.rejected) == (10, 0, ("r0",))


def test_U6_a_place_among_the_authors_that_is_not_stated_is_held() -> None:
    own, other = _outcome("U6", "first_author_only", [{**PAPER, "authors": 2}])
    assert (own.pending, other.pending) == ((), ("r0",))


def test_U15_an_archive_of_the_unit_decides_alone() -> None:
    study = {"class": "self_study", "date": date(2017, 3, 1), "hours": 6}
    own, other = _outcome("U15", "unit_only", [study], archive=False)
    assert (own.rejected, other.rejected) == (("r0",), ("r0",))
    own, other = _outcome("U15", "unit_only", [study], archive=None)
    assert (own.pending, other.pending) == ((), ("r0",))


@pytest.mark.parametrize(("day", "flag"), [(date(2017, 4, 30), False), (date(2017, 5, 1), True)])
def test_U17_who_signs_up_late_is_shown_as_late_or_as_on_no_form(day: date, flag: bool) -> None:
    own, other = _outcome("U17", "not_signed_up", [PAPER], signed_up_on=day)
    assert ("late_signup" in own.flags, "not_signed_up" in other.flags) == (flag, flag)
    assert "not_signed_up" not in own.flags
    assert own.credited == other.credited


def test_U18_hours_of_before_the_move_stay_behind() -> None:
    records = [TRAINING, {**TRAINING, "date": date(2017, 7, 1)}]
    own, other = _outcome("U18", "stay_behind", records, moved_on=date(2017, 7, 1))
    assert (own.credited["total"], other.credited["total"], other.rejected) == (10, 5, ("r0",))


def test_U10_a_surplus_passes_into_the_next_year() -> None:
    week = {**TRAINING, "date": None, "start": MARCH[6], "end": MARCH[8], "hours": 24}
    records = [{**STUDY, "hours": 40}, PAPER, PAPER, PAPER, EXAM, week]
    rich = {"id": "x", "records": [{**record, "ref": f"r{n}"} for n, record in enumerate(records)]}
    pack = with_reading(PACK, "U10", "carried_over")
    credited = next(credited for *_, credited in credited_cases([rich], pack))
    assert credited.carried["hours"].tolist() == [34]
    brought = [{"carry": "surplus", "from_year": 2016, "hours": 34}]
    poor = {"id": "y", "records": [{"ref": "r0", **STUDY}], "carried": brought}
    assert run_examples([poor], pack)[0].short["total"] == 90 - 6 - 34
    assert next(credited for *_, credited in credited_cases([rich], PACK)).carried.empty


def test_U19_U20_U33_less_is_asked_for_part_of_a_year() -> None:
    def short(reading: str, alternative: str, **person: Any) -> tuple[Any, Any]:
        own, other = _outcome(reading, alternative, [], **person)
        return own.short["total"], other.short["total"]

    assert short("U19", "by_month", hired_on=date(2017, 7, 1)) == (90, 45)
    assert short("U19", "by_month", hired_on=date(2017, 6, 30)) == (90, Fraction("52.5"))
    assert short("U20", "waived", waived_months=4, waiver_reference="德人社批1") == (90, 60)
    assert short("U20", "waived", waived_months=4) == (90, 90)
    left = {"employment": "left", "left_on": date(2017, 6, 30)}
    assert short("U33", "in_part", **left) == (0, 45)
    assert short("U33", "in_part", **{**left, "left_on": date(2016, 12, 31)}) == (0, 0)


def test_U21_the_day_before_is_the_last_one() -> None:
    own, other = _outcome("U21", "day_before", [PAPER], signed_up_on=date(2017, 4, 30))
    assert ("late_signup" in own.flags, "late_signup" in other.flags) == (False, True)


def test_GV6_becomes_ten_under_U1_per_activity() -> None:
    case = next(case for case in load_cases("golden_vectors") if case["id"] == "GV6")
    assert run_examples([case], with_reading(PACK, "U1", "per_activity"))[0].credited["training"] == 10


def test_every_alternative_is_tried_here_and_has_a_fingerprint_of_its_own() -> None:
    tried = {(reading, alternative) for reading, alternative, *_ in EFFECTS}
    tried |= {("U32", "judged"), ("U34", "refused"), ("U17", "not_signed_up"), ("U18", "stay_behind")}
    tried |= {("U21", "day_before"), ("U10", "carried_over"), ("U19", "by_month"), ("U20", "waived")}
    tried |= {("U33", "in_part")}
    shipped = {(reading.id, alternative.id) for reading, alternative in alternatives(PACK)}
    assert tried == shipped
    prints = {with_reading(PACK, *names).sha256 for names in shipped}
    assert len(prints | {PACK.sha256}) == len(shipped) + 1


def test_the_reading_names_what_was_switched_on() -> None:
    reading = next(one for one in with_reading(PACK, "U1", "per_activity").readings if one.id == "U1")
    assert reading.chosen == "每项活动每天"
    assert reading.others == ("每人每天，全部培训进修合计",)
    assert load_pack("dezhou-2017") == PACK


def test_unknown_names_are_told_with_those_there_are() -> None:
    with pytest.raises(PackError, match="没有理解 U99；现有：U1、"):
        with_reading(PACK, "U99", "x")
    with pytest.raises(PackError, match="可切换的选项 x；现有：all_count、none_counts"):
        with_reading(PACK, "U4", "x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('drop = ["exam_subject"]', 'drop = ["exam_sbject"]', "exam_sbject 不是规则、要求、结转或提示的 id"),
        ('scope = "claim_day"', 'scope = "claim_dy"', "[reading] U1 的选项 per_activity 的修改不合要求：scope"),
        ('says = "每项活动每天"', 'says = "每项活动"', "的 says 不在 others 之中"),
        ("set = { output_year = { limit = 60 } }", "sett = {}", "不认识的键 sett"),
        ('buckets = { public = ["public_exam"], p', "buckets = { p", "类别 public_other 列入了不止一次"),
    ],
)
def test_a_faulty_alternative_does_not_load(old: str, new: str, said: str) -> None:
    text = (resources.files("ce_toolkit.rules") / "packs" / "dezhou-2017.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PackError) as caught:
        parse_pack(text.replace(old, new, 1).encode(), "试.toml")
    assert said in str(caught.value)
