"""Calibration: logits to probabilities that mean what they say. Pure.

Temperature scaling: Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks" (2017).
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

Floats = npt.NDArray[np.floating]


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """N x labels to probabilities that sum to 1 over the labels.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    lifted = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: Floats = lifted / lifted.sum(axis=-1, keepdims=True)
    return shares


def temperature(logits: Floats, truth: npt.NDArray[np.integer]) -> float:
    """The temperature with the least negative log likelihood on pictures that did not teach. truth: N indices."""

    def loss(log_temperature: float) -> float:
        shares = softmax(logits, float(np.exp(log_temperature)))
        return float(-np.log(np.clip(shares[np.arange(len(truth)), truth], 1e-12, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.3, 2.3), method="bounded").x))


def eased(p: Floats, temperature: float, penalty: float) -> Floats:
    """Probabilities of any shape with their log odds divided by the temperature and then lowered by the penalty.

    >>> eased(np.array([0.5, 0.9]), 1.0, 0.0).round(6).tolist(), eased(np.array([0.9]), 2.0, 0.0).round(2).tolist()
    ([0.5, 0.9], [0.75])
    """
    p = np.clip(p, 1e-9, 1 - 1e-9)
    lowered: Floats = 1 / (1 + ((1 - p) / p) ** (1 / temperature) * np.exp(penalty))
    return lowered


def shifted(p: float, penalty: float) -> float:
    """A probability with its log odds lowered by the penalty.

    >>> shifted(0.5, 0.0), round(shifted(0.5, 2.0), 3)
    (0.5, 0.119)
    """
    p = min(max(p, 1e-9), 1 - 1e-9)
    return float(1 / (1 + (1 - p) / p * np.exp(penalty)))


def log_odds(p: Floats) -> Floats:
    """Of probabilities of any shape.

    >>> log_odds(np.array([0.5, 0.731059])).round(3).tolist()
    [0.0, 1.0]
    """
    p = np.clip(np.asarray(p, dtype=np.float64), 1e-9, 1 - 1e-9)
    found: Floats = np.log(p) - np.log1p(-p)
    return found


def agreed(first: Floats, second: Floats, weight: float) -> Floats:
    """Two opinions over the same labels (last axis) as one: their weighted geometric mean, made to sum to 1.

    weight: of the second, 0 to 1. The logarithmic opinion pool: Genest and Zidek, "Combining probability
    distributions" (1986). Of two labels it is the weighted mean of the log odds.

    >>> agreed(np.array([0.9, 0.1]), np.array([0.1, 0.9]), 0.5).round(6).tolist()
    [0.5, 0.5]
    """
    logs = (1 - weight) * np.log(np.clip(first, 1e-9, 1)) + weight * np.log(np.clip(second, 1e-9, 1))
    return softmax(logs)
