"""``ce sample`` on a folder of public files: codes of exit, JSON, and what is told."""

import json
from pathlib import Path

import pytest

from ce_toolkit.cli import main

SEED = "31415926535897932384"


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    path = tmp_path / "frame.csv"
    path.write_text("unit_id,hours\n" + "".join(f"u{k:03d},8\n" for k in range(200)), encoding="utf-8")
    return path


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    return shown.out + shown.err


def test_plan_draw_extend_verify_evaluate(frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["sample", "plan", str(frame), "--stages", "2", "--out", str(out), "--json"]) == 0
    facts = json.loads(_said(capsys))
    assert (facts["units"], facts["allocation"]["S6"][0] > 0) == (200, True)
    assert main(["sample", "draw", str(out), "--seed", SEED, "--json"]) == 0
    drawn = json.loads(_said(capsys))
    assert len(drawn["new"]) == facts["allocation"]["S6"][0]
    assert main(["sample", "verify", str(out)]) == 0
    rows = [f"{row['unit_id']},1,S6,1,8.00,8.00,相符,8.00,,\n" for row in drawn["new"]]
    head = "unit_id,stage,stratum,hits,hours,registered,verdict,recognised,error_cause,evidence\n"
    (out / "结果.csv").write_text(head + "".join(rows), encoding="utf-8")
    assert main(["sample", "evaluate", str(out)]) == 0
    assert "认可" in _said(capsys)
    assert main(["sample", "verify", str(out)]) == 0
    assert main(["sample", "extend", str(out), "--stage", "2"]) == 0
    assert f"累计 {facts['allocation']['S6'][1]} 项" in _said(capsys)


def test_tampering_and_a_second_seed_are_refused(
    frame: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    main(["sample", "plan", str(frame), "--out", str(out)])
    main(["sample", "draw", str(out), "--seed", SEED])
    assert main(["sample", "draw", str(out), "--seed", "4" + SEED[1:]]) == 2
    assert "--reason" in _said(capsys)
    assert main(["sample", "draw", str(out), "--seed", "4" + SEED[1:], "--reason", "骰子落地"]) == 0
    text = (out / "抽样框.csv").read_text(encoding="utf-8")
    (out / "抽样框.csv").write_bytes(text.replace("U007,8.00", "U007,9.00").encode())
    assert main(["sample", "verify", str(out)]) == 1
    assert "第 9 行  单元 U007" in _said(capsys)
    assert main(["sample", "extend", str(out), "--stage", "2"]) == 2


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["plan"], "--population"),
        (["plan", "--population", "100", "--tolerable", "六"], "不是数"),
        (["plan", "none.csv"], "文件读不出来"),
        (["verify", "none"], "没有 抽样框.csv"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: list[str], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", *arguments]) == 2
    assert wanted in _said(capsys)
