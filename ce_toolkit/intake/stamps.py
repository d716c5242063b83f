"""The stamp of a sheet that the toolkit itself made: which form, which year, which version of the template (MF12)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ce_toolkit.intake.cells import Grid

VERSION = 1
"""Version of the templates; goes up when a column of a form is added, renamed or dropped."""

_STAMP = re.compile(r"表样：(\S+?)·(20\d\d)年度·第(\d+)版")
_OWN = re.compile(r"表样：(?:问题清单|填写说明|变动)·")
_FAR = 400  # a stamp stands within so many rows; a long table of people is not searched for one


class Stamp(NamedTuple):
    """Label of the form, credit year, version of the template."""

    form: str
    year: int
    version: int

    def __str__(self) -> str:
        return f"表样：{self.form}·{self.year}年度·第{self.version}版"


def own_stamp(sheet: str) -> str:
    """The stamp of a sheet that the toolkit adds to a unit's workbook and that is never read as data."""
    return f"表样：{sheet}·由工具生成"


def stamp_in(text: str) -> Stamp | None:
    """The stamp that a text holds.

    >>> stamp_in(str(Stamp("报名表", 2017, 1)))
    Stamp(form='报名表', year=2017, version=1)
    """
    hit = _STAMP.search(text)
    return Stamp(hit[1], int(hit[2]), int(hit[3])) if hit else None


def is_own(grid: Grid) -> bool:
    """Whether a sheet is one that the toolkit made beside the form: lists, guide, list of faults."""
    return any(_OWN.match(text) or _STAMP.match(text) for text in _lead(grid))


def stamp_of(grids: Iterable[Grid]) -> Stamp | None:
    """The first stamp on any of the sheets."""
    found = (stamp_in(text) for grid in grids for text in _lead(grid))
    return next((stamp for stamp in found if stamp), None)


def _lead(grid: Grid) -> Iterable[str]:
    """Texts of the first column, where stamps stand."""
    return (row[0] for row in grid.rows[:_FAR] if row and isinstance(row[0], str) and row[0].startswith("表样："))
