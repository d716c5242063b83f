"""The command line: exit codes, Chinese throughout, and what is said of a slip in a command."""

import json
import re
from pathlib import Path

import pytest

from ce_toolkit.cli import app, main
from ce_toolkit.intake.self_check import check
from tests.intake.conftest import Inbox, enrolment, person

Capture = pytest.CaptureFixture[str]
COMMANDS = [
    [], *([command.name or command.callback.__name__] for command in app.registered_commands),
    ["pack"], *(["pack", command.name] for command in app.registered_groups[0].typer_instance.registered_commands),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_help_page_has_no_english_but_names(words: list[str], capsys: Capture) -> None:
    assert main([*words, "--help"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("用法：ce")
    assert not re.search(r"Usage|Options|Arguments|Commands|COMMAND|OPTIONS|default|required|Show|range|<[a-z]", page)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rn"], "没有命令 rn，是否想用 run？用 ce --help"),
        (["pack", "lnt"], "没有命令 lnt，是否想用 lint？用 ce pack --help"),
        (["xyzzy"], "没有命令 xyzzy，可用的有："),
        (["run"], "缺少参数文件夹"),
        (["run", "a", "--forse"], "没有选项 --forse"),
    ],
)
def test_a_slip_in_the_command_is_told_with_the_nearest(words: list[str], told: str, capsys: Capture) -> None:
    assert main(words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([person(1)], 0),
        ([person(1), person(2, name="张三、李四")], 1),
        ([person(1, sex="")], 1),
    ],
)
def test_check_ends_with_0_for_clean_and_1_for_something_to_mend(tmp_path: Path, rows: list[object], code: int) -> None:
    path = Inbox(tmp_path).put("报名表.xlsx", enrolment(*rows))
    assert main(["check", str(path)]) == code


def test_check_ends_with_2_where_nothing_can_be_read(tmp_path: Path, capsys: Capture) -> None:
    assert main(["check", str(Inbox(tmp_path).put("照片.pdf", b"%PDF-1.4"))]) == 2
    assert main(["check", str(tmp_path / "没有.xlsx")]) == 2
    assert "请检查路径" in capsys.readouterr().err


def test_check_writes_the_slip_of_a_clean_file_and_json(tmp_path: Path, capsys: Capture) -> None:
    path = Inbox(tmp_path).put("报名表.xlsx", enrolment(person(1)))
    assert main(["check", str(path), "--json", "--slip", str(tmp_path / "单.html")]) == 0
    told = json.loads(capsys.readouterr().out)
    code = told["files"][0]["check_code"]
    assert f"{code[:4]} {code[4:]}" in (tmp_path / "单.html").read_text("utf-8")


def test_check_writes_no_slip_for_a_file_to_mend(tmp_path: Path) -> None:
    path = Inbox(tmp_path).put("报名表.xlsx", enrolment(person(1), person(2, name="张三、李四")))
    assert main(["check", str(path), "--slip", str(tmp_path / "单.html")]) == 1
    assert not (tmp_path / "单.html").exists()


@pytest.mark.parametrize(
    ("rows", "typed", "told"),
    [
        ("1", "{code}", "齐全"),
        ("1", "  {code}", "齐全"),
        ("2", "{code}", "不符：纸质 2 行，电子版 1 行"),
        ("1", "22222222", "不符：校验码与电子版不同"),
        ("1", "2222222O", "不符：校验码抄写有误"),
    ],
)
def test_F17_F18_reception_types_rows_and_code(
    tmp_path: Path, capsys: Capture, rows: str, typed: str, told: str
) -> None:
    path = Inbox(tmp_path).put("报名表.xlsx", enrolment(person(1)))
    code = str(check(path, year=2017).submissions["check_code"].iloc[0])
    given = ["--paper-rows", rows, "--paper-code", typed.format(code=code)]
    assert main(["check", str(path), *given]) == (told != "齐全")
    assert told in capsys.readouterr().out


def test_intake_into_a_folder_that_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    Inbox(tmp_path).put("收件/报名表.xlsx", enrolment(person(1)))
    assert main(["intake", str(tmp_path / "收件"), "--json", str(tmp_path / "没有" / "a.json")]) == 2
    assert "无法写入" in capsys.readouterr().err
