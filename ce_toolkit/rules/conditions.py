"""The closed list of tests that a pack may name: each looks at all claims at once and says which meet it.

A gate or need that names a ``field`` instead compares that field with its ``values``, or asks whether it is blank.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from ce_toolkit.rules.pack import Cap, Condition, Pack, Split, Worth, acting
from ce_toolkit.rules.view import BLANK, NO_DAY, Claims, day_number
from ce_toolkit.rules.worth import author_rank
from ce_toolkit.tables import CLAIMS, FLAG, WORD, BoolArray, Int64Array


@dataclass(frozen=True)
class Case:
    """What a test may read: claims with their people, the pack, the day judged, each claim's worth, who was granted.

    ``live``: claims that no rule has stopped so far, as a call.
    """

    claims: Claims
    pack: Pack
    as_of: date
    worth: Any = None
    granted: Any = None
    live: Callable[[], BoolArray] | None = None

    @property
    def year(self) -> tuple[int, int]:
        """First and last day number of the credit year."""
        return day_number(self.pack.time.first), day_number(self.pack.time.last)


Test = Callable[[Case], BoolArray]
BY_RECORD = "recorded_hr"  # the one basis that a day of filing belongs to


def meets(rule: Condition, case: Case) -> BoolArray:
    """Which claims meet the rule's condition (whatever their class)."""
    if rule.test in WINDOW_CONDITIONS:
        return WINDOW_CONDITIONS[rule.test](case, rule.window)
    if rule.test:
        return CONDITIONS[rule.test](case)
    kind = CLAIMS.columns[rule.field]
    claims = case.claims
    if kind not in (FLAG, WORD):
        return ~claims.filled(rule.field)
    if kind == FLAG:
        flags = claims.flags(rule.field)
        wanted = {int(value) for value in rule.values} | ({BLANK} if rule.blank else set())
        return np.isin(flags, list(wanted)) if len(wanted) != 1 else flags == wanted.pop()
    codes, _ = claims.words(rule.field)
    hit = claims.is_word(rule.field, {str(value) for value in rule.values})
    return hit | (codes == BLANK) if rule.blank else hit


def faults(rule: Condition) -> Iterator[str]:
    """What is wrong with how a rule states its condition."""
    if bool(rule.test) == bool(rule.field):
        yield "须在 test 与 field 中恰好给出一个。"
    elif rule.test and rule.test not in TESTS:
        near = difflib.get_close_matches(rule.test, TESTS, n=1)
        yield f"的 test {rule.test} 不存在" + (f"，是否为 {near[0]}？" if near else "。")
    elif rule.field:
        kind = CLAIMS.columns.get(rule.field)
        if kind is None or (kind not in (FLAG, WORD) and rule.values):
            near = difflib.get_close_matches(rule.field, CLAIMS.columns, n=1)
            yield f"的 field {rule.field} 不是可判断的字段" + (f"，是否为 {near[0]}？" if near else "。")
        if not rule.values and not rule.blank:
            yield "给出了 field，还须给出 values 或 blank = true。"


# ---- conditions of gates and needs ----------------------------------------------------------------------------------


def _always(case: Case) -> BoolArray:
    return np.ones(case.claims.size, dtype=bool)


def _outside_year(case: Case) -> BoolArray:
    """Completed before the year begins, or begun after it ends (clause 四, D5).

    Dates that contradict each other say no year; such a claim is left to the test of its dates.
    """
    first, last = case.year
    start, end = case.claims.start, case.claims.end
    reversed_ = (start != NO_DAY) & (end != NO_DAY) & (end < start)
    after = (start > last) | ((end > last) & ~_may_split(case))
    return (((end < first) & (end != NO_DAY)) | after) & ~reversed_


def _may_split(case: Case) -> BoolArray:
    """Claims of a class whose days over the year's border are told apart."""
    classes = {name for rule in case.pack.of(Split) for name in case.pack.classes_of(rule)}
    return case.claims.is_word("class", classes)


