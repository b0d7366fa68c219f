"""Reliability: how often it was a bear when the version said so surely. Pure.

Points of equal numbers of pictures, not of equal width (Nguyen and O'Connor, "Posterior calibration and exploratory
analysis for natural language processing models", 2015), each with Wilson's interval. One number for all of them is
given only where enough bears stand behind it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.comparison import wilson

Floats = npt.NDArray[np.floating]
POINTS = 10
LEAST_POSITIVES = 50
"""With fewer bears than this a single number says more of chance than of the version."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Pictures of like p: their number, the bears among them, the mean p and the share of bears with its interval."""

    n: int
    bears: int
    mean_p: float
    share: float
    interval: tuple[float, float]

    @property
    def covers(self) -> bool:
        """Whether the interval holds what was promised."""
        return self.interval[0] <= self.mean_p <= self.interval[1]


def points(p_bear: Floats, is_bear: npt.NDArray[np.bool_], *, most: int = POINTS) -> list[Point]:
    """p_bear (N) in ascending groups of equal size; equal values stay together, so there may be fewer points.

    >>> p, bear = np.array([0.1, 0.1, 0.9, 0.9]), np.array([False, False, True, False])
    >>> [(point.n, point.mean_p, point.share, point.covers) for point in points(p, bear, most=2)]
    [(2, 0.1, 0.0, True), (2, 0.9, 0.5, True)]
    """
    order = np.argsort(p_bear, kind="stable")
    found = []
    for group in _groups(p_bear[order], most):
        chosen = order[group]
        n, bears = len(chosen), int(is_bear[chosen].sum())
        found.append(
            Point(n=n, bears=bears, mean_p=float(p_bear[chosen].mean()), share=bears / n, interval=wilson(bears, n))
        )
    return found


def ece(found: Sequence[Point]) -> float | None:
    """Expected calibration error: the mean gap between promise and share; None below LEAST_POSITIVES bears.

    >>> points_of = [Point(n=100, bears=60, mean_p=0.5, share=0.6, interval=(0.5, 0.7))]
    >>> round(ece(points_of), 3), ece([Point(n=9, bears=3, mean_p=0.5, share=0.33, interval=(0.1, 0.7))])
    (0.1, None)
    """
    if sum(point.bears for point in found) < LEAST_POSITIVES:
        return None
    return sum(point.n * abs(point.share - point.mean_p) for point in found) / sum(point.n for point in found)


def _groups(ascending: Floats, most: int) -> list[slice]:
    """Cuts at the quantiles, moved to where the value changes."""
    n = len(ascending)
    wanted = [round(n * place / most) for place in range(1, most)]
    cuts = sorted({int(np.searchsorted(ascending, ascending[place], side="left")) for place in wanted if place < n})
    edges = [0, *(cut for cut in cuts if cut > 0), n]
    return [slice(start, end) for start, end in itertools.pairwise(edges) if end > start]
