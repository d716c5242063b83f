"""How fast the what-if page answers: keystroke to result in a browser, time to open, memory of one more open page.

``python -m tests.benchmarks.form_page`` prints medians; it needs Chromium and Linux.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
KEYS, OPENED = 50, 5
# marks the moment of each keystroke, and the moment when the result on the page has changed
_WATCH = """() => {
    if (window.taken) { window.taken = []; return; }
    window.taken = []; let began = null;
    document.addEventListener('input', () => { began = performance.now(); }, true);
    new MutationObserver(() => {
        const since = began; began = null;
        if (since !== null) requestAnimationFrame(() => window.taken.push(performance.now() - since));
    }).observe(document.querySelectorAll('.ce-found .widget-html')[1], {subtree: true, childList: true});
}"""


@contextmanager
def served() -> Iterator[tuple[str, psutil.Process]]:
    """The page's address, and the server's process."""
    command = [sys.executable, "-u", "-m", "ce_toolkit.cli", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield re.findall(r"http://\S+", line)[0], psutil.Process(process.pid)
        finally:
            process.terminate()
            process.communicate()


def opened(browser: Browser, url: str) -> tuple[Page, float]:
    """A page with the form on it, and the seconds until the form could be used."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000}, locale="zh-CN")
    began = time.perf_counter()
    page.goto(url)
    page.get_by_role("button", name="添加项目").wait_for()
    return page, time.perf_counter() - began


def filled(page: Page, first: int, last: int) -> None:
    """Lines of training from one number to another."""
    for number in range(first, last):
        page.get_by_role("button", name="添加项目").click()
        page.locator(".ce-chooser").first.get_by_role("radio").nth(number).wait_for()
        page.get_by_label("类别", exact=True).select_option("培训进修")
        page.get_by_label("举办、批准或备案").select_option("人社部门举办")
        page.get_by_label("开始日期").fill(f"2017-03-{number + 1:02d}")
        page.get_by_label("申报学时").fill("6")
        page.get_by_text(f"{number + 1}. 培训进修 3月{number + 1}日 6学时 → 认定 6").wait_for(timeout=90_000)


def typed(page: Page) -> list[float]:
    """Milliseconds from each of so many keystrokes until the new result is painted."""
    page.evaluate(_WATCH)
    field = page.get_by_label("申报学时")
    for number in range(KEYS):
        field.press("Control+a")
        field.press(str(number % 7 + 1))
        page.wait_for_function(f"() => window.taken.length >= {number + 1}")
        page.wait_for_timeout(900)  # a person's pause, in which the advice is worked out
    taken: list[float] = page.evaluate("window.taken")
    return taken


def memory(server: psutil.Process) -> float:
    """Proportional set size of the server and all that it has started, in MB."""
    everyone = [server, *server.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in everyone) / 2**20


def main() -> None:
    """Measure and print."""
    chromium = shutil.which("chromium") or "chromium"
    with served() as (url, server), sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        time.sleep(2)
        opened(browser, url)[0].close()
        time.sleep(3)
        pages, alone = [], memory(server)
        for _ in range(OPENED):
            pages.append(opened(browser, url))
        more = (memory(server) - alone) / OPENED
        page = pages[0][0]
        for before, lines in ((0, 1), (1, 10)):
            filled(page, before, lines)
            taken = sorted(typed(page))
            print(f"{lines} lines: keystroke to result, median of {len(taken)}: {statistics.median(taken):.0f} ms"  # noqa: T201
                  f" (fastest {taken[0]:.0f}, 9 in 10 within {taken[int(len(taken) * .9)]:.0f})")  # fmt: skip
        print(f"page opened in {statistics.median(seconds for _, seconds in pages):.2f} s (median of {OPENED})")  # noqa: T201
        print(f"memory: server {alone:.0f} MB, each open page {more:.0f} MB more (PSS); load {os.getloadavg()[0]:.1f}")  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main()
