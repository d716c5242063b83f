"""The same thing counts one time: repeated exams, repeated works and certificates, hours at the same clock time."""

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ce_toolkit.rules.history import History
from ce_toolkit.rules.pack import Once
from ce_toolkit.rules.view import BLANK, Claims, fold
from ce_toolkit.tables import BoolArray, Int64Array

Repeats = Iterator[tuple[Int64Array, str]]
_CLOCK = re.compile(r"^\s*(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})\s*$")


def in_order(claims: Claims, rows: Int64Array) -> Int64Array:
    """``rows`` by person, then day completed, then claim id: the order in which claims are served."""
    return rows[np.lexsort((claims.rank[rows], claims.end[rows], claims.person[rows]))]


def repeats_of_person(claims: Claims, live: BoolArray, rule: Once) -> Repeats:
    """All but the first live claim of each person (B12: one pass a year)."""
    rows = np.flatnonzero(live)
    rows = in_order(claims, rows[pd.Series(claims.person[rows]).duplicated(keep=False).to_numpy()])
    yield rows[pd.Series(claims.person[rows]).duplicated().to_numpy()], rule.reason


def repeats_of_key(claims: Claims, live: BoolArray, rule: Once) -> Repeats:
    """Later claims of a person and class with an earlier one's number, then the same thing without its number.

    A claim without number is refused where title, organiser and dates are those of a claim with one, or of an earlier
    claim without. Where both bear numbers, the numbers alone decide (C24, U31).
    """
    left = live.copy()
    rows, group = _by_number(claims, live)
    for refused, reason in _later_ones(claims, rows, group, rule):
        left[refused] = False  # what is refused by its number is no evidence against another claim
        yield refused, reason
    bare = ~claims.keyed
    rows, group = _by_title(claims, left, bare)
    yield from _later_ones(claims, rows, group, rule, bare)


def _by_number(claims: Claims, live: BoolArray) -> tuple[Int64Array, Int64Array]:
    rows, codes = claims.shared_keys
    mine = live[rows]
    return _repeated(claims, rows[mine], codes[mine], int(codes.max(initial=0)) + 1)


def _by_title(claims: Claims, live: BoolArray, bare: BoolArray) -> tuple[Int64Array, Int64Array]:
    """Groups with at least one claim in ``bare`` (it has no number) whose title, organiser and dates agree."""
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    if not claims.has("title") or not (live & bare).any():
        return none
    # who has no two claims over the same days, one without number, has no repeat: most people need no text folded
    rows = np.flatnonzero(live)
    code, width = _days_code(claims)
    rows, group = _with_bare(*_repeated(claims, rows, code[rows], width), bare)
    if not rows.size:
        return none
    title = fold(claims.text_at("title", rows))
    organiser = fold(claims.text_at("organiser", rows)).fill_null("")
    named = title.is_valid().to_numpy(zero_copy_only=False)
    label = pc.dictionary_encode(
        pc.binary_join_element_wise(title.fill_null(""), organiser, pa.scalar("\n", pa.large_string()))
    ).indices
    pairs = group * (len(rows) + 1) + label.to_numpy(zero_copy_only=False)
    again = named & pd.Series(pairs).duplicated(keep=False).to_numpy()
    return rows[again], pd.factorize(pairs[again])[0].astype(np.int64)


def _with_bare(rows: Int64Array, group: Int64Array, bare: BoolArray) -> tuple[Int64Array, Int64Array]:
    keep = np.bincount(group, weights=bare[rows])[group] > 0
    return rows[keep], group[keep]


def _days_code(claims: Claims) -> tuple[Int64Array, int]:
    """Start and end of each claim as one whole number, and a number above all of them."""
    start, end = claims.start.astype(np.int64) & 0xFFFFF, claims.end.astype(np.int64) & 0xFFFFF
    start, end = start - start.min(), end - end.min()
    width = int(end.max()) + 1
    return start * width + end, (int(start.max()) + 1) * width


def _repeated(claims: Claims, rows: Int64Array, code: Int64Array, width: int) -> tuple[Int64Array, Int64Array]:
    """The rows that share person, class and code (one a row) with another one, and a number for each such group."""
    classes, words = claims.words("class")
    owner = claims.person[rows] * (len(words) + 1) + classes[rows]
    if claims.people.size * (len(words) + 1) < (1 << 62) // width:
        key = owner * width + code
    else:
        key = pd.factorize(pd.MultiIndex.from_arrays([owner, code]))[0].astype(np.int64)
    again = pd.Series(key).duplicated(keep=False).to_numpy()
    return rows[again], pd.factorize(key[again])[0].astype(np.int64)


def _later_ones(
    claims: Claims, rows: Int64Array, group: Int64Array, rule: Once, bare: BoolArray | None = None
) -> Repeats:
    """Of each group all but the first completed; ``otherwise`` where its kind or dates differ from the first.

    With ``bare``, claims outside it come first and are never repeats.
    """
    if not rows.size:
        return
    last = np.ones(claims.size, dtype=bool) if bare is None else bare
    order = np.lexsort((claims.rank[rows], claims.end[rows], last[rows], group))
    rows, group = rows[order], group[order]
    first = rows[np.searchsorted(group, group)]
    later = (rows != first) & last[rows]
    kind, _ = claims.words("kind")
    same = (
        (kind[rows] == kind[first])
        & (claims.start[rows] == claims.start[first])
        & (claims.end[rows] == claims.end[first])
    )
    if not rule.otherwise:
        yield rows[later], rule.reason
        return
    yield rows[later & same], rule.reason
    yield rows[later & ~same], rule.otherwise


