"""One call from claims to credits, ledger and standing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ce_toolkit.errors import PackError, TableError
from ce_toolkit.rules import checks
from ce_toolkit.rules.carry import brought_in
from ce_toolkit.rules.conditions import Case
from ce_toolkit.rules.credit import Judgement, judge
from ce_toolkit.rules.history import UNKNOWN_BEFORE_ALL, History
from ce_toolkit.rules.outcome import credits_table, ledger_table
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reviewed import with_review
from ce_toolkit.rules.standing import Standing
from ce_toolkit.rules.view import Claims
from ce_toolkit.tables import CLAIMS


@dataclass(frozen=True)
class Credited:
    """The outcome of ``credit``.

    ``credits``: one row a claim, in claim-id order. ``ledger``: one row per claim and rule that moved its hours, in
    claim-id order and, within a claim, in order of evaluation. ``standing``: one row a person, in the people's order.
    ``carried``: hours that may be brought into later years (contract CARRIED).
    """

    credits: pd.DataFrame
    ledger: pd.DataFrame
    standing: pd.DataFrame
    carried: pd.DataFrame


def credit(  # noqa: PLR0913 - what a year is judged on: four tables, a pack and a day
    claims: pd.DataFrame,
    people: pd.DataFrame,
    pack: Pack,
    as_of: date,
    *,
    history: pd.DataFrame | None = None,
    carried: pd.DataFrame | None = None,
) -> Credited:
    """Credit the year's claims by the rules of ``pack`` with what is known on the day ``as_of``.

    ``history``: claims granted in earlier years (contract HISTORY); ``carried``: hours brought into this year (contract
    CARRIED). All claims of a person must be in ``claims``; people may be split over any number of calls. Columns follow
    the contracts CLAIMS and PEOPLE; an optional column that is absent counts as blank. Row order has no influence. What
    a review concluded stands in the claims (``ce_toolkit.rules.reviewed``).
    Raises TableError where a claim's person or class is unknown or an id repeats, PackError for a day before the
    credit year begins: a pack never extrapolates.
    """
    return tables_of(stand(judged(claims, people, pack, as_of, history), carried))


def judged(  # noqa: PLR0913 - what a year is judged on
    claims: pd.DataFrame,
    people: pd.DataFrame,
    pack: Pack,
    as_of: date,
    history: pd.DataFrame | None = None,
    *,
    unknown_to: int = UNKNOWN_BEFORE_ALL,
) -> Judgement:
    """The claims with all rules run over them, as ``credit`` asks for them; raises what it raises.

    ``unknown_to``: the latest year that ``history`` lacks, where it is not whole.
    """
    mine = view_of(claims, people)
    return rejudged(mine, pack, as_of, History(history, mine.people, pack.time.year, unknown_to))


def view_of(claims: pd.DataFrame, people: pd.DataFrame) -> Claims:
    """The frames as the rules read them. Raises TableError where a required column is missing."""
    _require(claims, CLAIMS.required, "claims")
    _require(people, ("person_id",), "people")
    return Claims(claims, people)


def rejudged(claims: Claims, pack: Pack, as_of: date, history: History | None = None) -> Judgement:
    """The same view under this pack: what was read for another pack is not read again. Raises what ``credit`` does."""
    if as_of < pack.time.first:
        raise PackError(f"规则包 {pack.id} 适用于 {pack.time.first} 至 {pack.time.last}，不能按 {as_of} 认定。")
    return judge(claims, with_review(pack, claims), as_of, history=history)


def tables_of(standing: Standing) -> Credited:
    """What was judged as tables, with the flags that move no hour."""
    work = standing.work
    _flag_claims(work)
    return Credited(credits_table(work), ledger_table(work), standing.table(), standing.carried())


def stand(work: Judgement, carried: pd.DataFrame | None = None) -> Standing:
    """Where everybody stands after the claims were judged, with the hours brought into the year."""
    return Standing(work, brought_in(carried, work.claims.people, work.pack))


def _require(data: pd.DataFrame, names: Iterable[str], table: str) -> None:
    missing = [name for name in names if name not in data.columns]
    if missing:
        raise TableError(f"表 {table} 缺少列：{'、'.join(missing)}。")


def _flag_claims(work: Judgement) -> None:
    """Flags that move no hour: on granted claims only, since any other says already what is wrong."""
    granted = work.granted > 0
    case = Case(work.claims, work.pack, work.as_of, granted=granted)
    for check in work.pack.checks:
        if check.test in checks.CLAIM_CHECKS:
            hit = checks.CLAIM_CHECKS[check.test](case, check) & work.of(check) & granted
            work.flag(check.reason, np.flatnonzero(hit))
