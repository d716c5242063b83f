"""The roster: one row a person with the facts that tables count by and the marks that they count."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.registers.areas import named
from ce_toolkit.registers.units import sector_name, sector_names
from ce_toolkit.tables import to_hundredths
from ce_toolkit.titles import title_table

MARKS = ("enrolled", "trained", "public_passed", "met", "met_enrolled")


def roster(people: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """People with their standing, ready to be counted.

    Columns beside those of people: ``county_name`` and ``sector_name``, like ``series`` and ``level`` in the order in
    which the bureau's tables list them; ``in_scope`` (counted in every denominator); ``enrolled`` (on an
    enrolment form), ``trained`` (any hour granted), ``public_passed`` (public minimum reached), ``met`` (all minima
    reached), ``met_enrolled`` (both, the numerator of every share); ``total_hundredths`` (granted hours × 100). Nobody
    is dropped: who is out of scope stays, with ``in_scope`` false. Raises TableError where a person has no standing.
    """
    joined = people.merge(standing, on="person_id", how="left", validate="one_to_one", suffixes=("", "_standing"))
    if joined["status"].isna().any():
        raise TableError(f"表 standing 缺少 {joined['status'].isna().sum()} 人的结果，请用 --force 重新运行该县市区。")
    total, public_short = to_hundredths(joined["total"])[0], to_hundredths(joined["short_public"])[0]
    status = joined["status"].astype("str")
    scope = (status != "out_of_scope").to_numpy()
    titles = title_table()
    joined["county_name"] = named(joined["county"])
    joined["series"] = _listed(joined["series"], titles.series_order)
    joined["level"] = _listed(joined["level"], titles.level_order)
    joined["sector_name"] = pd.Categorical(joined["sector"].astype("str").map(sector_name), categories=sector_names())
    joined["in_scope"] = scope
    joined["enrolled"] = joined["on_signup"].fillna(False).astype(np.bool_).to_numpy() & scope
    joined["trained"] = (total > 0) & scope
    joined["public_passed"] = (public_short == 0) & scope
    joined["met"] = (status == "met").to_numpy()
    joined["met_enrolled"] = joined["met"] & joined["enrolled"]
    joined["total_hundredths"] = total
    return joined


def _listed(column: pd.Series, order: Sequence[str]) -> pd.Series:
    """A column of words as a category in the order of ``order``; any other word comes behind, none is lost."""
    text = column.astype("str")
    others = sorted(set(text.dropna()) - set(order))
    return pd.Series(pd.Categorical(text, categories=[*order, *others]), index=column.index)
