"""Evaluation: how good a version is on pictures with labels. Pure.

Intervals are Clopper and Pearson's (1934), exact; those of the reliability points are Wilson's. brier is the mean
squared error over all labels (Brier, 1950).
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from model import reliability

Floats = npt.NDArray[np.floating]
BINS = 10


def interval(found: int, of: int, *, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share.

    >>> [round(bound, 4) for bound in interval(0, 10)]
    [0.0, 0.3085]
    """
    if of == 0:
        return (0.0, 1.0)
    tail = (1 - level) / 2
    low = 0.0 if found == 0 else float(special.betaincinv(found, of - found + 1, tail))
    high = 1.0 if found == of else float(special.betaincinv(found + 1, of - found, 1 - tail))
    return (low, high)


def confusion(truth: npt.NDArray[np.integer], found: npt.NDArray[np.integer], labels: int) -> list[list[int]]:
    """Rows are what is true, columns what was said.

    >>> confusion(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    [[1, 1], [0, 1]]
    """
    table = np.zeros((labels, labels), dtype=int)
    np.add.at(table, (truth, found), 1)
    counts: list[list[int]] = table.tolist()
    return counts


def ece(shares: Floats, truth: npt.NDArray[np.integer]) -> float:
    """Mean gap between how sure it was and how often it was right, over ten bins of sureness."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(right[places == place].mean() - sure[places == place].mean())) * float((places == place).mean())
        for place in set(places.tolist())
    ]
    return float(sum(gaps))


def measure(
    shares: Floats, truth: npt.NDArray[np.integer], *, labels: Sequence[str], bear: Sequence[str], threshold: float
) -> dict[str, Any]:
    """shares: N x labels, calibrated; truth: N indices of labels. The numbers of `model evaluate`."""
    bears = [list(labels).index(label) for label in bear]
    p_bear = shares[:, bears].sum(axis=1)
    is_bear = np.isin(truth, bears)
    found, false = int((p_bear[is_bear] >= threshold).sum()), int((p_bear[~is_bear] >= threshold).sum())
    with_bear, without = int(is_bear.sum()), int((~is_bear).sum())
    right = shares[np.arange(len(truth)), truth]
    hot = np.eye(len(labels))[truth]
    points = reliability.points(p_bear, is_bear)
    return {
        "n": len(truth),
        "confusion": confusion(truth, shares.argmax(axis=1), len(labels)),
        "accuracy": _share(int((shares.argmax(axis=1) == truth).sum()), len(truth)),
        "recall_bear": _share(found, with_bear),
        "recall_bear_interval": list(interval(found, with_bear)),
        "false_bear": _share(false, without),
        "false_bear_interval": list(interval(false, without)),
        "brier": float(((shares - hot) ** 2).sum(axis=1).mean()),
        "log_loss": float(-np.log(np.clip(right, 1e-12, 1)).mean()),
        "ece": ece(shares, truth),
        "ece_bear": reliability.ece(points),
        "reliability": [{**asdict(point), "covers": point.covers} for point in points],
    }


def _share(found: int, of: int) -> float | None:
    return found / of if of else None
