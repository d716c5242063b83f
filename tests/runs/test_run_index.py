"""The front page: what came in, by outcome, what was sent back marked."""

import pytest

from ce_toolkit.runs.index import files_received


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
