"""From claims to credited hours: what became of every claimed hour, under which rule, and why.

Order of evaluation (decisions.md): validity → duplicates → worth → days inside the year → cap per day → caps per year.
Filters come before caps: an unapproved course must not use up the day's hours. Each step works on all claims at once,
in int64 hundredths of an hour; no float ever holds an hour.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from ce_toolkit.errors import TableError
from ce_toolkit.rules import conditions, days, once
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.history import History
from ce_toolkit.rules.pack import Cap, Condition, Gate, Need, Once, Pack, R, RuleBase, Split, Worth, acting
from ce_toolkit.rules.requirements import required_total
from ce_toolkit.rules.reviewed import Ceiling, cut_down
from ce_toolkit.rules.view import NO_DAY, Claims, Columns, Int32Array, day_number
from ce_toolkit.rules.worth import ASKED, figures, missing
from ce_toolkit.tables import BoolArray, Int64Array

LIVE, REFUSED, HELD = 0, 1, 2
STATES = ("granted", "refused", "held")
EFFECTS = ("refused", "held", "over_cap", "raised")
_REFUSED, _HELD, _OVER_CAP, _RAISED = range(4)


@dataclass
class Entry:
    """Ledger rows that one step wrote: claims, hundredths before and moved, and the rule's number and reason.

    ``told``: further columns of the ledger that the step fills.
    """

    rule: int
    reason: str
    effect: int
    rows: Int64Array
    before: Int64Array
    delta: Int64Array
    told: Mapping[str, Int64Array] = field(default_factory=dict)

    def among(self, place: Int64Array) -> "Entry":
        """The ledger rows of claims that have a place among some, under its number."""
        mine = place[self.rows] >= 0
        told = {name: figures[mine] for name, figures in self.told.items()}
        return replace(self, rows=place[self.rows[mine]], before=self.before[mine], delta=self.delta[mine], told=told)


@dataclass
class Judgement:
    """The working state of all claims; every array has one entry a claim, hours in hundredths.

    ``history``: what the same people were granted in earlier years.
    """

    claims: Claims
    pack: Pack
    as_of: date
    state: npt.NDArray[np.int8]
    declared: Int64Array
    worth: Int64Array
    known: BoolArray
    granted: Int64Array
    history: History
    entries: list[Entry] = field(default_factory=list)
    flags: dict[str, Int64Array] = field(default_factory=dict)

    def move(self, entry: Entry) -> None:
        """Write ledger rows for what a rule did, and show its reason with the claims."""
        if entry.rows.size:
            self.entries.append(entry)
            self.flag(entry.reason, entry.rows)

    def flag(self, reason: str, rows: Int64Array) -> None:
        """Remember a reason code that is to be shown with these claims."""
        if rows.size:
            held = self.flags.get(reason)
            self.flags[reason] = rows if held is None else np.concatenate([held, rows])

    def taken(self, rows: Int64Array) -> "Judgement":
        """What became of some claims (rows in ascending order)."""
        columns = {name: getattr(self, name)[rows] for name in ("state", "declared", "worth", "known", "granted")}
        place = np.full(self.claims.size, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        entries = [entry.among(place) for entry in self.entries]
        return replace(self, claims=self.claims.taken(rows), entries=entries, flags={}, **columns)

    def merged(self, rows: Int64Array, part: "Judgement", *, hours: bool = True) -> "Judgement":
        """What became of all claims, of some of them under the pack of ``part``.

        It tells no ledger rows; without ``hours`` only what is held is right, and whether its worth is known.
        """
        names = ("state", "known", *(("worth", "granted") if hours else ()))
        columns = {name: getattr(self, name).copy() for name in names}
        for name, column in columns.items():
            column[rows] = getattr(part, name)
        return replace(self, pack=part.pack, history=part.history, entries=[], flags={}, **columns)

    def of(self, rule: RuleBase) -> BoolArray:
        """The claims of the classes and kinds a rule looks at, completed while it is valid."""
        claims = self.claims
        mask = claims.is_word("class", rule.classes) if rule.classes else np.ones(claims.size, dtype=bool)
        mask = mask & claims.is_word("kind", rule.kinds) if rule.kinds else mask
        if rule.valid_from is not None:
            mask = mask & (claims.end >= day_number(rule.valid_from))
        if rule.valid_to is not None:
            mask = mask & (claims.end <= day_number(rule.valid_to)) & (claims.end != NO_DAY)
        return mask


def judge(
    claims: Claims, pack: Pack, as_of: date, *, history: History | None = None, release: bool = False
) -> Judgement:
    """Run the rules over the claims, with what the people were granted in earlier years.

    With ``release``, needs hold nothing back and a table's blanks are filled in at best: what held claims could become.
    """
    _known_classes(claims, pack)
    work = _begin(claims, pack, as_of, history or History(None, claims.people, pack.time.year))
    for _, rule in _numbered(pack, Worth):
        _figure(work, rule, at_best=release)
    _filter(work, release=release)
    for number, once_rule in _numbered(pack, Once):
        if once_rule.by != "clock":
            _refuse_repeats(work, number, once_rule)
    _settle_worth(work)
    for number, once_rule in _numbered(pack, Once):
        if once_rule.by == "clock":
            _count_clock_once(work, number, once_rule)
    for number, split in _numbered(pack, Split):
        _split_year(work, number, split)
    for number, ceiling in _numbered(pack, Ceiling):
        _lower(work, number, ceiling)
    for number, cap in _numbered(pack, Cap):
        _cap(work, number, cap)
    return work


def before_caps(work: Judgement) -> Int64Array:
    """Hundredths of each claim when the first cap is reached."""
    granted = work.granted.copy()
    for entry in work.entries:
        if entry.effect == _OVER_CAP:
            granted[entry.rows] -= entry.delta
    return granted


def recapped(work: Judgement, pack: Pack) -> Judgement:
    """The same claims under the caps of a pack that differs in nothing before them; tells no ledger rows but theirs."""
    again = replace(work, pack=pack, granted=before_caps(work), entries=[], flags={})
    for number, cap in _numbered(pack, Cap):
        _cap(again, number, cap)
    return again


def _numbered(pack: Pack, kind: type[R]) -> Iterator[tuple[int, R]]:
    return ((number, rule) for number, rule in enumerate(pack.rules) if isinstance(rule, kind))


def _known_classes(claims: Claims, pack: Pack) -> None:
    _, words = claims.words("class")
    unknown = sorted(set(words) - set(pack.classes))
    if unknown and claims.is_word("class", unknown).any():
        raise TableError(f"规则包 {pack.id} 不认识的学时类别：{'、'.join(unknown)}；应为 {'、'.join(pack.classes)}。")


def _begin(claims: Claims, pack: Pack, as_of: date, history: History) -> Judgement:
    declared, filled = claims.declared
    return Judgement(
        claims, pack, as_of,
        state=np.zeros(claims.size, dtype=np.int8),
        declared=np.where(filled, declared, 0),
        worth=np.zeros(claims.size, dtype=np.int64),
        known=np.zeros(claims.size, dtype=bool),
        granted=np.zeros(claims.size, dtype=np.int64),
        history=history,
    )  # fmt: skip


def _figure(work: Judgement, rule: Worth, *, at_best: bool) -> None:
    """Fill in what the claims of this rule are worth, where it can be told."""
    mask = work.of(rule)
    if not work.claims.remembers:
        worth, known = figures(work.claims, rule, at_best=at_best)
    else:
        key = ("worth", acting(rule), at_best)
        worth, known = work.claims.remembered(key, lambda: figures(work.claims, rule, at_best=at_best))
    work.worth = np.where(mask, worth, work.worth)
    work.known |= mask & known


def _filter(work: Judgement, *, release: bool) -> None:
    """Gates refuse, then needs hold; the first rule that meets a claim decides."""
    case = Case(work.claims, work.pack, work.as_of, (work.worth, work.known), live=lambda: work.state == LIVE)
    steps: list[tuple[type[Condition], int, int]] = [(Gate, REFUSED, _REFUSED)]
    if not release:
        steps.append((Need, HELD, _HELD))
    for kind, state, effect in steps:
        for number, rule in _numbered(work.pack, kind):
            hit = conditions.met(rule, case) & work.of(rule) & (work.state == LIVE)
            rows = np.flatnonzero(hit)
            if rows.size:
                work.state[rows] = state
                before = _claimed_when_stopped(work, rows, state)
                told = {"missing": _missing(work)[rows]} if rule.test == "worth_unknown" else {}
                work.move(Entry(number, rule.reason, effect, rows, before, -before, told))


def _missing(work: Judgement) -> Int64Array:
    """Which fields leave a claim's worth open: a bit for each of ASKED. Else the kind or day."""
    bits = np.zeros(work.claims.size, dtype=np.int64)
    without = ~work.known
    for rule in work.pack.of(Worth):
        mine = work.of(rule)
        without &= ~mine
        for name, empty in missing(work.claims, rule).items():
            bits |= (mine & empty).astype(np.int64) << ASKED.index(name)
    undated = without & (work.claims.end == NO_DAY)
    bits |= undated.astype(np.int64) << ASKED.index("start")
    return bits | (without & ~undated).astype(np.int64) << ASKED.index("kind")


