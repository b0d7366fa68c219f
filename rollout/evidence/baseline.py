"""Baseline: new encounters against a count from before, where nobody watches beside the model any more.

The old rate is taken at its Garwood limit, so that its own uncertainty counts against the alarm; the new count is
tested by a Gamma(a, b) mixture of Poisson likelihoods:

    ln E = a ln b - lnG(a) + lnG(a + n) - (a + n) ln(b + mu0) + mu0      two-sided
         + ln Q(a + n, b + mu0) - ln Q(a, b)                             truncated to r > 1

Wrong with at most alpha + (1 - level) / 2. A baseline of another season is not season-matched: say "historical".
The mixture is Robbins's ("Statistical methods related to the law of the iterated logarithm", 1970), the limit
Garwood's (1936). n: encounters, mu0: how many of them the null expects; ln E is a natural logarithm.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence import one_rate
from rollout.evidence.tails import SMALLEST

STEPS = 200


def two_sided(n: int, mu0: float, *, a: float = 0.5, b: float = 0.5) -> float:
    """ln E against a mean of mu0.

    >>> round(two_sided(8, 3.0), 6)
    0.981843
    """
    whole = a * np.log(b) - special.gammaln(a) + special.gammaln(a + n)
    return float(whole - (a + n) * np.log(b + mu0) + mu0)


def at_most(n: int, mu0: float, *, a: float = 0.5, b: float = 0.5) -> float:
    """ln E against a mean of mu0 or less; nought where mu0 is inf, since then everything is allowed.

    >>> round(at_most(8, 3.0), 6)
    2.11313
    >>> at_most(8, math.inf), round(at_most(0, 5000.0), 3)
    (0.0, -8.788)
    """
    if math.isinf(mu0):
        return 0.0
    return float(two_sided(n, mu0, a=a, b=b) + _log_upper(a + n, b + mu0) - _log_upper(a, b))


def _log_upper(a: float, x: float) -> float:
    """ln Q(a, x), by its continued fraction where Q itself is no number any more (NIST Handbook, 8.9.2)."""
    found = float(special.gammaincc(a, x))
    if found > SMALLEST:
        return math.log(found)
    fraction = 0.0
    for step in range(STEPS, 0, -1):
        fraction = step * (step - a) / (x + 2 * step + 1 - a - fraction)
    return float(a * math.log(x) - x - special.gammaln(a) - math.log(x + 1 - a - fraction))


@dataclass(frozen=True, kw_only=True)
class Historical:
    """Limits of the old rate, the mean that the null allows now, and ln E against it."""

    rate_low: float
    rate_high: float
    most: float
    log_e: float


def against(
    old: int, old_exposure: float, new: int, new_exposure: float, *, theta0: float, level: float = 0.95
) -> Historical:
    """Evidence that the rate is more than theta0 times that of before. Exposures in one unit, hours or weeks.

    Without exposure before or now there is none: ln E is nought.

    >>> told = against(9, 40, 15, 10, theta0=2)
    >>> round(told.rate_high, 4), round(told.log_e, 4)
    (0.4271, 1.1464)
    """
    low, high = one_rate.limits(old, old_exposure, level=level)
    most = theta0 * high * new_exposure if new_exposure > 0 else math.inf
    return Historical(rate_low=low, rate_high=high, most=most, log_e=at_most(new, most))
