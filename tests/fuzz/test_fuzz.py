"""A short campaign of damaged files in every run of the tests; the long one is ``python -m tests.fuzz``."""

from pathlib import Path

import pytest

from ce_toolkit.intake import read_folder
from tests.fuzz.campaign import LIMITS, Verdict, campaign, judge
from tests.fuzz.mutate import mutant
from tests.fuzz.seeds import seeds


@pytest.mark.parametrize("seed", [7, 11])
def test_no_damaged_file_ends_without_an_outcome_and_a_reason(seed: int) -> None:
    verdict = campaign(400, seed)
    assert (verdict.hangs, verdict.faults) == ([], [])
    assert len(verdict.crashes) <= 4  # of a reading process: its file is refused, the run goes on
    assert min(verdict.outcomes[name] for name in ("accepted", "partly", "refused")) > 0
    assert verdict.cases > 380


def test_a_mutant_is_the_same_each_time_and_differs_from_its_seed() -> None:
    sound = seeds()[3].data
    assert [mutant(1, number, sound) for number in range(50)] == [mutant(1, number, sound) for number in range(50)]
    assert sum(mutant(1, number, sound)[1] == sound for number in range(50)) < 5


def test_the_judge_sees_what_is_wrong(tmp_path: Path) -> None:
    """A campaign that cannot fail proves nothing: a name in a message, a row lost, a refusal without a word."""
    one = next(seed for seed in seeds() if seed.name == "dressed.xlsx")
    (tmp_path / "000001-dressed.xlsx").write_bytes(one.data)
    read = read_folder(tmp_path, year=2017, jobs=0)
    read.findings.loc[0, "fix"] = "请核对丁一郎 in file x.py"
    read.submissions.loc[0, "outcome"] = "partly"
    read.submissions.loc[0, "rows_accepted"] += 1
    read.hours.loc[0, "title"] = "别的"
    verdict = Verdict()
    assert judge(read, {"000001-dressed.xlsx": "flip"}, verdict)
    told = " ".join(fault for _, fault in verdict.faults)
    for expected in ("personal data", "foreign words", "add up", "not those of the table", "otherwise"):
        assert expected in told


def test_mf5_damage_in_shared_strings_is_seen_by_its_checksum(tmp_path: Path) -> None:
    """The cell reader takes shared strings for sound whatever their checksum says."""
    one = next(seed for seed in seeds() if seed.name == "city1.xlsx")
    start = one.data.index(b"xl/sharedStrings.xml") + 40
    for number in range(40):
        damaged = bytearray(one.data)
        damaged[start + 4 * number] ^= 16
        (tmp_path / f"{number:06d}-city1.xlsx").write_bytes(damaged)
    verdict = Verdict()
    judge(read_folder(tmp_path, year=2017, limits=LIMITS), {path.name: "flip" for path in tmp_path.iterdir()}, verdict)
    assert verdict.faults == []
    assert verdict.outcomes["refused"] > 30
