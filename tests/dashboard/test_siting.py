"""An alert's state in words."""

from datetime import timedelta

import pytest

from api.schemas.alerts import AlertOut
from api.schemas.park import LiftOut, SiteOut
from api.schemas.words import AlertState, CameraHealth, Stage, Verdict
from dashboard.listing import tells_score
from dashboard.looking import why_held
from dashboard.siting import STANDS, after_answer, expired, head, lift_says, stands, unprotected, would_have
from tests.dashboard.shapes import NOW, ZONE, alert, camera, gap, rule, site


def test_every_state_has_its_words() -> None:
    assert set(STANDS) == set(AlertState)


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("verdict", [None, Verdict.UNSURE])
def test_the_score_is_not_told_before_a_person_has_said_what_it_is(
    state: AlertState, verdict: Verdict | None
) -> None:
    given = alert(state=state, verdict=verdict)
    assert not tells_score(stands(given))
    assert not tells_score(would_have(given, ZONE, NOW))
    assert not tells_score(expired(given, ZONE, NOW))


def test_the_score_is_told_afterwards() -> None:
    assert "probably a bear (0.93)" in stands(alert(state=AlertState.DISMISSED, verdict=Verdict.NOT_BEAR))


def test_the_score_of_a_shadow_alert_is_told_afterwards() -> None:
    shadow = alert(state=AlertState.SHADOW, stage=Stage.SHADOW, verdict=Verdict.BEAR)
    assert would_have(shadow, ZONE, NOW).endswith(" · answered: bear · model: probably a bear (0.93)")


def test_an_expired_alert_says_when_and_that_nobody_was_warned() -> None:
    says = expired(alert(state=AlertState.EXPIRED), ZONE, NOW)
    assert "EXPIRED at 13:00" in says
    assert "nobody was warned" in says
    assert expired(alert(), ZONE, NOW) == ""


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (site(), ""),
        (site(rule=rule(stage=Stage.SHADOW), protected=False), ""),
        (site(stopped=True, stop_reason="ada: drill", protected=False), "<b>STOPPED</b> nothing is sent; ada: drill"),
        (
            site(stopped=True, protected=False, gap=gap()),
            "<b>STOPPED, NOT PROTECTED</b> since 12:00, nobody has taken",
        ),
        (site(protected=False, gap=gap("riley")), "<b>NOT PROTECTED</b> since 12:00, riley has the manual watch"),
        (
            site(protected=False, protected_says="NOT protected by the model: no receiver"),
            "PROTECTED</b> no receiver",
        ),
    ],
)
def test_a_site_that_must_not_be_relied_on_says_so_loudest_and_its_stage_is_quiet(place: SiteOut, says: str) -> None:
    assert says in unprotected(place, [camera()], NOW)
    drawn = head(place, [camera()], NOW)
    assert ("bw-unprotected" in drawn, "bw-stage-idle" in drawn) == (bool(says), bool(says))


def test_a_site_in_trial_whose_cameras_are_all_silent_is_not_seen() -> None:
    silent = camera(health=CameraHealth.SILENT)
    assert "NOTHING IS SEEN" in unprotected(site(), [silent], NOW)
    assert unprotected(site(), [silent, camera("other")], NOW) == ""


@pytest.mark.parametrize(
    ("name", "may", "says"),
    [
        ("sam", True, "alex asked to lift at 12:59; your press lifts it."),
        ("riley", False, "alex asked to lift at 12:59; a second person lifts it."),
        ("alex", True, "You asked to lift at 12:59. A second person must press too."),
    ],
)
def test_a_lift_that_waits_says_who_asked_and_what_a_press_does(name: str, may: bool, says: str) -> None:
    asked = LiftOut(by="alex", at=NOW - timedelta(minutes=1))
    assert lift_says(asked, name=name, may=may, zone=ZONE, now=NOW) == says


@pytest.mark.parametrize("reason", ["HELD_FOR_REVIEW", "OUT_OF_DOMAIN_HELD", "LEARNING_THE_VIEW", "PAUSED"])
def test_why_it_was_held_is_past_once_it_is_answered(reason: str) -> None:
    before, after = (why_held(alert(reason=reason), answered=answered) for answered in (False, True))
    assert before != after
    assert " was " in after
    assert "before a ranger has said" not in after


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
        (alert(state=AlertState.SENT, warned=True), Verdict.BEAR, "The warning has gone to the rangers of Camp."),
        (alert(state=AlertState.FAILED), Verdict.BEAR, "no warning arrived. Call the rangers of Camp by hand."),
        (alert(state=AlertState.DISMISSED), Verdict.NOT_BEAR, "Dismissed. No warning goes out."),
        (alert(state=AlertState.DISMISSED, warned=True), Verdict.NOT_BEAR, "A warning had gone out: everyone"),
        (
            alert(state=AlertState.WITHHELD, no_warning="the site is stopped (ada: drill)"),
            Verdict.BEAR,
            "NO WARNING was sent: the site is stopped (ada: drill). Call whoever is in danger",
        ),
        (alert(state=AlertState.DISMISSED), Verdict.NOT_BEAR, "No warning goes out"),
        (alert(), Verdict.UNSURE, "Passed on to the next step of the chain"),
        (alert(state=AlertState.SHADOW, stage=Stage.SHADOW), Verdict.BEAR, "Nothing is sent: the site is in shadow"),
        (alert(state=AlertState.REVIEWED, stage=Stage.LIVE), Verdict.BEAR, "was right"),
    ],
)
def test_an_answer_says_what_it_set_going(given: AlertOut, answer: Verdict, says: str) -> None:
    assert says in after_answer(given, answer)


def test_a_warning_that_was_taken_back_is_never_said_not_to_have_gone_out() -> None:
    taken_back = alert(state=AlertState.DISMISSED, verdict=Verdict.NOT_BEAR, warned=True)
    assert "No warning" not in after_answer(taken_back, Verdict.NOT_BEAR)
    assert "A WARNING HAD GONE OUT" in stands(taken_back)
