"""Cameras of one group see the same animals, each in a picture of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout import proposals
from store import park, tables
from store.session import Engine, transaction
from store.vocabulary import Act, Reason, Verdict
from tests.rollout.scenes import MODEL, NOW, Scene, trial
from tests.rollout.watching import Watching, add_camera, after, watching


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    add_camera(engine, "creek2")
    return trial(engine, tmp_path)


@pytest.fixture
def watch(scene: Scene) -> Iterator[Watching]:
    with watching(scene.engine, scene.data_dir) as opened:
        yield opened


def test_a_bear_left_on_one_camera_and_right_on_the_next_is_asked_about_once(watch: Watching, scene: Scene) -> None:
    first = watch.see(NOW, x=0.1, camera="creek")
    second = watch.see(after(NOW, seconds=2), x=0.8, camera="creek2")
    assert (first.act, second.act, second.reason) == (Act.ASK, Act.JOIN, Reason.SAME_VISIT)
    assert scene.asked() == ["team"]


def test_a_new_place_in_the_same_cameras_picture_is_asked_about_again(watch: Watching) -> None:
    watch.see(NOW, x=0.1, camera="creek")
    watch.see(after(NOW, seconds=2), x=0.8, camera="creek2")
    assert watch.see(after(NOW, seconds=4), x=0.1, camera="creek2").act is Act.ASK


def test_a_late_bear_on_a_camera_that_nobody_looked_at_is_asked_about_in_a_dismissed_visit(
    watch: Watching, scene: Scene
) -> None:
    first = watch.see(NOW, camera="creek")
    watch.see(after(NOW, minutes=4), camera="creek")
    assert first.alert is not None
    scene.later(minutes=5).answer(first.alert, Verdict.NOT_BEAR)
    again = watch.see(after(NOW, minutes=2), camera="creek", received_at=after(NOW, minutes=6))
    other = watch.see(after(NOW, minutes=2), camera="creek2", received_at=after(NOW, minutes=6))
    assert (again.act, other.act) == (Act.JOIN, Act.ASK)
    assert other.visit != first.visit
    assert len(scene.asked()) == 2


def test_a_camera_that_moved_to_another_site_with_its_group_warns_there(watch: Watching, scene: Scene) -> None:
    watch.see(NOW, camera="creek")
    with transaction(scene.engine) as session:
        session.add(
            tables.Site(id="ridge", name="Ridge", time_zone="America/Denver", latitude=44.6, longitude=-110.5)
        )
        session.flush()
        proposals.first_rule(session, park.site(session, "ridge"), model=MODEL, now=NOW)
        session.get_one(tables.Camera, "creek2").site_id = "ridge"
    moved = watch.see(after(NOW, minutes=1), camera="creek2")
    assert (moved.act, moved.reason) == (Act.RECORD, Reason.SHADOW)
    with transaction(scene.engine) as session:
        assert session.get_one(tables.Visit, moved.visit).site_id == "ridge"