def _number_invalid(case: Case) -> BoolArray:
    """A negative figure, items that are not whole and at least one (C21), or a place among the authors below 1."""
    claims = case.claims
    bad = (claims.declared[0] < 0) | (claims.hours("employer_hours")[0] < 0)
    for name, least in (("minutes", 0), ("half_days", 0), ("author_rank", 1)):
        if claims.has(name):
            number, filled = claims.counts(name)
            bad |= filled & (number < least)
    items, filled = claims.hours("items")
    bad |= filled & ((items <= 0) | (items % 100 != 0))
    if claims.timetable.owner.size:
        bad[claims.timetable.owner[claims.timetable.hours < 0]] = True
    return bad


def _worth_zero(case: Case) -> BoolArray:
    worth, known = case.worth
    return known & (worth == 0)


def _no_archive(case: Case) -> BoolArray:
    """The employer keeps no learning file for this person, or the claim is not in it (C15, C18)."""
    claims = case.claims
    return (claims.flags("in_archive") == 0) | (claims.people.flags("archive")[claims.person] == 0)


def _archive_unknown(case: Case) -> BoolArray:
    claims = case.claims
    return (claims.flags("in_archive") == BLANK) & (claims.people.flags("archive")[claims.person] == BLANK)


def _not_passed(case: Case) -> BoolArray:
    return ~case.claims.is_word("result", {"pass"}) & (case.claims.words("result")[0] != BLANK)


def _other_subject(case: Case) -> BoolArray:
    """A subject is stated, and it is neither the year nor the year's theme (B2, B4)."""
    claims = case.claims
    if not claims.has("subject"):
        return np.zeros(claims.size, dtype=bool)
    subject = pc.replace_substring_regex(claims.text("subject"), r"\s", "")
    own = pc.match_substring(subject, str(case.pack.time.year))
    if case.pack.pack.subject:
        own = pc.or_(own, pc.match_substring(subject, case.pack.pack.subject))
    return pc.invert(own).fill_null(False).to_numpy(zero_copy_only=False)


def _no_date(case: Case) -> BoolArray:
    return (case.claims.start == NO_DAY) | (case.claims.end == NO_DAY)


def _dates_invalid(case: Case) -> BoolArray:
    claims = case.claims
    number, filled = claims.counts("days")
    return (claims.end < claims.start) | (filled & ((number < 1) | (number > claims.span)))


def _minutes_only(case: Case) -> BoolArray:
    return ~case.claims.declared[1] & case.claims.counts("minutes")[1] & ~case.worth[1]


def _no_hours(case: Case) -> BoolArray:
    """No hours are stated, nor anything that the pack turns into hours."""
    return ~case.claims.declared[1] & ~case.worth[1]


def _worth_unknown(case: Case) -> BoolArray:
    """What the claim is worth cannot be told: a field is blank that its worth is read from."""
    return ~case.worth[1]


def _over_24_a_day(case: Case) -> BoolArray:
    """More hours than the days have (MC8); what is worth a fixed figure, or by items or grades, takes no time."""
    claims = case.claims
    stated = np.where(claims.declared[1], claims.declared[0], case.worth[0])
    over = stated > 2400 * np.maximum(claims.teaching_days, 1)
    if claims.timetable.owner.size:
        over[claims.timetable.owner[claims.timetable.hours > 2400]] = True
    return over & _takes_time(case)


def _takes_time(case: Case) -> BoolArray:
    """Claims whose worth is the hours they took."""
    claims = case.claims
    timed = np.zeros(claims.size, dtype=bool)
    for rule in case.pack.of(Worth):
        if rule.source == "hours":
            mine = claims.is_word("class", case.pack.classes_of(rule))
            timed |= mine & claims.is_word("kind", rule.kinds) if rule.kinds else mine
    return timed


def _employer_hours_blank(case: Case) -> BoolArray:
    return ~case.claims.hours("employer_hours")[1]


