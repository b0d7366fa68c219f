"""The threshold follows the costs that a park states."""

import numpy as np
import pytest

from model import costs
from model.costs import Objective, Traffic

BEARS = np.linspace(0.3, 0.99, 70)
OTHERS = np.concatenate([np.linspace(0.0, 0.4, 190), np.linspace(0.4, 0.95, 10)])
TRAFFIC = Traffic(bears_a_day=0.2, others_a_day=20)


def objective(**told: float) -> Objective:
    return Objective(**{"missed_bear": 3000, "false_warning": 60, "review": 2, "alerts_a_day": 12, **told})


def chosen(wanted: Objective, *, confirmed: bool = True) -> float:
    return costs.cheapest(costs.table(BEARS, OTHERS, wanted, TRAFFIC, confirmed=confirmed), wanted)[0].threshold


def test_a_dearer_miss_lowers_the_threshold_and_a_dearer_look_raises_it() -> None:
    assert chosen(objective(missed_bear=30000)) <= chosen(objective()) <= chosen(objective(missed_bear=100))
    assert chosen(objective(review=60)) > chosen(objective(review=1))


def test_a_warning_that_nobody_confirmed_makes_false_ones_dearer() -> None:
    assert chosen(objective(missed_bear=300), confirmed=False) > chosen(objective(missed_bear=300))


def test_no_more_alerts_are_proposed_than_rangers_can_look_at() -> None:
    few = objective(alerts_a_day=0.4, missed_bear=1e6)
    best, fits = costs.cheapest(costs.table(BEARS, OTHERS, few, TRAFFIC, confirmed=True), few)
    assert fits
    assert best.alerts_a_day <= 0.4
    assert chosen(objective(missed_bear=1e6)) < best.threshold


def test_where_no_threshold_fits_the_one_with_the_fewest_alerts_is_told_as_such() -> None:
    none = objective(alerts_a_day=0.001)
    best, fits = costs.cheapest(costs.table(BEARS, OTHERS, none, TRAFFIC, confirmed=True), none)
    assert (best.threshold, fits) == (max(costs.CANDIDATES), False)


def test_nothing_seen_in_few_pictures_is_not_never() -> None:
    at = costs.priced(np.ones(30), np.zeros(30), 0.5, objective(), TRAFFIC, confirmed=True)
    assert at.false_share == pytest.approx(0.5 / 31)
    assert at.recall == pytest.approx(30.5 / 31)
