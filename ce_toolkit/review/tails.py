"""Tails of the three models of an error count, with ties at the risk decided by exact arithmetic.

``hypergeometric``: units drawn without replacement from a frame of N with K errors. ``binomial``: a frame without end
with rate p. ``poisson``: the limit of the binomial for small rates. scipy gives the tails in floats; where a tail lies
so near the risk that a float cannot say on which side, the tail is computed anew as a fraction (or, for Poisson, with
50 digits: a Poisson tail at a rational mean is never rational, so there are no true ties).
"""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

from ce_toolkit.errors import SampleError

MODELS = ("hypergeometric", "binomial", "poisson")
_MARGIN = 1e-9  # far above the error of scipy's tails (1e-11 at N = 1,000,000), far below any difference that matters


def _undecided(tail: float, risk: Fraction) -> bool:
    return math.isclose(tail, float(risk), rel_tol=0, abs_tol=_MARGIN)


def require_model(model: str) -> str:
    """``model`` if it is one of the three. Raises SampleError otherwise."""
    if model not in MODELS:
        raise SampleError(f"模型“{model}”不认识；可选 {'、'.join(MODELS)}。")
    return model


# ---- hypergeometric -----------------------------------------------------------------------------


def hypergeometric_at_most(errors: int, size: int, bad: int, population: int) -> float:
    """P(X <= errors) for ``size`` units drawn from ``population`` of which ``bad`` are in error."""
    from scipy.stats import hypergeom

    return float(hypergeom.cdf(errors, population, bad, size))


def exact_hypergeometric_at_most(errors: int, size: int, bad: int, population: int) -> Fraction:
    """The same as a fraction: sum over k of C(K, k) C(N-K, n-k) / C(N, n); n and K may change places."""
    drawn, marked = sorted((size, bad))
    least = max(0, drawn + marked - population)
    terms = (
        math.comb(marked, k) * math.comb(population - marked, drawn - k) for k in range(least, min(errors, drawn) + 1)
    )
    return Fraction(sum(terms), math.comb(population, drawn))


def hypergeometric_within(errors: int, size: int, bad: int, population: int, risk: Fraction) -> bool:
    """Whether P(X <= errors) is at most ``risk``, exactly."""
    tail = hypergeometric_at_most(errors, size, bad, population)
    if _undecided(tail, risk):
        return exact_hypergeometric_at_most(errors, size, bad, population) <= risk
    return tail <= float(risk)


def hypergeometric_reaches(errors: int, size: int, bad: int, population: int, risk: Fraction) -> bool:
    """Whether P(X >= errors) is more than ``risk``, exactly."""
    tail = 1 - hypergeometric_at_most(errors - 1, size, bad, population)
    if _undecided(tail, risk):
        return 1 - exact_hypergeometric_at_most(errors - 1, size, bad, population) > risk
    return tail > float(risk)


# ---- binomial and Poisson -----------------------------------------------------------------------


def binomial_within(errors: int, size: int, rate: Fraction, risk: Fraction) -> bool:
    """Whether the binomial P(X <= errors) is at most ``risk``, exactly."""
    from scipy.special import bdtr

    tail = float(bdtr(errors, size, float(rate))) if errors < size else 1.0
    if _undecided(tail, risk):
        return exact_binomial_at_most(errors, size, rate) <= risk
    return tail <= float(risk)


def exact_binomial_at_most(errors: int, size: int, rate: Fraction) -> Fraction:
    """Sum over k of C(n, k) p^k (1-p)^(n-k) as a fraction, over one common denominator."""
    hit, whole = rate.numerator, rate.denominator
    miss = whole - hit
    terms = (math.comb(size, k) * hit**k * miss ** (size - k) for k in range(min(errors, size) + 1))
    return Fraction(sum(terms), whole**size)


def poisson_within(errors: int, mean: Fraction, risk: Fraction) -> bool:
    """Whether the Poisson P(X <= errors) at ``mean`` is at most ``risk``."""
    from scipy.special import pdtr

    tail = float(pdtr(errors, float(mean)))
    if _undecided(tail, risk):
        return precise_poisson_at_most(errors, mean) <= Decimal(risk.numerator) / Decimal(risk.denominator)
    return tail <= float(risk)


def precise_poisson_at_most(errors: int, mean: Fraction) -> Decimal:
    """e^-m times the sum over k of m^k / k!, to 50 digits."""
    with localcontext() as context:
        context.prec = 50
        centre = Decimal(mean.numerator) / Decimal(mean.denominator)
        term, total = Decimal(1), Decimal(1)
        for k in range(1, errors + 1):
            term *= centre / k
            total += term
        return total * (-centre).exp()


def within_risk(  # noqa: PLR0913 - one test, whatever the model
    errors: int, size: int, rate: Fraction, risk: Fraction, *, population: int, model: str
) -> bool:
    """Whether ``errors`` in ``size`` prove a rate below ``rate``: P(X <= errors | rate) is at most ``risk``.

    Hypergeometric at the smallest number of errors that is ``rate`` of the frame or more.
    """
    if model == "hypergeometric":
        return hypergeometric_within(errors, size, math.ceil(rate * population), population, risk)
    if model == "binomial":
        return binomial_within(errors, size, rate, risk)
    return poisson_within(errors, rate * size, risk)


# ---- masses, for walks over stages --------------------------------------------------------------


def hypergeometric_masses(size: int, bad: int, population: int, most: int) -> list[float]:
    """P(X = k) for k = 0 .. most."""
    import numpy as np
    from scipy.stats import hypergeom

    masses: list[float] = hypergeom.pmf(np.arange(most + 1), population, bad, size).tolist()
    return masses


def exact_hypergeometric_masses(size: int, bad: int, population: int, most: int) -> list[Fraction]:
    """P(X = k) for k = 0 .. most, as fractions."""
    whole = math.comb(population, size)
    return [
        Fraction(math.comb(bad, k) * math.comb(population - bad, size - k), whole) if k <= size else Fraction(0)
        for k in range(most + 1)
    ]


def binomial_masses(size: int, rate: Fraction, most: int) -> list[float]:
    """P(X = k) for k = 0 .. most."""
    import numpy as np
    from scipy.stats import binom

    masses: list[float] = binom.pmf(np.arange(most + 1), size, float(rate)).tolist()
    return masses


def poisson_masses(mean: Fraction, most: int) -> list[float]:
    """P(X = k) for k = 0 .. most."""
    import numpy as np
    from scipy.stats import poisson

    masses: list[float] = poisson.pmf(np.arange(most + 1), float(mean)).tolist()
    return masses
