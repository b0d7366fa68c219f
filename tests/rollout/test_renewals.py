"""Identical renewals add their evidence up; anything else begins anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rollout import renewals
from rollout.renewals import Run
from store.vocabulary import Stage

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BODY = {"weekdays": ["sat"], "hours": ["20:00-06:00"], "sun": None, "cooldown_minutes": 30, "last_day": "2026-11-30"}


def run(rule: int, stage: Stage = Stage.TRIAL, **changes: Any) -> Run:
    own: dict[str, Any] = {
        "model": "a",
        "threshold": 0.5,
        "cameras": ("creek",),
        "body": BODY,
        "since": NOW + timedelta(days=rule),
    }
    return Run(rule=rule, stage=stage, **own | changes)


@pytest.mark.parametrize(
    ("runs", "counted"),
    [
        ([], []),
        ([run(1, Stage.SHADOW)], []),
        ([run(2), run(1)], [2, 1]),
        ([run(3, Stage.SHADOW), run(2), run(1, Stage.SHADOW), run(0)], [2, 0]),
        ([run(2), run(1, body=BODY | {"last_day": "2026-11-20", "guardrails": {"min_precision": 0.5}})], [2, 1]),
        ([run(3), run(2, body=BODY | {"hours": ["21:00-06:00"]}), run(1)], [3]),
        ([run(2), run(1, cameras=("creek", "gate"))], [2]),
        ([run(2, Stage.LIVE), run(1)], [2, 1]),
        ([run(2, model="b"), run(1)], []),
        ([run(2, threshold=0.6), run(1)], []),
    ],
)
def test_what_alerts_on_the_very_same_frames_adds_up(runs: list[Run], counted: list[int]) -> None:
    assert [one.rule for one in renewals.chain(runs, model="a", threshold=0.5)] == counted
