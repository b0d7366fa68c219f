"""What follows from a verdict; on both databases."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from rollout.actors import Actor
from store import alerts
from store.errors import AlreadyDecided, ClaimedByAnother, NotPermitted
from store.session import Engine, reading
from store.vocabulary import AlertState, NoticeKind, Role, Verdict
from tests.rollout.scenes import NOW, RILEY, ROSA, SAM, Scene, trial


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def test_a_bear_warns_each_receiver_exactly_once(scene: Scene) -> None:
    alert = scene.see_a_bear()
    assert scene.warned() == []
    scene.answer(alert, Verdict.BEAR)
    assert (scene.state(alert), sorted(scene.warned())) == (AlertState.CONFIRMED, ["chief", "team"])
    assert all(row.review_id and row.verdict is Verdict.BEAR for row in scene.notices(NoticeKind.WARNING))


@pytest.mark.parametrize("verdict", [Verdict.NOT_BEAR, Verdict.UNSURE])
def test_any_other_answer_warns_nobody(scene: Scene, verdict: Verdict) -> None:
    scene.answer(scene.see_a_bear(), verdict)
    assert scene.warned() == []


def test_not_a_bear_closes_the_visit(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.NOT_BEAR)
    assert scene.state(alert) is AlertState.DISMISSED
    assert scene.visit_is_closed(alert)


def test_unsure_asks_the_next_step_of_the_chain_and_gives_it_the_whole_time(scene: Scene) -> None:
    alert = scene.see_a_bear()
    later = scene.later(minutes=2)
    later.claim(alert)
    later.answer(alert, Verdict.UNSURE)
    row = scene.alert(alert)
    assert (row.state, row.step, row.claimed_by) == (AlertState.PENDING, 1, None)
    assert row.deadline == later.now + timedelta(minutes=5)
    assert scene.asked() == ["team", "chief"]


def test_after_two_unsure_answers_the_last_step_is_asked_again(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.UNSURE)
    scene.later(minutes=1).answer(alert, Verdict.UNSURE, by=ROSA)
    assert scene.asked() == ["team", "chief", "chief"]
    scene.later(minutes=2).answer(alert, Verdict.BEAR, by=SAM)
    assert scene.state(alert) is AlertState.CONFIRMED


def test_a_claim_holds_others_off_for_three_minutes(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    with pytest.raises(ClaimedByAnother, match="riley is looking"):
        scene.claim(alert, ROSA)
    with pytest.raises(ClaimedByAnother, match="riley is looking"):
        scene.answer(alert, Verdict.BEAR, ROSA)
    later = scene.later(minutes=3, seconds=1)
    later.claim(alert, ROSA)
    assert scene.alert(alert).claimed_by == ROSA.id


def test_who_comes_back_to_an_alert_holds_it_no_longer_than_three_minutes_in_all(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=1).claim(alert)
    scene.later(minutes=2).claim(alert)
    scene.later(minutes=2, seconds=30).release(alert)
    scene.later(minutes=3).claim(alert)
    with pytest.raises(ClaimedByAnother):
        scene.later(minutes=4, seconds=30).claim(alert, ROSA)
    late = scene.later(minutes=4, seconds=31)
    late.keep()
    late.claim(alert)
    assert (late.state(alert), late.asked()) == (AlertState.PENDING, ["team", "chief"])
    late.answer(alert, Verdict.BEAR, ROSA)
    assert sorted(late.warned()) == ["chief", "team"]


def test_a_page_that_claims_again_and_again_keeps_neither_the_next_step_nor_the_deadline(scene: Scene) -> None:
    alert = scene.see_a_bear()
    for second in range(0, 480, 2):
        scene.later(seconds=second).claim(alert)
        scene.later(seconds=second + 1).keep()
        if scene.state(alert) is AlertState.EXPIRED:
            break
    assert scene.asked() == ["team", "chief"]
    assert (scene.state(alert), second) == (AlertState.EXPIRED, 300)


def test_an_unsure_answer_gives_everybody_their_three_minutes_anew(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    later = scene.later(minutes=2, seconds=50)
    later.answer(alert, Verdict.UNSURE)
    later.claim(alert)
    later.later(minutes=2, seconds=59).keep()
    assert scene.alert(alert).claimed_by == RILEY.id


def test_a_supervisor_takes_a_claim_over_by_saying_so_and_never_unasked(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    with pytest.raises(ClaimedByAnother, match="riley"):
        scene.claim(alert, SAM)
    with pytest.raises(ClaimedByAnother, match="riley"):
        scene.claim(alert, ROSA, take_over=True)
    scene.claim(alert, SAM, take_over=True)
    with pytest.raises(ClaimedByAnother, match="sam"):
        scene.answer(alert, Verdict.BEAR, RILEY)
    scene.answer(alert, Verdict.BEAR, SAM)


def test_a_claim_can_be_given_back_but_not_by_another(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    with pytest.raises(ClaimedByAnother):
        scene.release(alert, ROSA)
    scene.release(alert)
    assert (scene.state(alert), scene.alert(alert).claimed_by) == (AlertState.PENDING, None)
    scene.claim(alert, ROSA)


def test_of_two_people_who_answer_at_the_same_moment_one_wins(scene: Scene) -> None:
    alert, met, came = scene.see_a_bear(), threading.Barrier(2), {}

    def answer(by: Actor, verdict: Verdict) -> None:
        met.wait()
        try:
            scene.answer(alert, verdict, by)
            came[by.name] = "recorded"
        except AlreadyDecided as fault:
            came[by.name] = fault.detail

    people = [threading.Thread(target=answer, args=each) for each in ((RILEY, Verdict.BEAR), (ROSA, Verdict.BEAR))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(came) == ["riley", "rosa"]
    assert list(came.values()).count("recorded") == 1
    assert any("answered a bear" in said for said in came.values())
    assert sorted(scene.warned()) == ["chief", "team"]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_answered_alert_is_neither_answered_nor_claimed_again(scene: Scene, verdict: Verdict) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.NOT_BEAR)
    with pytest.raises(AlreadyDecided, match="riley answered not a bear"):
        scene.answer(alert, verdict, ROSA)
    with pytest.raises(AlreadyDecided):
        scene.claim(alert, SAM)


def test_an_expired_alert_can_still_be_answered(scene: Scene) -> None:
    alert = scene.see_a_bear()
    late = scene.later(minutes=6)
    late.keep()
    assert late.state(alert) is AlertState.EXPIRED
    late.answer(alert, Verdict.BEAR)
    assert (late.state(alert), len(late.warned())) == (AlertState.CONFIRMED, 2)


def test_in_shadow_a_verdict_is_kept_and_nobody_is_told_anything(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, stage="shadow", last_day=None, override=None)
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.UNSURE)
    scene.answer(alert, Verdict.BEAR, ROSA)
    with pytest.raises(AlreadyDecided):
        scene.answer(alert, Verdict.NOT_BEAR)
    scene.correct(alert, Verdict.NOT_BEAR, ROSA)
    assert (scene.state(alert), scene.visit_is_closed(alert)) == (AlertState.SHADOW, True)
    assert [row for row in scene.notices() if row.alert_id] == []


def test_in_live_the_warning_goes_out_first_and_a_verdict_follows(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, stage="live")
    alert = scene.see_a_bear()
    assert (scene.state(alert), sorted(scene.warned())) == (AlertState.LIVE, ["chief", "team"])
    scene.send()
    assert scene.state(alert) is AlertState.SENT
    scene.answer(alert, Verdict.BEAR)
    assert (scene.state(alert), len(scene.warned())) == (AlertState.REVIEWED, 2)


def test_people_act_only_in_their_role_and_at_their_sites(scene: Scene) -> None:
    alert = scene.see_a_bear()
    for stranger in (
        Actor(id=1, name="audrey", role=Role.AUDITOR),
        Actor(id=2, name="elsa", role=Role.ADMIN, sites=("other",)),
    ):
        for act in (scene.claim, scene.release, lambda alert, by: scene.answer(alert, Verdict.BEAR, by)):
            with pytest.raises(NotPermitted):
                act(alert, stranger)


def test_how_long_an_answer_took_is_counted_from_the_claim(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=1).claim(alert)
    scene.later(seconds=90).answer(alert, Verdict.BEAR)
    with reading(scene.engine) as session:
        (review,) = alerts.reviews_of(session, alert)
    assert (review.took_s, review.at) == (30.0, NOW + timedelta(seconds=90))
