"""The rule lab: what a change of rules would do, before it is signed. Two packs on the same claims, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.rules.engine import Credited, credit, rejudged, stand, view_of
from ce_toolkit.rules.loading.readings import alternatives, with_reading
from ce_toolkit.rules.pack import Pack, RuleBase, Worth
from ce_toolkit.rules.reasons import reason_name
from ce_toolkit.rules.standing import STATUSES
from ce_toolkit.rules.view import Claims
from ce_toolkit.tables import Int64Array, from_hundredths, to_hundredths

GROUPS = ("county", "series", "level")


@dataclass(frozen=True)
class Compared:
    """What becomes different from pack ``before`` to pack ``after``.

    ``people``: one row a person whose status or granted hours differ: person_id, county, series, level, from, to,
    total_from, total_to (class hours). ``states``: one row per status from and to with people, those that stay
    included. ``by_county``, ``by_series``, ``by_level``: judged people, met under each pack, newly met, no longer met,
    changed (people whose status differs). ``clauses``: class hours that each rule moved under each pack (minus is
    lost), and ``change``, which sums to the difference of granted hours; a worth rule stands for what it made of the
    claims.
    """

    people: pd.DataFrame
    states: pd.DataFrame
    by_county: pd.DataFrame
    by_series: pd.DataFrame
    by_level: pd.DataFrame
    clauses: pd.DataFrame


def compare(  # noqa: PLR0913 - two packs, and all that a year is judged on
    before: Pack,
    after: Pack,
    claims: pd.DataFrame,
    people: pd.DataFrame,
    as_of: date,
    *,
    history: pd.DataFrame | None = None,
    carried: pd.DataFrame | None = None,
) -> Compared:
    """The year's claims under two packs, with what earlier years left behind. Raises what ``credit`` raises."""
    first = credit(claims, people, before, as_of, history=history, carried=carried)
    second = credit(claims, people, after, as_of, history=history, carried=carried)
    return compared(first, second, people, (before, after))


def compared(first: Credited, second: Credited, people: pd.DataFrame, packs: tuple[Pack, Pack]) -> Compared:
    """Two outcomes of the same claims and people, side by side."""
    both = _both(first, second, people)
    moved = (both["from"] != both["to"]) | (both["total_from"] != both["total_to"]).to_numpy(dtype=bool)
    return Compared(
        people=both[moved].reset_index(drop=True),
        states=_states(both),
        by_county=_grouped(both, "county"),
        by_series=_grouped(both, "series"),
        by_level=_grouped(both, "level"),
        clauses=_clauses((first, second), packs),
    )


def sensitivity(
    pack: Pack, claims: pd.DataFrame, people: pd.DataFrame, as_of: date, readings: Sequence[str] = ()
) -> pd.DataFrame:
    """One row per alternative of the pack's readings (or of those named): what switching it would do.

    Columns: reading, alternative (its id), asks, chosen, other (in words); met, newly_met, no_longer_met, changed
    (people); gained and lost (class hours of people who gain or lose in sum).
    """
    view = view_of(claims, people)
    own = _stands(view, pack, as_of)
    rows = [
        (reading.id, one.id, reading.asks, reading.chosen, one.says,
         *_effect(own, _stands(view, with_reading(pack, reading.id, one.id), as_of)))
        for reading, one in alternatives(pack)
        if not readings or reading.id in readings
    ]  # fmt: skip
    names = ("reading", "alternative", "asks", "chosen", "other", "met", "newly_met", "no_longer_met", "changed")
    table = pd.DataFrame(rows, columns=[*names, "gained", "lost"])
    for name in ("gained", "lost"):
        table[name] = from_hundredths(table[name].to_numpy(dtype=np.int64))
    return table


_Stands = tuple[Int64Array, Int64Array]  # per person: place of the status in STATUSES, hundredths in all


def _stands(view: Claims, pack: Pack, as_of: date) -> _Stands:
    """Where everybody stands, without any table made of it."""
    standing = stand(rejudged(view, pack, as_of))
    return standing.status(), standing.hours["total"]


