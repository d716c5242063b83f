"""The front page: what came in, by outcome, what was sent back marked."""

from pathlib import Path

import pytest

from ce_toolkit.runs.index import files_received, link_recognition


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([], ""),
        ([{"files": {}}], ""),  # the city reads no files
        ([{"files": {"accepted": 2}}, {}], "2 个：全部接收 2"),
        (
            [{"files": {"accepted": 2, "partly": 1, "refused": 3}}],
            '6 个：全部接收 2、部分接收 1、<span class="status-bad">退回 3</span>',
        ),
    ],
)
def test_files_received_by_outcome(parts: list[dict[str, dict[str, int]]], shown: str) -> None:
    assert files_received({"parts": parts}) == shown


def test_the_front_pages_lead_to_the_recognition_once_it_was_run(tmp_path: Path) -> None:
    year, home = tmp_path / "2017", tmp_path / "2017" / "round"
    (home / "city").mkdir(parents=True)
    for folder in (year, home):
        (folder / "index.html").write_text("<p>一</p>\n<table><tr></tr></table>", encoding="utf-8")
    (home / "city" / "06_recognition.html").touch()
    (home / "city" / "办理现状.xlsx").touch()
    link_recognition(home)
    link_recognition(home)  # a second batch does not list them twice
    told = {folder: (folder / "index.html").read_text(encoding="utf-8") for folder in (year, home)}
    assert told[year].count('href="round/city/06_recognition.html"') == 1
    assert told[home].count('href="city/办理现状.xlsx"') == 1
