"""What holds for anybody's year, whatever the records: held against the oracle, on random people."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.oracle import judge
from tests.rules.records import read
from tests.rules.strategies import people, random_people

Case = dict[str, Any]
CODES = """
    daily_cap annual_cap not_approved late_record needs_daily_timetable time_conflict split_year outside_year no_archive
    employer_hours_missing duplicate same_work related_items not_published not_granted not_recognised claim_differs
    no_proof not_registered no_date invalid_dates invalid_hours zero_hours implausible_hours unit_length_unknown
    identity_mismatch repeat_exam wrong_subject outside_exam_window public_content after_as_of after_review_window
    left_during_year rehired sector leave_recorded joined_during_year secondment_recorded not_signed_up
    late_signup counted_before
    not_passed no_hours no_training coauthor
"""
REASONS = set(CODES.split())
MINIMA = {"professional": 60, "public": 30, "total": 90}
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
spans = st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(1, 40).map(lambda halves: Fraction(halves, 2)))


@calm
@given(people(), st.randoms())
def test_order_of_rows_does_not_matter(case: Case, rng: Random) -> None:
    shuffled = case | {"records": rng.sample(case["records"], len(case["records"]))}
    assert judge(shuffled) == judge(case)


@calm
@given(people())
def test_caps_hold(case: Case) -> None:
    credited = judge(case)["credited"]
    assert credited["self_study"] <= 40
    assert credited["output"] in {0, 10, 20, 30}
    assert credited["public"] in {0, 30}
    trainings = [read(record) for record in case["records"] if record["class"] == "training"]
    days = {day for c in trainings for day in c.daily or c.dates if day.year == 2017}
    assert credited["training"] <= 8 * len(days)


@calm
@given(people())
def test_nothing_is_granted_beyond_the_figure_that_counts(case: Case) -> None:
    granted = judge(case)["granted"]
    for c in map(read, case["records"]):
        training = sum(c.daily.values()) if c.daily else c.hours
        counts = {"self_study": c.employer_hours, "output": 10 * c.items, "public_exam": 30, "public_other": 0}
        assert 0 <= granted[c.ref] <= max(counts.get(c.klass, training) or 0, 0)


@calm
@given(people())
def test_sums_are_the_sums_of_their_claims(case: Case) -> None:
    got = judge(case)
    credited = got["credited"]
    for name, klass in {
        "training": "training",
        "self_study": "self_study",
        "output": "output",
        "public": "public_exam",
    }.items():
        assert credited[name] == sum(got["granted"][r["ref"]] for r in case["records"] if r["class"] == klass)
    assert credited["professional"] == credited["training"] + credited["self_study"] + credited["output"]
    assert credited["total"] == credited["professional"] + credited["public"]


@calm
@given(people())
def test_status_follows_from_the_three_minima(case: Case) -> None:
    got = judge(case)
    if got["status"] == "out_of_scope":
        assert not any(got["short"].values())
    else:
        assert got["short"] == {name: max(0, need - got["credited"][name]) for name, need in MINIMA.items()}
        assert (got["status"] == "pass") == (not any(got["short"].values()))


@calm
@given(people())
def test_a_refused_or_held_claim_has_a_reason_and_no_hours(case: Case) -> None:
    got = judge(case)
    assert got["flags"] <= REASONS
    assert not set(got["rejected"]) & set(got["pending"])
    assert not any(got["granted"][ref] for ref in (*got["rejected"], *got["pending"]))
    assert got["flags"] or not (got["rejected"] or got["pending"])


@calm
@given(people())
def test_refused_and_held_claims_take_no_room(case: Case) -> None:
    """Filters come before caps: without them everybody else has the same hours."""
    got = judge(case)
    gone = {*got["rejected"], *got["pending"]}
    rest = judge(case | {"records": [record for record in case["records"] if record["ref"] not in gone]})
    assert rest["credited"] == got["credited"]
    assert rest["granted"] == {ref: hours for ref, hours in got["granted"].items() if ref not in gone}


@calm
@given(people(), people())
def test_adding_rows_never_lowers_a_class(case: Case, more: Case) -> None:
    """As long as no added row repeats another or claims the same clock time; see the two counterexamples below."""
    added = [_alone(record) | {"ref": f"a{n}"} for n, record in enumerate(more["records"])]
    before, after = judge(case)["credited"], judge(case | {"records": case["records"] + added})["credited"]
    assert all(after[name] >= hours for name, hours in before.items())


def test_an_earlier_repeat_with_fewer_hours_lowers_training() -> None:
    """The first of two equal certificates counts, also where it is the smaller one."""
    later = _course("t2", date(2017, 4, 12), hours=5, key="C-1")
    earlier = _course("t1", date(2017, 4, 11), hours=1, key="C-1")
    assert _training([later]) == 5
    assert _training([later, earlier]) == 1


def test_an_earlier_clash_with_fewer_hours_lowers_training() -> None:
    """The course that comes first keeps the clock time, also where it states fewer hours for it."""
    first, second = (
        _course(ref, date(2017, 4, 11), hours=hours, clock="09:00-12:00") for ref, hours in (("t1", 1), ("t2", 4))
    )
    assert _training([second]) == 4
    assert _training([second, first]) == 1


@calm
@given(people(), st.dates(date(2017, 1, 1), date(2018, 6, 30)), st.integers(0, 200))
def test_waiting_never_lowers_a_class(case: Case, as_of: date, wait: int) -> None:
    """On a later day more has happened and arrived; nothing that counted is lost (repeats and clashes set aside)."""
    alone = case | {"records": [_alone(record) for record in case["records"]]}
    now, later = (judge(alone | {"as_of": day})["credited"] for day in (as_of, as_of + timedelta(wait)))
    assert all(later[name] >= hours for name, hours in now.items())


@calm
@given(people())
def test_who_is_judged_does_not_touch_the_hours(case: Case) -> None:
    person = {"archive": case["person"]["archive"]}
    outside = judge(case | {"person": person | {"sector": "military"}})
    assert outside["status"] == "out_of_scope"
    assert outside["granted"] == judge(case | {"person": person})["granted"]


@calm
@given(st.lists(spans, max_size=6))
def test_the_day_cap_lays_as_much_as_can_be_laid(courses: list[tuple[int, int, Fraction]]) -> None:
    """Max-flow is min-cut: each claim is granted what the best choice of full days allows beyond the claims before."""
    first = date(2017, 3, 6)
    records = [
        {"ref": f"t{n}", "class": "training", "basis": "held_hr", "hours": float(hours)}
        | {"start": first + timedelta(begins), "end": first + timedelta(begins + span - 1)}
        for n, (begins, span, hours) in enumerate(courses)
    ]
    got, order = judge({"records": records}), sorted(records, key=lambda record: (record["end"], record["ref"]))
    for n, record in enumerate(order):
        assert got["granted"].get(record["ref"], 0) == _min_cut(order[: n + 1]) - _min_cut(order[:n])


@calm
@given(st.integers(0, 3))
def test_a_person_is_judged_alike_alone_and_again(seed: int) -> None:
    cases = random_people(seed, 20)
    assert list(map(judge, cases)) == list(map(judge, random_people(seed, 20)))


def test_random_people_meet_every_reason_and_every_status() -> None:
    outcomes = list(map(judge, random_people(20170410, 5000)))
    assert set().union(*(outcome["flags"] for outcome in outcomes)) == REASONS
    shares = [sum(o["status"] == status for o in outcomes) / 5000 for status in ("pass", "fail", "out_of_scope")]
    assert min(shares) > 0.05


def _alone(record: Case) -> Case:
    """The record without whatever ties it to others: number, title, clock time."""
    return {name: value for name, value in record.items() if name not in ("key", "title", "clock")}


def _course(ref: str, day: date, **facts: Any) -> Case:
    return {"ref": ref, "class": "training", "basis": "held_hr", "date": day, **facts}


def _training(records: list[Case]) -> Fraction:
    return judge({"records": records})["credited"]["training"]


def _min_cut(records: list[Case]) -> Fraction:
    """The least that stops the flow: some courses are cut by their hours, the days of the others by 8 each."""
    courses = [read(record) for record in records]
    chosen: Iterable[tuple[Any, ...]] = (c for n in range(len(courses) + 1) for c in combinations(courses, n))
    return min(
        8 * len({day for c in full for day in c.dates}) + sum(c.hours for c in courses if c not in full)
        for full in chosen
    )
