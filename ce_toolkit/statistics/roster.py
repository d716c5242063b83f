"""The roster: one row a person with the facts that tables count by and the marks that they count."""

import numpy as np
import pandas as pd

from ce_toolkit.registers.units import sector_name, sector_names
from ce_toolkit.tables import to_hundredths

MARKS = ("enrolled", "trained", "public_passed", "met")


def roster(people: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """People with their standing, ready to be counted.

    Columns beside those of people: ``sector_name``; ``in_scope`` (counted in every denominator); ``enrolled`` (on an
    enrolment form), ``trained`` (any hour granted), ``public_passed`` (public minimum reached), ``met`` (all minima
    reached); ``total`` in hundredths of an hour. Nobody is dropped: who is out of scope stays, with ``in_scope`` false.
    """
    joined = people.merge(standing, on="person_id", how="left", validate="one_to_one", suffixes=("", "_standing"))
    total, public_short = to_hundredths(joined["total"])[0], to_hundredths(joined["short_public"])[0]
    status = joined["status"].astype("str")
    scope = (status != "out_of_scope").to_numpy()
    joined["sector_name"] = pd.Categorical(joined["sector"].astype("str").map(sector_name), categories=sector_names())
    joined["in_scope"] = scope
    joined["enrolled"] = joined["on_signup"].fillna(False).astype(np.bool_).to_numpy() & scope
    joined["trained"] = (total > 0) & scope
    joined["public_passed"] = (public_short == 0) & scope
    joined["met"] = (status == "met").to_numpy()
    joined["total_hundredths"] = total
    return joined
