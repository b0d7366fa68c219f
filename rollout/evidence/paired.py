"""Paired e-process: evidence where model and people watched the same hours and their encounters are matched.

Each encounter is one bet on X = 1[model] - theta0 1[people], whose mean is at most nought while theta <= theta0;
theta is the ratio of the marginal rates. Averaged over fixed stakes:

    theta <= theta0: ln mean exp(b ln(1 + l (1 - theta0)) + m ln(1 + l) + h ln(1 - l theta0)), l = j / (16 theta0)
    theta >= theta0: ln mean exp(b ln(1 - l (1 - theta0)) + m ln(1 - l) + h ln(1 + l theta0)), l = j / 16, j = 1..15

b both, m model only, h people only. Exact for any overlap of the two (betting: Waudby-Smith and Ramdas, "Estimating
means of bounded random variables by betting", 2023), and far stronger than totals where they overlap. Both must have
been up in the same hours.
"""

import numpy as np
from scipy import special

from rollout.evidence.strata import mean
from rollout.evidence.tails import Floats

STAKES = np.arange(1, 16) / 16
Many = float | Floats


def at_most(both: Many, model_only: Many, manual_only: Many, theta0: float) -> Floats:
    """ln E against theta <= theta0. Counts may be arrays.

    >>> float(at_most(18, 9, 6, 0.5).round(6))
    9.077263
    """
    stakes = STAKES / theta0
    return _bet(both, model_only, manual_only, stakes * (1 - theta0), stakes, -stakes * theta0)


def at_least(both: Many, model_only: Many, manual_only: Many, theta0: float) -> Floats:
    """ln E against theta >= theta0. Counts may be arrays.

    >>> float(at_least(18, 9, 6, 2).round(6))
    4.223957
    """
    return _bet(both, model_only, manual_only, -STAKES * (1 - theta0), -STAKES, STAKES * theta0)


def _bet(both: Many, model_only: Many, manual_only: Many, *gains: Floats) -> Floats:
    counts = (np.asarray(count, float)[..., None] for count in (both, model_only, manual_only))
    logs = sum((special.xlog1py(count, gain) for count, gain in zip(counts, gains, strict=True)), np.zeros(15))
    return mean(np.asarray(logs))
