"""Distances: how unlike known pictures a picture is, from its embedding or its logits.

Mahalanobis with covariance shrunk to (1 - s) S + s tr(S)/d I (Lee and others, 2018), distance to the k-th neighbour
(Sun and others, 2022), energy -T logsumexp(logits / T) (Liu and others, 2020) and the highest softmax (Hendrycks and
Gimpel, 2017). Any of them becomes a conformal p by scores of the same camera (Laxhammar and Falkman, 2010).
"""

from collections.abc import Sequence

import numpy as np

from model.calibration import softmax
from rollout.evidence.tails import Floats


def mahalanobis_squared(known: Floats, picture: Floats, *, shrinkage: float = 0.0) -> float:
    """known: N x d embeddings; picture: d. Raises LinAlgError where they lie in a plane and nothing is shrunk.

    >>> corners = np.array([[0.0, 0], [2, 0], [0, 2], [2, 2]])
    >>> round(mahalanobis_squared(corners, np.array([3.0, 1.0])), 3)
    3.0
    """
    spread = np.atleast_2d(np.cov(known, rowvar=False))
    size = len(spread)
    spread = (1 - shrinkage) * spread + shrinkage * np.trace(spread) / size * np.eye(size)
    gap = picture - known.mean(axis=0)
    return float(gap @ np.linalg.solve(spread, gap))


def to_neighbour(known: Floats, picture: Floats, k: int) -> float:
    """Euclidean distance to the k-th nearest, k from 1.

    >>> to_neighbour(np.array([[0.0], [1.0], [5.0]]), np.array([0.0]), 2)
    1.0
    """
    return float(np.sort(np.linalg.norm(known - picture, axis=1))[k - 1])


def energy(logits: Floats, *, temperature: float = 1.0) -> float:
    """High: unknown.

    >>> round(energy(np.array([2.0, -1.0])), 4)
    -2.0486
    """
    return float(-temperature * np.logaddexp.reduce(logits / temperature))


def highest_share(logits: Floats) -> float:
    """Low: unknown.

    >>> round(highest_share(np.array([2.0, -1.0])), 4)
    0.9526
    """
    return float(softmax(logits[None])[0].max())


def conformal_p(calibration: Sequence[float], score: float) -> float:
    """(1 + how many calibration scores are at least as high) / (n + 1); below 0.01 needs 99 of them, 1 without any.

    >>> conformal_p([0.3, 0.5, 0.7, 0.9, 1.1, 1.2, 1.6, 1.9, 2.5], 1.7)
    0.3
    """
    return (1 + sum(one >= score for one in calibration)) / (len(calibration) + 1)
