"""The whole year as it stands on a day: people and claims after moves and waivers, acts, and what each claim awaits."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from ce_toolkit.rules.pack import Pack
from ce_toolkit.workflow.fold import known_then
from ce_toolkit.workflow.late import ledger
from ce_toolkit.workflow.movers import moves, under_new_ids, with_moves
from ce_toolkit.workflow.rounds import on_forms
from ce_toolkit.workflow.routes import Routes
from ce_toolkit.workflow.waivers import waivers, with_waivers
from ce_toolkit.workflow.year import YearView, concluded, registered, year_view


@dataclass(frozen=True)
class WholeYear:
    """``acts`` are those done by ``day``; ``table`` is one row a claim with what it awaits (see ``late.ledger``).

    ``counted``: the claims as the rules were given them; ``standing``: one row a person (contract of the rules), as the
    offices tell it on this day.
    """

    pack: Pack
    day: date
    people: pd.DataFrame
    claims: pd.DataFrame
    acts: pd.DataFrame
    routes: Routes
    view: YearView
    counted: pd.DataFrame
    table: pd.DataFrame
    standing: pd.DataFrame


def whole_year(  # noqa: PLR0913, PLR0917 - two tables, the journal, who may act, a pack and a day
    people: pd.DataFrame, claims: pd.DataFrame, acts: pd.DataFrame, routes: Routes, pack: Pack, day: date
) -> WholeYear:
    """The year as of ``day``: hours go with people who moved (U18), waivers are theirs (U20), the rules run again.

    Raises what ``credit`` raises.
    """
    known = known_then(acts, day)
    given = moves(known)
    people, claims = with_moves(people, claims, given)
    people = with_waivers(people, under_new_ids(waivers(known), given))
    view = year_view(claims, people, known, pack, day)
    counted = concluded(registered(claims, view.state), view.state)
    table = ledger(view, pack, claims["claim_id"][on_forms(claims, people, routes)])
    return WholeYear(pack, day, people, claims, known, routes, view, counted, table, view.credited.standing)


def of_county(told: WholeYear, county: str) -> WholeYear:
    """The part of a year that is one county's: its people, their claims, and what became of them. No one else's."""
    people = told.people[told.people["county"].astype("str") == county]
    ids = people["person_id"]
    credited = told.view.credited
    names = ("credits", "ledger", "standing")
    mine = {name: _theirs(getattr(credited, name), ids) for name in names}
    view = replace(told.view, state=_theirs(told.view.state, ids), credited=replace(credited, **mine))
    own = {name: _theirs(getattr(told, name), ids) for name in ("claims", "counted", "table", "standing", "acts")}
    return replace(told, people=people.reset_index(drop=True), view=view, **own)


def _theirs(table: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    return table[table["person_id"].isin(people)].reset_index(drop=True)
