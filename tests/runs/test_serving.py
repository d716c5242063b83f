"""The what-if page is served safely: this machine alone, a token, no file, no code, few and small."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ce_toolkit.cli import main
from ce_toolkit.errors import ParamsError, RunError
from ce_toolkit.runs.serving import MESSAGE_BYTES, FewKernels, Served, _folder, _free_port, settings

ROOT = Path(__file__).parents[2]
PATIENCE = 60
_START = "from ce_toolkit.runs.serving import *; serve(Served(port=0, most_pages=1, idle_seconds=1), told=print)"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, str]]:
    """A server that holds one page at a time and ends it after an idle second: its address and its token."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", _START], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout
        address, _, token = process.stdout.readline().strip().partition("/?token=")
        _wait_for(lambda: _get(address, "/login")[0])
        yield address, token
    finally:
        process.terminate()
        process.wait(PATIENCE)
        if process.stdout:
            process.stdout.close()


def _wait_for(wanted: Any) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come about")


def _get(address: str, path: str, token: str = "") -> tuple[int, str]:
    """Status (0: nobody answers) and body; redirects are followed."""
    told = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(address + path, headers=told)  # noqa: S310  an address of this test
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  as above
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def test_without_the_token_nothing_is_shown_and_no_kernel_starts(server: tuple[str, str]) -> None:
    address, token = server
    assert len(token) >= 32
    for path in ("/", "/?token=wrong", "/voila/render/10_what_if.ipynb"):
        _, body = _get(address, path)
        assert "学时试算" not in body
        assert "password" in body  # the page that asks for the token
    assert _get(address, "/api/kernels/12345678-1234-1234-1234-123456789012")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/10_what_if.ipynb", "/voila/files/", "/voila/files/..%2f..%2fetc%2fpasswd", "/10_what_if.ipynb",
        "/voila/files/%2fetc%2fpasswd", "/files/pyproject.toml", "/voila/static/..%2f..%2f..%2fpyproject.toml",
        "/voila/templates/ce/static/..%2f..%2findex.html.j2", "/voila/labextensions/..%2f..%2f..%2fetc%2fpasswd",
        "/voila/api/contents", "/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/lab",
    ],
)  # fmt: skip
def test_no_file_and_no_list_is_served_even_with_the_token(server: tuple[str, str], path: str) -> None:
    address, token = server
    assert _get(address, path, token)[0] >= 400


def test_only_this_machine_reaches_it(server: tuple[str, str]) -> None:
    """Bound to 127.0.0.1 and no other address, not even another one of this machine."""
    port = int(server[0].rpartition(":")[2])
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", port)) != 0


def test_a_page_shows_no_code_runs_none_and_takes_no_large_message(server: tuple[str, str]) -> None:
    """Then: while it is open no other page is; when it is idle its kernel is ended, and another may open."""
    address, token = server
    status, body = _get(address, "/", token)
    assert status == 200
    assert "<title>学时试算</title>" in body
    assert '<html lang="zh">' in body
    assert "what_if(" not in body
    assert "import ce_toolkit" not in body
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", body)
    kernel = re.search(r'"kernelId": "([\w-]+)"', body)
    assert kernel
    status, refused = _get(address, "/", token)
    assert status == 503
    assert "同时打开的页面太多" in refused
    assert "//" not in refused
    channels = f"ws{address[4:]}/api/kernels/{kernel[1]}/channels"
    answers, close_code = _talk(channels, token)
    assert "kernel_info_reply" in answers
    assert not {"execute_reply", "execute_input", "stream"} & set(answers)
    assert close_code == 1009  # message too big
    assert _wait_for(lambda: _get(address, "/", token)[0] == 200)


def _talk(channels: str, token: str) -> tuple[list[str], int | None]:
    """Ask the kernel to run code, then for its name, then for too much; what came back, and how it ended."""
    answers: list[str] = []
    with connect(channels, additional_headers={"Authorization": f"token {token}"}, max_size=None) as line:
        line.send(_message("execute_request", {"code": "print('run')", "silent": False}))
        line.send(_message("kernel_info_request", {}))
        while "kernel_info_reply" not in answers:
            answers.append(json.loads(line.recv(timeout=PATIENCE))["msg_type"])
        line.send(_message("comm_msg", {"data": "x" * MESSAGE_BYTES}))
        with contextlib.suppress(ConnectionClosed):
            while True:
                line.recv(timeout=PATIENCE)
        return answers, line.close_code


def _message(kind: str, content: dict[str, Any]) -> str:
    header = {"msg_id": kind, "msg_type": kind, "session": "s", "username": "", "version": "5.4", "date": ""}
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})


# ---- what it is told -------------------------------------------------------------------------------------------------


def test_the_notebook_is_alone_in_its_folder_and_bears_the_pack_s_parameters() -> None:
    with _folder(Served(pack="texas-cpa-2017")) as folder:
        assert [path.name for path in folder.iterdir()] == ["10_what_if.ipynb"]
        text = (folder / "10_what_if.ipynb").read_text(encoding="utf-8")
        told = settings(Served(), folder, 1, "t")
    assert 'pack = \\"texas-cpa-2017\\"' in text
    assert not folder.exists()
    assert told.Voila.ip == "127.0.0.1"
    assert told.Voila.config_file_paths == []
    assert told.VoilaConfiguration.strip_sources
    assert told.FewKernels.cull_idle_timeout == 3600


def test_what_cannot_be_served_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--pack", "nowhere", "--no-browser"]) == 2
    assert "没有名为 nowhere 的规则包" in capsys.readouterr().err
    with pytest.raises(ParamsError, match="应为日期"), _folder(Served(as_of="soon")):
        pass
    with pytest.raises(RunError, match="--port"):
        _free_port("192.0.2.1", 8866)


def test_the_page_that_has_been_gone_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never one that is open, nor one that is only just opening."""
    kernels, seconds = FewKernels(), {"open": 900, "gone": 90, "gone longer": 200, "opening": 1}
    monkeypatch.setattr(kernels, "list_kernel_ids", lambda: list(seconds))
    last = {name: datetime.now(UTC) - timedelta(seconds=quiet) for name, quiet in seconds.items()}
    monkeypatch.setattr(kernels, "get_kernel", lambda name: SimpleNamespace(last_activity=last[name]))
    kernels._kernel_connections = {"open": 1, "gone": 0, "gone longer": 0, "opening": 0}
    assert kernels._left_behind() == "gone longer"
    del seconds["gone"], seconds["gone longer"]
    assert kernels._left_behind() == ""


def test_a_taken_port_gives_way_to_the_next() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert _free_port("127.0.0.1", port) > port
