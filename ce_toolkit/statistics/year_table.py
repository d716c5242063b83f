"""A table of the year as it is: exact for the office, and as it is published, with small cells hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from ce_toolkit.statistics.cells import Key, Spot, key_of
from ce_toolkit.statistics.counting import Counted
from ce_toolkit.statistics.described import Column, Described, Share
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import Rate


@dataclass(frozen=True)
class YearTable:
    """A table with what it says of itself.

    ``data``: keys and exact figures, nothing hidden; it is for the store and for proofs. ``published``: what may leave,
    with shares, hidden figures as ※. ``hidden``: which figures are. ``statement``: its bases, who is left out, unit,
    source and date, one sentence each.
    """

    described: Described
    data: pd.DataFrame
    hidden: pd.DataFrame
    statement: tuple[str, ...] = ()

    @property
    def published(self) -> pd.DataFrame:
        """Keys, figures and shares as readers get them: plain objects, ※ where a figure is hidden."""
        shown = {key: self.data[key] for key in self.described.keys}
        for column in self.described.columns:
            figures = self.data[column.name].astype(object)
            shown[column.name] = figures.where(~self.hidden[column.name].to_numpy(), HIDDEN)
        for share in self.described.shares:
            shown[share.name] = self._share(share)
        return pd.DataFrame(shown)

    def _share(self, share: Share) -> pd.Series:
        gone = (self.hidden[share.part] | self.hidden[share.whole]).to_numpy()
        pairs = zip(self.data[share.part], self.data[share.whole], gone, strict=True)
        values = [HIDDEN if lost else _divided(part, whole, share) for part, whole, lost in pairs]
        return pd.Series(values, index=self.data.index, dtype=object)


def _divided(part: Any, whole: Any, share: Share) -> Any:
    if not share.per:
        return str(Rate(part, whole))
    return (part / int(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else None


def hidden_in(counted: Counted, hidden: Mapping[Spot, bool], area: Key) -> pd.DataFrame:
    """Which figures of a table are hidden, in the shape of its columns."""
    described = counted.described
    columns = {column.name: _hidden_column(counted, column, hidden, area) for column in described.columns}
    return pd.DataFrame(columns, index=counted.data.index)


def _hidden_column(counted: Counted, column: Column, hidden: Mapping[Spot, bool], area: Key) -> Any:
    if not column.layer:
        return np.zeros(len(counted.data), dtype=bool)
    spots = ((column.layer, key_of(counted.described, column, words, area)) for words in counted.words)
    return np.array([hidden.get(spot, False) for spot in spots], dtype=bool)