def _after_as_of(case: Case) -> BoolArray:
    """The event, the filing it rests on or its proof came after the day the state is judged (U30).

    Of a training over the year's end only the days inside the year are asked for (GV21).
    """
    claims, day = case.claims, day_number(case.as_of)
    end = np.where(_may_split(case), np.minimum(claims.end, case.year[1]), claims.end)
    recorded = (claims.days("recorded_on") > day) & claims.is_word("basis", {BY_RECORD})
    return (end > day) | recorded | (claims.days("proof_on") > day)


def _claimant_not_signed_up(case: Case) -> BoolArray:
    return case.claims.people.flags("on_signup")[case.claims.person] == 0


def _unit_without_archive(case: Case) -> BoolArray:
    """The unit keeps no learning files at all, whatever is said of the claim (U15, the other reading)."""
    return case.claims.people.flags("archive")[case.claims.person] == 0


def _unit_archive_unknown(case: Case) -> BoolArray:
    return case.claims.people.flags("archive")[case.claims.person] == BLANK


def _later_author(case: Case) -> BoolArray:
    return author_rank(case.claims)[0] > 1


def _author_rank_unknown(case: Case) -> BoolArray:
    """Several authors, and the place among them is not stated."""
    return (case.claims.counts("authors")[0] > 1) & ~author_rank(case.claims)[1]


def _later_attempt(case: Case) -> BoolArray:
    """An exam that the person had sat before in the year, passed or not (U12, the other reading)."""
    claims = case.claims
    first, last = case.year
    rows = np.flatnonzero((claims.end >= first) & (claims.end <= last) & (claims.words("result")[0] != BLANK))
    codes = claims.words("class")[0]
    order = rows[np.lexsort((claims.rank[rows], claims.end[rows], codes[rows], claims.person[rows]))]
    again = pd.DataFrame({"person": claims.person[order], "class": codes[order]}).duplicated().to_numpy()
    hit = np.zeros(claims.size, dtype=bool)
    hit[order[again]] = True
    return hit


def _unsplit(claims: Claims) -> BoolArray:
    """Claims of several days without a timetable."""
    return (claims.span > 1) & ~claims.timetable.has


def _over_cap_unsplit(case: Case) -> BoolArray:
    """More hours than its days allow, and no timetable that says on which (U3, the other reading)."""
    claims = case.claims
    hit = np.zeros(claims.size, dtype=bool)
    for cap in case.pack.of(Cap):
        if cap.scope in {"person_day", "claim_day"} and cap.limit is not None:
            over = claims.declared[0] > int(cap.limit * 100) * claims.teaching_days
            hit |= over & claims.is_word("class", cap.classes)
    return hit & _unsplit(claims)


def _shared_day_unsplit(case: Case) -> BoolArray:
    """Shares a day with another live claim of its class, and one of them has no timetable (U26, the other reading)."""
    claims = case.claims
    live = claims.span > 0 if case.live is None else case.live() & (claims.span > 0)
    rows, whole = np.flatnonzero(live), _unsplit(claims)
    hit = np.zeros(claims.size, dtype=bool)
    hit[rows] = _meets_one(claims, rows, whole[rows])
    hit[rows] |= whole[rows] & _meets_one(claims, rows, np.ones(len(rows), dtype=bool))
    return hit


