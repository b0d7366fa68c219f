"""What follows when a verdict was wrong; on both databases."""

from pathlib import Path

import pytest

from store import alerts
from store.errors import NotAllowedNow, NotPermitted
from store.session import Engine, reading
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import RILEY, ROSA, SAM, Scene, receiver, trial
from tests.servers import free_port


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def test_one_corrects_oneself_and_only_a_supervisor_corrects_others(scene: Scene) -> None:
    alert = scene.see_a_bear()
    with pytest.raises(NotAllowedNow, match="no verdict to correct"):
        scene.correct(alert, Verdict.BEAR, SAM)
    scene.answer(alert, Verdict.NOT_BEAR)
    with pytest.raises(NotPermitted, match="supervisor"):
        scene.correct(alert, Verdict.BEAR, ROSA)
    scene.correct(alert, Verdict.BEAR, RILEY)
    assert (scene.state(alert), scene.visit_is_closed(alert)) == (AlertState.CONFIRMED, False)
    scene.correct(alert, Verdict.NOT_BEAR, SAM)
    assert (scene.state(alert), scene.visit_is_closed(alert)) == (AlertState.DISMISSED, True)


@pytest.mark.parametrize(("verdict", "says"), [(Verdict.BEAR, "a bear already"), (Verdict.UNSURE, "to bear or not")])
def test_a_correction_must_say_another_thing(scene: Scene, verdict: Verdict, says: str) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    with pytest.raises(NotAllowedNow, match=says):
        scene.correct(alert, verdict)


def test_whoever_was_warned_is_told_of_the_correction(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    scene.correct(alert, Verdict.NOT_BEAR)
    corrected = [row for row in scene.notices(NoticeKind.OPERATIONS) if row.body.get("correction")]
    assert sorted(row.receiver_id for row in corrected) == ["chief", "team"]
    assert "was not one" in corrected[0].body["says"]


def test_who_was_never_warned_is_told_of_no_correction(scene: Scene) -> None:
    alert = scene.see_a_bear()
    (scene.data_dir / "STOP").touch()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    scene.correct(alert, Verdict.NOT_BEAR)
    assert not any(row.body.get("correction") for row in scene.notices())


def test_who_may_have_been_warned_is_told_of_the_correction(scene: Scene) -> None:
    receiver(scene.engine, "team", url=f"http://127.0.0.1:{free_port()}/")
    receiver(scene.engine, "chief", retired_at=scene.now)
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.WAITING}
    scene.correct(alert, Verdict.NOT_BEAR)
    assert [row.receiver_id for row in scene.notices() if row.body.get("correction")] == ["team"]


def test_the_story_says_who_looked_who_answered_and_why_a_warning_did_not_leave(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    scene.later(seconds=20).answer(alert, Verdict.BEAR)
    scene.later(seconds=30).correct(alert, Verdict.NOT_BEAR)
    scene.later(seconds=40).send()
    with reading(scene.engine) as session:
        told = {
            (moment.who, moment.says)
            for moment in alerts.stories(session, [alerts.get(session, alert)])[alert].moments
        }
    assert {
        ("riley", "looks at it"), ("riley", "a bear"), ("riley", "corrected: not a bear"),
        ("team", "warning: not sent: the verdict was corrected"), ("team", "request: sent"),
    } <= told  # fmt: skip


def test_a_corrected_correction_leaves_one_warning_a_receiver_to_send(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.correct(alert, Verdict.NOT_BEAR)
    scene.correct(alert, Verdict.BEAR)
    scene.send()
    sent = [row.receiver_id for row in scene.notices(NoticeKind.WARNING) if row.state == "sent"]
    assert sorted(sent) == ["chief", "team"]


def test_in_live_not_a_bear_takes_the_warning_back(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, stage="live")
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.NOT_BEAR)
    scene.send()
    assert scene.state(alert) is AlertState.DISMISSED
    assert set(scene.fates(NoticeKind.WARNING).values()) == {"stopped"}


def test_a_warning_that_has_not_left_does_not_leave_after_the_correction(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.correct(alert, Verdict.NOT_BEAR)
    scene.send()
    assert set(scene.fates(NoticeKind.WARNING).values()) == {NoticeState.STOPPED}
    assert {row.error for row in scene.notices(NoticeKind.WARNING)} == {"the verdict was corrected"}
    assert not [path for path in scene.data_dir.glob("*/*.json") if '"warning"' in path.read_text()]


def test_a_bear_that_was_taken_for_none_warns_after_the_correction(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.NOT_BEAR)
    scene.correct(alert, Verdict.BEAR)
    scene.send()
    assert scene.fates(NoticeKind.WARNING) == {"chief": NoticeState.SENT, "team": NoticeState.SENT}
    assert scene.state(alert) is AlertState.SENT
