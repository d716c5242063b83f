"""A county's round of review as notebook 05 goes through it, and the command that runs it for every county."""

import io
import stat
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import conftest
import pandas as pd
import pytest
from conftest import add_county, write_notebook
from rich.console import Console

from ce_toolkit.cli import main
from ce_toolkit.errors import InputError, JournalError
from ce_toolkit.rules import Pack
from ce_toolkit.runs import start
from ce_toolkit.runs.rounds import (
    BOOKS,
    Round,
    after_review,
    hand_out_volumes,
    keep_round,
    moved_status,
    open_round,
    round_stages,
    take_back,
)
from ce_toolkit.runs.runner import Options
from ce_toolkit.runs.summary import round_command
from ce_toolkit.workflow import Journal, verify_journal
from ce_toolkit.workflow.heads import offices_in
from ce_toolkit.workflow.keys import make_key, read_key, read_public_keys
from tests.conftest import Processed
from tests.runs.filled_books import fill_in

COUNTY = "371402"
VALUES: dict[str, Any] = {
    "county": COUNTY, "county_name": "德城区", "year": 2017, "pack": "dezhou-2017", "as_of": "2017-12-31",
    "units": "city.csv", "store": "data", "reports": "reports",
    "review_route": "大企业:371400 高等院校:371400 中央省驻德单位:371400", "reviewers": "审核员甲 审核员乙",
    "conflicts": "", "entered_on": "", "completed_to": "", "rows_per_book": 2000, "returned": "back", "renew": False,
    "key": "", "demonstration": False,
}  # fmt: skip


@pytest.fixture
def begin(project: Path, processed: Processed, pack: Pack) -> Any:
    """Open a round over the tables of a county, with parameters of one's own."""
    (project / "city.csv").write_bytes((processed.folder / "units.csv").read_bytes())
    (project / "back").mkdir()
    registers, credited = processed.registers[COUNTY], processed.credited[COUNTY]
    tables = {
        "claims": registers.claims, "people": registers.people, "credits": credited.credits, "ledger": credited.ledger,
        "standing": credited.standing, "submissions": processed.batches[COUNTY].submissions,
        "waiting": registers.waiting,
    }  # fmt: skip
    store = start("05_review_round", **VALUES).store
    for name, table in tables.items():
        store.save(COUNTY, name, table)
    return lambda **own: open_round(start("05_review_round", **{**VALUES, **own}), pack)


def _filled(found: Round, project: Path, verdict: str = "相符") -> pd.DataFrame:
    """Hand the workbooks out, and fill copies of them in by hand; returns what was handed out."""
    handed = hand_out_volumes(found)
    fill_in((found.place / BOOKS).iterdir(), project / "back", on=date(2017, 12, 30), verdict=verdict)
    return handed


def test_D13_hand_out_take_back_enter_and_once_only(begin: Any, project: Path) -> None:
    found = begin()
    claims = found.tables["claims"]
    handed = _filled(found, project)
    back = take_back(found)
    assert back.findings == ()
    assert back.outcomes == {"accepted": int(handed["claims"].sum())}
    assert take_back(found).outcomes == {"skipped": int(handed["claims"].sum())}
    stages = round_stages(found).set_index("stage")["claims"]
    assert (stages["reviewed"], stages.sum()) == (handed["claims"].sum(), len(claims))
    assert verify_journal(found.journal.folder, routes=found.routes).exit_code == 0
    again = begin()
    assert (again.registered, len(again.acts)) == (0, len(found.acts))
    assert len(hand_out_volumes(again)) == 0


def test_D17_what_is_sent_back_is_held_until_it_comes_again(begin: Any, project: Path) -> None:
    found = begin()
    handed = _filled(found, project, "证据缺失")
    before = after_review(found).credited.standing
    take_back(found)
    view = after_review(found)
    sent_back = view.state.loc[view.state["state"].astype("str") == "returned", "claim_id"]
    assert len(sent_back) == handed["claims"].sum()
    credits_ = view.credited.credits.set_index("claim_id").loc[sent_back]
    assert set(credits_["state"].astype("str")) <= {"held", "refused"}  # refused: by the rules, whoever reviews
    reasons = view.credited.ledger["reason"].astype("str").value_counts()
    assert 0 < reasons["review_returned"] <= handed["claims"].sum()
    assert set(view.credited.standing["status"].astype("str")) <= {"open", "not_met", "out_of_scope", "met"}
    assert (view.credited.standing["high"] >= view.credited.standing["low"]).all()
    assert moved_status(found, view)["count"].sum() == len(before)


