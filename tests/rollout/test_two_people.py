"""Two people are two, and where there is one, time takes the place of the other; on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from rollout.actors import Actor
from store.errors import ApprovalVoid, NotAllowedNow
from store.session import Engine
from store.vocabulary import Role, RuleState, Stage
from tests.rollout.proposing import (
    ANN,
    BOB,
    DAY,
    EVE,
    NOW,
    OVERRIDE,
    approve,
    lift,
    person,
    present,
    propose,
    revoke,
    safe,
    said,
    stop,
    tick,
    widened,
)

HOUR = timedelta(hours=1)


def test_whom_the_proposer_added_is_not_the_second_person(site: Engine) -> None:
    puppet = person(site, "puppet", Role.SUPERVISOR, by=ANN)
    rule = propose(site, stage="live", **OVERRIDE).rule
    with pytest.raises(NotAllowedNow, match="ann added puppet"):
        approve(site, rule, by=puppet)
    assert approve(site, rule, by=BOB).state is RuleState.IN_FORCE


def test_who_added_the_proposer_is_not_the_second_person(site: Engine) -> None:
    made = person(site, "made", Role.ADMIN, by=ANN)
    with pytest.raises(NotAllowedNow, match="ann added made"):
        approve(site, propose(site, by=made, stage="live", **OVERRIDE).rule, by=ANN)


@pytest.mark.parametrize("steps", [1, 2])
def test_two_accounts_of_one_person_are_not_two_people(site: Engine, steps: int) -> None:
    one = person(site, "one", Role.ADMIN, by=ANN)
    other = ANN
    for step in range(steps):
        other = person(site, f"other-{step}", Role.ADMIN, by=other)
    with pytest.raises(NotAllowedNow, match="ann added one and other"):
        approve(site, propose(site, by=one, stage="live", **OVERRIDE).rule, by=other)


def test_who_was_added_after_the_proposal_is_not_the_second_person(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    late = person(site, "late", Role.SUPERVISOR, at=NOW + HOUR)
    with pytest.raises(NotAllowedNow, match="late was added after"):
        approve(site, rule, by=late, now=NOW + 2 * HOUR)


def test_a_proposer_who_was_revoked_is_not_the_first_person(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    revoke(site, ANN)
    with pytest.raises(ApprovalVoid, match="ann, who proposed it, was revoked"):
        approve(site, rule)


def test_a_supervisor_of_another_site_may_be_the_second_person(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    elsewhere = Actor(id=BOB.id, name="bob", role=Role.SUPERVISOR, sites=("other",))
    assert approve(site, rule, by=elsewhere).state is RuleState.IN_FORCE


def alone(site: Engine) -> None:
    """Ann has been the only person of the park for a day."""
    for other in (BOB, EVE):
        revoke(site, other, at=NOW - DAY)


def test_a_park_of_one_person_waits_three_days_for_a_trial(site: Engine) -> None:
    alone(site)
    waits = propose(site, stage="trial", **OVERRIDE)
    assert [(item.what, item.by) for item in waits.missing] == [("people", "2026-11-26")]
    tick(site, NOW + 72 * HOUR - timedelta(seconds=1))
    assert present(site)[0] is Stage.SHADOW
    tick(site, NOW + 72 * HOUR)
    assert present(site)[0] is Stage.TRIAL
    assert "camp revision 2 approved by 72 hours of waiting: the park has one person" in said(site)


def test_a_park_of_one_person_never_comes_past_trial_by_waiting(site: Engine) -> None:
    alone(site)
    waits = propose(site, stage="live", **OVERRIDE)
    assert [item.by for item in waits.missing] == [None]
    tick(site, NOW + 5 * DAY)
    assert present(site)[0] is Stage.SHADOW


@pytest.mark.parametrize("revoked_after", [True, False])
def test_waiting_does_not_count_where_somebody_else_was_there(site: Engine, revoked_after: bool) -> None:
    propose(site, stage="trial", **OVERRIDE)
    if revoked_after:
        for other in (BOB, EVE):
            revoke(site, other, at=NOW + HOUR)
    tick(site, NOW + 4 * DAY)
    assert present(site)[0] is Stage.SHADOW


def test_waiting_is_no_way_around_what_else_is_missing(site: Engine) -> None:
    alone(site)
    propose(site, stage="trial", last_day="2026-11-30")
    tick(site, NOW + 4 * DAY)
    assert present(site)[0] is Stage.SHADOW


def test_one_who_wanted_to_lift_weeks_ago_is_not_the_first_of_two(site: Engine, tmp_path: Path) -> None:
    widened(site)
    stop(site)
    lift(site, tmp_path, ANN)
    late = NOW + timedelta(minutes=15, seconds=1)
    assert not lift(site, tmp_path, BOB, now=late).lifted
    assert safe(site).stopped
    assert lift(site, tmp_path, ANN, now=late + timedelta(minutes=15)).lifted


def test_pressing_stop_again_takes_back_the_wish_to_lift(site: Engine, tmp_path: Path) -> None:
    widened(site)
    stop(site)
    lift(site, tmp_path, ANN)
    assert stop(site, by="rosa").waits_for is None
    assert not lift(site, tmp_path, BOB).lifted
    assert safe(site).stopped
    assert "the stop stays: false alarms; ann had asked to lift it, which is void" in said(site)


def test_a_stop_is_not_lifted_with_an_account_of_ones_own_making(site: Engine, tmp_path: Path) -> None:
    puppet = person(site, "puppet", Role.SUPERVISOR, by=ANN)
    stop(site)
    lift(site, tmp_path, ANN)
    with pytest.raises(NotAllowedNow, match="ann added puppet"):
        lift(site, tmp_path, puppet)
    assert safe(site).stopped


def test_who_was_added_after_the_stop_cannot_help_to_lift_it(site: Engine, tmp_path: Path) -> None:
    stop(site)
    late = person(site, "late", Role.SUPERVISOR, at=NOW + HOUR)
    with pytest.raises(NotAllowedNow, match="late was added after"):
        lift(site, tmp_path, late, now=NOW + 2 * HOUR)


def test_a_wish_to_lift_ends_with_the_rights_of_who_had_it(site: Engine, tmp_path: Path) -> None:
    stop(site)
    lift(site, tmp_path, ANN)
    revoke(site, ANN)
    assert not lift(site, tmp_path, BOB).lifted
    assert safe(site).stopped


def test_the_yes_of_somebody_who_was_revoked_is_no_second_person(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    revoke(site, BOB)
    assert approve(site, rule, by=BOB).state is RuleState.PROPOSED
    assert present(site)[0] is Stage.SHADOW


def test_one_person_with_two_accounts_in_two_roles_stays_one(site: Engine) -> None:
    admin, supervisor = person(site, "a", Role.ADMIN, by=BOB), person(site, "b", Role.SUPERVISOR, by=BOB)
    rule = propose(site, by=admin, stage="live", **OVERRIDE).rule
    for other in (supervisor, BOB):
        with pytest.raises(NotAllowedNow, match="bob added"):
            approve(site, rule, by=other)
    assert present(site)[0] is Stage.SHADOW
