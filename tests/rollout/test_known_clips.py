"""A known bear goes each camera's whole path once a day: found or told as a fault, and never a visit or a message."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ingest.decoding import Decoder
from rollout import episodes as telling
from rollout import known_clips, worker
from rollout.known_clips import Clip
from store import episodes, known, tables, training
from store.session import Engine, reading, transaction
from store.vocabulary import CameraFault, Origin, Reason, Verdict
from tests.ingest.drawings import encoded
from tests.rollout.scenes import NOW, Scene, trial
from tests.rollout.watching import HEIGHT, SIDE, WIDTH, Watching, after, watching

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


@pytest.fixture
def watch(scene: Scene) -> Iterator[Watching]:
    with watching(scene.engine, scene.data_dir) as opened:
        yield opened


def walk(folder: Path, *, still: bool = False) -> Path:
    """A clip in which a white square, a bear to this model, comes in and crosses the view."""
    pictures = []
    for number in range(24):
        pixels = np.full((HEIGHT * 4, WIDTH * 4, 3), 30, dtype=np.uint8)
        left = 0 if still else (number - 4) * 12
        if number >= 4 and not still:
            pixels[80 : 80 + SIDE * 4, left : left + SIDE * 4] = 255
        pictures.append(encoded(pixels))
    out = folder / "bear.mp4"
    with Decoder() as decoder:
        decoder.make_clip(pictures, out, fps=2)
    return out


def play(watch: Watching, clip: Clip, at: datetime, *, day: bool = True) -> int | None:
    with Decoder() as decoder:
        return known_clips.play(watch.intake, decoder, "creek", clip, day=at.date() if day else None, now=at)


def work(watch: Watching, at: datetime) -> None:
    while worker.once(watch.parts, name="w", now=at) is not None:
        pass


def judge(scene: Scene, at: datetime) -> list[tables.KnownClip]:
    with transaction(scene.engine) as session:
        return known_clips.judge_all(session, now=at)


def faults(scene: Scene) -> list[tables.Episode]:
    with reading(scene.engine) as session:
        return [row for row in episodes.between(session) if row.kind is CameraFault.KNOWN_CLIP_MISSED]


def test_a_bear_that_crosses_is_found_and_joins_no_visit_reaches_nobody_and_counts_nowhere(
    watch: Watching, scene: Scene
) -> None:
    number = play(watch, Clip(source="a file", file=walk(scene.data_dir)), NOW)
    work(watch, NOW)
    (row,) = judge(scene, after(NOW, minutes=1))
    assert (row.id, row.found, row.p_bear) == (number, True, pytest.approx(0.9))
    assert row.moved >= 3
    assert f"the gate saw it move in {row.moved} of {row.read} pictures" in str(row.says)
    with reading(scene.engine) as session:
        reasons = {one.reason for one in known.decided(session, row.frames)}
        assert Reason.SEEDED_TEST in reasons
        assert {frame.origin for frame in session.query(tables.Frame)} == {Origin.SEEDED}
        for kind in (tables.Visit, tables.Alert, tables.Notice):
            assert session.query(kind).count() == 0
        assert training.quiet(session, sites=(), since=NOW - DAY) == []
        status = session.get(tables.CameraStatus, "creek")
        assert status is None or status.last_seen_at is None, "a test shows no camera alive"
    assert faults(scene) == []


def test_where_nothing_moves_for_the_gate_the_path_is_blind_and_people_are_told(
    watch: Watching, scene: Scene
) -> None:
    play(watch, Clip(source="a file", file=walk(scene.data_dir, still=True)), NOW)
    (row,) = judge(scene, NOW)
    assert (row.found, row.frames) == (False, [])
    (fault,) = faults(scene)
    assert (fault.blind, fault.began_at) == (True, NOW)
    with transaction(scene.engine) as session:
        telling.tell(session, after(NOW, seconds=10))
    assert any("blind to a known bear (NOT found: the gate saw nothing move" in says for says in scene.told())


def test_a_model_that_misses_it_is_a_fault_whose_hours_still_count_and_the_next_find_ends_it(
    watch: Watching, scene: Scene
) -> None:
    picture = known.Picture(sha256=watch.intake.archived(square((0, 255, 0))), width=WIDTH, height=HEIGHT)
    play(watch, Clip(source="a person", pictures=(picture,)), NOW)
    work(watch, NOW)
    (row,) = judge(scene, after(NOW, minutes=1))
    assert row.found is False
    assert "at most p 0.02 of 0.50" in str(row.says)
    (fault,) = faults(scene)
    assert (fault.blind, fault.ended_at, fault.measured) == (False, None, {"p_bear": 0.02})
    bear = known.Picture(sha256=watch.intake.archived(square((255, 255, 255))), width=WIDTH, height=HEIGHT)
    play(watch, Clip(source="a bear", pictures=(bear,)), after(NOW, hours=1), day=False)
    work(watch, after(NOW, hours=1))
    assert [row.found for row in judge(scene, after(NOW, hours=1))] == [True]
    assert [fault.ended_at for fault in faults(scene)] == [after(NOW, hours=1)]


def square(colour: tuple[int, int, int]) -> bytes:
    pixels = np.full((HEIGHT, WIDTH, 3), 30, dtype=np.uint8)
    pixels[20 : 20 + SIDE, 40 : 40 + SIDE] = colour
    return encoded(pixels)


def test_frames_that_nobody_decides_are_a_fault_after_an_hour_and_not_before(watch: Watching, scene: Scene) -> None:
    picture = known.Picture(sha256=watch.intake.archived(square((255, 255, 255))), width=WIDTH, height=HEIGHT)
    play(watch, Clip(source="a bear", pictures=(picture,)), NOW)
    assert judge(scene, after(NOW, minutes=59)) == []
    (row,) = judge(scene, after(NOW, minutes=60))
    assert (row.found, "1 of 1 frames had no decision within 1 hour" in str(row.says)) == (False, True)
    assert [fault.blind for fault in faults(scene)] == [True]


def test_a_day_is_played_once_however_often_it_is_asked_and_made_up_when_it_was_missed(
    watch: Watching, scene: Scene
) -> None:
    watch.see(NOW)
    due_at = known_clips.due_at("creek", NOW.date())
    with reading(scene.engine) as session:
        assert known_clips.due(session, now=NOW) == ["creek"], "a camera that was never tested does not wait"
    picture = known.Picture(sha256=watch.intake.archived(square((255, 255, 255))), width=WIDTH, height=HEIGHT)
    clip = Clip(source="a bear", pictures=(picture,))
    assert play(watch, clip, NOW) is not None
    assert play(watch, clip, after(NOW, minutes=1)) is None
    work(watch, NOW)
    judge(scene, NOW)
    with reading(scene.engine) as session:
        told = [known_clips.due(session, now=due_at + span) for span in (-2 * HOUR, DAY - HOUR, DAY, DAY + 3 * HOUR)]
    assert told[2:] == [["creek"], ["creek"]]
    assert told[1] == []


def test_the_surest_bear_that_people_confirmed_is_chosen_and_none_that_a_mask_hides(
    watch: Watching, scene: Scene
) -> None:
    camera = tables.Camera(id="creek", site_id="camp", known_clip=None)
    with reading(scene.engine) as session:
        assert known_clips.choose(session, camera, watch.intake, now=NOW) is None
    seen = watch.see(NOW)
    assert seen.alert is not None
    scene.answer(seen.alert, Verdict.BEAR)
    with reading(scene.engine) as session:
        clip = known_clips.choose(session, camera, watch.intake, now=NOW)
        assert clip is not None
        assert (clip.source, len(clip.pictures)) == (f"the pictures of alert {seen.alert}", 1)
        named = tables.Camera(id="creek", site_id="camp", known_clip="known/bear.mp4")
        told = known_clips.choose(session, named, watch.intake, now=NOW)
        assert told is not None
        assert told.file == scene.data_dir / "known" / "bear.mp4"
    play(watch, clip, after(NOW, hours=2))
    work(watch, after(NOW, hours=2))
    assert [row.found for row in judge(scene, after(NOW, hours=2))] == [True]
    with transaction(scene.engine) as session:
        session.add(
            tables.ViewPart(
                camera_id="creek", kind="mask", light="both", x=0, y=0, w=0.5, h=1, began_at=NOW, began_by=4, why="x"
            )
        )
    with reading(scene.engine) as session:
        assert known_clips.choose(session, camera, watch.intake, now=after(NOW, hours=3)) is None


def test_a_site_where_no_model_is_at_work_is_not_judged(watch: Watching, scene: Scene) -> None:
    row = tables.KnownClip(camera_id="creek", source="a bear", played_at=NOW, frames=[1], read=0, moved=0)
    off = tables.Decision(frame_id=1, reason=Reason.OFF, says="off")
    verdict = known_clips.judged(row, [off], now=NOW)
    assert verdict is not None
    assert verdict.found is None
