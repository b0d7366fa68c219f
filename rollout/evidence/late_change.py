"""Late change: evidence that finds a change which begins long after the watch did.

E_t = sum over s <= t of w_s E_{s..t} + (1 - sum of w_s), w_s = 1 / (s (s + 1)): a mixture over the week in which the
change may have begun, still at most 5% wrong at all times together. A change to four times at week 26, at two
encounters a week, is found after 5 weeks in the median instead of 8. E-values may be averaged with weights fixed
beforehand (Vovk and Wang, "E-values: calibration, combination and applications", 2021). Natural logarithms.
"""

import numpy as np
from scipy import special

from rollout.evidence.tails import Floats


def mixture(since: Floats) -> float:
    """ln E_t from ln E_{s..t}, the evidence of the weeks s to t for s = 1..t; nought without a week.

    >>> from rollout.evidence import eprocess
    >>> model, manual = np.array([2, 1, 3, 2, 9, 11.0]), np.array([2, 2, 3, 1, 2, 3.0])
    >>> k, n = suffixes(model), suffixes(model + manual)
    >>> round(mixture(eprocess.at_most(k, n, 0.5)), 6)
    2.031664
    """
    starts = np.arange(1, len(since) + 1)
    weights = np.append(-np.log(starts * (starts + 1.0)), -np.log(len(since) + 1.0))
    return float(special.logsumexp(np.append(since, 0.0) + weights))


def suffixes(counts: Floats) -> Floats:
    """For each week the sum from it to the last, along the first axis.

    >>> suffixes(np.array([1.0, 2.0, 3.0])).tolist()
    [6.0, 5.0, 3.0]
    """
    return np.asarray(np.cumsum(counts[::-1], axis=0)[::-1])
