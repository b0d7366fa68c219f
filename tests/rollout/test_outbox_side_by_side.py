"""A receiver that hangs keeps no warning from the others, and no stop from the next send; on both databases."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rollout import outbox, stops
from rollout.notify.calling import TIMEOUT_S
from rollout.outbox import PATIENCE_S, SEND_LEASE, Flight
from store.session import Engine, transaction
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import Scene, notifiers, receiver, trial
from tests.servers import Hook, dripping, webhook

WAIT_S = TIMEOUT_S / 2
"""Shorter than a message waits for a receiver that hangs: what happens within it did not wait for that one."""

A_MOMENT_S = 0.5


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened:
        yield opened


@pytest.fixture
def scene(engine: Engine, tmp_path: Path, hook: Hook) -> Scene:
    """Team is a webhook that hangs; what came before the first bear is sent."""
    made = trial(engine, tmp_path)
    receiver(engine, "team", url=hook.url)
    made.send()
    hook.received.clear()
    hook.answers.clear()
    return made


def confirmed(scene: Scene) -> int:
    """An alert that was confirmed at once, with its request still in the outbox."""
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    return alert


def until(true: Callable[[], object]) -> None:
    """Wait for it."""
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def sending(scene: Scene, hook: Hook) -> Iterator[None]:
    """A send that is under way: the hook has a message and has not answered. At the end it answers."""
    thread = threading.Thread(target=scene.send)
    thread.start()
    try:
        until(lambda: hook.received)
        yield
    finally:
        hook.answers.set()
        thread.join(TIMEOUT_S)
        assert not thread.is_alive()


def test_a_receiver_that_hangs_keeps_no_warning_from_the_others(scene: Scene, hook: Hook) -> None:
    for number in range(3):
        receiver(scene.engine, f"siren-{number}", url=hook.url)
    alert = confirmed(scene)
    with sending(scene, hook):
        until(lambda: scene.state(alert) is AlertState.SENT)
        fates = scene.fates(NoticeKind.WARNING)
        assert fates.pop("chief") is NoticeState.SENT
        assert set(fates.values()) == {NoticeState.WAITING}
    assert set(scene.fates(NoticeKind.WARNING).values()) == {NoticeState.SENT}


def test_a_receiver_gets_its_messages_one_after_the_other(scene: Scene, hook: Hook) -> None:
    confirmed(scene)
    confirmed(scene.later(seconds=1))
    with sending(scene.later(seconds=1), hook):
        until(lambda: scene.fates(NoticeKind.WARNING)["chief"] is NoticeState.SENT)
        time.sleep(A_MOMENT_S)
        assert len(hook.received) == 1


def press_the_file(scene: Scene) -> None:
    (scene.data_dir / "STOP-camp").touch()


def press_the_button(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        stops.stop(session, "camp", by="riley", reason="a test of sirens", now=scene.now)


@pytest.mark.parametrize("press", [press_the_file, press_the_button])
def test_a_stop_pressed_while_a_message_is_under_way_holds_the_next_one(
    scene: Scene, hook: Hook, press: Callable[[Scene], None]
) -> None:
    receiver(scene.engine, "chief", retired_at=scene.now)
    confirmed(scene)
    confirmed(scene)
    with sending(scene, hook):
        press(scene)
    assert [row.state for row in scene.notices(NoticeKind.WARNING)].count(NoticeState.SENT) == 1
    assert [row.state for row in scene.notices(NoticeKind.WARNING)].count(NoticeState.STOPPED) == 1
    assert {row.error for row in scene.notices(NoticeKind.REQUEST)} == {"the stop was on"}


def test_who_comes_back_after_the_lease_ran_out_does_not_undo_what_another_sent(scene: Scene, hook: Hook) -> None:
    receiver(scene.engine, "chief", retired_at=scene.now)
    alert = confirmed(scene)
    hook.answer = 410
    with sending(scene, hook):
        receiver(scene.engine, "team", url="folder:team")
        scene.later(seconds=SEND_LEASE.total_seconds()).send()
        assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.SENT}
    assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.SENT}
    assert scene.state(alert) is AlertState.SENT
    assert not any("could not be delivered" in says for says in scene.told())


def test_a_call_ends_while_a_receiver_drips_and_the_next_calls_send_to_the_others(
    engine: Engine, tmp_path: Path
) -> None:
    scene, flight = trial(engine, tmp_path), Flight()
    scene.send()

    def send() -> float:
        begun = time.monotonic()
        outbox.send_due(engine, notifiers(tmp_path), data_dir=tmp_path, now=scene.now, flight=flight)
        return time.monotonic() - begun

    with dripping() as url:
        receiver(engine, "team", url=url)
        first = confirmed(scene)
        assert send() < PATIENCE_S + 3
        assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.WAITING, "chief": NoticeState.SENT}
        assert flight.receivers() == {"team"}
        second = confirmed(scene)
        assert send() < PATIENCE_S + 3
        assert [scene.state(alert) for alert in (first, second)] == [AlertState.SENT] * 2
        assert [row.tries for row in scene.notices(NoticeKind.WARNING) if row.receiver_id == "team"] == [1, 0]
        flight.land(2 * TIMEOUT_S)
        tried = [row.error for row in scene.notices(NoticeKind.WARNING) if row.receiver_id == "team"]
        assert tried == ["no answer within 15 s", None]
