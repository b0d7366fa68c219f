"""Tests with known footage and second answers: shown like alerts, told at once, never counted, never sent."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rollout import look_draw
from rollout.actors import Actor
from store import audit, tables
from store import looks as look_rows
from store.session import Engine, reading, transaction
from store.vocabulary import LookKind, NoticeKind, NoticeState, Origin, Role, Verdict
from tests.rollout.looking import AFTER, DAY, HOUR, MIDNIGHT, MINUTE, answer, draw, give, pictures, rows, settle
from tests.rollout.scenes import MODEL, NOW, RILEY, ROSA, Scene, trial

SAM = Actor(id=3, name="sam", role=Role.SUPERVISOR)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    found = trial(engine, tmp_path, last_day="2026-12-06")
    with transaction(engine) as session:
        session.get_one(tables.Park, 1).timelapse_seed = 7
    return found


def known_clip(scene: Scene, *, found: bool = True) -> list[int]:
    """A bear that was put into the creek camera's path, and judged."""
    frames = pictures(scene.engine, [NOW + 20 * HOUR, NOW + 20 * HOUR + MINUTE], origin=Origin.SEEDED)
    with transaction(scene.engine) as session:
        session.add(tables.KnownClip(
            camera_id="creek", day=None, source="the drawn bear", played_at=NOW, frames=frames, read=9, moved=9,
            judged_at=NOW, found=found, says="",
        ))  # fmt: skip
    return frames


def dismissed(scene: Scene, *minutes: int, by: Actor = RILEY) -> list[int]:
    """Alerts that somebody dismissed, each with its frame among the visit's."""
    found = []
    for minute in minutes:
        at = scene.later(minutes=minute)
        alert = at.see_a_bear()
        with transaction(scene.engine) as session:
            row = session.get_one(tables.Alert, alert)
            session.add(tables.Decision(
                frame_id=row.frame_id, camera_id="creek", stage="trial", act="ask", reason="HELD_FOR_REVIEW", says="",
                visit_id=row.visit_id, model_sha256=MODEL, p_bear=0.9, threshold=0.5, decided_at=at.now,
            ))  # fmt: skip
        at.later(minutes=1).answer(alert, Verdict.NOT_BEAR, by=by)
        found.append(alert)
    return found


def said(scene: Scene, verdicts: Sequence[Verdict]) -> list[str]:
    told = []
    for number, verdict in enumerate(verdicts):
        look = give(scene.engine, now=AFTER + number * MINUTE)
        assert look is not None
        told.append(answer(scene.engine, look, verdict, now=AFTER + number * MINUTE + MINUTE / 6))
    return told


def test_tests_are_known_bears_and_what_people_dismissed_and_tell_at_once_who_was_right(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0.5, second_share=0)
    frames = known_clip(scene)
    dismissed(scene, *range(0, 600, 60))
    draw(scene.engine)
    tests = rows(scene.engine, LookKind.SEEDED)
    assert {look.truth for look in tests} == {Verdict.BEAR, Verdict.NOT_BEAR}
    assert len(tests) == 10
    with reading(scene.engine) as session:
        for look in tests:
            shown = [one.frame_id for one in look_rows.pictures(session, look.id)]
            assert (shown == frames) is (look.truth is Verdict.BEAR)
    for told in said(scene, [Verdict.BEAR] * len(tests)):
        assert told.endswith("Nobody was warned, and it counts as no alert.")
        assert ("you were right" in told) is ("it was a bear" in told)
        assert ("tell a supervisor to look again" in told) is ("NOT A BEAR" in told), "people may have been wrong"
    assert len(scene.warned()) == 0


def test_without_known_footage_or_with_no_share_there_is_no_test(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0.5, second_share=0)
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    draw(scene.engine)
    assert rows(scene.engine, LookKind.SEEDED) == []
    settle(scene.engine, minutes_a_day=240, seeded_share=0, second_share=0)
    known_clip(scene)
    dismissed(scene, 30 * 60)
    draw(scene.engine, AFTER + DAY)
    assert rows(scene.engine, LookKind.SEEDED) == []


