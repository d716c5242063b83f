"""Pages as PDF: by a browser where there is one, else by LibreOffice, else not at all, which is said."""

import shutil
from pathlib import Path

import pytest

from ce_toolkit.errors import InputError
from ce_toolkit.publish import office, pdf

_PAGE = "<!doctype html><html lang='zh'><meta charset='utf-8'><p>学时登记</p></html>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    made = tmp_path / "打印页.html"
    made.write_text(_PAGE, encoding="utf-8")
    return made


@pytest.mark.browser
@pytest.mark.skipif(not any(map(shutil.which, pdf._BROWSERS)), reason="no browser here")
def test_a_browser_prints_a_page_for_its_owner_alone(page: Path) -> None:
    made = pdf.write_pdf(page, page.with_suffix(".pdf"))
    assert made.read_bytes().startswith(b"%PDF")
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.office
@pytest.mark.skipif(office.find_office() is None, reason="no LibreOffice here")
def test_without_a_browser_libreoffice_prints_it(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_BROWSERS", ())
    assert pdf.write_pdf(page, page.with_suffix(".pdf")).read_bytes().startswith(b"%PDF")


def test_without_either_it_is_said_how_to_print(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_BROWSERS", ())
    monkeypatch.setattr(office, "find_office", lambda: None)
    with pytest.raises(InputError, match="请用浏览器打开 HTML 后打印"):
        pdf.write_pdf(page, page.with_suffix(".pdf"))
    assert not page.with_suffix(".pdf").exists()
