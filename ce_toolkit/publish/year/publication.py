"""What is published of a year for one county or the city, and the workbook of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ce_toolkit.publish.workbook.book import Page, contents_page, write_workbook
from ce_toolkit.publish.year.bars import year_bars
from ce_toolkit.publish.year.pages import annual_pages, source_line, warnings
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.annual import Annual


@dataclass(frozen=True)
class Publication:
    """The tables of a year with all that its publications say besides.

    ``missing``: codes of counties that are not in it; ``unrouted``: units without a reviewer. ``compiled_by``,
    ``foreword`` and ``afterword`` are the office's own words; a new line begins a paragraph.
    """

    tables: Annual
    pack: Pack
    place: str
    as_of: date
    missing: Sequence[str] = ()
    unrouted: Sequence[str] = ()
    compiled_by: str = ""
    foreword: str = ""
    afterword: str = ""

    @property
    def title(self) -> str:
        """What it is about."""
        return f"{self.pack.time.year}年度{self.place}专业技术人员继续教育"

    @property
    def pages(self) -> list[Page]:
        """Every table with its title, unit and notes."""
        return annual_pages(
            self.tables,
            self.pack,
            place=self.place,
            as_of=self.as_of,
            missing=self.missing,
            unrouted=self.unrouted,
        )

    @property
    def warnings(self) -> list[str]:
        """What has to be said before any figure."""
        return warnings(self.missing, self.unrouted)

    @property
    def source(self) -> str:
        """The notice, the day, and the edition of the rules."""
        return source_line(self.pack, self.as_of)


def write_annual_workbook(published: Publication, path: Path) -> Path:
    """Write the tables, charts of their cells, the proof, data quality and readings to one workbook; returns it."""
    pages = published.pages
    charts = year_bars(published.tables, pages)
    by = [f"编制单位：{published.compiled_by}"] if published.compiled_by else []
    notes = [*published.warnings, *by, published.source]
    contents = contents_page(published.title, pages, charts, notes)
    return write_workbook(pages, path, contents=contents, charts=charts)