def _meets_one(claims: Claims, rows: Int64Array, among: BoolArray) -> BoolArray:
    """Which of ``rows`` share a day with another of them, of the same person and class, that is ``among`` some."""
    group = claims.person[rows] * (len(claims.words("class")[1]) + 1) + claims.words("class")[0][rows]
    order = np.lexsort((claims.start[rows], group))
    apart = 1 << 21
    base = group[order] * apart + apart // 2  # room for a day number on either side
    start, end = base + claims.start[rows][order], base + claims.end[rows][order]
    mine = among[order]
    before = np.maximum.accumulate(np.where(mine, end, base - apart // 2))
    after = np.minimum.accumulate(np.where(mine, start, base + apart // 2)[::-1])[::-1]
    met = np.zeros(len(rows), dtype=bool)
    met[order[1:]] = before[:-1] >= start[1:]
    met[order[:-1]] |= after[1:] <= end[:-1]
    return met


def _before_move(case: Case) -> BoolArray:
    """Completed before the person came to the present unit (U18, the other reading)."""
    moved = case.claims.people.days("moved_on")[case.claims.person]
    return (moved != NO_DAY) & (case.claims.end != NO_DAY) & (case.claims.end < moved)


CONDITIONS: Mapping[str, Test] = {
    "always": _always,
    "outside_year": _outside_year,
    "number_invalid": _number_invalid,
    "worth_zero": _worth_zero,
    "no_archive": _no_archive,
    "archive_unknown": _archive_unknown,
    "not_passed": _not_passed,
    "other_subject": _other_subject,
    "no_date": _no_date,
    "dates_invalid": _dates_invalid,
    "minutes_only": _minutes_only,
    "no_hours": _no_hours,
    "worth_unknown": _worth_unknown,
    "over_24_a_day": _over_24_a_day,
    "employer_hours_blank": _employer_hours_blank,
    "after_as_of": _after_as_of,
    "not_signed_up": _claimant_not_signed_up,
    "unit_without_archive": _unit_without_archive,
    "unit_archive_unknown": _unit_archive_unknown,
    "later_author": _later_author,
    "author_rank_unknown": _author_rank_unknown,
    "later_attempt": _later_attempt,
    "over_cap_unsplit": _over_cap_unsplit,
    "shared_day_unsplit": _shared_day_unsplit,
    "before_move": _before_move,
}


def completed_outside(case: Case, window: str) -> BoolArray:
    """Completed on a day outside a window of the pack; without a day it is left to the test of dates."""
    span, end = case.pack.windows[window], case.claims.end
    return (end != NO_DAY) & ((end < day_number(span.first)) | (end > day_number(span.last)))


# conditions that ask for a window of the pack
WINDOW_CONDITIONS: Mapping[str, Callable[[Case, str], BoolArray]] = {"outside_window": completed_outside}
TESTS = (*CONDITIONS, *WINDOW_CONDITIONS)


# ---- what a condition hangs on --------------------------------------------------------------------------------------


def _of_year(pack: Pack) -> Any:
    return pack.time.model_dump_json(), tuple(map(acting, pack.of(Split)))


# what a test reads of the pack beside the rule that names it
CONTEXT: Mapping[str, Callable[[Pack], Any]] = MappingProxyType(
    {
        "outside_year": _of_year,
        "after_as_of": _of_year,
        "later_attempt": _of_year,
        "other_subject": lambda pack: (pack.time.year, pack.pack.subject),
        "over_24_a_day": lambda pack: tuple(map(acting, pack.of(Worth))),
        "over_cap_unsplit": lambda pack: tuple(map(acting, pack.of(Cap))),
    }
)
# tests that read the worth of a claim, or which claims are stopped already
OF_WORTH = frozenset({"worth_zero", "worth_unknown", "minutes_only", "no_hours", "over_24_a_day", "shared_day_unsplit"})


def context(rule: Condition, pack: Pack) -> Any:
    """All that decides which claims meet a condition, beside the rule and the claims with their worth."""
    if rule.window:
        return pack.windows[rule.window].model_dump_json()
    return CONTEXT[rule.test](pack) if rule.test in CONTEXT else ""


def met(rule: Condition, case: Case) -> BoolArray:
    """``meets``, remembered with the claims where they have a memory and nothing else decides."""
    if not case.claims.remembers or rule.test in OF_WORTH:
        return meets(rule, case)
    key = ("met", rule.test, rule.window, rule.field, rule.values, rule.blank, context(rule, case.pack), case.as_of)
    return case.claims.remembered(key, lambda: meets(rule, case))
