"""The product's own worked examples, golden vectors and further cases hold; the format is read strictly."""

import json
from pathlib import Path

import pytest

from ce_toolkit.cli import main
from ce_toolkit.errors import ExampleError
from ce_toolkit.rules import load_examples, load_pack, run_examples

CASES = Path(__file__).parents[1] / "cases"
FILES = sorted(CASES.glob("*.yaml"))


def test_A4_B3_B13_C8_C10_C14_C23_F14_every_case_holds_with_the_flags_it_names() -> None:
    """Each of the clauses named has a case that would fail without it.

    A4 private employers (H56), B3 no exam, no hours (A56, F57), B13 no exchange (A04), C8 all five doors (C51), C10 no
    rounding (A51, A52), C14 four kinds of self-study (D59), C23 met untrained (J55), F14 no carrying over (A54).
    """
    cases = [case for file in FILES for case in load_examples(file)]
    outcomes = run_examples(cases, load_pack("dezhou-2017"))
    assert len(outcomes) > 120
    assert {outcome.id: outcome.differs for outcome in outcomes if not outcome.ok} == {}


def test_the_command_prints_json_and_fails_on_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examples", "dezhou-2017", str(CASES / "worked_examples.yaml"), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert len(shown) == 36
    assert set(shown[0]) == {"id", "ok", "status", "credited", "short", "rejected", "pending", "flags", "differs"}
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("- {id: X, records: [], expect: {status: pass, short: {total: 89.5}}}", encoding="utf-8")
    assert main(["examples", "dezhou-2017", str(wrong)]) == 1
    assert "X 不符：status: fail，应为 pass；short.total: 90，应为 89.5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: A, id: B}", "键 id 重复"),
        ("id: A", "应为算例的列表"),
        ("- {id: A, as_of: 31.12.2017}", "不是日期"),
        ("- [", "不是有效的 YAML"),
    ],
)
def test_a_misspelt_case_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExampleError, match=said):
        run_examples(load_examples(file), load_pack("dezhou-2017"))


def test_an_unknown_key_is_told_and_has_no_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("- {id: A, person: {retried: true}, records: [{ref: a, class: training, huors: 3}]}", "utf-8")
    assert main(["examples", "dezhou-2017", str(file)]) == 0
    said = capsys.readouterr().err
    assert "A.person 有不认识的键，已忽略：retried" in said
    assert "A.a 有不认识的键，已忽略：huors" in said


@pytest.mark.parametrize(
    ("subject", "public"),
    [("信息化能力建设与网络安全", 30), ("2017年度公需科目", 30), ("知识产权公需科目", 0), ("2016", 0)],
)
def test_B4_a_pass_of_another_theme_gives_nothing(subject: str, public: int) -> None:
    record = {"ref": "p", "class": "public_exam", "subject": subject, "date": "2017-05-20", "result": "pass"}
    outcome = run_examples([{"id": "X", "records": [record]}], load_pack("dezhou-2017"))[0]
    assert outcome.credited["public"] == public
    assert ("wrong_subject" in outcome.flags) == (public == 0)


def test_accept_takes_ranges_lists_and_another_status() -> None:
    case = {
        "id": "X",
        "records": [{"ref": "t", "class": "training", "basis": "held_hr", "date": "2017-03-06", "hours": 8}],
        "strict": False,
        "accept": {"training": [6, 8], "status": ["fail"]},
        "expect": {"status": "pass", "credited": {"training": 6, "professional": 6, "total": 6}},
    }
    assert run_examples([case], load_pack("dezhou-2017"))[0].ok
    assert not run_examples([{**case, "strict": True}], load_pack("dezhou-2017"))[0].ok
