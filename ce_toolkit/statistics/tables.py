"""What all tables share: the 合计 row, and a share with its two counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

TOTAL = "合计"


@dataclass(frozen=True)
class Rate:
    """A share with its two counts; ``None`` as ``total`` is an unknown denominator."""

    part: int
    total: int | None

    def __str__(self) -> str:
        if self.total is None or pd.isna(self.total):
            return "未报"
        return "—" if self.total == 0 else f"{100 * self.part / self.total:.1f}%"


def with_total(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """``table`` with a last row that sums every column but the keys; one unknown part makes the whole unknown."""
    body = table.astype(dict.fromkeys(keys, "str"))
    total = {column: body[column].sum(skipna=False) for column in body.columns if column not in keys}
    last = pd.DataFrame([{**dict.fromkeys(keys, ""), keys[0]: TOTAL, **total}]).reindex(columns=body.columns)
    return pd.concat([body, last.astype(body.dtypes.to_dict())], ignore_index=True)
