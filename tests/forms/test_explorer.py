"""The explorer without a browser: what is chosen is shown, nobody is named, and nothing of others becomes HTML."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd
import pytest

import ce_toolkit as ce
from ce_toolkit.forms.explorer import Explorer
from ce_toolkit.forms.person import explained, ledger, sources
from ce_toolkit.forms.roster import PAGE
from ce_toolkit.rules import Pack
from ce_toolkit.rules.inquiry.rerun import Year
from tests.conftest import AS_OF

Tables = Mapping[str, pd.DataFrame]


@pytest.fixture
def explorer(tables: Tables, pack: Pack) -> Iterator[Explorer]:
    yield ce.explore(pack, AS_OF, **tables)
    widgets.Widget.close_all()


def test_counts_are_stated_of_all_and_pages_turn(explorer: Explorer) -> None:
    pane = explorer.people
    assert f"符合条件 {explorer.roster.size} 人，全部 {explorer.roster.size} 人" in pane.counts.value
    first = pane.list.value
    pane.pager.on.click()
    assert pane.list.value != first
    assert pane.pager.where.value.startswith("第 2 页")
    pane.pager.back.click()
    assert (pane.list.value, pane.pager.back.disabled) == (first, True)


def test_a_filter_narrows_and_clears(explorer: Explorer) -> None:
    pane = explorer.people
    pane.words["status"].value = "未达标"
    assert 0 < len(pane.rows) < explorer.roster.size
    assert f"符合条件 {len(pane.rows)} 人" in pane.counts.value
    pane.short.value, pane.least.value = "public", "三十"
    assert "不是数" in pane.counts.value
    pane.clear.click()
    assert len(pane.rows) == explorer.roster.size


def test_nobody_found_offers_nobody(explorer: Explorer) -> None:
    explorer.people.unit.value = "查无此单位"
    assert (explorer.people.person.options, explorer.people.person.value) == ((), None)
    explorer.people.open.click()
    assert explorer.tabs.selected_index == 0


def test_a_person_is_shown_with_minima_ledger_and_cells(explorer: Explorer, year: Year, pack: Pack) -> None:
    pane = explorer.people
    pane.reason.value = "annual_cap"
    pane.open.click()
    assert explorer.tabs.selected_index == 1
    shown = explorer.person.value
    assert all(text in shown for text in ("与要求对照", "超过每年学时上限", "（三.2）", "来源文件", "单元格"))
    person = str(year.people["person_id"].iat[pane.person.value])
    one = explained(person, year, pack)
    table = ledger(one)
    assert (table["申报"] == table["认定"] + table["超上限"] + table["不予认定"] + table["待补"]).all()
    own = year.claims[year.claims["person_id"] == person].sort_values("claim_id")["source"]
    assert sources(one, year)["单元格"].tolist()[1:] == [source.rsplit("!")[-1] for source in own]


def test_a_unit_is_shown_with_people_hours_files_and_findings(explorer: Explorer, tables: Tables) -> None:
    units = explorer.units
    unit = str(tables["people"]["employer"].mode().iat[0])
    units.part.value = unit
    units.unit.value = unit
    number = int((tables["people"]["employer"] == unit).sum())
    assert f"共 {number} 人" in units.page.value
    assert all(text in units.page.value for text in ("各类学时的去向", "收到的文件", "要更正的问题"))


def test_a_switch_shows_its_effect_and_goes_back(explorer: Explorer) -> None:
    pane = explorer.switches
    own = pane.result.value
    pane.readings["U1"].value = "per_activity"
    effect = pane.effect
    assert effect is not None
    assert f"状态或学时改变 {len(effect.rows)} 人，共 {explorer.roster.size} 人" in pane.result.value
    assert len(pane.person.options) == min(PAGE, len(effect.rows))
    pane.open.click()
    assert "（按改后的规则）" in explorer.person.value
    pane.figures["self_study_year"].value = "30"
    assert pane.effect is not effect
    pane.reset.click()
    assert (pane.effect, pane.result.value, pane.person.options) == (None, own, ())


def test_who_waits_is_said_to_be_open_for_other_reasons(tables: Tables, pack: Pack) -> None:
    standing = tables["standing"].copy()
    row = int(np.flatnonzero(standing["status"] == "not_met")[0])
    standing.loc[standing.index[row], "status"] = "open"
    explorer = ce.explore(pack, AS_OF, **{**tables, "standing": standing})
    explorer.look(row)
    assert "名册中列为待定" in explorer.person.value
    explorer.switches.figures["total"].value = "80"
    assert "另有 1 人因待核实的行列为待定" in explorer.switches.result.value
    assert "已改：合计要求 80" in explorer.switches.result.value
    widgets.Widget.close_all()


def test_what_is_wrong_is_said_and_mended(explorer: Explorer) -> None:
    pane = explorer.switches
    pane.figures["total"].value = "九十"
    assert "不是数" in pane.result.value
    pane.figures["total"].value = ""
    pane.readings["U17"].value, pane.readings["U34"].value = "not_signed_up", "refused"
    assert pane.effect is not None
    pane.reset.click()
    assert "现行规则" in pane.result.value


def _walk(explorer: Explorer) -> Iterator[str]:
    """Look at everybody and every unit, and switch every rule once: all that is shown meanwhile."""
    for row in range(explorer.roster.size):
        explorer.look(row)
        yield explorer.person.value
    for _, unit in explorer.units.unit.options[1:]:
        explorer.units.unit.value = unit
        yield explorer.units.page.value
    for each in explorer.switches.readings.values():
        each.value = each.options[1][1]
        yield explorer.switches.list.value + str(explorer.switches.person.options)
    explorer.people.unit.value = "校"
    explorer.switches.open.click()
    yield json.dumps(widgets.Widget.get_manager_state(), ensure_ascii=False)  # what a notebook would store


def test_no_name_and_no_number_is_in_the_state_of_any_widget(explorer: Explorer, tables: Tables) -> None:
    people = tables["people"]
    seen = "".join(_walk(explorer))
    assert [name for name in people["name"] if name in seen] == []
    assert [number for number in people["certificate_no"].dropna() if number in seen] == []
    assert "按改后规则查看" in seen


HOSTILE = '<img src=x onerror="alert(1)">'


def test_text_of_others_never_becomes_html(tables: Tables, pack: Pack) -> None:
    people = tables["people"].assign(
        employer=HOSTILE, name=HOSTILE, series=pd.Categorical([HOSTILE] * len(tables["people"]))
    )
    claims = tables["claims"].assign(title=HOSTILE, source=f"{HOSTILE}.xlsx!{HOSTILE}!A1")
    found = tables["findings"].assign(shown=HOSTILE, wanted=HOSTILE, fix=HOSTILE)
    explorer = ce.explore(pack, AS_OF, **{**tables, "people": people, "claims": claims, "findings": found})
    explorer.look(0)
    explorer.units.unit.value = HOSTILE
    explorer.switches.readings["U1"].value = "per_activity"
    shown = [each.value for each in _all(explorer) if isinstance(each, widgets.HTML)]
    assert not [value for value in shown if "<img" in value]
    assert [value for value in shown if "&lt;img" in value]
    widgets.Widget.close_all()


def _all(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)