def _claimed_when_stopped(work: Judgement, rows: Int64Array, state: int) -> Int64Array:
    """Hours that a refusal or hold takes: the worth where it is asked, else the figure declared; never below 0."""
    declared = np.maximum(work.declared[rows], 0)
    bare = ~work.claims.declared[1][rows]
    if state == HELD:
        return np.where(work.known[rows], np.maximum(work.worth[rows], 0), declared)
    return np.where(bare, np.maximum(work.worth[rows], 0), declared)


def _settle_worth(work: Judgement) -> None:
    """Where the figure declared is not the worth: the difference is refused, or the claim is raised to its worth."""
    work.granted = np.where(work.known & (work.state == LIVE), work.worth, 0)
    stated = work.claims.declared[1] & work.known & (work.state != REFUSED)
    differs = stated & (work.worth != work.declared)
    if not differs.any():
        return
    for number, rule in _numbered(work.pack, Worth):
        mine = differs & work.of(rule)
        for effect, chosen in ((_REFUSED, work.worth < work.declared), (_RAISED, work.worth > work.declared)):
            rows = np.flatnonzero(mine & chosen)
            before = work.declared[rows]
            work.move(Entry(number, rule.reason, effect, rows, before, work.worth[rows] - before))


def _refuse_repeats(work: Judgement, number: int, rule: Once) -> None:
    live = work.of(rule) & (work.state == LIVE)
    if rule.years > 1:
        found = once.counted_before(work.claims, live, rule, work.history, work.pack.time.year)
    else:
        found = once.FINDERS[rule.by](work.claims, live, rule)
    for rows, reason in found:
        work.state[rows] = REFUSED
        before = _claimed_when_stopped(work, rows, REFUSED)
        work.move(Entry(number, reason, _REFUSED, rows, before, -before))


