"""The order in which tables of the year are published: a city compares its counties first, then subject by subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.catalogue import COUNTY
from ce_toolkit.statistics.described import CAPS, CLAIMS, FILES, GAPS, MOVES, PEOPLE, UNITS, Described

NUMERALS = "一二三四五六七八九十"
_COMPARED = "各县市区比较"
_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        PEOPLE: "参训与达标", UNITS: "参训与达标", GAPS: "参训与达标", CLAIMS: "学时认定与证明材料",
        CAPS: "上限核减与未认定", MOVES: "上限核减与未认定", FILES: "报送情况",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Chapter:
    """Names of the tables of one subject, with the subject."""

    title: str
    tables: tuple[str, ...]


def chapters(tables: Annual) -> tuple[Chapter, ...]:
    """Every table of the year once, in chapters, within a chapter in the order of the catalogue."""
    titles = [_COMPARED, *dict.fromkeys(_SUBJECTS.values())]
    of = {name: _title(table.described) for name, table in tables.tables.items()}
    found = (Chapter(title, tuple(name for name, own in of.items() if own == title)) for title in titles)
    return tuple(chapter for chapter in found if chapter.tables)


def labels(tables: Annual) -> dict[str, str]:
    """表1, 表2 …: the number under which each table is published, the same in every publication."""
    names = [name for chapter in chapters(tables) for name in chapter.tables]
    return {name: f"表{number}" for number, name in enumerate(names, start=1)}


def _title(described: Described) -> str:
    return _COMPARED if described.keys[0] == COUNTY else _SUBJECTS[described.base]
