"""Costs: the threshold that a park's own costs ask for, from how a version scores pictures with labels. Pure.

Shares come from few pictures, so each is the mean of its Jeffreys posterior, (found + 1/2) / (n + 1): a version that
let nothing pass in 30 pictures is not taken for one that never will.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
CANDIDATES = tuple(round(0.01 * step, 2) for step in range(5, 100))


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a park loses, in minutes of a ranger: by a missed bear, a false warning, and by looking at one alert.

    alerts_a_day: what its rangers can look at.
    """

    missed_bear: float
    false_warning: float
    review: float
    alerts_a_day: float


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """Visits a day before the cameras: of bears, and of everything else that moves."""

    bears_a_day: float
    others_a_day: float


@dataclass(frozen=True, kw_only=True)
class Priced:
    """One threshold: the shares of bears found and of others that pass for one, and what a day of it costs."""

    threshold: float
    recall: float
    false_share: float
    alerts_a_day: float
    minutes_a_day: float


def priced(
    bears: Floats, others: Floats, threshold: float, objective: Objective, traffic: Traffic, *, confirmed: bool
) -> Priced:
    """bears, others: p_bear of pictures with and without a bear. confirmed: a ranger says bear before a warning goes.

    >>> objective = Objective(missed_bear=3000, false_warning=60, review=2, alerts_a_day=12)
    >>> traffic = Traffic(bears_a_day=0.1, others_a_day=20)
    >>> at = priced(np.array([0.9] * 9), np.array([0.1] * 99), 0.5, objective, traffic, confirmed=True)
    >>> round(at.recall, 3), round(at.false_share, 3), round(at.minutes_a_day, 2)
    (0.95, 0.005, 15.39)
    """
    recall, false = _share(bears, threshold), _share(others, threshold)
    false_alerts = traffic.others_a_day * false
    alerts = traffic.bears_a_day * recall + false_alerts
    missed = traffic.bears_a_day * (1 - recall) * objective.missed_bear
    false_warnings = 0.0 if confirmed else false_alerts * objective.false_warning
    return Priced(
        threshold=threshold, recall=recall, false_share=false, alerts_a_day=alerts,
        minutes_a_day=missed + alerts * objective.review + false_warnings,
    )  # fmt: skip


def table(
    bears: Floats, others: Floats, objective: Objective, traffic: Traffic, *, confirmed: bool
) -> list[Priced]:  # fmt: skip
    """Every candidate with its price."""
    return [priced(bears, others, at, objective, traffic, confirmed=confirmed) for at in CANDIDATES]


def cheapest(found: Sequence[Priced], objective: Objective) -> tuple[Priced, bool]:
    """The cheapest candidate whose alerts the rangers can look at, the lowest of equals; and whether there is one.

    Where even the fewest alerts are too many, that candidate is given, and False.
    """
    fitting = [one for one in found if one.alerts_a_day <= objective.alerts_a_day]
    if fitting:
        return min(fitting, key=lambda one: (round(one.minutes_a_day, 6), one.threshold)), True
    return min(found, key=lambda one: (one.alerts_a_day, one.threshold)), False


def _share(scores: Floats, threshold: float) -> float:
    return (int((scores >= threshold).sum()) + 0.5) / (len(scores) + 1)
