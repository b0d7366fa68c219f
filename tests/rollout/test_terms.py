import tomllib
from datetime import date
from typing import Any

import pytest

from rollout import terms
from store.errors import RuleMalformed
from store.vocabulary import Audience, Stage

WHOLE = """
site = "lower-camp"
model = "default"
stage = "trial"
cameras = ["creek"]
weekdays = ["sun", "fri"]
hours = ["20:00-06:00"]
audience = "rangers"
first_day = 2026-11-27
last_day = 2026-12-04
threshold = 0.60
deadline_minutes = 5
unconfirmed = "ask-again"
cooldown_minutes = 0
[guardrails]
max_alerts_per_day = 12
stop_on_drift_alarm = true
[override]
reason = "bear in camp last night"
[answers]
if_it_worked_really_well = "everyone sleeps"
"""


def test_a_whole_file_is_read_and_written_back_the_same() -> None:
    read = terms.read(tomllib.loads(WHOLE))
    assert (read.stage, read.weekdays, read.last_day) == (Stage.TRIAL, ("fri", "sun"), date(2026, 12, 4))
    assert (read.cooldown_minutes, read.override) == (0, "bear in camp last night")
    assert terms.read(read.body()) == read


def test_the_least_rule_has_the_stated_defaults() -> None:
    read = terms.read({"site": "camp", "stage": "live"})
    assert (read.model, read.audience, read.deadline_minutes, read.cooldown_minutes) == (
        "default", Audience.RANGERS, 5, 30,
    )  # fmt: skip
    assert terms.read(read.body()) == read


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"stage": "alive"}, "stage: .*off, shadow, trial, live"),
        ({"stage": None}, "stage: missing"),
        ({"stge": "live"}, "stge: unknown key"),
        ({"hours": ["25:00-26:00"]}, "hours: "),
        ({"hours": ["20:00-20:00"]}, "hours: "),
        ({"hours": "20:00-06:00"}, "hours: must be a list"),
        ({"sun": "night", "hours": ["20:00-06:00"]}, "sun: "),
        ({"weekdays": ["friday"]}, 'weekdays: "friday"'),
        ({"stage": "trial"}, "last_day: a trial must have one"),
        ({"first_day": "2026-12-04", "last_day": "2026-11-27"}, "before first_day"),
        ({"first_day": "soon"}, "first_day: 'soon'"),
        ({"threshold": 1.5}, "threshold: 1.5"),
        ({"threshold": True}, "threshold: True"),
        ({"deadline_minutes": 0}, "deadline_minutes"),
        ({"audience": "campers", "stage": "shadow"}, "campers only in live"),
        ({"guardrails": {"max_bears": 1}}, "guardrails.max_bears: unknown"),
        ({"guardrails": {"stop_on_data_fault": 1}}, "guardrails.stop_on_data_fault: 1 is not true or false"),
        ({"guardrails": {"min_precision": True}}, "guardrails.min_precision: True is not a number"),
        ({"override": "bear"}, "override: must be a table"),
        ({"unconfirmed": "shout"}, "unconfirmed"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], names: str) -> None:
    with pytest.raises(RuleMalformed, match=names):
        terms.read({"site": "camp", "stage": "live"} | change)
