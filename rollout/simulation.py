"""Simulation: weeks of a site whose truth is known, drawn by a seed. Pure: the same seed gives the same weeks."""

import math
from dataclasses import dataclass

import numpy as np

from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week

WEEK_HOURS = 168.0
NIGHT_HOURS = 84.0


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a simulated site.

    rate: encounters a week that each side would see with every hour watched, before the change. ratio: what the
    model's rate is multiplied by from change_week (1: the first) on; None: it never changes. start: the model's
    rate through people's before that. overlap: share of what people see that the model sees too. watch_hours: blind
    hours a week; night_watch the share of them at night, night_share the share of the bears that come then. season:
    how far the rate swings round its mean over the year, on both sides together. dispersion: variance through mean
    of what each side counts by itself; above 1 visits come in clusters.
    """

    rate: float = 2.0
    start: float = 1.0
    ratio: float = 1.0
    change_week: int | None = None
    overlap: float = 0.0
    watch_hours: float = WEEK_HOURS
    night_share: float = 0.5
    night_watch: float = 0.5
    season: float = 0.0
    dispersion: float = 1.0

    @property
    def pace(self) -> float:
        """Encounters a week that each side sees in the matched hours."""
        night, day = self.watch_hours * self.night_watch, self.watch_hours * (1 - self.night_watch)
        watched = self.night_share * min(1.0, night / NIGHT_HOURS)
        return self.rate * (watched + (1 - self.night_share) * min(1.0, day / (WEEK_HOURS - NIGHT_HOURS)))

    def theta(self, week: int) -> float:
        """The true ratio in a week."""
        return self.start * (self.ratio if self.change_week is not None and week >= self.change_week else 1.0)


def weeks(truth: Truth, many: int, random: np.random.Generator) -> list[Week]:
    """So many weeks, the first named 1. Matched by encounter where the two overlap."""
    return [_week(truth, number, random) for number in range(1, many + 1)]


def _week(truth: Truth, number: int, random: np.random.Generator) -> Week:
    pace = truth.pace * (1 + truth.season * math.sin(2 * math.pi * number / 52))
    theta = truth.theta(number)
    shared = truth.overlap * pace * min(1.0, theta)
    both = int(random.poisson(shared))
    model_only = _count(theta * pace - shared, truth.dispersion, random)
    manual_only = _count(pace - shared, truth.dispersion, random)
    pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only) if truth.overlap else None
    return Week(
        name=str(number), model=both + model_only, model_hours=truth.watch_hours, manual=both + manual_only,
        manual_hours=truth.watch_hours, pairs=pairs,
    )  # fmt: skip


def _count(mean: float, dispersion: float, random: np.random.Generator) -> int:
    """Poisson, or negative binomial with that variance through mean."""
    if mean <= 0:
        return 0
    if dispersion > 1:
        mean = float(random.gamma(mean / (dispersion - 1), dispersion - 1))
    return int(random.poisson(mean))