def test_D6_workbooks_are_private_and_name_nobody_of_another_county(
    begin: Any, project: Path, processed: Processed
) -> None:
    found = begin()
    hand_out_volumes(found)
    folder = found.place / BOOKS
    files = list(folder.iterdir())
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    text = "\n".join(_text(path) for path in files)
    own = processed.registers[COUNTY].people
    known = set(own["name"]) | set(own["certificate_no"].dropna())
    others = pd.concat([one.people for code, one in processed.registers.items() if code != COUNTY])
    foreign = (set(others["name"]) | set(others["certificate_no"].dropna()) | set(others["employer"].dropna())) - known
    assert not [word for word in foreign if len(word) > 2 and f">{word}<" in text]
    assert [name for name in own["name"] if f">{name}<" in text]
    assert not list(found.run.folder.glob("*.xlsx"))


def _text(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))


def test_a_workbook_that_somebody_fills_in_is_not_written_over(begin: Any) -> None:
    found = begin()
    hand_out_volumes(found)
    first = next((found.place / BOOKS).iterdir())
    first.write_bytes(b"being filled in")
    hand_out_volumes(begin())
    assert first.read_bytes() == b"being filled in"


def test_a_demonstration_leaves_the_real_journal_and_tables_alone(begin: Any) -> None:
    real = begin()
    acts = len(real.acts)
    for _ in range(2):  # each begins anew
        shown = begin(demonstration=True)
        assert shown.journal.folder != real.journal.folder
        hand_out_volumes(shown)
        back = take_back(shown)
        assert back.outcomes["accepted"] == len(back.rows)
    assert len(real.journal.read()) == acts
    assert {name.removeprefix("demo_") for name in keep_round(shown, back, after_review(shown))} == {
        "review_state", "review_results", "reviewed_credits", "reviewed_ledger", "reviewed_standing",
    }  # fmt: skip
    assert not shown.run.store.exists(COUNTY, "reviewed_standing")


def test_files_of_others_in_the_folder_are_told_and_the_rest_goes_on(begin: Any, project: Path) -> None:
    found = begin()
    _filled(found, project)
    (project / "back" / "说明.xlsx").write_bytes(b"no workbook")
    (project / "back" / "~$锁.xlsx").write_bytes(b"")
    back = take_back(found)
    assert [(one.gravity, one.file) for one in back.findings] == [("stop", "说明.xlsx")]
    assert back.outcomes == {"accepted": len(back.rows)}


def test_a_folder_that_is_not_there_is_said(begin: Any) -> None:
    with pytest.raises(InputError, match="没有这个文件夹；请把填好的学时审核表放在这里"):
        take_back(begin(returned="nowhere"))
    assert len(take_back(begin(returned="")).rows) == 0


# ---- signed

OFFICES = (COUNTY, "371400")


@pytest.fixture
def keys(project: Path) -> Path:
    """Keys of the county and the city in one folder; the public halves of those who act here in another."""
    (project / "public").mkdir()
    for office in OFFICES:
        _, public = make_key(project / "keys", office)
        public.rename(project / "public" / public.name)
    return project / "public"


def _reviewed(begin: Any, project: Path, **own: Any) -> Journal:
    found = begin(**own)
    _filled(found, project)
    assert take_back(found).outcomes.keys() == {"accepted"}
    for office in set(OFFICES) - set(offices_in(found.journal.folder)):
        (project / "public" / f"{office}.pub.pem").unlink()
    return found.journal


