"""One-sided exact limits for a number or a rate of errors, from the errors found in a sample.

Hypergeometric (a frame of N units): the upper limit is the largest K under which as few errors as were found have a
chance above the risk, the lower limit the smallest K under which as many have. Binomial: Clopper and Pearson, quantiles
of the beta distribution. Poisson: quantiles of the gamma distribution over n. A two-sided interval at 1 - a is both
one-sided limits at 1 - a/2. Source: the tests are the classical ones (Clopper and Pearson 1934; Buonaccorsi 1987 for
the finite frame).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ce_toolkit.errors import SampleError
from ce_toolkit.review.rates import Exact, exact_confidence, exact_count, percent, rounded
from ce_toolkit.review.tails import hypergeometric_reaches, hypergeometric_within, require_model


@dataclass(frozen=True)
class Limit:
    """A one-sided limit for the errors of a frame.

    ``side``: "upper" or "lower". ``rate``: errors per unit, as a fraction (of a float for the models without a frame).
    ``count``: errors in the frame, only where the frame's size is known.
    """

    errors: int
    size: int
    population: int | None
    confidence: Fraction
    model: str
    side: str
    rate: Fraction
    count: int | None

    @property
    def shown(self) -> str:
        """The rate in per cent with two decimals, rounded away from the sample, so that it stays a limit."""
        return percent(self.rate, towards="up" if self.side == "upper" else "down")


def upper_limit(
    errors: int, size: int, population: int | None = None, *, confidence: Exact, model: str | None = None
) -> Limit:
    """The upper limit for the errors in the frame: hypergeometric where ``population`` is given, else binomial.

    Nothing drawn gives the whole frame, errors throughout the sample too; a census gives the errors found. ``model``
    may ask for "binomial" or "poisson". Raises SampleError where the numbers do not fit one another.

    >>> upper_limit(0, 59, confidence="95%").shown, upper_limit(0, 57, 1000, confidence="95%").count
    ('4.96%', 49)
    """
    level, kind = _settled(errors, size, population, confidence, model)
    count: int | None = None
    if kind == "hypergeometric":
        assert population is not None  # noqa: S101 - told to the type checker: _settled has seen to it
        count = upper_count(errors, size, population, 1 - level)
        rate = Fraction(count, population)
    else:
        rate = upper_rate(errors, size, 1 - level, kind)
    return Limit(errors, size, population, level, kind, "upper", rate, count)


def lower_limit(
    errors: int, size: int, population: int | None = None, *, confidence: Exact, model: str | None = None
) -> Limit:
    """The lower limit for the errors in the frame, as ``upper_limit``; no error gives 0."""
    level, kind = _settled(errors, size, population, confidence, model)
    count: int | None = None
    if kind == "hypergeometric":
        assert population is not None  # noqa: S101 - as above
        count = lower_count(errors, size, population, 1 - level)
        rate = Fraction(count, population)
    else:
        rate = _lower_rate(errors, size, 1 - level, kind)
    return Limit(errors, size, population, level, kind, "lower", rate, count)


def _settled(
    errors: int, size: int, population: int | None, confidence: Exact, model: str | None
) -> tuple[Fraction, str]:
    """The confidence and the model; raises SampleError where the numbers cannot be those of a sample."""
    exact_count(errors, "差错数")
    exact_count(size, "样本量", least=errors)
    if population is not None:
        exact_count(population, "抽样框单元数", least=max(size, 1))
    kind = require_model(model or ("hypergeometric" if population is not None else "binomial"))
    if kind == "hypergeometric" and population is None:
        raise SampleError("超几何分布需要给出抽样框单元数 population。")
    return exact_confidence(confidence), kind


@lru_cache(maxsize=65536)
def upper_count(errors: int, size: int, population: int, risk: Fraction) -> int:
    """The largest K with P(X <= errors | K) above ``risk``; by bisection, since the chance falls in K."""
    low, high = errors, population - size + errors  # at low the chance is 1; above high the sample could not be
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric_within(errors, size, middle, population, risk):
            high = middle - 1
        else:
            low = middle
    return low


@lru_cache(maxsize=65536)
def lower_count(errors: int, size: int, population: int, risk: Fraction) -> int:
    """The smallest K with P(X >= errors | K) above ``risk``."""
    low, high = errors, population - size + errors
    while low < high:
        middle = (low + high) // 2
        if hypergeometric_reaches(errors, size, middle, population, risk):
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=65536)
def upper_rate(errors: int, size: int, risk: Fraction, model: str) -> Fraction:
    """The rate at which P(X <= errors) is ``risk``; 1 where every unit is in error or nothing was drawn."""
    from scipy.special import betaincinv, gammaincinv

    if errors == size:
        return Fraction(1)
    if model == "binomial":
        return Fraction(float(betaincinv(errors + 1, size - errors, float(1 - risk))))
    return min(Fraction(float(gammaincinv(errors + 1, float(1 - risk)))) / size, Fraction(1))


def _lower_rate(errors: int, size: int, risk: Fraction, model: str) -> Fraction:
    from scipy.special import betaincinv, gammaincinv

    if not errors:
        return Fraction(0)
    if model == "binomial":
        return Fraction(float(betaincinv(errors, size - errors + 1, float(risk))))
    return Fraction(float(gammaincinv(errors, float(risk)))) / size


def risk_factor(errors: int, confidence: Exact = "0.95", *, places: int = 2) -> Decimal:
    """风险系数: the Poisson factor for ``errors``, rounded up as the printed tables are (formula 2).

    Two decimals as in the tables of the AICPA guide, one as in the tables of Chinese auditing textbooks.

    >>> [str(risk_factor(k)) for k in range(3)], str(risk_factor(1, places=1))
    (['3.00', '4.75', '6.30'], '4.8')
    """
    return rounded(exact_factor(errors, exact_confidence(confidence)), places, towards="up")


def exact_factor(errors: int, confidence: Fraction) -> Fraction:
    """The factor before rounding: the quantile of the gamma distribution of shape errors + 1."""
    from scipy.special import gammaincinv

    return Fraction(float(gammaincinv(exact_count(errors, "差错数") + 1, float(confidence))))


def factor_limit(errors: int, size: int, confidence: Exact = "0.95", *, places: int = 2) -> Fraction:
    """The limit of the 风险系数 table method: the rounded factor over the sample size. Never the deciding figure."""
    exact_count(size, "样本量", least=max(errors, 1))
    return min(Fraction(risk_factor(errors, confidence, places=places)) / size, Fraction(1))
