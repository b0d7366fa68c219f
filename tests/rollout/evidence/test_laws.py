"""Laws that hold whatever the numbers: intervals hold the estimate, evidence grows with what speaks for it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from model.comparison import wilson
from model.evaluation import interval
from rollout.evidence import eprocess, late_change, observers, paired, precision, rates, strata, tails
from rollout.evidence.observers import Pairs
from rollout.evidence.rates import Rates

COUNTS, HOURS = st.integers(0, 3000), st.floats(0.5, 10_000)
FEW = st.integers(0, 40)


@given(COUNTS, HOURS, COUNTS, HOURS)
def test_every_interval_of_a_ratio_holds_the_ratio_and_the_exact_one_is_the_widest(
    k: int, t1: float, m: int, t2: float
) -> None:
    of = Rates(model=k, model_hours=t1, manual=m, manual_hours=t2)
    exact, middle = rates.exact(of), rates.mid_p(of)
    assert exact[0] <= middle[0] * (1 + 1e-6)
    assert middle[1] <= exact[1] * (1 + 1e-6)
    if of.ratio is not None:
        for low, high in (exact, middle, eprocess.confidence_sequence(of)):
            assert low <= of.ratio * (1 + 1e-9)
            assert of.ratio <= high * (1 + 1e-9)


@given(st.integers(0, 500), st.integers(0, 500))
def test_intervals_of_a_share_hold_the_share_and_stay_inside_nought_and_one(k: int, rest: int) -> None:
    if k + rest:
        for low, high in (wilson(k, k + rest), interval(k, k + rest), precision.jeffreys(k, k + rest)):
            assert 0 <= low <= k / (k + rest) + 1e-12
            assert k / (k + rest) - 1e-12 <= high <= 1


@given(FEW, FEW, st.floats(0.05, 0.95))
def test_one_more_of_the_models_never_speaks_for_fewer(k: int, m: int, p0: float) -> None:
    n = k + m
    up, down = (float(of(k + 1, n + 1, p0) - of(k, n, p0)) for of in (eprocess.at_most, eprocess.at_least))
    assert up >= down - 1e-9


@given(st.floats(0.2, 5), st.integers(1, 12), st.floats(0.1, 0.9))
def test_under_the_null_the_mean_of_e_is_one_or_less(theta0: float, n: int, lower: float) -> None:
    """Summed over every outcome of n encounters, at the null's edge and inside of it."""
    edge = theta0 / (theta0 + 1)
    k = np.arange(n + 1)
    e = np.exp(eprocess.at_most(k, np.full(n + 1, n), edge))
    assert (binom.pmf(k, n, edge) * e).sum() == pytest.approx(1, abs=1e-9)
    assert (binom.pmf(k, n, edge * lower) * e).sum() <= 1 + 1e-9
    grid = np.exp([strata.at_most(strata.of([(int(one), 10.0, n - int(one), 10.0)]), theta0) for one in k])
    assert (binom.pmf(k, n, edge) * grid).sum() <= 1 + 1e-9


@given(st.floats(0.2, 5), st.floats(0, 1))
def test_a_paired_bet_gains_nothing_in_the_mean_under_its_null(theta0: float, overlap: float) -> None:
    """One encounter: both with chance s, else one side, with marginal rates in the ratio theta0."""
    both = overlap * min(1.0, theta0)
    total = theta0 + 1 - both
    chances = np.array([both, theta0 - both, 1 - both]) / total
    for bet in (paired.at_most, paired.at_least):
        e = np.exp([float(bet(*counts, theta0)) for counts in ((1, 0, 0), (0, 1, 0), (0, 0, 1))])
        assert (chances * e).sum() <= 1 + 1e-9


@given(st.lists(FEW, min_size=1, max_size=30))
def test_a_late_change_is_a_mixture_and_so_never_beyond_its_strongest_start(counts: list[int]) -> None:
    k = late_change.suffixes(np.asarray(counts, float))
    since = eprocess.at_most(k, 2 * k, 0.5)
    assert late_change.mixture(since) <= max(0.0, float(since.max())) + 1e-9


@settings(max_examples=40)
@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_the_total_is_never_fewer_than_were_seen(both: int, model_only: int, manual_only: int) -> None:
    pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only)
    total = observers.total(pairs)
    assert total.logit[0] >= pairs.seen
    assert total.chapman >= pairs.seen - 1e-9
    recalls = [row.recall_model for row in observers.dependence(pairs)]
    assert recalls == sorted(recalls, reverse=True)


@pytest.mark.parametrize(
    ("a", "b", "x"), [(3.5, 9.5, 0.2), (0.5, 900.5, 0.01), (60.5, 60.5, 2 / 3), (200.5, 3.5, 0.4)]
)
def test_logarithms_of_tails_are_those_of_the_distribution(a: float, b: float, x: float) -> None:
    assert float(tails.log_below(a, b, x)) == pytest.approx(beta.logcdf(x, a, b), rel=1e-9)
    assert float(tails.log_above(a, b, x)) == pytest.approx(beta.logsf(x, a, b), rel=1e-9, abs=1e-12)


def test_a_tail_too_small_for_a_number_joins_the_others_smoothly() -> None:
    steps = np.diff(tails.log_below(np.arange(900.5, 960.5), 0.5, 0.5))
    assert (np.abs(np.diff(steps)) < 1e-5).all()


@pytest.mark.parametrize(("k", "n"), [(0, 0), (1, 1), (0, 1), (100_000, 200_000), (0, 50_000), (50_000, 50_000)])
def test_nothing_one_and_very_many_give_finite_evidence(k: int, n: int) -> None:
    for of in (eprocess.two_sided, eprocess.at_most, eprocess.at_least):
        assert math.isfinite(float(of(k, n, 0.5)))
    assert float(eprocess.at_most(0, 0, 0.5)) == 0.0


def test_no_hours_on_a_side_are_no_comparison() -> None:
    of = Rates(model=0, model_hours=0, manual=9, manual_hours=168)
    assert of.ratio is None
    assert rates.exact(of) == (0.0, math.inf)
    assert rates.tests(of).central == 1.0
    assert eprocess.confidence_sequence(of) == (0.0, math.inf)
    assert strata.at_least(strata.of([(0, 0, 9, 168)]), 1.0) == 0.0
