"""What would become of one person if this or that were done: many variants through the engine in one call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ce_toolkit.rules.credit import LIVE
from ce_toolkit.rules.engine import judged, stand, view_of
from ce_toolkit.rules.inquiry.explain import Earlier
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.standing import Standing
from ce_toolkit.tables import CARRIED, CLAIMS, HISTORY, PEOPLE, Int64Array, Table, from_arrow, to_arrow

Row = Mapping[str, Any]
_AS_IS: Row = MappingProxyType({})


@dataclass(frozen=True)
class Trial:
    """Claims to add, and what to fill in of claims that are there (by their place in the frame)."""

    added: tuple[Row, ...] = ()
    filled: Mapping[int, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """What the engine makes of one trial.

    ``granted``: hundredths of each claim, those that are there first; ``live``: not refused and not held.
    """

    met: bool
    granted: Int64Array
    live: tuple[bool, ...]

    def keeps(self, before: Int64Array, filled: Mapping[int, Row]) -> bool:
        """Whether no claim that was there lost an hour."""
        left = [place for place in range(len(before)) if place not in filled]
        return bool((self.granted[left] >= before[left]).all())


@dataclass(frozen=True)
class Ground:
    """One person's claims as plain rows, and what the year is judged on."""

    claims: tuple[Row, ...]
    person: Row
    pack: Pack
    as_of: date
    earlier: Earlier

    @classmethod
    def of(cls, claims: pd.DataFrame, people: pd.DataFrame, pack: Pack, as_of: date, earlier: Earlier) -> "Ground":
        """The frames as ``credit`` takes them, columns beyond the contracts left out. Raises TableError as it does."""
        view_of(claims, people)
        (person,) = _rows(PEOPLE, people)
        return cls(tuple(_rows(CLAIMS, claims)), person, pack, as_of, earlier)

    def stand(self, trials: Sequence[Trial] = (Trial(),)) -> Standing:
        """Every trial as a person of its own; rows lie in the order of the trials. Raises what ``credit`` does."""
        names = [f"{number:04}" for number in range(len(trials))]
        claims = [row for name, trial in zip(names, trials, strict=True) for row in self._of_trial(name, trial)]
        people = [{**self.person, "person_id": name} for name in names]
        history, carried = (self._past(table, names) for table in (HISTORY, CARRIED))
        frames = _frame(CLAIMS, claims), _frame(PEOPLE, people)
        return stand(judged(*frames, self.pack, self.as_of, history), carried)

    def run(self, trials: Sequence[Trial], *, with_status: bool = False) -> list[Tried]:
        """What becomes of each trial; ``met`` is told ``with_status`` only, which costs about as much again."""
        if not trials:
            return []
        standing = self.stand(trials)
        work = standing.work
        met = standing.status() == 0 if with_status else np.zeros(len(trials), dtype=bool)
        edges = np.cumsum([0, *(len(self.claims) + len(trial.added) for trial in trials)])
        return [
            Tried(
                bool(met[number]),
                work.granted[edges[number] : edges[number + 1]],
                tuple((work.state[edges[number] : edges[number + 1]] == LIVE).tolist()),
            )
            for number in range(len(trials))
        ]

    def _of_trial(self, name: str, trial: Trial) -> list[Row]:
        """Claim ids keep their order: the engine settles ties of the day by it."""
        there = [{**row, **trial.filled.get(place, _AS_IS)} for place, row in enumerate(self.claims)]
        added = [{**row, "claim_id": f"~{place:03}"} for place, row in enumerate(trial.added)]
        return [{**row, "claim_id": f"{name}:{row['claim_id']}", "person_id": name} for row in (*there, *added)]

    def _past(self, table: Table, names: Sequence[str]) -> pd.DataFrame | None:
        data = self.earlier.history if table is HISTORY else self.earlier.carried
        if data is None:
            return None
        mine = [row for row in _rows(table, data) if row["person_id"] == self.person["person_id"]]
        return _frame(table, [{**row, "person_id": name} for name in names for row in mine])


def _rows(table: Table, data: pd.DataFrame) -> list[dict[str, Any]]:
    known = [name for name in table.columns if name in data.columns]
    return to_arrow(table, data[known]).to_pylist()


def _frame(table: Table, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows under the contract; what is blank everywhere is left out, so that no rule looks for it."""
    used = [name for name in table.columns if name in table.required or any(row.get(name) is not None for row in rows)]
    schema = pa.schema([(name, table.columns[name]) for name in used])
    return from_arrow(pa.Table.from_pylist(rows, schema=schema))
