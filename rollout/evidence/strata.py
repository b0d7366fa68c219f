"""E-process of strata: the same evidence where the hours of both sides change from week to week.

In stratum s (a week, or a week's day and night) the model's share at ratio theta is
q_s = theta t1s / (theta t1s + t2s), and l(theta) = sum_s x1s ln q_s + x2s ln(1 - q_s). ln E = ln mean_j exp
l(theta_j) - l(theta0) over the fixed grid theta_j = theta0 2^(j/4) (up) or theta0 2^(-j/4) (down), j = 1..16. A
stratum in which one side had no hours says nothing and is dropped. Derived from Lindon and Malek (NeurIPS 2022);
the grid takes the place of their mixture.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence.tails import Floats

GRID = np.arange(1, 17) / 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Strata:
    """Encounters and hours of both sides, one number a stratum, in their order."""

    model: Floats
    model_hours: Floats
    manual: Floats
    manual_hours: Floats

    @property
    def used(self) -> "Strata":
        """Those in which both sides had hours."""
        both = (self.model_hours > 0) & (self.manual_hours > 0)
        return Strata(
            model=self.model[both], model_hours=self.model_hours[both], manual=self.manual[both],
            manual_hours=self.manual_hours[both],
        )  # fmt: skip


def of(rows: list[tuple[float, float, float, float]]) -> Strata:
    """Strata from rows of (model, its hours, people, their hours).

    >>> of([(40, 168, 2, 168), (31, 168, 3, 168)]).model.tolist()
    [40.0, 31.0]
    """
    table = np.asarray(rows, float).reshape(-1, 4).T
    return Strata(model=table[0], model_hours=table[1], manual=table[2], manual_hours=table[3])


def gains(strata: Strata, theta0: float, *, up: bool) -> Floats:
    """What each used stratum adds to l(theta_j) - l(theta0): strata x 16.

    >>> gains(of([(40, 168, 2, 168), (0, 0, 4, 168)]), 1.0, up=True).shape
    (1, 16)
    """
    told = strata.used
    grid = theta0 * 2.0 ** (GRID if up else -GRID)
    return np.asarray(_likelihoods(told, grid) - _likelihoods(told, np.asarray([theta0])))


def at_most(strata: Strata, theta0: float) -> float:
    """ln E against theta <= theta0; nought where nothing was seen.

    >>> weeks = of([(40, 168, 2, 168), (31, 168, 3, 168), (28, 168, 1, 168)])
    >>> round(at_most(weeks, 2), 6)
    22.708223
    """
    return float(mean(gains(strata, theta0, up=True).sum(axis=0)))


def at_least(strata: Strata, theta0: float) -> float:
    """ln E against theta >= theta0.

    >>> round(at_least(of([(3, 168, 2, 168), (5, 168, 1, 84), (0, 0, 4, 168), (6, 168, 2, 40)]), 2), 6)
    -0.801155
    """
    return float(mean(gains(strata, theta0, up=False).sum(axis=0)))


def mean(logs: Floats) -> Floats:
    """ln of the mean of exp over the last axis.

    >>> float(mean(np.log([1.0, 3.0])).round(6))  # ln 2
    0.693147
    """
    return np.asarray(special.logsumexp(logs, axis=-1) - np.log(logs.shape[-1]))


def _likelihoods(strata: Strata, thetas: Floats) -> Floats:
    mine = thetas * strata.model_hours[:, None]
    share = mine / (mine + strata.manual_hours[:, None])
    return np.asarray(special.xlogy(strata.model[:, None], share) + special.xlog1py(strata.manual[:, None], -share))
