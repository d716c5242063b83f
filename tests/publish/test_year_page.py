"""The year's HTML page: every table as published, readable anywhere, nothing loaded, nothing run but its own script."""

import base64
import hashlib
import re
from typing import Any

import pandas as pd
import pytest
from lxml import html

from ce_toolkit.publish import Page, annual_pages, in_chinese, year_charts, year_page
from ce_toolkit.publish.shown import printed
from ce_toolkit.publish.year.page import comparison
from ce_toolkit.runs.fonts import set_up_charts
from ce_toolkit.runs.leaks import found_in
from ce_toolkit.statistics import HIDDEN
from tests.conftest import AS_OF, Processed
from tests.publish.test_hostile_text import PLANTED

AREAS = ("city", "371402")
areas = pytest.mark.parametrize("area", AREAS)
_LOADS = ("src", "href", "action", "poster", "data", "srcset", "background", "formaction")


@pytest.fixture(scope="module")
def texts(processed: Processed) -> dict[str, str]:
    set_up_charts()
    return {area: _made(processed, area) for area in AREAS}


def _made(processed: Processed, area: str, *, place: str = "某地", **more: Any) -> str:
    tables, pack = processed.annual(area), processed.pack
    pages = annual_pages(tables, pack, place=place, as_of=AS_OF, **more)
    return year_page(tables, pack, pages, place=place, charts=year_charts(tables, pack, place=place))


def _sections(text: str) -> dict[str, Any]:
    """Sections by the tab of their table."""
    found = html.fromstring(text).xpath("//section")
    return {section.xpath("./h2")[0].text_content().split("　")[1]: section for section in found}


def _rows(section: Any) -> list[list[str]]:
    return [[cell.text_content() for cell in row] for row in section.xpath(".//tr")]


def _as_printed(table: pd.DataFrame) -> list[list[str]]:
    body = [[printed(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return [[str(name) for name in table.columns], *body]


@areas
def test_every_table_of_the_page_is_the_published_one(processed: Processed, texts: Any, area: str) -> None:
    tables, sections = processed.annual(area), _sections(texts[area])
    for name, table in tables.tables.items():
        assert _rows(sections[table.described.tab]) == _as_printed(in_chinese(tables[name], processed.pack)), name
    assert len(_rows(sections["合计验证"])) == len(tables.proof) + 1
    assert len(_rows(sections["数据质量"])) == len(tables.quality) + 1


@areas
def test_every_section_is_a_page_of_the_workbook_with_its_words(processed: Processed, texts: Any, area: str) -> None:
    sections = _sections(texts[area])
    for page in annual_pages(processed.annual(area), processed.pack, place="某地", as_of=AS_OF):
        section = sections[page.tab]
        assert section.xpath(".//caption")[0].text_content() == page.title
        assert [note.text_content() for note in section.xpath(".//ul/li")] == list(page.notes)
        assert (section.xpath("./p[@class='unit']/text()") or [""]) == [page.unit]


@areas
def test_the_page_begins_with_a_comparison_of_published_shares(processed: Processed, texts: Any, area: str) -> None:
    tables = processed.annual(area)
    table = comparison(tables)
    assert {"completed", "public_share", "no_training_share", "average"} <= set(table.columns)
    assert table[tables.key].tolist() == tables["participation"][tables.key].tolist()
    untrained = tables["untrained"].set_index(tables.key)["no_training_share"]
    for word, share in zip(table[tables.key], table["no_training_share"], strict=True):
        assert share == untrained[word] if word in untrained else pd.isna(share)
    first = next(iter(_sections(texts[area]).values()))
    assert _rows(first) == _as_printed(in_chinese(table, processed.pack))
    for cell in first.xpath(".//td"):  # a bar as long as its share, none for what is hidden
        wanted = f"--part:{cell.text[:-1]}%" if cell.text.endswith("%") else None
        assert cell.get("style") == (wanted if wanted is None else wanted.replace("%", "", 0)) or HIDDEN in cell.text


@areas
def test_nothing_is_asked_for_from_outside(texts: Any, area: str) -> None:
    tree = html.fromstring(texts[area])
    addresses = [value for one in tree.iter() for name, value in one.items() if name in _LOADS]
    assert addresses
    assert not [address[:40] for address in addresses if not address.startswith(("#", "data:image/svg+xml;base64,"))]
    assert not re.findall(r"url\(|@import", texts[area])
    assert not tree.xpath("//link | //iframe | //object | //embed | //base")


@areas
def test_the_page_allows_its_own_script_and_no_other(texts: Any, area: str) -> None:
    tree = html.fromstring(texts[area])
    (script,) = tree.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (rule,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert rule.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in rule


@areas
def test_without_scripts_everything_is_there_to_read(texts: Any, area: str) -> None:
    tree = html.fromstring(texts[area])
    assert [one.get("class") for one in tree.xpath("//*[@hidden]")] == ["controls", "none"]
    assert {link.get("href")[1:] for link in tree.xpath("//nav//a")} == {
        one.get("id") for one in tree.xpath("//section")
    }
    assert tree.get("lang") == "zh-CN"
    assert len(tree.xpath("//figure/img[@alt and starts-with(@src, 'data:')]")) == 5
    assert all(head.get("scope") == "col" for head in tree.xpath("//thead//th"))
    assert all(head.get("scope") == "row" for head in tree.xpath("//tbody//th"))
    assert len(texts[area].encode()) < 2_000_000


def test_what_is_missing_and_not_routed_is_said_at_the_top(processed: Processed) -> None:
    text = _made(processed, "city", missing=["371402"], unrouted=["甲<厂>"])
    said = [line.text_content() for line in html.fromstring(text).xpath("//header//*[@class='warning']")]
    assert len(said) == 2
    assert "甲<厂>" in said[0]
    assert "德城区" in said[1]


@areas
def test_no_person_is_on_the_page(processed: Processed, texts: Any, area: str) -> None:
    seen = re.sub(r"data:image[^\"]*", "", texts[area])
    people = pd.concat([one.people for one in processed.registers.values()])
    numbers = {number for number in people["certificate_no"].dropna() if len(number) >= 5}
    units = set(people["employer"].dropna()) | set(people["filing_unit"].dropna())
    names = {name for name in people["name"] if len(name) >= 3 and not any(name in unit for unit in units)}
    assert len(names) > 100
    assert found_in(seen, names | numbers) == set()


@pytest.mark.parametrize("planted", PLANTED)
def test_text_of_others_is_shown_and_never_run(processed: Processed, planted: str) -> None:
    """In the place's name, in heads, cells, notes, tabs and titles; the picture's description too."""
    tables, pack = processed.annual("371402"), processed.pack
    page = Page(planted, planted, pd.DataFrame({planted: [planted, "合计"]}), planted, [planted])
    charts = {"completion": year_charts(tables, pack, place="某地")["completion"]}
    charts["completion"].figure.suptitle(planted)
    text = year_page(tables, pack, [page], place=planted, charts=charts)
    tree = html.fromstring(text)
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//iframe | //svg | //object")
    assert not [name for one in tree.iter() for name, _ in one.items() if name.startswith("on")]
    clean = planted.replace("\u202e", "")
    section = tree.xpath("//section")[-1]
    assert section.text_content().count(clean) == 6
    assert section.get("data-said") == f"{clean} {clean}"
    assert "\u202e" not in text


def test_the_same_tables_give_the_same_page(processed: Processed, texts: Any) -> None:
    assert _made(processed, "371402") == texts["371402"]
