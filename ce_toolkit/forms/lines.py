"""A list of lines on the screen: choose, add, copy and remove one; below it the fields of the one that is chosen."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from ce_toolkit.forms.controls import Control, button, folded, grid
from ce_toolkit.forms.fields import Asked, Field
from ce_toolkit.forms.state import Line, Place, State, added, changed, copied, fields_of, is_full, removed

Change = Callable[[State], None]


class Lines:
    """One of the three lists of a state. It shows a state and hands on a new one at every change."""

    def __init__(self, table: str, asked: Asked, noun: str, changed: Change) -> None:
        self.table, self.asked, self.noun, self._changed = table, asked, noun, changed
        self.state, self.chosen = State(None), 0
        self.add = button(f"添加{noun}", self._add, style="primary")
        self.copy = button("复制", self._copy)
        self.remove = button("删除", self._remove)
        self.chooser = widgets.RadioButtons(options=[], description=f"{noun}列表", style={"description_width": "auto"})
        self.chooser.add_class("ce-chooser")
        self.chooser.observe(self._choose, "index")
        self.controls: dict[str, Control] = {}
        self.first, self.main, self.more = grid(()), grid(()), grid(())
        self.help = widgets.HTML()
        self.fold = folded("其他情况（一般不用填）", self.more)
        self.editor = widgets.VBox([self.first, self.main, self.fold, self.help])
        self.editor.add_class("ce-editor")
        buttons = widgets.HBox([self.add, self.copy, self.remove])
        buttons.add_class("ce-buttons")
        self.box = widgets.VBox([buttons, self.chooser, self.editor])
        self._shown: tuple[str, ...] | None = None
        self._quiet = False

    # ---- showing a state --------------------------------------------------------------------------------------------

    def show(self, state: State, chosen: int | None = None) -> None:
        """Show the state's lines, one of them chosen (the one before, where that is still there)."""
        self.state = state
        lines = state.lines(self.table)
        self.chosen = min(max(self.chosen if chosen is None else chosen, 0), max(len(lines) - 1, 0))
        for widget in (self.chooser, self.editor):
            widget.layout.display = "" if lines else "none"
        self.add.disabled = is_full(state, self.table)
        self.copy.disabled = not lines or self.add.disabled
        self.remove.disabled = not lines
        if lines:
            self._show_line(lines[self.chosen])

    def _show_line(self, line: Line) -> None:
        fields = fields_of(self.asked, self.table, line)
        for field in fields:
            if field.key not in self.controls:
                self.controls[field.key] = Control(field, self._hear(field.key))
            self.controls[field.key].show(field, line.get(field.key))
        self._lay_out(fields)

    def _lay_out(self, fields: Sequence[Field]) -> None:
        """Put the fields of a class in their places; nothing moves where they are the same as before."""
        keys = tuple(field.key for field in fields)
        if keys == self._shown:
            return
        self._shown = keys
        boxes = {field.key: self.controls[field.key].box for field in fields}
        lead = [key for key in ("class", "kind", "basis", "result") if key in boxes][:2]
        seldom = [field.key for field in fields if field.seldom]
        self.first.children = [boxes[key] for key in lead]
        self.main.children = [boxes[key] for key in keys if key not in (*lead, *seldom)]
        self.more.children = [boxes[key] for key in seldom]
        self.fold.layout.display = "" if seldom else "none"

    def name(self, labels: Sequence[str]) -> None:
        """Name the lines in the list."""
        options = [(label, number) for number, label in enumerate(labels)]
        self._quiet = True
        try:
            if tuple(self.chooser.options) != tuple(options):
                with self.chooser.hold_sync():
                    self.chooser.options = options
                    self.chooser.index = self.chosen if options else None
            elif options and self.chooser.index != self.chosen:
                self.chooser.index = self.chosen
        finally:
            self._quiet = False

    def complain(self, faults: dict[str, str]) -> None:
        """Show what is wrong with fields of the chosen line, by key."""
        for key, control in self.controls.items():
            control.complain(faults.get(key, ""))

    # ---- hearing a change -------------------------------------------------------------------------------------------

    def _hear(self, key: str) -> Callable[[Any], None]:
        def heard(value: Any) -> None:
            state = changed(self.state, self.asked, Place(self.table, key, self.chosen), value)
            self.state = state
            if key == "class":
                self._show_line(state.lines(self.table)[self.chosen])
            self._changed(state)

        return heard

    def _choose(self, change: Any) -> None:
        if not self._quiet and change["new"] is not None:
            self.show(self.state, change["new"])
            self._changed(self.state)

    def _add(self) -> None:
        self._move(added(self.state, self.asked, self.table), len(self.state.lines(self.table)))

    def _copy(self) -> None:
        self._move(copied(self.state, self.table, self.chosen), self.chosen + 1)

    def _remove(self) -> None:
        self._move(removed(self.state, self.table, self.chosen), self.chosen)

    def _move(self, state: State, chosen: int) -> None:
        self.show(state, chosen)
        self._changed(state)
