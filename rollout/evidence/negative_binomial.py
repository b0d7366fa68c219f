"""Negative binomial: the ratio of two rates whose counts vary more than chance (NB2: variance mu + a mu^2).

For display alone: the estimate of a is unstable below some 30 weeks. Fitted by maximum likelihood (Cameron and
Trivedi, "Regression analysis of count data", 1998) with a logarithmic link and the logarithm of the exposure as
offset.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence.tails import Floats, crossing

GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Ratio model through manual, its interval, the standard error of its logarithm, and the extra variance a."""

    ratio: float
    interval: tuple[float, float]
    error_log: float
    a: float


def fit(
    model: Sequence[float], manual: Sequence[float], model_hours: Sequence[float], manual_hours: Sequence[float],
    *, level: float = 0.95,
) -> Fit | None:  # fmt: skip
    """Weekly counts and hours of both sides; None where a side saw nothing or has a week without hours.

    >>> ones, others = [4, 0, 9, 1, 0, 12, 3, 1], [2, 1, 4, 0, 0, 5, 1, 2]
    >>> told = fit(ones, others, [168] * 8, [168] * 8)
    >>> round(told.ratio, 3), round(told.a, 3), round(told.error_log, 3)
    (2.0, 0.915, 0.573)
    """
    sides = [(np.asarray(y, float), np.asarray(t, float)) for y, t in ((model, model_hours), (manual, manual_hours))]
    if any(not y.sum() or (t <= 0).any() for y, t in sides):
        return None
    a = math.exp(_highest(lambda log_a: sum(_likelihood(y, t, math.exp(log_a)) for y, t in sides), -12.0, 5.0))
    (rate, spread), (other, wider) = (_rate(y, t, a) for y, t in sides)
    error = math.sqrt(spread + wider)
    reach = math.exp(float(special.ndtri((1 + level) / 2)) * error)
    ratio = rate / other
    return Fit(ratio=ratio, interval=(ratio / reach, ratio * reach), error_log=error, a=a)


def _rate(y: Floats, t: Floats, a: float) -> tuple[float, float]:
    """The rate where the score is nought, and the variance of its logarithm."""

    def score(log_rate: float) -> float:
        mu = math.exp(log_rate) * t
        return float(((y - mu) / (1 + a * mu)).sum())

    middle = math.log(y.sum() / t.sum())
    rate = math.exp(crossing(score, middle - 8, middle + 8))
    mu = rate * t
    return rate, float(1 / (mu * (1 + a * y) / (1 + a * mu) ** 2).sum())


def _likelihood(y: Floats, t: Floats, a: float) -> float:
    mu, size = _rate(y, t, a)[0] * t, 1 / a
    ways = special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)
    return float((ways - size * np.log1p(a * mu) + special.xlogy(y, a * mu / (1 + a * mu))).sum())


def _highest(of: Callable[[float], float], low: float, high: float) -> float:
    """The place of the one maximum, by the golden section."""
    while high - low > 1e-7:
        one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, other) if of(one) > of(other) else (one, high)
    return (low + high) / 2
