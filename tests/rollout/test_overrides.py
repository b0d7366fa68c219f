"""An override stays red, cannot be washed off by one person and ends; on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest

from store.session import Engine
from store.vocabulary import RuleState, Stage
from tests.rollout.proposing import DAY, NOW, OVERRIDE, approve, present, propose, tick, widened

PLAIN = {"answers": OVERRIDE["answers"], "last_day": OVERRIDE["last_day"]}


def test_the_same_rule_without_its_override_still_rests_on_it(site: Engine) -> None:
    widened(site)
    again = propose(site, stage="live", **PLAIN)
    assert (again.state, again.override) == (RuleState.IN_FORCE, "bear in camp")
    assert propose(site, stage="trial", **PLAIN).override == "bear in camp"


def test_one_person_cannot_give_an_override_another_reason(site: Engine) -> None:
    widened(site)
    assert propose(site, stage="live", **PLAIN, override={"reason": "routine"}).override == "bear in camp"


def test_an_override_lasts_longer_only_by_two_people_and_stays_red(site: Engine) -> None:
    widened(site)
    bare = propose(site, stage="live", answers=OVERRIDE["answers"], last_day="2026-12-07")
    assert {item.what.split(":")[0] for item in bare.missing} == {"exit checklist", "people"}
    renewed = propose(
        site, stage="live", **OVERRIDE | {"last_day": "2026-12-07", "override": {"reason": "it is back"}}
    )
    assert (renewed.state, renewed.override) == (RuleState.PROPOSED, "it is back")
    assert approve(site, renewed.rule).override == "it is back"


def test_a_step_down_to_shadow_ends_the_override(site: Engine) -> None:
    widened(site)
    assert propose(site, stage="shadow").override is None
    assert any("exit checklist" in item.what for item in propose(site, stage="live", **PLAIN).missing)


@pytest.mark.parametrize(
    "changed",
    [
        {"guardrails": {}},
        {"guardrails": {"max_alerts_per_day": 13, "stop_on_drift_alarm": True}},
        {"guardrails": {"max_alerts_per_day": 12, "stop_on_drift_alarm": False}},
        {"unconfirmed": "ask-again"},
        {"cooldown_minutes": 0},
        {"deadline_minutes": 1440},
    ],
)
def test_less_care_needs_a_second_person(site: Engine, changed: dict[str, Any]) -> None:
    careful = OVERRIDE | {"guardrails": {"max_alerts_per_day": 12, "stop_on_drift_alarm": True}}
    widened(site, stage="trial", **careful)
    careless = propose(site, stage="trial", **careful | changed)
    assert (careless.state, careless.widens) == (RuleState.PROPOSED, False)
    assert [item.what for item in careless.missing] == ["people"]
    assert approve(site, careless.rule).override == "bear in camp"


def test_more_care_is_in_force_at_once(site: Engine) -> None:
    widened(site, guardrails={"max_alerts_per_day": 12})
    more = {"max_alerts_per_day": 10, "min_precision": 0.5}
    assert propose(site, stage="live", **PLAIN, guardrails=more).state is RuleState.IN_FORCE


def test_a_renewal_may_be_approved_after_its_rule_ended_by_itself(site: Engine) -> None:
    widened(site, last_day="2026-11-26")
    renewal = propose(site, now=NOW + 2 * DAY, stage="live", **OVERRIDE)
    after = datetime(2026, 11, 27, 8, tzinfo=UTC)
    tick(site, after)
    assert present(site)[0] is Stage.SHADOW
    assert approve(site, renewal.rule, now=after).state is RuleState.IN_FORCE


def test_an_approved_renewal_whose_days_are_over_does_not_come_into_force(site: Engine) -> None:
    widened(site, first_day="2026-11-25", last_day="2026-11-26")
    tick(site, NOW + 10 * DAY)
    assert present(site)[0] is Stage.SHADOW