def test_a_second_answer_is_never_of_the_first_person_nor_of_one_who_had_a_part(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0, second_share=1)
    (alert,) = dismissed(scene, 0)
    draw(scene.engine)
    (look,) = rows(scene.engine)
    assert (look.kind, look.of_alert_id, look.first_person, look.first_verdict) == (
        LookKind.SECOND, alert, RILEY.id, Verdict.NOT_BEAR,
    )  # fmt: skip
    assert give(scene.engine) is None
    assert give(scene.engine, by=ROSA) == look.id
    told = answer(scene.engine, look.id, Verdict.BEAR, by=ROSA)
    assert "by somebody else: not a bear. You do not agree; both answers are kept." in told
    assert "tell a supervisor to look again" in told
    with reading(scene.engine) as session:
        (entry,) = audit.about(session, ["site:camp"], ["answer.doubted"])
    assert entry.says == f"rosa saw a bear in what people had called none: alert {alert}"
    assert scene.alert(alert).state == "dismissed"
    draw(scene.engine, AFTER + DAY)
    assert len(rows(scene.engine)) == 1


def test_an_audited_piece_is_answered_twice_too(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0, second_share=1)
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    draw(scene.engine)
    said(scene, [Verdict.UNSURE])
    draw(scene.engine, AFTER + DAY)
    (second,) = rows(scene.engine, LookKind.SECOND)
    assert (second.first_verdict, give(scene.engine, now=AFTER + DAY)) == (Verdict.UNSURE, None)
    assert give(scene.engine, by=SAM, now=AFTER + DAY) == second.id


def test_nobody_answers_twice_whatever_is_written(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0, second_share=1)
    dismissed(scene, 0)
    draw(scene.engine)
    with pytest.raises(DBAPIError):
        write(scene, "UPDATE look SET answered_by = 1, verdict = 'bear', answered_at = made_at")


VISIT = """
INSERT INTO visit (group_id, site_id, camera_id, model_sha256, label, bear, started_at, last_at, frames, p_bear,
                   best_frame_id)
SELECT 'creek', 'camp', 'creek', model_sha256, 'bear', true, started_at, last_at, 1, 0.9, {frame} FROM visit LIMIT 1
"""
KEPT = (
    "visit_id, site_id, camera_id, cameras, stage, audience, reason, says, rule_id, label, p_bear, boxes, send, "
    "raised_at, taken_at, asked_again, step, held_s, asks, would_have"
)
ALERT = f"INSERT INTO alert (turn, state, frame_id, {KEPT}) SELECT 9, 'pending', {{frame}}, {KEPT} FROM alert LIMIT 1"


@pytest.mark.parametrize(
    "change",
    [
        VISIT,
        ALERT,
        "UPDATE alert SET frame_id = {frame}",
        "UPDATE decision SET visit_id = 1 WHERE frame_id = {frame}",
        "UPDATE decision SET act = 'warn' WHERE frame_id = {frame}",
        "UPDATE look SET kind = 'audit', truth = NULL, chance = 1, stratum = 'low', draw_id = 1",
        "UPDATE look SET truth = NULL",
        "UPDATE look SET truth = 'not_bear'",
    ],
)
def test_a_test_becomes_no_visit_no_alert_and_nothing_that_is_counted(scene: Scene, change: str) -> None:
    settle(scene.engine, minutes_a_day=240, seeded_share=0.5, second_share=0)
    frame, _ = known_clip(scene)
    scene.see_a_bear()
    look_draw.keep(scene.engine, AFTER)
    one_test(scene, frame)
    with pytest.raises(DBAPIError):
        write(scene, change.format(frame=frame))


def one_test(scene: Scene, frame: int) -> None:
    with transaction(scene.engine) as session:
        look = tables.Look(
            kind=LookKind.SEEDED, truth=Verdict.BEAR, site_id="camp", camera_id="creek", since=NOW, until=AFTER,
            made_at=AFTER, turn=1, source="try",
        )  # fmt: skip
        picture = look_rows.Taken(camera="creek", at=NOW, sha256="x", frame=frame)
        look_rows.add(session, look, [picture])


def write(scene: Scene, statement: str) -> None:
    with transaction(scene.engine) as session:
        session.execute(text(statement))


def test_the_outbox_sends_nothing_of_a_test_even_where_the_database_let_it_pass(scene: Scene) -> None:
    frame, _ = known_clip(scene)
    alert = scene.see_a_bear()
    past = "DROP TRIGGER alert_of_a_test_update"
    if scene.engine.dialect.name == "postgresql":
        past = "SET LOCAL session_replication_role = replica"
    with transaction(scene.engine) as session:
        session.execute(text(past))
        session.execute(text(f"UPDATE alert SET frame_id = {frame}"))
    scene.later(minutes=1).answer(alert, Verdict.BEAR)
    assert scene.later(minutes=1).send() == 0
    for kind in (NoticeKind.REQUEST, NoticeKind.WARNING):
        assert set(scene.fates(kind).values()) == {NoticeState.STOPPED}
    assert {row.error for row in scene.notices(NoticeKind.WARNING)} == {"a test reaches nobody"}
