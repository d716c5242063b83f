"""What is shown of a pack is in Chinese and tells its minima apart, whatever the pack calls them."""

import pytest

from ce_toolkit.forms import what_if
from ce_toolkit.publish.terms import requirement_names
from ce_toolkit.rules import load_pack
from ce_toolkit.rules.loading.files import shipped


@pytest.mark.parametrize("pack", sorted(shipped()))
def test_every_minimum_has_a_name_of_its_own(pack: str) -> None:
    names = requirement_names(load_pack(pack))
    assert len(set(names.values())) == len(names)
    assert not [name for name in names.values() if name.isascii()]


def test_minima_of_one_thing_are_told_apart_by_whom_they_are_asked_of() -> None:
    names = requirement_names(load_pack("xuzhou-2017"))
    assert names["total_junior"] == "合计（助理级、员级）"
    assert names["public"] == "公需科目"


def test_a_line_of_the_form_states_hours_in_the_pack_s_word() -> None:
    form = what_if("accountants-2018")
    form.claims.add.click()
    form.claims.controls["hours"].widget.value = "12"
    ((label, _),) = form.claims.chooser.options
    assert "12学分" in label
