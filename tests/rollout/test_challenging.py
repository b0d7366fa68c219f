"""A challenger looks at what is decided already, when nothing else is to be done; it never decides."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.frames import Pixels, Region
from model.detections import Found
from rollout import challenges, versions
from rollout.challenging import LAG, Challenger, rest_s
from rollout.parts import Parts
from store import challenges as rows
from store import tables
from store.session import Engine, reading, transaction
from store.vocabulary import Act, Origin, RowSource, RowState, Verdict
from tests.rollout.proposing import ANN
from tests.rollout.scenes import MODEL, NOW, Scene, trial
from tests.rollout.watching import Squares, Watching, after, watching

NEW = "b" * 64


class Doubtful(Squares):
    """A challenger that sees bears on the left only."""

    sha256 = NEW

    def detect(self, prepared: Pixels) -> Found:
        found = super().detect(prepared)
        return super().detect(prepared[:, :48]) if found else found

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        return max(width, height)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    """A trial with a challenger."""
    found = trial(engine, tmp_path)
    with transaction(engine) as session:
        session.add(
            tables.ModelVersion(
                sha256=NEW, name="new", path="model", labels=["bear", "empty"], threshold=0.5, added_at=NOW
            )
        )
        session.flush()
        challenges.begin(
            session, "camp", "new", by=replace(ANN, id=4), reason="try", default_model=MODEL, now=NOW
        )  # fmt: skip
    return found


@pytest.fixture
def watch(scene: Scene) -> Iterator[Watching]:
    with watching(scene.engine, scene.data_dir) as opened:
        versions_known: dict[str, Any] = {MODEL: Squares(), NEW: Doubtful()}
        told: dict[str, Any] = {**vars(opened.parts), "detector": versions_known.__getitem__}
        yield replace(opened, parts=Parts(**told))


def look(watch: Watching, challenger: Challenger, *, minutes: float = 1) -> bool:
    """One look of a challenger that is in memory and has rested."""
    challenger.free_at = 0.0
    if not challenger.look(watch.parts, after(NOW, minutes=minutes)):
        time.sleep(0.05)  # its version is brought into memory beside
        challenger.free_at = 0.0
        return challenger.look(watch.parts, after(NOW, minutes=minutes))
    return True


def test_what_a_challenger_says_is_a_detection_and_no_decision(watch: Watching, scene: Scene) -> None:
    outcome = watch.see(NOW)
    assert outcome.act is Act.ASK
    assert look(watch, Challenger())
    with reading(scene.engine) as session:
        assert sorted(row.model_sha256 for row in session.query(tables.Detection)) == [MODEL, NEW]
        assert session.query(tables.Decision).count() == session.query(tables.Alert).count() == 1
        assert session.query(tables.Visit).one().model_sha256 == MODEL
    assert scene.asked() == ["team"]


def test_each_frame_is_looked_at_once_the_oldest_first(watch: Watching, scene: Scene) -> None:
    for second in range(3):
        watch.see(after(NOW, seconds=second))
    challenger = Challenger()
    assert [look(watch, challenger) for _ in range(4)] == [True, True, True, False]
    with reading(scene.engine) as session:
        found = session.query(tables.Detection).filter_by(model_sha256=NEW).order_by(tables.Detection.id).all()
        assert [row.frame_id for row in found] == [1, 2, 3]


def test_frames_that_it_had_no_time_for_are_skipped_and_counted(watch: Watching, scene: Scene) -> None:
    watch.see(NOW)
    watch.see(after(NOW, minutes=90))
    now = after(NOW, minutes=91)
    assert look(watch, Challenger(), minutes=91)
    watch.see(after(NOW, minutes=92))
    with reading(scene.engine) as session:
        challenge = rows.open_of(session, "camp")
        assert challenge is not None
        told = rows.counts(session, challenge, since=now - LAG)
    assert (told.scored, told.waiting, told.skipped) == (1, 1, 1)


def test_cards_and_what_came_before_are_not_looked_at(watch: Watching) -> None:
    watch.see(NOW, origin=Origin.BULK)
    watch.see(NOW - timedelta(minutes=20))
    assert not look(watch, Challenger())


def test_after_the_end_nothing_more_is_looked_at(watch: Watching, scene: Scene) -> None:
    watch.see(NOW)
    with transaction(scene.engine) as session:
        challenges.end(session, "camp", by=replace(ANN, id=4), now=after(NOW, seconds=30))
    assert not look(watch, Challenger())


def test_two_workers_that_look_at_the_same_frame_leave_one_word_of_it(watch: Watching, scene: Scene) -> None:
    watch.see(NOW)
    values = {
        "frame_id": 1, "model_sha256": NEW, "label": "bear", "p_bear": 0.9, "probabilities": {}, "boxes": [],
        "out_of_domain_p": None, "night": False, "seconds": 0.1, "error": None,
    }  # fmt: skip
    for _ in range(2):
        with transaction(scene.engine) as session:
            rows.keep(session, values)
    with reading(scene.engine) as session:
        assert session.query(tables.Detection).filter_by(model_sha256=NEW).count() == 1


def test_a_challenger_that_breaks_stops_no_worker(watch: Watching) -> None:
    watch.see(NOW)

    def broken(model: str) -> Squares:
        if model == NEW:
            raise ValueError("no network")
        return Squares()

    parts = Parts(**{**vars(watch.parts), "detector": broken})
    assert not look(replace(watch, parts=parts), Challenger())


def test_it_rests_so_long_that_the_version_in_force_is_hardly_slowed() -> None:
    assert rest_s(0.1, None) == pytest.approx(0.4), "at most a fifth of the time"
    busy = 0.1 / (0.1 + rest_s(0.1, 0.1))
    assert busy * 0.1 / 2 <= 0.05 * 0.1, "a frame waits half a look, as often as it meets one"
    slow = 0.4 / (0.4 + rest_s(0.4, 0.1))
    assert slow * 0.4 / 2 <= 0.05 * 0.1


def test_the_two_are_compared_on_the_frames_that_both_looked_at(watch: Watching, scene: Scene) -> None:
    first = watch.see(NOW, x=0.1)
    watch.see(after(NOW, minutes=40), x=0.8)
    watch.see(after(NOW, minutes=80), x=0.1)
    assert first.alert is not None
    scene.later(minutes=2).answer(first.alert, Verdict.BEAR)
    challenger = Challenger()
    assert [look(watch, challenger, minutes=59), look(watch, challenger, minutes=59)] == [True, True]
    with reading(scene.engine) as session:
        told = versions.compare(session, "camp", default_model=MODEL, now=after(NOW, hours=2))
    assert (told.old.name, told.new.name) == ("test", "new")
    assert (told.told["frames"], told.told["both"], told.told["only_old"], told.told["only_new"]) == (2, 1, 1, 0)
    assert (told.told["reviewed"]["bear"]["both"], told.told["reviewed"]["not_reviewed"]) == (1, 1)
    assert told.counts is not None
    assert told.counts.scored == 2


def test_a_visit_that_nobody_reviewed_is_judged_by_its_label_and_by_whom(watch: Watching, scene: Scene) -> None:
    watch.see(NOW, x=0.1)
    assert look(watch, Challenger(), minutes=20)
    with transaction(scene.engine) as session:
        session.add(tables.TrainingRow(
            frame_id=1, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.ACCEPTED,
            says="drawn", label="empty", said_by=1, said_at=NOW, saw_score=False, created_at=NOW,
        ))  # fmt: skip
    with reading(scene.engine) as session:
        told = versions.compare(session, "camp", default_model=MODEL, now=after(NOW, hours=2))
    (visit,) = told.visits
    assert (visit.verdict, visit.labelled_by) == (Verdict.NOT_BEAR, ["riley"])
    assert (told.told["reviewed"]["by_label"], told.told["reviewed"]["not_reviewed"]) == (1, 0)
