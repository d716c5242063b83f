"""The frame holds every creditable claim of paper evidence once, and its digest stands for all of it."""

import hashlib
from decimal import Decimal

import pandas as pd
import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review import draw_sample, freeze_frame, ticket_number
from ce_toolkit.review.frame import Frame, unit_code
from tests.conftest import Processed

SEED = "31415926535897932384"
COUNTY = "371402"


@pytest.fixture(scope="module")
def county(processed: Processed) -> tuple[pd.DataFrame, pd.DataFrame]:
    return processed.registers[COUNTY].claims, processed.credited[COUNTY].credits


@pytest.fixture(scope="module")
def frozen(county: tuple[pd.DataFrame, pd.DataFrame]) -> Frame:
    return freeze_frame(*county)


def test_N9_D8_nothing_is_frozen_while_a_unit_has_no_reviewer(county: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    with pytest.raises(SampleError, match=r"有 2 个单位还没有确定审核单位（乙库、甲公司）.*review_route"):
        freeze_frame(*county, unrouted=["甲公司", "乙库"])


def test_every_creditable_claim_but_exams_is_in_once(county: tuple[pd.DataFrame, pd.DataFrame], frozen: Frame) -> None:
    rows = county[1].to_dict("records")
    wanted = [row for row in rows if row["granted"] > 0 and row["class"] != "public_exam"]
    assert sorted(frozen.units["claim_id"]) == sorted(row["claim_id"] for row in wanted)
    assert frozen.size == len(wanted) > 20
    assert frozen.hours == sum(row["granted"] for row in wanted)


def test_hours_registered_and_creditable_stand_side_by_side(frozen: Frame) -> None:
    assert (frozen.units["registered"] >= frozen.units["granted"]).all()
    assert (frozen.units["registered"] > frozen.units["granted"]).any()


def test_codes_are_unique_and_in_order_and_tell_nothing(frozen: Frame) -> None:
    codes = frozen.units["unit_id"]
    assert codes.is_unique
    assert codes.is_monotonic_increasing
    assert codes.str.fullmatch("[0-9a-f]{12}").all()


def test_the_digest_is_that_of_the_lines_anyone_can_write(frozen: Frame) -> None:
    columns = ("unit_id", "class", "registered", "granted")
    lines = [",".join(map(str, row)) for row in frozen.units[list(columns)].itertuples(index=False)]
    assert frozen.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert frozen.digest_in_groups.split() == [frozen.digest[place : place + 8] for place in range(0, 64, 8)]


@pytest.mark.parametrize("column", ["granted", "claimed"])
def test_the_digest_changes_when_one_hour_changes(
    county: tuple[pd.DataFrame, pd.DataFrame], frozen: Frame, column: str
) -> None:
    claims, credit = county
    row = credit.index[credit["claim_id"] == frozen.units.loc[0, "claim_id"]][0]
    changed = credit.copy()
    changed.loc[row, column] = changed.loc[row, column] + Decimal("0.01")
    assert freeze_frame(claims, changed).digest != frozen.digest


def test_the_digest_does_not_hang_on_the_order_of_rows(
    county: tuple[pd.DataFrame, pd.DataFrame], frozen: Frame
) -> None:
    claims, credit = county
    assert freeze_frame(claims.iloc[::-1], credit.iloc[::-1]).digest == frozen.digest


def test_claims_that_share_a_code_stop_the_frame(county: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    claims, credit = county
    with pytest.raises(SampleError, match="重复的编号，请先更正登记表"):
        freeze_frame(claims, pd.concat([credit, credit]))


def test_a_sample_is_in_ticket_order_with_the_facts_of_its_units(frozen: Frame) -> None:
    sample = draw_sample(frozen, 20, seed=SEED)
    assert sample["order"].tolist() == list(range(1, 21))
    assert sample["ticket"].is_monotonic_increasing
    assert sample["ticket"].tolist() == [ticket_number(SEED, unit_id) for unit_id in sample["unit_id"]]
    facts = frozen.units.set_index("unit_id").loc[sample["unit_id"]]
    assert sample["granted"].tolist() == facts["granted"].tolist()


def test_a_small_frame_is_taken_whole(frozen: Frame) -> None:
    assert len(draw_sample(frozen, 10_000, seed=SEED)) == frozen.size


def test_a_county_whose_hours_cannot_be_read_has_an_empty_frame(processed: Processed) -> None:
    frame = freeze_frame(processed.registers["371427"].claims, processed.credited["371427"].credits)
    assert (frame.size, frame.hours) == (0, 0)


def test_an_empty_frame_gives_an_empty_sample(county: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    claims, credit = county
    empty = freeze_frame(claims, credit.iloc[:0])
    assert (empty.size, empty.hours, len(draw_sample(empty, 5, seed=SEED))) == (0, 0, 0)


def test_a_bad_seed_stops_the_draw(frozen: Frame) -> None:
    with pytest.raises(SampleError, match="至少 20 位数字"):
        draw_sample(frozen, 5, seed="2017")


def test_a_code_is_the_head_of_the_hash_of_the_claim_s_id() -> None:
    assert unit_code("a") == "ca978112ca1b"
