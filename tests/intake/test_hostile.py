"""Files made to harm: bombs, endless readers, links out of the folder. Each costs itself and no other file."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ce_toolkit.intake import read_folder, workers
from ce_toolkit.intake.limits import LIMITS, Limits
from ce_toolkit.intake.names import is_within, safe_stem
from tests.intake.conftest import Inbox, Result, as_bytes, book, enrolment, person

ROWS = enrolment(person(1), person(2))
SOUND = as_bytes(book(*ROWS))
SHEET = "xl/worksheets/sheet1.xml"


def _repacked(**changed: bytes) -> bytes:
    """The sound workbook with parts replaced or added; a part's name has __ for / and dots as they are."""
    parts = {name.replace("__", "/"): data for name, data in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, parts.pop(name, None) or source.read(name))
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()


def _refused(inbox: Inbox, data: bytes, code: str, limits: Limits = LIMITS, name: str = "坏.xlsx") -> dict[str, Any]:
    """The bad file ends refused with that code; the sound one beside it is read."""
    inbox.put(name, data)
    inbox.put("好.xlsx", ROWS)
    result = Result(read_folder(inbox.folder, year=2017, limits=limits))
    assert {one: told["outcome"] for one, told in result.files.items()} == {name: "refused", "好.xlsx": "accepted"}
    return result.finding(code)


# ---- readers that die, hang, grow ---------------------------------------------------------------


def _task(item: str) -> str:
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "hang":
        time.sleep(600)
    if item == "grow":
        bytearray(8 * 2**30)
    return item.upper()


def _guarded(item: str) -> str:
    try:
        return _task(item)
    except MemoryError:
        return "memory"


def _each(items: list[str], **limits: Any) -> list[str]:
    told = Limits(**{"max_seconds": 30.0, **limits})
    return workers.each(_guarded, items, jobs=2, limits=told, lost=lambda item, why: f"{item} {why}")


def test_a_reader_that_dies_or_hangs_costs_one_item_and_the_order_stays() -> None:
    items = [*"abcdefgh", "die", *"ij", "hang", "k", "die", "die", *"lmnop"]
    told = _each(items, max_seconds=8)  # far more than a loaded machine needs to start a reader
    lost = {"die": f"die {workers.DIED}", "hang": f"hang {workers.TIMED_OUT}"}
    assert told == [lost.get(item, item.upper()) for item in items]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds a process to its address space")
def test_a_reader_that_takes_all_memory_is_stopped() -> None:
    assert _each(["a", "grow", "b"], max_memory=2**30) == ["A", "memory", "B"]


def test_without_processes_the_items_are_done_here() -> None:
    assert workers.each(str.upper, ["a", "b"], jobs=0, limits=LIMITS, lost=lambda *_: "") == ["A", "B"]


def test_readers_are_kept_for_the_next_folder_and_end_with_the_program() -> None:
    """A script without a guard must not be run a second time by its own readers."""
    code = (
        "import os, sys; from ce_toolkit.intake import workers; from ce_toolkit.intake.limits import LIMITS\n"
        "print('once')\n"
        "ask = lambda: set(workers.each(PID, range(20), jobs=2, limits=LIMITS, lost=lambda *_: 0))\n"
        "first = ask(); print(len(first), first == ask(), os.getpid() in first)\n"
    ).replace("PID", "__import__('tests.intake.test_hostile', fromlist=['x']).pid_of")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["once", "2", "True", "False"]
    assert done.stderr == ""


def pid_of(_: int) -> int:
    time.sleep(0.01)
    return os.getpid()


# ---- archives -----------------------------------------------------------------------------------


def test_zip_bomb_that_says_its_size_is_refused_unread(inbox: Inbox) -> None:
    assert "过大" in _refused(inbox, _repacked(xl__media__a=bytes(40 * 2**20)), "HF4")["fix"]


