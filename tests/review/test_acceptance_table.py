"""The table of GB/T 2828.1: arrows resolved, the producer's point kept, the consumer's side said."""

from fractions import Fraction

import pytest

from ce_toolkit.errors import SampleError
from ce_toolkit.review.acceptance_table import AQLS, LETTERS, SIZES, entry, plan_from_table
from tests.review import exact_oracle as oracle


def test_acceptance_at_the_AQL_lies_in_the_band_of_the_standard_in_all_90_cells() -> None:
    chances = []
    for aql in range(6):
        for letter in range(15):
            place, accept = entry(letter, aql)
            chances.append(oracle.binomial_at_most(accept, SIZES[place], AQLS[aql] / 100))
    assert len(chances) == 90
    assert 0.87 <= min(chances) <= max(chances) <= 0.9995


# Cells of table 2-A, normal inspection: letter and AQL, then sample size and acceptance number after arrows.
@pytest.mark.parametrize(
    ("cell", "plan"),
    [
        ("K 2.5", (125, 7)), ("J 1", (80, 2)), ("G 0.65", (20, 0)), ("H 0.65", (80, 1)), ("A 2.5", (5, 0)),
        ("C 2.5", (5, 0)), ("D 2.5", (5, 0)), ("E 2.5", (20, 1)), ("F 2.5", (20, 1)), ("N 2.5", (500, 21)),
        ("P 2.5", (500, 21)), ("R 6.5", (200, 21)), ("L 1.5", (200, 7)), ("M 0.4", (315, 3)), ("Q 0.01", (1250, 0)),
        ("H 4", (50, 5)), ("B 6.5", (2, 0)), ("C 6.5", (8, 1)), ("D 6.5", (8, 1)), ("R 0.01", (1250, 0)),
    ],
)  # fmt: skip
def test_cells_of_the_table(cell: str, plan: tuple[int, int]) -> None:
    letter, aql = cell.split()
    place, accept = entry(LETTERS.index(letter), AQLS.index(Fraction(aql)))
    assert (SIZES[place], accept) == plan


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (8, "II", "A"), (9, "II", "B"), (150, "II", "F"), (151, "II", "G"), (500, "II", "H"), (501, "II", "J"),
        (3200, "II", "K"), (3201, "II", "L"), (500001, "II", "Q"), (500001, "III", "R"), (1200, "I", "G"),
        (1200, "S-1", "C"), (1200, "S-4", "F"), (90, "III", "F"), (35000, "S-3", "F"), (1, "II", "A"),
    ],
)  # fmt: skip
def test_letters_by_lot_size_and_level(lot: int, level: str, letter: str) -> None:
    assert plan_from_table(lot, aql="2.5", level=level).letter == letter


def test_125_and_7_do_not_prove_what_the_AQL_seems_to_say() -> None:
    plan = plan_from_table(3000, aql=2.5)
    assert (plan.size, plan.acceptance, plan.rejection, plan.used_letter) == (125, 7, 8, "K")
    assert plan.proves.rate > Fraction(10, 100)
    assert "AQL 2.5%" in plan.warning
    assert plan.proves.shown in plan.warning


def test_a_lot_no_larger_than_its_sample_is_checked_whole() -> None:
    plan = plan_from_table(6, aql="0.65")
    assert (plan.letter, plan.used_letter, plan.size, plan.proves.rate) == ("A", "F", 6, 0)


def test_what_the_table_does_not_have_is_told() -> None:
    with pytest.raises(SampleError, match=r"可选 6\.5、4、2\.5"):
        plan_from_table(100, aql="3")
    with pytest.raises(SampleError, match="可选 S-1"):
        plan_from_table(100, aql="2.5", level="IV")