def _count_clock_once(work: Judgement, number: int, rule: Once) -> None:
    rows, lost = once.clock_conflicts(work.claims, work.of(rule) & (work.state == LIVE), work.granted)
    before = work.granted[rows]
    work.granted[rows] = before - lost
    work.state[rows[before == lost]] = REFUSED
    work.move(Entry(number, rule.reason, _REFUSED, rows, before, -lost))


def _split_year(work: Judgement, number: int, rule: Split) -> None:
    """Of trainings over the year's border keep the days inside (U28): by timetable, else evenly, rounded down."""
    claims = work.claims
    first, last = day_number(work.pack.time.first), day_number(work.pack.time.last)
    crossing = (claims.start < first) | (claims.end > last)
    rows = np.flatnonzero(crossing & work.of(rule) & (work.state == LIVE) & (claims.span > 0))
    if not rows.size:
        return
    inside = np.minimum(claims.end[rows], last) - np.maximum(claims.start[rows], first) + 1
    before = work.granted[rows]
    kept = before * inside // claims.span[rows]
    table = claims.timetable
    if table.owner.size:
        within = (table.day >= first) & (table.day <= last)
        sums = np.bincount(table.owner[within], weights=table.hours[within], minlength=claims.size).astype(np.int64)
        timed = table.has[rows]
        kept[timed] = np.minimum(sums[rows[timed]], before[timed])
    work.granted[rows] = kept
    work.state[rows[kept == 0]] = REFUSED
    work.move(Entry(number, rule.reason, _REFUSED, rows, before, kept - before))
    work.flag(rule.reason, rows)


def _lower(work: Judgement, number: int, rule: Ceiling) -> None:
    """Of claims that a review accepted in part keep what it accepted."""
    rows, kept = cut_down(work.claims, work.granted, work.of(rule) & (work.state == LIVE))
    before = work.granted[rows]
    work.granted[rows] = kept
    work.state[rows[kept == 0]] = REFUSED
    work.move(Entry(number, rule.reason, _REFUSED, rows, before, kept - before))


