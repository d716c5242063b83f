"""Rules to switch on screen: a list of readings and figures on one side, what they would do on the other."""

from collections.abc import Callable
from threading import Thread
from time import perf_counter
from typing import Any

import ipywidgets as widgets
import pandas as pd

from ce_toolkit.errors import ToolkitError
from ce_toolkit.forms.markup import form, heading, line, table
from ce_toolkit.forms.roster import PAGE, Roster, pages
from ce_toolkit.forms.roster_pane import WIDE, Pager, offer, page_rows
from ce_toolkit.forms.switches import Choice, Effect, Switches, figure_of
from ce_toolkit.rules.pack import Pack, Reading
from ce_toolkit.rules.reasons import plain

SMALL = 20_000  # claims below which nothing need be found out beforehand


class SwitchPane:
    """Readings and figures to switch; ``look`` is called with a person's row and the pack under trial."""

    def __init__(self, switches: Switches, roster: Roster, look: Callable[[int, Pack], None]) -> None:
        self.switches, self.roster, self._look = switches, roster, look
        self.readings = {reading.id: self._reading(reading) for reading in switches.readings}
        self.figures = {part.id: self._figure(part, value) for part, value in switches.figures}
        self.reset = widgets.Button(description="恢复现行规则", tooltip="所有选择恢复为现行规则")
        self.progress, self.result, self.list = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.person = widgets.Dropdown(description="人员", style=WIDE, layout={"width": "min(40em, 100%)"})
        self.open = widgets.Button(description="按改后规则查看", tooltip="在“个人”页按改后的规则查看所选人员")
        self.pager = Pager(self._show)
        self.effect: Effect | None = None
        self._together = False
        self.reset.on_click(lambda _: self._back())
        self.open.on_click(lambda _: self._open())
        for each in (*self.readings.values(), *self.figures.values()):
            each.observe(lambda _: self.update(), "value")
        self._own()

    @staticmethod
    def _reading(reading: Reading) -> widgets.Dropdown:
        options = [(f"现行：{reading.chosen}", ""), *((f"改为：{one.says}", one.id) for one in reading.alternatives)]
        return widgets.Dropdown(options=options, layout={"width": "98%"}, tooltip=reading.asks)

    def _figure(self, part: Any, value: Any) -> widgets.Text:
        return widgets.Text(
            placeholder=plain(value), description=self.switches.named(part), continuous_update=False,
            tooltip=f"学时；现行 {plain(value)}", style={"description_width": "15em"},
            layout={"width": "24em", "flex": "0 0 auto"},
        )  # fmt: skip

    @property
    def choice(self) -> Choice:
        """What is switched. Raises PackError where a figure is no number."""
        figures = {part.id: figure_of(self.figures[part.id].value, own) for part, own in self.switches.figures}
        own = {part.id: value for part, value in self.switches.figures}
        return Choice(
            {name: each.value for name, each in self.readings.items() if each.value},
            {name: value for name, value in figures.items() if value != own[name]},
        )

    def update(self) -> None:
        """Work out what is switched and show it; what is wrong is said instead."""
        if self._together:
            return
        began = perf_counter()
        try:
            choice = self.choice
            if not (choice.readings or choice.figures):
                self._own()
                return
            if self.switches.heavy(choice):
                self.result.value = form(line("几乎所有人都要重算，正在计算……", "quiet"))
            self.effect = self.switches.effect(choice)
        except ToolkitError as error:
            self.effect, self.list.value, self.person.options = None, "", ()
            self.result.value = form(line(str(error), "bad"))
            return
        milliseconds = round((perf_counter() - began) * 1000)
        self.result.value = form(*self._said(choice, self.effect, milliseconds))
        self.pager.begin(pages(self.effect.rows))

    def _own(self) -> None:
        self.effect, self.list.value, self.person.options = None, "", ()
        self.result.value = form(line("现行规则。改动左边任何一项，这里立即显示影响。", "quiet"))

    def _said(self, choice: Choice, effect: Effect, milliseconds: int) -> list[str]:
        turned, either = f"{effect.changed:,}", f"{len(effect.rows):,}"
        parts = [
            line(f"已改：{self.switches.in_words(choice)}"),
            line(f"状态改变 {turned} 人；状态或学时改变 {either} 人，共 {effect.people:,} 人", "big"),
            line(f"逐项重算 {effect.reached:,} 人的申报，用时 {milliseconds:,} 毫秒", "quiet"),
        ]
        if not len(effect.rows):
            parts.append(line("对现有申报没有影响（或只影响提示、结转）。"))
        if waiting := self.switches.differing(self.roster.standing["status"]):
            parts.append(line(f"名册中另有 {waiting:,} 人因待核实的行列为待定；这里只按已登记的申报比较。", "quiet"))
        tables = {"状态": effect.states, "各类学时": effect.hours, "各县市区": effect.by_county}
        return [*parts, *(heading(name) + table(data) for name, data in tables.items())]

    def _show(self) -> None:
        effect = self.effect
        if effect is None:
            return
        rows = page_rows(effect.rows, self.pager.number)
        people = table(self._people(effect, rows))
        self.list.value = form(heading(f"改变的人（{len(effect.rows):,} 人）"), people)
        offer(self.person, [(self.roster.label(row), row) for row in rows])

    def _people(self, effect: Effect, rows: list[int]) -> pd.DataFrame:
        first = self.pager.number * PAGE
        lines = [effect.line(place) for place in range(first, first + len(rows))]
        return pd.DataFrame(
            {
                "人员": [self.roster.label(row) for row in rows],
                "原状态": [one for one, _, _ in lines],
                "改后状态": [other for _, other, _ in lines],
                "学时增减": [change // 100 if change % 100 == 0 else change / 100 for _, _, change in lines],
            }
        )

    def _back(self) -> None:
        self._together = True
        for each in (*self.readings.values(), *self.figures.values()):
            each.value = ""
        self._together = False
        self.update()

    def _open(self) -> None:
        if self.person.value is not None:
            self._look(self.person.value, self.switches.pack_of(self.choice))

    def prepare(self) -> Thread | None:
        """Find out beforehand whom each switch can reach, where there are many claims; says how far it is."""
        if len(self.switches.year.claims) < SMALL:
            self.switches.begin()
            return None
        thread = Thread(target=self.switches.warm, args=(self._tell,), daemon=True)
        thread.start()
        return thread

    def _tell(self, done: int, of: int) -> None:
        said = f"正在准备各项试算：{done} / {of}（现在也可以改，稍慢）" if done < of else ""
        self.progress.value = form(line(said, "quiet")) if said else ""

    @property
    def box(self) -> widgets.HBox:
        """The pane as it is shown."""
        asked = {reading.id: reading for reading in self.switches.readings}
        questions = [
            widgets.VBox([widgets.HTML(form(line(f"{name}　{asked[name].asks}"))), each], layout={"flex": "0 0 auto"})
            for name, each in self.readings.items()
        ]
        left = widgets.VBox(
            [widgets.HTML(form(heading("上限和要求（学时）"))), *self.figures.values(),
             widgets.HTML(form(heading("通知没有写明之处"))), *questions],
            layout={"max_height": "60em", "overflow": "auto", "flex": "1 1 26em", "min_width": "18em"},
        )  # fmt: skip
        people = [self.list, self.pager.box, widgets.HBox([self.person, self.open], layout={"flex_flow": "row wrap"})]
        right = widgets.VBox([self.progress, self.reset, self.result, *people], layout={"flex": "1 1 30em"})
        return widgets.HBox([left, right], layout={"flex_flow": "row wrap"})
