"""The manual watch in the database: sessions from start to end, sightings, and what is exposure of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from rollout import blind_hours, watching
from rollout.actors import Actor
from rollout.watching import Sight
from store import audit, cameras, park, tables
from store import watching as rows
from store.errors import NotAllowedNow, NotFound, NotPermitted, WatchLogMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Did, Doubt, Role, WatchMode, WatchPlace
from tests.rollout.scenes import NOW, RILEY, ROSA, SAM, Scene, trial

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ELSEWHERE = Actor(id=2, name="rosa", role=Role.RANGER, sites=("other",))


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


def start(scene: Scene, *, by: Actor = RILEY, hours: float = 0, **more: object) -> int:
    told = {"mode": WatchMode.BLIND, "place": WatchPlace.FIELD} | more
    with transaction(scene.engine) as session:
        return watching.start(session, "camp", by=by, now=NOW + hours * HOUR, **told).id  # type: ignore[arg-type]


def end(scene: Scene, number: int, *, hours: float, by: Actor = RILEY, told: bool | None = False) -> None:
    with transaction(scene.engine) as session:
        watching.end(session, number, told_otherwise=told, by=by, now=NOW + hours * HOUR)


def note(scene: Scene, *, hours: float, by: Actor = RILEY, key: str | None = None) -> int:
    with transaction(scene.engine) as session:
        return watching.note(session, "camp", Sight(), by=by, now=NOW + hours * HOUR, key=key).id


def flags(scene: Scene, number: int) -> list[str]:
    with reading(scene.engine) as session:
        return rows.get(session, number).flags


def blind(scene: Scene) -> dict[str, tuple[float, float]]:
    with reading(scene.engine) as session:
        found = blind_hours.of_site(
            session, park.site(session, "camp"), since=NOW - HOUR, until=NOW + 24 * HOUR, now=NOW + 24 * HOUR
        )
    return {f"{one.place.value} {one.light}": (one.watched, one.matched) for one in found}


def test_a_blind_session_with_a_sighting_is_exposure_matched_with_what_the_cameras_watched(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        cameras.status(session, "creek").expected_since = NOW + HOUR
    number = start(scene, key="a")
    assert start(scene, key="a", hours=0.1) == number
    seen = note(scene, hours=1, key="b")
    assert note(scene, hours=1.1, key="b") == seen
    assert blind(scene) == {}
    end(scene, number, hours=3)
    end(scene, number, hours=4)
    with reading(scene.engine) as session:
        assert rows.sighting(session, seen).session_id == number
        assert rows.get(session, number).ended_at == NOW + 3 * HOUR
    assert flags(scene, number) == []
    assert blind(scene) == {"field night": (3, 2)}


def test_a_session_that_nobody_ends_is_closed_at_its_limit_and_is_no_exposure(scene: Scene) -> None:
    number = start(scene)
    for hours, closed in ((11.9, 0), (12, 1), (13, 0)):
        with transaction(scene.engine) as session:
            assert watching.keep(session, now=NOW + hours * HOUR) == closed
    assert flags(scene, number) == [Doubt.NO_END]
    assert blind(scene) == {}
    with pytest.raises(NotAllowedNow, match="closed by its limit"):
        end(scene, number, hours=13)


def test_an_alert_that_people_are_asked_about_takes_the_session_out_of_the_exposure(scene: Scene) -> None:
    number = start(scene)
    scene.later(hours=1).see_a_bear()
    note(scene, hours=1.1)
    end(scene, number, hours=2)
    assert flags(scene, number) == [Doubt.COPIED, Doubt.ASKED]
    assert blind(scene) == {}


def test_two_sessions_of_one_person_at_one_time_are_both_doubted(scene: Scene) -> None:
    first = start(scene)
    with pytest.raises(NotAllowedNow, match="end that first"):
        start(scene, hours=0.5)
    end(scene, first, hours=2)
    with transaction(scene.engine) as session:
        second = watching.start(
            session, "camp", mode=WatchMode.ROUTINE, place=WatchPlace.FIELD, by=RILEY, at=NOW + HOUR,
            now=NOW + 3 * HOUR,
        ).id  # fmt: skip
    assert (flags(scene, first), flags(scene, second)) == ([Doubt.OVERLAPPING], [Doubt.OVERLAPPING])
    third = start(scene, by=ROSA, hours=3)
    assert flags(scene, third) == []


def test_a_blind_session_ends_with_an_answer_and_a_yes_is_no_exposure(scene: Scene) -> None:
    number = start(scene)
    with pytest.raises(WatchLogMalformed, match="were you told what the model saw"):
        end(scene, number, hours=1, told=None)
    end(scene, number, hours=1, told=True)
    assert flags(scene, number) == [Doubt.TOLD_OTHERWISE]


def test_only_while_the_blind_session_is_open_is_the_model_hidden_from_that_person(scene: Scene) -> None:
    number = start(scene)

    def hidden(by: Actor, hours: float) -> set[str]:
        with reading(scene.engine) as session:
            return set(watching.hidden_at(session, by.id, now=NOW + hours * HOUR))

    assert (hidden(RILEY, 1), hidden(ROSA, 1), hidden(RILEY, 12)) == ({"camp"}, set(), set())
    end(scene, number, hours=1)
    assert hidden(RILEY, 1) == set()


def test_a_withdrawn_sighting_stays_with_who_and_why_and_only_its_own_people_withdraw_it(scene: Scene) -> None:
    seen = note(scene, hours=0)
    with transaction(scene.engine) as session, pytest.raises(NotPermitted):
        watching.withdraw(session, seen, why="no", by=ROSA, now=NOW)
    with transaction(scene.engine) as session, pytest.raises(NotFound):
        watching.withdraw(session, seen, why="no", by=ELSEWHERE, now=NOW)
    with transaction(scene.engine) as session:
        watching.withdraw(session, seen, why="it was a cow", by=SAM, now=NOW)
    with reading(scene.engine) as session:
        row = rows.sighting(session, seen)
        entry = session.query(tables.AuditEntry).order_by(tables.AuditEntry.number.desc()).first()
        assert (row.withdrawn_by, audit.verify(session).ok) == (SAM.id, True)
    assert entry is not None
    assert "it was a cow" in entry.says


def test_what_people_did_is_written_down_once_however_often_it_is_told(scene: Scene) -> None:
    seen, alert = note(scene, hours=0), scene.see_a_bear()
    with transaction(scene.engine) as session:
        for _ in range(2):
            watching.respond(
                session, alert=None, sighting=seen, did=Did.WARNED, at=NOW, note=None, by=RILEY, now=NOW + MINUTE
            )
        watching.respond(session, alert=alert, sighting=None, did=Did.CLOSED, at=NOW, note="x", by=SAM, now=NOW)
        with pytest.raises(WatchLogMalformed, match="one thing"):
            watching.respond(session, alert=alert, sighting=seen, did=Did.CLOSED, at=NOW, note=None, by=SAM, now=NOW)
    with reading(scene.engine) as session:
        told = rows.responses(session, sites=None, cursor=None, limit=9)
    assert [(row.did, row.alert_id, row.sighting_id) for row in told] == [
        (Did.CLOSED, alert, None), (Did.WARNED, None, seen),
    ]  # fmt: skip


def test_what_happened_afterwards_is_refused(scene: Scene) -> None:
    with transaction(scene.engine) as session, pytest.raises(WatchLogMalformed, match="in the future"):
        watching.note(session, "camp", Sight(at=NOW + HOUR), by=RILEY, now=NOW)


def whole(scene: Scene, *, since: float, until: float, now: float, key: str = "phone-01", **more: object) -> int:
    """A watch that a phone without a network tells when it is over."""
    told = {"mode": WatchMode.ROUTINE, "place": WatchPlace.FIELD} | more
    with transaction(scene.engine) as session:
        return watching.start(
            session, "camp", by=RILEY, at=NOW + since * HOUR, until=NOW + until * HOUR, now=NOW + now * HOUR, key=key,
            **told,  # type: ignore[arg-type]
        ).id  # fmt: skip


def test_a_watch_that_is_told_whole_days_later_is_kept_once_and_is_no_evidence(scene: Scene) -> None:
    more = {"mode": WatchMode.BLIND, "told_otherwise": False}
    number = whole(scene, since=1, until=3, now=50, **more)
    assert whole(scene, since=1, until=3, now=51, **more) == number
    assert flags(scene, number) == [Doubt.TOLD_LATE]
    for told, words in (({"since": 1, "until": 14}, "at most 12 hours"), ({"since": -800, "until": -799}, "31 days")):
        with pytest.raises(WatchLogMalformed, match=words):
            whole(scene, now=50, key="phone-02", **told)


def test_a_start_whose_answer_was_lost_is_ended_by_the_whole_watch(scene: Scene) -> None:
    number = start(scene, mode=WatchMode.ROUTINE, key="phone-01")
    assert whole(scene, since=0, until=2, now=20) == number
    with reading(scene.engine) as session:
        assert rows.get(session, number).ended_at == NOW + 2 * HOUR


def test_an_end_that_a_phone_tells_after_the_limit_holds_where_it_lies_within_it(scene: Scene) -> None:
    number = start(scene)
    with transaction(scene.engine) as session:
        watching.keep(session, now=NOW + 13 * HOUR)
    for hours in (13, 3):
        with transaction(scene.engine) as session:
            told = {"told_otherwise": False, "at": NOW + hours * HOUR, "by": RILEY, "now": NOW + 20 * HOUR}
            if hours == 13:
                with pytest.raises(NotAllowedNow, match="closed by its limit"):
                    watching.end(session, number, **told)  # type: ignore[arg-type]
            else:
                watching.end(session, number, **told)  # type: ignore[arg-type]
    assert flags(scene, number) == []
    assert blind(scene)["field night"][0] == 3
