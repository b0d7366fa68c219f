"""For any past minute: which rule was in force, what was stronger, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from rollout import standing
from rollout.scopes import Inside
from rollout.standing import Held, InForce, Past
from store.vocabulary import Stage

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
IN, OUT = Inside(yes=True, says="inside its scope at Mon 03:00"), Inside(yes=False, says="mon 12:00 is not in it")


def held(since: float, until: float | None, says: str) -> Held:
    return Held(since=NOW + since * HOUR, until=None if until is None else NOW + until * HOUR, says=says)


def rule(number: int, stage: Stage, since: float, until: float | None) -> InForce:
    return InForce(
        since=NOW + since * HOUR, until=None if until is None else NOW + until * HOUR, rule=number, revision=number,
        stage=stage, because=f"reason {number}",
    )  # fmt: skip


PAST = Past(
    rules=[rule(1, Stage.SHADOW, 0, 10), rule(2, Stage.TRIAL, 10, 20), rule(3, Stage.LIVE, 20, None)],
    stops=[held(30, 32, "stopped by eve: false alarms")],
    gaps=[held(30, 32, "NOT protected"), held(50, 51, "the model cannot be opened")],
    narrowings=[held(12, 13, "too many alerts"), held(40, 44, "too many alerts")],
)


@pytest.mark.parametrize(
    ("hour", "inside", "revision", "acts_as", "why"),
    [
        (-1, None, None, Stage.OFF, "no rule was in force"),
        (0, None, 1, Stage.SHADOW, "reason 1"),
        (9.99, None, 1, Stage.SHADOW, "reason 1"),
        (10, IN, 2, Stage.TRIAL, "reason 2"),
        (12, IN, 2, Stage.TRIAL, "too many alerts"),
        (25, IN, 3, Stage.LIVE, "inside its scope"),
        (25, OUT, 3, Stage.SHADOW, "mon 12:00 is not in it"),
        (30, IN, 3, Stage.SHADOW, "stopped by eve"),
        (31.9, IN, 3, Stage.SHADOW, "NOT protected"),
        (32, IN, 3, Stage.LIVE, "reason 3"),
        (40, IN, 3, Stage.TRIAL, "too many alerts"),
        (40, OUT, 3, Stage.SHADOW, "too many alerts"),
        (50.5, IN, 3, Stage.LIVE, "the model cannot be opened"),
        (9000, IN, 3, Stage.LIVE, "reason 3"),
    ],
)
def test_each_moment_has_one_rule_and_says_what_was_stronger(
    hour: float, inside: Inside | None, revision: int | None, acts_as: Stage, why: str
) -> None:
    told = standing.at(PAST, NOW + hour * HOUR, inside)
    assert (told.rule and told.rule.revision, told.acts_as) == (revision, acts_as)
    assert why in told.says


def test_a_moment_without_a_model_is_said_though_the_rule_was_live() -> None:
    assert "the model cannot be opened" in standing.at(PAST, NOW + 50 * HOUR, IN).why
