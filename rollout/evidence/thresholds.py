"""Thresholds: where to alert, from what a missed bear and a false alarm cost.

With calibrated probabilities: alert when p >= C_fa / (C_fa + C_miss). From labelled scores: the threshold with the
least cost, each item weighted by one through its chance of being in the sample. model/costs.py prices whole versions.
Elkan, "The foundations of cost-sensitive learning" (2001).
"""

from collections.abc import Sequence


def threshold(cost_miss: float, cost_false: float) -> float:
    """Costs in one unit, minutes of a ranger. Raises ValueError where neither mistake costs anything.

    >>> round(threshold(50, 1), 4), threshold(0, 1), threshold(float("inf"), 1)
    (0.0196, 1.0, 0.0)
    """
    if not cost_miss + cost_false > 0:
        raise ValueError("one of the two mistakes costs something: give a number above 0")
    return cost_false / (cost_false + cost_miss)


def costs(
    scored: Sequence[tuple[float, bool, float]], thresholds: Sequence[float], *, cost_miss: float, cost_false: float
) -> list[float]:
    """The cost of each threshold. scored: (score, bear or not, weight); alert when score >= threshold.

    >>> costs([(0.9, True, 1.0), (0.2, False, 10.0)], [0.1, 0.5], cost_miss=20, cost_false=1)
    [10.0, 0]
    """
    return [
        sum(
            weight * (cost_miss if bear else cost_false) for score, bear, weight in scored if bear is (score < at)
        )
        for at in thresholds
    ]  # fmt: skip
