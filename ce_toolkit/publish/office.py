"""PDF of a document by LibreOffice, where it is installed: without it the run goes on and says so."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    ("", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    ("ProgramFiles", "LibreOffice/program/soffice.com"),
    ("ProgramFiles(x86)", "LibreOffice/program/soffice.com"),
)
"""Where it is usually installed: below the folder that a variable of the environment names, if any."""
SECONDS = 180
_ABSENT = "没有生成 PDF：本机没有安装 LibreOffice；可安装后重新运行，或用 Word 打开文档另存为 PDF。"
_SLOW = "没有生成 PDF：LibreOffice 在 {} 秒内没有完成，已停止；请重新运行，或用 Word 打开文档另存为 PDF。"
_FAILED = "没有生成 PDF：LibreOffice 没有能转换 {}；请确认装有其文字处理组件（Writer），或用 Word 打开文档另存为 PDF。"
_CLOCK = re.compile(rb"Date\(D:\d{14}|/DocChecksum /[0-9A-F]{32}|/ID \[ <[0-9A-F]{32}>\s*<[0-9A-F]{32}> \]")

_NUMBER = re.compile(rb"[0-9A-F]{14,}")


class Printed(NamedTuple):
    """The PDF, or None, and the sentence on it."""

    path: Path | None
    said: str


def find_office(environment: Mapping[str, str] = os.environ) -> str | None:
    """LibreOffice's program: on the path, or where it is usually installed; None where it is not."""
    on_path = (shutil.which(name, path=environment.get("PATH", "")) for name in _NAMES)
    usual = (Path(environment.get(base, ""), place) for base, place in _PLACES)
    return next(filter(None, on_path), None) or next((str(place) for place in usual if place.is_file()), None)


def print_document(document: Path, target: Path, *, office: str | None = None, seconds: float = SECONDS) -> Printed:
    """Write ``document`` as a PDF to ``target``, with a profile of its own, so that several may do so at once.

    Nothing is raised where LibreOffice is absent, fails or takes longer than ``seconds``: ``said`` tells it, and no
    file is left at ``target``. The PDF has no clock in it.
    """
    target.unlink(missing_ok=True)
    program = office or find_office()
    if program is None:
        return Printed(None, _ABSENT)
    with tempfile.TemporaryDirectory(prefix="ce-office-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        command = [
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", str(place / "out"), str(document.resolve()),
        ]  # fmt: skip
        if not _finished(command, seconds):
            return Printed(None, _SLOW.format(f"{seconds:g}"))
        made = place / "out" / f"{document.stem}.pdf"
        if not made.is_file():
            return Printed(None, _FAILED.format(document.name))
        target.write_bytes(_without_clock(made.read_bytes()))
    return Printed(target, f"已由 LibreOffice 转换为 {target.name}。")


def _finished(command: Sequence[str], seconds: float) -> bool:
    """Run a command; whether it ended in time. What it started is ended with it."""
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603
    except OSError:
        return True  # there is no PDF, and that is told
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program and what it started: LibreOffice's launcher leaves its work to a second process."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _without_clock(data: bytes) -> bytes:
    """The PDF with its dates and random numbers as zeros, each as long as it was: the same document, the same bytes."""
    return _CLOCK.sub(lambda found: _NUMBER.sub(lambda number: b"0" * len(number[0]), found[0]), data)
