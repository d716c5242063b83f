"""PDF by LibreOffice: without it, slow or failing, a sentence and no file; with it, the document's tables."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.publish import office
from ce_toolkit.publish.office import find_office, print_document
from ce_toolkit.publish.year import report as annual_report
from ce_toolkit.publish.year.publication import Publication, write_annual_workbook
from ce_toolkit.rules import Pack
from ce_toolkit.runs.printing import print_pdf
from ce_toolkit.runs.session import Run
from ce_toolkit.runs.store import Store
from tests.conftest import Processed

OFFICE = find_office()
_PROGRAMS = Path(OFFICE).resolve().parent if OFFICE else Path()
WRITER = any((_PROGRAMS / name).is_file() for name in ("libswlo.so", "swlo.dll", "../Frameworks/libswlo.dylib"))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "报告.docx"
    path.write_bytes(b"x")
    return path


def _program(folder: Path, *lines: str) -> str:
    """A stand-in for LibreOffice."""
    path = folder / "soffice"
    path.write_text("\n".join(["#!/bin/sh", *lines]), encoding="utf-8")
    path.chmod(0o700)
    return str(path)


def test_without_libreoffice_the_run_goes_on(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_office", lambda: None)
    target = document.with_suffix(".pdf")
    target.write_bytes(b"of an earlier run")
    path, said = print_document(document, target)
    assert path is None
    assert "没有安装 LibreOffice" in said
    assert not target.exists()


def test_libreoffice_is_found_on_the_path(tmp_path: Path) -> None:
    empty = {"PATH": str(tmp_path / "none")}
    assert find_office(empty) in {None, office._PLACES[0][1]}
    usual = tmp_path / office._PLACES[1][1]
    usual.parent.mkdir(parents=True)
    usual.touch()
    assert find_office({**empty, "ProgramFiles": str(tmp_path)}) in {str(usual), office._PLACES[0][1]}
    program = _program(tmp_path, "exit 0")
    assert find_office({"PATH": str(tmp_path)}) == program


def test_a_slow_libreoffice_is_stopped_with_all_it_started(document: Path) -> None:
    program = _program(document.parent, f'sleep 600 & echo $! > "{document.parent}/child"', "wait")
    path, said = print_document(document, document.with_suffix(".pdf"), office=program, seconds=2)
    assert path is None
    assert "在 2 秒内没有完成" in said
    child = int((document.parent / "child").read_text())
    with pytest.raises(ProcessLookupError):
        _wait_for_end(child)


def _wait_for_end(process: int) -> None:
    """Ask until the process is gone, or is left for its parent to collect."""
    for _ in range(10_000):
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        if state.is_file() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            raise ProcessLookupError


@pytest.mark.parametrize("lines", [("exit 1",), ("exit 0",)])
def test_a_failing_libreoffice_is_told(document: Path, lines: Sequence[str]) -> None:
    program = _program(document.parent, *lines)
    path, said = print_document(document, document.with_suffix(".pdf"), office=program)
    assert path is None
    assert said.startswith("没有生成 PDF")
    assert "报告.docx" in said


def test_a_program_that_cannot_start_is_told(document: Path) -> None:
    assert print_document(document, document.with_suffix(".pdf"), office=str(document)).path is None


def test_no_clock_and_no_chance_is_in_the_pdf(document: Path) -> None:
    """And a heading of as many signs as a number of that kind stays."""
    made = (
        "<< /Title<FEFF4E004E004E004E004E004E004E00> /CreationDate(D:20261124164308Z')>>"
        "/ID [ <19457AA5D5B00A6DD9921780AF78A7A8>\n<19457AA5D5B00A6DD9921780AF78A7A8> ] "
        "/DocChecksum /EC7F3D5EC9CF8A8CC6483D579143676D"
    )
    keep = 'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"'
    program = _program(document.parent, keep, "cat > \"$2/报告.pdf\" <<'END'", made, "END")
    path, said = print_document(document, document.with_suffix(".pdf"), office=program)
    assert path is not None
    zeros = "0" * 32
    assert path.read_text(encoding="ascii") == (
        "<< /Title<FEFF4E004E004E004E004E004E004E00> /CreationDate(D:00000000000000Z')>>"
        f"/ID [ <{zeros}>\n<{zeros}> ] /DocChecksum /{zeros}\n"
    )
    assert said == "已由 LibreOffice 转换为 报告.pdf。"


def test_the_pdf_is_an_output_of_the_run_where_there_is_one(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run("03_annual_statistics", None, Store(document.parent, 2017), document.parent)
    assert "false" in print_pdf(run, document, wanted=False)
    monkeypatch.setattr(office, "find_office", lambda: None)
    assert "没有安装" in print_pdf(run, document, wanted=True)
    assert run.outputs == []
    keep = 'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; echo x > "$2/报告.pdf"'
    program = _program(document.parent, keep)
    monkeypatch.setattr(office, "find_office", lambda: program)
    print_pdf(run, document, wanted=True)
    assert run.outputs == ["报告.pdf"]


@pytest.fixture(scope="module")
def published(processed: Processed, pack: Pack) -> Publication:
    return Publication(processed.annual("city"), pack, "德州市", date(2017, 12, 31))


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")
def test_libreoffice_opens_the_workbook(published: Publication, tmp_path: Path) -> None:
    path, said = print_document(write_annual_workbook(published, tmp_path / "年度统计.xlsx"), tmp_path / "年度统计.pdf")
    assert path is not None, said
    text = _text(path)
    for page in published.pages:
        assert page.title.replace(" ", "") in text


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(not WRITER, reason="LibreOffice's Writer is not here")
def test_the_pdf_of_the_report_has_every_table_and_is_the_same_twice(published: Publication, tmp_path: Path) -> None:
    report = annual_report.write_annual_report(published, tmp_path / "年度统计报告.docx")
    made = [print_document(report, tmp_path / name) for name in ("a.pdf", "b.pdf")]
    assert {one.path is None for one in made} == {False}, made
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    text = _text(tmp_path / "a.pdf")
    for name in published.tables.tables:
        assert published.tables.tables[name].described.title in text
    whole = published.tables["participation"].iloc[-1]
    assert f"{whole['in_scope']:,}" in text


def _text(path: Path) -> str:
    """The text of a PDF without its blanks; its bytes at least, where there is nothing to read it with."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not here")
    told = subprocess.run([reader, "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    return "".join(told.stdout.decode("utf-8").split())