def repeats_of_related(claims: Claims, live: BoolArray, rule: Once) -> Repeats:
    """Of a work (or event) and what relates to it, all but the claim completed first (U7, U37, the other readings).

    A claim relates to the work whose number it names in ``related_key``, and to its own. With several classes, only
    claims of another class than the first are refused.
    """
    rows = np.flatnonzero(live)
    own, named = claims.folded_key.take(rows), fold(claims.text_at("related_key", rows))
    codes = pc.dictionary_encode(pa.concat_arrays([own, named])).indices.fill_null(BLANK).to_numpy()
    both = np.concatenate([rows, rows])[codes != BLANK]
    codes = codes[codes != BLANK].astype(np.int64)
    group = pd.factorize(claims.person[both] * (int(codes.max(initial=0)) + 1) + codes)[0]
    order = np.lexsort((claims.rank[both], claims.end[both], group))
    both, group = both[order], group[order]
    first = both[np.searchsorted(group, group)]
    later = both != first
    if len(rule.classes) > 1:
        classes = claims.words("class")[0]
        later &= classes[both] != classes[first]
    yield np.unique(both[later]), rule.reason


def counted_before(claims: Claims, live: BoolArray, rule: Once, history: History, year: int) -> Repeats:
    """Claims for a thing that was granted hours in ``counted_in`` of the earlier years that the rule looks back to.

    The thing is the number, within a class (C24), or whatever of the classes and kinds the rule names (by person).
    """
    past = np.flatnonzero((history.year > year - rule.years) & history.of(rule.classes, rule.kinds))
    if not past.size:
        return
    known = np.zeros(claims.people.size, dtype=bool)
    known[history.person[past]] = True
    rows = np.flatnonzero(live & known[claims.person])
    if rule.by == "key":
        now, then = fold(claims.text_at("key", rows)), fold(history.text_at("key", past))
        rows, past = rows[_filled(now)], past[_filled(then)]
        codes = pc.dictionary_encode(pa.concat_arrays([now.drop_null(), then.drop_null()])).indices.to_numpy()
    else:
        codes = np.zeros(len(rows) + len(past), dtype=np.int64)
    if not rows.size or not past.size:
        return
    classes = pd.Categorical([*claims.words("class")[1], *history.words("class")[1]]).codes
    own, theirs = classes[: len(claims.words("class")[1])], classes[len(claims.words("class")[1]) :]
    thing = pd.DataFrame(
        {
            "person": np.concatenate([claims.person[rows], history.person[past]]),
            "class": np.concatenate([own[claims.words("class")[0][rows]], theirs[history.words("class")[0][past]]]),
            "code": codes,
        }
    )
    group = thing.groupby(list(thing.columns), sort=False).ngroup().to_numpy()
    before = pd.DataFrame({"group": group[len(rows) :], "year": history.year[past]}).drop_duplicates()
    times = np.bincount(before["group"], minlength=int(group.max()) + 1)
    yield rows[times[group[: len(rows)]] >= rule.counted_in], rule.reason


def _filled(array: pa.Array) -> BoolArray:
    return array.is_valid().to_numpy(zero_copy_only=False)


FINDERS = {"person": repeats_of_person, "key": repeats_of_key, "related": repeats_of_related}


def clock_conflicts(claims: Claims, live: BoolArray, granted: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Claims whose clock time an earlier one of the person partly takes on that day, and the hundredths lost (U27).

    The loss is the claim's hours × (covered minutes / own minutes), rounded down to a hundredth of an hour.
    """
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    if not claims.has("clock"):
        return none
    rows = np.flatnonzero(live & claims.filled("clock") & (claims.start == claims.end))
    rows, group = _same_day(claims, rows)
    if not rows.size:
        return none
    order = np.lexsort((claims.rank[rows], group))
    hit, lost = [], []
    taken: list[tuple[int, int]] = []
    last_group = -1
    clocks = claims.text_at("clock", rows[order]).to_pylist()
    for row, day, clock in zip(rows[order], group[order], clocks, strict=True):
        if day != last_group:
            taken, last_group = [], day
        span = minutes_of(clock)
        if span is None:
            continue
        if covered := _covered(span, taken):
            hit.append(row)
            lost.append(int(granted[row]) * covered // (span[1] - span[0]))
        taken.append(span)
    return np.array(hit, dtype=np.int64), np.array(lost, dtype=np.int64)


def _same_day(claims: Claims, rows: Int64Array) -> tuple[Int64Array, Int64Array]:
    key = claims.person[rows] << 20 | (claims.start[rows].astype(np.int64) & 0xFFFFF)
    again = pd.Series(key).duplicated(keep=False).to_numpy()
    return rows[again], pd.factorize(key[again])[0].astype(np.int64)


@lru_cache(maxsize=1 << 12)
def minutes_of(clock: str) -> tuple[int, int] | None:
    """``09:00-12:00`` as minutes of the day; None where it is not a span of time."""
    match = _CLOCK.match(clock)
    if not match:
        return None
    begin = int(match[1]) * 60 + int(match[2])
    finish = int(match[3]) * 60 + int(match[4])
    return (begin, finish) if begin < finish <= 24 * 60 else None


def _covered(span: tuple[int, int], taken: list[tuple[int, int]]) -> int:
    """Minutes of ``span`` that lie in any of the taken spans, each minute counted once."""
    covered, reached = 0, span[0]
    for begin, finish in sorted(taken):
        new = min(finish, span[1]) - max(begin, reached)
        if new > 0:
            covered += new
            reached = min(finish, span[1])
    return covered
