"""MaxSPRT: the sequential test of vaccine safety (Kulldorff and others, 2011), an anchor that checks ours from
outside.

After n encounters where mu were expected the statistic is n ln(n / mu) - (n - mu) for n > mu; the test stops when it
reaches the boundary. The chance that it ever does before the expected count reaches its end is summed exactly: the
n-th encounter stops it when it comes at or before mu_n, so at each mu_n it goes on only with fewer than n encounters.
"""

import numpy as np
from scipy import special


def chance_of_signal(boundary: float, until: float, *, relative_risk: float = 1.0) -> float:
    """P(the test stops before until encounters are expected) where the true rate is relative_risk times as high.

    >>> round(chance_of_signal(2.853937, 1.0), 6), round(chance_of_signal(2.853937, 1.0, relative_risk=2), 6)
    (0.05, 0.185485)
    """
    going, at, n = np.ones(1), 0.0, 0
    while at < until:
        n += 1
        check = min(_latest(n, boundary), until)
        going = _moved(going, relative_risk * (check - at))[:n]
        at = check
    return float(1 - going.sum())


def _latest(n: int, boundary: float) -> float:
    """The expected count mu_n at which the n-th encounter just stops the test."""
    return float(-n * special.lambertw(-np.exp(-1 - boundary / n)).real)


def _moved(going: "np.typing.NDArray[np.float64]", mean: float) -> "np.typing.NDArray[np.float64]":
    """The chances of each count after a stretch with a Poisson number of further encounters."""
    counts = np.arange(len(going) + 1)
    return np.convolve(going, np.exp(special.xlogy(counts, mean) - mean - special.gammaln(counts + 1)))
