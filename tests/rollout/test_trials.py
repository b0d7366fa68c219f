"""A trial ends by itself, and what came of it is written down that day; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from rollout import exit_reading
from store import audit, episodes, rules, trials
from store.session import Engine, reading, transaction
from store.vocabulary import CameraFault, RuleState, Stage, Verdict
from tests.rollout.proposing import DAY, NOW, OVERRIDE, approve, present, propose, tick, widened
from tests.rollout.widening import alert

HOUR = timedelta(hours=1)
LAST = "2026-11-26"
AFTER = datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.fixture
def tried(site: Engine) -> Engine:
    """A trial of three days with four visits: two bears, one not, one that nobody answered."""
    rule = widened(site, stage="trial", last_day=LAST).rule
    for hours, verdict in ((1, Verdict.BEAR), (20, Verdict.BEAR), (30, Verdict.NOT_BEAR), (50, None)):
        alert(site, NOW + hours * HOUR, rule=rule, stage=Stage.TRIAL, verdict=verdict)
    with transaction(site) as session:
        row = episodes.begin(session, "creek", CameraFault.BLACK, since=NOW, now=NOW, says="black", measured={})
        row.ended_at = NOW + 6 * HOUR
    return site


def test_after_its_last_day_a_trial_is_in_shadow_with_a_report_of_that_day(tried: Engine) -> None:
    tick(tried, AFTER)
    assert present(tried)[0] is Stage.SHADOW
    with reading(tried) as session:
        (told,) = trials.of_sites(session, ["camp"])
        said = audit.about(session, [f"rule:{told.rule_id}"], ["trial.reported"])
    body = told.body
    assert (body["answers"]["alerts"], body["answers"]["bears"], body["answers"]["not_bears"]) == (4, 2, 1)
    assert body["answers"]["median_minutes_to_verdict"] == 3.0
    assert body["until"] == "2026-11-27 00:00"
    assert body["faults"] == {"creek black": 1}
    assert {"day", "night"} == set(body["coverage"])
    assert "last day" in body["ended"]
    assert any(item["what"] == "reviewed alerts" and item["has"] == "3 of 4 in trial" for item in body["next"])
    assert said[0].body["sha256"] == told.sha256


def test_a_tick_more_writes_no_second_report(tried: Engine) -> None:
    tick(tried, AFTER)
    tick(tried, AFTER + HOUR)
    with reading(tried) as session:
        assert len(trials.of_sites(session, ["camp"])) == 1


def test_an_identical_renewal_adds_its_answers_to_those_before(tried: Engine) -> None:
    again = propose(tried, now=AFTER - DAY, stage="trial", **OVERRIDE | {"first_day": "2026-11-27"})
    approve(tried, again.rule, now=AFTER - DAY)
    tick(tried, AFTER)
    alert(tried, AFTER + HOUR, rule=again.rule, stage=Stage.TRIAL, verdict=Verdict.BEAR)
    tick(tried, AFTER + 10 * DAY)
    with reading(tried) as session:
        last, before = trials.of_sites(session, ["camp"])
        assert rules.get(session, before.rule_id).state is RuleState.SUPERSEDED
    assert (before.body["answers"]["bears"], last.body["answers"]["bears"]) == (2, 1)
    assert last.body["renewals"]["bears"] == 3
    assert "took its place" in before.body["ended"]


def test_another_scope_begins_its_evidence_anew(tried: Engine) -> None:
    other = propose(tried, now=AFTER - DAY, stage="trial", hours=["20:00-06:00"], **OVERRIDE)
    approve(tried, other.rule, now=AFTER - DAY)
    alert(tried, AFTER, rule=other.rule, stage=Stage.TRIAL, verdict=Verdict.BEAR)
    tick(tried, AFTER + 10 * DAY)
    with reading(tried) as session:
        assert trials.of_sites(session, ["camp"])[0].body["renewals"]["bears"] == 1


def test_narrowing_a_live_rule_makes_no_report(site: Engine) -> None:
    widened(site)
    propose(site, stage="shadow")
    with reading(site) as session:
        assert not trials.of_sites(session, ["camp"])
        assert exit_reading.runs(session, "camp")
