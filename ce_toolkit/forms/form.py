"""The what-if form: fill in what was or will be done; at every keystroke the engine says what counts and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ce_toolkit.errors import ExampleError, ToolkitError
from ce_toolkit.forms.case import AS_OF, AS_OF_FIELD, SINCE_FIELD, Fault, parsed, state_of
from ce_toolkit.forms.controls import Control, button, folded, grid, section
from ce_toolkit.forms.fields import Asked, Field, asked
from ce_toolkit.forms.judging import Judged, advice_on, judge
from ce_toolkit.forms.later import Later
from ce_toolkit.forms.lines import Lines
from ce_toolkit.forms.offered import offered
from ce_toolkit.forms.readers import MisreadError, read
from ce_toolkit.forms.result import advice_html, details_html, rules_html, short_result, standing_html
from ce_toolkit.forms.saving import downloads
from ce_toolkit.forms.state import LISTS, Line, Place, State, changed, fields_of, opening
from ce_toolkit.rules.loading.loader import load_pack
from ce_toolkit.rules.pack import Pack

if TYPE_CHECKING:
    import pandas as pd

_NOUNS = {"claims": "项目", "history": "以前年度", "carried": "结转"}


def what_if(pack: Pack | str | Path, as_of: date | None = None) -> "WhatIf":
    """A form for one person's year under a pack: a shipped one's id, a file, or the pack itself.

    ``as_of``: the day on whose knowledge hours are judged when the form opens; else the last day of the pack's year.
    Raises PackError where the pack does not load.
    """
    return WhatIf(pack if isinstance(pack, Pack) else load_pack(pack), as_of)


class WhatIf:
    """The form. ``state`` is what is filled in, ``judged`` the last good result, ``faults`` what is filled in wrongly.

    Nothing is written to disk; no name is asked for.
    """

    def __init__(self, pack: Pack, as_of: date | None = None) -> None:
        self.asked: Asked = asked(pack)
        self.state = self._opening = opening(self.asked, as_of)
        self._rules = rules_html(pack)
        self.judged: Judged | None = None
        self.faults: tuple[Fault, ...] = ()
        self.as_of = Control(AS_OF_FIELD, self._judge_on)
        self.since = Control(SINCE_FIELD, self._advise_from)
        self.person = {each.key: Control(each, self._hear_person(each.key)) for each in self.asked.person}
        self.lists = {table: Lines(table, self.asked, _NOUNS[table], self._changed) for table in LISTS}
        self.knows_past = widgets.Checkbox(description="知道以前年度的认定情况", indent=False)
        self.knows_past.observe(self._tell_past, "value")
        self.notice, self.result, self.summary = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.advice, self.details = widgets.HTML(), widgets.HTML()
        self._advising = Later(self._advise)
        self.links, self.said = widgets.HTML(), widgets.HTML()
        self.examples = widgets.Dropdown(
            options=[("选择……", ""), *offered(pack)], description="例子", style={"description_width": "auto"}
        )
        self.examples.observe(self._load_example, "value")
        self.pasted = widgets.Textarea(
            description="粘贴算例", placeholder="把以前保存的算例（YAML）粘贴在这里", rows=5,
            style={"description_width": "auto"},
        )  # fmt: skip
        self.load = button("载入", self._load_pasted)
        self.clear = button("清空重填", self._clear)
        self._quiet = False
        self.box = self._laid_out()
        self._show(self.state)
        # a page that is just opening asks the kernel for all its widgets, and gives up where the kernel is busy
        self._advising.now()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

    @property
    def questions(self) -> "pd.DataFrame":
        """What the form asks. One row is a class of claims, or the person: what it asks always, and what seldom."""
        import pandas as pd

        tables = {"人员情况": self.asked.person, **{word: self.asked.claim[code] for word, code in self.asked.classes}}
        tables |= {"以前年度": self.asked.history, "结转": self.asked.carried}
        rows = [
            {"内容": title, **{
                head: "；".join(each.label for each in fields if each.seldom is seldom and each.key != "class")
                for head, seldom in (("要填的", False), ("其他情况", True))
            }}
            for title, fields in tables.items() if fields
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def claims(self) -> Lines:
        """The list of claims on the screen."""
        return self.lists["claims"]

    # ---- layout -----------------------------------------------------------------------------------------------------

    def _laid_out(self) -> Any:
        style = "".join(files("ce_toolkit.forms").joinpath(name).read_text(encoding="utf-8") for name in _STYLES)
        filled_in = widgets.VBox([section("人员情况", self._person_part()), section("项目", [self.claims.box]),
                                  *self._past_part(), section("例子、保存、打印", self._file_part())])  # fmt: skip
        filled_in.add_class("ce-inputs")
        found = widgets.VBox([self.notice, self.result, self.advice, self.details])
        found.add_class("ce-found")
        self.summary.add_class("ce-summary")
        both = widgets.Box([filled_in, found])
        both.add_class("ce-columns")
        box = widgets.VBox([widgets.HTML(f"<style>{style}</style>"), both, self.summary])
        box.add_class("ce-what-if")
        return box

    def _person_part(self) -> Sequence[Any]:
        often = [self.person[each.key].box for each in self.asked.person if not each.seldom]
        seldom = [self.person[each.key].box for each in self.asked.person if each.seldom]
        more = [folded("其他情况（一般不用填）", grid(seldom))] if seldom else []
        return [grid([self.as_of.box, self.since.box, *often]), *more]

    def _past_part(self) -> Sequence[Any]:
        parts = []
        if self.asked.history:
            inside = widgets.VBox([self.knows_past, self.lists["history"].box])
            parts.append(folded("以前年度已认定的学时", inside))
        if self.asked.carried:
            parts.append(folded("由以前年度结转来的学时", self.lists["carried"].box))
        return parts

    def _file_part(self) -> Sequence[Any]:
        buttons = widgets.HBox([self.load, self.clear])
        buttons.add_class("ce-buttons")
        part = widgets.VBox([self.examples, self.links, self.pasted, buttons, self.said])
        part.add_class("ce-file")
        return [part]

    # ---- hearing changes --------------------------------------------------------------------------------------------

    def _judge_on(self, day: date | None) -> None:
        self._changed(replace(self.state, as_of=day))

    def _advise_from(self, day: date | None) -> None:
        """Only advice looks at this day; it is no part of the case."""
        try:
            read(SINCE_FIELD, day, self.asked.pack.time.year)
        except MisreadError as error:
            self.since.complain(str(error))
        else:
            self.since.complain("")
            self._advising.ask()

    def _hear_person(self, key: str) -> Callable[[Any], None]:
        return lambda value: self._changed(changed(self.state, self.asked, Place("person", key), value))

    def _tell_past(self, change: Mapping[str, Any]) -> None:
        if not self._quiet:
            self._show(replace(self.state, history=() if change["new"] else None))

    def _changed(self, state: State) -> None:
        """Take over what is filled in now, and judge it."""
        self.state = state
        for lines in self.lists.values():
            lines.state = state
        self._judge()

    def _load_example(self, change: Mapping[str, Any]) -> None:
        if change["new"] and not self._quiet:
            self._take([change["new"]])

    def _load_pasted(self) -> None:
        try:
            self._take(parsed(self.pasted.value))
        except ToolkitError as error:
            self._say(str(error), bad=True)

    def _take(self, cases: Sequence[Mapping[str, Any]]) -> None:
        """Fill the form from the first of the cases, or say why not and leave it as it is."""
        try:
            state = state_of(cases[0], self.asked)
        except ExampleError as error:
            self._say(str(error), bad=True)
            return
        self._show(state)
        more = f"（共 {len(cases)} 个，其余未载入）" if len(cases) > 1 else ""
        self._say(f"已载入{more}。")

    def _clear(self) -> None:
        self._quiet = True
        self.examples.value = self.pasted.value = ""
        self._quiet = False
        self.since.show(SINCE_FIELD, None)
        self._show(self._opening)
        self._say("")

    def _say(self, sentence: str, *, bad: bool = False) -> None:
        kind = "ce-error" if bad else "ce-quiet"
        self.said.value = f'<span class="{kind}" role="status">{escape(sentence)}</span>'

    # ---- showing ----------------------------------------------------------------------------------------------------

    def _show(self, state: State) -> None:
        """Show a state that did not come from typing, and judge it."""
        self.state = state
        self.as_of.show(AS_OF_FIELD, state.as_of)
        for key, control in self.person.items():
            control.show(control.field, state.person.get(key))
        self._quiet = True
        self.knows_past.value = state.history is not None
        self._quiet = False
        self.lists["history"].box.layout.display = "none" if state.history is None else ""
        for lines in self.lists.values():
            lines.show(state, 0)
        self._judge()

    def _judge(self) -> None:
        """Ask the engine, and show its answer; where it cannot be asked, what is wrong, and the last answer in grey."""
        failure = ""
        try:
            judged, self.faults = judge(self.state, self.asked)
        except ToolkitError as error:
            judged, failure = None, str(error)
        except Exception as error:  # whatever happens, whoever fills in the form sees a sentence
            judged, failure = None, f"程序内部错误（{type(error).__name__}），请把刚才的填法反馈给开发人员。"
        if judged is not None:
            self.judged = judged
            self.result.value, self.details.value = standing_html(judged), details_html(judged)
            for shown in (self.advice, self.links):  # until they are about what is filled in now
                shown.add_class("ce-stale")
            self._advising.ask()
        self._mark(failure, fresh=judged is not None)

    def _advise(self) -> None:
        """Show the ways to what is asked, and the links, for what is filled in now."""
        if self.judged is None:
            return
        try:
            found = advice_on(self.judged, self.since.value)
        except Exception:  # advice is a help beside the result; where it fails the result stands
            found = ()
        self.advice.value = advice_html(found)
        self.links.value = downloads(self.judged, self.asked, found)
        for shown in (self.advice, self.links):
            shown.remove_class("ce-stale")

    def _mark(self, failure: str, *, fresh: bool) -> None:
        for shown in (self.result, self.details):
            (shown.remove_class if fresh else shown.add_class)("ce-stale")
        if not fresh:  # fresh advice comes by itself, a moment later
            self.advice.add_class("ce-stale")
        self.notice.value = self._notice(failure)
        by_place = {fault.place: fault.sentence for fault in self.faults}
        self.as_of.complain(by_place.get(AS_OF, ""))
        for key, control in self.person.items():
            control.complain(by_place.get(Place("person", key), ""))
        for table, lines in self.lists.items():
            lines.complain(
                {at.key: said for at, said in by_place.items() if (at.table, at.line) == (table, lines.chosen)}
            )
            lines.name([self._label(table, number, line) for number, line in enumerate(self.state.lines(table))])
        claim = self.state.lines("claims")[self.claims.chosen : self.claims.chosen + 1]
        self.claims.help.value = self._rules[claim[0]["class"]] if claim else ""
        self.summary.value = self._summary()

    def _notice(self, failure: str) -> str:
        if not (self.faults or failure):
            return ""
        said = [failure] if failure else [f"{self._where(fault.place)}{fault.sentence}" for fault in self.faults]
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
        return f'<div class="ce-notice" role="alert"><b>下面是此前的结果。请先更正：</b><ul>{items}</ul></div>'

    def _where(self, place: Place) -> str:
        return f"{_NOUNS[place.table]}第 {place.line + 1} 行：" if place.table in _NOUNS else ""

    def _label(self, table: str, number: int, line: Line) -> str:
        """A line in its list: what it is, when, and what became of it."""
        fields = {field.key: field for field in fields_of(self.asked, table, line)}
        one_day = line.get("end") == line.get("start")
        named = [key for key in _LABELLED[table] if key in fields and not (key == "end" and one_day)]
        told = [_told(fields[key], line.get(key)) for key in named]
        said = " ".join(filter(None, [f"{number + 1}.", *told]))
        if any((fault.place.table, fault.place.line) == (table, number) for fault in self.faults):
            return f"{said}（有误）"
        claim = self.judged.by_ref.get(str(line.get("ref"))) if self.judged and table == "claims" else None
        return f"{said} → {short_result(claim)}" if claim else said

    def _summary(self) -> str:
        if self.judged is None:
            return ""
        from ce_toolkit.publish.labels import WORDS
        from ce_toolkit.rules.reasons import plain

        person = self.judged.person
        total = f"合计 {plain(person.hours['total'])} {self.asked.pack.pack.unit}"
        stale = "（待更正）" if self.faults else ""
        return (
            f'<a href="#ce-found" class="ce-{person.status}"><b>{WORDS["status"][person.status]}</b> {total}{stale}</a>'
        )


_STYLES = ("form.css", "result.css")
_LABELLED = {
    "claims": ("class", "kind", "start", "end", "hours", "items"),
    "history": ("year", "class", "hours"),
    "carried": ("from_year", "hours"),
}


def _told(field: Field, value: Any) -> str:
    """A value as a list names its line; blanks and what goes without saying are left out."""
    if value in (None, ""):
        return ""
    if field.choices:
        return next((word for word, code in field.choices if code == value), "")
    units = {"hours": "学时", "items": "件", "year": "年", "from_year": "年"}
    if isinstance(value, date):
        return f"至 {value.month}月{value.day}日" if field.key == "end" else f"{value.month}月{value.day}日"
    return f"{value}{units.get(field.key, '')}"
