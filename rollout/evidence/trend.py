"""Trend: whether people see less an hour as the weeks go by, as watches do that trust the model.

Poisson regression of sightings on the week, with the logarithm of the watch hours as offset (McCullagh and Nelder,
"Generalized linear models", 1989): ln mean = a + slope * week + ln hours, fitted by Newton's method.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The change of the logarithm of the rate a week, its standard error, and the factor a week."""

    slope: float
    error: float

    @property
    def factor(self) -> float:
        """What the rate is multiplied by from week to week."""
        return math.exp(self.slope)


def trend(sightings: Sequence[int], hours: Sequence[float]) -> Trend | None:
    """One number a week; weeks without watch hours say nothing.

    None with sightings in fewer than two weeks, where no slope can be told.

    >>> told = trend([6, 5, 6, 4, 3, 2, 2, 1], [40, 40, 38, 42, 40, 36, 40, 40])
    >>> round(told.factor, 4), round(told.error, 4)
    (0.8072, 0.0871)
    """
    weeks = [(week, y, t) for week, (y, t) in enumerate(zip(sightings, hours, strict=True)) if t > 0]
    if sum(y > 0 for _, y, _ in weeks) < 2:
        return None
    week, y, t = np.asarray(weeks, float).T
    design = np.column_stack([np.ones(len(week)), week - week.mean()])
    at = np.array([math.log(y.sum() / t.sum()), 0.0])
    for _ in range(100):
        mean = t * np.exp(design @ at)
        information = design.T @ (mean[:, None] * design)
        step = np.linalg.solve(information, design.T @ (y - mean))
        at = at + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-12:
            break
    return Trend(slope=float(at[1]), error=float(math.sqrt(np.linalg.inv(information)[1, 1])))
