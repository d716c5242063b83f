"""Tickets against the formula, written here a second time, and against the package that first gave it."""

import ast
import hashlib
import importlib.util
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ce_toolkit
from ce_toolkit.errors import SampleError
from ce_toolkit.review.tickets import canonical_id, parse_seed, smallest_tickets, ticket_number
from tests.review.conftest import SEED

IDS = st.lists(st.text(min_size=1, max_size=12).filter(str.strip), unique=True, max_size=40)
SEEDS = st.text("0123456789", min_size=20, max_size=30)
DRAW_PATH = (
    "tickets",
    "frame",
    "codes",
    "strata",
    "signals",
    "commit",
    "draw",
    "reviewers",
    "public",
    "design",
    "records",
)


def _ticket(seed: str, unit_id: str) -> str:
    """The formula step by step: hex of the seed, hash as a decimal number of at least 64 digits, read backwards."""
    seed_hash = hashlib.sha256(seed.encode("utf-8")).hexdigest()
    number = int.from_bytes(hashlib.sha256((seed_hash + unit_id).encode("utf-8")).digest(), "big")
    digits = []
    while number or len(digits) < 64:
        number, digit = divmod(number, 10)
        digits.append(str(digit))
    return "0." + "".join(digits)


def test_RS2_leading_zeros_of_a_seed_count() -> None:
    wanted = "0.17333927447999283616627194319590594682735958026566450555375045645141262580293"
    assert ticket_number("08772473296991897540", "B-7") == wanted
    assert ticket_number("8772473296991897540", "B-7") != wanted


@given(IDS, SEEDS, st.data())
def test_RS2_RS4_the_sample_is_the_smallest_tickets_whatever_the_order(
    ids: list[str], seed: str, data: st.DataObject
) -> None:
    small = data.draw(st.integers(0, len(ids)))
    large = data.draw(st.integers(small, len(ids)))
    drawn = smallest_tickets(data.draw(st.permutations(ids)), large, seed=seed)
    assert drawn == sorted((_ticket(seed, one), one) for one in ids)[:large]
    assert smallest_tickets(ids, small, seed=seed) == drawn[:small]


@given(IDS.filter(bool))
def test_RS4_dropping_a_unit_moves_no_other_ticket(ids: list[str]) -> None:
    rest = [pair for pair in smallest_tickets(ids, len(ids), seed=SEED) if pair[1] != ids[0]]
    assert smallest_tickets(ids[1:], len(ids) - 1, seed=SEED) == rest


@pytest.mark.skipif(not importlib.util.find_spec("consistent_sampler"), reason="the other implementation is not here")
def test_RS2_ten_thousand_ids_come_in_the_order_of_consistent_sampler() -> None:
    from consistent_sampler import sampler

    lots = random.Random(1)  # noqa: S311
    signs = "abcXYZ0189-_ 德城区继续教育😀🎲é"
    ids = list({"".join(lots.choices(signs, k=12)) for _ in range(10_000)})
    theirs = [one for _, one, _ in sampler(ids, seed=SEED, take=len(ids))]
    assert [one for _, one in smallest_tickets(ids, len(ids), seed=SEED)] == theirs
    assert len(ids) > 9_990


@pytest.mark.parametrize("module", DRAW_PATH)
def test_RS2_nothing_of_chance_is_imported_in_the_draw_path(module: str) -> None:
    tree = ast.parse((Path(ce_toolkit.__file__).parent / "review" / f"{module}.py").read_text(encoding="utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert not {"random", "numpy.random", "secrets", "time", "uuid"} & names
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "random"]


def test_ids_have_one_form() -> None:
    assert {canonical_id(text) for text in ("ab-1", " ＡＢ－１\r\n", "a b-1", "AB-1")} == {"AB-1"}


@pytest.mark.parametrize("ids", [["a", "b", "a"], ["a", ""], ["a", "　"]])
def test_RS3_repeated_or_blank_ids_stop_the_draw(ids: list[str]) -> None:
    with pytest.raises(SampleError, match="1 个重复或空白的编号，请先更正登记表"):
        smallest_tickets(ids, 1, seed=SEED)


@pytest.mark.parametrize("text", [SEED, "08772473296991897540", f" {SEED}\n", SEED + "7", "31415920170701323846"])
def test_RS3_a_seed_is_kept_as_text(text: str) -> None:
    assert parse_seed(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "至少 20 位数字"),
        ("3141592653589793238", "至少 20 位数字"),
        ("３１４１５９２６５３５８９７９３２３８４", "至少 20 位数字"),
        ("2017-07-01 2017-07-01", "至少 20 位数字"),
        ("0" * 20, "几乎相同"),
        ("00000000000000000001", "几乎相同"),
        ("20170701201707012017", "的重复"),
        ("12345678901234567890", "的重复"),
        ("20170701201708023519", "由日期或时刻拼成"),
        ("20170701000000000000", "由日期或时刻拼成"),
        ("20170701183059123456", "由日期或时刻拼成"),
    ],
)
def test_RS3_a_seed_that_nobody_rolled_is_refused(text: str, wanted: str) -> None:
    with pytest.raises(SampleError, match=wanted):
        parse_seed(text)
