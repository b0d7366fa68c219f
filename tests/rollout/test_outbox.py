"""Every warning arrives at least once with the same id, or is shown as failed; on both databases."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.session import Engine
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import Scene, receiver, trial
from tests.servers import Hook, webhook

PAUSES_S = [5, 15, 60, 300, 900]


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


def files(scene: Scene, folder: str, kind: str) -> list[dict[str, object]]:
    """The messages of one kind that lie in a receiver's folder."""
    told = [json.loads(path.read_text()) for path in sorted((scene.data_dir / folder).glob("*.json"))]
    return [each for each in told if each["kind"] == kind]


def warnings(hook: Hook) -> list[dict[str, str]]:
    """The headers of each warning that the webhook was sent."""
    return [headers for headers, body in hook.received if json.loads(body)["kind"] == "warning"]


def confirmed(scene: Scene) -> int:
    """An alert that a ranger confirmed; what came before is sent."""
    alert = scene.see_a_bear()
    scene.send()
    scene.answer(alert, Verdict.BEAR)
    return alert


def try_for_ever(scene: Scene) -> Scene:
    """Send now and after each pause; gives the last moment."""
    scene.send()
    for pause in PAUSES_S:
        assert scene.later(seconds=pause - 1).send() == 0
        scene = scene.later(seconds=pause)
        scene.send()
    return scene


def test_each_message_is_sent_once_and_the_alert_says_so(scene: Scene) -> None:
    alert = confirmed(scene)
    assert scene.send() == 2
    assert scene.later(hours=1).send() == 0
    assert scene.state(alert) is AlertState.SENT
    assert [len(files(scene, name, "warning")) for name in ("team", "chief")] == [1, 1]
    assert files(scene, "team", "warning")[0]["alert"] == alert


def test_warnings_leave_before_requests_and_those_before_the_rest(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "team", url=hook.url)
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.later(minutes=1).see_a_bear()
    scene.later(minutes=1).send()
    kinds = [json.loads(body)["kind"] for _, body in hook.received]
    assert kinds == sorted(kinds, key=["warning", "request", "operations"].index)
    assert kinds.count("warning") == 1


def test_a_dead_webhook_is_tried_with_growing_pauses_then_its_second_is_told(scene: Scene, hook: Hook) -> None:
    hook.answer = 503
    receiver(scene.engine, "team", url=hook.url, second="phone")
    alert = confirmed(scene)
    receiver(scene.engine, "phone")
    late = try_for_ever(scene)
    assert len(warnings(hook)) == 6
    assert len({headers["idempotency-key"] for headers in warnings(hook)}) == 1
    assert scene.fates(NoticeKind.WARNING)["team"] is NoticeState.FAILED
    late.send()
    (second,) = files(scene, "phone", "warning")
    assert (second["instead_of"], second["alert"]) == ("team", alert)
    assert second["id"] != warnings(hook)[0]["idempotency-key"]
    assert any("could not be delivered to team: answered 503" in says for says in late.told())
    assert any("could not be delivered" in str(told["says"]) for told in files(scene, "chief", "operations"))


def test_a_receiver_that_comes_back_gets_the_same_message(scene: Scene, hook: Hook) -> None:
    hook.answer = 503
    receiver(scene.engine, "team", url=hook.url)
    confirmed(scene)
    scene.send()
    hook.answer = 200
    scene.later(seconds=5).send()
    first, second = warnings(hook)
    assert first["idempotency-key"] == second["idempotency-key"]
    assert scene.fates(NoticeKind.WARNING)["team"] is NoticeState.SENT


def test_gone_fails_at_once_and_is_handed_over_at_once(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "team", url=hook.url, second="phone")
    confirmed(scene)
    hook.answer = 410
    receiver(scene.engine, "phone")
    scene.send()
    scene.send()
    assert len(warnings(hook)) == 1
    assert len(files(scene, "phone", "warning")) == 1


def test_a_second_that_has_the_same_warning_is_not_told_twice(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "team", url=hook.url, second="chief")
    confirmed(scene)
    hook.answer = 410
    scene.send()
    scene.send()
    assert len(files(scene, "chief", "warning")) == 1
    assert any("could not be delivered" in str(told["says"]) for told in files(scene, "chief", "operations"))


def test_where_the_second_fails_too_nobody_is_asked_for_ever_and_it_is_shown(scene: Scene, hook: Hook) -> None:
    for name in ("team", "chief"):
        receiver(scene.engine, name, url=hook.url, second="chief" if name == "team" else "team")
    alert = confirmed(scene)
    hook.answer = 410
    for _ in range(4):
        scene.send()
    assert scene.state(alert) is AlertState.FAILED
    assert NoticeState.WAITING not in scene.fates(NoticeKind.WARNING).values()


def test_one_arrived_warning_is_enough_for_sent(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "team", url=hook.url)
    alert = confirmed(scene)
    hook.answer = 410
    scene.send()
    assert scene.state(alert) is AlertState.SENT


def test_the_stop_file_holds_the_next_send_and_stays_after_it_is_removed(scene: Scene) -> None:
    confirmed(scene)
    (scene.data_dir / "STOP").touch()
    scene.send()
    assert set(scene.fates(NoticeKind.WARNING).values()) == {NoticeState.STOPPED}
    (scene.data_dir / "STOP").unlink()
    second = scene.see_a_bear()
    scene.answer(second, Verdict.BEAR)
    scene.later(hours=1).send()
    assert [len(files(scene, name, "warning")) for name in ("team", "chief")] == [0, 0]
    assert any("NOT protected" in str(told["says"]) for told in files(scene, "chief", "operations"))


def test_the_stop_file_of_another_site_holds_nothing_here(scene: Scene) -> None:
    confirmed(scene)
    (scene.data_dir / "STOP-elsewhere").touch()
    scene.send()
    assert set(scene.fates(NoticeKind.WARNING).values()) == {NoticeState.SENT}


def test_two_that_send_at_the_same_time_send_each_message_once(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "team", url=hook.url)
    for _ in range(5):
        scene.answer(scene.see_a_bear(), Verdict.BEAR)
    met = threading.Barrier(2)

    def send() -> None:
        met.wait()
        scene.send()

    both = [threading.Thread(target=send) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    keys = [headers["idempotency-key"] for headers in warnings(hook)]
    assert (len(keys), len(set(keys))) == (5, 5)


def test_a_replay_never_leaves(scene: Scene, hook: Hook) -> None:
    for name in ("team", "chief"):
        receiver(scene.engine, name, url=hook.url)
    scene.send()
    before = len(hook.received)
    scene.answer(scene.see_a_bear(send=False), Verdict.BEAR)
    scene.later(days=1).send()
    assert len(hook.received) == before
