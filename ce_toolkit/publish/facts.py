"""A short table of facts: what is asserted of the figures before any picture is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ce_toolkit.publish.shown import Shown, show
from ce_toolkit.registers.areas import area_names


def facts(rows: Mapping[str, Any]) -> Shown:
    """One row a fact, its name and its value; yes and no read 是 and 否."""
    return show(pd.DataFrame({"项目": list(rows), "结果": list(rows.values())}, dtype="object"))


def in_words(codes: Sequence[str]) -> str:
    """Area codes by name, or 无 where there are none."""
    return "、".join(area_names().get(code, code) for code in codes) or "无"
