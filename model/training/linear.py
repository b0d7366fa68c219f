"""A linear layer over features: multinomial logistic regression on standardised features.

With the squares of its weights as penalty (Bishop, "Pattern recognition and machine learning", 2006, 4.3.4).
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from model import calibration
from model.network import Floats

Whole = npt.NDArray[np.integer]
PENALTY = 0.01
STEPS = 300


def fit(features: Floats, truth: Whole, labels: int) -> tuple[Floats, Floats]:
    """Weights (F x labels) and bias from features (N x F) and N indices of labels."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 0.01
    scaled, wanted = (features - mean) / spread, np.eye(labels, dtype=np.float32)[truth]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        table = flat.reshape(-1, labels)
        shares = calibration.softmax(scaled @ table[:-1] + table[-1])
        off = (shares - wanted) / len(wanted)
        slope = np.vstack([scaled.T @ off + 2 * PENALTY * table[:-1], off.sum(axis=0)])
        value = -np.log(np.clip((shares * wanted).sum(axis=1), 1e-12, 1)).mean() + PENALTY * (table[:-1] ** 2).sum()
        return float(value), slope.ravel()

    start = np.zeros((features.shape[1] + 1) * labels)
    table = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(-1, labels)
    weights: Floats = (table[:-1] / spread[:, None]).astype(np.float32)
    bias: Floats = (table[-1] - mean @ weights).astype(np.float32)
    return weights, bias
