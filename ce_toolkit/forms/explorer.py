"""The explorer for analysts: the roster and its filters, one person, one unit, and rules to switch with live effect."""

from datetime import date

import ipywidgets as widgets
import pandas as pd

from ce_toolkit.forms.markup import STYLE, form, line
from ce_toolkit.forms.person import explained, person_page
from ce_toolkit.forms.roster import Roster
from ce_toolkit.forms.roster_pane import WIDE, RosterPane, offer
from ce_toolkit.forms.switch_pane import SwitchPane
from ce_toolkit.forms.switches import Switches
from ce_toolkit.forms.unit import Files, unit_page
from ce_toolkit.publish.labels import WORDS
from ce_toolkit.rules.inquiry.rerun import Year
from ce_toolkit.rules.pack import Pack

TABS = ("名册", "个人", "单位", "规则试改")
UNITS = 200  # units that a list offers at a time


class UnitPane:
    """A unit to look at, found by a part of its name."""

    def __init__(self, roster: Roster, claims: pd.DataFrame, credited: pd.DataFrame, files: Files) -> None:
        self.roster, self.tables, self.files = roster, (claims, credited), files
        self.part = widgets.Text(
            description="单位含", placeholder="单位名称的一部分", continuous_update=False, style=WIDE,
        )  # fmt: skip
        self.unit = widgets.Dropdown(description="单位", style=WIDE, layout={"width": "min(40em, 100%)"})
        self.counts, self.page = widgets.HTML(), widgets.HTML()
        self.part.observe(lambda _: self.update(), "value")
        self.unit.observe(lambda _: self._show(), "value")
        self.update()

    def update(self) -> None:
        """Offer the units whose name has the part."""
        found = [unit for unit in self.roster.choices("employer") if self.part.value.strip() in unit]
        self.counts.value = form(line(f"符合的单位 {len(found):,} 个，列出 {min(len(found), UNITS):,} 个。", "quiet"))
        offer(self.unit, [("（请选择）", ""), *((unit, unit) for unit in found[:UNITS])])

    def _show(self) -> None:
        unit = self.unit.value
        self.page.value = unit_page(unit, self.roster, self.tables, self.files) if unit else ""

    @property
    def box(self) -> widgets.VBox:
        """The pane as it is shown."""
        return widgets.VBox(
            [widgets.HBox([self.part, self.unit], layout={"flex_flow": "row wrap"}), self.counts, self.page]
        )


class Explorer(widgets.VBox):  # type: ignore[misc]
    """All of it. Nothing that is typed or shown names a person: names and numbers are masked."""

    def __init__(self, year: Year, pack: Pack, tables: tuple[pd.DataFrame, pd.DataFrame], files: Files) -> None:
        standing, credited = tables
        self.year, self.pack = year, pack
        self.roster = Roster(year.people, standing, pack)
        self.people = RosterPane(self.roster, self.look)
        self.person = widgets.HTML(form(line("请在“名册”或“规则试改”中选一个人。", "quiet")))
        self.units = UnitPane(self.roster, year.claims, credited, files)
        self.switches = SwitchPane(Switches(year, pack), self.roster, self.look)
        boxes = [self.people.box, self.person, self.units.box, self.switches.box]
        self.tabs = widgets.Tab(boxes, titles=TABS)
        super().__init__([widgets.HTML(STYLE + form(line(self._title(), "big"))), self.tabs])
        self.switches.prepare()

    def _title(self) -> str:
        said = f"{self.pack.pack.title}，按 {self.year.as_of.isoformat()} 所知"
        return f"{said}：{self.roster.size:,} 人，{len(self.year.claims):,} 项申报"

    def look(self, row: int, pack: Pack | None = None) -> None:
        """Show the person of this row of the roster, under ``pack`` where rules are switched."""
        used = pack or self.pack
        one = explained(str(self.year.people["person_id"].iat[row]), self.year, used)
        stored, found = str(self.roster.words("status")[row]), WORDS["status"][one.status]
        waits = f"名册中列为{stored}：另有待核实的行；以下只按已登记的申报说明。"
        note = waits if used is self.pack and stored != found else ""
        label = self.roster.label(row) + ("" if used is self.pack else "（按改后的规则）")
        self.person.value = person_page(label, one, self.year, note)
        self.tabs.selected_index = 1


def explore(  # noqa: PLR0913 - a stored year, table by table
    pack: Pack,
    as_of: date,
    *,
    people: pd.DataFrame,
    claims: pd.DataFrame,
    standing: pd.DataFrame,
    credits: pd.DataFrame,  # noqa: A002 - the table's name
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    history: pd.DataFrame | None = None,
    carried: pd.DataFrame | None = None,
) -> Explorer:
    """The explorer over a stored year: frames as the store has them, of one county or of several one below the other.

    Raises InputError where standing and people do not belong together.
    """
    year = Year(claims, people, as_of, history, carried)
    return Explorer(year, pack, (standing, credits), Files(submissions, findings))
