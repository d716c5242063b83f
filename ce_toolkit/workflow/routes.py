"""Who may act on which unit (D6–D8): from the register of units, by the kind of unit and who is named to review it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ce_toolkit.errors import ActError
from ce_toolkit.registers.areas import area_names
from ce_toolkit.registers.units import CITY, Units, fold_unit
from ce_toolkit.tables import BoolArray

UNKNOWN, UNROUTED = "", "-"
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Routes:
    """``reviewers``: the area code of who reviews each unit, by the unit's folded name; UNROUTED where nobody is named.

    ``unresolved``: units of which nobody is named (unit, unit_kind, area, in Chinese).
    """

    reviewers: dict[str, str]
    unresolved: pd.DataFrame

    def of(self, units: Any) -> Words:
        """Who reviews each unit of a column of words: an area code, UNROUTED, or UNKNOWN to the register."""
        names = pd.Series(units).astype("category")
        keys = fold_unit(pd.Series(names.cat.categories, dtype="str"))
        found = np.array([*(self.reviewers.get(key, UNKNOWN) for key in keys), UNKNOWN], dtype=object)
        return found[names.cat.codes.to_numpy()]

    def both_are_the_city_s(self, units: Any) -> BoolArray:
        """Units whose review and recognition are both the city's, so that two names are asked for (D16)."""
        return np.asarray(self.of(units) == CITY, dtype=bool)


def routes(units: Units) -> Routes:
    """Who reviews whom, as the register of units says."""
    table = units.table
    named = table["reviewer"].fillna(UNROUTED)
    return Routes(dict(zip(table["key"], named, strict=True)), units.unrouted(*table["area"].unique()))


def office_name(code: str) -> str:
    """The name of the office that an area code stands for."""
    return "市人力资源和社会保障局" if code == CITY else f"{area_names().get(code, code)}人力资源和社会保障局"


def require_routed(found: Routes) -> None:
    """Raise ActError that lists the units nobody is named to review: nothing is frozen while there are any (N9, D8)."""
    if len(found.unresolved):
        listed = "、".join(f"{row.unit}（{row.unit_kind}）" for row in found.unresolved.head(10).itertuples())
        more = "等" if len(found.unresolved) > 10 else ""
        raise ActError(
            f"有 {len(found.unresolved)} 个单位没有确定审核单位：{listed}{more}；"
            "请在单位名录的“审核单位”列或参数 review_route 中写明后再冻结。"
        )
