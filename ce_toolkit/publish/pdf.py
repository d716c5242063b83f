"""A page as PDF, by a browser or LibreOffice of this machine; neither is part of the toolkit."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ce_toolkit.errors import InputError

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_OFFICES = ("soffice", "libreoffice")
_SECONDS = 300


def printer() -> tuple[str, str] | None:
    """The program that prints pages: ("browser" or "office", where it lies), None where neither is there."""
    for kind, names in (("browser", _BROWSERS), ("office", _OFFICES)):
        for name in names:
            if place := shutil.which(name):
                return kind, place
    return None


def write_pdf(page: Path, path: Path) -> Path:
    """Print a page to ``path`` and return it. Raises InputError where no program can, or it fails."""
    found = printer()
    if found is None:
        raise InputError("没有找到 Chromium（Chrome、Edge）或 LibreOffice，不能生成 PDF；请用浏览器打开 HTML 后打印。")
    kind, program = found
    with TemporaryDirectory(prefix="ce-pdf-") as place:
        folder = Path(place)
        made = folder / f"{page.stem}.pdf"
        command = _by_browser(program, page, made, folder) if kind == "browser" else _by_office(program, page, folder)
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603  found on the path
            shutil.move(made, path)
        except (subprocess.SubprocessError, OSError):
            raise InputError(f"{path.name}：没有生成 PDF；请用浏览器打开 HTML 后打印。") from None
    path.chmod(0o600)
    return path


def _by_browser(program: str, page: Path, made: Path, folder: Path) -> list[str]:
    return [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer", f"--print-to-pdf={made}",
        page.resolve().as_uri(),
    ]  # fmt: skip


def _by_office(program: str, page: Path, folder: Path) -> list[str]:
    return [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
        "pdf:writer_web_pdf_Export", "--outdir", str(folder), str(page.resolve()),
    ]  # fmt: skip
