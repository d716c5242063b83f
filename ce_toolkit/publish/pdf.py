"""A page as PDF, by a browser of this machine, else by LibreOffice; neither is part of the toolkit."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ce_toolkit.errors import InputError
from ce_toolkit.publish.office import print_document

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_SECONDS = 300


def write_pdf(page: Path, path: Path) -> Path:
    """Print a page to ``path`` (mode 0600) and return it. Raises InputError where no program can, or it fails."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    done = _by_browser(browser, page, path) if browser else print_document(page, path).path is not None
    if not done:
        raise InputError(
            f"{path.name}：没有生成 PDF（需要 Chromium、Chrome、Edge 或 LibreOffice）；请用浏览器打开 HTML 后打印。"
        )
    path.chmod(0o600)
    return path


def _by_browser(program: str, page: Path, path: Path) -> bool:
    with TemporaryDirectory(prefix="ce-pdf-", ignore_cleanup_errors=True) as place:
        made = Path(place) / "page.pdf"
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            f"--user-data-dir={Path(place) / 'profile'}", "--no-pdf-header-footer", f"--print-to-pdf={made}",
            page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603  found on the path
            shutil.move(made, path)
        except (subprocess.SubprocessError, OSError):
            return False
    return True
