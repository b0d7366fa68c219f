"""An alert's state in words."""

import pytest

from api.schemas.alerts import AlertOut
from api.schemas.words import AlertState, Stage, Verdict
from dashboard.siting import STANDS, after_answer, stands, would_have
from tests.dashboard.shapes import NOW, ZONE, alert


def test_every_state_has_its_words() -> None:
    assert set(STANDS) == set(AlertState)


@pytest.mark.parametrize("state", [AlertState.PENDING, AlertState.CLAIMED])
def test_the_score_is_not_told_while_somebody_is_asked(state: AlertState) -> None:
    assert "0.93" not in stands(alert(state=state))


def test_the_score_is_told_afterwards() -> None:
    assert "probably a bear (0.93)" in stands(alert(state=AlertState.DISMISSED, verdict=Verdict.NOT_BEAR))


def test_shadow_says_whom_it_would_have_reached_and_when() -> None:
    shadow = alert(
        state=AlertState.SHADOW, stage=Stage.SHADOW,
        would_have={"receivers": ["night-team", "supervisor"], "at": "2026-11-24T03:31:00+00:00"},
    )  # fmt: skip
    assert would_have(shadow, ZONE, NOW).startswith(
        "would have been sent to night-team, supervisor at Mon 23 Nov 20:31"
    )


def test_shadow_without_receivers_says_nobody() -> None:
    assert "to nobody" in would_have(alert(state=AlertState.SHADOW, would_have={}), ZONE, NOW)


@pytest.mark.parametrize(
    ("given", "answer", "says"),
    [
        (alert(state=AlertState.CONFIRMED), Verdict.BEAR, "Confirmed. The warning goes to the rangers of Camp."),
        (alert(state=AlertState.CONFIRMED, replay=True), Verdict.BEAR, "nothing leaves the machine"),
        (alert(state=AlertState.DISMISSED), Verdict.NOT_BEAR, "No warning goes out"),
        (alert(), Verdict.UNSURE, "Passed on to the next step of the chain"),
        (alert(state=AlertState.SHADOW, stage=Stage.SHADOW), Verdict.BEAR, "Nothing is sent: the site is in shadow"),
        (alert(state=AlertState.REVIEWED, stage=Stage.LIVE), Verdict.BEAR, "was right"),
    ],
)
def test_an_answer_says_what_it_set_going(given: AlertOut, answer: Verdict, says: str) -> None:
    assert says in after_answer(given, answer)
