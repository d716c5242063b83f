"""The chance of being accepted by a rule of several looks, by recursion over (look, errors so far) (formula 9).

Between looks the sample grows by units drawn without replacement, so the walk is exact for a frame of N units with K
errors; without a frame the increments are binomial or Poisson. Only states that are neither accepted nor beyond the
last acceptance number need to be followed, and there are few of those.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import Exact, exact_count, exact_rate, units_at
from ce_toolkit.review.tails import (
    binomial_masses,
    exact_hypergeometric_masses,
    hypergeometric_masses,
    poisson_masses,
)

_MARGIN = 1e-9
Masses = Callable[[int, int, int, int], Sequence[float | Fraction]]
"""(units drawn before, errors found before, units drawn now, most) -> P(k errors now), k = 0 .. most."""


@dataclass(frozen=True)
class Truth:
    """What the frame truly holds: ``bad`` errors among ``population`` units, or a ``rate`` without a frame."""

    rate: Fraction
    population: int
    model: str

    @property
    def bad(self) -> int:
        """Errors in the frame: the smallest whole number that is the rate or more."""
        return units_at(self.rate, self.population)

    def masses(self, before: int, found: int, size: int, most: int) -> Sequence[float | Fraction]:
        """P(k errors among the next ``size`` units), k = 0 .. most."""
        if self.model == "hypergeometric":
            return hypergeometric_masses(size, self.bad - found, self.population - before, most)
        if self.model == "binomial":
            return binomial_masses(size, self.rate, most)
        return poisson_masses(self.rate * size, most)

    def exact_masses(self, before: int, found: int, size: int, most: int) -> Sequence[float | Fraction]:
        """The same as fractions, for the hypergeometric model."""
        return exact_hypergeometric_masses(size, self.bad - found, self.population - before, most)


def extension_risk(
    cumulative_sizes: Sequence[int],
    acceptance_numbers: Sequence[int],
    rate: Exact,
    population: int | None = None,
) -> tuple[float, ...]:
    """The chance, look by look, of having been accepted by then although the error rate is ``rate``.

    ``cumulative_sizes``: units reviewed by each look; ``acceptance_numbers``: most errors in all with which that look
    accepts. Hypergeometric with the smallest number of errors that is ``rate`` of ``population`` or more; binomial
    without one. The last figure is the risk of the whole rule. Sizes of single-look tables used look after look:

    >>> [round(risk, 3) for risk in extension_risk((59, 93), (0, 1), "5%")]
    [0.048, 0.075]
    """
    sizes, accepts = checked_looks(cumulative_sizes, acceptance_numbers, population)
    model = "binomial" if population is None else "hypergeometric"
    truth = Truth(exact_rate(rate), population or sizes[-1], model)
    total, risks = 0.0, []
    for chance in acceptance_chances(sizes, accepts, truth.masses):
        total += float(chance)
        risks.append(total)
    return tuple(risks)


def checked_looks(
    sizes: Sequence[int], accepts: Sequence[int], population: int | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sizes and acceptance numbers as tuples. Raises SampleError unless as many, and both never falling."""
    if not sizes or len(sizes) != len(accepts):
        raise SampleError("各阶段累计样本量与接收数的个数应相同，且至少一个阶段。")
    if any(later <= sooner for sooner, later in pairwise(sizes)) or sizes[0] < 1:
        raise SampleError(f"各阶段累计样本量应为正数且逐阶段增大，现为 {list(sizes)}。")
    if any(later < sooner for sooner, later in pairwise(accepts)):
        raise SampleError(f"各阶段接收数不得逐阶段减小，现为 {list(accepts)}。")
    if population is not None and sizes[-1] > population:
        raise SampleError(f"累计样本量 {sizes[-1]} 超过抽样框单元数 {population}。")
    return tuple(map(exact_count, sizes, ["样本量"] * len(sizes))), tuple(accepts)


def acceptance_chances(sizes: Sequence[int], accepts: Sequence[int], masses: Masses) -> list[float | Fraction]:
    """The chance of being accepted at each look and at none before; floats or fractions as ``masses`` gives them."""
    last, before = accepts[-1], 0
    states: dict[int, float | Fraction] = {0: 1}
    chances: list[float | Fraction] = []
    for size, accept in zip(sizes, accepts, strict=True):
        accepted: float | Fraction = 0
        going: dict[int, float | Fraction] = {}
        for found, weight in states.items():
            if not weight:
                continue  # no frame can be in this state, so no draw from it has a chance
            for more, mass in enumerate(masses(before, found, size - before, last - found)):
                if found + more <= accept:
                    accepted += weight * mass
                else:
                    going[found + more] = going.get(found + more, 0) + weight * mass
        chances.append(accepted)
        states, before = going, size
    return chances


def staged_within(sizes: Sequence[int], accepts: Sequence[int], truth: Truth, risk: Fraction) -> bool:
    """Whether the rule's chance of acceptance under ``truth`` is at most ``risk``; exact for a frame."""
    chance = sum(acceptance_chances(sizes, accepts, truth.masses))
    if truth.model == "hypergeometric" and math.isclose(chance, float(risk), rel_tol=0, abs_tol=_MARGIN):
        return sum(acceptance_chances(sizes, accepts, truth.exact_masses)) <= risk
    return float(chance) <= float(risk)
