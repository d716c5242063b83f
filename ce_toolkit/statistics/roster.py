"""The roster: one row a person with the facts that tables count by and the marks that they count."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ce_toolkit.errors import TableError
from ce_toolkit.registers.areas import named
from ce_toolkit.registers.units import Units, sector_name, sector_names
from ce_toolkit.tables import Int64Array, to_hundredths
from ce_toolkit.titles import title_table

MARKS = ("enrolled", "trained", "public_passed", "met", "met_enrolled")


_OWNERSHIP = {
    "public_institution": "公有", "state_enterprise": "公有", "government_agency": "公有",
    "non_public_enterprise": "非公有",
}  # fmt: skip
_SIZES = ((9, "1—9人"), (49, "10—49人"), (199, "50—199人"))
_LARGEST, _UNREPORTED, _UNLISTED = "200人及以上", "未报应参训人数", "不在单位名录"
UNKNOWN_OWNERSHIP, UNKNOWN_SIZES = "待核", (_UNREPORTED, _UNLISTED)


def ownership(nature: str) -> str:
    """公有 or 非公有 economy (A4); 待核 where the nature of the unit is not known."""
    return _OWNERSHIP.get(nature, UNKNOWN_OWNERSHIP)


def natures_by_name() -> dict[str, str]:
    """Code of each nature of units by its Chinese name."""
    return {sector_name(nature): nature for nature in _OWNERSHIP}


def ownerships() -> tuple[str, ...]:
    """All kinds of ownership in the order of tables."""
    return (*dict.fromkeys(_OWNERSHIP.values()), UNKNOWN_OWNERSHIP)


def size_classes() -> tuple[str, ...]:
    """Classes of unit size in the order of tables."""
    return (*(word for _, word in _SIZES), _LARGEST, *UNKNOWN_SIZES)


def size_class(eligible: pd.Series, *, known: "bool | pd.Series") -> pd.Series:
    """Size of a unit by the number of people it is to train; ``known``: whether the register has the unit."""
    count = eligible.fillna(-1).to_numpy(dtype=np.int64)
    sized = np.select(
        [count < 0, *(count <= top for top, _ in _SIZES)], [_UNREPORTED, *(w for _, w in _SIZES)], _LARGEST
    )
    return pd.Series(np.where(known, sized, _UNLISTED), index=eligible.index, dtype="str")


def roster(people: pd.DataFrame, standing: pd.DataFrame, units: Units | None = None) -> pd.DataFrame:
    """People with their standing, ready to be counted.

    Columns beside those of people: ``county_name`` and ``sector_name``, like ``series`` and ``level`` in the order in
    which the bureau's tables list them; ``in_scope`` (counted in every denominator); ``enrolled`` (on an
    enrolment form), ``trained`` (any hour granted), ``public_passed`` (public minimum reached), ``met`` (all minima
    reached), ``met_enrolled`` (both, the numerator of every share), ``professional_met`` (that minimum reached) and
    ``no_training`` (so without an hour of training, C23); ``total_hundredths`` (granted hours × 100). ``ownership`` is
    told from the nature of the unit, ``size`` from the register ``units``. Nobody is dropped: who is out of scope
    stays, with ``in_scope`` false. Raises TableError where a person has no standing.
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
    natures = joined["sector"].astype("str")
    joined["sector_name"] = _by_word(natures, sector_name, sector_names())
    joined["ownership"] = _by_word(natures, ownership, ownerships())
    joined["size"] = pd.Categorical(_size(joined, units), categories=size_classes())
    joined["in_scope"], joined["out_of_scope"] = scope, ~scope
    joined["enrolled"] = joined["on_signup"].fillna(False).astype(np.bool_).to_numpy() & scope
    joined["trained"] = (total > 0) & scope
    joined["public_passed"] = (public_short == 0) & scope
    joined["met"] = (status == "met").to_numpy()
    joined["met_enrolled"] = joined["met"] & joined["enrolled"]
    joined["professional_met"] = (_short(joined, "short_professional") == 0) & scope
    flags = joined["flags"].astype("str") if "flags" in joined else pd.Series("", index=joined.index)
    words = " " + flags.fillna("") + " "
    joined["no_training"] = words.str.contains(" no_training ", regex=False).to_numpy() & scope
    joined["total_hundredths"] = total
    return joined


def _short(joined: pd.DataFrame, name: str) -> Int64Array:
    """Hundredths short of a minimum; where the pack has no such minimum, everybody reaches it."""
    return to_hundredths(joined[name])[0] if name in joined else np.zeros(len(joined), dtype=np.int64)


def _size(joined: pd.DataFrame, units: Units | None) -> pd.Series:
    if units is None:
        return pd.Series(_UNLISTED, index=joined.index, dtype="str")
    employers = joined["employer"].fillna("")
    names = pd.Series(employers.unique(), dtype="str")
    known = units.look_up(names)
    sizes = size_class(known["eligible"], known=known["key"].isin(units.table["key"]).to_numpy())
    return employers.map(dict(zip(names, sizes, strict=True))).astype("str")


def _by_word(column: pd.Series, named_as: Callable[[str], str], order: Sequence[str]) -> pd.Categorical:
    """What each word is called, in the order of tables; a blank is called what no word is."""
    names = {word: named_as(word) for word in column.dropna().unique()}
    return pd.Categorical(column.map(names).astype("str").fillna(named_as("")), categories=order)


def _listed(column: pd.Series, order: Sequence[str]) -> pd.Series:
    """A column of words as a category in the order of ``order``; any other word comes behind, none is lost."""
    text = column.astype("str")
    others = sorted(set(text.dropna()) - set(order))
    return pd.Series(pd.Categorical(text, categories=[*order, *others]), index=column.index)