def test_a_round_with_a_key_is_signed_throughout_and_verify_says_so(
    begin: Any, project: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _reviewed(begin, project, key="keys").folder
    proof = verify_journal(folder, keys=read_public_keys(keys))
    assert (proof.wrong, proof.signed) == ((), proof.offices)
    assert main(["verify", str(folder), "--keys", str(keys)]) == 0
    assert "全部办理都有签名" in capsys.readouterr().out


def test_without_a_key_verify_says_that_nothing_is_signed(
    begin: Any, project: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _reviewed(begin, project).folder
    assert main(["verify", str(folder), "--keys", str(keys)]) == 1
    assert "最后一个链头没有签名" in capsys.readouterr().out


def test_an_act_changed_by_who_makes_the_whole_chain_anew_is_found(begin: Any, project: Path, keys: Path) -> None:
    journal = _reviewed(begin, project, key="keys")
    routes = begin(key="keys").routes
    acts = journal.read()
    mine = acts[acts["office"].astype("str") == COUNTY].reset_index(drop=True)
    stranger = read_key(make_key(project / "stranger", COUNTY)[0])
    for name in (f"{COUNTY}.jsonl", f"{COUNTY}.heads.jsonl"):
        (journal.folder / name).unlink()
    mine["by"] = mine["by"].astype("str").replace({"审核员甲": "审核员丙"})
    journal.append(COUNTY, mine, routes, known_on=date(2017, 12, 31), key=stranger)
    assert not [one for one in verify_journal(journal.folder).wrong if one.office == COUNTY and one.what != "对照"]
    found = verify_journal(journal.folder, keys=read_public_keys(keys)).wrong
    assert (COUNTY, "签名") in {(one.office, one.what) for one in found}


def test_a_key_that_cannot_be_used_is_told_in_one_sentence_and_enters_nothing(
    begin: Any, project: Path, keys: Path
) -> None:
    make_key(project / "other", "371403")
    open_to_all, _ = make_key(project / "open", COUNTY)
    open_to_all.chmod(0o644)
    (project / "no" / f"{COUNTY}.key.pem").parent.mkdir()
    (project / "no" / f"{COUNTY}.key.pem").write_bytes(open_to_all.read_bytes()[:60])
    (project / "no" / f"{COUNTY}.key.pem").chmod(0o600)
    wanted = {
        "none/371402.key.pem": "没有这个密钥文件", "other/371403.key.pem": "不是 371402 的密钥",
        "other": "不是 371402 的密钥", "open/371402.key.pem": "别人也能打开（权限 644）", "no": "不是可用的密钥文件",
    }  # fmt: skip
    for key, says in wanted.items():
        with pytest.raises(JournalError, match=says) as told:
            begin(key=key)
        assert "PRIVATE" not in str(told.value)
        assert "\n" not in str(told.value)
    assert begin().registered > 0  # so none of them had entered anything


def test_another_key_than_the_one_signed_with_before_is_refused(begin: Any, project: Path, keys: Path) -> None:
    journal = _reviewed(begin, project, key="keys")
    before = len(journal.read())
    make_key(project / "new", COUNTY)
    with pytest.raises(JournalError, match="此前是用另一个密钥签名的"):
        begin(key="new")
    assert len(journal.read()) == before
    assert verify_journal(journal.folder, keys=read_public_keys(keys)).wrong == ()


# ---- the command


@pytest.fixture
def toy(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A toy project whose round shows the county's code, and fails where the inbox holds trouble."""
    monkeypatch.setitem(conftest.PARAMETERS, "05_review_round", VALUES)
    cells = [
        'trouble = (run.store.folder.parents[1] / "inbox" / county / "trouble.py").is_file()\n'
        "assert not trouble\nprint(county)",
        'run.finish(rows_in={"claims": 1}, rows_out={"review_state": 1})',
    ]
    write_notebook(project / "notebooks/05_review_round.ipynb", cells)
    return project


def test_the_command_runs_every_county_and_one_failure_leaves_the_others_alone(toy: Path) -> None:
    add_county(toy, "371403", "pass")
    text = io.StringIO()
    code = round_command(Path("params/toy-2017"), Options(jobs=2, warm=False), console=Console(file=text, width=200))
    home = toy / "reports/2017/round"
    assert code == 1
    assert "完成 1，无变化 0，未运行 0，失败 1" in text.getvalue()
    assert (home / "371402/05_review_round.html").is_file()
    assert (home / "371402/record.json").is_file()
    assert (home / "371403/failed/05_review_round.html").is_file()
    page = (home / "index.html").read_text(encoding="utf-8")
    assert "审核轮次" in page
    assert 'href="371402/05_review_round.html"' in page
