"""Nothing widens by itself, nothing narrows unseen; on both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout import protection, stops
from store import audit, rules
from store.errors import ApprovalVoid, NotAllowedNow, NotPermitted, RuleMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import RuleState, Stage
from tests.rollout.proposing import (
    ANN,
    BOB,
    DAY,
    EVE,
    NOW,
    OVERRIDE,
    approve,
    lift,
    present,
    propose,
    safe,
    stop,
    tick,
    told,
    widened,
)


def test_a_new_site_is_in_shadow_and_the_manual_watch_acts(site: Engine) -> None:
    assert present(site)[0] is Stage.SHADOW
    assert safe(site) == protection.Protection(
        stopped=False, protected=False, says="stage shadow: the manual watch acts"
    )


def test_wider_waits_for_the_override_and_a_second_person(site: Engine) -> None:
    bare = propose(site, stage="live")
    assert (bare.widens, bare.state) == (True, RuleState.PROPOSED)
    assert list(dict.fromkeys(item.what.split(":")[0] for item in bare.missing)) == [
        "exit checklist", "answers.if_it_worked_really_well", "people",
    ]  # fmt: skip
    with pytest.raises(NotAllowedNow, match="exit checklist"):
        approve(site, bare.rule)
    assert present(site)[0] is Stage.SHADOW
    whole = widened(site)
    assert (whole.state, whole.override, whole.protected) == (RuleState.IN_FORCE, "bear in camp", True)
    assert [yes.person for yes in whole.approvals] == ["ann", "bob"]


def test_the_proposer_alone_is_not_two_people(site: Engine) -> None:
    with pytest.raises(NotAllowedNow, match="another person"):
        approve(site, propose(site, stage="live", **OVERRIDE).rule, by=ANN)


def test_a_ranger_may_not_approve_nor_a_supervisor_propose(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    with pytest.raises(NotPermitted):
        approve(site, rule, by=EVE)
    with pytest.raises(NotPermitted):
        propose(site, by=BOB, stage="shadow")


def test_an_approval_is_void_when_the_rule_in_force_has_changed(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    propose(site, stage="off")
    with pytest.raises(ApprovalVoid, match="has changed"):
        approve(site, rule)


def test_an_approved_rule_does_not_widen_past_a_later_narrowing(site: Engine) -> None:
    later = widened(site, first_day="2026-11-25")
    assert later.state is RuleState.APPROVED
    propose(site, stage="off")
    tick(site, NOW + 3 * DAY)
    assert present(site)[0] is Stage.OFF


def test_an_approval_two_weeks_late_is_void(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    with pytest.raises(ApprovalVoid, match="14 days"):
        approve(site, rule, now=NOW + 15 * DAY)
    tick(site, NOW + 15 * DAY)
    with reading(site) as session:
        assert rules.get(session, rule).state is RuleState.EXPIRED


def test_a_rule_begins_on_its_first_day_of_the_site_and_ends_after_its_last(site: Engine) -> None:
    widened(site, stage="trial", first_day="2026-11-25", last_day="2026-11-26")
    midnight = datetime(2026, 11, 25, 7, tzinfo=UTC)
    tick(site, midnight - timedelta(seconds=1))
    assert present(site)[0] is Stage.SHADOW
    tick(site, midnight)
    assert present(site)[0] is Stage.TRIAL
    tick(site, midnight + 2 * DAY)
    assert present(site)[0] is Stage.SHADOW
    assert "NOT protected" in safe(site, midnight + 2 * DAY).says


def test_a_renewal_takes_over_without_a_gap(site: Engine) -> None:
    widened(site, last_day="2026-11-26")
    renewal = propose(site, stage="live", first_day="2026-11-27", **OVERRIDE)
    approve(site, renewal.rule)
    tick(site, datetime(2026, 11, 27, 7, tzinfo=UTC))
    with reading(site) as session:
        row = rules.in_force(session, "camp")
        assert row is not None and row.id == renewal.rule
        assert rules.open_gap(session, "camp") is None


def test_narrowing_is_at_once_and_says_not_protected_until_somebody_takes_the_watch(site: Engine) -> None:
    widened(site)
    narrowed = propose(site, stage="shadow")
    assert (narrowed.state, narrowed.protected, narrowed.widens) == (RuleState.IN_FORCE, False, False)
    assert "NOT protected by the model since 2026-11-23 13:00" in narrowed.protected_says
    with transaction(site) as session:
        assert any("NOT protected" in says for says in told(session))
        taken = protection.accept(session, "camp", by=ANN, now=NOW)
    assert "manual watch taken by ann" in taken.says
    assert "NOT protected" in taken.says


def test_a_raised_threshold_where_people_rely_on_it_needs_a_second_person(site: Engine) -> None:
    widened(site, threshold=0.5)
    raised = propose(site, stage="live", threshold=0.9, **OVERRIDE)
    assert (raised.state, raised.widens) == (RuleState.PROPOSED, False)
    assert approve(site, raised.rule).state is RuleState.IN_FORCE


def test_threshold_zero_is_lower_than_the_models_own(site: Engine) -> None:
    widened(site)
    assert "a lower threshold" in propose(site, stage="live", threshold=0.0, **OVERRIDE).wider


def test_a_camera_of_another_site_is_refused_by_name(site: Engine) -> None:
    with pytest.raises(RuleMalformed, match='cameras: "gate" is not known; cameras of camp are: creek'):
        propose(site, stage="shadow", cameras=["gate"])


@pytest.mark.parametrize("what", ["camp", None])
def test_a_stop_holds_at_once_and_two_people_lift_it(site: Engine, tmp_path: Path, what: str | None) -> None:
    widened(site)
    assert stop(site, what).stopped == ("camp",)
    assert safe(site).stopped
    assert "NOT protected" in safe(site).says
    assert lift(site, tmp_path, ANN, what).waits_for == "a second person within 15 minutes"
    with pytest.raises(NotAllowedNow, match="two people"):
        lift(site, tmp_path, ANN, what)
    assert safe(site).stopped
    assert lift(site, tmp_path, BOB, what).lifted
    assert (safe(site).stopped, safe(site).protected) == (False, True)


@pytest.mark.parametrize("name", ["STOP", "STOP-camp"])
def test_a_stop_file_is_latched_and_its_removal_lifts_nothing(site: Engine, tmp_path: Path, name: str) -> None:
    what = None if name == "STOP" else "camp"
    (tmp_path / name).touch()
    assert stops.held_by_file(tmp_path, "camp")
    stops.latch_files(site, tmp_path, NOW)
    stops.latch_files(site, tmp_path, NOW)
    with pytest.raises(NotAllowedNow, match="remove it first"):
        lift(site, tmp_path, ANN, what)
    (tmp_path / name).unlink()
    stops.latch_files(site, tmp_path, NOW)
    assert safe(site).stopped
    lift(site, tmp_path, ANN, what)
    lift(site, tmp_path, BOB, what)
    assert not safe(site).stopped


def test_a_file_for_another_site_stops_nothing_here(site: Engine, tmp_path: Path) -> None:
    (tmp_path / "STOP-other").touch()
    stops.latch_files(site, tmp_path, NOW)
    assert not stops.held_by_file(tmp_path, "camp")
    assert not safe(site).stopped


def test_every_step_is_in_the_audit_chain(site: Engine) -> None:
    widened(site)
    stop(site)
    with reading(site) as session:
        actions = [entry.action for entry in reversed(audit.latest(session))]
        assert audit.verify(session).ok
    assert actions == [
        "rule.in_force", "rule.proposed", "rule.approved", "rule.in_force", "stop",
    ]  # fmt: skip
