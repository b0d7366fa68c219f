"""P4: a sender killed between the receiver's answer and the mark loses nothing; the copy has the same id."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from rollout.outbox import SEND_LEASE
from store.session import Engine
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import Scene, receiver, trial
from tests.servers import Hook, webhook

SENDING = Path(__file__).with_name("sending.py")


def send_and_die(scene: Scene, url: str) -> None:
    """Another process sends one message and is killed."""
    words = [sys.executable, str(SENDING), url, str(scene.data_dir), scene.now.isoformat()]
    assert subprocess.run(words, capture_output=True).returncode == -signal.SIGKILL


def warned_by(hook: Hook) -> list[str]:
    """The id of each warning that arrived, as its header and its body say."""
    told = [(headers["idempotency-key"], json.loads(body)) for headers, body in hook.received]
    assert all(key == body["id"] for key, body in told)
    return [key for key, body in told if body["kind"] == "warning"]


def test_a_message_whose_sender_was_killed_arrives_again_with_the_same_id(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    with webhook() as hook:
        scene = trial(engine, tmp_path)
        receiver(engine, "chief", retired_at=scene.now)
        receiver(engine, "team", url=hook.url)
        alert = scene.see_a_bear()
        scene.send()
        scene.answer(alert, Verdict.BEAR)
        send_and_die(scene, url)
        (first,) = warned_by(hook)
        assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.WAITING}
        assert scene.send() == 0
        later = scene.later(seconds=SEND_LEASE.total_seconds())
        send_and_die(later, url)
        last = later.later(seconds=SEND_LEASE.total_seconds())
        assert last.send() == 1
        assert warned_by(hook) == [first] * 3
        assert last.state(alert) is AlertState.SENT
        assert last.later(hours=1).send() == 0
