"""Guardrails: each judged on values alone; what cannot be told holds."""

from typing import Any

import pytest

from rollout.guardrails import JUDGES, Outcome, Seen, judge
from rollout.terms import GUARDRAILS

PASSES, FAILS, HOLDS = Outcome.PASSES, Outcome.FAILS, Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    ("guardrail", "limit", "seen", "outcome"),
    [
        ("max_alerts_per_day", 12, {"told_today": 12}, PASSES),
        ("max_alerts_per_day", 12, {"told_today": 13}, FAILS),
        ("max_alerts_per_day", 0, {"told_today": 1}, FAILS),
        ("max_failed_deliveries_per_day", 3, {"failed_today": 3}, PASSES),
        ("max_failed_deliveries_per_day", 3, {"failed_today": 4}, FAILS),
        ("max_median_minutes_to_verdict", 10, {}, HOLDS),
        ("max_median_minutes_to_verdict", 10, {"minutes": [30.0] * 5}, HOLDS),
        ("max_median_minutes_to_verdict", 10, {"minutes": [30.0] * 6}, FAILS),
        ("max_median_minutes_to_verdict", 10, {"minutes": [2.0] * 6}, PASSES),
        ("max_median_minutes_to_verdict", 10, {"minutes": [2.0] * 10 + [400.0] * 6}, HOLDS),
        ("max_median_minutes_to_verdict", 10, {"waiting": [600.0] * 6}, FAILS),
        ("max_median_minutes_to_verdict", 10, {"waiting": [3.0] * 60}, HOLDS),
        ("min_precision", 0.5, {}, HOLDS),
        ("min_precision", 0.5, {"others": 5}, HOLDS),
        ("min_precision", 0.5, {"others": 6}, FAILS),
        ("min_precision", 0.5, {"bears": 6}, PASSES),
        ("min_precision", 0.5, {"others": 6, "unsure": 3}, HOLDS),
        ("min_precision", 0.5, {"bears": 6, "unsure": 3}, HOLDS),
        ("min_precision", 0.5, {"bears": 2, "others": 30}, FAILS),
        ("max_seconds_event_to_alert", 60, {}, HOLDS),
        ("max_seconds_event_to_alert", 60, {"seconds": [5.0] * 40}, PASSES),
        ("max_seconds_event_to_alert", 60, {"seconds": [300.0]}, HOLDS),
        ("max_seconds_event_to_alert", 60, {"seconds": [300.0] * 2}, FAILS),
        ("max_seconds_event_to_alert", 60, {"seconds": [5.0] * 40 + [300.0] * 2}, HOLDS),
        ("max_out_of_domain_share", 0.2, {}, HOLDS),
        ("max_out_of_domain_share", 0.2, {"usual": [0.5] * 30}, PASSES),
        ("max_out_of_domain_share", 0.2, {"usual": [0.001] * 3 + [0.5]}, HOLDS),
        ("max_out_of_domain_share", 0.2, {"usual": [0.001] * 6 + [0.5] * 4}, FAILS),
        ("max_seeded_tests_missed_per_day", 0, {}, HOLDS),
        ("max_seeded_tests_missed_per_day", 0, {"tests": 2}, PASSES),
        ("max_seeded_tests_missed_per_day", 0, {"tests": 2, "tests_missed": 1}, FAILS),
        ("stop_on_drift_alarm", True, {}, HOLDS),
        ("stop_on_drift_alarm", True, {"drift_alarm": False}, PASSES),
        ("stop_on_drift_alarm", True, {"drift_alarm": True}, FAILS),
        ("stop_on_data_fault", True, {}, PASSES),
        ("stop_on_data_fault", True, {"faults": ["camera creek is covered"]}, FAILS),
    ],
)
def test_each_guardrail_fails_on_evidence_only(
    guardrail: str, limit: float, seen: dict[str, Any], outcome: Outcome
) -> None:
    (told,) = judge({guardrail: limit}, Seen(**seen))
    assert told.outcome is outcome, told.says
    assert told.says


@pytest.mark.parametrize(
    ("guardrail", "limit", "canary", "outcome"),
    [
        ("min_precision", 0.5, {"others": 6}, FAILS),
        ("min_precision", 0.5, {"others": 3}, PASSES),
        ("min_precision", 0.5, {"bears": 6}, PASSES),
        ("max_out_of_domain_share", 0.2, {"usual": [0.001] * 6 + [0.5] * 4}, FAILS),
        ("max_out_of_domain_share", 0.2, {"usual": [0.5] * 4}, PASSES),
    ],
)
def test_a_bad_canary_fails_by_itself_however_good_the_other_cameras_are(
    guardrail: str, limit: float, canary: dict[str, Any], outcome: Outcome
) -> None:
    good = {"bears": 200, "usual": [0.5] * 200}
    (told,) = judge({guardrail: limit}, Seen(**good, canary=Seen(**canary)))
    assert told.outcome is outcome, told.says
    assert ("by the canary alone" in told.says) is (outcome is FAILS)


def test_a_guardrail_that_is_off_or_absent_is_not_judged() -> None:
    assert judge({"stop_on_data_fault": False}, Seen(faults=["it is dark"])) == ()
    assert judge({}, Seen(told_today=99)) == ()


def test_every_guardrail_that_a_rule_may_have_is_judged() -> None:
    assert set(JUDGES) == set(GUARDRAILS)


def test_only_a_fault_of_the_data_ends_by_itself() -> None:
    told = judge({name: 0 if kind is not bool else True for name, kind in GUARDRAILS.items()}, Seen())
    assert [one.guardrail for one in told if one.technical] == ["stop_on_data_fault"]
