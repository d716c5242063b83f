"""``ce journal`` and ``ce verify`` on a journal: what they say, how they end; two programs at once."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ce_toolkit.cli import main
from ce_toolkit.errors import JournalError
from ce_toolkit.locking import held
from ce_toolkit.workflow import Journal, acts_table, journal_in, verify_journal
from ce_toolkit.workflow import journal as module
from tests.workflow.office import COUNTY, OTHER, SCHOOL, act, enter, register_of_units

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "journal")
    routes = register_of_units(tmp_path)
    made.append(COUNTY, acts_table([act("registered", each) for each in "abc"]), routes, known_on=date(2017, 7, 20))
    enter(made, routes, act("reviewed", "a"), known_on=date(2017, 8, 2))
    return made


def test_verify_of_a_whole_journal_ends_with_0(journal: Journal, tmp_path: Path, capsys: Capture) -> None:
    assert main(["verify", str(journal.folder), "--units", str(tmp_path / "units.csv")]) == 0
    assert "1 个单位 4 行" in (said := capsys.readouterr().out)
    assert "与写入时一致" in said


def test_verify_names_the_line_and_ends_with_1(journal: Journal, capsys: Capture) -> None:
    path = journal.folder / f"{COUNTY}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"x"'))
    assert main(["verify", str(journal.folder)]) == 1
    assert "371402 第 2 行：改动" in capsys.readouterr().out


def test_keys_are_made_checked_and_kept_out_of_the_journal(journal: Journal, tmp_path: Path, capsys: Capture) -> None:
    keys = tmp_path / "keys"
    assert main(["journal", "key", COUNTY, "--to", str(keys)]) == 0
    assert "指纹" in capsys.readouterr().out
    assert main(["verify", str(journal.folder), "--keys", str(keys)]) == 1
    assert "最后一个链头没有签名" in capsys.readouterr().out
    assert main(["journal", "key", COUNTY, "--to", str(journal.folder)]) == 2
    assert "不能放在办理日志的文件夹里" in capsys.readouterr().err


def test_mend_keeps_what_it_cuts_and_signs_with_a_name(journal: Journal, capsys: Capture) -> None:
    with (journal.folder / f"{COUNTY}.jsonl").open("ab") as file:
        file.write(b'{"n":5,"subject":"d"')
    assert main(["journal", "state", str(journal.folder)]) == 2
    assert "ce journal mend" in capsys.readouterr().err
    assert main(["journal", "mend", str(journal.folder), COUNTY, "--by", "管理员戊", "--on", "2017-08-03"]) == 0
    assert "切下 20 字节" in capsys.readouterr().out
    assert main(["verify", str(journal.folder)]) == 0


def test_state_by_day_of_the_act_and_day_of_entry(journal: Journal, capsys: Capture) -> None:
    assert main(["journal", "state", str(journal.folder), "--as-of", "2017-07-31"]) == 0
    assert "已审核  1 项" in capsys.readouterr().out
    assert main(["journal", "state", str(journal.folder), "--known-on", "2017-07-31"]) == 0
    assert "已审核" not in capsys.readouterr().out
    assert main(["journal", "state", str(journal.folder), "--as-of", "31.7."]) == 2
    assert "应写成 2017-07-31" in capsys.readouterr().err


def test_a_folder_without_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="没有办理日志"):
        journal_in(tmp_path)


_APPENDING = """
import sys
from datetime import date
from pathlib import Path
from ce_toolkit.workflow import Journal, acts_table
from tests.workflow.office import act, register_of_units
folder, office, unit, name = Path(sys.argv[1]), *sys.argv[2:]
routes = register_of_units(folder / name)
for place in range(6):
    acts = acts_table([act("registered", f"{name}{place}", unit)])
    Journal(folder / "journal").append(office, acts, routes, known_on=date(2017, 7, 20))
"""


def test_programs_that_enter_at_once_lose_nothing(tmp_path: Path) -> None:
    started = []
    for name, office, unit in (("p", COUNTY, SCHOOL), ("q", COUNTY, SCHOOL), ("r", OTHER, "陵城区试验医院")):
        (tmp_path / name).mkdir()
        words = [sys.executable, "-c", _APPENDING, str(tmp_path), office, unit, name]
        started.append(subprocess.Popen(words))
    assert [each.wait(timeout=60) for each in started] == [0, 0, 0]
    proof = verify_journal(tmp_path / "journal")
    assert (proof.lines, proof.wrong) == (18, ())


def test_who_waits_too_long_for_another_is_told(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.0)
    with held(journal.folder / ".lock"), pytest.raises(JournalError, match="正被另一个程序写入"):
        journal.read()


def test_a_line_holds_ids_and_staff_and_no_professional_s_name(journal: Journal) -> None:
    lines = [json.loads(line) for line in (journal.folder / f"{COUNTY}.jsonl").read_bytes().splitlines()]
    assert set(lines[3]) == {"n", "subject", "step", "act", "actor", "on", "by", "person_id", "unit", "seal", "verdict",
                             "hours", "known_on", "hash"}  # fmt: skip
    assert lines[3]["hours"] == "7.50"


def test_the_journal_is_for_its_owner_only(journal: Journal) -> None:
    assert {path.stat().st_mode & 0o077 for path in [journal.folder, *journal.folder.iterdir()]} == {0}
