"""Process: the form of e-value that fits the weeks, and its evidence against a ratio at most, or at least, so high.

paired where every week is matched; totals where the hours of both sides stand in the same proportion every week; else
strata. The form follows from exposures and matching, never from what was seen. To watch for months, fix it
beforehand. Each form names its own source; 20 or more has at most 5% chance at any time (Ville, 1939).
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from enum import StrEnum

import numpy as np

from rollout.evidence import dispersion, eprocess, late_change, paired, strata
from rollout.evidence import weeks as of_weeks
from rollout.evidence.tails import Floats
from rollout.evidence.weeks import Week


class Form(StrEnum):
    """Which e-value is used."""

    TOTALS = "totals"
    STRATA = "strata"
    PAIRED = "paired"


class Null(StrEnum):
    """What is doubted: that the ratio is at most, or at least, so high."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Process:
    """The evidence of some weeks. clustered: counts are deflated by the dispersion between both sides (totals only).

    >>> weeks = [Week(name="1", model=30, model_hours=168, manual=3, manual_hours=168)]
    >>> round(Process(weeks).log_e(Null.AT_MOST, 2.0), 6)
    4.351404
    """

    def __init__(self, weeks: Sequence[Week], *, form: Form | None = None, clustered: bool = False) -> None:
        self.weeks = of_weeks.used(weeks)
        self.strata = of_weeks.strata(weeks)
        self.form = form or (of_totals(weeks) if clustered else fitting(weeks))
        self.clustered = clustered
        self.counted = self.strata
        table = [(p.both, p.model_only, p.manual_only) for p in (week.pairs for week in self.weeks) if p]
        self.pairs = np.asarray(table, float).reshape(-1, 3)

    def log_e(self, null: Null, theta0: float) -> float:
        """ln E over all the weeks together; nought without any."""
        return float(self._told(null, theta0, lambda counts: counts.sum(axis=0, keepdims=True))[0])

    def late(self, null: Null, theta0: float) -> float:
        """ln E of a change that may have begun in any of the weeks."""
        return late_change.mixture(self._told(null, theta0, late_change.suffixes)) if self.weeks else 0.0

    def stretched(self, factor: float) -> "Process":
        """The evidence of so many times the encounters, in the same hours' proportions: what a pace would bring."""
        found = copy(self)
        told = self.strata
        found.strata = replace(told, model=told.model * factor, manual=told.manual * factor)
        found.pairs = self.pairs * factor
        return found

    def _told(self, null: Null, theta0: float, sums: Callable[[Floats], Floats]) -> Floats:
        """ln E of each sum of weeks that sums makes of the counts."""
        if not self.weeks:
            return np.zeros(1)
        if self.form is Form.PAIRED:
            both, model_only, manual_only = sums(self.pairs).T
            bet = paired.at_most if null is Null.AT_MOST else paired.at_least
            return bet(both, model_only, manual_only, theta0)
        phi = self._phi(theta0)
        if self.form is Form.STRATA:
            gains = strata.gains(self.strata, theta0, up=null is Null.AT_MOST)
            return strata.mean(sums(gains) / phi)
        k, n = sums(self.strata.model) / phi, sums(self.strata.model + self.strata.manual) / phi
        p0 = float(self._shares(theta0)[0])
        return (eprocess.at_most if null is Null.AT_MOST else eprocess.at_least)(k, n, p0)

    def _phi(self, theta0: float) -> float:
        if not self.clustered:
            return 1.0
        told = self.counted  # a stretched process is as clustered as the weeks that it is made of
        return dispersion.between(told.model.tolist(), told.manual.tolist(), self._shares(theta0).tolist())

    def _shares(self, theta0: float) -> Floats:
        mine = theta0 * self.strata.model_hours
        return np.asarray(mine / (mine + self.strata.manual_hours))


def fitting(weeks: Sequence[Week]) -> Form:
    """The form that the exposures and the matching of the weeks ask for; totals without a week.

    >>> week = Week(name="1", model=3, model_hours=168, manual=2, manual_hours=40)
    >>> fitting([week]).value, fitting([week, replace(week, manual_hours=60)]).value, fitting([]).value
    ('totals', 'strata', 'totals')
    """
    if of_weeks.pairs(weeks) is not None:
        return Form.PAIRED
    return of_totals(weeks)


def of_totals(weeks: Sequence[Week]) -> Form:
    """The form that the exposures alone ask for.

    >>> of_totals([Week(name="1", model=3, model_hours=168, manual=2, manual_hours=40)]).value
    'totals'
    """
    return Form.TOTALS if _proportional(of_weeks.strata(weeks)) else Form.STRATA


def _proportional(told: strata.Strata) -> bool:
    """Whether the model's share of the hours is the same in every week."""
    share = told.model_hours / (told.model_hours + told.manual_hours)
    return len(share) == 0 or bool(np.ptp(share) < 1e-9)