def test_zip_bomb_that_lies_about_its_size_is_counted_through(inbox: Inbox) -> None:
    data = bytearray(_repacked(**{"xl__sharedStrings.xml": bytes(30 * 2**20)}))
    entry = data.rindex(b"xl/sharedStrings.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    assert _refused(inbox, bytes(data), "HF4", Limits(max_unpacked=8 * 2**20))["severity"] == "refuse"


@pytest.mark.parametrize("limits", [Limits(max_entries=5), LIMITS], ids=["too many", "twice the same"])
def test_archive_with_too_many_or_repeated_parts_is_refused(inbox: Inbox, limits: Limits) -> None:
    data = io.BytesIO(SOUND)
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<x/>")
    inbox.put("坏.xlsx", data.getvalue())
    assert Result(read_folder(inbox.folder, year=2017, limits=limits)).finding("HF5")["severity"] == "refuse"


def test_larger_file_than_the_limit_is_not_even_opened(inbox: Inbox) -> None:
    assert _refused(inbox, bytes(100_000), "MF9", Limits(max_bytes=50_000))["severity"] == "refuse"


# ---- XML ----------------------------------------------------------------------------------------

BOMB = b'<!DOCTYPE a [<!ENTITY b "%s">%s]>' % (
    b"b" * 100,
    b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 9)),
)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize("doctype", [BOMB, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'])
def test_entities_are_refused_in_every_part(inbox: Inbox, part: str, doctype: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        xml = archive.read(part)
    body = xml[xml.index(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
    assert _refused(inbox, _repacked(**{part.replace("/", "__"): doctype + body}), "HF7")["severity"] == "refuse"


@pytest.mark.parametrize("tag", [b"row", b"c", b"a"])
def test_deep_nesting_ends_in_an_outcome(inbox: Inbox, tag: bytes) -> None:
    deep = b"<worksheet><sheetData>" + b"<%s>" % tag * 200_000
    inbox.put("坏.xlsx", _repacked(**{SHEET.replace("/", "__"): deep}))
    assert inbox.read().one["outcome"] == "refused"


def test_a_million_formats_end_in_an_outcome(inbox: Inbox) -> None:
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        xml = archive.read("xl/styles.xml").replace(b"</cellXfs>", b'<xf numFmtId="14"/>' * 300_000 + b"</cellXfs>")
    inbox.put("多.xlsx", _repacked(**{"xl__styles.xml": xml}))
    assert inbox.read().counts == (2, 0, 4)


def test_one_cell_in_the_last_corner_of_a_short_row_is_refused(inbox: Inbox) -> None:
    """The address of the cell counts, whatever its row says."""
    with zipfile.ZipFile(io.BytesIO(SOUND)) as archive:
        xml = archive.read(SHEET).replace(b'r="A4"', b'r="XFD1048576"')
    assert _refused(inbox, _repacked(**{SHEET.replace("/", "__"): xml}), "MS8")["severity"] == "refuse"


# ---- paths and links ----------------------------------------------------------------------------


def test_names_in_an_archive_that_lead_out_of_it_write_nothing(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("好.xlsx", _repacked(**{"..__..__out.xml": b"<x/>", "C:\\out.xml": b"<x/>", "CON": b"x"}))
    before = sorted(tmp_path.rglob("*"))
    assert inbox.read().one["outcome"] == "accepted"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["..\\x", "a/../../x", "\\\\host\\x", "C:\\x", "/x", "a\0b", ""])
def test_paths_out_of_the_folder_are_told(name: str) -> None:
    assert not is_within(name)


@pytest.mark.parametrize("name", ["CON", "nul.txt", "com1", "..", "a/b\\c:d", "\u202ex", " ", "a" * 500])
def test_a_file_name_of_any_text_is_one_on_every_system(name: str) -> None:
    stem = safe_stem(name)
    assert is_within(stem)
    assert not set(stem) & set('/\\:*?"<>|\u202e')
    assert stem.split(".")[0].upper() not in {"CON", "NUL", "COM1", ""}
    assert len(stem) <= 121


def test_links_out_of_the_folder_pipes_and_dead_links_are_not_opened(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("好.xlsx", ROWS)
    (tmp_path / "外.xlsx").write_bytes(as_bytes(book(*enrolment(person(3)))))
    try:
        (inbox.folder / "链接.xlsx").symlink_to(tmp_path / "外.xlsx")
        (inbox.folder / "失效.xlsx").symlink_to(tmp_path / "没有.xlsx")
        (inbox.folder / "上级").symlink_to(tmp_path, target_is_directory=True)
        os.mkfifo(inbox.folder / "管道.xlsx")
    except (OSError, AttributeError):
        pytest.skip("this system makes no such files")
    result = inbox.read()
    assert {name for name, one in result.files.items() if one["outcome"] == "refused"} == {
        "链接.xlsx", "失效.xlsx", "上级", "管道.xlsx",
    }  # fmt: skip
    assert len(result.findings("HF6")) == 4
    assert len(result.intake.enrolments) == 2


def test_nothing_outside_the_folder_is_opened_and_no_network_is_asked(inbox: Inbox) -> None:
    """Links to other books, templates, pictures and sources of data stay what they are: text in a part."""
    outside = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        b'Target="file:///etc/hostname" TargetMode="External"/></Relationships>'
    )
    parts = {"xl__externalLinks__externalLink1.xml": b"<externalLink/>", "xl__vbaProject.bin": b"x"}
    inbox.put("外.xlsm", _repacked(**parts, **{"xl__externalLinks___rels__externalLink1.xml.rels": outside}))
    inbox.put("页.xls", b'<table><img src="https://a.example/x.png"><tr><td>x</table>')
    code = (
        "import sys; from pathlib import Path; from ce_toolkit.intake import read_folder\n"
        "read_folder(Path(sys.argv[1]), year=2017, jobs=0)\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) if event in "
        "{'open', 'socket.connect', 'socket.getaddrinfo', 'subprocess.Popen', 'os.exec', 'os.system'} else None)\n"
        "read = read_folder(Path(sys.argv[1]), year=2017, jobs=0)\n"
        "print([one for one in seen if not one[1].startswith((sys.argv[1], sys.prefix, sys.base_prefix)) "
        "and 'ce_toolkit' not in one[1] and one[1] != '/dev/null'])\n"
        "print(dict(read.submissions.set_index('file')['outcome']))\n"
    )
    order = [sys.executable, "-c", code, str(inbox.folder)]
    done = subprocess.run(order, capture_output=True, text=True, timeout=60, check=True)
    opened, outcomes = done.stdout.splitlines()
    assert opened == "[]"
    assert "accepted" in outcomes
