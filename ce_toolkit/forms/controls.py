"""One field on the screen: its label, the control that suits it, and the sentence on what is filled in wrongly.

Thin: what a value means is the business of ``ce_toolkit.forms.readers``.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as widgets

from ce_toolkit.forms.fields import UNSTATED, Field

_YES_NO = (UNSTATED, ("是", True), ("否", False))


class Control:
    """A field on the screen. ``box`` is the widget to lay out, ``widget`` the one that is typed into."""

    def __init__(self, field: Field, changed: Callable[[Any], None]) -> None:
        self.field = field
        self.widget = _widget(field)
        self.widget.observe(self._heard, "value")
        self.error = widgets.HTML()
        self.error.layout.display = "none"
        self.box = widgets.VBox([self.widget, self.error])
        self.box.add_class("ce-field")
        self._changed, self._quiet = changed, False

    @property
    def value(self) -> Any:
        """What is typed or chosen."""
        return self.widget.value

    def show(self, field: Field, value: Any) -> None:
        """Hold a value without telling anybody; the words to choose from are those of ``field``."""
        with self._silently():
            if field.choices and field.choices != self.field.choices:
                self.widget.options = field.choices
            self.field = field
            self.widget.value = _held(field, value)

    def complain(self, sentence: str) -> None:
        """Show what is wrong with the field, or nothing."""
        said = f'<span class="ce-error" role="alert">{escape(sentence)}</span>' if sentence else ""
        if said == self.error.value:
            return
        self.error.value = said
        self.error.layout.display = "" if sentence else "none"
        (self.box.add_class if sentence else self.box.remove_class)("ce-bad")

    @contextmanager
    def _silently(self) -> Iterator[None]:
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _heard(self, change: Any) -> None:
        if not self._quiet:
            self._changed(change["new"])


def _widget(field: Field) -> Any:
    """The control that suits a field's reader; its description is the label that a screen reader says."""
    said = {"description": field.label, "tooltip": field.help or field.label, "style": {"description_width": "auto"}}
    if field.reader == "choice":
        return widgets.Dropdown(options=field.choices, **said)
    if field.reader == "yes_no":
        return widgets.Dropdown(options=_YES_NO, **said)
    if field.reader == "mark":
        return widgets.Checkbox(indent=False, description=field.label, tooltip=field.label)
    if field.reader == "date":
        return widgets.DatePicker(**said)
    return widgets.Text(placeholder=field.help, **said)


def _held(field: Field, value: Any) -> Any:
    """The value as the control holds it; what it has no place for is left blank."""
    if field.reader in ("choice", "yes_no"):
        codes = [code for _, code in field.choices or _YES_NO]
        return value if value in codes else codes[0]
    if field.reader == "mark":
        return bool(value)
    return value if field.reader == "date" else "" if value is None else str(value)


def button(text: str, clicked: Callable[[], None], *, style: str = "") -> Any:
    """A button that does one thing."""
    made = widgets.Button(description=text, tooltip=text, button_style=style)
    made.on_click(lambda _: clicked())
    made.add_class("ce-button")
    return made


def section(title: str, children: Iterable[Any]) -> Any:
    """A part of the form under a heading."""
    made = widgets.VBox([widgets.HTML(f"<h3>{escape(title)}</h3>"), *children])
    made.add_class("ce-section")
    return made


def grid(children: Iterable[Any]) -> Any:
    """Fields beside each other, as many as the width holds."""
    made = widgets.Box(list(children))
    made.add_class("ce-grid")
    return made


def folded(title: str, child: Any, *, opened: bool = False) -> Any:
    """A part that opens and closes."""
    made = widgets.Accordion([child], titles=[title], selected_index=0 if opened else None)
    made.add_class("ce-fold")
    return made
