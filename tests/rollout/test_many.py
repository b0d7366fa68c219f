"""Many simulated sites at once are judged as one by one, and drawn as one by one."""

import numpy as np
import pytest

from rollout import many
from rollout.evidence.observers import Pairs
from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week
from rollout.many import Drawn
from rollout.simulation import Truth
from rollout.verdicts import ALARMS, Drift, Terms, judge

HALVES = Truth(rate=3, start=2.0, ratio=0.3, change_week=12, season=0.5)
RISES = Truth(rate=2, overlap=0.6, ratio=2, change_week=8, dispersion=1.6)
ACCEPTED = Reference(ratio=2.0, low=1.4, high=2.9)


def weeks_of(drawn: Drawn, site: int) -> list[Week]:
    return [
        Week(
            name=str(number), model=both + model, model_hours=40, manual=both + people, manual_hours=40,
            pairs=Pairs(both=both, model_only=model, manual_only=people) if drawn.matched else None,
        )
        for number, (both, model, people) in enumerate(drawn.counts[site].astype(int).tolist(), 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("truth", "reference"), [(HALVES, ACCEPTED), (RISES, Reference()), (Truth(rate=0.2), Reference())]
)
def test_each_week_of_each_site_has_the_verdict_that_it_has_alone(truth: Truth, reference: Reference) -> None:
    drawn, terms = many.draw(truth, 34, 6, np.random.default_rng(1)), Terms(reference=reference)
    told = many.judge(drawn, terms)
    for site in range(6):
        weeks = weeks_of(drawn, site)
        alone = [judge(weeks[: week + 1], terms).verdict for week in range(34)]
        assert [verdict in ALARMS for verdict in alone] == told.alarm[site].tolist()
        assert [verdict is Drift.CONSISTENT for verdict in alone] == told.consistent[site].tolist()
    if truth.rate > 1:
        assert told.alarm.any()


def test_what_is_drawn_has_the_rates_the_overlap_and_the_spread_that_were_stated() -> None:
    drawn = many.draw(Truth(rate=6, overlap=0.5, ratio=2, change_week=1), 50, 100, np.random.default_rng(1))
    both, model_only, manual_only = drawn.counts.mean(axis=(0, 1))
    assert (both, both + model_only, both + manual_only) == pytest.approx((3, 12, 6), rel=0.05)
    spread = many.draw(Truth(rate=6, dispersion=3), 50, 100, np.random.default_rng(1)).counts[..., 1]
    assert spread.var() / spread.mean() == pytest.approx(3, rel=0.15)


def test_the_first_week_is_counted_from_one_and_may_never_be() -> None:
    assert many.firsts(np.array([[False, True, True], [False] * 3, [True] * 3])) == [2, None, 1]
