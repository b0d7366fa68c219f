"""What held at a site at a past minute, out of the database; and the hours that it was protected."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout import narrowing, overview, past, protected_hours
from store import episodes, park, recordings, tables
from store.errors import NotFound
from store.session import Engine, reading, transaction
from store.vocabulary import CameraFault, Stage
from tests.rollout.proposing import ANN, BOB, DAY, NOW, lift, propose, stop, widened
from tests.rollout.scenes import trial
from tests.rollout.test_narrowing import live, see

HOUR = timedelta(hours=1)


def told(engine: Engine, at: datetime) -> past.Standing:
    with reading(engine) as session:
        return past.at(session, "camp", at)


def hours(engine: Engine, now: datetime, since: datetime = NOW) -> protected_hours.Hours:
    with reading(engine) as session:
        return protected_hours.of_site(session, park.site(session, "camp"), since=since, until=now)


def test_before_the_first_rule_nothing_was_in_force(site: Engine) -> None:
    found = told(site, NOW - HOUR)
    assert (found.rule, found.acts_as) == (None, Stage.OFF)


def test_a_stop_is_named_with_who_and_why_and_ends_when_two_people_lifted_it(site: Engine, tmp_path: Path) -> None:
    widened(site)
    stop(site, now=NOW + HOUR)
    lift(site, tmp_path, ANN, now=NOW + 2 * HOUR)
    lift(site, tmp_path, BOB, now=NOW + 2 * HOUR)
    assert told(site, NOW + HOUR / 2).acts_as is Stage.LIVE
    during = told(site, NOW + 1.5 * HOUR)
    assert during.acts_as is Stage.SHADOW
    assert "stopped by eve: false alarms" in during.says
    assert "the manual watch was taken by nobody" in during.says
    after = told(site, NOW + 2.5 * HOUR)
    assert after.acts_as is Stage.LIVE
    assert "try (approved by ann, bob, on evidence " in after.says
    assert "OVERRIDE: bear in camp" in after.says


def test_the_rule_of_then_is_told_and_not_that_of_now(site: Engine) -> None:
    widened(site)
    propose(site, now=NOW + 2 * HOUR, stage="shadow")
    before, after = told(site, NOW + HOUR), told(site, NOW + 3 * HOUR)
    assert before.rule is not None
    assert after.rule is not None
    assert (before.rule.revision, before.rule.stage) == (2, Stage.LIVE)
    assert (after.rule.revision, after.rule.stage) == (3, Stage.SHADOW)


def test_a_minute_outside_its_hours_says_so(site: Engine) -> None:
    widened(site, hours=["20:00-06:00"])
    at = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert told(site, at).acts_as is Stage.SHADOW
    assert "tue 12:00 is not in 20:00-06:00" in told(site, at).says


def test_a_narrowed_minute_names_the_guardrail(engine: Engine, tmp_path: Path) -> None:
    scene = see(live(engine, tmp_path, max_alerts_per_day=3), 4)
    narrowing.keep(engine, scene.now)
    found = told(engine, scene.now + HOUR)
    assert found.acts_as is Stage.TRIAL
    assert "guardrail max_alerts_per_day had failed: 4 visits" in found.says


def test_an_unknown_site_is_named_and_a_retired_one_has_its_past(site: Engine) -> None:
    with pytest.raises(NotFound, match='no site "nowhere"'), reading(site) as session:
        past.at(session, "nowhere", NOW)
    with transaction(site) as session:
        session.get_one(tables.Site, "camp").retired_at = NOW + DAY
    assert told(site, NOW + HOUR).acts_as is Stage.SHADOW


def waited_for(engine: Engine, *cameras: str) -> None:
    """The cameras have given pictures since before everything here."""
    with transaction(engine) as session:
        session.add_all(tables.CameraStatus(camera_id=name, expected_since=NOW - DAY) for name in cameras)


def test_a_camera_that_was_never_waited_for_protects_nobody(site: Engine) -> None:
    widened(site)
    assert hours(site, NOW + 10 * HOUR).protected == 0
    waited_for(site, "creek")
    assert hours(site, NOW + 10 * HOUR).protected == pytest.approx(10)


def test_hours_in_shadow_are_in_no_scope(site: Engine) -> None:
    assert hours(site, NOW + DAY) == protected_hours.Hours(in_scope=0, protected=0, lost={})


def test_hours_of_a_stop_of_a_blind_camera_and_of_shed_seconds_are_not_protected(
    site: Engine, tmp_path: Path
) -> None:
    widened(site)
    waited_for(site, "creek")
    stop(site, now=NOW + 2 * HOUR)
    lift(site, tmp_path, ANN, now=NOW + 4 * HOUR)
    lift(site, tmp_path, BOB, now=NOW + 4 * HOUR)
    with transaction(site) as session:
        row = episodes.begin(
            session, "creek", CameraFault.COVERED, since=NOW + 3 * HOUR, now=NOW + 3 * HOUR, says="dark", measured={}
        )
        row.ended_at = NOW + 6 * HOUR
        recordings.shed(session, "creek", at=NOW + 8 * HOUR, seconds=36, pictures=9)
        recordings.shed(session, "creek", at=NOW + 5 * HOUR, seconds=36, pictures=9)
    found = hours(site, NOW + 10 * HOUR)
    assert found.in_scope == pytest.approx(10)
    assert found.protected == pytest.approx(10 - 2 - 2 - 0.01)
    assert found.lost == {protected_hours.NOT_SENT: pytest.approx(2), protected_hours.NOT_SEEN: pytest.approx(2.01)}


def test_one_blind_camera_of_two_costs_half_an_hour_an_hour(site: Engine) -> None:
    with transaction(site) as session:
        session.add(tables.Camera(id="gate", site_id="camp", kind="trail", group_id="creek"))
    widened(site)
    waited_for(site, "creek", "gate")
    with transaction(site) as session:
        episodes.begin(session, "gate", CameraFault.SILENT, since=NOW, now=NOW, says="silent", measured={})
    assert hours(site, NOW + 10 * HOUR).protected == pytest.approx(5)


def test_what_is_due_begins_with_what_is_due_now(site: Engine) -> None:
    widened(site)
    stop(site, now=NOW + HOUR)
    propose(site, now=NOW + HOUR, stage="live", override={"reason": "more"}, last_day="2026-12-05")
    with reading(site) as session:
        found = overview.of(session, (), NOW + 2 * HOUR)
    assert [item.what for item in found.due] == ["manual watch", "stop", "override ends", "approval"]
    assert [str(item.by) for item in found.due[2:]] == ["2026-11-30", "2026-12-07"]
    (line,) = found.sites
    assert (line.stage, line.holds, line.override) == (Stage.LIVE, False, True)
    (override,) = found.overridden
    assert (override.reason, override.people, override.in_force) == ("bear in camp", ("ann", "bob"), True)


def test_a_failed_guardrail_is_due(engine: Engine, tmp_path: Path) -> None:
    scene = see(trial(engine, tmp_path, cooldown_minutes=0, guardrails={"max_alerts_per_day": 0}), 1)
    narrowing.keep(engine, scene.now)
    with reading(engine) as session:
        due = overview.of(session, ("camp",), scene.now).due
    assert [item.what for item in due] == ["guardrail", "override ends"]
    assert "max_alerts_per_day failed on 2026-11-22" in due[0].says


def test_an_override_that_ended_weeks_ago_is_no_longer_told(site: Engine) -> None:
    widened(site)
    propose(site, now=NOW + DAY, stage="shadow")
    with reading(site) as session:
        assert len(overview.of(session, (), NOW + 20 * DAY).overridden) == 1
        assert overview.of(session, (), NOW + 30 * DAY).overridden == []
