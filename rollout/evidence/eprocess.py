"""E-process of totals: evidence against a ratio that may be looked at every week without crying wolf.

k of n encounters are the model's. Under the null the chance is p0 = theta0 t1 / (theta0 t1 + t2), the same in every
week; the e-value is the likelihood under a Beta(a, b) mixture through that under p0. It is 20 or more at any time
with at most 5% chance while the null holds (Ville, 1939). All values are natural logarithms: ln 20 = 2.9957.

Lindon and Malek, "Anytime-valid inference for multinomial count data" (NeurIPS 2022): season and hour cancel as long
as both sides are exposed together. One-sided: the prior is truncated to the alternative. Where the shares of the
hours change from week to week, use strata.py.
"""

import math

import numpy as np
from scipy import special

from rollout.evidence.rates import Interval, Rates
from rollout.evidence.tails import Floats, crossing, log_above, log_below

ALARM = math.log(20)
"""Evidence that decides, at 5%: ln 20."""

Many = float | Floats
A = B = 0.5


def two_sided(k: Many, n: Many, p0: float, *, a: float = A, b: float = B) -> Floats:
    """ln E against p = p0: lnB(a+k, b+n-k) - lnB(a, b) - k ln p0 - (n-k) ln(1-p0). k, n may be arrays.

    Nought where nothing was seen. Deflated counts need not be whole.

    >>> float(np.exp(two_sided(9, 12, 0.5, a=1, b=1)).round(4))
    1.4322
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    mixed = special.betaln(a + k, b + n - k) - special.betaln(a, b)
    return np.asarray(mixed - special.xlogy(k, p0) - special.xlog1py(n - k, -p0))


def at_most(k: Many, n: Many, p0: float, *, a: float = A, b: float = B) -> Floats:
    """ln E against p <= p0, with the prior truncated to (p0, 1). Large: the model sees more than the null allows.

    >>> float(at_most(30, 33, 2 / 3).round(6))
    4.351404
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    cut = log_above(a + k, b + n - k, p0) - log_above(a, b, p0)
    return np.asarray(two_sided(k, n, p0, a=a, b=b) + cut)


def at_least(k: Many, n: Many, p0: float, *, a: float = A, b: float = B) -> Floats:
    """ln E against p >= p0, with the prior truncated to (0, p0). Large: the model sees less than the null allows.

    >>> float(at_least(0, 9, 0.5).round(6))
    5.246275
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    cut = log_below(a + k, b + n - k, p0) - log_below(a, b, p0)
    return np.asarray(two_sided(k, n, p0, a=a, b=b) + cut)


def confidence_sequence(rates: Rates, *, alpha: float = 0.05) -> Interval:
    """Every ratio with two-sided evidence below 1 / alpha: it holds the true one at all times together.

    (0, inf) where nothing was seen or a side has no hours.

    >>> [round(bound, 4) for bound in confidence_sequence(Rates(model=60, model_hours=1, manual=60, manual_hours=1))]
    [0.5397, 1.8529]
    """
    if not rates.both_exposed or rates.n == 0:
        return 0.0, math.inf
    k, n, limit = rates.model, rates.n, -math.log(alpha)

    def over(p: float) -> float:
        return float(two_sided(k, n, p)) - limit

    low = 0.0 if k == 0 else crossing(over, 1e-300, k / n)
    high = 1.0 if k == n else crossing(over, k / n, 1 - 1e-16)
    return rates.ratio_at(low), rates.ratio_at(high)
