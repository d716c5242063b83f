"""The year's page in a real browser: search, filters, sorting, keyboard, print, and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ce_toolkit.publish import annual_pages, year_charts, year_page
from ce_toolkit.runs.fonts import set_up_charts
from tests.conftest import AS_OF, Processed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(processed: Processed, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The city's page as a file."""
    set_up_charts()
    tables, pack = processed.annual("city"), processed.pack
    pages = annual_pages(tables, pack, place="德州市", as_of=AS_OF)
    text = year_page(tables, pack, pages, place="德州市", charts=year_charts(tables, pack, place="德州市"))
    path: Path = tmp_path_factory.mktemp("page") / "年度统计.html"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    """The page; any fault of the script, and any request but for the file itself, fails the test."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text))
    page.on("request", lambda one: faults.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    page.goto(address)
    expect(page.get_by_role("search")).to_be_visible()
    assert faults == []
    return page


def _section(page: Page, tab: str) -> Locator:
    return page.locator("section.table").filter(has=page.get_by_role("heading", name=tab))


def _shown(section: Locator) -> list[str]:
    """First cells of the rows that are seen."""
    return [row.locator("th").inner_text() for row in section.locator("tbody tr").all() if row.is_visible()]


def _column(section: Locator, head: str) -> list[str]:
    """Cells of a column as they stand now."""
    at = [cell.inner_text().strip() for cell in section.locator("thead th").all()].index(head)
    return [row.locator("th, td").nth(at).inner_text() for row in section.locator("tbody tr").all()]


def test_words_find_rows_and_tables(opened: Page) -> None:
    opened.get_by_label("查找", exact=True).fill("未参训达标 德城")
    expect(opened.get_by_role("status")).to_have_text("1 个表，1 行")
    assert _shown(_section(opened, "未参训达标")) == ["德城区", "合计"]
    expect(_section(opened, "学时形式")).to_be_hidden()
    expect(opened.get_by_role("navigation").get_by_role("link", name="学时形式")).to_be_hidden()
    opened.get_by_label("查找", exact=True).fill("没有这样的词")
    expect(opened.get_by_text("没有符合的行。")).to_be_visible()
    opened.get_by_role("button", name="全部显示").click()
    expect(_section(opened, "学时形式")).to_be_visible()
    expect(opened.get_by_role("status")).to_have_text("")


def test_one_county_or_one_table_alone(opened: Page) -> None:
    opened.get_by_label("只看一个县市区").select_option("陵城区")
    assert _shown(_section(opened, "2　参训与达标")) == ["陵城区", "合计"]
    assert set(_shown(_section(opened, "县市区与性质"))) == {"陵城区", "合计"}
    expect(_section(opened, "性别")).to_be_hidden()
    opened.get_by_label("只看一个县市区").select_option("全部")
    opened.get_by_label("只看一表").select_option("性别")
    expect(_section(opened, "性别")).to_be_visible()
    expect(opened.locator("section.table:visible")).to_have_count(1)


def test_columns_sort_by_number_the_whole_stays_last_and_unknown_goes_behind(opened: Page) -> None:
    section = _section(opened, "2　参训与达标")
    before = _shown(section)
    head = section.get_by_role("columnheader", name="在范围", exact=True)
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    figures = [int(text) for text in _column(section, "在范围")]
    assert figures[:-1] == sorted(figures[:-1], reverse=True)
    assert _shown(section)[-1] == "合计"
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert [int(text) for text in _column(section, "在范围")][:-1] == figures[-2::-1]
    head.get_by_role("button").click()
    assert _shown(section) == before
    passed = section.get_by_role("columnheader", name="公需合格", exact=True)
    passed.get_by_role("button").click()
    cells = _column(section, "公需合格")[:-1]
    known = [cell for cell in cells if cell != "※"]
    assert known
    assert cells == known + ["※"] * (len(cells) - len(known))


def test_everything_is_reached_by_keyboard(opened: Page) -> None:
    opened.keyboard.press("Tab")
    expect(opened.get_by_text("跳到各表")).to_be_focused()
    opened.keyboard.press("Tab")
    expect(opened.get_by_label("查找", exact=True)).to_be_focused()
    opened.keyboard.type("未参训达标 德城")
    expect(opened.locator("section.table:visible")).to_have_count(1)
    opened.keyboard.press("Tab")
    expect(opened.get_by_label("只看一表")).to_be_focused()


def test_paper_shows_tables_without_controls_and_heads_on_every_page(opened: Page) -> None:
    opened.emulate_media(media="print")
    expect(opened.get_by_role("search")).to_be_hidden()
    expect(opened.get_by_text("跳到各表")).to_be_hidden()
    assert opened.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    mark = "getComputedStyle(document.querySelector('thead button'), '::after').content"
    assert opened.evaluate(mark) == "none"
    expect(_section(opened, "口径说明")).to_be_visible()


def test_on_a_phone_the_page_does_not_run_off_the_side(opened: Page) -> None:
    opened.set_viewport_size({"width": 390, "height": 844})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_all_tables_are_seen_and_no_controls(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".controls")).to_be_hidden()
    assert page.locator("section.table").count() == page.locator("section.table:visible").count() > 20
    context.close()
