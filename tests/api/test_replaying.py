"""Footage is worked off in the time that its frames take, and beside other workers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api import replaying
from store.session import Engine
from store.vocabulary import Origin
from tests.rollout.scenes import NOW, Scene, trial
from tests.rollout.watching import Watching, watching

FRAMES = 30


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


@pytest.fixture
def watch(scene: Scene) -> Iterator[Watching]:
    with watching(scene.engine, scene.data_dir) as opened:
        yield opened


def test_each_frame_is_looked_up_once_and_not_again_after_each_other(watch: Watching, scene: Scene) -> None:
    looked_up = 0

    def count(_: Any, __: Any, statement: str, parameters: Any, *rest: Any) -> None:
        nonlocal looked_up
        looked_up += len(parameters) if "FROM decision" in statement and "decision.frame_id IN" in statement else 0

    frames = [
        watch.hand_in(NOW + timedelta(seconds=number), shows="nothing", origin=Origin.BULK)
        for number in range(FRAMES)
    ]  # fmt: skip
    event.listen(scene.engine, "before_cursor_execute", count)
    replaying.work_off(watch.parts, frames)
    event.remove(scene.engine, "before_cursor_execute", count)
    assert watch.parts.queue.depth() == 0
    assert looked_up <= 2 * FRAMES


def test_frames_that_another_worker_decided_are_waited_for_no_longer(watch: Watching) -> None:
    frames = [watch.hand_in(NOW + timedelta(seconds=number), origin=Origin.BULK) for number in range(2)]
    watch.work(NOW + timedelta(minutes=1))
    replaying.work_off(watch.parts, frames)
    assert watch.parts.queue.depth() == 0
