"""Score shift: whether this week's scores come from where the reference weeks' scores came from.

Kolmogorov and Smirnov's largest gap between the two shares below a score, with its exact two-sided p by counting the
paths of both samples that stay closer (Hodges, "The significance probability of the Smirnov two-sample test", 1958).
Use one score a visit: the frames of one visit are not independent.
"""

import math
from collections.abc import Sequence

import numpy as np


def largest_gap(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The gap D and its p; (0, 1) where a sample is empty. With ties p is on the safe side.

    >>> told = largest_gap([0.1, 0.2, 0.22, 0.4, 0.41], [0.5, 0.6, 0.61, 0.7, 0.9, 0.95])
    >>> told[0], round(told[1], 6)
    (1.0, 0.004329)
    """
    m, n = len(one), len(other)
    if not m or not n:
        return 0.0, 1.0
    at = np.concatenate([one, other])
    below = (np.searchsorted(np.sort(sample), at, side="right") for sample in (one, other))
    apart = int(max(abs(a * n - b * m) for a, b in zip(*(found.tolist() for found in below), strict=True)))
    return apart / (m * n), _p(m, n, apart)


def _p(m: int, n: int, apart: int) -> float:
    """The share of the paths from (0, 0) to (m, n) on which |i n - j m| somewhere reaches apart."""
    if apart == 0:
        return 1.0
    row = [1.0 if j * m < apart else 0.0 for j in range(n + 1)]
    for j in range(1, n + 1):
        row[j] = row[j] and row[j - 1]
    for i in range(1, m + 1):
        for j in range(n + 1):
            reach = row[j] * i / (i + j) + (row[j - 1] * j / (i + j) if j else 0.0)
            row[j] = reach if abs(i * n - j * m) < apart else 0.0
    return min(1.0, max(0.0, math.fsum([1.0, -row[n]])))
