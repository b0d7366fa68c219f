"""Nought, one, huge, hours on one side alone, and bounds without a limit: what each statistic says there."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rollout.evidence import (
    agreement,
    answering,
    approximations,
    audit,
    baseline,
    chance,
    dispersion,
    distances,
    eprocess,
    false_discovery,
    late_change,
    negative_binomial,
    observers,
    one_rate,
    paired,
    precision,
    rates,
    score_shift,
    strata,
    sureness,
    thresholds,
    trend,
    two_versions,
    verification,
)
from rollout.evidence.audit import Stratum
from rollout.evidence.observers import Pairs
from rollout.evidence.rates import Rates
from rollout.evidence.verification import Checked

HUGE = 10**6


def of(model: int, model_hours: float, manual: int, manual_hours: float) -> Rates:
    return Rates(model=model, model_hours=model_hours, manual=manual, manual_hours=manual_hours)


NOTHING, NO_MODEL, NO_PEOPLE, NO_HOURS = of(0, 168, 0, 168), of(5, 0, 3, 168), of(5, 168, 3, 0), of(0, 0, 0, 0)
ONLY_MODEL, ONLY_PEOPLE = of(HUGE, 168, 0, 168), of(0, 168, HUGE, 168)
INTERVALS = (rates.exact, rates.mid_p, rates.jeffreys, eprocess.confidence_sequence)


@pytest.mark.parametrize("told", [NOTHING, NO_MODEL, NO_PEOPLE, NO_HOURS])
def test_without_a_comparison_nothing_is_bounded_and_nothing_is_unlikely(told: Rates) -> None:
    assert told.ratio is None
    for interval in INTERVALS:
        assert interval(told) == (0.0, math.inf)
    assert rates.tests(told).central == rates.equivalence(told)[2] == 1.0
    for p in (approximations.score_greater, approximations.square_root_greater, approximations.e_test):
        assert p(told) == 1.0
    assert approximations.wald_ratio(told) is None
    assert (approximations.difference(told) is None) is (not told.both_exposed)


def test_where_one_side_saw_nothing_the_ratio_has_no_limit_on_that_side() -> None:
    for interval in (rates.exact, rates.mid_p, eprocess.confidence_sequence):
        assert interval(ONLY_MODEL)[1] == math.inf
        assert 1000 < interval(ONLY_MODEL)[0] < math.inf
        assert interval(ONLY_PEOPLE)[0] == 0.0
        assert 0 < interval(ONLY_PEOPLE)[1] < 0.001
    assert (ONLY_MODEL.ratio, ONLY_PEOPLE.ratio) == (math.inf, 0.0)
    assert rates.jeffreys(ONLY_MODEL)[1] < math.inf, "the labelled smoother is finite"


def test_huge_counts_are_finite_and_sharp() -> None:
    told = of(HUGE, 1e4, HUGE, 1e4)
    for interval in INTERVALS:
        low, high = interval(told)
        assert 0.99 < low < 1 < high < 1.01
    for bet in (paired.at_most, paired.at_least):
        for theta0 in (1e-6, 1.0, 1e6):
            assert math.isfinite(float(bet(HUGE, HUGE, HUGE, theta0)))
    assert math.isfinite(strata.at_most(strata.of([(HUGE, 1, 0, 1)]), 1.0))
    assert observers.total(Pairs(both=HUGE, model_only=HUGE, manual_only=HUGE)).chapman == pytest.approx(4e6)
    assert one_rate.limits(10**7, 1.0)[0] == pytest.approx(10**7, rel=1e-3)


EMPTY: list[tuple[Callable[[], Any], Any]] = [
    (lambda: one_rate.limits(0, 0), (0.0, math.inf)),
    (lambda: one_rate.upper(3, 0), math.inf),
    (lambda: float(paired.at_most(0, 0, 0, 1.0)), 0.0),
    (lambda: strata.at_least(strata.of([]), 2.0), 0.0),
    (lambda: late_change.mixture(np.array([])), 0.0),
    (lambda: baseline.at_most(9, math.inf), 0.0),
    (lambda: baseline.against(0, 0, 3, 10, theta0=2).log_e, 0.0),
    (lambda: baseline.against(9, 40, 0, 0, theta0=2).log_e, 0.0),
    (lambda: dispersion.index([5]), None),
    (lambda: dispersion.index([0, 0]), None),
    (lambda: dispersion.between([], []), 2.0),
    (lambda: negative_binomial.fit([0, 0], [1, 1], [1, 1], [1, 1]), None),
    (lambda: negative_binomial.fit([1, 1], [1, 1], [1, 0], [1, 1]), None),
    (lambda: trend.trend([], []), None),
    (lambda: trend.trend([1, 1], [0, 0]), None),
    (lambda: trend.trend([0, 5, 0], [1, 1, 1]), None),
    (lambda: observers.dependence(Pairs(both=0, model_only=5, manual_only=3)), []),
    (lambda: observers.recalls(Pairs(both=0, model_only=5, manual_only=0))[0].share, None),
    (lambda: precision.precision(0, 0).share, None),
    (lambda: precision.precision(0, 0).exact, (0.0, 1.0)),
    (lambda: precision.precision(0, 0, 5).exact[0], 0.0),
    (lambda: chance.rate([], [], chance.DAY), chance.Rate(matched=None, chance=None)),
    (lambda: score_shift.largest_gap([], [1.0]), (0.0, 1.0)),
    (lambda: score_shift.largest_gap([1.0], [1.0]), (0.0, 1.0)),
    (lambda: false_discovery.called([]), []),
    (lambda: false_discovery.together([]), 0.0),
    (lambda: false_discovery.called([math.inf, -math.inf]), [0]),
    (lambda: false_discovery.together([math.inf, 0.0]), math.inf),
    (lambda: two_versions.by_visit([]), None),
    (lambda: two_versions.corrected(0, 0), (0.0, 1.0)),
    (lambda: two_versions.corrected(1, 0), (0.0, 1.0)),
    (lambda: agreement.kappa([]), None),
    (lambda: answering.answering(0, 0, 0, 5), None),
    (lambda: answering.caught(0, 0).share, None),
    (lambda: answering.caught(0, 0).p_below, 1.0),
    (lambda: audit.missed([], 0).recall, None),
    (lambda: audit.missed([Stratum(name="low", size=5, drawn=0, bears=0)], 3).upper, math.inf),
    (lambda: audit.missed([Stratum(name="low", size=5, drawn=5, bears=5)], 5).recall, 0.5),
    (lambda: audit.upper(0, 0), 1.0),
    (lambda: audit.allocation([], [], 5), []),
    (lambda: audit.allocation([0, 0], [0, 0], 5), [0, 0]),
    (lambda: verification.corrected(
        Checked(alert_bear=0, alert_none=1, quiet_bear=1, quiet_none=0, alerts=0, quiets=1)), None),
    (lambda: thresholds.threshold(math.inf, 1), 0.0),
    (lambda: thresholds.costs([], [0.5], cost_miss=1, cost_false=1), [0]),
    (lambda: distances.conformal_p([], 1.0), 1.0),
    (lambda: round(distances.energy(np.array([HUGE, -HUGE]))), -HUGE),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(EMPTY)))
def test_each_edge_has_its_stated_answer(number: int) -> None:
    found, wanted = EMPTY[number]
    assert found() == wanted


def test_of_no_answer_at_all_nobody_can_tell_how_sure_it_is() -> None:
    none = np.array([])
    for statistic in (sureness.calibration_error, sureness.brier, sureness.log_loss, sureness.temperature):
        assert math.isnan(statistic(none, none.astype(int)))


@pytest.mark.parametrize("truth", [[0, 1], [1, 0]])
def test_probabilities_of_nought_and_one_stay_finite(truth: list[int]) -> None:
    p, y = np.array([0.0, 1.0]), np.array(truth)
    for statistic in (sureness.calibration_error, sureness.brier, sureness.log_loss, sureness.temperature):
        assert math.isfinite(statistic(p, y))


def test_evidence_against_a_count_that_was_far_too_low_stays_a_number() -> None:
    """Where the tail itself is no number any more its logarithm goes on smoothly."""
    told = [baseline.at_most(0, mean) for mean in (500.0, 650.0, 800.0, 5000.0)]
    assert told == sorted(told, reverse=True)
    assert all(map(math.isfinite, told))


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="costs something"):
        thresholds.threshold(0, 0)
    with pytest.raises(ValueError, match="chance of being drawn"):
        audit.weighted([(True, 0.0)])
    with pytest.raises(np.linalg.LinAlgError):
        distances.mahalanobis_squared(np.zeros((3, 2)), np.zeros(2))