def _cap(work: Judgement, number: int, rule: Cap) -> None:
    live = work.of(rule) & (work.state == LIVE) & (work.granted > 0)
    person = work.claims.person
    limit = cap_limits(work.claims.people, work.pack, rule)
    earlier = used_before(work, rule)
    if rule.scope == "person_year":
        rows, after = _year_cap(work, live, np.maximum(limit - earlier, 0))
    elif rule.scope == "claim":
        rows = np.flatnonzero(live & (work.granted > limit[person]))
        after = limit[person[rows]]
    else:
        rows, after = _day_cap(work, live, int((rule.limit or 0) * 100), rule)
    before = work.granted[rows]
    work.granted[rows] = after
    told = {"limit": limit[person[rows]]} if rule.share is not None or rule.years > 1 else {}
    told |= {"earlier": earlier[person[rows]]} if rule.years > 1 else {}
    work.move(Entry(number, rule.reason, _OVER_CAP, rows, before, after - before, told))
    if rule.years > 1 and not work.history.given:
        work.flag("history_missing", np.flatnonzero(live))


def cap_limits(people: Columns, pack: Pack, rule: Cap) -> Int64Array:
    """Hundredths that the cap allows each person: its limit, or its share of the total that is asked of the person."""
    if rule.share is None:
        return np.full(people.size, int((rule.limit or 0) * 100), dtype=np.int64)
    return required_total(people, pack, rule.years) * rule.share.numerator // rule.share.denominator


def used_before(work: Judgement, rule: Cap) -> Int64Array:
    """Hundredths per person that the earlier years which a cap stands over have granted under it."""
    people, history = work.claims.people, work.history
    if rule.years == 1 or not history.size:
        return np.zeros(people.size, dtype=np.int64)
    mask = history.of(rule.classes, rule.kinds) & (history.year > work.pack.time.year - rule.years)
    return history.sums(mask, people.size)


def _year_cap(work: Judgement, live: BoolArray, room: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Claims that a yearly cap cuts, and what is left of them: earlier completed claims are served first."""
    claims = work.claims
    rows = np.flatnonzero(live)
    person = claims.person[rows]
    sums = np.bincount(person, weights=work.granted[rows], minlength=claims.people.size)
    rows = rows[sums[person] > room[person]]
    rows = rows[np.lexsort((claims.rank[rows], claims.end[rows], claims.person[rows]))]
    after = days.fill(work.granted[rows], claims.person[rows], room[claims.person[rows]])
    cut = after < work.granted[rows]
    return rows[cut], after[cut]


def _day_cap(work: Judgement, live: BoolArray, limit: int, rule: Cap) -> tuple[Int64Array, Int64Array]:
    claims = work.claims
    placed = claims.span > 0
    rows = np.flatnonzero(live & placed)
    if not rows.size:
        return rows, rows
    trainings = _trainings(work, rows)
    if rule.count == "calendar":  # decision U25, the other reading
        trainings = replace(trainings, days=trainings.end - trainings.start + 1)
    if rule.spread == "even":  # decision U26, the other reading
        trainings = days.spread_evenly(trainings)
    if rule.scope == "claim_day":  # decision U1, the other reading: every claim is a person of its own
        trainings = replace(trainings, person=np.arange(len(rows)))
    laid = days.lay(trainings, limit)
    untimed = (trainings.end > trainings.start) & ~claims.timetable.has[rows]
    work.flag("needs_daily_timetable", rows[laid.shares_day & untimed])
    cut = laid.granted < work.granted[rows]
    return rows[cut], laid.granted[cut]


def _trainings(work: Judgement, rows: Int64Array) -> days.Trainings:
    """The live trainings, those that a rule splits at the year's border clipped to it, others whole (U28)."""
    claims = work.claims
    start, end = (edge.astype(np.int64) for edge in clipped_to(work, rows))
    table = claims.timetable
    place = np.full(claims.size, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    mine = (
        (place[table.owner] >= 0) & (table.day >= start[place[table.owner]]) & (table.day <= end[place[table.owner]])
        if table.owner.size
        else np.empty(0, bool)
    )
    slices = days.Slices(place[table.owner[mine]], table.day[mine].astype(np.int64), table.hours[mine])
    return days.Trainings(
        person=claims.person[rows],
        start=start,
        end=end,
        days=np.minimum(claims.teaching_days[rows], end - start + 1),
        hours=work.granted[rows],
        order=claims.rank[rows],
        slices=slices,
    )


def clipped_to(work: Judgement, rows: Int64Array) -> tuple[Int32Array, Int32Array]:
    """First and last day of these claims that count: the year's where a rule splits them there, else their own."""
    claims, time = work.claims, work.pack.time
    first, last = claims.start[rows], claims.end[rows]
    for rule in work.pack.of(Split):
        mine = work.of(rule)[rows]
        first = np.where(mine, np.maximum(first, np.int32(day_number(time.first))), first)
        last = np.where(mine, np.minimum(last, np.int32(day_number(time.last))), last)
    return first, last
