"""Baseline: new encounters against a count from before, where nobody watches beside the model any more.

The old rate is taken at its Garwood limit, so that its own uncertainty counts against the alarm; the new count is
tested by a Gamma(a, b) mixture of Poisson likelihoods:

    ln E = a ln b - lnG(a) + lnG(a + n) - (a + n) ln(b + mu0) + mu0      two-sided
         + ln Q(a + n, b + mu0) - ln Q(a, b)                             truncated to r > 1

Wrong with at most alpha + (1 - level) / 2. A baseline of another season is not season-matched: say "historical".
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence import one_rate


def two_sided(n: int, mu0: float, *, a: float = 0.5, b: float = 0.5) -> float:
    """ln E against a mean of mu0.

    >>> round(two_sided(8, 3.0), 6)
    0.981843
    """
    whole = a * np.log(b) - special.gammaln(a) + special.gammaln(a + n)
    return float(whole - (a + n) * np.log(b + mu0) + mu0)


def at_most(n: int, mu0: float, *, a: float = 0.5, b: float = 0.5) -> float:
    """ln E against a mean of mu0 or less.

    >>> round(at_most(8, 3.0), 6)
    2.11313
    """
    cut = np.log(special.gammaincc(a + n, b + mu0)) - np.log(special.gammaincc(a, b))
    return float(two_sided(n, mu0, a=a, b=b) + cut)


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

    >>> told = against(9, 40, 15, 10, theta0=2)
    >>> round(told.rate_high, 4), round(told.log_e, 4)
    (0.4271, 1.1464)
    """
    low, high = one_rate.limits(old, old_exposure, level=level)
    most = theta0 * high * new_exposure
    return Historical(rate_low=low, rate_high=high, most=most, log_e=at_most(new, most))
