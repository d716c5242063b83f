"""Recognition in batches: what is ready, what stands in the way, once only; and proof that no step was skipped."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ce_toolkit.errors import ActError
from ce_toolkit.publish.review.recognition import obstacles
from ce_toolkit.registers.calendar import read_calendar
from ce_toolkit.rules import load_pack
from ce_toolkit.statistics import countdown
from ce_toolkit.workflow import Journal, Routes, fold, verify_journal
from ce_toolkit.workflow.in_order import in_order
from ce_toolkit.workflow.recognition import Batch, batches, readiness, recognise
from tests.workflow.office import COUNTY, HOSPITAL, INSTITUTE, OTHER, act, enter, register_of_units

PACK = load_pack("dezhou-2017")
DAY = date(2017, 7, 20)
BATCH = Batch("2017-1", DAY, "认定人丙")
CLAIMS = frozenset({"c1", "c2", "c3", "c4", "c5", "c6"})


@pytest.fixture
def routes(tmp_path: Path) -> Routes:
    """Who reviews whom, of units that all have a reviewer."""
    known = register_of_units(tmp_path)
    return Routes(known.reviewers, known.unresolved.iloc[:0])


def _county(folder: Path, routes: Routes) -> Journal:
    """One claim in each state a county's claims may be in before a batch."""
    journal = Journal(folder / COUNTY)
    steps = {
        "c1": ["reviewed"], "c2": [], "c3": ["returned"],
        "c4": ["reviewed:不予认定"], "c5": ["reviewed:unsealed"], "gone": ["reviewed"],
    }  # fmt: skip
    for claim, told in steps.items():
        enter(journal, routes, act("registered", claim))
        for step in told:
            kind, _, how = step.partition(":")
            more = {"不予认定": {"verdict": "不予认定", "hours": None}, "unsealed": {"seal": False}, "": {}}[how]
            enter(journal, routes, act(kind, claim, **more))
    return journal


def test_D13_D14_only_what_was_reviewed_under_seal_and_accepted_is_recognised(tmp_path: Path, routes: Routes) -> None:
    journal = _county(tmp_path, routes)
    rows = readiness(journal.read(), routes, BATCH, CLAIMS).set_index("claim_id")["why"].astype("str").to_dict()
    assert rows == {"c1": "ready", "c2": "to_review", "c3": "to_correct", "c4": "not_accepted", "c5": "unsealed",
                    "gone": "gone"}  # fmt: skip
    done = recognise({COUNTY: journal}, routes, BATCH, CLAIMS)
    assert (done.claims, done.again) == (1, ())
    state = fold(journal.read()).set_index("claim_id").loc["c1"]
    assert [str(state["state"]), str(state["batch"]), bool(state["special_seal"])] == ["recognised", "2017-1", True]


def test_D14_the_same_batch_twice_enters_nothing_and_what_was_reviewed_since_waits(
    tmp_path: Path, routes: Routes
) -> None:
    journal = _county(tmp_path, routes)
    recognise({COUNTY: journal}, routes, BATCH, CLAIMS)
    enter(journal, routes, act("reviewed", "c2"))
    before = len(journal.read())
    again = recognise({COUNTY: journal}, routes, BATCH, CLAIMS)
    assert (again.claims, again.again, len(journal.read())) == (0, (COUNTY,), before)
    assert recognise({COUNTY: journal}, routes, Batch("2017-2", DAY, "认定人丙"), CLAIMS).claims == 1
    assert batches(journal.read())[["batch", "claims"]].to_numpy().tolist() == [["2017-1", 1], ["2017-2", 1]]


