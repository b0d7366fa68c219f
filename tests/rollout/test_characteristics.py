"""How the verdicts do on simulated sites: a small look here, the proof in the long tests. Bounds allow for chance."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from rollout import characteristics, simulation
from rollout.simulation import Truth
from rollout.verdicts import Terms


def figures(truth: Truth, *, sites: int, weeks: int = 52, terms: Terms | None = None, **more: int) -> dict[str, Any]:
    return characteristics.summary(characteristics.park([truth] * sites, weeks, terms or Terms(), seed=7, **more))


def at_most(share: float, sites: int) -> int:
    """So many sites and more would be chance one time in a thousand if the share were this."""
    return int(binom.ppf(0.999, sites, share))


def test_the_same_seed_draws_the_same_weeks_and_one_more_site_changes_no_other() -> None:
    truth = Truth(overlap=0.6, season=0.5, dispersion=2)
    few, more = (characteristics.park([truth] * many, 12, Terms(), seed=3) for many in (2, 3))
    assert few == more[:2]


def test_what_is_drawn_has_the_stated_rates_overlap_and_spread() -> None:
    random = np.random.default_rng(1)
    drawn = simulation.weeks(Truth(rate=6, overlap=0.5, ratio=2, change_week=1), 3000, random)
    pairs = [week.pairs for week in drawn if week.pairs]
    assert np.mean([week.manual for week in drawn]) == pytest.approx(6, rel=0.05)
    assert np.mean([week.model for week in drawn]) == pytest.approx(12, rel=0.05)
    assert np.mean([one.both for one in pairs]) == pytest.approx(3, rel=0.05)
    spread = [week.model for week in simulation.weeks(Truth(rate=6, dispersion=3), 3000, random)]
    assert np.var(spread) / np.mean(spread) == pytest.approx(3, rel=0.15)


def test_few_watch_hours_leave_few_encounters_to_match() -> None:
    assert Truth(rate=5, watch_hours=40).pace == pytest.approx(1.19, abs=0.01)
    assert Truth(rate=5, watch_hours=40, night_watch=0, night_share=0.8).pace < 0.5


def test_a_healthy_site_is_left_in_peace_where_the_plain_rule_rings_all_year() -> None:
    told = figures(Truth(rate=2), sites=20)
    assert told["false_alarms_per_site_year"] * 20 <= at_most(0.05, 20)
    assert told["plain_rule"]["sites_alarmed_falsely"] == 1.0
    assert told["detected"] is None


def test_a_model_at_half_is_hardly_ever_called_consistent() -> None:
    told = figures(Truth(rate=5, ratio=0.5, change_week=1), sites=20, weeks=26)
    assert told["consistent_wrongly"] * 20 <= at_most(0.05, 20)
    assert told["widened_wrongly"] * 20 <= at_most(0.05, 20)


@pytest.mark.long
@pytest.mark.parametrize("overlap", [0.0, 0.6])
@pytest.mark.parametrize("rate", [1.0, 2.0, 5.0])
def test_at_most_one_healthy_site_in_twenty_is_alarmed_in_a_year(rate: float, overlap: float) -> None:
    """Day and night and season move both sides together."""
    told = figures(Truth(rate=rate, overlap=overlap, season=0.8, night_share=0.7), sites=200)
    assert told["false_alarms_per_site_year"] * 200 <= at_most(0.05, 200)
    assert told["plain_rule"]["sites_alarmed_falsely"] > 0.99


@pytest.mark.long
def test_a_tripling_is_found_within_sixteen_weeks_at_nine_in_ten_sites() -> None:
    for overlap in (0.0, 0.6):
        told = figures(Truth(rate=1, ratio=3, change_week=1, overlap=overlap), sites=200, weeks=16)
        assert (1 - told["detected"]) * 200 <= at_most(0.1, 200)


@pytest.mark.long
@pytest.mark.parametrize("overlap", [0.0, 0.6])
def test_at_most_one_site_in_twenty_at_half_the_reference_is_ever_called_consistent(overlap: float) -> None:
    told = figures(Truth(rate=5, ratio=0.5, change_week=1, overlap=overlap), sites=200)
    assert told["consistent_wrongly"] * 200 <= at_most(0.05, 200)
    assert told["widened_wrongly"] * 200 <= at_most(0.05, 200)


@pytest.mark.long
def test_a_collapse_after_a_good_half_year_is_found_at_nearly_every_site_in_the_next() -> None:
    apart, matched = (figures(Truth(rate=2, ratio=0.1, change_week=27, overlap=one), sites=100) for one in (0, 0.6))
    assert min(apart["detected"], matched["detected"]) > 0.95
    assert apart["median_weeks_to_alarm"] <= 12
    assert matched["median_weeks_to_alarm"] <= apart["median_weeks_to_alarm"]


@pytest.mark.long
def test_a_good_model_beside_tired_people_ends_with_an_accepted_reference_and_not_in_an_alarm() -> None:
    """Recall 0.9 beside 0.4: twice and a quarter as many. Without a reference nearly every site is alarmed."""
    truth = Truth(rate=4, start=2.25)
    alone, accepted = figures(truth, sites=100), figures(truth, sites=100, accept_week=20)
    assert alone["false_alarms_per_site_year"] > 0.9
    alarms = accepted["last_verdicts"]["alarm_up"] + accepted["last_verdicts"]["alarm_down"]
    assert alarms <= at_most(0.05, 100)
    assert accepted["last_verdicts"]["consistent"] > 50


@pytest.mark.long
def test_clustered_visits_cry_wolf_unless_they_are_weighed_as_such() -> None:
    truth = Truth(rate=4, dispersion=2.3)
    plain, deflated = (figures(truth, sites=100, terms=Terms(clustered=told)) for told in (False, True))
    assert deflated["false_alarms_per_site_year"] * 100 <= at_most(0.05, 100)
    assert plain["false_alarms_per_site_year"] > deflated["false_alarms_per_site_year"]
