"""Sureness: whether probabilities hold, of one bear-or-not answer a visit. For reports; model/ measures bundles.

Expected calibration error over bins of equal width (Naeini, Cooper and Hauskrecht, 2015), Brier (1950), mean negative
log likelihood, and the temperature that makes it least (Guo and others, 2017). p and y: probabilities and truths
(0, 1). Of no answer at all each of them is nan: nobody can tell.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import special

from model.calibration import softmax
from rollout.evidence.tails import Floats, crossing

Truths = npt.NDArray[np.integer]
BINS = 5
EDGE = 1e-12


def calibration_error(p: Floats, y: Truths, *, bins: int = BINS) -> float:
    """Mean gap between promise and share; 1 belongs to the last bin. Below 50 bears show the points instead.

    >>> round(calibration_error(np.array([0.1, 0.9]), np.array([0, 1])), 3)
    0.1
    """
    if not len(p):
        return math.nan
    places = np.minimum((p * bins + EDGE).astype(int), bins - 1)
    return float(sum(abs((p - y)[places == place].sum()) for place in set(places.tolist())) / len(p))


def brier(p: Floats, y: Truths) -> float:
    """Mean squared error.

    >>> round(brier(np.array([0.1, 0.8]), np.array([0, 1])), 3)
    0.025
    """
    return float(((p - y) ** 2).mean()) if len(p) else math.nan


def log_loss(p: Floats, y: Truths) -> float:
    """Mean negative log likelihood, natural logarithm.

    >>> round(log_loss(np.array([0.5, 0.5]), np.array([0, 1])), 4)
    0.6931
    """
    if not len(p):
        return math.nan
    return float(-np.log(np.clip(np.where(y == 1, p, 1 - p), EDGE, 1)).mean())


def temperature(p: Floats, y: Truths) -> float:
    """What the log odds are divided by for the least log loss, between 1/100 and 100.

    >>> round(temperature(np.array([0.9] * 10), np.array([1] * 9 + [0])), 6)
    1.0
    """
    if not len(p):
        return math.nan
    odds = np.log(np.clip(p, EDGE, 1) / np.clip(1 - p, EDGE, 1))

    def slope(log_beta: float) -> float:
        return float(((special.expit(np.exp(log_beta) * odds) - y) * odds).sum())

    return float(np.exp(-crossing(slope, -np.log(100), np.log(100))))


def eased(p: Floats, temperature: float) -> Floats:
    """The probabilities with their log odds divided by the temperature.

    >>> eased(np.array([0.9]), 2.0).round(2).tolist()
    [0.75]
    """
    logits = np.log(np.clip(np.column_stack([1 - p, p]), EDGE, 1))
    return np.asarray(softmax(logits, temperature)[:, 1], float)
