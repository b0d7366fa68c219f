"""The desk watch: recorded hours by chance, shown whole or not counted, at the time of their recording."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.timelapse import EVERY, HOUR
from rollout import blind_hours, desk, watching
from rollout.actors import Actor
from rollout.watching import Sight
from store import cameras, park, tables, timelapse
from store.errors import NotAllowedNow, NotFound, WatchLogMalformed
from store.session import Engine, reading, transaction
from store.vocabulary import Doubt, Verdict, WatchMode, WatchPlace
from tests.rollout.scenes import NOW, RILEY, ROSA, Scene, trial

MINUTE = timedelta(minutes=1)
RECORDED, LATER = NOW, NOW + 30 * HOUR


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, last_day="2026-12-06")


def record(scene: Scene, *hours: int, minutes: Sequence[int] = range(60)) -> list[int]:
    """Drawn hours after RECORDED with a picture in each slot of these minutes; gives their numbers."""
    with transaction(scene.engine) as session:
        cameras.status(session, "creek").expected_since = RECORDED - HOUR
        found = []
        for number in hours:
            begins = RECORDED + number * HOUR
            row = tables.DrawnHour(
                camera_id="creek", begins_at=begins, drawn_at=begins - HOUR, probability=2 / 24, seed=1
            )
            session.add(row)
            session.flush()
            for slot in range(360):
                if slot // 6 in minutes:
                    at = begins + slot * EVERY
                    timelapse.keep(session, row.id, taken_at=at, sha256=f"{number}-{slot}", size_bytes=1)
            found.append(row.id)
    return found


def start(scene: Scene, by: Actor = RILEY) -> int:
    with transaction(scene.engine) as session:
        return watching.start(
            session, "camp", mode=WatchMode.BLIND, place=WatchPlace.DESK, by=by, now=LATER
        ).id  # fmt: skip


def give(scene: Scene, number: int, by: Actor = RILEY) -> tuple[int | None, int, int]:
    with transaction(scene.engine) as session:
        found = desk.give(session, number, light=None, by=by, now=LATER)
        return (found.row.hour_id if found.row else None), found.left, found.known


def done(scene: Scene, number: int, hour: int, *, of: float = 1, after: float = 1, knew: bool = False) -> None:
    with transaction(scene.engine) as session:
        kept = [row.id for row in timelapse.pictures(session, hour)]
        desk.done(
            session, number, hour, shown=kept[: round(of * len(kept))], failed=(), knew=knew, by=RILEY,
            now=LATER + after * MINUTE,
        )  # fmt: skip


def end(scene: Scene, number: int, *, by: Actor = RILEY, told: bool = False) -> None:
    with transaction(scene.engine) as session:
        watching.end(session, number, told_otherwise=told, by=by, now=LATER + HOUR)


def blind(scene: Scene) -> dict[str, tuple[float, float]]:
    with reading(scene.engine) as session:
        found = blind_hours.of_site(
            session, park.site(session, "camp"), since=RECORDED - HOUR, until=LATER + 9 * HOUR, now=LATER + 9 * HOUR
        )
    return {f"{one.place.value} {one.light}": (round(one.watched, 2), round(one.matched, 2)) for one in found}


def test_an_hour_shown_to_its_end_counts_when_it_was_recorded_and_not_while_somebody_sat_at_the_desk(
    scene: Scene,
) -> None:
    (first,) = record(scene, 0, minutes=[*range(10), *range(40, 60)])
    number = start(scene)
    assert give(scene, number) == give(scene, number) == (first, 0, 0)
    done(scene, number, first)
    done(scene, number, first)
    assert give(scene, number) == (None, 0, 0)
    assert blind(scene) == {}
    end(scene, number)
    with reading(scene.engine) as session:
        assert session.get_one(tables.WatchSession, number).hours == [first]
    assert blind(scene) == {"desk night": (pytest.approx(0.5, abs=0.01), pytest.approx(0.5, abs=0.01))}


def test_what_was_skipped_or_half_played_or_raced_through_or_known_does_not_count_and_is_not_given_again(
    scene: Scene,
) -> None:
    record(scene, 0, 1, 2)
    number = start(scene)
    hour, left, _ = give(scene, number)
    assert (hour is not None, left) == (True, 2)
    assert hour is not None
    with pytest.raises(NotAllowedNow, match="180 of its 360 pictures were not shown"):
        done(scene, number, hour, of=0.5)
    with pytest.raises(NotAllowedNow, match="faster than 120 times"):
        done(scene, number, hour, after=0.3)
    with transaction(scene.engine) as session:
        desk.leave(session, number, hour, by=RILEY, now=LATER)
    with pytest.raises(NotAllowedNow, match="left before its end"):
        done(scene, number, hour)
    second, _, _ = give(scene, number)
    assert second not in (None, hour)
    done(scene, number, second or 0, knew=True)
    third, left, _ = give(scene, number)
    assert (third not in (None, hour, second), left) == (True, 0)
    end(scene, number)
    assert blind(scene) == {}
    with reading(scene.engine) as session:
        given = session.query(tables.DeskHour).filter_by(session_id=number).order_by(tables.DeskHour.id)
        assert [row.left_at is not None for row in given] == [True, False, True]


def test_who_answered_an_alert_of_that_hour_is_not_given_it_and_somebody_else_is(scene: Scene) -> None:
    known, other = record(scene, 0, 1)
    alert = scene.later(minutes=10).see_a_bear()
    scene.later(minutes=11).answer(alert, Verdict.BEAR, by=RILEY)
    assert give(scene, start(scene)) == (other, 0, 1)
    number = start(scene, by=ROSA)
    given = {give(scene, number, by=ROSA)[0]}
    with transaction(scene.engine) as session:
        desk.leave(session, number, *given, by=ROSA, now=LATER)
    assert given | {give(scene, number, by=ROSA)[0]} == {known, other}


def test_a_bear_at_the_desk_has_the_time_of_its_picture_and_stands_once_the_hour_is_seen_whole(scene: Scene) -> None:
    (hour,) = record(scene, 0)
    number = start(scene)
    give(scene, number)

    def press(at: float, key: str) -> tables.Sighting:
        with transaction(scene.engine) as session:
            return desk.note(session, "camp", hour, Sight(at=RECORDED + at * MINUTE), by=RILEY, now=LATER, key=key)

    seen = press(12, "press-01")
    assert press(12, "press-01").id == seen.id
    assert (seen.at, seen.camera_id, seen.session_id) == (RECORDED + 12 * MINUTE, "creek", number)
    assert seen.flags == [Doubt.HALF_SEEN]
    with pytest.raises(WatchLogMalformed, match="give a time in it"):
        press(61, "press-02")
    with transaction(scene.engine) as session:
        elsewhere = watching.note(session, "camp", Sight(), by=RILEY, now=LATER + MINUTE)
        assert elsewhere.session_id is None
    done(scene, number, hour)
    with reading(scene.engine) as session:
        assert session.get_one(tables.Sighting, seen.id).flags == []


def test_a_desk_watch_is_ones_own_and_blind(scene: Scene) -> None:
    record(scene, 0)
    number = start(scene)
    with pytest.raises(NotAllowedNow, match="of riley"):
        give(scene, number, by=ROSA)
    with pytest.raises(NotFound, match="was not given"):
        done(scene, number, 999)
    end(scene, number)
    with pytest.raises(NotAllowedNow, match="has ended"):
        give(scene, number)
