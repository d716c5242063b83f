"""The what-if form in a real browser, as a served page and in JupyterLab: filled in, read, compared with the engine."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_toolkit.forms.case import parsed
from ce_toolkit.rules import load_pack, run_examples
from ce_toolkit.rules.reasons import plain
from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser
PACK = load_pack("dezhou-2017")
TRAINING = {"class": "training", "basis": "held_hr", "start": "2017-03-06", "end": "2017-03-08", "hours": 26}
STUDY = {"class": "self_study", "date": "2017-06-30", "hours": 45, "employer_hours": 45}
EXAM = {"class": "public_exam", "date": "2017-05-20", "result": "pass"}


def _engine(*records: dict[str, Any]) -> Any:
    numbered = [{"ref": f"r{number}", **record} for number, record in enumerate(records, start=1)]
    return run_examples([{"id": "A", "records": numbered}], PACK)[0]


def _result(page: Page) -> Locator:
    return page.get_by_role("region", name="试算结果")


def _shows(page: Page, outcome: Any) -> None:
    """The page comes to show what the engine says: status, total, and hours against each minimum."""
    status = {"pass": "达标", "fail": "未达标"}[outcome.status]
    total = plain(outcome.credited["total"])
    expect(_result(page).get_by_role("status")).to_contain_text(re.compile(rf"^{status}合计认定 {total} 学时"))
    for name, label in {"total": "合计", "professional": "专业科目", "public": "公需科目"}.items():
        meter = _result(page).get_by_role("meter", name=label)
        expect(meter).to_have_attribute("aria-valuenow", plain(outcome.credited[name]))


def _add(page: Page) -> None:
    """A new line, chosen."""
    lines = page.locator(".ce-chooser").first.get_by_role("radio")
    number = lines.count()
    page.get_by_role("button", name="添加项目").click()
    expect(lines).to_have_count(number + 1)
    expect(lines.last).to_be_checked()


def _add_training(page: Page) -> None:
    _add(page)
    page.get_by_label("类别", exact=True).select_option("培训进修")
    page.get_by_label("举办、批准或备案").select_option("人社部门举办")
    page.get_by_label("开始日期").fill("2017-03-06")
    page.get_by_label("结束日期").fill("2017-03-08")
    page.get_by_label("申报学时").press_sequentially("26")


def _choose(page: Page, class_: str) -> None:
    _add(page)
    page.get_by_label("类别", exact=True).select_option(class_)


def test_F8_F9_the_served_page_says_at_once_what_counts(
    page: Page, served: str, open_page: Callable[[str], list[str]], tmp_path: Path
) -> None:
    outside = open_page(served)
    _add_training(page)
    _shows(page, _engine(TRAINING))
    expect(page.get_by_role("region", name="逐项结果")).to_contain_text(
        "每天不超过8学时：本项可计24学时，超出的2学时不计"
    )
    expect(page.get_by_text("怎样达到要求").first).to_be_visible()

    _choose(page, "自学")
    page.get_by_label("开始日期").fill("2017-06-30")
    page.get_by_label("申报学时").fill("45")
    page.get_by_label("单位核定学时").fill("45")
    _shows(page, _engine(TRAINING, STUDY))
    _choose(page, "公需科目考试")
    page.get_by_label("开始日期").fill("2017-05-20")
    page.get_by_label("考试结果").select_option("合格")
    _shows(page, _engine(TRAINING, STUDY, EXAM))

    chooser = page.locator(".ce-chooser").first
    expect(chooser.get_by_role("radio")).to_have_count(3)
    chooser.get_by_role("radio").nth(1).check()
    expect(page.get_by_label("单位核定学时")).to_have_value("45")
    page.get_by_role("button", name="删除").first.click()
    _shows(page, _engine(TRAINING, EXAM))
    page.get_by_role("button", name="复制").first.click()
    expect(chooser.get_by_role("radio")).to_have_count(3)
    page.get_by_role("button", name="删除").first.click()
    _shows(page, _engine(TRAINING, EXAM))

    chooser.get_by_role("radio").first.check()
    page.get_by_label("申报学时").fill("二十")
    expect(page.get_by_role("alert").filter(has_text="申报学时应为数字").first).to_be_visible()
    _shows(page, _engine(TRAINING, EXAM))
    page.get_by_label("申报学时").fill("20")
    _shows(page, _engine({**TRAINING, "hours": 20}, EXAM))

    (case,) = parsed(_downloaded(page, "保存算例", tmp_path))
    assert case["expect"]["credited"]["total"] == 50
    assert run_examples([case], PACK)[0].ok
    assert "认定 20" in _downloaded(page, "下载打印页", tmp_path)
    assert outside == []


def _downloaded(page: Page, link: str, folder: Path) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_text(encoding="utf-8")


def test_on_a_phone_nothing_runs_off_the_side_and_every_field_has_its_name(
    page: Page, served: str, open_page: Callable[[str], list[str]]
) -> None:
    """At 390 pixels; then by keyboard alone; names as a screen reader is told them; no English on the page."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(served)
    page.get_by_role("button", name="添加项目").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("类别", exact=True)).to_be_visible()
    for fold in page.get_by_text("其他情况（一般不用填）").all():
        if fold.is_visible():
            fold.click()
    page.get_by_label("类别", exact=True).select_option("培训进修")
    expect(page.get_by_label("逐日课表")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(_RUNS_OFF) == []

    page.get_by_label("开始日期").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.labels?.[0]?.innerText") in {"开始日期", "结束日期"}
    nameless = page.locator(".ce-what-if").evaluate(_NAMELESS)
    assert nameless == []
    english = re.findall(r"[A-Za-z]{2,}", page.locator("body").inner_text())
    assert set(english) <= {"YAML"}
    expect(page.locator(".ce-summary")).to_contain_text("合计")


# elements that reach beyond the right edge of a phone
_RUNS_OFF = """() => [...document.querySelectorAll('.ce-what-if *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > 391 && getComputedStyle(one).position !== 'absolute';
}).map(one => one.className + ' ' + one.innerText?.slice(0, 20))"""
# fields without a label that a screen reader can say
_NAMELESS = """form => [...form.querySelectorAll('input, select, textarea')].filter(
    one => !one.labels?.[0]?.innerText.trim() && !one.getAttribute('aria-label') && !one.closest('label')
).map(one => one.outerHTML)"""


def test_V29_in_jupyterlab_the_form_works_and_the_saved_notebook_keeps_nothing_typed(
    page: Page, lab: tuple[str, Path], open_page: Callable[[str], list[str]]
) -> None:
    url, notebook = lab
    open_page(url)
    # before the kernel is there, running anything would only bring a question up
    expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile("Idle"))
    page.add_locator_handler(page.get_by_role("dialog"), lambda box: box.get_by_role("button").last.click())
    page.get_by_role("menuitem", name="Run").click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    _add_training(page)
    _shows(page, _engine(TRAINING))
    page.get_by_text("其他情况（一般不用填）").nth(1).click()
    page.get_by_label("编号", exact=True).fill("sentinel")
    expect(page.locator(".ce-chooser").first).to_contain_text("认定 24")
    page.get_by_role("menuitem", name="File").click()
    page.locator(".lm-Menu-item[data-command='docmanager:save']").click()
    text = ""
    for _ in range(PATIENCE // 100):
        text = notebook.read_text(encoding="utf-8")
        if text.endswith("}\n") and "jupyter.widget-view+json" in text:
            break
        page.wait_for_timeout(100)
    assert "jupyter.widget-view+json" in text  # it was saved after the run
    assert "sentinel" not in text
    assert "培训进修每天" not in text
