"""The roster on screen: filters, how many they let through, a page of people, and one to look at."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import ipywidgets as widgets
import numpy as np

from ce_toolkit.errors import PackError
from ce_toolkit.forms.markup import counted, form, line, table
from ce_toolkit.forms.roster import PAGE, WORD_FILTERS, Filters, Roster, pages
from ce_toolkit.forms.switches import figure_of
from ce_toolkit.publish.labels import HEADS
from ce_toolkit.tables import Int64Array

ALL = "（全部）"
_NAMES = {"county": "县市区", "sector": "单位性质", "sex": "性别", "status": "状态"}
WIDE = {"description_width": "5.5em"}


class Pager:
    """Two buttons and a line that says which page is shown of how many."""

    def __init__(self, show: Callable[[], None]) -> None:
        self.number, self.of, self._show = 0, 1, show
        self.back = widgets.Button(description="上一页", tooltip="上一页", layout={"width": "6em"})
        self.on = widgets.Button(description="下一页", tooltip="下一页", layout={"width": "6em"})
        self.where = widgets.Label()
        self.back.on_click(lambda _: self.turn(-1))
        self.on.on_click(lambda _: self.turn(1))
        self.box = widgets.HBox([self.back, self.on, self.where])

    def begin(self, of: int) -> None:
        """Go to the first of so many pages."""
        self.number, self.of = 0, of
        self.turn(0)

    def turn(self, by: int) -> None:
        """Go on or back, not beyond the ends, and show the page."""
        self.number = min(max(self.number + by, 0), self.of - 1)
        self.back.disabled, self.on.disabled = self.number == 0, self.number == self.of - 1
        self.where.value = f"第 {self.number + 1:,} 页，共 {self.of:,} 页"
        self._show()


class RosterPane:
    """Filters over the roster; ``look`` is called with the row of a person to look at."""

    def __init__(self, roster: Roster, look: Callable[[int], None]) -> None:
        self.roster, self.rows = roster, np.arange(roster.size)
        self.words = {name: self._word(name) for name in WORD_FILTERS}
        self.unit = _text("单位含", "单位名称的一部分")
        self.reason = widgets.Dropdown(description="原因", style=WIDE, options=self._reasons())
        self.short = widgets.Dropdown(
            description="还差", style=WIDE,
            options=[("（不限）", ""), *((roster.pack.label(name), name) for name in roster.minima)],
        )  # fmt: skip
        self.least, self.most = _text("不少于", "学时，空着为大于0"), _text("不多于", "学时，空着为不限")
        self.code = _text("代号", "人员代号或其开头")
        self.clear = widgets.Button(description="清除筛选", tooltip="清除全部筛选条件")
        self.counts, self.list = widgets.HTML(), widgets.HTML()
        self.person = widgets.Dropdown(description="人员", style=WIDE, layout={"width": "min(40em, 100%)"})
        self.open = widgets.Button(description="查看此人", tooltip="在“个人”页查看所选人员", button_style="primary")
        self.pager = Pager(self._show)
        self.clear.on_click(lambda _: self._clear())
        self.open.on_click(lambda _: look(self.person.value) if self.person.value is not None else None)
        for each in self._filters():
            each.observe(lambda _: self.update(), "value")
        self.update()

    def _word(self, name: str) -> widgets.Dropdown:
        options = [(ALL, ""), *((word, word) for word in self.roster.choices(name))]
        return widgets.Dropdown(description=_NAMES.get(name, HEADS.get(name, name)), options=options, style=WIDE)

    def _reasons(self) -> list[tuple[str, str]]:
        found = self.roster.reasons.items()
        return [(ALL, ""), *((f"{self.roster.in_words(code)}（{people:,} 人）", code) for code, people in found)]

    def _filters(self) -> list[widgets.Widget]:
        return [*self.words.values(), self.unit, self.reason, self.short, self.least, self.most, self.code]

    @property
    def filters(self) -> Filters:
        """What the widgets say. Raises PackError where a bound is no number."""
        return Filters(
            words={name: each.value for name, each in self.words.items() if each.value},
            unit=self.unit.value,
            reason=self.reason.value,
            short=self.short.value,
            least=_bound(self.least.value),
            most=_bound(self.most.value),
            code=self.code.value,
        )

    def update(self) -> None:
        """Narrow the roster anew and go to its first page."""
        try:
            self.rows = self.roster.chosen(self.filters)
        except PackError as error:
            self.counts.value = form(line(str(error), "bad"))
            return
        shown = f"符合条件 {len(self.rows):,} 人，全部 {self.roster.size:,} 人。"
        self.counts.value = form(line(shown, "big"), line(counted(self.roster.status_counts(self.rows)), "quiet"))
        self.pager.begin(pages(self.rows))

    def _show(self) -> None:
        number = self.pager.number
        self.list.value = form(table(self.roster.page(self.rows, number), self.roster.pack))
        offer(self.person, [(self.roster.label(row), row) for row in page_rows(self.rows, number)])

    def _clear(self) -> None:
        for each in self._filters():
            each.value = ""

    @property
    def box(self) -> widgets.VBox:
        """The pane as it is shown."""
        filters = widgets.HBox([*self._filters(), self.clear], layout={"flex_flow": "row wrap"})
        choose = widgets.HBox([self.person, self.open], layout={"flex_flow": "row wrap"})
        return widgets.VBox([filters, self.counts, self.list, self.pager.box, choose])


def offer(choice: widgets.Dropdown, options: Sequence[tuple[str, object]]) -> None:
    """Put options into a list and take the first, where there is one."""
    choice.options = options
    choice.index = 0 if options else None


def page_rows(rows: Int64Array, number: int, size: int = PAGE) -> list[int]:
    """The rows of one page as plain numbers."""
    return [int(row) for row in rows[number * size : (number + 1) * size]]


def _text(name: str, hint: str) -> widgets.Text:
    return widgets.Text(description=name, placeholder=hint, tooltip=hint, continuous_update=False, style=WIDE)


def _bound(text: str) -> Decimal | None:
    return figure_of(text, Decimal(0)) if text.strip() else None
