"""Thresholds: where to alert, from what a missed bear and a false alarm cost.

With calibrated probabilities: alert when p >= C_fa / (C_fa + C_miss). From labelled scores: the threshold with the
least cost, each item weighted by one through its chance of being in the sample. model/costs.py prices whole versions.
"""

from collections.abc import Sequence


def threshold(cost_miss: float, cost_false: float) -> float:
    """Costs in one unit, minutes of a ranger.

    >>> round(threshold(50, 1), 4)
    0.0196
    """
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
