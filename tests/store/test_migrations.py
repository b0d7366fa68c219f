import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store import migrating, tables
from store.errors import DatabaseIsBehind
from store.frame_queue import TableQueue
from store.session import make_engine, reading, transaction
from store.vocabulary import RowSource, RowState
from tests.conftest import NOW

OLD = """
INSERT INTO park (id, name, time_zone, objective, exit, demo) VALUES (1, 'Park', 'UTC', '{}', '{}', false);
INSERT INTO site (id, name, time_zone, latitude, longitude, sensitive) VALUES ('camp', 'Camp', 'UTC', 4, -1, false);
INSERT INTO camera_group (id) VALUES ('creek');
INSERT INTO camera (id, site_id, kind, group_id) VALUES ('creek', 'camp', 'trail', 'creek');
INSERT INTO frame (
    id, camera_id, sha256, stated_key, taken_at, received_at, origin, width, height, motion, send
) VALUES
    (1, 'creek', 'a', '', '2025-11-24 03:00:00', '2025-11-24 03:00:00', 'bulk', 64, 48, '[]', true),
    (2, 'creek', 'b', '', '2096-11-24 03:00:00', '2096-11-24 03:00:00', 'replay', 64, 48, '[]', true),
    (3, 'creek', 'c', '', '2026-11-24 03:00:00', '2026-11-24 03:00:00', 'door', 64, 48, '[]', true),
    (4, 'creek', 'd', '', '2020-11-24 03:00:00', '2020-11-24 03:00:00', 'door', 64, 48, '[]', true);
INSERT INTO queued_frame (frame_id, state, available_at, tries)
    SELECT id, CASE WHEN id = 4 THEN 'done' ELSE 'waiting' END, received_at, 0 FROM frame;
"""


