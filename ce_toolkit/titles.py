"""Series and titles of professionals: spellings folded to the printed name, and the level a title has in its series."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from ce_toolkit.masking import mask_name, mask_signs

_LONGEST_NAME = 4
_RANK = re.compile("正?[高中初]级|[正副][高教主]|助理|[一二三四]级|主任")

UNKNOWN_SERIES = "其他（待核）"
UNKNOWN_LEVEL = "未定"


@dataclass(frozen=True)
class TitleTable:
    """``series`` maps a spelling to the printed name, ``levels`` a pair (series, title) to a level.

    ``in_force`` lists each series' titles of the year, the highest first.
    """

    series: Mapping[str, str]
    levels: Mapping[tuple[str, str], str]
    series_order: tuple[str, ...]
    level_order: tuple[str, ...]
    in_force: Mapping[str, tuple[str, ...]]


@cache
def title_table() -> TitleTable:
    """The table shipped with the toolkit, as series and titles stood in 2017."""
    data = tomllib.loads((resources.files("ce_toolkit") / "series.toml").read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    levels: dict[tuple[str, str], str] = {}
    for entry in data["series"]:
        name = entry["name"]
        for spelling in (name, name + "系列", *entry.get("aliases", ())):
            names.setdefault(spelling, name)
        for group in ("titles", "also"):
            for level, titles in entry.get(group, {}).items():
                levels.update({(name, title): level for title in titles})
        for short, title in entry.get("short", {}).items():
            levels[name, short] = levels[name, title]
    order = tuple(entry["name"] for entry in data["series"])
    in_force = {
        entry["name"]: tuple(title for level in data["levels"] for title in entry["titles"].get(level, ()))
        for entry in data["series"]
    }
    return TitleTable(names, levels, (*order, UNKNOWN_SERIES), (*data["levels"], UNKNOWN_LEVEL), in_force)


def tight(text: str) -> str:
    """A series or title as it is looked up: without blanks."""
    return "".join(text.split())


def shown_title(text: str) -> str:
    """A series or title as it may be shown where it stands in the wrong column: signs of no title may be a name's.

    A short text that is none and begins like none is masked as a name.
    """
    signs, words = _known()
    if len(text) <= _LONGEST_NAME and text not in words and not _RANK.match(text):
        return mask_name(text)
    return mask_signs(text, signs)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Signs that stand in a series or title, and the series and titles themselves."""
    table = title_table()
    words = frozenset({*table.series, *(title for _, title in table.levels)})
    return frozenset("".join(words)), words


def printed_series(series: pd.Series) -> pd.Series:
    """The printed name of each series, blank where the table does not know the spelling."""
    return series.str.replace(r"\s", "", regex=True).map(dict(title_table().series)).astype("str")


def place(series: pd.Series, title: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Printed series and level of each person.

    An unknown or blank series is kept under 其他（待核） and still counted (A5); a title that its series does not
    know has the level 未定 (T9). A level is never guessed from the wording: 主任记者 is deputy-senior, 主任医师 senior.
    """
    table = title_table()
    named = printed_series(series).fillna(UNKNOWN_SERIES)
    pairs = pd.DataFrame({"series": named, "title": title.str.replace(r"\s", "", regex=True)})
    distinct = pairs.drop_duplicates().dropna()
    found = [table.levels.get(pair) for pair in distinct.itertuples(index=False, name=None)]
    distinct["level"] = pd.array(found, dtype="str")
    level = pairs.merge(distinct, on=["series", "title"], how="left")["level"].fillna(UNKNOWN_LEVEL)
    level.index = series.index
    return named.astype("str"), level.astype("str")
