"""What an intake shows: JSON, the screen, and nobody's name or number where it does not belong."""

import doctest
import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from rich.console import Console

import ce_toolkit.intake
from ce_toolkit.intake import read_folder, show, write_json
from ce_toolkit.intake.fields import field_spec
from ce_toolkit.intake.findings import notes
from ce_toolkit.intake.report import as_json
from tests.intake.conftest import Inbox, claim, enrolment, hours, person

SECRETS = ("欧阳密", "诸葛密", "0837149999991", "13800000000", "unit@example.com", "甲某某")


@pytest.fixture
def mixed(inbox: Inbox) -> Inbox:
    rows = [
        person(1, "欧阳密", certificate="0837149999991"),
        person(2, "诸葛密", certificate="0837149999991"),
        person(3, "欧 阳密", certificate=837149999991, sex="欧阳密"),
        person(4, "诸葛密、欧阳密"),
        person(5),
    ]
    inbox.put("报名表.xlsx", enrolment(*rows))
    inbox.put("坏.xlsx", b"PK\x03\x04")
    inbox.put("学时.xlsx", hours(claim(1, name="欧阳密", hours="约8", start="0837149999991")))
    inbox.put("~$报名表.xlsx", b"x")
    return inbox


def test_json_has_the_agreed_shape_and_people_only_in_full(mixed: Inbox, tmp_path: Path) -> None:
    intake = read_folder(mixed.folder, year=2017)
    write_json(intake, tmp_path / "a.json")
    write_json(intake, tmp_path / "b.json", full=True)
    plain, full = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("a.json", "b.json"))
    wanted = {"name", "outcome", "filing_unit", "rows_read", "rows_accepted", "rows_held", "rows_skipped", "findings"}
    assert all(wanted <= set(one) and "people" not in one for one in plain["files"])
    assert [one["outcome"] for one in full["files"]] == ["refused", "refused", "partly"]
    assert full["files"][0]["filing_unit"] is None
    people = full["files"][2]["people"]
    assert [list(one) for one in people] == [["name", "sex", "employer", "series", "title", "certificate_no"]] * len(
        people
    )
    assert [one["name"] for one in full["ignored"]] == ["~$报名表.xlsx"]
    assert (tmp_path / "b.json").stat().st_mode & 0o077 == 0


def test_findings_and_submissions_show_nobody(mixed: Inbox) -> None:
    intake = read_folder(mixed.folder, year=2017)
    shown = (
        intake.findings.to_csv()
        + intake.submissions.to_csv()
        + json.dumps(as_json(intake, full=False), ensure_ascii=False)
    )
    assert not [secret for secret in SECRETS if secret in shown]


def test_screen_shows_files_findings_and_the_sum(mixed: Inbox) -> None:
    console = Console(width=200, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    with console.file:
        show(read_folder(mixed.folder, year=2017), console)
        text = console.export_text()
    assert "共 3 个文件（全部接收 0、部分接收 1、退回 2）" in text
    assert "MR6" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_finding_ids_are_the_same_in_every_run(mixed: Inbox) -> None:
    first, second = (read_folder(mixed.folder, year=2017).findings["finding_id"].tolist() for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_files_unpacked_with_names_in_gbk_are_named(inbox: Inbox) -> None:
    path = inbox.put("a.xlsx", enrolment(person(1)))
    try:
        path.rename(os.fsdecode(os.fsencode(inbox.folder) + b"/" + "报名表.xlsx".encode("gbk")))
    except OSError:
        pytest.skip("this file system takes no such names")
    assert inbox.read().one["name"] == "报名表.xlsx"


def test_every_note_is_complete_and_every_word_of_it_known() -> None:
    words = {"label", "wanted", "count", "cells", "size", "rows", "sheet", "sheets", "heads", "hint", "found", "year"}
    words |= {"stated", "other", "line", "kind", "encoding", "fault", "seconds",
              "rule", "unit", "difference", "named", "form", "chosen", "range", "last", "end", "head",
              "version", "series", "titles"}  # fmt: skip
    for note in notes().values():
        assert note.severity in {"refuse", "hold", "warn", "info", "auto"}
        assert note.fix.endswith(("。", "{hint}"))
        assert {name for _, name, _, _ in Formatter().parse(note.fix) if name} <= words


def test_field_spec_names_readers_and_needs_that_exist() -> None:
    for form in field_spec().forms.values():
        assert "name" in form.required
        assert {field.need for field in form.fields} <= {"required", "expected", "optional"}
        assert all(field.wanted and field.label for field in form.fields)


def test_import_stays_cheap() -> None:
    heavy = ("openpyxl", "pandera", "rich")
    code = f"import sys, ce_toolkit.intake; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", [found.name for found in pkgutil.iter_modules(ce_toolkit.intake.__path__)])
def test_examples_in_docstrings_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"ce_toolkit.intake.{module}")).failed == 0
