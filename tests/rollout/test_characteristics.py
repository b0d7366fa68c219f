"""How the verdicts do on simulated sites: a thousand of each kind at once, in the long tests a year of each judged
week by week by `judge` itself (`test_many` holds the two to each other). Bounds allow for chance, seeds are fixed.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from rollout import characteristics, many, simulation, what_if
from rollout.evidence.tails import Floats
from rollout.many import Drawn, Told
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


MANY = 1000
HEALTHY = Truth(season=0.8, night_share=0.7)
"""Season and the hours of the day move both sides together."""


def drawn(truth: Truth, weeks: int = 52) -> Drawn:
    return many.draw(truth, weeks, MANY, np.random.default_rng(7))


def told(truth: Truth, weeks: int = 52, terms: Terms | None = None) -> Told:
    return many.judge(drawn(truth, weeks), terms or Terms())


def ever(held: many.Held) -> int:
    return int(held.any(axis=1).sum())


def plain_rings(counts: Floats) -> many.Held:
    """The plain rule, week by week: the model's count at least twice or at most half of the people's."""
    both, model_only, manual_only = np.moveaxis(counts, -1, 0)
    model, people = both + model_only, both + manual_only
    return np.asarray((model != people) & ((model >= 2 * people) | (2 * model <= people)))


@pytest.mark.parametrize("overlap", [0.0, 0.6])
@pytest.mark.parametrize(("rate", "rung"), [(1.0, 0.3), (2.0, 0.25), (5.0, 0.1)])
def test_at_most_one_healthy_site_in_twenty_is_alarmed_in_a_year_where_the_plain_rule_rings_at_each(
    rate: float, rung: float, overlap: float
) -> None:
    seen = drawn(replace(HEALTHY, rate=rate, overlap=overlap))
    assert ever(many.judge(seen, Terms()).alarm) <= at_most(0.05, MANY)
    plain = plain_rings(seen.counts)
    assert plain.any(axis=1).mean() > 0.99
    assert plain.mean() > rung, "of all weeks"


@pytest.mark.parametrize("overlap", [0.0, 0.6])
def test_a_watch_by_day_in_one_week_and_by_night_in_the_next_rings_no_more(overlap: float) -> None:
    by_day, by_night = (
        drawn(Truth(rate=5, overlap=overlap, night_share=0.8, watch_hours=40, night_watch=night)) for night in (0, 1)
    )
    even = (np.arange(52) % 2 == 0)[None, :, None]
    seen = Drawn(counts=np.where(even, by_day.counts, by_night.counts), matched=by_day.matched)
    assert by_night.counts.mean() > 3 * by_day.counts.mean()
    assert ever(many.judge(seen, Terms()).alarm) <= at_most(0.05, MANY)


@pytest.mark.parametrize("overlap", [0.0, 0.6])
def test_a_tripling_is_found_in_sixteen_weeks_at_nine_sites_in_ten(overlap: float) -> None:
    found = ever(told(Truth(rate=1, ratio=3, change_week=1, overlap=overlap), weeks=16).alarm)
    assert MANY - found <= at_most(0.1, MANY)


@pytest.mark.parametrize("overlap", [0.0, 0.6])
@pytest.mark.parametrize("rate", [1.0, 2.0, 5.0])
def test_a_model_at_half_the_reference_is_hardly_ever_called_consistent(rate: float, overlap: float) -> None:
    half = told(Truth(rate=rate, ratio=0.5, change_week=1, overlap=overlap))
    assert ever(half.consistent) <= at_most(0.05, MANY)


def test_a_collapse_is_found_however_good_the_half_year_before_it_was() -> None:
    found = told(Truth(rate=2, ratio=0.1, change_week=27, overlap=0.6))
    good = found.consistent[:, :26].any(axis=1)
    assert good.mean() > 0.9
    assert found.alarm[good, 26:].any(axis=1).mean() > 0.99
    weeks = [week for week in many.firsts(found.alarm[good, 26:]) if week is not None]
    assert np.median(weeks) <= 10


def test_recall_of_nine_in_ten_beside_four_in_ten_is_accepted_and_then_left_in_peace() -> None:
    """Ten bears a week; both see what one sees as if by chance."""
    truth = Truth(rate=4, start=0.9 / 0.4, overlap=0.9)
    assert ever(told(truth).alarm) > 0.95 * MANY, "without a reference it is an alarm that never ends"
    judged = told(truth, terms=Terms(reference=what_if.accepted(truth, 20)))
    assert ever(judged.alarm) <= at_most(0.05, MANY)
    assert judged.consistent[:, -1].mean() > 0.9


def test_visits_in_clusters_cry_wolf_and_weighed_as_such_they_do_not() -> None:
    truth = Truth(rate=4, dispersion=2.3)
    assert ever(told(truth).alarm) > 0.1 * MANY
    weighed = figures(truth, sites=30, terms=Terms(clustered=True))
    assert weighed["false_alarms_per_site_year"] * 30 <= at_most(0.05, 30)


def test_a_healthy_site_is_left_in_peace_where_the_plain_rule_rings_all_year() -> None:
    told = figures(Truth(rate=2), sites=20)
    assert told["false_alarms_per_site_year"] * 20 <= at_most(0.05, 20)
    assert told["plain_rule"]["sites_alarmed_falsely"] == 1.0
    assert told["detected"] is None


def test_the_evidence_for_going_live_is_hardly_ever_met_by_a_model_at_half() -> None:
    told = figures(Truth(rate=5, ratio=0.5, change_week=1), sites=20, weeks=26)
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
@pytest.mark.parametrize("overlap", [0.0, 0.9])
def test_a_good_model_beside_tired_people_ends_with_an_accepted_reference_and_not_in_an_alarm(overlap: float) -> None:
    """Recall 0.9 beside 0.4, matched and not. Without a reference nearly every site is alarmed."""
    truth = Truth(rate=4, start=2.25, overlap=overlap)
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
