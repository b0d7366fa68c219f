"""Reviewed alerts, audit draws and disagreements become training rows: by whom, and whether they saw the score."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from rollout import labelling
from rollout.actors import Actor
from store import audit, tables, training
from store.errors import NotAllowedNow, NotPermitted
from store.session import Engine, reading, transaction
from store.training import Plain
from store.vocabulary import Act, Origin, Reason, Role, RowSource, RowState, Stage, Verdict
from tests.rollout.scenes import ADA, MODEL, NOW, RILEY, SAM, Scene, trial

EVE = Actor(id=99, name="eve", role=Role.ADMIN, sites=("elsewhere",))


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def gather(scene: Scene, by: Actor = SAM) -> int:
    with transaction(scene.engine) as session:
        return labelling.gather(session, by=by, now=scene.now)


def rows(scene: Scene) -> list[tables.TrainingRow]:
    with reading(scene.engine) as session:
        return session.query(tables.TrainingRow).order_by(tables.TrainingRow.id).all()


def answer(scene: Scene, row: int, label: str | None, by: Actor = SAM) -> tables.TrainingRow:
    with transaction(scene.engine) as session:
        return labelling.answer(session, row, label=label, by=by, now=scene.now)


def quiet_frames(scene: Scene, count: int, act: Act = Act.NOTHING) -> None:
    with transaction(scene.engine) as session:
        for number in range(count):
            frame = tables.Frame(
                camera_id="creek", sha256=f"{act}{number}", stated_key="", taken_at=NOW, received_at=NOW,
                origin=Origin.DOOR, width=64, height=48, motion=[],
            )  # fmt: skip
            session.add(frame)
            session.flush()
            session.add(
                tables.Decision(
                    frame_id=frame.id, camera_id="creek", stage=Stage.TRIAL, act=act, reason=Reason.NOTHING_FOUND,
                    says="nothing", decided_at=NOW,
                )
            )  # fmt: skip


def test_a_reviewed_alert_becomes_a_candidate_once_and_follows_a_correction(scene: Scene) -> None:
    alert = scene.see_a_bear()
    assert gather(scene) == 0
    scene.answer(alert, Verdict.BEAR)
    assert (gather(scene), gather(scene)) == (1, 0)
    (row,) = rows(scene)
    assert (row.source, row.state, row.suggested) == (RowSource.REVIEW, RowState.WAITING, "bear")
    assert row.says == "riley said a bear, not having seen the score"
    scene.correct(alert, Verdict.NOT_BEAR)
    assert gather(scene) == 0
    (row,) = rows(scene)
    assert (row.suggested, row.says) == ("not_bear", "riley said not a bear, after seeing the score")


def test_a_label_is_kept_with_who_when_and_that_they_had_not_seen_the_score(scene: Scene) -> None:
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    gather(scene)
    row = answer(scene, 1, "black")
    assert (row.state, row.label, row.said_by, row.said_at, row.saw_score) == (
        RowState.ACCEPTED, "black", SAM.id, scene.now, False,
    )  # fmt: skip
    with reading(scene.engine) as session:
        entry = audit.latest(session)[0]
    assert (entry.who, entry.action, entry.says) == ("sam", "training.labelled", "frame 1 is black")
    row = answer(scene, 1, None, by=ADA)
    assert (row.state, row.label, row.said_by) == (RowState.REJECTED, None, ADA.id)


def test_whoever_looked_at_the_score_or_answered_the_alert_is_recorded_so(scene: Scene) -> None:
    scene.answer(scene.see_a_bear(), Verdict.BEAR, by=SAM)
    gather(scene)
    assert answer(scene, 1, "black", by=ADA).saw_score is False
    assert answer(scene, 1, "black", by=SAM).saw_score is True
    with transaction(scene.engine) as session:
        labelling.reveal(session, 1, by=ADA)
    assert answer(scene, 1, "black", by=ADA).saw_score is True


@pytest.mark.parametrize("by", [RILEY, EVE])
def test_rangers_and_people_of_another_site_label_and_retire_nothing(scene: Scene, by: Actor) -> None:
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    gather(scene)
    with pytest.raises(NotPermitted):
        answer(scene, 1, "black", by=by)
    with pytest.raises(NotPermitted), transaction(scene.engine) as session:
        labelling.reveal(session, 1, by=by)
    with pytest.raises(NotPermitted), transaction(scene.engine) as session:
        labelling.retire(
            session, site="camp", camera=None, older_than_days=None, why="try", dry_run=False, by=by, now=NOW
        )
    assert rows(scene)[0].state is RowState.WAITING


def test_a_draw_takes_only_frames_that_raised_nothing_and_its_seed_draws_them_again(scene: Scene) -> None:
    scene.see_a_bear()
    quiet_frames(scene, 30)
    quiet_frames(scene, 5, Act.ASK)
    with transaction(scene.engine) as session:
        pool = training.quiet(session, sites=(), since=NOW - timedelta(days=1))
        done = labelling.draw(session, count=20, seed=7, site=None, by=SAM, now=NOW)
    assert (done.rows, done.pool, done.seed) == (20, 30, 7)
    assert {row.frame_id for row in rows(scene)} == {one.frame for one in labelling.drawn(pool, 20, 7)}
    with transaction(scene.engine) as session:
        assert labelling.draw(session, count=20, seed=8, site="camp", by=SAM, now=NOW).rows == 10
    with pytest.raises(NotAllowedNow, match="raised nothing"), transaction(scene.engine) as session:
        labelling.draw(session, count=20, seed=9, site=None, by=SAM, now=NOW)


def test_each_frame_is_drawn_as_often_as_any_other() -> None:
    pool = [Plain(frame=number, camera="creek", site="camp") for number in range(10)]
    drawn = [one.frame for seed in range(2000) for one in labelling.drawn(pool, 2, seed)]
    assert all(330 < drawn.count(number) < 470 for number in range(10))


def test_a_frame_that_two_versions_see_differently_is_a_candidate(scene: Scene) -> None:
    quiet_frames(scene, 2)
    with transaction(scene.engine) as session:
        session.add(
            tables.ModelVersion(sha256="b" * 64, name="other", path="o", labels=["bear"], threshold=0.9, added_at=NOW)
        )
        session.flush()
        for frame, one, other in ((1, 0.95, 0.2), (2, 0.4, 0.8)):
            for sha256, p in (("b" * 64, one), (MODEL, other)):
                session.add(
                    tables.Detection(
                        frame_id=frame, model_sha256=sha256, p_bear=p, probabilities={}, boxes=[], seconds=0.1
                    )
                )
    assert gather(scene) == 2
    assert {row.source for row in rows(scene)} == {RowSource.DISAGREEMENT}
    assert gather(scene) == 0


def test_retired_rows_keep_their_history_and_are_labelled_no_more(scene: Scene) -> None:
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    gather(scene)
    answer(scene, 1, "black")

    def retire(*, dry_run: bool = False, camera: str | None = None, days: int | None = None) -> int:
        with transaction(scene.engine) as session:
            return labelling.retire(
                session, site=None, camera=camera, older_than_days=days, why="old lens", dry_run=dry_run, by=ADA,
                now=NOW + timedelta(days=10),
            )  # fmt: skip

    with pytest.raises(NotAllowedNow, match="say which"):
        retire()
    assert (retire(days=11), retire(camera="ridge"), retire(days=9, dry_run=True)) == (0, 0, 1)
    assert rows(scene)[0].retired_at is None
    assert (retire(camera="creek", days=9), retire(camera="creek")) == (1, 0)
    (row,) = rows(scene)
    assert (row.label, row.said_by, row.retired_by, row.retired_why) == ("black", SAM.id, ADA.id, "old lens")
    with pytest.raises(NotAllowedNow, match="old lens"):
        answer(scene, 1, "grizzly")
    with reading(scene.engine) as session:
        assert training.accepted(session, sites=()) == []
        assert training.counts(session, sites=()) == {"retired": 1}


def test_the_database_keeps_no_accepted_row_that_nobody_accepted(scene: Scene) -> None:
    quiet_frames(scene, 1)
    with pytest.raises(IntegrityError), transaction(scene.engine) as session:
        session.add(
            tables.TrainingRow(
                frame_id=1, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.ACCEPTED,
                says="drawn", label="bear", created_at=NOW,
            )
        )  # fmt: skip