def test_D14_a_review_dated_after_the_batch_is_told_as_such(tmp_path: Path, routes: Routes) -> None:
    """Registered before or after that day; what was sent back since is not a review."""
    journal, early = Journal(tmp_path / COUNTY), date(2017, 7, 5)
    for claim, on in (("c1", early), ("c2", DAY), ("c3", early), ("c4", early), ("c5", DAY), ("c6", early)):
        enter(journal, routes, act("registered", claim, on=on))
    for claim in ("c1", "c2", "c4"):
        enter(journal, routes, act("reviewed", claim, on=DAY))
    enter(journal, routes, act("returned", "c3", on=DAY), act("reviewed", "c6", on=early))
    enter(journal, routes, act("returned", "c4", on=DAY))
    batch = Batch("2017-1", date(2017, 7, 9), "认定人丙", DAY)
    rows = readiness(journal.read(), routes, batch, CLAIMS).set_index("claim_id")["why"].astype("str").to_dict()
    assert rows == {"c1": "reviewed_later", "c2": "reviewed_later", "c3": "later", "c4": "later", "c5": "to_review",
                    "c6": "ready"}  # fmt: skip
    assert recognise({COUNTY: journal}, routes, batch, CLAIMS).claims == 1
    told = obstacles(readiness(journal.read(), routes, batch, CLAIMS)).set_index("不能认定的原因")["怎样办"]
    assert told["审核日期晚于认定日期"] == "改认定日期，或放到以后的批次"


def test_D14_a_batch_that_broke_off_between_counties_goes_on_where_it_stopped(tmp_path: Path, routes: Routes) -> None:
    journals = {COUNTY: _county(tmp_path, routes), OTHER: Journal(tmp_path / OTHER)}
    enter(journals[OTHER], routes, act("registered", "c6", HOSPITAL), act("reviewed", "c6", HOSPITAL))
    assert recognise(journals, routes, BATCH, CLAIMS, only=frozenset({COUNTY})).entered == {COUNTY: 1}
    rest = recognise(journals, routes, BATCH, CLAIMS)
    assert (rest.entered, rest.again) == ({OTHER: 1}, (COUNTY,))


def test_D14_a_number_stands_for_one_day_and_one_name(tmp_path: Path, routes: Routes) -> None:
    journal = _county(tmp_path, routes)
    recognise({COUNTY: journal}, routes, BATCH, CLAIMS)
    for other in (Batch("2017-1", date(2017, 7, 21), "认定人丙"), Batch("2017-1", DAY, "另一人")):
        with pytest.raises(ActError, match="另起批次号"):
            recognise({COUNTY: journal}, routes, other, CLAIMS)


def test_D16_where_both_steps_are_the_city_s_another_person_recognises(tmp_path: Path, routes: Routes) -> None:
    journal = Journal(tmp_path / "371400")
    enter(journal, routes, act("registered", "c1", INSTITUTE), act("reviewed", "c1", INSTITUTE))
    same = Batch("2017-1", DAY, "审核人乙")
    told = recognise({"371400": journal}, routes, same, CLAIMS)
    assert (told.claims, str(told.rows["why"].iloc[0])) == (0, "one_name")
    assert recognise({"371400": journal}, routes, BATCH, CLAIMS).claims == 1


def test_N9_D8_nothing_is_recognised_while_a_unit_has_no_reviewer(tmp_path: Path, routes: Routes) -> None:
    journal = _county(tmp_path, routes)
    before = len(journal.read())
    with pytest.raises(ActError, match="试验机械厂"):
        recognise({COUNTY: journal}, register_of_units(tmp_path), BATCH, CLAIMS)
    assert len(journal.read()) == before


def test_what_was_entered_after_the_batch_s_day_is_not_in_it(tmp_path: Path, routes: Routes) -> None:
    journal = Journal(tmp_path / COUNTY)
    enter(journal, routes, act("registered"), act("reviewed"), known_on=date(2017, 7, 25))
    assert recognise({COUNTY: journal}, routes, BATCH, CLAIMS).claims == 0
    assert recognise({COUNTY: journal}, routes, Batch("b", DAY, "认定人丙", date(2017, 7, 25)), CLAIMS).claims == 1


