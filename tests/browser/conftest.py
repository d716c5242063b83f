"""A browser, the served page and JupyterLab for the tests beside; on a failure a picture of the page is kept."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FAILED = Path(__file__).with_name("failed")
PATIENCE = 60_000  # milliseconds; the machine may be busy
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip with the reason where there is no browser; on CI there must be one."""
    if _CHROMIUM is None and not os.environ.get("CI"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture of the page where a test fails."""
    report: Any = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.failed and report.when == "call" and page is not None:
        FAILED.mkdir(exist_ok=True)
        page.screenshot(path=FAILED / f"{re.sub('[^0-9A-Za-z_]+', '-', item.name)}.png")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert _CHROMIUM, "Chromium is missing"
    with sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=_CHROMIUM, args=_FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of a desktop's size, with its own cookies."""
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of the page that ``ce app`` serves, with its token."""
    command = [sys.executable, "-u", "-m", "ce_toolkit.cli", "app", "--no-browser", "--port", "0"]
    yield from _running(command, r"(http://\S+token=\S+)", {})


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab on a copy of the notebook: the address that opens it, and the copy."""
    folder = tmp_path_factory.mktemp("lab")
    copy = shutil.copy(ROOT / "notebooks" / "10_what_if.ipynb", folder)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--ip=127.0.0.1", "--allow-root",
               f"--ServerApp.root_dir={folder}", "--LabApp.news_url=", "--LabApp.check_for_updates_class="
               "jupyterlab.NeverCheckForUpdate", "--LabApp.user_settings_dir=" + str(folder / "settings"),
               "--LabApp.workspaces_dir=" + str(folder / "workspaces")]  # fmt: skip
    told = {"CE_RUN_FOLDER": str(folder / "record"), "CE_ROOT": str(ROOT)}
    for url in _running(command, r"(http://127\.0\.0\.1:\d+/lab\?token=\S+)", told):
        yield url.replace("/lab?", "/lab/tree/10_what_if.ipynb?"), Path(copy)


def _running(command: list[str], address: str, told: dict[str, str]) -> Iterator[str]:
    """Start a server, wait until it names its address, hand that on, and stop the server whatever happens."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **told}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield _first(process, address)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _first(process: "subprocess.Popen[str]", address: str) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(address, line):
            return found[1]
    raise AssertionError("".join(said))


@pytest.fixture
def open_page(page: Page) -> Callable[[str], list[str]]:
    """Opens an address as soon as the server answers; the list it returns fills with requests to other machines."""
    outside: list[str] = []
    page.on("request", lambda one: None if re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", one.url) else
            outside.append(one.url))  # fmt: skip

    def opened(url: str) -> list[str]:
        from playwright.sync_api import Error

        end = time.monotonic() + PATIENCE / 1000
        while True:
            try:
                page.goto(url)
            except Error:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return outside

    return opened
