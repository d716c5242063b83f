"""All tables of a year on one HTML page: to be read, searched, sorted and printed anywhere, without a network.

Scripts only rearrange what stands there: with them off everything can be read. The page forbids itself any other script
and any address (its Content-Security-Policy), and every text is escaped by the template.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ce_toolkit.publish.labels import HEADS, in_chinese
from ce_toolkit.publish.page import page
from ce_toolkit.publish.shown import printed
from ce_toolkit.publish.workbook.book import Page
from ce_toolkit.publish.year.charts import Chart
from ce_toolkit.rules.pack import Pack
from ce_toolkit.statistics.annual import Annual
from ce_toolkit.statistics.small_cells import HIDDEN
from ce_toolkit.statistics.tables import TOTAL

_BESIDE = Path(__file__).parent
_WIDE = 10
_FIRST = ("in_scope", "enrolled", "trained", "public_passed", "met", "completed")
_RIGHT = frozenset({HIDDEN, "未报", "—"})


@dataclass(frozen=True)
class Cell:
    """A cell as it is printed; ``part`` is a share in per cent where it is drawn as a bar behind the figure."""

    text: str
    number: bool
    part: float | None = None


@dataclass(frozen=True)
class Section:
    """One table with its words and pictures. ``place`` is the column of the areas that the page compares, or -1."""

    tab: str
    title: str
    unit: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str]
    keys: int
    place: int
    charts: Sequence["Picture"] = field(default=())

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold figures: their heads stand to the right as the figures do."""
        columns = zip(*self.rows, strict=True) if self.rows else [[] for _ in self.heads]
        return [any(cell.number for cell in column) for column in columns]

    @property
    def wide(self) -> bool:
        """Whether it needs small print on paper."""
        return len(self.heads) > _WIDE

    def is_total(self, row: Sequence[Cell]) -> bool:
        """Whether a row is the whole of all others."""
        return bool(row) and row[0].text == TOTAL


@dataclass(frozen=True)
class Picture:
    """A chart within the page."""

    caption: str
    alt: str
    address: str


def year_page(  # noqa: PLR0913  each is one thing the page says
    tables: Annual,
    pack: Pack,
    pages: Sequence[Page],
    *,
    place: str,
    by: str = "",
    charts: Mapping[str, Chart] | None = None,
) -> str:
    """The HTML page of ``place``: ``pages`` are those of the year's workbook, each becomes a section.

    ``charts`` stand by the tables that they show. The city's page begins with a comparison of its counties, a county's
    with one of the natures of units. ``by``: who compiled it.
    """
    pictures = _pictures(charts or {})
    keys = {one.described.tab: len(one.described.keys) for one in tables.tables.values()}
    head = HEADS[tables.key]
    sections = [_compared(tables, pack, place)]
    sections += [_section(one, keys.get(one.tab, 1), head, pictures.get(one.tab, ())) for one in pages]
    title = f"{pack.time.year}年度{place}专业技术人员继续教育统计"
    body = _template().render(
        title=title, by=by, basis=pack.notice, sections=sections, facts=_facts(tables, pack), key=head,
        places=_places(tables), warnings=_warnings(pages), total=TOTAL, script=_script(),
    )  # fmt: skip
    return page(title, body, head=_head())


def comparison(tables: Annual) -> pd.DataFrame:
    """Every share and average of the tables that are broken down by area (or nature of units) alone, side by side."""
    key = tables.key
    found: dict[str, Any] = {key: tables["participation"][key]}
    for name, table in tables.tables.items():
        if table.described.keys == (key,):
            mine = tables[name].set_index(key)
            for share in table.described.shares:
                found.setdefault(share.name, mine[share.name].reindex(found[key]).to_numpy())
    return pd.DataFrame(found)


def _compared(tables: Annual, pack: Pack, place: str) -> Section:
    table = in_chinese(comparison(tables), pack)
    head = HEADS[tables.key]
    title = f"{pack.time.year}年度{place}各{head}主要比率"
    notes = ["各比率取自下面各表，基数和口径见各表的注。条形长短为比率的大小。"]
    made = _section(
        Page(f"{head}比较", title, table, "单位：%、学时" if _per(tables) else "单位：%", notes), 1, head, ()
    )
    rows = [[_barred(cell) for cell in row] for row in made.rows]
    return Section(**{**vars(made), "rows": rows})


def _per(tables: Annual) -> bool:
    return any(share.per for one in tables.tables.values() for share in one.described.shares)


def _barred(cell: Cell) -> Cell:
    return Cell(cell.text, cell.number, float(cell.text[:-1])) if cell.text.endswith("%") else cell


def _section(one: Page, keys: int, head: str, pictures: Sequence[Picture]) -> Section:
    heads = [str(name) for name in one.table.columns]
    rows = [[_cell(value) for value in row] for row in one.table.itertuples(index=False, name=None)]
    place = heads.index(head) if head in heads[:keys] else -1
    return Section(one.tab, one.title, one.unit, heads, rows, tuple(one.notes), keys, place, pictures)


def _cell(value: Any) -> Cell:
    text = printed(value)
    number = isinstance(value, int | float) or text in _RIGHT or text.endswith("%")
    return Cell(text, number)


def _facts(tables: Annual, pack: Pack) -> list[tuple[str, str]]:
    """What is asked first: the whole of the main table."""
    whole = in_chinese(tables["participation"].iloc[-1:][list(_FIRST)], pack)
    return [(str(name), printed(whole[name].iloc[0])) for name in whole.columns]


def _places(tables: Annual) -> list[str]:
    """Words of the areas that the page compares."""
    return [word for word in tables["participation"][tables.key] if word != TOTAL]


def _warnings(pages: Sequence[Page]) -> list[str]:
    """What every page warns of: it is said once, at the top."""
    lists = [list(one.notes) for one in pages[:1]]
    return [note for notes in lists for note in notes if note.startswith(("未定稿", "本表不含"))]


def _pictures(charts: Mapping[str, Chart]) -> dict[str, list[Picture]]:
    """Charts by the tab that they stand by, each inside the page's own text."""
    found: dict[str, list[Picture]] = {}
    for chart in charts.values():
        packed = base64.b64encode(chart.svg.encode()).decode()
        picture = Picture(chart.caption, chart.alt, f"data:image/svg+xml;base64,{packed}")
        found.setdefault(chart.tabs[-1], []).append(picture)
    return found


def _script() -> str:
    return (_BESIDE / "page.js").read_text(encoding="utf-8")


def _head() -> str:
    """The page's own style, and the rule that nothing else may be loaded or run."""
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    rule = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    style = (_BESIDE / "page.css").read_text(encoding="utf-8")
    return f'\n<meta http-equiv="Content-Security-Policy" content="{rule}">\n<style>\n{style}</style>'


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(_BESIDE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters["as_it_is"] = Markup  # the toolkit's own script, nothing from outside
    return made.get_template("page.html")
