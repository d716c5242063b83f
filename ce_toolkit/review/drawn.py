"""What an evaluation has to know of a draw: how large every stratum is and how much of it was drawn by now."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import exact_count


@dataclass(frozen=True)
class DrawnStratum:
    """One stratum of the frame.

    ``population``: records in it; ``hours``: their creditable hours. ``size``: records drawn by now, or hour units hit
    where hour units are drawn; all records of a ``certainty`` stratum. ``title``: what it is called on the page.
    """

    name: str
    population: int
    hours: Decimal
    size: int
    certainty: bool = False
    title: str = ""


@dataclass(frozen=True)
class Drawn:
    """Every stratum of the frame, those drawn from and those reviewed in full, and the look that was reached (1 …)."""

    strata: tuple[DrawnStratum, ...]
    stage: int = 1

    def __post_init__(self) -> None:
        names = [each.name for each in self.strata]
        if not names or len(set(names)) != len(names):
            raise SampleError("抽样没有层，或层名重复。")
        exact_count(self.stage, "阶段", least=1)
        for each in self.strata:
            if each.certainty and each.size != each.population:
                raise SampleError(f"必查层“{each.name}”应全部核查：{each.population} 条中只有 {each.size} 条。")

    @property
    def sampled(self) -> tuple[DrawnStratum, ...]:
        """The strata that are drawn from; those without a unit have nothing to be inferred."""
        return tuple(each for each in self.strata if not each.certainty and each.population)

    @property
    def population(self) -> int:
        """Records in the frame, N."""
        return sum(each.population for each in self.strata)

    @property
    def hours(self) -> Fraction:
        """Creditable hours in the frame, M."""
        return sum((Fraction(each.hours) for each in self.strata), Fraction(0))
