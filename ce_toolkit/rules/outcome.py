"""What was judged, as tables: one row a claim (CREDITS), one per claim and rule that moved its hours (LEDGER)."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.credit import EFFECTS, STATES, Entry, Judgement
from ce_toolkit.rules.pack import Cap, Need, Pack, RuleBase, Worth
from ce_toolkit.rules.view import NO_DAY, Claims, Int32Array
from ce_toolkit.rules.worth import ASKED
from ce_toolkit.tables import BoolArray, Int64Array, from_hundredths


def credits_table(work: Judgement) -> pd.DataFrame:
    """One row a claim, in claim-id order: claimed = granted + over_cap + refused + held (contract CREDITS)."""
    claims, size = work.claims, work.claims.size
    moved = [np.zeros(size, dtype=np.int64) for _ in EFFECTS]
    for entry in work.entries:
        moved[entry.effect] += np.bincount(entry.rows, weights=-entry.delta, minlength=size).astype(np.int64)
    refused, held, over_cap, _ = moved
    order = _by_rank(claims)
    codes, words = claims.words("class")
    columns = {
        "claim_id": _take_text(claims.text("claim_id"), order),
        "person_id": _take_text(claims.text("person_id"), order),
        "class": pd.Categorical.from_codes(codes[order], categories=words),
        "state": pd.Categorical.from_codes(work.state[order], categories=STATES),
        "claimed": from_hundredths((work.granted + over_cap + refused + held)[order]),
        "granted": from_hundredths(work.granted[order]),
        "over_cap": from_hundredths(over_cap[order]),
        "refused": from_hundredths(refused[order]),
        "held": from_hundredths(held[order]),
        "flags": flag_words(work.flags, size, order),
        "declared": _declared(work, order),
        "completed_on": claims.end[order],
    }
    columns["completed_on"] = _dates(columns["completed_on"])
    return pd.DataFrame(columns, copy=False)


def _declared(work: Judgement, order: Int64Array) -> pd.Series:
    filled = work.claims.declared[1][order]
    column = from_hundredths(work.declared[order])
    return column if filled.all() else column.where(filled)


def _dates(numbers: Int32Array) -> pd.Series:
    array = pa.array(numbers, mask=numbers == NO_DAY).view(pa.date32())
    return pd.Series(pd.arrays.ArrowExtensionArray(array), copy=False)


def _by_rank(claims: Claims) -> Int64Array:
    order = np.empty(claims.size, dtype=np.int64)
    order[claims.rank] = np.arange(claims.size)
    return order


def _take_text(column: pa.Array, rows: Int64Array) -> pd.Series:
    """A column of text at these rows."""
    taken = column if np.array_equal(rows, np.arange(len(column))) else column.take(pa.array(rows))
    return pd.Series(taken.to_pandas(types_mapper=_text_type), copy=False)


def _text_type(kind: pa.DataType) -> pd.StringDtype:
    del kind
    return pd.StringDtype(na_value=np.nan)


def flag_words(flags: dict[str, Int64Array], size: int, order: Int64Array) -> pd.Categorical:
    """The reason codes of each row, joined by blanks, as a category of the combinations that occur."""
    names = sorted(flags)
    bits = np.zeros(size, dtype=np.int64)
    for position, name in enumerate(names):
        bits[flags[name]] |= np.int64(1 << position)
    codes, values = pd.factorize(bits[order])
    words = [" ".join(name for position, name in enumerate(names) if int(value) >> position & 1) for value in values]
    ranked = sorted(words)
    place = np.array([ranked.index(word) for word in words], dtype=np.int64)
    return pd.Categorical.from_codes(place[codes] if words else codes, categories=ranked)


def ledger_table(work: Judgement) -> pd.DataFrame:
    """One row per claim and rule that moved its hours, in claim-id order; before + delta = after (contract LEDGER).

    Only where a rule of the pack may tell them: ``missing``, the fields whose blank leaves the worth open; ``limit``
    and ``earlier``, what a cap allows this person and what earlier years used of it.
    """
    entries, rules = work.entries, work.pack.rules
    reasons = sorted({entry.reason for entry in entries})
    rows = _joined([entry.rows for entry in entries])
    step = np.repeat(np.arange(len(entries)), [len(entry.rows) for entry in entries])
    before = _joined([entry.before for entry in entries])
    delta = _joined([entry.delta for entry in entries])
    order = np.lexsort((_stage(entries, rules)[step], work.claims.rank[rows])) if len(rows) else rows
    rows, step, before, delta = rows[order], step[order], before[order], delta[order]
    number = np.array([entry.rule for entry in entries], dtype=np.int64)[step] if entries else step
    reason = np.array([reasons.index(entry.reason) for entry in entries], dtype=np.int64)[step] if entries else step
    effect = np.array([entry.effect for entry in entries], dtype=np.int64)[step] if entries else step
    clauses = sorted({"、".join(rule.cites) for rule in rules})
    clause = np.array([clauses.index("、".join(rule.cites)) for rule in rules], dtype=np.int64)[number]
    columns = {
        "claim_id": _take_text(work.claims.text("claim_id"), rows),
        "person_id": _take_text(work.claims.text("person_id"), rows),
        "rule": pd.Categorical.from_codes(number, categories=[rule.id for rule in rules]),
        "clause": pd.Categorical.from_codes(clause, categories=clauses),
        "reason": pd.Categorical.from_codes(reason, categories=reasons),
        "effect": pd.Categorical.from_codes(effect, categories=EFFECTS),
        "before": from_hundredths(before),
        "delta": from_hundredths(delta),
        "after": from_hundredths(before + delta),
    }
    return pd.DataFrame(columns | _told(entries, order, work.pack), copy=False)


def _told(entries: Sequence[Entry], order: Int64Array, pack: Pack) -> dict[str, pd.Series | pd.Categorical]:
    """What some rules tell beyond the hours they moved, blank for the others: the columns hang on the pack alone."""
    columns: dict[str, pd.Series | pd.Categorical] = {}
    for name in _told_by(pack):
        figures = _joined([entry.told.get(name, np.zeros_like(entry.rows)) for entry in entries])[order]
        filled = _joined_flags([np.full(len(entry.rows), name in entry.told) for entry in entries])[order]
        columns[name] = _fields(figures) if name == "missing" else from_hundredths(figures).where(filled)
    return columns


def _told_by(pack: Pack) -> Iterator[str]:
    if any(need.test == "worth_unknown" for need in pack.of(Need)):
        yield "missing"
    if any(cap.share is not None or cap.years > 1 for cap in pack.of(Cap)):
        yield "limit"
    if any(cap.years > 1 for cap in pack.of(Cap)):
        yield "earlier"


def _fields(bits: Int64Array) -> pd.Categorical:
    """Names of the fields that the bits stand for, joined by blanks; none is a blank."""
    codes, values = pd.factorize(bits)
    words = [" ".join(name for place, name in enumerate(ASKED) if int(value) >> place & 1) for value in values]
    known = sorted({word for word in words if word})
    place = np.array([known.index(word) if word else -1 for word in words], dtype=np.int64)
    return pd.Categorical.from_codes(place[codes], categories=known)


def _stage(entries: Sequence[Entry], rules: Sequence[RuleBase]) -> Int64Array:
    """Place of each step in a claim's story: its worth comes first, then what refused, held or capped it."""
    worth = [isinstance(rules[entry.rule], Worth) for entry in entries]
    return np.array([-1 if first else position for position, first in enumerate(worth)], dtype=np.int64)


def _joined(parts: list[Int64Array]) -> Int64Array:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _joined_flags(parts: list[BoolArray]) -> BoolArray:
    return np.concatenate(parts) if parts else np.empty(0, dtype=bool)
