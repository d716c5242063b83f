"""Single sampling plans for normal inspection by attributes, GB/T 2828.1 (the same figures as ISO 2859-1, table 2-A).

The table is not typed in but built from its diagonals: along the code letters every AQL runs through the same entries,
one letter later for the next smaller AQL. Arrows are followed to the letter they point to, whose sample size then
holds. The AQL is a point of the producer: a plan for AQL 2.5 mostly accepts frames with 2.5 % errors and does not prove
that there are no more; so each plan shows what its acceptance proves as well.
"""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.limits import Limit, upper_limit
from ce_toolkit.review.rates import Exact, exact_count, exact_number

LETTERS = "ABCDEFGHJKLMNPQR"
SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
AQLS = tuple(
    Fraction(text) for text in
    ("6.5", "4", "2.5", "1.5", "1", "0.65", "0.4", "0.25", "0.15", "0.1", "0.065", "0.04", "0.025", "0.015", "0.01")
)  # fmt: skip
"""Per cent. The first has its acceptance number 0 at letter A, each later one a letter later."""

_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000)  # upper ends of the lot ranges
_LEVELS = {  # table 1: the letter for each range of lot sizes, the last one open
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_DIAGONAL: tuple[int | str, ...] = (0, "up", "down", 1, 2, 3, 5, 7, 10, 14, 21)


@dataclass(frozen=True)
class TablePlan:
    """A plan read from the table.

    ``letter``: that of the lot size; ``used_letter``: the one whose sample size holds after arrows. ``size`` units are
    drawn and the lot is accepted with at most ``acceptance`` errors; the whole lot is checked where it is no larger
    than the sample. ``proves``: the upper limit at 95 % when just that many errors were found.
    """

    lot_size: int
    level: str
    aql: Fraction
    letter: str
    used_letter: str
    size: int
    acceptance: int
    proves: Limit

    @property
    def rejection(self) -> int:
        """Errors with which the lot is refused."""
        return self.acceptance + 1

    @property
    def warning(self) -> str:
        """What the plan does not prove, in Chinese, for the page that shows it."""
        return (
            f"AQL {float(self.aql):g}% 是对报送方的要求，不是对差错率的证明：抽 {self.size} 条、差错不超过"
            f" {self.acceptance} 条时，95% 置信水平下只能证明差错率不超过 {self.proves.shown}。"
        )


def plan_from_table(lot_size: int, *, aql: Exact, level: str = "II") -> TablePlan:
    """The plan for a lot, ``aql`` in per cent (2.5 or "2.5") and an inspection level ("I" … "III", "S-1" … "S-4").

    Raises SampleError for an AQL or a level that the table does not have.

    >>> plan = plan_from_table(3500, aql="2.5")
    >>> plan.letter, plan.size, plan.acceptance, plan.proves.shown
    ('L', 200, 10, '8.23%')
    """
    lot = exact_count(lot_size, "批量", least=1)
    wanted = exact_number(str(aql).removesuffix("%") if isinstance(aql, str) else aql, "AQL")
    if wanted not in AQLS:
        raise SampleError(f"AQL“{aql}”不在表中；可选 {'、'.join(f'{float(known):g}' for known in AQLS)}（%）。")
    if level not in _LEVELS:
        raise SampleError(f"检验水平“{level}”不认识；可选 {'、'.join(_LEVELS)}。")
    letter = _LEVELS[level][bisect_left(_LOTS, lot)]
    place, acceptance = entry(LETTERS.index(letter), AQLS.index(wanted))
    size = min(SIZES[place], lot)
    proves = upper_limit(min(acceptance, size), size, lot, confidence="0.95")
    return TablePlan(lot, level, wanted, letter, LETTERS[place], size, acceptance, proves)


def entry(letter: int, aql: int) -> tuple[int, int]:
    """Place of the letter and acceptance number that hold for a letter and an AQL (both as places in their lists)."""
    step = letter - aql
    if step < 0:
        return aql, 0  # above the diagonal every arrow points down to the acceptance number 0
    if step >= len(_DIAGONAL):
        return aql + len(_DIAGONAL) - 1, 21  # below it every arrow points up to 21
    found = _DIAGONAL[step]
    if isinstance(found, int):
        return letter, found
    return (aql, 0) if found == "up" else entry(letter + 1, aql)