@pytest.mark.parametrize(
    ("on", "days"), [("2017-06-30", -1), ("2017-07-01", 0), ("2017-07-31", 0), ("2017-08-01", 1)]
)  # fmt: skip
def test_E3_a_batch_outside_the_review_is_told_by_days(on: str, days: int) -> None:
    assert Batch("1", date.fromisoformat(on), "甲").days_outside(PACK) == days


@pytest.mark.parametrize(
    ("number", "by", "match"), [("../x", "甲", "批次号"), ("", "甲", "批次号"), ("1", " ", "认定人")]
)
def test_a_batch_without_a_sound_number_or_a_name_is_refused(number: str, by: str, match: str) -> None:
    with pytest.raises(ActError, match=match):
        Batch(number, DAY, by)


def test_U29_what_the_rules_hold_is_not_recognised_before_it_is_made_good(tmp_path: Path, routes: Routes) -> None:
    journal = _county(tmp_path, routes)
    told = recognise({COUNTY: journal}, routes, BATCH, CLAIMS, held=frozenset({"c1"}))
    assert (told.claims, str(told.rows.set_index("claim_id").loc["c1", "why"])) == (0, "held")


# ---- order ---------------------------------------------------------------------------------------------------


def _wrong(acts: pd.DataFrame, folder: Path) -> dict[str, int]:
    return {check.what: check.wrong for check in in_order(acts, fold(acts), [verify_journal(folder)]) if check.wrong}


def test_D4_D13_D15_each_step_is_counted_from_the_acts_and_a_skipped_one_is_found(
    tmp_path: Path, routes: Routes
) -> None:
    journal = _county(tmp_path, routes)
    recognise({COUNTY: journal}, routes, BATCH, CLAIMS)
    acts = journal.read()
    assert _wrong(acts, journal.folder) == {}
    skipped = acts[~((acts["subject"] == "c1") & (acts["act"].astype("str") == "reviewed"))]
    assert set(_wrong(skipped, journal.folder)) == {"每一步都接在可以接的上一步之后", "已认定的各项都先经盖章审核"}
    unsealed = acts.assign(special_seal=acts["special_seal"].where(acts["subject"] != "c1"))
    assert _wrong(unsealed, journal.folder) == {"已认定的各项都有批次号和专用章": 1}


def test_a_journal_that_was_changed_is_told_with_the_checks(tmp_path: Path, routes: Routes) -> None:
    journal = _county(tmp_path, routes)
    acts, path = journal.read(), journal.folder / f"{COUNTY}.jsonl"
    path.write_bytes(path.read_bytes().replace("审核人乙".encode(), "审核人丁".encode(), 1))
    assert _wrong(acts, journal.folder) == {"办理日志与写入时一致（行）": 1}


# ---- the calendar --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "phase", "left", "over"),
    [("2017-06-30", "ahead", 31, 0), ("2017-07-01", "running", 30, 0), ("2017-07-31", "last_day", 0, 0),
     ("2017-08-01", "over", 0, 1)],
)  # fmt: skip
def test_E3_E5_days_left_are_counted_from_a_day_that_is_given(day: str, phase: str, left: int, over: int) -> None:
    row = countdown(PACK, date.fromisoformat(day)).set_index("window").loc["review"]
    assert (row["phase"], row["days_left"], row["days_over"]) == (phase, left, over)


def test_E6_working_days_left_leave_out_weekends_and_holidays() -> None:
    days_off = read_calendar(Path(__file__).parents[2] / "params" / "calendar-2017.yaml")
    rows = countdown(PACK, date(2017, 4, 27), days_off).set_index("window")
    assert rows.loc["enrolment", ["days_left", "working_left"]].tolist() == [3, 1]  # Friday; 29 and 30 April are off
    assert str(rows.loc["enrolment", "last_working_day"]) == "2017-04-28"
    assert rows.loc["year", "days_left"] == 248
