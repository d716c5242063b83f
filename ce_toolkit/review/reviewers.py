"""Reviewers by lot: from the same seed, in a domain of their own, nobody on rows they have a conflict with."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence

from ce_toolkit.errors import SampleError
from ce_toolkit.review.draw import Draw
from ce_toolkit.review.tickets import ticket_number

Conflicts = Mapping[str, Collection[str]]
"""Reviewer → names of units (employers or filing units) that the reviewer must not review."""

TOGETHER = "、"


def assign_reviewers(
    drawn: Draw, reviewers: Sequence[str], seed: str, *, conflicts: Conflicts | None = None, together: int = 1
) -> dict[str, str]:
    """Who reviews which row that the draw's stage added: unit_id → reviewer, or the team with 、 between names.

    Reviewers are put in the order of their tickets as ``reviewer:<name>``, rows are dealt out in ticket order, and
    every two reviewers (or teams of ``together``) have numbers of rows that differ by at most one, as far as
    conflicts allow it at all. Raises SampleError where there are no reviewers, a name repeats, or nobody may review
    a row.
    """
    teams = _teams(reviewers, seed, together)
    barred = {team: _barred(team, conflicts or {}) for team in teams}
    rows = drawn.new.sort_values(["ticket", "unit_id"], kind="stable")
    homes = {
        row.unit_id: {getattr(row, name, None) for name in ("employer", "filing_unit")} for row in rows.itertuples()
    }
    eligible = {unit: [team for team in teams if not barred[team] & places] for unit, places in homes.items()}
    nobody = [unit for unit, free in eligible.items() if not free]
    if nobody:
        raise SampleError(f"有 {len(nobody)} 项（{nobody[0]} 等）没有可以回避之外的审核人，请增加审核人。")
    return _balanced(eligible, teams)


def _teams(reviewers: Sequence[str], seed: str, together: int) -> list[str]:
    """Teams in ticket order; who is left over joins the last team."""
    names = [name.strip() for name in reviewers if name.strip()]
    if not names or len(set(names)) != len(names):
        raise SampleError("审核人为空或有重复，请在 params 的 reviewers 写明，姓名或代号之间空一格。")
    if len(names) < together:
        raise SampleError(f"每批应有 {together} 名审核人，现只有 {len(names)} 名。")
    names.sort(key=lambda name: (ticket_number(seed, f"reviewer:{name}"), name))
    number = len(names) // together
    groups = [names[place * together : (place + 1) * together] for place in range(number)]
    groups[-1] += names[number * together :]
    return [TOGETHER.join(group) for group in groups]


def _barred(team: str, conflicts: Conflicts) -> set[str]:
    return {place for name in team.split(TOGETHER) for place in conflicts.get(name, ())}


def _balanced(eligible: Mapping[str, Sequence[str]], teams: Sequence[str]) -> dict[str, str]:
    """Deal out to the least burdened who may, then pass rows along chains until no chain evens anything out."""
    given: dict[str, str] = {}
    load = dict.fromkeys(teams, 0)
    for unit, free in eligible.items():
        given[unit] = min(free, key=load.__getitem__)  # the first in ticket order where several have as few
        load[given[unit]] += 1
    while chain := _chain(eligible, given, load):
        for unit, team in chain:
            load[given[unit]] -= 1
            load[team] += 1
            given[unit] = team
    return given


def _chain(
    eligible: Mapping[str, Sequence[str]], given: Mapping[str, str], load: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Moves (row, new team) from some team to one with at least two rows fewer; empty where there are none."""
    moves: dict[tuple[str, str], str] = {}
    for unit, free in eligible.items():
        for team in free:
            moves.setdefault((given[unit], team), unit)
    for start in sorted(load, key=lambda team: -load[team]):
        came: dict[str, str] = {start: start}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if load[start] - load[here] >= 2:
                return _steps(came, here, moves)
            for team in load:
                if team not in came and (here, team) in moves:
                    came[team] = here
                    queue.append(team)
    return []


def _steps(came: Mapping[str, str], end: str, moves: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    steps = []
    while came[end] != end:
        steps.append((moves[came[end], end], end))
        end = came[end]
    return steps
