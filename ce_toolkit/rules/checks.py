"""The closed list of checks: each looks at all claims, or all people, and says which get a flag; no hour moves."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from ce_toolkit.rules.conditions import BY_RECORD, Case, completed_outside
from ce_toolkit.rules.pack import Check
from ce_toolkit.rules.view import BLANK, NO_DAY, Claims, day_number, fold
from ce_toolkit.tables import BoolArray


def _recorded_after_start(case: Case, check: Check) -> BoolArray:
    recorded = case.claims.days("recorded_on")
    return (recorded != NO_DAY) & (recorded > case.claims.start) & case.claims.is_word("basis", {BY_RECORD})


def _outside_window(case: Case, check: Check) -> BoolArray:
    return completed_outside(case, check.window)


def _after_window(case: Case, check: Check) -> BoolArray:
    return case.claims.end > day_number(case.pack.windows[check.window].last)


def _several_authors(case: Case, check: Check) -> BoolArray:
    return case.claims.counts("authors")[0] > 1


def _began_before_year(case: Case, check: Check) -> BoolArray:
    start = case.claims.start
    return (start != NO_DAY) & (start < case.year[0])


def _related_key(case: Case, check: Check) -> BoolArray:
    """A work and the award for it, or one number in two classes of the same person (U7, U37)."""
    claims = case.claims
    hit = _in_two_classes(claims, case.granted)
    if not claims.has("related_key"):
        return hit
    key = claims.key_codes
    known = np.flatnonzero((key != BLANK) & case.granted)
    named = pc.index_in(fold(claims.text("related_key")), value_set=claims.folded_key.take(known))
    rows = np.flatnonzero(named.is_valid().to_numpy(zero_copy_only=False) & case.granted)
    theirs = key[known[named.take(rows).to_numpy()]]
    rows, theirs = rows[theirs != key[rows]], theirs[theirs != key[rows]]
    width = int(key.max(initial=0)) + 1
    pair, mine = claims.person[rows] * width + theirs, claims.person[known] * width + key[known]
    hit[rows[np.isin(pair, mine)]] = True
    hit[known[np.isin(mine, pair)]] = True
    return hit


def _in_two_classes(claims: Claims, granted: BoolArray) -> BoolArray:
    """Where a person gives one number in two classes of claims."""
    hit = np.zeros(claims.size, dtype=bool)
    rows, codes = claims.shared_keys
    rows, codes = rows[granted[rows]], codes[granted[rows]]
    if rows.size:
        pair = claims.person[rows] * (int(codes.max()) + 1) + codes
        classes = pd.Series(claims.words("class")[0][rows]).groupby(pair)
        hit[rows] = (classes.transform("nunique") > 1).to_numpy()
    return hit


def _not_signed_up(case: Case, check: Check) -> BoolArray:
    return case.claims.people.flags("on_signup") == 0


def _not_signed_up_in_time(case: Case, check: Check) -> BoolArray:
    """On no form, or on one that came after the window's last day (U17, the other reading)."""
    return _not_signed_up(case, check) | _signed_up_late(case, check)


def _signed_up_late(case: Case, check: Check) -> BoolArray:
    return case.claims.people.days("signed_up_on") > day_number(case.pack.windows[check.window].last)


def _joined_during_year(case: Case, check: Check) -> BoolArray:
    first, last = case.year
    hired = case.claims.people.days("hired_on")
    return (hired >= first) & (hired <= last)


def _leave_recorded(case: Case, check: Check) -> BoolArray:
    return _filled_text(case, "leave")


def _secondment_recorded(case: Case, check: Check) -> BoolArray:
    return _filled_text(case, "secondment")


def _moved(case: Case, check: Check) -> BoolArray:
    return _filled_text(case, "previous_unit")


def _filled_text(case: Case, name: str) -> BoolArray:
    return case.claims.people.text(name).is_valid().to_numpy(zero_copy_only=False)


CLAIM_CHECKS: Mapping[str, Callable[[Case, Check], BoolArray]] = {
    "recorded_after_start": _recorded_after_start,
    "outside_window": _outside_window,
    "after_window": _after_window,
    "several_authors": _several_authors,
    "began_before_year": _began_before_year,
    "related_key": _related_key,
}
PERSON_CHECKS: Mapping[str, Callable[[Case, Check], BoolArray]] = {
    "not_signed_up": _not_signed_up,
    "signed_up_late": _signed_up_late,
    "not_signed_up_in_time": _not_signed_up_in_time,
    "joined_during_year": _joined_during_year,
    "leave_recorded": _leave_recorded,
    "secondment_recorded": _secondment_recorded,
    "moved": _moved,
}
# these ask for a window of the pack
WINDOW_CHECKS = ("outside_window", "after_window", "signed_up_late", "not_signed_up_in_time")
# judged on the result, so it has no test on the claims
OUTCOME_CHECKS = ("met_without_training",)
CHECKS = (*CLAIM_CHECKS, *PERSON_CHECKS, *OUTCOME_CHECKS)
