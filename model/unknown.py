"""Unknown: how unlike the training pictures something is, as a conformal p. Pure.

The score is the mean distance to the nearest neighbours among training features, after projection to their main
directions; the p is the share of held-out pictures at least as far away (conformal anomaly detection: Laxhammar
and Falkman, 2010). A small p: unlike anything that the version was trained on.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
NEIGHBOURS = 5
DIRECTIONS = 32
MOST_POINTS = 1500
LIGHT = 4
"""So many times its own is a p by light told: at 0.01 it marks at most 0.25 % of pictures like those that taught, and
both together at most 1.25 %. A camera that was never seen is marked by its light more often than by a network."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bank:
    """mean (F), axes (F x D), points (M x D) of training pictures, far (H) sorted scores of held-out ones."""

    mean: Floats
    axes: Floats
    points: Floats
    far: Floats

    @cached_property
    def lengths(self) -> Floats:
        """Of the points, squared (M)."""
        return _lengths(self.points)


def make(train: Floats, held_out: Floats, *, directions: int = DIRECTIONS, seed: int = 0) -> Bank:
    """A bank from features (N x F) of training and of held-out pictures."""
    mean = train.mean(axis=0)
    _, spread, main = np.linalg.svd(train - mean, full_matrices=False)
    axes = (main[:directions] / np.maximum(spread[:directions, None], 1e-6)).T * np.sqrt(len(train))
    points = (train - mean) @ axes
    if len(points) > MOST_POINTS:
        points = points[np.random.default_rng(seed).choice(len(points), MOST_POINTS, replace=False)]
    far = np.sort(_scores(points, _lengths(points), (held_out - mean) @ axes))
    return Bank(mean=mean, axes=axes, points=points, far=far)


def p_of(bank: Bank, features: Floats) -> Floats:
    """Conformal p of each row of features (N x F), in (0, 1]."""
    return shares_beyond(bank.far, _scores(bank.points, bank.lengths, (features - bank.mean) @ bank.axes))


def shares_beyond(far: Floats, scores: Floats) -> Floats:
    """Conformal p of scores: the share of held-out ones (far, sorted) that are at least as high."""
    beyond = len(far) - np.searchsorted(far, scores, side="left")
    shares: Floats = (beyond + 1) / (len(far) + 1)
    return shares


def together(light: float, network: float) -> float:
    """One p of two: by plain measures of light, which has the lesser share of the marks, and by a network.

    >>> together(0.002, 0.5), together(0.5, 0.75)
    (0.008, 0.75)
    """
    return min(LIGHT * light, network, 1.0)


def _lengths(rows: Floats) -> Floats:
    squares: Floats = (rows**2).sum(1)
    return squares


def _scores(points: Floats, lengths: Floats, rows: Floats) -> Floats:
    squares = _lengths(rows)[:, None] + lengths[None] - 2 * rows @ points.T
    nearest = np.partition(np.sqrt(np.maximum(squares, 0)), NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
    means: Floats = nearest.mean(axis=1)
    return means
