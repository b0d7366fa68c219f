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


def shifted(p: float, penalty: float) -> float:
    """A probability with its log odds lowered by the penalty.

    >>> shifted(0.5, 0.0), round(shifted(0.5, 2.0), 3)
    (0.5, 0.119)
    """
    p = min(max(p, 1e-9), 1 - 1e-9)
    return float(1 / (1 + (1 - p) / p * np.exp(penalty)))
