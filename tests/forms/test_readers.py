"""Whatever is typed into whatever field: it is read, or a sentence says what is wanted; nothing else happens."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ce_toolkit.forms.case import case_of, parsed, state_of, text_of
from ce_toolkit.forms.fields import asked
from ce_toolkit.forms.state import Place, State, added, changed, fields_of, opening
from ce_toolkit.rules import load_pack

ASKED = {name: asked(load_pack(name)) for name in ("dezhou-2017", "xuzhou-2017", "louisiana-2017")}
_SIGNS = st.text("0123456789.-=: １２年月日学时eE+abc甲\x00\n", max_size=12)
_TYPED = st.one_of(_SIGNS, st.text(max_size=80), st.dates(), st.booleans(), st.none(), st.just("9" * 5000))


def _state(draw: Any, name: str) -> State:
    """A form with a line in each list, every field holding something or other."""
    form, state = ASKED[name], opening(ASKED[name])
    for table, fields in (("claims", None), ("history", form.history), ("carried", form.carried)):
        if fields is None or fields:
            state = added(state, form, table)
    class_ = draw(st.sampled_from([code for _, code in form.classes]))
    state = changed(state, form, Place("claims", "class", 0), class_)
    for table in ("person", "claims", "history", "carried"):
        line = state.person if table == "person" else next(iter(state.lines(table)), None)
        for field in fields_of(form, table, line) if line is not None else ():
            if field.key != "class" and draw(st.booleans()):
                state = changed(state, form, Place(table, field.key, 0), draw(_TYPED))
    return replace(state, as_of=draw(st.one_of(st.none(), st.dates())))


@settings(max_examples=150)
@given(data=st.data(), name=st.sampled_from(sorted(ASKED)))
def test_F9_anything_typed_is_read_or_refused_in_a_chinese_sentence(data: st.DataObject, name: str) -> None:
    state = _state(data.draw, name)
    case, faults = case_of(state, ASKED[name])
    for fault in faults:
        assert re.search(r"[\u4e00-\u9fff]", fault.sentence)
        assert fault.sentence.endswith("。")
        assert "99999999" not in fault.sentence  # what was typed is never repeated
    if not faults:
        (again,) = parsed(text_of(case, ASKED[name]))
        assert case_of(state_of(again, ASKED[name]), ASKED[name]) == (case, ())


def test_a_day_alone_is_the_whole_span_and_a_date_with_a_time_is_none() -> None:
    form = ASKED["dezhou-2017"]
    state = added(opening(form), form, "claims")
    for key in ("start", "end"):
        state = changed(state, form, Place("claims", key, 0), date(2017, 5, 20))
    case, faults = case_of(state, form)
    assert faults == ()
    assert case["records"][0]["date"] == date(2017, 5, 20)
    assert "start" not in case["records"][0]