def _effect(own: _Stands, other: _Stands) -> tuple[int, ...]:
    (was, before), (now, after) = own, other
    change = after - before
    met = STATUSES.index("met")
    return (
        int((now == met).sum()),
        int(((now == met) & (was != met)).sum()),
        int(((was == met) & (now != met)).sum()),
        int((was != now).sum()),
        int(change.clip(min=0).sum()),
        int((-change).clip(min=0).sum()),
    )


def _both(first: Credited, second: Credited, people: pd.DataFrame) -> pd.DataFrame:
    """One row a person: where it counts, and its status and total under each pack."""
    blank = pd.Series("", index=people.index, dtype="str")
    facts = {name: people.get(name, blank).astype("str").fillna("").to_numpy() for name in GROUPS}
    return pd.DataFrame(
        {
            "person_id": people["person_id"].to_numpy(),
            **facts,
            "from": first.standing["status"].astype("str").to_numpy(),
            "to": second.standing["status"].astype("str").to_numpy(),
            "total_from": first.standing["total"],
            "total_to": second.standing["total"],
        }
    )


def _states(both: pd.DataFrame) -> pd.DataFrame:
    counts = both.groupby(["from", "to"]).size().rename("people").reset_index()
    order = {status: place for place, status in enumerate(STATUSES)}
    return counts.sort_values(["from", "to"], key=lambda column: column.map(order)).reset_index(drop=True)


def _grouped(both: pd.DataFrame, by: str) -> pd.DataFrame:
    met, now = both["from"] == "met", both["to"] == "met"
    marks = pd.DataFrame(
        {
            by: both[by],
            "people": (both["from"] != "out_of_scope") | (both["to"] != "out_of_scope"),
            "met_from": met,
            "met_to": now,
            "newly_met": now & ~met,
            "no_longer_met": met & ~now,
            "changed": both["from"] != both["to"],
        }
    )
    return marks.groupby(by, sort=True).sum().reset_index()


def _clauses(outcomes: tuple[Credited, Credited], packs: tuple[Pack, Pack]) -> pd.DataFrame:
    """Class hours each rule moved, rules without any left out, in the order of the packs."""
    moved = [_moved(outcome, pack) for outcome, pack in zip(outcomes, packs, strict=True)]
    rules = list(dict.fromkeys(rule.id for pack in reversed(packs) for rule in pack.rules))
    known = {rule.id: rule for pack in packs for rule in pack.rules}
    rows = [(name, *(each.get(name, 0) for each in moved)) for name in rules if any(each.get(name) for each in moved)]
    figures = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 2)
    return pd.DataFrame(
        {
            "clause": ["、".join(known[str(row[0])].cites) for row in rows],
            "rule": [row[0] for row in rows],
            "acts": [_acts(known[str(row[0])], packs[1]) for row in rows],
            "moved_from": from_hundredths(figures[:, 0].copy()),
            "moved_to": from_hundredths(figures[:, 1].copy()),
            "change": from_hundredths(figures[:, 1] - figures[:, 0]),
        }
    )


def _acts(rule: RuleBase, pack: Pack) -> str:
    """In Chinese what a rule does: the classes it gives worth to, else the name of its reason."""
    if isinstance(rule, Worth):
        return f"折算：{'、'.join(pack.label(name) for name in pack.classes_of(rule))}"
    return reason_name(rule.reason)


def _moved(outcome: Credited, pack: Pack) -> dict[str, int]:
    """Hundredths by rule: what claims are worth under it, then what it refused, held or capped (minus)."""
    ledger, table = outcome.ledger, outcome.credits
    lost = (ledger["effect"] != "raised").to_numpy(dtype=bool)
    sums = _sums(ledger["rule"][lost], to_hundredths(ledger["delta"])[0][lost])
    claimed = _sums(table["class"], to_hundredths(table["claimed"])[0])
    for rule in pack.of(Worth):
        # kinds of a class may have worth rules of their own; together they stand for the class
        sums[rule.id] = sums.get(rule.id, 0) + sum(claimed.pop(name, 0) for name in pack.classes_of(rule))
    return sums


def _sums(words: pd.Series, figures: Int64Array) -> dict[str, int]:
    codes = words.cat.codes.to_numpy()
    sums = np.bincount(codes, weights=figures, minlength=len(words.cat.categories))
    return {str(word): int(value) for word, value in zip(words.cat.categories, sums, strict=True)}
