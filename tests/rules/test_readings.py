"""Each reading that data can switch has the effect that the decision names, and the pack itself stays as it was."""

from datetime import date
from importlib import resources
from typing import Any

import pytest

from ce_toolkit.errors import PackError
from ce_toolkit.rules import alternatives, load_pack, parse_pack, run_examples, with_reading
from tests.rules.cases import load_cases

PACK = load_pack("dezhou-2017")
TRAINING = {"class": "training", "basis": "held_hr", "date": date(2017, 3, 1), "hours": 5}
PAPER = {"class": "output", "kind": "paper", "date": date(2017, 3, 1)}
PATENT = {"class": "output", "kind": "patent", "date": date(2017, 3, 1)}
EXAM = {"class": "public_exam", "date": date(2017, 5, 6), "result": "pass"}
BORDER = {"class": "training", "basis": "held_hr", "start": date(2016, 12, 30), "end": date(2017, 1, 2), "hours": 32}
LECTURE = {"class": "public_other", "date": date(2017, 3, 1), "hours": 8}

# reading, alternative, records, hours under the pack, hours under the alternative
EFFECTS = [
    ("U1", "per_activity", [TRAINING, TRAINING], 8, 10),
    ("U4", "all_count", [{**TRAINING, "basis": None}, {**TRAINING, "basis": "none", "date": date(2017, 3, 2)}], 0, 10),
    ("U4", "none_counts", [{**TRAINING, "basis": None}], 0, 0),
    ("U5", "each_30", [PAPER] * 4 + [PATENT] * 4, 30, 60),
    ("U5", "each_30", [PAPER] * 4 + [PATENT], 30, 40),
    ("U8", "review_year", [{**TRAINING, "date": date(2016, 8, 1)}, {**TRAINING, "date": date(2017, 8, 1)}], 5, 5),
    ("U8", "review_year", [{**TRAINING, "date": date(2016, 9, 1)}], 0, 5),
    ("U9", "next_year", [{**TRAINING, "date": date(2017, 7, 31)}, {**TRAINING, "date": date(2017, 8, 1)}], 10, 5),
    ("U11", "counts", [{**EXAM, "subject": 2016}], 0, 30),
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


def test_GV6_becomes_ten_under_U1_per_activity() -> None:
    case = next(case for case in load_cases("golden_vectors") if case["id"] == "GV6")
    assert run_examples([case], with_reading(PACK, "U1", "per_activity"))[0].credited["training"] == 10


def test_every_alternative_is_tried_here_and_has_a_fingerprint_of_its_own() -> None:
    tried = {(reading, alternative) for reading, alternative, *_ in EFFECTS} | {("U32", "judged"), ("U34", "refused")}
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
        ('drop = ["exam_subject"]', 'drop = ["exam_sbject"]', "exam_sbject 不是规则、要求或提示的 id"),
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