def test_an_empty_database_comes_to_head_and_matches_the_tables(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    migrating.check(empty_url)


def test_a_filled_database_keeps_one_rule_in_force_with_the_cameras_it_held(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0003")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in FILLED:
            session.execute(text(statement), {"now": datetime(2026, 11, 23, tzinfo=UTC), "body": json.dumps({})})
    migrating.upgrade(empty_url)
    with reading(engine) as session:
        rows = session.query(tables.Rule).order_by(tables.Rule.id).all()
        assert [(row.state.value, row.evidence) for row in rows] == [
            ("superseded", {}),
            ("in_force", {"cameras": ["creek", "gate"]}),
        ]
        assert session.get_one(tables.Person, 1).created_by is None
    engine.dispose()


RULE = (
    "INSERT INTO rule (id, site_id, revision, model_sha256, stage, audience, body, state, widens, needs_second, "
    "reason, evidence, bound_to, proposed_by, proposed_at, demo) VALUES ({0}, 'camp', {0}, 'a', 'live', 'rangers', "
    ":body, 'in_force', true, true, 'try', :body, 'x', 1, :now, false)"
)
FILLED = (
    "INSERT INTO site (id, name, time_zone, latitude, longitude, sensitive) "
    "VALUES ('camp', 'Camp', 'UTC', 1, 1, false)",
    "INSERT INTO camera_group (id) VALUES ('creek')",
    "INSERT INTO camera (id, site_id, kind, group_id) VALUES ('creek', 'camp', 'trail', 'creek')",
    "INSERT INTO camera (id, site_id, kind, group_id) VALUES ('gate', 'camp', 'trail', 'creek')",
    "INSERT INTO model_version (sha256, name, path, labels, threshold, added_at) "
    "VALUES ('a', 'test', 'model', :body, 0.5, :now)",
    "INSERT INTO person (id, name, role, sites, password_hash, must_change, created_at, demo) "
    "VALUES (1, 'ann', 'admin', :body, 'x', false, :now, false)",
    RULE.format(1),
    RULE.format(2),
)


VISITED = (
    "INSERT INTO frame (id, camera_id, sha256, stated_key, taken_at, received_at, origin, width, height, motion, "
    "send) VALUES (1, 'creek', 'b', '', :now, :now, 'door', 64, 48, '[]', true)",
    *(
        "INSERT INTO visit (id, group_id, site_id, camera_id, model_sha256, label, bear, started_at, last_at, "
        f"frames, p_bear, best_frame_id, linked_visit_id) VALUES ({number}, 'creek', 'camp', 'creek', 'a', 'bear', "
        f"true, :now, :now, 1, 0.9, 1, {linked})"
        for number, linked in ((1, "NULL"), (2, "1"))
    ),
)


ALERTED = (
    "INSERT INTO model_version (sha256, name, path, labels, threshold, added_at) "
    "VALUES ('b', 'newer', 'model', :body, 0.5, :now)",
    "UPDATE visit SET model_sha256 = 'b' WHERE id = 2",
    *(
        "INSERT INTO alert (id, visit_id, turn, site_id, camera_id, cameras, state, stage, audience, reason, says, "
        "rule_id, frame_id, label, p_bear, boxes, send, raised_at, taken_at, asked_again, step, would_have, held_s, "
        f"asks) VALUES ({number}, {number}, 1, 'camp', 'creek', '[]', 'dismissed', 'live', 'rangers', 'warned', '', "
        "1, 1, 'bear', 0.9, '[]', true, :now, :now, false, 0, '[]', '[]', 0)"
        for number in (1, 2)
    ),
    *(
        "INSERT INTO quiet_place (id, camera_id, state, light, x, y, w, h, most_p, alerts, first_at, last_at, "
        f"proposed_at) VALUES ({number}, 'creek', 'proposed', 'both', 0, 0, 0.1, 0.1, 0.7, '{alerts}', :now, :now, "
        ":now)"
        for number, alerts in ((1, "[1]"), (2, "[1, 2]"), (3, "[9]"))
    ),
)


def test_a_quiet_place_of_before_holds_for_the_version_that_was_wrong_there(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0021")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in (*FILLED[:-1], *VISITED, *ALERTED):
            session.execute(text(statement), {"now": NOW, "body": json.dumps({})})
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    with reading(engine) as session:
        rows = session.query(tables.QuietPlace).order_by(tables.QuietPlace.id)
        assert [row.model_sha256 for row in rows] == ["a", "b", None]
    engine.dispose()


def test_a_watch_that_was_brought_in_is_told_from_one_that_was_logged(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0028")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in (
            *FILLED[:1],
            FILLED[-3],
            *(WATCHED.format(*ids) for ids in ((1, "NULL", 1), (2, 1, "NULL"))),
        ):
            session.execute(text(statement), {"now": NOW, "body": json.dumps([])})
    migrating.upgrade(empty_url)
    with reading(engine) as session:
        rows = session.query(tables.WatchSession).order_by(tables.WatchSession.id)
        assert [row.imported for row in rows] == [True, False]
    engine.dispose()


WATCHED = (
    "INSERT INTO watch_session (id, site_id, person_id, imported_by, observer, mode, place, started_at, "
    "closed_by_limit, hours, flags, received_at) VALUES ({}, 'camp', {}, {}, 'Ann', 'blind', 'field', :now, false, "
    ":body, :body, :now)"
)


def test_bringing_a_database_to_head_twice_changes_nothing(url: str) -> None:
    engine = make_engine(url)
    before = migrating.revision_of(engine)
    migrating.upgrade(url)
    assert migrating.revision_of(engine) == before is not None
    engine.dispose()


def test_a_database_that_is_behind_is_named_with_its_mend(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0001")
    engine = make_engine(empty_url)
    with pytest.raises(DatabaseIsBehind, match="bearwatch migrate"):
        migrating.require_head(engine)
    migrating.upgrade(empty_url)
    migrating.require_head(engine)
    engine.dispose()


def test_a_queue_that_was_filled_before_is_worked_off_with_live_frames_first(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0003")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in OLD.split(";\n")[:-1]:
            session.execute(text(statement))
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    queue, soon = TableQueue(engine), datetime.now(UTC) + timedelta(minutes=1)
    leases = [queue.claim(str(number), now=soon) for number in range(4)]
    assert [lease and lease.frame for lease in leases] == [3, 2, 1, None]
    engine.dispose()


def test_a_filled_park_keeps_all_its_pictures_for_training_until_its_file_says_otherwise(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0008")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in OLD.split(";\n")[:-1]:
            session.execute(text(statement))
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    with transaction(engine) as session:
        assert session.get_one(tables.Park, 1).training == {}
        session.add(
            tables.TrainingRow(
                frame_id=1, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.WAITING,
                says="drawn", created_at=datetime(2026, 11, 24, tzinfo=UTC),
            )
        )  # fmt: skip
    with reading(engine) as session:
        assert session.query(tables.TrainingRow).one().seen_by == []
    engine.dispose()


def test_cameras_of_a_filled_park_keep_to_their_sites_zone_their_keys_and_one_stream(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0009")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in OLD.split(";\n")[:-1]:
            session.execute(text(statement.replace("exit, demo) VALUES", "exit, training, demo) VALUES").replace(
                "'{}', '{}', false)", "'{}', '{}', '{}', false)"
            )))  # fmt: skip
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    with reading(engine) as session:
        camera = session.get_one(tables.Camera, "creek")
        assert (camera.time_zone, camera.recognise) == (None, {})
        assert session.query(tables.HeldFile).count() == 0
        assert (camera.watch_url, camera.transport) == (None, "tcp")
        park = session.get_one(tables.Park, 1)
        assert (park.camera_networks, park.pictures_leave, park.blur_people) == ([], False, True)
        assert (camera.known_clip, session.query(tables.KnownClip).count()) == (None, 0)
        assert session.query(tables.QuietPlace).count() == 0
    engine.dispose()


def test_visits_of_a_filled_park_stay_and_stay_linked_under_new_indexes(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0014")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in [*FILLED[:-2], *VISITED]:
            session.execute(text(statement), {"now": NOW, "body": json.dumps({})})
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    with reading(engine) as session:
        assert [(row.id, row.linked_visit_id) for row in session.query(tables.Visit).order_by(tables.Visit.id)] == [
            (1, None),
            (2, 1),
        ]
    engine.dispose()


def test_a_filled_database_gets_trial_reports_and_cameras_without_a_position(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0014")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in FILLED[:4]:
            session.execute(text(statement), {"now": datetime(2026, 11, 23, tzinfo=UTC), "body": json.dumps({})})
    migrating.upgrade(empty_url)
    with reading(engine) as session:
        assert {row.latitude for row in session.query(tables.Camera)} == {None}
        assert session.query(tables.TrialReport).count() == 0
    engine.dispose()


def test_a_filled_database_gets_challenges_and_at_most_one_open_at_a_site(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0014")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in FILLED[:-2]:
            session.execute(text(statement), {"now": datetime(2026, 11, 23, tzinfo=UTC), "body": json.dumps([])})
    migrating.upgrade(empty_url)
    at = datetime(2026, 11, 24, tzinfo=UTC)

    def challenge() -> tables.Challenge:
        return tables.Challenge(site_id="camp", model_sha256="a", reason="try", begun_by=1, begun_at=at)

    with transaction(engine) as session:
        session.add(challenge())
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(challenge())
    with transaction(engine) as session:
        session.query(tables.Challenge).one().ended_at = at
        session.add(challenge())
    engine.dispose()


def test_receivers_of_a_filled_park_get_no_reports_and_its_alarms_climb_after_a_day(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0008")
    engine = make_engine(empty_url)
    with transaction(engine) as session:
        for statement in OLD.split(";\n")[:-1]:
            session.execute(text(statement))
        session.execute(text(
            "INSERT INTO receiver (id, site_id, audience, url) VALUES ('team', 'camp', 'rangers', 'folder:outbox')"
        ))  # fmt: skip
    migrating.upgrade(empty_url)
    with reading(engine) as session:
        assert session.get_one(tables.Receiver, "team").reports is False
        assert session.get_one(tables.Park, 1).alarm_hours == 24
        assert session.query(tables.DriftAlarm).count() == 0
    engine.dispose()
