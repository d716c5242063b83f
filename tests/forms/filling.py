"""Worked examples entered into a form the way a person would: buttons pressed, fields typed into, words chosen."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ce_toolkit.forms import WhatIf
from ce_toolkit.forms.fields import Field
from ce_toolkit.forms.readers import shown
from ce_toolkit.forms.state import fields_of
from ce_toolkit.rules import load_examples, shipped

CASES = Path(__file__).parents[1] / "cases"
DEZHOU = "dezhou-2017"
# more lines than a form takes, and hours finer than any certificate states
NOT_ENTERED = {"GV17", "G52"}


def cases_of(pack: str) -> list[dict[str, Any]]:
    """Every worked example of a pack that comes with the toolkit."""
    files = CASES.glob("*.yaml") if pack == DEZHOU else [CASES / "packs" / f"{pack}.yaml"]
    return [case for file in sorted(files) for case in load_examples(file)]


PACKS = shipped()


def fill(form: WhatIf, case: Mapping[str, Any]) -> None:
    """Enter a case into the cleared form."""
    form.clear.click()
    form.as_of.widget.value = case.get("as_of") or form.asked.pack.time.last
    facts = dict(case.get("person") or {})
    facts["left_on"] = facts.get("retired_on") or facts.get("left_on")
    for key, control in form.person.items():
        if facts.get(key) is not None or (key in facts and control.field.absent is not None):
            control.widget.value = shown(control.field, facts[key])
    for record in case.get("records") or ():
        _line(form, "claims", record)
    if form.asked.history and "history" in case:
        form.knows_past.value = True
        for row in case["history"]:
            _line(form, "history", row)
    for row in case.get("carried") or ():
        _line(form, "carried", row)


def _line(form: WhatIf, table: str, record: Mapping[str, Any]) -> None:
    lines = form.lists[table]
    lines.add.click()
    if "class" in record:
        lines.controls["class"].widget.value = record["class"]
    line = form.state.lines(table)[lines.chosen]
    for field, value in _typed(fields_of(form.asked, table, line), record):
        lines.controls[field.key].widget.value = shown(field, value)


def _typed(fields: tuple[Field, ...], record: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
    """What a person types or chooses, the class apart; what the example does not say is left as it is."""
    day = record.get("date")
    said = {**record, **({"start": day, "end": day} if day else {})}
    for field in fields:
        if field.key in said and field.key != "class":
            yield field, said[field.key]
        elif field.absent == "hours" and "hours" in said:
            yield field, said["hours"]
