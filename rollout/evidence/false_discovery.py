"""False discovery: which sites of a park to call changed, so that of those called at most 5% are called wrongly.

e-BH (Wang and Ramdas, "False discovery rate control with e-values", 2022): with m sites sorted by evidence, the k
highest where e_(k) >= m / (k alpha), k the largest such. It holds however the sites depend on each other.
"""

import math
from collections.abc import Sequence


def called(log_e: Sequence[float], *, alpha: float = 0.05) -> list[int]:
    """The places of the sites that are called, the strongest first. log_e: ln E of each site.

    >>> called([math.log(e) for e in (40, 3, 0.5, 18, 120)])
    [4]
    """
    order = sorted(range(len(log_e)), key=lambda place: -log_e[place])
    bars = thresholds(len(log_e), alpha=alpha)
    passed = [k for k, place in enumerate(order, 1) if log_e[place] >= bars[k - 1]]
    return order[: max(passed, default=0)]


def thresholds(sites: int, *, alpha: float = 0.05) -> list[float]:
    """ln of what the k-th strongest of so many sites must reach, k = 1..sites.

    >>> [round(math.exp(bar), 2) for bar in thresholds(5)]
    [100.0, 50.0, 33.33, 25.0, 20.0]
    """
    return [math.log(sites / (k * alpha)) for k in range(1, sites + 1)]


def together(log_e: Sequence[float]) -> float:
    """ln of the mean of E: evidence that something changed somewhere in the park. No site: nought; an inf one: inf.

    >>> round(math.exp(together([math.log(e) for e in (40, 3, 0.5, 18, 120)])), 1)
    36.3
    """
    if not log_e:
        return 0.0
    top = max(log_e)
    if math.isinf(top):
        return top
    return top + math.log(sum(math.exp(one - top) for one in log_e) / len(log_e))
