"""Encounters in the database: what is one, what is none, who joined it, and what stood at a moment of the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from rollout import matching, watching
from rollout.actors import Actor
from rollout.encounters import Chance, Encounter
from rollout.watching import Sight
from store import park, tables
from store.session import Engine, reading, transaction
from store.vocabulary import (
    Act,
    Doubt,
    EncounterKind,
    Origin,
    Reason,
    Stage,
    Sureness,
    Verdict,
    WatchMode,
    WatchPlace,
)
from tests.rollout.scenes import MODEL, NOW, RILEY, ROSA, SAM, Scene, trial

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
BOTH, MODEL_ONLY, PEOPLE_ONLY = EncounterKind.BOTH, EncounterKind.MODEL_ONLY, EncounterKind.PEOPLE_ONLY


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


def saw(scene: Scene, *, minutes: float, by: Actor = RILEY, told: float | None = None, **more: object) -> int:
    at = NOW + minutes * MINUTE
    with transaction(scene.engine) as session:
        sight = Sight(at=at, **more)  # type: ignore[arg-type]
        return watching.note(session, "camp", sight, by=by, now=NOW + (told or minutes) * MINUTE).id


def keep(scene: Scene, *, minutes: float) -> int:
    return matching.keep(scene.engine, now=NOW + minutes * MINUTE)


def found(
    scene: Scene, *, since: datetime = NOW - DAY, until: datetime = NOW + DAY, as_of: datetime = NOW + 2 * DAY
) -> list[Encounter]:
    with reading(scene.engine) as session:
        return matching.of_site(session, park.site(session, "camp"), since=since, until=until, as_of=as_of)


def kinds(scene: Scene, **more: datetime) -> list[EncounterKind]:
    return [one.kind for one in found(scene, **more)]


def test_a_visit_and_a_sighting_within_the_window_are_proposed_as_one_once_nothing_more_can_belong_to_them(
    scene: Scene,
) -> None:
    alert = scene.see_a_bear()
    seen = saw(scene, minutes=12)
    assert (keep(scene, minutes=41), kinds(scene)) == (0, [MODEL_ONLY, PEOPLE_ONLY])
    assert (keep(scene, minutes=42), keep(scene, minutes=43)) == (1, 0)
    (one,) = found(scene)
    assert (one.kind, one.at, one.until) == (BOTH, NOW, NOW + 12 * MINUTE)
    assert (one.camera, one.group, one.alert, one.sighting, one.matched_by) == ("creek", "creek", alert, seen, None)
    assert (one.version, one.p_bear, one.stage, one.verdict, one.night) == (MODEL, 0.9, Stage.TRIAL, None, True)
    with reading(scene.engine) as session:
        row = session.get_one(tables.Match, one.match)
    assert (row.window_minutes, row.why, row.made_by) == (30, "12 minutes apart", None)


def test_what_is_further_apart_than_the_park_says_is_not_proposed(scene: Scene) -> None:
    scene.see_a_bear()
    saw(scene, minutes=12)
    with transaction(scene.engine) as session:
        park.the_park(session).match_minutes = 10
    assert keep(scene, minutes=600) == 0
    with transaction(scene.engine) as session:
        park.the_park(session).match_minutes = 12
    assert keep(scene, minutes=600) == 1


def test_known_clips_replays_cards_withdrawn_and_unsure_sightings_are_no_encounters(scene: Scene) -> None:
    scene.see_a_bear(send=False)
    for origin in (Origin.REPLAY, Origin.BULK, Origin.SEEDED):
        of = scene.alert(scene.later(hours=1).see_a_bear()).frame_id
        with transaction(scene.engine) as session:
            session.get_one(tables.Frame, of).origin = origin
    saw(scene, minutes=1, sure=Sureness.UNSURE)
    gone = saw(scene, minutes=2)
    with transaction(scene.engine) as session:
        watching.withdraw(session, gone, why="a cow", by=RILEY, now=NOW + HOUR)
    assert (keep(scene, minutes=600), found(scene)) == (0, [])
    assert kinds(scene, as_of=NOW + 59 * MINUTE) == [PEOPLE_ONLY]


def test_what_came_or_was_decided_later_does_not_exist_for_a_moment_of_the_past(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=70).answer(alert, Verdict.BEAR)
    scene.later(minutes=90).correct(alert, Verdict.NOT_BEAR, by=SAM)
    saw(scene, minutes=5, told=50)
    assert keep(scene, minutes=60) == 1
    with transaction(scene.engine) as session:
        rule = session.query(tables.Rule).filter_by(state="in_force").one().id
        for minutes, decided in ((10, 10), (25, 100)):
            at, late = NOW + minutes * MINUTE, NOW + decided * MINUTE
            frame = tables.Frame(
                camera_id="creek", sha256=f"{minutes:064x}", stated_key="", taken_at=at, received_at=late,
                origin=Origin.DOOR, width=640, height=360, motion=[], send=True,
            )  # fmt: skip
            session.add(frame)
            session.flush()
            session.add(tables.Decision(
                frame_id=frame.id, camera_id="creek", rule_id=rule, stage=Stage.TRIAL, act=Act.JOIN,
                reason=Reason.SAME_VISIT, says="", visit_id=scene.alert(alert).visit_id, model_sha256=MODEL,
                p_bear=0.9 + minutes / 1000, threshold=0.5, decided_at=late,
            ))  # fmt: skip

    def then(minutes: float) -> list[tuple[EncounterKind, float, Verdict | None, float | None]]:
        return [
            (one.kind, (one.until - NOW) / MINUTE, one.verdict, one.p_bear)
            for one in found(scene, as_of=NOW + minutes * MINUTE)
        ]

    assert then(-1) == []
    assert then(49) == [(MODEL_ONLY, 10, None, 0.91)]
    assert then(59) == [(MODEL_ONLY, 10, None, 0.91), (PEOPLE_ONLY, 5, None, None)]
    assert then(60) == [(BOTH, 10, None, 0.91)]
    assert then(70) == [(BOTH, 10, Verdict.BEAR, 0.91)]
    assert then(100) == [(MODEL_ONLY, 25, Verdict.NOT_BEAR, 0.925), (PEOPLE_ONLY, 5, None, None)]


def test_an_encounter_is_of_the_span_in_which_it_was_first_noticed_and_of_no_other(scene: Scene) -> None:
    scene.see_a_bear()
    saw(scene, minutes=-10, told=1)
    keep(scene, minutes=60)
    assert kinds(scene, since=NOW - HOUR, until=NOW) == [BOTH]
    assert kinds(scene, since=NOW, until=NOW + HOUR) == []


def test_one_visit_is_joined_with_one_of_two_sightings_and_the_other_stays_alone(scene: Scene) -> None:
    scene.see_a_bear()
    saw(scene, minutes=20)
    near = saw(scene, minutes=3, by=ROSA)
    assert keep(scene, minutes=90) == 1
    assert [(one.kind, one.sighting == near) for one in found(scene)] == [(BOTH, True), (PEOPLE_ONLY, False)]


def test_what_people_saw_no_bear_in_is_not_proposed(scene: Scene) -> None:
    scene.answer(scene.see_a_bear(), Verdict.NOT_BEAR)
    saw(scene, minutes=3)
    assert (keep(scene, minutes=90), kinds(scene)) == (0, [MODEL_ONLY, PEOPLE_ONLY])


def test_visits_that_a_late_picture_showed_to_be_one_are_one(scene: Scene) -> None:
    first, second = scene.see_a_bear(), scene.later(minutes=40).see_a_bear()
    visits = [scene.alert(alert).visit_id for alert in (first, second)]
    with transaction(scene.engine) as session:
        session.get_one(tables.Visit, visits[1]).linked_visit_id = visits[0]
    assert kinds(scene) == [MODEL_ONLY, MODEL_ONLY]
    with transaction(scene.engine) as session:
        rule = session.query(tables.Rule).filter_by(state="in_force").one().id
        frame = tables.Frame(
            camera_id="creek", sha256="f" * 64, stated_key="", taken_at=NOW + 20 * MINUTE, received_at=NOW + HOUR,
            origin=Origin.DOOR, width=640, height=360, motion=[], send=True,
        )  # fmt: skip
        session.add(frame)
        session.flush()
        for of in (frame.id, scene.alert(first).frame_id):
            session.add(tables.Decision(
                frame_id=of, camera_id="creek", rule_id=rule, stage=Stage.TRIAL, act=Act.JOIN,
                reason=Reason.SAME_VISIT, says="", visit_id=visits[0], model_sha256=MODEL, p_bear=0.7,
                threshold=0.5, decided_at=NOW + HOUR,
            ))  # fmt: skip
    scene.answer(second, Verdict.BEAR)
    saw(scene, minutes=50)
    assert keep(scene, minutes=120) == 1
    (one,) = found(scene)
    assert (one.kind, one.visit, one.verdict, one.threshold) == (BOTH, visits[0], Verdict.BEAR, 0.5)
    assert kinds(scene, as_of=NOW + 59 * MINUTE) == [MODEL_ONLY, MODEL_ONLY, PEOPLE_ONLY]


def test_doubts_of_a_sighting_and_of_its_session_are_kept_with_the_encounter(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        watch = watching.start(
            session, "camp", mode=WatchMode.BLIND, place=WatchPlace.FIELD, by=RILEY, now=NOW - MINUTE
        ).id
    scene.see_a_bear()
    saw(scene, minutes=5)
    (_, one) = found(scene)
    assert (one.kind, one.session, one.place) == (PEOPLE_ONLY, watch, WatchPlace.FIELD)
    assert one.doubts == (Doubt.COPIED, Doubt.ASKED)


def test_chance_is_what_would_be_joined_a_day_earlier(scene: Scene) -> None:
    scene.see_a_bear()
    saw(scene, minutes=24 * 60 + 5)
    saw(scene, minutes=24 * 60 + 200)
    with reading(scene.engine) as session:
        told = matching.chance_of(
            session, park.site(session, "camp"), since=NOW + HOUR, until=NOW + 2 * DAY, as_of=NOW + 3 * DAY
        )
    assert told == Chance(matched=1, of=2)


def test_ten_times_the_history_takes_no_more_statements(scene: Scene) -> None:
    for day in range(3):
        scene.later(days=day).see_a_bear()
        saw(scene, minutes=day * 24 * 60 + 5)
    keep(scene, minutes=3 * 24 * 60)
    with statements(scene.engine) as few:
        assert len(found(scene, since=NOW, until=NOW + HOUR, as_of=NOW + 4 * DAY)) == 1
    with statements(scene.engine) as many:
        assert len(found(scene, since=NOW, until=NOW + 3 * DAY, as_of=NOW + 4 * DAY)) == 3
    assert len(few) == len(many) <= 10


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)
