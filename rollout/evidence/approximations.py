"""Approximations: tests and intervals of two rates that other programs print, to compare with. None decides here.

Score and square-root tests: Gu, Ng, Tang and Schucany, "Testing the ratio of two Poisson rates" (Biometrical Journal
50, 2008). Wald intervals: Rothman, "Episheet".
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence.rates import Interval, Rates


def score_greater(rates: Rates, *, theta0: float = 1.0) -> float:
    """One-sided p of theta <= theta0 by the score: (x1 - x2 c) / sqrt((x1 + x2) c), c = theta0 t1 / t2.

    1 where nothing was seen, or a side has no hours.

    >>> round(score_greater(Rates(model=60, model_hours=51477.5, manual=30, manual_hours=54308.7)), 6)
    0.000316
    """
    if not rates.both_exposed or rates.n == 0:
        return 1.0
    c = theta0 * rates.model_hours / rates.manual_hours
    return float(special.ndtr(-(rates.model - rates.manual * c) / math.sqrt(rates.n * c)))


def square_root_greater(rates: Rates, *, theta0: float = 1.0) -> float:
    """One-sided p of theta <= theta0 by 2 (sqrt(x1 + 3/8) - sqrt((x2 + 3/8) c)) / sqrt(1 + c).

    1 where nothing was seen, or a side has no hours.

    >>> round(square_root_greater(Rates(model=60, model_hours=51477.5, manual=30, manual_hours=54308.7)), 6)
    0.000285
    """
    if not rates.both_exposed or rates.n == 0:
        return 1.0
    c = theta0 * rates.model_hours / rates.manual_hours
    gap = 2 * (math.sqrt(rates.model + 0.375) - math.sqrt((rates.manual + 0.375) * c)) / math.sqrt(1 + c)
    return float(special.ndtr(-gap))


def wald_ratio(rates: Rates, *, phi: float = 1.0, level: float = 0.95) -> tuple[float, Interval] | None:
    """Standard error of ln theta, sqrt(phi (1/x1 + 1/x2)), and the interval of theta; None where a count is nought.

    phi: variance through mean of the counts; above 1 this is the quasi-Poisson interval (Wedderburn, 1974).

    >>> told = wald_ratio(Rates(model=30, model_hours=100, manual=18, manual_hours=100), phi=2.5)
    >>> round(told[0], 4), [round(bound, 4) for bound in told[1]]
    (0.4714, [0.6616, 4.1986])
    """
    if rates.model == 0 or rates.manual == 0 or rates.ratio is None:
        return None
    error = math.sqrt(phi * (1 / rates.model + 1 / rates.manual))
    reach = math.exp(float(special.ndtri((1 + level) / 2)) * error)
    return error, (rates.ratio / reach, rates.ratio * reach)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Difference of two rates per unit of exposure, and its normal interval."""

    value: float
    interval: Interval


def difference(rates: Rates, *, level: float = 0.95) -> Difference | None:
    """x1/t1 - x2/t2 with standard error sqrt(x1/t1^2 + x2/t2^2); None where a side has no hours.

    >>> told = difference(Rates(model=41, model_hours=28010, manual=15, manual_hours=19017))
    >>> round(told.value * 100000, 3)
    67.499
    """
    if not rates.both_exposed:
        return None
    value = rates.model / rates.model_hours - rates.manual / rates.manual_hours
    error = math.sqrt(rates.model / rates.model_hours**2 + rates.manual / rates.manual_hours**2)
    reach = float(special.ndtri((1 + level) / 2)) * error
    return Difference(value=value, interval=(value - reach, value + reach))


def e_test(rates: Rates) -> float:
    """Two-sided p that the rates are equal, by Krishnamoorthy and Thomson's E-test (2004): it gives no interval.

    1 where nothing was seen, or a side has no hours.

    >>> round(e_test(Rates(model=0, model_hours=100, manual=3, manual_hours=100)), 4)
    0.0884
    """
    if not rates.both_exposed or rates.n == 0:
        return 1.0
    t1, t2 = rates.model_hours, rates.manual_hours
    mean = rates.n / (t1 + t2)
    ones, others = (np.arange(_furthest(mean * t)) for t in (t1, t2))
    chance = np.outer(_poisson(ones, mean * t1), _poisson(others, mean * t2))
    with np.errstate(invalid="ignore"):
        gaps = (ones[:, None] / t1 - others / t2) / np.sqrt(ones[:, None] / t1**2 + others / t2**2)
    seen = (rates.model / t1 - rates.manual / t2) / math.sqrt(rates.model / t1**2 + rates.manual / t2**2)
    return float(chance[np.abs(np.nan_to_num(gaps)) >= abs(seen) * (1 - 1e-12)].sum())


def _furthest(mean: float) -> int:
    return int(mean + 12 * math.sqrt(mean) + 30)


def _poisson(counts: "np.typing.NDArray[np.integer]", mean: float) -> "np.typing.NDArray[np.float64]":
    return np.asarray(np.exp(special.xlogy(counts, mean) - mean - special.gammaln(counts + 1)))
