"""Tickets and draws against the formula, written here a second time."""

import ast
import hashlib
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_toolkit.errors import SampleError
from ce_toolkit.review import draw, frame, parse_seed, ticket_number, tickets

SEED = "31415926535897932384"
IDS = st.lists(st.text(min_size=1, max_size=12).filter(str.strip), unique=True, max_size=40)
SEEDS = st.text("0123456789", min_size=20, max_size=30)


def _ticket(seed: str, unit_id: str) -> str:
    """The formula step by step: hex of the seed, hash as a decimal number of at least 64 digits, read backwards."""
    seed_hash = hashlib.sha256(seed.encode("utf-8")).hexdigest()
    number = int.from_bytes(hashlib.sha256((seed_hash + unit_id).encode("utf-8")).digest(), "big")
    digits = []
    while number or len(digits) < 64:
        number, digit = divmod(number, 10)
        digits.append(str(digit))
    return "0." + "".join(digits)


@pytest.mark.parametrize(
    ("seed", "unit_id", "ticket"),
    [
        ("31415926535897932384", "a1b2c3d4e5f6",
         "0.48478412011735603189228692562519954307911532075369425657455526004303500549176"),
        ("08772473296991897540", "B-7",
         "0.17333927447999283616627194319590594682735958026566450555375045645141262580293"),
        ("8772473296991897540", "B-7",
         "0.64211960036378031426381036814502106640801353615183248465589560732741610183377"),
        ("08772473296991897540", "德城区-001",
         "0.37493313751048994371234363006446632624203536637505767618570765401031192491949"),
    ],
)  # fmt: skip
def test_known_tickets(seed: str, unit_id: str, ticket: str) -> None:
    """Leading zeros of a seed count: it is text."""
    assert ticket_number(seed, unit_id) == ticket


@given(SEEDS, st.text(max_size=20))
def test_tickets_follow_the_formula(seed: str, unit_id: str) -> None:
    assert ticket_number(seed, unit_id) == _ticket(seed, unit_id)


@given(IDS, SEEDS, st.data())
def test_the_sample_is_the_smallest_tickets(ids: list[str], seed: str, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(ids)))
    assert draw(ids, size, seed=seed) == sorted((_ticket(seed, one), one) for one in ids)[:size]


@given(IDS, SEEDS, st.data())
def test_a_larger_draw_begins_with_the_smaller_one(ids: list[str], seed: str, data: st.DataObject) -> None:
    large = data.draw(st.integers(0, len(ids)))
    small = data.draw(st.integers(0, large))
    assert draw(ids, large, seed=seed)[:small] == draw(ids, small, seed=seed)


@given(IDS, st.data())
def test_the_order_of_the_ids_is_irrelevant(ids: list[str], data: st.DataObject) -> None:
    assert draw(data.draw(st.permutations(ids)), len(ids), seed=SEED) == draw(ids, len(ids), seed=SEED)


@given(IDS.filter(bool))
def test_dropping_a_unit_moves_no_other_ticket(ids: list[str]) -> None:
    rest = [pair for pair in draw(ids, len(ids), seed=SEED) if pair[1] != ids[0]]
    assert draw(ids[1:], len(ids) - 1, seed=SEED) == rest


def test_nothing_of_chance_is_imported() -> None:
    for module in (tickets, frame):
        names = {
            name
            for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
            if name
        }
        assert not {"random", "numpy.random", "numpy", "secrets", "time"} & names


@pytest.mark.parametrize("ids", [["a", "b", "a"], ["a", ""], ["a", "　"]])
def test_repeated_or_blank_ids_stop_the_draw(ids: list[str]) -> None:
    with pytest.raises(SampleError, match="1 个重复或空白的编号，请先更正登记表"):
        draw(ids, 1, seed=SEED)


@pytest.mark.parametrize("size", [-1, 3])
def test_an_impossible_size_is_refused(size: int) -> None:
    with pytest.raises(SampleError, match=f"样本量 {size} 不在 0 与抽样框单元数 2 之间"):
        draw(["a", "b"], size, seed=SEED)


@pytest.mark.parametrize("text", [SEED, "08772473296991897540", f" {SEED}\n", SEED + "7"])
def test_a_seed_is_kept_as_text(text: str) -> None:
    assert parse_seed(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "至少 20 位数字"),
        ("3141592653589793238", "至少 20 位数字"),
        ("３１４１５９２６５３５８９７９３２３８４", "至少 20 位数字"),
        ("3141592653 5897932384", "至少 20 位数字"),
        ("2017-07-01 2017-07-01", "至少 20 位数字"),
        ("0" * 20, "几乎相同"),
        ("00000000000000000001", "几乎相同"),
        ("20170701201707012017", "的重复"),
        ("12345678901234567890", "的重复"),
    ],
)
def test_a_seed_that_nobody_rolled_is_refused(text: str, wanted: str) -> None:
    with pytest.raises(SampleError, match=wanted):
        parse_seed(text)
