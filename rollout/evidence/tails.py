"""Tails: logarithms of the two tails of a Beta distribution, exact far out where the tail itself is no number any
more.

The lower tail is the regularised incomplete beta function I_x(a, b); far out it is summed as
x^a (1-x)^b / (a B(a, b)) * 2F1(a + b, 1; a + 1; x) (NIST Handbook of Mathematical Functions, 2010, 8.17.8).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
SMALLEST = 1e-280
"""Below this share a tail is summed in logarithms."""

TERMS = 20_000


def log_below(a: float | Floats, b: float | Floats, x: float) -> Floats:
    """ln P(Beta(a, b) <= x) for each a, b.

    >>> float(np.exp(log_below(0.5, 0.5, 0.5)).round(12))
    0.5
    >>> float(log_below(4000.0, 0.5, 0.5).round(1))
    -2777.0
    """
    return _tail(np.asarray(a, float), np.asarray(b, float), x)


def log_above(a: float | Floats, b: float | Floats, x: float) -> Floats:
    """ln P(Beta(a, b) > x) for each a, b: the lower tail of the mirrored distribution.

    >>> float(np.exp(log_above(1.0, 1.0, 0.25)).round(12))
    0.75
    """
    return _tail(np.asarray(b, float), np.asarray(a, float), 1 - x)


def crossing(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that changes sign between low and high is nought, by halving, to the last digits.

    >>> round(crossing(lambda x: x * x - 2, 0, 2), 12)
    1.414213562373
    """
    rising = of(high) > of(low)
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (low, middle) if (of(middle) > 0) is rising else (middle, high)
    return (low + high) / 2


def _tail(a: Floats, b: Floats, x: float) -> Floats:
    a, b = np.broadcast_arrays(a, b)
    found = np.asarray(special.betainc(a, b, x), float)
    told = np.asarray(np.log(np.maximum(found, SMALLEST)))
    for place in np.argwhere(found < SMALLEST):
        at = tuple(place)
        told[at] = _summed(float(a[at]), float(b[at]), x)
    return told


def _summed(a: float, b: float, x: float) -> float:
    term, total = 1.0, 1.0
    for number in range(TERMS):
        term *= (a + b + number) / (a + 1 + number) * x
        total += term
        if term < total * 1e-16:
            break
    return float(a * np.log(x) + b * np.log1p(-x) - np.log(a) - special.betaln(a, b) + np.log(total))
